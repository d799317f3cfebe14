//! Whether an exercise holds: its solution solves it, each time alike, and so does every answer that must pass; no attempt
//! that must fail does.

use futures_util::future::{join, join_all};
use pipeyard_shared::chain::Chain;
use pipeyard_shared::lesson::{
    Comparison, Criterion, Ends, Exercise, Left, Outcome, Verdict, judge,
};
use pipeyard_shared::words::{self, Language};

use crate::lessons::trial::{Attempt, TrialError, Trials};

/// What is not so, in the order in which the exercise says it.
pub(super) async fn look(exercise: &Exercise, trials: &Trials) -> Vec<String> {
    let looking = Looking { exercise, trials };
    let wanted = match looking.outcome(&exercise.solution).await {
        Ok(wanted) => wanted,
        Err(why) => return vec![format!("`solution`: {why}")],
    };
    let amiss = of_solution(exercise, &wanted);
    if !amiss.is_empty() {
        // Nothing can be compared with it, and no answer pass.
        return amiss;
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
    let start = exercise.start.iter().map(|start| (START.into(), start));
    let wrong = wrong.chain(start).map(|(name, chain)| {
        let wanted = &wanted;
        async move { looking.attempt(&name, chain, wanted).await }
    });
    // Side by side, as far as the ground lets them.
    let (again, (also, wrong)) = join(again, join(join_all(also), join_all(wrong))).await;
    let found = also.into_iter().chain(wrong).flatten();
    again.into_iter().chain(found).collect()
}

/// What the chain to begin from is called.
const START: &str = "`start`";

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

    /// What is wrong with a chain that must be no answer.
    ///
    /// One that does not end does not pass. Nor does one that cannot be run: a mistake that people make may be just that. What
    /// they begin from must run, though.
    async fn attempt(&self, name: &str, chain: &Chain, wanted: &Outcome) -> Option<String> {
        match self.outcome(chain).await {
            Ok(found) => {
                let passes = judge(self.exercise, chain, &found, wanted).is_done();
                passes.then(|| format!("{name} passes, and must not"))
            }
            Err(TrialError::TooLong(_)) => None,
            Err(TrialError::Refused(_)) if name != START => None,
            Err(why) => Some(format!("{name}: {why}")),
        }
    }
}

/// What is wrong with the solution itself, so that no answer can be judged by it.
fn of_solution(exercise: &Exercise, wanted: &Outcome) -> Vec<String> {
    let mut amiss = too_much(exercise, wanted);
    amiss.extend(missing(wanted));
    if !amiss.is_empty() {
        return amiss;
    }
    let verdict = judge(exercise, &exercise.solution, wanted, wanted);
    if verdict.is_done() {
        return Vec::new();
    }
    let mut failed = verdict.criteria.iter().filter(|one| !one.is_met());
    vec![match (failed.next(), failed.next()) {
        (Some(Criterion::Status { wanted: 0, found }), None) => format!(
            "`solution` ends with status {found} (if that is meant, `status = {found}` would say so)"
        ),
        _ => format!("`solution` does not pass: {}", unmet(&verdict)),
    }]
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
