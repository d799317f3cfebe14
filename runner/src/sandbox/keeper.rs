//! The keeper: the process of bubblewrap's that waits for an agent, outside of the sandbox.

use std::io;
use std::os::fd::OwnedFd;

use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, Signal};
use tokio::io::Interest;

use crate::system::{self, Registered};

/// Our child, until it is taken away. It ends when everything in its sandbox has ended; dropped before, it is killed.
#[derive(Debug)]
pub(super) struct Keeper {
    pid: Pid,
    /// Readable when it has ended.
    handle: Registered,
    reaped: bool,
}

impl Keeper {
    /// Takes charge of a child that was just started.
    ///
    /// # Errors
    /// When there is no descriptor for a handle. The child is ended, then.
    pub(super) fn new(pid: Pid) -> io::Result<Self> {
        let handle = rustix::process::pidfd_open(pid, PidfdFlags::NONBLOCK);
        let handle = handle.map_err(io::Error::from);
        match handle.and_then(|handle| Registered::new(handle, Interest::READABLE)) {
            Ok(handle) => Ok(Self {
                pid,
                handle,
                reaped: false,
            }),
            Err(error) => {
                kill_and_reap(pid);
                Err(error)
            }
        }
    }

    /// A handle on the first process of its sandbox, and the number of that process, here. It is the keeper's one child.
    ///
    /// # Errors
    /// The system's, or when it has ended.
    pub(super) fn child(&self) -> io::Result<(OwnedFd, Pid)> {
        let child = self.number_of_child()?;
        let handle = rustix::process::pidfd_open(child, PidfdFlags::NONBLOCK)?;
        // A number can come to be another's in between.
        if self.number_of_child()? == child {
            Ok((handle, child))
        } else {
            Err(Errno::SRCH.into())
        }
    }

    fn number_of_child(&self) -> io::Result<Pid> {
        let keeper = self.pid.as_raw_nonzero();
        let children = std::fs::read_to_string(format!("/proc/{keeper}/task/{keeper}/children"))?;
        let child = children.trim().parse().ok().and_then(Pid::from_raw);
        child.ok_or_else(|| Errno::SRCH.into())
    }

    /// Waits for its end, and takes it away.
    pub(super) async fn ended(&mut self) {
        while !self.reaped {
            // Without a reactor there is nobody who could wait.
            let Ok(mut ready) = self.handle.readable().await else {
                return;
            };
            match system::reap_ended(self.pid) {
                Ok(None) => ready.clear_ready(),
                Ok(Some(_)) => self.reaped = true,
                Err(error) => {
                    tracing::debug!(%error, "a sandbox's keeper could not be reaped");
                    self.reaped = true;
                }
            }
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        if !self.reaped {
            kill_and_reap(self.pid);
        }
    }
}

/// It cannot refuse, so the wait is short.
fn kill_and_reap(keeper: Pid) {
    let _ = rustix::process::kill_process(keeper, Signal::KILL);
    let _ = system::reap(keeper);
}
