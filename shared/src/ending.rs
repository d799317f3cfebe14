//! How a stage ended, and what a chain's status is.

use serde::{Deserialize, Serialize};

use crate::chain::StatusRule;
use crate::limits::Reached;
use crate::signal::Signal;
use crate::text::Text;

/// How a stage ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// It returned this code.
    Exited {
        /// 0 to 255.
        code: i32,
    },
    /// A signal ended it.
    Signaled {
        /// Which.
        signal: Signal,
        /// Whether it left a core file.
        #[serde(default)]
        core: bool,
        /// Whether it is SIGPIPE after the reader of its output had left, which is normal.
        #[serde(default)]
        reader_left: bool,
        /// The limit that it was ended for, where the signal tells: `cpu-time` and `file-bytes`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        limit: Option<Reached>,
    },
    /// Its time, or the run's, was over and it was ended.
    TimedOut {
        /// Milliseconds that it had.
        after_ms: u64,
        /// The signal that ended it, unless it chose to exit when asked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        signal: Option<Signal>,
    },
    /// It never ran.
    CouldNotStart {
        /// Why.
        reason: StartFailure,
    },
    /// It was ended, or not even started, because another stage of its lane could not start or
    /// somebody stopped the run.
    Cancelled {
        /// The signal that ended it, where it had been started.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        signal: Option<Signal>,
    },
    /// An input, file or discard stage did all it had to do.
    Finished,
    /// An input or file stage failed while it ran: a disk that is full, a file that cannot be read.
    Failed {
        /// What was being done.
        doing: String,
        /// The system's words.
        error: String,
    },
}

/// Why a process could not be started.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartFailure {
    /// What was to be started, as a path.
    pub program: Text,
    /// The error in a few cases that people meet.
    pub cause: StartCause,
    /// The system's words.
    pub error: String,
    /// The limit that left no more, where it is known: `sandbox-processes`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<Reached>,
}

/// The cases of a failed start that people meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StartCause {
    /// ENOENT: no such program, or a script whose interpreter is missing.
    NotFound,
    /// EACCES: not executable, or in a directory that may not be entered.
    NotPermitted,
    /// The working directory is not there or may not be entered; it is what is called the program then.
    Directory,
    /// ENOEXEC: neither a program for this machine nor a script with `#!`.
    NotAProgram,
    /// E2BIG: arguments and environment together are too long.
    TooLong,
    /// EAGAIN, EMFILE, ENFILE, ENOMEM, ETOOMANYREFS: the machine, or a limit, has no more to give.
    NoMore,
    /// Anything else.
    Other,
}

/// What a finished process used, as the kernel counted it (`getrusage(2)`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Processor time in the program, microseconds.
    pub user_us: u64,
    /// Processor time in the kernel on its behalf, microseconds.
    pub system_us: u64,
    /// The most memory it held, in KiB.
    pub peak_kib: u64,
    /// Whether it may have held less. The kernel's count for a process begins with what the runner held
    /// when it started it (execve(2) carries the mark over), so a small program's own peak cannot be told.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub peak_is_bound: bool,
    /// How often it gave the processor up by itself (it waited).
    pub voluntary_switches: u64,
    /// How often the processor was taken from it (it was busy).
    pub involuntary_switches: u64,
}

/// The status of a lane or of a whole run, by both rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// The last stage's, as the shell says it.
    pub last: i32,
    /// The last failing stage's, as `set -o pipefail` says it; 0 when none failed.
    pub pipefail: i32,
}

/// The shell's status for a stage that was ended because its time was over, as GNU `timeout` has it.
pub const STATUS_TIMED_OUT: i32 = 124;
/// The shell's status for a program that is there and cannot be run (POSIX XCU 2.8.2).
pub const STATUS_NOT_EXECUTABLE: i32 = 126;
/// The shell's status for a program that is not there (POSIX XCU 2.8.2).
pub const STATUS_NOT_FOUND: i32 = 127;
/// What is added to a signal's number (128 in every shell that we know; POSIX asks for more than 128).
pub const STATUS_SIGNAL_BASE: i32 = 128;

impl Ending {
    /// The status that a shell would show for it.
    pub fn shell_status(&self) -> i32 {
        match self {
            Self::Exited { code } => *code,
            Self::Signaled { signal, .. } => STATUS_SIGNAL_BASE + signal.0,
            Self::TimedOut { .. } => STATUS_TIMED_OUT,
            Self::CouldNotStart { reason } => match reason.cause {
                StartCause::NotFound => STATUS_NOT_FOUND,
                _ => STATUS_NOT_EXECUTABLE,
            },
            Self::Cancelled { signal } => signal.map_or(1, |signal| STATUS_SIGNAL_BASE + signal.0),
            Self::Finished => 0,
            Self::Failed { .. } => 1,
        }
    }

    /// Whether a learner should see it in green: status 0, or a normal SIGPIPE.
    pub fn is_fine(&self) -> bool {
        match self {
            Self::Exited { code } => *code == 0,
            Self::Signaled { reader_left, .. } => *reader_left,
            Self::Finished => true,
            _ => false,
        }
    }
}

impl Status {
    /// The status of stages in the chain's order; 0 for no stages.
    pub fn of<'a>(endings: impl IntoIterator<Item = &'a Ending>) -> Self {
        endings.into_iter().fold(Self::default(), |status, ending| {
            let last = ending.shell_status();
            Self {
                last,
                pipefail: if last == 0 { status.pipefail } else { last },
            }
        })
    }

    /// The one that a rule picks.
    pub fn by(self, rule: StatusRule) -> i32 {
        match rule {
            StatusRule::Last => self.last,
            StatusRule::Pipefail => self.pipefail,
        }
    }

    /// The status of several lanes: for each rule, the last lane that failed.
    pub fn of_lanes(lanes: impl IntoIterator<Item = Status>) -> Self {
        lanes.into_iter().fold(Self::default(), |sum, lane| Self {
            last: if lane.last == 0 { sum.last } else { lane.last },
            pipefail: if lane.pipefail == 0 {
                sum.pipefail
            } else {
                lane.pipefail
            },
        })
    }
}

impl Usage {
    /// Processor time altogether, microseconds.
    pub fn processor_us(&self) -> u64 {
        self.user_us.saturating_add(self.system_us)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exited(code: i32) -> Ending {
        Ending::Exited { code }
    }

    #[test]
    fn both_rules_follow_the_shell() {
        let status = Status::of(&[exited(1), exited(3), exited(0)]);
        assert_eq!((status.last, status.pipefail), (0, 3));
        assert_eq!(status.by(StatusRule::Pipefail), 3);
        let none: [Ending; 0] = [];
        assert_eq!(Status::of(&none), Status::default());
    }

    #[test]
    fn statuses_are_those_of_the_shell() {
        let killed = Ending::Signaled {
            signal: Signal::KILL,
            core: false,
            reader_left: false,
            limit: None,
        };
        assert_eq!(killed.shell_status(), 137);
        let missing = Ending::CouldNotStart {
            reason: StartFailure {
                program: "nope".into(),
                cause: StartCause::NotFound,
                error: String::new(),
                limit: None,
            },
        };
        assert_eq!(missing.shell_status(), 127);
    }
}
