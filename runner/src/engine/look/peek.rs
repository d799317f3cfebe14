//! Looking into a pipe for an instant, by its reader's own descriptor (`/proc/PID/fd/N`).
//!
//! Nothing is taken from it: FIONREAD tells how much there is, and `tee(2)` copies references to the first
//! pages. While it is open there is one reader more, which would keep a writer from hearing that the
//! reader has left; so only pipes of living readers are opened, for some microseconds, and the kernel wakes
//! the writer at the close if the reader went just then. It never blocks, and no child inherits it.

use std::io;
use std::os::fd::{AsFd, OwnedFd};

use rustix::fs::{CWD, FileType, Mode, OFlags, Stat};
use rustix::pipe::{PipeFlags, SpliceFlags};

use super::board::{File, Given};

/// Bytes of one glimpse, at most. It fits into any pipe of our own.
pub(super) const GLIMPSE_BYTES: usize = 4 << 10;

/// What stood in a pipe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Peeked {
    /// Bytes that wait for the reader.
    pub(super) waiting: u32,
    /// How many bytes the pipe can hold.
    pub(super) room: u32,
    /// The oldest of the bytes, where that was asked for and there were some.
    pub(super) glimpse: Option<Vec<u8>>,
}

/// Looks into the pipe that a living process was given; nothing if it has closed it, or is gone, or may not
/// be looked into.
pub(super) fn peek(pid: u32, given: &Given, glimpse: bool) -> Option<Peeked> {
    if !given.is_pipe {
        return None;
    }
    let path = format!("/proc/{pid}/fd/{}", given.number);
    // Asked first, so that nothing but that very pipe is opened: a terminal or a device would notice.
    let leads_to = rustix::fs::stat(path.as_str()).ok()?;
    if !is_same(&leads_to, given) {
        return None;
    }
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
    let pipe = rustix::fs::openat(CWD, path.as_str(), flags, Mode::empty()).ok()?;
    let opened = rustix::fs::fstat(&pipe).ok()?;
    if !is_same(&opened, given) {
        return None;
    }
    let waiting = rustix::io::ioctl_fionread(&pipe).ok()?;
    let room = rustix::pipe::fcntl_getpipe_size(&pipe).ok()?;
    let glimpse = if glimpse && waiting > 0 {
        copy(&pipe).ok().filter(|bytes| !bytes.is_empty())
    } else {
        None
    };
    Some(Peeked {
        waiting: u32::try_from(waiting).unwrap_or(u32::MAX),
        room: u32::try_from(room).unwrap_or(u32::MAX),
        glimpse,
    })
}

fn is_same(found: &Stat, given: &Given) -> bool {
    FileType::from_raw_mode(found.st_mode) == FileType::Fifo && File::of(found) == given.file
}

/// The oldest bytes of a pipe, which stay in it.
fn copy(pipe: impl AsFd) -> io::Result<Vec<u8>> {
    let flags = PipeFlags::CLOEXEC | PipeFlags::NONBLOCK;
    let (reader, writer): (OwnedFd, OwnedFd) = rustix::pipe::pipe_with(flags)?;
    let count = rustix::pipe::tee(pipe, &writer, GLIMPSE_BYTES, SpliceFlags::NONBLOCK)?;
    let mut bytes = vec![0; count.min(GLIMPSE_BYTES)];
    let mut at = 0;
    while at < bytes.len() {
        match rustix::io::read(&reader, &mut bytes[at..])? {
            0 => break,
            read => at += read,
        }
    }
    bytes.truncate(at);
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::fd::AsRawFd;
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    #[test]
    fn a_peek_takes_nothing_and_keeps_nothing_open() {
        let (reader, writer) = rustix::pipe::pipe_with(PipeFlags::CLOEXEC).expect("a pipe");
        let number = reader.as_raw_fd();
        let reader = Arc::new(reader);
        let own = std::process::id();
        let given = Given::all(&[(reader.clone(), number)])[0];
        assert!(given.is_pipe);
        let empty = peek(own, &given, true).expect("a pipe of our own");
        assert_eq!((empty.waiting, empty.glimpse), (0, None));
        rustix::io::write(&writer, b"oldest first").expect("room");
        let full = peek(own, &given, true).expect("a pipe of our own");
        assert_eq!(full.waiting, 12);
        assert!(full.room >= 4_096);
        assert_eq!(full.glimpse.as_deref(), Some(b"oldest first".as_slice()));
        assert_eq!(peek(own, &given, false).expect("again").glimpse, None);
        let long = [b'x'; 3 * GLIMPSE_BYTES];
        rustix::io::write(&writer, &long).expect("room");
        let long = peek(own, &given, true).expect("again").glimpse;
        let long = long.expect("bytes");
        assert!(long.len() <= GLIMPSE_BYTES && long.starts_with(b"oldest first"));
        let mut bytes = [0; 12];
        rustix::io::read(&*reader, &mut bytes).expect("the bytes are still there");
        assert_eq!(&bytes, b"oldest first");
        drop(reader);
        // A child that another test is just starting has a copy of every descriptor for an instant.
        let flags = rustix::fs::fcntl_getfl(&writer).expect("open");
        rustix::fs::fcntl_setfl(&writer, flags | OFlags::NONBLOCK).expect("settable");
        let until = Instant::now() + Duration::from_secs(60);
        let refused = std::iter::repeat_with(|| rustix::io::write(&writer, b"x"))
            .take_while(|_| Instant::now() < until)
            .filter_map(Result::err)
            .find(|error| *error != rustix::io::Errno::AGAIN);
        assert_eq!(refused, Some(rustix::io::Errno::PIPE), "no reader is left");
    }

    #[test]
    fn only_the_very_pipe_is_opened() {
        let (reader, _writer) = rustix::pipe::pipe_with(PipeFlags::CLOEXEC).expect("a pipe");
        let number = reader.as_raw_fd();
        let own = std::process::id();
        let given = Given::all(&[(Arc::new(reader), number)])[0];
        assert_eq!(peek(own, &given, true), None, "it is closed");
        let (other, _end) = rustix::pipe::pipe_with(PipeFlags::CLOEXEC).expect("a pipe");
        let number = u8::try_from(other.as_raw_fd()).expect("a low number");
        assert_eq!(
            peek(own, &Given { number, ..given }, true),
            None,
            "it is another"
        );
        let file = rustix::fs::open("/dev/null", OFlags::RDONLY, Mode::empty()).expect("opens");
        let number = file.as_raw_fd();
        let given = Given::all(&[(Arc::new(file), number)])[0];
        assert!(!given.is_pipe);
    }
}
