//! The lines that a box on the canvas has room for.

use std::rc::Rc;

use pipeyard_shared::LaneNumber;
use pipeyard_shared::chain::{Chain, OutputEnd, OutputPort};
use pipeyard_shared::flow::{FlowMap, FlowPoint};

use crate::editor::layout::reading_order;
use crate::format::visible;

use super::{Flow, Run};

/// Characters of a line that are worth showing in a box.
const MOST_CHARACTERS: usize = 160;

/// A line of a box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// The lane that wrote it.
    pub(crate) lane: LaneNumber,
    /// The line, with nothing hidden.
    pub(crate) text: String,
    /// Whether it is the first of its lane in the box.
    pub(crate) first: bool,
}

/// What a box shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lines {
    /// The lines, lane by lane.
    pub(crate) shown: Vec<Line>,
    /// Lanes with output for which there is no room.
    pub(crate) more_lanes: usize,
    /// Whether lines of the lanes that are shown are left out.
    pub(crate) more_lines: bool,
}

/// The first lines of as many lanes as there is room for: all lanes get one before any gets two.
pub(crate) fn lines(run: &Run, point: &FlowPoint, room: usize) -> Lines {
    let mut lanes: Vec<(LaneNumber, &Flow)> = Vec::new();
    for index in 0..run.lanes.len() {
        let lane = LaneNumber::from_index(index);
        if let Some(flow) = run
            .flow_at(lane, point)
            .filter(|flow| flow.bytes > 0 || flow.preview.end() > 0)
        {
            lanes.push((lane, flow));
        }
    }
    let fitting = lanes.len().min(room);
    let mut lines = Lines {
        more_lanes: lanes.len() - fitting,
        ..Lines::default()
    };
    if fitting == 0 {
        return lines;
    }
    let each = room / fitting;
    for (lane, flow) in lanes.into_iter().take(fitting) {
        let mut taken = 0;
        let head = flow.preview.head().split_inclusive(|byte| *byte == b'\n');
        for (count, line) in head.take(each).enumerate() {
            taken += line.len() as u64;
            lines.shown.push(Line {
                lane,
                text: readable(line),
                first: count == 0,
            });
        }
        lines.more_lines |= taken < flow.bytes.max(flow.preview.end());
    }
    lines
}

/// A line as it can be read, with nothing hidden and no more than fits.
pub(crate) fn readable(line: &[u8]) -> String {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    // No need to look at more bytes than the longest characters could make use of.
    let line = &line[..line.len().min(MOST_CHARACTERS * 4)];
    let text: String = visible::pieces(line, false)
        .into_iter()
        .map(|piece| piece.text)
        .collect();
    match text.char_indices().nth(MOST_CHARACTERS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// The place whose bytes the drawer shows: the chosen one if the run (or else the chain) has it,
/// otherwise the last standard output that no wire leaves, otherwise the first place there is.
pub(crate) fn shown_place(
    run: Option<&Run>,
    chain: &Chain,
    chosen: Option<&FlowPoint>,
) -> Option<FlowPoint> {
    let (places, chain) = match run {
        Some(run) => (run.places.clone(), &*run.chain),
        None => (Rc::new(FlowMap::of(chain)), chain),
    };
    let known = |point: &&FlowPoint| places.points().contains(point);
    if let Some(chosen) = chosen.filter(known) {
        return Some(chosen.clone());
    }
    let order = reading_order(chain);
    let output = |at: usize| {
        FlowPoint::Port(OutputEnd {
            stage: chain.stages[at].id.clone(),
            port: OutputPort::Stdout,
        })
    };
    let last = order
        .into_iter()
        .rev()
        .map(output)
        .find(|point| known(&point));
    last.or_else(|| places.points().first().cloned())
}
