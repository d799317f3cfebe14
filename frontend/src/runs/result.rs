//! A run in one line: how long it took, how much work that was, and how it ended.

use pipeyard_shared::ending::Status;

use super::{Phase, Run, StageState};

/// What a run came to, or has come to so far.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Outcome {
    /// From its beginning to its end, or to now.
    pub(crate) wall_us: u64,
    /// The sum of all processes' times.
    pub(crate) work_us: u64,
    /// Processes that have ended.
    pub(crate) ended: usize,
    /// Processes that there are in all lanes.
    pub(crate) processes: usize,
    /// The status by both rules, once it is over.
    pub(crate) status: Option<Status>,
}

impl Outcome {
    /// Looks at a run at this time of the page's clock.
    pub(crate) fn of(run: &Run, now_ms: f64) -> Self {
        let wall_us = run.elapsed_us(now_ms);
        let (mut ended, mut processes, mut so_far_us) = (0, 0, 0);
        for lane in &run.lanes {
            for (stage, known) in lane.stages.iter().zip(&run.chain.stages) {
                if !known.starts_process() {
                    continue;
                }
                processes += 1;
                ended += usize::from(stage.state() >= StageState::Fine);
                so_far_us += stage.lasted_us(wall_us).unwrap_or(0);
            }
        }
        let (work_us, status) = match run.phase {
            Phase::Ended {
                work_us, status, ..
            } => (work_us, Some(status)),
            _ => (so_far_us, None),
        };
        Self {
            wall_us,
            work_us,
            ended,
            processes,
            status,
        }
    }

    /// Work over wall time: how many processes ran at once, on average.
    pub(crate) fn speed_up(&self) -> Option<f64> {
        (self.wall_us > 0 && self.work_us > 0).then(|| self.work_us as f64 / self.wall_us as f64)
    }
}
