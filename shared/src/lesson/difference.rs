//! What differs between what came out and what should have.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Comparison;
use super::question::number;
use crate::text::tame;

/// Characters of a line that are told.
const LINE_CHARACTERS: usize = 160;
/// Lines that are told of those that are missing, and of those that are too many.
const TOLD_LINES: usize = 3;

/// What differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Difference {
    /// Nothing came out, and something should have.
    Nothing {
        /// How many lines should have.
        wanted: u64,
    },
    /// The lines are those that are wanted, in another order.
    Order {
        /// The first line that stands elsewhere, from 1.
        line: u64,
        /// What stands there.
        found: String,
        /// What should.
        wanted: String,
    },
    /// Only blanks, tabs or carriage returns differ.
    Blanks {
        /// The first such line, from 1.
        line: u64,
        /// With its blanks shown.
        found: String,
        /// With its blanks shown.
        wanted: String,
    },
    /// Only the end of the last line differs.
    LastLineEnd {
        /// Whether the last line should end with a line end.
        wanted: bool,
    },
    /// Some line differs, or is missing, or is too many.
    Line {
        /// The first such line, from 1.
        line: u64,
        /// What stands there, if anything.
        found: Option<String>,
        /// What should, if anything.
        wanted: Option<String>,
        /// How many lines came out.
        lines_found: u64,
        /// How many should have.
        lines_wanted: u64,
    },
    /// As sets of lines they differ.
    Lines {
        /// The first few that are missing, and how many are.
        missing: (Vec<String>, u64),
        /// The first few that are too many, and how many are.
        extra: (Vec<String>, u64),
    },
    /// A number differs.
    Number {
        /// Its place, from 1.
        place: u64,
        /// It, as it came out.
        found: Option<String>,
        /// It, as it should be.
        wanted: Option<String>,
    },
}

/// What differs, by this comparison; nothing when nothing does.
pub(super) fn difference(by: Comparison, found: &[u8], wanted: &[u8]) -> Option<Difference> {
    let differs = match by {
        Comparison::Exact => found != wanted,
        Comparison::Set => counted(found) != counted(wanted),
        Comparison::Number => return numbers(found, wanted),
        Comparison::Nothing => false,
    };
    if !differs {
        return None;
    }
    if found.is_empty() {
        let wanted = lines(wanted).len() as u64;
        return Some(Difference::Nothing { wanted });
    }
    Some(match by {
        Comparison::Set => sets(found, wanted),
        _ => exact(found, wanted),
    })
}

fn exact(found: &[u8], wanted: &[u8]) -> Difference {
    let (ours, theirs) = (lines(found), lines(wanted));
    let Some(at) = (0..ours.len().max(theirs.len())).find(|&at| ours.get(at) != theirs.get(at))
    else {
        let wanted = wanted.ends_with(b"\n");
        return Difference::LastLineEnd { wanted };
    };
    let line = at as u64 + 1;
    if let (Some(here), Some(there)) = (ours.get(at), theirs.get(at)) {
        if without_blanks(found) == without_blanks(wanted) {
            let (found, wanted) = (with_blanks(here), with_blanks(there));
            return Difference::Blanks {
                line,
                found,
                wanted,
            };
        }
        if counted(found) == counted(wanted) {
            let (found, wanted) = (told(here), told(there));
            return Difference::Order {
                line,
                found,
                wanted,
            };
        }
    }
    Difference::Line {
        line,
        found: ours.get(at).map(|line| told(line)),
        wanted: theirs.get(at).map(|line| told(line)),
        lines_found: ours.len() as u64,
        lines_wanted: theirs.len() as u64,
    }
}

fn sets(found: &[u8], wanted: &[u8]) -> Difference {
    let (ours, theirs) = (counted(found), counted(wanted));
    let more = |of: &BTreeMap<&[u8], u64>, than: &BTreeMap<&[u8], u64>| {
        let mut lines = Vec::new();
        let mut count = 0;
        for (line, times) in of {
            let over = times.saturating_sub(than.get(line).copied().unwrap_or(0));
            if over > 0 && lines.len() < TOLD_LINES {
                lines.push(told(line));
            }
            count += over;
        }
        (lines, count)
    };
    Difference::Lines {
        missing: more(&theirs, &ours),
        extra: more(&ours, &theirs),
    }
}

