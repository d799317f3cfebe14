//! A copy of a workspace: its files and directories, with their times, and nothing that leads out of it.
//!
//! Links, named pipes, sockets and devices are left out. Everything is opened from its directory's descriptor without
//! following links, so that a run that changes the workspace meanwhile cannot lead the copy elsewhere.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::OwnedFd;
use std::path::{Component, Path, PathBuf};

use pipeyard_shared::words::{Language, grouped};
use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, Stat, Timespec, Timestamps};
use rustix::io::Errno;

use crate::fence::file_type;

/// The most bytes of all files of a copy.
const COPY_BYTES: u64 = 256 << 20;
/// The most files, directories and whatever else is in the workspace.
const COPY_ENTRIES: u64 = 4_000;
/// The most directories within each other: one descriptor is open for each.
const COPY_DEPTH: u64 = 32;

/// Why a workspace was not copied.
#[derive(Debug)]
pub(super) enum CopyError {
    /// There is more in it than a copy may have.
    TooMuch {
        /// The bound's name.
        limit: &'static str,
        /// The bound.
        most: u64,
    },
    /// The system's error.
    Failed(io::Error),
}

/// Copies what is in one directory into another, but for these files.
pub(super) fn copy(from: &Path, to: &Path, without: &[PathBuf]) -> Result<(), CopyError> {
    let open = |path| rustix::fs::open(path, DIRECTORY, Mode::empty());
    let mut copying = Copying {
        without: without.to_vec(),
        bytes: 0,
        entries: 0,
    };
    copying.directory(&open(from)?, &open(to)?, Path::new(""), 1)
}

const DIRECTORY: OFlags = OFlags::RDONLY
    .union(OFlags::DIRECTORY)
    .union(OFlags::CLOEXEC);

struct Copying {
    without: Vec<PathBuf>,
    bytes: u64,
    entries: u64,
}

impl Copying {
    fn directory(
        &mut self,
        from: &OwnedFd,
        to: &OwnedFd,
        path: &Path,
        depth: u64,
    ) -> Result<(), CopyError> {
        bounded("lesson-copy-depth", depth, COPY_DEPTH)?;
        for entry in Dir::read_from(from)? {
            let entry = entry?;
            let name = entry.file_name();
            if [c".", c".."].contains(&name) {
                continue;
            }
            self.entries += 1;
            bounded("lesson-copy-entries", self.entries, COPY_ENTRIES)?;
            let path = path.join(name.to_string_lossy().as_ref());
            if self.without.contains(&path) {
                continue;
            }
            // A run that goes on may remove what was listed; what cannot be read, no answer can read either.
            match self.entry(from, to, name, &path, depth) {
                Err(CopyError::Failed(error)) if is_passed_over(&error) => {}
                copied => copied?,
            }
        }
        Ok(())
    }

    fn entry(
        &mut self,
        from: &OwnedFd,
        to: &OwnedFd,
        name: &std::ffi::CStr,
        path: &Path,
        depth: u64,
    ) -> Result<(), CopyError> {
        let nofollow = OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let found = rustix::fs::statat(from, name, AtFlags::SYMLINK_NOFOLLOW)?;
        match file_type(&found) {
            FileType::Directory => {
                let source = rustix::fs::openat(from, name, DIRECTORY | nofollow, Mode::empty())?;
                rustix::fs::mkdirat(to, name, Mode::RWXU)?;
                let target = rustix::fs::openat(to, name, DIRECTORY | nofollow, Mode::empty())?;
                self.directory(&source, &target, path, depth + 1)?;
                Ok(rustix::fs::futimens(&target, &times(&found))?)
            }
            FileType::RegularFile => {
                let flags = OFlags::RDONLY | OFlags::NONBLOCK | nofollow;
                let source = rustix::fs::openat(from, name, flags, Mode::empty())?;
                self.file(source, to, name)
            }
            _ => Ok(()),
        }
    }

    fn file(
        &mut self,
        source: OwnedFd,
        to: &OwnedFd,
        name: &std::ffi::CStr,
    ) -> Result<(), CopyError> {
        let found = rustix::fs::fstat(&source)?;
        if file_type(&found) != FileType::RegularFile {
            return Ok(());
        }
        let length = u64::try_from(found.st_size).unwrap_or(u64::MAX);
        self.bytes = self.bytes.saturating_add(length);
        bounded("lesson-copy-bytes", self.bytes, COPY_BYTES)?;
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
        let mut target = File::from(rustix::fs::openat(to, name, flags, Mode::RUSR)?);
        // Somebody may write to it just now: no more is copied than it had.
        io::copy(&mut File::from(source).take(length), &mut target)?;
        rustix::fs::futimens(&target, &times(&found))?;
        let mode = Mode::from_raw_mode(found.st_mode) & (Mode::RWXU | Mode::RWXG | Mode::RWXO);
        Ok(rustix::fs::fchmod(&target, mode)?)
    }
}

/// A path without any `.`, as paths are made here.
pub(super) fn plain(name: &str) -> PathBuf {
    let parts = Path::new(name).components();
    parts
        .filter(|part| !matches!(part, Component::CurDir))
        .collect()
}

