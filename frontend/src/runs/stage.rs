//! A stage of one lane, from waiting to its end, and what it did between.

use pipeyard_shared::ending::{Ending, Status, Usage};
use pipeyard_shared::event::{Doing, Wait};

/// Changes of what a process does that are remembered of one stage. A runner records fewer in a whole
/// run unless it was told otherwise; beyond this, only the latest is kept right.
pub(super) const MOST_DOINGS: usize = 20_000;
/// Deadlocks that are remembered of one lane; the latest is always among them.
pub(super) const MOST_DEADLOCKS: usize = 64;

/// One copy of the chain.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Lane {
    /// When it began; nothing while it waits for its turn.
    pub(crate) began_us: Option<u64>,
    /// Its stages, in the chain's order.
    pub(crate) stages: Vec<StageRun>,
    /// Its status by both rules, once it is over.
    pub(crate) status: Option<Status>,
    /// When it was over.
    pub(crate) ended_us: Option<u64>,
    /// Processes that stages left behind and that were ended with it.
    pub(crate) leftovers: u32,
    /// When the last of these was ended.
    pub(crate) leftovers_us: Option<u64>,
    /// Rings of stages that waited for each other, in the order of time.
    pub(crate) deadlocks: Vec<Deadlock>,
}

/// Stages that waited for each other, and when that was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Deadlock {
    /// When it was seen.
    pub(crate) at_us: u64,
    /// Who waited for whom.
    pub(crate) waits: Vec<Wait>,
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
    /// When its time ran out, if it did.
    pub(crate) timed_out_us: Option<u64>,
    /// What it was found doing, each from its time on, in the order of time. Before the first of them
    /// it is taken to have run.
    doings: Vec<(u64, Doing)>,
}

/// What a stage did for a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    /// From then.
    pub(crate) from_us: u64,
    /// Until then.
    pub(crate) to_us: u64,
    /// What.
    pub(crate) doing: Doing,
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
            ended_us: None,
            leftovers: 0,
            leftovers_us: None,
            deadlocks: Vec::new(),
        }
    }

    /// Takes a deadlock. Nobody is alone in one.
    pub(super) fn deadlock_seen(&mut self, deadlock: Deadlock) {
        if deadlock.waits.len() < 2 {
            return;
        }
        if self.deadlocks.len() == MOST_DEADLOCKS {
            self.deadlocks.pop();
        }
        self.deadlocks.push(deadlock);
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

    /// What it does; nothing before its start and after its end.
    pub(crate) fn doing(&self) -> Option<Doing> {
        if self.started_us.is_none() || self.ending.is_some() {
            return None;
        }
        let told = self.doings.last().map(|(_, doing)| *doing);
        Some(told.unwrap_or(Doing::Running))
    }

    /// Since when it has been doing that.
    pub(crate) fn doing_since_us(&self) -> Option<u64> {
        self.doing()?;
        self.doings
            .last()
            .map_or(self.started_us, |(at, _)| Some(*at))
    }

    /// What it did from its start to its end (or to `now_us`), without gaps.
    pub(crate) fn spans(&self, now_us: u64) -> Vec<Span> {
        let Some(started) = self.started_us else {
            return Vec::new();
        };
        let end = self.ended_us.unwrap_or(now_us).max(started);
        let mut spans: Vec<Span> = Vec::with_capacity(self.doings.len() + 1);
        let changes = [(started, Doing::Running)]
            .into_iter()
            .chain(self.doings.iter().copied());
        for (at, doing) in changes {
            let from_us = at.clamp(started, end);
            if let Some(last) = spans.last_mut() {
                last.to_us = from_us;
            }
            spans.push(Span {
                from_us,
                to_us: end,
                doing,
            });
        }
        spans.retain(|span| span.from_us < span.to_us);
        spans
    }

    /// When it was first found doing something.
    pub(crate) fn first_look_us(&self) -> Option<u64> {
        self.doings.first().map(|(at, _)| *at)
    }

    /// Takes what it was found doing. A time before the last one is taken as the last one.
    pub(super) fn found(&mut self, at_us: u64, doing: Doing) {
        let last = self.doings.last().map_or(0, |(at, _)| *at);
        if self.doings.len() == MOST_DOINGS {
            self.doings.pop();
        }
        self.doings.push((at_us.max(last), doing));
    }

    /// The stage as it was at an instant.
    pub(super) fn at(&self, at_us: u64) -> Self {
        let by = |time: Option<u64>| time.filter(|time| *time <= at_us);
        let (started, ended) = (by(self.started_us).is_some(), by(self.ended_us).is_some());
        let told = self.doings.partition_point(|(from, _)| *from <= at_us);
        Self {
            started_us: by(self.started_us),
            ended_us: by(self.ended_us),
            pid: self.pid.filter(|_| started),
            ending: self.ending.clone().filter(|_| ended),
            usage: self.usage.filter(|_| ended),
            timed_out_us: by(self.timed_out_us),
            doings: self.doings[..told].to_vec(),
        }
    }

    /// The time of the last that is known of it.
    fn last_us(&self) -> u64 {
        let told = self.doings.last().map(|(at, _)| *at);
        let times = [self.started_us, self.ended_us, self.timed_out_us, told];
        times.into_iter().flatten().max().unwrap_or_default()
    }
}

impl Lane {
    /// Whether nothing that is known of it happened after an instant.
    pub(super) fn is_settled_at(&self, at_us: u64) -> bool {
        let deadlock = self.deadlocks.iter().map(|deadlock| deadlock.at_us).max();
        [self.began_us, self.ended_us, self.leftovers_us, deadlock]
            .into_iter()
            .flatten()
            .chain(self.stages.iter().map(StageRun::last_us))
            .all(|time| time <= at_us)
    }

    /// The lane as it was at an instant.
    pub(super) fn at(&self, at_us: u64) -> Self {
        let by = |time: Option<u64>| time.filter(|time| *time <= at_us);
        let (ended_us, leftovers_us) = (by(self.ended_us), by(self.leftovers_us));
        let seen = self
            .deadlocks
            .iter()
            .filter(|deadlock| deadlock.at_us <= at_us);
        Self {
            began_us: by(self.began_us),
            stages: self.stages.iter().map(|stage| stage.at(at_us)).collect(),
            status: self.status.filter(|_| ended_us.is_some()),
            ended_us,
            leftovers: if leftovers_us.is_some() {
                self.leftovers
            } else {
                0
            },
            leftovers_us,
            deadlocks: seen.cloned().collect(),
        }
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
