//! A teacher's own directory of lessons. A file that has changed is read anew when somebody asks, so that loading the page
//! again shows the edit.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use pipeyard_shared::lesson::Lesson;

use super::fault::Fault;
use super::file_name::file_name;
use super::read::{LESSON_BYTES, read_bytes};

/// The most files of a directory that are looked at, in the order of their names.
const MOST_FILES: usize = 256;

/// The directory, and what was in its files when they were last read.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    files: Mutex<BTreeMap<String, Known>>,
}

/// What has been read of the folder now.
#[derive(Debug, Default)]
pub(super) struct Looked {
    /// The lessons that have no fault.
    pub(super) lessons: Vec<Arc<Lesson>>,
    /// What was found wrong that had not been told before, each with its file.
    pub(super) news: Vec<String>,
}

#[derive(Debug)]
struct Known {
    version: Version,
    lesson: Option<Arc<Lesson>>,
}

/// What differs once a file was changed: its inode, size, and the time of its last change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Version(u64, u64, i64, i64);

impl Folder {
    pub(super) fn new(path: PathBuf) -> Self {
        let files = Mutex::default();
        Self { path, files }
    }

    /// Reads what is new in it.
    ///
    /// # Errors
    /// The directory's; a file that cannot be read is one with a fault.
    pub(super) fn look(&self) -> io::Result<Looked> {
        // A panic while it is held leaves a map of whole entries.
        let mut known = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let mut before = std::mem::take(&mut *known);
        let mut looked = Looked::default();
        let mut names = names(&self.path)?;
        if names.len() > MOST_FILES {
            let most = format!("only the first {MOST_FILES} lessons are taken (`lessons-files`)");
            looked.news.push(self.told(&names[MOST_FILES], &most));
            names.truncate(MOST_FILES);
        }
        for name in names {
            let path = self.path.join(&name);
            let version = fs::metadata(&path).map(|found| Version::of(&found)).ok();
            let kept = before.remove(&name);
            let kept = kept.filter(|kept| Some(kept.version) == version);
            let now = match (kept, version) {
                (Some(kept), _) => kept,
                (None, version) => {
                    let lesson = match of_file(&path, &name) {
                        Ok(lesson) => Some(Arc::new(lesson)),
                        Err(faults) => {
                            let told = faults.iter().map(|fault| self.told(&name, fault));
                            looked.news.extend(told);
                            None
                        }
                    };
                    // A file that is gone by now is looked for again.
                    let Some(version) = version else { continue };
                    Known { version, lesson }
                }
            };
            looked.lessons.extend(now.lesson.clone());
            known.insert(name, now);
        }
        Ok(looked)
    }

    fn told(&self, name: &str, what: &dyn std::fmt::Display) -> String {
        format!("{}: {what}", self.path.join(name).display())
    }
}

impl Version {
    fn of(found: &fs::Metadata) -> Self {
        Self(found.ino(), found.size(), found.ctime(), found.ctime_nsec())
    }
}

/// What ends in `.md`, by name. Names that are no UTF-8 are none of lessons.
fn names(path: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(path)? {
        let name = entry?.file_name().into_string();
        names.extend(name.ok().filter(|name| name.ends_with(".md")));
    }
    names.sort();
    Ok(names)
}

fn of_file(path: &Path, name: &str) -> Result<Lesson, Vec<Fault>> {
    let whole = |what: String| vec![Fault::of_file(what)];
    let (name, language) = file_name(name).map_err(whole)?;
    let unreadable = |error: io::Error| whole(format!("it cannot be read: {error}"));
    // A named pipe would wait for somebody to come.
    let opened = fs::OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_NONBLOCK)
        .open(path)
        .map_err(unreadable)?;
    let is_file = opened.metadata().is_ok_and(|found| found.is_file());
    if !is_file {
        return Err(whole("it is no file".to_owned()));
    }
    let mut bytes = Vec::new();
    let most = LESSON_BYTES as u64 + 1;
    opened
        .take(most)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    let written = read_bytes(&name, language, &bytes)?;
    Ok(written.lesson.for_learners())
}
