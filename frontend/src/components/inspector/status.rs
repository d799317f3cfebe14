//! What the last run says of a stage, lane by lane, in words; and signals while it runs.

use pipeyard_shared::signal::Signal;
use pipeyard_shared::words;
use pipeyard_shared::{LaneNumber, StageId};
use yew::{Callback, Html, html};

use crate::components::status::doing;
use crate::desk::Desk;
use crate::format;
use crate::link::Intent;
use crate::runs::{Run, StageRun, StageState};
use crate::same::Same;

/// Means what a program takes it to mean; most end by it.
const USR1: Signal = Signal(10);
/// Lanes that are listed one by one.
const MOST_LANES: usize = 12;

pub(super) fn stage_status(desk: &Desk, run: &Option<Same<Run>>, id: &StageId) -> Html {
    let Some((run, at)) = run
        .as_ref()
        .and_then(|run| Some((run, run.chain.stage_index(id)?)))
    else {
        return html! { <div></div> };
    };
    let lanes: Vec<(LaneNumber, &StageRun)> = run
        .lanes
        .iter()
        .enumerate()
        .filter_map(|(index, lane)| Some((LaneNumber::from_index(index), lane.stages.get(at)?)))
        .collect();
    let rows = lanes.iter().take(MOST_LANES).map(|(lane, stage)| {
        html! {
            <tr key={lane.0}>
                <th scope="row">{ (desk.words.lane)(lane.0) }</th>
                <td>
                    <span class="facts__pair">
                        <span class={format!("is-{}", stage.state().word())}>{ said(desk, stage) }</span>
                        <small>{ used(desk, stage) }</small>
                    </span>
                    { signals(desk, id, *lane, run.is_live(), stage) }
                </td>
            </tr>
        }
    });
    let mut hints: Vec<String> = lanes
        .iter()
        .filter_map(|(_, stage)| {
            words::ending_meaning(desk.language, &run.chain.stages[at], stage.ending.as_ref()?)
        })
        .collect();
    hints.dedup();
    let hidden = lanes.len().saturating_sub(MOST_LANES);
    html! {
        <section class="inspector__run" aria-label={desk.words.last_run}>
            <table class="facts"><tbody>{ for rows }</tbody></table>
            <p class="inspector__text" hidden={hidden == 0}>{ (desk.words.more_lanes)(hidden) }</p>
            { for hints.into_iter().take(3).enumerate().map(|(index, hint)| html! { <p key={index} class="inspector__hint">{ hint }</p> }) }
        </section>
    }
}

fn said(desk: &Desk, stage: &StageRun) -> String {
    match (&stage.ending, stage.state()) {
        (Some(ending), _) => words::ending(desk.language, ending),
        (None, StageState::Waiting) => desk.words.waiting_to_start.to_owned(),
        (None, _) => {
            let doing = stage.doing().map_or_else(
                || desk.words.running.to_owned(),
                |doing| {
                    let port = doing::port(doing).map(|port| format!(" ({port})"));
                    doing::word(desk, doing) + &port.unwrap_or_default()
                },
            );
            match stage.pid {
                Some(pid) => format!("{doing} · pid {pid}"),
                None => doing,
            }
        }
    }
}

fn used(desk: &Desk, stage: &StageRun) -> String {
    let mut parts = Vec::new();
    if stage.ending.is_some() {
        parts.extend(stage.lasted_us(0).map(format::span));
    }
    if let Some(usage) = stage.usage {
        parts.push((desk.words.processor)(&format::span(usage.processor_us())));
        // The kernel tells a small program's peak only as a bound.
        let bound = if usage.peak_is_bound { "≤ " } else { "" };
        parts.push(format!("{bound}{}", format::memory(usage.peak_kib)));
    }
    parts.join(" · ")
}

/// Signals that teach something: ask to end, interrupt, stand still, go on, end at once, and one that a
/// program may give a meaning of its own.
fn signals(desk: &Desk, id: &StageId, lane: LaneNumber, live: bool, stage: &StageRun) -> Html {
    let running = live && stage.state() == StageState::Running && stage.pid.is_some();
    let known = [
        Signal::TERM,
        Signal::INT,
        Signal::STOP,
        Signal::CONT,
        Signal::KILL,
        USR1,
    ];
    let buttons = known.map(|signal| {
        let (own, id) = (desk.clone(), id.clone());
        let press = Callback::from(move |_| own.wish(Intent::Signal(lane, id.clone(), signal)));
        let name = signal.name();
        let short = name.trim_start_matches("SIG").to_owned();
        let meaning = words::signal(desk.language, signal).unwrap_or_default();
        let title = format!("{} · {meaning}", (desk.words.watch.signal)(&name));
        html! { <button key={signal.0} type="button" class="button button--small" data-signal={short.clone()} {title} onclick={press}>{ short }</button> }
    });
    html! { <span class="signals" hidden={!running}>{ for buttons }</span> }
}
