//! The command line.

mod arguments;
mod asking;
mod chain;
mod check;
mod data_folder;
mod doctor;
mod environment;
mod explain;
mod export;
mod import;
mod learners;
mod lesson;
mod link;
mod linked;
mod record;
mod replay;
mod report;
mod run;
mod serve;
mod short;
mod telling;
mod text;
mod voice;

use std::process::ExitCode;

use arguments::Command;
use data_folder::data_folder;
pub use voice::say;

/// The exit status for a chain that is refused and for arguments that make no sense, as POSIX utilities
/// have it. A status of 127 or 126 stands for a program that is missing or cannot be run.
pub(crate) const STATUS_USAGE: u8 = 2;

/// Reads the arguments, does what they say, and returns the exit status.
pub fn main() -> ExitCode {
    let arguments = environment::arguments();
    let language = voice::language();
    match arguments.command {
        None => serve::serve(&arguments.serve),
        Some(Command::Serve(serve)) => serve::serve(&serve),
        Some(Command::Run(run)) => run::run(&run, language),
        Some(Command::Replay(replay)) => replay::replay(&replay, language),
        Some(Command::Check(check)) => check::check(&check, language),
        Some(Command::Doctor(doctor)) => doctor::doctor(&doctor),
        Some(Command::Explain(explain)) => explain::explain(&explain, language),
        Some(Command::Export(export)) => export::export(&export, language),
        Some(Command::Learners(command)) => learners::learners(&command),
        Some(Command::Lesson(lesson)) => lesson::lesson(&lesson, language),
        Some(Command::Link(link)) => link::link(&link, language),
        Some(Command::Import(import)) => import::import(&import, language),
    }
}
