//! The wires of a stage, and a way to draw another.

use pipeyard_shared::StageId;
use pipeyard_shared::chain::{
    Chain, FIRST_EXTRA_INPUT, InputEnd, InputPort, OutputEnd, OutputPort, StageKind,
};
use pipeyard_shared::substitute::{Placeholder, placeholders};
use web_sys::HtmlSelectElement;
use yew::{Callback, Event, Html, TargetCast, html};

use crate::desk::Desk;
use crate::editor::{Edit, Selection};
use crate::same::Same;

pub(super) fn wires(desk: &Desk, chain: &Same<Chain>, id: &StageId) -> Html {
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
        </fieldset>
    }
}

/// A list of everything that a wire from this stage could lead to.
fn connect(desk: &Desk, chain: &Chain, id: &StageId) -> Html {
    let ends = possible(chain, id);
    let options = ends.iter().enumerate().map(|(index, (from, to))| {
        html! { <option key={index} value={index.to_string()}>{ format!("{} → {}", from.port, input_name(chain, to)) }</option> }
    });
    let change = {
        let (desk, ends) = (desk.clone(), ends.clone());
        Callback::from(move |event: Event| {
            let Some(select) = event.target_dyn_into::<HtmlSelectElement>() else {
                return;
            };
            let chosen = select
                .value()
                .parse()
                .ok()
                .and_then(|index: usize| ends.get(index));
            if let Some((from, to)) = chosen {
                desk.edit(Edit::Connect(from.clone(), to.clone()));
            }
            select.set_value("");
        })
    };
    html! {
        <select class="field__input" aria-label={desk.words.add_wire} disabled={ends.is_empty()} onchange={change}>
            <option value="" selected=true>{ desk.words.add_wire }</option>
            { for options }
        </select>
    }
}

fn input_name(chain: &Chain, end: &InputEnd) -> String {
    format!("{} {}", chain.name_of(&end.stage), end.port)
}

fn possible(chain: &Chain, id: &StageId) -> Vec<(OutputEnd, InputEnd)> {
    let Some(stage) = chain.stage(id) else {
        return Vec::new();
    };
    let outputs = [OutputPort::Stdout, OutputPort::Stderr];
    let mut ends = Vec::new();
    for port in outputs.into_iter().filter(|port| stage.has_output(*port)) {
        let from = OutputEnd {
            stage: id.clone(),
            port,
        };
        for other in chain.stages.iter().filter(|other| other.id != *id) {
            for input in inputs(&other.kind) {
                let to = InputEnd {
                    stage: other.id.clone(),
                    port: input,
                };
                let known = chain
                    .wires
                    .iter()
                    .any(|wire| wire.from == from && wire.to == to);
                if other.has_input(input) && !known {
                    ends.push((from.clone(), to));
                }
            }
        }
    }
    ends
}

/// Standard input, and the extra inputs that the arguments name (or the first, where none does).
fn inputs(kind: &StageKind) -> Vec<InputPort> {
    let texts = match kind {
        StageKind::Process(process) => process.args.iter().collect(),
        StageKind::Shell(shell) => vec![&shell.text],
        _ => return vec![InputPort::Stdin],
    };
    let named: Vec<u8> = texts
        .into_iter()
        .flat_map(placeholders)
        .filter_map(|placeholder| match placeholder {
            Placeholder::Extra(number) => Some(number),
            _ => None,
        })
        .collect();
    let mut extra: Vec<u8> = (0..=u8::MAX)
        .filter(|number| named.contains(number))
        .collect();
    if extra.is_empty() {
        extra.push(FIRST_EXTRA_INPUT);
    }
    let extra = extra.into_iter().map(InputPort::Extra);
    std::iter::once(InputPort::Stdin).chain(extra).collect()
}
