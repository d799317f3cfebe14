//! JSON laid out for people: one document, or several one after another, as far as they are there.
//!
//! Not a parser that builds values: names keep their order, numbers their digits, and a text that is cut
//! off somewhere is shown up to there.

mod scalar;

use super::paint::{Ink, Span};

/// How deep lists and objects may stand in each other.
pub(crate) const DEEPEST: usize = 64;
/// The longest text that is made: indentation can make much of little.
pub(crate) const LONGEST: usize = 512 << 10;
/// A list or object that holds no other is kept on one line up to this many characters.
const ONE_LINE: usize = 72;

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pretty {
    /// The text.
    pub(crate) text: String,
    /// What is what in it, in order.
    pub(crate) spans: Vec<Span>,
    /// How many documents were begun.
    pub(crate) documents: usize,
    /// Where and why it is not JSON. What follows from there on is shown as it is.
    pub(crate) fault: Option<Fault>,
    /// Whether the text became too long and ends early.
    pub(crate) too_long: bool,
}

/// Where something is not JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The byte.
    pub(crate) offset: usize,
    /// Its line, from 1.
    pub(crate) line: usize,
    /// Its place in the line in characters, from 1.
    pub(crate) column: usize,
    /// What is wrong there.
    pub(crate) what: What,
}

/// What can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// A value should stand here.
    NoValue,
    /// A name between quotes should stand here.
    NoName,
    /// A colon should stand here.
    NoColon,
    /// A comma or the end of the list or object should stand here.
    NoComma,
    /// No text between quotes has this in it.
    BadText,
    /// No number looks like this.
    BadNumber,
    /// It goes deeper than [`DEEPEST`].
    TooDeep,
    /// It ends in the middle.
    Unfinished,
}

/// Lays bytes out. `whole` tells whether nothing is missing behind them: where something is, that the
/// last document ends in the middle is no fault.
pub(crate) fn pretty(bytes: &[u8], whole: bool) -> Pretty {
    let mut reader = Reader::new(bytes);
    let outcome = reader.documents();
    if let Err((offset, what)) = outcome {
        if what != What::Unfinished || whole {
            reader.out.fault = Some(fault(bytes, offset, what));
        }
        reader.rest(offset.min(bytes.len()));
    }
    reader.out
}

/// Whether these bytes are JSON in which something is told: a list, an object, or several of them.
pub(crate) fn is_json(bytes: &[u8], whole: bool) -> bool {
    let begins = bytes.trim_ascii_start().first();
    if !matches!(begins, Some(b'{' | b'[')) {
        return false;
    }
    let mut reader = Reader::new(bytes);
    let goes_well = match reader.documents() {
        Ok(()) => true,
        Err((_, what)) => what == What::Unfinished && !whole,
    };
    goes_well && !reader.out.spans.is_empty()
}

type Step = Result<(), (usize, What)>;

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Everything before this, but for the space between, is in the text.
    laid_out: usize,
    /// What the token is that is being read.
    token: Ink,
    out: Pretty,
}

/// What stands open around a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    List,
    Object,
}

