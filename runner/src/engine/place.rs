//! Where stages run, and what can be seen from there: here, or in a sandbox where other things lie at the same paths.

use std::io;
use std::os::fd::AsRawFd;
use std::path::Path;
use std::sync::Arc;

use pipeyard_shared::limits::{LimitName, Reached};
use rustix::fs::{Access, AtFlags, CWD, FileType};
use rustix::io::Errno;
use rustix::process::Pid;

use crate::sandbox::{Enclosure, INSIDE, Sandbox, Stay};
use crate::system::Exit;

/// Where a host's stages run.
#[derive(Clone, Debug, Default)]
pub enum Place {
    /// Where the runner does: the level *own*.
    #[default]
    Here,
    /// In the sandbox around a workspace: the level *class*.
    Enclosed(Arc<Enclosure>),
}

/// The same for one plan: its sandbox is there.
#[derive(Clone, Debug, Default)]
pub(super) enum Spot {
    #[default]
    Here,
    Within(Arc<Sandbox>),
}

/// A spot that was entered.
#[derive(Debug, Default)]
pub(super) struct Entered {
    pub(super) spot: Spot,
    /// Where it matters who is the last to leave.
    pub(super) stay: Option<Stay>,
}

impl Place {
    /// Makes sure that it is there, for as long as somebody stays.
    ///
    /// # Errors
    /// Why there is no sandbox.
    pub(super) async fn enter(&self) -> io::Result<Entered> {
        match self {
            Self::Here => Ok(Entered::default()),
            Self::Enclosed(enclosure) => {
                let stay = enclosure.enter().await?;
                Ok(Entered {
                    spot: Spot::Within(stay.sandbox().clone()),
                    stay: Some(stay),
                })
            }
        }
    }

    /// The same for a thread that may wait: one that belongs to a reactor and does none of its work.
    ///
    /// # Errors
    /// Those, and that there is no reactor.
    pub(super) fn enter_waiting(&self) -> io::Result<Entered> {
        if matches!(self, Self::Here) {
            return Ok(Entered::default());
        }
        let reactor = tokio::runtime::Handle::try_current().map_err(io::Error::other)?;
        reactor.block_on(self.enter())
    }

    /// Ends what is in the sandbox, and returns when it has ended.
    pub async fn close(&self) {
        match self {
            Self::Here => {}
            Self::Enclosed(enclosure) => enclosure.close().await,
        }
    }
}

impl Spot {
    /// The limit that everything there was ended for, if it was.
    pub(super) fn ended_for(&self) -> Option<Reached> {
        match self {
            Self::Here => None,
            Self::Within(sandbox) => sandbox.ended_for(),
        }
    }

    /// Waits until everything there is ended for a limit. Cancel-safe.
    pub(super) async fn until_ended_for_a_limit(&self) {
        match self {
            Self::Here => std::future::pending().await,
            Self::Within(sandbox) => sandbox.until_ended_for_a_limit().await,
        }
    }

    /// The limit that a process there was ended for, where its end tells.
    pub(super) fn limit_behind(&self, exit: &Exit) -> Option<Reached> {
        match self {
            Self::Here => None,
            Self::Within(sandbox) => sandbox.caps().behind(exit),
        }
    }

    /// The limit that keeps a process there from being started, where the error tells.
    pub(super) fn limit_before(&self, error: &io::Error) -> Option<Reached> {
        match self {
            Self::Within(sandbox) if Errno::from_io_error(error) == Some(Errno::AGAIN) => {
                Some(Reached {
                    limit: LimitName::SandboxProcesses,
                    most: sandbox.caps().processes,
                })
            }
            _ => None,
        }
    }

    /// What a workspace is called there.
    pub(super) fn workspace<'a>(&self, outside: &'a Path) -> &'a Path {
        match self {
            Self::Here => outside,
            Self::Within(_) => Path::new(INSIDE),
        }
    }

    /// The process that is the parent of all stages there.
    pub(super) fn parent(&self) -> Pid {
        match self {
            Self::Here => rustix::process::getpid(),
            Self::Within(sandbox) => sandbox.agent(),
        }
    }

    /// Whether a directory can be entered there.
    pub(super) fn directory(&self, directory: &Path) -> io::Result<()> {
        match self {
            Self::Here => enterable(directory),
            Self::Within(sandbox) => seen(sandbox, directory, enterable),
        }
    }

    /// Whether a file can be run there, as far as its rights tell.
    pub(super) fn executable(&self, file: &Path) -> io::Result<()> {
        match self {
            Self::Here => executable(file),
            Self::Within(sandbox) => seen(sandbox, file, executable),
        }
    }
}

/// Asks about what a path leads to in a sandbox. What it does not lead to is never looked at.
fn seen(sandbox: &Sandbox, path: &Path, ask: impl Fn(&Path) -> io::Result<()>) -> io::Result<()> {
    let found = sandbox.look_up(path)?;
    ask(format!("/proc/self/fd/{}", found.as_raw_fd()).as_ref())
}

fn enterable(directory: &Path) -> io::Result<()> {
    let kind = FileType::from_raw_mode(rustix::fs::stat(directory)?.st_mode);
    if kind != FileType::Directory {
        return Err(io::ErrorKind::NotADirectory.into());
    }
    Ok(rustix::fs::access(directory, Access::EXEC_OK)?)
}

pub(super) fn executable(file: &Path) -> io::Result<()> {
    let kind = FileType::from_raw_mode(rustix::fs::stat(file)?.st_mode);
    if kind == FileType::Directory {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    // By the effective user, as execve(2) will judge it.
    Ok(rustix::fs::accessat(
        CWD,
        file,
        Access::EXEC_OK,
        AtFlags::EACCESS,
    )?)
}
