//! The files that file stages name.

use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use pipeyard_shared::chain::Access;
use rustix::fs::{CWD, FileType, Mode, OFlags};

use crate::fence;

/// How far file stages reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The workspace, and no `..`, absolute path or link out of it: for chains that come from pages.
    Workspace,
    /// Wherever the user could reach, as a shell's redirections do: for the command line.
    Anywhere,
}

/// The workspace and what may be opened from it.
#[derive(Clone, Debug)]
pub(super) struct Files {
    pub(super) root: PathBuf,
    pub(super) reach: Reach,
}

impl Files {
    /// Opens a file without waiting (a named pipe would wait for somebody to come).
    ///
    /// # Errors
    /// The system's, and words for what is no ordinary file or lies outside.
    pub(super) fn open(&self, path: &Path, access: Access) -> io::Result<OwnedFd> {
        let flags = match access {
            Access::Read => OFlags::RDONLY,
            Access::Write => OFlags::WRONLY | OFlags::CREATE | OFlags::TRUNC,
            Access::Append => OFlags::WRONLY | OFlags::CREATE | OFlags::APPEND,
        };
        // Looked at before it is opened to be written, which empties it.
        match self.resolve(path, OFlags::PATH, Mode::empty()) {
            Ok(found) => ordinary(&found)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound && access != Access::Read => {}
            Err(error) => return Err(error),
        }
        // openat2(2) takes a mode only where something may be created.
        let mode = match access {
            Access::Read => Mode::empty(),
            Access::Write | Access::Append => Mode::from_raw_mode(0o666),
        };
        let opened = self.resolve(path, flags | OFlags::NONBLOCK, mode)?;
        ordinary(&opened)?;
        rustix::fs::fcntl_setfl(&opened, flags & OFlags::APPEND)?;
        Ok(opened)
    }

    /// Whether [`Files::open`] would succeed, as far as that can be told without making or emptying
    /// anything.
    ///
    /// # Errors
    /// As [`Files::open`].
    pub(super) fn look(&self, path: &Path, access: Access) -> io::Result<()> {
        if access == Access::Read {
            return self.open(path, access).map(drop);
        }
        match self.resolve(path, OFlags::PATH, Mode::empty()) {
            Ok(found) => ordinary(&found),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let parent = match path.parent() {
                    Some(parent) if !parent.as_os_str().is_empty() => parent,
                    _ => Path::new("."),
                };
                let flags = OFlags::PATH | OFlags::DIRECTORY;
                self.resolve(parent, flags, Mode::empty()).map(drop)
            }
            Err(error) => Err(error),
        }
    }

    fn resolve(&self, path: &Path, flags: OFlags, mode: Mode) -> io::Result<OwnedFd> {
        let flags = flags | OFlags::CLOEXEC;
        if self.reach == Reach::Anywhere {
            return Ok(rustix::fs::openat(CWD, self.root.join(path), flags, mode)?);
        }
        let root = fence::root(&self.root)?;
        fence::open(root, path, flags, mode).map_err(|error| {
            if fence::is_outside(&error) {
                io::Error::other("it leads out of the workspace")
            } else {
                error
            }
        })
    }
}

fn ordinary(file: &OwnedFd) -> io::Result<()> {
    match fence::file_type(&rustix::fs::fstat(file)?) {
        FileType::RegularFile | FileType::CharacterDevice => Ok(()),
        FileType::Directory => Err(io::ErrorKind::IsADirectory.into()),
        _ => Err(io::Error::other("it is no ordinary file")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fence_holds_and_looking_changes_nothing() {
        let outside = tempfile::tempdir().expect("a directory");
        let inside = tempfile::tempdir().expect("a directory");
        std::fs::write(outside.path().join("secret"), "x").expect("writable");
        std::fs::write(inside.path().join("own"), "own").expect("writable");
        let link = |target: &Path, name: &str| {
            std::os::unix::fs::symlink(target, inside.path().join(name)).expect("a link");
        };
        link(outside.path(), "out");
        link(Path::new("own"), "in");
        let files = Files {
            root: inside.path().to_owned(),
            reach: Reach::Workspace,
        };
        for access in [Access::Read, Access::Write, Access::Append] {
            for path in ["out/secret", "../x", "/dev/null", "out/new"] {
                assert!(files.look(path.as_ref(), access).is_err(), "{path}");
                assert!(files.open(path.as_ref(), access).is_err(), "{path}");
            }
            files.look("in".as_ref(), access).expect("a link within");
        }
        files
            .look("new".as_ref(), Access::Write)
            .expect("it can be made");
        assert!(!inside.path().join("new").exists(), "and was not");
        let own = std::fs::read_to_string(inside.path().join("own"));
        assert_eq!(own.expect("still there"), "own");
    }

    #[test]
    fn a_named_pipe_is_refused_and_not_waited_for() {
        let inside = tempfile::tempdir().expect("a directory");
        let path = inside.path().join("fifo");
        let mode = Mode::from_raw_mode(0o600);
        rustix::fs::mknodat(CWD, &path, FileType::Fifo, mode, 0).expect("a fifo");
        let files = Files {
            root: inside.path().to_owned(),
            reach: Reach::Workspace,
        };
        assert!(files.open("fifo".as_ref(), Access::Read).is_err());
        assert!(files.open("fifo".as_ref(), Access::Write).is_err());
    }
}
