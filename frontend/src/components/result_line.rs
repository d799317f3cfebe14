//! The result of a run in one line: wall time, work done, and the speed-up.

use pipeyard_shared::chain::StatusRule;
use yew::{Html, html};

use crate::desk::Desk;
use crate::format;
use crate::link::View;
use crate::part::Part;
use crate::runs::result::Outcome;
use crate::runs::{Phase, Stale};
use crate::same::Same;

/// `stale` says whether the chain that is edited has changed since, `part` which part of it ran.
pub(super) fn result_line(
    desk: &Desk,
    view: &Same<View>,
    stale: &Stale,
    part: Option<&Part>,
) -> Html {
    let words = desk.words;
    let Some(run) = &view.run else {
        return html! { <p class="result"></p> };
    };
    let then = run.instant.filter(|_| !run.recorded || run.is_active());
    let outcome = Outcome::of(run, view.now_ms);
    let mut parts: Vec<(&str, String)> = Vec::new();
    if let Some(instant) = then {
        let words = (words.replay.showing)(format::span(instant));
        parts.push(("result__part is-then", words));
    }
    // What has no room gives way from behind: that it is of another chain must not.
    if stale.any {
        let words = words.results.older_chain.to_owned();
        parts.push(("result__part is-stale", format!("↺ {words}")));
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
                parts.push((class, (words.exit_status)(code)));
                // The other rule's answer is told where it is another.
                if status.last != status.pipefail {
                    parts.push(match run.chain.status {
                        StatusRule::Last => {
                            ("result__part", format!("pipefail {}", status.pipefail))
                        }
                        StatusRule::Pipefail => {
                            let rule = words.rule_last;
                            ("result__part", format!("{rule} {}", status.last))
                        }
                    });
                }
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
    if let Some(part) = part {
        let said = match part {
            Part::UpTo(stage) => (words.stage.ran_up_to)(&run.chain.name_of(stage)),
            Part::Frozen => words.stage.ran_frozen.to_owned(),
        };
        parts.push(("result__part is-part", said));
    }
    // Green is for a gain: below a tenth there is none to speak of.
    let gained = outcome.speed_up().is_some_and(|factor| factor >= 1.1);
    let speed_class = if gained {
        "result__part is-fine"
    } else {
        "result__part"
    };
    // Where there is little room, the figure says it without the word.
    let factor = outcome.speed_up().map(format::factor).unwrap_or_default();
    let parallel = if factor.is_empty() {
        String::new()
    } else {
        (words.parallel)(&factor)
    };
    let word = parallel
        .strip_prefix(&factor)
        .unwrap_or_default()
        .to_owned();
    // What comes first is always there; the rest, which the inspector says too, gives way whole where there is no room.
    html! {
        <p class={if parts.len() > 2 { "result result--long" } else { "result" }} title={words.result_note}>
            { for parts.into_iter().enumerate().map(|(index, (class, part))| html! { <span key={index} {class} data-spare={(index > 0).then_some("")}>{ part }</span> }) }
            <span key="speedup" id="speedup" class={speed_class} data-spare="">
                { factor }
                if !word.is_empty() {
                    <span class="result__word">{ word }</span>
                }
            </span>
        </p>
    }
}
