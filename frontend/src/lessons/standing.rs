//! Whether there is a run of the chain that is shown, which an exercise can be checked by.

use pipeyard_shared::{Chain, RunId};

use crate::runs::{Phase, Run, Stale};

/// Where the run of the chain that is shown stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// The runner does not answer.
    NoRunner,
    /// Nothing has run yet.
    NotRun,
    /// It goes on.
    Running,
    /// Another chain than the one that is shown still runs.
    Other,
    /// What ran last is another chain than the one that is shown.
    Changed,
    /// Only a part of it ran.
    Part,
    /// It is over.
    Over(RunId),
}

impl Standing {
    /// Of this run, for the chain that is shown.
    pub(crate) fn of(connected: bool, run: Option<&Run>, shown: &Chain) -> Self {
        match run {
            _ if !connected => Self::NoRunner,
            None => Self::NotRun,
            Some(run) if run.recorded => Self::NotRun,
            Some(run) if Stale::of(&run.source, shown).any => match run.is_active() {
                true => Self::Other,
                false => Self::Changed,
            },
            Some(run) if run.is_active() => Self::Running,
            Some(run) if !is_whole(run) => Self::Part,
            Some(run) => match run.phase {
                Phase::Ended { .. } => Self::Over(run.id),
                _ => Self::NotRun,
            },
        }
    }
}

/// Whether all of its chain ran, but for what is bypassed: not up to a stage, and not from frozen bytes on.
pub(super) fn is_whole(run: &Run) -> bool {
    !Stale::of(&run.chain, &run.source).any
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::runs::tests::{PREVIEW, Script};
    use pipeyard_shared::ending::Status;

    #[test]
    fn only_a_whole_run_of_the_chain_that_is_shown_is_checked() {
        let script = Script::opening(1);
        let chain = &*script.chain;
        let mut run = Run::new(RunId(7), script.chain.clone(), PREVIEW);
        let of = |run: &Run, chain: &Chain| Standing::of(true, Some(run), chain);
        assert_eq!(of(&run, chain), Standing::Running);
        let mut other = chain.clone();
        other.stages.pop();
        assert_eq!(of(&run, &other), Standing::Other);
        run.phase = Phase::Ended {
            at_us: 1,
            status: Status::default(),
            work_us: 0,
        };
        assert_eq!(of(&run, chain), Standing::Over(RunId(7)));
        let mut part = run.clone();
        part.chain = Rc::new(chain.up_to(&chain.stages[0].id));
        assert_eq!(of(&part, chain), Standing::Part);
        assert_eq!(Standing::of(false, Some(&run), chain), Standing::NoRunner);
        assert_eq!(Standing::of(true, None, chain), Standing::NotRun);
        assert_eq!(of(&run, &other), Standing::Changed);
        run.phase = Phase::Lost;
        assert_eq!(of(&run, chain), Standing::NotRun);
        run.recorded = true;
        assert_eq!(of(&run, chain), Standing::NotRun);
    }
}
