//! All that is known of what is selected: a stage's program, its words and its ports, or a wire. On a phone, and for who reads
//! by ear, this is what pointing is elsewhere.

use std::collections::BTreeSet;
use std::rc::Rc;

use pipeyard_shared::chain::{InputPort, OutputPort, Stage};
use pipeyard_shared::explain::Explained;
use wasm_bindgen_futures::spawn_local;
use yew::{Html, Properties, component, html, use_effect_with, use_state};

use super::ask::ask;
use super::content;
use crate::commands::Scene;
use crate::components::dialog::Dialog;
use crate::desk::{Desk, use_desk};
use crate::editor::Selection;
use crate::i18n::explain::ExplainWords;

/// The list for the selected stage or wire, which covers the page.
pub(crate) fn dialog(desk: &Desk, scene: &Rc<Scene>) -> Html {
    let words = ExplainWords::of(desk.language);
    let editor = &scene.editor;
    let chain = editor.chain();
    let content = match editor.selection() {
        Selection::Stage(id) => chain.stage(id).map(|stage| {
            html! {
                <>
                    <Known stage={stage.clone()} scene={scene.clone()} />
                    { ports_of(words, stage) }
                </>
            }
        }),
        Selection::Wire(id) => chain.wire(id).map(|wire| {
            let name = chain.wire_name(wire);
            let (from, to) = (output(words, wire.from.port), input(words, wire.to.port));
            html! {
                <div class="explained explained--whole">
                    <p class="explained__what"><b class="is-mono">{ name }</b>{ format!(" · {}", words.wire) }</p>
                    { ports(words, &[from, to]) }
                </div>
            }
        }),
        _ => None,
    };
    html! {
        <Dialog id="explain" name={words.name}>
            <div>{ content.unwrap_or_default() }</div>
        </Dialog>
    }
}

/// What the ports of a stage are, which on the canvas can be pointed at.
fn ports_of(words: &'static ExplainWords, stage: &Stage) -> Html {
    let inputs = [InputPort::Stdin].into_iter();
    let inputs = inputs.filter(|port| stage.has_input(*port));
    let outputs = [OutputPort::Stdout, OutputPort::Stderr].into_iter();
    let outputs = outputs.filter(|port| stage.has_output(*port));
    let told: Vec<_> = inputs
        .map(|port| input(words, port))
        .chain(outputs.map(|port| output(words, port)))
        .collect();
    ports(words, &told)
}

fn ports(words: &'static ExplainWords, told: &[&'static str]) -> Html {
    html! {
        <div class="explained__ports" hidden={told.is_empty()}>
            <h3 class="explained__heading">{ words.ports }</h3>
            <ul>{ for told.iter().enumerate().map(|(key, told)| html! { <li {key} class="explained__meaning">{ *told }</li> }) }</ul>
        </div>
    }
}

fn input(words: &'static ExplainWords, port: InputPort) -> &'static str {
    match port {
        InputPort::Stdin => words.stdin,
        InputPort::Extra(_) => words.extra,
    }
}

fn output(words: &'static ExplainWords, port: OutputPort) -> &'static str {
    match port {
        OutputPort::Stdout => words.stdout,
        OutputPort::Stderr => words.stderr,
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
