//! A stage of one lane, from waiting to its end.

use pipeyard_shared::ending::{Ending, Status, Usage};

/// One copy of the chain.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Lane {
    /// When it began; nothing while it waits for its turn.
    pub(crate) began_us: Option<u64>,
    /// Its stages, in the chain's order.
    pub(crate) stages: Vec<StageRun>,
    /// Its status by both rules, once it is over.
    pub(crate) status: Option<Status>,
    /// Processes that stages left behind and that were ended with it.
    pub(crate) leftovers: u32,
}

/// One stage in one lane.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct StageRun {
    /// When it started, on the run's clock.
    pub(crate) started_us: Option<u64>,
    /// When it ended.
    pub(crate) ended_us: Option<u64>,
    /// Its process.
    pub(crate) pid: Option<u32>,
    /// How it ended.
    pub(crate) ending: Option<Ending>,
    /// What its process used.
    pub(crate) usage: Option<Usage>,
    /// Whether its time ran out.
    pub(crate) timed_out: bool,
}

/// Where a stage is between its start and its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum StageState {
    /// Not started.
    Waiting,
    /// Started.
    Running,
    /// Ended well.
    Fine,
    /// Ended otherwise.
    Failed,
}

impl Lane {
    /// A lane that has not begun.
    pub(super) fn new(stages: usize) -> Self {
        Self {
            began_us: None,
            stages: vec![StageRun::default(); stages],
            status: None,
            leftovers: 0,
        }
    }
}

impl StageRun {
    /// Where it is between its start and its end.
    pub(crate) fn state(&self) -> StageState {
        match (&self.ending, self.started_us) {
            (Some(ending), _) if ending.is_fine() => StageState::Fine,
            (Some(_), _) => StageState::Failed,
            (None, Some(_)) => StageState::Running,
            (None, None) => StageState::Waiting,
        }
    }

    /// How long it has run, to its end or to `now_us`.
    pub(crate) fn lasted_us(&self, now_us: u64) -> Option<u64> {
        let started = self.started_us?;
        Some(self.ended_us.unwrap_or(now_us).saturating_sub(started))
    }
}

impl StageState {
    /// The word for `data-state`.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Fine => "fine",
            Self::Failed => "failed",
        }
    }
}
