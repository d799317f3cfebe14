//! Processes as the kernel shows them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// A process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    /// Its id.
    pub pid: u32,
    /// Its parent's.
    pub parent: u32,
    /// Its name.
    pub name: String,
    /// `R`, `S`, `Z`, … as `proc(5)` has them.
    pub state: char,
}

impl Process {
    /// Whether it is what ends the stages of a runner that is killed.
    pub fn is_guard(&self) -> bool {
        let words = fs::read(format!("/proc/{}/cmdline", self.pid)).unwrap_or_default();
        words.split(|byte| *byte == 0).nth(1) == Some(b"__guard")
    }

    /// The process with this id, if there is one.
    pub fn read(pid: u32) -> Option<Self> {
        let stat = fs::read(format!("/proc/{pid}/stat")).ok()?;
        let stat = String::from_utf8_lossy(&stat);
        // The name is in parentheses and may hold any character, parentheses too.
        let (before, after) = stat.rsplit_once(") ")?;
        let (_, name) = before.split_once(" (")?;
        let mut fields = after.split(' ');
        Some(Self {
            pid,
            state: fields.next()?.chars().next()?,
            parent: fields.next()?.parse().ok()?,
            name: name.to_owned(),
        })
    }

    /// Whether it has ended and only waits to be reaped.
    pub fn is_zombie(&self) -> bool {
        matches!(self.state, 'Z' | 'X')
    }
}

/// All processes.
pub fn all() -> Vec<Process> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    entries
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter_map(Process::read)
        .collect()
}

/// Those with this parent, zombies too.
pub fn children(parent: u32) -> Vec<Process> {
    let mut found = all();
    found.retain(|process| process.parent == parent);
    found
}

/// Living ones that were started with this variable in their environment.
pub fn with_variable(name: &str, value: &str) -> Vec<Process> {
    let wanted = format!("{name}={value}");
    let mut found = all();
    found.retain(|process| {
        let environment = fs::read(format!("/proc/{}/environ", process.pid)).unwrap_or_default();
        environment
            .split(|byte| *byte == 0)
            .any(|variable| variable == wanted.as_bytes())
    });
    found
}

/// What each descriptor of a process leads to. Empty when the process is gone.
pub fn descriptors(pid: u32) -> BTreeMap<u32, PathBuf> {
    let Ok(entries) = fs::read_dir(format!("/proc/{pid}/fd")) else {
        return BTreeMap::new();
    };
    entries
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let number = entry.file_name().to_str()?.parse().ok()?;
            Some((number, fs::read_link(entry.path()).ok()?))
        })
        .collect()
}

/// The files below a directory that a process has open and that have no name there, or not any more.
pub fn files_without_name(pid: u32, directory: &Path) -> BTreeSet<PathBuf> {
    let mut found: BTreeSet<PathBuf> = descriptors(pid).into_values().collect();
    found.retain(|path| {
        path.starts_with(directory) && path.as_os_str().as_bytes().ends_with(b" (deleted)")
    });
    found
}

/// The memory that a process holds now, in KiB.
pub fn resident_kib(pid: u32) -> u64 {
    field(pid, "VmRSS:").unwrap_or_default()
}

/// The most that a process has had resident so far, in KiB.
pub fn most_resident_kib(pid: u32) -> u64 {
    field(pid, "VmHWM:").unwrap_or_default()
}

/// How many threads a process has.
pub fn threads(pid: u32) -> u64 {
    field(pid, "Threads:").unwrap_or_default()
}

fn field(pid: u32, name: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}
