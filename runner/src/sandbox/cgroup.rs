//! Control groups of the kernel's, version 2 (cgroups(7)), where the host has given the runner one of its own to divide, as
//! `Delegate=yes` in a systemd unit does. Then the kernel counts what a whole sandbox uses, and nobody has to look.
//!
//! ```text
//! the runner's control group    memory, pids and, where there is one, cpu are handed on
//! ├── runner                    the runner and what it starts for itself: a group that hands on may hold no processes
//! ├── sandbox-4711-1            one a sandbox: the agent and all that it starts
//! └── sandbox-4711-2
//! ```

mod own;

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rustix::process::Pid;

use super::caps::Caps;

pub use own::most_processes;

/// The part in which the runner itself is.
const RUNNER: &str = "runner";
/// What the names of sandboxes' parts begin with. The runner's process id follows, and a number.
const SANDBOX: &str = "sandbox-";
/// What must be there to be handed on.
const NEEDED: [&str; 2] = ["memory", "pids"];
/// The runner's share of the processor against 100 of each sandbox: it carries the bytes of all of them.
const RUNNER_WEIGHT: u64 = 1_000;

/// The control group of a runner, divided.
#[derive(Debug)]
pub struct Cgroups {
    directory: PathBuf,
    made: AtomicU64,
    /// Parts that could not be removed yet, since something in them had not gone.
    left: Mutex<Vec<PathBuf>>,
}

/// The control group of one sandbox. When it is dropped it ends.
#[derive(Debug)]
pub(super) struct Cgroup {
    directory: PathBuf,
    all: Arc<Cgroups>,
    /// Once it has ended: whether that was for its memory.
    ended: OnceLock<bool>,
}

/// Why there are none.
#[derive(Debug)]
pub enum Undivided {
    /// The kernel has none of version 2, or they are not mounted.
    Absent,
    /// These are not handed down to this process's group.
    Lacks(PathBuf, Vec<&'static str>),
    /// The group is somebody else's.
    Foreign(PathBuf),
    /// Others are in the group.
    Shared(PathBuf),
    /// Something failed on the way.
    Failed(&'static str, io::Error),
}

impl Cgroups {
    /// Divides the control group that this process is in, moves this process and those that it has started, such as the guard,
    /// into a part of their own, and takes away what a runner that was killed has left.
    ///
    /// # Errors
    /// Why it cannot be divided; it is then as it was.
    pub fn divide() -> Result<Arc<Self>, Undivided> {
        let own = own::directory();
        let own = own.map_err(|error| Undivided::Failed("could not be found", error))?;
        let family =
            family().map_err(|error| Undivided::Failed("could not be looked at", error))?;
        Self::divide_at(&own.ok_or(Undivided::Absent)?, &family)
    }

    fn divide_at(own: &Path, family: &[String]) -> Result<Arc<Self>, Undivided> {
        // Somebody, such as systemd by `DelegateSubgroup=runner`, may have done the first step.
        let above = own.parent().filter(|_| own.ends_with(RUNNER));
        let above = above.filter(|above| is_ours(above));
        let directory = above.unwrap_or(own);
        let has = read(directory, "cgroup.controllers")?;
        let lacks = NEEDED.into_iter().filter(|needed| !names(&has, needed));
        let lacks: Vec<_> = lacks.collect();
        if !lacks.is_empty() {
            return Err(Undivided::Lacks(directory.to_owned(), lacks));
        }
        if !is_ours(directory) {
            return Err(Undivided::Foreign(directory.to_owned()));
        }
        let there = read(directory, "cgroup.procs")?;
        if there
            .lines()
            .any(|there| !family.iter().any(|one| one == there))
        {
            return Err(Undivided::Shared(directory.to_owned()));
        }
        let moved: Vec<&str> = there.lines().filter(|_| above.is_none()).collect();
        if !moved.is_empty() {
            enter(directory, &moved)?;
        }
        if let Err(error) = write(directory, "cgroup.subtree_control", "+memory +pids") {
            // All is to be as it was; what of that fails does no harm.
            for number in &moved {
                let _ = write(directory, "cgroup.procs", number);
            }
            if !moved.is_empty() {
                let _ = fs::remove_dir(directory.join(RUNNER));
            }
            return Err(Undivided::Failed("could not be divided", error));
        }
        share_processor(directory, &has);
        let divided = Self {
            directory: directory.to_owned(),
            made: AtomicU64::new(0),
            left: Mutex::default(),
        };
        divided.remove_stale();
        Ok(Arc::new(divided))
    }

    /// A new part with the bounds of a sandbox, in which nobody is yet.
    ///
    /// # Errors
    /// The system's.
    pub(super) fn part(self: &Arc<Self>, caps: &Caps) -> io::Result<Cgroup> {
        self.remove_left();
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        let itself = rustix::process::getpid().as_raw_nonzero();
        let directory = self.directory.join(format!("{SANDBOX}{itself}-{number}"));
        fs::create_dir(&directory)?;
        let part = Cgroup {
            directory,
            all: self.clone(),
            ended: OnceLock::new(),
        };
        let directory = &part.directory;
        write(directory, "memory.max", &caps.memory.to_string())?;
        // To pick one process would leave the rest of a hog that forks.
        write(directory, "memory.oom.group", "1")?;
        write(directory, "pids.max", &caps.processes.to_string())?;
        // Only where there is swap at all. Without this bound there would be as much again.
        let swap = "memory.swap.max";
        if directory.join(swap).exists() {
            write(directory, swap, "0")?;
        }
        Ok(part)
    }

    /// Ends and removes parts whose runner is gone. Those that live are in their own part.
    fn remove_stale(&self) {
        let living = read(&self.directory.join(RUNNER), "cgroup.procs").unwrap_or_default();
        let parts = fs::read_dir(&self.directory).into_iter().flatten();
        for part in parts.flatten() {
            let name = part.file_name();
            let of = name.to_str().and_then(|name| name.strip_prefix(SANDBOX));
            let of = of.and_then(|of| of.split_once('-'));
            if of.is_some_and(|(runner, _)| !living.lines().any(|living| living == runner)) {
                self.remove(part.path());
            }
        }
    }

    fn remove_left(&self) {
        for left in std::mem::take(&mut *self.left()) {
            self.remove(left);
        }
    }

    /// Kills what is there and removes it, now or, when something takes its time to go, before the next one is made.
    fn remove(&self, part: PathBuf) {
        // There is no such file before Linux 5.14; then the end of the first process ends the others.
        let kill = File::options().write(true).open(part.join("cgroup.kill"));
        let _ = kill.and_then(|mut kill| kill.write_all(b"1"));
        match fs::remove_dir(&part) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(_) => self.left().push(part),
        }
    }

    fn left(&self) -> std::sync::MutexGuard<'_, Vec<PathBuf>> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Cgroup {
    /// Moves a process there, which is to have started nothing yet: only what it starts from now on is there as well. What it
    /// holds already is counted where it was.
    ///
    /// # Errors
    /// The system's.
    pub(super) fn admit(&self, process: Pid) -> io::Result<()> {
        let number = process.as_raw_nonzero().to_string();
        write(&self.directory, "cgroup.procs", &number)
    }

    /// Whether the kernel has ended what is there because it held too much memory. It counts before it kills. Who was
    /// killed because the whole machine had none left, has reached no limit.
    pub(super) fn is_over_memory(&self) -> bool {
        let ended = self.ended.get().copied();
        ended.unwrap_or_else(|| self.has_killed_for_memory())
    }

    /// Kills everything in it and takes it away. For how it ended it can still be asked.
    pub(super) fn end(&self) {
        self.ended.get_or_init(|| {
            let for_memory = self.has_killed_for_memory();
            self.all.remove(self.directory.clone());
            for_memory
        });
    }

    fn has_killed_for_memory(&self) -> bool {
        let events = fs::read_to_string(self.directory.join("memory.events"));
        let events = events.unwrap_or_default();
        let counted = |name: &str| {
            let mut counts = events.lines().filter_map(|line| line.split_once(' '));
            counts.any(|(event, count)| event == name && count != "0")
        };
        // `oom`: the group's own bound was reached, and nothing could be freed.
        counted("oom") && counted("oom_kill")
    }
}

impl Drop for Cgroup {
    fn drop(&mut self) {
        self.end();
    }
}

impl fmt::Display for Undivided {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => write!(out, "there are no control groups of version 2 here"),
            Self::Lacks(group, lacks) => {
                let (group, lacks) = (group.display(), lacks.join(" and "));
                write!(out, "the control group {group} has no {lacks} to hand on")
            }
            Self::Foreign(group) => write!(
                out,
                "the control group {} is not pipeyard's to divide (systemd: Delegate=yes)",
                group.display()
            ),
            Self::Shared(group) => write!(
                out,
                "others are in the control group {} (systemd-run --user --scope -p Delegate=yes pipeyard … makes one)",
                group.display()
            ),
            Self::Failed(what, error) => write!(
                out,
                "the control group {what}: {error} (systemd: Delegate=yes, and ProtectControlGroups= off)"
            ),
        }
    }
}

