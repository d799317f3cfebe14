//! Learners: who has come into the room. There are no accounts: a browser is given a word that nobody guesses, and what
//! is kept of it is a folder that is named by the word's hash.
//!
//! ```text
//! DATA/learners/
//!   lock            held while learners are counted and made, come back, and are no more
//!   <64 digits>/    one learner
//!     seen          changed when the learner was last here
//!     workspace/    the learner's files
//!   leaving-…/      what is left of one that was removed
//! ```
//! Everything is in the file system, so that learners outlive the runner, and `pipeyard learners` needs none.
//!
//! A learner's folder is made once, when he joins, and never again: whoever was removed does not come back by being opened.

mod name;
mod room;

use std::ffi::{CString, OsStr, OsString};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use crate::fence;
use crate::folders::{Locks, Remover};
use crate::rate::Bucket;
use crate::secret;
pub use name::{LearnerName, Who};
pub use room::{BadRoom, Room, SHORTEST_ROOM};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const MINUTE: Duration = Duration::from_secs(60);
/// What is being removed is called so first: from then on nobody finds it, and it goes even where whoever removes it ends.
const LEAVING: &str = "leaving-";

/// How many learners there may be, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct LearnerBounds {
    /// At once.
    pub learners: u64,
    /// Made in a minute.
    pub joins: u64,
    /// Kept without being here.
    pub days: u64,
}

/// The learners of a data directory. Clones are the same ones.
#[derive(Clone, Debug)]
pub struct Learners(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    folder: PathBuf,
    bounds: LearnerBounds,
    joins: Mutex<Bucket>,
}

/// One of them, as an operator may know him.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Learner {
    /// The name.
    pub name: LearnerName,
    /// When the learner was last here.
    pub seen: SystemTime,
}

/// What became of a learner's files when he was removed.
#[derive(Debug)]
pub enum Removed {
    /// Nothing is left.
    Whole,
    /// Something is, for this reason.
    Left(io::Error),
}

/// Why nobody more comes in.
#[derive(Debug)]
pub enum JoinError {
    /// The limit `learners`.
    Full(u64),
    /// The limit `joins`.
    TooFast {
        /// How many may come in a minute.
        most: u64,
        /// When to try again.
        after: Duration,
    },
    /// What the system says.
    System(io::Error),
}

impl From<io::Error> for JoinError {
    fn from(error: io::Error) -> Self {
        Self::System(error)
    }
}

impl JoinError {
    /// The name of the limit that is reached, if it is one.
    pub fn limit(&self) -> Option<&'static str> {
        match self {
            Self::Full(_) => Some("learners"),
            Self::TooFast { .. } => Some("joins"),
            Self::System(_) => None,
        }
    }
}

impl Learners {
    /// The learners of this folder of data, which need not be there.
    pub fn new(data: &Path, bounds: LearnerBounds) -> Self {
        let joins = Bucket::full(bounds.joins, MINUTE, Instant::now());
        Self(Arc::new(Inner {
            folder: data.join("learners"),
            bounds,
            joins: Mutex::new(joins),
        }))
    }

    /// The folder in which all of them are; it need not be there.
    pub fn all_in(&self) -> &Path {
        &self.0.folder
    }

    /// For how long a browser keeps its word.
    pub fn kept(&self) -> Duration {
        days(self.0.bounds.days)
    }

    /// A new learner, and the word that the browser is to keep: it is told this once, and nobody else ever.
    ///
    /// # Errors
    /// [`JoinError`].
    pub fn join(&self) -> Result<(LearnerName, String), JoinError> {
        let Inner { folder, bounds, .. } = &*self.0;
        let mut joins = self.0.joins.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = joins.take(Instant::now());
        drop(joins);
        taken.map_err(|after| JoinError::TooFast {
            most: bounds.joins,
            after,
        })?;
        private(folder)?;
        let _turn = self.turn()?;
        if self.list()?.len() as u64 >= bounds.learners {
            // What is left of them goes with the next census: nobody who comes waits for that.
            self.part_with_unused(&|_| false)?;
            if self.list()?.len() as u64 >= bounds.learners {
                return Err(JoinError::Full(bounds.learners));
            }
        }
        let word = secret::random().map_err(io::Error::other)?;
        let name = LearnerName::of(&word);
        private(&self.folder(&name))?;
        self.touch(&name)?;
        Ok((name, word))
    }

    /// The learner whose browser has this word; nobody if it is none, or he was removed.
    pub fn find(&self, word: &str) -> Option<LearnerName> {
        let name = LearnerName::of(word);
        self.is_here(&name).then_some(name)
    }

    /// Whether there is such a learner.
    pub fn is_here(&self, name: &LearnerName) -> bool {
        self.folder(name).is_dir()
    }

    /// Whether there is no such learner any more. Where nobody can tell, there is.
    pub fn is_gone(&self, name: &LearnerName) -> bool {
        let found = fs::symlink_metadata(self.folder(name));
        found.is_err_and(|error| error.kind() == ErrorKind::NotFound)
    }

    /// Where a learner's things are.
    pub fn folder(&self, name: &LearnerName) -> PathBuf {
        self.0.folder.join(name.as_str())
    }

