//! What a wire says: on its counter, and in a sentence.

use pipeyard_shared::LaneNumber;
use pipeyard_shared::chain::{Names, Wire, WireMode};
use pipeyard_shared::event::FlowEnd;
use pipeyard_shared::flow::FlowPoint;
use yew::classes;

use super::{Watched, WireState};
use crate::components::pace;
use crate::desk::Desk;
use crate::format;
use crate::runs::{Run, Total};

/// A counter's width besides its text, and the width of a character in it.
const PILL_FRAME: f64 = 18.0;
const PILL_CHARACTER: f64 = 5.9;

/// The classes of a counter.
pub(crate) fn pill_class(watched: &Watched, selected: bool, tall: bool) -> yew::Classes {
    classes!(
        "pill",
        format!("pill--{}", watched.state.word()),
        tall.then_some("pill--tall"),
        selected.then_some("is-selected"),
        watched.moving.then_some("is-moving"),
        watched.in_ring.then_some("is-ringed"),
    )
}

/// What stands on the counter, in one line or two: as much as there is room for.
pub(crate) fn shown(
    desk: &Desk,
    run: Option<&Run>,
    wire: &Wire,
    watched: &Watched,
    room: f64,
) -> Vec<String> {
    let (words, total) = (desk.words, &watched.total);
    if desk.veils(&wire.id) {
        return vec!["?".to_owned()];
    }
    if total.flows == 0 || (wire.mode == WireMode::Direct && total.bytes == 0) {
        let direct = wire.mode == WireMode::Direct;
        return vec![if direct {
            words.direct.to_owned()
        } else {
            "·".to_owned()
        }];
    }
    let glyph = watched.state.glyph();
    let fits = |text: &str| text.chars().count() as f64 * PILL_CHARACTER + PILL_FRAME <= room;
    let estimated = total.estimated > 0;
    let bytes = format::bytes(total.bytes);
    let bytes = if estimated {
        (words.watch.about)(&bytes)
    } else {
        bytes
    };
    let rate = watched.moving.then(|| format::rate(total.rate));
    let point = FlowPoint::Wire(wire.id.clone());
    let pace = run.and_then(|run| pace::short(desk, run, &point, total));
    let mut first: Vec<String> = Vec::new();
    if let Some(pace) = pace {
        first.push(pace);
    } else if total.lines > 0 && !estimated {
        first.push((words.watch.lines_short)(
            &format::count(total.lines),
            total.lines == 1,
        ));
    }
    let with_rate = rate.map(|rate| format!("{bytes} · {rate}"));
    let second = with_rate.filter(|text| fits(text)).unwrap_or(bytes);
    let marked = |text: String| {
        if glyph.is_empty() {
            text
        } else {
            format!("{glyph} {text}")
        }
    };
    let whole = first
        .iter()
        .chain([&second])
        .cloned()
        .collect::<Vec<_>>()
        .join(" · ");
    if fits(&marked(whole.clone())) {
        return vec![marked(whole)];
    }
    match first.pop().map(&marked) {
        Some(text) if fits(&text) => vec![text, second],
        _ => vec![marked(second)],
    }
}

/// Everything that a wire has to say, as a sentence with its ends.
pub(crate) fn spoken(
    desk: &Desk,
    names: &Names,
    run: Option<&Run>,
    wire: &Wire,
    watched: &Watched,
) -> String {
    let veiled = desk.veils(&wire.id);
    let passed = match veiled {
        true => desk.words.results.veiled.to_owned(),
        false => said(desk, &watched.total),
    };
    let mut text = format!("{}: {passed}", names.wire(wire));
    let mut say = |sentence: &str| {
        text.push_str(". ");
        text.push_str(sentence);
    };
    let words = desk.words.watch;
    if watched.moving && !veiled {
        say(&format::rate(watched.total.rate));
    }
    if watched.blocked > 0 {
        let blocked = (words.wire_blocked)(names.stage(&wire.from.stage));
        let lanes = watched.total.flows;
        if watched.blocked < lanes {
            say(&(words.some_lanes)(watched.blocked, lanes, &blocked));
        } else {
            say(&blocked);
        }
    }
    let point = FlowPoint::Wire(wire.id.clone());
    if let Some(pace) = run.and_then(|run| pace::said_of_all(desk, run, &point, &watched.total)) {
        say(&pace);
    }
    if watched.in_ring {
        say(words.wire_in_ring);
    }
    if watched.state == WireState::Ended {
        let lanes = run.map_or(0, |run| run.lanes.len());
        let ends =
            (0..lanes).filter_map(|lane| run?.flow_at(LaneNumber::from_index(lane), &point)?.end);
        // What is out of the ordinary matters more.
        let end = ends.max_by_key(|end| *end != FlowEnd::EndOfFile);
        say(desk.words.flow_end(end.unwrap_or(FlowEnd::EndOfFile)));
    }
    text
}

/// What has passed, as a sentence.
pub(crate) fn said(desk: &Desk, total: &Total) -> String {
    let words = desk.words;
    if total.flows == 0 {
        return words.nothing_yet.to_owned();
    }
    if total.uncounted == total.flows {
        return words.not_counted.to_owned();
    }
    let bytes = (words.bytes)(&format::grouped(total.bytes));
    let mut text = if total.estimated > 0 {
        format!(
            "{}, {}",
            (words.watch.about)(&bytes),
            words.watch.lines_unknown
        )
    } else {
        format!("{bytes}, {}", (words.lines)(total.lines))
    };
    if total.reader_left > 0 {
        text = format!("{text}. {}", words.flow_end(FlowEnd::ReaderLeft));
    }
    if total.held > 0 {
        text = format!("{text}. {}", words.held_open);
    }
    text
}
