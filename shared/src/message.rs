//! The control messages between page and runner: JSON texts, one a WebSocket message.
//!
//! PROTOCOL.md tells when each is sent. Bulk data travels in [`frame`](crate::frame)s instead.

use serde::{Deserialize, Serialize};

use crate::chain::{Chain, ReadError};
use crate::event::{Meter, Pace, RunEvent};
use crate::flow::FlowId;
use crate::id::{LaneNumber, RunId, SessionId, StageId};
use crate::limits::{LimitName, Limits};
use crate::problem::Problem;
use crate::signal::Signal;

/// The protocol that this code speaks. Both ends must speak the same one.
pub const PROTOCOL_VERSION: u32 = 2;

/// What a page says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientMessage {
    /// The first message of every connection.
    Hello {
        /// [`PROTOCOL_VERSION`].
        protocol: u32,
        /// The session to go on with, if there was one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        session: Option<SessionId>,
        /// What the page has of the session's runs; other runs are sent from their beginning.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        seen: Vec<Seen>,
    },
    /// Run a chain.
    Start {
        /// Chosen by the page; comes back in the answer.
        request: u64,
        /// The chain's JSON. Kept loose here so that a chain of another version is answered as such.
        chain: serde_json::Value,
        /// Flows to be [watched](ClientMessage::Watch) from their first byte on, which spares a round trip:
        /// their numbers follow from the chain.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        watch: Vec<FlowId>,
    },
    /// End a run: TERM, a grace, KILL.
    Stop {
        /// Which.
        run: RunId,
    },
    /// Send a signal to one stage.
    Signal {
        /// In which run.
        run: RunId,
        /// In which lane.
        lane: LaneNumber,
        /// To which stage.
        stage: StageId,
        /// Which signal.
        signal: Signal,
    },
    /// Send the bytes of a flow, and go on sending them.
    Watch {
        /// In which run.
        run: RunId,
        /// Which flow.
        flow: FlowId,
        /// The offset of the first byte that the page does not have.
        from: u64,
    },
    /// Stop sending them.
    Unwatch {
        /// In which run.
        run: RunId,
        /// Which flow.
        flow: FlowId,
    },
    /// Set the pace of a tapped wire, or of an output that no wire leaves.
    SetPace {
        /// In which run.
        run: RunId,
        /// Which flow.
        flow: FlowId,
        /// How it is to go on.
        pace: Pace,
    },
    /// End-of-file for a stage that is typed into.
    EndInput {
        /// In which run.
        run: RunId,
        /// In which lane.
        lane: LaneNumber,
        /// For which stage.
        stage: StageId,
    },
    /// Drop a run that is over.
    Forget {
        /// Which.
        run: RunId,
    },
    /// Asks for a [`ServerMessage::Pong`]; how long that takes is the latency that the page shows.
    Ping {
        /// Comes back.
        nonce: u64,
    },
}

/// How much of a run a page has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// Which run.
    pub run: RunId,
    /// How many of its events: the `seq` of the first that is missing.
    pub events: u64,
}

/// What a runner says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServerMessage {
    /// The answer to hello.
    Welcome {
        /// [`PROTOCOL_VERSION`].
        protocol: u32,
        /// The runner's version.
        runner: String,
        /// The session, to be named in the next hello.
        session: SessionId,
        /// Whether it is the session that the page asked for.
        resumed: bool,
        /// The runner's bounds.
        limits: Limits,
        /// Whose yard the page is in; absent where there is only one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        yard: Option<Whose>,
        /// The runs that the session has.
        runs: Vec<RunSummary>,
    },
    /// A run began.
    Started {
        /// The page's number.
        request: u64,
        /// The run's.
        run: RunId,
    },
    /// A run did not begin.
    Refused {
        /// The page's number.
        request: u64,
        /// Why.
        refusal: Refusal,
    },
    /// The next entries of a run's log: each exactly once, in order, across reconnections.
    Events {
        /// Which run.
        run: RunId,
        /// The entries.
        events: Vec<RunEvent>,
    },
    /// The latest counters of the flows that have changed. Coalesced: values between may be left out.
    Meters {
        /// Which run.
        run: RunId,
        /// When they were read: microseconds since the run began.
        at_us: u64,
        /// The counters.
        meters: Vec<Meter>,
    },
    /// How much may be typed into a stage.
    Credit {
        /// In which run.
        run: RunId,
        /// In which lane.
        lane: LaneNumber,
        /// Which stage.
        stage: StageId,
        /// Bytes that have arrived: what a page sends again after a lost connection starts here.
        received: u64,
        /// The offset up to which the page may send.
        until: u64,
    },
    /// The answer to a ping.
    Pong {
        /// The page's number.
        nonce: u64,
    },
    /// Something the page said could not be done. The connection stays.
    Trouble {
        /// What.
        trouble: Trouble,
    },
    /// What a person should know now. The connection stays.
    Notice {
        /// What.
        notice: Notice,
    },
    /// The last message before the runner closes the connection.
    Bye {
        /// Why.
        reason: ByeReason,
    },
}

