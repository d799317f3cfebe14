//! What lessons run in: a fresh copy of a workspace for each trial, so that none finds what another has left.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::TempDir;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::copy::{CopyError, copy};
use super::left::MOST_FILES;

/// How many copies there are at once: most of what lessons run waits for something most of the time.
const AT_ONCE: usize = 4;

/// Where the copies are taken from.
#[derive(Clone, Debug)]
pub struct Ground {
    from: PathBuf,
    turns: Arc<Semaphore>,
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
        }
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
