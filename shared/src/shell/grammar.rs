//! Bash's grammar, as far as a chain needs it: which commands a text joins by pipes, their words and
//! redirections, and where everything stands.
//!
//! What is inside a compound command is read only to find its end. The parser never guesses: where a
//! text uses something whose reading it does not know for certain, [`Script::is_certain`] is false, and
//! such a text is bash's alone. It takes bytes, since words need not be UTF-8, and time linear in
//! the text; nesting is bounded by [`DEPTH`], length by [`TEXT_BYTES`].

mod command;
mod document;
mod expansion;
mod pattern;
mod quoted;
mod word;

use std::fmt;
use std::ops::Range;

/// The longest text: what Linux takes as one argument, which a text for `bash -c` must be.
pub const TEXT_BYTES: usize = (128 << 10) - 1;
/// How deep commands, expansions and quotes may be nested in a text.
pub const DEPTH: usize = 64;

/// Why a text is no shell text, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// The place in the text, in bytes from 0.
    pub at: usize,
    /// What is wrong there.
    pub fault: SyntaxFault,
}

/// What can be wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SyntaxFault {
    /// There is no command.
    Nothing,
    /// A command is missing beside an operator, or within brackets.
    MissingCommand,
    /// The text ends where this had to come.
    Ended(&'static str),
    /// This stands where nothing like it can.
    Unexpected(String),
    /// This is opened here and never closed.
    Open(&'static str),
    /// A `\` at the very end.
    LoneBackslash,
    /// A redirection without a target.
    MissingTarget,
    /// A NUL, which no program can be given.
    Nul,
    /// It is longer than [`TEXT_BYTES`].
    TooLong,
    /// It is nested deeper than [`DEPTH`].
    TooDeep,
}

/// A text as bash would read it.
#[derive(Debug)]
pub(super) struct Script {
    /// Its commands.
    pub(super) list: List,
    /// The here-documents, in the order of their operators.
    pub(super) documents: Vec<Document>,
    /// Whether everything in it was understood.
    pub(super) is_certain: bool,
}

/// Commands one after another.
#[derive(Debug, Default)]
pub(super) struct List {
    pub(super) pipelines: Vec<Pipeline>,
    /// Whether `&`, `&&` or `||` joins or ends any.
    pub(super) is_joined: bool,
}

/// Commands side by side.
#[derive(Debug)]
pub(super) struct Pipeline {
    pub(super) commands: Vec<Command>,
    /// Whether `!` or `time` stands in front.
    pub(super) is_modified: bool,
}

/// One element of a pipeline.
#[derive(Debug)]
pub(super) struct Command {
    /// Where it stands, without the `|` and without here-documents behind it.
    pub(super) span: Range<usize>,
    /// What it is, if it is simple; otherwise only a shell can run it.
    pub(super) simple: Option<Simple>,
    /// Whether `|&` follows.
    pub(super) joins_stderr: bool,
    /// Which here-documents begin within it.
    pub(super) documents: Range<usize>,
}

/// Assignments, words and redirections.
#[derive(Debug, Default)]
pub(super) struct Simple {
    pub(super) assignments: Vec<Word>,
    pub(super) words: Vec<Word>,
    pub(super) redirections: Vec<Redirection>,
}

/// One redirection.
#[derive(Debug)]
pub(super) struct Redirection {
    /// Where it stands, without the lines of a here-document.
    pub(super) span: Range<usize>,
    /// The number in front, where there is one. What is no number from 0 to 9 is above 9.
    pub(super) descriptor: Option<u8>,
    pub(super) kind: RedirectionKind,
    pub(super) target: Word,
}

/// What a redirection does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RedirectionKind {
    /// `<`
    Read,
    /// `>` and `>|`
    Write,
    /// `>>`
    Append,
    /// `<>`
    ReadWrite,
    /// `<&`
    CopyInput,
    /// `>&`
    CopyOutput,
    /// `&>`
    WriteBoth,
    /// `&>>`
    AppendBoth,
    /// `<<<`
    HereString,
    /// `<<` and `<<-`: the here-document with this number.
    HereDocument(usize),
}

/// A word, or a text of it.
#[derive(Debug, Default)]
pub(super) struct Word {
    pub(super) span: Range<usize>,
    pub(super) pieces: Vec<Piece>,
    /// How many bytes at the front stand for themselves without any quoting.
    pub(super) bare: usize,
}

/// A part of a word.
#[derive(Debug)]
pub(super) enum Piece {
    /// These bytes exactly.
    Text(Vec<u8>),
    /// `<(…)`: the path of what the commands write.
    ReadFrom(List, Range<usize>),
    /// `>(…)`: the path of what the commands read.
    WriteTo(List, Range<usize>),
    /// What only bash can tell: an expansion, a pattern, braces, a home directory.
    Dynamic,
}

/// A here-document.
#[derive(Debug)]
pub(super) struct Document {
    /// Its lines, without the one that ends it.
    pub(super) body: Range<usize>,
    /// Behind the line that ends it.
    pub(super) end: usize,
    /// What the program reads, where no expansion is needed to tell.
    pub(super) content: Option<Vec<u8>>,
}

