//! What is wrong with a lesson's file, and where.

use std::fmt;

use pipeyard_shared::lesson::exchange::FileFault;

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The line, from 1; nothing where it is about the file as a whole.
    pub line: Option<usize>,
    /// What is wrong, and what to do.
    pub what: String,
}

impl Fault {
    /// Something wrong in this line.
    pub(super) fn new(line: usize, what: impl Into<String>) -> Self {
        let (line, what) = (Some(line), what.into());
        Self { line, what }
    }

    /// Something wrong with the file as a whole.
    pub(super) fn of_file(what: impl Into<String>) -> Self {
        let (line, what) = (None, what.into());
        Self { line, what }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(out, "line {line}: {}", self.what),
            None => out.write_str(&self.what),
        }
    }
}

impl std::error::Error for Fault {}

impl From<Fault> for FileFault {
    fn from(Fault { line, what }: Fault) -> Self {
        let line = line.map(|line| u32::try_from(line).unwrap_or(u32::MAX));
        Self { line, what }
    }
}

/// The lines of a text, to tell where a byte is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lines<'a> {
    text: &'a str,
    /// How many lines stand before it in its file.
    before: usize,
}

impl<'a> Lines<'a> {
    /// The lines of a text that begins after so many lines of its file.
    pub(super) fn new(text: &'a str, before: usize) -> Self {
        Self { text, before }
    }

    /// The number of the line of the file that this byte is in, from 1.
    pub(super) fn at(&self, byte: usize) -> usize {
        let bytes = self.text.as_bytes();
        let until = &bytes[..byte.min(bytes.len())];
        self.before + 1 + memchr::memchr_iter(b'\n', until).count()
    }
}

/// What a reader of TOML says, in one line and with its place.
pub(super) fn of_toml(error: &toml::de::Error, lines: Lines<'_>) -> Fault {
    let at = error.span().map_or(0, |span| span.start);
    let mut what = error.message().replace('\n', " ");
    // In the words of somebody who writes TOML for the first time.
    for (theirs, ours) in [
        (
            "expected a sequence",
            "and a list is wanted: `[\"…\", \"…\"]`",
        ),
        ("expected a string", "and text in quotes is wanted: `\"…\"`"),
    ] {
        what = what.replace(theirs, ours);
    }
    Fault::new(lines.at(at), what)
}
