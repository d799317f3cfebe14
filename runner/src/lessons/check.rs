//! Checking a lesson by running it: every chain, every answer that can be measured, every solution, every attempt that
//! must fail.

mod exercise;

use std::fmt;

use futures_util::future::join_all;
use pipeyard_shared::lesson::{Ends, Given, Inline, Lesson, Part, Question, Step};

use super::read::Written;
use super::trial::{Attempt, Trial, Trials};

/// Something that a lesson says and that is not so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The line of its block, from 1.
    pub line: usize,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "line {}: {}", self.line, self.what)
    }
}

/// How often at most something is looked at by itself: other programs may be busy, too, and hardly each time.
const TRIES_ALONE: usize = 4;

/// Runs everything in a lesson, each in a fresh copy of the workspace.
///
/// Much is run side by side. What does not hold then is looked at again by itself: the times of a lesson are meant
/// for a machine that has nothing else to do.
pub async fn check(written: &Written, trials: &Trials) -> Vec<Finding> {
    let mut before = None;
    let mut places = Vec::new();
    for (part, line) in written.parts() {
        if let Part::Chain(given) = part {
            before = Some(given);
        }
        let place = Place { part, before, line };
        places.push(place);
    }
    let looks = places.iter().map(|place| look(*place, trials));
    let looked = join_all(looks).await;
    let mut findings = Vec::new();
    for (place, mut found) in places.into_iter().zip(looked) {
        for _ in 0..TRIES_ALONE {
            if found.is_empty() {
                break;
            }
            let _alone = trials.ground.alone().await;
            found = look(place, trials).await;
        }
        findings.append(&mut found);
    }
    findings
}

/// A part of a lesson, the chain that stands before it, and its line.
#[derive(Clone, Copy)]
struct Place<'a> {
    part: &'a Part,
    before: Option<&'a Given>,
    line: usize,
}

async fn look(place: Place<'_>, trials: &Trials) -> Vec<Finding> {
    let mut checking = Checking {
        trials,
        findings: Vec::new(),
        line: place.line,
    };
    match place.part {
        Part::Prose(_) => {}
        Part::Chain(given) => checking.chain(given).await,
        Part::Question(question) => checking.question(question, place.before).await,
        Part::Exercise(exercise) => {
            let found = exercise::look(exercise, trials).await;
            found.into_iter().for_each(|what| checking.found(what));
        }
    }
    checking.findings
}

/// What two languages of a lesson must share and do not: the first difference.
pub fn differing(one: &Lesson, other: &Lesson) -> Option<String> {
    if one.steps.len() != other.steps.len() {
        let (first, second) = (one.steps.len(), other.steps.len());
        return Some(format!("one has {first} steps and the other {second}"));
    }
    for (number, (one, other)) in one.steps.iter().zip(&other.steps).enumerate() {
        let working = |step: &Step| -> Vec<Part> {
            let parts = step.parts.iter();
            parts
                .filter(|part| !matches!(part, Part::Prose(_)))
                .map(without_words)
                .collect()
        };
        let (ones, others) = (working(one), working(other));
        if ones.len() != others.len() {
            let (first, second) = (ones.len(), others.len());
            return Some(format!(
                "step {}: {first} chains, questions and exercises, and {second}",
                number + 1
            ));
        }
        if let Some(place) = (0..ones.len()).find(|&place| ones[place] != others[place]) {
            let what = match &ones[place] {
                Part::Chain(_) => "chain",
                Part::Question(_) => "question",
                Part::Exercise(_) => "exercise",
                Part::Prose(_) => "text",
            };
            return Some(format!(
                "step {}: the {what} at place {} differs",
                number + 1,
                place + 1
            ));
        }
    }
    None
}

/// A part without what is said to people.
fn without_words(part: &Part) -> Part {
    let mut part = part.clone();
    match &mut part {
        Part::Question(question) => {
            question.ask.clear();
            question.because.clear();
            question.choices.iter_mut().for_each(Vec::clear);
        }
        Part::Exercise(exercise) => {
            exercise.task.clear();
            exercise.after.clear();
            exercise.hints.iter_mut().for_each(Vec::clear);
        }
        Part::Chain(given) => given.chain.title.clear(),
        Part::Prose(_) => {}
    }
    part
}

struct Checking<'a> {
    trials: &'a Trials,
    findings: Vec<Finding>,
    line: usize,
}

impl Checking<'_> {
    fn found(&mut self, what: impl Into<String>) {
        let (line, what) = (self.line, what.into());
        self.findings.push(Finding { line, what });
    }

    async fn run(&mut self, what: &str, attempt: Attempt<'_>) -> Option<Trial> {
        match self.trials.run(attempt).await {
            Ok(trial) => Some(trial),
            Err(why) => {
                self.found(format!("{what}: {why}"));
                None
            }
        }
    }

    async fn chain(&mut self, given: &Given) {
        let Some(trial) = self.run("this chain", of_given(given)).await else {
            return;
        };
        match given.ends {
            Ends::With(wanted) if trial.status() != wanted => {
                let found = trial.status();
                self.found(format!(
                    "this chain ends with status {found}, not {wanted} (`status={found}` or `status=any` would say so)"
                ));
            }
            _ => {}
        }
    }

    async fn question(&mut self, question: &Question, before: Option<&Given>) {
        let Some(measure) = &question.measured else {
            return;
        };
        let Some(given) = before else {
            return self.found("the answer is measured, and no chain stands before the question");
        };
        let Some(trial) = self
            .run("the chain of this question", of_given(given))
            .await
        else {
            return;
        };
        match trial.measured(measure) {
            Err(why) => self.found(format!("`{measure}`: {why}")),
            Ok(found) if !question.agrees(&found) => {
                let answer = question.words_of(&question.answer).unwrap_or_default();
                let answer = Inline::plain(&answer);
                self.found(format!(
                    "`{measure}` is {found:?}, and the answer says {answer:?}"
                ));
            }
            Ok(_) => {}
        }
    }
}

fn of_given(given: &Given) -> Attempt<'_> {
    Attempt {
        chain: &given.chain,
        typed: given.typed.as_deref(),
        ends: given.ends,
        without: &[],
    }
}
