//! A guess at what will pass over a wire, and what came of it.

use std::rc::Rc;

use pipeyard_shared::preview::Preview;

use super::Flow;

/// What a person says to a wire's question before they see its data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Guess {
    /// A text, or how many lines there will be.
    Made(Rc<str>),
    /// They want to see it without.
    Waived,
}

/// What came of a guess.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is not known yet: more may come.
    Open,
    /// It came as was guessed.
    Right,
    /// So many lines were guessed, and so many came.
    Lines {
        /// The guess.
        guessed: u64,
        /// The truth.
        came: u64,
    },
    /// Another text came.
    Other,
}

/// Compares a guess with what passed. A text that is just a number is a number of lines, unless it is also the text
/// that came. Spaces at the ends of either say nothing.
pub(crate) fn judge(guess: &str, flow: &Flow) -> Verdict {
    if flow.end.is_none() {
        return Verdict::Open;
    }
    let text = first_bytes(&flow.preview);
    let whole = text.len() as u64 >= flow.bytes;
    if whole && same_text(guess, &String::from_utf8_lossy(&text)) {
        return Verdict::Right;
    }
    match (guess.trim().parse::<u64>(), lines(flow, &text, whole)) {
        (Ok(guessed), Some(came)) if guessed == came => Verdict::Right,
        (Ok(guessed), Some(came)) => Verdict::Lines { guessed, came },
        _ => Verdict::Other,
    }
}

/// How many lines came; one without a newline at its end is one too.
fn lines(flow: &Flow, text: &[u8], whole: bool) -> Option<u64> {
    let newlines = flow.lines?;
    let open = whole && text.last().is_some_and(|last| *last != b'\n');
    Some(newlines + u64::from(open))
}

/// A guess as bytes that can be compared with what came: its last line ends if there is one.
pub(crate) fn as_bytes(guess: &str) -> Rc<[u8]> {
    let mut text = guess.trim_end().to_owned();
    if !text.is_empty() {
        text.push('\n');
    }
    text.into_bytes().into()
}

/// The bytes from the first one on, as far as none is missing.
pub(crate) fn first_bytes(preview: &Preview) -> Rc<[u8]> {
    let first = preview.slices().into_iter().next();
    let first = first.filter(|slice| slice.offset == 0);
    first.map(|slice| slice.bytes.into()).unwrap_or_default()
}

fn same_text(one: &str, other: &str) -> bool {
    let lines = |text: &str| -> Vec<String> {
        let lines = text.trim_end().lines();
        lines.map(|line| line.trim().to_owned()).collect()
    };
    lines(one) == lines(other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pipeyard_shared::event::FlowEnd;

    fn flow(text: &str) -> Flow {
        let mut flow = Flow::new(100, false);
        let mut preview = Preview::new(100);
        preview.push(text.as_bytes());
        flow.bytes = text.len() as u64;
        flow.lines = Some(text.matches('\n').count() as u64);
        flow.preview = preview.into();
        flow.end = Some(FlowEnd::EndOfFile);
        flow
    }

    #[test]
    fn a_text_or_a_number_of_lines_is_right() {
        let came = flow("  2 a\n  1 b\n");
        assert_eq!(judge("2 a\n1 b", &came), Verdict::Right);
        assert_eq!(judge(" 2 ", &came), Verdict::Right);
        assert_eq!(
            judge("3", &came),
            Verdict::Lines {
                guessed: 3,
                came: 2
            }
        );
        assert_eq!(judge("2 a", &came), Verdict::Other);
        assert_eq!(
            judge("42", &flow("42\n")),
            Verdict::Right,
            "the text itself"
        );
        assert_eq!(judge("", &flow("")), Verdict::Right);
        assert_eq!(judge("1", &flow("open")), Verdict::Right);
    }

    #[test]
    fn nothing_is_judged_before_the_end_or_by_what_is_missing() {
        let mut open = flow("a\n");
        open.end = None;
        assert_eq!(judge("a", &open), Verdict::Open);
        let mut long = flow("a\n");
        long.bytes = 1_000;
        assert_eq!(judge("a", &long), Verdict::Other);
    }
}
