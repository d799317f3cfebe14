//! The order of stages along their wires, and the rings that forbid one.

use std::collections::BTreeMap;

use crate::chain::Chain;
use crate::id::StageId;

/// The places of the stages in [`Chain::stages`], each after all that feed it, and otherwise in the
/// chain's own order. Stages of a ring, and those behind one, are left out.
pub fn order(chain: &Chain) -> Vec<usize> {
    let (mut waiting_for, feeds) = edges(chain);
    // A sorted set keeps the chain's own order among those that are ready.
    let mut ready = std::collections::BTreeSet::new();
    ready.extend((0..chain.stages.len()).filter(|stage| waiting_for[*stage] == 0));
    let mut order = Vec::with_capacity(chain.stages.len());
    while let Some(stage) = ready.pop_first() {
        order.push(stage);
        for &fed in &feeds[stage] {
            waiting_for[fed] -= 1;
            if waiting_for[fed] == 0 {
                ready.insert(fed);
            }
        }
    }
    order
}

/// A ring of stages, if there is one: each feeds the next, and the last the first.
pub(super) fn cycle(chain: &Chain) -> Option<Vec<StageId>> {
    let mut ordered = vec![false; chain.stages.len()];
    for stage in order(chain) {
        ordered[stage] = true;
    }
    let first = ordered.iter().position(|ordered| !ordered)?;
    // Every stage that could not be ordered is fed by another such stage, so walking against the
    // wires must come back to where it has been.
    let (_, feeds) = edges(chain);
    let mut fed_by = vec![None; chain.stages.len()];
    for (stage, fed) in feeds.iter().enumerate() {
        for &fed in fed {
            if !ordered[stage] {
                fed_by[fed] = Some(stage);
            }
        }
    }
    let mut walked = Vec::new();
    let mut at = first;
    let start = loop {
        if let Some(start) = walked.iter().position(|stage| *stage == at) {
            break start;
        }
        walked.push(at);
        at = fed_by[at]?;
    };
    let ring = walked[start..].iter().rev();
    Some(ring.map(|stage| chain.stages[*stage].id.clone()).collect())
}

/// For each stage: how many wires arrive, and which stages it feeds (once a wire).
fn edges(chain: &Chain) -> (Vec<usize>, Vec<Vec<usize>>) {
    let mut place: BTreeMap<&StageId, usize> = BTreeMap::new();
    for (index, stage) in chain.stages.iter().enumerate() {
        place.insert(&stage.id, index);
    }
    let mut arriving = vec![0; chain.stages.len()];
    let mut feeds = vec![Vec::new(); chain.stages.len()];
    for wire in &chain.wires {
        if let (Some(&from), Some(&to)) = (place.get(&wire.from.stage), place.get(&wire.to.stage)) {
            arriving[to] += 1;
            feeds[from].push(to);
        }
    }
    (arriving, feeds)
}
