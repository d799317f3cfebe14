//! What is in the workspace: read and removed by directories that are open, so that nobody can put a link in the way.

use std::ffi::CString;
use std::io;
use std::os::fd::{AsFd, OwnedFd};

use pipeyard_shared::Text;
use pipeyard_shared::files::{Bounds, Entry, Kind, LISTED, Used};
use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, Stat};
use rustix::io::Errno;

use super::FileError;
use super::upload::Parts;
use crate::{fence, secret};

/// How many directories may be within each other: each takes a descriptor while it is looked at.
pub(super) const DEEPEST: usize = 64;
/// Names that are held in memory while a directory is removed.
pub(super) const NAMES_AT_ONCE: usize = 1_000;
/// How often so many names of a directory are removed. What still comes then comes for ever.
pub(super) const PASSES: usize = 1_000;

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) entries: Vec<Entry>,
    pub(super) more: bool,
    pub(super) used: Used,
}

/// Lists a directory, and counts what is in it: up to [`LISTED`] entries, and a little more than there may be. The
/// files of uploads that are under way are none yet.
pub(super) fn read(root: &OwnedFd, parts: &Parts, bounds: &Bounds) -> Result<Found, FileError> {
    let mut walk = Walk {
        parts,
        most: bounds.workspace_files.max(LISTED as u64).saturating_add(1),
        found: Found::default(),
    };
    let root = open(root, c".")?;
    walk.directory(&root, &mut Vec::new(), 1)?;
    Ok(walk.found)
}

struct Walk<'a> {
    parts: &'a Parts,
    /// The most names that are looked at.
    most: u64,
    found: Found,
}

impl Walk<'_> {
    fn directory(
        &mut self,
        directory: &OwnedFd,
        path: &mut Vec<u8>,
        depth: usize,
    ) -> io::Result<()> {
        let left = self.most.saturating_sub(self.found.used.files);
        let mut names = names(directory, usize::try_from(left).unwrap_or(usize::MAX))?;
        names.retain(|name| !self.parts.contains_key(name.as_bytes()));
        names.sort_unstable();
        for name in names {
            if self.found.used.files >= self.most {
                self.found.more = true;
                return Ok(());
            }
            // Whatever runs may take it away just now.
            let Ok(status) = rustix::fs::statat(directory, &name, AtFlags::SYMLINK_NOFOLLOW) else {
                continue;
            };
            let before = path.len();
            if before > 0 {
                path.push(b'/');
            }
            path.extend(name.as_bytes());
            self.add(path, &status);
            if fence::file_type(&status) == FileType::Directory {
                // One that may not be read, or is a link by now, is not looked into.
                let read = match open(directory, &name) {
                    Ok(within) if depth < DEEPEST => self.directory(&within, path, depth + 1),
                    _ => Err(io::ErrorKind::Other.into()),
                };
                self.found.more |= read.is_err();
            }
            path.truncate(before);
        }
        Ok(())
    }

    fn add(&mut self, path: &[u8], status: &Stat) {
        let kind = match fence::file_type(status) {
            FileType::RegularFile => Kind::File,
            FileType::Directory => Kind::Directory,
            FileType::Symlink => Kind::Link,
            _ => Kind::Special,
        };
        let bytes = match kind {
            Kind::File => u64::try_from(status.st_size).unwrap_or_default(),
            _ => 0,
        };
        self.found.used.files += 1;
        self.found.used.bytes = self.found.used.bytes.saturating_add(bytes);
        if self.found.entries.len() == LISTED {
            self.found.more = true;
            return;
        }
        let rest = i64::try_from(status.st_mtime_nsec / 1_000_000).unwrap_or_default();
        self.found.entries.push(Entry {
            path: Text::from_bytes(path),
            kind,
            bytes,
            modified_ms: status.st_mtime.saturating_mul(1_000).saturating_add(rest),
        });
    }
}

/// Removes what has a name in a directory, and everything in it. Links go, and not what they lead to.
pub(super) fn remove(parent: &OwnedFd, name: &[u8]) -> Result<(), FileError> {
    let name = CString::new(name).map_err(|_| FileError::BadPath)?;
    if let Some(directory) = unlink(parent, &name)? {
        empty(&directory, &directory, 1)?;
        remove_empty(parent, &name)?;
    }
    Ok(())
}

/// Removes everything in a directory, which is so deep within `top`.
fn empty(top: &OwnedFd, directory: &OwnedFd, depth: usize) -> Result<(), FileError> {
    for _ in 0..PASSES {
        let names = names(directory, NAMES_AT_ONCE)?;
        if names.is_empty() {
            return Ok(());
        }
        for name in names {
            let Some(within) = unlink(directory, &name)? else {
                continue;
            };
            if depth < DEEPEST {
                empty(top, &within, depth + 1)?;
                remove_empty(directory, &name)?;
            } else {
                // What is deeper comes up, and has its turn in the next pass there.
                let random = secret::random().map_err(io::Error::other)?;
                rustix::fs::renameat(directory, &name, top, format!(".pipeyard-deep-{random}"))?;
            }
        }
    }
    Err(FileError::Restless)
}

/// Takes away what is no directory; a directory is opened.
fn unlink(parent: &OwnedFd, name: &CString) -> Result<Option<OwnedFd>, FileError> {
    match rustix::fs::unlinkat(parent, name, AtFlags::empty()) {
        Err(Errno::ISDIR) => Ok(Some(open(parent, name)?)),
        // Somebody was faster.
        Ok(()) | Err(Errno::NOENT) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn remove_empty(parent: &OwnedFd, name: &CString) -> Result<(), FileError> {
    match rustix::fs::unlinkat(parent, name, AtFlags::REMOVEDIR) {
        Ok(()) | Err(Errno::NOENT) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Names in a directory, in no order.
pub(super) fn names(directory: impl AsFd, most: usize) -> io::Result<Vec<CString>> {
    let mut names = Vec::new();
    for entry in Dir::read_from(directory)? {
        if names.len() == most {
            break;
        }
        let name = entry?.file_name().to_owned();
        if name.as_bytes() != b"." && name.as_bytes() != b".." {
            names.push(name);
        }
    }
    Ok(names)
}

/// Opens a directory within another to be read, and follows no link.
fn open(parent: &OwnedFd, name: impl rustix::path::Arg) -> io::Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    Ok(rustix::fs::openat(parent, name, flags, Mode::empty())?)
}
