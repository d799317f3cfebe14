//! Choosing the place and the lane whose bytes are shown.

use pipeyard_shared::LaneNumber;
use pipeyard_shared::chain::{Chain, Names};
use pipeyard_shared::flow::{FlowMap, FlowPoint};
use web_sys::HtmlSelectElement;
use yew::{Callback, Event, Html, TargetCast, html};

use crate::desk::Desk;
use crate::ui::Show;

/// Lanes that are chips; more become a list.
const MOST_CHIPS: usize = 6;

/// Every place of the run (or of the chain, before the first one), by its ends.
pub(super) fn places(desk: &Desk, chain: &Chain, shown: Option<&FlowPoint>) -> Html {
    let names = Names::of(chain);
    let points: Vec<FlowPoint> = FlowMap::of(chain).points().to_vec();
    let options = points.iter().enumerate().map(|(index, point)| {
        let selected = shown == Some(point);
        html! { <option key={index} value={index.to_string()} {selected}>{ named(chain, &names, point) }</option> }
    });
    let options: Vec<Html> = options.collect();
    let title = shown.map(|point| named(chain, &names, point));
    let change = {
        let desk = desk.clone();
        Callback::from(move |event: Event| {
            let select = event.target_dyn_into::<HtmlSelectElement>();
            let chosen = select.and_then(|select| select.value().parse::<usize>().ok());
            if let Some(point) = chosen.and_then(|index| points.get(index)) {
                desk.show(Show::Place(point.clone()));
            }
        })
    };
    html! {
        <select id="data-place" class="field__input data__place" aria-label={desk.words.place_label} {title} onchange={change}>{ for options }</select>
    }
}

/// The lanes, as chips or as a list.
pub(super) fn lane_choice(desk: &Desk, lanes: usize, shown: LaneNumber) -> Html {
    if lanes > MOST_CHIPS {
        let options = (1..=lanes as u32).map(|number| {
            html! { <option key={number} value={number.to_string()} selected={number == shown.0}>{ (desk.words.lane)(number) }</option> }
        });
        let change = {
            let desk = desk.clone();
            Callback::from(move |event: Event| {
                let select = event.target_dyn_into::<HtmlSelectElement>();
                if let Some(number) = select.and_then(|select| select.value().parse().ok()) {
                    desk.show(Show::Lane(LaneNumber(number)));
                }
            })
        };
        return html! {
            <span class="data__lanes"><select class="field__input" aria-label={desk.words.lane_label} onchange={change}>{ for options }</select></span>
        };
    }
    let chips = (1..=lanes as u32).map(|number| {
        let press = {
            let desk = desk.clone();
            Callback::from(move |_| desk.show(Show::Lane(LaneNumber(number))))
        };
        html! {
            <button key={number} type="button" class="chip" data-chip={number.to_string()} aria-pressed={(number == shown.0).to_string()} onclick={press}>{ (desk.words.lane)(number) }</button>
        }
    });
    html! { <span class="data__lanes" role="group" aria-label={desk.words.lane_label} hidden={lanes < 2}>{ for chips }</span> }
}

/// A place by its ends.
pub(in crate::components) fn named(chain: &Chain, names: &Names, point: &FlowPoint) -> String {
    match point {
        FlowPoint::Wire(id) => match chain.wire(id) {
            Some(wire) => names.wire(wire),
            None => id.to_string(),
        },
        FlowPoint::Port(end) => format!("{} {}", names.stage(&end.stage), end.port),
    }
}
