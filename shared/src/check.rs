//! What must hold between the parts of a chain: everything that can be said without looking at a
//! machine. The runner adds what depends on one (programs, directories, files).

mod canvas;
mod graph;
mod stages;
mod wires;

use std::collections::BTreeSet;

pub use graph::order;
pub use stages::{decode_base64, decode_hex};
pub(crate) use wires::NotDirectly;
pub use wires::{make_direct, why_not_direct};

use crate::chain::{Chain, Lanes, REDUCED_WIRES};
use crate::flow::FlowMap;
use crate::id::is_valid_id;
use crate::limits::{LimitName, Limits, RUN_FLOWS};
use crate::problem::{Counted, Fault, Problem};

/// All problems of a chain at once, each with its stage or wire; none when it can be planned.
///
/// Runs in time near linear in the size of the chain.
pub fn check(chain: &Chain, limits: &Limits) -> Vec<Problem> {
    let mut problems = Vec::new();
    // What is too large as it is drawn is refused for that, and not reduced first.
    let is_sized =
        chain.stages.len() <= limits.stages as usize && chain.wires.len() <= limits.wires as usize;
    let reduced = (is_sized && chain.has_bypassed()).then(|| chain.reduced());
    whole_chain(
        chain,
        reduced.as_ref().unwrap_or(chain),
        limits,
        &mut problems,
    );
    ids(chain, &mut problems);
    let wired = wires::Wired::of(chain);
    stages::check(chain, &wired, limits, &mut problems);
    wires::check(chain, &wired, &mut problems);
    canvas::check(chain, &mut problems);
    problems.extend(graph::cycle(chain).map(|stages| Problem::of_chain(Fault::Cycle { stages })));
    problems
}

/// The first problem of a chain that no page can show. Most of what is wrong with one can be mended there; that ids are
/// sound and counts bounded is what the page itself relies on.
pub fn unsound(chain: &Chain, limits: &Limits) -> Option<Problem> {
    check(chain, limits).into_iter().find(|problem| {
        matches!(
            problem.fault,
            Fault::BadId { .. }
                | Fault::DuplicateId { .. }
                | Fault::OverLimit { .. }
                | Fault::Zero { .. }
        )
    })
}

/// What runs of the chain is bounded, and so is what is drawn.
fn whole_chain(chain: &Chain, running: &Chain, limits: &Limits, problems: &mut Vec<Problem>) {
    let mut report = |fault| problems.push(Problem::of_chain(fault));
    if chain.stages.is_empty() {
        report(Fault::NoStages);
    } else if running.stages.is_empty() {
        report(Fault::NothingToRun);
    }
    if chain.lanes.count() == 0 {
        report(Fault::Zero {
            what: Counted::Lanes,
        });
    }
    if chain.jobs == Some(0) {
        report(Fault::Zero {
            what: Counted::Jobs,
        });
    }
    match chain.timeout_ms {
        Some(0) => report(Fault::Zero {
            what: Counted::Timeout,
        }),
        Some(timeout) if timeout > limits.timeout_ms => report(Fault::OverLimit {
            limit: LimitName::TimeoutMs,
            found: timeout,
            most: limits.timeout_ms,
        }),
        _ => {}
    }
    let counts = [
        (LimitName::Stages, chain.stages.len(), limits.stages),
        (
            LimitName::Wires,
            chain.wires.len().max(running.wires.len()),
            limits.wires.min(REDUCED_WIRES as u32 - 1),
        ),
        (
            LimitName::Lanes,
            chain.lanes.count(),
            most_lanes(running, limits),
        ),
        (
            LimitName::Processes,
            processes_at_once(running),
            limits.processes,
        ),
    ];
    for (limit, found, most) in counts {
        if found > most as usize {
            report(Fault::OverLimit {
                limit,
                found: found as u64,
                most: u64::from(most),
            });
        }
    }
    if let Lanes::Values(values) = &chain.lanes
        && values.iter().any(crate::Text::has_nul)
    {
        report(Fault::Nul {
            part: crate::problem::Part::VariableValue,
        });
    }
}

/// How many lanes a chain of this size may have.
fn most_lanes(chain: &Chain, limits: &Limits) -> u32 {
    let per_lane = FlowMap::of(chain).per_lane().max(chain.stages.len()).max(1);
    let most = u32::try_from(RUN_FLOWS as usize / per_lane).unwrap_or(u32::MAX);
    most.clamp(1, limits.lanes.max(1))
}

/// How many lanes of a run can be going at once.
fn lanes_at_once(chain: &Chain) -> usize {
    let lanes = chain.lanes.count();
    chain.jobs.map_or(lanes, |jobs| lanes.min(jobs as usize))
}

/// How many processes of a run can be alive at once. A lane counts even if it starts none.
fn processes_at_once(chain: &Chain) -> usize {
    let per_lane = chain.stages.iter().filter(|stage| stage.starts_process());
    lanes_at_once(chain).saturating_mul(per_lane.count().max(1))
}

/// The longest value that a lane can have.
fn longest_value(chain: &Chain) -> usize {
    match &chain.lanes {
        Lanes::Count(_) => 0,
        Lanes::Values(values) => values
            .iter()
            .map(|value| value.as_bytes().len())
            .max()
            .unwrap_or(0),
    }
}

fn ids(chain: &Chain, problems: &mut Vec<Problem>) {
    let mut seen = BTreeSet::new();
    for stage in &chain.stages {
        let id = stage.id.as_str();
        if !is_valid_id(id) {
            problems.push(Problem::of_stage(
                &stage.id,
                Fault::BadId { id: id.to_owned() },
            ));
        } else if !seen.insert(id) {
            problems.push(Problem::of_stage(
                &stage.id,
                Fault::DuplicateId { id: id.to_owned() },
            ));
        }
    }
    let mut seen = BTreeSet::new();
    for wire in &chain.wires {
        let id = wire.id.as_str();
        if !is_valid_id(id) {
            problems.push(Problem::of_wire(
                &wire.id,
                Fault::BadId { id: id.to_owned() },
            ));
        } else if !seen.insert(id) {
            problems.push(Problem::of_wire(
                &wire.id,
                Fault::DuplicateId { id: id.to_owned() },
            ));
        }
    }
}

#[cfg(test)]
mod tests;
