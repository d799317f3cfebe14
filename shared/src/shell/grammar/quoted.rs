//! Quotes: `'…'`, `"…"` and `$'…'`.

use super::word::Building;
use super::{Parsed, Parser, SyntaxFault};

impl Parser<'_> {
    /// The text of `'…'`, which begins here.
    pub(super) fn single(&mut self) -> Parsed<&[u8]> {
        let start = self.at;
        self.skip_single()?;
        Ok(&self.text[start + 1..self.at - 1])
    }

    pub(super) fn skip_single(&mut self) -> Parsed<()> {
        let start = self.at;
        let rest = &self.text[start + 1..];
        match rest.iter().position(|byte| *byte == b'\'') {
            Some(length) => self.at += length + 2,
            None => return self.fail(start, SyntaxFault::Open("the quote `'`")),
        }
        Ok(())
    }

    pub(super) fn skip_double(&mut self) -> Parsed<()> {
        self.double(&mut Building::default())
    }

    /// Adds `"…"`, which begins here, to a word.
    pub(super) fn double(&mut self, word: &mut Building) -> Parsed<()> {
        let start = self.at;
        self.at += 1;
        loop {
            match self.peek() {
                None => return self.fail(start, SyntaxFault::Open("the quote `\"`")),
                Some(b'"') => {
                    self.at += 1;
                    return Ok(());
                }
                // POSIX XCU 2.2.3: in double quotes a backslash quotes only these.
                Some(b'\\') => {
                    let next = self.text.get(self.at + 1).copied();
                    match next {
                        Some(b'\n') => {}
                        Some(byte @ (b'$' | b'`' | b'"' | b'\\')) => word.quoted(byte),
                        Some(byte) => {
                            word.quoted(b'\\');
                            word.quoted(byte);
                        }
                        None => return self.fail(start, SyntaxFault::Open("the quote `\"`")),
                    }
                    self.at += 2;
                }
                Some(b'`') => {
                    self.backquoted()?;
                    word.dynamic();
                }
                Some(b'$') => {
                    if self.looks_at(b"$\\\n") {
                        self.is_certain = false;
                    }
                    if self.dollar(true)? {
                        word.dynamic();
                    } else {
                        self.at += 1;
                        word.quoted(b'$');
                    }
                }
                Some(byte) => {
                    self.at += 1;
                    word.quoted(byte);
                }
            }
        }
    }

    /// Adds `$'…'`, which begins here, to a word.
    pub(super) fn dollar_single(&mut self, word: &mut Building) -> Parsed<()> {
        let start = self.at;
        self.at += 2;
        loop {
            let rest = &self.text[self.at..];
            match rest {
                [] | [b'\\'] => return self.fail(start, SyntaxFault::Open("the quote `$'`")),
                [b'\'', ..] => {
                    self.at += 1;
                    return Ok(());
                }
                [b'\\', escape @ ..] => {
                    let (byte, length) = escaped(escape);
                    match byte {
                        Some(byte) => word.quoted(byte),
                        None => word.dynamic(),
                    }
                    self.at += 1 + length;
                }
                [byte, ..] => {
                    word.quoted(*byte);
                    self.at += 1;
                }
            }
        }
    }
}

/// The byte that an escape stands for, without its backslash, and how long it is. Nothing for what ends
/// the text (NUL), depends on the locale, or is not sure.
fn escaped(escape: &[u8]) -> (Option<u8>, usize) {
    let Some(first) = escape.first() else {
        return (None, 0);
    };
    let digits = |radix: u32, from: usize, most: usize| {
        let known = escape[from..].iter().take(most);
        known
            .take_while(|byte| char::from(**byte).is_digit(radix))
            .count()
    };
    let number = |radix: u32, from: usize, length: usize| {
        let text = std::str::from_utf8(&escape[from..from + length]).ok()?;
        let number = u32::from_str_radix(text, radix).ok()? & 0xff;
        u8::try_from(number).ok().filter(|byte| *byte != 0)
    };
    let plain = |byte| (Some(byte), 1);
    match first {
        b'a' => plain(0x07),
        b'b' => plain(0x08),
        b'e' | b'E' => plain(0x1b),
        b'f' => plain(0x0c),
        b'n' => plain(b'\n'),
        b'r' => plain(b'\r'),
        b't' => plain(b'\t'),
        b'v' => plain(0x0b),
        b'\\' | b'\'' | b'"' | b'?' => plain(*first),
        b'0'..=b'7' => {
            let length = digits(8, 0, 3);
            (number(8, 0, length), length)
        }
        b'x' if digits(16, 1, 2) > 0 => {
            let length = digits(16, 1, 2);
            (number(16, 1, length), 1 + length)
        }
        // `\u…`, `\c…`, and what bash leaves as it is: rare enough to be left to it.
        _ => (None, 1),
    }
}
