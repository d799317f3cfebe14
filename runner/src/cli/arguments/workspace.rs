//! What can be said about the workspace of a server.

use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use pipeyard_shared::files::Bounds;
use rustix::fs::{Access, access};

use crate::cli::{chain, data_folder};
use crate::workspace::{self, Workspace};

/// Where stages run, and what the page may put there.
#[derive(Clone, Debug, Args)]
pub(in super::super) struct WorkspaceArguments {
    /// The directory in which stages run and find their files; one that is named is used as it is [default:
    /// pipeyard/workspace in $XDG_DATA_HOME, or else in ~/.local/share, made with files for the examples]
    #[arg(long, value_name = "DIR")]
    workspace: Option<PathBuf>,
}

impl WorkspaceArguments {
    /// The workspace, which is there from now on.
    pub(in super::super) fn open(&self, bounds: Bounds) -> Result<Workspace> {
        if let Some(named) = &self.workspace {
            let directory = chain::workspace(Some(named))?;
            check(&directory)?;
            return Ok(Workspace::own(directory, bounds));
        }
        let instead = "name a directory with --workspace DIR";
        let data = data_folder().with_context(|| {
            format!(
                "there is no place for the workspace, since neither XDG_DATA_HOME nor HOME is an absolute path: {instead}"
            )
        })?;
        let place = workspace::private(&data)
            .with_context(|| format!("the workspace cannot be made: {instead}"))?;
        check(&place)?;
        Ok(Workspace::seeded(place, bounds))
    }
}

/// Whether whoever runs this can use a directory: otherwise the first one to find out would be somebody whose stage does not start.
fn check(directory: &Path) -> Result<()> {
    let all = Access::READ_OK | Access::WRITE_OK | Access::EXEC_OK;
    let allowed = access(directory, all).map_err(io::Error::from);
    allowed.with_context(|| {
        let user = rustix::process::getuid().as_raw();
        format!(
            "the workspace {} cannot be read, written and entered by the user {user}, who runs pipeyard: give it to that user \
             (chown {user}, chmod u+rwx), or name another directory with --workspace DIR",
            directory.display()
        )
    })
}
