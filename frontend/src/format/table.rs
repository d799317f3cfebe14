//! Text in columns: separated by commas, semicolons or tabs, or by spaces, as programs line things up.

mod guess;

pub(crate) use guess::{guess, guess_loosely, is_number};

/// Columns that are told apart; the last one holds what follows.
pub(crate) const MOST_COLUMNS: usize = 40;
/// Rows that are read.
pub(crate) const MOST_ROWS: usize = 5_000;
/// Characters of a cell that are kept.
pub(crate) const LONGEST_CELL: usize = 160;

/// What stands between columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Separator {
    /// This byte; cells may be quoted.
    Byte(u8),
    /// Any number of spaces and tabs, in so many columns: the last one may have spaces in it.
    Spaces {
        /// How many columns.
        columns: usize,
    },
}

/// A text in columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Table {
    /// The cells, row by row; rows may be of different lengths.
    pub(crate) rows: Vec<Vec<String>>,
    /// Columns of the longest row.
    pub(crate) columns: usize,
    /// Whether the first row names the columns.
    pub(crate) header: bool,
    /// Whether bytes are left that would be more rows.
    pub(crate) more: bool,
}

impl Table {
    /// Reads a text. Where it is not `whole`, its last row may go on and is left out.
    pub(crate) fn read(bytes: &[u8], separator: Separator, whole: bool) -> Self {
        let mut table = Self::default();
        let mut rest = bytes;
        while !rest.is_empty() {
            if table.rows.len() == MOST_ROWS {
                table.more = true;
                break;
            }
            let (row, length, ended) = match separator {
                Separator::Byte(byte) => record(rest, byte),
                Separator::Spaces { columns } => words(rest, columns),
            };
            rest = &rest[length..];
            if !ended && !whole {
                table.more = true;
                break;
            }
            // Empty lines separate nothing.
            if row.iter().any(|cell| !cell.is_empty()) {
                table.columns = table.columns.max(row.len());
                table.rows.push(row);
            }
        }
        table.header = guess::has_header(&table.rows, separator);
        table
    }
}

/// One row of separated cells, the bytes that it took, and whether it ended in a newline. A quoted cell
/// may hold separators, newlines and, doubled, quotes.
fn record(bytes: &[u8], separator: u8) -> (Vec<String>, usize, bool) {
    let mut row = Vec::new();
    let mut cell: Vec<u8> = Vec::new();
    let mut at = 0;
    let mut quoted = false;
    let mut ended = false;
    let mut fresh = true;
    while let Some(byte) = bytes.get(at).copied() {
        at += 1;
        let starts = std::mem::replace(&mut fresh, false);
        if quoted {
            match (byte, bytes.get(at)) {
                (b'"', Some(b'"')) => {
                    at += 1;
                    cell.push(b'"');
                }
                (b'"', _) => quoted = false,
                _ => cell.push(byte),
            }
        } else if byte == b'"' && starts {
            quoted = true;
        } else if byte == b'\n' {
            ended = true;
            break;
        } else if byte == separator && row.len() + 1 < MOST_COLUMNS {
            row.push(finish(&cell));
            cell.clear();
            fresh = true;
        } else {
            cell.push(byte);
        }
    }
    row.push(finish(cell.strip_suffix(b"\r").unwrap_or(&cell)));
    (row, at, ended)
}

/// One row of words, as [`record`].
fn words(bytes: &[u8], columns: usize) -> (Vec<String>, usize, bool) {
    let end = bytes.iter().position(|byte| *byte == b'\n');
    let mut rest = bytes[..end.unwrap_or(bytes.len())].trim_ascii();
    let mut row = Vec::new();
    let most = columns.clamp(1, MOST_COLUMNS);
    while !rest.is_empty() {
        let word = if row.len() + 1 == most {
            rest.len()
        } else {
            rest.iter()
                .position(u8::is_ascii_whitespace)
                .unwrap_or(rest.len())
        };
        row.push(finish(&rest[..word]));
        rest = rest[word..].trim_ascii_start();
    }
    (row, end.map_or(bytes.len(), |end| end + 1), end.is_some())
}

/// A cell in which nothing hides, and not too long.
fn finish(cell: &[u8]) -> String {
    // No character that is shown takes less than a byte.
    let most = cell.len().min(LONGEST_CELL * 4);
    let text: String = super::visible::pieces(&cell[..most], false)
        .into_iter()
        .map(|piece| piece.text)
        .collect();
    let text = text.replace(['\n', '\t'], " ");
    match text.char_indices().nth(LONGEST_CELL) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests;
