//! A lesson: what a page shows of it, what its questions ask, and what its exercises want.
//!
//! Lessons are written as Markdown files; the runner reads them (`runner/src/lessons`) and sends pages what is
//! here, so that a page needs no reader of its own. A lesson's text is a tree without any HTML: whatever a file
//! says, a page shows it as text.

mod difference;
pub mod exchange;
mod exercise;
mod judge;
mod prose;
mod question;

use serde::{Deserialize, Serialize};

pub use difference::Difference;
pub use exercise::{Comparison, Exercise, WantedStatus};
pub use judge::{Criterion, FileTrouble, Left, Outcome, Verdict, Wrote, judge};
pub use prose::{Inline, Prose};
pub use question::{ANSWER_CHARACTERS, Answer, Measure, Question, QuestionKind};

use crate::chain::Chain;
use crate::words::Language;

/// One lesson in one language.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lesson {
    /// Its name, the same in each language: lower-case letters, digits and hyphens.
    pub name: String,
    /// Its language.
    pub language: Language,
    /// Its title.
    pub title: String,
    /// Its place in the course; lessons without one come last, by their names.
    pub order: Option<u32>,
    /// How long it takes, in minutes.
    pub minutes: Option<u32>,
    /// One sentence for the list of lessons.
    pub summary: String,
    /// The terms that it introduces.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<String>,
    /// What stands before the first step.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub opening: Vec<Prose>,
    /// Its steps.
    pub steps: Vec<Step>,
}

/// A step of a lesson.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Its title.
    pub title: String,
    /// What is in it, in order.
    pub parts: Vec<Part>,
}

/// A part of a step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Text.
    Prose(Prose),
    /// A chain to be loaded and run.
    Chain(Given),
    /// A question to be answered before something is seen.
    Question(Question),
    /// A task.
    Exercise(Box<Exercise>),
}

/// A chain that a lesson gives.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Given {
    /// As the lesson writes it, or shell text in place of JSON where a line says the chain.
    pub text: String,
    /// The chain.
    pub chain: Chain,
    /// How its run is to go.
    #[serde(default)]
    pub ends: Ends,
    /// What is typed into it when the lesson is checked; a learner types by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub typed: Option<String>,
    /// By which a question refers to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// How the run of a given chain goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ends {
    /// With this status.
    With(i32),
    /// With any status.
    Somehow,
    /// Not by itself.
    Never {
        /// What comes to be seen in it, for good.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        shows: Option<Shows>,
    },
}

/// What a run shows that does not end by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shows {
    /// Some stage is blocked while it writes, or waits for input.
    Blocked,
    /// Stages wait for each other, and none of them can ever go on.
    Deadlock,
}

impl Default for Ends {
    fn default() -> Self {
        Self::With(0)
    }
}

impl Lesson {
    /// The same without the attempts that only its check runs.
    pub fn for_learners(mut self) -> Self {
        for step in &mut self.steps {
            for part in &mut step.parts {
                if let Part::Exercise(exercise) = part {
                    exercise.wrong.clear();
                    exercise.also.clear();
                }
            }
        }
        self
    }

    /// Its exercises, with the number of the step that each is in, from 0.
    pub fn exercises(&self) -> impl Iterator<Item = (usize, &Exercise)> {
        self.parts().filter_map(|(step, part)| match part {
            Part::Exercise(exercise) => Some((step, &**exercise)),
            _ => None,
        })
    }

    /// All parts of all steps, with the number of the step, from 0.
    pub fn parts(&self) -> impl Iterator<Item = (usize, &Part)> {
        let steps = self.steps.iter().enumerate();
        steps.flat_map(|(number, step)| step.parts.iter().map(move |part| (number, part)))
    }
}
