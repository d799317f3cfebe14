//! Where the bytes of a relay go: into a drain of its own, or into a fan-in.

use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};

use super::drain::Drain;
use super::hot::Plane;
use super::join::JoinEnd;

/// One relay's way out. Dropping it closes it.
#[derive(Debug)]
pub(super) enum Sink {
    /// Nobody else writes there.
    Alone(Drain),
    /// Others write there too.
    Joined(JoinEnd),
}

/// What was taken out of a sink.
#[derive(Debug)]
pub(super) enum Taken {
    /// It discards.
    Nowhere,
    /// A pipe, which is non-blocking.
    Pipe(OwnedFd),
    /// A pipe that others share, and that may block for them.
    Shared(OwnedFd),
}

impl Sink {
    /// Writes at least one byte of some that are not none.
    ///
    /// # Errors
    /// `BrokenPipe` when the reader has left; else what the system says.
    pub(super) async fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Alone(drain) => drain.write(bytes).await,
            Self::Joined(end) => end.write(bytes).await,
        }
    }

    /// Writes all bytes.
    ///
    /// # Errors
    /// As [`Sink::write`].
    pub(super) async fn write_whole(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let count = self.write(bytes).await?;
            bytes = &bytes[count..];
        }
        Ok(())
    }

    /// Whether [`Sink::try_write`] can do anything.
    pub(super) fn can_try(&self) -> bool {
        matches!(self, Self::Alone(drain) if drain.is_pipe() || drain.is_discard())
    }

    /// Writes what can be written at once, with an error of kind `WouldBlock` where nothing can; nothing for
    /// a sink that may have to wait for others.
    pub(super) fn try_write(&mut self, bytes: &[u8]) -> Option<io::Result<usize>> {
        match self {
            Self::Alone(drain) => drain.try_write(bytes),
            Self::Joined(_) => None,
        }
    }

    /// Waits until a try may succeed.
    pub(super) async fn ready(&self) {
        if let Self::Alone(drain) = self
            && let Some(pipe) = drain.as_pipe()
        {
            pipe.writable().await;
        }
    }

    /// Says that no more will come. What a fan-in holds back for whole lines goes out now.
    ///
    /// # Errors
    /// As [`Sink::write`].
    pub(super) async fn finish(&mut self) -> io::Result<()> {
        match self {
            Self::Alone(_) => Ok(()),
            Self::Joined(end) => end.finish().await,
        }
    }

    /// Whether it takes everything without ever waiting.
    pub(super) fn only_discards(&self) -> bool {
        matches!(self, Self::Alone(drain) if drain.is_discard())
    }

    /// Whether a thread can write there without ever being stuck: one that blocks cannot be called back.
    pub(super) fn can_be_lent(&self, plane: Plane) -> bool {
        match self {
            // Splicing into a pipe can be asked not to block, whoever shares it. Into a file, a terminal or a
            // socket it blocks.
            Self::Alone(drain) => {
                drain.is_discard()
                    || drain.is_pipe()
                    || (drain.is_shared_pipe() && plane == Plane::Splice)
            }
            Self::Joined(_) => false,
        }
    }

    /// The pipe or the file, where it is this relay's own.
    pub(super) fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        match self {
            Self::Alone(drain) => drain.descriptor(),
            Self::Joined(_) => None,
        }
    }

    /// Takes a drain of its own out, off the reactor; what is left discards.
    pub(super) fn take_descriptor(&mut self) -> Option<Taken> {
        let Self::Alone(drain) = self else {
            return None;
        };
        if drain.is_discard() {
            return Some(Taken::Nowhere);
        }
        let is_pipe = drain.is_pipe();
        match std::mem::replace(drain, Drain::discard()).into_descriptor() {
            Ok(descriptor) if is_pipe => Some(Taken::Pipe(descriptor)),
            Ok(descriptor) => Some(Taken::Shared(descriptor)),
            Err(same) => {
                *drain = same;
                None
            }
        }
    }

    /// Waits until the reader has left; for ever where there is none that could.
    pub(super) async fn reader_left(&self) {
        let pipe = match self {
            Self::Alone(drain) => drain.as_pipe(),
            Self::Joined(end) => end.as_pipe(),
        };
        match pipe {
            Some(pipe) => pipe.reader_left().await,
            None => std::future::pending().await,
        }
    }
}
