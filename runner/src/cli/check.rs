//! `pipeyard check`.

use std::process::ExitCode;

use pipeyard_shared::limits::Limits;
use pipeyard_shared::words::Language;

use super::{STATUS_USAGE, arguments, chain, voice};
use crate::engine::{self, Host, Reach};

pub(super) fn check(arguments: &arguments::Check, language: Language) -> ExitCode {
    let limits = Limits::default();
    let prepared = chain::workspace(arguments.chain.workspace.as_deref()).and_then(|workspace| {
        let host = Host::here(workspace, Reach::Anywhere);
        let chain = chain::of_text_or_file(&arguments.chain.source, &limits)?;
        Ok((chain, host))
    });
    let (chain, host) = match prepared {
        Ok(both) => both,
        Err(error) => {
            voice::say_pointing(&error);
            return ExitCode::from(STATUS_USAGE);
        }
    };
    match engine::plan(chain, &host, &limits) {
        Ok(_) => ExitCode::SUCCESS,
        Err(problems) => {
            voice::refuse(&problems, language);
            ExitCode::from(STATUS_USAGE)
        }
    }
}
