//! What must hold of the wires.

use std::collections::{BTreeMap, BTreeSet};

use crate::chain::{
    Chain, FIRST_EXTRA_INPUT, FanIn, InputEnd, InputPort, LAST_EXTRA_INPUT, OutputEnd, OutputPort,
    Stage, StageKind, Stderr, Stdin, Wire, WireMode,
};
use crate::id::StageId;
use crate::ordered;
use crate::problem::{Fault, NotDirect, Problem};

pub(super) fn check(chain: &Chain, wired: &Wired, problems: &mut Vec<Problem>) {
    let direct = NotDirectly::of(chain);
    let mut joined = BTreeMap::new();
    for wire in &chain.wires {
        let mut report = |fault| problems.push(Problem::of_wire(&wire.id, fault));
        if let Some(other) = joined.insert((&wire.from, &wire.to), &wire.id) {
            report(Fault::SameWireTwice {
                other: other.clone(),
            });
        }
        let from = direct.stages.get(&wire.from.stage).copied();
        let to = direct.stages.get(&wire.to.stage).copied();
        ends(wire, from, to, &mut report);
        if let (Some(from), Some(to)) = (from, to) {
            shared(wire, from, to, &mut report);
            if wire.mode == WireMode::Direct
                && let Some(why) = direct.why(wire)
            {
                report(Fault::CannotBeDirect { why });
            }
        }
    }
    for stage in chain.stages.iter().filter(|stage| !stage.bypassed) {
        streams(wired, stage, problems);
    }
}

/// Which ports have wires.
pub(super) struct Wired<'a> {
    outputs: BTreeSet<(&'a StageId, OutputPort)>,
    inputs: BTreeSet<(&'a StageId, InputPort)>,
}

impl<'a> Wired<'a> {
    pub(super) fn of(chain: &'a Chain) -> Self {
        let wires = chain.wires.iter();
        Self {
            outputs: ordered::set(wires.clone().map(|wire| (&wire.from.stage, wire.from.port))),
            inputs: ordered::set(wires.map(|wire| (&wire.to.stage, wire.to.port))),
        }
    }

    pub(super) fn output(&self, stage: &StageId, port: OutputPort) -> bool {
        self.outputs.contains(&(stage, port))
    }

    pub(super) fn input(&self, stage: &StageId, port: InputPort) -> bool {
        self.inputs.contains(&(stage, port))
    }
}

/// Tells of any number of a chain's wires why they cannot be one kernel pipe.
pub(crate) struct NotDirectly<'a> {
    stages: BTreeMap<&'a StageId, &'a Stage>,
    leaving: BTreeMap<&'a OutputEnd, usize>,
    arriving: BTreeMap<&'a InputEnd, usize>,
}

impl<'a> NotDirectly<'a> {
    pub(crate) fn of(chain: &'a Chain) -> Self {
        let mut known = Self {
            stages: ordered::map(chain.stages.iter().map(|stage| (&stage.id, stage))),
            leaving: BTreeMap::new(),
            arriving: BTreeMap::new(),
        };
        for wire in &chain.wires {
            *known.leaving.entry(&wire.from).or_default() += 1;
            *known.arriving.entry(&wire.to).or_default() += 1;
        }
        known
    }

    /// Nothing if it can, or if it joins nothing.
    pub(crate) fn why(&self, wire: &Wire) -> Option<NotDirect> {
        let from = self.stages.get(&wire.from.stage)?;
        let to = self.stages.get(&wire.to.stage)?;
        let count = |found: Option<&usize>| found.copied().unwrap_or_default();
        let leaving = count(self.leaving.get(&wire.from));
        not_direct(wire, from, to, leaving, count(self.arriving.get(&wire.to)))
    }
}

/// Makes every wire direct that can be. The others stay tapped: they cannot be one pipe.
pub fn make_direct(chain: &mut Chain) {
    for place in 0..chain.wires.len() {
        if why_not_direct(chain, &chain.wires[place]).is_none() {
            chain.wires[place].mode = WireMode::Direct;
        }
    }
}

/// Why a wire of a chain cannot be one kernel pipe; nothing if it can, or if it joins nothing.
pub fn why_not_direct(chain: &Chain, wire: &Wire) -> Option<NotDirect> {
    let (from, to) = (chain.stage(&wire.from.stage)?, chain.stage(&wire.to.stage)?);
    let leaving = chain.wires_from(&from.id, wire.from.port).count();
    let arriving = chain.wires_to(&to.id, wire.to.port).count();
    not_direct(wire, from, to, leaving, arriving)
}

fn not_direct(
    wire: &Wire,
    from: &Stage,
    to: &Stage,
    leaving: usize,
    arriving: usize,
) -> Option<NotDirect> {
    if matches!(from.kind, StageKind::Input(_)) {
        return Some(NotDirect::FromInput);
    }
    if !from.starts_process() && !to.starts_process() {
        return Some(NotDirect::NoProcess);
    }
    if leaving > 1 {
        return Some(NotDirect::FanOut);
    }
    (arriving > 1 && to.fan_in_at(wire.to.port) != FanIn::Shared).then_some(NotDirect::FanIn)
}

fn ends(wire: &Wire, from: Option<&Stage>, to: Option<&Stage>, report: &mut impl FnMut(Fault)) {
    match from {
        None => report(Fault::NoSuchStage {
            stage: wire.from.stage.clone(),
        }),
        Some(stage) if !stage.has_output(wire.from.port) => report(Fault::NoSuchOutput {
            end: wire.from.clone(),
        }),
        Some(_) => {}
    }
    match to {
        None => report(Fault::NoSuchStage {
            stage: wire.to.stage.clone(),
        }),
        Some(stage) if !stage.has_input(wire.to.port) => report(Fault::NoSuchInput {
            end: wire.to.clone(),
        }),
        Some(_) => {}
    }
    if let InputPort::Extra(number) = wire.to.port
        && !(FIRST_EXTRA_INPUT..=LAST_EXTRA_INPUT).contains(&number)
    {
        report(Fault::BadExtraInput { number });
    }
}

/// Only processes can hold the two ends of a pipe that the kernel shares among them.
fn shared(wire: &Wire, from: &Stage, to: &Stage, report: &mut impl FnMut(Fault)) {
    if to.fan_in_at(wire.to.port) == FanIn::Shared && !from.starts_process() {
        report(Fault::CannotShare { port: wire.to.port });
    }
}

fn streams(wired: &Wired, stage: &Stage, problems: &mut Vec<Problem>) {
    let Some(setup) = stage.setup() else { return };
    if setup.stderr == Stderr::Stdout && wired.output(&stage.id, OutputPort::Stderr) {
        problems.push(Problem::of_stage(&stage.id, Fault::StderrTwice));
    }
    if setup.stdin != Stdin::Free && wired.input(&stage.id, InputPort::Stdin) {
        problems.push(Problem::of_stage(&stage.id, Fault::StdinTwice));
    }
}
