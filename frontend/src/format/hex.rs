//! Bytes as rows of hexadecimal digits beside what they would be as text.

/// Bytes a row.
const WIDTH: usize = 16;

/// One row of a hex view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// The first byte's offset, at least four digits.
    pub(crate) offset: String,
    /// Sixteen places for pairs of digits, in two groups of eight; short rows end in spaces.
    pub(crate) digits: String,
    /// Printable ASCII; a middle dot for every other byte.
    pub(crate) text: String,
}

/// The rows of a slice that stands at `offset`. Rows begin at multiples of sixteen, so that a slice
/// from the middle lines up with what stands before it.
pub(crate) fn rows(offset: u64, bytes: &[u8]) -> Vec<Row> {
    let skipped = (offset % WIDTH as u64) as usize;
    let (first, rest) = bytes.split_at(bytes.len().min(WIDTH - skipped));
    let mut rows = Vec::with_capacity(bytes.len() / WIDTH + 2);
    if !first.is_empty() {
        rows.push(row(offset - skipped as u64, skipped, first));
    }
    let mut at = offset + first.len() as u64;
    for chunk in rest.chunks(WIDTH) {
        rows.push(row(at, 0, chunk));
        at += chunk.len() as u64;
    }
    rows
}

fn row(offset: u64, skipped: usize, bytes: &[u8]) -> Row {
    let mut digits = String::with_capacity(WIDTH * 3 + 1);
    let mut text = String::with_capacity(WIDTH);
    for place in 0..WIDTH {
        match place {
            0 => {}
            8 => digits.push_str("  "),
            _ => digits.push(' '),
        }
        match place.checked_sub(skipped).and_then(|at| bytes.get(at)) {
            Some(byte) => {
                digits.push_str(&format!("{byte:02x}"));
                text.push(match byte {
                    0x20..=0x7e => char::from(*byte),
                    _ => '·',
                });
            }
            None => {
                digits.push_str("  ");
                if place < skipped {
                    text.push(' ');
                }
            }
        }
    }
    Row {
        offset: format!("{offset:04x}"),
        digits,
        text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_shows_digits_and_text() {
        let rows = rows(0, b"Salted__\x9b\x1e\n");
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].offset, "0000");
        assert!(
            rows[0]
                .digits
                .starts_with("53 61 6c 74 65 64 5f 5f  9b 1e 0a")
        );
        assert_eq!(rows[0].text, "Salted__···");
    }

    #[test]
    fn a_slice_from_the_middle_stands_in_its_columns() {
        let rows = rows(0x1_000e, b"abcd");
        assert_eq!(rows[0].offset, "10000");
        assert_eq!(rows[0].text, format!("{}ab", " ".repeat(14)));
        assert_eq!(rows[1].offset, "10010");
        assert_eq!(rows[1].text, "cd");
        assert!(
            rows.iter()
                .all(|row| row.digits.len() == rows[0].digits.len())
        );
    }

    #[test]
    fn nothing_has_no_rows() {
        assert!(rows(7, b"").is_empty());
    }
}
