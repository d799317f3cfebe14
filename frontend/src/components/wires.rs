//! The wires: curves below the cards, and a counter on each.

use pipeyard_shared::chain::{Chain, OutputPort, WireMode};
use pipeyard_shared::event::FlowEnd;
use pipeyard_shared::flow::FlowPoint;
use yew::{Callback, Html, Properties, classes, component, html};

use crate::components::placed::Placed;
use crate::desk::{Desk, use_desk};
use crate::editor::Selection;
use crate::editor::layout::{Area, Drawn, Layout};
use crate::format;
use crate::runs::{Run, Total};
use crate::same::Same;
use crate::ui::Show;

const PILL_WIDTH: f64 = 112.0;
const PILL_HEIGHT: f64 = 24.0;
const RATE_WIDTH: f64 = 102.0;

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) chain: Same<Chain>,
    pub(super) layout: Same<Layout>,
    pub(super) run: Option<Same<Run>>,
    pub(super) now_ms: f64,
    pub(super) selection: Selection,
}

/// The curves. They are drawings: what they say is said by the counters.
#[component]
pub(super) fn Curves(props: &Props) -> Html {
    let layout = &props.layout;
    let wires = layout.wires.iter().map(|drawn| {
        let wire = &props.chain.wires[drawn.index];
        let total = total(props, &FlowPoint::Wire(wire.id.clone()));
        let class = classes!(
            "wire",
            (wire.from.port == OutputPort::Stderr).then_some("wire--error"),
            (wire.mode == WireMode::Direct).then_some("wire--direct"),
            (props.selection == Selection::Wire(wire.id.clone())).then_some("is-selected"),
            total.is_moving(props.now_ms).then_some("is-moving"),
            (total.reader_left > 0).then_some("is-cut"),
        );
        curve(wire.id.to_string(), class, drawn, total.bytes)
    });
    let outputs = layout.output_lines.iter().map(|drawn| {
        curve(
            format!("out-{}", drawn.index),
            classes!("wire", "wire--result"),
            drawn,
            0,
        )
    });
    let errors = layout.error_lines.iter().map(|drawn| {
        curve(
            format!("err-{}", drawn.index),
            classes!("wire", "wire--error"),
            drawn,
            0,
        )
    });
    html! {
        <svg class="curves" width={layout.width.to_string()} height={layout.height.to_string()} aria-hidden="true" focusable="false">
            <g>{ for wires }</g>
            <g>{ for outputs }</g>
            <g>{ for errors }</g>
        </svg>
    }
}

/// The counters. Each is a button that selects its wire and shows its bytes.
#[component]
pub(super) fn Counters(props: &Props) -> Html {
    let desk = use_desk();
    let counters = props.layout.wires.iter().map(|drawn| {
        let wire = &props.chain.wires[drawn.index];
        let point = FlowPoint::Wire(wire.id.clone());
        let total = total(props, &point);
        let selected = props.selection == Selection::Wire(wire.id.clone());
        let (x, y) = drawn.middle;
        let area = Area {
            x: x - PILL_WIDTH / 2.0,
            // Above the wire, so that both can be seen.
            y: y - PILL_HEIGHT - 5.0,
            width: PILL_WIDTH,
            height: PILL_HEIGHT,
        };
        let select = {
            let (desk, id) = (desk.clone(), wire.id.clone());
            Callback::from(move |_| {
                desk.show(Show::Place(FlowPoint::Wire(id.clone())));
                desk.select(Selection::Wire(id.clone()));
            })
        };
        let from = props.chain.stage(&wire.from.stage).map(|stage| stage.name()).unwrap_or_default();
        let to = props.chain.stage(&wire.to.stage).map(|stage| stage.name()).unwrap_or_default();
        let spoken = format!("{from} → {to}: {}", said(&desk, &total));
        html! {
            <Placed key={wire.id.to_string()} {area} class="counter">
                <button
                    type="button"
                    class={classes!("pill", selected.then_some("is-selected"), total.is_moving(props.now_ms).then_some("is-moving"))}
                    data-wire={wire.id.to_string()}
                    aria-label={spoken.clone()}
                    aria-pressed={selected.to_string()}
                    title={spoken}
                    onclick={select}
                >
                    { shown(&desk, &total, wire.mode, drawn.room) }
                </button>
            </Placed>
        }
    });
    html! { <div class="counters">{ for counters }</div> }
}

fn total(props: &Props, point: &FlowPoint) -> Total {
    props
        .run
        .as_ref()
        .map(|run| run.total_at(point))
        .unwrap_or_default()
}

fn curve(key: String, class: yew::Classes, drawn: &Drawn, bytes: u64) -> Html {
    html! {
        <g {key} {class}>
            <path class="wire__line" d={drawn.path.clone()} stroke-width={format!("{:.1}", thickness(bytes))} />
        </g>
    }
}

/// From a hairline to a hose: each factor of a thousand adds as much.
fn thickness(bytes: u64) -> f64 {
    let magnitude = (bytes as f64 + 1.0).log10();
    (1.5 + magnitude * 0.62).min(7.0)
}

/// What stands on the counter; the rate only where there is room for it.
pub(super) fn shown(desk: &Desk, total: &Total, mode: WireMode, room: f64) -> String {
    if mode == WireMode::Direct && total.bytes == 0 {
        return desk.words.direct.to_owned();
    }
    if total.flows == 0 {
        return "·".to_owned();
    }
    let bytes = format::bytes(total.bytes);
    if total.reader_left > 0 {
        format!("⊣ {bytes}")
    } else if total.rate > 0.0 && !total.is_over() && room >= RATE_WIDTH {
        format!("{bytes} · {}", format::rate(total.rate))
    } else {
        bytes
    }
}

/// The same and more, as a sentence.
pub(super) fn said(desk: &Desk, total: &Total) -> String {
    if total.flows == 0 {
        return desk.words.nothing_yet.to_owned();
    }
    if total.uncounted == total.flows {
        return desk.words.not_counted.to_owned();
    }
    let mut text = format!(
        "{}, {}",
        (desk.words.bytes)(&format::grouped(total.bytes)),
        (desk.words.lines)(total.lines)
    );
    if total.reader_left > 0 {
        text = format!("{text}. {}", desk.words.flow_end(FlowEnd::ReaderLeft));
    }
    if total.held > 0 {
        text = format!("{text}. {}", desk.words.held_open);
    }
    text
}
