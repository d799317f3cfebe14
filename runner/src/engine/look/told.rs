//! When a change of what a stage does is worth telling.

use pipeyard_shared::event::Doing;

/// What one stage was found doing, look by look.
#[derive(Clone, Copy, Debug)]
pub(super) struct Told {
    /// What the log says that it does. Every stage begins by running, which goes without saying.
    told: Doing,
    /// What the latest look found instead, and when.
    seen: Option<(Doing, u64)>,
}

impl Told {
    pub(super) fn new() -> Self {
        Self {
            told: Doing::Running,
            seen: None,
        }
    }

    /// Takes what a look found at a time. Returns what is to be told, and since when: a change that two
    /// looks in a row agree on, by the time of the first. What one look alone finds is chance: a process that
    /// moves bytes waits for an instant between any two of them.
    pub(super) fn look(&mut self, at_us: u64, found: Option<Doing>) -> Option<(u64, Doing)> {
        let found = found.filter(|found| *found != self.told);
        match (self.seen, found) {
            (Some((seen, since_us)), Some(found)) if seen == found => {
                self.seen = None;
                self.told = found;
                Some((since_us, found))
            }
            (_, found) => {
                self.seen = found.map(|found| (found, at_us));
                None
            }
        }
    }
}

/// How many changes were told of a run, of all that may be.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Allowance {
    told: u64,
    ended: bool,
}

/// What is to be done with a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Allowed {
    /// Tell it.
    Tell,
    /// Tell that no more will be told.
    TellTheEnd,
    /// Nothing: that was told.
    Nothing,
}

impl Allowance {
    /// Takes one change, when at most so many are told, and no more than there is room for.
    pub(super) fn take(&mut self, most: u64, has_room: impl FnOnce() -> bool) -> Allowed {
        if !self.ended && self.told < most && has_room() {
            self.told += 1;
            Allowed::Tell
        } else if self.ended {
            Allowed::Nothing
        } else {
            self.ended = true;
            Allowed::TellTheEnd
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pipeyard_shared::chain::InputPort;
    use proptest::prelude::*;

    const READS: Doing = Doing::WaitingForInput {
        port: InputPort::Stdin,
    };

    #[test]
    fn two_looks_that_agree_tell_and_one_does_not() {
        let mut told = Told::new();
        assert_eq!(told.look(1, Some(Doing::Running)), None, "it began so");
        assert_eq!(told.look(2, Some(READS)), None);
        assert_eq!(
            told.look(3, Some(Doing::Running)),
            None,
            "it was an instant"
        );
        assert_eq!(told.look(4, Some(READS)), None);
        assert_eq!(
            told.look(5, Some(Doing::Waiting)),
            None,
            "they do not agree"
        );
        assert_eq!(
            told.look(6, Some(Doing::Waiting)),
            Some((5, Doing::Waiting))
        );
        assert_eq!(told.look(7, Some(Doing::Waiting)), None, "told already");
        assert_eq!(told.look(8, Some(Doing::Running)), None);
        assert_eq!(told.look(9, None), None, "nothing was found");
        assert_eq!(told.look(10, Some(Doing::Running)), None);
        assert_eq!(
            told.look(11, Some(Doing::Running)),
            Some((10, Doing::Running))
        );
    }

    #[test]
    fn so_many_changes_are_told_and_then_once_that_it_is_enough() {
        use Allowed::{Nothing, Tell, TellTheEnd};
        let mut allowance = Allowance::default();
        let taken = std::iter::repeat_with(|| allowance.take(2, || true)).take(5);
        let taken: Vec<_> = taken.collect();
        assert_eq!(taken, [Tell, Tell, TellTheEnd, Nothing, Nothing]);
        assert_eq!(Allowance::default().take(0, || true), TellTheEnd);
        // Without room it is enough, too, and nothing is told behind that.
        let mut allowance = Allowance::default();
        let taken = [true, false, true].map(|room| allowance.take(9, || room));
        assert_eq!(taken, [Tell, TellTheEnd, Nothing]);
    }

    proptest! {
        /// Whatever is found: what is told differs from what was told, and was found twice just then.
        #[test]
        fn what_is_told_was_found_twice(found in proptest::collection::vec(0_usize..4, 0..60)) {
            let kinds = [None, Some(Doing::Running), Some(Doing::Waiting), Some(READS)];
            let found: Vec<_> = found.into_iter().map(|kind| kinds[kind]).collect();
            let mut told = Told::new();
            let mut last = Doing::Running;
            for (at, doing) in found.iter().enumerate() {
                if let Some((since, now)) = told.look(at as u64, *doing) {
                    prop_assert_ne!(now, last);
                    prop_assert_eq!(since + 1, at as u64);
                    prop_assert_eq!(found[at], Some(now));
                    prop_assert_eq!(found[at - 1], Some(now));
                    last = now;
                }
            }
        }
    }
}
