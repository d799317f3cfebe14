//! One process: started, waited for, signalled, reaped.

use std::ffi::OsStr;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use pipeyard_shared::Text;
use pipeyard_shared::ending::{StartCause, StartFailure};
use pipeyard_shared::signal::Signal;
use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags};
use tokio::io::Interest;

use super::place::Spot;
use super::plan::Launch;
use super::times::TEXT_BUSY_WAITS;
use crate::sandbox::Sandbox;
use crate::system::{self, Exit, Registered};

/// A process that was started for a stage. Dropped unreaped it is killed and reaped, so that none is ever left.
#[derive(Debug)]
pub(super) struct Process {
    pid: Pid,
    /// Readable when the process has ended; a signal through it cannot hit another process.
    handle: Registered,
    parent: Parent,
    reaped: AtomicBool,
}

/// Whose child it is: only its parent can tell how it ended, and take it away.
#[derive(Clone, Debug)]
enum Parent {
    Runner,
    /// A sandbox's agent, which knows it by another number.
    Agent {
        sandbox: Arc<Sandbox>,
        inside: Pid,
    },
}

impl Process {
    /// Starts a process with these descriptors, in the group that another leads (its own, if absent).
    pub(super) async fn start(
        launch: &Launch,
        spot: &Spot,
        descriptors: &[(Arc<OwnedFd>, i32)],
        leader: Option<&Self>,
    ) -> Result<Self, StartFailure> {
        let fail = |error: io::Error| failure(launch, spot, &error);
        let borrowed: Vec<_> = descriptors
            .iter()
            .map(|(descriptor, number)| (descriptor.as_fd(), *number))
            .collect();
        let command = system::Command {
            program: &launch.program,
            arguments: &launch.arguments,
            environment: &launch.environment,
            directory: &launch.directory,
            group: leader.map(Self::pid_for_parent),
            descriptors: &borrowed,
        };
        let mut waits = TEXT_BUSY_WAITS.iter();
        let started = loop {
            match start(&command, descriptors, spot).await {
                Ok(started) => break started,
                Err(error) if Errno::from_io_error(&error) == Some(Errno::TXTBSY) => {
                    match waits.next() {
                        Some(wait) => tokio::time::sleep(*wait).await,
                        None => return Err(fail(error)),
                    }
                }
                Err(error) => return Err(fail(error)),
            }
        };
        let Started {
            pid,
            handle,
            parent,
        } = started;
        let handle = handle.and_then(|handle| Registered::new(handle, Interest::READABLE));
        match handle {
            Ok(handle) => Ok(Self {
                pid,
                handle,
                parent,
                reaped: AtomicBool::new(false),
            }),
            Err(error) => {
                end_unwatched(pid, &parent);
                Err(fail(error))
            }
        }
    }

    /// Its number as its parent has it.
    fn pid_for_parent(&self) -> Pid {
        match self.parent {
            Parent::Runner => self.pid,
            Parent::Agent { inside, .. } => inside,
        }
    }

    pub(super) fn pid(&self) -> Pid {
        self.pid
    }

    /// Waits for the end. The process stays unreaped.
    pub(super) async fn ended(&self) -> io::Result<Exit> {
        loop {
            let mut ready = self.handle.readable().await?;
            if let Some(exit) = self.parent.peek_exit(self.pid).await? {
                return Ok(exit);
            }
            ready.clear_ready();
        }
    }

    /// Sends a signal, to this process and no other.
    pub(super) fn signal(&self, signal: Signal) -> io::Result<()> {
        let signal = rustix::process::Signal::from_named_raw(signal.0)
            .ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(rustix::process::pidfd_send_signal(
            self.handle.get_ref(),
            signal,
        )?)
    }

    /// Sends a signal to the whole group that this process leads or led. Only before [`Process::reap`] and
    /// [`Process::let_go`], which give the group's number free.
    pub(super) fn signal_group(&self, signal: Signal) -> io::Result<()> {
        let signal = rustix::process::Signal::from_named_raw(signal.0)
            .ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        if self.parent.is_there() {
            rustix::process::kill_process_group(self.pid, signal)?;
        }
        Ok(())
    }

    /// Takes the ended process away, and returns when it is gone.
    pub(super) async fn reap(&self) {
        if !self.reaped.swap(true, Ordering::AcqRel)
            && let Err(error) = self.parent.reap(self.pid).await
        {
            self.warn(&error);
        }
    }