    /// The learner is here now.
    ///
    /// # Errors
    /// The system's, above all when he was removed.
    pub fn touch(&self, name: &LearnerName) -> io::Result<()> {
        let seen = self.folder(name).join("seen");
        let mut options = OpenOptions::new();
        let file = options.write(true).create(true).truncate(false).mode(0o600);
        file.open(seen)?.set_modified(SystemTime::now())
    }

    /// The learner comes back, however long he was away: he is not taken for one who has not been here, from now on.
    ///
    /// # Errors
    /// The system's, above all when he was removed.
    pub fn come_back(&self, name: &LearnerName) -> io::Result<()> {
        let _turn = self.turn()?;
        self.touch(name)
    }

    /// All of them, who was here last first.
    ///
    /// # Errors
    /// The system's. Where there is no folder there are no learners.
    pub fn list(&self) -> io::Result<Vec<Learner>> {
        let entries = match fs::read_dir(&self.0.folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut found = Vec::new();
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name();
            let Some(name) = name.to_str().and_then(LearnerName::parse) else {
                continue;
            };
            let seen = self.seen(&name);
            found.push(Learner { name, seen });
        }
        found.sort_by(|one, other| other.seen.cmp(&one.seen).then(one.name.cmp(&other.name)));
        Ok(found)
    }

    /// Removes a learner, who is gone from then on. A runner in which he is notices, ends what he runs, and takes away what
    /// that has kept here from being removed.
    ///
    /// # Errors
    /// The system's, when he stays.
    pub fn remove(&self, name: &LearnerName) -> io::Result<Removed> {
        let leaving = {
            let _turn = self.turn()?;
            self.part_with(name)?
        };
        Ok(match self.clear(&leaving) {
            Ok(()) => Removed::Whole,
            Err(error) => Removed::Left(error),
        })
    }

    /// Removes who has not been here for too long, unless `is_in` says that he is here now, and what is left of others. What
    /// cannot be removed is told in the log, and keeps nothing else.
    ///
    /// # Errors
    /// The system's, when nobody can tell who is here.
    pub fn remove_unused(&self, is_in: &dyn Fn(&LearnerName) -> bool) -> io::Result<()> {
        if !self.0.folder.exists() {
            return Ok(());
        }
        {
            let _turn = self.turn()?;
            self.part_with_unused(is_in)?;
        }
        self.clear_left()
    }

    /// Removes what is left of those who are gone. What cannot be removed is told in the log.
    ///
    /// # Errors
    /// The system's, when nobody can tell what is left.
    pub fn clear_left(&self) -> io::Result<()> {
        let left = match fs::read_dir(&self.0.folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            entries => entries?,
        };
        for entry in left {
            let name = entry?.file_name();
            if !name.as_bytes().starts_with(LEAVING.as_bytes()) {
                continue;
            }
            if let Err(error) = self.clear(&name) {
                tracing::warn!(%error, ?name, "something of a removed learner is left");
            }
        }
        Ok(())
    }

    /// Whoever has the turn parts with those who have not been here for too long.
    fn part_with_unused(&self, is_in: &dyn Fn(&LearnerName) -> bool) -> io::Result<()> {
        let now = SystemTime::now();
        let kept = self.kept();
        for learner in self.list()? {
            let away = now.duration_since(learner.seen).unwrap_or_default();
            if away <= kept || is_in(&learner.name) {
                continue;
            }
            if let Err(error) = self.part_with(&learner.name) {
                tracing::warn!(%error, learner = %learner.name, "a learner who is long gone could not be removed");
            }
        }
        Ok(())
    }

    /// From here on nobody finds the learner.
    fn part_with(&self, name: &LearnerName) -> io::Result<OsString> {
        let leaving = format!("{LEAVING}{}", name.as_str());
        fs::rename(self.folder(name), self.0.folder.join(&leaving))?;
        Ok(leaving.into())
    }

    /// Removes a folder, which a learner's programs may have locked, and may still work in.
    fn clear(&self, name: &OsStr) -> io::Result<()> {
        let name = CString::new(name.as_bytes())?;
        let folder = fence::root(&self.0.folder)?;
        Ok(Remover::new(Locks::Opened).remove(&folder, &name)?)
    }

    fn seen(&self, name: &LearnerName) -> SystemTime {
        let seen = fs::metadata(self.folder(name).join("seen")).and_then(|seen| seen.modified());
        seen.unwrap_or(SystemTime::UNIX_EPOCH)
    }

    /// Nobody else counts, makes or parts with learners, in any runner, until what is given is dropped. It is held for a
    /// moment only: nothing of a learner's is removed meanwhile.
    fn turn(&self) -> io::Result<File> {
        let mut options = OpenOptions::new();
        let file = options.write(true).create(true).truncate(false).mode(0o600);
        let file = file.open(self.0.folder.join("lock"))?;
        file.lock()?;
        Ok(file)
    }
}

fn days(days: u64) -> Duration {
    DAY.saturating_mul(u32::try_from(days).unwrap_or(u32::MAX))
}

fn private(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(test)]
mod tests;
