//! The chain as cards and wires.

use std::collections::BTreeMap;

use pipeyard_shared::StageId;
use pipeyard_shared::chain::{Chain, OutputEnd, OutputPort, Stage};
use pipeyard_shared::flow::FlowPoint;
use pipeyard_shared::problem::{Place, Problem};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::{
    Callback, Html, MouseEvent, Properties, component, html, use_effect_with, use_memo,
    use_node_ref,
};

use crate::components::card::Card;
use crate::components::deadlock::deadlock_notice;
use crate::components::output_box::OutputBox;
use crate::components::placed::Placed;
use crate::components::wires::{Counters, Curves};
use crate::desk::use_desk;
use crate::editor::Selection;
use crate::editor::layout::{self, Layout, Room};
use crate::format::visible;
use crate::hooks::use_size;
use crate::runs::output::lines;
use crate::runs::{Run, Stale};
use crate::same::Same;

/// Lines that an output box grows to.
const MOST_LINES: usize = 6;
const ERROR_LINES: usize = 3;
/// Rows that it grows to when lines that would be cut are broken.
const MOST_ROWS: usize = 9;
/// What a box takes besides its text, with the number of a lane, and the width of a character in it.
const OUTPUT_FRAME: f64 = 42.0;
const OUTPUT_CHARACTER: f64 = 7.23;

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) chain: Same<Chain>,
    pub(crate) selection: Selection,
    pub(crate) run: Option<Same<Run>>,
    pub(crate) now_ms: f64,
    /// What of the run is older than the chain.
    pub(crate) stale: Same<Stale>,
    pub(crate) hovered: Option<StageId>,
    pub(crate) problems: Same<Vec<Problem>>,
}

#[component]
pub(crate) fn Canvas(props: &Props) -> Html {
    let desk = use_desk();
    let node = use_node_ref();
    let size = use_size(node.clone());
    let room = size.map(|size| room(props, size.width, size.height));
    let chosen = match &props.selection {
        Selection::Stage(id) => Some(id.clone()),
        _ => None,
    };
    let lengths = lengths(props);
    let placed = use_memo(
        (props.chain.clone(), room.clone(), chosen, lengths),
        |(chain, room, chosen, lengths)| {
            Some(laid_out(chain, room.as_ref()?, chosen.as_ref(), lengths))
        },
    );
    {
        let node = node.clone();
        use_effect_with(props.selection.clone(), move |selection| {
            if let (Selection::Stage(id), Some(canvas)) = (selection, node.cast::<HtmlElement>()) {
                follow(&canvas, id);
            }
        });
    }
    let leave = {
        let desk = desk.clone();
        Callback::from(move |event: MouseEvent| {
            // Only the ground itself, not what stands on it.
            let on_ground = event
                .target()
                .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
                .is_some_and(|target| target.closest("button, .output").ok().flatten().is_none());
            if on_ground {
                desk.select(Selection::Chain);
            }
        })
    };
    let content = match (&*placed, &room) {
        (Some((layout, broken)), Some(room)) => content(props, layout, room, *broken),
        _ => html! { <div class="canvas__content"></div> },
    };
    html! {
        <section ref={node} class="canvas" aria-label={desk.words.chain} onclick={leave}>
            { deadlock_notice(&desk, &props.run) }
            { content }
            <p class="canvas__empty" hidden={!props.chain.stages.is_empty()}>{ desk.words.empty_chain }</p>
        </section>
    }
}

fn content(props: &Props, layout: &Same<Layout>, room: &Room, broken: bool) -> Html {
    let cards = layout.cards.iter().map(|placed| {
        let stage = &props.chain.stages[placed.stage];
        let problems = props
            .problems
            .iter()
            .filter(|problem| problem.place == Place::Stage(stage.id.clone()));
        html! {
            <Placed key={stage.id.to_string()} area={placed.area} class="placed--card">
                <Card
                    chain={props.chain.clone()}
                    index={placed.stage}
                    run={props.run.clone()}
                    now_ms={props.now_ms}
                    selected={props.selection == Selection::Stage(stage.id.clone())}
                    stale={props.stale.stages.contains(&stage.id)}
                    lit={props.hovered.as_ref() == Some(&stage.id)}
                    problems={problems.count()}
                />
            </Placed>
        }
    });
    let outputs = layout.outputs.iter().enumerate().map(|(number, placed)| {
        let stage = props.chain.stages[placed.stage].id.clone();
        // The first is the chain's own output.
        let id = if number == 0 { "stdout".to_owned() } else { format!("stdout-{stage}") };
        html! {
            <Placed key={format!("out-{stage}")} area={placed.area}>
                <OutputBox {id} stage={stage.clone()} port={OutputPort::Stdout} run={props.run.clone()} room={room.output_lines} {broken} />
            </Placed>
        }
    });
    let errors = layout.errors.iter().map(|placed| {
        let stage = props.chain.stages[placed.stage].id.clone();
        html! {
            <Placed key={format!("err-{stage}")} area={placed.area}>
                <OutputBox
                    id={format!("stderr-{stage}")}
                    stage={stage.clone()}
                    port={OutputPort::Stderr}
                    run={props.run.clone()}
                    room={ERROR_LINES}
                />
            </Placed>
        }
    });
    let (chain, run, now_ms) = (props.chain.clone(), props.run.clone(), props.now_ms);
    html! {
        <div class="canvas__content">
            <Curves chain={chain.clone()} layout={layout.clone()} run={run.clone()} {now_ms} selection={props.selection.clone()} />
            <div class="canvas__cards">{ for cards }</div>
            <div class="canvas__outputs">{ for outputs }</div>
            <div class="canvas__errors">{ for errors }</div>
            <Counters {chain} layout={layout.clone()} {run} {now_ms} selection={props.selection.clone()} />
        </div>
    }
}

