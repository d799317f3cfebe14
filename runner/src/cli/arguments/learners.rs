//! What can be said about learners.

use clap::{Args, Subcommand};

use crate::learners::{BadRoom, Room, SHORTEST_ROOM};

/// Who may come into the room of a runner at the level class.
#[derive(Clone, Debug, Args)]
pub(in super::super) struct RoomArguments {
    /// The code that lets a browser in as a learner [default: a new random one]
    #[arg(long, value_name = "CODE", value_parser = room, env = "PIPEYARD_ROOM", hide_env_values = true)]
    pub(in super::super) room: Option<Room>,
}

fn room(code: &str) -> Result<Room, String> {
    let wrong = |BadRoom| {
        format!(
            "a code (--room, PIPEYARD_ROOM) has {SHORTEST_ROOM} to 64 letters and digits, and `-` or `_` between them"
        )
    };
    Room::new(code).map_err(wrong)
}

#[derive(Debug, Subcommand)]
pub(in super::super) enum LearnersCommand {
    /// Print the learners' names, when each was last here, and how many bytes the files have
    ///
    /// They are looked for in the runner's folder of data: ask as the runner's user and with its XDG_DATA_HOME. For
    /// docs/pipeyard.service that is `sudo -u pipeyard env XDG_DATA_HOME=/var/lib/pipeyard pipeyard learners list`.
    List,
    /// Remove a learner with all files; what they run is ended, and their browser must come in anew
    ///
    /// Ask as the runner's user and with its XDG_DATA_HOME, as `pipeyard learners list` has it.
    Remove {
        /// The name, or its beginning, as `pipeyard learners list` prints it
        name: String,
    },
}
