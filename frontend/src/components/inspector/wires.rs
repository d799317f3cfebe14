//! The wires of a stage, a way to draw another, and one more input.

use pipeyard_shared::StageId;
use pipeyard_shared::chain::{
    Chain, FIRST_EXTRA_INPUT, InputPort, LAST_EXTRA_INPUT, Stage, StageKind,
};
use yew::{Callback, Html, html};

use super::errors::named_inputs;
use super::ports::{connections, input_name};
use crate::components::pick::Pick;
use crate::desk::Desk;
use crate::editor::{Edit, Selection};
use crate::same::Same;

pub(super) fn wires(desk: &Desk, chain: &Same<Chain>, stage: &Stage) -> Html {
    let id = &stage.id;
    let own = chain
        .wires
        .iter()
        .filter(|wire| wire.from.stage == *id || wire.to.stage == *id);
    let rows = own.map(|wire| {
        let text = if wire.from.stage == *id {
            format!("{} → {}", wire.from.port, input_name(chain, &wire.to))
        } else {
            let from = chain.name_of(&wire.from.stage);
            format!("{} ← {from} {}", wire.to.port, wire.from.port)
        };
        let select = {
            let (desk, id) = (desk.clone(), wire.id.clone());
            Callback::from(move |_| desk.select(Selection::Wire(id.clone())))
        };
        let cut = {
            let (desk, id) = (desk.clone(), wire.id.clone());
            Callback::from(move |_| desk.edit(Edit::Disconnect(id.clone())))
        };
        html! {
            <li key={wire.id.to_string()} class="rows__row">
                <button type="button" class="rows__text" onclick={select}>{ &text }</button>
                <button type="button" class="button button--small" aria-label={(desk.words.wire_remove)(&text)} title={desk.words.remove} onclick={cut}>{ "×" }</button>
            </li>
        }
    });
    html! {
        <fieldset class="field">
            <legend class="field__label">{ desk.words.wires }</legend>
            <ul class="rows">{ for rows }</ul>
            { connect(desk, chain, id) }
            { add_input(desk, chain, stage) }
        </fieldset>
    }
}

/// A button that names one more input in the stage's words, so that a wire can lead there.
fn add_input(desk: &Desk, chain: &Chain, stage: &Stage) -> Html {
    if !stage.starts_process() {
        return html! { <div></div> };
    }
    let words = desk.words.stage;
    let named = named_inputs(&stage.kind);
    let free = (FIRST_EXTRA_INPUT..=LAST_EXTRA_INPUT).find(|number| {
        let port = InputPort::Extra(*number);
        !named.contains(&port) && chain.wires_to(&stage.id, port).next().is_none()
    });
    let Some(number) = free else {
        return html! { <p class="field__note">{ words.no_more_inputs }</p> };
    };
    let add = {
        let (desk, id, kind) = (desk.clone(), stage.id.clone(), stage.kind.clone());
        Callback::from(move |_| {
            let mut kind = kind.clone();
            match &mut kind {
                StageKind::Process(process) => process.args.push(format!("{{fd{number}}}").into()),
                StageKind::Shell(shell) => {
                    shell.text = format!("{} {{fd{number}}}", shell.text.lossy()).into();
                }
                _ => return,
            }
            desk.shape(&id, kind, "", 0);
        })
    };
    html! {
        <button type="button" id="add-input" class="button button--add" title={words.add_input_note} onclick={add}>{ (words.add_input)(number) }</button>
    }
}

/// A list of everything that a wire from this stage could lead to.
fn connect(desk: &Desk, chain: &Same<Chain>, id: &StageId) -> Html {
    let choices = {
        let (desk, chain, id) = (desk.clone(), chain.clone(), id.clone());
        Callback::from(move |()| connections(&desk, &chain, &id))
    };
    html! { <Pick id="add-wire" class="button button--add" shown={desk.words.add_wire} off={chain.stages.len() < 2} {choices} /> }
}
