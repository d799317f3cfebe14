//! The thread that carries a hot flow: what it does step by step, and why it stops.
//!
//! By `splice(2)` the bytes themselves never pass through the runner: `tee(2)` hands a second reference to
//! their pages to a private pipe, out of which they are read to be counted. The rules:
//! 1. Bytes are counted when they have been moved, and those that were only teed are forgotten.
//! 2. A `tee` of 0 bytes is the end of file, since the private pipe is empty before each.
//! 3. `splice` fails with EPIPE when the reader has left; while there is nothing to move, `poll` tells it.
//! 4. After a wait, a large pipe is left alone while it fills or drains: bytes that are moved a few at a time
//!    cost the processor half as much again, which the run's own processes then lack (measured).

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::pipe::{PipeFlags, SpliceFlags, fcntl_getpipe_size, pipe_with};

use super::bell::Clapper;
use super::{Came, Lent, Plane};
use crate::engine::grown::{Grown, HOT_PIPE_BYTES};
use crate::engine::relay::{Failure, Side};

/// How long a hot flow may stand still before its thread is given back.
const QUIET: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 50_000_000,
};
/// What is read at once to be counted: small enough to stay in a processor's own cache.
const COUNTED_BYTES: usize = 128 << 10;
/// What is worth being moved at once, where a pipe can hold that many times as much.
const WORTHWHILE_BYTES: u64 = HOT_PIPE_BYTES as u64 / 4;
/// How long a pipe is left alone at a time, and how often at most: bytes are late by both together.
const REST: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 100_000,
};
const RESTS: usize = 5;

/// Carries what was lent until there is a reason to stop.
pub(super) fn carry_here(lent: &Lent, plane: Plane, bell: &Clapper) -> Came {
    let is_large =
        |pipe: BorrowedFd<'_>| fcntl_getpipe_size(pipe).is_ok_and(|size| size >= HOT_PIPE_BYTES);
    let mut porter = Porter {
        fills: is_large(lent.from.as_fd()),
        drains: lent.to.as_ref().is_some_and(|to| is_large(to.as_fd())),
        lent,
        bell,
        buffer: vec![0; COUNTED_BYTES],
    };
    let came = match (&lent.to, plane) {
        (None, _) => porter.take_all(),
        (Some(to), Plane::Splice) => porter.splice_all(to.as_fd()),
        (Some(to), Plane::Copy) => porter.copy_all(to.as_fd()),
    };
    match came {
        Ok(never) => match never {},
        Err(came) => came,
    }
}

/// Carries until there is a reason to stop, which is the error.
type Carried = Result<std::convert::Infallible, Came>;

struct Porter<'a> {
    lent: &'a Lent,
    bell: &'a Clapper,
    /// Whether it pays to let the source fill, and the sink drain.
    fills: bool,
    drains: bool,
    buffer: Vec<u8>,
}

