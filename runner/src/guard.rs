//! What ends the stages when the runner itself is killed and can do nothing any more.
//!
//! A second process of the same program reads from a pipe which processes are alive. When the pipe ends, the
//! runner is gone, however it went, and those that are left are killed, each with the group that it leads. (The kernel's own
//! PR_SET_PDEATHSIG would need code between fork and exec, and fires when the *thread* ends that started
//! the child.) A process that has left its group, as daemons do, escapes; isolation is for that.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::sync::Arc;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::pipe::PipeFlags;
use rustix::process::{Pid, Signal};
use rustix::stdio::stdin;

/// The hidden subcommand under which the program is its own guard.
pub const SUBCOMMAND: &str = "__guard";

/// For how long the guard lets words gather in the pipe, which holds 16,384 of them. It wakes for the end of
/// the pipe at once.
const DEAF: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 200_000_000,
};

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
    pub fn watch(&self, process: Pid) {
        self.say(process.as_raw_nonzero().get());
    }

    /// The process has ended, and its group with it.
    pub fn forget(&self, process: Pid) {
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

/// The guard's own life: hears standard input to its end, then kills who is left.
pub fn stand_guard() {
    let mut alive = Alive::default();
    while alive.hear().is_ok_and(|more| more) {
        // It is told by the end of the pipe alone, so that no start and no end of a process wakes it.
        let mut end = [PollFd::from_borrowed_fd(stdin(), PollFlags::empty())];
        let _ = poll(&mut end, Some(&DEAF));
    }
    for process in alive.processes.into_iter().filter_map(Pid::from_raw) {
        // Gone is as good as killed.
        let _ = rustix::process::kill_process_group(process, Signal::KILL);
        let _ = rustix::process::kill_process(process, Signal::KILL);
    }
}

/// What the guard knows.
#[derive(Debug, Default)]
struct Alive {
    processes: BTreeSet<i32>,
    /// The beginning of a word whose end has not been read.
    rest: Vec<u8>,
}

impl Alive {
    /// Waits for words and takes all that there are. Returns whether there can be more.
    fn hear(&mut self) -> rustix::io::Result<bool> {
        let mut buffer = [0; 4096];
        loop {
            let count = match rustix::io::read(stdin(), &mut buffer) {
                Ok(0) => return Ok(false),
                Ok(count) => count,
                Err(Errno::INTR) => continue,
                Err(error) => return Err(error),
            };
            self.take(&buffer[..count]);
            if count < buffer.len() {
                return Ok(true);
            }
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        self.rest.extend_from_slice(bytes);
        let (words, rest) = self.rest.as_chunks::<4>();
        for word in words {
            let number = i32::from_le_bytes(*word);
            if number > 0 {
                self.processes.insert(number);
            } else {
                self.processes.remove(&number.wrapping_neg());
            }
        }
        self.rest = rest.to_vec();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_understood_however_they_are_cut() {
        let words = [11, 12, -11, 13].map(i32::to_le_bytes).concat();
        for length in 1..words.len() {
            let mut alive = Alive::default();
            for piece in words.chunks(length) {
                alive.take(piece);
            }
            assert_eq!(
                alive.processes,
                BTreeSet::from([12, 13]),
                "{length} bytes at a time"
            );
        }
    }
}