    /// Has the ended process taken away, and waits for no agent.
    pub(super) fn let_go(&self) {
        if !self.reaped.swap(true, Ordering::AcqRel)
            && let Err(error) = self.parent.let_go(self.pid)
        {
            self.warn(&error);
        }
    }

    fn warn(&self, error: &io::Error) {
        tracing::warn!(pid = self.pid.as_raw_nonzero(), %error, "a child could not be reaped");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if !self.reaped.load(Ordering::Acquire) {
            // It cannot refuse KILL, so the wait is short.
            let _ = self.signal(Signal::KILL);
            let _ = self.parent.let_go(self.pid);
        }
    }
}

/// A process that was just started.
struct Started {
    pid: Pid,
    handle: io::Result<OwnedFd>,
    parent: Parent,
}

async fn start(
    command: &system::Command<'_>,
    descriptors: &[(Arc<OwnedFd>, i32)],
    spot: &Spot,
) -> io::Result<Started> {
    match spot {
        Spot::Here => {
            let pid = system::spawn(command)?;
            let handle = rustix::process::pidfd_open(pid, PidfdFlags::NONBLOCK);
            Ok(Started {
                pid,
                handle: handle.map_err(io::Error::from),
                parent: Parent::Runner,
            })
        }
        Spot::Within(sandbox) => {
            let child = sandbox.spawn(command, descriptors).await?;
            let child = child.claim().ok_or(Errno::SRCH)?;
            let parent = Parent::Agent {
                sandbox: sandbox.clone(),
                inside: child.inside,
            };
            Ok(Started {
                pid: child.pid,
                handle: Ok(child.handle),
                parent,
            })
        }
    }
}

impl Parent {
    /// Whether it still keeps the numbers of its unreaped children from being given to others.
    fn is_there(&self) -> bool {
        match self {
            Self::Runner => true,
            Self::Agent { sandbox, .. } => sandbox.is_there(),
        }
    }

    async fn peek_exit(&self, pid: Pid) -> io::Result<Option<Exit>> {
        match self {
            Self::Runner => system::peek_exit(pid),
            Self::Agent { sandbox, inside } => sandbox.peek_exit(*inside).await,
        }
    }

    async fn reap(&self, pid: Pid) -> io::Result<()> {
        match self {
            Self::Runner => system::reap(pid).map(drop),
            Self::Agent { sandbox, inside } => sandbox.reap(*inside).await,
        }
    }

    /// The same for who does not wait for an agent.
    fn let_go(&self, pid: Pid) -> io::Result<()> {
        match self {
            Self::Runner => system::reap(pid).map(drop),
            Self::Agent { sandbox, inside } => {
                sandbox.let_go(*inside);
                Ok(())
            }
        }
    }
}

fn end_unwatched(pid: Pid, parent: &Parent) {
    // It is unreaped, so the number is still its own. It cannot refuse KILL, so the wait is short.
    if parent.is_there() {
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
        let _ = parent.let_go(pid);
    }
}

fn failure(launch: &Launch, spot: &Spot, error: &io::Error) -> StartFailure {
    let directory = std::path::Path::new(OsStr::from_bytes(launch.directory.to_bytes()));
    // posix_spawn does not tell a missing program from a missing directory.
    let missing_directory = spot.directory(directory).err();
    let (error, what, cause) = match &missing_directory {
        Some(missing) => {
            let cause = match cause(missing) {
                StartCause::NotFound | StartCause::NotPermitted => StartCause::Directory,
                // It could not be looked at.
                other => other,
            };
            (missing, launch.directory.to_bytes(), cause)
        }
        None => (error, launch.program.to_bytes(), cause(error)),
    };
    StartFailure {
        program: Text::from_bytes(what),
        cause,
        error: error.to_string(),
        limit: spot.limit_before(error),
    }
}

/// The case that people meet, for a system's error.
pub(super) fn cause(error: &io::Error) -> StartCause {
    match Errno::from_io_error(error) {
        Some(Errno::NOENT | Errno::NOTDIR) => StartCause::NotFound,
        Some(Errno::ACCESS | Errno::PERM) => StartCause::NotPermitted,
        Some(Errno::NOEXEC) => StartCause::NotAProgram,
        Some(Errno::TOOBIG) => StartCause::TooLong,
        Some(Errno::AGAIN | Errno::MFILE | Errno::NFILE | Errno::NOMEM | Errno::TOOMANYREFS) => {
            StartCause::NoMore
        }
        _ => StartCause::Other,
    }
}
