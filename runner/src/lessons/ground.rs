//! What lessons run in: a fresh copy of a workspace for each trial, so that none finds what another has left.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::sync::{Mutex, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};

use super::copy::{CopyError, copy, plain};
use super::left::MOST_FILES;
use crate::scratch::{Purpose, Scratch};
use crate::workspace;

/// How many copies there are at once: most of what lessons run waits for something most of the time.
const AT_ONCE: usize = 4;

/// Where the copies are taken from.
#[derive(Clone, Debug)]
pub struct Ground {
    from: PathBuf,
    is_seeded: bool,
    turns: Arc<Semaphore>,
    quiet: Arc<Mutex<()>>,
}

/// While this is held there is one copy at a time.
#[derive(Debug)]
pub(super) struct Alone {
    _turns: Option<OwnedSemaphorePermit>,
    _quiet: OwnedMutexGuard<()>,
}

/// One copy. It goes with its value, and its turn ends once it has.
#[derive(Debug)]
pub(super) struct Plot {
    held: Option<(Scratch, Option<OwnedSemaphorePermit>)>,
    path: PathBuf,
    changed: Vec<String>,
}

impl Ground {
    /// Copies of this directory. If it is the runner's own, they have the files of the seed as they were at first: an
    /// answer that destroys what it reads would be compared with a solution that finds nothing either.
    pub fn new(from: impl Into<PathBuf>, is_seeded: bool) -> Self {
        Self {
            from: from.into(),
            is_seeded,
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            quiet: Arc::default(),
        }
    }

    /// Waits until all copies are gone, and makes none from then on.
    pub async fn close(&self) {
        let all = u32::try_from(AT_ONCE).unwrap_or(u32::MAX);
        if let Ok(turns) = self.turns.acquire_many(all).await {
            turns.forget();
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
        let turn = self.turns.clone().acquire_owned().await.ok();
        let (from, is_seeded) = (self.from.clone(), self.is_seeded);
        let without: Vec<PathBuf> = without
            .iter()
            .take(MOST_FILES)
            .map(|name| plain(name))
            .collect();
        let made = tokio::task::spawn_blocking(move || {
            let folder = Scratch::new(Purpose::Lesson)?;
            copy(&from, folder.path(), &without)?;
            let path = folder.path().canonicalize()?;
            let changed = if is_seeded {
                workspace::restore(&path, &without)?
            } else {
                Vec::new()
            };
            Ok::<_, CopyError>(Plot {
                held: Some((folder, turn)),
                path,
                changed,
            })
        });
        made.await.map_err(io::Error::other)?
    }
}

impl Plot {
    /// Its absolute path.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The files of the seed that were otherwise in what was copied.
    pub(super) fn changed(&self) -> &[String] {
        &self.changed
    }
}

impl Drop for Plot {
    /// Much may be in it, so no thread of the reactor removes it.
    fn drop(&mut self) {
        let held = self.held.take();
        if let Ok(reactor) = Handle::try_current() {
            reactor.spawn_blocking(move || drop(held));
        }
    }
}
