//! How fast a wire is let through: what its pace is, and buttons to change it.

mod said;

use pipeyard_shared::chain::Chain;
use pipeyard_shared::event::Pace;
use pipeyard_shared::flow::FlowPoint;
use pipeyard_shared::{LaneNumber, WireId};
use web_sys::HtmlSelectElement;
use yew::{Callback, Event, Html, Properties, TargetCast, component, html};

use crate::desk::{Desk, use_desk};
use crate::format;
use crate::link::Intent;
use crate::runs::Run;
use crate::same::Same;

pub(super) use said::{reason, said, said_of_all, short};

/// The rates to choose from, in bytes a second.
const RATES: [u64; 5] = [1_000, 10_000, 100_000, 1_000_000, 10_000_000];

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) chain: Same<Chain>,
    pub(super) run: Option<Same<Run>>,
    pub(super) wire: WireId,
    /// The lane that is meant; all of them when absent.
    #[prop_or_default]
    pub(super) lane: Option<LaneNumber>,
    /// Whether it stands by itself on the canvas, where there are no ids and no words.
    #[prop_or_default]
    pub(super) on_canvas: bool,
}

/// Pause, a line, ten lines, all through, and a rate.
#[component]
pub(super) fn PaceButtons(props: &Props) -> Html {
    let desk = use_desk();
    let words = desk.words.watch;
    let reason = reason(&desk, &props.chain, props.run.as_deref(), &props.wire);
    let disabled = reason.is_some();
    let point = FlowPoint::Wire(props.wire.clone());
    let pace = pace(props.run.as_deref(), &point, props.lane);
    let button = |name: &'static str, glyph: &'static str, word: &'static str, to: Pace| {
        let (desk, point, lane) = (desk.clone(), point.clone(), props.lane);
        let press = Callback::from(move |_| desk.wish(Intent::SetPace(lane, point.clone(), to)));
        let id = (!props.on_canvas).then(|| format!("pace-{name}"));
        // What the wire is at already is marked, and can be asked for again.
        let pressed =
            (!matches!(to, Pace::Lines { .. })).then(|| (pace == to && !disabled).to_string());
        html! {
            <button
                type="button"
                {id}
                class="button button--small pace__button"
                data-pace={name}
                aria-label={word}
                aria-pressed={pressed}
                title={reason.unwrap_or(word)}
                {disabled}
                onclick={press}
            >
                <span aria-hidden="true">{ glyph }</span>
                <span class="pace__word" aria-hidden="true">{ word }</span>
            </button>
        }
    };
    html! {
        <div class="pace" role="group" aria-label={words.pace}>
            { button("pause", "❚❚", words.pause, Pace::Paused) }
            { button("one", "❙▸", words.one_line, Pace::Lines { count: 1 }) }
            { button("ten", "❙❙▸", words.ten_lines, Pace::Lines { count: 10 }) }
            { button("open", "▸", words.open_wire, Pace::Open) }
            { rates(&desk, props, pace, reason) }
        </div>
    }
}

fn rates(desk: &Desk, props: &Props, pace: Pace, reason: Option<&'static str>) -> Html {
    let words = desk.words.watch;
    let set = match pace {
        Pace::Rate { bytes } if reason.is_none() => bytes,
        _ => 0,
    };
    let change = {
        let (desk, lane) = (desk.clone(), props.lane);
        let point = FlowPoint::Wire(props.wire.clone());
        Callback::from(move |event: Event| {
            let select = event.target_dyn_into::<HtmlSelectElement>();
            let chosen = select.and_then(|select| select.value().parse::<u64>().ok());
            let pace = match chosen {
                Some(0) | None => Pace::Open,
                Some(bytes) => Pace::Rate { bytes },
            };
            desk.wish(Intent::SetPace(lane, point.clone(), pace));
        })
    };
    let options = RATES.map(|bytes| {
        html! { <option key={bytes} value={bytes.to_string()} selected={set == bytes}>{ format::rate(bytes as f64) }</option> }
    });
    let id = (!props.on_canvas).then_some("pace-rate");
    html! {
        <select {id} class="field__input pace__rate" data-pace="rate" aria-label={words.rate_choice} title={reason.unwrap_or(words.rate_choice)} disabled={reason.is_some()} onchange={change}>
            <option value="0" selected={set == 0}>{ format!("{} …", words.rate) }</option>
            { for options }
        </select>
    }
}

/// The pace of a lane, or the one that all open lanes have (open, where they differ).
fn pace(run: Option<&Run>, point: &FlowPoint, lane: Option<LaneNumber>) -> Pace {
    let Some(run) = run else {
        return Pace::Open;
    };
    if let Some(lane) = lane {
        return run
            .flow_at(lane, point)
            .map(|flow| flow.pace())
            .unwrap_or_default();
    }
    let total = run.total_at(point);
    if total.paced > 0 && total.paced + total.ended == total.flows {
        total.pace
    } else {
        Pace::Open
    }
}
