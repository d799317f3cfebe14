//! What the log is told of runs: whose they are by the names that people may know, and never what lets somebody in, nor
//! what runs.

use std::time::Duration;

use pipeyard_shared::chain::Chain;
use pipeyard_shared::id::RunId;
use pipeyard_shared::limits::LimitName;
use pipeyard_shared::message::Refusal;
use pipeyard_shared::problem::Fault;

use crate::secret;

/// By which the log knows a session.
#[derive(Clone, Debug)]
pub(super) struct Told {
    /// A short hash of its id, which would let whoever reads the log in.
    session: String,
    /// The name that the operator's list of learners has.
    learner: Option<String>,
}

impl Told {
    /// That of a session with this id, of this learner if it is one's.
    pub(super) fn of(id: &str, learner: Option<String>) -> Self {
        let session = secret::alias(id);
        Self { session, learner }
    }

    /// A run began.
    pub(super) fn began(&self, run: RunId, chain: &Chain) {
        let Self { session, learner } = self;
        let (run, lanes, stages) = (run.0, chain.lanes.count(), chain.stages.len());
        tracing::info!(session, learner, run, lanes, stages, "a run began");
    }

    /// It is over: with this status of its last stage, by this limit if one has ended it, so long after it was asked for.
    pub(super) fn ended(&self, run: RunId, status: i32, limit: Option<LimitName>, time: Duration) {
        let Self { session, learner } = self;
        let (run, limit, seconds) = (run.0, limit.map(LimitName::word), time.as_secs_f64());
        tracing::info!(session, learner, run, status, limit, seconds, "a run ended");
    }

    /// A run was refused. Gives the limit for which it was, if it was for one.
    pub(super) fn refused(&self, refusal: &Refusal) -> Option<LimitName> {
        let (reason, limit) = match refusal {
            Refusal::Unreadable { .. } => ("unreadable", None),
            Refusal::Problems { problems } => {
                let mut limits = problems.iter().filter_map(|problem| match problem.fault {
                    Fault::OverLimit { limit, .. } => Some(limit),
                    _ => None,
                });
                ("problems", limits.next())
            }
            Refusal::AtLimit { limit, .. } => ("at_limit", Some(*limit)),
            Refusal::ShuttingDown => ("shutting_down", None),
        };
        let Self { session, learner } = self;
        let word = limit.map(LimitName::word);
        tracing::info!(session, learner, reason, limit = word, "a run was refused");
        limit
    }
}
