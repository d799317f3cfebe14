//! One run of a chain of a lesson, in a copy of the workspace.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use pipeyard_shared::chain::Chain;
use pipeyard_shared::event::{Doing, Event};
use pipeyard_shared::lesson::{Ends, Exercise, Measure, Outcome, Shows};
use pipeyard_shared::limits::{LimitName, Limits};
use pipeyard_shared::problem::Problem;
use pipeyard_shared::words::{self, Language};
use tokio::sync::watch;
use tokio::time::{Instant, timeout, timeout_at};

use super::copy::CopyError;
use super::ground::{Ground, Plot};
use super::left::left;
use super::outcome::{has_lost_output, measured, outcome, status};
use crate::engine::{self, Host, Means, Outlets, Run, Unplanned};

/// How long a chain with `ends=no` must at least go on.
const GOES_ON: Duration = Duration::from_secs(1);
/// What is said of one that does not.
const ENDED: &str = "it ended by itself, and `ends=no` says that it does not";
/// Events that are read at a time.
const EVENTS_AT_ONCE: usize = 256;

/// What is run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attempt<'a> {
    pub(super) chain: &'a Chain,
    pub(super) typed: Option<&'a str>,
    pub(super) ends: Ends,
    /// Files that are not in the copy: it is to make them.
    pub(super) without: &'a [String],
}

/// How chains of lessons are run.
#[derive(Clone, Debug)]
pub struct Trials {
    /// In copies of what.
    pub ground: Ground,
    /// Where, but for the directory.
    pub host: Host,
    /// By what means.
    pub means: Means,
    /// Within which bounds.
    pub limits: Limits,
    /// How long each may take.
    pub time: Duration,
    /// Becomes true when the program ends, and what runs must too.
    pub ending: watch::Receiver<bool>,
}

/// A run that is over, in its copy of the workspace.
pub(super) struct Trial {
    run: Arc<Run>,
    plot: Plot,
}

/// Why a run did not come to its end.
#[derive(Debug)]
pub(super) enum TrialError {
    /// There is no copy of the workspace.
    NotCopied(CopyError),
    /// The chain cannot be run.
    Refused(Vec<Problem>),
    /// A limit is reached: what it allows.
    AtLimit(LimitName, u64),
    /// It took longer than it may.
    TooLong(Duration),
    /// The program ends.
    Ending,
    /// It did not do what the lesson says, in English: only who checks a lesson asks for more than that it ends.
    Otherwise(String),
}

impl Trials {
    /// Runs a chain to its end, or until it shows what it is to show.
    ///
    /// # Errors
    /// Why it cannot be run, or what it did not do.
    pub(super) async fn run(&self, attempt: Attempt<'_>) -> Result<Trial, TrialError> {
        let plot = self.ground.plot(attempt.without).await;
        let plot = plot.map_err(TrialError::NotCopied)?;
        let host = self.host.at(plot.path().to_owned());
        let planning = &self.means.planning;
        let plan = planning.plan(attempt.chain.clone(), &host, &self.limits);
        let mut plan = plan.await.map_err(|why| match why {
            Unplanned::Problems(problems) => TrialError::Refused(problems),
            Unplanned::Full(most) => TrialError::AtLimit(LimitName::Plans, most),
            Unplanned::Ending => TrialError::Ending,
        })?;
        let reserved = plan.reserve(self.means.memory.as_ref());
        reserved.map_err(|full| TrialError::AtLimit(full.limit, full.most))?;
        let run = engine::start(plan, Outlets::kept(), self.means.clone());
        // What stages wait for is only looked at while somebody watches.
        let _watching = run.watch();
        let until = Instant::now() + self.time;
        let goal = async {
            if let Some(typed) = attempt.typed {
                type_into(&run, typed).await?;
            }
            match attempt.ends {
                Ends::Never { shows } => showing(&run, shows).await,
                Ends::With(_) | Ends::Somehow => over(&run).await,
            }
        };
        let mut ending = self.ending.clone();
        let came = tokio::select! {
            came = timeout_at(until, goal) => Some(came),
            // Where nobody can say any more that the program ends, it does not.
            Ok(_) = ending.wait_for(|ending| *ending) => None,
        };
        // Whatever came of it, nothing is left running.
        let stopped = run.result().is_none();
        if stopped {
            let _ = run.stop().await;
        }
        run.ended().await;
        match came {
            Some(Ok(Ok(()))) => Ok(Trial { run, plot }),
            Some(Ok(Err(what))) => Err(TrialError::Otherwise(what)),
            Some(Err(_)) => Err(TrialError::TooLong(self.time)),
            None => Err(TrialError::Ending),
        }
    }
}

impl Trial {
    /// How it ended, as a shell counts.
    pub(super) fn status(&self) -> i32 {
        status(&self.run)
    }

    /// What it came to, with the content of these files, which were not in its copy of the workspace.
    pub(super) fn outcome(&self, files: &[String]) -> Outcome {
        outcome(&self.run, left(self.plot.path(), files, None))
    }

    /// Whether something of what an exercise looks at is not kept.
    pub(super) fn has_lost_output(&self, exercise: &Exercise) -> bool {
        has_lost_output(&self.run, exercise)
    }

    /// Its copy of the workspace.
    pub(super) fn plot(&self) -> &Plot {
        &self.plot
    }

    /// What a question asks about it, as text.
    ///
    /// # Errors
    /// A sentence.
    pub(super) fn measured(&self, measure: &Measure) -> Result<String, String> {
        measured(&self.run, measure)
    }
}

