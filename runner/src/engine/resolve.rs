//! Finding programs as a shell does (POSIX XCU 2.9.1.4), in the stage's own PATH and directory.

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::lookups::{Lookups, TooMany};
use super::place::Spot;

/// What the C library and the shells search when PATH is not set.
pub(super) const DEFAULT_PATH: &str = "/usr/local/bin:/usr/bin:/bin";
/// So many directories of a PATH are searched: a chain's variables could name millions.
const PATH_ENTRIES: usize = 256;

/// Why a program cannot be run.
#[derive(Debug)]
pub(super) enum Unresolved {
    /// It is not there.
    NotFound {
        /// The PATH that was searched; nothing for a program that is itself named by a path.
        path: Option<OsString>,
    },
    /// It is there (at this path), and the system would refuse to run it.
    NotExecutable(PathBuf, io::Error),
    /// It was not found before as much was looked at as may be.
    TooMany(TooMany),
}

/// The absolute path of a program at a spot. A name with a `/` is taken from `directory`; any other is searched
/// in `path`, where an empty entry means `directory`.
pub(super) fn program(
    name: &OsStr,
    path: Option<&OsStr>,
    directory: &Path,
    spot: &Spot,
    lookups: &mut Lookups,
) -> Result<PathBuf, Unresolved> {
    let mut take = |place: &Path| {
        let taken = lookups.take(place.as_os_str().len());
        taken.map_err(Unresolved::TooMany)
    };
    if name.as_bytes().contains(&b'/') {
        let found = directory.join(name);
        take(&found)?;
        return match spot.executable(&found) {
            Ok(()) => Ok(found),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(Unresolved::NotFound { path: None })
            }
            Err(error) => Err(Unresolved::NotExecutable(found, error)),
        };
    }
    let path = path.unwrap_or(OsStr::new(DEFAULT_PATH));
    let mut refused = None;
    let entries = path.as_bytes().split(|byte| *byte == b':');
    for entry in entries.take(PATH_ENTRIES) {
        let candidate = directory.join(OsStr::from_bytes(entry)).join(name);
        take(&candidate)?;
        match spot.executable(&candidate) {
            Ok(()) => return Ok(candidate),
            // The shell goes on searching, and says so only if nothing better comes.
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                refused.get_or_insert((candidate, error));
            }
            Err(_) => {}
        }
    }
    Err(match refused {
        Some((candidate, error)) => Unresolved::NotExecutable(candidate, error),
        None => Unresolved::NotFound {
            path: Some(path.to_owned()),
        },
    })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn script(directory: &Path, name: &str, mode: u32) {
        let file = directory.join(name);
        fs::write(&file, "#!/bin/sh\n").expect("writable");
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).expect("own file");
    }

    #[test]
    fn the_first_executable_in_path_wins() {
        let root = tempfile::tempdir().expect("a directory");
        let (one, two) = (root.path().join("one"), root.path().join("two"));
        for directory in [&one, &two] {
            fs::create_dir(directory).expect("new");
        }
        script(&one, "tool", 0o644);
        script(&two, "tool", 0o755);
        let path = format!("{}:{}", one.display(), two.display());
        let found = program(
            "tool".as_ref(),
            Some(path.as_ref()),
            root.path(),
            &Spot::Here,
            &mut Lookups::new(100),
        );
        assert_eq!(found.expect("found"), two.join("tool"));
    }

    #[test]
    fn path_entries_and_names_with_a_slash_are_relative_to_the_stages_directory() {
        let root = tempfile::tempdir().expect("a directory");
        fs::create_dir(root.path().join("bin")).expect("new");
        script(&root.path().join("bin"), "tool", 0o755);
        let expected = root.path().join("bin/tool");
        for (name, path) in [("bin/tool", None), ("tool", Some("bin"))] {
            let found = program(
                name.as_ref(),
                path.map(OsStr::new),
                root.path(),
                &Spot::Here,
                &mut Lookups::new(100),
            );
            assert_eq!(found.expect("found"), expected);
        }
    }

    #[test]
    fn what_cannot_run_is_told_from_what_is_not_there() {
        let root = tempfile::tempdir().expect("a directory");
        let missing = program(
            "no-such-tool".as_ref(),
            None,
            root.path(),
            &Spot::Here,
            &mut Lookups::new(100),
        );
        assert!(matches!(missing, Err(Unresolved::NotFound { .. })));
        let folder = program(
            "./".as_ref(),
            None,
            root.path(),
            &Spot::Here,
            &mut Lookups::new(100),
        );
        assert!(matches!(folder, Err(Unresolved::NotExecutable(..))));
    }
}
