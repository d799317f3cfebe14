//! Parts of a chain that can be run on their own.

use std::collections::{BTreeMap, BTreeSet};

use super::reduce::mend;
use super::{Chain, Input, OutputEnd, OutputPort, Stage, StageKind, Wire, WireMode};
use crate::flow::FlowPoint;
use crate::id::StageId;
use crate::ordered;
use crate::substitute::literal;

impl Chain {
    /// The chain up to a stage: it and all that it needs, by whichever ports. What comes out of it is the
    /// result. A stage that is not there leaves nothing.
    ///
    /// To run it, reduce it afterwards: the stage itself may be bypassed.
    pub fn up_to(&self, stage: &StageId) -> Self {
        let wanted = self.stages.iter().map(|known| &known.id);
        let wanted = wanted.filter(|known| *known == stage);
        let feeders = Neighbours::of(self.wires.iter(), |wire| (&wire.to.stage, &wire.from.stage));
        let kept = feeders.closure(wanted);
        let mut chain = self.clone();
        chain.stages.retain(|stage| kept.contains(&stage.id));
        chain.wires.retain(|wire| {
            kept.contains(&wire.from.stage)
                && kept.contains(&wire.to.stage)
                && wire.from.stage != *stage
        });
        chain.keep_groups_real();
        chain
    }

    /// The chain from a place on whose bytes are known: an input stage gives them instead of whoever wrote them,
    /// and only what is behind it runs, with what else that needs. The wires there keep their ids.
    ///
    /// A port stands for all wires that leave it. Nothing where no wire is.
    pub fn from_frozen(&self, at: &FlowPoint, bytes: &[u8]) -> Option<Self> {
        let frozen = |wire: &Wire| match at {
            FlowPoint::Wire(id) => wire.id == *id,
            FlowPoint::Port(end) => wire.from == *end,
        };
        let cut: Vec<&Wire> = self.wires.iter().filter(|wire| frozen(wire)).collect();
        let end = cut.first()?.from.clone();
        let behind = cut.iter().map(|wire| &wire.to.stage);
        let fed = Neighbours::of(self.wires.iter(), |wire| (&wire.from.stage, &wire.to.stage));
        let behind = fed.closure(behind);
        let whole = self.wires.iter().filter(|wire| !frozen(wire));
        let feeders = Neighbours::of(whole, |wire| (&wire.to.stage, &wire.from.stage));
        let kept = ordered::set(feeders.closure(behind).into_iter().cloned());
        let mut chain = self.clone();
        let at = self.stage_index(&end.stage).unwrap_or(0);
        let source = Stage {
            at: self.stage(&end.stage).and_then(|stage| stage.at),
            ..Stage::new(
                self.name_of_source(),
                StageKind::Input(Input::Text(literal(bytes))),
            )
        };
        for wire in &mut chain.wires {
            if frozen(wire) {
                wire.mode = WireMode::Tapped;
                wire.from = OutputEnd {
                    stage: source.id.clone(),
                    port: OutputPort::Stdout,
                };
            }
        }
        let name = source.id.clone();
        chain.stages.insert(at.min(chain.stages.len()), source);
        let stays = |id: &StageId| *id == name || kept.contains(id);
        chain.stages.retain(|stage| stays(&stage.id));
        chain
            .wires
            .retain(|wire| stays(&wire.from.stage) && stays(&wire.to.stage));
        mend(&mut chain);
        chain.keep_groups_real();
        Some(chain)
    }

    /// A free id for the input stage: `frozen`, `frozen-2`.
    fn name_of_source(&self) -> StageId {
        let numbered = (2u64..).map(|number| format!("frozen-{number}"));
        std::iter::once("frozen".to_owned())
            .chain(numbered)
            .map(StageId::new)
            .find(|name| self.stage(name).is_none())
            .unwrap_or_else(|| StageId::new("frozen"))
    }
}

/// Which stages are next to which, in one direction.
struct Neighbours<'a>(BTreeMap<&'a StageId, Vec<&'a StageId>>);

impl<'a> Neighbours<'a> {
    fn of(
        wires: impl Iterator<Item = &'a Wire>,
        ends: impl Fn(&'a Wire) -> (&'a StageId, &'a StageId),
    ) -> Self {
        let mut known: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for wire in wires {
            let (one, other) = ends(wire);
            known.entry(one).or_default().push(other);
        }
        Self(known)
    }

    /// All that can be reached, these included.
    fn closure(&self, from: impl IntoIterator<Item = &'a StageId>) -> BTreeSet<&'a StageId> {
        let mut reached: BTreeSet<&StageId> = BTreeSet::new();
        let mut waiting: Vec<&StageId> = from.into_iter().collect();
        while let Some(stage) = waiting.pop() {
            if reached.insert(stage) {
                waiting.extend(self.0.get(stage).into_iter().flatten());
            }
        }
        reached
    }
}
