//! How fast a wire is let through: what its pace is, and buttons to change it.

mod said;

use pipeyard_shared::chain::Chain;
use pipeyard_shared::event::Pace;
use pipeyard_shared::flow::FlowPoint;
use pipeyard_shared::{LaneNumber, WireId};
use web_sys::HtmlSelectElement;
use yew::{Callback, Event, Html, TargetCast, html};

use crate::desk::Desk;
use crate::format;
use crate::link::Intent;
use crate::runs::Run;

use said::pace;
pub(super) use said::{reason, said, said_of_all, short};

/// The rates to choose from, in bytes a second.
const RATES: [u64; 5] = [1_000, 10_000, 100_000, 1_000_000, 10_000_000];

/// Which wire the buttons are for.
pub(super) struct Paced<'page> {
    pub(super) chain: &'page Chain,
    pub(super) run: Option<&'page Run>,
    pub(super) wire: &'page WireId,
    /// The lane that is meant; all of them when absent.
    pub(super) lane: Option<LaneNumber>,
    /// Whether it stands by itself on the canvas, where there are no ids and no words.
    pub(super) on_canvas: bool,
}

/// Pause, a line, ten lines, all through, and a rate.
pub(super) fn pace_buttons(desk: &Desk, paced: &Paced) -> Html {
    let words = desk.words.watch;
    let reason = reason(desk, paced.chain, paced.run, paced.wire, paced.lane);
    let disabled = reason.is_some();
    let point = FlowPoint::Wire(paced.wire.clone());
    let pace = paced
        .run
        .map(|run| pace(run, &point, paced.lane))
        .unwrap_or_default();
    let button = |name: &'static str, glyph: &'static str, word: &'static str, to: Pace| {
        let (desk, point, lane) = (desk.clone(), point.clone(), paced.lane);
        let press = Callback::from(move |_| desk.wish(Intent::SetPace(lane, point.clone(), to)));
        let id = (!paced.on_canvas).then(|| format!("pace-{name}"));
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
            { rates(desk, paced, pace, reason) }
        </div>
    }
}

fn rates(desk: &Desk, paced: &Paced, pace: Pace, reason: Option<&'static str>) -> Html {
    let words = desk.words.watch;
    let set = match pace {
        Pace::Rate { bytes } if reason.is_none() => bytes,
        _ => 0,
    };
    let change = {
        let (desk, lane) = (desk.clone(), paced.lane);
        let point = FlowPoint::Wire(paced.wire.clone());
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
    let id = (!paced.on_canvas).then_some("pace-rate");
    html! {
        <select {id} class="field__input pace__rate" data-pace="rate" aria-label={words.rate_choice} title={reason.unwrap_or(words.rate_choice)} disabled={reason.is_some()} onchange={change}>
            <option value="0" selected={set == 0}>{ format!("{} …", words.rate) }</option>
            { for options }
        </select>
    }
}
