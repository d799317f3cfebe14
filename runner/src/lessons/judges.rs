//! Judging a run: is it the answer to an exercise? The solution is run in a copy of the workspace as it is now, without
//! the files that it is to make and, in the runner's own, with the files of the seed as they were at first; and what both
//! came to is compared.

use std::sync::Arc;
use std::time::Duration;

use pipeyard_shared::event::Event;
use pipeyard_shared::lesson::{Criterion, Ends, Exercise, Verdict, judge};
use pipeyard_shared::words::Language;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::inputs;
use super::left::left;
use super::outcome::{has_lost_output, outcome};
use super::trial::{Attempt, TrialError, Trials};
use crate::engine::Run;

/// How long an answer waits for those of others: twice as long as two of them may take.
const WAIT: Duration = Duration::from_secs(40);
/// How long a solution may take while somebody waits for the verdict.
pub const SOLUTION_TIME: Duration = Duration::from_secs(20);

/// Whoever judges.
#[derive(Clone, Debug)]
pub struct Judges {
    trials: Trials,
    own: Turns,
    /// Among everybody's.
    all: Turns,
}

/// So many answers are judged at once.
#[derive(Clone, Debug)]
pub struct Turns {
    /// The limit by which that is refused.
    limit: &'static str,
    most: u32,
    left: Arc<Semaphore>,
}

/// Why there is no verdict.
#[derive(Debug)]
pub enum Unjudged {
    /// The run is not over.
    StillRunning,
    /// Not all that the run wrote is kept, or not any more.
    OutputGone,
    /// There was no room to keep what the solution wrote.
    NoRoom,
    /// As many answers as may be are judged: the name of that limit, and how many.
    Busy(&'static str, u32),
    /// The solution cannot be run, or does not end.
    Solution(String),
    /// Something of ours went wrong.
    Lost,
}

impl Judges {
    /// Judges of one person, who run solutions like this, and share turns with others'.
    pub fn new(trials: Trials, own: Turns, all: Turns) -> Self {
        Self { trials, own, all }
    }

    /// Waits until nothing is being judged and nothing is left of it, and nothing is judged from then on.
    pub async fn close(&self) {
        if let Ok(turns) = self.own.left.acquire_many(self.own.most).await {
            turns.forget();
        }
        self.trials.ground.close().await;
    }

    /// Whether a run is the answer to an exercise. It goes on to its end even if nobody waits for it any more, so that
    /// nothing is left of it.
    ///
    /// # Errors
    /// Why there is no verdict, in this language where it is about the solution.
    pub async fn verdict(
        &self,
        run: Arc<Run>,
        exercise: Arc<Exercise>,
        language: Language,
    ) -> Result<Verdict, Unjudged> {
        if !is_over(&run).await {
            return Err(Unjudged::StillRunning);
        }
        if has_lost_output(&run, &exercise) {
            return Err(Unjudged::OutputGone);
        }
        let turn = self.own.left.clone().try_acquire_owned();
        let turn = turn.map_err(|_| self.own.busy())?;
        let (trials, all) = (self.trials.clone(), self.all.clone());
        let judging = tokio::spawn(async move {
            let _turn = turn;
            let _one_of_all = all.wait(WAIT).await?;
            judged(&trials, &run, &exercise, language).await
        });
        judging.await.map_err(|_| Unjudged::Lost)?
    }
}

impl Turns {
    /// So many, by the limit of this name.
    pub fn new(limit: &'static str, most: u32) -> Self {
        let left = Arc::new(Semaphore::new(most as usize));
        Self { limit, most, left }
    }

    /// How many there are.
    pub fn most(&self) -> u32 {
        self.most
    }

    /// The next turn. They go round: each person has few among those who wait, and the first one is the next.
    async fn wait(&self, time: Duration) -> Result<OwnedSemaphorePermit, Unjudged> {
        match timeout(time, self.left.clone().acquire_owned()).await {
            Ok(Ok(turn)) => Ok(turn),
            _ => Err(self.busy()),
        }
    }

