//! Words.

use super::pattern::Patterns;
use super::{Parsed, Parser, Piece, SyntaxFault, Word};

/// Whether a byte ends a word where it is not quoted.
pub(super) fn ends_word(byte: u8) -> bool {
    b" \t\n|&;()<>".contains(&byte)
}

/// A word that is being read.
#[derive(Debug, Default)]
pub(super) struct Building {
    word: Word,
    length: usize,
    patterns: Patterns,
}

impl Building {
    /// A byte that stands for itself because it is quoted.
    pub(super) fn quoted(&mut self, byte: u8) {
        self.patterns.quoted(byte);
        self.push(byte);
    }

    /// A byte without quotes.
    fn bare(&mut self, byte: u8) {
        let at_start = self.word.pieces.is_empty();
        self.patterns.bare(byte, at_start);
        let whole_bare = self.word.bare == self.length;
        self.push(byte);
        if whole_bare {
            self.word.bare = self.length;
        }
    }

    /// Something that only bash can tell.
    pub(super) fn dynamic(&mut self) {
        self.word.pieces.push(Piece::Dynamic);
        self.length += 1;
    }

    /// Marks that quotes stand here, even if there is nothing in them.
    fn quotes(&mut self) {
        self.patterns.interrupted();
        if self.word.pieces.is_empty() {
            self.word.pieces.push(Piece::Text(Vec::new()));
        }
        if self.word.bare == self.length {
            // What follows is not at the bare front.
            self.length += 1;
        }
    }

    fn push(&mut self, byte: u8) {
        self.length += 1;
        match self.word.pieces.last_mut() {
            Some(Piece::Text(text)) => text.push(byte),
            _ => self.word.pieces.push(Piece::Text(vec![byte])),
        }
    }
}

impl Parser<'_> {
    /// The word that begins here; nothing where none does.
    pub(super) fn word(&mut self) -> Parsed<Option<Word>> {
        let start = self.at;
        let mut building = Building::default();
        while let Some(byte) = self.peek() {
            match byte {
                b'<' | b'>' if self.text.get(self.at + 1) == Some(&b'(') => {
                    let opened = self.at;
                    self.at += 2;
                    let list = self.substituted()?;
                    let span = opened + 2..self.at - 1;
                    building.word.pieces.push(if byte == b'<' {
                        Piece::ReadFrom(list, span)
                    } else {
                        Piece::WriteTo(list, span)
                    });
                    building.length += 1;
                }
                _ if ends_word(byte) => break,
                b'\'' => {
                    building.quotes();
                    for byte in self.single()?.to_vec() {
                        building.quoted(byte);
                    }
                }
                b'"' => {
                    building.quotes();
                    self.deeper(|parser| parser.double(&mut building))?;
                }
                b'\\' => match self.text.get(self.at + 1).copied() {
                    None => return self.fail(self.at, SyntaxFault::LoneBackslash),
                    Some(b'\n') => {
                        if self.at > start {
                            // It may go on as a number of a descriptor or a reserved word.
                            self.is_certain = false;
                        }
                        self.at += 2;
                    }
                    Some(byte) => {
                        self.at += 2;
                        building.quotes();
                        building.quoted(byte);
                    }
                },
                b'`' => {
                    self.backquoted()?;
                    building.dynamic();
                }
                b'$' if self.looks_at(b"$'") => {
                    building.quotes();
                    self.dollar_single(&mut building)?;
                }
                b'$' if self.looks_at(b"$\"") => {
                    // A text to be translated.
                    self.at += 1;
                    building.dynamic();
                    self.deeper(Self::skip_double)?;
                }
                b'$' => {
                    if self.looks_at(b"$\\\n") {
                        self.is_certain = false;
                    }
                    if self.dollar(false)? {
                        building.dynamic();
                    } else {
                        self.at += 1;
                        building.bare(b'$');
                    }
                }
                byte => {
                    self.at += 1;
                    building.bare(byte);
                }
            }
        }
        if building.word.pieces.is_empty() {
            return Ok(None);
        }
        if building.patterns.expand() {
            building.dynamic();
        }
        // `{name}>file` opens a descriptor of bash's choice.
        if self.text[start] == b'{' && matches!(self.peek(), Some(b'<' | b'>')) {
            building.dynamic();
        }
        building.word.span = start..self.at;
        self.last_end = self.at;
        Ok(Some(building.word))
    }

    /// Whether this reserved word stands here, bare and whole.
    pub(super) fn looks_at_bare(&self, word: &str) -> bool {
        self.looks_at(word.as_bytes())
            && self
                .text
                .get(self.at + word.len())
                .is_none_or(|byte| ends_word(*byte))
    }

    /// The same, and takes it.
    pub(super) fn take_bare(&mut self, word: &str) -> bool {
        let found = self.looks_at_bare(word);
        if found {
            self.at += word.len();
        }
        found
    }
}

impl Word {
    /// Where the value begins in the bytes, if the word is an assignment `name=value`, or `name+=value`
    /// or one of an array's elements, whose name is then not one.
    pub(in super::super) fn assigns(&self) -> Option<usize> {
        let Some(Piece::Text(text)) = self.pieces.first() else {
            return None;
        };
        let front = &text[..self.bare.min(text.len())];
        let split = front.iter().position(|byte| *byte == b'=')?;
        let name = front[..split].strip_suffix(b"+").unwrap_or(&front[..split]);
        let name = match name.iter().position(|byte| *byte == b'[') {
            Some(open) if name.ends_with(b"]") => &name[..open],
            _ => name,
        };
        let (first, rest) = name.split_first()?;
        let begins = first.is_ascii_alphabetic() || *first == b'_';
        let goes_on = rest
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        (begins && goes_on).then_some(split + 1)
    }
}
