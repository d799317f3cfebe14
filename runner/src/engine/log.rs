//! The log of a run: what happened, in order, read by any number of viewers at their own pace.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use pipeyard_shared::event::{Event, RunEvent};
use tokio::sync::watch;

/// Microseconds since a run began, on the monotonic clock.
#[derive(Clone, Copy, Debug)]
pub struct Clock(Instant);

impl Clock {
    /// A clock that starts now.
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Now, in microseconds.
    pub fn now_us(self) -> u64 {
        u64::try_from(self.0.elapsed().as_micros()).unwrap_or(u64::MAX)
    }
}

/// An append-only list of events. Bounded by the chain: a lane has a fixed number of stages and flows,
/// each of which tells a fixed number of things; [`Log::push_bounded`] guards what people can repeat, and
/// what is seen by looking has a limit of its own.
#[derive(Debug)]
pub struct Log {
    events: Mutex<Vec<RunEvent>>,
    count: watch::Sender<u64>,
    requested: AtomicU64,
}

/// How many events by request (signals sent by hand) a run records; the signals themselves are still sent.
pub const REQUESTED_EVENTS: u64 = 10_000;

impl Log {
    pub(super) fn new() -> Self {
        Self {
            events: Mutex::new(Vec::new()),
            count: watch::Sender::new(0),
            requested: AtomicU64::new(0),
        }
    }

    /// Appends an event that happened at a time.
    pub(super) fn push(&self, at_us: u64, event: Event) {
        let mut events = self.lock();
        let seq = events.len() as u64;
        events.push(RunEvent { seq, at_us, event });
        // Told while locked, so that the count never runs ahead of or behind the list.
        self.count.send_replace(seq + 1);
    }

    /// Appends an event of a kind that people can cause without end; passes over it beyond the bound.
    pub(super) fn push_bounded(&self, at_us: u64, event: Event) {
        if self.requested.fetch_add(1, Ordering::Relaxed) < REQUESTED_EVENTS {
            self.push(at_us, event);
        }
    }

    /// The events from a place on, at most so many.
    pub fn read(&self, from: u64, most: usize) -> Vec<RunEvent> {
        let events = self.lock();
        let from = usize::try_from(from).unwrap_or(usize::MAX);
        events.iter().skip(from).take(most).cloned().collect()
    }

    /// How many events there are, now and whenever that changes.
    pub fn count(&self) -> watch::Receiver<u64> {
        self.count.subscribe()
    }

    /// A panic while pushing leaves the list as it was, so a poisoned lock is still good.
    fn lock(&self) -> MutexGuard<'_, Vec<RunEvent>> {
        self.events.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
