//! A pipeline given as text: read, and fitted to what is here.

use std::ffi::OsStr;
use std::fs::File;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use pipeyard_shared::chain::{Access, Chain, StageKind};
use pipeyard_shared::id::StageId;
use pipeyard_shared::limits::Limits;
use pipeyard_shared::problem::{Fault, Place};
use pipeyard_shared::shell::{self, Imported, Reading, SyntaxError};
use rustix::fs::{AtFlags, CWD};

use crate::engine::{self, Host, Plan};

/// The most rounds in which elements of a text are found to be bash's.
const ROUNDS: usize = 4;
/// How much of a program is looked at to tell what it is.
const PROGRAM_HEAD_BYTES: u64 = 256;

/// Reads a text as bash would run it here: an element whose program or file is not there, or is nothing that the
/// system can start, is left to bash, which says so itself and gives it a status while the others run.
///
/// # Errors
/// What is no shell text, with its place.
pub(super) fn fitted(
    text: &[u8],
    mut reading: Reading,
    host: &Host,
    limits: &Limits,
) -> Result<Chain, SyntaxError> {
    let mut imported = shell::import(text, &reading)?;
    for _ in 0..ROUNDS {
        let unfit = unfit(&imported, host, limits);
        if unfit.is_empty() {
            break;
        }
        reading.for_the_shell.extend(unfit);
        imported = shell::import(text, &reading)?;
    }
    Ok(imported.chain)
}

/// The elements that only bash can deal with here.
fn unfit(imported: &Imported, host: &Host, limits: &Limits) -> Vec<usize> {
    let chain = &imported.chain;
    let stages: Vec<StageId> = match engine::plan(chain.clone(), host, limits) {
        Ok(plan) => chain
            .stages
            .iter()
            .filter(|stage| !can_start(&plan, stage, host))
            .map(|stage| stage.id.clone())
            .collect(),
        Err(problems) => problems
            .into_iter()
            .filter(|problem| is_bashs(&problem.fault))
            .filter_map(|problem| match problem.place {
                Place::Stage(stage) => Some(stage),
                Place::Chain | Place::Wire(_) => None,
            })
            .collect(),
    };
    let origins = imported.origins.iter();
    let mut elements: Vec<usize> = origins
        .filter(|origin| stages.contains(&origin.stage))
        .map(|origin| origin.element)
        .collect();
    elements.dedup();
    elements
}

/// Whether a shell meets this in one command only, while the others run.
fn is_bashs(fault: &Fault) -> bool {
    matches!(
        fault,
        Fault::ProgramNotFound { .. } | Fault::ProgramNotExecutable { .. } | Fault::BadFile { .. }
    )
}

fn can_start(plan: &Plan, stage: &pipeyard_shared::chain::Stage, host: &Host) -> bool {
    match &stage.kind {
        StageKind::Process(process) => {
            !is_function(process.program.as_bytes(), host)
                && plan.program(&stage.id).is_none_or(is_startable)
        }
        StageKind::File(file) if file.access != Access::Read => {
            let path = host.workspace.join(OsStr::from_bytes(file.path.as_bytes()));
            is_writable(&path)
        }
        StageKind::Shell(_) | StageKind::Input(_) | StageKind::File(_) | StageKind::Discard => true,
    }
}

/// Whether bash would take this name for a function that it was given in its environment.
fn is_function(name: &[u8], host: &Host) -> bool {
    host.environment.iter().any(|(variable, _)| {
        // What this file defines is not known.
        if variable.as_bytes() == b"BASH_ENV" {
            return true;
        }
        let function = variable.as_bytes().strip_prefix(b"BASH_FUNC_");
        function.and_then(|rest| rest.strip_suffix(b"%%")) == Some(name)
    })
}

/// Whether the system starts this file: bash runs as a script of its own what it does not.
fn is_startable(program: &Path) -> bool {
    let mut head = Vec::new();
    let read = File::open(program).map(|file| file.take(PROGRAM_HEAD_BYTES).read_to_end(&mut head));
    if !matches!(read, Ok(Ok(_))) {
        // It may be executable and not readable.
        return true;
    }
    let Some(line) = head.strip_prefix(b"#!") else {
        return head.starts_with(b"\x7fELF");
    };
    let mut words = line
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default()
        .split(|byte| matches!(byte, b' ' | b'\t'));
    let interpreter = words.find(|word| !word.is_empty());
    interpreter.is_some_and(|path| Path::new(OsStr::from_bytes(path)).is_file())
}

fn is_writable(path: &Path) -> bool {
    let may =
        |path: &Path, access| rustix::fs::accessat(CWD, path, access, AtFlags::EACCESS).is_ok();
    if path.exists() {
        return may(path, rustix::fs::Access::WRITE_OK);
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    may(
        folder,
        rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK,
    )
}
