//! Which part of a text is drawn how.

use pipeyard_shared::StageId;
use pipeyard_shared::chain::Chain;
use pipeyard_shared::shell::{Part, Spoken, quote};

/// What stands in place of a secret.
pub(crate) const DOTS: &str = "••••••";

/// A piece of the text that is drawn in one way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// Its characters.
    pub(crate) text: String,
    /// The stage that it says, if it says one.
    pub(crate) stage: Option<StageId>,
    /// Whether something is wrong here.
    pub(crate) is_wrong: bool,
}

/// The pieces of a text in order: each belongs to the innermost part that holds it. At the end of a text, and of a
/// line, what is wrong is a piece of one blank.
pub(crate) fn pieces(text: &str, parts: &[Part], wrong: Option<usize>) -> Vec<Piece> {
    let wrong = wrong.map(|at| wrong_range(text, at));
    let mut edges = vec![0, text.len()];
    for part in parts {
        edges.extend([part.text.start, part.text.end]);
    }
    edges.extend(wrong.iter().flat_map(|range| [range.start, range.end]));
    edges.retain(|edge| *edge <= text.len() && text.is_char_boundary(*edge));
    edges.sort_unstable();
    edges.dedup();
    let mut pieces = Vec::new();
    let stands_alone = |at: usize| {
        let is_empty = wrong
            .as_ref()
            .is_some_and(|range| range.is_empty() && range.start == at);
        is_empty.then(|| Piece {
            text: " ".into(),
            stage: None,
            is_wrong: true,
        })
    };
    for pair in edges.windows(2) {
        let (start, end) = (pair[0], pair[1]);
        pieces.extend(stands_alone(start));
        let holds = |part: &&Part| part.text.start <= start && end <= part.text.end;
        let inner = parts
            .iter()
            .filter(holds)
            .min_by_key(|part| part.text.len());
        let inside = wrong.as_ref();
        pieces.push(Piece {
            text: text[start..end].to_owned(),
            stage: inner.map(|part| part.stage.clone()),
            is_wrong: inside.is_some_and(|range| range.start <= start && end <= range.end),
        });
    }
    pieces.extend(stands_alone(text.len()));
    pieces
}

/// From the place to the end of the word; nothing of the text at its end and at that of a line.
fn wrong_range(text: &str, at: usize) -> std::ops::Range<usize> {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let mut letters = text[at..].chars();
    let Some(first) = letters.next().filter(|first| *first != '\n') else {
        return at..at;
    };
    let word = letters.take_while(|letter| letter.is_alphanumeric() && first.is_alphanumeric());
    at..at + first.len_utf8() + word.map(char::len_utf8).sum::<usize>()
}

/// The parts after a text has changed in one place: those behind it move, those around it grow.
pub(crate) fn shifted(parts: &[Part], before: &str, after: &str) -> Vec<Part> {
    let front = before.bytes().zip(after.bytes());
    let front = front.take_while(|(one, other)| one == other).count();
    let most = before.len().min(after.len()) - front;
    let back = before.bytes().rev().zip(after.bytes().rev()).take(most);
    let back = back.take_while(|(one, other)| one == other).count();
    let end = before.len() - back;
    let moved = |at: usize| match at {
        at if at >= end => at + after.len() - before.len(),
        at if at <= front => at,
        _ => after.len() - back,
    };
    // Of what is gone as a whole nothing is left to move.
    let is_left = |part: &&Part| part.text.start < front || part.text.end > end || front == end;
    let shifted = parts.iter().filter(is_left).map(|part| Part {
        stage: part.stage.clone(),
        // What is added right behind a part belongs to it.
        text: match part.text.start {
            start if start > front => moved(start),
            start => start,
        }..moved(part.text.end),
    });
    shifted
        .filter(|part| part.text.start < part.text.end)
        .collect()
}

/// The line with dots in place of what looks like a secret.
pub(crate) fn dotted(said: &Spoken, chain: &Chain) -> Spoken {
    let mut dotted = said.clone();
    for stage in &chain.stages {
        let Some(setup) = stage.setup() else { continue };
        for variable in &setup.environment {
            let name = variable.name.lossy();
            let Some(value) = variable.value.as_ref().filter(|_| is_secret(&name)) else {
                continue;
            };
            let part = dotted.parts.iter().find(|part| part.stage == stage.id);
            let Some(from) = part.map(|part| part.text.start) else {
                continue;
            };
            let shown = format!("{name}={} ", quote(value.as_bytes()));
            let Some(at) = dotted.text.get(from..).and_then(|text| text.find(&shown)) else {
                continue;
            };
            let start = from + at + name.len() + 1;
            let mut text = dotted.text.clone();
            text.replace_range(start..from + at + shown.len() - 1, DOTS);
            dotted.parts = shifted(&dotted.parts, &dotted.text, &text);
            dotted.text = text;
        }
    }
    dotted
}