fn numbers(found: &[u8], wanted: &[u8]) -> Option<Difference> {
    let (ours, theirs) = (words(found), words(wanted));
    let at =
        (0..ours.len().max(theirs.len())).find(|&at| match (ours.get(at), theirs.get(at)) {
            (Some(ours), Some(theirs)) => match (number(ours), number(theirs)) {
                (Some(ours), Some(theirs)) => ours != theirs,
                _ => ours != theirs,
            },
            _ => true,
        })?;
    Some(Difference::Number {
        place: at as u64 + 1,
        found: ours.get(at).map(|word| told(word.as_bytes())),
        wanted: theirs.get(at).map(|word| told(word.as_bytes())),
    })
}

fn words(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    text.split_whitespace().map(str::to_owned).collect()
}

/// The lines, without their ends.
fn lines(bytes: &[u8]) -> Vec<&[u8]> {
    let mut lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
    if lines.last().is_some_and(|last| last.is_empty()) {
        lines.pop();
    }
    lines
}

fn counted(bytes: &[u8]) -> BTreeMap<&[u8], u64> {
    let mut counted = BTreeMap::new();
    for line in lines(bytes) {
        *counted.entry(line).or_default() += 1;
    }
    counted
}

/// The text of all lines, and where they end.
fn without_blanks(bytes: &[u8]) -> Vec<Vec<u8>> {
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r');
    let without = |line: &[u8]| {
        line.iter()
            .copied()
            .filter(|byte| !is_blank(byte))
            .collect()
    };
    lines(bytes).into_iter().map(without).collect()
}

fn told(line: &[u8]) -> String {
    shortened(&tame(&String::from_utf8_lossy(line)))
}

fn with_blanks(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(line);
    let shown = text.replace(' ', "·").replace('\t', "→").replace('\r', "␍");
    shortened(&tame(&shown))
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LINE_CHARACTERS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn exactly(found: &str, wanted: &str) -> Option<Difference> {
        difference(Comparison::Exact, found.as_bytes(), wanted.as_bytes())
    }

    #[test]
    fn what_differs_is_named_as_what_it_is() {
        assert_eq!(exactly("a\nb\n", "a\nb\n"), None);
        assert_eq!(exactly("", "a\n"), Some(Difference::Nothing { wanted: 1 }));
        assert_eq!(
            exactly("a\nb", "a\nb\n"),
            Some(Difference::LastLineEnd { wanted: true })
        );
        assert_eq!(
            exactly("b\na\n", "a\nb\n"),
            Some(Difference::Order {
                line: 1,
                found: "b".into(),
                wanted: "a".into()
            })
        );
        assert_eq!(
            exactly("a\r\n b\n", "a\nb\n"),
            Some(Difference::Blanks {
                line: 1,
                found: "a␍".into(),
                wanted: "a".into()
            })
        );
        assert_eq!(
            exactly("a\nx\nc\n", "a\nb\n"),
            Some(Difference::Line {
                line: 2,
                found: Some("x".into()),
                wanted: Some("b".into()),
                lines_found: 3,
                lines_wanted: 2
            })
        );
    }

    #[test]
    fn sets_are_compared_without_order_and_with_counts() {
        let by = |found: &str, wanted: &str| {
            difference(Comparison::Set, found.as_bytes(), wanted.as_bytes())
        };
        assert_eq!(by("b\na\n", "a\nb"), None);
        assert_eq!(
            by("a\na\nc\n", "a\nb\n"),
            Some(Difference::Lines {
                missing: (vec!["b".into()], 1),
                extra: (vec!["a".into(), "c".into()], 2)
            })
        );
    }

    #[test]
    fn numbers_are_compared_as_numbers() {
        let by = |found: &str, wanted: &str| {
            difference(Comparison::Number, found.as_bytes(), wanted.as_bytes())
        };
        assert_eq!(by(" 42\n", "42"), None);
        assert_eq!(by("42.0", "42"), None);
        assert_eq!(
            by("41\n", "42\n"),
            Some(Difference::Number {
                place: 1,
                found: Some("41".into()),
                wanted: Some("42".into())
            })
        );
        assert!(by("42 access.log", "42").is_some());
    }

    proptest! {
        #[test]
        fn only_what_differs_differs(found in any::<Vec<u8>>(), wanted in any::<Vec<u8>>()) {
            for by in [Comparison::Exact, Comparison::Set, Comparison::Number] {
                prop_assert_eq!(difference(by, &found, &found), None);
                let _ = difference(by, &found, &wanted);
            }
            let exact = difference(Comparison::Exact, &found, &wanted);
            prop_assert_eq!(exact.is_none(), found == wanted);
        }
    }
}
