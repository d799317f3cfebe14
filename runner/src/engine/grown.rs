//! Pipes that are made larger while much passes through them, within a budget of the whole process.

use std::os::fd::BorrowedFd;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustix::pipe::{fcntl_getpipe_size, fcntl_setpipe_size};

/// The size that pipes of a hot flow are grown to: larger ones gain nothing (measured).
pub(super) const HOT_PIPE_BYTES: usize = 1 << 20;
/// What all grown pipes of this process may hold together. An ordinary user has 64 MiB for pipes, of which
/// other programs want some too (`pipe-user-pages-soft` in pipe(7)).
const GROWN_BYTES: usize = 24 << 20;

static GROWN: AtomicUsize = AtomicUsize::new(0);

/// Leave for one pipe to be large. It is kept for as long as the pipe is, or until the pipe is small again.
#[derive(Debug)]
pub(super) struct Grown {
    was: usize,
    is: usize,
}

impl Grown {
    /// Grows a pipe. Nothing for what is no pipe, is large enough, or may not grow: the budget is used up, or
    /// the user's (EPERM).
    pub(super) fn new(pipe: BorrowedFd<'_>) -> Option<Self> {
        let was = fcntl_getpipe_size(pipe).ok()?;
        if was >= HOT_PIPE_BYTES {
            return None;
        }
        let room = |grown: usize| {
            let after = grown + HOT_PIPE_BYTES;
            (after <= GROWN_BYTES).then_some(after)
        };
        GROWN
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, room)
            .ok()?;
        let mut grown = Self {
            was,
            is: HOT_PIPE_BYTES,
        };
        fcntl_setpipe_size(pipe, HOT_PIPE_BYTES).ok()?;
        // The kernel may have made it another size than was asked for.
        let is = fcntl_getpipe_size(pipe).ok()?;
        GROWN.fetch_add(is, Ordering::Relaxed);
        GROWN.fetch_sub(grown.is, Ordering::Relaxed);
        grown.is = is;
        Some(grown)
    }

    /// Makes the pipe small again. It stays large, and in the budget, while more stands in it than it would
    /// hold (EBUSY).
    pub(super) fn shrink(self, pipe: BorrowedFd<'_>) -> Option<Self> {
        match fcntl_setpipe_size(pipe, self.was) {
            Ok(_) => None,
            Err(_) => Some(self),
        }
    }
}

impl Drop for Grown {
    fn drop(&mut self) {
        GROWN.fetch_sub(self.is, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::pipe::pipe;
    use std::os::fd::AsFd;

    #[test]
    fn a_pipe_that_cannot_be_made_small_stays_in_the_budget() {
        let (reader, writer) = pipe().expect("a pipe");
        let small = fcntl_getpipe_size(&writer).expect("a size");
        let grown = Grown::new(writer.as_fd()).expect("room in the budget");
        assert_eq!(fcntl_getpipe_size(&writer).expect("a size"), HOT_PIPE_BYTES);
        assert!(Grown::new(writer.as_fd()).is_none(), "it is large already");
        let full = vec![0; 2 * small];
        assert_eq!(rustix::io::write(&writer, &full), Ok(2 * small));
        let grown = grown.shrink(writer.as_fd()).expect("too much stands in it");
        let mut taken = vec![0; 2 * small];
        assert_eq!(rustix::io::read(&reader, &mut taken), Ok(2 * small));
        assert!(grown.shrink(writer.as_fd()).is_none());
        assert_eq!(fcntl_getpipe_size(&writer).expect("a size"), small);
    }
}
