//! Tasks, and what an answer to one must be.

use serde::{Deserialize, Serialize};

use super::Inline;
use crate::chain::Chain;

/// A task. Its answer is a chain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Exercise {
    /// What is to be done.
    pub task: Vec<Inline>,
    /// What to begin from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<Chain>,
    /// A chain that does it.
    pub solution: Chain,
    /// The same as the lesson writes it, or shell text in place of JSON where a line says it.
    pub solution_text: String,
    /// How outputs are compared with the solution's.
    pub output: Comparison,
    /// How what is written to standard error is compared; without it, it is not looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stderr: Option<Comparison>,
    /// Programs that must be in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub require: Vec<String>,
    /// Programs that must not be in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forbid: Vec<String>,
    /// The most stages that start a process.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<u32>,
    /// How it must end.
    #[serde(default)]
    pub status: WantedStatus,
    /// Files that it must write with the solution's content, below the workspace.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
    /// Hints, to be given one by one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hints: Vec<Vec<Inline>>,
    /// Attempts that must not pass; the lesson's check tries them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wrong: Vec<Chain>,
    /// Other answers that must pass; the lesson's check tries them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Chain>,
    /// What is said once it is done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<Inline>,
}

/// The status that an answer must end with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WantedStatus {
    /// Any.
    Any,
    /// This one.
    Is(i32),
}

impl Default for WantedStatus {
    /// Success: a lesson whose answers are to fail says so.
    fn default() -> Self {
        Self::Is(0)
    }
}

/// How an output is compared with the one that is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// Byte for byte.
    #[default]
    Exact,
    /// As lines in any order.
    Set,
    /// As numbers: how they are spaced and written is not looked at.
    Number,
    /// Not at all: files, stages or the status are what matters.
    Nothing,
}
