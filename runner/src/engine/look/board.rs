//! Who lives: the lanes' drivers write it, the sampler reads it.
//!
//! A driver takes a stage off *before* it reaps its process or tells its end, and the sampler tells what it
//! saw only while it holds the board and the stage is still on it. So nothing is told of a stage after its
//! end, and nothing that was read of a stranger who was given the same process id. The board is locked
//! before the log is, and never the other way round; drivers hold it for a moment and alone.

use std::collections::BTreeMap;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pipeyard_shared::id::LaneNumber;
use rustix::fs::FileType;

use super::WORK_A_LOOK;

/// The lanes that have living processes.
#[derive(Debug, Default)]
pub(in crate::engine) struct Board(Mutex<BTreeMap<LaneNumber, Table>>);

/// One lane, by the places of its stages and flows in the chain.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    seats: BTreeMap<usize, Arc<Seat>>,
    ended_flows: std::collections::BTreeSet<usize>,
}

/// A living process.
#[derive(Debug)]
pub(in crate::engine) struct Seat {
    pub(super) pid: u32,
    pub(super) given: Vec<Given>,
}

/// A descriptor that a process was started with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine) struct Given {
    /// Its number in the process.
    pub(super) number: u8,
    /// What it leads to.
    pub(super) file: File,
    /// Whether that is a pipe.
    pub(super) is_pipe: bool,
}

/// A file, whatever descriptor or path leads to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct File {
    pub(super) device: u64,
    pub(super) number: u64,
}

impl Given {
    /// What a process is about to be given.
    pub(in crate::engine) fn all(descriptors: &[(Arc<OwnedFd>, i32)]) -> Vec<Self> {
        let given = descriptors.iter().filter_map(|(descriptor, number)| {
            let found = rustix::fs::fstat(descriptor.as_fd()).ok()?;
            Some(Self {
                number: u8::try_from(*number).ok()?,
                file: File::of(&found),
                is_pipe: FileType::from_raw_mode(found.st_mode) == FileType::Fifo,
            })
        });
        given.collect()
    }
}

impl File {
    pub(super) fn of(found: &rustix::fs::Stat) -> Self {
        Self {
            device: found.st_dev,
            number: found.st_ino,
        }
    }
}

impl Seat {
    pub(in crate::engine) fn new(pid: u32, given: Vec<Given>) -> Self {
        Self { pid, given }
    }

    /// What it was given as a descriptor of this number.
    pub(super) fn given(&self, number: u8) -> Option<&Given> {
        self.given.iter().find(|given| given.number == number)
    }
}

impl Board {
    /// A stage's process lives, and its start has been told.
    pub(in crate::engine) fn enter(&self, lane: LaneNumber, stage: usize, seat: Seat) {
        let mut lanes = self.lock();
        lanes
            .entry(lane)
            .or_default()
            .seats
            .insert(stage, Arc::new(seat));
    }

    /// A stage's process lives no more, or its end is about to be told.
    pub(in crate::engine) fn leave(&self, lane: LaneNumber, stage: usize) {
        if let Some(table) = self.lock().get_mut(&lane) {
            table.seats.remove(&stage);
        }
    }

    /// The end of a flow is about to be told.
    pub(in crate::engine) fn end_flow(&self, lane: LaneNumber, place: usize) {
        if let Some(table) = self.lock().get_mut(&lane) {
            table.ended_flows.insert(place);
        }
    }

    /// The end of a lane is about to be told, or will never be.
    pub(in crate::engine) fn close(&self, lane: LaneNumber) {
        self.lock().remove(&lane);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    pub(super) fn has(&self, lane: LaneNumber) -> bool {
        self.lock().contains_key(&lane)
    }

    /// The lanes whose turn it is, from this one on and round: as many as there is work for, at least one.
    pub(super) fn turn(
        &self,
        from: Option<LaneNumber>,
        work: impl Fn(usize) -> usize,
    ) -> Vec<(LaneNumber, Table)> {
        let from = from.unwrap_or(LaneNumber::FIRST);
        let lanes = self.lock();
        let mut left = WORK_A_LOOK;
        let mut turn = Vec::new();
        for (lane, table) in lanes.range(from..).chain(lanes.range(..from)) {
            let work = work(table.seats.len());
            if !turn.is_empty() && work > left {
                break;
            }
            left = left.saturating_sub(work);
            turn.push((*lane, table.clone()));
        }
        turn
    }

    /// Does something while no driver of this lane can go on past an end.
    pub(super) fn hold(&self, lane: LaneNumber, act: impl FnOnce(&Table)) {
        if let Some(table) = self.lock().get(&lane) {
            act(table);
        }
    }

    /// Every change is one call on a map, so a poisoned lock is still good.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<LaneNumber, Table>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    /// The process of a stage, while it lives.
    pub(super) fn seat(&self, stage: usize) -> Option<&Arc<Seat>> {
        self.seats.get(&stage)
    }

    /// Whether a stage's process lives and is the one that another table knew.
    pub(super) fn same_seat(&self, other: &Self, stage: usize) -> bool {
        match (self.seat(stage), other.seat(stage)) {
            (Some(mine), Some(theirs)) => Arc::ptr_eq(mine, theirs),
            _ => false,
        }
    }

    /// Whether the end of a flow was told, or is about to be.
    pub(super) fn has_ended(&self, place: usize) -> bool {
        self.ended_flows.contains(&place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn board(lanes: u32) -> Board {
        let board = Board::default();
        for lane in 1..=lanes {
            for stage in 0..3 {
                board.enter(LaneNumber(lane), stage, Seat::new(lane * 10, Vec::new()));
            }
        }
        board
    }

    fn lanes(turn: &[(LaneNumber, Table)]) -> Vec<u32> {
        turn.iter().map(|(lane, _)| lane.0).collect()
    }

    #[test]
    fn lanes_take_turns_when_there_are_many() {
        let board = board(5);
        let half = |_| WORK_A_LOOK / 2;
        assert_eq!(lanes(&board.turn(None, half)), [1, 2]);
        assert_eq!(lanes(&board.turn(Some(LaneNumber(3)), half)), [3, 4]);
        assert_eq!(lanes(&board.turn(Some(LaneNumber(5)), half)), [5, 1]);
        assert_eq!(
            lanes(&board.turn(Some(LaneNumber(9)), |_| 1)),
            [1, 2, 3, 4, 5]
        );
        let much = |_| WORK_A_LOOK * 2;
        assert_eq!(
            lanes(&board.turn(Some(LaneNumber(2)), much)),
            [2],
            "one at least"
        );
        assert!(Board::default().turn(None, half).is_empty());
    }

    #[test]
    fn who_has_left_or_was_replaced_is_not_the_same() {
        let board = board(1);
        let (lane, seen) = board.turn(None, |_| 1).remove(0);
        board.leave(lane, 1);
        board.leave(lane, 2);
        board.enter(lane, 2, Seat::new(10, Vec::new()));
        let mut held = false;
        board.hold(lane, |now| {
            held = true;
            assert!(now.same_seat(&seen, 0));
            assert!(!now.same_seat(&seen, 1));
            assert!(!now.same_seat(&seen, 2), "the same id, and another process");
            assert!(!now.same_seat(&seen, 7));
        });
        assert!(held);
        board.close(lane);
        board.hold(lane, |_| panic!("the lane is closed"));
        assert!(board.is_empty());
    }
}
