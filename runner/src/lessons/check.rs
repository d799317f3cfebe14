//! Checking a lesson by running it: every chain, every answer that can be measured, every solution, every attempt that
//! must fail.

use std::fmt;

use futures_util::future::join_all;
use pipeyard_shared::chain::Chain;
use pipeyard_shared::lesson::{
    Comparison, Ends, Exercise, Given, Left, Lesson, Outcome, Part, Question, Verdict, judge,
};
use pipeyard_shared::words::{self, Language};

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

/// Runs everything in a lesson, each in a fresh copy of the workspace.
pub async fn check(written: &Written, trials: &Trials) -> Vec<Finding> {
    let mut before: Option<&Given> = None;
    let mut checks = Vec::new();
    for (part, line) in written.parts() {
        if let Part::Chain(given) = part {
            before = Some(given);
        }
        let mut checking = Checking {
            trials,
            findings: Vec::new(),
            line,
        };
        checks.push(async move {
            match part {
                Part::Prose(_) => {}
                Part::Chain(given) => checking.chain(given).await,
                Part::Question(question) => checking.question(question, before).await,
                Part::Exercise(exercise) => checking.exercise(exercise).await,
            }
            checking.findings
        });
    }
    // Side by side, as far as the ground lets them.
    join_all(checks).await.concat()
}

/// What two languages of a lesson must share and do not: the first difference.
pub fn differing(one: &Lesson, other: &Lesson) -> Option<String> {
    if one.steps.len() != other.steps.len() {
        let (first, second) = (one.steps.len(), other.steps.len());
        return Some(format!("one has {first} steps and the other {second}"));
    }
    for (number, (one, other)) in one.steps.iter().zip(&other.steps).enumerate() {
        let working = |step: &pipeyard_shared::lesson::Step| -> Vec<Part> {
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

/// A part without what is said to people. Chosen answers are words: of those the place counts.
fn without_words(part: &Part) -> Part {
    let mut part = part.clone();
    match &mut part {
        Part::Question(question) => {
            let place = question
                .choices
                .iter()
                .position(|choice| *choice == question.answer);
            if let Some(place) = place {
                question.answer = place.to_string();
            }
            question.ask.clear();
            question.because.clear();
            question.choices.iter_mut().for_each(String::clear);
        }
        Part::Exercise(exercise) => {
            exercise.task.clear();
            exercise.after.clear();
            exercise.hints.iter_mut().for_each(String::clear);
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
            Ok(found) if !question.is_right(&found) => {
                let answer = &question.answer;
                self.found(format!(
                    "`{measure}` is {found:?}, and the answer says {answer:?}"
                ));
            }
            Ok(_) => {}
        }
    }

    async fn exercise(&mut self, exercise: &Exercise) {
        let Some(solution) = self
            .run("`solution`", answer(&exercise.solution, exercise))
            .await
        else {
            return;
        };
        let wanted = solution.outcome(&exercise.files);
        // Whoever holds a copy and waits for a second one can wait for ever.
        drop(solution);
        if exercise.output != Comparison::Nothing && !wanted.output.is_whole {
            self.found("`solution` writes more than can be compared");
        }
        if exercise.stderr.is_some() && !wanted.errors.is_whole {
            self.found("`solution` writes more to standard error than can be compared");
        }
        let mut is_missing = false;
        for (name, left) in &wanted.files {
            let what = match left {
                Left::Holds(_) => continue,
                Left::TooLong => "makes more of",
                Left::Nothing | Left::Untouched => "does not make",
            };
            is_missing = true;
            let than = if *left == Left::TooLong {
                " than can be compared"
            } else {
                ""
            };
            self.found(format!(
                "`solution` {what} `{name}`{than}, which `files` wants"
            ));
        }
        if is_missing {
            return;
        }
        // What an answer is compared with must be the same each time.
        if let Some(again) = self
            .run("`solution`", answer(&exercise.solution, exercise))
            .await
        {
            let verdict = judge(
                exercise,
                &exercise.solution,
                &again.outcome(&exercise.files),
                &wanted,
            );
            if !verdict.is_done() {
                self.found(format!(
                    "`solution` does not solve it twice in the same way: {}",
                    unmet(&verdict)
                ));
            }
        }
        for (number, also) in exercise.also.iter().enumerate() {
            let name = format!("answer {} of `also`", number + 1);
            if let Some(verdict) = self.verdict(&name, also, exercise, &wanted).await
                && !verdict.is_done()
            {
                self.found(format!("{name} does not pass: {}", unmet(&verdict)));
            }
        }
        let attempts = exercise.wrong.iter().chain(&exercise.start);
        for (number, wrong) in attempts.enumerate() {
            let name = match exercise.wrong.get(number) {
                Some(_) => format!("attempt {} of `wrong`", number + 1),
                None => "`start`".to_owned(),
            };
            // What cannot be run, or does not end, does not pass either.
            let ran = self.trials.run(answer(wrong, exercise)).await;
            let passes = ran.is_ok_and(|trial| {
                judge(exercise, wrong, &trial.outcome(&exercise.files), &wanted).is_done()
            });
            if passes {
                self.found(format!("{name} passes, and must not"));
            }
        }
    }

    async fn verdict(
        &mut self,
        name: &str,
        chain: &Chain,
        exercise: &Exercise,
        wanted: &Outcome,
    ) -> Option<Verdict> {
        let trial = self.run(name, answer(chain, exercise)).await?;
        Some(judge(
            exercise,
            chain,
            &trial.outcome(&exercise.files),
            wanted,
        ))
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

fn answer<'a>(chain: &'a Chain, exercise: &'a Exercise) -> Attempt<'a> {
    Attempt {
        chain,
        typed: None,
        ends: Ends::Somehow,
        without: &exercise.files,
    }
}

/// What was not met, in short.
fn unmet(verdict: &Verdict) -> String {
    let unmet = verdict
        .criteria
        .iter()
        .filter(|criterion| !criterion.is_met());
    let told: Vec<String> = unmet
        .map(|criterion| words::criterion(Language::En, criterion))
        .collect();
    told.join("; ")
}