/// Whether a variable of this name is likely to hold a secret.
pub(crate) fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["pass", "secret", "token", "key"]
        .iter()
        .any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::line::said;
    use pipeyard_shared::example;
    use proptest::prelude::*;

    fn part(stage: &str, text: std::ops::Range<usize>) -> Part {
        Part {
            stage: stage.into(),
            text,
        }
    }

    fn drawn(text: &str, parts: &[Part], wrong: Option<usize>) -> String {
        let pieces = pieces(text, parts, wrong).into_iter();
        let drawn = pieces.map(|piece| {
            let stage = piece
                .stage
                .map(|stage| stage.to_string())
                .unwrap_or_default();
            let wrong = if piece.is_wrong { "!" } else { "" };
            format!("[{stage}{wrong}:{}]", piece.text)
        });
        drawn.collect()
    }

    #[test]
    fn a_piece_belongs_to_the_innermost_stage() {
        let parts = [part("in", 5..9), part("sort", 0..9), part("wc", 12..14)];
        assert_eq!(
            drawn("sort < in | wc", &parts, None),
            "[sort:sort ][in:< in][: | ][wc:wc]"
        );
    }

    #[test]
    fn what_is_wrong_is_marked_where_it_is() {
        assert_eq!(drawn("a |", &[part("a", 0..1)], Some(3)), "[a:a][: |][!: ]");
        assert_eq!(drawn("a )b", &[], Some(2)), "[:a ][!:)][:b]");
        assert_eq!(drawn("a |\n| b", &[], Some(3)), "[:a |][!: ][:\n| b]");
        assert_eq!(drawn("가 가", &[], Some(4)), "[:가 ][!:가]");
    }

    #[test]
    fn parts_go_along_with_typing() {
        let parts = [part("a", 0..3), part("b", 6..9)];
        let after = shifted(&parts, "abc | def", "abxc | def");
        assert_eq!(after, [part("a", 0..4), part("b", 7..10)]);
        let after = shifted(&parts, "abc | def", "abc | defg");
        assert_eq!(after[1], part("b", 6..10));
        assert_eq!(shifted(&parts, "abc | def", "abc")[..], [part("a", 0..3)]);
        assert!(shifted(&parts, "abc | def", "x").is_empty());
    }

    #[test]
    fn secrets_are_dots() {
        let chain = example::opening();
        let line = said(&chain).expect("a line");
        let dotted = dotted(&line, &chain);
        assert!(line.text.contains("password="), "{}", line.text);
        assert_eq!(
            dotted.text,
            "head -c 10 /dev/urandom | password=•••••• openssl enc -des3 -pbkdf2 -pass env:password | md5sum"
        );
        let last = dotted.parts.last().expect("three");
        assert_eq!(&dotted.text[last.text.clone()], "md5sum");
    }

    proptest! {
        #[test]
        fn all_of_the_text_is_drawn(
            text in "[a-z가 |\n]{0,12}", ranges in proptest::collection::vec((0usize..14, 0usize..14), 0..4),
            wrong in proptest::option::of(0usize..16), other in "[a-z가 |\n]{0,12}"
        ) {
            let parts: Vec<Part> = ranges
                .into_iter()
                .map(|(one, two)| part("x", one.min(two)..one.max(two)))
                .collect();
            let pieces = pieces(&text, &parts, wrong);
            let drawn: String = pieces
                .iter()
                .filter(|piece| !(piece.is_wrong && piece.text == " "))
                .map(|piece| piece.text.as_str())
                .collect();
            prop_assert_eq!(drawn.replace(' ', ""), text.replace(' ', ""));
            let inside: Vec<Part> = parts.into_iter().filter(|part| part.text.end <= text.len()).collect();
            for part in shifted(&inside, &text, &other) {
                prop_assert!(part.text.end <= other.len());
            }
        }
    }
}
