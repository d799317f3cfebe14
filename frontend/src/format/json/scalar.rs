//! Texts in quotes, numbers and words.

use super::{Reader, Step, What};

impl Reader<'_> {
    /// A value that holds no other.
    pub(super) fn scalar(&mut self) -> Step {
        match self.peek() {
            None => Err((self.at, What::Unfinished)),
            Some(b'"') => self.quoted(),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(_) => self.word(),
        }
    }

    fn word(&mut self) -> Step {
        for word in [&b"true"[..], b"false", b"null"] {
            let rest = &self.bytes[self.at..];
            if rest.starts_with(word) {
                self.at += word.len();
                return Ok(());
            }
            if word.starts_with(rest) {
                return Err((self.bytes.len(), What::Unfinished));
            }
        }
        Err((self.at, What::NoValue))
    }

    fn number(&mut self) -> Step {
        let start = self.at;
        let bad = |at| Err((at, What::BadNumber));
        self.at += usize::from(self.peek() == Some(b'-'));
        let whole = self.digits();
        if whole == 0 || (whole > 1 && self.bytes[self.at - whole] == b'0') {
            return if self.peek().is_none() && whole == 0 {
                Err((self.at, What::Unfinished))
            } else {
                bad(start)
            };
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            if self.digits() == 0 {
                return if self.peek().is_none() {
                    Err((self.at, What::Unfinished))
                } else {
                    bad(start)
                };
            }
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), Some(b'+' | b'-')));
            if self.digits() == 0 {
                return if self.peek().is_none() {
                    Err((self.at, What::Unfinished))
                } else {
                    bad(start)
                };
            }
        }
        // `1.2.3`, `12ab` and times are no numbers.
        match self.peek() {
            Some(byte)
                if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'+' | b'_') =>
            {
                bad(start)
            }
            _ => Ok(()),
        }
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        self.at - start
    }

    pub(super) fn quoted(&mut self) -> Step {
        let start = self.at;
        self.at += 1;
        loop {
            match self.peek() {
                None => return Err((self.at, What::Unfinished)),
                Some(b'"') => {
                    self.at += 1;
                    break;
                }
                Some(b'\\') => self.escape()?,
                Some(0..=0x1f) => return Err((self.at, What::BadText)),
                Some(_) => self.at += 1,
            }
        }
        match std::str::from_utf8(&self.bytes[start..self.at]) {
            Ok(_) => Ok(()),
            Err(error) => Err((start + error.valid_up_to(), What::BadText)),
        }
    }

    fn escape(&mut self) -> Step {
        let start = self.at;
        self.at += 1;
        match self.peek() {
            None => return Err((self.at, What::Unfinished)),
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
            Some(b'u') => {
                self.at += 1;
                for _ in 0..4 {
                    match self.peek() {
                        None => return Err((self.at, What::Unfinished)),
                        Some(byte) if byte.is_ascii_hexdigit() => self.at += 1,
                        Some(_) => return Err((start, What::BadText)),
                    }
                }
            }
            Some(_) => return Err((start, What::BadText)),
        }
        Ok(())
    }
}
