//! A place where bytes end up: what a single writer, or a fan-in, writes to.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;

use tokio::fs::File;
use tokio::io::AsyncWriteExt;

use super::pipe::WriteEnd;

/// Something that takes bytes. Dropping it closes it.
#[derive(Debug)]
pub struct Drain(Kind);

#[derive(Debug)]
enum Kind {
    /// What a process reads.
    Pipe(Arc<WriteEnd>),
    /// A file that is written, or a terminal.
    File(File),
    /// Takes everything.
    Discard,
}

impl Drain {
    /// A descriptor that may be anything and is shared with others, such as the runner's own standard
    /// output: it is written by blocking calls on a thread of the reactor's pool, since making it
    /// non-blocking would change it for everybody who shares it.
    pub fn shared_descriptor(descriptor: OwnedFd) -> Self {
        Self(Kind::File(File::from_std(std::fs::File::from(descriptor))))
    }

    pub(super) fn pipe(end: WriteEnd) -> Self {
        Self(Kind::Pipe(Arc::new(end)))
    }

    pub(super) fn discard() -> Self {
        Self(Kind::Discard)
    }

    /// The pipe or the file.
    pub(super) fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        match &self.0 {
            Kind::Pipe(pipe) => Some(pipe.inner().as_fd()),
            Kind::File(file) => Some(file.as_fd()),
            Kind::Discard => None,
        }
    }

    /// The pipe, taken off the reactor, or the file; the drain itself where bytes need no place, or where it
    /// is in use.
    pub(super) fn into_descriptor(self) -> Result<OwnedFd, Self> {
        match self.0 {
            Kind::Pipe(pipe) => match Arc::try_unwrap(pipe) {
                Ok(end) => Ok(end.into_inner()),
                Err(shared) => Err(Self(Kind::Pipe(shared))),
            },
            Kind::File(file) => {
                // Every write was flushed, so nothing of its own is under way.
                match file.try_into_std() {
                    Ok(file) => Ok(OwnedFd::from(file)),
                    Err(file) => Err(Self(Kind::File(file))),
                }
            }
            Kind::Discard => Err(Self(Kind::Discard)),
        }
    }

    /// Whether it is a pipe that is written as a file, since others share it.
    pub(super) fn is_shared_pipe(&self) -> bool {
        match &self.0 {
            Kind::File(file) => rustix::fs::fstat(file).is_ok_and(|found| {
                rustix::fs::FileType::from_raw_mode(found.st_mode) == rustix::fs::FileType::Fifo
            }),
            Kind::Pipe(_) | Kind::Discard => false,
        }
    }

    pub(super) fn is_pipe(&self) -> bool {
        matches!(self.0, Kind::Pipe(_))
    }

    pub(super) fn is_discard(&self) -> bool {
        matches!(self.0, Kind::Discard)
    }

    /// The pipe, where it is one: a reader that leaves shows there even while somebody else writes.
    pub(super) fn as_pipe(&self) -> Option<&Arc<WriteEnd>> {
        match &self.0 {
            Kind::Pipe(pipe) => Some(pipe),
            Kind::File(_) | Kind::Discard => None,
        }
    }

    /// Writes at least one byte of some that are not none.
    ///
    /// # Errors
    /// `BrokenPipe` when the reader has left; else what the system says.
    pub(super) async fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.0 {
            Kind::Pipe(pipe) => pipe.write(bytes).await,
            Kind::File(file) => {
                // The file's writes happen on another thread: only the flush tells how they went.
                file.write_all(bytes).await?;
                file.flush().await?;
                Ok(bytes.len())
            }
            Kind::Discard => Ok(bytes.len()),
        }
    }

    /// Writes what can be written at once; nothing for a file, whose writes may wait.
    pub(super) fn try_write(&mut self, bytes: &[u8]) -> Option<io::Result<usize>> {
        match &self.0 {
            Kind::Pipe(pipe) => Some(pipe.try_write(bytes)),
            Kind::File(_) => None,
            Kind::Discard => Some(Ok(bytes.len())),
        }
    }

    /// Writes all bytes.
    ///
    /// # Errors
    /// As [`Drain::write`].
    pub(super) async fn write_whole(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let count = self.write(bytes).await?;
            bytes = &bytes[count..];
        }
        Ok(())
    }
}
