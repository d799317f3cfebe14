//! The field in which the chain is typed as shell text.
//!
//! A text area stands over a copy of its text of which nothing is seen but the underlines: so the browser does what
//! it does with text, input methods and its own undo included, and the colours are the stages'.

mod field;
mod row;

use pipeyard_shared::StageId;
use pipeyard_shared::chain::Chain;
use pipeyard_shared::shell::Part;
use pipeyard_shared::words::syntax_fault;
use yew::{
    Callback, FocusEvent, Html, InputEvent, KeyboardEvent, MouseEvent, PointerEvent, Properties,
    classes, component, html, use_effect, use_effect_with, use_force_update, use_memo, use_mut_ref,
    use_node_ref,
};

use crate::components::hue;
use crate::components::shell_line::Line;
use crate::desk::use_desk;
use crate::editor::Selection;
use crate::i18n::line::LineWords;
use crate::line::complete::Offer;
use crate::line::paint::{dotted, pieces};
use crate::line::said;
use crate::same::Same;
use crate::ui::Show;
use field::{Field, Model};
use row::row;

/// The field, or the commands in a row where they are not to be typed.
pub(crate) fn content(line: Line) -> Html {
    html! { <LineField key="field" {line} /> }
}

#[derive(PartialEq, Properties)]
struct Props {
    line: Line,
}

#[component]
fn LineField(props: &Props) -> Html {
    let desk = use_desk();
    let line = &props.line;
    let said = use_memo(line.chain.clone(), |chain| said(chain));
    let area = use_node_ref();
    let again = use_force_update();
    let model = use_mut_ref(|| Model::new(&line.chain));
    let field = Field {
        desk: desk.clone(),
        area: area.clone(),
        again,
        model,
        connected: line.connected,
    };
    field.meet(&line.chain, &said);
    let can_type = field.model.borrow().has_text() && !desk.recorded;
    {
        let field = field.clone();
        use_effect_with(can_type, move |_| {
            let listeners = field.listen();
            move || {
                drop(listeners);
                field.leave();
            }
        });
    }
    {
        let field = field.clone();
        use_effect(move || field.put_away());
    }
    let words = LineWords::of(desk.language);
    if !can_type {
        let why = said.as_ref().as_ref().err();
        return row(&desk, line, why.map_or("", |why| (words.why_not)(*why)));
    }
    let (text, parts, wrong, offer, active) = {
        let model = field.model.borrow();
        let (text, parts, wrong) = match (&model.typing, model.shown()) {
            (Some(typing), _) => (
                typing.text.clone(),
                typing.parts.clone(),
                typing.wrong.clone(),
            ),
            (None, Some(shown)) => {
                let shown = dotted(shown, &line.chain);
                (shown.text, shown.parts, None)
            }
            (None, None) => Default::default(),
        };
        (text, parts, wrong, model.offer.clone(), model.active)
    };
    let at = wrong.as_ref().map(|error| error.at);
    let sentence = wrong.map(|error| syntax_fault(desk.language, &error.fault));
    let told = match (&sentence, &offer) {
        (None, Some(offer)) => (words.offered)(offer.names.len()),
        _ => String::new(),
    };
    let on = |hear: fn(&Field)| {
        let field = field.clone();
        Callback::from(move |_: FocusEvent| hear(&field))
    };
    let input = {
        let field = field.clone();
        Callback::from(move |event: InputEvent| field.input(event.is_composing()))
    };
    let key = {
        let field = field.clone();
        Callback::from(move |event: KeyboardEvent| field.key(&event))
    };
    let hover = {
        let (desk, hovered) = (desk.clone(), line.hovered.clone());
        Callback::from(move |event: PointerEvent| {
            let found = stage_at(&event);
            if found != hovered {
                desk.show(Show::Hover(found));
            }
        })
    };
    let leave = {
        let desk = desk.clone();
        Callback::from(move |_: PointerEvent| desk.show(Show::Hover(None)))
    };
    let select = {
        let desk = desk.clone();
        Callback::from(move |event: MouseEvent| {
            if let Some(stage) = stage_at(&event) {
                desk.select(Selection::Stage(stage));
            }
        })
    };
    let invalid = sentence.is_some();
    let open = offer.is_some();
    html! {
        <div class="line">
            <div class="line__text" onpointermove={hover} onpointerleave={leave} onclick={select}>
                { paint(line, &text, &parts, at) }
                <textarea
                    ref={area}
                    id="line"
                    class="line__field"
                    rows="1"
                    aria-label={desk.words.shell_line}
                    aria-describedby="line-said"
                    aria-invalid={invalid.then_some("true")}
                    aria-autocomplete="list"
                    aria-controls={open.then_some("line-offers")}
                    aria-activedescendant={active.filter(|_| open).map(|at| format!("line-offer-{at}"))}
                    placeholder={words.empty}
                    spellcheck="false"
                    autocomplete="off"
                    autocapitalize="off"
                    value={text}
                    oninput={input}
                    onkeydown={key}
                    onfocus={on(Field::focus)}
                    onblur={on(Field::blur)}
                />
            </div>
            <p id="line-said" class="line__said" aria-live="polite">{ sentence.unwrap_or_default() }</p>
            { offers(&field, offer.as_ref(), active, words.offers) }
            <p class="for-readers" aria-live="polite">{ told }</p>
        </div>
    }
}

