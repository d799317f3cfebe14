//! Reading plain data out of a JSON value with little code for each type.
//!
//! What serde derives for a type is made once for each way of reading it, and the page carries that
//! code over the wire. Most of it looks up which field a name stands for, in any order, and takes
//! lists in place of structures too. Here the fields are asked for one by one, in the order in which
//! the type has them, so that only the much smaller reader of a sequence is made.
//!
//! It reads what `serde_json::from_value` reads, but for this: a structure is never read from a list,
//! and an `Option` that may be left out needs `#[serde(default)]`.

mod parts;
mod reader;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::de::{DeserializeOwned, Error, Expected, Unexpected};
use serde_json::Value;

use reader::Reader;

/// What to do about a field that the type does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// Pass over it: it may be of a newer version.
    Ignored,
    /// Refuse it: it may be misspelt. The types say so by `deny_unknown_fields`.
    Refused,
}

/// Reads a value.
///
/// # Errors
/// When the value does not have the type's shape.
pub fn read<T: DeserializeOwned>(value: Value, unknown: Unknown) -> Result<T, Unreadable> {
    T::deserialize(Reader { value, unknown })
}

/// Why a value cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// A sentence for people.
    Because(String),
    /// A structure has no field at this place; becomes a sentence once the field's name is known.
    Missing(usize),
}

impl fmt::Display for Unreadable {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Because(sentence) => out.write_str(sentence),
            Self::Missing(place) => write!(out, "only {place} values"),
        }
    }
}

impl std::error::Error for Unreadable {}

impl Error for Unreadable {
    fn custom<T: fmt::Display>(sentence: T) -> Self {
        Self::Because(sentence.to_string())
    }

    // What was expected is not said: the sentence for it would be one more function for each type.
    fn invalid_type(found: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self::Because(format!("{found} is of the wrong type"))
    }

    fn invalid_value(found: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self::Because(format!("{found} cannot stand here"))
    }

    fn invalid_length(length: usize, _: &dyn Expected) -> Self {
        Self::Missing(length)
    }
}
