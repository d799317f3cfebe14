//! Every process as a bar on one time axis.

use pipeyard_shared::LaneNumber;
use pipeyard_shared::chain::InputPort;
use pipeyard_shared::flow::FlowPoint;

use super::{Run, StageState};

/// A process.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Bar {
    /// Its lane.
    pub(crate) lane: LaneNumber,
    /// Its stage's place in the chain.
    pub(crate) stage: usize,
    /// When it started.
    pub(crate) from_us: u64,
    /// Until then nothing had come into its standard input: drawn thin. Equal to `from_us` for a
    /// process that no wire feeds.
    pub(crate) fed_us: u64,
    /// When it ended, or now.
    pub(crate) to_us: u64,
    /// Where it is.
    pub(crate) state: StageState,
    /// When its first byte came out.
    pub(crate) first_out_us: Option<u64>,
}

/// The bars of the first lanes, lane by lane in the chain's order. Stages without a process have none.
pub(crate) fn bars(run: &Run, now_us: u64, lanes: usize) -> Vec<Bar> {
    let mut bars = Vec::new();
    for (index, lane) in run.lanes.iter().enumerate().take(lanes) {
        let number = LaneNumber::from_index(index);
        for (at, (stage, known)) in lane.stages.iter().zip(&run.chain.stages).enumerate() {
            let Some(from_us) = stage.started_us.filter(|_| known.starts_process()) else {
                continue;
            };
            let to_us = stage.ended_us.unwrap_or(now_us).max(from_us);
            let fed_us = fed_us(run, number, at, to_us).unwrap_or(from_us);
            bars.push(Bar {
                lane: number,
                stage: at,
                from_us,
                fed_us: fed_us.clamp(from_us, to_us),
                to_us,
                state: stage.state(),
                first_out_us: first_out_us(run, number, at),
            });
        }
    }
    bars
}

/// The marks of an axis from 0 to `end_us`: at round times, about `most` of them at the most.
pub(crate) fn ticks(end_us: u64, most: u64) -> Vec<u64> {
    let rough = end_us.div_ceil(most.max(1)).max(1);
    let power = 10u64.pow(rough.ilog10());
    let step = [1, 2, 5, 10]
        .into_iter()
        .map(|factor| factor * power)
        .find(|step| *step >= rough)
        .unwrap_or(rough);
    (0..)
        .map(|index| index * step)
        .take_while(|at| *at <= end_us)
        .collect()
}

/// When something first came into a stage's standard input, or when it was clear that nothing
/// would; `not_yet` while neither has happened. Nothing for a stage that no wire feeds.
fn fed_us(run: &Run, lane: LaneNumber, stage: usize, not_yet: u64) -> Option<u64> {
    let id = &run.chain.stages[stage].id;
    let mut fed = None;
    for wire in run.chain.wires_to(id, InputPort::Stdin) {
        let flow = run.flow_at(lane, &FlowPoint::Wire(wire.id.clone()));
        let time = flow
            .and_then(|flow| flow.began_us.or(flow.ended_us))
            .unwrap_or(not_yet);
        fed = Some(fed.map_or(time, |known: u64| known.min(time)));
    }
    fed
}

fn first_out_us(run: &Run, lane: LaneNumber, stage: usize) -> Option<u64> {
    use pipeyard_shared::chain::{OutputEnd, OutputPort};
    let id = &run.chain.stages[stage].id;
    let port = FlowPoint::Port(OutputEnd {
        stage: id.clone(),
        port: OutputPort::Stdout,
    });
    let wires = run
        .chain
        .wires_from(id, OutputPort::Stdout)
        .map(|wire| FlowPoint::Wire(wire.id.clone()));
    wires
        .chain([port])
        .filter_map(|point| run.flow_at(lane, &point)?.began_us)
        .min()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runs::tests::Script;

    #[test]
    fn a_bar_is_thin_until_its_first_byte_comes_in() {
        let run = Script::opening(3).play();
        let bars = bars(&run, 0, 10);
        assert_eq!(bars.len(), 6, "two processes a lane; the input has none");
        let hash = bars.iter().find(|bar| bar.stage == 2).expect("md5sum ran");
        assert!(
            hash.from_us < hash.fed_us && hash.fed_us < hash.to_us,
            "{hash:?}"
        );
    }

    #[test]
    fn ticks_stand_at_round_times_and_are_not_many() {
        assert_eq!(ticks(15_500, 6), [0, 5_000, 10_000, 15_000]);
        assert_eq!(ticks(0, 6), [0]);
        assert!(ticks(3, 6).len() <= 4);
        for end in [1, 17, 999, 12_345, 7_000_000, u32::MAX.into()] {
            assert!((1..=7).contains(&ticks(end, 6).len()), "{end}");
        }
    }
}
