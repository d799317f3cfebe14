//! What is known of a sandbox that is there, by whoever has to do with it.

use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::Thread;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, Signal};

use super::cgroup::Cgroup;
use crate::system::Registered;

#[derive(Debug)]
pub(super) struct About {
    /// A handle on the agent: readable when it has ended.
    pub(super) agent: Registered,
    /// Its process id, here.
    pub(super) agent_pid: Pid,
    /// The directory `/` in there.
    pub(super) root: OwnedFd,
    /// The most memory that may be held in there.
    pub(super) memory: u64,
    /// What bounds it as a whole, where there are control groups.
    pub(super) cgroup: Option<Cgroup>,
    /// Whether it was ended because more was seen to be held.
    pub(super) over_memory: AtomicBool,
    /// Who looks how much is held.
    pub(super) watcher: OnceLock<Thread>,
    /// Whether it was given up.
    broken: AtomicBool,
    /// Whether a run goes on in there.
    busy: AtomicBool,
}

impl About {
    pub(super) fn new(
        (agent, agent_pid): (Registered, Pid),
        root: OwnedFd,
        memory: u64,
        cgroup: Option<Cgroup>,
    ) -> Self {
        Self {
            agent,
            agent_pid,
            root,
            memory,
            cgroup,
            over_memory: AtomicBool::new(false),
            watcher: OnceLock::new(),
            broken: AtomicBool::new(false),
            busy: AtomicBool::new(false),
        }
    }

    /// Whether it is there to be used.
    pub(super) fn is_there(&self) -> bool {
        let mut agent = [PollFd::from_borrowed_fd(
            self.agent.get_ref().as_fd(),
            PollFlags::IN,
        )];
        let ended = poll(&mut agent, Some(&Timespec::default()));
        !self.broken.load(Ordering::Acquire) && ended == Ok(0)
    }

    /// Kills all that is in there, without waiting for it.
    pub(super) fn give_up(&self) {
        self.broken.store(true, Ordering::Release);
        // Gone is as good as killed.
        let _ = rustix::process::pidfd_send_signal(self.agent.get_ref(), Signal::KILL);
        self.wake_watcher();
    }

    /// Whether it was ended because more memory was held in there than may be.
    pub(super) fn is_over_memory(&self) -> bool {
        let by_group = || self.cgroup.as_ref().is_some_and(Cgroup::is_over_memory);
        self.over_memory.load(Ordering::Acquire) || by_group()
    }

    pub(super) fn is_busy(&self) -> bool {
        self.busy.load(Ordering::Acquire)
    }

    pub(super) fn set_busy(&self, busy: bool) {
        self.busy.store(busy, Ordering::Release);
        self.wake_watcher();
    }

    fn wake_watcher(&self) {
        if let Some(watcher) = self.watcher.get() {
            watcher.unpark();
        }
    }
}

/// The process id, here, of a handle on a process that was opened elsewhere.
pub(super) fn number_of(handle: &OwnedFd) -> io::Result<Pid> {
    let about = std::fs::read_to_string(format!("/proc/self/fdinfo/{}", handle.as_raw_fd()))?;
    let number = about.lines().find_map(|line| line.strip_prefix("Pid:"));
    let number: Option<i32> = number.and_then(|number| number.trim().parse().ok());
    number
        .filter(|number| *number > 0)
        .and_then(Pid::from_raw)
        .ok_or_else(|| io::Error::other("the process has no number here"))
}
