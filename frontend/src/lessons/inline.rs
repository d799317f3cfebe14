//! Sentences of questions and exercises, which a lesson's file has as text: `code`, *stress* and links are told apart here. Whatever
//! is none of them is text.

use pipeyard_shared::lesson::Inline;

/// Depth to which pieces are looked for within pieces.
const MOST_DEPTH: usize = 4;

/// The pieces of a sentence.
pub(crate) fn inline(text: &str) -> Vec<Inline> {
    pieces(text, MOST_DEPTH)
}

/// The same as it is read aloud.
pub(crate) fn plain(text: &str) -> String {
    fn add(pieces: &[Inline], out: &mut String) {
        for piece in pieces {
            match piece {
                Inline::Text(text) | Inline::Code(text) => out.push_str(text),
                Inline::Emphasis(words) | Inline::Strong(words) => add(words, out),
                Inline::Lesson { words, .. } | Inline::Link { words, .. } => add(words, out),
                Inline::Break => out.push(' '),
            }
        }
    }
    let mut out = String::new();
    add(&inline(text), &mut out);
    out
}

fn pieces(text: &str, depth: usize) -> Vec<Inline> {
    let mut found = Vec::new();
    let (mut rest, mut plain) = (text, String::new());
    while let Some(sign) = rest.chars().next() {
        match piece(rest, depth) {
            Some((piece, after)) => {
                if !plain.is_empty() {
                    found.push(Inline::Text(std::mem::take(&mut plain)));
                }
                found.push(piece);
                rest = after;
            }
            None => {
                plain.push(sign);
                rest = &rest[sign.len_utf8()..];
            }
        }
    }
    if !plain.is_empty() {
        found.push(Inline::Text(plain));
    }
    found
}

/// The piece that the text begins with, and what follows it; nothing where it begins with plain text.
fn piece(text: &str, depth: usize) -> Option<(Inline, &str)> {
    if let Some(rest) = text.strip_prefix('`') {
        let (code, after) = rest.split_once('`')?;
        return (!code.is_empty()).then(|| (Inline::Code(code.to_owned()), after));
    }
    let depth = depth.checked_sub(1)?;
    if let Some(rest) = text.strip_prefix("**") {
        let (words, after) = stressed(rest, "**")?;
        return Some((Inline::Strong(pieces(words, depth)), after));
    }
    if let Some(rest) = text.strip_prefix('*') {
        let (words, after) = stressed(rest, "*")?;
        return Some((Inline::Emphasis(pieces(words, depth)), after));
    }
    // Each search ends at the next bracket, so that reading takes no longer than the text is.
    let rest = text.strip_prefix('[')?;
    let (words, rest) = rest.split_at(rest.find(['[', ']'])?);
    let rest = rest.strip_prefix("](")?;
    let ends = |sign: char| sign == ')' || sign == '[' || sign.is_whitespace();
    let (target, after) = rest.split_at(rest.find(ends)?);
    let after = after.strip_prefix(')')?;
    let words = pieces(words, depth);
    let link = match target.strip_prefix("lesson:") {
        Some(name) => Inline::Lesson {
            name: name.to_owned(),
            words,
        },
        None if target.starts_with("https://") || target.starts_with("http://") => Inline::Link {
            address: target.to_owned(),
            words,
        },
        None => return None,
    };
    Some((link, after))
}

/// What stands up to the mark, where it hugs the words: `2 * 3 * 4` stresses nothing.
fn stressed<'text>(text: &'text str, mark: &str) -> Option<(&'text str, &'text str)> {
    let (words, after) = text.split_once(mark)?;
    let hugs = !words.is_empty()
        && !words.starts_with(char::is_whitespace)
        && !words.ends_with(char::is_whitespace);
    // A code that holds the mark is torn apart by nobody.
    let whole = words.matches('`').count() % 2 == 0;
    (hugs && whole).then_some((words, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_stress_and_links_are_told_apart() {
        let text = |text: &str| Inline::Text(text.to_owned());
        assert_eq!(
            inline("Run `a*b`, see *Data* and **all**."),
            [
                text("Run "),
                Inline::Code("a*b".into()),
                text(", see "),
                Inline::Emphasis(vec![text("Data")]),
                text(" and "),
                Inline::Strong(vec![text("all")]),
                text("."),
            ]
        );
        assert_eq!(
            inline("Next: [a `pipe`](lesson:pipes)."),
            [
                text("Next: "),
                Inline::Lesson {
                    name: "pipes".into(),
                    words: vec![text("a "), Inline::Code("pipe".into())],
                },
                text("."),
            ]
        );
        assert_eq!(
            plain("*Data* of [a `pipe`](lesson:pipes)"),
            "Data of a pipe"
        );
    }

    #[test]
    fn nothing_is_searched_to_the_end_again_and_again() {
        // Hours, if it were.
        for piece in ["[", "[a](", "[a](b ", "* a", "** a", "` ` ["] {
            let text = piece.repeat(200_000);
            assert!(!plain(&text).is_empty(), "{piece}");
        }
    }

    #[test]
    fn what_is_none_of_them_is_text() {
        for plain in [
            "2 * 3 * 4",
            "a ` alone",
            "``",
            "[words](javascript:alert)",
            "[words] (lesson:x)",
            "*open",
            "<b>bold</b>",
            "",
        ] {
            let text: Vec<Inline> = (!plain.is_empty())
                .then(|| Inline::Text(plain.to_owned()))
                .into_iter()
                .collect();
            assert_eq!(inline(plain), text, "{plain}");
        }
    }
}