    fn busy(&self) -> Unjudged {
        Unjudged::Busy(self.limit, self.most)
    }
}

/// Whether a run is over. Its last event is told a moment before its result is there, and a page asks at once.
async fn is_over(run: &Run) -> bool {
    let last = run.log().count().borrow().saturating_sub(1);
    let told = run.log().read(last, 1);
    let is_told = told
        .iter()
        .any(|told| matches!(told.event, Event::RunEnded { .. }));
    if is_told {
        run.ended().await;
    }
    is_told
}

async fn judged(
    trials: &Trials,
    run: &Arc<Run>,
    exercise: &Arc<Exercise>,
    language: Language,
) -> Result<Verdict, Unjudged> {
    let attempt = Attempt {
        chain: &exercise.solution,
        typed: None,
        ends: Ends::Somehow,
        without: &exercise.files,
    };
    let solution = trials.run(attempt).await;
    let solution =
        solution.map_err(|error: TrialError| Unjudged::Solution(error.said(language)))?;
    if solution.has_lost_output(exercise) {
        return Err(Unjudged::NoRoom);
    }
    let workspace = trials.host.workspace.clone();
    let (run, exercise) = (run.clone(), exercise.clone());
    let comparing = tokio::task::spawn_blocking(move || {
        let wanted = solution.outcome(&exercise.files);
        let files = left(&workspace, &exercise.files, Some(run.began()));
        let mut verdict = judge(&exercise, run.chain(), &outcome(&run, files), &wanted);
        let mut changed = inputs::rewritten(&workspace, solution.plot().path(), &exercise, &run);
        if !verdict.is_done() {
            changed.extend(inputs::changed(&exercise, solution.plot().changed()));
        }
        let changed = changed.into_iter();
        verdict
            .criteria
            .extend(changed.map(|path| Criterion::Changed { path }));
        verdict
    });
    comparing.await.map_err(|_| Unjudged::Lost)
}

impl Unjudged {
    /// The name of the limit that is reached, if it is one.
    pub fn limit(&self) -> Option<&'static str> {
        match self {
            Self::Busy(limit, _) => Some(limit),
            Self::OutputGone | Self::NoRoom => Some("spill-bytes"),
            Self::StillRunning | Self::Solution(_) | Self::Lost => None,
        }
    }

    /// What is the matter and what to do.
    pub fn said(&self, language: Language) -> String {
        match (self, language) {
            (Self::StillRunning, Language::En) => {
                "The run is not over yet: it is checked once it is.".into()
            }
            (Self::StillRunning, Language::Ko) => {
                "실행이 아직 끝나지 않았습니다. 끝난 뒤에 확인합니다.".into()
            }
            (Self::OutputGone, Language::En) => {
                "Not all that the run wrote is kept (limits `spill-bytes` and `disk-bytes`): run it again, or let less come out.".into()
            }
            (Self::OutputGone, Language::Ko) => {
                "실행의 출력이 다 남아 있지 않습니다(제한 `spill-bytes`와 `disk-bytes`). 다시 실행하거나 더 적게 나오게 하세요.".into()
            }
            (Self::NoRoom, Language::En) => {
                "The runner has no room to keep what the solution writes (limits `spill-bytes` and `disk-bytes`): try again in a moment.".into()
            }
            (Self::NoRoom, Language::Ko) => {
                "해답의 출력을 보관할 자리가 실행기에 없습니다(제한 `spill-bytes`와 `disk-bytes`). 잠시 뒤에 다시 하세요.".into()
            }
            (Self::Busy(limit, most), Language::En) => format!(
                "The runner checks as many answers at once as it can (limit `{limit}`, {most}): try again in a moment."
            ),
            (Self::Busy(limit, most), Language::Ko) => format!(
                "실행기가 한 번에 확인할 수 있는 답의 수에 이르렀습니다(제한 `{limit}`, {most}). 잠시 뒤에 다시 하세요."
            ),
            (Self::Solution(what), Language::En) => {
                format!("The solution, with which answers are compared, did not run: {what}.")
            }
            (Self::Solution(what), Language::Ko) => {
                format!("답과 비교할 해답을 실행하지 못했습니다. {what}.")
            }
            (Self::Lost, Language::En) => "The check failed; the runner's log says why.".into(),
            (Self::Lost, Language::Ko) => {
                "확인하지 못했습니다. 이유는 실행기의 로그에 있습니다.".into()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Solutions that do not end kept those of others waiting for as long as they pleased.
    #[tokio::test]
    async fn who_waits_for_others_waits_in_order_and_not_for_ever() {
        let all = Turns::new("judgements-all", 1);
        let held = all.wait(WAIT).await.expect("it is free");
        let moment = Duration::from_millis(1);
        let refused = all.wait(moment).await.expect_err("it does not come free");
        assert_eq!(refused.limit(), Some("judgements-all"));
        for language in Language::ALL {
            let said = refused.said(language);
            assert!(said.contains("`judgements-all`, 1"), "{said}");
        }
        let waiting = tokio::spawn({
            let all = all.clone();
            async move { all.wait(WAIT).await.is_ok() }
        });
        drop(held);
        assert!(waiting.await.expect("no panic"));
    }
}
