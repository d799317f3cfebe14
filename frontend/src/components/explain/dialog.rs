//! All that is known of a stage's program and its words.

use std::collections::BTreeSet;
use std::rc::Rc;

use pipeyard_shared::chain::Stage;
use pipeyard_shared::explain::Explained;
use wasm_bindgen_futures::spawn_local;
use yew::{Html, Properties, component, html, use_effect_with, use_state};

use super::ask::ask;
use super::content;
use crate::commands::Scene;
use crate::components::dialog::Dialog;
use crate::desk::{Desk, use_desk};
use crate::i18n::explain::ExplainWords;

/// The list of the selected stage, which covers the page.
pub(crate) fn dialog(desk: &Desk, scene: &Rc<Scene>) -> Html {
    let words = ExplainWords::of(desk.language);
    let editor = &scene.editor;
    let stage = editor
        .selected_stage()
        .and_then(|id| editor.chain().stage(id));
    html! {
        <Dialog id="explain" name={words.name}>
            <div>{ for stage.map(|stage| html! { <Known stage={stage.clone()} scene={scene.clone()} /> }) }</div>
        </Dialog>
    }
}

#[derive(PartialEq, Properties)]
struct Props {
    stage: Stage,
    scene: Rc<Scene>,
}

#[component]
fn Known(props: &Props) -> Html {
    let desk = use_desk();
    let words = ExplainWords::of(desk.language);
    let told = use_state(|| None::<Rc<Explained>>);
    let command = content::command(&props.stage.kind);
    {
        let told = told.setter();
        use_effect_with(
            (command.clone(), desk.language),
            move |(command, language)| {
                told.set(None);
                if let Some((program, given)) = command.clone() {
                    let language = *language;
                    spawn_local(async move {
                        told.set(Some(Rc::new(ask(language, &program, &given).await)));
                    });
                }
            },
        );
    }
    let Some((program, given)) = command else {
        return html! { <p class="explained__by">{ words.no_program }</p> };
    };
    let Some(told) = &*told else {
        return html! { <p class="explained__by" role="status">{ words.reading }</p> };
    };
    let known: BTreeSet<usize> = told.flags.iter().map(|flag| flag.at).collect();
    let silent: Vec<String> = given
        .iter()
        .enumerate()
        .filter(|(at, word)| word.starts_with('-') && word.len() > 1 && !known.contains(at))
        .map(|(_, word)| format!("`{word}`"))
        .collect();
    let meanings = content::meanings(&desk, props.scene.run.as_deref(), &props.stage);
    html! {
        <div class="explained explained--whole">
            { content::program(&desk, &program, told) }
            { content::flags(told, None, usize::MAX) }
            <p class="explained__by" hidden={silent.is_empty()}>{ (words.nothing_of)(&silent.join(", ")) }</p>
            <div hidden={meanings.is_empty()}>
                <h3 class="explained__heading">{ words.last_status }</h3>
                { for meanings.into_iter().enumerate().map(|(key, meaning)| html! { <p {key} class="explained__meaning">{ meaning }</p> }) }
            </div>
        </div>
    }
}
