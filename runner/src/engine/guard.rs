//! What ends the stages when the runner itself is killed and can do nothing any more.
//!
//! A second process of the same program reads from a pipe which processes are alive. When the pipe ends, the
//! runner is gone, however it went, and those that are left are killed, each with the group that it leads. (The kernel's own
//! PR_SET_PDEATHSIG would need code between fork and exec, and fires when the *thread* ends that started
//! the child.) A process that has left its group, as daemons do, escapes; isolation is for that.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::sync::Arc;

use rustix::pipe::PipeFlags;
use rustix::process::{Pid, Signal};

/// The hidden subcommand under which the program is its own guard.
pub const SUBCOMMAND: &str = "__guard";

/// The runner's line to its guard. Clones share it; when the last is dropped, the guard ends.
#[derive(Clone, Debug)]
pub struct Guard(Arc<File>);

impl Guard {
    /// Starts the guard without waiting for it: what is written before it listens stays in the pipe.
    ///
    /// # Errors
    /// When there is no descriptor left for a pipe. A guard that cannot be started is only logged.
    pub fn start() -> io::Result<Self> {
        let (listening, line) = rustix::pipe::pipe_with(PipeFlags::CLOEXEC)?;
        std::thread::Builder::new()
            .name("guard".into())
            .spawn(move || {
                if let Err(error) = start_process(listening) {
                    tracing::warn!(%error, "no guard: stages would outlive a killed runner");
                }
            })?;
        Ok(Self(Arc::new(File::from(line))))
    }

    /// A process was started, which may lead a group or come to lead one.
    pub(super) fn watch(&self, process: Pid) {
        self.say(process.as_raw_nonzero().get());
    }

    /// The process has ended, and its group with it.
    pub(super) fn forget(&self, process: Pid) {
        self.say(-process.as_raw_nonzero().get());
    }

    /// Four bytes are written whole or not at all (PIPE_BUF), so threads need no lock.
    fn say(&self, word: i32) {
        if let Err(error) = (&*self.0).write_all(&word.to_le_bytes()) {
            tracing::warn!(%error, "the guard is gone: stages would outlive a killed runner");
        }
    }
}

fn start_process(listening: OwnedFd) -> io::Result<()> {
    Command::new(std::env::current_exe()?)
        .arg(SUBCOMMAND)
        .stdin(Stdio::from(listening))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .env_clear()
        .current_dir("/")
        // Out of reach of Ctrl+C, which the terminal sends to the runner's group.
        .process_group(0)
        .spawn()
        .map(drop)
}

/// The guard's own life: reads standard input to its end, then kills who is left.
pub fn stand_guard() {
    let mut processes = BTreeSet::new();
    let mut input = io::stdin().lock();
    let mut word = [0; 4];
    while input.read_exact(&mut word).is_ok() {
        let number = i32::from_le_bytes(word);
        if number > 0 {
            processes.insert(number);
        } else {
            processes.remove(&number.wrapping_neg());
        }
    }
    for process in processes.into_iter().filter_map(Pid::from_raw) {
        // Gone is as good as killed.
        let _ = rustix::process::kill_process_group(process, Signal::KILL);
        let _ = rustix::process::kill_process(process, Signal::KILL);
    }
}
