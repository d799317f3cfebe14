//! What must hold of the wires.

use std::collections::BTreeMap;

use crate::chain::{
    Chain, FIRST_EXTRA_INPUT, FanIn, InputPort, LAST_EXTRA_INPUT, OutputPort, Stage, StageKind,
    Stderr, Stdin, Wire, WireMode,
};
use crate::id::StageId;
use crate::problem::{Fault, NotDirect, Problem};

pub(super) fn check(chain: &Chain, problems: &mut Vec<Problem>) {
    let stages: BTreeMap<&StageId, &Stage> = chain
        .stages
        .iter()
        .map(|stage| (&stage.id, stage))
        .collect();
    let mut joined = BTreeMap::new();
    let mut leaving: BTreeMap<_, usize> = BTreeMap::new();
    let mut arriving: BTreeMap<_, usize> = BTreeMap::new();
    for wire in &chain.wires {
        *leaving.entry(&wire.from).or_default() += 1;
        *arriving.entry(&wire.to).or_default() += 1;
    }
    for wire in &chain.wires {
        let mut report = |fault| problems.push(Problem::of_wire(&wire.id, fault));
        if let Some(other) = joined.insert((&wire.from, &wire.to), &wire.id) {
            report(Fault::SameWireTwice {
                other: other.clone(),
            });
        }
        let from = stages.get(&wire.from.stage).copied();
        let to = stages.get(&wire.to.stage).copied();
        ends(wire, from, to, &mut report);
        if let (Some(from), Some(to)) = (from, to) {
            shared(wire, from, to, &mut report);
            if wire.mode == WireMode::Direct
                && let Some(why) =
                    not_direct(wire, from, to, leaving[&wire.from], arriving[&wire.to])
            {
                report(Fault::CannotBeDirect { why });
            }
        }
    }
    for stage in &chain.stages {
        streams(chain, stage, problems);
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

fn streams(chain: &Chain, stage: &Stage, problems: &mut Vec<Problem>) {
    let Some(setup) = stage.setup() else { return };
    let stderr_wired = chain
        .wires_from(&stage.id, OutputPort::Stderr)
        .next()
        .is_some();
    if setup.stderr == Stderr::Stdout && stderr_wired {
        problems.push(Problem::of_stage(&stage.id, Fault::StderrTwice));
    }
    let stdin_wired = chain.wires_to(&stage.id, InputPort::Stdin).next().is_some();
    if setup.stdin != Stdin::Free && stdin_wired {
        problems.push(Problem::of_stage(&stage.id, Fault::StdinTwice));
    }
}
