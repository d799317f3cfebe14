//! Words that nobody can guess.

use std::fmt::Write;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// The environment variables that can give a runner its keys. Stages never see them.
pub const KEY_VARIABLES: [&str; 3] = ["PIPEYARD_TOKEN", "PIPEYARD_METRICS_TOKEN", "PIPEYARD_ROOM"];

/// 128 random bits as 32 hexadecimal digits.
///
/// # Errors
/// When the system gives no random bytes.
pub fn random() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)?;
    let mut word = String::with_capacity(32);
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(word, "{byte:02x}");
    }
    Ok(word)
}

/// What a secret may be called where others read: nobody finds it by that.
pub fn alias(word: &str) -> String {
    let hash = Sha256::digest(word.as_bytes());
    hash.iter().take(4).fold(String::new(), |mut alias, byte| {
        // Writing to a string cannot fail.
        let _ = write!(alias, "{byte:02x}");
        alias
    })
}

/// Whether two words are the same, in a time that depends on their lengths only.
pub fn same(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_long_and_differ() {
        let words = [random(), random()].map(|word| word.expect("a random source"));
        assert_eq!(words[0].len(), 32);
        assert!(!same(&words[0], &words[1]));
        assert!(same(&words[0], &words[0].clone()));
        assert!(!same(&words[0], ""));
    }
}
