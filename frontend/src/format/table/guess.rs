//! Whether a text is in columns, and which bytes part them.

use super::{MOST_COLUMNS, Separator, record};
use crate::format::visible;

/// Bytes and rows that a guess looks at.
const SAMPLE_BYTES: usize = 8 << 10;
const SAMPLE_ROWS: usize = 20;
/// What may part columns, the surest first.
const BYTES: [u8; 3] = [b'\t', b',', b';'];

/// What parts the columns of a text that looks like a table by itself: every row has the same number of
/// cells, and there are enough of them that this is no accident.
pub(crate) fn guess(bytes: &[u8], whole: bool) -> Option<Separator> {
    let sample = &bytes[..bytes.len().min(SAMPLE_BYTES)];
    let whole = whole && sample.len() == bytes.len();
    if visible::is_binary(sample) {
        return None;
    }
    let found = BYTES.into_iter().find(|separator| {
        let counts = counts(sample, *separator, whole);
        let Some(first) = counts.first().copied() else {
            return false;
        };
        // Two cells a row happen in prose as well.
        let rows = if first > 2 { 2 } else { 3 };
        first > 1 && counts.len() >= rows && counts.iter().all(|count| *count == first)
    });
    found.map(Separator::Byte)
}

/// What parts the columns for somebody who asked for a table: a byte that is there at all, or spaces.
pub(crate) fn guess_loosely(bytes: &[u8], whole: bool) -> Separator {
    if let Some(sure) = guess(bytes, whole) {
        return sure;
    }
    let sample = &bytes[..bytes.len().min(SAMPLE_BYTES)];
    let most = |separator: u8| {
        counts(sample, separator, true)
            .into_iter()
            .max()
            .unwrap_or(0)
    };
    // A comma in prose is followed by a space; in a table it is not.
    let commas = sample
        .windows(2)
        .filter(|pair| pair[0] == b',' && pair[1] != b' ')
        .count();
    if most(b'\t') > 1 {
        return Separator::Byte(b'\t');
    }
    if most(b',') > 1 && commas > sample.iter().filter(|byte| **byte == b' ').count() {
        return Separator::Byte(b',');
    }
    let columns = sample
        .split(|byte| *byte == b'\n')
        .take(SAMPLE_ROWS)
        .map(|line| {
            line.split(u8::is_ascii_whitespace)
                .filter(|word| !word.is_empty())
                .count()
        })
        .filter(|words| *words > 0)
        .min();
    Separator::Spaces {
        columns: columns.unwrap_or(1).clamp(1, MOST_COLUMNS),
    }
}

/// Whether the first row names the columns: a number stands below in a column where none stands in it,
/// or all its cells are different words and the rows are separated by more than spaces.
pub(super) fn has_header(rows: &[Vec<String>], separator: Separator) -> bool {
    let Some((first, rest)) = rows.split_first() else {
        return false;
    };
    if rest.is_empty() || first.iter().any(|cell| cell.is_empty() || is_figure(cell)) {
        return false;
    }
    let numbers_below = (0..first.len()).any(|column| {
        let mut below = rest
            .iter()
            .take(SAMPLE_ROWS)
            .filter_map(|row| row.get(column))
            .peekable();
        below.peek().is_some() && below.all(|cell| is_figure(cell))
    });
    let different = first
        .iter()
        .enumerate()
        .all(|(at, cell)| !first[..at].contains(cell));
    numbers_below || (different && first.len() > 1 && matches!(separator, Separator::Byte(_)))
}

/// Cells a row, of the rows that are surely there in full.
fn counts(sample: &[u8], separator: u8, whole: bool) -> Vec<usize> {
    let mut counts = Vec::new();
    let mut rest = sample;
    while !rest.is_empty() && counts.len() < SAMPLE_ROWS {
        let (row, length, ended) = record(rest, separator);
        rest = &rest[length..];
        if (ended || whole) && row.iter().any(|cell| !cell.is_empty()) {
            counts.push(row.len());
        }
    }
    counts
}

/// What stands in a column of figures and names none: a number, a date, a time, a version.
fn is_figure(cell: &str) -> bool {
    let digits = cell.chars().filter(char::is_ascii_digit).count();
    digits > 0
        && cell
            .chars()
            .all(|character| character.is_ascii_digit() || " +-.,:/%$€£eE".contains(character))
}

/// A number, also with a sign, a percent sign, a currency or thousands apart; no date and no version.
pub(crate) fn is_number(cell: &str) -> bool {
    let mut text = cell;
    for mark in ["+", "-", "$", "€", "£"] {
        text = text.strip_prefix(mark).unwrap_or(text);
    }
    for mark in ["%", "$", "€", "£", " "] {
        text = text.strip_suffix(mark).unwrap_or(text);
    }
    let bytes = text.as_bytes();
    let power = bytes.iter().position(|byte| matches!(byte, b'e' | b'E'));
    let (digits, power) = match power {
        Some(at) => (&bytes[..at], &bytes[at + 1..]),
        None => (bytes, &b"0"[..]),
    };
    let power = match power {
        [b'+' | b'-', rest @ ..] => rest,
        power => power,
    };
    is_parted(digits) && !power.is_empty() && power.iter().all(u8::is_ascii_digit)
}

/// Digits with a point among them, or thousands apart.
fn is_parted(digits: &[u8]) -> bool {
    // What separates the digits that are looked at from those before, and how many they are.
    let (mut separator, mut length) = (None, 0);
    let fits = |separator: Option<u8>, length: usize| match separator {
        None => true,
        Some(b' ') => length == 3,
        Some(point) => length == 3 || digits.iter().filter(|byte| **byte == point).count() == 1,
    };
    for byte in digits {
        match byte {
            b'0'..=b'9' => length += 1,
            b' ' | b',' | b'.' if fits(separator, length) => (separator, length) = (Some(*byte), 0),
            _ => return false,
        }
    }
    fits(separator, length) && digits.iter().any(u8::is_ascii_digit)
}
