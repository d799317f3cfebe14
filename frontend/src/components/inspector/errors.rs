//! What is wrong, said at the field that it is about.

use pipeyard_shared::chain::{Chain, InputPort, StageKind};
use pipeyard_shared::limits::LimitName;
use pipeyard_shared::problem::{Counted, Fault, Part, Place, Problem};
use pipeyard_shared::substitute::{Placeholder, placeholders};
use pipeyard_shared::{StageId, words};

use crate::desk::Desk;

/// The problems of a stage.
pub(super) fn of_stage(problems: &[Problem], id: &StageId) -> Vec<Problem> {
    let own = problems
        .iter()
        .filter(|problem| matches!(&problem.place, Place::Stage(place) if place == id));
    own.cloned().collect()
}

/// What is wrong with a part of a stage; empty where nothing is.
pub(super) fn error_at(desk: &Desk, problems: &[Problem], part: Part) -> String {
    said(desk, problems, |fault| part_of(fault) == Some(part))
}

/// What is wrong with a stage's time.
pub(super) fn error_of_time(desk: &Desk, problems: &[Problem]) -> String {
    said(desk, problems, is_of_time)
}

fn said(desk: &Desk, problems: &[Problem], is_wanted: impl Fn(&Fault) -> bool) -> String {
    let found = problems.iter().find(|problem| is_wanted(&problem.fault));
    found
        .map(|problem| words::fault(desk.language, &problem.fault))
        .unwrap_or_default()
}

/// Whether a field of the inspector says it, so that it need not be said above all fields too.
pub(super) fn has_field(chain: &Chain, problem: &Problem) -> bool {
    let Place::Stage(id) = &problem.place else {
        return false;
    };
    let kind = chain.stage(id).map(|stage| &stage.kind);
    match (kind, part_of(&problem.fault)) {
        (Some(StageKind::Process(process)), Some(Part::Argument(number))) => {
            (1..=process.args.len()).contains(&(number as usize))
        }
        (Some(StageKind::Process(_)), Some(Part::Program)) => true,
        (
            Some(StageKind::Process(_) | StageKind::Shell(_)),
            Some(Part::VariableName | Part::VariableValue | Part::Directory),
        ) => true,
        (Some(StageKind::Shell(_)), Some(Part::ShellText)) => true,
        (Some(StageKind::File(_)), Some(Part::Path)) => true,
        (Some(StageKind::Process(_) | StageKind::Shell(_)), None) => is_of_time(&problem.fault),
        _ => false,
    }
}

fn is_of_time(fault: &Fault) -> bool {
    matches!(
        fault,
        Fault::OverLimit {
            limit: LimitName::TimeoutMs,
            ..
        } | Fault::Zero {
            what: Counted::Timeout
        }
    )
}

/// The part of a stage that a fault is about.
fn part_of(fault: &Fault) -> Option<Part> {
    Some(match fault {
        Fault::Empty { part } | Fault::Nul { part } => *part,
        Fault::EqualsInName { .. } => Part::VariableName,
        Fault::ProgramNotFound { .. } | Fault::ProgramNotExecutable { .. } => Part::Program,
        Fault::BadDirectory { .. } => Part::Directory,
        Fault::BadFile { .. } => Part::Path,
        _ => return None,
    })
}

/// The extra inputs that a stage's words name.
pub(super) fn named_inputs(kind: &StageKind) -> Vec<InputPort> {
    let texts = match kind {
        StageKind::Process(process) => process.args.iter().collect(),
        StageKind::Shell(shell) => vec![&shell.text],
        _ => Vec::new(),
    };
    let mut named: Vec<InputPort> = texts
        .into_iter()
        .flat_map(placeholders)
        .filter_map(|placeholder| match placeholder {
            Placeholder::Extra(number) => Some(InputPort::Extra(number)),
            _ => None,
        })
        .collect();
    named.sort_unstable();
    named.dedup();
    named
}
