//! A sandbox that is there: its agent answers.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::path::Path;
use std::sync::{Arc, Weak};
use std::time::Duration;

use pipeyard_shared::limits::Reached;
use rustix::fs::{Mode, OFlags, ResolveFlags};
use rustix::pipe::PipeFlags;
use rustix::process::Pid;
use tokio::io::Interest;
use tokio::sync::watch;
use tokio::time::{Instant, timeout};

use super::about::{About, take};
use super::caps::Caps;
use super::cgroup::Cgroup;
use super::child::Child;
use super::command;
use super::enclosure::{Enclosure, Settings};
use super::keeper::Keeper;
use super::line::{Attendant, Line, Order, hear, unfit};
use super::memory;
use super::message::Reply;
use super::socket;
use crate::system::{self, Exit, ExitHow, Registered};

/// How long an agent may take to be there. It is only ever waited for on a machine in distress.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often it is looked how much memory is held, while runs go on.
const MEMORY_EVERY: Duration = Duration::from_millis(100);
/// How much of what bubblewrap says of a failure is told.
const MOST_ERROR_BYTES: u64 = 2_000;

/// A sandbox with its agent. It ends when it is dropped, and everything in it. Nobody here waits on a
/// thread for what an agent says, nor for the kernel to move one into a control group.
#[derive(Debug)]
pub struct Sandbox {
    about: Arc<About>,
    line: Line,
    /// Whether everything in there has ended.
    ended: watch::Receiver<bool>,
}

/// A stay in a sandbox, from before a run is planned until it is over. When the last one ends, whatever is still in there
/// is ended; and without one, a sandbox does not stay for ever.
#[derive(Debug)]
pub struct Stay {
    sandbox: Arc<Sandbox>,
    /// Whether it was said that it is over.
    has_left: bool,
}

