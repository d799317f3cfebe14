//! Names of links: the first letters and digits of a hash.

use sha2::{Digest, Sha256};

/// Letters and digits of a name. It takes some billions of links before two are likely to begin with the same ones.
pub const SHORTEST_NAME: usize = 11;
/// What a name has at the most, when shorter ones are taken.
pub const LONGEST_NAME: usize = 20;

/// No `-` and `_`: what finds addresses in texts leaves them out at the end.
const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The names that a fragment may have, the shortest first.
pub(super) fn names(fragment: &str) -> impl Iterator<Item = String> {
    let hash = Sha256::digest(fragment);
    let first: [u8; 16] = std::array::from_fn(|place| hash[place]);
    let mut rest = u128::from_be_bytes(first);
    let mut name = String::new();
    for _ in 0..LONGEST_NAME {
        name.push(char::from(ALPHABET[(rest % 62) as usize]));
        rest /= 62;
    }
    (SHORTEST_NAME..=LONGEST_NAME).map(move |length| name[..length].to_owned())
}

/// Whether a word can be a name.
pub(super) fn is_name(word: &str) -> bool {
    (SHORTEST_NAME..=LONGEST_NAME).contains(&word.len())
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_of_the_content_and_grow() {
        let made: Vec<String> = names("1abc").collect();
        assert_eq!(made.len(), LONGEST_NAME - SHORTEST_NAME + 1);
        for pair in made.windows(2) {
            assert!(is_name(&pair[0]) && pair[1].starts_with(&pair[0]));
        }
        // The same for ever: links of the past stand in texts.
        assert_eq!(made[0], "Bnjjmqwd6lF");
        assert_ne!(names("1abd").next(), made.first().cloned());
        for word in ["", "short", "0123456789_", "../../etc/passwd"] {
            assert!(!is_name(word), "{word}");
        }
    }
}
