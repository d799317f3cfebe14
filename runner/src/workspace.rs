//! The workspace: the directory that runs see, and what the page may do with its files.
//!
//! No path or link leads outside: everything is opened behind the [`fence`], what changes something names its
//! last part within a directory that was opened so, and links are neither followed nor written through there. Ordinary files are
//! the only ones that are opened; a named pipe would wait for somebody to come.

mod busy;
mod error;
mod part;
mod path;
mod seed;
mod tree;
mod upload;

use std::ffi::CString;
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pipeyard_shared::Text;
use pipeyard_shared::files::{Bounds, Listing};
use rustix::fs::{AtFlags, FileType, Mode, OFlags};
use rustix::io::Errno;
use tokio::sync::Semaphore;
use tokio::task::JoinError;

use crate::fence;
use crate::folders::{Locks, Remover};
pub use busy::Busy;
pub use error::FileError;
pub use path::FilePath;
pub use seed::{private, restore, within};
pub use tree::Counted;
use upload::Parts;
pub use upload::{UPLOADS, Upload};

/// Where a learner finds the workspace.
pub const LEARNERS_SEE: &str = "/yard";

/// A workspace. Clones are the same one. All that it does waits for the disk.
#[derive(Clone, Debug)]
pub struct Workspace(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    directory: PathBuf,
    /// As it is told.
    shown: PathBuf,
    bounds: Bounds,
    can_reset: bool,
    busy: Busy,
    /// What becomes of locked folders while what is in it is counted.
    locks: Locks,
    /// Whose turn it is to open them.
    opening: Mutex<()>,
    /// Whose turn it is to have all of it looked through for a page.
    asking: Arc<Semaphore>,
    /// The hidden names of uploads, and what each will take.
    parts: Mutex<Parts>,
}

impl Workspace {
    /// A directory that somebody has named: it is never seeded, and never reset.
    pub fn own(directory: PathBuf, bounds: Bounds) -> Self {
        Self::of(
            directory.clone(),
            directory,
            bounds,
            false,
            Locks::Respected,
        )
    }

    /// The runner's own directory, as [`private`] has made it. One that somebody has put elsewhere, by a link, is theirs.
    pub fn seeded(directory: PathBuf, bounds: Bounds) -> Self {
        let is_ours = std::fs::symlink_metadata(&directory).is_ok_and(|found| found.is_dir());
        let directory = std::fs::canonicalize(&directory).unwrap_or(directory);
        // Whose machine it is may want it so.
        Self::of(
            directory.clone(),
            directory,
            bounds,
            is_ours,
            Locks::Respected,
        )
    }

    /// The directory of a learner, as [`within`] has made it. Where that is on the machine is none of the learner's business.
    pub fn learners(directory: PathBuf, bounds: Bounds) -> Self {
        let shown = PathBuf::from(LEARNERS_SEE);
        Self::of(directory, shown, bounds, true, Locks::Opened)
    }

    fn of(
        directory: PathBuf,
        shown: PathBuf,
        bounds: Bounds,
        can_reset: bool,
        locks: Locks,
    ) -> Self {
        let busy = Busy::of(can_reset.then_some(directory.as_path()));
        Self(Arc::new(Inner {
            busy,
            directory,
            shown,
            bounds,
            can_reset,
            locks,
            opening: Mutex::default(),
            asking: Arc::new(Semaphore::new(1)),
            parts: Mutex::default(),
        }))
    }

    /// Whether it is the runner's own, made from the seed.
    pub fn is_ours(&self) -> bool {
        self.0.can_reset
    }

    /// What tells other runners that something goes on in it.
    pub fn busy(&self) -> &Busy {
        &self.0.busy
    }

    /// What its files come to, counted no further than some times beyond the bounds.
    ///
    /// # Errors
    /// [`FileError::System`].
    pub fn used(&self) -> Result<Counted, FileError> {
        let parts = self.parts().clone();
        tree::count(self, &parts)
    }

