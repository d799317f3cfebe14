//! The program `pipeyard`: picks the exit status, and leaves the rest to the library.

use std::process::ExitCode;

use pipeyard_runner::guard;
use pipeyard_runner::sandbox::{agent, syscalls};
use pipeyard_runner::{cli, system};

fn main() -> ExitCode {
    // First of all, and before any argument is parsed: guard and agent must cost next to nothing.
    let mut words = std::env::args_os().skip(1);
    match words.next() {
        Some(word) if word == guard::SUBCOMMAND => {
            guard::stand_guard();
            return ExitCode::SUCCESS;
        }
        Some(word) if word == agent::SUBCOMMAND => return agent::be_agent(words),
        Some(word) if word == syscalls::SUBCOMMAND => return syscalls::try_all(),
        _ => {}
    }
    system::keep_ended_children();
    if let Err(error) = system::close_inherited_on_exec() {
        cli::say(format!(
            "stages may see descriptors that Pipeyard was given: {error}"
        ));
    }
    cli::main()
}
