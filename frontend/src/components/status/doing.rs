//! What a stage does while it runs, in words, and what it keeps to itself.

use pipeyard_shared::LaneNumber;
use pipeyard_shared::chain::{InputPort, OutputEnd, OutputPort};
use pipeyard_shared::event::{Doing, FlowEnd};
use pipeyard_shared::flow::FlowPoint;

use crate::desk::Desk;
use crate::format;
use crate::runs::{Run, StageState};

/// What tells most of what the lanes of a stage do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Told {
    /// What.
    pub(crate) doing: Doing,
    /// In how many lanes.
    pub(crate) lanes: usize,
    /// Of how many in which it runs.
    pub(crate) of: usize,
}

/// Who is held up tells more than who is not; of what is ordinary, what most lanes do.
pub(crate) fn telling(doings: impl Iterator<Item = Doing>) -> Option<Told> {
    let mut kinds: Vec<(Doing, usize)> = Vec::new();
    let mut of = 0;
    for doing in doings {
        of += 1;
        match kinds.iter_mut().find(|(known, _)| *known == doing) {
            Some((_, lanes)) => *lanes += 1,
            None => kinds.push((doing, 1)),
        }
    }
    let weight = |doing: Doing| match doing {
        Doing::BlockedWriting { .. } => 2,
        Doing::Stopped => 1,
        Doing::Running | Doing::WaitingForInput { .. } | Doing::Waiting => 0,
    };
    let kinds = kinds.into_iter().rev();
    let (doing, lanes) = kinds.max_by_key(|(doing, lanes)| (weight(*doing), *lanes))?;
    Some(Told { doing, lanes, of })
}

/// In words, without the port.
pub(crate) fn word(desk: &Desk, doing: Doing) -> String {
    let words = desk.words.watch;
    let word = match doing {
        Doing::Running => desk.words.running,
        Doing::WaitingForInput { .. } => words.waiting_for_input,
        Doing::BlockedWriting { .. } => words.blocked_writing,
        Doing::Waiting => words.waiting,
        Doing::Stopped => words.stopped,
    };
    word.to_owned()
}

/// The port at which it waits; standard input and output go without saying.
pub(crate) fn port(doing: Doing) -> Option<String> {
    match doing {
        Doing::WaitingForInput {
            port: InputPort::Stdin,
        }
        | Doing::BlockedWriting {
            port: OutputPort::Stdout,
        } => None,
        Doing::WaitingForInput { port } => Some(port.to_string()),
        Doing::BlockedWriting { port } => Some(port.to_string()),
        Doing::Running | Doing::Waiting | Doing::Stopped => None,
    }
}

/// What it means, where that is not plain.
pub(crate) fn hint(desk: &Desk, doing: Doing) -> Option<String> {
    let words = desk.words.watch;
    let hint = match doing {
        Doing::BlockedWriting { .. } => words.blocked_hint,
        Doing::Waiting => words.waiting_hint,
        Doing::Stopped => words.stopped_hint,
        Doing::Running | Doing::WaitingForInput { .. } => return None,
    };
    Some(hint.to_owned())
}

/// The word for `data-doing`.
pub(crate) fn attribute(doing: Doing) -> &'static str {
    match doing {
        Doing::Running => "running",
        Doing::WaitingForInput { .. } => "waiting_for_input",
        Doing::BlockedWriting { .. } => "blocked_writing",
        Doing::Waiting => "waiting",
        Doing::Stopped => "stopped",
    }
}

/// A glyph that says the same.
pub(crate) fn glyph(doing: Doing) -> &'static str {
    match doing {
        Doing::Running => "●",
        Doing::WaitingForInput { .. } => "◌",
        Doing::BlockedWriting { .. } => "❚❚",
        Doing::Waiting => "…",
        Doing::Stopped => "■",
    }
}

/// That nothing has come in yet, in a few words; or else, in a sentence, what a stage that runs has read
/// without writing anything. Neither for a stage that no wire feeds, and for one that has written.
pub(crate) fn held_back(desk: &Desk, run: &Run, stage: usize) -> (Option<String>, Option<String>) {
    let words = desk.words.watch;
    match held(run, stage) {
        Some(Held {
            came: 0,
            over: false,
            ..
        }) => (Some(desk.words.nothing_in_yet.to_owned()), None),
        Some(Held {
            bytes, estimated, ..
        }) if bytes > 0 => {
            let bytes = format::bytes(bytes);
            let bytes = if estimated {
                (words.about)(&bytes)
            } else {
                bytes
            };
            (None, Some((words.holding_back)(&bytes)))
        }
        _ => (None, None),
    }
}

