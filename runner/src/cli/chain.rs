//! Getting the chain that the command line names.

use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use pipeyard_shared::chain::Chain;
use pipeyard_shared::limits::Limits;
use pipeyard_shared::open::{OpenError, Opened, open};
use pipeyard_shared::recording::RECORDING_BYTES;
use pipeyard_shared::shell::{self, Reading};

use super::arguments::ChainSource;
use super::{linked, text};
use crate::engine::Host;

/// A chain, and whether it came as a link: somebody else's, which one has not looked at.
pub(super) struct Given {
    pub(super) chain: Chain,
    pub(super) of_a_link: bool,
}

impl Given {
    fn own(chain: Chain) -> Self {
        Self {
            chain,
            of_a_link: false,
        }
    }

    fn of_a_link(chain: Chain) -> Self {
        Self {
            chain,
            of_a_link: true,
        }
    }
}

/// The chain of a file, of standard input, of a link, or of a text, which is fitted to the host.
pub(super) fn read(
    source: &ChainSource,
    reading: Reading,
    host: &Host,
    limits: &Limits,
) -> Result<Given> {
    match &source.text {
        Some(text) => text::fitted(text.as_bytes(), reading, host, limits)
            .map(Given::own)
            .map_err(|error| anyhow!(shell::pointed(text.as_bytes(), &error))),
        None => given(source, limits),
    }
}

/// The chain as it is given, whether it can be run here or not.
pub(super) fn of_text_or_file(source: &ChainSource, limits: &Limits) -> Result<Chain> {
    given(source, limits).map(|given| given.chain)
}

fn given(source: &ChainSource, limits: &Limits) -> Result<Given> {
    if let Some(text) = &source.text {
        return imported(text.as_bytes(), &Reading::default()).map(Given::own);
    }
    let Some(file) = &source.file else {
        bail!("name a file with a chain, or give a pipeline with -c");
    };
    if let Some(shared) = linked::given(file, limits) {
        return Ok(Given::of_a_link(shared?.chain));
    }
    let bytes = if file == Path::new("-") {
        bounded(std::io::stdin().lock()).context("standard input")?
    } else {
        let name = file.display();
        let opened = std::fs::File::open(file)
            .with_context(|| format!("cannot open {name} (for a pipeline as text, use -c)"))?;
        bounded(opened).with_context(|| format!("cannot read {name}"))?
    };
    in_file(&bytes, limits).with_context(|| format!("{}", file.display()))
}

/// The chain in a file: as JSON, in a picture, in a link, or that of a recorded run.
fn in_file(bytes: &[u8], limits: &Limits) -> Result<Given> {
    let most = limits.message_bytes as usize;
    let small = bytes.len() <= most;
    match open(bytes) {
        Ok(Opened::Recording(recording)) => Ok(Given::own(recording.chain)),
        _ if !small => bail!("it is larger than the limit `message-bytes` allows ({most})"),
        Ok(Opened::Chain(chain)) => Ok(Given::own(*chain)),
        Ok(Opened::Link(link)) => Ok(Given::of_a_link(linked::in_file(&link, limits)?.chain)),
        // What is no JSON either is told as such, with its place.
        Err(OpenError::Unknown) => Ok(Given::own(Chain::from_json(str::from_utf8(bytes)?)?)),
        Err(error) => Err(error.into()),
    }
}

/// The chain of a text.
///
/// # Errors
/// What is no shell text, with its place.
pub(super) fn imported(text: &[u8], reading: &Reading) -> Result<Chain> {
    match shell::import(text, reading) {
        Ok(imported) => Ok(imported.chain),
        Err(error) => Err(anyhow!(shell::pointed(text, &error))),
    }
}

/// The workspace's absolute path: what is named, or else the current directory.
pub(super) fn workspace(named: Option<&Path>) -> Result<PathBuf> {
    let directory = named.unwrap_or(Path::new("."));
    let found = std::fs::canonicalize(directory)
        .with_context(|| format!("the workspace {} cannot be used", directory.display()))?;
    if !found.is_dir() {
        bail!("the workspace {} is no directory", directory.display());
    }
    Ok(found)
}

fn bounded(input: impl Read) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input
        .take(RECORDING_BYTES as u64 + 1)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}
