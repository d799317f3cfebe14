//! What the link is told, and what it tells to do.

use std::rc::Rc;

use pipeyard_shared::chain::Chain;
use pipeyard_shared::event::Pace;
use pipeyard_shared::flow::FlowPoint;
use pipeyard_shared::limits::Reached;
use pipeyard_shared::signal::Signal;
use pipeyard_shared::{LaneNumber, RunId, SessionId, StageId};

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Input {
    /// The page is there.
    Begin,
    /// The socket opened.
    Opened,
    /// The socket closed, or could not be opened.
    Closed,
    /// A text message came.
    Text(String),
    /// A binary message came.
    Binary(Vec<u8>),
    /// A timer ran out.
    Due(Timer),
    /// The limit that leaves no room for this page, if that is why there is no socket.
    Room(Option<Reached>),
    /// A person wants something.
    Wish(Intent),
}

/// What a person wants of the runner.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Intent {
    /// Run a chain; the second is what a person sees of it, with what the run leaves out.
    Start(Rc<Chain>, Rc<Chain>),
    /// Stop the current run.
    Stop,
    /// Send a signal to a stage of the current run.
    Signal(LaneNumber, StageId, Signal),
    /// Let a place of the current run through like this, in one lane or in all that are open there.
    SetPace(Option<LaneNumber>, FlowPoint, Pace),
    /// See the bytes of this place, besides the boxes on the canvas.
    Show(Option<(LaneNumber, FlowPoint)>),
    /// See an earlier run in place of the current one, or the current one again.
    Look(Option<RunId>),
    /// See the bytes of these places as well.
    Compare(Vec<(RunId, LaneNumber, FlowPoint)>),
    /// Forget a run that is over, here and at the runner.
    Forget(RunId),
    /// Type into a stage of the current run.
    Type(LaneNumber, StageId, Vec<u8>),
    /// End the typed input of a stage.
    EndInput(LaneNumber, StageId),
    /// Try to connect now.
    Reconnect,
    /// The refusal or trouble has been read.
    Dismiss,
}

/// What to do.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Effect {
    /// Open a socket, in place of any that there is.
    Open,
    /// Close the socket, and say no more about it.
    Close,
    /// Send a text message.
    SendText(String),
    /// Send a binary message.
    SendBinary(Vec<u8>),
    /// Keep the session for when the page is loaded again.
    Remember(SessionId),
    /// Ask whether there is room for this page, and say [`Input::Room`].
    AskForRoom,
    /// Say [`Input::Due`] after so many milliseconds; an earlier wish for the same timer is void.
    Schedule(Timer, u32),
}

/// The timers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Timer {
    /// Connect again.
    Reconnect,
    /// Measure the latency.
    Ping,
    /// Draw times anew.
    Clock,
}

impl Timer {
    /// How many there are.
    pub(crate) const COUNT: usize = Self::Clock as usize + 1;
}
