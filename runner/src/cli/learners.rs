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

/// What stands above the list: names have 8 letters, and times 20.
const HEADING: &str = "LEARNER   LAST HERE (UTC)       BYTES";

/// What to do where nobody is found: another user, or another folder of data, has other learners.
const AS_THE_RUNNER: &str = "learners are in the folder of data of the runner's own user: ask as that user and with the runner's XDG_DATA_HOME, \
     as in `sudo -u pipeyard env XDG_DATA_HOME=/var/lib/pipeyard pipeyard learners list`";

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
    let folder = learners.all_in().display();
    let all = learners.list();
    let all = all.with_context(|| {
        format!("the learners in {folder} cannot be listed by this user; {AS_THE_RUNNER}")
    })?;
    match command {
        LearnersCommand::List if all.is_empty() => {
            voice::say(format!("nobody is in {folder}; {AS_THE_RUNNER}"));
            Ok(())
        }
        LearnersCommand::List => list(&learners, &all),
        LearnersCommand::Remove { name } => {
            if all.is_empty() {
                bail!("there is no learner `{name}`, since nobody is in {folder}; {AS_THE_RUNNER}");
            }
            let found = found(&all, name)?;
            let bytes = bytes(&learners.folder(&found.name).join("workspace"));
            let removed = learners.remove(&found.name);
            match removed.with_context(|| format!("{} cannot be removed", found.name))? {
                Removed::Whole => {
                    writeln!(io::stdout(), "removed {}, {bytes} bytes", found.name)?;
                }
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
    writeln!(out, "{HEADING}")?;
    for learner in all {
        let seen = humantime::format_rfc3339_seconds(learner.seen);
        let bytes = bytes(&learners.folder(&learner.name).join("workspace"));
        writeln!(out, "{}  {seen}  {bytes}", learner.name)?;
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
