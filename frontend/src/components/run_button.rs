//! Run, and Stop in its place while a run is active.

use pipeyard_shared::Chain;
use yew::{Callback, Html, Properties, classes, component, html};

use crate::desk::use_desk;
use crate::link::{Intent, State, View};
use crate::runs::Phase;
use crate::same::Same;

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) chain: Same<Chain>,
    pub(super) view: Same<View>,
    /// How many problems the chain has.
    pub(super) problems: usize,
}

/// One element for both, so that the focus stays where it is.
#[component]
pub(super) fn RunButton(props: &Props) -> Html {
    let desk = use_desk();
    let words = desk.words;
    let run = props.view.run.as_ref();
    let active = run.is_some_and(|run| run.is_active());
    let stopping = run.is_some_and(|run| run.phase == Phase::Stopping);
    // Nobody can be asked to stop while the runner is gone.
    let obstacle = if active {
        (props.view.state != State::Connected).then(|| words.no_runner.to_owned())
    } else if props.view.state != State::Connected {
        Some(words.no_runner.to_owned())
    } else if props.problems > 0 {
        Some((words.problems_first)(props.problems))
    } else {
        None
    };
    let press = {
        let (desk, chain, blocked) = (desk.clone(), props.chain.0.clone(), obstacle.is_some());
        Callback::from(move |_| match (blocked, active) {
            (true, _) => {}
            (false, true) => desk.wish(Intent::Stop),
            (false, false) => desk.run(&chain),
        })
    };
    let (label, glyph, keys) = match (active, stopping, props.view.starting) {
        (true, true, _) => (words.stopping, "■", "Esc"),
        (true, false, _) => (words.stop, "■", "Esc"),
        (false, _, true) => (words.starting, "▶", "Ctrl ⏎"),
        (false, _, false) => (words.run, "▶", "Ctrl ⏎"),
    };
    html! {
        <button
            type="button"
            id={if active { "stop" } else { "run" }}
            class={classes!("run", active.then_some("run--stop"))}
            aria-disabled={obstacle.is_some().to_string()}
            aria-keyshortcuts={if active { "Escape" } else { "Control+Enter" }}
            title={obstacle}
            onclick={press}
        >
            <span aria-hidden="true">{ glyph }</span>
            <span>{ label }</span>
            <kbd aria-hidden="true">{ keys }</kbd>
        </button>
    }
}
