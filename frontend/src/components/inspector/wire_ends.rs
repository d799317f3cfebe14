//! Where a wire comes from and where it goes, to be changed; and a stage put between the two.

use pipeyard_shared::WireId;
use pipeyard_shared::chain::{Chain, InputPort, OutputPort, Stage, StageKind};
use yew::{Callback, Html, html};

use super::ports::{port_name, rewirings};
use crate::components::chooser::Item;
use crate::components::pick::{Pick, templates};
use crate::desk::Desk;
use crate::editor::{Edit, Port};
use crate::same::Same;

pub(super) fn wire_ends(desk: &Desk, chain: &Same<Chain>, id: &WireId) -> Html {
    let words = desk.words.stage;
    let Some(wire) = chain.wire(id) else {
        return html! { <div></div> };
    };
    let (from, to) = (
        Port::Output(wire.from.clone()),
        Port::Input(wire.to.clone()),
    );
    let end = |name: &'static str, label: &'static str, now: &Port, other: &Port| {
        let choices = {
            let (desk, chain, id) = (desk.clone(), chain.clone(), id.clone());
            let (now, other) = (now.clone(), other.clone());
            Callback::from(move |()| rewirings(&desk, &chain, &id, &now, &other))
        };
        html! {
            <div class="field">
                <span class="field__label">{ label }</span>
                <Pick id={name} {label} class="field__input is-mono" shown={port_name(chain, now)} {choices} />
            </div>
        }
    };
    let insert = {
        let (desk, id) = (desk.clone(), id.clone());
        Callback::from(move |()| insertions(&desk, &id))
    };
    html! {
        <div class="form">
            { end("wire-from", words.from, &from, &to) }
            { end("wire-to", words.to, &to, &from) }
            <Pick id="insert-stage" class="button button--add" shown={words.insert_here} choices={insert} />
        </div>
    }
}

/// What can stand between the two ends of a wire.
pub(crate) fn insertions(desk: &Desk, wire: &WireId) -> Vec<(Item, Edit)> {
    let all = templates(desk).into_iter();
    let fitting = all.filter(|(_, template)| passes_on(&template.kind()));
    fitting
        .map(|(item, template)| {
            let edit = Edit::Insert {
                wire: wire.clone(),
                kind: template.kind(),
                at: None,
            };
            (item, edit)
        })
        .collect()
}

/// Whether bytes go through it.
pub(crate) fn passes_on(kind: &StageKind) -> bool {
    let stage = Stage::new("x", kind.clone());
    stage.has_input(InputPort::Stdin) && stage.has_output(OutputPort::Stdout)
}
