//! The keys of a runner.

use anyhow::{Result, anyhow, bail};

use crate::secret;

/// Where a key comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whose {
    /// The operator's, who knows it.
    Given,
    /// Made just now: nobody knows it who is not told.
    Own,
}

/// A new one.
///
/// # Errors
/// When the system gives no random bytes.
pub(super) fn random() -> Result<String> {
    secret::random().map_err(|error| anyhow!("no random key: {error}"))
}

/// A key that can stand in an address and in a cookie as it is, and that nobody guesses.
///
/// # Errors
/// When it is no such key; says which one it is by where it is `from`.
pub(super) fn checked<'a>(key: &'a str, from: &str) -> Result<&'a str> {
    let plain = key
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if !plain || key.len() < 16 {
        bail!(
            "the key of {from} must have 16 or more letters, digits, `-` and `_`: `openssl rand -hex 16` makes one"
        );
    }
    Ok(key)
}
