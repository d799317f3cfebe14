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
use super::file_name::parse_file_name;
use super::read::{LESSON_BYTES, read_bytes};

/// The most files of a directory that are looked at, in the order of their names.
const MOST_FILES: usize = 256;
/// The most names of whatever kind that are read to find them.
const MOST_NAMES: usize = 10_000;

/// The directory, and what was in its files when they were last read.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    known: Mutex<Known>,
}

/// What has been read and told.
#[derive(Debug, Default)]
struct Known {
    files: BTreeMap<String, KnownFile>,
    /// That there are more than [`MOST_FILES`].
    has_told_most: bool,
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
struct KnownFile {
    /// Nothing where it could not be looked at.
    version: Option<Version>,
    lesson: Option<Arc<Lesson>>,
}

/// What differs once a file was changed: its inode, size, and the time of its last change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Version(u64, u64, i64, i64);

impl Folder {
    pub(super) fn new(path: PathBuf) -> Self {
        let known = Mutex::default();
        Self { path, known }
    }

    /// Reads what is new in it.
    ///
    /// # Errors
    /// The directory's; a file that cannot be read is one with a fault.
    pub(super) fn look(&self) -> io::Result<Looked> {
        // A panic while it is held leaves a map of whole entries.
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        // A directory that cannot be read just now leaves what is known as it is.
        let mut names = names(&self.path)?;
        let mut before = std::mem::take(&mut known.files);
        let mut looked = Looked::default();
        let has_more = names.len() > MOST_FILES;
        let is_news = !std::mem::replace(&mut known.has_told_most, has_more);
        if has_more && is_news {
            let most = format!("only the first {MOST_FILES} lessons are taken (`lessons-files`)");
            looked.news.push(self.told(&names[MOST_FILES], &most));
        }
        names.truncate(MOST_FILES);
        for name in names {
            let path = self.path.join(&name);
            let version = fs::metadata(&path).map(|found| Version::of(&found)).ok();
            let kept = before.remove(&name);
            let kept = kept.filter(|kept| kept.version == version);
            let now = match kept {
                Some(kept) => kept,
                None => {
                    let lesson = match of_file(&path, &name) {
                        Ok(lesson) => Some(Arc::new(lesson)),
                        Err(faults) => {
                            let told = faults.iter().map(|fault| self.told(&name, fault));
                            looked.news.extend(told);
                            None
                        }
                    };
                    KnownFile { version, lesson }
                }
            };
            looked.lessons.extend(now.lesson.clone());
            known.files.insert(name, now);
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

/// What ends in `.md` among the first [`MOST_NAMES`], by name. Names that are no UTF-8 are none of lessons.
fn names(path: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(path)?.take(MOST_NAMES) {
        let name = entry?.file_name().into_string();
        names.extend(name.ok().filter(|name| name.ends_with(".md")));
    }
    names.sort();
    Ok(names)
}

fn of_file(path: &Path, name: &str) -> Result<Lesson, Vec<Fault>> {
    let whole = |what: String| vec![Fault::of_file(what)];
    let (name, language) = parse_file_name(name).map_err(whole)?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn what_is_wrong_is_told_once() {
        let folder = tempfile::tempdir().expect("a directory");
        let path = |name: &str| folder.path().join(name);
        let own = Folder::new(folder.path().to_owned());
        let news = || own.look().expect("readable").news;
        fs::write(path("bad.en.md"), "nothing").expect("writable");
        symlink("nowhere", path("lost.en.md")).expect("a link");
        assert!(news().len() >= 2);
        assert_eq!(news(), [""; 0]);
        // What the link leads to has come.
        fs::write(path("nowhere"), "nothing").expect("writable");
        assert!(!news().is_empty());
        assert_eq!(news(), [""; 0]);
        for number in 0..=MOST_FILES {
            let name = format!("a{number}.en.md");
            symlink("bad.en.md", path(&name)).expect("a link");
        }
        let told = news();
        assert!(told[0].contains("`lessons-files`"), "{}", told[0]);
        assert_eq!(news(), [""; 0]);
    }

    #[test]
    fn a_directory_that_is_away_for_a_moment_loses_nothing() {
        let outer = tempfile::tempdir().expect("a directory");
        let (place, away) = (outer.path().join("own"), outer.path().join("away"));
        fs::create_dir(&place).expect("a directory");
        fs::write(place.join("bad.en.md"), "nothing").expect("writable");
        let own = Folder::new(place.clone());
        assert!(!own.look().expect("readable").news.is_empty());
        fs::rename(&place, &away).expect("renamed");
        assert!(own.look().is_err());
        fs::rename(&away, &place).expect("renamed");
        assert_eq!(own.look().expect("readable").news, [""; 0]);
    }
}
