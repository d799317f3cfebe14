//! A sandbox that is there: its agent answers.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::Thread;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags, ResolveFlags};
use rustix::io::Errno;
use rustix::net::sockopt::{Timeout, set_socket_timeout};
use rustix::pipe::PipeFlags;
use rustix::process::{Pid, Signal};

use super::bubblewrap::Bubblewrap;
use super::cgroup::Cgroup;
use super::command;
use super::enclosure::Settings;
use super::memory;
use super::message::{REPLY_BYTES, Reply, Request};
use super::socket;
use crate::system::{self, Exit, ExitHow};

/// How long an agent may take to be there. It is only ever waited for on a machine in distress.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long it may take to answer. Then everything in its sandbox is ended.
const ANSWER_TIME: Duration = Duration::from_secs(10);
/// How often it is looked how much memory is held, while runs go on.
const MEMORY_EVERY: Duration = Duration::from_millis(100);
/// How much of what bubblewrap says of a failure is told.
const MOST_ERROR_BYTES: u64 = 2_000;

/// A sandbox with its agent. It ends when it is dropped, and everything in it.
#[derive(Debug)]
pub struct Sandbox {
    line: Mutex<Line>,
    /// A handle on the agent.
    agent: OwnedFd,
    /// Its process id, here.
    agent_pid: Pid,
    /// The directory `/` in there.
    root: OwnedFd,
    /// The process of bubblewrap's that waits for the agent: our child until it is taken away.
    keeper: Mutex<Option<Pid>>,
    /// Whether it did not answer as it must.
    broken: AtomicBool,
    /// How many runs go on in there, as their number was last.
    busy: AtomicUsize,
    /// The most memory that may be held in there.
    memory: u64,
    /// Whether it was ended because more was seen to be held.
    over_memory: AtomicBool,
    /// Who looks how much is held.
    watcher: OnceLock<Thread>,
    /// What bounds it as a whole instead, where there are control groups.
    cgroup: Option<Cgroup>,
}

#[derive(Debug)]
struct Line {
    socket: OwnedFd,
    /// How many runs go on in there.
    stays: usize,
}

/// A process in there.
#[derive(Debug)]
pub struct Child {
    /// Its id in there.
    pub inside: Pid,
    /// Its id here.
    pub pid: Pid,
    /// A handle on it.
    pub handle: OwnedFd,
}

/// A run in a sandbox. When the last of them leaves, whatever is still in there is ended.
#[derive(Debug)]
pub struct Stay(Option<Arc<Sandbox>>);

