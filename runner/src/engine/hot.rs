//! A flow that carries much, on a thread of its own.
//!
//! A reactor wakes for every write of a busy pipe. So a relay whose flow is hot takes its ends off the
//! reactor and lends them to a blocking thread, which sleeps only when there is nothing to do. It gives
//! them back when the flow ends, becomes quiet, or the relay asks. At most [`HOT_FLOWS`] flows are hot at
//! once; all others stay on the reactor.
//!
//! By `splice(2)` the bytes themselves never pass through the runner: `tee(2)` hands a second reference to
//! their pages to a private pipe, out of which they are read to be counted. The rules:
//! 1. Bytes are counted when they have been moved, and those that were only teed are forgotten.
//! 2. A `tee` of 0 bytes is the end of file, since the private pipe is empty before each.
//! 3. `splice` fails with EPIPE when the reader has left; while there is nothing to move, `poll` tells it.

use std::future::Future;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll};
use rustix::io::Errno;
use rustix::pipe::{PipeFlags, SpliceFlags, pipe_with};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::flow::Flow;
use super::grown::{Grown, HOT_PIPE_BYTES};
use super::relay::{Failure, Side};

/// Flows of this process that may be hot at once: more threads than this only take turns.
const HOT_FLOWS: usize = 8;
/// What a flow must carry within [`HOT_TIME`] to be hot.
const HOT_BYTES: usize = 1 << 20;
const HOT_TIME: Duration = Duration::from_millis(20);
/// How long a hot flow may stand still before its thread is given back.
const QUIET: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 50_000_000,
};
/// What is read at once to be counted: small enough to stay in a processor's own cache.
const COUNTED_BYTES: usize = 128 << 10;
static PERMITS: Semaphore = Semaphore::const_new(HOT_FLOWS);

/// How the bytes of hot flows are moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Plane {
    /// Within the kernel where it can; else copied.
    #[default]
    Splice,
    /// Read and written.
    Copy,
}

/// How busy a flow is.
#[derive(Debug)]
pub(super) struct Heat {
    since: Instant,
    bytes: usize,
}

/// What a relay lends to a thread.
#[derive(Debug)]
pub(super) struct Lent {
    pub(super) flow: Arc<Flow>,
    /// Non-blocking.
    pub(super) from: OwnedFd,
    /// Where the bytes go, a pipe; nowhere if absent.
    pub(super) to: Option<OwnedFd>,
    /// Which of both are large.
    pub(super) growth: Growth,
}

/// Leave for the two pipes of a flow to be large.
#[derive(Debug, Default)]
pub(super) struct Growth {
    from: Option<Grown>,
    to: Option<Grown>,
}

/// Leave for a flow to be hot.
#[derive(Debug)]
pub(super) struct Permit(
    #[expect(dead_code, reason = "it is given back by its drop")] SemaphorePermit<'static>,
);

/// Leave for one more flow to be hot, if not too many are.
pub(super) fn permit() -> Option<Permit> {
    PERMITS.try_acquire().ok().map(Permit)
}

/// Why a thread gives back what was lent.
#[derive(Debug)]
pub(super) enum Came {
    EndOfFile,
    ReaderLeft,
    /// It was asked to, or the flow has become quiet.
    Back {
        /// Bytes that were taken out of the source and are still to be delivered.
        rest: Vec<u8>,
    },
    /// The kernel cannot do it with these ends.
    Unsuitable,
    Failed(Failure),
}

impl Heat {
    pub(super) fn new() -> Self {
        Self {
            since: Instant::now(),
            bytes: 0,
        }
    }

    /// So many bytes were taken just now.
    pub(super) fn add(&mut self, bytes: usize) {
        if self.since.elapsed() > HOT_TIME {
            *self = Self::new();
        }
        self.bytes += bytes;
    }

    pub(super) fn is_hot(&self) -> bool {
        self.bytes >= HOT_BYTES
    }
}

