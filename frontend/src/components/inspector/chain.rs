//! The chain as a whole: its time, its status, and what the last run came to.

use pipeyard_shared::chain::{Chain, StatusRule};
use pipeyard_shared::example;
use yew::{Callback, Html, html};

use super::duration::Duration;
use super::seen::add_note;
use crate::components::field::Choice;
use crate::desk::Desk;
use crate::editor::Edit;
use crate::format;
use crate::runs::{Phase, Run};
use crate::same::Same;

pub(super) fn chain_form(desk: &Desk, chain: &Same<Chain>, run: &Option<Same<Run>>) -> Html {
    let words = desk.words;
    let timeout = {
        let desk = desk.clone();
        Callback::from(move |timeout| desk.edit(Edit::RunTimeout(timeout)))
    };
    let rule = {
        let desk = desk.clone();
        Callback::from(move |chosen| {
            let rule = if chosen == 0 {
                StatusRule::Last
            } else {
                StatusRule::Pipefail
            };
            desk.edit(Edit::Status(rule));
        })
    };
    let replace = |chain: fn() -> Chain| {
        let desk = desk.clone();
        Callback::from(move |_| desk.edit(Edit::Replace(Box::new(chain()))))
    };
    let note = {
        let (desk, chain) = (desk.clone(), chain.clone());
        Callback::from(move |_| add_note(&desk, &chain))
    };
    let apart = chain.stages.len() > 1 && chain.wires.is_empty();
    let pipefail = chain.status == StatusRule::Pipefail;
    html! {
        <div class="form">
            <h2 class="inspector__title">
                <span class="inspector__kind">{ words.chain }</span>
                <span class="inspector__name">{ (words.stages)(chain.stages.len()) }</span>
            </h2>
            <p class="inspector__text" hidden={chain.stages.is_empty()}>{ words.select_note }</p>
            <p class="inspector__hint" hidden={!apart}>{ words.around.no_wires }</p>
            { result(desk, run.as_deref()) }
            <Duration id="run-timeout" label={words.run_timeout} value={chain.timeout_ms} on_change={timeout} />
            <Choice
                id="status-rule"
                label={words.status_rule}
                options={vec![words.rule_last.into(), "pipefail".into()]}
                chosen={usize::from(pipefail)}
                on_change={rule}
                note={if pipefail { words.pipefail_note } else { words.last_note }}
            />
            <div class="inspector__place">
                <button type="button" id="add-note" class="button" onclick={note}>{ words.stage.add_note }</button>
                <button type="button" id="new-chain" class="button" onclick={replace(|| Chain::new(""))}>{ words.new_chain }</button>
                <button type="button" id="example-chain" class="button" onclick={replace(example::opening)}>{ words.opening_chain }</button>
            </div>
        </div>
    }
}

/// The statuses by both rules, and who ended the run if it did not end by itself.
fn result(desk: &Desk, run: Option<&Run>) -> Html {
    let words = desk.words;
    let Some(run) = run else {
        return html! { <p class="inspector__text">{ words.not_run_yet }</p> };
    };
    let mut rows: Vec<(&str, String)> = Vec::new();
    match run.phase {
        Phase::Ended {
            at_us,
            status,
            work_us,
        } => {
            rows.push((words.wall_time, format::span(at_us)));
            rows.push((words.work, format::span(work_us)));
            rows.push((words.status_by_last, status.last.to_string()));
            rows.push((words.status_by_pipefail, status.pipefail.to_string()));
        }
        Phase::Lost => rows.push((words.run_label, words.run_lost.to_owned())),
        Phase::Stopping => rows.push((words.run_label, words.stopping.to_owned())),
        Phase::Asked | Phase::Running => rows.push((words.run_label, words.running.to_owned())),
    }
    if let Some(ms) = run.timed_out_ms {
        rows.push((words.timeout, (words.run_timed_out)(ms)));
    }
    let leftovers: u32 = run.lanes.iter().map(|lane| lane.leftovers).sum();
    if leftovers > 0 {
        rows.push((words.leftovers, (words.leftovers_ended)(leftovers)));
    }
    let rows = rows.into_iter().map(|(name, value)| {
        html! { <tr key={name}><th scope="row">{ name }</th><td>{ value }</td></tr> }
    });
    html! { <table class="facts"><tbody>{ for rows }</tbody></table> }
}
