//! Bytes broken into the rows that a screen shows, so that only those in sight need be drawn.

use super::visible::{self, Kind};

/// Columns after which a row is broken even where long lines are not wrapped: no element of the page
/// gets longer than this.
pub(crate) const LONGEST_ROW: usize = 2_000;
/// Pieces of different kinds after which a row is broken: each is an element of the page.
const MOST_PIECES: usize = 128;
/// Bytes after which a row is broken: characters without a width of their own never fill one.
const MOST_BYTES: usize = 4 * LONGEST_ROW;
/// A tab goes on to the next multiple of this.
const TAB: usize = 8;
/// A byte that is no character is shown as `\x9b`.
const BROKEN: usize = 4;

/// One row on the screen: a line, or a part of a long one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// The first byte.
    pub(crate) start: usize,
    /// Behind the last one; the newline does not count.
    pub(crate) end: usize,
    /// Whether a line begins here: it gets a number.
    pub(crate) begins: bool,
    /// Whether a newline follows.
    pub(crate) newline: bool,
}

/// The rows of a text in so many columns, each broken between characters; `marks` tells whether spaces,
/// tabs and newlines are marked.
pub(crate) fn rows(bytes: &[u8], columns: usize, marks: bool) -> Vec<Row> {
    let mut rows = Rows {
        done: Vec::new(),
        columns: columns.clamp(1, LONGEST_ROW),
        start: 0,
        begins: true,
        width: 0,
        pieces: 0,
        last: None,
        at: 0,
    };
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            let width = match character {
                '\n' => {
                    rows.end_line();
                    continue;
                }
                '\t' => TAB - rows.width % TAB,
                _ => visible::width(character),
            };
            let kind = visible::kind(character, marks);
            rows.take(width, character.len_utf8(), kind);
        }
        for _ in chunk.invalid() {
            rows.take(BROKEN, 1, Kind::Broken);
        }
    }
    rows.finish()
}

struct Rows {
    done: Vec<Row>,
    columns: usize,
    /// Where the open row starts.
    start: usize,
    begins: bool,
    /// Its columns so far.
    width: usize,
    /// Its pieces so far, and the kind of the last one.
    pieces: usize,
    last: Option<Kind>,
    /// The bytes that have been taken.
    at: usize,
}

impl Rows {
    fn take(&mut self, width: usize, length: usize, kind: Kind) {
        let is_full = self.width + width > self.columns
            || self.at + length - self.start > MOST_BYTES
            || (self.pieces == MOST_PIECES && self.last != Some(kind));
        if self.at > self.start && is_full {
            self.close(false);
            self.begins = false;
        }
        self.pieces += usize::from(self.last.replace(kind) != Some(kind));
        self.width += width;
        self.at += length;
    }

    fn end_line(&mut self) {
        self.close(true);
        self.at += 1;
        self.start = self.at;
        self.begins = true;
    }

    fn close(&mut self, newline: bool) {
        self.done.push(Row {
            start: self.start,
            end: self.at,
            begins: self.begins,
            newline,
        });
        self.start = self.at;
        (self.width, self.pieces, self.last) = (0, 0, None);
    }

    fn finish(mut self) -> Vec<Row> {
        if self.at > self.start {
            self.close(false);
        }
        self.done
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn texts(text: &str, columns: usize) -> Vec<&str> {
        let rows = rows(text.as_bytes(), columns, false);
        rows.iter().map(|row| &text[row.start..row.end]).collect()
    }

    #[test]
    fn lines_break_at_newlines_and_where_there_is_no_more_room() {
        assert_eq!(texts("one\n\nthree", 80), ["one", "", "three"]);
        assert_eq!(texts("abcdef\ngh\n", 4), ["abcd", "ef", "gh"]);
        assert_eq!(texts("a\tb", 8), ["a\t", "b"]);
        assert_eq!(
            texts("한국어", 4),
            ["한국", "어"],
            "they are two columns wide"
        );
    }

    #[test]
    fn only_the_first_row_of_a_line_gets_a_number() {
        let rows = rows(b"abcdef\ngh", 4, false);
        let begins: Vec<bool> = rows.iter().map(|row| row.begins).collect();
        assert_eq!(begins, [true, false, true]);
        assert!(!rows[0].newline && rows[1].newline && !rows[2].newline);
    }

    #[test]
    fn no_row_has_too_many_pieces_or_bytes() {
        let words = "a ".repeat(2_000);
        assert_eq!(rows(words.as_bytes(), LONGEST_ROW, false).len(), 2);
        let pieces = |bytes: &[u8], marks| {
            let rows = rows(bytes, LONGEST_ROW, marks);
            let pieces = rows
                .iter()
                .map(|row| visible::pieces(&bytes[row.start..row.end], marks).len());
            pieces.max()
        };
        assert_eq!(pieces(words.as_bytes(), true), Some(MOST_PIECES));
        assert_eq!(pieces(&b"a\xff".repeat(2_000), false), Some(MOST_PIECES));
        let accents = "\u{301}".repeat(100_000);
        let rows = rows(accents.as_bytes(), 80, false);
        assert!(rows.iter().all(|row| row.end - row.start <= MOST_BYTES));
    }

    proptest! {
        /// The kinds that are counted are those that are drawn.
        #[test]
        fn pieces_are_counted_as_they_are_drawn(text in "[a \t\u{0}\u{7f}\u{200b}\u{301}é]{0,40}", marks: bool) {
            let mut kinds: Vec<Kind> = text.chars().map(|character| visible::kind(character, marks)).collect();
            kinds.dedup();
            let drawn: Vec<Kind> = visible::pieces(text.as_bytes(), marks).into_iter().map(|piece| piece.kind).collect();
            prop_assert_eq!(kinds, drawn);
        }

        /// Rows follow each other, and leave out newlines and nothing else.
        #[test]
        fn every_byte_is_in_one_row(bytes in proptest::collection::vec(any::<u8>(), 0..300), columns in 1usize..20, marks: bool) {
            let mut at = 0;
            for row in rows(&bytes, columns, marks) {
                prop_assert_eq!(row.start, at);
                prop_assert!(row.end >= row.start);
                prop_assert!(!bytes[row.start..row.end].contains(&b'\n'));
                at = row.end;
                if row.newline {
                    prop_assert_eq!(bytes[at], b'\n');
                    at += 1;
                }
            }
            prop_assert_eq!(at, bytes.len());
        }
    }
}
