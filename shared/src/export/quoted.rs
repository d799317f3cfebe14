//! Texts between double quotes, as far as languages write them alike.

use std::borrow::Cow;

use crate::text::tame;

/// What stands between double quotes. What would steer an editor or a terminal is written by its number, each language in
/// its own way.
pub(super) fn escaped(text: &str, by_number: fn(u32) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '"' | '\\' => {
                out.push('\\');
                out.push(character);
            }
            '\n' => out += "\\n",
            '\r' => out += "\\r",
            '\t' => out += "\\t",
            other if matches!(tame(other.encode_utf8(&mut [0; 4])), Cow::Owned(_)) => {
                out += &by_number(u32::from(other));
            }
            other => out.push(other),
        }
    }
    out
}
