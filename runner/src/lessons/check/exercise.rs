//! Whether an exercise holds: its solution solves it, each time alike, and so does every answer that must pass; no attempt
//! that must fail does.

use futures_util::future::{join, join_all};
use pipeyard_shared::chain::Chain;
use pipeyard_shared::lesson::{Comparison, Ends, Exercise, Left, Outcome, Verdict, judge};
use pipeyard_shared::words::{self, Language};

use crate::lessons::trial::{Attempt, TrialError, Trials};

/// What is not so, in the order in which the exercise says it.
pub(super) async fn look(exercise: &Exercise, trials: &Trials) -> Vec<String> {
    let looking = Looking { exercise, trials };
    let wanted = match looking.outcome(&exercise.solution).await {
        Ok(wanted) => wanted,
        Err(why) => return vec![format!("`solution`: {why}")],
    };
    let too_much = too_much(exercise, &wanted);
    let missing = missing(&wanted);
    if !missing.is_empty() {
        return [too_much, missing].concat();
    }
    // What an answer is compared with must be the same each time.
    let again = looking.answer("`solution`", &exercise.solution, &wanted);
    let also = exercise.also.iter().zip(1..).map(|(chain, number)| {
        let name = format!("answer {number} of `also`");
        let wanted = &wanted;
        async move { looking.answer(&name, chain, wanted).await }
    });
    let wrong = exercise.wrong.iter().zip(1..).map(|(chain, number)| {
        let name = format!("attempt {number} of `wrong`");
        (name, chain)
    });
    let start = exercise.start.iter().map(|start| ("`start`".into(), start));
    let wrong = wrong.chain(start).map(|(name, chain)| {
        let wanted = &wanted;
        async move {
            let passes = looking.passes(chain, wanted).await;
            passes.then(|| format!("{name} passes, and must not"))
        }
    });
    // Side by side, as far as the ground lets them.
    let (again, (also, wrong)) = join(again, join(join_all(also), join_all(wrong))).await;
    let found = also.into_iter().chain(wrong).flatten();
    too_much.into_iter().chain(again).chain(found).collect()
}

#[derive(Clone, Copy)]
struct Looking<'a> {
    exercise: &'a Exercise,
    trials: &'a Trials,
}

impl Looking<'_> {
    async fn outcome(&self, chain: &Chain) -> Result<Outcome, TrialError> {
        let attempt = Attempt {
            chain,
            typed: None,
            ends: Ends::Somehow,
            without: &self.exercise.files,
        };
        // The copy goes at once: whoever holds one and waits for a second can wait for ever.
        let trial = self.trials.run(attempt).await?;
        Ok(trial.outcome(&self.exercise.files))
    }

    /// What is wrong with a chain that must be an answer.
    async fn answer(&self, name: &str, chain: &Chain, wanted: &Outcome) -> Option<String> {
        let found = match self.outcome(chain).await {
            Ok(found) => found,
            Err(why) => return Some(format!("{name}: {why}")),
        };
        let verdict = judge(self.exercise, chain, &found, wanted);
        let is_solution = *chain == self.exercise.solution;
        let what = if is_solution {
            "does not solve it twice in the same way"
        } else {
            "does not pass"
        };
        (!verdict.is_done()).then(|| format!("{name} {what}: {}", unmet(&verdict)))
    }

    /// What cannot be run, or does not end, does not pass either.
    async fn passes(&self, chain: &Chain, wanted: &Outcome) -> bool {
        let found = self.outcome(chain).await;
        found.is_ok_and(|found| judge(self.exercise, chain, &found, wanted).is_done())
    }
}

fn too_much(exercise: &Exercise, wanted: &Outcome) -> Vec<String> {
    let mut found = Vec::new();
    if exercise.output != Comparison::Nothing && !wanted.output.is_whole {
        found.push("`solution` writes more than can be compared".to_owned());
    }
    if exercise.stderr.is_some() && !wanted.errors.is_whole {
        let what = "`solution` writes more to standard error than can be compared";
        found.push(what.to_owned());
    }
    found
}

fn missing(wanted: &Outcome) -> Vec<String> {
    let missing = wanted.files.iter().filter_map(|(name, left)| match left {
        Left::Holds(_) => None,
        Left::TooLong => Some(format!(
            "`solution` writes more to `{name}` than can be compared"
        )),
        Left::Nothing | Left::Untouched => Some(format!(
            "`solution` does not make `{name}`, which `files` wants; of the workspace's files, those in `files` are \
             not there when it begins"
        )),
    });
    missing.collect()
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
