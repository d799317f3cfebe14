//! What happened in a run, in at most three sentences, told as data and from its events alone.
//!
//! 1. what ran, and how much of it side by side;
//! 2. the most telling thing that happened on the way, by a ranked list of [rules](middle);
//! 3. how it ended, or what still goes on.
//!
//! The sentences themselves are in [`words`](crate::words::story). Every number in them stands in the
//! events, or is a sum or a difference of such numbers.

mod ending;
mod facts;
mod middle;
mod ran;
#[cfg(test)]
mod tests;

use crate::chain::Chain;
use crate::ending::{Ending, StartFailure, Status};
use crate::event::{RunEvent, Wait};
use crate::id::{LaneNumber, StageId};
use crate::limits::LimitName;
use crate::text::Text;

use facts::Facts;

/// The most sentences that a story has.
pub const MOST_SENTENCES: usize = 3;

/// The story of a run that is going on or over; empty for an empty log. Takes any log, also one whose
/// events do not belong to the chain: what is unknown is passed over.
pub fn story(chain: &Chain, events: &[RunEvent]) -> Vec<Sentence> {
    if events.is_empty() {
        return Vec::new();
    }
    let facts = Facts::of(chain, events);
    let middle = middle::most_telling(&facts);
    let end = ending::how_it_ended(&facts, middle.as_ref());
    std::iter::once(ran::what_ran(&facts))
        .chain(middle)
        .chain(std::iter::once(end))
        .collect()
}

/// A stage in a lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct At {
    /// In which lane.
    pub lane: LaneNumber,
    /// Which stage.
    pub stage: StageId,
}

/// How much passed a place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Amount {
    /// Bytes.
    pub bytes: u64,
    /// Newlines among them.
    pub lines: u64,
}

/// One fact of a story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sentence {
    /// Several lanes ran.
    Lanes {
        /// How many have begun.
        lanes: u32,
        /// How many of them were going on at once, at most.
        at_once: u32,
        /// Microseconds from the run's beginning to its end, or to the last event so far.
        took_us: u64,
        /// All processes' times added up, in microseconds: what the figure beside the status divides too.
        work_us: u64,
        /// Whether the run is over.
        over: bool,
    },
    /// The processes of one lane ran.
    Processes {
        /// How many were started.
        processes: u32,
        /// How many were alive at once, at most.
        at_once: u32,
        /// Microseconds from the run's beginning to its end, or to the last event so far.
        took_us: u64,
        /// Whether the run is over.
        over: bool,
    },
    /// No process was started, so far or at all.
    NoProcess {
        /// Whether the run is over.
        over: bool,
    },

    /// Stages wait for each other in a ring.
    Deadlock {
        /// In which lane.
        lane: LaneNumber,
        /// Who waits for whom.
        waits: Vec<Wait>,
    },
    /// A stage could not be started.
    CouldNotStart {
        /// The first one.
        at: At,
        /// Why.
        failure: StartFailure,
        /// In how many lanes it could not.
        lanes: u32,
    },
    /// Somebody held a stage's output open when the stage had ended.
    HeldOpen {
        /// The stage that had ended.
        at: At,
        /// The holder's name.
        program: Text,
        /// The holder's process id.
        pid: u32,
        /// Microseconds from the stage's end to the output's end; nothing while it is open.
        for_us: Option<u64>,
    },
    /// The first byte left a stage only when its input had ended.
    HeldBack {
        /// The stage.
        at: At,
        /// What it took in.
        took: Amount,
        /// When its input ended, in microseconds since the run began.
        until_us: u64,
    },
    /// A stage takes its input, and nothing has come out of it yet.
    HoldingBack {
        /// The stage.
        at: At,
        /// When the first byte reached it, in microseconds since the run began.
        since_us: u64,
        /// All it took in, where its input has ended.
        took: Option<Amount>,
    },
    /// A person held a flow back for most of the time.
    HeldByHand {
        /// The stage that wrote to it.
        at: At,
        /// For how long its pace was not open, in microseconds.
        held_us: u64,
        /// How long its lane has run, in microseconds.
        of_us: u64,
        /// Whether it still is.
        still: bool,
    },
    /// A stage took its input so slowly that the one before it stood blocked for most of its life.
    Bottleneck {
        /// The slow stage.
        at: At,
        /// The one that was blocked.
        blocked: StageId,
        /// For how long, in microseconds.
        blocked_us: u64,
        /// How long it ran, in microseconds.
        of_us: u64,
    },
    /// Much went into a stage, and little came out.
    Funnel {
        /// The stage.
        at: At,
        /// What went in.
        into: Amount,
        /// What came out.
        out: Amount,
    },
    /// One stage used most of the processor time.
    MostProcessor {
        /// The stage, in all lanes together.
        stage: StageId,
        /// What it used, in microseconds.
        used_us: u64,
        /// What all stages used, in microseconds.
        all_us: u64,
    },

    /// The run is not over.
    GoingOn {
        /// Processes that are alive.
        running: u32,
        /// Processes that have ended.
        ended: u32,
    },
    /// Every process ended with status 0.
    AllFine {
        /// How many there were.
        processes: u32,
    },
    /// A stage was ended by SIGPIPE since its reader had left, and nothing failed.
    ReaderLeft {
        /// The stage that was ended.
        at: At,
        /// Who read what it wrote, where that is a stage.
        reader: Option<StageId>,
        /// How many other processes ended so too.
        also: u32,
        /// How many processes ended with status 0.
        fine: u32,
        /// The chain's status.
        status: Status,
    },
    /// A stage failed.
    Failed {
        /// The one that the chain's status comes from, by the rule `pipefail`.
        at: At,
        /// How it ended.
        ending: Ending,
        /// Whether it was ended by a signal that somebody sent to it here.
        by_hand: bool,
        /// How many other stages failed, in all lanes.
        others: u32,
        /// The chain's status.
        status: Status,
    },
    /// What could not start ended the rest.
    Cancelled {
        /// How many stages were ended or never started for it.
        stages: u32,
        /// The chain's status.
        status: Status,
    },
    /// The run's time was over.
    TimedOut {
        /// How long it was, in milliseconds.
        after_ms: u64,
    },
    /// The run was ended for a limit.
    Limited {
        /// Which.
        limit: LimitName,
        /// What it allows.
        most: u64,
    },
    /// Somebody stopped the run.
    Stopped {
        /// When, in microseconds since it began.
        at_us: u64,
    },
}
