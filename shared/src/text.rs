//! Text as Unix has it: bytes that are usually UTF-8 and need not be.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::de::{self, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An argument, a path, a variable or a typed text: any bytes.
///
/// In JSON it is a string when the bytes are UTF-8 and `{"base64": "…"}` when they are not, so that
/// everything the kernel accepts survives the trip. NUL, which the kernel accepts nowhere, is
/// refused later by [`check`](crate::check::check), with the place named. Clones share the bytes.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(Arc<[u8]>);

impl Text {
    /// Takes the bytes as they are.
    pub fn from_bytes(bytes: impl Into<Vec<u8>>) -> Self {
        Self(bytes.into().into())
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The bytes, taken out.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0.to_vec()
    }

    /// The text, if it is UTF-8.
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// For people: what is not UTF-8 is shown as U+FFFD. Never use it where meaning matters.
    pub fn lossy(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.0)
    }

    /// Whether there are no bytes.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the bytes hold a NUL, which no argument, path or variable can.
    pub fn has_nul(&self) -> bool {
        self.0.contains(&0)
    }
}

/// Text of others as one line for a person's eyes: what would break the line, steer a terminal or turn
/// the direction of writing is shown as `\u{1b}` instead of sent. What is tame already stays as it is.
pub fn tame(text: &str) -> Cow<'_, str> {
    if !text.contains(steers) {
        return Cow::Borrowed(text);
    }
    let mut tame = String::with_capacity(text.len());
    for character in text.chars() {
        if steers(character) {
            tame.extend(character.escape_default());
        } else {
            tame.push(character);
        }
    }
    Cow::Owned(tame)
}

/// The same for a text of several lines, whose ends stay.
pub fn tame_lines(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').map(tame).collect();
    lines.join("\n")
}

/// Control characters, the separators of lines and paragraphs, and the controls of bidirectional text
/// (UAX #9).
fn steers(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(text.as_bytes().into())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(text.into_bytes().into())
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.as_str() {
            Some(text) => write!(out, "{text:?}"),
            None => write!(out, "b\"{}\"", self.0.escape_ascii()),
        }
    }
}

impl fmt::Display for Text {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.lossy())
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.as_str() {
            Some(text) => serializer.serialize_str(text),
            None => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("base64", &BASE64.encode(&self.0))?;
                map.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a text, or {\"base64\": \"…\"} for bytes that are not UTF-8")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Text, E> {
        Ok(Text::from(text))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<Text, E> {
        Ok(Text::from(text))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Text, A::Error> {
        let mut bytes = None;
        while let Some(key) = map.next_key::<String>()? {
            if key != "base64" {
                return Err(de::Error::unknown_field(&key, &["base64"]));
            }
            let encoded: String = map.next_value()?;
            let decoded = BASE64
                .decode(&encoded)
                .map_err(|error| de::Error::custom(format!("broken base64: {error}")))?;
            bytes = Some(decoded);
        }
        bytes
            .map(Text::from_bytes)
            .ok_or_else(|| de::Error::missing_field("base64"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_bytes_survive_json(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let text = Text::from_bytes(bytes);
            let json = serde_json::to_string(&text).expect("text always serialises");
            prop_assert_eq!(serde_json::from_str::<Text>(&json).expect("own output parses"), text);
        }
    }

    #[test]
    fn what_would_steer_a_terminal_is_shown() {
        assert_eq!(tame("a\u{1b}[2J\r\n"), "a\\u{1b}[2J\\r\\n");
        assert_eq!(tame("\u{9b}2J\u{7f}"), "\\u{9b}2J\\u{7f}");
        assert_eq!(tame("gnp\u{202e}.exe"), "gnp\\u{202e}.exe");
        assert_eq!(tame_lines("a\u{2066}\nb\t"), "a\\u{2066}\nb\\t");
        // Letters of any direction, and joined emoji, are no controls.
        for plain in ["é 한국어 שלום", "👩\u{200d}💻", "a → b · ×"] {
            assert!(matches!(tame(plain), Cow::Borrowed(same) if same == plain));
        }
    }

    proptest! {
        #[test]
        fn what_is_tame_stays_as_it_is(text in "\\PC*|[\\x00-\\u{2070}]*") {
            let once = tame(&text).into_owned();
            prop_assert!(!once.contains(steers));
            prop_assert_eq!(tame(&once), once.as_str());
        }
    }

    #[test]
    fn broken_base64_is_an_error_with_words() {
        let error = serde_json::from_str::<Text>(r#"{"base64": "?"}"#).expect_err("not base64");
        assert!(error.to_string().contains("broken base64"), "{error}");
    }
}