impl<'a> Reader<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            laid_out: 0,
            token: Ink::Plain,
            out: Pretty::default(),
        }
    }

    fn documents(&mut self) -> Step {
        loop {
            self.skip_space();
            if self.at == self.bytes.len() || self.out.too_long {
                return Ok(());
            }
            self.out.documents += 1;
            self.document()?;
            self.out.push("\n");
        }
    }

    /// One value with all that it holds; without recursion, so that depth costs no stack.
    fn document(&mut self) -> Step {
        let mut open: Vec<Open> = Vec::new();
        'value: loop {
            self.skip_space();
            if self.out.too_long {
                return Ok(());
            }
            match self.peek() {
                None => return Err((self.at, What::Unfinished)),
                Some(bracket @ (b'[' | b'{')) => {
                    if open.len() == DEEPEST {
                        return Err((self.at, What::TooDeep));
                    }
                    if !self.flat_value(bracket)? {
                        let kind = if bracket == b'[' {
                            Open::List
                        } else {
                            Open::Object
                        };
                        open.push(kind);
                        self.sign(if kind == Open::List { "[" } else { "{" });
                        self.out.line(open.len());
                        if kind == Open::Object {
                            self.name()?;
                        }
                        continue 'value;
                    }
                }
                Some(_) => self.value()?,
            }
            // A value has ended: what stands around it goes on, or ends as well.
            while let Some(kind) = open.last().copied() {
                self.skip_space();
                match (self.peek(), kind) {
                    (None, _) => return Err((self.at, What::Unfinished)),
                    (Some(b','), _) => {
                        self.sign(",");
                        self.out.line(open.len());
                        if kind == Open::Object {
                            self.name()?;
                        }
                        continue 'value;
                    }
                    (Some(b']'), Open::List) | (Some(b'}'), Open::Object) => {
                        open.pop();
                        self.out.line(open.len());
                        self.sign(if kind == Open::List { "]" } else { "}" });
                    }
                    _ => return Err((self.at, What::NoComma)),
                }
            }
            return Ok(());
        }
    }

    /// A list or object that is short and holds no other, on one line. Nothing is taken where it is not
    /// one, or not all there; then whoever reads it piece by piece says what is wrong.
    fn flat_value(&mut self, bracket: u8) -> Result<bool, (usize, What)> {
        let (start, laid_out) = (self.at, self.laid_out);
        let (length, spans) = (self.out.text.len(), self.out.spans.len());
        let flat = self.flat(bracket).unwrap_or(false);
        if !flat || self.out.too_long || self.out.text.len() - length > ONE_LINE {
            (self.at, self.laid_out) = (start, laid_out);
            self.out.too_long = false;
            self.out.text.truncate(length);
            self.out.spans.truncate(spans);
            return Ok(false);
        }
        Ok(true)
    }

    fn flat(&mut self, bracket: u8) -> Result<bool, (usize, What)> {
        let length = self.out.text.len();
        let (close, object) = if bracket == b'[' {
            (b']', false)
        } else {
            (b'}', true)
        };
        self.sign(if object { "{" } else { "[" });
        self.skip_space();
        let mut first = true;
        while self.peek() != Some(close) {
            if !first {
                if self.peek() != Some(b',') {
                    return Ok(false);
                }
                self.sign(", ");
            } else if object {
                self.out.push(" ");
            }
            if object {
                self.name()?;
            }
            self.skip_space();
            if matches!(self.peek(), Some(b'[' | b'{')) || self.out.text.len() - length > ONE_LINE {
                return Ok(false);
            }
            self.value()?;
            self.skip_space();
            first = false;
        }
        if object && !first {
            self.out.push(" ");
        }
        self.sign(if object { "}" } else { "]" });
        Ok(true)
    }

    /// A name and its colon.
    fn name(&mut self) -> Step {
        self.skip_space();
        let start = self.at;
        self.token = Ink::Name;
        match self.peek() {
            None => return Err((start, What::Unfinished)),
            Some(b'"') => self.quoted()?,
            Some(_) => return Err((start, What::NoName)),
        }
        self.inked(start);
        self.skip_space();
        match self.peek() {
            None => Err((self.at, What::Unfinished)),
            Some(b':') => {
                self.sign(": ");
                Ok(())
            }
            Some(_) => Err((self.at, What::NoColon)),
        }
    }

    /// A value that holds no other.
    fn value(&mut self) -> Step {
        let start = self.at;
        self.token = match self.peek() {
            Some(b'"') => Ink::Quoted,
            Some(b'-' | b'0'..=b'9') => Ink::Number,
            _ => Ink::Word,
        };
        self.scalar()?;
        self.inked(start);
        Ok(())
    }

    /// A bracket, a comma or a colon has been met, and is laid out like this.
    fn sign(&mut self, text: &str) {
        self.at += 1;
        self.laid_out = self.at;
        self.out.push(text);
    }

    /// The token that began there has been read.
    fn inked(&mut self, start: usize) {
        self.laid_out = self.at;
        self.out.ink(&self.bytes[start..self.at], self.token);
    }

    /// Lays out what is left, as it is, where reading stopped: what was read of the last token keeps
    /// its ink, the place itself stands out, and what follows is plain.
    fn rest(&mut self, stopped: usize) {
        self.at = self.laid_out;
        self.skip_space();
        let (read, left) = self.bytes[self.at..].split_at(stopped.saturating_sub(self.at));
        self.out.ink(read, self.token);
        let length = String::from_utf8_lossy(left)
            .chars()
            .next()
            .map_or(0, char::len_utf8);
        let start = self.out.text.len();
        self.out.push(&String::from_utf8_lossy(left));
        let end = self.out.text.len().min(start + length);
        if end > start {
            self.out.spans.push(Span {
                start,
                end,
                ink: Ink::Broken,
            });
        }
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }
}

impl Pretty {
    fn push(&mut self, text: &str) {
        if self.too_long {
            return;
        }
        let mut room = LONGEST - self.text.len();
        self.too_long = text.len() > room;
        room = room.min(text.len());
        while !text.is_char_boundary(room) {
            room -= 1;
        }
        self.text.push_str(&text[..room]);
    }

    /// A new line, so many steps in.
    fn line(&mut self, depth: usize) {
        self.push("\n");
        for _ in 0..depth {
            self.push("  ");
        }
    }

    fn ink(&mut self, bytes: &[u8], ink: Ink) {
        let start = self.text.len();
        self.push(&String::from_utf8_lossy(bytes));
        let end = self.text.len();
        if end > start {
            self.spans.push(Span { start, end, ink });
        }
    }
}

fn fault(bytes: &[u8], offset: usize, what: What) -> Fault {
    let before = &bytes[..offset.min(bytes.len())];
    let line_start = before
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |at| at + 1);
    Fault {
        offset,
        line: before.iter().filter(|byte| **byte == b'\n').count() + 1,
        column: String::from_utf8_lossy(&before[line_start..])
            .chars()
            .count()
            + 1,
        what,
    }
}

#[cfg(test)]
mod tests;
