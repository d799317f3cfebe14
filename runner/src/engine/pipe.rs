//! The runner's own ends of kernel pipes, on the reactor.
//!
//! The two ends of a pipe are two open file descriptions, so making ours non-blocking changes nothing
//! for the process at the other end.

use std::io;
use std::os::fd::{AsFd, OwnedFd};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::OFlags;
use rustix::pipe::PipeFlags;
use tokio::io::Interest;

use crate::system::Registered;

/// A new pipe, reader first, both ends blocking and close-on-exec.
pub(super) fn pipe() -> io::Result<(OwnedFd, OwnedFd)> {
    Ok(rustix::pipe::pipe_with(PipeFlags::CLOEXEC)?)
}

/// The end from which the runner reads what a stage writes.
#[derive(Debug)]
pub(super) struct ReadEnd(Registered);

/// The end at which the runner writes what a stage reads.
#[derive(Debug)]
pub(super) struct WriteEnd(Registered);

/// What a pipe has for its reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// Bytes, or the end of file.
    Something,
    /// Nothing yet, while somebody could still write.
    Nothing,
}

impl ReadEnd {
    pub(super) fn new(end: OwnedFd) -> io::Result<Self> {
        Ok(Self(on_reactor(end, Interest::READABLE)?))
    }

    /// Reads at least one byte, or 0 at the end of file. Cancel-safe.
    pub(super) async fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = |end: &OwnedFd| Ok(rustix::io::read(end, &mut *buffer)?);
        self.0.async_io(Interest::READABLE, read).await
    }

    /// Reads what is there at once; an error of kind `WouldBlock` where nothing is.
    pub(super) fn try_read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = |end: &OwnedFd| Ok(rustix::io::read(end, buffer)?);
        self.0.try_io(Interest::READABLE, read)
    }

    /// Whether a read would find something.
    pub(super) fn content(&self) -> Content {
        match poll_now(&self.0, PollFlags::IN) {
            Ok(found) if found.intersects(PollFlags::IN | PollFlags::HUP) => Content::Something,
            _ => Content::Nothing,
        }
    }

    /// Takes it off the reactor; it stays non-blocking.
    pub(super) fn into_inner(self) -> OwnedFd {
        self.0.into_inner()
    }

    /// The pipe itself.
    pub(super) fn inner(&self) -> &OwnedFd {
        self.0.get_ref()
    }
}

impl WriteEnd {
    pub(super) fn new(end: OwnedFd) -> io::Result<Self> {
        Ok(Self(on_reactor(end, Interest::WRITABLE | Interest::ERROR)?))
    }

    /// Writes at least one byte. Cancel-safe: either some bytes were written, or none.
    pub(super) async fn write(&self, bytes: &[u8]) -> io::Result<usize> {
        let write = |end: &OwnedFd| Ok(rustix::io::write(end, bytes)?);
        self.0.async_io(Interest::WRITABLE, write).await
    }

    /// Takes it off the reactor; it stays non-blocking.
    pub(super) fn into_inner(self) -> OwnedFd {
        self.0.into_inner()
    }

    /// The pipe itself.
    pub(super) fn inner(&self) -> &OwnedFd {
        self.0.get_ref()
    }

    /// Writes what is taken at once; an error of kind `WouldBlock` where nothing is.
    pub(super) fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        let write = |end: &OwnedFd| Ok(rustix::io::write(end, bytes)?);
        self.0.try_io(Interest::WRITABLE, write)
    }

    /// Waits until a write may be taken, or will fail.
    pub(super) async fn writable(&self) {
        // It fails only as the reactor goes away, and with it whoever waits here.
        let _ = self.0.ready(Interest::WRITABLE).await;
    }

    /// Waits until every reader has left. The kernel says so (POLLERR) without anything being written,
    /// which lets a writer far up the chain be told at once.
    pub(super) async fn reader_left(&self) {
        loop {
            let Ok(mut ready) = self.0.ready(Interest::ERROR).await else {
                // The reactor is going away, and with it whoever waits here.
                return std::future::pending().await;
            };
            match poll_now(&self.0, PollFlags::empty()) {
                Ok(found) if !found.contains(PollFlags::ERR) => ready.clear_ready(),
                _ => return,
            }
        }
    }
}

fn on_reactor(end: OwnedFd, interest: Interest) -> io::Result<Registered> {
    let flags = rustix::fs::fcntl_getfl(&end)?;
    rustix::fs::fcntl_setfl(&end, flags | OFlags::NONBLOCK)?;
    Registered::new(end, interest)
}

fn poll_now(end: &Registered, flags: PollFlags) -> io::Result<PollFlags> {
    let mut ends = [PollFd::from_borrowed_fd(end.get_ref().as_fd(), flags)];
    let at_once = Timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    poll(&mut ends, Some(&at_once))?;
    Ok(ends[0].revents())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_leaving_reader_is_noticed_without_a_write() {
        let (reader, writer) = pipe().expect("a pipe");
        let writer = WriteEnd::new(writer).expect("on the reactor");
        let waiting = tokio::spawn(async move { writer.reader_left().await });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished(), "the reader is still there");
        drop(reader);
        waiting.await.expect("noticed");
    }

    #[tokio::test]
    async fn content_tells_nothing_from_the_end() {
        let (reader, writer) = pipe().expect("a pipe");
        let reader = ReadEnd::new(reader).expect("on the reactor");
        assert_eq!(reader.content(), Content::Nothing);
        rustix::io::write(&writer, b"x").expect("room");
        assert_eq!(reader.content(), Content::Something);
        let mut buffer = [0; 8];
        assert_eq!(reader.read(&mut buffer).await.expect("a byte"), 1);
        assert_eq!(reader.content(), Content::Nothing);
        drop(writer);
        assert_eq!(reader.content(), Content::Something, "the end of file");
        assert_eq!(reader.read(&mut buffer).await.expect("the end"), 0);
    }
}
