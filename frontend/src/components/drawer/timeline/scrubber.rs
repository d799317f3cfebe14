//! The axis: it tells the time, and is drawn along to go back and forth in it.

use web_sys::Element;
use yew::{
    Callback, Html, KeyboardEvent, NodeRef, PointerEvent, Properties, component, html, use_node_ref,
};

use crate::desk::{Desk, use_desk};
use crate::format;
use crate::i18n::timeline::TimelineWords;
use crate::replay::Play;
use crate::runs::timeline::ticks;

use super::{MOST_TICKS, percent};

/// Arrow keys go by this part of the run, and with Shift, or by pages, by that.
const SMALL_STEPS: u64 = 200;
const LARGE_STEPS: u64 = 20;

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) instant: Option<u64>,
    pub(super) end_us: u64,
    /// Percent of the width a microsecond.
    pub(super) scale: f64,
    /// Whether the run goes on, so that its end is now.
    pub(super) active: bool,
}

#[component]
pub(super) fn Scrubber(props: &Props) -> Html {
    let desk = use_desk();
    let node = use_node_ref();
    let (end_us, scale) = (props.end_us, props.scale);
    let at_us = props.instant.unwrap_or(end_us);
    let key = {
        let desk = desk.clone();
        Callback::from(move |event: KeyboardEvent| {
            if let Some(play) = step(&event.key(), event.shift_key(), end_us) {
                event.prevent_default();
                desk.play(play);
            }
        })
    };
    let down = {
        let (desk, node) = (desk.clone(), node.clone());
        Callback::from(move |event: PointerEvent| {
            if event.button() == 0 {
                if let Some(element) = node.cast::<Element>() {
                    // Without it a drag ends at the axis' edge.
                    let _ = element.set_pointer_capture(event.pointer_id());
                }
                seek(&desk, &node, &event, scale, end_us);
            }
        })
    };
    let drag = {
        let (desk, node) = (desk.clone(), node.clone());
        Callback::from(move |event: PointerEvent| {
            if event.buttons() & 1 == 1 {
                seek(&desk, &node, &event, scale, end_us);
            }
        })
    };
    let labels = ticks(end_us, MOST_TICKS).into_iter().map(|at| {
        html! { <text key={at} class="axis__label" x={percent(at, scale)} y="12" text-anchor="middle">{ if at == 0 { "0".to_owned() } else { format::span(at) } }</text> }
    });
    let text = match props.instant {
        None if props.active => desk.words.running.to_owned(),
        _ => (TimelineWords::of(desk.language).instant_of)(
            &format::span(at_us),
            &format::span(end_us),
        ),
    };
    let x = percent(at_us, scale);
    html! {
        <div class="timeline__axis">
            <div
                ref={node}
                id="scrubber"
                class="scrubber"
                role="slider"
                tabindex="0"
                aria-label={TimelineWords::of(desk.language).scrubber}
                aria-valuemin="0"
                aria-valuemax={end_us.to_string()}
                aria-valuenow={at_us.to_string()}
                aria-valuetext={text}
                onkeydown={key}
                onpointerdown={down}
                onpointermove={drag}
            >
                <svg class="axis" width="100%" height="28" aria-hidden="true">
                    <g>{ for labels }</g>
                    <line class="scrubber__track" x1="0" x2={percent(end_us, scale)} y1="22" y2="22" />
                    <line class="scrubber__passed" x1="0" x2={x.clone()} y1="22" y2="22" />
                    <svg {x} y="22" overflow="visible"><circle class="scrubber__thumb" r="6" /></svg>
                </svg>
            </div>
        </div>
    }
}

fn seek(desk: &Desk, node: &NodeRef, event: &PointerEvent, scale: f64, end_us: u64) {
    let Some(element) = node.cast::<Element>() else {
        return;
    };
    let area = element.get_bounding_client_rect();
    let part = (f64::from(event.client_x()) - area.left()) / area.width().max(1.0);
    let to_us = (part * 100.0 / scale).max(0.0) as u64;
    desk.play(Play::Seek { to_us, end_us });
}

/// Where a key leads to.
fn step(key: &str, shift: bool, end_us: u64) -> Option<Play> {
    let steps = match key {
        "PageUp" | "PageDown" => LARGE_STEPS,
        _ if shift => LARGE_STEPS,
        _ => SMALL_STEPS,
    };
    let by_us = i64::try_from((end_us / steps).max(1)).unwrap_or(i64::MAX);
    match key {
        "ArrowLeft" | "ArrowDown" | "PageDown" => Some(Play::Step {
            by_us: -by_us,
            end_us,
        }),
        "ArrowRight" | "ArrowUp" | "PageUp" => Some(Play::Step { by_us, end_us }),
        "Home" => Some(Play::Seek { to_us: 0, end_us }),
        "End" => Some(Play::Now),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_go_by_small_and_large_steps() {
        let by = |key, shift| match step(key, shift, 10_000) {
            Some(Play::Step { by_us, .. }) => Some(by_us),
            _ => None,
        };
        assert_eq!(by("ArrowLeft", false), Some(-50));
        assert_eq!(by("ArrowUp", false), Some(50));
        assert_eq!(by("ArrowRight", true), Some(500));
        assert_eq!(by("PageDown", false), Some(-500));
        assert_eq!(step("End", false, 10_000), Some(Play::Now));
        assert_eq!(step("a", false, 10_000), None);
        let home = Play::Seek {
            to_us: 0,
            end_us: 10_000,
        };
        assert_eq!(step("Home", false, 10_000), Some(home));
    }
}
