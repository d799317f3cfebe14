//! What was counted at one place, and when.

/// Counters that are remembered of one flow: when there are more, every second one is dropped, so
/// that a long run is known as long as it lasted, only less finely.
pub(super) const MOST_SAMPLES: usize = 512;
/// Counters that are remembered of a whole run, above four a flow: when there are more, every flow
/// drops every second one of its own.
pub(super) const MOST_SAMPLES_OF_RUN: usize = 60_000;

/// The counters of a flow at an instant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counted {
    /// Bytes that had passed.
    pub(crate) bytes: u64,
    /// Newlines among them; nothing where nobody counts them.
    pub(crate) lines: Option<u64>,
    /// Bytes that stood in the pipe; nothing where nobody looked.
    pub(crate) waiting: Option<u32>,
}

/// Counters and their time, on the run's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sample {
    /// When they were read.
    pub(crate) at_us: u64,
    /// What they said.
    pub(crate) counted: Counted,
}

impl Sample {
    /// Time and bytes.
    pub(super) fn point(&self) -> (u64, u64) {
        (self.at_us, self.counted.bytes)
    }
}

/// The counters of one flow in the order of time. Bytes and lines never get fewer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Samples {
    samples: Vec<Sample>,
    /// The last one is replaced until it is further than this from the one before it: what was halved
    /// stays about as fine everywhere.
    apart_us: u64,
}

impl Samples {
    /// All of them.
    pub(crate) fn all(&self) -> &[Sample] {
        &self.samples
    }

    /// The last ones.
    pub(crate) fn last(&self) -> Option<&Sample> {
        self.samples.last()
    }

    /// The last ones at or before an instant.
    pub(crate) fn before(&self, at_us: u64) -> Option<&Sample> {
        self.samples[..self.split(at_us)].last()
    }

    /// The first ones after an instant.
    pub(super) fn after(&self, at_us: u64) -> Option<&Sample> {
        self.samples.get(self.split(at_us))
    }

    /// Those up to an instant.
    pub(super) fn until(&self, at_us: u64) -> Self {
        Self {
            samples: self.samples[..self.split(at_us)].to_vec(),
            apart_us: self.apart_us,
        }
    }

    /// When there were first as many bytes as this.
    pub(super) fn reached_us(&self, bytes: u64) -> Option<u64> {
        let first = self
            .samples
            .partition_point(|sample| sample.counted.bytes < bytes);
        self.samples.get(first).map(|sample| sample.at_us)
    }

    /// Takes the next counters; those of an earlier time are taken as of the last one's. Says by how
    /// many samples there are more or fewer now.
    pub(super) fn push(&mut self, mut sample: Sample) -> isize {
        let before = self.samples.len();
        if let Some(last) = self
            .samples
            .last_mut()
            .filter(|last| last.at_us >= sample.at_us)
        {
            sample.at_us = last.at_us;
            *last = sample;
            return 0;
        }
        if let [.., early, late] = &*self.samples
            && late.at_us - early.at_us < self.apart_us
        {
            self.samples.pop();
        }
        if self.samples.len() >= MOST_SAMPLES {
            self.halve();
        }
        self.samples.push(sample);
        self.samples.len() as isize - before as isize
    }

    /// What was counted exactly at the end: nothing before it was more, and nothing came after it. Says
    /// by how many samples there are fewer now, as a number below zero.
    pub(super) fn finish(&mut self, ended_us: u64, exact: Counted) -> isize {
        let before = self.samples.len();
        self.samples.retain(|sample| sample.at_us < ended_us);
        for sample in &mut self.samples {
            let counted = &mut sample.counted;
            counted.bytes = counted.bytes.min(exact.bytes);
            counted.lines = counted
                .lines
                .zip(exact.lines)
                .map(|(lines, most)| lines.min(most));
        }
        self.samples.len() as isize - before as isize
    }

    /// Drops every second one; the first and the last one stay.
    pub(super) fn halve(&mut self) {
        let last = self.samples.len().saturating_sub(1);
        let mut index = 0;
        self.samples.retain(|_| {
            index += 1;
            (index - 1) % 2 == 0 || index - 1 == last
        });
        if let [first, .., last] = &*self.samples {
            self.apart_us = (last.at_us - first.at_us) / self.samples.len() as u64;
        }
    }

    fn split(&self, at_us: u64) -> usize {
        self.samples.partition_point(|sample| sample.at_us <= at_us)
    }
}

/// A value on the straight line between two times, rounded down. `before ≤ at < after` in time.
pub(super) fn between(at_us: u64, before: (u64, u64), after: (u64, u64)) -> u64 {
    let (from_us, low) = before;
    let (to_us, high) = after;
    let length = u128::from(to_us.saturating_sub(from_us).max(1));
    let passed = u128::from(at_us.saturating_sub(from_us)).min(length);
    let grown = u128::from(high.saturating_sub(low)) * passed / length;
    // No more than `high - low`, which fits.
    low + u64::try_from(grown).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_run_is_remembered_from_its_beginning_to_its_end_within_the_bound() {
        let mut samples = Samples::default();
        let mut count = 0;
        for at_us in 0..10_000 {
            let counted = Counted {
                bytes: at_us,
                ..Counted::default()
            };
            count += samples.push(Sample { at_us, counted });
        }
        let all = samples.all();
        assert!(
            all.len() <= MOST_SAMPLES && all.len() >= MOST_SAMPLES / 4,
            "{}",
            all.len()
        );
        assert_eq!(count, all.len() as isize);
        assert_eq!(all.last().map(|sample| sample.at_us), Some(9_999));
        assert_eq!(all[0].at_us, 0);
        let apart = all.windows(2).map(|pair| pair[1].at_us - pair[0].at_us);
        assert!(
            apart.clone().all(|apart| (1..200).contains(&apart)),
            "{:?}",
            apart.max()
        );
    }

    #[test]
    fn halves_keep_both_ends() {
        for length in 1..9 {
            let mut samples = Samples::default();
            for at_us in 0..length {
                let counted = Counted::default();
                samples.push(Sample { at_us, counted });
            }
            samples.halve();
            let at = |sample: Option<&Sample>| sample.map(|sample| sample.at_us);
            assert_eq!(at(samples.last()), Some(length - 1));
            assert_eq!(at(samples.all().first()), Some(0));
            assert_eq!(samples.all().len() as u64, length / 2 + 1);
        }
    }

    #[test]
    fn lines_between_two_times_are_straight_however_large_the_numbers() {
        assert_eq!(between(15, (10, 0), (20, 7)), 3);
        assert_eq!(
            between(u64::MAX - 1, (0, 0), (u64::MAX, u64::MAX)),
            u64::MAX - 1
        );
        assert_eq!(between(5, (5, 3), (5, 9)), 3);
    }
}
