//! What happens in a run, in order: the record that draws the page and that can be replayed.

use serde::{Deserialize, Serialize};

use crate::ending::{Ending, Status, Usage};
use crate::flow::FlowId;
use crate::id::{LaneNumber, StageId};
use crate::signal::Signal;
use crate::text::Text;

/// One entry of a run's log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunEvent {
    /// Its place in the log, from 0, without gaps.
    pub seq: u64,
    /// When it happened: microseconds since the run began, on one monotonic clock. A stage's end is
    /// told after its last byte was, so this can be a little less than the time before it.
    pub at_us: u64,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

/// What can happen in a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// The run began. Always the first.
    RunStarted {
        /// How many lanes it will have.
        lanes: u32,
        /// How many of them at once.
        jobs: u32,
    },
    /// A lane began.
    LaneStarted {
        /// Which.
        lane: LaneNumber,
    },
    /// A stage's process was started.
    StageStarted {
        /// In which lane.
        lane: LaneNumber,
        /// Which stage.
        stage: StageId,
        /// The process's id; absent for input, file and discard stages, which need no process.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pid: Option<u32>,
    },
    /// The first byte came out of a port or a wire.
    FlowBegan {
        /// Where.
        flow: FlowId,
    },
    /// A flow will carry no more.
    FlowEnded {
        /// Where.
        flow: FlowId,
        /// Why.
        reason: FlowEnd,
        /// Bytes that it carried, exactly; absent for a direct wire, which nobody counts.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        bytes: Option<u64>,
        /// Newlines among them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lines: Option<u64>,
    },
    /// The stage that wrote to a flow has ended, and another process still holds it open.
    FlowHeld {
        /// Where.
        flow: FlowId,
        /// The holder's process id.
        pid: u32,
        /// The holder's name.
        program: Text,
    },
    /// A time ran out.
    TimedOut {
        /// The lane, unless it was the whole run's time.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lane: Option<LaneNumber>,
        /// The stage, unless it was the whole run's time.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stage: Option<StageId>,
        /// How long it was, in milliseconds.
        after_ms: u64,
    },
    /// Somebody asked the run to stop.
    StopAsked,
    /// A signal was sent to a stage, or to all processes of a lane.
    SignalSent {
        /// In which lane.
        lane: LaneNumber,
        /// To which stage; to all of the lane when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stage: Option<StageId>,
        /// Which signal.
        signal: Signal,
    },
    /// A stage ended. Everything it wrote had been taken before this was told, unless a reader held it back
    /// for longer than people should wait for the fact.
    StageEnded {
        /// In which lane.
        lane: LaneNumber,
        /// Which stage.
        stage: StageId,
        /// How.
        ending: Ending,
        /// What its process used; absent where there was none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        usage: Option<Usage>,
    },
    /// A process that a stage had left behind was ended with its lane.
    LeftoverEnded {
        /// In which lane.
        lane: LaneNumber,
        /// How many processes, as far as could be counted.
        count: u32,
    },
    /// Every stage of a lane has ended and nothing of it is open.
    LaneEnded {
        /// Which.
        lane: LaneNumber,
        /// Its status, by both rules.
        status: Status,
    },
    /// The run is over. Always the last.
    RunEnded {
        /// Its status, by both rules: the last failing lane's.
        status: Status,
        /// The sum of all processes' times from start to end, in microseconds: the work that was
        /// done side by side.
        work_us: u64,
    },
}

/// Why a flow carries no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FlowEnd {
    /// Every writer closed it.
    EndOfFile,
    /// The reader left first: whoever still writes gets SIGPIPE.
    ReaderLeft,
    /// It was still held open by an outsider when the lane ended, and was closed.
    Abandoned,
    /// It could not be read or written any more; the stage's ending says why.
    Failed,
}

/// The latest counters of one flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meter {
    /// Which flow.
    pub flow: FlowId,
    /// Bytes so far.
    pub bytes: u64,
    /// Newlines so far.
    pub lines: u64,
}
