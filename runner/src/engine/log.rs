//! The log of a run: what happened, in order, read by any number of viewers at their own pace.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use pipeyard_shared::event::{Event, RunEvent};
use pipeyard_shared::limits::LimitName;
use tokio::sync::watch;

use super::memory::{Held, Memory};
use super::weight;

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
    entries: Mutex<Entries>,
    /// What of the person's memory it has beyond what every run has.
    held: Mutex<Held>,
    count: watch::Sender<u64>,
    requested: AtomicU64,
}

#[derive(Debug, Default)]
struct Entries {
    events: Vec<RunEvent>,
    passed: Passed,
}

/// What runs come to, in numbers.
#[derive(Clone, Copy, Debug, Default)]
pub struct Passed {
    /// Lanes that began.
    pub lanes_started: u64,
    /// Processes that were started for stages.
    pub processes_started: u64,
    /// Those of them that have ended.
    pub processes_ended: u64,
    /// When the first was started, in microseconds since the run began.
    pub first_start_us: Option<u64>,
    /// Bytes that were relayed.
    pub bytes: u64,
    /// The limit at which a run was ended, if it was.
    pub ended_at: Option<LimitName>,
}

impl Passed {
    /// Both together.
    pub fn add(&mut self, other: &Self) {
        self.lanes_started += other.lanes_started;
        self.processes_started += other.processes_started;
        self.processes_ended += other.processes_ended;
        self.bytes += other.bytes;
    }

    fn count(&mut self, at_us: u64, event: &Event) {
        match event {
            Event::LaneStarted { .. } => self.lanes_started += 1,
            Event::StageStarted { pid: Some(_), .. } => {
                self.processes_started += 1;
                self.first_start_us.get_or_insert(at_us);
            }
            Event::StageEnded { usage: Some(_), .. } => self.processes_ended += 1,
            Event::LimitReached { limit, .. } => self.ended_at = Some(*limit),
            _ => {}
        }
    }
}

/// How many events by request (signals sent by hand) a run records; the signals themselves are still sent.
pub const REQUESTED_EVENTS: u64 = 10_000;

impl Log {
    /// An empty one, which draws from this memory for what the chain does not bound.
    pub(super) fn new(memory: Option<&Memory>) -> Self {
        Self {
            entries: Mutex::default(),
            held: Mutex::new(Held::nothing(memory)),
            count: watch::Sender::new(0),
            requested: AtomicU64::new(0),
        }
    }

    /// Appends an event that happened at a time.
    pub(super) fn push(&self, at_us: u64, event: Event) {
        let mut entries = self.lock();
        let seq = entries.events.len() as u64;
        entries.passed.count(at_us, &event);
        entries.events.push(RunEvent { seq, at_us, event });
        // Told while locked, so that the count never runs ahead of or behind the list.
        self.count.send_replace(seq + 1);
    }

    /// Appends an event of a kind that people can cause without end; passes over it beyond the bound.
    pub(super) fn push_bounded(&self, at_us: u64, event: Event) {
        let asked = self.requested.fetch_add(1, Ordering::Relaxed);
        if asked < REQUESTED_EVENTS && self.has_room() {
            self.push(at_us, event);
        }
    }

    /// Whether there is memory for one more event of a kind that the chain does not bound. Whoever asks tells it.
    pub(super) fn has_room(&self) -> bool {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.grow(weight::EVENT as u64).is_ok()
    }

    /// The events from a place on, at most so many.
    pub fn read(&self, from: u64, most: usize) -> Vec<RunEvent> {
        let entries = self.lock();
        let from = usize::try_from(from).unwrap_or(usize::MAX);
        entries
            .events
            .iter()
            .skip(from)
            .take(most)
            .cloned()
            .collect()
    }

    /// How many events there are, now and whenever that changes.
    pub fn count(&self) -> watch::Receiver<u64> {
        self.count.subscribe()
    }

    /// What it comes to so far. Bytes are counted [elsewhere](super::Activity::bytes).
    pub fn passed(&self) -> Passed {
        self.lock().passed
    }

    /// A panic while pushing leaves the list as it was, so a poisoned lock is still good.
    fn lock(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
