//! A chain whose text was typed anew: what the text does not say stays as it was.

mod align;
mod merge;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use super::export::Part;
use super::import::Imported;
use crate::chain::{
    Chain, Input, InputEnd, InputPort, Lanes, OutputEnd, Stage, StageKind, Wire, WireMode,
};
use crate::check::why_not_direct;
use crate::id::{StageId, WireId};
use crate::ordered;
use crate::substitute::{Placeholder, placeholders};
use crate::text::Text;

/// A chain whose text was typed anew.
#[derive(Clone, Debug, PartialEq)]
pub struct Retyped {
    /// The chain.
    pub chain: Chain,
    /// What of the fresh text says its stages.
    pub parts: Vec<Part>,
}

/// The present chain with what a fresh text says in place of what its own text said.
///
/// A stage that the text still has keeps its name, place, label, times, directory and whatever else no text says; a
/// changed word changes that stage alone. What is new has no place yet; what is gone takes its wires along. Wires
/// keep their names, modes and questions. The chain's title, lanes, times, notes and groups stay. Typed anew without
/// any change, the chain is what it was. Where no stage is like one that was there, it is another chain: what the old one was called, its
/// lanes (unless the text speaks of them) and its time go with it.
///
/// `parts` are those of the present chain's own text, empty if it has none; the fresh text is to be read as
/// [`reading`](super::reading) says.
pub fn retype(present: &Chain, parts: &[Part], fresh: &Imported) -> Retyped {
    let order = order(present, parts);
    let align::Aligned { pairs, any_alike } = align::align(present, &order, &fresh.chain);
    let mut made = Made::new(present, &fresh.chain);
    for (place, new) in fresh.chain.stages.iter().enumerate() {
        made.stage(pairs[place].map(|old| &present.stages[old]), new);
    }
    let names = made.stages.iter().map(|stage| stage.id.clone());
    let parts = names.zip(&fresh.origins).map(|(stage, origin)| Part {
        stage,
        text: origin.text.clone(),
    });
    let parts = parts.collect();
    let stages = in_order(present, &order, &pairs, made.stages);
    let mut chain = Chain {
        stages,
        wires: Vec::new(),
        ..present.clone()
    };
    chain.wires = wires(present, &fresh.chain, &made.ends);
    for place in 0..chain.wires.len() {
        let wire = &chain.wires[place];
        if wire.mode == WireMode::Direct && why_not_direct(&chain, wire).is_some() {
            chain.wires[place].mode = WireMode::Tapped;
        }
    }
    chain.keep_groups_real();
    if !present.stages.is_empty() && !any_alike {
        chain.title.clear();
        chain.timeout_ms = None;
        if !fresh.chain.stages.iter().any(speaks_of_lanes) {
            (chain.lanes, chain.jobs) = (Lanes::default(), None);
        }
    }
    Retyped { chain, parts }
}

/// Whether `{lane}` or `{value}` stand in what a stage runs.
fn speaks_of_lanes(stage: &Stage) -> bool {
    let of_lanes = |text: &Text| {
        let mut named = placeholders(text).into_iter();
        named.any(|named| matches!(named, Placeholder::Lane | Placeholder::Value))
    };
    let setup = stage.setup();
    let set = setup.iter().flat_map(|setup| &setup.environment);
    let mut values = set.filter_map(|variable| variable.value.as_ref());
    let words = match &stage.kind {
        StageKind::Process(process) => {
            of_lanes(&process.program) || process.args.iter().any(of_lanes)
        }
        StageKind::Shell(shell) => of_lanes(&shell.text),
        StageKind::File(file) => of_lanes(&file.path),
        StageKind::Input(Input::Text(text)) => of_lanes(text),
        StageKind::Input(_) | StageKind::Discard => false,
    };
    words || values.any(of_lanes)
}

/// The places of the present stages, in the order of the text.
fn order(present: &Chain, parts: &[Part]) -> Vec<usize> {
    let known = parts.iter().map(|part| present.stage_index(&part.stage));
    let known: Option<Vec<usize>> = known.collect();
    let all = || (0..present.stages.len()).collect();
    known
        .filter(|order| order.len() == present.stages.len())
        .unwrap_or_else(all)
}

/// What became of a fresh stage's name and of its inputs.
struct End {
    id: StageId,
    inputs: BTreeMap<InputPort, InputPort>,
}

impl End {
    fn input(&self, port: InputPort) -> InputPort {
        self.inputs.get(&port).copied().unwrap_or(port)
    }
}

/// The stages as far as they are made, in the order of the fresh text.
struct Made<'a> {
    present: &'a Chain,
    fresh: &'a Chain,
    stages: Vec<Stage>,
    ends: BTreeMap<StageId, End>,
    taken: BTreeSet<StageId>,
}

impl<'a> Made<'a> {
    fn new(present: &'a Chain, fresh: &'a Chain) -> Self {
        Self {
            present,
            fresh,
            stages: Vec::new(),
            ends: BTreeMap::new(),
            taken: ordered::set(present.stages.iter().map(|stage| stage.id.clone())),
        }
    }

