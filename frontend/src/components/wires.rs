//! The wires: curves below the cards, and a counter on each.

mod apart;
mod said;
mod state;

use pipeyard_shared::chain::{Chain, Names, OutputPort, Wire, WireMode};
use yew::{Html, Properties, classes, component, html};

use crate::components::pace::{Paced, pace_buttons};
use crate::components::placed::placed;
use crate::desk::{Desk, use_desk};
use crate::editor::Selection;
use crate::editor::layout::{Area, Drawn, Layout, input_port};
use crate::format;
use crate::runs::Run;
use crate::same::Same;

pub(super) use apart::steps_aside;
pub(super) use said::{pill_class, said, shown, spoken};
pub(super) use state::{Watched, WireState};

const PILL_HEIGHT: f64 = 24.0;
/// With a line for the lines and one for the bytes.
const TALL_PILL_HEIGHT: f64 = 38.0;
/// It keeps so far from the cards on both sides.
const PILL_MARGIN: f64 = 2.0;
/// What it stands in is wider on both sides, so that a `·` on the shortest wire can be pressed.
const PILL_AROUND: f64 = 16.0;
/// The buttons of a selected wire, and how far below its middle they stand: below the cards and what hangs from them.
const TOOLS_WIDTH: f64 = 268.0;
const TOOLS_HEIGHT: f64 = 34.0;
const TOOLS_DROP: f64 = 66.0;

/// What wires are drawn from.
struct Over<'a> {
    chain: &'a Chain,
    layout: &'a Layout,
    run: Option<&'a Run>,
    now_ms: f64,
    selection: &'a Selection,
}

#[derive(PartialEq, Properties)]
pub(super) struct LayerProps {
    pub(super) chain: Same<Chain>,
    pub(super) layout: Same<Layout>,
    /// How far down each counter steps.
    pub(super) aside: Same<Vec<f64>>,
    pub(super) run: Option<Same<Run>>,
    pub(super) now_ms: f64,
    pub(super) selection: Selection,
    /// The counters, above the cards; the curves, below them, otherwise.
    pub(super) above: bool,
}

/// The wires' share of the canvas. What changes nothing of it, as a pointer that rests on a card, does not render it.
#[component]
pub(super) fn WireLayer(props: &LayerProps) -> Html {
    let desk = use_desk();
    let over = Over {
        chain: &props.chain,
        layout: &props.layout,
        run: props.run.as_deref(),
        now_ms: props.now_ms,
        selection: &props.selection,
    };
    if props.above {
        counters(&desk, &over, &props.aside)
    } else {
        curves(&over)
    }
}

/// The curves. They are drawings: what they say is said by the counters.
fn curves(props: &Over) -> Html {
    let layout = props.layout;
    let wires = layout.wires.iter().map(|drawn| {
        let wire = &props.chain.wires[drawn.index];
        let watched = Watched::of(props.run, wire, props.now_ms);
        let class = classes!(
            "wire",
            format!("wire--{}", watched.state.word()),
            (wire.from.port == OutputPort::Stderr).then_some("wire--error"),
            (wire.mode == WireMode::Direct).then_some("wire--direct"),
            props.selection.has_wire(&wire.id).then_some("is-selected"),
            watched.moving.then_some("is-moving"),
            watched.in_ring.then_some("is-ringed"),
        );
        let end = ending(props, wire, watched.state);
        curve(wire.id.to_string(), class, drawn, watched.total.bytes, end)
    });
    let plain = |kind: &str, class: &'static str, drawn: &Drawn| {
        curve(
            format!("{kind}-{}", drawn.index),
            classes!("wire", class),
            drawn,
            0,
            Html::default(),
        )
    };
    let outputs = layout
        .output_lines
        .iter()
        .map(|drawn| plain("out", "wire--result", drawn));
    let errors = layout
        .error_lines
        .iter()
        .map(|drawn| plain("err", "wire--error", drawn));
    // Above or left of the origin the drawing has no size of its own, and one without any is not drawn at all.
    let size = |side: f64| side.max(1.0).to_string();
    html! {
        <svg class="curves" width={size(layout.width)} height={size(layout.height)} aria-hidden="true" focusable="false">
            <g>{ for wires }</g>
            <g>{ for outputs }</g>
            <g>{ for errors }</g>
        </svg>
    }
}

