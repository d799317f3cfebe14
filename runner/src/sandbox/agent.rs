//! The agent: the first process of a sandbox. It is the same program under a hidden subcommand.
//!
//! It does one thing after another and trusts nothing but its socket. Nobody in the sandbox can reach into it: it is not
//! dumpable, so neither its memory nor its descriptors can be opened, the kernel lets no signal through to a first process that
//! has no handler for it, and what it starts is given the descriptors that were sent for it and no others.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{CWD, Mode, OFlags};
use rustix::io::{Errno, FdFlags};
use rustix::process::{DumpableBehavior, Pid, PidfdFlags, Signal};
use rustix::stdio::stdin;

use super::caps::Caps;
use super::command;
use super::message::{REQUEST_BYTES, Reply, Request};
use super::socket;
use crate::system;

/// The hidden subcommand under which the program is an agent.
pub const SUBCOMMAND: &str = "__agent";

/// How often ended processes are taken away that others have left to it, while there are any at all.
const ORPHANS_EVERY: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 200_000_000,
};
/// How long killed processes may take to go.
const SWEEP_TIME: Duration = Duration::from_secs(2);
/// Between looks whether they have gone.
const SWEEP_INTERVAL: Duration = Duration::from_millis(1);

/// The agent's whole life. Its socket is its standard input; what goes wrong before it is ready is told on standard error.
pub fn be_agent(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.collect();
    match prepare(&arguments) {
        Ok(()) => {
            Agent::default().serve();
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("the agent in the sandbox: {error}");
            ExitCode::FAILURE
        }
    }
}

fn prepare(arguments: &[OsString]) -> io::Result<()> {
    rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    rustix::io::fcntl_setfd(stdin(), FdFlags::CLOEXEC)?;
    system::close_inherited_on_exec()?;
    let itself = rustix::process::getpid();
    if itself != Pid::INIT {
        return Err(io::Error::other("it is no first process"));
    }
    let handle = rustix::process::pidfd_open(itself, PidfdFlags::NONBLOCK)?;
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let root = rustix::fs::openat(CWD, "/", flags, Mode::empty())?;
    Caps::keep(arguments)?;
    socket::send(
        stdin(),
        &Reply::Ready.to_bytes(),
        &[handle.as_fd(), root.as_fd()],
    )?;
    // From here on nobody reads what it says.
    let nowhere = File::options().write(true).open("/dev/null")?;
    rustix::stdio::dup2_stderr(nowhere)?;
    Ok(())
}

#[derive(Default)]
struct Agent {
    /// Processes that it has started for the runner, and that stay unreaped until the runner says so.
    started: BTreeSet<i32>,
}

impl Agent {
    fn serve(&mut self) {
        let mut buffer = [0; REQUEST_BYTES];
        loop {
            let others = self.take_orphans();
            let wakes = (others || !self.started.is_empty()).then_some(&ORPHANS_EVERY);
            let mut line = [PollFd::from_borrowed_fd(stdin(), PollFlags::IN)];
            match poll(&mut line, wakes) {
                Ok(0) | Err(Errno::INTR) => continue,
                Ok(_) => {}
                Err(_) => return,
            }
            let (length, descriptors) = match socket::receive(stdin(), &mut buffer) {
                Ok((0, _)) => return,
                Ok(received) => received,
                // The runner waits for an answer to what it asked.
                Err(error) => {
                    if self.answer(failed(&error), &[]).is_err() {
                        return;
                    }
                    continue;
                }
            };
            let answered = match Request::of(&buffer[..length]) {
                Some(Request::Start { group }) => {
                    match descriptors.and_then(|descriptors| self.start(group, descriptors)) {
                        Ok((pid, handle)) => self.answer(Reply::Started(pid), &[handle.as_fd()]),
                        Err(error) => self.answer(failed(&error), &[]),
                    }
                }
                Some(Request::Look(pid)) => {
                    let looked = system::peek_exit(pid);
                    let reply = looked.map_or_else(|error| failed(&error), Reply::Looked);
                    self.answer(reply, &[])
                }
                Some(Request::LetGo(pid)) => {
                    self.let_go(pid);
                    Ok(())
                }
                Some(Request::Reap(pid)) => {
                    // If it has not ended it is as one that others left.
                    self.started.remove(&pid.as_raw_nonzero().get());
                    let reaped = system::reap_ended(pid);
                    let reply = reaped.map_or_else(|error| failed(&error), |_| Reply::Done);
                    self.answer(reply, &[])
                }
                Some(Request::Sweep) => {
                    let reply = match self.sweep() {
                        true => Reply::Done,
                        false => failed(&Errno::BUSY.into()),
                    };
                    self.answer(reply, &[])
                }
                None => self.answer(failed(&Errno::INVAL.into()), &[]),
            };
            if answered.is_err() {
                return;
            }
        }
    }

