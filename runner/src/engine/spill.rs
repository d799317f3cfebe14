//! What is kept of a flow beyond its preview, on disk, for download.
//!
//! A flow's bytes go to an unlinked temporary file, one a run, from the first one on, once the preview would
//! lose some. When the run's share of the disk, or the runner's, is used up, or the disk is full, nothing
//! more goes there: what is kept is always the beginning, without a gap.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes that wait in memory for being written together.
const BATCH_BYTES: usize = 128 << 10;

/// Room on disk: a run's, within the runner's.
#[derive(Clone, Debug)]
pub struct Quota(Arc<Room>);

#[derive(Debug)]
struct Room {
    all: u64,
    bytes: AtomicU64,
    flows: AtomicU64,
    within: Option<Quota>,
    /// What a run has on disk, and how much.
    file: Mutex<Option<(Arc<File>, u64)>>,
}

/// What is kept of one flow.
#[derive(Debug)]
pub(super) struct Spill {
    quota: Quota,
    /// Where its first bytes stand in the file, in order.
    written_in: Vec<Extent>,
    /// How many these are.
    written: u64,
    /// The bytes behind them, which are still to be written.
    batch: Vec<u8>,
    /// Room that was taken and is given back in the end.
    taken: u64,
    begun: bool,
    closed: bool,
}

/// Bytes that are to be written: done where waiting for a disk is no harm.
#[derive(Debug)]
pub(super) struct Batch {
    quota: Quota,
    bytes: Vec<u8>,
}

/// A piece of a flow in the run's file.
#[derive(Clone, Debug)]
pub(super) struct Extent {
    file: Arc<File>,
    /// Where it begins in the flow.
    from: u64,
    /// Where it begins in the file.
    at: u64,
    bytes: u64,
}

/// Where kept bytes are to be read.
#[derive(Debug)]
pub(super) enum Place<'a> {
    File(Extent),
    Memory(&'a [u8]),
}

impl Quota {
    /// The bound `disk_flows`: flows of a runner that may have more kept of them than their previews hold.
    /// Each takes memory for a batch.
    pub const DISK_FLOWS: u64 = 512;

    /// Room for so many bytes.
    pub fn new(bytes: u64) -> Self {
        Self(Arc::new(Room {
            all: bytes,
            bytes: AtomicU64::new(bytes),
            flows: AtomicU64::new(Self::DISK_FLOWS),
            within: None,
            file: Mutex::default(),
        }))
    }

    /// Room for so many bytes out of this one.
    pub fn part(&self, bytes: u64) -> Self {
        self.part_for_flows(bytes, Self::DISK_FLOWS)
    }

    /// The same for so many flows only.
    pub fn part_for_flows(&self, bytes: u64, flows: u64) -> Self {
        Self(Arc::new(Room {
            all: bytes,
            bytes: AtomicU64::new(bytes),
            flows: AtomicU64::new(flows),
            within: Some(self.clone()),
            file: Mutex::default(),
        }))
    }

    /// How many bytes are taken.
    pub fn used(&self) -> u64 {
        self.0
            .all
            .saturating_sub(self.0.bytes.load(Ordering::Relaxed))
    }

    /// Whether so many bytes more could be taken, here and in all that this is a part of.
    pub fn has_room(&self, bytes: u64) -> bool {
        let room = &self.0;
        room.bytes.load(Ordering::Relaxed) >= bytes
            && room.flows.load(Ordering::Relaxed) > 0
            && room
                .within
                .as_ref()
                .is_none_or(|within| within.has_room(bytes))
    }

    /// Takes room for so many bytes and flows, or none.
    fn take(&self, bytes: u64, flows: u64) -> bool {
        let room = &self.0;
        if !take(&room.bytes, bytes) {
            return false;
        }
        if !take(&room.flows, flows) {
            room.bytes.fetch_add(bytes, Ordering::Relaxed);
            return false;
        }
        let all = room
            .within
            .as_ref()
            .is_none_or(|within| within.take(bytes, flows));
        if !all {
            room.bytes.fetch_add(bytes, Ordering::Relaxed);
            room.flows.fetch_add(flows, Ordering::Relaxed);
        }
        all
    }

    /// Room in the run's file, which is made when it is first needed.
    fn allot(&self, bytes: u64) -> io::Result<(Arc<File>, u64)> {
        let mut place = self.0.file.lock().unwrap_or_else(PoisonError::into_inner);
        let (file, end) = match place.take() {
            Some(known) => known,
            None => (Arc::new(tempfile::tempfile()?), 0),
        };
        *place = Some((file.clone(), end + bytes));
        Ok((file, end))
    }

    fn give_back(&self, bytes: u64, flows: u64) {
        self.0.bytes.fetch_add(bytes, Ordering::Relaxed);
        self.0.flows.fetch_add(flows, Ordering::Relaxed);
        if let Some(within) = &self.0.within {
            within.give_back(bytes, flows);
        }
    }
}

fn take(from: &AtomicU64, count: u64) -> bool {
    let taken = |left: u64| left.checked_sub(count);
    from.fetch_update(Ordering::Relaxed, Ordering::Relaxed, taken)
        .is_ok()
}

impl Spill {
    pub(super) fn new(quota: Quota) -> Self {
        Self {
            quota,
            written_in: Vec::new(),
            written: 0,
            batch: Vec::new(),
            taken: 0,
            begun: false,
            closed: false,
        }
    }

    /// How many bytes are kept, from the first one on.
    pub(super) fn kept(&self) -> u64 {
        self.written + self.batch.len() as u64
    }

    /// Whether nothing more will be kept.
    pub(super) fn is_closed(&self) -> bool {
        self.closed
    }

