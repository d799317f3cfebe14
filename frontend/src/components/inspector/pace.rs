//! The pace of a wire: buttons for the chosen lane or all of them, and what it is now.

use pipeyard_shared::chain::Chain;
use pipeyard_shared::flow::FlowPoint;
use pipeyard_shared::{LaneNumber, WireId};
use web_sys::HtmlSelectElement;
use yew::{Callback, Event, Html, Properties, TargetCast, component, html, use_state};

use crate::components::pace::{Paced, pace_buttons, reason, said, said_of_all};
use crate::desk::{Desk, use_desk};
use crate::hooks::use_throttled;
use crate::runs::Run;
use crate::same::Same;

/// Lanes to choose from.
const MOST_LANES: usize = 1_000;
/// How often the state is read out, in milliseconds.
const EVERY_MS: u32 = 1_000;

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) chain: Same<Chain>,
    pub(super) run: Option<Same<Run>>,
    pub(super) id: WireId,
}

#[component]
pub(super) fn PaceForm(props: &Props) -> Html {
    let desk = use_desk();
    let words = desk.words.watch;
    let lane = use_state(|| None::<LaneNumber>);
    let lanes = props.run.as_ref().map_or(1, |run| run.lanes.len());
    let chosen = lane.filter(|lane| lane.index() < lanes);
    let reason = reason(&desk, &props.chain, props.run.as_deref(), &props.id, chosen);
    let now = match reason {
        Some(reason) => reason.to_owned(),
        None => status(&desk, props, chosen),
    };
    let spoken = use_throttled(now.clone(), EVERY_MS);
    let choose = {
        let lane = lane.setter();
        Callback::from(move |event: Event| {
            if let Some(select) = event.target_dyn_into::<HtmlSelectElement>() {
                lane.set(select.value().parse().ok().map(LaneNumber));
            }
        })
    };
    let options = (1..=lanes.min(MOST_LANES) as u32).map(|number| {
        let selected = chosen == Some(LaneNumber(number));
        html! { <option key={number} value={number.to_string()} {selected}>{ (desk.words.lane)(number) }</option> }
    });
    let paced = Paced {
        chain: &props.chain,
        run: props.run.as_deref(),
        wire: &props.id,
        lane: chosen,
        on_canvas: false,
    };
    html! {
        <fieldset class="field">
            <legend class="field__label">{ words.pace }</legend>
            <select class="field__input pace__lane" aria-label={desk.words.lane_label} hidden={lanes < 2} onchange={choose}>
                <option value="" selected={chosen.is_none()}>{ words.all_lanes }</option>
                { for options }
            </select>
            { pace_buttons(&desk, &paced) }
            <p id="pace-now" class="field__note">{ now }</p>
            // The same for screen readers, not with every line that passes.
            <p class="for-readers" role="status">{ spoken }</p>
        </fieldset>
    }
}

fn status(desk: &Desk, props: &Props, lane: Option<LaneNumber>) -> String {
    let point = FlowPoint::Wire(props.id.clone());
    let said = props.run.as_ref().and_then(|run| match lane {
        Some(lane) => said(desk, run.flow_at(lane, &point)?),
        None => said_of_all(desk, run, &point, &run.total_at(&point)),
    });
    said.unwrap_or_else(|| desk.words.watch.is_open.to_owned())
}
