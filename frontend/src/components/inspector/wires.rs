//! The wires of a stage, a way to draw another, and one more input.

use pipeyard_shared::StageId;
use pipeyard_shared::chain::{
    Chain, FIRST_EXTRA_INPUT, InputEnd, InputPort, LAST_EXTRA_INPUT, OutputEnd, OutputPort, Stage,
    StageKind,
};
use web_sys::HtmlSelectElement;
use yew::{Callback, Event, Html, Properties, TargetCast, component, html};

use super::errors::named_inputs;
use super::ports::{input_name, inputs_of, option};
use crate::desk::{Desk, use_desk};
use crate::editor::{Edit, Joining, Port, Selection};
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
            <Connect chain={chain.clone()} id={id.clone()} />
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

#[derive(PartialEq, Properties)]
struct Props {
    chain: Same<Chain>,
    id: StageId,
}

/// A list of everything that a wire from this stage could lead to; what it cannot lead to says why not.
#[component]
fn Connect(props: &Props) -> Html {
    let desk = use_desk();
    let (chain, id) = (&props.chain, &props.id);
    let ends = possible(chain, id);
    let mut outputs: Vec<Joining> = Vec::new();
    for port in outputs_of(chain, id) {
        outputs.push(Joining::from(chain, &Port::Output(port), None));
    }
    let options = ends.iter().enumerate().map(|(index, (output, from, to))| {
        let name = format!("{} → {}", from.port, input_name(chain, to));
        let why_not = outputs
            .get(*output)
            .and_then(|joining| joining.with(&Port::Input(to.clone())).err());
        option(&desk, chain, index, false, name, why_not)
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
            if let Some((_, from, to)) = chosen {
                desk.edit(Edit::Connect(from.clone(), to.clone()));
            }
            select.set_value("");
        })
    };
    html! {
        <select id="add-wire" class="field__input" aria-label={desk.words.add_wire} disabled={ends.is_empty()} onchange={change}>
            <option value="" selected=true>{ desk.words.add_wire }</option>
            { for options }
        </select>
    }
}

fn outputs_of(chain: &Chain, id: &StageId) -> Vec<OutputEnd> {
    let ports = [OutputPort::Stdout, OutputPort::Stderr].into_iter();
    let own = ports.filter(|port| chain.stage(id).is_some_and(|stage| stage.has_output(*port)));
    own.map(|port| OutputEnd {
        stage: id.clone(),
        port,
    })
    .collect()
}

/// Each with the place of its output among the stage's.
fn possible(chain: &Chain, id: &StageId) -> Vec<(usize, OutputEnd, InputEnd)> {
    let mut ends = Vec::new();
    for (output, from) in outputs_of(chain, id).into_iter().enumerate() {
        for other in chain.stages.iter().filter(|other| other.id != *id) {
            for to in inputs_of(chain, other) {
                ends.push((output, from.clone(), to));
            }
        }
    }
    ends
}
