//! The result of a run in one line: wall time, work done, and the speed-up.

use pipeyard_shared::Chain;
use yew::{Html, Properties, component, html};

use crate::desk::use_desk;
use crate::format;
use crate::link::View;
use crate::runs::Phase;
use crate::runs::result::Outcome;
use crate::same::Same;

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) view: Same<View>,
    /// The chain as it is edited, to tell when it has changed since.
    pub(super) chain: Same<Chain>,
}

#[component]
pub(super) fn ResultLine(props: &Props) -> Html {
    let words = use_desk().words;
    let Some(run) = &props.view.run else {
        return html! { <p class="result"></p> };
    };
    let then = run.instant.filter(|_| !run.recorded || run.is_active());
    let outcome = Outcome::of(run, props.view.now_ms);
    let mut parts: Vec<(&str, String)> = Vec::new();
    if let Some(instant) = then {
        let words = (words.replay.showing)(format::span(instant));
        parts.push(("result__part is-then", words));
    }
    match (run.phase, outcome.status) {
        (Phase::Lost, _) => parts.push(("result__part is-failed", words.run_lost.to_owned())),
        (_, Some(status)) => {
            let code = status.by(run.chain.status);
            if code != 0 || status.pipefail != 0 {
                let class = if code == 0 {
                    "result__part"
                } else {
                    "result__part is-failed"
                };
                parts.push((class, (words.status_both)(status.last, status.pipefail)));
            }
        }
        (_, None) => parts.push((
            "result__part is-running",
            (words.ended_of)(outcome.ended, outcome.processes),
        )),
    }
    if then.is_none() {
        parts.push(("result__part", format::span(outcome.wall_us)));
    }
    parts.push((
        "result__part result__part--work",
        (words.of_work)(&format::span(outcome.work_us)),
    ));
    if *run.chain != *props.chain.0 {
        parts.push(("result__part is-stale", words.chain_changed.to_owned()));
    }
    // Green is for a gain: below a tenth there is none to speak of.
    let gained = outcome.speed_up().is_some_and(|factor| factor >= 1.1);
    let speed_class = if gained {
        "result__part is-fine"
    } else {
        "result__part"
    };
    let speed_up = outcome
        .speed_up()
        .map(|factor| (words.parallel)(&format::factor(factor)));
    html! {
        <p class={if parts.len() > 2 { "result result--long" } else { "result" }} title={words.result_note}>
            { for parts.into_iter().enumerate().map(|(index, (class, part))| html! { <span key={index} {class}>{ part }</span> }) }
            <span key="speedup" id="speedup" class={speed_class}>{ speed_up.unwrap_or_default() }</span>
        </p>
    }
}
