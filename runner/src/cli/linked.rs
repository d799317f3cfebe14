//! A link in place of a file: what it holds is in it, or, of a short one, with a runner on this machine.

use std::path::Path;

use anyhow::{Result, anyhow, bail};
use pipeyard_shared::limits::Limits;
use pipeyard_shared::link::{self, Shared};
use pipeyard_shared::words;

use super::{short, voice};

/// What a link holds; nothing where the argument is a file. (`./#notes` is a file.)
pub(super) fn given(argument: &Path, limits: &Limits) -> Option<Result<Shared>> {
    text(argument).map(|address| opened(address, limits))
}

fn text(argument: &Path) -> Option<&str> {
    let text = argument.to_str()?;
    let starts = ["http://", "https://", "#"];
    starts
        .iter()
        .any(|start| text.starts_with(start))
        .then_some(text)
}

/// What a link holds that is in a file. A short one is not asked for: what a file says is not what somebody has typed, and
/// it could make us ask whatever listens on this machine.
pub(super) fn in_file(address: &str, limits: &Limits) -> Result<Shared> {
    if !address.contains('#') {
        bail!(
            "it holds a short link, which is followed only when it is given as an argument itself"
        );
    }
    opened(address, limits)
}

fn opened(address: &str, limits: &Limits) -> Result<Shared> {
    let Some((_, behind)) = address.split_once('#') else {
        let found = short::resolve(address)?;
        return decoded(&found, limits);
    };
    if behind.is_empty() {
        bail!("the address has no chain behind its `#`");
    }
    decoded(link::fragment_in(address).unwrap_or(behind), limits)
}

fn decoded(fragment: &str, limits: &Limits) -> Result<Shared> {
    link::decode(fragment, limits)
        .map_err(|error| anyhow!(words::link_error(voice::language(), &error)))
}
