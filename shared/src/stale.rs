//! Which results of a run are of another chain than the one that is shown.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::chain::{Chain, Stage, Wire};
use crate::flow::FlowPoint;
use crate::id::{StageId, WireId};
use crate::ordered;

/// What of a run is older than the chain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stale {
    /// Stages of the chain whose results would be others now: they, or what feeds them, have changed.
    pub stages: BTreeSet<StageId>,
    /// Wires of the chain, likewise.
    pub wires: BTreeSet<WireId>,
    /// Whether anything has changed that a run goes by, in the stages and wires or in the chain as a whole.
    pub any: bool,
}

impl Stale {
    /// Compares the chain that ran with the one that is shown.
    ///
    /// Titles, labels, notes, groups and where things stand say nothing to a run. A stage that the run does not
    /// have has no result, so it is not among the stages; what it feeds is.
    pub fn of(ran: &Chain, shown: &Chain) -> Self {
        let (ran, now) = (&ran.reduced(), shown.reduced());
        let before: BTreeMap<&StageId, &Stage> =
            ordered::map(ran.stages.iter().map(|stage| (&stage.id, stage)));
        let (fed_before, fed_now) = (inputs(ran), inputs(&now));
        let (unfed, unread) = (Vec::new(), Vec::new());
        let changed = |stage: &&Stage| {
            before.get(&stage.id).is_none_or(|known| {
                let before = fed_before.get(&stage.id).unwrap_or(&unfed);
                let now = fed_now.get(&stage.id).unwrap_or(&unfed);
                known.kind != stage.kind || known.fan_in != stage.fan_in || !same_ends(before, now)
            })
        };
        let mut waiting: VecDeque<&StageId> = now
            .stages
            .iter()
            .filter(changed)
            .map(|stage| &stage.id)
            .collect();
        let mut readers: BTreeMap<&StageId, Vec<&StageId>> = BTreeMap::new();
        for wire in &now.wires {
            let known = readers.entry(&wire.from.stage).or_default();
            known.push(&wire.to.stage);
        }
        let mut older: BTreeSet<&StageId> = ordered::set(waiting.iter().copied());
        while let Some(stage) = waiting.pop_front() {
            for reader in readers.get(stage).unwrap_or(&unread) {
                if older.insert(reader) {
                    waiting.push_back(reader);
                }
            }
        }
        let wires = now.wires.iter().filter(|wire| {
            let known = ran.wire(&wire.id);
            known.is_some_and(|known| {
                !same_end(known, wire)
                    || known.mode != wire.mode
                    || older.contains(&wire.from.stage)
            })
        });
        let wires = ordered::set(wires.map(|wire| wire.id.clone()));
        let gone = ran.stages.len() != now.stages.len() || ran.wires.len() != now.wires.len();
        let any = gone
            || !older.is_empty()
            || !wires.is_empty()
            || (&ran.lanes, ran.jobs, ran.status, ran.timeout_ms)
                != (&now.lanes, now.jobs, now.status, now.timeout_ms);
        let stages = older.into_iter().filter(|id| before.contains_key(id));
        Self {
            stages: ordered::set(stages.cloned()),
            wires,
            any,
        }
    }

    /// Whether what passed at a place is.
    pub fn is_at(&self, place: &FlowPoint) -> bool {
        match place {
            FlowPoint::Wire(wire) => self.wires.contains(wire),
            FlowPoint::Port(end) => self.stages.contains(&end.stage),
        }
    }
}

/// The wires into each stage, in the order of the chain.
fn inputs(chain: &Chain) -> BTreeMap<&StageId, Vec<&Wire>> {
    let mut inputs: BTreeMap<&StageId, Vec<&Wire>> = BTreeMap::new();
    for wire in &chain.wires {
        inputs.entry(&wire.to.stage).or_default().push(wire);
    }
    inputs
}

/// The order matters to a fan-in.
fn same_ends(one: &[&Wire], other: &[&Wire]) -> bool {
    let pairs = one.iter().zip(other);
    one.len() == other.len() && pairs.fold(true, |same, (one, other)| same && same_end(one, other))
}

/// Its name says nothing to a run.
fn same_end(one: &Wire, other: &Wire) -> bool {
    one.from == other.from && one.to == other.to
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::{Lanes, Point};
    use crate::shell::{Reading, import};

    fn pipeline(text: &str) -> Chain {
        let imported = import(text.as_bytes(), &Reading::default());
        imported.expect("a pipeline").chain
    }

    fn chain() -> Chain {
        pipeline("seq 9 | sort | uniq | wc")
    }

    fn stages(stale: &Stale) -> Vec<&str> {
        stale.stages.iter().map(StageId::as_str).collect()
    }

    #[test]
    fn looks_say_nothing_to_a_result() {
        let ran = chain();
        let mut shown = ran.clone();
        shown.title = "Another".to_owned();
        shown.stages[1].label = Some("order".to_owned());
        shown.stages[1].at = Some(Point { x: 5.0, y: 5.0 });
        assert_eq!(Stale::of(&ran, &shown), Stale::default());
    }

    #[test]
    fn a_change_makes_older_what_it_feeds_and_nothing_before_it() {
        let ran = chain();
        let mut shown = ran.clone();
        let changed = pipeline("seq 9 | sort -r | uniq | wc");
        shown.stages[1].kind = changed.stages[1].kind.clone();
        let stale = Stale::of(&ran, &shown);
        assert_eq!(stages(&stale), ["sort", "uniq", "wc"]);
        assert_eq!(stale.wires.len(), 2, "the first wire is as it was");
        assert!(stale.any);
    }

    #[test]
    fn what_is_bypassed_or_taken_out_changes_what_came_behind() {
        let ran = chain();
        let mut shown = ran.clone();
        shown.stages[1].bypassed = true;
        assert_eq!(stages(&Stale::of(&ran, &shown)), ["uniq", "wc"]);
        shown.stages[1].bypassed = false;
        assert!(!Stale::of(&ran, &shown).any, "put back, it is as it was");
        shown.stages.pop();
        shown.wires.pop();
        let stale = Stale::of(&ran, &shown);
        assert!(stale.any && stale.stages.is_empty());
    }

    #[test]
    fn a_stage_without_a_result_is_not_older() {
        let ran = chain();
        let mut shown = ran.clone();
        let added = pipeline("tee").stages.remove(0);
        shown.wires[0].to.stage = added.id.clone();
        shown.stages.push(added);
        let stale = Stale::of(&ran, &shown);
        assert_eq!(stages(&stale), ["sort", "uniq", "wc"]);
    }

    #[test]
    fn lanes_are_of_the_chain_as_a_whole() {
        let ran = chain();
        let mut shown = ran.clone();
        shown.lanes = Lanes::Count(3);
        let stale = Stale::of(&ran, &shown);
        assert!(stale.any && stale.stages.is_empty() && stale.wires.is_empty());
    }
}
