//! What a runner promises about those who use it.

use clap::ValueEnum;

/// How far apart people and the machine are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Level {
    /// One person, on a machine of their own: no isolation
    #[default]
    Own,
    /// A room of learners, each in a sandbox (bubblewrap): no network, nobody else's files and processes
    Class,
}