    /// Keeps the next bytes, or none from then on where there is no room for all of them.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        if self.closed {
            return;
        }
        if self.quota.take(bytes.len() as u64, u64::from(!self.begun)) {
            self.begun = true;
            self.taken += bytes.len() as u64;
            self.batch.extend_from_slice(bytes);
        } else {
            self.closed = true;
        }
    }

    /// What should be written now, if it is enough to be worth it.
    pub(super) fn due(&self) -> Option<Batch> {
        (self.batch.len() >= BATCH_BYTES && !self.closed).then(|| Batch {
            quota: self.quota.clone(),
            bytes: self.batch.clone(),
        })
    }

    /// The batch was written, or not: then nothing more is kept.
    pub(super) fn done(&mut self, batch: &Batch, written: io::Result<(Arc<File>, u64)>) {
        match written {
            Ok((file, at)) => {
                let bytes = batch.bytes.len() as u64;
                self.written_in.push(Extent {
                    file,
                    from: self.written,
                    at,
                    bytes,
                });
                self.written += bytes;
                self.batch.drain(..batch.bytes.len());
            }
            Err(error) => {
                if !self.closed {
                    tracing::warn!(%error, "no more of a flow can be kept for download");
                }
                self.closed = true;
                // What is kept is what is on disk: a batch that cannot be written is not held for ever.
                self.batch = Vec::new();
            }
        }
    }

    /// Where the bytes from a place on are; nothing behind what is kept.
    pub(super) fn place(&self, from: u64) -> Option<Place<'_>> {
        if let Some(behind) = from.checked_sub(self.written) {
            let rest = self.batch.get(usize::try_from(behind).ok()?..)?;
            return (!rest.is_empty()).then_some(Place::Memory(rest));
        }
        let behind = self
            .written_in
            .partition_point(|extent| extent.from <= from);
        let extent = self.written_in.get(behind.checked_sub(1)?)?;
        let inside = from - extent.from;
        Some(Place::File(Extent {
            file: extent.file.clone(),
            from,
            at: extent.at + inside,
            bytes: extent.bytes - inside,
        }))
    }
}

impl Extent {
    /// Its first bytes, at most so many.
    ///
    /// # Errors
    /// The system's.
    pub(super) fn read(&self, most: usize) -> io::Result<Vec<u8>> {
        let count = usize::try_from(self.bytes).unwrap_or(usize::MAX).min(most);
        let mut bytes = vec![0; count];
        self.file.read_exact_at(&mut bytes, self.at)?;
        Ok(bytes)
    }
}

impl Drop for Spill {
    fn drop(&mut self) {
        self.quota.give_back(self.taken, u64::from(self.begun));
    }
}

impl Batch {
    /// Writes it; the file, and where in it.
    ///
    /// # Errors
    /// The system's, such as a full disk.
    pub(super) fn write(&self) -> io::Result<(Arc<File>, u64)> {
        let (file, at) = self.quota.allot(self.bytes.len() as u64)?;
        file.write_all_at(&self.bytes, at)?;
        Ok((file, at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_taken_from_both_and_given_back() {
        let runner = Quota::new(100);
        let run = runner.part(80);
        let mut spill = Spill::new(run.clone());
        spill.push(&[0; 60]);
        spill.push(&[0; 30]);
        spill.push(&[0; 1]);
        assert_eq!(spill.kept(), 60, "nothing follows what did not fit");
        assert!(!runner.take(41, 0) && runner.take(40, 0));
        assert!(!run.take(1, 0), "the runner has no more");
        drop(spill);
        assert!(run.take(60, Quota::DISK_FLOWS));
        assert!(!run.take(0, 1));
    }

    /// A disk that refused made a hot flow's thread try for ever.
    #[test]
    fn a_disk_that_refuses_ends_the_keeping() {
        let mut spill = Spill::new(Quota::new(1 << 30));
        spill.push(&[0; BATCH_BYTES]);
        let batch = spill.due().expect("enough");
        spill.done(&batch, Err(io::ErrorKind::StorageFull.into()));
        assert!(spill.due().is_none() && spill.is_closed());
        spill.push(&[0; BATCH_BYTES]);
        assert!(spill.due().is_none());
        assert_eq!(spill.kept(), 0);
        assert!(spill.place(0).is_none());
    }

    #[test]
    fn flows_of_a_run_share_its_file_and_find_their_bytes() {
        let quota = Quota::new(1 << 30).part(1 << 29);
        let mut spills = [Spill::new(quota.clone()), Spill::new(quota)];
        let byte = |spill: usize, at: usize| (spill * 100 + at / 1_000) as u8;
        for round in 0..5 {
            for (number, spill) in spills.iter_mut().enumerate() {
                let from = usize::try_from(spill.kept()).expect("small");
                let bytes: Vec<u8> = (from..from + BATCH_BYTES + round * 7)
                    .map(|at| byte(number, at))
                    .collect();
                spill.push(&bytes);
                let batch = spill.due().expect("enough");
                // More comes while it is being written.
                spill.push(&[byte(number, from + bytes.len())]);
                let written = batch.write();
                spill.done(&batch, written);
            }
        }
        for (number, spill) in spills.iter().enumerate() {
            let mut at = 0;
            while let Some(place) = spill.place(at) {
                let bytes = match place {
                    Place::File(extent) => extent.read(10_007).expect("kept"),
                    Place::Memory(bytes) => bytes.to_vec(),
                };
                let from = usize::try_from(at).expect("small");
                let good = (from..)
                    .zip(&bytes)
                    .all(|(at, found)| *found == byte(number, at));
                assert!(good, "other bytes than were kept from {from}");
                at += bytes.len() as u64;
            }
            assert_eq!(at, spill.kept());
        }
    }
}
