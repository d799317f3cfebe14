//! Shell text into a chain that does what bash would do with it.
//!
//! What the chain's model can say exactly becomes stages and wires: words, redirections, here-documents,
//! process substitution, assignments in front. Whatever needs a shell becomes a shell stage with its text
//! verbatim: one element of a pipeline alone where the others do not notice, else the whole text.
//! In doubt, the shell. So the chain's output, its status and the files that it leaves are those of
//! `bash -c`.

mod builtin;
mod known;
mod laying;
mod names;
mod simple;
mod streams;
mod taking;

use std::fmt;

use super::grammar::{self, Pipeline, Script, SyntaxError};
use crate::chain::{Chain, Stage, StageKind};
use crate::id::StageId;
use crate::substitute::literal;
use crate::text::Text;

/// The most characters of a text that become the chain's title.
const TITLE_CHARACTERS: usize = 120;

/// How a text is meant.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// Whether `{lane}` and `{value}` stand for what differs from lane to lane. Otherwise they are
    /// the characters that bash takes them for.
    pub has_lanes: bool,
    /// Whether the status of every element counts (`pipefail`). Stages that bash would not count then
    /// stay within a shell stage.
    pub pipefail: bool,
    /// The elements, by their [places](Origin::element), that are left to bash although they look plain, for a
    /// reason outside the text: the program is not there, say, and bash shall say so itself.
    pub for_the_shell: Vec<usize>,
}

/// A text as a chain.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The chain.
    pub chain: Chain,
    /// Where each of its stages comes from, in the order of the stages.
    pub origins: Vec<Origin>,
}

/// Where a stage comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The stage.
    pub stage: StageId,
    /// Which element of the pipeline it belongs to: the place of that in the text, in bytes from 0.
    pub element: usize,
    /// The part of the text that it stands for, in bytes.
    pub text: std::ops::Range<usize>,
}

/// The chain that does what `bash -c` would do with a text.
///
/// Takes time linear in the text; what it takes is bounded by [`TEXT_BYTES`](super::TEXT_BYTES) and
/// [`DEPTH`](super::DEPTH).
///
/// # Errors
/// [`SyntaxError`] with its place, for what bash would refuse too, and for what is beyond the bounds.
pub fn import(text: &[u8], reading: &Reading) -> Result<Imported, SyntaxError> {
    let script = grammar::parse(text)?;
    let mut imported =
        in_parts(text, &script, reading).unwrap_or_else(|| whole(text, &script, reading));
    imported.chain.title = title(text);
    Ok(imported)
}

/// Why a text could not be read, for people: a sentence, the line, and a caret under the place.
pub fn pointed(text: &[u8], error: &SyntaxError) -> String {
    let at = error.at.min(text.len());
    let line_start = text[..at]
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |newline| newline + 1);
    let line = text[line_start..].split(|byte| *byte == b'\n').next();
    let line = String::from_utf8_lossy(line.unwrap_or_default()).replace('\t', " ");
    let before = String::from_utf8_lossy(&text[line_start..at]);
    let number = 1 + text[..at].iter().filter(|byte| **byte == b'\n').count();
    let column = before.chars().count() + 1;
    // Of a long line the neighbourhood is shown.
    let skipped = (column - 1).saturating_sub(POINTED_BEFORE);
    let shown: String = line
        .chars()
        .skip(skipped)
        .take(POINTED_CHARACTERS)
        .collect();
    let fault = &error.fault;
    let indent = " ".repeat(column - 1 - skipped);
    format!("{number}:{column} (byte {at}): {fault}\n  {shown}\n  {indent}^")
}

/// How many characters are shown before the place of an error.
const POINTED_BEFORE: usize = 60;
/// How many characters of the line of an error are shown.
const POINTED_CHARACTERS: usize = 100;

fn in_parts(text: &[u8], script: &Script, reading: &Reading) -> Option<Imported> {
    let pipeline: &Pipeline = script.list.alone().filter(|_| script.is_certain)?;
    let mut laying = laying::Laying::new(text, script, reading);
    laying.pipeline(pipeline).ok()?;
    laying.finish().ok()
}

fn whole(text: &[u8], script: &Script, reading: &Reading) -> Imported {
    // The newline behind the last command says nothing, and what is exported ends with one: it would grow with
    // each way there and back. Behind a backslash, or in a here-document, it is part of the text.
    let means_nothing =
        script.is_certain && script.documents.is_empty() && !text.ends_with(b"\\\n");
    let text = text
        .strip_suffix(b"\n")
        .filter(|_| means_nothing)
        .unwrap_or(text);
    let mut stage = Stage::shell("shell", "");
    if let StageKind::Shell(shell) = &mut stage.kind {
        shell.text = as_written(text, reading);
    }
    let origin = Origin {
        stage: stage.id.clone(),
        element: 0,
        text: 0..text.len(),
    };
    Imported {
        chain: Chain::of_stages("", vec![stage]),
        origins: vec![origin],
    }
}

fn as_written(bytes: &[u8], reading: &Reading) -> Text {
    if !reading.has_lanes {
        return literal(bytes);
    }
    names::with_lanes(bytes)
}

fn title(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let line = text.trim().lines().next().unwrap_or_default();
    line.chars().take(TITLE_CHARACTERS).collect()
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} (byte {})", self.fault, self.at)
    }
}

impl std::error::Error for SyntaxError {}

#[cfg(test)]
mod tests;
