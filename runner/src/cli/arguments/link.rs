//! What can be said about links.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{ArgGroup, Args};

use super::ChainSource;

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
