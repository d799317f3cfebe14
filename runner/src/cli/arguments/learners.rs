//! What can be said about learners.

use clap::{Args, Subcommand};

use crate::learners::{BadRoom, JOINS, LEARNER_DAYS, LEARNERS, LearnerBounds, Room, SHORTEST_ROOM};

/// Who may come into the room of a runner at the level class.
#[derive(Clone, Debug, Args)]
pub(in super::super) struct RoomArguments {
    /// The code that lets a browser in as a learner [default: a new random one]
    #[arg(long, value_name = "CODE", value_parser = room, env = "PIPEYARD_ROOM", hide_env_values = true)]
    pub(in super::super) room: Option<Room>,
    /// How many learners are kept
    #[arg(long, value_name = "N", default_value_t = LEARNERS)]
    learners: u64,
    /// How many learners may come in for the first time in a minute
    #[arg(long, value_name = "N", default_value_t = JOINS, value_parser = clap::value_parser!(u64).range(1..))]
    joins: u64,
    /// For how many days a learner who does not come is kept, with all files
    #[arg(long, value_name = "DAYS", default_value_t = LEARNER_DAYS, value_parser = clap::value_parser!(u64).range(1..))]
    learner_days: u64,
}

impl RoomArguments {
    /// How many learners there may be, and for how long.
    pub(in super::super) fn bounds(&self) -> LearnerBounds {
        LearnerBounds {
            learners: self.learners,
            joins: self.joins,
            days: self.learner_days,
        }
    }
}

fn room(code: &str) -> Result<Room, String> {
    let wrong = |BadRoom| {
        format!("a code has {SHORTEST_ROOM} to 64 letters and digits, and `-` or `_` between them")
    };
    Room::new(code).map_err(wrong)
}

#[derive(Debug, Subcommand)]
pub(in super::super) enum LearnersCommand {
    /// Print the learners' names, when each was last here, and how many bytes the files have
    List,
    /// Remove a learner with all files; what he runs is ended, and his browser must come in anew
    Remove {
        /// The name, or its beginning, as `pipeyard learners list` prints it
        name: String,
    },
}