fn bounded(limit: &'static str, found: u64, most: u64) -> Result<(), CopyError> {
    if found > most {
        return Err(CopyError::TooMuch { limit, most });
    }
    Ok(())
}

fn is_passed_over(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied
    ) || error.raw_os_error() == Some(Errno::LOOP.raw_os_error())
}

/// Programs such as `ls -t` tell the same of the copy as of what it is one of.
fn times(of: &Stat) -> Timestamps {
    let time = |seconds, nanoseconds: u64| Timespec {
        tv_sec: seconds,
        tv_nsec: i64::try_from(nanoseconds).unwrap_or(0),
    };
    Timestamps {
        last_access: time(of.st_atime, of.st_atime_nsec),
        last_modification: time(of.st_mtime, of.st_mtime_nsec),
    }
}

impl CopyError {
    /// What happened and what to do.
    pub(super) fn said(&self, language: Language) -> String {
        match (self, language) {
            (Self::TooMuch { limit, most }, Language::En) => format!(
                "the workspace is too large to be copied for the solution (limit `{limit}`, {}): use a smaller one",
                grouped(*most)
            ),
            (Self::TooMuch { limit, most }, Language::Ko) => format!(
                "작업 공간이 너무 커서 해답을 실행할 복사본을 만들 수 없습니다(제한 `{limit}`, {}). 더 작은 작업 공간을 쓰세요",
                grouped(*most)
            ),
            (Self::Failed(error), Language::En) => {
                format!("the workspace cannot be copied: {error}")
            }
            (Self::Failed(error), Language::Ko) => {
                format!("작업 공간을 복사할 수 없습니다: {error}")
            }
        }
    }
}

impl fmt::Display for CopyError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.said(Language::En))
    }
}

impl From<io::Error> for CopyError {
    fn from(error: io::Error) -> Self {
        Self::Failed(error)
    }
}

impl From<Errno> for CopyError {
    fn from(error: Errno) -> Self {
        Self::Failed(error.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::fs::CWD;
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};

    fn directory() -> tempfile::TempDir {
        tempfile::tempdir().expect("a directory")
    }

    #[test]
    fn files_come_with_their_times_and_modes_and_nothing_leads_out() {
        let (outside, from, to) = (directory(), directory(), directory());
        fs::write(outside.path().join("secret"), "x").expect("writable");
        let own = from.path().join("deep/own");
        fs::create_dir(from.path().join("deep")).expect("a directory");
        fs::write(&own, "own").expect("writable");
        fs::set_permissions(&own, fs::Permissions::from_mode(0o755)).expect("a mode");
        fs::write(from.path().join("deep/answer"), "old").expect("writable");
        symlink(outside.path(), from.path().join("out")).expect("a link");
        symlink(outside.path().join("secret"), from.path().join("secret")).expect("a link");
        symlink("deep", from.path().join("in")).expect("a link");
        let fifo = from.path().join("fifo");
        rustix::fs::mknodat(CWD, &fifo, FileType::Fifo, Mode::RUSR, 0).expect("a fifo");
        let old = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000);
        let opened = File::open(&own).expect("readable");
        opened.set_modified(old).expect("a time");

        copy(from.path(), to.path(), &[plain("./deep/answer")]).expect("a copy");

        let names = |path: &Path| {
            let entries = fs::read_dir(path).expect("a directory");
            let names = entries.map(|entry| entry.expect("an entry").file_name());
            names.collect::<Vec<_>>()
        };
        assert_eq!(names(to.path()), ["deep"]);
        assert_eq!(names(&to.path().join("deep")), ["own"]);
        let copied = to.path().join("deep/own");
        assert_eq!(fs::read_to_string(&copied).expect("readable"), "own");
        let metadata = fs::metadata(&copied).expect("there");
        assert_eq!(metadata.permissions().mode() & 0o777, 0o755);
        assert_eq!(metadata.modified().expect("a time"), old);
    }

    #[test]
    fn what_is_too_much_is_refused_by_the_name_of_its_bound() {
        let refused = |from: &Path| {
            let to = directory();
            let error = copy(from, to.path(), &[]).expect_err("too much");
            error.to_string()
        };
        let large = directory();
        let file = File::create(large.path().join("large")).expect("writable");
        // It has holes, and takes no room on the disk.
        file.set_len(COPY_BYTES + 1).expect("a length");
        assert!(refused(large.path()).contains("`lesson-copy-bytes`, 268,435,456"));

        let many = directory();
        for number in 0..=COPY_ENTRIES {
            File::create(many.path().join(number.to_string())).expect("writable");
        }
        assert!(refused(many.path()).contains("`lesson-copy-entries`, 4,000"));

        let deep = directory();
        let path: PathBuf = (0..COPY_DEPTH).map(|_| "d").collect();
        fs::create_dir_all(deep.path().join(path)).expect("directories");
        assert!(refused(deep.path()).contains("`lesson-copy-depth`, 32"));
    }
}
