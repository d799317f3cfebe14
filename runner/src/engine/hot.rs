//! A flow that carries much, on a thread of its own.
//!
//! A reactor wakes for every write of a busy pipe. So a relay whose flow is hot takes its ends off the
//! reactor and lends them to a blocking thread, which sleeps only when there is nothing to do. It gives
//! them back when the flow ends, becomes quiet, or the relay asks. At most [`HOT_FLOWS`] flows are hot at
//! once; all others stay on the reactor.

mod bell;
mod porter;

use std::future::Future;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{Semaphore, SemaphorePermit};

use self::bell::Bell;
use self::porter::carry_here;
use super::flow::Flow;
use super::grown::Grown;
use super::relay::{Failure, Side};

/// Flows of this process that may be hot at once: more threads than this only take turns.
const HOT_FLOWS: usize = 8;
/// What a flow must carry within [`HOT_TIME`] to be hot.
const HOT_BYTES: usize = 1 << 20;
const HOT_TIME: Duration = Duration::from_millis(20);
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
    let heard = bell.clapper();
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
        let to = self.to.as_ref().map(AsFd::as_fd);
        self.growth.shrink(Some(self.from.as_fd()), to);
    }
}

impl Growth {
    /// Makes both pipes small again, as far as what stands in them lets it.
    pub(super) fn shrink(&mut self, from: Option<BorrowedFd<'_>>, to: Option<BorrowedFd<'_>>) {
        for (grown, pipe) in [(&mut self.from, from), (&mut self.to, to)] {
            if let Some(pipe) = pipe {
                *grown = grown.take().and_then(|grown| grown.shrink(pipe));
            }
        }
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
        let flow = Flow::new(FlowId(0), 1 << 10, None, None, Arc::<Activity>::default());
        let lent = Lent {
            flow: Arc::new(flow),
            from,
            to: Some(to),
            growth: Growth::default(),
        };
        (writer.into(), lent, reader.into())
    }

    /// Carries a flow to its end. It comes back whenever it has been quiet for a while, as it is where its
    /// writer or its reader gets no turn; what was in hand then is delivered here.
    async fn carry_on(lent: Lent, plane: Plane) -> (Option<Lent>, Came) {
        let mut lent = lent;
        loop {
            let permit = permit().expect("few are hot");
            let (back, came) = carry(permit, lent, plane, std::future::pending()).await;
            let Came::Back { rest } = came else {
                return (back, came);
            };
            lent = back.expect("given back");
            let mut rest = rest.as_slice();
            while !rest.is_empty() {
                let written = match &lent.to {
                    Some(to) => rustix::io::write(to, rest),
                    None => Ok(rest.len()),
                };
                match written {
                    Ok(count) => {
                        lent.flow.record(&rest[..count]);
                        rest = &rest[count..];
                    }
                    Err(rustix::io::Errno::AGAIN) => tokio::task::yield_now().await,
                    Err(error) => panic!("{error}"),
                }
            }
        }
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
            let (back, came) = carry_on(lent, plane).await;
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
            let (_, came) = carry_on(back, plane).await;
            assert!(matches!(came, Came::ReaderLeft), "{plane:?}: {came:?}");
            drop(writer);
        }
    }

    #[tokio::test]
    async fn what_was_taken_and_not_delivered_comes_back() {
        let (mut writer, mut lent, reader) = lent();
        let sent = pattern(4_000_000);
        let source = sent.clone();
        let writing = std::thread::spawn(move || writer.write_all(&source));
        // The reader takes nothing, so both pipes fill up, and the flow becomes quiet. It does so before,
        // too, where the writer gets no turn.
        let rest = loop {
            let permit = permit().expect("few are hot");
            let (back, came) = carry(permit, lent, Plane::Copy, std::future::pending()).await;
            let Came::Back { rest } = came else {
                panic!("{came:?}");
            };
            lent = back.expect("given back");
            if !rest.is_empty() {
                break rest;
            }
        };
        let moved = usize::try_from(lent.flow.meter().bytes).expect("small");
        assert_eq!(rest, sent[moved..moved + rest.len()]);
        assert!(moved < sent.len(), "more arrived than a pipe holds");
        lent.to = None;
        drop(reader);
        let (_, came) = carry_on(lent, Plane::Copy).await;
        assert!(matches!(came, Came::EndOfFile));
        writing.join().expect("ends").expect("all taken");
    }
}
