//! `pipeyard check`.

use std::process::ExitCode;

use pipeyard_shared::limits::Limits;
use pipeyard_shared::words::Language;

use super::{STATUS_USAGE, arguments, chain, voice};
use crate::engine::{self, Host, Reach};

pub(super) fn check(arguments: &arguments::Check, language: Language) -> ExitCode {
    let limits = Limits::default();
    let chain = chain::read(&arguments.chain.source, &limits);
    let workspace = chain::workspace(arguments.chain.workspace.as_deref());
    let (chain, workspace) = match chain.and_then(|chain| Ok((chain, workspace?))) {
        Ok(both) => both,
        Err(error) => {
            voice::say(format!("{error:#}"));
            return ExitCode::from(STATUS_USAGE);
        }
    };
    match engine::plan(chain, &Host::here(workspace, Reach::Anywhere), &limits) {
        Ok(_) => ExitCode::SUCCESS,
        Err(problems) => {
            voice::refuse(&problems, language);
            ExitCode::from(STATUS_USAGE)
        }
    }
}
