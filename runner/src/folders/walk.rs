//! Looking at everything in a folder, however deep it is, with few descriptors and bounded memory.

use std::ffi::{CStr, CString};
use std::os::fd::OwnedFd;
use std::vec::IntoIter;

use rustix::fs::{AtFlags, FileType, Mode, OFlags, Stat};
use rustix::io::Errno;

use super::open::lock_again;
use super::{DEEPEST, Locks, names, open};
use crate::fence;

/// What is needed to look into a folder.
const RIGHTS: Mode = Mode::RUSR.union(Mode::XUSR);

/// What is looked at. Each folder comes before what is in it, and what stands side by side comes in the order of its bytes.
pub struct Walk<'a> {
    /// What becomes of locked folders. An opened one is locked again once it was looked into, so that whoever has locked it
    /// finds it as it was; for as long as that takes it is open. It stays open where the runner is killed meanwhile, and where
    /// a folder more than [`DEEPEST`] deep is not found again for lack of a descriptor.
    pub locks: Locks,
    /// The most names that are read: as many are in memory at once at worst.
    pub most: u64,
    /// Names that are passed over.
    pub without: &'a dyn Fn(&CStr) -> bool,
}

/// What was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Walked {
    /// How many names were found.
    pub names: u64,
    /// Whether that is all: no folder stayed locked, none was moved away while something deep in it was looked at, and there
    /// were not more names than are read.
    pub is_whole: bool,
}

/// A folder that is being looked through.
struct Level {
    names: IntoIter<CString>,
    /// Device and number, by which it is known again.
    id: (u64, u64),
    /// Its mode, where it was locked.
    before: Option<Mode>,
    /// The length of its own path.
    path: usize,
    /// It, while a folder within it is looked through; not where it is very deep.
    kept: Option<OwnedFd>,
}

impl Walk<'_> {
    /// Tells `see` of everything in a folder: its path, unless that is longer than [`DEEPEST`] names, and what it is.
    ///
    /// # Errors
    /// The system's, when the folder itself cannot be looked into, or something in it for another reason than its rights: no
    /// descriptor is free, or no memory.
    pub fn through(
        &self,
        folder: &OwnedFd,
        see: &mut dyn FnMut(Option<&[u8]>, &Stat),
    ) -> rustix::io::Result<Walked> {
        let mut found = Walked {
            names: 0,
            is_whole: true,
        };
        let mut path = Vec::new();
        let (mut here, level) = self.enter(folder, c".", &mut found, 0)?;
        let mut levels = vec![level];
        let mut trouble = None;
        while let Some(level) = levels.last_mut() {
            // After an error folders are only left, so that each is locked again.
            let name = level.names.next().filter(|_| trouble.is_none());
            let Some(name) = name else {
                match leave(&mut levels, here, &mut path, &mut found, &mut trouble) {
                    Some(outer) => here = outer,
                    None => break,
                }
                continue;
            };
            let status = match rustix::fs::statat(&here, &name, AtFlags::SYMLINK_NOFOLLOW) {
                Ok(status) => status,
                // Whatever runs may take it away just now.
                Err(Errno::NOENT) => continue,
                Err(Errno::ACCESS) => {
                    found.is_whole = false;
                    continue;
                }
                Err(error) => {
                    trouble = Some(error);
                    continue;
                }
            };
            let (depth, before) = (levels.len(), path.len());
            if depth <= DEEPEST {
                if before > 0 {
                    path.push(b'/');
                }
                path.extend(name.as_bytes());
                see(Some(&path), &status);
            } else {
                see(None, &status);
            }
            if fence::file_type(&status) == FileType::Directory {
                if found.names >= self.most {
                    found.is_whole = false;
                    path.truncate(before);
                    continue;
                }
                match self.enter(&here, &name, &mut found, before) {
                    Ok((inner, next)) => {
                        let outer = std::mem::replace(&mut here, inner);
                        if let Some(level) = levels.last_mut().filter(|_| depth <= DEEPEST) {
                            level.kept = Some(outer);
                        }
                        levels.push(next);
                        continue;
                    }
                    // It is something else by now, and was counted.
                    Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP) => {}
                    Err(Errno::ACCESS | Errno::PERM) => found.is_whole = false,
                    Err(error) => trouble = Some(error),
                }
            }
            path.truncate(before);
        }
        trouble.map_or(Ok(found), Err)
    }

    fn enter(
        &self,
        parent: &OwnedFd,
        name: &CStr,
        found: &mut Walked,
        path: usize,
    ) -> rustix::io::Result<(OwnedFd, Level)> {
        let (opened, before) = open(parent, name, self.locks, RIGHTS)?;
        let left = self.most.saturating_sub(found.names);
        let left = usize::try_from(left).unwrap_or(usize::MAX);
        let read = names(&opened, left)
            .map_err(|error| Errno::from_io_error(&error).unwrap_or(Errno::IO))
            .and_then(|names| Ok((names, rustix::fs::fstat(&opened)?)));
        let (mut names, status) = match read {
            Ok(read) => read,
            Err(error) => {
                if let Some(before) = before {
                    lock_again(&opened, RIGHTS, before);
                }
                return Err(error);
            }
        };
        found.is_whole &= names.len() < left;
        names.retain(|name| !(self.without)(name));
        names.sort_unstable();
        found.names += names.len() as u64;
        let level = Level {
            names: names.into_iter(),
            id: id(&status),
            before,
            path,
            kept: None,
        };
        Ok((opened, level))
    }
}

/// Goes on in the folder that this one is in, if there is one.
fn leave(
    levels: &mut Vec<Level>,
    here: OwnedFd,
    path: &mut Vec<u8>,
    found: &mut Walked,
    trouble: &mut Option<Errno>,
) -> Option<OwnedFd> {
    let level = levels.pop()?;
    path.truncate(level.path);
    let outer = match levels.last_mut() {
        None => None,
        Some(outer) => match outer.kept.take() {
            Some(kept) => Some(kept),
            None => above(&here, outer.id).unwrap_or_else(|error| {
                trouble.get_or_insert(error);
                None
            }),
        },
    };
    if let Some(before) = level.before {
        lock_again(&here, RIGHTS, before);
    }
    if outer.is_some() || levels.is_empty() {
        return outer;
    }
    // It was moved elsewhere, or cannot be opened. What is left of the folders above, up to one that is open, is not looked at.
    found.is_whole = false;
    while let Some(level) = levels.last_mut() {
        if let Some(kept) = level.kept.take() {
            return Some(kept);
        }
        path.truncate(level.path);
        levels.pop();
    }
    None
}

/// The folder above, if it is still the one that we came from.
fn above(here: &OwnedFd, from: (u64, u64)) -> rustix::io::Result<Option<OwnedFd>> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let above = match rustix::fs::openat(here, c"..", flags, Mode::empty()) {
        Ok(above) => above,
        Err(Errno::ACCESS | Errno::NOENT) => return Ok(None),
        Err(error) => return Err(error),
    };
    let status = rustix::fs::fstat(&above)?;
    Ok((id(&status) == from).then_some(above))
}

fn id(status: &Stat) -> (u64, u64) {
    (status.st_dev, status.st_ino)
}