    /// Does off the reactor what looks through all of it, for one page after another: who waits for a turn holds no thread, however
    /// many wait. Looks at how it grows do not wait for those who wait.
    ///
    /// # Errors
    /// When the work panics, or the runner ends.
    pub async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> T + Send + 'static,
    ) -> Result<T, JoinError> {
        // Nobody closes it, and without a turn it is right as well.
        let turn = self.0.asking.clone().acquire_owned().await;
        let workspace = self.clone();
        let done = tokio::task::spawn_blocking(move || {
            // It is had for as long as the work takes, even if nobody waits for that any more.
            let _turn = turn;
            work(&workspace)
        });
        done.await
    }

    /// What uploads may come to.
    pub fn bounds(&self) -> &Bounds {
        &self.0.bounds
    }

    /// Where it is.
    pub fn directory(&self) -> &Path {
        &self.0.directory
    }

    /// What is in it.
    ///
    /// # Errors
    /// [`FileError::System`].
    pub fn list(&self) -> Result<Listing, FileError> {
        let parts = self.parts().clone();
        let found = tree::list(self, &parts)?;
        Ok(Listing {
            entries: found.entries,
            more: found.more,
            used: found.counted.used,
            bounds: self.0.bounds,
            directory: Text::from_bytes(self.0.shown.as_os_str().as_bytes()),
            can_reset: self.0.can_reset,
        })
    }

    /// An ordinary file, to be read, and how many bytes it has. A link within the workspace is followed.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn open(&self, path: &FilePath) -> Result<(File, u64), FileError> {
        let root = self.root()?;
        // Looked at before it is opened: opening alone does something to devices, and to who waits at a named pipe.
        ordinary(&fence::open(
            &root,
            path.as_path(),
            OFlags::PATH,
            Mode::empty(),
        )?)?;
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY;
        let file = fence::open(&root, path.as_path(), flags, Mode::empty())?;
        let bytes = ordinary(&file)?;
        Ok((file.into(), bytes))
    }

    /// Makes room for an upload of so many bytes. It may replace what has its name already, unless that is a directory; what
    /// was there is never written through, be it a link or a file with a second name outside.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn upload(&self, path: &FilePath, bytes: u64, over: bool) -> Result<Upload, FileError> {
        let busy = self.0.busy.share()?;
        let (parent, name) = self.parent(path)?;
        Upload::begin(self, busy, (parent, name), bytes, over)
    }

    /// Takes a file away, or an empty directory; with `all` a directory with everything in it. A link goes, and not what it leads
    /// to.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn remove(&self, path: &FilePath, all: bool) -> Result<(), FileError> {
        let (parent, name) = self.parent(path)?;
        let status = rustix::fs::statat(&parent, name, AtFlags::SYMLINK_NOFOLLOW)?;
        if fence::file_type(&status) != FileType::Directory {
            return Ok(rustix::fs::unlinkat(&parent, name, AtFlags::empty())?);
        }
        if all {
            let name = CString::new(name).map_err(|_| FileError::BadPath)?;
            return Ok(self.remover().remove(&parent, &name)?);
        }
        match rustix::fs::unlinkat(&parent, name, AtFlags::REMOVEDIR) {
            Err(Errno::NOTEMPTY | Errno::EXIST) => Err(FileError::NotEmpty),
            done => Ok(done?),
        }
    }

    /// Makes it what it was at first: the seed's files come back as they were, and everything else goes. Nothing may run in it
    /// meanwhile: of other runners' runs and uploads it looks itself.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn reset(&self) -> Result<(), FileError> {
        if !self.0.can_reset {
            return Err(FileError::NotOurs);
        }
        let parts = self.parts();
        if !parts.is_empty() {
            return Err(FileError::Uploading);
        }
        let _alone = self.0.busy.alone()?;
        seed::reset(&self.0.directory)
    }

    /// Whoever removes here. What the runner has made goes whatever was locked in it.
    fn remover(&self) -> Remover {
        Remover::new(match self.0.can_reset {
            true => Locks::Opened,
            false => Locks::Respected,
        })
    }

    /// A turn to open locked folders, where that is done.
    fn turn_to_open(&self) -> Option<MutexGuard<'_, ()>> {
        let opens = self.0.locks == Locks::Opened;
        opens.then(|| {
            self.0
                .opening
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        })
    }

    fn root(&self) -> io::Result<OwnedFd> {
        fence::root(&self.0.directory)
    }

    /// The directory that a path's last part stands in, and that part.
    fn parent<'a>(&self, path: &'a FilePath) -> Result<(OwnedFd, &'a [u8]), FileError> {
        let (folder, name) = path.parts();
        let flags = OFlags::PATH | OFlags::DIRECTORY;
        let found = fence::open(self.root()?, folder, flags, Mode::empty());
        let parent = found.map_err(|error| match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => FileError::NoFolder,
            _ => error.into(),
        })?;
        Ok((parent, name))
    }

    /// A panic elsewhere leaves the map whole, so a poisoned lock is still good.
    fn parts(&self) -> MutexGuard<'_, Parts> {
        self.0.parts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How many bytes an ordinary file has.
fn ordinary(file: &OwnedFd) -> Result<u64, FileError> {
    let status = rustix::fs::fstat(file)?;
    match fence::file_type(&status) {
        FileType::RegularFile => Ok(u64::try_from(status.st_size).unwrap_or_default()),
        FileType::Directory => Err(FileError::IsFolder),
        _ => Err(FileError::NotOrdinary),
    }
}
