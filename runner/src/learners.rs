//! Learners: who has come into the room. There are no accounts: a browser is given a word that nobody guesses, and what
//! is kept of it is a folder that is named by the word's hash.
//!
//! ```text
//! DATA/learners/
//!   lock            held while learners are counted and made
//!   <64 digits>/    one learner
//!     seen          changed when the learner was last here
//!     workspace/    the learner's files
//! ```
//! Everything is in the file system, so that learners outlive the runner, and `pipeyard learners` needs none.

mod name;
mod room;

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use crate::rate::Bucket;
use crate::secret;
pub use name::{LearnerName, Who};
pub use room::{BadRoom, Room, SHORTEST_ROOM};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const MINUTE: Duration = Duration::from_secs(60);
/// What is being removed is called so first: from then on nobody finds it.
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
            self.remove_unused(&|_| false)?;
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

    /// Whether there is such a learner still.
    pub fn is_here(&self, name: &LearnerName) -> bool {
        self.folder(name).is_dir()
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
            let seen = fs::metadata(entry.path().join("seen")).and_then(|seen| seen.modified());
            let seen = seen.unwrap_or(SystemTime::UNIX_EPOCH);
            found.push(Learner { name, seen });
        }
        found.sort_by(|one, other| other.seen.cmp(&one.seen).then(one.name.cmp(&other.name)));
        Ok(found)
    }

    /// Removes a learner and all that he has. A runner in which he is notices, and ends what he runs.
    ///
    /// # Errors
    /// The system's.
    pub fn remove(&self, name: &LearnerName) -> io::Result<()> {
        let leaving = self.0.folder.join(format!("{LEAVING}{}", name.as_str()));
        fs::rename(self.folder(name), &leaving)?;
        clear(&leaving)
    }

    /// Removes who has not been here for too long, unless `is_in` says that he is here now, and what is left of others.
    ///
    /// # Errors
    /// The system's.
    pub fn remove_unused(&self, is_in: &dyn Fn(&LearnerName) -> bool) -> io::Result<()> {
        let now = SystemTime::now();
        let kept = self.kept();
        for learner in self.list()? {
            let away = now.duration_since(learner.seen).unwrap_or_default();
            if away > kept && !is_in(&learner.name) {
                self.remove(&learner.name)?;
            }
        }
        let left = match fs::read_dir(&self.0.folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            entries => entries?,
        };
        for entry in left {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with(LEAVING) {
                clear(&entry.path())?;
            }
        }
        Ok(())
    }

    /// Nobody else counts or makes learners, in any runner, until what is given is dropped.
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

/// Removes a folder. A learner's programs may have taken away the owner's right to look into one of it.
fn clear(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            open_up(folder)?;
            fs::remove_dir_all(folder)
        }
        // Another runner was faster.
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

fn open_up(folder: &Path) -> io::Result<()> {
    let mut left = vec![folder.to_owned()];
    while let Some(folder) = left.pop() {
        fs::set_permissions(&folder, Permissions::from_mode(0o700))?;
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                left.push(entry.path());
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
