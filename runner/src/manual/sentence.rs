//! The first sentence of a text.

/// The longest sentence that is quoted, in characters; what is longer ends in an ellipsis.
pub(super) const SENTENCE_CHARACTERS: usize = 300;

/// What a full stop does not end a sentence behind.
const ABBREVIATIONS: [&str; 9] = [
    "e.g", "i.e", "etc", "vs", "cf", "approx", "resp", "viz", "fig",
];

/// The first sentence, with its blanks made single.
pub(super) fn first_sentence(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut end = text.len();
    for (at, stop) in text.char_indices() {
        if !matches!(stop, '.' | '!' | '?' | '。') {
            continue;
        }
        let (before, behind) = (&text[..at], &text[at + stop.len_utf8()..]);
        if behind.is_empty() {
            break;
        }
        let next = behind
            .strip_prefix(' ')
            .and_then(|rest| rest.chars().next());
        let goes_on = next.is_none_or(char::is_lowercase);
        let word = before.rsplit([' ', '(']).next().unwrap_or_default();
        if !goes_on && !ABBREVIATIONS.contains(&word.to_lowercase().as_str()) {
            end = at + stop.len_utf8();
            break;
        }
    }
    shortened(&text[..end])
}

fn shortened(sentence: &str) -> String {
    let Some((limit, _)) = sentence.char_indices().nth(SENTENCE_CHARACTERS) else {
        return sentence.to_owned();
    };
    let kept = &sentence[..limit];
    let kept = kept.rsplit_once(' ').map_or(kept, |(kept, _)| kept);
    format!("{kept} …")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_ends_where_people_end_it() {
        for (text, first) in [
            ("", ""),
            ("print it", "print it"),
            ("Print it.  Then stop.", "Print it."),
            (
                "Print it, e.g. a line.  Then stop.",
                "Print it, e.g. a line.",
            ),
            ("Print it (i.e. Linux). More.", "Print it (i.e. Linux)."),
            ("Use 1.5 times as much. More.", "Use 1.5 times as much."),
            (
                "See foo.conf for it. more of it. End.",
                "See foo.conf for it. more of it.",
            ),
            ("줄을 출력합니다. 그리고 끝냅니다.", "줄을 출력합니다."),
        ] {
            assert_eq!(first_sentence(text), first);
        }
        let long = first_sentence(&"word ".repeat(200));
        assert!(long.chars().count() <= SENTENCE_CHARACTERS + 2 && long.ends_with(" …"));
    }
}