impl Porter<'_> {
    /// Reads what nobody else wants.
    fn take_all(&mut self) -> Carried {
        loop {
            // Read while the pace is open, or nothing would hold it back.
            let read = |porter: &mut Self| {
                let count = rustix::io::read(&porter.lent.from, &mut porter.buffer[..])?;
                porter.lent.flow.record(&porter.buffer[..count]);
                Ok(count)
            };
            match self.step(read)? {
                Ok(0) => return Err(Came::EndOfFile),
                Ok(_) => self.write_batch(),
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => self.wait(self.lent.from.as_fd(), PollFlags::IN)?,
                Err(error) => return Err(failed(Side::Source, error)),
            }
        }
    }

    /// A step of moving bytes; back to the relay when the pace is not open.
    fn step<T>(&mut self, step: impl FnOnce(&mut Self) -> T) -> Result<T, Came> {
        // A source that never runs dry would never wait, and hear nothing.
        if self.bell.has_rung() {
            return Err(Came::Back { rest: Vec::new() });
        }
        let flow = self.lent.flow.clone();
        let done = flow.gate().while_open(|| step(self));
        done.ok_or(Came::Back { rest: Vec::new() })
    }

    /// Reads and writes.
    fn copy_all(&mut self, to: BorrowedFd<'_>) -> Carried {
        loop {
            let count = self.read()?;
            let mut done = 0;
            while done < count {
                let write = |porter: &mut Self| {
                    let written = rustix::io::write(to, &porter.buffer[done..count])?;
                    porter
                        .lent
                        .flow
                        .record(&porter.buffer[done..done + written]);
                    Ok(written)
                };
                let goes_on = match self.step(write) {
                    Ok(Ok(written)) => {
                        self.write_batch();
                        done += written;
                        Ok(())
                    }
                    Ok(Err(Errno::INTR)) => Ok(()),
                    Ok(Err(Errno::AGAIN)) => self.wait(to, PollFlags::OUT),
                    Ok(Err(Errno::PIPE)) => Err(Came::ReaderLeft),
                    Ok(Err(error)) => Err(failed(Side::Sink, error)),
                    Err(came) => Err(came),
                };
                goes_on.map_err(|came| match came {
                    Came::Back { .. } => Came::Back {
                        rest: self.buffer[done..count].to_vec(),
                    },
                    other => other,
                })?;
            }
        }
    }

    /// Moves pages.
    fn splice_all(&mut self, to: BorrowedFd<'_>) -> Carried {
        let flags = PipeFlags::CLOEXEC | PipeFlags::NONBLOCK;
        // Out of descriptors: the reactor can go on without.
        let (inner, outer) = pipe_with(flags).map_err(|_| Came::Unsuitable)?;
        let _grown = Grown::new(outer.as_fd());
        loop {
            let most = HOT_PIPE_BYTES;
            let mut left =
                match rustix::pipe::tee(&self.lent.from, &outer, most, SpliceFlags::NONBLOCK) {
                    Ok(0) => return Err(Came::EndOfFile),
                    Ok(count) => count,
                    Err(Errno::INTR) => continue,
                    Err(Errno::AGAIN) => {
                        self.wait(self.lent.from.as_fd(), PollFlags::IN)?;
                        continue;
                    }
                    Err(error) => return Err(unsuitable_or_failed(Side::Source, error)),
                };
            while left > 0 {
                let flags = SpliceFlags::NONBLOCK | SpliceFlags::MOVE;
                let splice = |porter: &mut Self| {
                    let from = &porter.lent.from;
                    let moved = rustix::pipe::splice(from, None, to, None, left, flags)?;
                    Ok(porter.count(&inner, moved).map(|()| moved))
                };
                match self.step(splice)? {
                    Ok(Ok(0)) => return Err(Came::Unsuitable),
                    Ok(Ok(moved)) => {
                        self.write_batch();
                        left -= moved;
                    }
                    Ok(Err(came)) => return Err(came),
                    Err(Errno::INTR) => {}
                    Err(Errno::AGAIN) => self.wait(to, PollFlags::OUT)?,
                    Err(Errno::PIPE) => return Err(Came::ReaderLeft),
                    Err(error) => return Err(unsuitable_or_failed(Side::Sink, error)),
                }
            }
        }
    }

    /// Reads the next bytes of the source into the buffer.
    fn read(&mut self) -> Result<usize, Came> {
        loop {
            match rustix::io::read(&self.lent.from, &mut self.buffer[..]) {
                Ok(0) => return Err(Came::EndOfFile),
                Ok(count) => return Ok(count),
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => self.wait(self.lent.from.as_fd(), PollFlags::IN)?,
                Err(error) => return Err(failed(Side::Source, error)),
            }
        }
    }

    /// Reads as many bytes out of the private pipe as were moved, and counts them.
    fn count(&mut self, inner: &OwnedFd, moved: usize) -> Result<(), Came> {
        let mut left = moved;
        while left > 0 {
            let most = left.min(self.buffer.len());
            let count = match rustix::io::read(inner, &mut self.buffer[..most]) {
                Ok(count) => count,
                Err(Errno::INTR) => continue,
                Err(error) => return Err(failed(Side::Source, error)),
            };
            if count == 0 {
                // It holds every byte that was moved, and we hold its other end.
                let error = io::Error::other("bytes are missing from a private pipe");
                return Err(Came::Failed(Failure {
                    side: Side::Source,
                    error,
                }));
            }
            left -= count;
            let bytes = &self.buffer[..count];
            if left >= COUNTED_BYTES {
                self.lent.flow.record_in_passing(bytes);
            } else {
                self.lent.flow.record(bytes);
            }
        }
        Ok(())
    }

    fn write_batch(&self) {
        if let Some(batch) = self.lent.flow.batch() {
            self.lent.flow.written(&batch, batch.write());
        }
    }

    /// Waits until an end is ready.
    fn wait(&self, end: BorrowedFd<'_>, for_what: PollFlags) -> Result<(), Came> {
        // A reader that leaves is told by its own end, whatever else is waited for.
        let reader = self.lent.to.as_ref().map_or(self.bell.wakes(), AsFd::as_fd);
        let mut ends = [
            PollFd::from_borrowed_fd(end, for_what),
            PollFd::from_borrowed_fd(self.bell.wakes(), PollFlags::IN),
            PollFd::from_borrowed_fd(reader, PollFlags::empty()),
        ];
        let back = Came::Back { rest: Vec::new() };
        match poll(&mut ends, Some(&QUIET)) {
            Ok(0) => return Err(back),
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => return Err(failed(Side::Source, error)),
        }
        if ends[2].revents().contains(PollFlags::ERR) {
            return Err(Came::ReaderLeft);
        }
        if ends[1].revents().contains(PollFlags::IN) {
            return Err(back);
        }
        if for_what == PollFlags::IN && self.fills {
            self.rest(end, |held| held >= WORTHWHILE_BYTES);
        } else if for_what == PollFlags::OUT && self.drains {
            self.rest(end, |held| held + WORTHWHILE_BYTES <= HOT_PIPE_BYTES as u64);
        }
        Ok(())
    }

    /// Leaves a pipe alone until what it holds is enough, or stands still.
    fn rest(&self, pipe: BorrowedFd<'_>, enough: impl Fn(u64) -> bool) {
        let mut before = None;
        for _ in 0..RESTS {
            let held = rustix::io::ioctl_fionread(pipe).ok();
            if held.is_none_or(&enough) || held == before || self.bell.has_rung() {
                return;
            }
            before = held;
            let mut wakes = [PollFd::from_borrowed_fd(self.bell.wakes(), PollFlags::IN)];
            // Whatever comes of it, the next step finds out.
            let _ = poll(&mut wakes, Some(&REST));
        }
    }
}

fn failed(side: Side, error: Errno) -> Came {
    let error = error.into();
    Came::Failed(Failure { side, error })
}

/// EINVAL: these two cannot be spliced (a terminal, a file opened for appending). ENOSYS, EPERM: this kernel,
/// or who fences it, does not do it at all.
fn unsuitable_or_failed(side: Side, error: Errno) -> Came {
    match error {
        Errno::INVAL | Errno::NOSYS | Errno::PERM => Came::Unsuitable,
        error => failed(side, error),
    }
}