/// The copy of the text that carries the underlines.
fn paint(line: &Line, text: &str, parts: &[Part], wrong: Option<usize>) -> Html {
    let chain: &Same<Chain> = &line.chain;
    let drawn = pieces(text, parts, wrong).into_iter().enumerate();
    let drawn = drawn.map(|(key, piece)| {
        let place = piece.stage.as_ref().and_then(|id| chain.stage_index(id));
        let is = |other: &Option<StageId>| piece.stage.is_some() && *other == piece.stage;
        let bypassed = place.is_some_and(|at| chain.stages[at].bypassed);
        let class = classes!(
            "line__piece",
            place.map(|at| classes!("is-stage", hue(at))),
            is(&line.hovered).then_some("is-lit"),
            is(&line.selected).then_some("is-selected"),
            bypassed.then_some("is-bypassed"),
            piece.is_wrong.then_some("is-wrong"),
        );
        let stage = piece
            .stage
            .filter(|_| place.is_some())
            .map(|id| id.to_string());
        html! { <span {key} {class} data-said={stage}>{ piece.text }</span> }
    });
    // A last line without anything in it is as high as the others.
    html! { <div class="line__paint" aria-hidden="true">{ for drawn }{ "\u{200b}" }</div> }
}

/// The programs whose names begin with what is typed.
fn offers(
    field: &Field,
    offer: Option<&Offer>,
    active: Option<usize>,
    label: &'static str,
) -> Html {
    let names: &[String] = offer.map_or(&[], |offer| &offer.names);
    let items = names.iter().enumerate().map(|(at, name)| {
        let accept = {
            let field = field.clone();
            // The field keeps the focus.
            Callback::from(move |event: PointerEvent| {
                event.prevent_default();
                field.accept(at);
            })
        };
        let is_active = active == Some(at);
        html! {
            <li
                key={name.clone()}
                id={format!("line-offer-{at}")}
                class={classes!("line__offer", is_active.then_some("is-chosen"))}
                role="option"
                aria-selected={is_active.to_string()}
                data-offer={name.clone()}
                onpointerdown={accept}
            >{ name }</li>
        }
    });
    html! { <ul id="line-offers" class="line__offers" role="listbox" aria-label={label} hidden={names.is_empty()}>{ for items }</ul> }
}

/// The stage whose text is at a place of the screen.
fn stage_at(event: &MouseEvent) -> Option<StageId> {
    let document = web_sys::window()?.document()?;
    let (x, y) = (event.client_x() as f32, event.client_y() as f32);
    let found = document.elements_from_point(x, y);
    found.iter().find_map(|element| {
        let element: web_sys::Element = wasm_bindgen::JsCast::dyn_into(element).ok()?;
        element.get_attribute("data-said").map(StageId::new)
    })
}
