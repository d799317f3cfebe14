//! What a run weighs: bytes that the runner holds of it in its own memory, whatever passes in it. Estimated from above.

use pipeyard_shared::chain::{Chain, Input, Lanes, Setup, Stage, StageKind};
use pipeyard_shared::event::RunEvent;
use pipeyard_shared::substitute::largest;
use pipeyard_shared::text::Text;

use super::flow::{Flow, SHORT_PREVIEW};
use super::look;

/// What every run has besides.
const RUN: usize = 16 << 10;
/// What one of the things of a chain has besides its texts: its id, its place, what maps know of it.
const THING: usize = 512;
/// What a text has besides its bytes, as an allocator gives it.
const TEXT: usize = 64;
/// Ids in an event.
const EVENT_TEXTS: usize = 64;
/// An event of a run's log.
pub(super) const EVENT: usize = size_of::<RunEvent>() + EVENT_TEXTS;
/// A flow: itself, what is seen of its pipe, what a page knows of it, its beginning and its end in the log.
const FLOW: usize = size_of::<Flow>()
    + look::GAUGE_BYTES
    + 4 * size_of::<usize>()
    + 3 * size_of::<u64>()
    + 2 * SHORT_PREVIEW
    + 2 * EVENT;
/// A stage of a lane: its start, its end, and why.
const STAGE: usize = 3 * EVENT;
/// A lane: its start, its end, its result.
const LANE: usize = 3 * EVENT;

/// What is held of a run with so many flows from its beginning until it is forgotten.
pub(super) fn of_run(chain: &Chain, flows: usize) -> u64 {
    let lanes = chain.lanes.count();
    let in_lanes = lanes.saturating_mul(LANE + chain.stages.len() * STAGE);
    let all = [RUN, of_chain(chain), flows.saturating_mul(FLOW), in_lanes];
    all.iter().map(|bytes| *bytes as u64).sum()
}

/// What the inputs of its lanes hold while it runs.
pub(super) fn of_inputs(chain: &Chain) -> u64 {
    let longest = match &chain.lanes {
        Lanes::Count(_) => 0,
        Lanes::Values(values) => values.iter().map(bytes).max().unwrap_or(0),
    };
    let held = chain.stages.iter().map(|stage| match &stage.kind {
        StageKind::Input(input) => match input {
            Input::Text(text) | Input::Repeat { text, .. } => largest(text, longest),
            Input::Hex(text) | Input::Base64(text) => text.len() as u64,
            Input::Lines(lines) => lines.iter().map(|line| largest(line, longest) + 1).sum(),
            Input::Random(_) => 0,
        },
        _ => 0,
    });
    let lanes = chain.lanes.count();
    let at_once = chain.jobs.map_or(lanes, |jobs| lanes.min(jobs as usize));
    held.sum::<u64>().saturating_mul(at_once as u64)
}

fn of_chain(chain: &Chain) -> usize {
    let stages: usize = chain.stages.iter().map(of_stage).sum();
    let wires = chain.wires.iter();
    let wires: usize = wires
        .map(|wire| THING + wire.question.as_ref().map_or(0, String::len))
        .sum();
    let notes = chain.notes.iter().map(|note| THING + note.text.len());
    let groups = chain.groups.iter();
    let groups = groups.map(|group| THING + group.title.len() + group.stages.len() * TEXT);
    let values = match &chain.lanes {
        Lanes::Count(_) => 0,
        Lanes::Values(values) => values.iter().map(of_text).sum(),
    };
    let drawn: usize = notes.chain(groups).sum();
    chain.title.len() + stages + wires + drawn + values
}

fn of_stage(stage: &Stage) -> usize {
    let kind = match &stage.kind {
        StageKind::Process(process) => {
            let words = std::iter::once(&process.program).chain(&process.args);
            words.map(of_text).sum::<usize>() + of_setup(&process.setup)
        }
        StageKind::Shell(shell) => of_text(&shell.text) + of_setup(&shell.setup),
        StageKind::Input(input) => match input {
            Input::Text(text) | Input::Repeat { text, .. } => of_text(text),
            Input::Hex(text) | Input::Base64(text) => TEXT + text.len(),
            Input::Lines(lines) => lines.iter().map(of_text).sum(),
            Input::Random(_) => 0,
        },
        StageKind::File(file) => of_text(&file.path),
        StageKind::Discard => 0,
    };
    let label = stage.label.as_ref().map_or(0, String::len);
    THING + kind + label + stage.fan_in.len() * TEXT
}

fn of_setup(setup: &Setup) -> usize {
    let variables = setup.environment.iter().map(|variable| {
        let value = variable.value.as_ref();
        of_text(&variable.name) + value.map_or(0, of_text)
    });
    variables.sum::<usize>() + setup.directory.as_ref().map_or(0, of_text)
}

fn of_text(text: &Text) -> usize {
    TEXT + bytes(text)
}

fn bytes(text: &Text) -> usize {
    text.as_bytes().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(text: &str, lanes: u32) -> Chain {
        let stages = vec![
            Stage::new("in", StageKind::Input(Input::Text(text.into()))),
            Stage::process("cat", "cat", []),
        ];
        let mut chain = Chain::of_stages("", stages);
        chain.lanes = Lanes::Count(lanes);
        chain
    }

    #[test]
    fn texts_flows_and_lanes_have_their_weight() {
        let small = of_run(&chain("", 1), 3);
        let long = "x".repeat(100_000);
        assert_eq!(of_run(&chain(&long, 1), 3), small + 100_000);
        assert!(of_run(&chain("", 1), 4) > small + 2 * SHORT_PREVIEW as u64);
        assert!(of_run(&chain("", 1_000), 3) > small + 1_000 * 2 * EVENT as u64);
    }

    #[test]
    fn inputs_weigh_in_each_lane_at_once() {
        let mut chain = chain("12345", 100);
        assert_eq!(of_inputs(&chain), 500);
        chain.jobs = Some(4);
        assert_eq!(of_inputs(&chain), 20);
    }
}
