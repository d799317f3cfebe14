//! Whether something goes on in a workspace that runners share: runs and uploads share the lock of a file, and whoever resets
//! the workspace has it alone.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::FileError;

/// How long a lock is waited for: a reset takes a moment.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often it is asked for meanwhile.
const STEP: Duration = Duration::from_millis(20);

/// The lock's file beside a workspace; none where nobody resets the workspace.
#[derive(Clone, Debug)]
pub struct Busy(Option<PathBuf>);

impl Busy {
    pub(super) fn of(workspace: Option<&Path>) -> Self {
        let beside = workspace.and_then(Path::parent);
        Self(beside.map(|beside| beside.join("workspace.busy")))
    }

    /// Something goes on, until what is given is dropped. Waits until no runner resets the workspace.
    ///
    /// # Errors
    /// [`FileError::Resetting`], and the system's.
    pub(super) fn share(&self) -> Result<Option<File>, FileError> {
        let Some(file) = self.open()? else {
            return Ok(None);
        };
        if wait_for(|| file.try_lock_shared())? {
            Ok(Some(file))
        } else {
            Err(FileError::Resetting)
        }
    }

    /// The same for a run, which takes no thread and is not refused: a reset that hangs in another runner stops nobody here.
    pub async fn share_run(&self) -> Option<File> {
        let file = self.open().ok().flatten()?;
        let until = Instant::now() + PATIENCE;
        while let Err(TryLockError::WouldBlock) = file.try_lock_shared() {
            if Instant::now() >= until {
                return None;
            }
            tokio::time::sleep(STEP).await;
        }
        Some(file)
    }

    /// Nothing goes on in any runner, and nothing begins until what is given is dropped.
    ///
    /// # Errors
    /// [`FileError::Elsewhere`], and the system's.
    pub(super) fn alone(&self) -> Result<Option<File>, FileError> {
        let Some(file) = self.open()? else {
            return Ok(None);
        };
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => Err(FileError::Elsewhere),
            taken => sound(taken).map(|()| Some(file)).map_err(FileError::from),
        }
    }

    fn open(&self) -> io::Result<Option<File>> {
        self.0.as_deref().map(open).transpose()
    }
}

/// The file of a lock, which has nothing in it.
pub(super) fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false).mode(0o600);
    options.open(path)
}

/// Whether a lock was had within [`PATIENCE`].
pub(super) fn wait_for(mut lock: impl FnMut() -> Result<(), TryLockError>) -> io::Result<bool> {
    let until = Instant::now() + PATIENCE;
    while let Err(TryLockError::WouldBlock) = lock() {
        if Instant::now() >= until {
            return Ok(false);
        }
        std::thread::sleep(STEP);
    }
    sound(lock()).map(|()| true)
}

/// A file system without locks: whoever has such a one has one runner.
fn sound(taken: Result<(), TryLockError>) -> io::Result<()> {
    match taken.map_err(io::Error::from) {
        Err(error) if error.kind() != ErrorKind::Unsupported => Err(error),
        _ => Ok(()),
    }
}
