//! The agent: the first process of a sandbox. It is the same program under a hidden subcommand.
//!
//! It does one thing after another and trusts nothing but its socket. Nobody in the sandbox can reach into it: it is not
//! dumpable, so neither its memory nor its descriptors can be opened, the kernel lets no signal through to a first process that
//! has no handler for it, and what it starts is given the descriptors that were sent for it and no others.

use std::collections::{BTreeSet, VecDeque};
use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{CWD, Mode, OFlags};
use rustix::io::{Errno, FdFlags};
use rustix::process::{DumpableBehavior, Pid, PidfdFlags, Signal};
use rustix::stdio::stdin;

use super::caps::Caps;
use super::command::{self, MOST_BEHIND_BYTES};
use super::message::{MOST_ASKED, Place, REQUEST_BYTES, Reply, Request};
use super::socket::{self, Beside};
use crate::system;

/// The hidden subcommand under which the program is an agent.
pub const SUBCOMMAND: &str = "__agent";

/// How often ended processes are taken away that others have left to it, while there are any at all.
const ORPHANS_EVERY: Duration = Duration::from_millis(200);
/// How long killed processes may take to go.
const SWEEP_TIME: Duration = Duration::from_secs(2);
/// Between looks whether they have gone.
const SWEEP_INTERVAL: Duration = Duration::from_millis(1);

/// The agent's whole life. Its socket is its standard input; what goes wrong before it is ready is told on standard error.
pub fn be_agent(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.collect();
    match prepare(&arguments) {
        Ok(mut agent) => {
            agent.serve();
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("the agent in the sandbox: {error}");
            ExitCode::FAILURE
        }
    }
}

fn prepare(arguments: &[OsString]) -> io::Result<Agent> {
    rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    rustix::io::fcntl_setfd(stdin(), FdFlags::CLOEXEC)?;
    system::close_inherited_on_exec()?;
    let itself = rustix::process::getpid();
    if itself != Pid::INIT {
        return Err(io::Error::other("it is no first process"));
    }
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let root = rustix::fs::openat(CWD, "/", flags, Mode::empty())?;
    Caps::keep(arguments)?;
    tell(Reply::Ready(root.as_raw_fd()))?;
    // From here on nobody reads what it says.
    let nowhere = File::options().write(true).open("/dev/null")?;
    rustix::stdio::dup2_stderr(nowhere)?;
    let mut agent = Agent::default();
    agent.keep_open(root);
    Ok(agent)
}

#[derive(Default)]
struct Agent {
    /// Processes that it has started for the runner, and that stay unreaped until the runner says so.
    started: BTreeSet<i32>,
    /// What the last answers have named, for the runner to take: as many as [`MOST_ASKED`].
    named: VecDeque<OwnedFd>,
}

impl Agent {
    /// Answers until there is nobody to answer.
    fn serve(&mut self) {
        let mut buffer = [0; REQUEST_BYTES + MOST_BEHIND_BYTES];
        // When it is looked for processes that others have left; not before it is asked something, where there is nobody to leave any.
        let mut look_at: Option<Instant> = None;
        loop {
            let left = look_at.map(|at| at.saturating_duration_since(Instant::now()));
            let wakes = left.map(|left| Timespec {
                tv_sec: 0,
                tv_nsec: i64::from(left.min(ORPHANS_EVERY).subsec_nanos()),
            });
            let mut line = [PollFd::from_borrowed_fd(stdin(), PollFlags::IN)];
            let is_asked = match poll(&mut line, wakes.as_ref()) {
                Ok(0) | Err(Errno::INTR) => false,
                Ok(_) => true,
                Err(_) => return,
            };
            if left.is_some_and(|left| left.is_zero()) {
                let others = self.take_orphans();
                let any = others || !self.started.is_empty();
                look_at = any.then(|| Instant::now() + ORPHANS_EVERY);
            }
            if !is_asked {
                continue;
            }
            look_at.get_or_insert_with(|| Instant::now() + ORPHANS_EVERY);
            let answered = match socket::receive(stdin(), &mut buffer) {
                Ok((0, _)) => return,
                Ok((length, beside)) => match Request::at_head(&buffer[..length]) {
                    Some((request, behind)) => self.answer(request, behind, beside),
                    None => tell(failed(&Errno::INVAL.into())),
                },
                // The runner waits for an answer to what it asked.
                Err(error) => tell(failed(&error)),
            };
            if answered.is_err() {
                return;
            }
        }
    }

    fn answer(&mut self, request: Request, behind: &[u8], beside: Beside) -> io::Result<()> {
        let reply = match request {
            Request::Start { group, place } => self
                .start(group, place, behind, beside)
                .map(|(pid, handle)| Reply::Started(pid, handle)),
            Request::Look(pid) => system::peek_exit(pid).map(Reply::Looked),
            Request::LetGo(pid) => {
                self.let_go(pid);
                return Ok(());
            }
            Request::Reap(pid) => {
                // If it has not ended it is as one that others left.
                self.started.remove(&pid.as_raw_nonzero().get());
                system::reap_ended(pid).map(|_| Reply::Done)
            }
            Request::Sweep => match self.sweep() {
                true => Ok(Reply::Done),
                false => Err(Errno::BUSY.into()),
            },
        };
        tell(reply.unwrap_or_else(|error| failed(&error)))
    }

    /// Starts a process, and gives the number of a handle on it.
    fn start(
        &mut self,
        group: Option<Pid>,
        place: Place,
        behind: &[u8],
        beside: Beside,
    ) -> io::Result<(Pid, i32)> {
        let mut given = beside?.into_iter();
        let command = match place {
            Place::Behind => command::of_bytes(behind).ok_or(Errno::INVAL)?,
            Place::Beside => command::of_file(given.next().ok_or(Errno::INVAL)?)?,
        };
        let given: Vec<OwnedFd> = given.collect();
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
                Ok((pid, self.keep_open(handle)))
            }
            Err(error) => {
                let _ = rustix::process::kill_process(pid, Signal::KILL);
                Err(error.into())
            }
        }
    }

    /// Keeps something open until the runner has taken it.
    fn keep_open(&mut self, named: OwnedFd) -> i32 {
        // Only so many answers can be on their way, so whoever was told of the oldest has it by now.
        if self.named.len() == MOST_ASKED {
            self.named.pop_front();
        }
        let number = named.as_raw_fd();
        self.named.push_back(named);
        number
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

fn tell(reply: Reply) -> io::Result<()> {
    socket::send(stdin(), &reply.to_bytes(), &[])
}

fn failed(error: &io::Error) -> Reply {
    let number = error.raw_os_error();
    Reply::Failed(number.unwrap_or(Errno::INVAL.raw_os_error()))
}
