//! Everything that keeps the chain from running, each with the way to its place.

use pipeyard_shared::Chain;
use pipeyard_shared::message::Refusal;
use pipeyard_shared::problem::{Fault, Place, Problem};
use pipeyard_shared::words;
use yew::{Callback, Html, html};

use crate::desk::Desk;
use crate::editor::Selection;
use crate::link::{Intent, View};
use crate::same::Same;

/// What the page finds by itself in this chain, and what the runner has found.
pub(crate) fn problem_list(
    desk: &Desk,
    chain: &Same<Chain>,
    problems: &Same<Vec<Problem>>,
    view: &Same<View>,
) -> Html {
    let words_of = |problem: &Problem| {
        // Ids are for files: people know a stage by what its card says.
        let name = match &problem.place {
            Place::Stage(id) => Some(chain.name_of(id)),
            Place::Wire(id) => chain.wire(id).map(|wire| chain.wire_name(wire)),
            Place::Chain => None,
        };
        let sentence = match name {
            Some(name) => words::problem_at(desk.language, problem, &name),
            None => words::problem(desk.language, problem),
        };
        (sentence, Some(problem.place.clone()))
    };
    // That an empty chain is empty is said where its stages would be.
    let told = |problem: &&Problem| problem.fault != Fault::NoStages;
    let mut list: Vec<(String, Option<Place>)> =
        problems.iter().filter(told).map(words_of).collect();
    let refused = view.refusal.as_deref();
    match refused {
        Some(Refusal::Problems { problems }) => list.extend(problems.iter().map(words_of)),
        Some(other) => {
            let sentences = words::refusal(desk.language, other);
            list.extend(sentences.into_iter().map(|sentence| (sentence, None)));
        }
        None => {}
    }
    if let Some(trouble) = &view.trouble {
        list.push(((desk.words.trouble)(trouble), None));
    }
    let dismissable = refused.is_some() || view.trouble.is_some();
    let dismiss = {
        let desk = desk.clone();
        Callback::from(move |_| desk.wish(Intent::Dismiss))
    };
    let count = list.len();
    let items = list
        .into_iter()
        .enumerate()
        .map(|(index, (sentence, place))| {
            html! { <li key={index}>{ item(desk, sentence, place) }</li> }
        });
    html! {
        <section id="problems" class="problems" role="region" aria-label={desk.words.problems_label} hidden={count == 0}>
            <h2 class="problems__title">
                <span aria-hidden="true">{ "! " }</span>
                { (desk.words.problems)(count) }
            </h2>
            <ul class="problems__list">{ for items }</ul>
            <button type="button" class="button problems__dismiss" hidden={!dismissable} onclick={dismiss}>{ desk.words.dismiss }</button>
        </section>
    }
}

fn item(desk: &Desk, sentence: String, place: Option<Place>) -> Html {
    let selection = match place {
        Some(Place::Stage(id)) => Selection::Stage(id),
        Some(Place::Wire(id)) => Selection::Wire(id),
        Some(Place::Chain) => Selection::Chain,
        None => return html! { <p class="problems__item">{ sentence }</p> },
    };
    let desk = desk.clone();
    let press = Callback::from(move |_| desk.select(selection.clone()));
    html! { <button type="button" class="problems__item" onclick={press}>{ sentence }</button> }
}
