//! Expansions, which are only skipped: what is in them is bash's to say.

use super::command::Until;
use super::{List, Parsed, Parser, SyntaxFault};

/// Whether a `$` before this byte begins an expansion, within double quotes too.
pub(super) fn expands(next: u8) -> bool {
    next.is_ascii_alphanumeric() || b"_{([*@#?-$!".contains(&next)
}

impl Parser<'_> {
    /// Skips the expansion at this `$`; false, with nothing taken, if there is none.
    pub(super) fn dollar(&mut self, is_quoted: bool) -> Parsed<bool> {
        let start = self.at;
        let Some(next) = self.text.get(start + 1).copied() else {
            return Ok(false);
        };
        if !expands(next) {
            return Ok(false);
        }
        match next {
            b'(' => {
                if self.text.get(start + 2) == Some(&b'(') && self.take_arithmetic(3)? {
                    return Ok(true);
                }
                self.at += 2;
                self.substituted()?;
            }
            b'{' => {
                self.at += 2;
                self.deeper(|parser| parser.braced(start, is_quoted))?;
            }
            b'[' => {
                self.is_certain = false;
                self.at += 2;
            }
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => {
                let name = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
                self.at += 1 + self.text[start + 1..].iter().take_while(name).count();
            }
            _ => self.at += 2,
        }
        Ok(true)
    }

    /// The commands of `$(`, `<(` or `>(`, whose opening has been taken, up to and with the `)`.
    pub(super) fn substituted(&mut self) -> Parsed<List> {
        self.level += 1;
        let level = self.level;
        let list = self.deeper(|parser| parser.list(Until::Parenthesis { may_be_empty: true }));
        if self.pending.iter().any(|due| due.level == level) {
            self.is_certain = false;
        }
        self.level -= 1;
        let list = list?;
        self.wanted(b")")?;
        Ok(list)
    }

    /// What follows `${`, up to and with the `}`.
    fn braced(&mut self, start: usize, is_quoted: bool) -> Parsed<()> {
        loop {
            match self.peek() {
                None => return self.fail(start, SyntaxFault::Open("`${`")),
                Some(b'}') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\') => self.at = (self.at + 2).min(self.text.len()),
                Some(b'\'') if is_quoted => {
                    // It depends on the operator whether this quotes.
                    self.is_certain = false;
                    self.at += 1;
                }
                Some(b'\'') => self.skip_single()?,
                Some(b'"') => self.deeper(Self::skip_double)?,
                Some(b'`') => self.backquoted()?,
                Some(b'$') => {
                    if !self.dollar(is_quoted)? {
                        self.at += 1;
                    }
                }
                Some(_) => self.at += 1,
            }
        }
    }

    /// Skips `` `…` ``.
    pub(super) fn backquoted(&mut self) -> Parsed<()> {
        let start = self.at;
        self.at += 1;
        loop {
            match self.peek() {
                None => return self.fail(start, SyntaxFault::Open("`` ` ``")),
                Some(b'`') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\') => self.at = (self.at + 2).min(self.text.len()),
                Some(_) => self.at += 1,
            }
        }
    }

    /// Takes `((…))` or `$((…))` with an opening of this length; false, with nothing taken, where the
    /// parentheses are those of commands.
    pub(super) fn take_arithmetic(&mut self, opening: usize) -> Parsed<bool> {
        let start = self.at;
        self.at += opening;
        let mut open = 0_usize;
        loop {
            match self.peek() {
                Some(b'(') => {
                    open += 1;
                    self.at += 1;
                }
                Some(b')') if open > 0 => {
                    open -= 1;
                    self.at += 1;
                }
                Some(b')') if self.looks_at(b"))") => {
                    self.at += 2;
                    return Ok(true);
                }
                None | Some(b')') => {
                    self.at = start;
                    return Ok(false);
                }
                Some(b'\\') => self.at = (self.at + 2).min(self.text.len()),
                Some(b'\'') if self.skip_single().is_ok() => {}
                Some(b'"' | b'`') => {
                    // What they hold may look like an end.
                    self.is_certain = false;
                    self.at += 1;
                }
                Some(_) => self.at += 1,
            }
        }
    }
}
