//! Folders for a while, where the system has such: each goes with its value, and what a program has left there that was
//! killed goes when a later one starts.
//!
//! ```text
//! /tmp/pipeyard-lesson-<random>/   locked (flock(2)) by its holder, and seen by nobody else
//!   files/                         what is given away
//! ```
//! The kernel ends the lock with its holder, however that ends, so no number of a process is compared with one of another
//! time or of another machine.

use std::ffi::{CStr, CString};
use std::fs::{DirBuilder, File, TryLockError};
use std::io::{self, ErrorKind};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use rustix::fs::{Dir, Mode, OFlags, Stat};

use crate::fence;
use crate::folders::{self, Locks, Remover};
use crate::secret;

/// How the folders' names begin, each in its own way.
const PREFIX: &str = "pipeyard-";
/// What the one is called that is given away.
const FILES: &str = "files";
/// Names that are looked at for what is left: others may have left any number beside it.
const MOST_NAMES: usize = 100_000;
/// How often one is made anew that somebody has taken away before it was locked.
const ATTEMPTS: usize = 8;

/// What a folder is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A copy of a workspace, in which a chain of a lesson is run.
    Lesson,
    /// A workspace with the files of the seed.
    Seed,
}

/// A folder, until it is dropped. What programs have left in it does not keep it.
#[derive(Debug)]
pub struct Scratch {
    within: OwnedFd,
    name: CString,
    path: PathBuf,
    /// Locked as long as it is open.
    _held: File,
}

impl Purpose {
    const ALL: [Self; 2] = [Self::Lesson, Self::Seed];

    fn word(self) -> &'static str {
        match self {
            Self::Lesson => "lesson-",
            Self::Seed => "seed-",
        }
    }

    fn name(self) -> io::Result<String> {
        let random = secret::random().map_err(io::Error::other)?;
        Ok(format!("{PREFIX}{}{random}", self.word()))
    }
}

impl Scratch {
    /// A new one, which nobody else may look into.
    ///
    /// # Errors
    /// The system's.
    pub fn new(purpose: Purpose) -> io::Result<Self> {
        Self::new_in(&std::env::temp_dir(), purpose)
    }

    fn new_in(place: &Path, purpose: Purpose) -> io::Result<Self> {
        for _ in 0..ATTEMPTS {
            let name = purpose.name()?;
            let folder = place.join(&name);
            DirBuilder::new().mode(0o700).create(&folder)?;
            let Some(held) = hold(&folder)? else {
                continue;
            };
            let scratch = Self {
                within: fence::root(place)?,
                name: CString::new(name)?,
                path: folder.join(FILES),
                _held: held,
            };
            DirBuilder::new().mode(0o700).create(&scratch.path)?;
            return Ok(scratch);
        }
        Err(io::Error::other("what was just made is taken away"))
    }

    /// The folder that is given away: an absolute path, if the system's is one.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = Remover::new(Locks::Opened).remove(&self.within, &self.name) {
            let (error, path) = (io::Error::from(error), &self.path);
            tracing::warn!(%error, ?path, "a folder could not be removed; a later start tries again");
        }
    }
}

/// Takes away what programs have left that are gone. What cannot be taken away is told in the log.
///
/// # Errors
/// The system's, when the system's folder cannot be looked into.
pub fn clear_left() -> io::Result<()> {
    clear_left_in(&std::env::temp_dir())
}

fn clear_left_in(place: &Path) -> io::Result<()> {
    let place = fence::root(place)?;
    let (listed, _) = folders::open(&place, c".", Locks::Respected, Mode::empty())?;
    for entry in Dir::read_from(&listed)?.take(MOST_NAMES) {
        let entry = entry?;
        let name = entry.file_name();
        if !is_ours(name.to_bytes()) {
            continue;
        }
        if let Err(error) = clear_one(&place, name) {
            tracing::warn!(%error, ?name, "what was left of a lesson could not be removed");
        }
    }
    Ok(())
}

fn is_ours(name: &[u8]) -> bool {
    let rest = name.strip_prefix(PREFIX.as_bytes());
    rest.is_some_and(|rest| {
        let mut words = Purpose::ALL.iter().map(|purpose| purpose.word());
        words.any(|word| rest.starts_with(word.as_bytes()))
    })
}

