//! Every process as a bar on one time axis: what it did from its start to its end.

use pipeyard_shared::LaneNumber;
use pipeyard_shared::chain::{InputPort, OutputEnd, OutputPort};
use pipeyard_shared::event::Doing;
use pipeyard_shared::flow::FlowPoint;

use super::stage::Span;
use super::{Flow, Run, StageState};

/// Pieces of one bar: more could not be told apart on a screen. What lasted longest in the time of each
/// is what is drawn.
const MOST_PIECES: usize = 240;

/// Looks are 50 ms apart and two must agree, later ones on a busy machine: what a process did for less
/// than this before its end may not have been told.
const UNSEEN_US: u64 = 200_000;

/// A process.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Bar {
    /// Its lane.
    pub(crate) lane: LaneNumber,
    /// Its stage's place in the chain.
    pub(crate) stage: usize,
    /// When it started.
    pub(crate) from_us: u64,
    /// When it ended, or now.
    pub(crate) to_us: u64,
    /// What it did, without gaps, from its start to its end.
    pub(crate) pieces: Vec<Piece>,
    /// Where it is.
    pub(crate) state: StageState,
    /// What came and went at its standard input and output, in the order of time.
    pub(crate) marks: Vec<Mark>,
    /// How much of its time it was computing, in percent, once the kernel has told.
    pub(crate) processor_percent: Option<u64>,
}

/// A part of a bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// From then.
    pub(crate) from_us: u64,
    /// Until then.
    pub(crate) to_us: u64,
    /// How it is drawn.
    pub(crate) look: Look,
}

/// What a process did, as far as a bar tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Look {
    /// It waited: for input, for a time, for another.
    Waiting,
    /// It ran.
    Running,
    /// It was writing, and the pipe was full.
    Blocked,
    /// A signal had stopped it.
    Stopped,
}

/// Something that happened at a process's standard input or output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Mark {
    /// When.
    pub(crate) at_us: u64,
    /// What.
    pub(crate) kind: MarkKind,
}

/// What happened there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum MarkKind {
    /// The first byte came in.
    FirstIn,
    /// The first byte came out.
    FirstOut,
    /// Its input was over.
    EndIn,
    /// Its output was over.
    EndOut,
}

/// The bars of the first lanes, lane by lane in the chain's order, and no more than `most`: a lane is
/// drawn as a whole or not at all, but for the first. Stages without a process have none.
pub(crate) fn bars(run: &Run, now_us: u64, most: usize) -> Vec<Bar> {
    let mut bars = Vec::new();
    for (index, lane) in run.lanes.iter().enumerate() {
        let number = LaneNumber::from_index(index);
        let before = bars.len();
        for (at, (stage, known)) in lane.stages.iter().zip(&run.chain.stages).enumerate() {
            let Some(from_us) = stage.started_us.filter(|_| known.starts_process()) else {
                continue;
            };
            let to_us = stage.ended_us.unwrap_or(now_us).max(from_us);
            let lasted = to_us - from_us;
            let used = stage.usage.map(|usage| usage.processor_us());
            bars.push(Bar {
                lane: number,
                stage: at,
                from_us,
                to_us,
                pieces: pieces(run, number, at, now_us),
                state: stage.state(),
                marks: marks(run, number, at, from_us, to_us),
                processor_percent: used.filter(|_| lasted > 0).map(|used| {
                    u64::try_from(u128::from(used) * 100 / u128::from(lasted)).unwrap_or(u64::MAX)
                }),
            });
        }
        if bars.len() >= most {
            bars.truncate(if before == 0 || bars.len() == most {
                most
            } else {
                before
            });
            break;
        }
    }
    bars
}

/// The marks of an axis from 0 to `end_us`: at round times, about `most` of them at the most.
pub(crate) fn ticks(end_us: u64, most: u64) -> Vec<u64> {
    let rough = end_us.div_ceil(most.max(1)).max(1);
    let power = 10u64.saturating_pow(rough.ilog10());
    let step = [1, 2, 5, 10]
        .into_iter()
        .map(|factor| power.saturating_mul(factor))
        .find(|step| *step >= rough)
        .unwrap_or(rough);
    (0..=end_us / step).map(|index| index * step).collect()
}

impl Bar {
    /// How long it did this, in microseconds.
    pub(crate) fn spent_us(&self, look: Look) -> u64 {
        let spent = self.pieces.iter().filter(|piece| piece.look == look);
        spent.map(|piece| piece.to_us - piece.from_us).sum()
    }
}

