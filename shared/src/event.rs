//! What happens in a run, in order: the record that draws the page and that can be replayed.

use serde::{Deserialize, Serialize};

use crate::chain::{InputPort, OutputPort};
use crate::ending::{Ending, Status, Usage};
use crate::flow::FlowId;
use crate::id::{LaneNumber, StageId};
use crate::limits::LimitName;
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
    pub event: Event,
}

/// What can happen in a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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
        /// How many of its bytes, from the first one on, can be downloaded; absent where all can.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kept: Option<u64>,
    },
    /// A flow is let through at another pace.
    PaceSet {
        /// Where.
        flow: FlowId,
        /// How it goes on.
        pace: Pace,
    },
    /// A stage's process was found doing something else than before. Looked at now and then, and only
    /// while somebody watches: what lasts for less than two looks may be missed.
    StageDoing {
        /// In which lane.
        lane: LaneNumber,
        /// Which stage.
        stage: StageId,
        /// What it does from this time on.
        doing: Doing,
    },
    /// Stages of a lane wait for each other in a ring, and none of them can go on.
    Deadlocked {
        /// In which lane.
        lane: LaneNumber,
        /// Who waits for whom: each stage once, in the chain's order.
        waits: Vec<Wait>,
    },
    /// So many changes of what stages do were told that no more of them are recorded.
    LooksEnded {
        /// How many were.
        most: u64,
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
    /// The run will be ended for a limit, unless it ends by itself before.
    EndsSoon {
        /// Which limit.
        limit: LimitName,
        /// What it allows.
        most: u64,
        /// In how many milliseconds.
        left_ms: u64,
    },
    /// The run is ended for a limit.
    LimitReached {
        /// Which limit.
        limit: LimitName,
        /// What it allows.
        most: u64,
    },
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

/// What a stage's process does, as the kernel tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doing {
    /// It computes, or could.
    Running,
    /// It reads from an empty input.
    WaitingForInput {
        /// Which.
        port: InputPort,
    },
    /// It writes, and what stands behind takes nothing: the pipe is full.
    BlockedWriting {
        /// Where.
        port: OutputPort,
    },
    /// It waits for something else: a time, a child of its own, a lock, the network.
    Waiting,
    /// A signal has stopped it (SIGSTOP, SIGTSTP); SIGCONT lets it go on.
    Stopped,
}

/// One stage of a deadlock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wait {
    /// Who waits.
    pub stage: StageId,
    /// What it does: it reads, or it writes.
    pub doing: Doing,
    /// For whom: those who would have to write what it reads, or to read what it writes.
    pub on: Vec<StageId>,
}

/// How fast a flow is let through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pace {
    /// As fast as its reader takes it.
    #[default]
    Open,
    /// Nothing passes.
    Paused,
    /// So many more lines, then nothing.
    Lines {
        /// How many.
        count: u32,
    },
    /// Not faster than this.
    Rate {
        /// Bytes a second, at least 1.
        bytes: u64,
    },
}

/// The latest counters of one flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meter {
    /// Which flow.
    pub flow: FlowId,
    /// Bytes so far: exact for a tapped wire. For a direct wire, everything that its writer has written
    /// anywhere, less what waits, which is as much as the kernel tells.
    pub bytes: u64,
    /// Newlines so far; absent for a direct wire, whose bytes nobody reads on their way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lines: Option<u64>,
    /// Bytes that stand in the pipe before the reader; absent where nobody looked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting: Option<u32>,
    /// How many bytes that pipe can hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<u32>,
}