/// The counters. Each is a button that selects its wire and shows its bytes.
fn counters(desk: &Desk, props: &Over, aside: &[f64]) -> Html {
    let names = Names::of(props.chain);
    let wires = props.layout.wires.iter().zip(aside.iter());
    let counters = wires.map(|(drawn, down)| {
        let wire = &props.chain.wires[drawn.index];
        let watched = Watched::of(props.run, wire, props.now_ms);
        let selected = props.selection.has_wire(&wire.id);
        let lines = match desk.frozen.kept(&wire.id).filter(|_| !desk.recorded) {
            Some(bytes) => vec![format!("❄ {}", format::bytes(bytes))],
            None => shown(desk, props.run, wire, &watched, drawn.room - 2.0 * PILL_MARGIN),
        };
        let height = if lines.len() > 1 { TALL_PILL_HEIGHT } else { PILL_HEIGHT };
        let width = drawn.room + 2.0 * PILL_AROUND;
        let (x, y) = drawn.middle;
        let area = Area {
            x: x - width / 2.0,
            // Above the wire, so that both can be seen.
            y: y - height - 6.0 + down,
            width,
            height,
        };
        let ends = format!(", {}", names.wire(wire));
        let spoken = spoken(desk, &names, props.run, wire, &watched);
        let pill = html! {
                <button
                    type="button"
                    class={pill_class(&watched, selected, lines.len() > 1)}
                    data-wire={wire.id.to_string()}
                    data-state={watched.state.word()}
                    aria-pressed={selected.to_string()}
                    title={spoken}
                >
                    { for lines.into_iter().enumerate().map(|(index, line)| html! { <span key={index} class="pill__line">{ line }</span> }) }
                    <span key="ends" class="for-readers">{ ends }</span>
                </button>
        };
        placed(wire.id.to_string(), area, "counter", pill)
    });
    html! {
        <div>
            <div class="counters">{ for counters }</div>
            <div class="tools">{ tools(desk, props) }</div>
        </div>
    }
}

/// The buttons of the selected wire, while something can be done with it.
fn tools(desk: &Desk, props: &Over) -> Html {
    let live = props.run.as_ref().is_some_and(|run| run.is_live());
    let Selection::Wire(id) = props.selection else {
        return html! { <div></div> };
    };
    let drawn = props
        .layout
        .wires
        .iter()
        .find(|drawn| props.chain.wires[drawn.index].id == *id);
    let Some(drawn) = drawn.filter(|_| live) else {
        return html! { <div></div> };
    };
    let (x, y) = drawn.middle;
    let leftmost = props.layout.bounds().x.min(0.0) + 4.0;
    let rightmost = (props.layout.width - TOOLS_WIDTH - 4.0).max(leftmost);
    let area = Area {
        x: (x - TOOLS_WIDTH / 2.0).clamp(leftmost, rightmost),
        y: y + TOOLS_DROP,
        width: TOOLS_WIDTH,
        height: TOOLS_HEIGHT,
    };
    let paced = Paced {
        chain: props.chain,
        run: props.run,
        wire: id,
        lane: None,
        on_canvas: true,
    };
    placed(
        id.to_string(),
        area,
        "placed--tools",
        pace_buttons(desk, &paced),
    )
}

/// How a wire ended, drawn where it arrives: a square for end-of-file, a cut where the reader left.
fn ending(props: &Over, wire: &Wire, state: WireState) -> Html {
    let card = props
        .chain
        .stage_index(&wire.to.stage)
        .and_then(|stage| props.layout.card(stage));
    let Some((x, y)) = card.map(|card| input_port(card, wire.to.port)) else {
        return Html::default();
    };
    let x = x - 16.0;
    match state {
        WireState::Ended => html! {
            <rect class="wire__end" x={(x - 4.0).to_string()} y={(y - 4.0).to_string()} width="8" height="8" />
        },
        WireState::Cut => {
            let gap = format!("M{:.1} {:.1}l6 -16l4 0l-6 16z", x - 5.0, y + 8.0);
            let edges = format!(
                "M{:.1} {:.1}l6 -16M{:.1} {:.1}l6 -16",
                x - 5.0,
                y + 8.0,
                x - 1.0,
                y + 8.0
            );
            html! {
                <g>
                    <path class="wire__gap" d={gap} />
                    <path class="wire__cut" d={edges} />
                </g>
            }
        }
        _ => Html::default(),
    }
}

fn curve(key: String, class: yew::Classes, drawn: &Drawn, bytes: u64, end: Html) -> Html {
    html! {
        <g {key} {class}>
            <path class="wire__line" d={drawn.path.clone()} stroke-width={format!("{:.1}", thickness(bytes))} />
            <g>{ end }</g>
        </g>
    }
}

/// From a hairline to a hose: each factor of a thousand adds as much.
fn thickness(bytes: u64) -> f64 {
    let magnitude = (bytes as f64 + 1.0).log10();
    (1.5 + magnitude * 0.62).min(7.0)
}