impl Look {
    /// The word for classes.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Blocked => "blocked",
            Self::Stopped => "stopped",
        }
    }

    fn of(doing: Doing) -> Self {
        match doing {
            Doing::Running => Self::Running,
            Doing::WaitingForInput { .. } | Doing::Waiting => Self::Waiting,
            Doing::BlockedWriting { .. } => Self::Blocked,
            Doing::Stopped => Self::Stopped,
        }
    }
}

/// What a stage did. Where nobody had looked yet, it waited until something came in; what it was last
/// found waiting for had come when bytes passed through it shortly before its end.
fn pieces(run: &Run, lane: LaneNumber, at: usize, now_us: u64) -> Vec<Piece> {
    let Some(stage) = run.stage(lane, at) else {
        return Vec::new();
    };
    let spans = stage.spans(now_us);
    let Some((start, end)) = spans
        .first()
        .zip(spans.last())
        .map(|(first, last)| (first.from_us, last.to_us))
    else {
        return Vec::new();
    };
    let fed = fed_us(run, lane, at, end).unwrap_or(start);
    let waited_until = fed
        .min(stage.first_look_us().unwrap_or(end))
        .clamp(start, end);
    let busy = stage.ended_us.and_then(|_| busy_us(run, lane, at, end));
    let mut pieces: Vec<Piece> = Vec::with_capacity(spans.len() + 1);
    let mut push = |from_us: u64, to_us: u64, look: Look| match pieces.last_mut() {
        _ if from_us >= to_us => {}
        Some(last) if last.look == look => last.to_us = to_us,
        _ => pieces.push(Piece {
            from_us,
            to_us,
            look,
        }),
    };
    push(start, waited_until, Look::Waiting);
    for Span {
        from_us,
        to_us,
        doing,
    } in spans
    {
        let (from_us, look) = (from_us.max(waited_until), Look::of(doing));
        if let Some((busy_from, busy_to)) = busy.filter(|_| look == Look::Waiting) {
            let busy_from = busy_from.clamp(from_us, to_us.max(from_us));
            let busy_to = busy_to.clamp(busy_from, to_us.max(from_us));
            push(from_us, busy_from, look);
            push(busy_from, busy_to, Look::Running);
            push(busy_to, to_us, look);
        } else {
            push(from_us, to_us, look);
        }
    }
    coarse(pieces, start, end)
}

/// No more pieces than can be told apart, each as what lasted longest in its time.
fn coarse(pieces: Vec<Piece>, start: u64, end: u64) -> Vec<Piece> {
    if pieces.len() <= MOST_PIECES {
        return pieces;
    }
    let width = (end - start).div_ceil(MOST_PIECES as u64).max(1);
    let mut coarse: Vec<Piece> = Vec::with_capacity(MOST_PIECES);
    let mut next = 0;
    let mut from_us = start;
    while from_us < end {
        let to_us = from_us.saturating_add(width).min(end);
        let mut spent = [0u64; 4];
        while let Some(piece) = pieces.get(next).filter(|piece| piece.from_us < to_us) {
            spent[piece.look as usize] += piece.to_us.min(to_us) - piece.from_us.max(from_us);
            if piece.to_us > to_us {
                break;
            }
            next += 1;
        }
        let looks = [Look::Waiting, Look::Running, Look::Blocked, Look::Stopped];
        let longest = looks.into_iter().max_by_key(|look| spent[*look as usize]);
        let look = longest.unwrap_or(Look::Running);
        match coarse.last_mut() {
            Some(last) if last.look == look => last.to_us = to_us,
            _ => coarse.push(Piece {
                from_us,
                to_us,
                look,
            }),
        }
        from_us = to_us;
    }
    coarse
}

/// When something first came into a stage's standard input, or when it was clear that nothing
/// would; `not_yet` while neither has happened. Nothing for a stage that no wire feeds.
fn fed_us(run: &Run, lane: LaneNumber, stage: usize, not_yet: u64) -> Option<u64> {
    let id = &run.chain.stages[stage].id;
    let wires = run.chain.wires_to(id, InputPort::Stdin);
    let times = wires.map(|wire| {
        let flow = run.flow_at(lane, &FlowPoint::Wire(wire.id.clone()));
        flow.and_then(|flow| flow.began_us.or(flow.ended_us))
            .unwrap_or(not_yet)
    });
    times.min()
}

