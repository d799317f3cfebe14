//! What passed one place of a run: exact counters, and head and tail for people to look at.

use std::fs::File;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pipeyard_shared::event::Meter;
use pipeyard_shared::flow::FlowId;
use pipeyard_shared::preview::{Preview, Slice};
use tokio::sync::Notify;

use super::memory::{Held, Memory};
use super::pace::Gate;
use super::spill::{Batch, Place, Quota, Spill};

/// One flow of a run. The relay writes it, viewers read it; neither waits for the other longer than
/// a copy of a chunk takes.
#[derive(Debug)]
pub struct Flow {
    id: FlowId,
    bytes: AtomicU64,
    lines: AtomicU64,
    kept: Mutex<Kept>,
    activity: Arc<Activity>,
    carriage: AtomicU8,
    gate: Gate,
    closed: AtomicBool,
}

/// What is kept of a flow.
#[derive(Debug)]
struct Kept {
    preview: Preview,
    /// Everything from the first byte on, once the preview would lose some; absent where nobody downloads.
    spill: Option<Spill>,
    /// What of the person's memory the preview has, beyond what every flow has.
    held: Held,
    /// How many bytes it may hold so far.
    allowed: usize,
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
    /// All that has passed.
    bytes: AtomicU64,
}

/// Bytes that the previews of one run may hold altogether; with very many flows each gets less.
pub const PREVIEW_BUDGET: usize = 64 << 20;
/// What a flow's head, and its tail, may always hold.
pub const LEAST_PREVIEW: usize = 512;
/// The same where memory is short.
pub(super) const SHORT_PREVIEW: usize = 128;

impl Flow {
    pub(super) fn new(
        id: FlowId,
        preview_bytes: usize,
        quota: Option<&Quota>,
        memory: Option<&Memory>,
        activity: Arc<Activity>,
    ) -> Self {
        Self {
            id,
            bytes: AtomicU64::new(0),
            lines: AtomicU64::new(0),
            kept: Mutex::new(Kept {
                preview: Preview::new(preview_bytes),
                spill: quota.cloned().map(Spill::new),
                held: Held::nothing(memory),
                allowed: 2 * SHORT_PREVIEW,
            }),
            activity,
            carriage: AtomicU8::new(Carriage::Unknown as u8),
            gate: Gate::new(),
            closed: AtomicBool::new(false),
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

    /// Whether the kernel alone carries it, so that nobody counts or keeps its bytes.
    pub fn is_direct(&self) -> bool {
        self.carriage() == Carriage::Kernel
    }

    pub(super) fn set_carriage(&self, carriage: Carriage) {
        self.carriage.store(carriage as u8, Ordering::Relaxed);
    }

    /// Its relay will carry no more.
    pub(super) fn close(&self) {
        self.closed.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Relaxed)
    }

    /// How fast its relay is to let it through.
    pub(super) fn gate(&self) -> &Gate {
        &self.gate
    }

    /// Its number.
    pub fn id(&self) -> FlowId {
        self.id
    }

    /// Counts and keeps bytes that have just passed. Returns whether they were the first.
    pub(super) fn record(&self, bytes: &[u8]) -> bool {
        let newlines = memchr::memchr_iter(b'\n', bytes).count() as u64;
        let mut kept = self.lock();
        kept.push(bytes);
        // Counted under the lock, so that a viewer never sees more bytes than are counted.
        self.lines.fetch_add(newlines, Ordering::Relaxed);
        let before = self.bytes.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        drop(kept);
        self.activity.pass(bytes.len());
        before == 0
    }

    /// The same for bytes that are followed at once by more than a preview's tail holds: they are counted,
    /// and kept only where everything is.
    pub(super) fn record_in_passing(&self, bytes: &[u8]) {
        let newlines = memchr::memchr_iter(b'\n', bytes).count() as u64;
        let mut kept = self.lock();
        kept.pass(bytes);
        self.lines.fetch_add(newlines, Ordering::Relaxed);
        self.bytes.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        drop(kept);
        self.activity.pass(bytes.len());
    }

    /// What of it is to be written to disk now. Only who records calls this, and then [`Flow::written`].
    pub(super) fn batch(&self) -> Option<Batch> {
        self.lock().spill.as_ref().and_then(Spill::due)
    }

    /// A batch was written, or could not be.
    pub(super) fn written(&self, batch: &Batch, written: io::Result<(Arc<File>, u64)>) {
        if let Some(spill) = &mut self.lock().spill {
            spill.done(batch, written);
        }
    }

    /// How many bytes can be read by [`Flow::read_kept`], from the first one on.
    pub fn kept(&self) -> u64 {
        let kept = self.lock();
        let spilled = kept.spill.as_ref().map_or(0, Spill::kept);
        spilled.max(kept.preview.head().len() as u64 + kept.unbroken_tail())
    }

    /// The same, where it is less than has passed and bytes are kept for download at all.
    pub(super) fn kept_short(&self) -> Option<u64> {
        let downloadable = self.lock().spill.is_some();
        let kept = self.kept();
        (downloadable && kept < self.meter().bytes).then_some(kept)
    }

    /// What is kept beyond the preview is let go, for others to have the room. It must have ended.
    pub(super) fn give_way(&self) {
        self.lock().spill = None;
    }

    /// Bytes from a place on, at most so many; none behind what is kept. It may read a file.
    ///
    /// # Errors
    /// The system's.
    pub fn read_kept(&self, from: u64, most: usize) -> io::Result<Vec<u8>> {
        let extent = {
            let kept = self.lock();
            match kept.spill.as_ref().and_then(|spill| spill.place(from)) {
                Some(Place::File(extent)) => extent,
                Some(Place::Memory(bytes)) => return Ok(bytes[..bytes.len().min(most)].to_vec()),
                None => {
                    let slice = kept.preview.read(from, most);
                    let here = slice.filter(|slice| slice.offset == from);
                    return Ok(here.map(|slice| slice.bytes).unwrap_or_default());
                }
            }
        };
        extent.read(most)
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
        self.lock().preview.read(from, most)
    }

    /// Everything that is kept.
    pub fn slices(&self) -> Vec<Slice> {
        self.lock().preview.slices()
    }

    /// A panic while pushing leaves what is kept as it was, so a poisoned lock is still good.
    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn push(&mut self, bytes: &[u8]) {
        self.make_room(bytes.len());
        self.spill(bytes);
        self.preview.push(bytes);
    }

    fn pass(&mut self, bytes: &[u8]) {
        self.make_room(bytes.len());
        self.spill(bytes);
        if self.preview.room() > 0 {
            self.preview.push(bytes);
        } else {
            self.preview.pass(bytes.len() as u64);
        }
    }

    /// Takes memory for what the preview will hold, as its buffers take it: by doubling. Where that is short the preview stays
    /// as large as it is.
    fn make_room(&mut self, bytes: usize) {
        let needed = self.preview.held_with(bytes);
        let Some(more) = needed.checked_sub(self.allowed).filter(|more| *more > 0) else {
            return;
        };
        for more in [more.max(self.allowed), more] {
            if self.held.grow(more as u64).is_ok() {
                self.allowed += more;
                return;
            }
        }
        self.preview.narrow(SHORT_PREVIEW);
    }

    /// Keeps the next bytes, and with the first that the preview has no room for all before them.
    fn spill(&mut self, bytes: &[u8]) {
        let Some(spill) = &mut self.spill else {
            return;
        };
        if spill.is_closed() || self.preview.room() >= bytes.len() {
            return;
        }
        if spill.kept() == 0 {
            for slice in self.preview.slices() {
                spill.push(&slice.bytes);
            }
        }
        if spill.kept() == self.preview.end() {
            spill.push(bytes);
        }
    }

    /// Bytes of the tail that follow the head without a gap.
    fn unbroken_tail(&self) -> u64 {
        match self.preview.gap() {
            0 => self.preview.end() - self.preview.head().len() as u64,
            _ => 0,
        }
    }
}

impl Activity {
    fn pass(&self, bytes: usize) {
        self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
        self.stir();
    }

