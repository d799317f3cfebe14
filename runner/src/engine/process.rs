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

use super::plan::Launch;
use super::times::TEXT_BUSY_WAITS;
use crate::system::{self, Exit, Registered};

/// A child of the runner. Dropped unreaped it is killed and reaped, so that none is ever left.
#[derive(Debug)]
pub(super) struct Process {
    pid: Pid,
    /// Readable when the process has ended; a signal through it cannot hit another process.
    handle: Registered,
    reaped: AtomicBool,
}

impl Process {
    /// Starts a process in a group (its own, if absent) with these descriptors.
    pub(super) async fn start(
        launch: &Launch,
        descriptors: &[(Arc<OwnedFd>, i32)],
        group: Option<Pid>,
    ) -> Result<Self, StartFailure> {
        let fail = |error: io::Error| failure(launch, &error);
        let borrowed: Vec<_> = descriptors
            .iter()
            .map(|(descriptor, number)| (descriptor.as_fd(), *number))
            .collect();
        let command = system::Command {
            program: &launch.program,
            arguments: &launch.arguments,
            environment: &launch.environment,
            directory: &launch.directory,
            group,
            descriptors: &borrowed,
        };
        let mut waits = TEXT_BUSY_WAITS.iter();
        let pid = loop {
            match system::spawn(&command) {
                Ok(pid) => break pid,
                Err(error) if Errno::from_io_error(&error) == Some(Errno::TXTBSY) => {
                    match waits.next() {
                        Some(wait) => tokio::time::sleep(*wait).await,
                        None => return Err(fail(error)),
                    }
                }
                Err(error) => return Err(fail(error)),
            }
        };
        let handle = rustix::process::pidfd_open(pid, PidfdFlags::NONBLOCK)
            .map_err(io::Error::from)
            .and_then(|handle| Registered::new(handle, Interest::READABLE));
        match handle {
            Ok(handle) => Ok(Self {
                pid,
                handle,
                reaped: AtomicBool::new(false),
            }),
            Err(error) => {
                end_unwatched(pid);
                Err(fail(error))
            }
        }
    }

    pub(super) fn pid(&self) -> Pid {
        self.pid
    }

    /// Waits for the end. The process stays unreaped.
    pub(super) async fn ended(&self) -> io::Result<Exit> {
        loop {
            let mut ready = self.handle.readable().await?;
            if let Some(exit) = system::peek_exit(self.pid)? {
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

    /// Sends a signal to the whole group that this process leads or led. Only before [`Process::reap`],
    /// which gives the group's number free.
    pub(super) fn signal_group(&self, signal: Signal) -> io::Result<()> {
        let signal = rustix::process::Signal::from_named_raw(signal.0)
            .ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(rustix::process::kill_process_group(self.pid, signal)?)
    }

    /// Takes the ended process away.
    pub(super) fn reap(&self) {
        if !self.reaped.swap(true, Ordering::AcqRel)
            && let Err(error) = system::reap(self.pid)
        {
            tracing::warn!(pid = self.pid.as_raw_nonzero(), %error, "a child could not be reaped");
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if !self.reaped.load(Ordering::Acquire) {
            end_unwatched(self.pid);
        }
    }
}

fn end_unwatched(pid: Pid) {
    // It is our unreaped child, so the number is still its own. It cannot refuse KILL, so the wait is short.
    let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
    let _ = system::reap(pid);
}

fn failure(launch: &Launch, error: &io::Error) -> StartFailure {
    let directory = std::path::Path::new(OsStr::from_bytes(launch.directory.to_bytes()));
    // posix_spawn does not tell a missing program from a missing directory.
    let missing_directory = super::resolve::directory(directory).err();
    let (error, what) = match &missing_directory {
        Some(missing) => (missing, launch.directory.to_bytes()),
        None => (error, launch.program.to_bytes()),
    };
    StartFailure {
        program: Text::from_bytes(what),
        cause: cause(error),
        error: error.to_string(),
    }
}

/// The case that people meet, for a system's error.
pub(super) fn cause(error: &io::Error) -> StartCause {
    match Errno::from_io_error(error) {
        Some(Errno::NOENT | Errno::NOTDIR) => StartCause::NotFound,
        Some(Errno::ACCESS | Errno::PERM) => StartCause::NotPermitted,
        Some(Errno::NOEXEC) => StartCause::NotAProgram,
        Some(Errno::TOOBIG) => StartCause::TooLong,
        Some(Errno::AGAIN | Errno::MFILE | Errno::NFILE | Errno::NOMEM) => StartCause::NoMore,
        _ => StartCause::Other,
    }
}