/// Lets a thread carry a flow until it ends, becomes quiet, or `interrupt` completes. What was lent comes
/// back, but for a fault of ours.
pub(super) async fn carry(
    permit: Permit,
    mut lent: Lent,
    plane: Plane,
    interrupt: impl Future<Output = ()>,
) -> (Option<Lent>, Came) {
    let back = Came::Back { rest: Vec::new() };
    let Ok(bell) = Bell::new() else {
        return (Some(lent), back);
    };
    let heard = bell.0.clone();
    let mut thread = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        lent.grow();
        let came = carry_here(&lent, plane, &heard);
        lent.shrink();
        (lent, came)
    });
    let done = tokio::select! {
        biased;
        done = &mut thread => done,
        () = interrupt => {
            bell.ring();
            thread.await
        }
    };
    match done {
        Ok((lent, came)) => (Some(lent), came),
        Err(error) => {
            let (side, error) = (Side::Source, io::Error::other(error));
            (None, Came::Failed(Failure { side, error }))
        }
    }
}

impl Lent {
    fn grow(&mut self) {
        let Self {
            from, to, growth, ..
        } = self;
        let from = from.as_fd();
        growth.from = growth.from.take().or_else(|| Grown::new(from));
        let to = to.as_ref().map(AsFd::as_fd);
        growth.to = growth.to.take().or_else(|| to.and_then(Grown::new));
    }

    fn shrink(&mut self) {
        let Self {
            from, to, growth, ..
        } = self;
        growth.from = growth
            .from
            .take()
            .and_then(|grown| grown.shrink(from.as_fd()));
        if let Some(to) = to {
            growth.to = growth.to.take().and_then(|grown| grown.shrink(to.as_fd()));
        }
    }
}

/// Rings on demand, and when it is dropped: a relay that is gone needs no thread.
#[derive(Debug)]
struct Bell(Arc<Clapper>);

/// What the thread hears: by the flag between two steps, by the descriptor while it waits.
#[derive(Debug)]
struct Clapper {
    rung: AtomicBool,
    wakes: OwnedFd,
}

impl Bell {
    fn new() -> io::Result<Self> {
        let flags = EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK;
        Ok(Self(Arc::new(Clapper {
            rung: AtomicBool::new(false),
            wakes: eventfd(0, flags)?,
        })))
    }

    fn ring(&self) {
        self.0.rung.store(true, Ordering::Relaxed);
        // It fails only when it has rung 2⁶⁴ times unheard.
        let _ = rustix::io::write(&self.0.wakes, &1u64.to_ne_bytes());
    }
}

impl Drop for Bell {
    fn drop(&mut self) {
        self.ring();
    }
}

