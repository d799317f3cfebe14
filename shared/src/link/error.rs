//! What can be wrong with a link.

use std::fmt;

use crate::chain::ReadError;
use crate::problem::Problem;
use crate::recording::RecordingError;
use crate::words::{Language, link_error, link_too_long};

/// Why a text is no link that can be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkError {
    /// It does not begin as a link does.
    NotALink,
    /// It was made by a newer Pipeyard.
    Newer {
        /// The version that it names.
        version: char,
    },
    /// Its end is missing, or a character was changed on the way.
    NotWhole,
    /// It has more than [`LINK_BYTES`](crate::limits::LINK_BYTES).
    TooLong {
        /// How many it has.
        found: usize,
        /// How many it may have.
        most: usize,
    },
    /// What it holds is more than [`LINK_INFLATED_BYTES`](crate::limits::LINK_INFLATED_BYTES); how much more was not
    /// looked at.
    InflatesTooFar {
        /// How many bytes it may hold.
        most: usize,
    },
    /// It is whole, and what it holds was not written by Pipeyard.
    Damaged,
    /// The chain in it cannot be read.
    Chain(ReadError),
    /// The chain in it has a problem that nobody can mend on a page.
    BadChain(Box<Problem>),
    /// The recording in it cannot be read.
    Recording(RecordingError),
}

/// Why something does not fit into a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TooLong {
    /// The link would be too long.
    Link {
        /// Characters that it would have.
        found: usize,
        /// How many it may have.
        most: usize,
    },
    /// What it would hold is too much.
    Content {
        /// Bytes that it would hold.
        found: usize,
        /// How many it may hold.
        most: usize,
    },
}

impl fmt::Display for LinkError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&link_error(Language::En, self))
    }
}

impl std::error::Error for LinkError {}

impl fmt::Display for TooLong {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&link_too_long(Language::En, self))
    }
}

impl std::error::Error for TooLong {}
