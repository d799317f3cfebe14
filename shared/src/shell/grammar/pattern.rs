//! What bash may expand although no `$` announces it: patterns for file names, braces, home directories.

/// Looks for such things in a word while it is read. It errs on the side of finding one.
#[derive(Debug, Default)]
pub(super) struct Patterns {
    found: bool,
    bracket: bool,
    brace: bool,
    list: bool,
    before: Option<u8>,
}

impl Patterns {
    /// The next byte of the word, which is not quoted.
    pub(super) fn bare(&mut self, byte: u8, at_start: bool) {
        match byte {
            b'*' | b'?' => self.found = true,
            b'[' => self.bracket = true,
            b']' => self.found |= self.bracket,
            b'{' => self.brace = true,
            b',' => self.list |= self.brace,
            b'.' => self.list |= self.brace && self.before == Some(b'.'),
            b'}' => self.found |= self.list,
            b'~' => self.found |= at_start || matches!(self.before, Some(b'=' | b':')),
            _ => {}
        }
        self.before = Some(byte);
    }

    /// The next byte, which is quoted.
    pub(super) fn quoted(&mut self, byte: u8) {
        if byte == b']' {
            self.found |= self.bracket;
        }
        self.before = None;
    }

    /// Quotes stand between the last byte and the next.
    pub(super) fn interrupted(&mut self) {
        self.before = None;
    }

    /// Whether bash may expand the word.
    pub(super) fn expand(&self) -> bool {
        self.found
    }
}
