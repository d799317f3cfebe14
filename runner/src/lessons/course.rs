//! The course that is part of the program: its files as they were when it was compiled, read when somebody first asks.

use std::sync::{Arc, LazyLock};

use pipeyard_shared::lesson::Lesson;
use pipeyard_shared::words::Language;
use rust_embed::RustEmbed;

use super::file_name::parse_file_name;
use super::read::read_bytes;

/// `build.rs` has the program compiled again when a file comes or goes.
#[derive(RustEmbed)]
#[folder = "lessons"]
struct Files;

/// All lessons of the course, in all languages.
pub(super) fn lessons() -> &'static [Arc<Lesson>] {
    static LESSONS: LazyLock<Vec<Arc<Lesson>>> = LazyLock::new(|| {
        Files::iter()
            .filter_map(|file| match of_file(&file) {
                Ok(lesson) => Some(Arc::new(lesson)),
                Err(what) => {
                    tracing::error!("{file} of the course: {what}");
                    None
                }
            })
            .collect()
    });
    &LESSONS
}

/// The file of a lesson as it was written.
pub(super) fn text(name: &str, language: Language) -> Option<String> {
    let file = Files::get(&format!("{name}.{}.md", language.tag()))?;
    Some(String::from_utf8_lossy(&file.data).into_owned())
}

fn of_file(file: &str) -> Result<Lesson, String> {
    let (name, language) = parse_file_name(file)?;
    let content = Files::get(file).ok_or("it is gone")?;
    match read_bytes(&name, language, &content.data) {
        Ok(written) => Ok(written.lesson.for_learners()),
        Err(faults) => Err(faults.first().map(ToString::to_string).unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pipeyard_shared::words::Language;

    #[test]
    fn every_file_of_the_course_is_a_lesson_in_both_languages() {
        for file in Files::iter() {
            of_file(&file).unwrap_or_else(|what| panic!("{file}: {what}"));
        }
        let names = |language: Language| {
            let lessons = lessons().iter();
            let of = lessons.filter(|lesson| lesson.language == language);
            of.map(|lesson| lesson.name.clone()).collect::<Vec<_>>()
        };
        let english = names(Language::En);
        assert!(english.len() >= 21, "{english:?}");
        assert_eq!(english, names(Language::Ko));
    }
}
