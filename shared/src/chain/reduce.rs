//! The chain that runs: without the stages that are bypassed.

use std::collections::BTreeSet;

use super::{Chain, FanIn, Input, InputPort, OutputPort, Stage, StageKind, Wire, WireMode};
use crate::check::NotDirectly;
use crate::id::{StageId, WireId, is_valid_id};
use crate::ordered;
use crate::text::Text;

/// Wires that a chain gets by reducing it: a bypassed stage between many feeders and many readers joins each
/// with each. It is above any limit of wires, so with more of them nothing runs, and no more are made.
pub const REDUCED_WIRES: usize = 4_000;

impl Chain {
    /// Whether a run leaves any stage out.
    pub fn has_bypassed(&self) -> bool {
        self.stages.iter().any(|stage| stage.bypassed)
    }

    /// The chain that runs: bypassed stages are out, and what fed their standard input feeds what
    /// their standard output fed. Without any, it is the chain as it is.
    ///
    /// - A joining wire has the id of the wire that arrived; where there are more, the others have the id of the
    ///   wire that left, or one made of both. It stands where the wire that left stood, so a fan-in keeps its order.
    /// - Wires out of their standard error and into their extra inputs are out.
    /// - An extra input that would lose its last wire gets an empty input in the bypassed stage's place: its reader
    ///   could not start without one.
    /// - What is no process and has nothing left to feed, or nothing that feeds it, is out as well.
    /// - A wire that cannot be direct any more is tapped; a fan-in that cannot be shared is by lines.
    ///
    /// What [`check`](crate::check::check) accepts stays acceptable. It stops at [`REDUCED_WIRES`], which the check
    /// refuses.
    pub fn reduced(&self) -> Self {
        let mut chain = self.clone();
        if !self.has_bypassed() {
            return chain;
        }
        for stage in self.stages.iter().filter(|stage| stage.bypassed) {
            bypass(&mut chain, &stage.id);
            if chain.wires.len() >= REDUCED_WIRES {
                return chain;
            }
        }
        drop_idle(&mut chain, self);
        mend(&mut chain);
        chain.keep_groups_real();
        chain
    }

    /// Takes stages that are not there out of the groups, and groups of nothing away.
    pub fn keep_groups_real(&mut self) {
        if self.groups.is_empty() {
            return;
        }
        let stages = ordered::set(self.stages.iter().map(|stage| &stage.id));
        for group in &mut self.groups {
            group.stages.retain(|stage| stages.contains(stage));
        }
        self.groups.retain(|group| !group.stages.is_empty());
    }
}

/// Takes one stage out and joins what it stood between.
fn bypass(chain: &mut Chain, id: &StageId) {
    let arriving: Vec<Wire> = chain
        .wires
        .iter()
        .filter(|wire| wire.to.stage == *id && wire.to.port == InputPort::Stdin)
        // A stage that feeds itself passes nothing on.
        .filter(|wire| wire.from.stage != *id)
        .cloned()
        .collect();
    let mut names = ordered::set(chain.wires.iter().map(|wire| wire.id.clone()));
    let apart = chain
        .wires
        .iter()
        .filter(|wire| wire.from.stage != *id && wire.to.stage != *id);
    let mut joined = ordered::set(apart.map(|wire| (wire.from.clone(), wire.to.clone())));
    let mut unused: Vec<bool> = vec![true; arriving.len()];
    let mut wires = Vec::with_capacity(chain.wires.len());
    let mut lost = Vec::new();
    for wire in std::mem::take(&mut chain.wires) {
        if wire.from.stage != *id && wire.to.stage != *id {
            wires.push(wire);
            continue;
        }
        if wire.from.stage != *id || wire.to.stage == *id {
            continue;
        }
        if wire.from.port != OutputPort::Stdout || arriving.is_empty() {
            lost.push(wire);
            continue;
        }
        let mut own = Some(wire.id.clone());
        for (feeder, unused) in arriving.iter().zip(&mut unused) {
            if wires.len() >= REDUCED_WIRES {
                break;
            }
            if !joined.insert((feeder.from.clone(), wire.to.clone())) {
                continue;
            }
            let id = if std::mem::take(unused) {
                feeder.id.clone()
            } else {
                own.take()
                    .unwrap_or_else(|| name_of_both(&mut names, &feeder.id, &wire.id))
            };
            let direct = feeder.mode == WireMode::Direct && wire.mode == WireMode::Direct;
            wires.push(Wire {
                id,
                from: feeder.from.clone(),
                to: wire.to.clone(),
                mode: if direct {
                    WireMode::Direct
                } else {
                    WireMode::Tapped
                },
                question: wire.question.clone().or_else(|| feeder.question.clone()),
            });
        }
    }
    chain.wires = wires;
    let needed: Vec<Wire> = lost
        .into_iter()
        .filter(|wire| matches!(wire.to.port, InputPort::Extra(_)))
        .filter(|wire| {
            let mut others = chain.wires_to(&wire.to.stage, wire.to.port);
            others.next().is_none()
        })
        .collect();
    if needed.is_empty() {
        chain.stages.retain(|stage| stage.id != *id);
        return;
    }
    if let Some(stage) = chain.stages.iter_mut().find(|stage| stage.id == *id) {
        let nothing = StageKind::Input(Input::Text(Text::default()));
        *stage = Stage {
            label: stage.label.take(),
            at: stage.at,
            ..Stage::new(id.clone(), nothing)
        };
    }
    for mut wire in needed {
        wire.from.port = OutputPort::Stdout;
        wire.mode = WireMode::Tapped;
        let known = chain
            .wires
            .iter()
            .any(|known| known.from == wire.from && known.to == wire.to);
        if !known {
            chain.wires.push(wire);
        }
    }
}

