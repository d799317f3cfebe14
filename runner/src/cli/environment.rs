//! Variables that stand for arguments. One that is set to nothing says nothing, as if it were not set: files of units and of
//! containers have such lines, and they would be taken for empty values.

use clap::{Command, CommandFactory, FromArgMatches};

use super::arguments::Arguments;

/// What the command line and the environment say; ends the program where that makes no sense, or where help is asked for.
pub(super) fn arguments() -> Arguments {
    let mut command = without_empty(Arguments::command());
    let matches = command.get_matches_mut();
    let arguments = Arguments::from_arg_matches(&matches);
    arguments.unwrap_or_else(|error| error.format(&mut command).exit())
}

fn without_empty(command: Command) -> Command {
    let command = command.mut_args(|argument| {
        let value = argument.get_env().and_then(std::env::var_os);
        match value.is_some_and(|value| value.is_empty()) {
            true => argument.env(None::<&'static str>),
            false => argument,
        }
    });
    command.mut_subcommands(without_empty)
}
