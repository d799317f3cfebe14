//! `pipeyard export`.

use std::process::ExitCode;

use pipeyard_shared::check::check;
use pipeyard_shared::export;
use pipeyard_shared::limits::Limits;
use pipeyard_shared::words::Language;

use super::arguments::{self, Form};
use super::{STATUS_USAGE, chain, replay, voice};

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
    let recording = match arguments.recording.as_deref().map(replay::read).transpose() {
        Ok(recording) => recording,
        Err(error) => {
            voice::say(format!("{error:#}"));
            return ExitCode::from(STATUS_USAGE);
        }
    };
    let form = match arguments.to {
        Form::Bash => export::Form::Bash,
        Form::Python => export::Form::Python,
        Form::Rust => export::Form::Rust,
        Form::Markdown => export::Form::Markdown,
        Form::Svg => export::Form::Svg,
        Form::Json => export::Form::Json,
    };
    let code = export::export(&chain, form, recording.as_ref());
    voice::print(code.text.as_bytes(), language)
}
