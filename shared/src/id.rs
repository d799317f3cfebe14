//! Identities, each a type of its own so that one cannot stand where another belongs. Those that are text are shared
//! when they are cloned: the page keeps hundreds of versions of a chain.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Names a stage within its chain: short, chosen by the author or by the editor, kept for life.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StageId(Arc<str>);

/// Names a wire within its chain.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WireId(Arc<str>);

/// Names a note within its chain.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NoteId(Arc<str>);

/// Names a group within its chain.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GroupId(Arc<str>);

/// One execution of a chain, numbered by the runner; never used twice while a runner lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RunId(pub u64);

/// The number of a lane, counted from 1 as learners (and GNU parallel's `{#}`) count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LaneNumber(pub u32);

/// A page's session with its runner: an unguessable word that the runner hands out, by which a
/// page that lost its connection gets its runs back.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SessionId(Arc<str>);

/// The most characters an id within a chain may have.
pub const ID_CHARACTERS: usize = 64;

/// Whether a text can serve as an id: 1 to [`ID_CHARACTERS`] letters, digits, `-` and `_`.
///
/// Ids end up in the page's element ids, in file names of exports and in links, hence the narrow set.
pub fn is_valid_id(text: &str) -> bool {
    (1..=ID_CHARACTERS).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

macro_rules! text_id {
    ($name:ident) => {
        impl $name {
            /// Takes any text; whether it is valid is for [`check`](crate::check::check) to say.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into().into())
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::new(text)
            }
        }
    };
}

text_id!(StageId);
text_id!(WireId);
text_id!(NoteId);
text_id!(GroupId);
text_id!(SessionId);

impl fmt::Display for StageId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl fmt::Display for WireId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl fmt::Display for NoteId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl fmt::Display for GroupId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// A session id is a secret: it is never printed whole.
impl fmt::Debug for SessionId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown: String = self.0.chars().take(4).collect();
        write!(out, "SessionId({shown}…)")
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.0)
    }
}

impl fmt::Display for LaneNumber {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.0)
    }
}

impl LaneNumber {
    /// The first lane.
    pub const FIRST: LaneNumber = LaneNumber(1);

    /// The lane's place in a list, from 0.
    pub fn index(self) -> usize {
        (self.0 as usize).saturating_sub(1)
    }

    /// The lane at a place in a list, from 0.
    pub fn from_index(index: usize) -> Self {
        Self(
            u32::try_from(index)
                .unwrap_or(u32::MAX - 1)
                .saturating_add(1),
        )
    }
}
