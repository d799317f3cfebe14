//! Where the bytes of a relay go: into a drain of its own, or into a fan-in.

use std::io;

use super::drain::Drain;
use super::join::JoinEnd;

/// One relay's way out. Dropping it closes it.
#[derive(Debug)]
pub(super) enum Sink {
    /// Nobody else writes there.
    Alone(Drain),
    /// Others write there too.
    Joined(JoinEnd),
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
