//! A client's connection, of which so much is read in a time as may be, and which breaks when the client takes nothing of what
//! it is sent for too long. It knows nothing of HTTP: answers, downloads and WebSockets are bounded alike.

use std::io::{self, ErrorKind, IoSlice};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

use crate::rate::Bucket;

/// What somebody sends and is sent over a socket.
#[derive(Debug)]
pub(super) struct Stream<S> {
    socket: S,
    /// How long the other end may take nothing.
    silence: Duration,
    /// Runs while it takes nothing.
    untaken: Option<Pin<Box<Sleep>>>,
    pace: Arc<Pace>,
    /// Runs while nothing is read.
    paused: Option<Pin<Box<Sleep>>>,
}

/// How fast a connection is read. It is as fast as bytes come until it is [bounded](Pace::bound).
#[derive(Debug, Default)]
pub(super) struct Pace {
    bucket: OnceLock<Arc<Mutex<Bucket>>>,
    slowed: AtomicBool,
}

impl Pace {
    /// From now on each byte is a token of this bucket, which others may share. The first bucket holds.
    pub(super) fn bound(&self, bucket: Arc<Mutex<Bucket>>) {
        let _ = self.bucket.set(bucket);
    }

    /// Whether more came since this was asked last than the bucket held.
    pub(super) fn was_slowed(&self) -> bool {
        self.slowed.swap(false, Ordering::Relaxed)
    }

    /// So many bytes were read: how long to wait until more are.
    fn read(&self, bytes: usize) -> Duration {
        let Some(bucket) = self.bucket.get() else {
            return Duration::ZERO;
        };
        let mut bucket = bucket.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = bucket.spend(bytes as u64, Instant::now());
        if !wait.is_zero() {
            self.slowed.store(true, Ordering::Relaxed);
        }
        wait
    }
}

impl<S> Stream<S> {
    /// A socket whose other end may take nothing for so long.
    pub(super) fn new(socket: S, silence: Duration) -> Self {
        Self {
            socket,
            silence,
            untaken: None,
            pace: Arc::default(),
            paused: None,
        }
    }

    /// How fast it is read.
    pub(super) fn pace(&self) -> &Arc<Pace> {
        &self.pace
    }

    /// What was written, or that nothing could be for too long.
    fn taken<T>(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.untaken = None;
            return written;
        }
        let silence = self.silence;
        let untaken = self.untaken.get_or_insert_with(|| Box::pin(sleep(silence)));
        ready!(untaken.as_mut().poll(context));
        Poll::Ready(Err(ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Stream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if let Some(paused) = &mut this.paused {
            ready!(paused.as_mut().poll(context));
            this.paused = None;
        }
        let before = buffer.filled().len();
        ready!(Pin::new(&mut this.socket).poll_read(context, buffer))?;
        let wait = this.pace.read(buffer.filled().len() - before);
        if !wait.is_zero() {
            this.paused = Some(Box::pin(sleep(wait)));
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Stream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.socket).poll_write(context, bytes);
        self.taken(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.socket).poll_write_vectored(context, slices);
        self.taken(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    const SILENCE: Duration = Duration::from_millis(50);

    #[tokio::test]
    async fn it_breaks_when_nothing_is_taken() {
        let (ours, _theirs) = duplex(1_000);
        let mut stream = Stream::new(ours, SILENCE);
        let bytes = [0; 4_000];
        let broken = stream.write_all(&bytes).await.expect_err("nobody reads");
        assert_eq!(broken.kind(), ErrorKind::TimedOut);
    }

    /// It is the silence that is bounded, and not how long all of it takes: what is taken begins it anew.
    #[tokio::test]
    async fn who_takes_some_now_and_then_gets_all() {
        let (ours, mut theirs) = duplex(1);
        let mut stream = Stream::new(ours, Duration::from_secs(60));
        let began = stream.untaken.is_some();
        assert!(!began, "nothing waits yet");
        let writing = tokio::spawn(async move {
            stream.write_all(b"slowly").await.expect("it is read");
            assert!(stream.untaken.is_none(), "it was all taken");
        });
        let mut read = [0; 6];
        theirs.read_exact(&mut read).await.expect("it is written");
        writing.await.expect("no panic");
        assert_eq!(&read, b"slowly");
    }

    #[tokio::test]
    async fn no_more_is_read_than_the_bucket_has() {
        let (ours, mut theirs) = duplex(1_000);
        let mut stream = Stream::new(ours, SILENCE);
        theirs.write_all(&[1; 900]).await.expect("there is room");
        let mut some = [0; 100];
        for _ in 0..3 {
            stream.read_exact(&mut some).await.expect("bytes");
        }
        assert!(!stream.pace().was_slowed(), "nothing bounds it yet");
        let hour = Duration::from_secs(3_600);
        let bucket = Bucket::full(150, hour, Instant::now());
        stream.pace().bound(Arc::new(Mutex::new(bucket)));
        // The last that is in the bucket, and some that is not: what has come is given, and then nothing.
        for _ in 0..2 {
            stream.read_exact(&mut some).await.expect("bytes");
        }
        let more = tokio::time::timeout(SILENCE, stream.read(&mut some)).await;
        assert!(more.is_err(), "{more:?}");
        assert!(stream.pace().was_slowed() && !stream.pace().was_slowed());
    }
}
