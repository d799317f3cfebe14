//! `pipeyard export`.

use std::process::ExitCode;

use anyhow::{Result, ensure};
use pipeyard_shared::chain::Chain;
use pipeyard_shared::check::check;
use pipeyard_shared::export::{self, Form};
use pipeyard_shared::limits::Limits;
use pipeyard_shared::recording::Recording;
use pipeyard_shared::words::Language;

use super::{STATUS_USAGE, arguments, chain, replay, voice};

pub(super) fn export(arguments: &arguments::Export, language: Language) -> ExitCode {
    let limits = Limits::default();
    let chain = match chain::of_text_or_file(&arguments.source, &limits) {
        Ok(chain) => chain,
        Err(error) => {
            voice::say_pointing(&error);
            return ExitCode::from(STATUS_USAGE);
        }
    };
    // What could not be run says nothing that a text could say.
    let problems = check(&chain, &limits);
    if !problems.is_empty() {
        return voice::refuse(&problems, language);
    }
    let recording = match recording(arguments, &chain) {
        Ok(recording) => recording,
        Err(error) => {
            voice::say(format!("{error:#}"));
            return ExitCode::from(STATUS_USAGE);
        }
    };
    let code = export::export(&chain, arguments.to, recording.as_ref());
    voice::print(code.text.as_bytes(), language)
}

fn recording(arguments: &arguments::Export, chain: &Chain) -> Result<Option<Recording>> {
    let Some(file) = &arguments.recording else {
        return Ok(None);
    };
    ensure!(
        arguments.to == Form::Markdown,
        "--recording is for `--to markdown`: no other form tells the results of a run"
    );
    replay::read_of(file, chain).map(Some)
}
