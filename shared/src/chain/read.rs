//! Reading a chain from JSON, with errors that name the place.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{CHAIN_VERSION, Chain};
use crate::lean::{self, Unknown};

/// Why a text is no chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReadError {
    /// It is not JSON, or not of a chain's shape.
    Json {
        /// Line of the text, from 1; 0 when unknown.
        line: usize,
        /// Column in that line, from 1; 0 when unknown.
        column: usize,
        /// What the parser says.
        what: String,
    },
    /// It does not say `"pipeyard": <version>`.
    NoVersion,
    /// It was written for another version.
    OtherVersion {
        /// The version it names.
        found: u64,
    },
}

impl Chain {
    /// Reads a chain of this version. The version is looked at first, so that a chain of another
    /// version is named as such and not as a heap of unknown fields.
    ///
    /// # Errors
    /// [`ReadError`], with the line and column where there is one. Never panics, whatever the text.
    pub fn from_json(json: &str) -> Result<Self, ReadError> {
        #[derive(Deserialize)]
        struct Probe {
            pipeyard: Option<u64>,
        }
        let probe: Probe = serde_json::from_str(json).map_err(ReadError::from)?;
        match probe.pipeyard {
            None => Err(ReadError::NoVersion),
            Some(version) if version != u64::from(CHAIN_VERSION) => {
                Err(ReadError::OtherVersion { found: version })
            }
            Some(_) => serde_json::from_str(json).map_err(ReadError::from),
        }
    }

    /// The same for a chain that is part of a larger message.
    ///
    /// # Errors
    /// [`ReadError`]; a [`ReadError::Json`] has no line or column.
    pub fn from_value(value: serde_json::Value) -> Result<Self, ReadError> {
        match value.get("pipeyard").and_then(serde_json::Value::as_u64) {
            None => Err(ReadError::NoVersion),
            Some(version) if version != u64::from(CHAIN_VERSION) => {
                Err(ReadError::OtherVersion { found: version })
            }
            Some(_) => lean::read(value, Unknown::Refused).map_err(|error| ReadError::Json {
                line: 0,
                column: 0,
                what: error.to_string(),
            }),
        }
    }
}

impl From<serde_json::Error> for ReadError {
    fn from(error: serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        let mut what = error.to_string();
        // serde_json repeats the place at the end; we carry it in fields of its own.
        if let Some(end) = what.rfind(" at line ") {
            what.truncate(end);
        }
        Self::Json { line, column, what }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json { line, column, what } => {
                write!(out, "this is no chain: {what}")?;
                if *line > 0 {
                    write!(out, " (line {line}, column {column})")?;
                }
                Ok(())
            }
            Self::NoVersion => write!(
                out,
                "this is no chain: it does not say \"pipeyard\": {CHAIN_VERSION}"
            ),
            Self::OtherVersion { found } => write!(
                out,
                "this chain is of version {found}, and this Pipeyard reads version {CHAIN_VERSION}{}",
                if *found > u64::from(CHAIN_VERSION) {
                    ": use a newer Pipeyard"
                } else {
                    ""
                }
            ),
        }
    }
}

impl std::error::Error for ReadError {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn another_version_is_named_before_its_fields_are_judged() {
        let error = Chain::from_json(r#"{"pipeyard": 9, "boxes": []}"#).expect_err("version 9");
        assert_eq!(error, ReadError::OtherVersion { found: 9 });
        assert!(error.to_string().contains("version 9"));
        assert!(error.to_string().contains("newer"));
    }

    #[test]
    fn a_misspelt_field_is_named_with_its_place() {
        let error = Chain::from_json("{\"pipeyard\": 1,\n \"stagess\": []}").expect_err("misspelt");
        let words = error.to_string();
        assert!(
            words.contains("stagess") && words.contains("line 2"),
            "{words}"
        );
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".{0,200}") {
            let _ = Chain::from_json(&text);
        }
    }
}
