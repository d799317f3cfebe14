//! `pipeyard learners`: who has come into the room, for its operator. It needs no runner.

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use rustix::fs::FileType;

use super::arguments::LearnersCommand;
use super::{STATUS_USAGE, data_folder, voice};
use crate::fence;
use crate::folders::{self, Locks, Walk};
use crate::learners::{Learner, LearnerBounds, Learners, Removed};

/// Files of a learner that are looked at for what they come to: more than there may be, as a rule.
const MOST_FILES: u64 = 20_000;

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
            match removed.with_context(|| format!("{} cannot be removed", found.name))? {
                Removed::Whole => {}
                Removed::Left(error) => voice::say(format!(
                    "{} is removed; some files are left, which a runner takes away: {error}",
                    found.name
                )),
            }
            Ok(())
        }
    }
}

fn list(learners: &Learners, all: &[Learner]) -> Result<()> {
    let mut out = io::stdout().lock();
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

/// What the files in a folder come to, as far as they can be looked at: nothing is opened that is locked, since it would be
/// locked again under a runner that counts just now.
fn bytes(folder: &Path) -> String {
    let mut bytes = 0_u64;
    let walk = Walk {
        locks: Locks::Respected,
        most: MOST_FILES,
        without: &|_| false,
    };
    let walked = fence::root(folder).and_then(|folder| {
        let walked = walk.through(&folder, &mut |_, found| {
            if fence::file_type(found) == FileType::RegularFile {
                bytes = bytes.saturating_add(folders::bytes(found));
            }
        });
        Ok(walked?.is_whole)
    });
    match walked {
        Ok(true) => bytes.to_string(),
        // Nothing was ever opened there.
        Err(error) if error.kind() == io::ErrorKind::NotFound => bytes.to_string(),
        _ => format!("more than {bytes}"),
    }
}