/// The layout, and whether lines of output that would be cut are broken instead: where there is room for
/// that. The box for the selected stage's standard error is shown even while it is empty, if it moves
/// nothing else.
fn laid_out(
    chain: &Chain,
    room: &Room,
    chosen: Option<&StageId>,
    lengths: &[usize],
) -> (Same<Layout>, bool) {
    let mut room = room.clone();
    let mut layout = Layout::of(chain, &room);
    let rows = layout.outputs.first().map_or(0, |output| {
        let characters = ((output.area.width - OUTPUT_FRAME) / OUTPUT_CHARACTER).max(1.0) as usize;
        lengths
            .iter()
            .map(|length| length.div_ceil(characters).max(1))
            .sum()
    });
    let mut broken = false;
    if (room.output_lines + 1..=MOST_ROWS).contains(&rows) {
        let taller = Room {
            output_lines: rows,
            ..room.clone()
        };
        let other = Layout::of(chain, &taller);
        if other.height <= room.height {
            (room, layout, broken) = (taller, other, true);
        }
    }
    let silent = chosen.filter(|id| !room.errors.contains_key(*id));
    let stage = silent.and_then(|id| chain.stage_index(id));
    if let Some((id, _)) = silent.zip(stage.filter(|at| layout::has_free_stderr(chain, *at))) {
        room.errors.insert(id.clone(), 0);
        let other = Layout::of(chain, &room);
        let fits = other.height <= room.height.max(layout.height);
        if fits && other.cards == layout.cards && other.outputs == layout.outputs {
            layout = other;
        }
    }
    (Same::new(layout), broken)
}

/// How long the lines are that the chain's own output shows.
fn lengths(props: &Props) -> Vec<usize> {
    let free = |stage: &&Stage| {
        let output = props.chain.wires_from(&stage.id, OutputPort::Stdout).next();
        stage.starts_process() && output.is_none()
    };
    let mut outputs = props.chain.stages.iter().filter(free);
    // Boxes side by side are of one height; where there are several, their lines stay as they are.
    let (Some(run), Some(stage), None) = (&props.run, outputs.next(), outputs.next()) else {
        return Vec::new();
    };
    let (stage, port) = (stage.id.clone(), OutputPort::Stdout);
    let point = FlowPoint::Port(OutputEnd { stage, port });
    let shown = lines(run, &point, MOST_LINES).shown;
    let width = |text: &str| text.chars().map(visible::width).sum();
    shown.iter().map(|line| width(&line.text)).collect()
}

/// What there has to be room for, going by what has come out so far.
fn room(props: &Props, width: f64, height: f64) -> Room {
    let mut errors = BTreeMap::new();
    let lanes = props.chain.lanes.count();
    let mut output_lines = if lanes > 1 { lanes.min(MOST_LINES) } else { 1 };
    for (index, stage) in props.chain.stages.iter().enumerate() {
        let found = |port, most| {
            let point = FlowPoint::Port(OutputEnd {
                stage: stage.id.clone(),
                port,
            });
            let run = props.run.as_ref()?;
            Some((
                run.total_at(&point).bytes,
                lines(run, &point, most).shown.len(),
            ))
        };
        if layout::has_free_stderr(&props.chain, index) {
            let (bytes, count) = found(OutputPort::Stderr, ERROR_LINES).unwrap_or_default();
            if bytes > 0 {
                errors.insert(stage.id.clone(), count);
            }
        }
        let (_, count) = found(OutputPort::Stdout, MOST_LINES).unwrap_or_default();
        output_lines = output_lines.max(count);
    }
    Room {
        width,
        height,
        errors,
        output_lines,
    }
}

/// The focus follows a selection that was moved by keys.
fn follow(canvas: &HtmlElement, id: &StageId) {
    let document = canvas.owner_document();
    let focused = document.and_then(|document| document.active_element());
    let inside = focused.is_some_and(|element| canvas.contains(Some(&element)));
    let card = canvas
        .query_selector(&format!("[data-stage=\"{id}\"]"))
        .ok()
        .flatten();
    let Some(card) = card.and_then(|card| card.dyn_into::<HtmlElement>().ok()) else {
        return;
    };
    if inside {
        // A card that cannot be focused is one that is gone.
        let _ = card.focus();
    }
}
