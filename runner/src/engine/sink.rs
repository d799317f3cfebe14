//! Where the bytes of a relay go.

use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;

use tokio::fs::File;
use tokio::io::AsyncWriteExt;

use super::join::JoinEnd;
use super::pipe::WriteEnd;

/// Something that takes bytes. Dropping it closes it.
#[derive(Debug)]
pub struct Sink(pub(super) Kind);

#[derive(Debug)]
pub(super) enum Kind {
    /// What a process reads.
    Pipe(Arc<WriteEnd>),
    /// A file that is written, or a terminal.
    File(File),
    /// Takes everything.
    Discard,
    /// A fan-in.
    Joined(JoinEnd),
}

impl Sink {
    /// A descriptor that may be anything and is shared with others, such as the runner's own standard
    /// output: it is written by blocking calls on a thread of the reactor's pool, since making it
    /// non-blocking would change it for everybody who shares it.
    pub fn shared_descriptor(descriptor: OwnedFd) -> Self {
        Self(Kind::File(File::from_std(std::fs::File::from(descriptor))))
    }

    pub(super) fn discard() -> Self {
        Self(Kind::Discard)
    }

    /// Writes at least one byte of some that are not none.
    ///
    /// # Errors
    /// `BrokenPipe` when the reader has left; else what the system says.
    pub(super) async fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.0 {
            Kind::Joined(end) => end.write(bytes).await,
            _ => self.write_directly(bytes).await,
        }
    }

    /// The same for a sink that is no fan-in itself. A fan-in of fan-ins does not occur, and would need
    /// boxed futures.
    pub(super) async fn write_directly(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.0 {
            Kind::Pipe(pipe) => pipe.write(bytes).await,
            Kind::File(file) => {
                // The file's writes happen on another thread: only the flush tells how they went.
                file.write_all(bytes).await?;
                file.flush().await?;
                Ok(bytes.len())
            }
            Kind::Discard => Ok(bytes.len()),
            Kind::Joined(_) => Err(io::Error::other("a fan-in cannot feed a fan-in")),
        }
    }

    pub(super) async fn write_whole(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let count = self.write_directly(bytes).await?;
            bytes = &bytes[count..];
        }
        Ok(())
    }

    /// Says that no more will come. What a fan-in holds back for whole lines goes out now.
    pub(super) async fn finish(&mut self) -> io::Result<()> {
        match &mut self.0 {
            Kind::Joined(end) => end.finish().await,
            Kind::Pipe(_) | Kind::File(_) | Kind::Discard => Ok(()),
        }
    }

    /// Waits until the reader has left; for ever where there is none that could.
    pub(super) async fn reader_left(&self) {
        match &self.0 {
            Kind::Pipe(pipe) => pipe.reader_left().await,
            Kind::Joined(end) => end.reader_left().await,
            Kind::File(_) | Kind::Discard => std::future::pending().await,
        }
    }
}
