//! A process in a sandbox that was just started.

use std::os::fd::OwnedFd;

use rustix::process::{Pid, Signal};

use super::line::{Line, Order};

/// A process that was started in a sandbox. Dropped before somebody has claimed it, it is ended.
#[derive(Debug)]
pub struct Child {
    /// Its id in there.
    inside: Pid,
    /// Its id here.
    pid: Pid,
    /// A handle on it; nothing once it was claimed.
    handle: Option<OwnedFd>,
    /// To whom it is left; nobody where the sandbox is ending.
    line: Option<Line>,
}

/// What a process in a sandbox is known by.
#[derive(Debug)]
pub struct Claimed {
    /// Its id in there.
    pub inside: Pid,
    /// Its id here.
    pub pid: Pid,
    /// A handle on it.
    pub handle: OwnedFd,
}

impl Child {
    pub(super) fn new(inside: Pid, pid: Pid, handle: OwnedFd, line: Option<Line>) -> Self {
        Self {
            inside,
            pid,
            handle: Some(handle),
            line,
        }
    }

    /// Takes it over: whoever does has it taken away. Nothing if that was done before.
    pub fn claim(mut self) -> Option<Claimed> {
        let handle = self.handle.take()?;
        Some(Claimed {
            inside: self.inside,
            pid: self.pid,
            handle,
        })
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let Some(handle) = self.handle.take() else {
            return;
        };
        let _ = rustix::process::pidfd_send_signal(&handle, Signal::KILL);
        if let Some(line) = &self.line {
            line.tell(Order::LetGo(self.inside));
        }
    }
}
