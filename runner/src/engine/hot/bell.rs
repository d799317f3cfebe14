//! How a relay calls back the thread that it lent a flow to.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::event::{EventfdFlags, eventfd};

/// Rings on demand, and when it is dropped: a relay that is gone needs no thread.
#[derive(Debug)]
pub(super) struct Bell(Arc<Clapper>);

/// What the thread hears: by the flag between two steps, by the descriptor while it waits.
#[derive(Debug)]
pub(super) struct Clapper {
    rung: AtomicBool,
    wakes: OwnedFd,
}

impl Bell {
    pub(super) fn new() -> io::Result<Self> {
        let flags = EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK;
        Ok(Self(Arc::new(Clapper {
            rung: AtomicBool::new(false),
            wakes: eventfd(0, flags)?,
        })))
    }

    /// What the thread is to hear it by.
    pub(super) fn clapper(&self) -> Arc<Clapper> {
        self.0.clone()
    }

    pub(super) fn ring(&self) {
        self.0.rung.store(true, Ordering::Relaxed);
        // It fails only when it has rung 2⁶⁴ times unheard.
        let _ = rustix::io::write(&self.0.wakes, &1u64.to_ne_bytes());
    }
}

impl Clapper {
    pub(super) fn has_rung(&self) -> bool {
        self.rung.load(Ordering::Relaxed)
    }

    /// Readable once it has rung.
    pub(super) fn wakes(&self) -> BorrowedFd<'_> {
        self.wakes.as_fd()
    }
}

impl Drop for Bell {
    fn drop(&mut self) {
        self.ring();
    }
}
