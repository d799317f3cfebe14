//! Removing what has a name, with everything in it.

use std::ffi::CStr;
use std::io;
use std::os::fd::{AsFd, OwnedFd};

use rustix::fs::{AtFlags, Mode};
use rustix::io::Errno;

use super::open::unlock;
use super::{DEEPEST, Locks, names, open};
use crate::secret;

/// Names that are held in memory of each folder that is being emptied.
const NAMES_AT_ONCE: usize = 1_000;
/// So many names are taken away. What still comes then comes for ever.
const MOST_NAMES: u64 = 10_000_000;
/// What is needed to take something out of a folder, or to bring it up.
const RIGHTS: Mode = Mode::RWXU;

/// Whoever removes, until so many names have gone.
#[derive(Debug)]
pub struct Remover {
    locks: Locks,
    left: u64,
}

/// Why something is left.
#[derive(Debug)]
pub enum Unremoved {
    /// Files come faster than they are taken away.
    Restless,
    /// The system's error.
    Failed(io::Error),
}

impl Remover {
    /// One that does so with locked folders.
    pub fn new(locks: Locks) -> Self {
        let left = MOST_NAMES;
        Self { locks, left }
    }

    /// Removes what has a name in a folder, and everything in it. Links go, and not what they lead to. That nothing has the
    /// name is as good.
    ///
    /// # Errors
    /// [`Unremoved`].
    pub fn remove(&mut self, parent: impl AsFd, name: &CStr) -> Result<(), Unremoved> {
        let parent = parent.as_fd();
        while let Some(folder) = self.unlink(parent, name)? {
            self.empty(&folder, &folder, 1)?;
            match rustix::fs::unlinkat(parent, name, AtFlags::REMOVEDIR) {
                // Something came just now, or something else has the name.
                Err(Errno::NOTEMPTY | Errno::EXIST | Errno::NOTDIR) => {}
                Err(Errno::NOENT) => return Ok(()),
                done => return Ok(done?),
            }
        }
        Ok(())
    }

    /// Removes everything in a folder, which is so deep within `top`.
    fn empty(&mut self, top: &OwnedFd, folder: &OwnedFd, depth: usize) -> Result<(), Unremoved> {
        loop {
            let names = names(folder, NAMES_AT_ONCE)?;
            if names.is_empty() {
                return Ok(());
            }
            for name in names {
                match self.one(top, folder, &name, depth) {
                    // Whoever runs in there may take the right away again, and again.
                    Err(Unremoved::Failed(error))
                        if error.kind() == io::ErrorKind::PermissionDenied
                            && self.locks == Locks::Opened
                            && unlock(folder, RIGHTS)?.is_some() => {}
                    done => done?,
                }
            }
        }
    }

    fn one(
        &mut self,
        top: &OwnedFd,
        folder: &OwnedFd,
        name: &CStr,
        depth: usize,
    ) -> Result<(), Unremoved> {
        let Some(within) = self.unlink(folder.as_fd(), name)? else {
            return Ok(());
        };
        if depth < DEEPEST {
            self.empty(top, &within, depth + 1)?;
            return match rustix::fs::unlinkat(folder, name, AtFlags::REMOVEDIR) {
                // In the next pass.
                Err(Errno::NOENT | Errno::NOTEMPTY | Errno::EXIST | Errno::NOTDIR) => Ok(()),
                done => Ok(done?),
            };
        }
        // What is deeper comes up, and has its turn in the next pass there.
        let random = secret::random().map_err(io::Error::other)?;
        match rustix::fs::renameat(folder, name, top, format!(".pipeyard-deep-{random}")) {
            Err(Errno::NOENT) => Ok(()),
            done => Ok(done?),
        }
    }

    /// Takes away what is no folder, and a folder that is empty and stays locked; any other one is opened.
    fn unlink(&mut self, parent: impl AsFd, name: &CStr) -> Result<Option<OwnedFd>, Unremoved> {
        loop {
            self.left = self.left.checked_sub(1).ok_or(Unremoved::Restless)?;
            match rustix::fs::unlinkat(&parent, name, AtFlags::empty()) {
                Err(Errno::ISDIR) => {}
                // Somebody was faster.
                Ok(()) | Err(Errno::NOENT) => return Ok(None),
                Err(error) => return Err(error.into()),
            }
            match open(&parent, name, self.locks, RIGHTS) {
                Ok((opened, _)) => return Ok(Some(opened)),
                // A link has its name now.
                Err(Errno::NOTDIR | Errno::LOOP) => {}
                Err(Errno::NOENT) => return Ok(None),
                Err(Errno::ACCESS) => {
                    let removed = rustix::fs::unlinkat(&parent, name, AtFlags::REMOVEDIR);
                    removed.map_err(|_| Errno::ACCESS)?;
                    return Ok(None);
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
}

impl From<io::Error> for Unremoved {
    fn from(error: io::Error) -> Self {
        Self::Failed(error)
    }
}

impl From<Errno> for Unremoved {
    fn from(error: Errno) -> Self {
        Self::Failed(error.into())
    }
}

impl From<Unremoved> for io::Error {
    fn from(error: Unremoved) -> Self {
        match error {
            Unremoved::Restless => Self::other("files come faster than they are taken away"),
            Unremoved::Failed(error) => error,
        }
    }
}
