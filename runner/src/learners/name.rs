//! Who asks, and what learners are called.

use std::fmt::{self, Write};

use sha2::{Digest, Sha256};

/// Characters of a learner's name that people say to each other.
const SHORT: usize = 8;
/// Characters of the whole name.
const LONG: usize = 64;

/// Whoever was let in. It is decided at the gate and nowhere else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// Who started the runner.
    Operator,
    /// Somebody who came in by the room's code.
    Learner(LearnerName),
}

impl Who {
    /// The learner, if it is one.
    pub fn learner(&self) -> Option<&LearnerName> {
        match self {
            Self::Operator => None,
            Self::Learner(name) => Some(name),
        }
    }
}

/// A learner's name: a hash of the word that his browser keeps. Who knows the name does not know the word.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LearnerName(String);

impl LearnerName {
    /// The name of who has this word.
    pub fn of(word: &str) -> Self {
        let mut name = String::with_capacity(LONG);
        for byte in Sha256::digest(word) {
            // Writing to a string cannot fail.
            let _ = write!(name, "{byte:02x}");
        }
        Self(name)
    }

    /// A text that is such a name.
    pub fn parse(text: &str) -> Option<Self> {
        let is_digit = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        (text.len() == LONG && text.bytes().all(is_digit)).then(|| Self(text.to_owned()))
    }

    /// The whole name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As much of it as tells learners of one room apart.
    pub fn short(&self) -> &str {
        &self.0[..SHORT]
    }
}

impl fmt::Display for LearnerName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.short())
    }
}
