//! What a screen reader hears of a run: its turning points, no more than one a second.

use yew::{Html, Properties, component, html};

use crate::desk::{Desk, use_desk};
use crate::format;
use crate::hooks::use_throttled;
use crate::link::{State, View};
use crate::runs::Phase;
use crate::runs::result::Outcome;
use crate::same::Same;

const EVERY_MS: u32 = 1_000;

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) view: Same<View>,
}

#[component]
pub(crate) fn Live(props: &Props) -> Html {
    let desk = use_desk();
    let shown = use_throttled(sentence(&desk, &props.view), EVERY_MS);
    html! { <div id="live" class="for-readers" role="status" aria-live="polite">{ shown }</div> }
}

/// Nothing in it changes with every meter: only turning points do.
fn sentence(desk: &Desk, view: &View) -> String {
    let words = desk.words;
    if view.state == State::Lost {
        return words.connection_lost.to_owned();
    }
    let Some(run) = &view.run else {
        return String::new();
    };
    match run.phase {
        Phase::Asked | Phase::Running => (words.run_began)(run.lanes.len()),
        Phase::Stopping => words.stopping.to_owned(),
        Phase::Lost => words.run_lost.to_owned(),
        Phase::Ended { .. } => {
            let outcome = Outcome::of(run, view.now_ms);
            let status = outcome.status.unwrap_or_default();
            let speed_up = outcome
                .speed_up()
                .map(|factor| (words.parallel)(&format::factor(factor)));
            format!(
                "{}, {}, {}",
                (words.run_ended)(status.by(run.chain.status)),
                format::span(outcome.wall_us),
                speed_up.unwrap_or_default()
            )
        }
    }
}
