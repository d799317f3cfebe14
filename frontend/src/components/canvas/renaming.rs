//! A stage's name, typed on its card.

use pipeyard_shared::StageId;
use pipeyard_shared::chain::Chain;
use web_sys::HtmlInputElement;
use yew::{
    Callback, FocusEvent, Html, InputEvent, KeyboardEvent, Properties, TargetCast, UseStateSetter,
    component, html, use_mut_ref, use_state,
};

use crate::components::placed::placed;
use crate::desk::use_desk;
use crate::editor::layout::{Area, Layout};
use crate::editor::{Action, Edit};
use crate::hooks::focus_soon;

/// How high the field is, and how far into the card it stands.
const HEIGHT: f64 = 28.0;
const INSET: f64 = 6.0;

/// Says which stage is renamed.
pub(crate) type Renamed = UseStateSetter<Option<StageId>>;

/// The field on the card of the stage that is renamed.
pub(crate) fn renaming(
    chain: &Chain,
    layout: &Layout,
    renamed: Option<&StageId>,
    close: &Renamed,
) -> Html {
    let found = renamed.and_then(|id| {
        let at = chain.stage_index(id)?;
        Some((chain.stages.get(at)?, *layout.card(at)?))
    });
    let Some((stage, card)) = found else {
        return html! { <div></div> };
    };
    let area = Area {
        x: card.x + INSET,
        y: card.y + INSET,
        width: card.width - 2.0 * INSET,
        height: HEIGHT,
    };
    let close = {
        let close = close.clone();
        Callback::from(move |()| close.set(None))
    };
    let field = html! {
        <NameField stage={stage.id.clone()} label={stage.label.clone()} name={stage.name()} {close} />
    };
    html! { <div>{ placed(stage.id.to_string(), area, "placed--rename", field) }</div> }
}

#[derive(PartialEq, Properties)]
struct Props {
    stage: StageId,
    /// The name that a person gave it before.
    label: Option<String>,
    /// What it is called.
    name: String,
    close: Callback<()>,
}

/// Enter, or leaving the field, takes what was typed; Escape does not. A field that goes is left as well, and what
/// was decided before stands.
#[component]
fn NameField(props: &Props) -> Html {
    let desk = use_desk();
    let typed = use_state(|| props.label.clone().unwrap_or_default());
    let decided = use_mut_ref(|| false);
    let take = {
        let (desk, id, before) = (desk.clone(), props.stage.clone(), props.label.clone());
        let (typed, close, decided) = (typed.clone(), props.close.clone(), decided.clone());
        Callback::from(move |()| {
            if decided.replace(true) {
                return;
            }
            let label = Some(typed.trim().to_owned()).filter(|label| !label.is_empty());
            if label != before {
                desk.edit(Edit::Label(id.clone(), label));
                desk.act(Action::Settle);
            }
            close.emit(());
        })
    };
    let input = {
        let typed = typed.setter();
        Callback::from(move |event: InputEvent| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                typed.set(input.value());
            }
        })
    };
    let left = take.reform(|_: FocusEvent| ());
    let key = {
        let (close, card) = (
            props.close.clone(),
            format!(".canvas [data-stage=\"{}\"]", props.stage),
        );
        Callback::from(move |event: KeyboardEvent| {
            match event.key().as_str() {
                "Enter" if !event.is_composing() => take.emit(()),
                "Escape" => {
                    decided.replace(true);
                    close.emit(());
                }
                _ => return,
            }
            event.prevent_default();
            focus_soon(card.clone());
        })
    };
    html! {
        <input
            id="rename"
            type="text"
            class="field__input canvas__rename"
            aria-label={desk.words.canvas.rename}
            placeholder={props.name.clone()}
            value={(*typed).clone()}
            autocomplete="off"
            spellcheck="false"
            oninput={input}
            onblur={left}
            onkeydown={key}
        />
    }
}
