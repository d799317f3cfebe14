//! The program `pipeyard`: picks the exit status, and leaves the rest to the library.

use std::process::ExitCode;

use pipeyard_runner::{cli, engine::guard, system};

fn main() -> ExitCode {
    // First of all, and before any argument is parsed: the guard must cost next to nothing.
    if std::env::args_os()
        .nth(1)
        .is_some_and(|word| word == guard::SUBCOMMAND)
    {
        guard::stand_guard();
        return ExitCode::SUCCESS;
    }
    system::keep_ended_children();
    if let Err(error) = system::close_inherited_on_exec() {
        cli::say(format!(
            "stages may see descriptors that Pipeyard was given: {error}"
        ));
    }
    cli::main()
}
