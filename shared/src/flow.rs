//! The places of a run at which bytes can be watched, and their numbers.
//!
//! Every wire is one, and every output port of a process that no wire leaves is one too (what comes
//! out there is the run's result). The numbers follow from the chain alone, so that the runner and
//! the page agree on them without a table.

mod ends;

use serde::{Deserialize, Serialize};

use crate::chain::{Chain, OutputEnd, OutputPort, Stderr};
use crate::id::{LaneNumber, WireId};
use crate::ordered;

pub use ends::FlowEnds;

/// A place in the chain at which bytes pass.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FlowPoint {
    /// A wire.
    Wire(WireId),
    /// An output port that no wire leaves.
    Port(OutputEnd),
}

/// One place in one lane, as a number: what the frames and meters carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FlowId(pub u32);

/// All places of a chain at which bytes pass, in the order that numbers them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowMap {
    points: Vec<FlowPoint>,
}

impl FlowMap {
    /// The wires in the chain's order, then the unwired ports in the stages' order.
    pub fn of(chain: &Chain) -> Self {
        let wired = ordered::set(chain.wires.iter().map(|wire| &wire.from));
        let wires = chain
            .wires
            .iter()
            .map(|wire| FlowPoint::Wire(wire.id.clone()));
        let ports = chain
            .stages
            .iter()
            .flat_map(|stage| {
                [OutputPort::Stdout, OutputPort::Stderr]
                    .into_iter()
                    .filter(|port| stage.has_output(*port))
                    .filter(|port| {
                        let joined = stage
                            .setup()
                            .is_some_and(|setup| setup.stderr == Stderr::Stdout);
                        !(*port == OutputPort::Stderr && joined)
                    })
                    .map(|port| OutputEnd {
                        stage: stage.id.clone(),
                        port,
                    })
            })
            .filter(|end| !wired.contains(end))
            .map(FlowPoint::Port);
        Self {
            points: wires.chain(ports).collect(),
        }
    }

    /// The places, in order.
    pub fn points(&self) -> &[FlowPoint] {
        &self.points
    }

    /// How many flows a lane has.
    pub fn per_lane(&self) -> usize {
        self.points.len()
    }

    /// The number of a place in a lane.
    pub fn id(&self, lane: LaneNumber, point: &FlowPoint) -> Option<FlowId> {
        let place = self.points.iter().position(|known| known == point)?;
        self.id_at(lane, place)
    }

    /// The number of the place with this index in [`FlowMap::points`], in a lane.
    pub fn id_at(&self, lane: LaneNumber, place: usize) -> Option<FlowId> {
        let number = lane
            .index()
            .checked_mul(self.points.len())?
            .checked_add(place)?;
        u32::try_from(number).ok().map(FlowId)
    }

    /// The lane and the place that a number means; nothing for a chain without flows.
    pub fn place(&self, flow: FlowId) -> Option<(LaneNumber, &FlowPoint)> {
        let number = flow.0 as usize;
        let lane = number.checked_div(self.points.len())?;
        let point = self.points.get(number % self.points.len())?;
        Some((LaneNumber::from_index(lane), point))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::Stage;

    #[test]
    fn numbers_and_places_agree_both_ways() {
        let chain = Chain::of_stages(
            "",
            vec![
                Stage::process("a", "true", []),
                Stage::process("b", "cat", []),
            ],
        );
        let flows = FlowMap::of(&chain);
        assert_eq!(
            flows.per_lane(),
            4,
            "a wire, a's stderr, b's stdout and stderr"
        );
        for lane in [LaneNumber(1), LaneNumber(7)] {
            for point in flows.points() {
                let id = flows.id(lane, point).expect("known point");
                assert_eq!(flows.place(id), Some((lane, point)));
            }
        }
    }

    #[test]
    fn joined_stderr_is_no_flow_of_its_own() {
        let mut stage = Stage::process("a", "true", []);
        if let Some(setup) = stage.setup_mut() {
            setup.stderr = Stderr::Stdout;
        }
        assert_eq!(
            FlowMap::of(&Chain::of_stages("", vec![stage])).per_lane(),
            1
        );
    }
}