    fn stage(&mut self, old: Option<&Stage>, new: &Stage) {
        let (stage, inputs) = match old {
            Some(old) => merge::merge(self.present, old, self.fresh, new),
            None => {
                let id = free_stage_id(&self.taken, &new.id);
                (Stage { id, ..new.clone() }, BTreeMap::new())
            }
        };
        self.taken.insert(stage.id.clone());
        let id = stage.id.clone();
        self.ends.insert(new.id.clone(), End { id, inputs });
        self.stages.push(stage);
    }
}

/// The fresh id, or the same with another number.
fn free_stage_id(taken: &BTreeSet<StageId>, wanted: &StageId) -> StageId {
    if !taken.contains(wanted) {
        return wanted.clone();
    }
    let (stem, number) = match wanted.as_str().rsplit_once('-') {
        Some((stem, number)) if number.parse::<u32>().is_ok() => (stem, 2),
        _ => (wanted.as_str(), 2),
    };
    (number..)
        .map(|number: usize| StageId::new(format!("{stem}-{number}")))
        .find(|id| !taken.contains(id))
        .unwrap_or_else(|| wanted.clone())
}

/// The stages in the order of the text. Where a person has another order than the present text (`order`), and the fresh
/// one has what is left of that in the same order, they stay in theirs, and the new ones come behind those that they
/// stand behind in the text. Who changes the order of the text means it: the last stage's status is the chain's.
fn in_order(
    present: &Chain,
    order: &[usize],
    pairs: &[Option<usize>],
    stages: Vec<Stage>,
) -> Vec<Stage> {
    let kept: Vec<usize> = pairs.iter().flatten().copied().collect();
    let in_text = |place: &usize| order.iter().position(|said| said == place);
    if kept.is_sorted() || !kept.iter().map(in_text).is_sorted() {
        return stages;
    }
    let mut sorted = kept;
    sorted.sort_unstable();
    let mut ids: Vec<StageId> = sorted
        .iter()
        .map(|place| present.stages[*place].id.clone())
        .collect();
    let mut before: Option<StageId> = None;
    for (stage, pair) in stages.iter().zip(pairs) {
        if pair.is_none() {
            let behind = |id: &StageId| ids.iter().position(|known| known == id);
            let at = before
                .as_ref()
                .and_then(behind)
                .map_or(0, |place| place + 1);
            ids.insert(at, stage.id.clone());
        }
        before = Some(stage.id.clone());
    }
    let mut by_id = ordered::map(stages.into_iter().map(|stage| (stage.id.clone(), stage)));
    ids.iter().filter_map(|id| by_id.remove(id)).collect()
}

/// The fresh wires between the stages as they are called now, in place of the present ones that they continue.
fn wires(present: &Chain, fresh: &Chain, ends: &BTreeMap<StageId, End>) -> Vec<Wire> {
    let mut wanted: Vec<Wire> = Vec::new();
    for wire in &fresh.wires {
        let (Some(from), Some(to)) = (ends.get(&wire.from.stage), ends.get(&wire.to.stage)) else {
            continue;
        };
        wanted.push(Wire {
            from: OutputEnd {
                stage: from.id.clone(),
                port: wire.from.port,
            },
            to: InputEnd {
                stage: to.id.clone(),
                port: to.input(wire.to.port),
            },
            ..wire.clone()
        });
    }
    let mut wires: Vec<Option<Wire>> = vec![None; present.wires.len()];
    // Those between the same ports first, then those that still come from the same one, then those that lead there.
    let alike: [fn(&Wire, &Wire) -> bool; 3] = [
        |old, new| old.from == new.from && old.to == new.to,
        |old, new| old.from == new.from,
        |old, new| old.to == new.to,
    ];
    for alike in alike {
        let mut left = Vec::new();
        for new in wanted {
            let free = |(place, old): &(usize, &Wire)| wires[*place].is_none() && alike(old, &new);
            match present.wires.iter().enumerate().find(free) {
                Some((place, old)) => wires[place] = Some(continued(old, new)),
                None => left.push(new),
            }
        }
        wanted = left;
    }
    let mut wires: Vec<Wire> = wires.into_iter().flatten().collect();
    let known = wires
        .iter()
        .chain(&present.wires)
        .map(|wire| wire.id.clone());
    let mut taken = ordered::set(known);
    for wire in wanted {
        let mut ids = (1..).map(|number: usize| WireId::new(format!("w{number}")));
        let id = ids
            .find(|id| !taken.contains(id))
            .unwrap_or(wire.id.clone());
        taken.insert(id.clone());
        wires.push(Wire { id, ..wire });
    }
    wires
}

/// A wire that was there, where it leads now.
fn continued(old: &Wire, new: Wire) -> Wire {
    // What is asked is about what comes out.
    let question = old.question.clone().filter(|_| old.from == new.from);
    let mode = match old.from == new.from && old.to == new.to {
        true => old.mode,
        false if old.mode == WireMode::Direct => old.mode,
        false => new.mode,
    };
    Wire {
        id: old.id.clone(),
        mode,
        question,
        ..new
    }
}