/// From when to when bytes passed through a stage so shortly before its end that no look need have
/// told; nothing when none did.
fn busy_us(run: &Run, lane: LaneNumber, stage: usize, end_us: u64) -> Option<(u64, u64)> {
    let unseen_us = end_us.saturating_sub(UNSEEN_US);
    let (flows_in, flows_out) = flows(run, lane, stage);
    let times = flows_in
        .into_iter()
        .chain(flows_out)
        .flatten()
        .filter_map(|flow| {
            let from_us = flow.began_us?.max(unseen_us);
            let to_us = flow.ended_us.unwrap_or(end_us).min(end_us);
            let passed = flow.bytes > flow.counted_at(unseen_us).bytes;
            (passed && from_us < to_us).then_some((from_us, to_us))
        });
    times.reduce(|one, other| (one.0.min(other.0), one.1.max(other.1)))
}

/// The flows at the standard input and output of a stage, as far as anything was heard of them.
fn flows(run: &Run, lane: LaneNumber, stage: usize) -> (Vec<Option<&Flow>>, Vec<Option<&Flow>>) {
    let id = &run.chain.stages[stage].id;
    let flow = |point: FlowPoint| run.flow_at(lane, &point).map(|flow| &**flow);
    let wires_in = run.chain.wires_to(id, InputPort::Stdin);
    let flows_in: Vec<Option<&Flow>> = wires_in
        .map(|wire| flow(FlowPoint::Wire(wire.id.clone())))
        .collect();
    let port = FlowPoint::Port(OutputEnd {
        stage: id.clone(),
        port: OutputPort::Stdout,
    });
    let wires_out = run.chain.wires_from(id, OutputPort::Stdout);
    let mut flows_out: Vec<Option<&Flow>> = wires_out
        .map(|wire| flow(FlowPoint::Wire(wire.id.clone())))
        .collect();
    if flows_out.is_empty() && run.places.points().contains(&port) {
        flows_out.push(flow(port));
    }
    (flows_in, flows_out)
}

/// What happened at the standard input and output of a process while it lived.
fn marks(run: &Run, lane: LaneNumber, stage: usize, from_us: u64, to_us: u64) -> Vec<Mark> {
    let (flows_in, flows_out) = flows(run, lane, stage);
    let times = [
        (MarkKind::FirstIn, began(&flows_in)),
        (MarkKind::FirstOut, began(&flows_out)),
        (MarkKind::EndIn, ended(&flows_in)),
        (MarkKind::EndOut, ended(&flows_out)),
    ];
    let marks = times.into_iter().filter_map(|(kind, at_us)| {
        // What a process wrote can be taken a little after its end.
        let at_us = at_us?.clamp(from_us, to_us);
        Some(Mark { at_us, kind })
    });
    let mut sorted: Vec<Mark> = Vec::new();
    for mark in marks {
        let at = sorted.partition_point(|known| *known < mark);
        sorted.insert(at, mark);
    }
    sorted
}

fn began(flows: &[Option<&Flow>]) -> Option<u64> {
    flows.iter().filter_map(|flow| (*flow)?.began_us).min()
}

