//! Why somebody was not let in.

use crate::learners::LearnerName;

/// Why somebody was not let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The `Host` is none of ours.
    Host,
    /// The `Origin` is none of ours, or there is none.
    Origin,
    /// There is neither a key nor a learner's word: whoever comes for the first time brings none.
    NoKey,
    /// There is a wrong key.
    Key,
    /// There is a learner's word, and no such learner: the one of this name was removed, or was one of another room.
    Removed(LearnerName),
    /// It is not the room's code.
    Room,
}

impl Refused {
    /// The reason in a word, as figures and logs have it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Origin => "origin",
            Self::NoKey => "no-key",
            Self::Key => "key",
            Self::Removed(_) => "removed",
            Self::Room => "room",
        }
    }

    /// The learner who is none any more.
    pub fn learner(&self) -> Option<&LearnerName> {
        match self {
            Self::Removed(learner) => Some(learner),
            _ => None,
        }
    }
}
