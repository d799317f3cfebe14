//! The flags of the tables of limits.

use std::collections::BTreeMap;

use clap::builder::ValueParser;
use clap::error::ErrorKind;
use clap::{Arg, ArgMatches, Args, Command, Error, FromArgMatches};

use super::time;
use crate::level::Level;
use crate::limits::{Given, Row, SANDBOX, TABLE, Unit};

/// The limits of a runner that somebody asks for, by their names.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct LimitArguments(BTreeMap<&'static str, u64>);

/// The limits of a sandbox that somebody asks for, by their names.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct SandboxArguments(BTreeMap<&'static str, u64>);

/// Arguments that are the flags of a table.
macro_rules! flags {
    ($arguments:ident, $table:expr, $heading:expr) => {
        impl $arguments {
            /// They, and for the others those of the level.
            pub(in super::super) fn at(&self, level: Level) -> Given {
                Given::new(level, self.0.clone())
            }
        }

        impl Args for $arguments {
            fn augment_args(command: Command) -> Command {
                command.args($table.iter().map(|row| flag(row).help_heading($heading)))
            }

            fn augment_args_for_update(command: Command) -> Command {
                Self::augment_args(command)
            }
        }

        impl FromArgMatches for $arguments {
            fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
                let mut asked = Self::default();
                asked.update_from_arg_matches(matches)?;
                Ok(asked)
            }

            fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
                for row in $table {
                    let given = matches.try_get_one::<u64>(row.name);
                    let given =
                        given.map_err(|error| Error::raw(ErrorKind::InvalidValue, error))?;
                    self.0.extend(given.map(|value| (row.name, *value)));
                }
                Ok(())
            }
        }
    };
}

impl SandboxArguments {
    /// One that is asked for, by its name, if any is.
    pub(in super::super) fn first(&self) -> Option<&'static str> {
        self.0.keys().next().copied()
    }
}

flags!(LimitArguments, TABLE, "Limits");
flags!(
    SandboxArguments,
    SANDBOX,
    "Limits of a sandbox, at the level class"
);

fn flag(row: &Row) -> Arg {
    let (unit, parser) = match row.unit {
        Unit::Count => ("N", number(row, "a whole number, such as 8")),
        Unit::Bytes => ("BYTES", number(row, "bytes, such as 1073741824")),
        Unit::Days => ("DAYS", number(row, "whole days, such as 30")),
        Unit::Time => ("TIME", ValueParser::from(milliseconds)),
    };
    let [own, class] = [Level::Own, Level::Class].map(|level| row.told(level));
    let usual = if own == class {
        own
    } else {
        format!("{own}, at the level class {class}")
    };
    let help = format!("{} [default: {usual}]", row.bounds);
    let flag = Arg::new(row.name).long(row.name).value_name(unit);
    flag.value_parser(parser)
        .help(help)
        .long_help(format!("{}. {} [default: {usual}]", row.bounds, row.beyond))
}

/// A number, which is not less than the least that can be asked for.
fn number(row: &Row, such_as: &'static str) -> ValueParser {
    let least = row.least;
    ValueParser::from(move |text: &str| match text.parse::<u64>() {
        Ok(value) if value >= least => Ok(value),
        Ok(_) => Err(format!("at least {least} is needed")),
        Err(_) => Err(format!("write {such_as}")),
    })
}

fn milliseconds(text: &str) -> Result<u64, String> {
    let time = time(text)?.as_millis();
    match u64::try_from(time) {
        Ok(time) if time > 0 => Ok(time),
        _ => Err("a time of at least a millisecond is needed".to_owned()),
    }
}
