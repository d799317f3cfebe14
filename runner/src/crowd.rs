//! How many processes all sandboxes can have together. They are one user's, who is the runner's as well, so what bounds that user
//! bounds all of them (`RLIMIT_NPROC` in setrlimit(2) counts through namespaces): once it is reached nobody starts anything.

use std::fmt;
use std::fs;

use rustix::process::{Resource, getrlimit};

use crate::sandbox;

/// Processes of a sandbox beside those that may be in it: bubblewrap and the agent.
const OF_A_SANDBOX: u64 = 2;
/// Threads of the runner, its guard, and some of what else the user runs.
const OF_THE_RUNNER: u64 = 64;

/// Fewer than one of so many is few.
const FEW_OF: u64 = 4;

/// A room in which not all sandboxes can be full of processes at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crowd {
    bound: Bound,
    /// Sandboxes that can be full.
    pub fit: u64,
    sandboxes: u64,
}

/// What bounds processes and threads, and to how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Bound {
    name: &'static str,
    most: u64,
}

impl Crowd {
    /// Whether so many sandboxes of so many processes and threads are more than this user and this machine can have.
    pub fn of(sandboxes: u64, processes: u64) -> Option<Self> {
        Self::beyond(lowest()?, sandboxes, processes)
    }

    /// Whether a few learners are enough to keep everybody from starting anything.
    pub fn is_small(&self) -> bool {
        self.fit < self.sandboxes.div_ceil(FEW_OF)
    }

    fn beyond(bound: Bound, sandboxes: u64, processes: u64) -> Option<Self> {
        let left = bound.most.saturating_sub(OF_THE_RUNNER);
        let fit = left / processes.saturating_add(OF_A_SANDBOX);
        let crowd = Self {
            bound,
            fit,
            sandboxes,
        };
        (fit < sandboxes).then_some(crowd)
    }
}

/// The lowest bound; nothing where none is known. Those of the machine count other users' processes as well.
fn lowest() -> Option<Bound> {
    let number = |path: &str| fs::read_to_string(path).ok()?.trim().parse().ok();
    let bounds = [
        ("ulimit -u", getrlimit(Resource::Nproc).current),
        (
            "pids.max of its control groups (TasksMax=)",
            sandbox::most_processes(),
        ),
        ("kernel.threads-max", number("/proc/sys/kernel/threads-max")),
        ("kernel.pid_max", number("/proc/sys/kernel/pid_max")),
    ];
    let known = bounds
        .into_iter()
        .filter_map(|(name, most)| Some(Bound { name, most: most? }));
    known.min_by_key(|bound| bound.most)
}

impl fmt::Display for Crowd {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            bound: Bound { name, most },
            fit,
            sandboxes,
        } = self;
        write!(
            out,
            "the lowest bound on processes is {name} = {most}; sandboxes that can be full of processes at once: {fit}/{sandboxes}; \
             when more are, nobody can start anything: raise it, or lower --learners or --sandbox-processes"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_told_how_many_sandboxes_use_up_what_there_is() {
        let bound = Bound {
            name: "ulimit -u",
            most: 16_000,
        };
        let crowd = Crowd::beyond(bound, 100, 512).expect("too many");
        assert_eq!(crowd.fit, 31);
        assert!(!crowd.is_small());
        let large = Crowd::beyond(bound, 1_000, 512).expect("too many");
        assert!(large.is_small());
        let told = crowd.to_string();
        assert!(
            told.contains("ulimit -u = 16000;") && told.contains(": 31/100;"),
            "{told}"
        );
        assert_eq!(Crowd::beyond(bound, 31, 512), None);
        let exact = Bound {
            name: "ulimit -u",
            most: 31 * 512,
        };
        assert!(
            Crowd::beyond(exact, 31, 512).is_some(),
            "those beside count"
        );
        assert_eq!(Crowd::beyond(bound, 0, 0), None);
    }

    #[test]
    fn every_machine_has_a_bound() {
        assert!(Crowd::of(u64::MAX, 512).is_some());
    }
}
