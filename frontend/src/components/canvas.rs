//! The chain as cards and wires.

mod adding;
mod bar;
mod board;
mod clipboard;
mod dropped;
mod handling;
mod keyed;
mod minimap;
mod picture;
mod pointing;
mod renaming;
mod target;
mod ticks;
mod wish;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use gloo_events::{EventListener, EventListenerOptions, EventListenerPhase};
use pipeyard_shared::StageId;
use pipeyard_shared::chain::{Chain, Names, OutputEnd, OutputPort, Stage};
use pipeyard_shared::flow::FlowPoint;
use pipeyard_shared::problem::{Place, Problem};
use web_sys::{EventTarget, HtmlElement};
use yew::{
    Html, Properties, component, html, use_effect, use_effect_with, use_memo, use_mut_ref,
    use_node_ref, use_state,
};

use crate::components::card::Card;
use crate::components::deadlock::deadlock_notice;
use crate::components::empty::empty_chain;
use crate::components::groups::{self, groups};
use crate::components::later::later;
use crate::components::notes::notes;
use crate::components::output_box::OutputBox;
use crate::components::placed::{placed, put_all};
use crate::components::wires::{WireLayer, steps_aside};
use crate::desk::{Desk, use_desk_with_later};
use crate::editor::Selection;
use crate::editor::layout::{self, Layout, Placed, Room};
use crate::format::visible;
use crate::hooks::{select_soon, use_size};
use crate::later::Later;
use crate::runs::output::lines;
use crate::runs::{Run, Stale};
use crate::same::Same;
pub(crate) use adding::{Asked, adding};
use bar::bar;
use board::{Board, Seen};
use handling::Handling;
pub(crate) use minimap::minimap;
pub(crate) use renaming::{Renamed, renaming};
use ticks::Ticks;

pub(crate) use board::press;
pub(crate) use clipboard::{Clip, Source};
pub(crate) use wish::{Wish, wish};

/// Lines that an output box grows to.
const MOST_LINES: usize = 6;
const ERROR_LINES: usize = 3;
/// Rows that it grows to when lines that would be cut are broken.
const MOST_ROWS: usize = 9;
/// So many times as large a chain is wanted in a presentation.
const PRESENTED: f64 = 1.6;
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
    /// Whether all of it is to be seen.
    pub(crate) fill: Fill,
}

/// Whether the canvas shows all of the chain, however a person looked at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fill {
    /// It does not.
    No,
    /// As large as the window allows, for a room.
    Room,
    /// As wide as paper, and as high as needed.
    Paper,
}

#[component]
pub(crate) fn Canvas(props: &Props) -> Html {
    let desk = use_desk_with_later();
    let node = use_node_ref();
    let size = use_size(node.clone());
    // What is laid out in less room is drawn larger in the same.
    let enlarged = if props.fill == Fill::Room {
        PRESENTED
    } else {
        1.0
    };
    let room = size.map(|size| room(props, size.width / enlarged, size.height / enlarged));
    let chosen = match &props.selection {
        Selection::Stage(id) => Some(id.clone()),
        _ => None,
    };
    let lengths = lengths(props);
    let shown = use_memo(
        (props.chain.clone(), room.clone(), chosen, lengths),
        |(chain, room, chosen, lengths)| {
            let (layout, broken) = laid_out(chain, room.as_ref()?, chosen.as_ref(), lengths);
            let aside = Same::new(steps_aside(chain, &layout));
            Some((layout, broken, aside))
        },
    );
    let board = use_mut_ref(Board::default);
    let handling = use_state(Handling::kept);
    use_effect_with(*handling, |handling| handling.keep());
    let asked = use_state(|| None::<Asked>);
    let renamed = use_state(|| None::<StageId>);
    use_effect_with((*renamed).clone(), |renamed| {
        if renamed.is_some() {
            select_soon("#rename");
        }
    });
    {
        let (board, node) = (board.clone(), node.clone());
        use_effect_with((), move |()| {
            wish::answer(&board);
            board.borrow_mut().tick_with(Some(Ticks::of(&board)));
            let canvas = node.cast::<HtmlElement>();
            let heard = canvas.map(|canvas| listen(&canvas, &board));
            move || {
                drop(heard);
                board.borrow_mut().tick_with(None);
            }
        });
    }
    {
        let (desk, node) = (desk.clone(), node.clone());
        let (chain, selection) = (props.chain.clone(), props.selection.clone());
        let fill = props.fill;
        let layout = (*shown).as_ref().map(|(layout, ..)| layout.clone());
        let handling_now = *handling;
        let (set_handling, ask) = (handling.setter(), asked.setter());
        let rename = renamed.setter();
        use_effect(move || {
            if let (Some(canvas), Some(layout)) = (node.cast::<HtmlElement>(), layout) {
                put_all(&canvas);
                board.borrow_mut().see(Seen {
                    desk,
                    canvas,
                    chain,
                    layout,
                    selection,
                    fill,
                    handling: handling_now,
                    set_handling,
                    ask,
                    rename,
                });
            }
        });
    }
    let content = match (&*shown, &room) {
        (Some((layout, broken, aside)), Some(room)) => {
            let close = renamed.setter();
            let name = match desk.later {
                Later::Here(parts) => {
                    (parts.renaming)(&props.chain, layout, renamed.as_ref(), &close)
                }
                _ => html! { <div></div> },
            };
            let wires = |above: bool| {
                html! {
                    <WireLayer
                        chain={props.chain.clone()}
                        layout={layout.clone()}
                        aside={aside.clone()}
                        run={props.run.clone()}
                        now_ms={props.now_ms}
                        selection={props.selection.clone()}
                        {above}
                    />
                }
            };
            let layers = [wires(false), wires(true), name];
            content(&desk, props, layout, room, *broken, layers)
        }
        _ => html! { <div class="canvas__content"></div> },
    };
    let small = match (&*shown, desk.later) {
        (Some((layout, ..)), Later::Here(parts)) => (parts.minimap)(&props.chain, layout),
        _ => html! { <svg class="minimap" aria-hidden="true"></svg> },
    };
    let list = asked
        .as_ref()
        .map(|list| later(&desk, |parts| (parts.adding)(&desk, list, &asked.setter())));
    let empty = props.chain.stages.is_empty();
    html! {
        <section ref={node} class="canvas" aria-label={desk.words.chain}>
            { deadlock_notice(&desk, &props.chain, &props.run) }
            { content }
            <div class="canvas__empty" hidden={!empty}>if empty { { empty_chain(&desk) } }</div>
            <p class="canvas__said" role="status"></p>
            { bar(&desk, *handling) }
            { small }
            <div>{ list }</div>
        </section>
    }
}