/// Whose yard it is, where a runner has a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whose {
    /// That of whoever runs the room.
    Operator,
    /// That of somebody who has come into it.
    Learner,
}

/// A run of a session, as told to a page that comes (back).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunSummary {
    /// Which.
    pub run: RunId,
    /// What it runs.
    pub chain: Chain,
    /// How many events its log has.
    pub events: u64,
    /// Whether it is over.
    pub ended: bool,
}

/// Why a run did not begin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The chain could not be read.
    Unreadable {
        /// Why.
        error: ReadError,
    },
    /// The chain has problems: all of them.
    Problems {
        /// Each with its place.
        problems: Vec<Problem>,
    },
    /// A bound is reached.
    AtLimit {
        /// Which.
        limit: LimitName,
        /// What it is.
        most: u64,
    },
    /// The runner is ending and starts nothing new.
    ShuttingDown,
}

/// Why something a page said could not be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// A text that is no message.
    BadMessage {
        /// The parser's words.
        error: String,
    },
    /// Bytes that are no frame.
    BadFrame {
        /// Why not.
        error: String,
    },
    /// The first message must be a hello, and only the first.
    HelloExpected,
    /// The page speaks another protocol: it must be loaded again.
    OtherProtocol {
        /// The runner's.
        runner: u32,
        /// The page's.
        page: u32,
    },
    /// The session has no such run.
    NoSuchRun {
        /// The run it named.
        run: RunId,
    },
    /// The run has no such flow, lane or stage.
    NoSuchPlace {
        /// The run.
        run: RunId,
    },
    /// The stage has ended, or was never started.
    NotRunning {
        /// The run.
        run: RunId,
    },
    /// The flow is a direct wire: the kernel carries it, and nobody can slow it down.
    NotTapped {
        /// The run.
        run: RunId,
    },
    /// The stage does not take typed input.
    NotTyped {
        /// The run.
        run: RunId,
    },
    /// Typed bytes that leave a gap, or go beyond what was allowed.
    TypedOutOfTurn {
        /// The run.
        run: RunId,
        /// Where the next byte belongs.
        expected: u64,
    },
    /// The signal cannot be sent.
    BadSignal {
        /// Which.
        signal: Signal,
    },
    /// The run is not over.
    StillRunning {
        /// Which.
        run: RunId,
    },
    /// A bound is reached.
    AtLimit {
        /// Which.
        limit: LimitName,
        /// What it is.
        most: u64,
    },
}

/// What a person should know while nothing is wrong yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// The runner is about to end: it starts nothing new, and what runs may finish.
    Draining {
        /// How long that may take, in milliseconds.
        left_ms: u64,
    },
}

/// Why the runner closes a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ByeReason {
    /// The runner ends.
    ShuttingDown,
    /// The same session has come by another connection.
    Replaced,
    /// Whoever's page it is was removed from the room: coming again takes the room's code.
    Removed,
    /// A message was larger than the bound, or the page spoke against the protocol.
    Protocol,
}

impl ClientMessage {
    /// A start of this chain.
    pub fn start(request: u64, chain: &Chain) -> Self {
        Self::Start {
            request,
            // Every field is text, a number or a list of these, which JSON can always hold.
            chain: chain.to_value(),
            watch: Vec::new(),
        }
    }
}
