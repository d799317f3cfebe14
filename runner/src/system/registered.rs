//! Descriptors on the reactor.

use std::io;
use std::ops::Deref;
use std::os::fd::OwnedFd;

use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

/// An owned descriptor that the tokio reactor watches. It can be used and not be replaced, and it is
/// taken out only with the registration, which is what makes registering it sound.
#[derive(Debug)]
pub struct Registered(AsyncFd<OwnedFd>);

impl Registered {
    /// Puts a descriptor on the current runtime's reactor.
    ///
    /// # Errors
    /// When the kernel cannot watch it (a regular file) or has no room.
    pub fn new(descriptor: OwnedFd, interest: Interest) -> io::Result<Self> {
        // SAFETY: an `OwnedFd` is open until it is dropped, and it leaves this struct only as it is deregistered.
        let registered = unsafe { AsyncFd::register_with_interest(descriptor, interest) }?;
        Ok(Self(registered))
    }

    /// Takes the descriptor off the reactor and gives it back.
    pub fn into_inner(self) -> OwnedFd {
        self.0.into_inner()
    }
}

impl Deref for Registered {
    type Target = AsyncFd<OwnedFd>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}