impl Sandbox {
    /// Makes one around a workspace, which takes some milliseconds. It needs a reactor, and is served by a task.
    ///
    /// # Errors
    /// The system's, and what bubblewrap says.
    pub(super) async fn start(
        settings: &Settings,
        workspace: &Path,
        enclosure: Weak<Enclosure>,
    ) -> io::Result<Self> {
        let (socket, theirs) = socket::pair()?;
        let (said, errors) = rustix::pipe::pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK)?;
        let bubblewrap = &settings.bubblewrap;
        let keeper = bubblewrap.start(settings, workspace, theirs.as_fd(), errors.as_fd())?;
        let keeper = Keeper::new(keeper)?;
        drop((theirs, errors));
        // Ours alone: the agent waits at the other end, which is another description.
        rustix::io::ioctl_fionbio(&socket, true)?;
        let socket = Registered::new(socket, Interest::READABLE | Interest::WRITABLE)?;
        let late = || Err(io::ErrorKind::TimedOut.into());
        let ready = timeout(PATIENCE, hear(&socket)).await;
        let root = match ready.unwrap_or_else(|_| late()) {
            Ok(Reply::Ready(root)) => root,
            Ok(_) => return Err(unfit()),
            Err(error) => {
                drop(keeper);
                return Err(why(said, error));
            }
        };
        let (agent, agent_pid) = keeper.child()?;
        let root = take(&agent, root)?;
        let agent = Registered::new(agent, Interest::READABLE)?;
        let cgroup = bounded(settings, agent_pid).await;
        let agent = (agent, agent_pid);
        let about = Arc::new(About::new(agent, root, settings.caps, cgroup));
        if about.cgroup.is_none() {
            watch_memory(about.clone())?;
        }
        let guard = settings.guard.clone();
        if let Some(guard) = &guard {
            guard.watch(agent_pid);
        }
        let (line, orders) = Line::new();
        let (tell_end, ended) = watch::channel(false);
        let attendant = Attendant {
            about: about.clone(),
            socket,
            keeper,
            line: line.downgrade(),
            orders,
            asked: VecDeque::new(),
            due: Instant::now(),
            stays: 0,
            enclosure,
            idle_time: settings.idle_time,
            guard,
            ended: tell_end,
        };
        tokio::spawn(attendant.serve());
        Ok(Self { about, line, ended })
    }

    /// One whose agent has ended already and that nobody serves.
    ///
    /// # Errors
    /// The system's.
    #[cfg(test)]
    pub(super) fn stand_in() -> io::Result<Self> {
        let mut agent = std::process::Command::new("true").spawn()?;
        let agent_pid = Pid::from_child(&agent);
        let handle = rustix::process::pidfd_open(agent_pid, rustix::process::PidfdFlags::NONBLOCK)?;
        agent.wait()?;
        let handle = Registered::new(handle, Interest::READABLE)?;
        let root = File::open("/")?.into();
        let about = About::new((handle, agent_pid), root, Caps::default(), None);
        Ok(Self {
            about: Arc::new(about),
            line: Line::new().0,
            ended: watch::channel(true).1,
        })
    }

    #[cfg(test)]
    pub(super) fn about(&self) -> &Arc<About> {
        &self.about
    }

    /// Whether it is the one that this is known of.
    pub(super) fn is(&self, about: &Arc<About>) -> bool {
        Arc::ptr_eq(&self.about, about)
    }

    /// The agent's process id, here.
    pub fn agent(&self) -> Pid {
        self.about.agent_pid
    }

    /// Whether it is there to be used.
    pub fn is_there(&self) -> bool {
        self.about.is_there()
    }

    /// Whether it was ended because more memory was held in there than may be.
    pub fn is_over_memory(&self) -> bool {
        self.about.ask_the_group();
        self.ended_for().is_some()
    }

    /// The limit that it was ended for, if it was.
    pub fn ended_for(&self) -> Option<Reached> {
        self.about.ended_for()
    }

    /// Waits until it is ended for a limit. Cancel-safe.
    pub fn until_ended_for_a_limit(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut heard = self.about.hear_of_a_limit();
        async move {
            if heard.wait_for(Option::is_some).await.is_err() {
                // It is gone, and was not.
                std::future::pending::<()>().await;
            }
        }
    }

    /// What each process in there may use.
    pub fn caps(&self) -> &Caps {
        &self.about.caps
    }

    /// Whether the kernel bounds it as a whole, by a control group.
    pub fn has_cgroup(&self) -> bool {
        self.about.cgroup.is_some()
    }

    /// Opens a path as it is in there, without being able to read or change what it leads to.
    ///
    /// # Errors
    /// The system's.
    pub fn look_up(&self, path: &Path) -> io::Result<OwnedFd> {
        let flags = OFlags::PATH | OFlags::CLOEXEC;
        let rules = ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS;
        let root = &self.about.root;
        let found = rustix::fs::openat2(root, path, flags, Mode::empty(), rules)?;
        Ok(found)
    }

    /// Starts a process there, with these descriptors by these numbers in place of the command's own. The group is named
    /// by its leader's id in there.
    ///
    /// # Errors
    /// The system's.
    pub async fn spawn(
        &self,
        command: &system::Command<'_>,
        descriptors: &[(Arc<OwnedFd>, i32)],
    ) -> io::Result<Child> {
        let group = command.group;
        let borrowed: Vec<_> = descriptors
            .iter()
            .map(|(descriptor, number)| (descriptor.as_fd(), *number))
            .collect();
        let command = command::carry(&system::Command {
            descriptors: &borrowed,
            ..*command
        })?;
        let descriptors = descriptors.iter().map(|(descriptor, _)| descriptor.clone());
        let descriptors = descriptors.collect();
        let order = |answer| Order::Start {
            group,
            command,
            descriptors,
            answer,
        };
        let started = self.line.ask(order).await.flatten();
        if started.is_err() {
            self.about.ask_the_group();
        }
        started
    }

    /// How a process ended, which stays unreaped; nothing while it runs. With the sandbox itself all in it was killed.
    ///
    /// # Errors
    /// The system's.
    pub async fn peek_exit(&self, inside: Pid) -> io::Result<Option<Exit>> {
        let killed = ExitHow::Signal {
            signal: pipeyard_shared::signal::Signal::KILL,
            core: false,
        };
        let looked = self.line.ask(|answer| Order::Look(inside, answer)).await;
        match looked.flatten() {
            Ok(exit) => {
                // The kernel kills one after another, the agent perhaps last.
                if exit.as_ref().is_some_and(|exit| exit.how == killed) {
                    self.about.ask_the_group();
                }
                Ok(exit)
            }
            Err(_) if !self.is_there() => {
                self.about.ask_the_group();
                Ok(Some(Exit {
                    how: killed,
                    usage: Default::default(),
                }))
            }
            Err(error) => Err(error),
        }
    }

    /// Takes a process away that has ended, and returns when that is done.
    ///
    /// # Errors
    /// The system's.
    pub async fn reap(&self, inside: Pid) -> io::Result<()> {
        let reaped = self.line.ask(|answer| Order::Reap(inside, answer)).await;
        match reaped.flatten() {
            // With the sandbox it is gone, too.
            Err(error) if self.is_there() => Err(error),
            _ => Ok(()),
        }
    }

    /// Leaves a process to the agent: it is ended, if it has not ended, and taken away.
    pub fn let_go(&self, inside: Pid) {
        self.line.tell(Order::LetGo(inside));
    }

    /// Begins a stay.
    pub(super) fn stay(self: &Arc<Self>) -> Stay {
        self.line.tell(Order::Enter);
        Stay {
            sandbox: self.clone(),
            has_left: false,
        }
    }

    /// Ends everything in there, and returns when it has ended.
    pub async fn end(&self) {
        self.give_up();
        // Nobody is left to tell it where the reactor ends.
        let _ = self.ended.clone().wait_for(|ended| *ended).await;
    }

    /// Kills all that is in there, without waiting for it.
    pub fn give_up(&self) {
        self.about.give_up();
    }
}

