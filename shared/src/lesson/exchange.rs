//! What page and runner say to each other about lessons, as JSON over HTTP (PROTOCOL.md, "Lessons").

use serde::{Deserialize, Serialize};

use super::{Exercise, Lesson};
use crate::id::{RunId, SessionId};
use crate::words::Language;

/// The lessons that a runner has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shelf {
    /// Each once, in the order of the course; those without a place come last, by their names.
    pub lessons: Vec<Listed>,
}

/// What the list tells of a lesson.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// Its name, the same in each language.
    pub name: String,
    /// The language that it is in: the one that was asked for, or the only one that there is.
    pub language: Language,
    /// Its title.
    pub title: String,
    /// Its place in the course.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<u32>,
    /// How long it takes, in minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u32>,
    /// One sentence.
    pub summary: String,
    /// The terms that it introduces.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<String>,
    /// How many steps it has.
    pub steps: u32,
    /// How many exercises.
    pub exercises: u32,
    /// Whether it comes from the directory that the runner was given, and is no part of the program.
    pub own: bool,
}

/// What a file turned out to be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileRead {
    /// A lesson.
    Lesson(Box<Lesson>),
    /// No lesson yet: all that is wrong, at least one thing.
    Faults(Vec<FileFault>),
}

/// Something that is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFault {
    /// The line, from 1; nothing where it is about the file as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// What is wrong, and what to do, in English as everything about the form of lessons.
    pub what: String,
}

/// A run that may be the answer to an exercise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attempt {
    /// Whose run.
    pub session: SessionId,
    /// Which; it must be over.
    pub run: RunId,
    /// To what it may be the answer.
    pub exercise: Asked,
}

/// An exercise, as a page asks for it to be judged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    /// One of a lesson that the runner has.
    Of {
        /// The lesson's name.
        lesson: String,
        /// In which language; the other one where it is not there.
        language: Language,
        /// Its place among [`Lesson::exercises`], from 0.
        number: u32,
    },
    /// One of a lesson that only the page has. The runner runs its solution.
    Own(Box<Exercise>),
}

impl Listed {
    /// What is told of this lesson.
    pub fn of(lesson: &Lesson, own: bool) -> Self {
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Self {
            name: lesson.name.clone(),
            language: lesson.language,
            title: lesson.title.clone(),
            order: lesson.order,
            minutes: lesson.minutes,
            summary: lesson.summary.clone(),
            words: lesson.words.clone(),
            steps: count(lesson.steps.len()),
            exercises: count(lesson.exercises().count()),
            own,
        }
    }
}
