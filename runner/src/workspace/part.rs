//! A file that is written and has no name yet, so that nobody comes upon half of it, and nothing is left of it when the runner is
//! killed (`O_TMPFILE`). Where a file system has no such files it has a hidden name.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};

use rustix::fs::{AtFlags, CWD, Mode, OFlags, RenameFlags};
use rustix::io::Errno;

/// Who may do what with a new file, but for what the user's mask takes away.
const MODE: Mode = Mode::from_raw_mode(0o666);

/// Such a file. Dropped before it has its name, it is gone.
#[derive(Debug)]
pub(super) struct Part {
    parent: OwnedFd,
    hidden: String,
    /// What leads to it while it has no name. It is not open to be written there: what somebody writes to cannot be started.
    unnamed: Option<OwnedFd>,
}

impl Part {
    /// One that will have its name in this directory, and where to write it. If it needs one meanwhile, it has the hidden one.
    ///
    /// # Errors
    /// The system's.
    pub(super) fn new(parent: OwnedFd, hidden: String) -> io::Result<(Self, File)> {
        let (unnamed, file) = match unnamed(&parent) {
            Ok((unnamed, file)) => (Some(unnamed), file),
            // Not every file system has them; nor is `/proc`, by which they get their names, everywhere.
            Err(Errno::OPNOTSUPP | Errno::ISDIR | Errno::INVAL | Errno::NOENT) => {
                return Self::named(parent, hidden);
            }
            Err(error) => return Err(error.into()),
        };
        let part = Self {
            parent,
            hidden,
            unnamed,
        };
        Ok((part, file))
    }

    fn named(parent: OwnedFd, hidden: String) -> io::Result<(Self, File)> {
        let flags =
            OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = rustix::fs::openat(&parent, &hidden, flags, MODE)?;
        let part = Self {
            parent,
            hidden,
            unnamed: None,
        };
        Ok((part, file.into()))
    }

    /// Gives it its name, which nothing may have: in one step, so that nothing that comes in between is replaced.
    ///
    /// # Errors
    /// [`Errno::EXIST`], and the system's others.
    pub(super) fn name_new(&self, name: &[u8]) -> rustix::io::Result<()> {
        let (parent, hidden) = (&self.parent, &self.hidden);
        if let Some(unnamed) = &self.unnamed {
            return link(unnamed, parent, name);
        }
        match rustix::fs::renameat_with(parent, hidden, parent, name, RenameFlags::NOREPLACE) {
            // A second name does the same.
            Err(Errno::INVAL | Errno::NOSYS) => {
                rustix::fs::linkat(parent, hidden, parent, name, AtFlags::empty())
            }
            done => done,
        }
    }

    /// Gives it its name, in place of what may have it, unless that is a directory.
    ///
    /// # Errors
    /// The system's.
    pub(super) fn name_over(&self, name: &[u8]) -> rustix::io::Result<()> {
        let (parent, hidden) = (&self.parent, &self.hidden);
        if let Some(unnamed) = &self.unnamed {
            match link(unnamed, parent, name) {
                // Only a name can take another one's place. It is whole by now.
                Err(Errno::EXIST) => link(unnamed, parent, hidden.as_bytes())?,
                done => return done,
            }
        }
        rustix::fs::renameat(parent, hidden, parent, name)
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // It is not there when it never was, or has its name.
        let _ = rustix::fs::unlinkat(&self.parent, &self.hidden, AtFlags::empty());
    }
}

fn unnamed(parent: &OwnedFd) -> rustix::io::Result<(OwnedFd, File)> {
    let flags = OFlags::WRONLY | OFlags::TMPFILE | OFlags::CLOEXEC;
    let file = rustix::fs::openat(parent, ".", flags, MODE)?;
    let flags = OFlags::PATH | OFlags::CLOEXEC;
    let place = rustix::fs::open(path_of(&file), flags, Mode::empty())?;
    Ok((place, file.into()))
}

/// By the path that leads to it: by the descriptor alone, only who may read everything gives names (`AT_EMPTY_PATH`).
fn link(place: &OwnedFd, parent: &OwnedFd, name: &[u8]) -> rustix::io::Result<()> {
    rustix::fs::linkat(CWD, path_of(place), parent, name, AtFlags::SYMLINK_FOLLOW)
}

fn path_of(file: &impl AsFd) -> String {
    format!("/proc/self/fd/{}", file.as_fd().as_raw_fd())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fence;
    use std::fs;
    use std::io::Write;
    use std::path::Path;

    type Making = fn(OwnedFd, String) -> io::Result<(Part, File)>;

    /// Without a name, as far as the file system has that, and with a hidden one.
    const WAYS: [Making; 2] = [Part::new, Part::named];

    fn root(folder: &Path) -> OwnedFd {
        fence::root(folder).expect("a directory")
    }

    fn part(make: Making, folder: &Path, content: &str) -> Part {
        let (part, mut file) = make(root(folder), ".part".into()).expect("a part");
        file.write_all(content.as_bytes()).expect("written");
        part
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a directory");
        let names = entries.map(|entry| entry.expect("an entry").file_name());
        names
            .map(|name| name.to_string_lossy().into_owned())
            .collect()
    }

    #[test]
    fn it_gets_its_name_once_it_is_whole() {
        for make in WAYS {
            let folder = tempfile::tempdir().expect("a directory");
            let read = |name: &str| fs::read_to_string(folder.path().join(name)).expect(name);
            let one = part(make, folder.path(), "one");
            let before = names(folder.path());
            assert_eq!(
                before.len(),
                usize::from(one.unnamed.is_none()),
                "{before:?}"
            );
            one.name_new(b"file").expect("a new name");
            drop(one);
            let two = part(make, folder.path(), "two");
            assert_eq!(two.name_new(b"file"), Err(Errno::EXIST));
            drop(two);
            assert_eq!(
                (names(folder.path()), read("file")),
                (vec!["file".into()], "one".into())
            );
            let three = part(make, folder.path(), "three");
            three.name_over(b"file").expect("in its place");
            drop(three);
            assert_eq!(
                (names(folder.path()), read("file")),
                (vec!["file".into()], "three".into())
            );
            let four = part(make, folder.path(), "four");
            four.name_over(b"other").expect("in nobody's place");
            drop(four);
            assert_eq!(read("other"), "four");
        }
    }

    #[test]
    fn nothing_is_left_of_one_that_gets_no_name() {
        for make in WAYS {
            let folder = tempfile::tempdir().expect("a directory");
            drop(part(make, folder.path(), "half"));
            assert_eq!(names(folder.path()), [""; 0]);
            fs::create_dir(folder.path().join("within")).expect("a directory");
            let one = part(make, folder.path(), "one");
            one.name_over(b"within").expect_err("a directory");
            drop(one);
            assert_eq!(names(folder.path()), ["within"]);
        }
    }

    #[test]
    fn where_it_can_be_it_has_no_name() {
        let folder = tempfile::tempdir().expect("a directory");
        let root = root(folder.path());
        let can_be = unnamed(&root).is_ok();
        let (part, _) = Part::new(root, ".part".into()).expect("a part");
        assert_eq!(part.unnamed.is_some(), can_be);
    }
}
