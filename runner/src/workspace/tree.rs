//! What is in the workspace: listed for the page, and counted against its bounds.

use pipeyard_shared::Text;
use pipeyard_shared::files::{Entry, Kind, LISTED, Used};
use rustix::fs::{FileType, Stat};
use rustix::io::Errno;

use super::upload::Parts;
use super::{FileError, Workspace};
use crate::fence;
use crate::folders::{self, Locks, Walk};

/// How many times as many files as there may be are counted at most, and as many as are listed in any case: where there may be
/// none, the seed's are there all the same. Where there are more, nobody can tell whether they become fewer, and they count
/// as too many.
const COUNTED_TIMES: u64 = 10;

/// What was found.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) entries: Vec<Entry>,
    pub(super) more: bool,
    pub(super) counted: Counted,
}

/// What files come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// As far as they could be counted.
    pub used: Used,
    /// Whether that is all.
    pub is_whole: bool,
}

/// Lists what is in a workspace, up to [`LISTED`] entries, and counts it, up to a little more than there may be. The files of
/// uploads that are under way are none yet.
pub(super) fn list(workspace: &Workspace, parts: &Parts) -> Result<Found, FileError> {
    let most = workspace.bounds().workspace_files.max(LISTED as u64);
    let mut entries = Vec::new();
    let mut more = false;
    let counted = read(workspace, parts, most.saturating_add(1), |path, status| {
        let Some(path) = path.filter(|_| entries.len() < LISTED) else {
            more = true;
            return;
        };
        entries.push(entry(path, status));
    })?;
    more |= !counted.is_whole;
    Ok(Found {
        entries,
        more,
        counted,
    })
}

/// Counts what is in a workspace, further than there may be.
pub(super) fn count(workspace: &Workspace, parts: &Parts) -> Result<Counted, FileError> {
    let files = workspace.bounds().workspace_files;
    let most = files.saturating_mul(COUNTED_TIMES).max(LISTED as u64);
    read(workspace, parts, most.saturating_add(1), |_, _| {})
}

fn read(
    workspace: &Workspace,
    parts: &Parts,
    most: u64,
    mut see: impl FnMut(Option<&[u8]>, &Stat),
) -> Result<Counted, FileError> {
    // One after another: a folder that one of them has opened would be locked again while the next one is in it.
    let _turn = workspace.turn_to_open();
    let mut used = Used::default();
    let walk = Walk {
        locks: workspace.0.locks,
        most,
        without: &|name| parts.contains_key(name.to_bytes()),
    };
    let root = workspace.root()?;
    let walked = walk.through(&root, &mut |path, status| {
        used.files += 1;
        if fence::file_type(status) == FileType::RegularFile {
            used.bytes = used.bytes.saturating_add(folders::bytes(status));
        }
        see(path, status);
    });
    let is_whole = match walked {
        Ok(walked) => walked.is_whole,
        // Whoever runs there has locked it again at once.
        Err(Errno::ACCESS) if workspace.0.locks == Locks::Opened => false,
        Err(error) => return Err(error.into()),
    };
    Ok(Counted { used, is_whole })
}

