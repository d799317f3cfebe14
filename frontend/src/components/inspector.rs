//! The selected part in full: everything that can be set, and what the last run says of it.

mod arguments;
mod chain;
mod environment;
mod input;
mod pace;
mod process;
mod stage;
mod status;
mod typed;
mod wire;
mod wires;

use pipeyard_shared::chain::Chain;
use pipeyard_shared::problem::{Fault, Place, Problem};
use pipeyard_shared::words;
use yew::{Html, Properties, component, html};

use crate::desk::{Desk, use_desk};
use crate::editor::Selection;
use crate::runs::Run;
use crate::same::Same;

use chain::chain_form;
use stage::stage_form;
use wire::wire_form;

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) chain: Same<Chain>,
    pub(crate) selection: Selection,
    pub(crate) run: Option<Same<Run>>,
    pub(crate) problems: Same<Vec<Problem>>,
}

#[component]
pub(crate) fn Inspector(props: &Props) -> Html {
    let desk = use_desk();
    let (chain, run) = (&props.chain, &props.run);
    let (key, content) = match &props.selection {
        Selection::Stage(id) => (format!("s-{id}"), stage_form(&desk, chain, run, id)),
        Selection::Wire(id) => (format!("w-{id}"), wire_form(&desk, chain, run, id)),
        Selection::Chain | Selection::Note(_) | Selection::Many(_) => {
            ("chain".to_owned(), chain_form(&desk, chain, run))
        }
    };
    html! {
        <aside id="inspector" class="inspector" aria-label={desk.words.inspector}>
            { problems(&desk, &props.selection, &props.problems) }
            // A form of its own for each part: no field keeps what was typed into another's.
            <div class="inspector__content"><div {key}>{ content }</div></div>
        </aside>
    }
}

fn problems(desk: &Desk, selection: &Selection, problems: &[Problem]) -> Html {
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
        .enumerate()
        .map(|(index, problem)| {
            html! { <li key={index}>{ words::fault(desk.language, &problem.fault) }</li> }
        });
    html! { <ul class="inspector__problems">{ for items }</ul> }
}
