//! `pipeyard import`.

use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::process::ExitCode;

use anyhow::Context;
use pipeyard_shared::shell::{Reading, TEXT_BYTES};
use pipeyard_shared::words::Language;

use super::{STATUS_USAGE, arguments, chain, voice};

pub(super) fn import(arguments: &arguments::Import, language: Language) -> ExitCode {
    let reading = Reading {
        has_lanes: arguments.placeholders,
        ..Reading::default()
    };
    let chain = text(arguments).and_then(|text| chain::imported(&text, &reading));
    let chain = match chain {
        Ok(chain) => chain,
        Err(error) => {
            voice::say_pointing(&error);
            return ExitCode::from(STATUS_USAGE);
        }
    };
    voice::print(chain.to_json_pretty().as_bytes(), language)
}

fn text(arguments: &arguments::Import) -> anyhow::Result<Vec<u8>> {
    if arguments.text != "-" {
        return Ok(arguments.text.as_bytes().to_vec());
    }
    let mut text = Vec::new();
    // One byte more than may be, so that what is too long is refused as such.
    let most = TEXT_BYTES as u64 + 1;
    let mut input = io::stdin().lock().take(most);
    input.read_to_end(&mut text).context("standard input")?;
    Ok(text)
}
