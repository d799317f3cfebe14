//! Bytes as rows of hexadecimal digits beside what they would be as text.

use super::paint::Hit;

/// Bytes a row where there is room.
pub(crate) const WIDE: usize = 16;
/// Bytes a row on a narrow screen.
pub(crate) const NARROW: usize = 8;

/// One row of a hex view.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Row {
    /// The first byte's offset, at least four digits.
    pub(crate) offset: String,
    /// Places for pairs of digits, in two groups; short rows end in spaces.
    pub(crate) digits: Vec<(String, Hit)>,
    /// Printable ASCII; a middle dot for every other byte.
    pub(crate) text: Vec<(String, Hit)>,
}

/// How many rows a slice has that stands at `offset`. Rows begin at multiples of `width`, so that a slice
/// from the middle lines up with what stands before it.
pub(crate) fn count(offset: u64, length: usize, width: usize) -> usize {
    if length == 0 {
        return 0;
    }
    (skipped(offset, width) + length).div_ceil(width)
}

/// The row with this number, from 0. `hit` tells for each place in `bytes` whether it was searched for.
pub(crate) fn row(
    offset: u64,
    bytes: &[u8],
    width: usize,
    number: usize,
    hit: impl Fn(usize) -> Hit,
) -> Row {
    let skipped = skipped(offset, width);
    let start = offset - skipped as u64 + (number * width) as u64;
    let mut row = Row {
        offset: format!("{start:04x}"),
        ..Row::default()
    };
    for place in 0..width {
        let at = (number * width + place).checked_sub(skipped);
        let found = at.and_then(|at| Some((*bytes.get(at)?, hit(at))));
        let space = match place {
            0 => "",
            _ if place * 2 == width => "  ",
            _ => " ",
        };
        // A space belongs to what is marked when both its neighbours do.
        let here = found.map_or(Hit::None, |(_, hit)| hit);
        let before = row.digits.last().map_or(Hit::None, |(_, hit)| *hit);
        push(
            &mut row.digits,
            space,
            if before == here { here } else { Hit::None },
        );
        match found {
            Some((byte, hit)) => {
                push(&mut row.digits, &format!("{byte:02x}"), hit);
                let text = match byte {
                    0x20..=0x7e => char::from(byte),
                    _ => '·',
                };
                push(&mut row.text, text.encode_utf8(&mut [0; 4]), hit);
            }
            None => {
                push(&mut row.digits, "  ", Hit::None);
                if at.is_none() {
                    push(&mut row.text, " ", Hit::None);
                }
            }
        }
    }
    row
}

fn skipped(offset: u64, width: usize) -> usize {
    (offset % width as u64) as usize
}

fn push(pieces: &mut Vec<(String, Hit)>, text: &str, hit: Hit) {
    match pieces.last_mut() {
        _ if text.is_empty() => {}
        Some((last, known)) if *known == hit => last.push_str(text),
        _ => pieces.push((text.to_owned(), hit)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn plain(offset: u64, bytes: &[u8], width: usize) -> Vec<(String, String, String)> {
        let joined = |pieces: Vec<(String, Hit)>| {
            pieces.into_iter().map(|(text, _)| text).collect::<String>()
        };
        (0..count(offset, bytes.len(), width))
            .map(|number| row(offset, bytes, width, number, |_| Hit::None))
            .map(|row| (row.offset, joined(row.digits), joined(row.text)))
            .collect()
    }

    #[test]
    fn a_row_shows_digits_and_text() {
        let rows = plain(0, b"Salted__\x9b\x1e\n", WIDE);
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].0, "0000");
        assert!(rows[0].1.starts_with("53 61 6c 74 65 64 5f 5f  9b 1e 0a"));
        assert_eq!(rows[0].2, "Salted__···");
        assert_eq!(
            plain(0, b"Salted__\x9b", NARROW)[0].1,
            "53 61 6c 74  65 64 5f 5f"
        );
    }

    #[test]
    fn a_slice_from_the_middle_stands_in_its_columns() {
        let rows = plain(0x1_000e, b"abcd", WIDE);
        assert_eq!(rows[0].0, "10000");
        assert_eq!(rows[0].2, format!("{}ab", " ".repeat(14)));
        assert_eq!((&*rows[1].0, &*rows[1].2), ("10010", "cd"));
        assert_eq!(rows[0].1.len(), rows[1].1.len());
    }

    #[test]
    fn what_was_found_is_marked_in_both_columns() {
        let row = row(0, b"abcd", NARROW, 0, |at| {
            if at == 1 || at == 2 {
                Hit::Found
            } else {
                Hit::None
            }
        });
        assert_eq!(row.text[1], ("bc".to_owned(), Hit::Found));
        assert_eq!(row.digits[1], ("62 63".to_owned(), Hit::Found));
    }

    #[test]
    fn nothing_has_no_rows() {
        assert_eq!(count(7, 0, WIDE), 0);
    }

    proptest! {
        /// Each byte stands once, in order, whatever the offset.
        #[test]
        fn every_byte_has_its_place(offset in 0u64..100_000, bytes in proptest::collection::vec(any::<u8>(), 0..70), wide: bool) {
            let width = if wide { WIDE } else { NARROW };
            let digits: String = plain(offset, &bytes, width).into_iter().map(|row| row.1).collect();
            let digits: String = digits.split_whitespace().collect();
            let expected: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            prop_assert_eq!(digits, expected);
        }
    }
}
