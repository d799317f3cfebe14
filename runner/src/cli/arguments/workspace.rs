//! What can be said about the workspace of a server.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;
use pipeyard_shared::files::Bounds;

use crate::cli::{chain, data_folder};
use crate::workspace::{self, Workspace};

/// Where stages run, and what the page may put there.
#[derive(Clone, Debug, Args)]
pub(in super::super) struct WorkspaceArguments {
    /// The directory in which stages run and find their files; one that is named is used as it is [default:
    /// pipeyard/workspace in $XDG_DATA_HOME, or else in ~/.local/share, made with files for the examples]
    #[arg(long, value_name = "DIR")]
    workspace: Option<PathBuf>,
    /// Bytes that the files of the workspace may have for the page to add one
    #[arg(long, value_name = "BYTES", default_value_t = workspace::BOUNDS.workspace_bytes)]
    workspace_bytes: u64,
    /// How many files and directories the workspace may have for the page to add one
    #[arg(long, value_name = "N", default_value_t = workspace::BOUNDS.workspace_files)]
    workspace_files: u64,
    /// Bytes of a file that the page adds to the workspace
    #[arg(long, value_name = "BYTES", default_value_t = workspace::BOUNDS.upload_bytes)]
    upload_bytes: u64,
}

impl WorkspaceArguments {
    /// The workspace, which is there from now on.
    pub(in super::super) fn open(&self) -> Result<Workspace> {
        let bounds = Bounds {
            workspace_bytes: self.workspace_bytes,
            workspace_files: self.workspace_files,
            upload_bytes: self.upload_bytes,
        };
        if let Some(named) = &self.workspace {
            return Ok(Workspace::own(chain::workspace(Some(named))?, bounds));
        }
        let instead = "name a directory with --workspace DIR";
        let data = data_folder().with_context(|| {
            format!(
                "there is no place for the workspace, since neither XDG_DATA_HOME nor HOME is an absolute path: {instead}"
            )
        })?;
        let place = workspace::private(&data)
            .with_context(|| format!("the workspace cannot be made: {instead}"))?;
        Ok(Workspace::seeded(place, bounds))
    }
}
