//! What can be said about links.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::{ArgGroup, Args};
use rustix::fs::{Access, access};

use super::ChainSource;
use crate::cli::data_folder;
use crate::links::Bounds;

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("shared").required(true).multiple(true).args(["chain", "pipeline", "with_recording"]))]
pub(in super::super) struct Link {
    /// A chain as JSON, `-` for standard input, or another link
    #[arg(id = "chain", value_name = "FILE", conflicts_with = "pipeline")]
    file: Option<PathBuf>,
    /// A pipeline as bash reads it: 'sort words.txt | uniq -c'
    #[arg(id = "pipeline", short = 'c', long = "command", value_name = "TEXT")]
    text: Option<OsString>,
    /// Put a recorded run into the link, which can then be read without a runner; of a long one less of the data.
    /// Without a chain, that of the recording is taken
    #[arg(long, value_name = "FILE")]
    pub(in super::super) with_recording: Option<PathBuf>,
    /// Leave out the recording of the link that is given
    #[arg(long, conflicts_with = "with_recording")]
    pub(in super::super) without_recording: bool,
    /// The address of the page that the link opens
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:7878/")]
    pub(in super::super) base: String,
    /// Draw the link as a QR code, too
    #[arg(long)]
    pub(in super::super) qr: bool,
}

impl Link {
    /// Where the chain comes from, unless from a recording.
    pub(in super::super) fn source(&self) -> Option<ChainSource> {
        let given = self.file.is_some() || self.text.is_some();
        given.then(|| ChainSource {
            file: self.file.clone(),
            text: self.text.clone(),
        })
    }
}

/// Which short links a runner keeps.
#[derive(Clone, Debug, Args)]
pub(in super::super) struct ShortLinks {
    /// The file in which short links are kept; it is made when the first one is [default: pipeyard/links.sqlite in
    /// $XDG_DATA_HOME, or else in ~/.local/share]
    #[arg(long, value_name = "FILE", conflicts_with = "no_links")]
    pub(in super::super) links: Option<PathBuf>,
    /// Keep no short links
    #[arg(long)]
    pub(in super::super) no_links: bool,
    /// For how many days a short link is kept after it was last made [default: without end]
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..))]
    pub(in super::super) links_days: Option<u32>,
}

impl ShortLinks {
    /// Where they are kept and within which bounds; nothing where they are not wanted, or nobody says where.
    ///
    /// # Errors
    /// When they cannot be kept where somebody says.
    pub(in super::super) fn bounds(&self, bytes: u64) -> Result<Option<Bounds>> {
        if self.no_links {
            return Ok(None);
        }
        let usual = || Some(data_folder()?.join("links.sqlite"));
        if let Some(named) = &self.links {
            let said = || {
                format!(
                    "--links {}: no short links can be kept there",
                    named.display()
                )
            };
            can_be_kept(named).with_context(said)?;
        }
        let file = self.links.clone().or_else(usual);
        Ok(file.map(|file| Bounds {
            file,
            bytes,
            days: self.links_days,
        }))
    }
}

/// Whether there is such a file that can be written, or can be one. Nothing is made: that is done for the first link.
fn can_be_kept(file: &Path) -> Result<()> {
    // As the store does, which takes no name for anything else than a file.
    let file = std::path::absolute(file)?;
    let is_one = match file.metadata() {
        Ok(found) if !found.is_file() => bail!("it is no file"),
        Ok(_) => true,
        Err(error) if error.kind() == io::ErrorKind::NotFound => false,
        Err(error) => return Err(error.into()),
    };
    if is_one {
        access(&file, Access::READ_OK | Access::WRITE_OK).map_err(io::Error::from)?;
    }
    let mut folders = file.ancestors().skip(1);
    let folder = folders.find(|folder| folder.exists());
    let folder = folder.context("it is no file")?;
    if !folder.is_dir() {
        bail!("{} is no directory", folder.display());
    }
    let allowed = access(folder, Access::WRITE_OK | Access::EXEC_OK).map_err(io::Error::from);
    allowed.with_context(|| folder.display().to_string())
}
