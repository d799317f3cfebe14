//! What lessons run in: a fresh copy of a workspace for each trial, so that none finds what another has left.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use std::sync::Arc;

use tempfile::TempDir;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many copies there are at once: most of what lessons run waits for something most of the time.
const AT_ONCE: usize = 4;

/// The most bytes of a file that an exercise wants to be looked at.
const FILE_BYTES: u64 = 4 << 20;

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
    folder: TempDir,
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

    /// A fresh copy, once there are less than [`AT_ONCE`] others.
    pub(super) async fn plot(&self) -> io::Result<Plot> {
        // The semaphore is never closed.
        let _turn = self.turns.clone().acquire_owned().await.ok();
        let folder = TempDir::with_prefix("pipeyard-lesson-")?;
        copy(&self.from, folder.path())?;
        let path = folder.path().canonicalize()?;
        Ok(Plot {
            _turn,
            folder,
            path,
        })
    }
}

impl Plot {
    /// Its absolute path.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// What a file in it holds; nothing where there is none, or more than is looked at.
    pub(super) fn file(&self, name: &str) -> Option<Vec<u8>> {
        let path = self.folder.path().join(name);
        let mut content = Vec::new();
        let is_file = fs::symlink_metadata(&path).is_ok_and(|found| found.is_file());
        let read = is_file.then(|| {
            fs::File::open(path)?
                .take(FILE_BYTES)
                .read_to_end(&mut content)
        });
        matches!(read, Some(Ok(_))).then_some(content)
    }
}

/// Files and directories; what is neither is left out.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        let kind = entry.file_type()?;
        if kind.is_dir() {
            fs::create_dir(&target)?;
            copy(&entry.path(), &target)?;
        } else if kind.is_file() {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
