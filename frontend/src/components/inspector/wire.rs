//! A wire: its ends, how it carries its bytes, and what has passed.

use std::rc::Rc;

use pipeyard_shared::chain::{Chain, FanIn, Wire, WireMode};
use pipeyard_shared::event::{FlowEnd, Pace};
use pipeyard_shared::flow::FlowPoint;
use pipeyard_shared::{LaneNumber, WireId};
use yew::{Callback, Html, html};

use super::pace::PaceForm;
use super::stage::explain_button;
use super::wire_ends::wire_ends;
use crate::commands::{Command, titled};
use crate::components::field::{Choice, TextField};
use crate::components::pace;
use crate::components::wires::said;
use crate::desk::Desk;
use crate::editor::{Edit, Side};
use crate::format;
use crate::i18n::data::DataWords;
use crate::i18n::runs::RunsWords;
use crate::part::WhyNotFrozen;
use crate::runs::{Flow, Run};
use crate::same::Same;

/// Lanes whose flows are listed one by one.
const MOST_LANES: usize = 12;

pub(super) fn wire_form(
    desk: &Desk,
    chain: &Same<Chain>,
    run: &Option<Same<Run>>,
    id: &WireId,
) -> Html {
    let words = desk.words;
    let Some(wire) = chain.wire(id) else {
        return html! { <div></div> };
    };
    let run = &run.clone().filter(|run| run.knows(wire));
    let mode = {
        let (desk, id) = (desk.clone(), wire.id.clone());
        Callback::from(move |chosen| {
            let mode = if chosen == 0 {
                WireMode::Tapped
            } else {
                WireMode::Direct
            };
            desk.edit(Edit::Mode(id.clone(), mode));
        })
    };
    let remove = {
        let (desk, id) = (desk.clone(), wire.id.clone());
        Callback::from(move |_| desk.edit(Edit::Disconnect(id.clone())))
    };
    let merged = chain.wires_to(&wire.to.stage, wire.to.port).count() > 1;
    let merges = [FanIn::Lines, FanIn::Ordered, FanIn::Shared];
    let fan_in = chain
        .stage(&wire.to.stage)
        .map(|stage| stage.fan_in_at(wire.to.port))
        .unwrap_or_default();
    let merge = {
        let (desk, to) = (desk.clone(), wire.to.clone());
        Callback::from(move |chosen: usize| {
            desk.edit(Edit::Merge(
                to.stage.clone(),
                to.port,
                merges[chosen.min(2)],
            ));
        })
    };
    let ask = {
        let (desk, id) = (desk.clone(), wire.id.clone());
        Callback::from(move |text: String| {
            let question = Some(text).filter(|text| !text.is_empty());
            desk.edit(Edit::Ask(id.clone(), question));
        })
    };
    let direct = wire.mode == WireMode::Direct;
    html! {
        <div class="form">
            <h2 class="inspector__title inspector__title--wire">
                <span class="inspector__kind">{ words.wire }</span>
                <span class="inspector__name">{ chain.wire_name(wire) }</span>
            </h2>
            <div class="inspector__place">
                <button type="button" class="button button--danger" title={titled(words.remove, Command::Remove)} onclick={remove}>{ words.remove }</button>
                { explain_button(desk) }
            </div>
            <PaceForm key={wire.id.to_string()} chain={chain.clone()} run={run.clone()} id={wire.id.clone()} />
            <Choice
                id="wire-mode"
                label={words.mode}
                options={vec![words.tapped.into(), words.direct.into()]}
                chosen={usize::from(direct)}
                on_change={mode}
                note={if direct { words.direct_note } else { words.tapped_note }}
            />
            { frozen(desk, chain, run, &wire.id) }
            { wire_ends(desk, chain, &wire.id) }
            <div>
                if merged {
                    <Choice
                        id="wire-merge"
                        label={words.merge}
                        options={words.merges.iter().map(|word| (*word).into()).collect::<Vec<_>>()}
                        chosen={merges.iter().position(|known| *known == fan_in).unwrap_or(0)}
                        on_change={merge}
                        note={(words.merge_note)(fan_in)}
                    />
                }
            </div>
            { order(desk, chain, wire, merged && fan_in == FanIn::Ordered) }
            <TextField
                id="wire-question"
                label={RunsWords::of(desk.language).question}
                value={wire.question.clone().unwrap_or_default()}
                on_change={ask}
                placeholder={RunsWords::of(desk.language).question_example}
                note={RunsWords::of(desk.language).question_note}
            />
            { flows(desk, run, &wire.id) }
        </div>
    }
}