    fn answer(&self, reply: Reply, descriptors: &[BorrowedFd<'_>]) -> io::Result<()> {
        socket::send(stdin(), &reply.to_bytes(), descriptors)
    }

    fn start(
        &mut self,
        group: Option<Pid>,
        descriptors: Vec<OwnedFd>,
    ) -> io::Result<(Pid, OwnedFd)> {
        let mut descriptors = descriptors.into_iter();
        let file = descriptors.next().ok_or(Errno::INVAL)?;
        let command = command::of_file(file)?;
        let given: Vec<OwnedFd> = descriptors.collect();
        // Without its own, the process would have the agent's.
        let has_standard = [0, 1, 2]
            .iter()
            .all(|number| command.numbers.contains(number));
        if given.len() != command.numbers.len() || !has_standard {
            return Err(Errno::INVAL.into());
        }
        let borrowed: Vec<_> = given
            .iter()
            .map(AsFd::as_fd)
            .zip(command.numbers.iter().copied())
            .collect();
        let pid = system::spawn(&system::Command {
            program: &command.program,
            arguments: &command.arguments,
            environment: &command.environment,
            directory: &command.directory,
            group,
            descriptors: &borrowed,
        })?;
        match rustix::process::pidfd_open(pid, PidfdFlags::NONBLOCK) {
            Ok(handle) => {
                self.started.insert(pid.as_raw_nonzero().get());
                Ok((pid, handle))
            }
            Err(error) => {
                let _ = rustix::process::kill_process(pid, Signal::KILL);
                Err(error.into())
            }
        }
    }

    /// Its number is its own for as long as it is not taken away.
    fn let_go(&mut self, pid: Pid) {
        if self.started.remove(&pid.as_raw_nonzero().get())
            && matches!(system::reap_ended(pid), Ok(None))
        {
            // From here on it is as one that others left.
            let _ = rustix::process::kill_process(pid, Signal::KILL);
        }
    }

    /// Takes away ended processes that it did not start itself: their parents have left them. Returns whether there are
    /// some that have not ended.
    fn take_orphans(&self) -> bool {
        let children = std::fs::read_to_string("/proc/self/task/1/children").unwrap_or_default();
        let children = children
            .split_ascii_whitespace()
            .filter_map(|word| word.parse::<i32>().ok());
        let orphans = children.filter(|child| !self.started.contains(child));
        let mut left = false;
        for orphan in orphans.filter_map(Pid::from_raw) {
            left |= matches!(system::reap_ended(orphan), Ok(None));
        }
        left
    }

    /// Kills everything else and waits until it has gone; tells whether it has in time. The kernel does it under the lock
    /// that a fork needs, so nobody who forks fast enough escapes.
    fn sweep(&mut self) -> bool {
        self.started.clear();
        let until = Instant::now() + SWEEP_TIME;
        while rustix::process::kill_process_group(Pid::INIT, Signal::KILL).is_ok() {
            self.take_orphans();
            if Instant::now() > until {
                return false;
            }
            std::thread::sleep(SWEEP_INTERVAL);
        }
        true
    }
}

fn failed(error: &io::Error) -> Reply {
    let number = error.raw_os_error();
    Reply::Failed(number.unwrap_or(Errno::INVAL.raw_os_error()))
}
