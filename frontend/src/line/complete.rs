//! Names of programs, offered while one is typed.

use std::ops::Range;

/// The most names that are offered at a time.
pub(crate) const MOST_OFFERED: usize = 8;

/// What can be put in place of the word before the caret.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Offer {
    /// Where the word is, in bytes.
    pub(crate) word: Range<usize>,
    /// The names that begin with it, the shortest first, without the word itself.
    pub(crate) names: Vec<String>,
    /// Whether the word itself is a name.
    pub(crate) is_whole: bool,
}

/// What is offered for a text with the caret at a place (in bytes): names, where the word before it is the first of
/// a command and ends there. `programs` are sorted.
pub(crate) fn offer(text: &str, caret: usize, programs: &[String]) -> Option<Offer> {
    let before = text.get(..caret)?;
    let behind = text.get(caret..)?.chars().next();
    if behind.is_some_and(|letter| !letter.is_whitespace() && !"|;&)".contains(letter)) {
        return None;
    }
    let start = behind_last(before, "|&;()<>`");
    let word = &before[start..];
    let is_bare = !word.is_empty() && !word.contains(['\'', '"', '\\', '$', '=', '/']);
    if !is_bare || !begins_command(&before[..start]) {
        return None;
    }
    let (names, is_whole) = starting_with(word, programs);
    (!names.is_empty()).then_some(Offer {
        word: start..caret,
        names,
        is_whole,
    })
}

/// The names that begin with a word, the shortest first, without the word itself; and whether it is one.
pub(crate) fn starting_with(word: &str, programs: &[String]) -> (Vec<String>, bool) {
    let from = programs.partition_point(|name| name.as_str() < word);
    let fitting = programs[from..]
        .iter()
        .take_while(|name| name.starts_with(word));
    let mut names: Vec<&String> = fitting.collect();
    let is_whole = names.first().is_some_and(|name| *name == word);
    names.retain(|name| *name != word);
    names.sort_by_key(|name| name.len());
    let names = names.into_iter().take(MOST_OFFERED).cloned();
    (names.collect(), is_whole)
}

/// The place behind the last blank or the last of these characters.
fn behind_last(text: &str, ends: &str) -> usize {
    let mut letters = text.char_indices().rev();
    let last = letters.find(|(_, letter)| letter.is_whitespace() || ends.contains(*letter));
    last.map_or(0, |(at, letter)| at + letter.len_utf8())
}

/// Whether a command begins behind this text: at its start, behind an operator, or behind assignments.
fn begins_command(before: &str) -> bool {
    // A quote that is open before the word makes the whole of it a part of another word.
    let quotes = |quote| before.matches(quote).count() % 2 == 1;
    if quotes('\'') || quotes('"') {
        return false;
    }
    let mut rest = before.trim_end_matches([' ', '\t']);
    loop {
        let Some(last) = rest.chars().next_back() else {
            return true;
        };
        if "|;&(`\n".contains(last) {
            // `>&` and `&>` are redirections; `<(` and `>(` begin commands.
            return !rest.ends_with(">&") && !rest.ends_with("<&");
        }
        let word = &rest[behind_last(rest, "|;&(")..];
        let assigns = word.split_once('=').is_some_and(|(name, _)| {
            !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        });
        if !assigns {
            return false;
        }
        rest = rest[..rest.len() - word.len()].trim_end_matches([' ', '\t']);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        let programs = ["cat", "sed", "seq", "shuf", "sort", "sortx", "tr", "true"];
        let programs: Vec<String> = programs.iter().map(|name| (*name).to_owned()).collect();
        let caret = text.find('^').expect("a caret");
        let text = text.replace('^', "");
        offer(&text, caret, &programs)
            .map(|offer| offer.names)
            .unwrap_or_default()
    }

    #[test]
    fn names_are_offered_where_a_command_begins() {
        assert_eq!(names("se^"), ["sed", "seq"]);
        assert_eq!(names("cat x | so^"), ["sort", "sortx"]);
        assert_eq!(names("cat x |so^ | cat"), ["sort", "sortx"]);
        assert_eq!(names("A=1 B=2 tr^"), ["true"]);
        assert_eq!(names("paste <(se^"), ["sed", "seq"]);
        assert_eq!(names("sort^"), ["sortx"]);
    }

    #[test]
    fn nowhere_else() {
        for text in [
            "^",
            "cat ^",
            "cat se^",
            "echo 'a | se^",
            "cat > se^",
            "cat 2>&se^",
            "xyz^",
            "se^q",
            "./se^",
            "$se^",
        ] {
            assert!(names(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn no_text_and_no_caret_make_it_panic() {
        let programs = vec!["가나".to_owned()];
        for caret in 0..20 {
            let _ = offer("가 | 가\u{3000}가", caret, &programs);
        }
        assert_eq!(offer("가", 3, &programs).expect("one").names, ["가나"]);
    }
}