/// The stage that left while this one was still writing to it, and whether that one failed.
pub(crate) fn who_left(run: &Run, stage: usize) -> Option<(String, bool)> {
    let id = &run.chain.stages[stage].id;
    let left = run
        .chain
        .wires
        .iter()
        .filter(|wire| wire.from.stage == *id)
        .find(|wire| {
            let point = FlowPoint::Wire(wire.id.clone());
            run.total_at(&point).reader_left > 0
        });
    let reader = &left?.to.stage;
    let at = run.chain.stage_index(reader)?;
    let mut lanes = run.lanes.iter().filter_map(|lane| lane.stages.get(at));
    let failed = lanes.any(|stage| stage.state() == StageState::Failed);
    Some((run.chain.name_of(reader), failed))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Held {
    /// What has come, read or not.
    came: u64,
    /// What of it was read.
    bytes: u64,
    /// Whether all that feeds it has ended.
    over: bool,
    estimated: bool,
}

/// What has come into the lanes in which nothing has come out yet, less what still stands in the pipes.
fn held(run: &Run, stage: usize) -> Option<Held> {
    let known = &run.chain.stages[stage];
    if !known.has_output(OutputPort::Stdout) {
        return None;
    }
    let inputs: Vec<FlowPoint> = points(
        run.chain
            .wires
            .iter()
            .filter(|wire| wire.to.stage == known.id),
    );
    let mut outputs: Vec<FlowPoint> = points(run.chain.wires_from(&known.id, OutputPort::Stdout));
    if outputs.is_empty() {
        let (stage, port) = (known.id.clone(), OutputPort::Stdout);
        outputs.push(FlowPoint::Port(OutputEnd { stage, port }));
    }
    let mut held: Option<Held> = None;
    for lane in (0..run.lanes.len()).map(LaneNumber::from_index) {
        if inputs.is_empty()
            || run.stage(lane, stage).map(|stage| stage.state()) != Some(StageState::Running)
        {
            continue;
        }
        let wrote = |point: &FlowPoint| run.flow_at(lane, point).is_some_and(|flow| flow.bytes > 0);
        if outputs.iter().any(wrote) {
            continue;
        }
        let held = held.get_or_insert(Held {
            came: 0,
            bytes: 0,
            over: true,
            estimated: false,
        });
        for point in &inputs {
            match run.flow_at(lane, point) {
                Some(flow) => {
                    held.came += flow.bytes;
                    held.bytes += flow
                        .bytes
                        .saturating_sub(u64::from(flow.waiting.unwrap_or(0)));
                    held.over &= matches!(flow.end, Some(FlowEnd::EndOfFile));
                    held.estimated |= flow.estimated;
                }
                None => held.over = false,
            }
        }
    }
    held
}

fn points<'a>(wires: impl Iterator<Item = &'a pipeyard_shared::chain::Wire>) -> Vec<FlowPoint> {
    wires.map(|wire| FlowPoint::Wire(wire.id.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runs::tests::{PREVIEW, Script};
    use pipeyard_shared::RunId;
    use pipeyard_shared::event::{Event, Meter, RunEvent};
    use pipeyard_shared::flow::FlowId;

    #[test]
    fn who_is_held_up_tells_most() {
        let blocked = Doing::BlockedWriting {
            port: OutputPort::Stdout,
        };
        let reads = Doing::WaitingForInput {
            port: InputPort::Stdin,
        };
        let told = |doings: &[Doing]| {
            telling(doings.iter().copied()).map(|told| (told.doing, told.lanes, told.of))
        };
        assert_eq!(
            told(&[Doing::Running, blocked, blocked]),
            Some((blocked, 2, 3))
        );
        assert_eq!(told(&[reads, reads, Doing::Running]), Some((reads, 2, 3)));
        assert_eq!(
            told(&[Doing::Running, reads]),
            Some((Doing::Running, 1, 2)),
            "the first of equals"
        );
        assert_eq!(told(&[]), None);
    }

    /// A stage that sorts or sums keeps all that comes in until its end: that can be seen.
    #[test]
    fn what_goes_in_and_does_not_come_out_is_held() {
        let script = Script::opening(1);
        let mut run = Run::new(RunId(1), script.chain, PREVIEW);
        let stage = 1;
        let started = Event::StageStarted {
            lane: LaneNumber(1),
            stage: "openssl".into(),
            pid: Some(1),
        };
        run.take_event(
            &RunEvent {
                seq: 0,
                at_us: 0,
                event: started,
            },
            0.0,
        );
        let held_now = |run: &Run| held(run, stage).map(|held| (held.bytes, held.over));
        assert_eq!(held_now(&run), Some((0, false)));
        let count = |run: &mut Run, flow: u32, bytes: u64, waiting: Option<u32>| {
            let meter = Meter {
                flow: FlowId(flow),
                bytes,
                lines: Some(1),
                waiting,
                room: None,
            };
            run.take_meter(&meter, 1, 0.0);
        };
        count(&mut run, 0, 200_000, Some(4_096));
        assert_eq!(
            held_now(&run),
            Some((195_904, false)),
            "what stands in the pipe has not been read"
        );
        count(&mut run, 1, 1, None);
        assert_eq!(held_now(&run), None, "something came out");
    }
}
