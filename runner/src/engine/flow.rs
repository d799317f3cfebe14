//! What passed one place of a run: exact counters, and head and tail for people to look at.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use pipeyard_shared::event::{Meter, Pace};
use pipeyard_shared::flow::FlowId;
use pipeyard_shared::preview::{Preview, Slice};
use tokio::sync::{Notify, watch};

/// One flow of a run. The relay writes it, viewers read it; neither waits for the other longer than
/// a copy of a chunk takes.
#[derive(Debug)]
pub struct Flow {
    id: FlowId,
    bytes: AtomicU64,
    lines: AtomicU64,
    preview: Mutex<Preview>,
    activity: Arc<Activity>,
    carriage: AtomicU8,
    pace: watch::Sender<Pace>,
}

/// Who carries a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Carriage {
    /// Its lane has not been opened.
    Unknown,
    /// A relay, which counts, keeps and paces it.
    Relay,
    /// The kernel alone.
    Kernel,
}

/// Wakes those who watch a run when bytes have passed anywhere in it.
#[derive(Debug, Default)]
pub struct Activity {
    /// Spares the relay the waking while nobody has looked since the last time.
    stirred: AtomicBool,
    notify: Notify,
}

/// Bytes that the previews of one run may hold altogether; with very many flows each gets less.
pub const PREVIEW_BUDGET: usize = 64 << 20;
/// What a flow's head, and its tail, may always hold.
pub const LEAST_PREVIEW: usize = 512;

impl Flow {
    pub(super) fn new(id: FlowId, preview_bytes: usize, activity: Arc<Activity>) -> Self {
        Self {
            id,
            bytes: AtomicU64::new(0),
            lines: AtomicU64::new(0),
            preview: Mutex::new(Preview::new(preview_bytes)),
            activity,
            carriage: AtomicU8::new(Carriage::Unknown as u8),
            pace: watch::Sender::new(Pace::Open),
        }
    }

    /// Who carries it, once its lane has been opened.
    pub(super) fn carriage(&self) -> Carriage {
        const KERNEL: u8 = Carriage::Kernel as u8;
        const RELAY: u8 = Carriage::Relay as u8;
        match self.carriage.load(Ordering::Relaxed) {
            KERNEL => Carriage::Kernel,
            RELAY => Carriage::Relay,
            _ => Carriage::Unknown,
        }
    }

    pub(super) fn set_carriage(&self, carriage: Carriage) {
        self.carriage.store(carriage as u8, Ordering::Relaxed);
    }

    /// How fast its relay is to let it through, now and whenever that changes.
    pub(super) fn pace(&self) -> watch::Receiver<Pace> {
        self.pace.subscribe()
    }

    pub(super) fn set_pace(&self, pace: Pace) {
        self.pace.send_replace(pace);
    }

    /// Its number.
    pub fn id(&self) -> FlowId {
        self.id
    }

    /// Counts and keeps bytes that have just passed. Returns whether they were the first.
    pub(super) fn record(&self, bytes: &[u8]) -> bool {
        let newlines = memchr::memchr_iter(b'\n', bytes).count() as u64;
        let mut preview = self.preview.lock().unwrap_or_else(PoisonError::into_inner);
        preview.push(bytes);
        // Counted under the lock, so that a viewer never sees more bytes than are counted.
        self.lines.fetch_add(newlines, Ordering::Relaxed);
        let before = self.bytes.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        drop(preview);
        self.activity.stir();
        before == 0
    }

    /// The counters now.
    pub fn meter(&self) -> Meter {
        Meter {
            flow: self.id,
            bytes: self.bytes.load(Ordering::Relaxed),
            lines: Some(self.lines.load(Ordering::Relaxed)),
            waiting: None,
            room: None,
        }
    }

    /// The first kept bytes at or after an offset, at most so many.
    pub fn read(&self, from: u64, most: usize) -> Option<Slice> {
        let preview = self.preview.lock().unwrap_or_else(PoisonError::into_inner);
        preview.read(from, most)
    }

    /// Everything that is kept.
    pub fn slices(&self) -> Vec<Slice> {
        let preview = self.preview.lock().unwrap_or_else(PoisonError::into_inner);
        preview.slices()
    }
}

impl Activity {
    pub(super) fn stir(&self) {
        if !self.stirred.swap(true, Ordering::Release) {
            self.notify.notify_waiters();
        }
    }

    /// Waits until bytes have passed since the last call returned. Several may wait at once; one of
    /// them may then be woken late by up to the time between two calls of another, so a viewer looks
    /// again after its own interval in any case.
    pub async fn stirred(&self) {
        let mut notified = std::pin::pin!(self.notify.notified());
        notified.as_mut().enable();
        if self.stirred.swap(false, Ordering::Acquire) {
            return;
        }
        notified.await;
    }
}

/// How many bytes each end of a preview may hold when a run has so many flows.
pub(super) fn preview_bytes(flows: usize, most: usize) -> usize {
    let fair = PREVIEW_BUDGET / (2 * flows.max(1));
    fair.max(LEAST_PREVIEW).min(most)
}
