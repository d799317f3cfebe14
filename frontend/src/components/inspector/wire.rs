//! A wire: its ends, how it carries its bytes, and what has passed.

use pipeyard_shared::chain::{Chain, FanIn, WireMode};
use pipeyard_shared::flow::FlowPoint;
use pipeyard_shared::{LaneNumber, WireId};
use yew::{Callback, Html, Properties, component, html};

use super::pace::PaceForm;
use crate::components::field::Choice;
use crate::components::pace;
use crate::components::wires::said;
use crate::desk::{Desk, use_desk};
use crate::editor::Edit;
use crate::format;
use crate::runs::{Flow, Run};
use crate::same::Same;

/// Lanes whose flows are listed one by one.
const MOST_LANES: usize = 12;

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) chain: Same<Chain>,
    pub(super) run: Option<Same<Run>>,
    pub(super) id: WireId,
}

#[component]
pub(super) fn WireForm(props: &Props) -> Html {
    let desk = use_desk();
    let words = desk.words;
    let Some(wire) = props.chain.wire(&props.id) else {
        return html! { <div></div> };
    };
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
    let merged = props.chain.wires_to(&wire.to.stage, wire.to.port).count() > 1;
    let merges = [FanIn::Lines, FanIn::Ordered, FanIn::Shared];
    let fan_in = props
        .chain
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
    let direct = wire.mode == WireMode::Direct;
    html! {
        <div class="form">
            <h2 class="inspector__title inspector__title--wire">
                <span class="inspector__kind">{ words.wire }</span>
                <span class="inspector__name">{ format!("{} → {}", wire.from, wire.to) }</span>
            </h2>
            <div class="inspector__place">
                <button type="button" class="button button--danger" title="Delete" onclick={remove}>{ words.remove }</button>
            </div>
            <PaceForm chain={props.chain.clone()} run={props.run.clone()} id={wire.id.clone()} />
            <Choice
                id="wire-mode"
                label={words.mode}
                options={vec![words.tapped.into(), words.direct.into()]}
                chosen={usize::from(direct)}
                on_change={mode}
                note={if direct { words.direct_note } else { words.tapped_note }}
            />
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
            { flows(&desk, props) }
        </div>
    }
}

/// What has passed in each lane, and how it ended.
fn flows(desk: &Desk, props: &Props) -> Html {
    let Some(run) = &props.run else {
        return html! { <p class="inspector__text">{ desk.words.nothing_yet }</p> };
    };
    let point = FlowPoint::Wire(props.id.clone());
    let rows = (0..run.lanes.len().min(MOST_LANES)).map(|index| {
        let lane = LaneNumber::from_index(index);
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
            Some((desk.words.view.waiting_in_pipe)(
                &format::pipe(flow.waiting?),
                room.as_deref(),
            ))
        });
        let said = held.or(end.map(str::to_owned)).or(pace).or(waiting);
        html! {
            <tr key={index}>
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
        </div>
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
