//! `{lane}`, `{value}` and `{fd3}`: what differs from lane to lane.
//!
//! `{lane}` is the lane's number from 1, `{value}` its value, `{fd3}` to `{fd63}` the path of an extra
//! input. One more pair of braces makes it literal: `{{lane}}` stands for `{lane}`. Nothing else in
//! braces is touched, so `awk '{print $1}'` needs no care.

use crate::chain::{FIRST_EXTRA_INPUT, LAST_EXTRA_INPUT};
use crate::id::LaneNumber;
use crate::text::Text;

/// What the placeholders stand for in one lane.
#[derive(Clone, Copy, Debug)]
pub struct Substitution<'a> {
    /// For `{lane}`.
    pub lane: LaneNumber,
    /// For `{value}`; without one it becomes the lane's number, as it does for GNU parallel's `{}`
    /// over a counted input.
    pub value: Option<&'a Text>,
}

/// A placeholder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placeholder {
    /// `{lane}`.
    Lane,
    /// `{value}`.
    Value,
    /// `{fd3}` to `{fd63}`.
    Extra(u8),
}

impl Substitution<'_> {
    /// The text with its placeholders replaced.
    pub fn apply(&self, text: &Text) -> Text {
        let mut out = Vec::with_capacity(text.as_bytes().len());
        for piece in pieces(text.as_bytes()) {
            match piece {
                Piece::Bytes(bytes) => out.extend_from_slice(bytes),
                Piece::Placeholder(Placeholder::Lane) => {
                    out.extend_from_slice(self.lane.to_string().as_bytes());
                }
                Piece::Placeholder(Placeholder::Value) => match self.value {
                    Some(value) => out.extend_from_slice(value.as_bytes()),
                    None => out.extend_from_slice(self.lane.to_string().as_bytes()),
                },
                Piece::Placeholder(Placeholder::Extra(number)) => {
                    out.extend_from_slice(format!("/dev/fd/{number}").as_bytes());
                }
            }
        }
        Text::from_bytes(out)
    }
}

/// The most bytes that a text can become in any lane, given the longest of the lanes' values.
pub fn largest(text: &Text, longest_value: usize) -> u64 {
    // A lane's number and an extra input's path are shorter than what stands for them, or about as long.
    let grows = longest_value.max(10) as u64;
    let count = placeholders(text).len() as u64;
    (text.as_bytes().len() as u64).saturating_add(count.saturating_mul(grows))
}

/// The placeholders in a text, in order.
pub fn placeholders(text: &Text) -> Vec<Placeholder> {
    pieces(text.as_bytes())
        .into_iter()
        .filter_map(|piece| match piece {
            Piece::Bytes(_) => None,
            Piece::Placeholder(placeholder) => Some(placeholder),
        })
        .collect()
}

/// The text that becomes exactly `bytes` when placeholders are replaced.
pub fn literal(bytes: &[u8]) -> Text {
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        match placeholder_at(&bytes[at..]) {
            Some((_, length)) => {
                out.push(b'{');
                out.extend_from_slice(&bytes[at..at + length]);
                out.push(b'}');
                at += length;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    Text::from_bytes(out)
}

/// A part of a text.
pub(crate) enum Piece<'a> {
    /// These bytes.
    Bytes(&'a [u8]),
    /// What a placeholder stands for.
    Placeholder(Placeholder),
}

/// The parts of a text, in order.
pub(crate) fn pieces(bytes: &[u8]) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at < bytes.len() {
        let rest = &bytes[at..];
        if let Some(length) = escaped_at(rest) {
            pieces.push(Piece::Bytes(&bytes[start..at]));
            pieces.push(Piece::Bytes(&rest[1..length - 1]));
            at += length;
            start = at;
        } else if let Some((placeholder, length)) = placeholder_at(rest) {
            pieces.push(Piece::Bytes(&bytes[start..at]));
            pieces.push(Piece::Placeholder(placeholder));
            at += length;
            start = at;
        } else {
            at += 1;
        }
    }
    pieces.push(Piece::Bytes(&bytes[start..]));
    pieces
}

/// The length of an escaped placeholder at the start of `bytes`.
fn escaped_at(bytes: &[u8]) -> Option<usize> {
    let (_, length) = placeholder_at(bytes.strip_prefix(b"{")?)?;
    (bytes.get(length + 1) == Some(&b'}')).then_some(length + 2)
}

/// The placeholder at the start of `bytes`, and its length.
fn placeholder_at(bytes: &[u8]) -> Option<(Placeholder, usize)> {
    if bytes.starts_with(b"{lane}") {
        return Some((Placeholder::Lane, 6));
    }
    if bytes.starts_with(b"{value}") {
        return Some((Placeholder::Value, 7));
    }
    let digits = bytes.strip_prefix(b"{fd")?;
    let length = digits
        .iter()
        .position(|byte| *byte == b'}')
        .filter(|length| *length <= 2)?;
    let digits = str::from_utf8(&digits[..length]).ok()?;
    let number = digits
        .parse()
        .ok()
        .filter(|_| !digits.starts_with(['0', '+']))?;
    (FIRST_EXTRA_INPUT..=LAST_EXTRA_INPUT)
        .contains(&number)
        .then_some((Placeholder::Extra(number), length + 4))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn apply(text: &str) -> String {
        let value = Text::from("v");
        Substitution {
            lane: LaneNumber(2),
            value: Some(&value),
        }
        .apply(&text.into())
        .to_string()
    }

    #[test]
    fn replaces_what_it_knows_and_nothing_else() {
        assert_eq!(apply("a{lane}b{value}c{fd3}"), "a2bvc/dev/fd/3");
        assert_eq!(
            apply("{print $1} {fd2} {} {lane"),
            "{print $1} {fd2} {} {lane"
        );
        assert_eq!(apply("{{lane}} {{{lane}}}"), "{lane} {{lane}}");
    }

    proptest! {
        #[test]
        fn literal_text_stays_itself(text in "([{}a]|\\{lane\\}|\\{value\\}|\\{fd4\\}){0,12}") {
            prop_assert_eq!(apply(&literal(text.as_bytes()).to_string()), text);
        }
    }
}
