//! How fast a flow is let through: open, paused, so many lines, or so many bytes a second.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use pipeyard_shared::event::Pace;
use tokio::sync::watch;
use tokio::time::Instant;

/// How long a throttled flow gathers what it may let through. Short enough to look even, long enough not
/// to wake for every byte.
const BREATH: Duration = Duration::from_millis(20);

/// A flow's pace: people set it, its relay asks it. Setting it wakes a relay that waits.
#[derive(Debug)]
pub(super) struct Gate {
    state: Mutex<State>,
    /// How often it was set.
    set: watch::Sender<u64>,
}

#[derive(Debug)]
struct State {
    pace: Pace,
    /// Lines that may still pass, for [`Pace::Lines`].
    lines: u64,
    /// Bytes that may pass now, for [`Pace::Rate`], as of `counted_at`.
    budget: f64,
    counted_at: Instant,
}

/// What may be done now.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Leave {
    /// So many bytes may pass, at least one.
    Bytes(usize),
    /// Nothing may pass before this time.
    Wait(Duration),
    /// Nothing may pass until the pace is set anew.
    Stand,
}

impl Gate {
    /// An open one.
    pub(super) fn new() -> Self {
        Self {
            state: Mutex::new(State {
                pace: Pace::Open,
                lines: 0,
                budget: 0.0,
                counted_at: Instant::now(),
            }),
            set: watch::Sender::new(0),
        }
    }

    /// Sets the pace. Lines are added to those that may still pass, so that asking for one line three
    /// times lets three through. It is told between the last byte of the old pace and the first of the new.
    pub(super) fn set(&self, pace: Pace, tell: impl FnOnce()) {
        let mut state = self.lock();
        state.lines = match (state.pace, pace) {
            (Pace::Lines { .. }, Pace::Lines { count }) => {
                state.lines.saturating_add(u64::from(count))
            }
            (_, Pace::Lines { count }) => u64::from(count),
            _ => 0,
        };
        state.budget = 0.0;
        state.counted_at = Instant::now();
        state.pace = pace;
        tell();
        // Told while locked, so that who reads the pace afterwards knows it is the one that was told.
        self.set.send_modify(|count| *count += 1);
    }

    /// Whether everything may pass.
    pub(super) fn is_open(&self) -> bool {
        self.lock().pace == Pace::Open
    }

    /// Does a step of moving bytes, if everything may pass. Nobody sets the pace in the middle of it, so the
    /// step must not wait for anything.
    pub(super) fn while_open<T>(&self, step: impl FnOnce() -> T) -> Option<T> {
        let state = self.lock();
        (state.pace == Pace::Open).then(step)
    }

    /// Does a step that moves some of these bytes, which are not none, as far as they may pass now; nothing
    /// where none may, or the step does nothing. As for [`Gate::while_open`], it must not wait. It says how
    /// many passed, and whatever else it has to say.
    pub(super) fn step<T, E>(
        &self,
        bytes: &[u8],
        step: impl FnOnce(&[u8]) -> Option<Result<(usize, T), E>>,
    ) -> Option<Result<(usize, T), E>> {
        let mut state = self.lock();
        let Leave::Bytes(most) = state.leave(bytes, Instant::now()) else {
            return None;
        };
        let done = step(&bytes[..most])?;
        if let Ok((count, _)) = &done {
            state.passed(&bytes[..*count]);
        }
        Some(done)
    }

    /// Changes when the pace is set the next time.
    pub(super) fn watch(&self) -> watch::Receiver<u64> {
        self.set.subscribe()
    }

    /// Waits until some of these bytes, which are not none, may pass, and says how many.
    pub(super) async fn leave(&self, bytes: &[u8]) -> usize {
        let mut set = self.set.subscribe();
        loop {
            // Marked as seen before it is read: what is set in between is seen again.
            set.borrow_and_update();
            let leave = self.lock().leave(bytes, Instant::now());
            match leave {
                Leave::Bytes(count) => return count,
                Leave::Wait(time) => {
                    tokio::select! {
                        () = tokio::time::sleep(time) => {}
                        _ = set.changed() => {}
                    }
                }
                Leave::Stand => {
                    let _ = set.changed().await;
                }
            }
        }
    }

