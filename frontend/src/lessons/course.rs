//! The list of lessons: what was done of each, what is found by words, and which one comes next.

use pipeyard_shared::lesson::exchange::Listed;

use super::Progress;
use crate::platform::lower;

/// How far a learner has come with a lesson.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// It was never opened.
    New,
    /// So many of its steps were shown.
    Begun(usize),
    /// Its end was reached.
    Done,
}

/// How far somebody has come who has done this.
pub(crate) fn stage_of(progress: Option<&Progress>) -> Stage {
    match progress {
        Some(progress) if progress.finished => Stage::Done,
        Some(progress) if progress.is_begun() => Stage::Begun(progress.reached + 1),
        _ => Stage::New,
    }
}

/// The lessons that have all these words somewhere in what the list tells of them.
pub(crate) fn found<'list>(lessons: &'list [Listed], wanted: &str) -> Vec<&'list Listed> {
    let wanted = lower(wanted);
    let is_meant = |lesson: &&Listed| {
        let told = lower(&format!(
            "{} {} {} {}",
            lesson.name,
            lesson.title,
            lesson.summary,
            lesson.words.join(" ")
        ));
        wanted.split_whitespace().all(|word| told.contains(word))
    };
    lessons.iter().filter(is_meant).collect()
}

/// The lesson behind this one; the first of the course behind one that is not in the list.
pub(crate) fn next_of<'list>(lessons: &'list [Listed], name: &str) -> Option<&'list Listed> {
    let at = lessons.iter().position(|lesson| lesson.name == name);
    lessons.get(at.map_or(0, |at| at + 1))
}

#[cfg(test)]
mod tests {
    use pipeyard_shared::words::Language;

    use super::*;

    fn listed(name: &str, title: &str, words: &[&str]) -> Listed {
        Listed {
            name: name.into(),
            language: Language::En,
            title: title.into(),
            order: None,
            minutes: None,
            summary: String::new(),
            words: words.iter().map(|word| (*word).to_owned()).collect(),
            steps: 3,
            exercises: 1,
            own: false,
        }
    }

    #[test]
    fn lessons_are_found_by_title_and_terms_and_follow_each_other() {
        let list = [
            listed("first-child", "The first child", &["process"]),
            listed("what-is-a-pipe", "What a pipe is", &["Pipe", "byte"]),
        ];
        let names = |wanted| -> Vec<&str> {
            let found = found(&list, wanted).into_iter();
            found.map(|lesson| lesson.name.as_str()).collect()
        };
        assert_eq!(names(" "), ["first-child", "what-is-a-pipe"]);
        assert_eq!(names("BYTE what"), ["what-is-a-pipe"]);
        assert_eq!(names("byte child"), [""; 0]);
        let next = |name| next_of(&list, name).map(|lesson| lesson.name.as_str());
        assert_eq!(next("first-child"), Some("what-is-a-pipe"));
        assert_eq!(next("what-is-a-pipe"), None);
        assert_eq!(next("one-of-mine"), Some("first-child"));
    }

    #[test]
    fn a_lesson_is_new_begun_or_done() {
        assert_eq!(stage_of(None), Stage::New);
        let mut progress = Progress {
            steps: 5,
            ..Progress::default()
        };
        assert_eq!(stage_of(Some(&progress)), Stage::New);
        progress.reached = 2;
        assert_eq!(stage_of(Some(&progress)), Stage::Begun(3));
        progress.finished = true;
        assert_eq!(stage_of(Some(&progress)), Stage::Done);
    }
}
