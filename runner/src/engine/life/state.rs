//! What the machine remembers.

use std::time::Duration;

use pipeyard_shared::ending::Ending;
use pipeyard_shared::event::FlowEnd;
use pipeyard_shared::limits::Reached;
use pipeyard_shared::signal::Signal;

use super::StageSpec;
use crate::system::{Exit, ExitHow};

/// How far the lane has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Stages are being started.
    Starting,
    /// No further stage will be started.
    Running,
    /// Everything has ended; who was left behind is being ended.
    Leaving,
    /// The last word was said.
    Finished,
}

/// Why a stage was asked to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Blame {
    /// Its time, or the run's, was over.
    TimedOut(Duration),
    /// Somebody stopped the run, or another stage could not start.
    Stopped,
}

#[derive(Debug)]
pub(super) struct StageState {
    process: bool,
    pub(super) started: bool,
    pub(super) blame: Option<Blame>,
    pub(super) exit: Option<(u64, Exit)>,
    /// The limit that it was ended for, where its exit tells.
    pub(super) limit: Option<Reached>,
    /// Relays that have not yet said that they are empty.
    pub(super) undrained: usize,
    /// For a stage without a process: what went wrong.
    pub(super) failed: Option<Ending>,
    pub(super) ending: Option<Ending>,
}

#[derive(Debug, Default)]
pub(super) struct FlowState {
    pub(super) ended: Option<FlowEnd>,
}

impl StageState {
    pub(super) fn new(spec: &StageSpec) -> Self {
        Self {
            process: spec.process,
            started: false,
            blame: None,
            exit: None,
            limit: None,
            undrained: spec.relays,
            failed: None,
            ending: None,
        }
    }

    /// Whether its process lives.
    pub(super) fn is_running(&self) -> bool {
        self.process && self.started && self.exit.is_none() && self.ending.is_none()
    }

    /// What an exit means, given why it may have come.
    pub(super) fn ending_of(&self, how: ExitHow, reader_left: bool) -> Ending {
        match (self.blame, how) {
            (Some(blame @ Blame::TimedOut(_)), ExitHow::Code(_)) => blame.ending(None),
            (Some(blame), ExitHow::Signal { signal, .. })
                if signal == Signal::TERM || signal == Signal::KILL =>
            {
                blame.ending(Some(signal))
            }
            (_, ExitHow::Code(code)) => Ending::Exited { code },
            (_, ExitHow::Signal { signal, core }) => Ending::Signaled {
                signal,
                core,
                reader_left: signal == Signal::PIPE && reader_left,
                limit: self.limit,
            },
        }
    }
}

impl Blame {
    /// How a stage ended for it, by a signal or by itself.
    pub(super) fn ending(self, signal: Option<Signal>) -> Ending {
        match self {
            Self::TimedOut(after) => Ending::TimedOut {
                after_ms: milliseconds(after),
                signal,
            },
            Self::Stopped => Ending::Cancelled { signal },
        }
    }
}

pub(super) fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