    /// How many bytes have passed all flows together.
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

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

#[cfg(test)]
mod tests {
    use super::*;
    use pipeyard_shared::limits::LimitName;

    fn flow(memory: Option<&Memory>, quota: Option<&Quota>) -> Flow {
        Flow::new(FlowId(0), 64 << 10, quota, memory, Arc::default())
    }

    fn line(length: usize) -> Vec<u8> {
        (0..length).map(|at| (at % 251) as u8).collect()
    }

    #[test]
    fn where_memory_is_short_previews_are_small_and_the_gap_is_told() {
        let memory = Memory::new(LimitName::RunMemory, 10_000);
        let [first, second] = [(); 2].map(|()| flow(Some(&memory), None));
        let bytes = line(20_000);
        for chunk in bytes.chunks(1_000) {
            first.record(chunk);
        }
        second.record(&bytes);
        assert!(memory.used() <= 10_000);
        let kept =
            |flow: &Flow| -> usize { flow.slices().iter().map(|slice| slice.bytes.len()).sum() };
        assert!((9_000..=10_300).contains(&kept(&first)), "{}", kept(&first));
        assert!(kept(&second) >= SHORT_PREVIEW);
        for flow in [&first, &second] {
            assert_eq!(flow.meter().bytes, 20_000, "all are counted");
            for slice in flow.slices() {
                let at = slice.offset as usize;
                assert_eq!(slice.bytes, bytes[at..at + slice.bytes.len()]);
            }
            let last = flow.slices().pop().expect("something");
            assert_eq!(
                last.offset + last.bytes.len() as u64,
                20_000,
                "the end is kept"
            );
        }
        drop((first, second));
        assert_eq!(memory.used(), 0);
    }

    /// What no preview has room for is kept on disk from the first byte on, as it is where a preview is full.
    #[test]
    fn what_memory_is_short_for_can_be_downloaded() {
        let memory = Memory::new(LimitName::RunMemory, 0);
        let flow = flow(Some(&memory), Some(&Quota::new(1 << 20)));
        let bytes = line(20_000);
        for chunk in bytes.chunks(777) {
            flow.record(chunk);
        }
        assert_eq!(flow.kept(), 20_000);
        assert_eq!(flow.read_kept(0, 20_000).expect("in memory"), bytes);
    }
}