impl Stay {
    /// Where it is.
    pub fn sandbox(&self) -> &Arc<Sandbox> {
        &self.sandbox
    }

    /// It is over. If it was the last, everything that is still in there is ended, and then this returns.
    pub async fn leave(mut self) {
        self.has_left = true;
        let leave = |told| Order::Leave(Some(told));
        // With the sandbox everything is gone.
        let _ = self.sandbox.line.ask(leave).await;
    }
}

impl Drop for Stay {
    fn drop(&mut self) {
        if !self.has_left {
            self.sandbox.line.tell(Order::Leave(None));
        }
    }
}

/// Has it looked how much memory is held in a sandbox, while runs go on, and everything ended that is in there when it is
/// too much: no limit of a single process bounds what many hold together. A control group does, and nobody has to look.
/// It is a thread of its own, since whose memory
/// is looked at can make the look slow.
fn watch_memory(about: Arc<About>) -> io::Result<()> {
    let watched = about.clone();
    let watcher = std::thread::Builder::new().name("memory".into());
    let watcher = watcher.spawn(move || {
        let proc = format!("/proc/self/fd/{}/proc", watched.root.as_raw_fd());
        while watched.is_there() {
            if !watched.is_busy() {
                std::thread::park();
                continue;
            }
            if memory::held(proc.as_ref(), watched.caps.memory) > watched.caps.memory {
                watched.end_for_memory();
                return;
            }
            std::thread::sleep(MEMORY_EVERY);
        }
    })?;
    let _ = about.watcher.set(watcher.thread().clone());
    Ok(())
}

/// A control group around an agent that has started nothing yet, so nothing has begun outside of it. Starting the sandbox in there
/// (`CLONE_INTO_CGROUP`) would need a fork of our own in place of `posix_spawn(3)`, and count only bubblewrap in addition.
/// The kernel takes its time for a move, up to some tens of milliseconds, so it is made off the threads that serve.
async fn bounded(settings: &Settings, agent: Pid) -> Option<Cgroup> {
    let (cgroups, caps) = (settings.cgroups.clone()?, settings.caps);
    let bounded = tokio::task::spawn_blocking(move || {
        let part = cgroups.part(&caps)?;
        part.admit(agent).map(|()| part)
    });
    let bounded = bounded.await.map_err(io::Error::other).flatten();
    // It is looked how much is held, as on hosts that have no such thing.
    let whether =
        bounded.inspect_err(|error| tracing::warn!(%error, "a sandbox has no control group"));
    whether.ok()
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