fn entry(path: &[u8], status: &Stat) -> Entry {
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
    let rest = i64::try_from(status.st_mtime_nsec / 1_000_000).unwrap_or_default();
    Entry {
        path: Text::from_bytes(path),
        kind,
        bytes,
        modified_ms: status.st_mtime.saturating_mul(1_000).saturating_add(rest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pipeyard_shared::files::Bounds;
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    fn bounds(files: u64) -> Bounds {
        Bounds {
            workspace_bytes: 1_000,
            workspace_files: files,
            upload_bytes: 100,
        }
    }

    fn lock(path: &Path) {
        fs::set_permissions(path, fs::Permissions::from_mode(0o000)).expect("own");
    }

    fn mode(path: &Path) -> u32 {
        let found = fs::metadata(path).expect("there");
        found.permissions().mode() & 0o777
    }

    /// A learner who had locked a folder had as much in it as he liked.
    #[test]
    fn what_a_learner_locks_is_counted_and_listed_and_a_persons_own_is_not() {
        let folder = tempfile::tempdir().expect("a directory");
        let locked = folder.path().join("locked");
        fs::create_dir(&locked).expect("a directory");
        fs::write(locked.join("file"), "12345").expect("writable");
        lock(&locked);
        let directory = folder.path().to_owned();
        let learners = Workspace::learners(directory.clone(), bounds(10));
        let counted = learners.used().expect("counted");
        let expected = Used { bytes: 5, files: 2 };
        assert_eq!((counted.used, counted.is_whole), (expected, true));
        let listing = learners.list().expect("listed");
        let paths: Vec<_> = listing
            .entries
            .iter()
            .map(|entry| entry.path.as_bytes())
            .collect();
        assert_eq!(
            (paths, listing.more),
            (vec![&b"locked"[..], b"locked/file"], false)
        );
        assert_eq!(mode(&locked), 0o000, "it is locked again");

        let own = Workspace::own(directory, bounds(10));
        let is_root = rustix::process::geteuid().is_root();
        assert_eq!(own.used().expect("counted").is_whole, is_root);
        assert_eq!(own.list().expect("listed").more, !is_root);
        assert_eq!(mode(&locked), 0o000, "nobody has touched it");
    }

    /// Beyond the most that were counted, further files made no difference, and their bytes none either.
    #[test]
    fn where_there_are_too_many_to_count_nobody_says_that_that_is_all() {
        const FILES: u64 = LISTED as u64 + 50;
        let folder = tempfile::tempdir().expect("a directory");
        for number in 0..FILES {
            fs::write(folder.path().join(number.to_string()), "1").expect("writable");
        }
        let counted = |files| {
            let workspace = Workspace::learners(folder.path().to_owned(), bounds(files));
            workspace.used().expect("counted")
        };
        let all = counted(FILES / COUNTED_TIMES + 1);
        assert_eq!(
            (all.used.files, all.used.bytes, all.is_whole),
            (FILES, FILES, true)
        );
        assert!(!counted(2).is_whole);
    }

    /// With `--workspace-files 0` the seed's files could not be counted, and every run was ended.
    #[test]
    fn where_there_may_be_no_files_the_seeds_are_counted() {
        let folder = tempfile::tempdir().expect("a directory");
        for name in ["words.txt", "table.csv"] {
            fs::write(folder.path().join(name), "1").expect("writable");
        }
        let workspace = Workspace::learners(folder.path().to_owned(), bounds(0));
        let counted = workspace.used().expect("counted");
        assert_eq!((counted.used.files, counted.is_whole), (2, true));
    }

    /// Each list waited on a thread of its own for the count before it: one learner's lists held all that there are.
    #[test]
    fn however_many_ask_at_once_one_thread_waits() {
        const PATIENCE: std::time::Duration = std::time::Duration::from_secs(30);
        let folder = tempfile::tempdir().expect("a directory");
        let workspace = Workspace::learners(folder.path().to_owned(), bounds(10));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .max_blocking_threads(2)
            .build()
            .expect("a reactor");
        runtime.block_on(async {
            let turn = workspace.turn_to_open();
            let ask = || {
                let workspace = workspace.clone();
                tokio::spawn(async move { workspace.in_turn(Workspace::list).await })
            };
            let asked: Vec<_> = (0..8).map(|_| ask()).collect();
            // All have asked once this comes to its turn.
            tokio::task::yield_now().await;
            let other = tokio::task::spawn_blocking(|| ());
            let other = tokio::time::timeout(PATIENCE, other).await;
            drop(turn);
            other.expect("a thread is free").expect("no panic");
            for asked in asked {
                let listed = asked.await.expect("no panic").expect("no panic");
                assert!(listed.expect("listed").entries.is_empty());
            }
        });
    }

    /// Everybody who added a file waited for whoever counted just then.
    #[test]
    fn nobody_waits_for_an_upload_that_is_counting() {
        let folder = tempfile::tempdir().expect("a directory");
        let place = folder.path().join("workspace");
        fs::create_dir(&place).expect("a directory");
        let workspace = Workspace::learners(place, bounds(10));
        let path = crate::workspace::FilePath::decode("file").expect("a path");
        // Whoever counts waits for this turn.
        let turn = workspace.turn_to_open();
        std::thread::scope(|scope| {
            let upload = scope.spawn(|| workspace.upload(&path, 5, true).map(|_| ()));
            while workspace.parts().is_empty() && !upload.is_finished() {
                std::thread::yield_now();
            }
            // It has its room, and counts; and nobody who asks for the lock waits for that.
            assert!(workspace.0.parts.try_lock().is_ok());
            assert!(!upload.is_finished());
            drop(turn);
            upload.join().expect("no panic").expect("there is room");
        });
        assert!(workspace.parts().is_empty(), "its room is given back");
    }
}
