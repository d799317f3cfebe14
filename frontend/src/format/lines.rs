//! Bytes broken into the rows that a screen shows, so that only those in sight need be drawn.

use super::visible;

/// Columns after which a row is broken even where long lines are not wrapped: no element of the page
/// gets longer than this.
pub(crate) const LONGEST_ROW: usize = 2_000;
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

/// The rows of a text in so many columns, each broken between characters.
pub(crate) fn rows(bytes: &[u8], columns: usize) -> Vec<Row> {
    let mut rows = Rows {
        done: Vec::new(),
        columns: columns.clamp(1, LONGEST_ROW),
        start: 0,
        begins: true,
        width: 0,
        at: 0,
    };
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '\n' => rows.end_line(),
                '\t' => rows.take(TAB - rows.width % TAB, 1),
                _ => rows.take(visible::width(character), character.len_utf8()),
            }
        }
        for _ in chunk.invalid() {
            rows.take(BROKEN, 1);
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
    /// The bytes that have been taken.
    at: usize,
}

impl Rows {
    fn take(&mut self, width: usize, length: usize) {
        if self.at > self.start && self.width + width > self.columns {
            self.close(false);
            self.begins = false;
        }
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
        self.width = 0;
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
        let rows = rows(text.as_bytes(), columns);
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
        let rows = rows(b"abcdef\ngh", 4);
        let begins: Vec<bool> = rows.iter().map(|row| row.begins).collect();
        assert_eq!(begins, [true, false, true]);
        assert!(!rows[0].newline && rows[1].newline && !rows[2].newline);
    }

    proptest! {
        /// Rows follow each other, and leave out newlines and nothing else.
        #[test]
        fn every_byte_is_in_one_row(bytes in proptest::collection::vec(any::<u8>(), 0..300), columns in 1usize..20) {
            let mut at = 0;
            for row in rows(&bytes, columns) {
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