/// An id that is not taken: `w1-w2`, or where that is too long or taken, `w1`, `w2` and so on.
fn name_of_both(names: &mut BTreeSet<WireId>, one: &WireId, other: &WireId) -> WireId {
    let both = format!("{one}-{other}");
    let numbered = (1u64..).map(|number| format!("w{number}"));
    let name = std::iter::once(both)
        .chain(numbered)
        .map(WireId::new)
        .find(|name| is_valid_id(name.as_str()) && !names.contains(name))
        .unwrap_or_else(|| one.clone());
    names.insert(name.clone());
    name
}

/// Takes out what is no process and was joined to the rest only by what is gone, until nothing is left to take.
fn drop_idle(chain: &mut Chain, before: &Chain) {
    loop {
        let gives = ordered::set(chain.wires.iter().map(|wire| &wire.from.stage));
        let takes = ordered::set(chain.wires.iter().map(|wire| &wire.to.stage));
        let idle = chain
            .stages
            .iter()
            .filter(|stage| !stage.starts_process())
            .filter(|stage| {
                let (now, was) = if stage.has_output(OutputPort::Stdout) {
                    let was = before.wires.iter().any(|wire| wire.from.stage == stage.id);
                    (gives.contains(&stage.id), was)
                } else {
                    let was = before.wires.iter().any(|wire| wire.to.stage == stage.id);
                    (takes.contains(&stage.id), was)
                };
                !now && was
            });
        let idle = ordered::set(idle.map(|stage| stage.id.clone()));
        if idle.is_empty() {
            return;
        }
        chain.stages.retain(|stage| !idle.contains(&stage.id));
        chain
            .wires
            .retain(|wire| !idle.contains(&wire.from.stage) && !idle.contains(&wire.to.stage));
    }
}

/// Ways of carrying bytes that the wires cannot have any more become those that every wire can have.
pub(super) fn mend(chain: &mut Chain) {
    let mut by_lines = BTreeSet::new();
    for wire in &chain.wires {
        let shared = chain
            .stage(&wire.to.stage)
            .is_some_and(|to| to.fan_in_at(wire.to.port) == FanIn::Shared);
        let process = chain
            .stage(&wire.from.stage)
            .is_none_or(Stage::starts_process);
        if shared && !process {
            by_lines.insert(wire.to.clone());
        }
    }
    for end in by_lines {
        if let Some(stage) = chain.stages.iter_mut().find(|stage| stage.id == end.stage) {
            stage.fan_in.insert(end.port, FanIn::Lines);
        }
    }
    let tapped: Vec<usize> = {
        let known = NotDirectly::of(chain);
        let wires = chain.wires.iter().enumerate();
        wires
            .filter(|(_, wire)| wire.mode == WireMode::Direct && known.why(wire).is_some())
            .map(|(index, _)| index)
            .collect()
    };
    for index in tapped {
        chain.wires[index].mode = WireMode::Tapped;
    }
}
