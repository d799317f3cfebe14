//! Arguments as words: what a pasted text means, and what keys do to the list of them.

use pipeyard_shared::Text;
use pipeyard_shared::chain::{FIRST_EXTRA_INPUT, LAST_EXTRA_INPUT, StageKind};
use pipeyard_shared::shell::quote;
use pipeyard_shared::substitute::literal;

use crate::sharing::chain_of;

/// The words of a text, as a shell would take them apart: `a "b c"` are two. Nothing where only a shell could do it
/// (`$HOME`, `*`), and where the text has none.
pub(crate) fn shell_words(text: &str) -> Option<Vec<Text>> {
    let line = text.trim().replace(['\r', '\n'], " ");
    let chain = chain_of(&format!("x {line}"))?;
    let [stage] = <[_; 1]>::try_from(chain.stages).ok()?;
    let StageKind::Process(process) = stage.kind else {
        return None;
    };
    let mut words = process.args;
    meant(&mut words);
    (!words.is_empty()).then_some(words)
}

/// In a text, `{fd3}` has no wire and is taken for itself; where a stage is edited, it means the extra input.
fn meant(words: &mut [Text]) {
    let names = (FIRST_EXTRA_INPUT..=LAST_EXTRA_INPUT).map(|number| format!("{{fd{number}}}"));
    let names: Vec<String> = names.collect();
    for word in words {
        if let Some(name) = names.iter().find(|name| *word == literal(name.as_bytes())) {
            *word = name.as_str().into();
        }
    }
}

/// How a shell would need a word to be written, where that is not the word itself.
pub(crate) fn quoted(word: &Text) -> Option<String> {
    let quoted = quote(word.as_bytes());
    (quoted.as_bytes() != word.as_bytes()).then_some(quoted)
}

/// What became of the words, and where the keyboard goes: to this word, at this place in it (in UTF-16 units, as
/// browsers count).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Typed {
    /// The words.
    pub(crate) words: Vec<Text>,
    /// Which word.
    pub(crate) word: usize,
    /// Where in it.
    pub(crate) caret: usize,
}

/// A text is pasted into a word, in place of what is selected there (from, to). Nothing where it is to be taken as
/// it is: as part of this one word.
pub(crate) fn pasted(
    words: &[Text],
    word: usize,
    selected: (usize, usize),
    text: &str,
) -> Option<Typed> {
    let mut fresh = shell_words(text)?;
    let here = words.get(word)?.as_str()?;
    let units: Vec<u16> = here.encode_utf16().collect();
    let (from, to) = (selected.0.min(units.len()), selected.1.min(units.len()));
    let before = String::from_utf16_lossy(&units[..from.min(to)]);
    let after = String::from_utf16_lossy(&units[to.max(from)..]);
    let whole = before.is_empty() && after.is_empty();
    if fresh.len() == 1 && !(whole && quoted(fresh.first()?).is_some()) {
        return None;
    }
    let last = word + fresh.len() - 1;
    let first = fresh.first_mut()?;
    *first = Text::from_bytes([before.as_bytes(), first.as_bytes()].concat());
    let end = fresh.last_mut()?;
    let caret = end.as_str()?.encode_utf16().count();
    *end = Text::from_bytes([end.as_bytes(), after.as_bytes()].concat());
    let mut all = words.to_vec();
    all.splice(word..=word, fresh);
    Some(Typed {
        words: all,
        word: last,
        caret,
    })
}

/// A new word behind this one takes what stood behind the caret.
pub(crate) fn split(words: &[Text], word: usize, caret: usize) -> Option<Typed> {
    let units: Vec<u16> = words.get(word)?.as_str()?.encode_utf16().collect();
    let at = caret.min(units.len());
    let mut all = words.to_vec();
    all[word] = String::from_utf16_lossy(&units[..at]).into();
    all.insert(word + 1, String::from_utf16_lossy(&units[at..]).into());
    Some(Typed {
        words: all,
        word: word + 1,
        caret: 0,
    })
}

/// A word goes; the keyboard goes to the end of the one before it, or to what is then the first.
pub(crate) fn without(words: &[Text], word: usize) -> Typed {
    let mut all = words.to_vec();
    if word < all.len() {
        all.remove(word);
    }
    let beside = word.saturating_sub(1);
    let caret = match word {
        0 => 0,
        _ => all
            .get(beside)
            .map_or(0, |text| text.lossy().encode_utf16().count()),
    };
    Typed {
        words: all,
        word: beside,
        caret,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn texts(words: &[&str]) -> Vec<Text> {
        words.iter().copied().map(Text::from).collect()
    }

    #[test]
    fn a_pasted_text_becomes_words() {
        let typed = pasted(&texts(&["-n", ""]), 1, (0, 0), "a \"b c\" d").expect("words");
        assert_eq!(typed.words, texts(&["-n", "a", "b c", "d"]));
        assert_eq!((typed.word, typed.caret), (3, 1));
    }

    #[test]
    fn what_stands_around_the_caret_stays() {
        let typed = pasted(&texts(&["xyz"]), 0, (1, 2), "a b").expect("words");
        assert_eq!(typed.words, texts(&["xa", "bz"]));
        assert_eq!((typed.word, typed.caret), (1, 1));
    }

    #[test]
    fn one_plain_word_and_what_only_a_shell_understands_are_taken_as_they_are() {
        for text in ["plain", "$HOME x", "*.txt b", "it's"] {
            assert_eq!(pasted(&texts(&[""]), 0, (0, 0), text), None, "{text}");
        }
        let quoted = pasted(&texts(&[""]), 0, (0, 0), "'b c'").expect("a word");
        assert_eq!(
            quoted.words,
            texts(&["b c"]),
            "its quotes are not part of it"
        );
        let inside = pasted(&texts(&["ab"]), 0, (1, 1), "'b c'");
        assert_eq!(inside, None, "within a word every character may be meant");
    }

    #[test]
    fn extra_inputs_are_meant() {
        assert_eq!(shell_words("- {fd3}"), Some(texts(&["-", "{fd3}"])));
    }

    #[test]
    fn words_are_split_and_taken_out() {
        let typed = split(&texts(&["ab", "c"]), 0, 1).expect("a word");
        assert_eq!(typed.words, texts(&["a", "b", "c"]));
        assert_eq!((typed.word, typed.caret), (1, 0));
        let typed = without(&texts(&["ab", "", "c"]), 1);
        assert_eq!(typed.words, texts(&["ab", "c"]));
        assert_eq!((typed.word, typed.caret), (0, 2));
        assert_eq!(without(&texts(&[""]), 0).words, texts(&[]));
    }

    proptest! {
        #[test]
        fn nothing_that_is_pasted_panics_or_loses_what_stood_there(
            text in "\\PC{0,30}", here in "\\PC{0,8}", from in 0usize..12, to in 0usize..12
        ) {
            if let Some(typed) = pasted(&texts(&["a", &here, "z"]), 1, (from.min(to), to.max(from)), &text) {
                prop_assert_eq!(typed.words.first(), Some(&"a".into()));
                prop_assert_eq!(typed.words.last(), Some(&"z".into()));
                prop_assert!(typed.word < typed.words.len() - 1);
            }
        }
    }
}
