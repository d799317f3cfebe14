//! `pipeyard learners`: who has come into the room, for its operator. It needs no runner.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use super::arguments::LearnersCommand;
use super::{STATUS_USAGE, data_folder, voice};
use crate::learners::{Learner, LearnerBounds, Learners};

/// Whoever lists and removes makes nobody.
const NOBODY: LearnerBounds = LearnerBounds {
    learners: 0,
    joins: 1,
    days: u64::MAX,
};

pub(super) fn learners(command: &LearnersCommand) -> ExitCode {
    match done(command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            voice::say(format!("{error:#}"));
            ExitCode::from(STATUS_USAGE)
        }
    }
}

fn done(command: &LearnersCommand) -> Result<()> {
    let data = data_folder().context(
        "there is no place for learners, since neither XDG_DATA_HOME nor HOME is an absolute path",
    )?;
    let learners = Learners::new(&data, NOBODY);
    let all = learners.list().context("the learners cannot be listed")?;
    match command {
        LearnersCommand::List => list(&learners, &all),
        LearnersCommand::Remove { name } => {
            let found = found(&all, name)?;
            let removed = learners.remove(&found.name);
            removed.with_context(|| format!("{} cannot be removed", found.name))
        }
    }
}

fn list(learners: &Learners, all: &[Learner]) -> Result<()> {
    let mut out = std::io::stdout().lock();
    for learner in all {
        let seen = humantime::format_rfc3339_seconds(learner.seen);
        let bytes = bytes(&learners.folder(&learner.name).join("workspace"));
        writeln!(out, "{}  {seen}  {bytes}", learner.name)?;
    }
    if all.is_empty() {
        voice::say("nobody has come into the room yet");
    }
    Ok(())
}

/// The one whose name begins so.
fn found<'a>(all: &'a [Learner], begins: &str) -> Result<&'a Learner> {
    let mut named = all
        .iter()
        .filter(|learner| learner.name.as_str().starts_with(begins));
    match (named.next(), named.next()) {
        (Some(learner), None) if !begins.is_empty() => Ok(learner),
        (Some(_), _) => bail!("`{begins}` begins several names: give more of the one you mean"),
        (None, _) => bail!("there is no learner `{begins}`: `pipeyard learners list` names them"),
    }
}

/// What the files in a folder come to; what cannot be looked at is not counted.
fn bytes(folder: &Path) -> u64 {
    let mut left = vec![folder.to_owned()];
    let mut bytes = 0_u64;
    while let Some(folder) = left.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            match entry.metadata() {
                Ok(found) if found.is_dir() => left.push(entry.path()),
                Ok(found) if found.is_file() => bytes = bytes.saturating_add(found.len()),
                _ => {}
            }
        }
    }
    bytes
}