impl Sandbox {
    /// Makes one around a workspace. It takes some milliseconds, in which the caller waits.
    ///
    /// # Errors
    /// The system's, and what bubblewrap says.
    pub(super) fn start(
        bubblewrap: &Bubblewrap,
        settings: &Settings,
        workspace: &Path,
    ) -> io::Result<Self> {
        let (socket, theirs) = socket::pair()?;
        let (said, errors) = rustix::pipe::pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK)?;
        let keeper = bubblewrap.start(settings, workspace, theirs.as_fd(), errors.as_fd())?;
        drop((theirs, errors));
        let keeper = Keeper(Some(keeper));
        set_socket_timeout(&socket, Timeout::Recv, Some(PATIENCE))?;
        set_socket_timeout(&socket, Timeout::Send, Some(PATIENCE))?;
        let (agent, root) = match hear(&socket) {
            Ok((Reply::Ready, descriptors)) => {
                let ready: Result<[OwnedFd; 2], _> = descriptors.try_into();
                let [agent, root] = ready.map_err(|_| unfit())?;
                (agent, root)
            }
            Ok(_) => return Err(unfit()),
            Err(error) => {
                drop(keeper);
                return Err(why(said, error));
            }
        };
        set_socket_timeout(&socket, Timeout::Recv, Some(ANSWER_TIME))?;
        set_socket_timeout(&socket, Timeout::Send, Some(ANSWER_TIME))?;
        let agent_pid = number_of(&agent)?;
        Ok(Self {
            cgroup: bounded(settings, agent_pid),
            agent_pid,
            agent,
            root,
            line: Mutex::new(Line { socket, stays: 0 }),
            keeper: Mutex::new(keeper.kept()),
            broken: AtomicBool::new(false),
            busy: AtomicUsize::new(0),
            memory: settings.caps.memory,
            over_memory: AtomicBool::new(false),
            watcher: OnceLock::new(),
        })
    }

    /// Has it looked how much memory is held in there, while runs go on, and everything ended that is in there when it is
    /// too much: no limit of a single process bounds what many hold together. A control group does, and nobody has to look.
    ///
    /// # Errors
    /// When there is no thread to do that.
    pub(super) fn watch(self: &Arc<Self>) -> io::Result<()> {
        if self.cgroup.is_some() {
            return Ok(());
        }
        let watched = Arc::downgrade(self);
        let watcher = std::thread::Builder::new().name("memory".into());
        let watcher = watcher.spawn(move || {
            while let Some(sandbox) = watched.upgrade() {
                if !sandbox.is_there() {
                    return;
                }
                if sandbox.busy.load(Ordering::Acquire) == 0 {
                    drop(sandbox);
                    std::thread::park();
                    continue;
                }
                if sandbox.memory_held() > sandbox.memory {
                    sandbox.over_memory.store(true, Ordering::Release);
                    sandbox.end();
                    return;
                }
                drop(sandbox);
                std::thread::sleep(MEMORY_EVERY);
            }
        })?;
        let _ = self.watcher.set(watcher.thread().clone());
        Ok(())
    }

    fn memory_held(&self) -> u64 {
        let proc = format!("/proc/self/fd/{}/proc", self.root.as_raw_fd());
        memory::held(proc.as_ref(), self.memory)
    }

    /// Whether it was ended because more memory was held in there than may be.
    pub fn is_over_memory(&self) -> bool {
        let by_group = || self.cgroup.as_ref().is_some_and(Cgroup::is_over_memory);
        self.over_memory.load(Ordering::Acquire) || by_group()
    }

    /// Whether the kernel bounds it as a whole, by a control group.
    pub fn has_cgroup(&self) -> bool {
        self.cgroup.is_some()
    }

    fn wake_watcher(&self) {
        if let Some(watcher) = self.watcher.get() {
            watcher.unpark();
        }
    }

    /// The agent's process id, here.
    pub fn agent(&self) -> Pid {
        self.agent_pid
    }

    /// Whether it is there to be used.
    pub fn is_there(&self) -> bool {
        let mut agent = [PollFd::from_borrowed_fd(self.agent.as_fd(), PollFlags::IN)];
        let ended = poll(&mut agent, Some(&Timespec::default()));
        !self.broken.load(Ordering::Acquire) && ended == Ok(0)
    }

    /// Opens a path as it is in there, without being able to read or change what it leads to.
    ///
    /// # Errors
    /// The system's.
    pub fn look_up(&self, path: &Path) -> io::Result<OwnedFd> {
        let flags = OFlags::PATH | OFlags::CLOEXEC;
        let rules = ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS;
        let found = rustix::fs::openat2(&self.root, path, flags, Mode::empty(), rules)?;
        Ok(found)
    }

    /// Starts a process there. The group is named by its leader's id in there.
    ///
    /// # Errors
    /// The system's.
    pub fn spawn(&self, command: &system::Command<'_>) -> io::Result<Child> {
        let file = command::to_file(command)?;
        let mut descriptors = vec![file.as_fd()];
        descriptors.extend(command.descriptors.iter().map(|(borrowed, _)| *borrowed));
        let request = Request::Start {
            group: command.group,
        };
        match self.ask(request, &descriptors)? {
            (Reply::Started(inside), handles) => {
                let [handle]: [OwnedFd; 1] = handles.try_into().map_err(|_| self.unfit())?;
                let pid = number_of(&handle)?;
                Ok(Child {
                    inside,
                    pid,
                    handle,
                })
            }
            _ => Err(self.unfit()),
        }
    }

    /// How a process ended, which stays unreaped; nothing while it runs. With the sandbox itself all in it was killed.
    ///
    /// # Errors
    /// The system's.
    pub fn peek_exit(&self, inside: Pid) -> io::Result<Option<Exit>> {
        let killed = ExitHow::Signal {
            signal: pipeyard_shared::signal::Signal::KILL,
            core: false,
        };
        match self.ask(Request::Look(inside), &[]) {
            // The kernel kills one after another, the agent perhaps last.
            Ok((Reply::Looked(Some(exit)), _)) if exit.how == killed && self.is_over_memory() => {
                Err(self.over_memory())
            }
            Ok((Reply::Looked(exit), _)) => Ok(exit),
            Ok(_) => Err(self.unfit()),
            Err(_) if self.is_over_memory() => Err(self.over_memory()),
            Err(_) if !self.is_there() => Ok(Some(Exit {
                how: killed,
                usage: Default::default(),
            })),
            Err(error) => Err(error),
        }
    }

    /// Takes a process away; one that has not ended, once it has.
    ///
    /// # Errors
    /// The system's.
    pub fn reap(&self, inside: Pid) -> io::Result<()> {
        match self.ask(Request::Reap(inside), &[]) {
            // With the sandbox it is gone, too.
            Err(error) if self.is_there() => Err(error),
            _ => Ok(()),
        }
    }

    /// A run begins.
    pub fn stay(self: &Arc<Self>) -> Stay {
        let mut line = self.line();
        line.stays += 1;
        self.busy.store(line.stays, Ordering::Release);
        drop(line);
        self.wake_watcher();
        Stay(Some(self.clone()))
    }

    /// Ends everything in there, and waits until it has.
    pub fn end(&self) {
        self.give_up();
        let keeper = self.keeper.lock();
        let keeper = keeper.unwrap_or_else(PoisonError::into_inner).take();
        // It ends when all in there have.
        if let Some(keeper) = keeper
            && let Err(error) = system::reap(keeper)
        {
            tracing::debug!(%error, "a sandbox's keeper could not be reaped");
        }
    }

    /// Asks, and waits for the answer. One at a time.
    fn ask(
        &self,
        request: Request,
        descriptors: &[BorrowedFd<'_>],
    ) -> io::Result<(Reply, Vec<OwnedFd>)> {
        let line = self.line();
        // An answer that comes too late would be taken for that to the next question.
        if self.broken.load(Ordering::Acquire) {
            return Err(unfit());
        }
        match exchange(&line, request, descriptors) {
            Ok((Reply::Failed(error), _)) => Err(io::Error::from_raw_os_error(error)),
            Ok(heard) => Ok(heard),
            Err(error) => {
                let is_late = Errno::from_io_error(&error) == Some(Errno::AGAIN);
                if is_late || error.raw_os_error().is_none() {
                    self.give_up();
                }
                Err(error)
            }
        }
    }

    /// Kills all that is in there, without waiting for it: an agent that does not answer bounds nothing any more.
    fn give_up(&self) {
        self.broken.store(true, Ordering::Release);
        // Gone is as good as killed.
        let _ = rustix::process::pidfd_send_signal(&self.agent, Signal::KILL);
        self.wake_watcher();
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn over_memory(&self) -> io::Error {
        let most = self.memory;
        io::Error::other(format!(
            "the limit `memory` is reached ({most} bytes): everything in the sandbox was ended"
        ))
    }

    fn unfit(&self) -> io::Error {
        self.give_up();
        unfit()
    }
}

impl Stay {
    /// The sandbox.
    pub fn sandbox(&self) -> Option<&Arc<Sandbox>> {
        self.0.as_ref()
    }

    /// The run is over. If it was the last, everything that is still in there is ended; the caller waits for that.
    pub fn leave(mut self) {
        self.go();
    }

    fn go(&mut self) {
        let Some(sandbox) = self.0.take() else {
            return;
        };
        // Nobody else begins while the last one sweeps.
        let mut line = sandbox.line();
        line.stays = line.stays.saturating_sub(1);
        sandbox.busy.store(line.stays, Ordering::Release);
        if line.stays > 0 || sandbox.broken.load(Ordering::Acquire) {
            return;
        }
        let swept = exchange(&line, Request::Sweep, &[]);
        if !matches!(swept, Ok((Reply::Done, _))) {
            tracing::debug!(?swept, "a sandbox could not be swept");
            sandbox.give_up();
        }
    }
}

impl Drop for Stay {
    fn drop(&mut self) {
        self.go();
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.end();
    }
}

/// The process that waits for an agent that may never come. Dropped it is ended.
struct Keeper(Option<Pid>);

impl Keeper {
    fn kept(mut self) -> Option<Pid> {
        self.0.take()
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        if let Some(keeper) = self.0.take() {
            let _ = rustix::process::kill_process(keeper, Signal::KILL);
            let _ = system::reap(keeper);
        }
    }
}

/// A control group around an agent that has started nothing yet, so nothing has begun outside of it. Starting the sandbox in there
/// (`CLONE_INTO_CGROUP`) would need a fork of our own in place of `posix_spawn(3)`, and count only bubblewrap in addition.
fn bounded(settings: &Settings, agent: Pid) -> Option<Cgroup> {
    let part = settings.cgroups.as_ref()?.part(&settings.caps);
    let bounded = part.and_then(|part| part.admit(agent).map(|()| part));
    // It is looked how much is held, as on hosts that have no such thing.
    let whether =
        bounded.inspect_err(|error| tracing::warn!(%error, "a sandbox has no control group"));
    whether.ok()
}

fn exchange(
    line: &Line,
    request: Request,
    descriptors: &[BorrowedFd<'_>],
) -> io::Result<(Reply, Vec<OwnedFd>)> {
    socket::send(&line.socket, &request.to_bytes(), descriptors)?;
    hear(&line.socket)
}

fn hear(socket: &OwnedFd) -> io::Result<(Reply, Vec<OwnedFd>)> {
    let mut buffer = [0; REPLY_BYTES];
    let (length, descriptors) = socket::receive(socket, &mut buffer)?;
    if length == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let reply = Reply::of(&buffer[..length]).ok_or_else(unfit)?;
    Ok((reply, descriptors))
}

/// The process id, here, of a handle on a process that was opened elsewhere.
fn number_of(handle: &OwnedFd) -> io::Result<Pid> {
    let about = std::fs::read_to_string(format!("/proc/self/fdinfo/{}", handle.as_raw_fd()))?;
    let number = about.lines().find_map(|line| line.strip_prefix("Pid:"));
    let number: Option<i32> = number.and_then(|number| number.trim().parse().ok());
    number
        .filter(|number| *number > 0)
        .and_then(Pid::from_raw)
        .ok_or_else(|| io::Error::other("the process has no number here"))
}

fn unfit() -> io::Error {
    io::Error::other("the agent in the sandbox does not answer as it should")
}

/// What was said of a failure, or else the failure itself.
fn why(said: OwnedFd, error: io::Error) -> io::Error {
    let mut text = Vec::new();
    // It does not block: whatever was said is there.
    let _ = File::from(said)
        .take(MOST_ERROR_BYTES)
        .read_to_end(&mut text);
    let text = String::from_utf8_lossy(&text);
    match text.trim() {
        "" => error,
        text => io::Error::other(text.to_owned()),
    }
}
