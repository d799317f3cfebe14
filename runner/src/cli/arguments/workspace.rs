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
}

impl WorkspaceArguments {
    /// The workspace, which is there from now on.
    pub(in super::super) fn open(&self, bounds: Bounds) -> Result<Workspace> {
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