/// Keeping the wire's data in place of whoever wrote it, or why that cannot be.
fn frozen(desk: &Desk, chain: &Same<Chain>, run: &Option<Same<Run>>, id: &WireId) -> Html {
    let words = desk.words.stage;
    let kept = desk.frozen.kept(id);
    let found = match desk.visited {
        Some(_) => Err(WhyNotFrozen::Visited),
        None => desk.frozen.bytes_of(chain, run.as_deref(), id),
    };
    let can = kept.is_some() || found.is_ok();
    let note = match (kept, &found) {
        (Some(_), _) if desk.veils(id) => desk.words.results.veiled.to_owned(),
        (Some(bytes), _) => (words.frozen)(&format::bytes(bytes)),
        (None, Err(why)) => (words.why_not_frozen)(*why),
        (None, Ok(_)) => words.freeze_note.to_owned(),
    };
    let press = {
        let (desk, id, bytes) = (desk.clone(), id.clone(), found.ok());
        Callback::from(move |_| match (kept, &bytes) {
            (Some(_), _) => desk.freeze(desk.frozen.without(&id)),
            (None, Some(bytes)) => desk.freeze(desk.frozen.with(id.clone(), bytes.clone())),
            (None, None) => {}
        })
    };
    html! {
        <div class="field">
            <button type="button" id="freeze" class="button" disabled={!can} aria-describedby="freeze-note" onclick={press}>{ if kept.is_some() { words.unfreeze } else { words.freeze } }</button>
            <p id="freeze-note" class="field__note">{ note }</p>
        </div>
    }
}

/// The wires into an ordered fan-in, in the order in which they are read.
fn order(desk: &Desk, chain: &Chain, wire: &Wire, shown: bool) -> Html {
    if !shown {
        return html! { <div></div> };
    }
    let words = desk.words.stage;
    let wires: Vec<&Wire> = chain.wires_to(&wire.to.stage, wire.to.port).collect();
    let last = wires.len().saturating_sub(1);
    let rows = wires.iter().enumerate().map(|(index, own)| {
        let name = chain.name_of(&own.from.stage);
        let press = |side| {
            let (desk, id) = (desk.clone(), own.id.clone());
            Callback::from(move |_| desk.edit(Edit::Order(id.clone(), side)))
        };
        html! {
            <li key={own.id.to_string()} class="rows__row" aria-current={(own.id == wire.id).then_some("true")}>
                <span class="rows__text">{ format!("{}. {name} {}", index + 1, own.from.port) }</span>
                <button type="button" class="button button--small" disabled={index == 0} aria-label={(words.sooner)(&name)} onclick={press(Side::Left)}>{ "↑" }</button>
                <button type="button" class="button button--small" disabled={index == last} aria-label={(words.later)(&name)} onclick={press(Side::Right)}>{ "↓" }</button>
            </li>
        }
    });
    html! {
        <fieldset class="field" id="wire-order">
            <legend class="field__label">{ words.order }</legend>
            <ol class="rows">{ for rows }</ol>
            <p class="field__note">{ words.order_note }</p>
        </fieldset>
    }
}

/// What has passed in each lane, and how it ended.
fn flows(desk: &Desk, run: &Option<Same<Run>>, id: &WireId) -> Html {
    let run = match run {
        Some(run) if !desk.veils(id) => run,
        Some(_) => {
            return html! { <p class="inspector__text">{ desk.words.results.veiled }</p> };
        }
        None => return html! { <p class="inspector__text">{ desk.words.nothing_yet }</p> },
    };
    let point = FlowPoint::Wire(id.clone());
    let lanes = listed(run, &point);
    let left_out = run.lanes.len() - lanes.len();
    let rows = lanes.into_iter().map(|lane| {
        let flow = run.flow_at(lane, &point);
        let end = flow
            .and_then(|flow| flow.end)
            .map(|end| desk.words.flow_end(end));
        let held = flow
            .filter(|flow| flow.end.is_none())
            .and_then(|flow| flow.held.as_ref());
        let held = held.map(|held| (desk.words.held_by)(&held.program.lossy(), held.pid));
        let pace = flow
            .filter(|flow| flow.end.is_none())
            .and_then(|flow| pace::said(desk, flow));
        let waiting = flow.and_then(|flow| {
            let room = flow.room.map(format::pipe);
            Some((DataWords::of(desk.language).waiting_in_pipe)(
                &format::pipe(flow.waiting?),
                room.as_deref(),
            ))
        });
        let said = held.or(end.map(str::to_owned)).or(pace).or(waiting);
        html! {
            <tr key={lane.0}>
                <th scope="row">{ (desk.words.lane)(lane.0) }</th>
                <td>{ flow.map(|flow| counted(desk, flow)).unwrap_or_default() }</td>
                <td>{ said.unwrap_or_default() }</td>
            </tr>
        }
    });
    html! {
        <div>
            <p class="inspector__text">{ said(desk, &run.total_at(&point)) }</p>
            <table class="facts"><tbody>{ for rows }</tbody></table>
            <p class="inspector__text" hidden={left_out == 0}>{ (desk.words.more_lanes)(left_out) }</p>
        </div>
    }
}

