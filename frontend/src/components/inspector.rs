//! The selected part in full: everything that can be set, and what the last run says of it.

mod arguments;
mod chain;
mod duration;
mod environment;
mod errors;
mod input;
mod many;
mod names;
mod note;
mod pace;
pub(crate) mod ports;
mod process;
mod program;
mod seen;
mod stage;
mod status;
mod typed;
mod wire;
pub(crate) mod wire_ends;
mod wires;

use pipeyard_shared::chain::Chain;
use pipeyard_shared::problem::{Fault, Place, Problem};
use pipeyard_shared::words;
use yew::{Html, Properties, component, html};

use crate::components::later::later;
use crate::desk::{Desk, use_desk};
use crate::editor::Selection;
use crate::runs::Run;
use crate::same::Same;

pub(crate) use seen::{add_note, below, places};

use chain::chain_form;
use many::many_form;
use note::note_form;
use stage::stage_form;
use wire::wire_form;

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) chain: Same<Chain>,
    pub(crate) selection: Selection,
    pub(crate) run: Option<Same<Run>>,
    pub(crate) problems: Same<Vec<Problem>>,
}

/// The place of the selected part.
pub(crate) fn inspector(desk: &Desk, props: Props) -> Html {
    html! {
        <aside id="inspector" class="inspector" aria-label={desk.words.inspector}>
            { later(desk, |parts| (parts.inspector)(props)) }
        </aside>
    }
}

/// What stands there. It is loaded later.
pub(crate) fn content(props: Props) -> Html {
    html! { <Inspector ..props /> }
}

#[component]
fn Inspector(props: &Props) -> Html {
    let desk = use_desk();
    let (chain, run) = (&props.chain, &props.run);
    let (key, content) = match &props.selection {
        Selection::Stage(id) => {
            let own = errors::of_stage(&props.problems, id);
            (format!("s-{id}"), stage_form(&desk, chain, run, id, &own))
        }
        Selection::Wire(id) => (format!("w-{id}"), wire_form(&desk, chain, run, id)),
        Selection::Note(id) => (format!("n-{id}"), note_form(&desk, chain, id)),
        Selection::Many(parts) => ("many".to_owned(), many_form(&desk, chain, parts)),
        Selection::Chain => ("chain".to_owned(), chain_form(&desk, chain, run)),
    };
    html! {
        <>
            { problems(&desk, chain, &props.selection, &props.problems) }
            // A form of its own for each part: no field keeps what was typed into another's.
            <div class="inspector__content"><div {key}>{ content }</div></div>
        </>
    }
}

/// What no field says.
fn problems(desk: &Desk, chain: &Chain, selection: &Selection, problems: &[Problem]) -> Html {
    let here = |problem: &&Problem| match (&problem.place, selection) {
        (Place::Stage(place), Selection::Stage(id)) => place == id,
        (Place::Wire(place), Selection::Wire(id)) => place == id,
        // That an empty chain is empty is said where its stages would be.
        (Place::Chain, Selection::Chain) => problem.fault != Fault::NoStages,
        _ => false,
    };
    let items = problems
        .iter()
        .filter(here)
        .filter(|problem| !errors::has_field(chain, problem))
        .enumerate()
        .map(|(index, problem)| {
            html! { <li key={index}>{ words::fault(desk.language, &problem.fault) }</li> }
        });
    html! { <ul class="inspector__problems">{ for items }</ul> }
}
