//! A row of text in its colours: what is invisible, what is what in JSON, and what was searched for.

use super::visible::{self, Kind};

/// What a piece of a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ink {
    /// Text.
    Plain,
    /// A mark for what has no picture of its own.
    Mark,
    /// Bytes that are not UTF-8, or not what they should be.
    Broken,
    /// A name in an object.
    Name,
    /// Text between quotes.
    Quoted,
    /// A number.
    Number,
    /// `true`, `false` or `null`.
    Word,
}

/// Whether a piece was searched for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hit {
    /// It was not.
    None,
    /// It is one of the places found.
    Found,
    /// It is the place that the person stands at.
    Current,
}

/// Bytes of one ink.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    /// The first byte.
    pub(crate) start: usize,
    /// Behind the last one.
    pub(crate) end: usize,
    /// Their ink.
    pub(crate) ink: Ink,
}

/// A piece of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Painted {
    /// What is shown.
    pub(crate) text: String,
    /// What it is.
    pub(crate) ink: Ink,
    /// Whether it was searched for.
    pub(crate) hit: Hit,
}

/// What there is to be painted besides the bytes. Spans and places are in order, without overlap.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Colours<'a> {
    /// Whether spaces, tabs and newlines are marked.
    pub(crate) marks: bool,
    /// What is what; the rest is plain.
    pub(crate) spans: &'a [Span],
    /// What was searched for.
    pub(crate) found: &'a [(usize, usize)],
    /// Which of the places the person stands at.
    pub(crate) current: Option<usize>,
}

/// The pieces of the bytes from `start` to `end`.
pub(crate) fn paint(bytes: &[u8], start: usize, end: usize, colours: &Colours<'_>) -> Vec<Painted> {
    let mut painted: Vec<Painted> = Vec::new();
    let end = end.min(bytes.len());
    let mut at = start;
    let mut span = colours.spans.partition_point(|span| span.end <= start);
    let mut place = colours.found.partition_point(|(_, end)| *end <= start);
    while at < end {
        let mut stop = end;
        let mut ink = Ink::Plain;
        if let Some(known) = colours.spans.get(span) {
            stop = stop.min(if known.start > at {
                known.start
            } else {
                known.end
            });
            if known.start <= at {
                ink = known.ink;
            }
        }
        let mut hit = Hit::None;
        if let Some((from, to)) = colours.found.get(place).copied() {
            stop = stop.min(if from > at { from } else { to });
            if from <= at {
                hit = if colours.current == Some(place) {
                    Hit::Current
                } else {
                    Hit::Found
                };
            }
        }
        for piece in visible::pieces(&bytes[at..stop], colours.marks) {
            let ink = match piece.kind {
                Kind::Plain => ink,
                Kind::Mark => Ink::Mark,
                Kind::Broken => Ink::Broken,
            };
            match painted.last_mut() {
                // Each is an element of the page.
                Some(Painted {
                    text,
                    ink: before,
                    hit: was,
                }) if (*before, *was) == (ink, hit) => {
                    text.push_str(&piece.text);
                }
                _ => painted.push(Painted {
                    text: piece.text,
                    ink,
                    hit,
                }),
            }
        }
        at = stop;
        span += usize::from(colours.spans.get(span).is_some_and(|known| known.end <= at));
        place += usize::from(colours.found.get(place).is_some_and(|(_, end)| *end <= at));
    }
    painted
}

impl Ink {
    /// The class of its elements.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Mark => "mark",
            Self::Broken => "mark mark--broken",
            Self::Name => "ink-name",
            Self::Quoted => "ink-quoted",
            Self::Number => "ink-number",
            Self::Word => "ink-word",
        }
    }
}

impl Hit {
    /// The class of its elements.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Found => "hit",
            Self::Current => "hit hit--current",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_was_found_is_cut_out_of_its_row() {
        let colours = Colours {
            found: &[(1, 3), (5, 6)],
            current: Some(1),
            ..Colours::default()
        };
        let painted = paint(b"abcdefg", 0, 7, &colours);
        let seen: Vec<(&str, Hit)> = painted
            .iter()
            .map(|piece| (&*piece.text, piece.hit))
            .collect();
        assert_eq!(
            seen,
            [
                ("a", Hit::None),
                ("bc", Hit::Found),
                ("de", Hit::None),
                ("f", Hit::Current),
                ("g", Hit::None)
            ]
        );
    }

    #[test]
    fn a_place_that_goes_over_rows_shows_in_each() {
        let colours = Colours {
            found: &[(2, 6)],
            ..Colours::default()
        };
        assert_eq!(paint(b"abcdefg", 0, 4, &colours)[1].text, "cd");
        assert_eq!(paint(b"abcdefg", 4, 7, &colours)[0].text, "ef");
    }

    proptest! {
        /// Colours change no character.
        #[test]
        fn the_text_stays(text in "[a-d\t ]{0,40}", cuts in proptest::collection::btree_set(0usize..40, 0..8), start in 0usize..40, other in proptest::collection::btree_set(0usize..40, 0..8)) {
            let ranges = |cuts: std::collections::BTreeSet<usize>| {
                let cuts: Vec<usize> = cuts.into_iter().collect();
                cuts.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect::<Vec<_>>()
            };
            let found = ranges(cuts);
            let spans: Vec<Span> = ranges(other).into_iter().map(|(start, end)| Span { start, end, ink: Ink::Number }).collect();
            let colours = Colours { spans: &spans, found: &found, ..Colours::default() };
            let start = start.min(text.len());
            let painted: String = paint(text.as_bytes(), start, text.len(), &colours).into_iter().map(|piece| piece.text).collect();
            prop_assert_eq!(painted, &text[start..]);
        }
    }
}