impl TrialError {
    /// What happened.
    pub(super) fn said(&self, language: Language) -> String {
        match self {
            Self::NotCopied(error) => error.said(language),
            Self::Refused(problems) => {
                let told = problems
                    .iter()
                    .map(|problem| words::problem(language, problem));
                told.collect::<Vec<_>>().join("; ")
            }
            Self::AtLimit(limit, most) => words::at_limit(language, *limit, *most),
            Self::TooLong(time) => {
                let seconds = time.as_secs();
                match language {
                    Language::En => format!(
                        "it went on for {seconds} s (limit `solution-time`) and was stopped"
                    ),
                    Language::Ko => format!(
                        "{seconds}초(제한 `solution-time`)가 지나도 끝나지 않아 멈추었습니다"
                    ),
                }
            }
            Self::Ending => match language {
                Language::En => "the runner is ending".to_owned(),
                Language::Ko => "실행기가 끝나는 중입니다".to_owned(),
            },
            Self::Otherwise(what) => what.clone(),
        }
    }
}

impl fmt::Display for TrialError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.said(Language::En))
    }
}

async fn over(run: &Arc<Run>) -> Result<(), String> {
    run.ended().await;
    Ok(())
}

/// Waits until every stage has begun and what is wanted has been found.
async fn showing(run: &Arc<Run>, wanted: Option<Shows>) -> Result<(), String> {
    let stages = run.chain().stages.len();
    let (mut begun, mut is_shown) = (0, wanted.is_none());
    let mut count = run.log().count();
    let mut next = 0;
    loop {
        let events = run.log().read(next, EVENTS_AT_ONCE);
        next += events.len() as u64;
        for event in &events {
            match &event.event {
                Event::StageStarted { lane, .. } if lane.index() == 0 => begun += 1,
                Event::Deadlocked { .. } => is_shown = true,
                Event::StageDoing {
                    doing: Doing::BlockedWriting { .. } | Doing::WaitingForInput { .. },
                    ..
                } => is_shown |= wanted == Some(Shows::Blocked),
                Event::RunEnded { .. } => {
                    return Err(ENDED.to_owned());
                }
                _ => {}
            }
        }
        if begun >= stages && is_shown {
            // That something never ends cannot be seen; that it goes on can.
            return match timeout(GOES_ON, run.ended()).await {
                Ok(_) => Err(ENDED.to_owned()),
                Err(_) => Ok(()),
            };
        }
        if events.is_empty() && count.wait_for(|count| *count > next).await.is_err() {
            return Err("it ended without a word".to_owned());
        }
    }
}

/// Types a text, and an end of file, into the stage that takes what is typed.
async fn type_into(run: &Arc<Run>, text: &str) -> Result<(), String> {
    let mut count = run.log().count();
    loop {
        let seen = *count.borrow_and_update();
        if let Some((_, _, input)) = run.typed_inputs().first() {
            input
                .offer(0, text.as_bytes())
                .map_err(|_| "what is typed was not taken".to_owned())?;
            input.end();
            return Ok(());
        }
        let ended = run.result().is_some();
        if ended || count.wait_for(|count| *count > seen).await.is_err() {
            return Err("nothing in it takes what is typed".to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Reach;
    use pipeyard_shared::chain::Stage;

    fn trials(folder: &std::path::Path, ending: &watch::Sender<bool>) -> Trials {
        Trials {
            ground: Ground::new(folder, false),
            host: Host::here(folder.to_owned(), Reach::Workspace),
            means: Means::default(),
            limits: Limits::default(),
            time: Duration::from_millis(50),
            ending: ending.subscribe(),
        }
    }

    async fn refused(trials: &Trials, chain: &Chain) -> TrialError {
        refused_typed(trials, chain, None).await
    }

    async fn refused_typed(trials: &Trials, chain: &Chain, typed: Option<&str>) -> TrialError {
        let attempt = Attempt {
            chain,
            typed,
            ends: Ends::Somehow,
            without: &[],
        };
        match trials.run(attempt).await {
            Ok(_) => panic!("it came to its end"),
            Err(error) => error,
        }
    }

    #[tokio::test]
    async fn what_does_not_end_is_stopped() {
        let folder = tempfile::tempdir().expect("a directory");
        let ending = watch::Sender::new(false);
        let mut trials = trials(folder.path(), &ending);
        let chain = Chain::of_stages("", vec![Stage::process("a", "sleep", ["1000"])]);
        let error = refused(&trials, &chain).await;
        assert!(matches!(error, TrialError::TooLong(_)), "{error}");
        // Nobody takes what is typed, and nobody waits for that for ever.
        let error = refused_typed(&trials, &chain, Some("a")).await;
        assert!(matches!(error, TrialError::TooLong(_)), "{error}");
        trials.time = Duration::from_secs(1000);
        ending.send_replace(true);
        let error = refused(&trials, &chain).await;
        assert!(matches!(error, TrialError::Ending), "{error}");
    }

    #[tokio::test]
    async fn why_there_is_no_run_is_said_in_both_languages() {
        let folder = tempfile::tempdir().expect("a directory");
        let ending = watch::Sender::new(false);
        let chain = Chain::of_stages("", vec![Stage::process("a", "no-such-program", [])]);
        let error = refused(&trials(folder.path(), &ending), &chain).await;
        let [en, ko] = Language::ALL.map(|language| error.said(language));
        assert!(en.contains("no-such-program") && ko.contains("no-such-program"));
        assert_ne!(en, ko);
    }
}