/// Reads a text.
pub(super) fn parse(text: &[u8]) -> Result<Script, SyntaxError> {
    let fail = |at, fault| Err(SyntaxError { at, fault });
    if text.len() > TEXT_BYTES {
        return fail(TEXT_BYTES, SyntaxFault::TooLong);
    }
    if let Some(at) = text.iter().position(|byte| *byte == 0) {
        return fail(at, SyntaxFault::Nul);
    }
    let mut parser = Parser {
        text,
        at: 0,
        last_end: 0,
        depth: 0,
        level: 0,
        is_certain: !splits_operator(text),
        pending: Vec::new(),
        documents: Vec::new(),
    };
    let list = match parser.script() {
        Ok(list) => list,
        // What bash may read in another way is not called wrong.
        Err(error) if parser.is_certain || is_bound(&error.fault) => return Err(error),
        Err(_) => List::default(),
    };
    Ok(Script {
        list,
        documents: parser.documents,
        is_certain: parser.is_certain,
    })
}

/// Whether a line end that is quoted may stand within an operator, which bash then reads as one.
fn splits_operator(text: &[u8]) -> bool {
    const QUOTED: &[u8] = b"\\\n";
    let mut at = 0;
    while let Some(found) = text[at..].windows(2).position(|pair| pair == QUOTED) {
        let start = at + found;
        at = start;
        while text[at..].starts_with(QUOTED) {
            at += QUOTED.len();
        }
        let before = text[..start].last().copied().unwrap_or(b' ');
        let behind = text.get(at).copied().unwrap_or(b' ');
        let splits = match before {
            b'|' | b'&' | b'<' | b'>' | b';' | b'(' => b"|&<>;(-".contains(&behind),
            b'0'..=b'9' => matches!(behind, b'<' | b'>'),
            b'$' => true,
            _ => false,
        };
        if splits {
            return true;
        }
    }
    false
}

fn is_bound(fault: &SyntaxFault) -> bool {
    matches!(fault, SyntaxFault::TooDeep | SyntaxFault::Nothing)
}

type Parsed<T> = Result<T, SyntaxError>;

/// Where the reading stands.
struct Parser<'a> {
    text: &'a [u8],
    at: usize,
    /// Behind the last word or bracket that was read.
    last_end: usize,
    depth: usize,
    /// How many substitutions it is within: their here-documents are their own.
    level: usize,
    is_certain: bool,
    pending: Vec<document::Pending>,
    documents: Vec<Document>,
}

impl Parser<'_> {
    fn script(&mut self) -> Parsed<List> {
        let list = self.list(command::Until::End)?;
        if !self.pending.is_empty() {
            self.is_certain = false;
        }
        if list.pipelines.is_empty() {
            return self.fail(0, SyntaxFault::Nothing);
        }
        Ok(list)
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn looks_at(&self, wanted: &[u8]) -> bool {
        self.text[self.at..].starts_with(wanted)
    }

    fn take(&mut self, wanted: &[u8]) -> bool {
        let found = self.looks_at(wanted);
        if found {
            self.at += wanted.len();
        }
        found
    }

    fn fail<T>(&self, at: usize, fault: SyntaxFault) -> Parsed<T> {
        Err(SyntaxError { at, fault })
    }

    /// Does something one level deeper.
    fn deeper<T>(&mut self, inner: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth == DEPTH {
            return self.fail(self.at, SyntaxFault::TooDeep);
        }
        self.depth += 1;
        let done = inner(self);
        self.depth -= 1;
        done
    }
}

impl List {
    /// The only pipeline, if there is nothing else.
    pub(super) fn alone(&self) -> Option<&Pipeline> {
        match &self.pipelines[..] {
            [pipeline] if !self.is_joined && !pipeline.is_modified => Some(pipeline),
            _ => None,
        }
    }
}

impl Word {
    /// The bytes of the word, if it stands for nothing else.
    pub(super) fn literal(&self) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => bytes.extend_from_slice(text),
                Piece::ReadFrom(..) | Piece::WriteTo(..) | Piece::Dynamic => return None,
            }
        }
        Some(bytes)
    }
}

impl fmt::Display for SyntaxFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => out.write_str("there is no command"),
            Self::MissingCommand => out.write_str("a command is missing here"),
            Self::Ended(wanted) => write!(out, "the text ends where `{wanted}` is wanted"),
            Self::Unexpected(found) => write!(out, "`{found}` cannot stand here"),
            Self::Open(what) => write!(out, "{what} is opened here and never closed"),
            Self::LoneBackslash => out.write_str("the backslash has nothing to quote"),
            Self::MissingTarget => out.write_str("the redirection has no target"),
            Self::Nul => out.write_str("there is a NUL byte, which no program can be given"),
            Self::TooLong => write!(
                out,
                "the text is longer than the limit `text-bytes` allows ({TEXT_BYTES})"
            ),
            Self::TooDeep => write!(
                out,
                "the text is nested deeper than the limit `text-depth` allows ({DEPTH})"
            ),
        }
    }
}
