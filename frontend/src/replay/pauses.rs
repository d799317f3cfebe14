//! Times in which nothing happened, made shorter while a run is played.

use crate::runs::Run;

/// The pauses of a run that are longer than a limit, in the order of time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pauses {
    limit_us: u64,
    /// From when to when.
    pauses: Vec<(u64, u64)>,
}

impl Pauses {
    /// The pauses of a run between its beginning, its events, its counters and its end.
    pub(crate) fn of(run: &Run, end_us: u64, limit_us: Option<u64>) -> Self {
        let Some(limit_us) = limit_us else {
            return Self::default();
        };
        let mut moments = run.log.read(|events| {
            let times = events.iter().map(|event| event.at_us);
            times.collect::<Vec<u64>>()
        });
        for flow in run.flows.values() {
            moments.extend(flow.samples.all().iter().map(|sample| sample.at_us));
        }
        moments.push(0);
        moments.push(end_us);
        Self::between(moments, limit_us)
    }

    /// The pauses between these moments.
    fn between(mut moments: Vec<u64>, limit_us: u64) -> Self {
        moments.sort_unstable();
        let pairs = moments.windows(2).map(|pair| (pair[0], pair[1]));
        let pauses = pairs.filter(|(from, to)| to - from > limit_us);
        Self {
            limit_us,
            pauses: pauses.collect(),
        }
    }

    /// Where `left_us` of playing lead to from an instant: a pause takes as long as the limit, evenly.
    pub(super) fn advance(&self, mut at_us: u64, mut left_us: u64) -> u64 {
        let next = self.pauses.partition_point(|(_, to)| *to <= at_us);
        for (from, to) in self.pauses[next..].iter().copied() {
            let until = from.saturating_sub(at_us);
            if left_us <= until {
                break;
            }
            left_us -= until;
            at_us = at_us.max(from);
            let takes = scale(to - at_us, self.limit_us, to - from);
            if left_us < takes {
                return at_us
                    .saturating_add(scale(left_us, to - from, self.limit_us).max(1))
                    .min(to);
            }
            left_us -= takes;
            at_us = to;
        }
        at_us.saturating_add(left_us)
    }
}

fn scale(value: u64, factor: u64, divisor: u64) -> u64 {
    let scaled = u128::from(value) * u128::from(factor) / u128::from(divisor.max(1));
    u64::try_from(scaled).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_long_pause_lasts_as_long_as_the_limit() {
        // A thousand of work, a hundred thousand of nothing, and a bit.
        let pauses = Pauses::between(vec![0, 400, 800, 1_000, 101_000, 101_400], 500);
        let played = [0, 500, 1_000, 1_250, 1_500, 1_600].map(|us| pauses.advance(0, us));
        assert_eq!(played, [0, 500, 1_000, 51_000, 101_000, 101_100]);
        assert_eq!(pauses.advance(51_000, 250), 101_000);
    }

    proptest! {
        /// In steps of any size, time never goes back, and without pauses it is left alone.
        #[test]
        fn time_goes_on(moments in proptest::collection::vec(0u64..9_000, 0..9), steps in proptest::collection::vec(1u64..700, 1..40), limit in 1u64..900) {
            let pauses = Pauses::between(moments, limit);
            let mut at_us = 0;
            for step in steps {
                let next = pauses.advance(at_us, step);
                prop_assert!(next >= at_us + step.min(1), "{at_us} {next}");
                at_us = next;
            }
            prop_assert_eq!(Pauses::default().advance(7, 9), 16);
        }
    }
}
