//! What goes into the machine, and what comes out.

use std::time::Duration;

use pipeyard_shared::ending::{Ending, StartFailure, Status};
use pipeyard_shared::event::{Event, FlowEnd, Meter};
use pipeyard_shared::limits::Reached;
use pipeyard_shared::signal::Signal;

use crate::engine::outsiders::Holder;
use crate::system::Exit;

/// What happened. Stages and flows are given by their places in the [`Spec`](super::Spec).
#[derive(Debug)]
pub(in crate::engine) enum Happened {
    Started {
        stage: usize,
        pid: Option<u32>,
    },
    CouldNotStart {
        stage: usize,
        failure: StartFailure,
    },
    /// Pipes or files could not be opened, so nothing was started.
    CouldNotOpen {
        stage: usize,
        ending: Ending,
    },
    Exited {
        stage: usize,
        exit: Exit,
        /// The limit that it was ended for, where its end tells.
        limit: Option<Reached>,
    },
    /// A process could not be waited for, so how it ended will never be known.
    Lost {
        stage: usize,
        error: String,
    },
    /// One of the stage's relays has found its source empty after the exit, or has ended.
    Drained {
        stage: usize,
    },
    FlowEnded {
        flow: usize,
        reason: FlowEnd,
        meter: Meter,
        /// How many bytes can be downloaded, where not all can.
        kept: Option<u64>,
        /// The stage to blame and how it ended for it.
        failed: Option<(usize, Ending)>,
    },
    TimerFired(Timer),
    Held {
        flow: usize,
        holder: Holder,
    },
    LeftoversEnded {
        count: u32,
    },
    /// The run's time is over.
    RunTimedOut {
        after: Duration,
    },
    StopAsked,
    /// The sandbox is ended, and every process in it.
    SandboxEnded,
    SignalAsked {
        stage: usize,
        signal: Signal,
    },
}

/// Something to wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::engine) enum Timer {
    StageTimeout(usize),
    StageKill(usize),
    LaneKill,
    Drain(usize),
    Holder(usize),
    Linger,
    /// After [`Timer::Linger`].
    LetGo,
    /// A stage whose time was over has left others behind that hold its output.
    StageLinger(usize),
}

/// Whom a signal is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine) enum Target {
    Stage(usize),
    Lane,
}

/// What is to be done.
#[derive(Debug)]
pub(in crate::engine) enum Effect {
    /// Start a stage, and answer `Started` or `CouldNotStart`.
    Start(usize),
    /// Let the relays run: every stage has been started, or none further will be.
    StartRelays,
    Signal(Target, Signal),
    Arm(Timer, Duration),
    /// Ask the stage's relays to tell when they are empty.
    ReportWhenEmpty(usize),
    /// Ask the relays of a process, or of all, to end once they are empty.
    EndWhenEmpty(Option<usize>),
    /// End the relays that still run: those that only outsiders keep going, or all of them.
    LetGo {
        all: bool,
    },
    /// End the relays whose bytes come from the runner itself.
    CancelInputs,
    /// Look who holds these flows, and answer `Held` for each that somebody does.
    FindHolders(Vec<usize>),
    /// End who is left behind, and answer `LeftoversEnded`.
    EndLeftovers,
    Tell {
        at_us: u64,
        event: Event,
    },
    /// Nothing more will happen.
    Finish(Status),
}
