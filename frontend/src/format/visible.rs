//! Bytes as text in which nothing hides: control characters and broken UTF-8 can be seen.

/// A piece of shown text, and why it is shown as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// What is shown.
    pub(crate) text: String,
    /// What it stands for.
    pub(crate) kind: Kind,
}

/// What a piece of shown text stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Itself.
    Plain,
    /// A character that has no picture of its own.
    Mark,
    /// Bytes that are not UTF-8.
    Broken,
}

/// The pieces of a text. Spaces, tabs and line ends become marks only when `all` is set; other
/// control characters and broken bytes always do.
pub(crate) fn pieces(bytes: &[u8], all: bool) -> Vec<Piece> {
    let mut pieces = Pieces::default();
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            push_character(&mut pieces, character, all);
        }
        for byte in chunk.invalid() {
            pieces.push(Kind::Broken, &format!("\\x{byte:02x}"));
        }
    }
    pieces.list
}

/// Whether bytes are better looked at in hex: not UTF-8, or with control characters that no text has.
pub(crate) fn is_binary(bytes: &[u8]) -> bool {
    let mut chunks = bytes.utf8_chunks().peekable();
    while let Some(chunk) = chunks.next() {
        // A slice may end in the middle of a character.
        if !chunk.invalid().is_empty() && chunks.peek().is_some() {
            return true;
        }
        if chunk.invalid().len() > 3 {
            return true;
        }
        let odd = |character: char| {
            character.is_control() && !matches!(character, '\n' | '\r' | '\t' | '\u{1b}' | '\u{8}')
        };
        if chunk.valid().chars().any(odd) {
            return true;
        }
    }
    matches!(bytes.utf8_chunks().last(), Some(last) if !last.invalid().is_empty() && last.valid().is_empty())
}

/// The columns that a character takes where it is shown by [`pieces`]; tabs and newlines are not its
/// business. As near as can be told without a font: what is wide in East Asian faces takes two.
pub(crate) fn width(character: char) -> usize {
    match character {
        ' '..='~' => 1,
        '\u{300}'..='\u{36f}' => 0,
        '\0'..='\u{1f}' | '\u{7f}' => 1,
        character if is_hidden(character) => format!("U+{:04X}", character as u32).len(),
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1faff}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}

/// What a character is shown as by [`pieces`].
pub(crate) fn kind(character: char, all: bool) -> Kind {
    match character {
        '\n' | '\t' | ' ' if all => Kind::Mark,
        '\n' | '\t' => Kind::Plain,
        character if is_hidden(character) => Kind::Mark,
        _ => Kind::Plain,
    }
}

#[derive(Default)]
struct Pieces {
    list: Vec<Piece>,
}

impl Pieces {
    fn push(&mut self, kind: Kind, text: &str) {
        match self.list.last_mut() {
            Some(last) if last.kind == kind => last.text.push_str(text),
            _ => self.list.push(Piece {
                text: text.to_owned(),
                kind,
            }),
        }
    }
}

fn push_character(pieces: &mut Pieces, character: char, all: bool) {
    let mut buffer = [0; 4];
    let own = &*character.encode_utf8(&mut buffer);
    match character {
        '\n' if all => {
            pieces.push(Kind::Mark, "↵");
            pieces.push(Kind::Plain, "\n");
        }
        '\t' if all => pieces.push(Kind::Mark, "⇥\t"),
        ' ' if all => pieces.push(Kind::Mark, "·"),
        '\n' | '\t' => pieces.push(Kind::Plain, own),
        // Control Pictures: U+2400 and up show U+0000 and up.
        '\0'..='\u{1f}' => {
            let picture = char::from_u32(0x2400 + character as u32).unwrap_or('?');
            pieces.push(Kind::Mark, picture.encode_utf8(&mut [0; 4]));
        }
        '\u{7f}' => pieces.push(Kind::Mark, "␡"),
        character if is_hidden(character) => {
            pieces.push(Kind::Mark, &format!("U+{:04X}", character as u32));
        }
        _ => pieces.push(Kind::Plain, own),
    }
}

/// Characters that take no room, or turn the direction of what follows.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(bytes: &[u8], all: bool) -> String {
        pieces(bytes, all)
            .into_iter()
            .map(|piece| piece.text)
            .collect()
    }

    #[test]
    fn marks_can_be_asked_for_and_nothing_else_ever_hides() {
        assert_eq!(shown(b"a b\tc\n", true), "a·b⇥\tc↵\n");
        assert_eq!(shown(b"a b\tc\n", false), "a b\tc\n");
        assert_eq!(shown(b"\0\x1b[1m\r\x7f", false), "␀␛[1m␍␡");
        assert_eq!(shown("\u{202e}x".as_bytes(), false), "U+202Ex");
        assert_eq!(shown(b"\xff\xc3\xa9\xc3", false), "\\xffé\\xc3");
    }

    #[test]
    fn neighbours_of_one_kind_are_one_piece() {
        assert_eq!(pieces(b"ab\xff\xfecd", false).len(), 3);
    }

    #[test]
    fn binary_is_told_from_text() {
        assert!(!is_binary(b"plain\n"));
        assert!(!is_binary("한국어".as_bytes()));
        assert!(!is_binary(&"한국어".as_bytes()[..4]), "cut in a character");
        assert!(is_binary(b"Salted__\x9b\x1e\xc4\x07"));
        assert!(is_binary(b"a\0b"));
        assert!(is_binary(b"\xff"));
        assert!(!is_binary(b""));
    }
}
