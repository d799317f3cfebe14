//! The lessons that a runner has: the course, and a teacher's own.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use pipeyard_shared::lesson::Lesson;
use pipeyard_shared::lesson::exchange::{self, Listed};
use pipeyard_shared::words::Language;

use super::course;
use super::folder::Folder;

/// The lessons. Asking may read files.
#[derive(Debug, Default)]
pub struct Shelf {
    own: Option<Folder>,
}

/// One lesson in the languages that there are.
#[derive(Debug)]
struct Entry {
    languages: Vec<Arc<Lesson>>,
    is_own: bool,
}

impl Shelf {
    /// The course, and the lessons of a directory, if there is one.
    pub fn new(own: Option<PathBuf>) -> Self {
        let own = own.map(Folder::new);
        Self { own }
    }

    /// Reads the directory, and tells what is wrong in it, each with its file and line.
    ///
    /// # Errors
    /// That of a directory that cannot be read.
    pub fn look(&self) -> io::Result<Vec<String>> {
        let looked = self.own.as_ref().map(Folder::look).transpose()?;
        Ok(looked.unwrap_or_default().news)
    }

    /// Each lesson once, in this language where there is a choice, in the order of the course.
    pub fn list(&self, language: Language) -> exchange::Shelf {
        let entries = self.entries();
        let mut lessons: Vec<Listed> = entries
            .values()
            .filter_map(|entry| {
                let lesson = entry.of(language)?;
                Some(Listed::of(&lesson, entry.is_own))
            })
            .collect();
        lessons.sort_by_key(|listed| (listed.order.unwrap_or(u32::MAX), listed.name.clone()));
        exchange::Shelf { lessons }
    }

    /// A lesson in this language, or else in the other.
    pub fn find(&self, name: &str, language: Language) -> Option<Arc<Lesson>> {
        self.entries().get(name)?.of(language)
    }

    /// The file of a lesson of the course.
    pub fn text(name: &str, language: Language) -> Option<String> {
        course::text(name, language)
    }

    /// By name. A teacher's lesson stands for that of the course in all languages: they are not the same lesson.
    fn entries(&self) -> BTreeMap<String, Entry> {
        let mut entries = BTreeMap::new();
        for lesson in self.own_lessons() {
            add(&mut entries, lesson, true);
        }
        for lesson in course::lessons() {
            if entries.get(&lesson.name).is_none_or(|entry| !entry.is_own) {
                add(&mut entries, lesson.clone(), false);
            }
        }
        entries
    }

    fn own_lessons(&self) -> Vec<Arc<Lesson>> {
        let Some(folder) = &self.own else {
            return Vec::new();
        };
        match folder.look() {
            Ok(looked) => {
                looked.news.iter().for_each(|news| tracing::warn!("{news}"));
                looked.lessons
            }
            Err(error) => {
                tracing::warn!(%error, "the directory of lessons cannot be read");
                Vec::new()
            }
        }
    }
}

impl Entry {
    fn of(&self, language: Language) -> Option<Arc<Lesson>> {
        let mut lessons = self.languages.iter();
        let wanted = lessons.find(|lesson| lesson.language == language);
        wanted.or(self.languages.first()).cloned()
    }
}

fn add(entries: &mut BTreeMap<String, Entry>, lesson: Arc<Lesson>, is_own: bool) {
    let entry = entries.entry(lesson.name.clone()).or_insert(Entry {
        languages: Vec::new(),
        is_own,
    });
    entry.languages.push(lesson);
}
