//! What is known of a sandbox that is there, by whoever has to do with it.

use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::Thread;

use pipeyard_shared::limits::{LimitName, Reached};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{Pid, PidfdGetfdFlags, Signal};
use tokio::sync::watch;

use super::caps::Caps;
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
    /// What may be used in there.
    pub(super) caps: Caps,
    /// What bounds it as a whole, where there are control groups.
    pub(super) cgroup: Option<Cgroup>,
    /// The limit that it was ended for.
    ended_for: watch::Sender<Option<Reached>>,
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
        caps: Caps,
        cgroup: Option<Cgroup>,
    ) -> Self {
        Self {
            agent,
            agent_pid,
            root,
            caps,
            cgroup,
            ended_for: watch::Sender::default(),
            watcher: OnceLock::new(),
            broken: AtomicBool::new(false),
            busy: AtomicBool::new(false),
        }
    }

    /// A copy of what the agent has open by a number.
    pub(super) fn take(&self, number: i32) -> io::Result<OwnedFd> {
        take(self.agent.get_ref(), number)
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

    /// Ends everything in there because too much memory is held. Runs know of the limit before any process has ended for it.
    pub(super) fn end_for_memory(&self) {
        self.reach_memory();
        self.give_up();
    }

    fn reach_memory(&self) {
        self.ended_for.send_replace(Some(Reached {
            limit: LimitName::Memory,
            most: self.caps.memory,
        }));
    }

    /// Looks whether the kernel has ended what is in there by its control group, which is a limit then.
    pub(super) fn ask_the_group(&self) {
        if self.ended_for().is_none() && self.cgroup.as_ref().is_some_and(Cgroup::is_over_memory) {
            self.reach_memory();
        }
    }

    /// The limit that it was ended for, if it was.
    pub(super) fn ended_for(&self) -> Option<Reached> {
        *self.ended_for.borrow()
    }

    /// Hears of that limit.
    pub(super) fn hear_of_a_limit(&self) -> watch::Receiver<Option<Reached>> {
        self.ended_for.subscribe()
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

/// A copy of what an agent has open by a number. It is not dumpable, and the kernel lets whoever has made its sandbox do it
/// (`CAP_SYS_PTRACE` in user_namespaces(7)), but on hosts where nobody may look into a process.
///
/// # Errors
/// The system's.
pub(super) fn take(agent: impl AsFd, number: i32) -> io::Result<OwnedFd> {
    rustix::process::pidfd_getfd(agent, number, PidfdGetfdFlags::empty()).map_err(|error| {
        match error {
            Errno::PERM => io::Error::other(
                "the kernel lets nobody look into processes: level class needs a kernel.yama.ptrace_scope of 2 or less",
            ),
            error => error.into(),
        }
    })
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
