//! Which stages the flows of a chain join.

use std::collections::BTreeMap;

use super::{FlowMap, FlowPoint};
use crate::chain::{Chain, OutputPort};
use crate::id::StageId;

/// Where each flow of a lane comes from and goes to. Flows are told by their index in
/// [`FlowMap::points`], stages by their index in the chain; the first of several with the same id counts.
#[derive(Clone, Debug, Default)]
pub struct FlowEnds {
    joins: Vec<Joins>,
    out_of: BTreeMap<(usize, OutputPort), Vec<usize>>,
    into: BTreeMap<usize, Vec<usize>>,
}

#[derive(Clone, Copy, Debug)]
struct Joins {
    from: Option<(usize, OutputPort)>,
    to: Option<usize>,
}

impl FlowEnds {
    /// Those of a chain whose flows these are. Stages that are not there are passed over.
    pub fn of(chain: &Chain, flows: &FlowMap) -> Self {
        let mut stages = BTreeMap::new();
        for (index, stage) in chain.stages.iter().enumerate() {
            stages.entry(&stage.id).or_insert(index);
        }
        let known = |stage: &StageId| stages.get(stage).copied();
        let mut ends = Self::default();
        // The wires come first, in the chain's order.
        for (flow, point) in flows.points().iter().enumerate() {
            let joins = match (point, chain.wires.get(flow)) {
                (FlowPoint::Wire(_), wire) => Joins {
                    from: wire.and_then(|wire| Some((known(&wire.from.stage)?, wire.from.port))),
                    to: wire.and_then(|wire| known(&wire.to.stage)),
                },
                (FlowPoint::Port(end), _) => Joins {
                    from: known(&end.stage).map(|stage| (stage, end.port)),
                    to: None,
                },
            };
            if let Some(from) = joins.from {
                ends.out_of.entry(from).or_default().push(flow);
            }
            if let Some(to) = joins.to {
                ends.into.entry(to).or_default().push(flow);
            }
            ends.joins.push(joins);
        }
        ends
    }

    /// The stage and the port that a flow comes out of.
    pub fn writer(&self, flow: usize) -> Option<(usize, OutputPort)> {
        self.joins.get(flow)?.from
    }

    /// The stage that a flow goes to; nothing for an output that no wire leaves.
    pub fn reader(&self, flow: usize) -> Option<usize> {
        self.joins.get(flow)?.to
    }

    /// The flows out of a port.
    pub fn out_of(&self, stage: usize, port: OutputPort) -> &[usize] {
        self.out_of.get(&(stage, port)).map_or(&[], Vec::as_slice)
    }

    /// The flows into a stage, whatever the port.
    pub fn into_stage(&self, stage: usize) -> &[usize] {
        self.into.get(&stage).map_or(&[], Vec::as_slice)
    }

    /// What came out of a port, by the counts of its flows: every wire out of it is offered the same, and
    /// some may be left early, so it is the most that one of them took. Nothing unless all are counted.
    pub fn came_out<C: Ord>(
        &self,
        stage: usize,
        port: OutputPort,
        counted: impl Fn(usize) -> Option<C>,
    ) -> Option<C> {
        let flows = self.out_of(stage, port).iter();
        let counts = flows.map(|flow| counted(*flow)).collect::<Option<Vec<C>>>();
        counts?.into_iter().max()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::Stage;

    #[test]
    fn flows_are_found_from_both_ends() {
        let stages = ["a", "b", "c"].map(|id| Stage::process(id, "cat", []));
        let mut chain = Chain::of_stages("", stages.to_vec());
        chain.wires[1].from.stage = "a".into();
        let flows = FlowMap::of(&chain);
        let ends = FlowEnds::of(&chain, &flows);
        assert_eq!(ends.out_of(0, OutputPort::Stdout), [0, 1]);
        assert_eq!(ends.out_of(1, OutputPort::Stdout).len(), 1);
        assert_eq!(
            (ends.into_stage(0), ends.into_stage(2)),
            (&[][..], &[1][..])
        );
        for flow in 0..flows.per_lane() {
            let (stage, port) = ends.writer(flow).expect("a writer");
            assert!(ends.out_of(stage, port).contains(&flow));
        }
        assert_eq!(
            (ends.reader(0), ends.reader(1), ends.reader(2)),
            (Some(1), Some(2), None)
        );
        assert_eq!(ends.writer(99), None);
    }

    #[test]
    fn the_branch_that_was_left_last_tells_what_came_out() {
        let stages = ["a", "b", "c"].map(|id| Stage::process(id, "cat", []));
        let mut chain = Chain::of_stages("", stages.to_vec());
        chain.wires[1].from.stage = "a".into();
        let ends = FlowEnds::of(&chain, &FlowMap::of(&chain));
        let out =
            |counts: [Option<u64>; 2]| ends.came_out(0, OutputPort::Stdout, |flow| counts[flow]);
        assert_eq!(out([Some(5), Some(70)]), Some(70));
        assert_eq!(out([Some(70), Some(5)]), Some(70));
        assert_eq!(out([Some(70), None]), None, "it may have been more");
    }
}
