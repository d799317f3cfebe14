//! The programs that a stage finds by name alone: what is offered while one is typed.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use super::place::executable;
use super::resolve::DEFAULT_PATH;

/// The most programs that are told.
pub const MOST_PROGRAMS: usize = 10_000;
/// The longest name that is told, in bytes.
const NAME_BYTES: usize = 100;
/// The most entries of the PATH that are looked into.
const MOST_DIRECTORIES: usize = 64;

/// The programs in the directories of a PATH. They are looked for once more only after a directory has changed.
#[derive(Debug)]
pub struct Programs {
    directories: Vec<PathBuf>,
    known: Option<Known>,
}

#[derive(Debug)]
struct Known {
    changed: Vec<Option<SystemTime>>,
    names: Arc<str>,
}

impl Programs {
    /// Those of a PATH; the system's own without one. Its entries that are no absolute paths mean the directory of
    /// each stage, and are left out.
    pub fn new(path: Option<OsString>) -> Self {
        let path = path.unwrap_or_else(|| DEFAULT_PATH.into());
        let entries = path.as_bytes().split(|byte| *byte == b':');
        let entries = entries.map(|entry| PathBuf::from(std::ffi::OsStr::from_bytes(entry)));
        let absolute = entries.filter(|entry| entry.is_absolute());
        Self {
            directories: absolute.take(MOST_DIRECTORIES).collect(),
            known: None,
        }
    }

    /// Their names, sorted, a line each: at most [`MOST_PROGRAMS`]. It reads directories, so it must not be called
    /// where nothing may wait.
    pub fn names(&mut self) -> Arc<str> {
        let changed: Vec<Option<SystemTime>> = self
            .directories
            .iter()
            .map(|directory| directory.metadata().and_then(|about| about.modified()).ok())
            .collect();
        if let Some(known) = &self.known
            && known.changed == changed
        {
            return known.names.clone();
        }
        let names = found(&self.directories);
        self.known = Some(Known {
            changed,
            names: names.clone(),
        });
        names
    }
}

fn found(directories: &[PathBuf]) -> Arc<str> {
    let mut names = BTreeSet::new();
    for directory in directories {
        let Ok(entries) = directory.read_dir() else {
            continue;
        };
        for entry in entries.flatten() {
            if names.len() >= MOST_PROGRAMS {
                break;
            }
            let name = entry.file_name();
            let told = name.to_str().filter(|name| is_told(name));
            if let Some(name) = told
                && !names.contains(name)
                && executable(Path::new(&entry.path())).is_ok()
            {
                names.insert(name.to_owned());
            }
        }
    }
    let lines: String = names.iter().flat_map(|name| [name, "\n"]).collect();
    lines.into()
}

/// Whether a name can be typed as one word on one line.
fn is_told(name: &str) -> bool {
    name.len() <= NAME_BYTES && !name.contains(|c: char| c.is_whitespace() || c.is_control())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn put(directory: &Path, name: &str, mode: u32) {
        let file = directory.join(name);
        fs::write(&file, "#!/bin/sh\n").expect("writable");
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).expect("own file");
    }

    #[test]
    fn what_can_be_run_is_told_once_and_in_order() {
        let root = tempfile::tempdir().expect("a directory");
        let (one, two) = (root.path().join("one"), root.path().join("two"));
        for directory in [&one, &two] {
            fs::create_dir(directory).expect("new");
            put(directory, "tool", 0o755);
        }
        put(&one, "readme", 0o644);
        put(&one, "two words", 0o755);
        put(&two, "a", 0o755);
        fs::create_dir(one.join("folder")).expect("new");
        let missing = root.path().join("missing");
        let path = [&one, &missing, &two].map(|path| path.display().to_string());
        let path = format!("{}:relative:", path.join(":"));
        let mut programs = Programs::new(Some(path.into()));
        assert_eq!(&*programs.names(), "a\ntool\n");
        fs::create_dir(&missing).expect("new");
        put(&missing, "b", 0o755);
        assert_eq!(
            &*programs.names(),
            "a\nb\ntool\n",
            "a directory has changed"
        );
    }

    #[test]
    fn what_is_known_is_not_looked_for_again() {
        let root = tempfile::tempdir().expect("a directory");
        put(root.path(), "tool", 0o755);
        let mut programs = Programs::new(Some(root.path().into()));
        let first = programs.names();
        assert!(Arc::ptr_eq(&first, &programs.names()));
    }
}