    /// These bytes have passed.
    pub(super) fn passed(&self, bytes: &[u8]) {
        self.lock().passed(bytes);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn passed(&mut self, bytes: &[u8]) {
        match self.pace {
            Pace::Lines { .. } => {
                let lines = memchr::memchr_iter(b'\n', bytes).count() as u64;
                self.lines = self.lines.saturating_sub(lines);
            }
            Pace::Rate { .. } => self.budget -= bytes.len() as f64,
            Pace::Open | Pace::Paused => {}
        }
    }

    fn leave(&mut self, bytes: &[u8], now: Instant) -> Leave {
        match self.pace {
            Pace::Open => Leave::Bytes(bytes.len()),
            Pace::Paused => Leave::Stand,
            Pace::Lines { .. } => match self.lines {
                0 => Leave::Stand,
                lines => Leave::Bytes(first_lines(bytes, lines)),
            },
            Pace::Rate { bytes: rate } => {
                let rate = rate.max(1) as f64;
                let passed = now.saturating_duration_since(self.counted_at);
                // What was not used while nothing came is not saved up.
                let most = (rate * BREATH.as_secs_f64() * 2.0).max(1.0);
                self.budget = (self.budget + rate * passed.as_secs_f64()).min(most);
                self.counted_at = now;
                if self.budget >= 1.0 {
                    return Leave::Bytes(bytes.len().min(self.budget as usize));
                }
                let missing = Duration::from_secs_f64((1.0 - self.budget) / rate);
                Leave::Wait(missing.max(BREATH))
            }
        }
    }
}

/// How many bytes the first so many lines have, or all where there are fewer.
fn first_lines(bytes: &[u8], lines: u64) -> usize {
    let last = usize::try_from(lines - 1).unwrap_or(usize::MAX);
    let end = memchr::memchr_iter(b'\n', bytes).nth(last);
    end.map_or(bytes.len(), |newline| newline + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_are_let_through_whole_and_add_up() {
        let gate = Gate::new();
        gate.set(Pace::Lines { count: 1 }, || {});
        gate.set(Pace::Lines { count: 2 }, || {});
        let leave = |bytes: &[u8]| gate.lock().leave(bytes, Instant::now());
        assert_eq!(leave(b"a\nb\nc\nd\n"), Leave::Bytes(6));
        gate.passed(b"a\nb");
        assert_eq!(leave(b"\nc\nd\n"), Leave::Bytes(3));
        gate.passed(b"\nc\n");
        assert_eq!(leave(b"d\n"), Leave::Stand);
        gate.set(Pace::Paused, || {});
        gate.set(Pace::Lines { count: 1 }, || {});
        assert_eq!(leave(b"no newline"), Leave::Bytes(10));
        gate.passed(b"no newline");
        assert_eq!(leave(b" yet\n"), Leave::Bytes(5), "the line has not ended");
    }

    proptest! {
        /// Whatever the rate and the chunks, no more passes in a time than the rate allows and one breath.
        #[test]
        fn a_rate_is_never_passed(rate in 1u64..10_000_000, steps in proptest::collection::vec((1u64..50_000, 1usize..100_000), 1..50)) {
            let gate = Gate::new();
            gate.set(Pace::Rate { bytes: rate }, || {});
            let began = gate.lock().counted_at;
            let (mut now, mut passed) = (began, 0u64);
            for (later_us, offered) in steps {
                now += Duration::from_micros(later_us);
                let bytes = vec![0; offered];
                let leave = gate.lock().leave(&bytes, now);
                if let Leave::Bytes(count) = leave {
                    prop_assert!((1..=offered).contains(&count));
                    gate.passed(&bytes[..count]);
                    passed += count as u64;
                }
                let allowed = rate as f64 * ((now - began) + BREATH * 2).as_secs_f64() + 1.0;
                prop_assert!(passed as f64 <= allowed, "{passed} of {allowed}");
            }
        }
    }

    #[tokio::test]
    async fn setting_the_pace_wakes_who_waits() {
        let gate = std::sync::Arc::new(Gate::new());
        gate.set(Pace::Paused, || {});
        let waiting = tokio::spawn({
            let gate = gate.clone();
            async move { gate.leave(b"abc").await }
        });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        gate.set(Pace::Open, || {});
        assert_eq!(waiting.await.expect("woken"), 3);
    }
}
