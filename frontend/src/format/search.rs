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
    scan(bytes, needle, <[u8]>::eq_ignore_ascii_case)
}

/// Where `needle` stands, by what `same` takes for it.
fn scan(bytes: &[u8], needle: &[u8], same: fn(&[u8], &[u8]) -> bool) -> Found {
    let mut found = Found::default();
    if needle.is_empty() {
        return found;
    }
    let mut at = 0;
    while let Some(slice) = bytes.get(at..at + needle.len()) {
        if same(slice, needle) {
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
        // Bytes have no capitals.
        Some(needle) => scan(bytes, &needle, |one, other| one == other),
        None => find(bytes, text.as_bytes()),
    }
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

    #[test]
    fn bytes_are_found_beside_others_that_read_like_them() {
        assert_eq!(find_in_hex(b"aAaXaA", "41 61").places, [(1, 3)]);
        let mut bytes = vec![b'A'; MOST_FOUND + 2_000];
        bytes.push(b'a');
        let last = bytes.len() - 1;
        assert_eq!(find_in_hex(&bytes, "61").places, [(last, last + 1)]);
    }

    proptest! {
        /// In hex every place is found where one is, as by looking at each byte.
        #[test]
        fn no_bytes_are_overlooked(bytes in proptest::collection::vec(prop_oneof![Just(b'a'), Just(b'A'), Just(b'b')], 0..60), needle in proptest::collection::vec(prop_oneof![Just(b'a'), Just(b'A')], 1..4)) {
            let text: String = needle.iter().map(|byte| format!("{byte:02x}")).collect();
            let found = find_in_hex(&bytes, &text);
            let there = bytes.windows(needle.len()).any(|window| window == needle);
            prop_assert_eq!(!found.places.is_empty(), there);
            for (start, end) in found.places {
                prop_assert_eq!(&bytes[start..end], &needle[..]);
            }
        }

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
