//! `pipeyard export`.

use std::process::ExitCode;

use pipeyard_shared::check::check;
use pipeyard_shared::limits::Limits;
use pipeyard_shared::shell::bash;
use pipeyard_shared::words::Language;

use super::arguments::{self, Form};
use super::{STATUS_USAGE, chain, voice};

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
    let text = match arguments.to {
        Form::Bash => bash(&chain).text,
        Form::Json => chain.to_json_pretty(),
    };
    voice::print(text.as_bytes(), language)
}