fn carry_here(lent: &Lent, plane: Plane, bell: &Clapper) -> Came {
    let mut porter = Porter {
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
        if self.bell.rung.load(Ordering::Relaxed) {
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
        let reader = self
            .lent
            .to
            .as_ref()
            .map_or(self.bell.wakes.as_fd(), AsFd::as_fd);
        let mut ends = [
            PollFd::from_borrowed_fd(end, for_what),
            PollFd::from_borrowed_fd(self.bell.wakes.as_fd(), PollFlags::IN),
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
        Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::flow::Activity;
    use crate::engine::pipe::pipe;
    use pipeyard_shared::flow::FlowId;
    use std::io::{Read, Write};

    fn nonblocking(end: &OwnedFd) {
        let flags = rustix::fs::fcntl_getfl(end).expect("open");
        rustix::fs::fcntl_setfl(end, flags | rustix::fs::OFlags::NONBLOCK).expect("settable");
    }

    fn lent() -> (std::fs::File, Lent, std::fs::File) {
        let (from, writer) = pipe().expect("a pipe");
        let (reader, to) = pipe().expect("a pipe");
        nonblocking(&from);
        nonblocking(&to);
        let flow = Flow::new(FlowId(0), 1 << 10, None, Arc::<Activity>::default());
        let lent = Lent {
            flow: Arc::new(flow),
            from,
            to: Some(to),
            growth: Growth::default(),
        };
        (writer.into(), lent, reader.into())
    }

    /// Bytes that differ from place to place, with newlines among them.
    fn pattern(length: usize) -> Vec<u8> {
        (0..length).map(|at| (at * 31 + at / 251) as u8).collect()
    }

    #[tokio::test]
    async fn bytes_arrive_as_they_are_and_are_counted_on_both_planes() {
        for plane in [Plane::Splice, Plane::Copy] {
            let (mut writer, lent, mut reader) = lent();
            let flow = lent.flow.clone();
            let sent = pattern(5_000_001);
            let source = sent.clone();
            std::thread::spawn(move || {
                for chunk in source.chunks(4_097) {
                    writer.write_all(chunk).expect("taken");
                }
            });
            let read = std::thread::spawn(move || {
                let mut bytes = Vec::new();
                reader.read_to_end(&mut bytes).expect("readable");
                bytes
            });
            let (back, came) = carry(
                permit().expect("few are hot"),
                lent,
                plane,
                std::future::pending(),
            )
            .await;
            assert!(matches!(came, Came::EndOfFile), "{plane:?}: {came:?}");
            drop(back);
            let arrived = read.join().expect("the reader ends");
            assert!(arrived == sent, "{plane:?}: other bytes arrived");
            let newlines = sent.iter().filter(|byte| **byte == b'\n').count() as u64;
            assert_eq!(flow.meter().bytes, sent.len() as u64);
            assert_eq!(flow.meter().lines, Some(newlines));
        }
    }

    #[tokio::test]
    async fn a_leaving_reader_and_a_call_back_are_noticed_while_nothing_moves() {
        for plane in [Plane::Splice, Plane::Copy] {
            let (writer, lent, reader) = lent();
            let (rung, ring) = tokio::sync::oneshot::channel::<()>();
            rung.send(()).expect("somebody listens");
            let interrupt = async {
                let _ = ring.await;
            };
            let (back, came) = carry(permit().expect("few are hot"), lent, plane, interrupt).await;
            assert!(
                matches!(came, Came::Back { ref rest } if rest.is_empty()),
                "{came:?}"
            );
            drop(reader);
            let back = back.expect("given back");
            let (_, came) = carry(
                permit().expect("few are hot"),
                back,
                plane,
                std::future::pending(),
            )
            .await;
            assert!(matches!(came, Came::ReaderLeft), "{plane:?}: {came:?}");
            drop(writer);
        }
    }

    #[tokio::test]
    async fn what_was_taken_and_not_delivered_comes_back() {
        let (mut writer, lent, reader) = lent();
        let sent = pattern(4_000_000);
        let source = sent.clone();
        let writing = std::thread::spawn(move || writer.write_all(&source));
        // The reader takes nothing, so both pipes fill up, and the flow becomes quiet.
        let (back, came) = carry(
            permit().expect("few are hot"),
            lent,
            Plane::Copy,
            std::future::pending(),
        )
        .await;
        let Came::Back { rest } = came else {
            panic!("{came:?}");
        };
        let mut lent = back.expect("given back");
        let moved = usize::try_from(lent.flow.meter().bytes).expect("small");
        assert!(!rest.is_empty(), "a chunk was in hand");
        assert_eq!(rest, sent[moved..moved + rest.len()]);
        assert!(moved < sent.len(), "more arrived than a pipe holds");
        lent.to = None;
        drop(reader);
        let (_, came) = carry(
            permit().expect("few are hot"),
            lent,
            Plane::Copy,
            std::future::pending(),
        )
        .await;
        assert!(matches!(came, Came::EndOfFile));
        writing.join().expect("ends").expect("all taken");
    }
}
