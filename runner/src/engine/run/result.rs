//! What a run came to.

use pipeyard_shared::ending::Status;

/// What a run came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunResult {
    /// Its status, by both rules.
    pub status: Status,
    /// Whether its own time, or a stage's, ended it is in the log; this is the sum of its processes' times.
    pub work_us: u64,
}

impl Default for RunResult {
    fn default() -> Self {
        let failed = Status {
            last: 1,
            pipefail: 1,
        };
        Self {
            status: failed,
            work_us: 0,
        }
    }
}