/// When the last of them ended; nothing while one has not.
fn ended(flows: &[Option<&Flow>]) -> Option<u64> {
    let times = flows.iter().map(|flow| (*flow)?.ended_us);
    times.collect::<Option<Vec<u64>>>()?.into_iter().max()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runs::tests::Script;
    use pipeyard_shared::event::{Event, RunEvent};
    use proptest::prelude::*;

    #[test]
    fn a_bar_is_thin_until_its_first_byte_comes_in() {
        let run = Script::opening(3).play();
        let bars = bars(&run, 0, 100);
        assert_eq!(bars.len(), 6, "two processes a lane; the input has none");
        let hash = bars.iter().find(|bar| bar.stage == 2).expect("md5sum ran");
        let looks: Vec<Look> = hash.pieces.iter().map(|piece| piece.look).collect();
        assert_eq!(looks, [Look::Waiting, Look::Running]);
        assert_eq!(
            hash.spent_us(Look::Waiting) + hash.spent_us(Look::Running),
            hash.to_us - hash.from_us
        );
    }

    /// The looks of the hash, after it was found waiting at this time of the script's run.
    fn looks_of_hash(found_us: u64, late_us: u64) -> Vec<(Look, u64)> {
        let script = Script::opening(1);
        let mut run = Run::new(pipeyard_shared::RunId(1), script.chain.clone(), 64);
        let mut seq = 0;
        for told in &script.events {
            if told.at_us >= found_us
                && run
                    .stage(LaneNumber(1), 2)
                    .is_some_and(|stage| stage.first_look_us().is_none())
            {
                let event = Event::StageDoing {
                    lane: LaneNumber(1),
                    stage: "md5sum".into(),
                    doing: Doing::WaitingForInput {
                        port: InputPort::Stdin,
                    },
                };
                run.take_event(
                    &RunEvent {
                        seq,
                        at_us: found_us,
                        event,
                    },
                    0.0,
                );
                seq += 1;
            }
            // All that follows its output comes so much later.
            let late =
                matches!(&told.event, Event::StageEnded { stage, .. } if *stage == "md5sum".into());
            let at_us = told.at_us + if late { late_us } else { 0 };
            let event = told.event.clone();
            run.take_event(&RunEvent { seq, at_us, event }, 0.0);
            seq += 1;
        }
        let bars = bars(&run, 0, 100);
        let hash = bars.iter().find(|bar| bar.stage == 2).expect("md5sum ran");
        hash.pieces
            .iter()
            .map(|piece| (piece.look, piece.to_us))
            .collect()
    }

    #[test]
    fn one_look_is_not_stretched_over_bytes_that_passed() {
        let looks = looks_of_hash(8_350, 0);
        let shown: Vec<Look> = looks.iter().map(|(look, _)| *look).collect();
        assert_eq!(shown[..2], [Look::Waiting, Look::Running], "{looks:?}");
        assert!(looks[1].1 >= 9_400, "until its last byte: {looks:?}");
        // Where it ends much later, the look had been right for all that is known.
        let looks = looks_of_hash(8_350, 10 * UNSEEN_US);
        assert_eq!(looks.last().map(|(look, _)| *look), Some(Look::Waiting));
        assert!(
            looks
                .iter()
                .all(|(look, to_us)| *look == Look::Waiting || *to_us <= 8_350)
        );
    }

    #[test]
    fn marks_tell_of_bytes_and_ends_in_the_order_of_time() {
        let run = Script::opening(1).play();
        let bars = bars(&run, 0, 100);
        let hash = bars.iter().find(|bar| bar.stage == 2).expect("md5sum ran");
        let marks: Vec<(u64, MarkKind)> = hash
            .marks
            .iter()
            .map(|mark| (mark.at_us, mark.kind))
            .collect();
        assert_eq!(
            marks,
            [
                (8_300, MarkKind::FirstIn),
                (8_400, MarkKind::EndIn),
                (9_400, MarkKind::FirstOut),
                (9_500, MarkKind::EndOut),
            ]
        );
    }

    #[test]
    fn a_thousand_lanes_make_no_more_bars_than_are_wanted() {
        let run = Script::opening(50).play();
        assert_eq!(bars(&run, 0, 10).len(), 10);
        assert_eq!(bars(&run, 0, 9).len(), 8, "whole lanes");
        assert_eq!(bars(&run, 0, 1).len(), 1, "but for the first");
    }

    #[test]
    fn ticks_stand_at_round_times_and_are_not_many() {
        assert_eq!(ticks(15_500, 6), [0, 5_000, 10_000, 15_000]);
        assert_eq!(ticks(0, 6), [0]);
        assert!(ticks(3, 6).len() <= 4);
        for end in [1, 17, 999, 12_345, 7_000_000, u32::MAX.into(), u64::MAX] {
            assert!((1..=7).contains(&ticks(end, 6).len()), "{end}");
        }
    }

    proptest! {
        /// However often a process changed what it did, its bar has no gap and not too many pieces.
        #[test]
        fn bars_are_whole(lengths in proptest::collection::vec((1u64..50, 0usize..4), 1..900)) {
            let looks = [Look::Waiting, Look::Running, Look::Blocked, Look::Stopped];
            let mut pieces = Vec::new();
            let mut at = 7;
            for (length, look) in lengths {
                pieces.push(Piece { from_us: at, to_us: at + length, look: looks[look] });
                at += length;
            }
            let coarse = coarse(pieces, 7, at);
            prop_assert!(coarse.len() <= MOST_PIECES);
            prop_assert_eq!(coarse.first().map(|piece| piece.from_us), Some(7));
            prop_assert_eq!(coarse.last().map(|piece| piece.to_us), Some(at));
            prop_assert!(coarse.windows(2).all(|pair| pair[0].to_us == pair[1].from_us));
        }
    }
}
