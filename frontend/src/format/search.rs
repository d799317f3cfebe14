//! Finding bytes within what is shown.

/// Places that are told apart; beyond them, more are known to be there and not counted.
pub(crate) const MOST_FOUND: usize = 9_999;

/// Where something stands, each place from its first byte to behind its last one, in order and
/// without overlap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    /// The places.
    pub(crate) places: Vec<(usize, usize)>,
    /// Whether there are more.
    pub(crate) more: bool,
}

/// Where `needle` stands, small letters and capitals of ASCII alike.
pub(crate) fn find(bytes: &[u8], needle: &[u8]) -> Found {
    let mut found = Found::default();
    let Some((first, rest)) = needle.split_first() else {
        return found;
    };
    let mut at = 0;
    while let Some(slice) = bytes.get(at..at + needle.len()) {
        if slice[0].eq_ignore_ascii_case(first) && slice[1..].eq_ignore_ascii_case(rest) {
            if found.places.len() == MOST_FOUND {
                found.more = true;
                break;
            }
            found.places.push((at, at + needle.len()));
            at += needle.len();
        } else {
            at += 1;
        }
    }
    found
}

/// The bytes that a text in hexadecimal digits stands for: pairs, with or without spaces between.
pub(crate) fn hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text
        .chars()
        .filter(|character| !character.is_whitespace())
        .map(|character| {
            character
                .to_digit(16)
                .and_then(|digit| u8::try_from(digit).ok())
        })
        .collect::<Option<_>>()?;
    let (pairs, []) = digits.as_chunks::<2>() else {
        return None;
    };
    let bytes: Vec<u8> = pairs.iter().map(|[high, low]| high * 16 + low).collect();
    Some(bytes).filter(|bytes| !bytes.is_empty())
}

/// Where something stands in bytes that are looked at in hex: what was typed is hexadecimal digits where
/// it can be, and text otherwise.
pub(crate) fn find_in_hex(bytes: &[u8], text: &str) -> Found {
    match hex(text) {
        Some(needle) => find_exactly(bytes, &needle),
        None => find(bytes, text.as_bytes()),
    }
}

fn find_exactly(bytes: &[u8], needle: &[u8]) -> Found {
    let mut found = find(bytes, needle);
    found
        .places
        .retain(|(start, end)| bytes.get(*start..*end) == Some(needle));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn letters_are_found_large_and_small() {
        let found = find(b"Error, error; terror", b"ERROR");
        assert_eq!(found.places, [(0, 5), (7, 12), (15, 20)]);
        assert!(find(b"abc", b"").places.is_empty());
        assert!(find(b"ab", b"abc").places.is_empty());
    }

    #[test]
    fn digits_are_bytes_in_the_hex_view() {
        assert_eq!(hex("53 61"), Some(vec![0x53, 0x61]));
        assert_eq!(hex("536"), None);
        assert_eq!(hex("salt"), None);
        assert_eq!(hex(" "), None);
        assert_eq!(find_in_hex(b"\x00Salted", "53 61").places, [(1, 3)]);
        assert!(
            find_in_hex(b"sA", "53 61").places.is_empty(),
            "bytes have no capitals"
        );
        assert_eq!(find_in_hex(b"\x00Salted", "salt").places, [(1, 5)]);
    }

    #[test]
    fn the_number_of_places_is_bounded() {
        let found = find(&[b'y'; MOST_FOUND + 5], b"y");
        assert_eq!((found.places.len(), found.more), (MOST_FOUND, true));
    }

    proptest! {
        #[test]
        fn what_is_found_is_there(bytes in proptest::collection::vec(0u8..4, 0..80), needle in proptest::collection::vec(0u8..4, 0..4)) {
            let mut before = 0;
            for (start, end) in find(&bytes, &needle).places {
                prop_assert!(start >= before);
                prop_assert_eq!(&bytes[start..end], &needle[..]);
                before = end;
            }
        }
    }
}
