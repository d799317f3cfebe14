//! Text with a little form.

use serde::{Deserialize, Serialize};

/// A block of text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prose {
    /// A paragraph.
    Paragraph(Vec<Inline>),
    /// A heading below that of a step.
    Heading(Vec<Inline>),
    /// A list, numbered or not; each item is blocks.
    List {
        /// The first number, if it is numbered.
        start: Option<u64>,
        /// The items.
        items: Vec<Vec<Prose>>,
    },
    /// Text as it stands.
    Code(String),
    /// What is quoted.
    Quote(Vec<Prose>),
    /// A table: the first row is its head.
    Table(Vec<Vec<Vec<Inline>>>),
}

/// A piece of text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Inline {
    /// Words.
    Text(String),
    /// A program, a flag, a file: as it is typed.
    Code(String),
    /// Stressed.
    Emphasis(Vec<Inline>),
    /// Stressed more.
    Strong(Vec<Inline>),
    /// Leads to another lesson.
    Lesson {
        /// Its name.
        name: String,
        /// The words.
        words: Vec<Inline>,
    },
    /// Leads to a page elsewhere, by `http` or `https`.
    Link {
        /// Its address.
        address: String,
        /// The words.
        words: Vec<Inline>,
    },
    /// A line ends here.
    Break,
}

impl Inline {
    /// Words as they are read aloud: without their form.
    pub fn plain(words: &[Self]) -> String {
        let of = |word: &Self| match word {
            Self::Text(text) | Self::Code(text) => text.clone(),
            Self::Emphasis(words) | Self::Strong(words) => Self::plain(words),
            Self::Lesson { words, .. } | Self::Link { words, .. } => Self::plain(words),
            Self::Break => " ".to_owned(),
        };
        words.iter().map(of).collect()
    }
}