/// Takes one away whose holder is gone, if it is of our user: the system's folder is everybody's.
fn clear_one(place: &OwnedFd, name: &CStr) -> io::Result<()> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let Ok(found) = rustix::fs::openat(place, name, flags, Mode::empty()) else {
        return Ok(());
    };
    if rustix::fs::fstat(&found)?.st_uid != rustix::process::geteuid().as_raw() {
        return Ok(());
    }
    let found = File::from(found);
    match found.try_lock() {
        // Somebody has it, or nobody can tell.
        Err(_) => Ok(()),
        Ok(()) => Ok(Remover::new(Locks::Opened).remove(place, name)?),
    }
}

/// Locks a folder that was just made. Nothing, if somebody who clears up was faster.
fn hold(folder: &Path) -> io::Result<Option<File>> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let opened = match rustix::fs::open(folder, flags, Mode::empty()) {
        Err(rustix::io::Errno::NOENT) => return Ok(None),
        opened => opened?,
    };
    let held = File::from(opened);
    match held.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(None),
        // A file system without locks: what is left there stays.
        Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => {}
        Err(TryLockError::Error(error)) => return Err(error),
    }
    let same = |one: &Stat, other: &Stat| (one.st_dev, one.st_ino) == (other.st_dev, other.st_ino);
    let there = rustix::fs::lstat(folder);
    let is_there = there
        .is_ok_and(|there| rustix::fs::fstat(held.as_fd()).is_ok_and(|held| same(&there, &held)));
    Ok(is_there.then_some(held))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};

    fn names(place: &Path) -> Vec<String> {
        let entries = fs::read_dir(place).expect("a directory");
        let names = entries.map(|entry| entry.expect("an entry").file_name());
        let mut names: Vec<_> = names
            .map(|name| name.to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    /// Copies of workspaces stayed in the system's folder for ever once a runner was killed.
    #[test]
    fn what_nobody_holds_any_more_goes_and_nothing_else_does() {
        let place = tempfile::tempdir().expect("a directory");
        let held = Scratch::new_in(place.path(), Purpose::Lesson).expect("a folder");
        fs::write(held.path().join("file"), "live").expect("writable");
        // What a killed program leaves: the folder, and no lock.
        let left = place.path().join("pipeyard-lesson-left/files/deep");
        fs::create_dir_all(&left).expect("folders");
        fs::set_permissions(&left, fs::Permissions::from_mode(0o000)).expect("locked");
        fs::create_dir(place.path().join("pipeyard-seed-left")).expect("a folder");
        // What others have there, and what leads elsewhere.
        let outside = tempfile::tempdir().expect("a directory");
        fs::write(outside.path().join("kept"), "kept").expect("writable");
        symlink(outside.path(), place.path().join("pipeyard-lesson-link")).expect("a link");
        fs::create_dir(place.path().join("pipeyard-test-other")).expect("a folder");
        fs::write(place.path().join("pipeyard-lesson-file"), "").expect("writable");

        clear_left_in(place.path()).expect("cleared");

        let held_name = held.name.to_string_lossy().into_owned();
        let mut expected = [
            held_name.as_str(),
            "pipeyard-lesson-file",
            "pipeyard-lesson-link",
            "pipeyard-test-other",
        ];
        expected.sort_unstable();
        assert_eq!(names(place.path()), expected);
        assert_eq!(names(outside.path()), ["kept"]);
        assert_eq!(fs::read(held.path().join("file")).expect("there"), b"live");
    }

    #[test]
    fn it_goes_with_its_value_whatever_was_locked_in_it() {
        let place = tempfile::tempdir().expect("a directory");
        let held = Scratch::new_in(place.path(), Purpose::Seed).expect("a folder");
        fs::create_dir(held.path().join("a")).expect("a folder");
        for locked in [held.path().join("a"), held.path().to_owned()] {
            fs::set_permissions(locked, fs::Permissions::from_mode(0o000)).expect("locked");
        }
        drop(held);
        assert_eq!(names(place.path()), [""; 0]);
    }

    /// Somebody who clears up holds what was just made for a moment, and takes it away.
    #[test]
    fn one_that_is_made_while_others_clear_up_is_whole() {
        let place = tempfile::tempdir().expect("a directory");
        let done = std::sync::atomic::AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !done.load(std::sync::atomic::Ordering::Relaxed) {
                    clear_left_in(place.path()).expect("cleared");
                }
            });
            for _ in 0..300 {
                let made = Scratch::new_in(place.path(), Purpose::Lesson).expect("a folder");
                fs::write(made.path().join("file"), "").expect("it is there, and stays");
                assert!(made.path().join("file").exists());
            }
            done.store(true, std::sync::atomic::Ordering::Relaxed);
        });
        assert_eq!(names(place.path()), [""; 0]);
    }
}
