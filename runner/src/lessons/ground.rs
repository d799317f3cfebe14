//! What lessons run in: a fresh copy of a workspace for each trial, so that none finds what another has left.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::TempDir;
use tokio::sync::{Mutex, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};

use super::copy::{CopyError, copy};
use super::left::MOST_FILES;

/// How many copies there are at once: most of what lessons run waits for something most of the time.
const AT_ONCE: usize = 4;

/// Where the copies are taken from.
#[derive(Clone, Debug)]
pub struct Ground {
    from: PathBuf,
    turns: Arc<Semaphore>,
    quiet: Arc<Mutex<()>>,
}

/// While this is held there is one copy at a time.
#[derive(Debug)]
pub(super) struct Alone {
    _turns: Option<OwnedSemaphorePermit>,
    _quiet: OwnedMutexGuard<()>,
}

/// One copy. It is gone with its value.
#[derive(Debug)]
pub(super) struct Plot {
    _turn: Option<OwnedSemaphorePermit>,
    _folder: TempDir,
    path: PathBuf,
}

impl Ground {
    /// Copies of this directory.
    pub fn new(from: impl Into<PathBuf>) -> Self {
        Self {
            from: from.into(),
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            quiet: Arc::default(),
        }
    }

    /// Waits until there is at most one copy, and keeps it so.
    pub(super) async fn alone(&self) -> Alone {
        // One after another: two that wait for most of the turns would each hold some, and wait for ever.
        let _quiet = self.quiet.clone().lock_owned().await;
        let most = u32::try_from(AT_ONCE - 1).unwrap_or(0);
        let _turns = self.turns.clone().acquire_many_owned(most).await.ok();
        Alone { _turns, _quiet }
    }

    /// A fresh copy without these files, once there are less than [`AT_ONCE`] others.
    pub(super) async fn plot(&self, without: &[String]) -> Result<Plot, CopyError> {
        // The semaphore is never closed.
        let _turn = self.turns.clone().acquire_owned().await.ok();
        let (from, without) = (
            self.from.clone(),
            without[..without.len().min(MOST_FILES)].to_vec(),
        );
        let made = tokio::task::spawn_blocking(move || {
            let folder = TempDir::with_prefix("pipeyard-lesson-")?;
            copy(&from, folder.path(), &without)?;
            let path = folder.path().canonicalize()?;
            Ok::<_, CopyError>((folder, path))
        });
        let (_folder, path) = made.await.map_err(io::Error::other)??;
        Ok(Plot {
            _turn,
            _folder,
            path,
        })
    }
}

impl Plot {
    /// Its absolute path.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}