impl std::error::Error for Undivided {}

/// This process and those that it has started, by their numbers.
fn family() -> io::Result<Vec<String>> {
    let itself = rustix::process::getpid().as_raw_nonzero();
    let mut family = vec![itself.to_string()];
    for thread in fs::read_dir("/proc/self/task")? {
        let children = fs::read_to_string(thread?.path().join("children"))?;
        family.extend(children.split_ascii_whitespace().map(str::to_owned));
    }
    Ok(family)
}

/// Makes the runner's part and moves these there.
fn enter(directory: &Path, family: &[&str]) -> Result<(), Undivided> {
    let part = directory.join(RUNNER);
    let entered = match fs::create_dir(&part) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        // One at a time, as the kernel wants it.
        _ => family
            .iter()
            .try_for_each(|number| write(&part, "cgroup.procs", number)),
    };
    entered.map_err(|error| {
        let _ = fs::remove_dir(&part);
        Undivided::Failed("could not be entered anew", error)
    })
}

/// Where the processor can be divided, each sandbox gets as much as the next one. Without that all goes on.
fn share_processor(directory: &Path, has: &str) {
    if names(has, "cpu") && write(directory, "cgroup.subtree_control", "+cpu").is_ok() {
        let weight = RUNNER_WEIGHT.to_string();
        let shared = write(&directory.join(RUNNER), "cpu.weight", &weight);
        if let Err(error) = shared {
            tracing::debug!(%error, "the runner has the processor's share of a sandbox");
        }
    }
}

/// Whether a directory is this process's user's own: what root may do everywhere does not make it so.
fn is_ours(directory: &Path) -> bool {
    let owner = fs::metadata(directory).map(|about| about.uid());
    owner.is_ok_and(|owner| owner == rustix::process::geteuid().as_raw())
}

fn names(list: &str, name: &str) -> bool {
    list.split_ascii_whitespace().any(|listed| listed == name)
}

fn read(directory: &Path, file: &str) -> Result<String, Undivided> {
    fs::read_to_string(directory.join(file))
        .map_err(|error| Undivided::Failed("could not be read", error))
}

/// In one call, as the kernel wants it.
fn write(directory: &Path, file: &str, text: &str) -> io::Result<()> {
    fs::write(directory.join(file), text)
}

#[cfg(test)]
mod tests;