/// The lanes that are listed: the first ones, or, where there are more, those that need a look, and
/// these first.
fn listed(run: &Run, point: &FlowPoint) -> Vec<LaneNumber> {
    let lanes = (0..run.lanes.len()).map(LaneNumber::from_index);
    if run.lanes.len() <= MOST_LANES {
        return lanes.collect();
    }
    let ranked: Vec<(Rank, LaneNumber)> = lanes
        .map(|lane| (rank(run.flow_at(lane, point)), lane))
        .collect();
    let mut listed = Vec::new();
    for wanted in Rank::ALL {
        for (rank, lane) in &ranked {
            if *rank == wanted && listed.len() < MOST_LANES {
                listed.push(*lane);
            }
        }
    }
    listed
}

/// How much a lane's flow needs a look.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rank {
    Held,
    Paced,
    Full,
    Cut,
    Other,
    Unheard,
}

impl Rank {
    /// All of them, the one that needs it most first.
    const ALL: [Self; 6] = [
        Self::Held,
        Self::Paced,
        Self::Full,
        Self::Cut,
        Self::Other,
        Self::Unheard,
    ];
}

fn rank(flow: Option<&Rc<Flow>>) -> Rank {
    let Some(flow) = flow else {
        return Rank::Unheard;
    };
    match flow.end {
        None if flow.held.is_some() => Rank::Held,
        None if flow.pace() != Pace::Open => Rank::Paced,
        None if flow.waiting.is_some() && flow.waiting == flow.room => Rank::Full,
        Some(end) if end != FlowEnd::EndOfFile => Rank::Cut,
        _ => Rank::Other,
    }
}

fn counted(desk: &Desk, flow: &Flow) -> Html {
    let bytes = format::bytes(flow.bytes);
    if flow.estimated {
        return html! { <>{ (desk.words.watch.about)(&bytes) }</> };
    }
    let lines = flow
        .lines
        .filter(|lines| *lines > 0)
        .map(|lines| (desk.words.watch.lines_short)(&format::count(lines), lines == 1));
    html! { <span class="facts__pair"><span>{ bytes }</span><small>{ lines.unwrap_or_default() }</small></span> }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runs::tests::{PREVIEW, Script};
    use pipeyard_shared::RunId;
    use pipeyard_shared::event::{Event, RunEvent};

    #[test]
    fn the_lanes_that_need_a_look_are_listed_first() {
        let script = Script::opening(20);
        let point = FlowPoint::Wire(script.chain.wires[0].id.clone());
        let mut run = Run::new(RunId(1), script.chain, PREVIEW);
        let flow = |lane| run.places.id(LaneNumber(lane), &point);
        let (Some(paused), Some(cut)) = (flow(15), flow(19)) else {
            panic!("a flow a lane");
        };
        let events = [
            Event::FlowEnded {
                flow: cut,
                reason: FlowEnd::ReaderLeft,
                bytes: Some(1),
                lines: Some(0),
                kept: None,
            },
            Event::PaceSet {
                flow: paused,
                pace: Pace::Paused,
            },
        ];
        for (seq, event) in (0..).zip(events) {
            let at_us = seq;
            run.take_event(&RunEvent { seq, at_us, event }, 0.0);
        }
        let lanes: Vec<u32> = listed(&run, &point).iter().map(|lane| lane.0).collect();
        assert_eq!(lanes, [15, 19, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
        let few = Run::new(RunId(1), Script::opening(3).chain, PREVIEW);
        assert_eq!(listed(&few, &point).len(), 3);
    }
}
