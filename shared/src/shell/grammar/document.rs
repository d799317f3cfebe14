//! Here-documents, and the ends of lines at which their bodies begin.

use super::{Document, Parser, RedirectionKind, Word};

/// A here-document whose body has not begun.
#[derive(Debug)]
pub(super) struct Pending {
    delimiter: Vec<u8>,
    is_quoted: bool,
    strips_tabs: bool,
    pub(super) level: usize,
}

impl Parser<'_> {
    /// Notes a here-document whose delimiter has just been read.
    pub(super) fn here_document(
        &mut self,
        strips_tabs: bool,
        start: usize,
        delimiter: &Word,
    ) -> RedirectionKind {
        let raw = &self.text[start..self.at];
        let is_quoted = raw.iter().any(|byte| matches!(byte, b'\'' | b'"' | b'\\'));
        let delimiter = delimiter.literal().unwrap_or_else(|| {
            // An expansion in it is not made, and bash compares its text.
            self.is_certain = false;
            Vec::new()
        });
        self.pending.push(Pending {
            delimiter,
            is_quoted,
            strips_tabs,
            level: self.level,
        });
        RedirectionKind::HereDocument(self.documents.len() + self.pending.len() - 1)
    }

    /// Skips blanks, comments, and line ends that are quoted.
    pub(super) fn skip_blanks(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t') => self.at += 1,
                Some(b'\\') if self.looks_at(b"\\\n") => self.at += 2,
                Some(b'#') => {
                    let rest = &self.text[self.at..];
                    let length = rest.iter().take_while(|byte| **byte != b'\n').count();
                    self.at += length;
                }
                _ => return,
            }
        }
    }

    /// The same and line ends, with the here-documents that begin there.
    pub(super) fn skip_lines(&mut self) {
        loop {
            self.skip_blanks();
            if !self.take(b"\n") {
                return;
            }
            if self.pending.iter().any(|due| due.level != self.level) {
                self.is_certain = false;
            }
            for due in std::mem::take(&mut self.pending) {
                let document = self.read_document(&due);
                self.documents.push(document);
            }
        }
    }

    fn read_document(&mut self, due: &Pending) -> Document {
        let start = self.at;
        let mut content = Vec::new();
        loop {
            let line_start = self.at;
            let rest = &self.text[line_start..];
            if rest.is_empty() {
                // Bash takes what there is, and warns.
                self.is_certain = false;
                return Document {
                    body: start..line_start,
                    end: line_start,
                    content: None,
                };
            }
            let length = rest.iter().take_while(|byte| **byte != b'\n').count();
            let whole = &rest[..length];
            let tabs = whole.iter().take_while(|byte| **byte == b'\t').count();
            let line = if due.strips_tabs {
                &whole[tabs..]
            } else {
                whole
            };
            self.at += length;
            let has_end = self.peek().is_some();
            self.at += usize::from(has_end);
            if line == due.delimiter {
                return Document {
                    body: start..line_start,
                    end: self.at,
                    content: if due.is_quoted {
                        Some(content)
                    } else {
                        self.unquoted(&content)
                    },
                };
            }
            content.extend_from_slice(line);
            content.push(b'\n');
        }
    }

    /// What an unquoted body says, unless something in it is expanded.
    fn unquoted(&mut self, content: &[u8]) -> Option<Vec<u8>> {
        let mut said = Vec::with_capacity(content.len());
        let mut bytes = content.iter().copied().peekable();
        while let Some(byte) = bytes.next() {
            match (byte, bytes.peek()) {
                (b'`', _) => return None,
                (b'$', Some(next)) if super::expansion::expands(*next) => return None,
                (b'\\', Some(b'\n')) => {
                    // It joins lines, the one that ends the document too.
                    self.is_certain = false;
                    return None;
                }
                (b'\\', Some(next @ (b'$' | b'`' | b'\\'))) => {
                    said.push(*next);
                    bytes.next();
                }
                _ => said.push(byte),
            }
        }
        Some(said)
    }
}