/// Calls the board with all that happens on the canvas, and with keys wherever the focus is.
fn listen(canvas: &HtmlElement, board: &Rc<RefCell<Board>>) -> Vec<EventListener> {
    let hear = |target: &EventTarget, name: &'static str| {
        let board = board.clone();
        // Keys come here before the page looks at them.
        let options = EventListenerOptions {
            phase: EventListenerPhase::Capture,
            passive: false,
        };
        EventListener::new_with_options(target, name, options, move |event| {
            // Whatever the board itself sets off is none of its business.
            if let Ok(mut board) = board.try_borrow_mut() {
                board.hear(event);
            }
        })
    };
    let pointers = [
        "pointerdown",
        "pointermove",
        "pointerup",
        "pointercancel",
        "pointerleave",
        "touchend",
        "wheel",
        "click",
    ];
    let mut heard: Vec<_> = pointers.iter().map(|name| hear(canvas, name)).collect();
    if let Some(window) = web_sys::window() {
        let names = ["keydown", "keyup", "focusin", "copy", "cut", "paste"];
        heard.extend(names.map(|name| hear(&window, name)));
    }
    heard
}

/// Everything that moves and zooms together. The layers are the curves, the counters, and the field of a name.
fn content(
    desk: &Desk,
    props: &Props,
    layout: &Layout,
    room: &Room,
    broken: bool,
    [curves, counters, name]: [Html; 3],
) -> Html {
    let names = Names::of(&props.chain);
    let cards = layout.cards.iter().map(|at| {
        let stage = &props.chain.stages[at.stage];
        let problems = props
            .problems
            .iter()
            .filter(|problem| problem.place == Place::Stage(stage.id.clone()));
        let card = html! {
            <Card
                chain={props.chain.clone()}
                index={at.stage}
                run={props.run.clone()}
                now_ms={props.now_ms}
                selected={props.selection.has_stage(&stage.id)}
                stale={props.stale.stages.contains(&stage.id)}
                lit={props.hovered.as_ref() == Some(&stage.id)}
                problems={problems.count()}
                twin={names.number(&stage.id)}
            />
        };
        placed(stage.id.to_string(), at.area, "placed--card", card)
    });
    let output = |at: &Placed, name: &str, port| {
        let stage = props.chain.stages[at.stage].id.clone();
        let (id, room) = match port {
            // The first is the chain's own output.
            OutputPort::Stdout if layout.outputs.first() == Some(at) => {
                ("stdout".to_owned(), room.output_lines)
            }
            OutputPort::Stdout => (format!("stdout-{stage}"), room.output_lines),
            OutputPort::Stderr => (format!("stderr-{stage}"), ERROR_LINES),
        };
        let broken = broken && port == OutputPort::Stdout;
        let key = format!("{name}-{stage}");
        let output =
            html! { <OutputBox {id} {stage} {port} run={props.run.clone()} {room} {broken} /> };
        placed(key, at.area, "", output)
    };
    let outputs = layout.outputs.iter();
    let outputs = outputs.map(|at| output(at, "out", OutputPort::Stdout));
    let errors = layout.errors.iter();
    let errors = errors.map(|at| output(at, "err", OutputPort::Stderr));
    let around = groups::Props {
        chain: &props.chain,
        layout,
        selection: &props.selection,
        run: props.run.as_deref(),
        now_ms: props.now_ms,
    };
    html! {
        <div class="canvas__content">
            { groups(desk, &around) }
            { notes(desk, &props.chain.notes, &props.selection) }
            { curves }
            <div class="canvas__cards">{ for cards }</div>
            <div class="canvas__outputs">{ for outputs }</div>
            <div class="canvas__errors">{ for errors }</div>
            { counters }
            <svg class="curves pending" aria-hidden="true" focusable="false"><path /><path /><path /></svg>
            <div class="marquee" hidden=true></div>
            { name }
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
    // Before anything has run, nothing has come out.
    let stages = props.chain.stages.iter().enumerate();
    for (index, stage) in stages.filter(|_| props.run.is_some()) {
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
