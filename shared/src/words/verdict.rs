//! What an answer to an exercise must be, and what is amiss with it. No sentence has its full stop.

mod en;
mod ko;

use super::Language;
use crate::lesson::{Criterion, Difference};

/// What stands on both sides of code in [`coded`]: no line of an output is shown with it.
pub const CODE_MARK: char = '\u{1}';

/// What was looked at and, where it is not as it should be, what differs.
pub fn criterion(language: Language, criterion: &Criterion) -> String {
    coded(language, criterion).replace(CODE_MARK, "`")
}

/// The same with [`CODE_MARK`] around each program, file and line: those may hold anything else, backquotes too.
pub fn coded(language: Language, criterion: &Criterion) -> String {
    match language {
        Language::En => en::criterion(criterion),
        Language::Ko => ko::criterion(criterion),
    }
}

/// What differs.
pub fn difference(language: Language, difference: &Difference) -> String {
    let coded = match language {
        Language::En => en::difference(difference),
        Language::Ko => ko::difference(difference),
    };
    coded.replace(CODE_MARK, "`")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::FileTrouble;

    fn every_criterion() -> Vec<Criterion> {
        let line = |found: Option<&str>, wanted: Option<&str>| Difference::Line {
            line: 3,
            found: found.map(str::to_owned),
            wanted: wanted.map(str::to_owned),
            lines_found: 5,
            lines_wanted: 4,
        };
        let differences = [
            Difference::Nothing { wanted: 4 },
            Difference::Order {
                line: 1,
                found: "b".into(),
                wanted: "a".into(),
            },
            Difference::Blanks {
                line: 2,
                found: "a·".into(),
                wanted: "a".into(),
            },
            Difference::LastLineEnd { wanted: true },
            Difference::LastLineEnd { wanted: false },
            line(Some("x"), Some("y")),
            line(Some("x"), None),
            line(None, Some("y")),
            Difference::Lines {
                missing: (vec!["a".into()], 2),
                extra: (vec!["b".into()], 1),
            },
            Difference::Lines {
                missing: (Vec::new(), 0),
                extra: (vec!["b".into()], 1),
            },
            Difference::Number {
                place: 1,
                found: Some("41".into()),
                wanted: Some("42".into()),
            },
            Difference::Number {
                place: 2,
                found: None,
                wanted: Some("42".into()),
            },
            Difference::Number {
                place: 2,
                found: Some("7".into()),
                wanted: None,
            },
        ];
        let mut all: Vec<Criterion> = differences
            .iter()
            .map(|difference| Criterion::Output(Some(difference.clone())))
            .collect();
        for met in [true, false] {
            let program = "sort".to_owned();
            all.push(Criterion::Required {
                program: program.clone(),
                met,
            });
            all.push(Criterion::Forbidden { program, met });
            let found = if met { 2 } else { 5 };
            all.push(Criterion::AtMost { most: 3, found });
            all.push(Criterion::Status {
                wanted: 0,
                found: i32::from(!met),
            });
        }
        for trouble in [
            None,
            Some(FileTrouble::Missing),
            Some(FileTrouble::Untouched),
            Some(FileTrouble::TooLong),
            Some(FileTrouble::Differs(differences[0].clone())),
        ] {
            let path = "out.txt".to_owned();
            all.push(Criterion::File { path, trouble });
        }
        all.extend([
            Criterion::Output(None),
            Criterion::OutputTooLong,
            Criterion::Errors(None),
            Criterion::Errors(Some(differences[0].clone())),
            Criterion::ErrorsTooLong,
            Criterion::Changed {
                path: "words.txt".into(),
            },
            Criterion::Time {
                most_ms: 5_000,
                found_ms: 6_120,
            },
            Criterion::Lanes {
                wanted: 1,
                found: 3,
            },
        ]);
        all
    }

    #[test]
    fn each_is_said_in_each_language_and_no_two_alike() {
        for language in Language::ALL {
            let said: Vec<String> = every_criterion()
                .iter()
                .map(|one| criterion(language, one))
                .collect();
            for (place, sentence) in said.iter().enumerate() {
                assert!(
                    !sentence.is_empty() && !sentence.ends_with('.'),
                    "{sentence}"
                );
                assert!(!said[..place].contains(sentence), "twice: {sentence}");
            }
            for one in every_criterion() {
                let coded = coded(language, &one);
                assert!(!coded.contains('`'), "no code by `\\u{{1}}`: {coded}");
            }
        }
    }

    #[test]
    fn code_is_told_from_the_sentence_whatever_is_in_it() {
        for language in Language::ALL {
            let program = "a`b".to_owned();
            let said = coded(language, &Criterion::Required { program, met: true });
            let pieces: Vec<&str> = said.split(CODE_MARK).collect();
            assert_eq!((pieces.len(), pieces[1]), (3, "a`b"), "{said}");
        }
    }

    #[test]
    fn the_first_line_that_differs_and_the_counts_are_named() {
        let difference = Difference::Line {
            line: 3,
            found: Some("pear".into()),
            wanted: Some("fig".into()),
            lines_found: 1200,
            lines_wanted: 4,
        };
        assert_eq!(
            super::difference(Language::En, &difference),
            "line 3 is `pear`, and should be `fig`; 1,200 lines came out, and 4 should"
        );
        assert_eq!(
            super::difference(Language::Ko, &difference),
            "3번째 줄이 `pear`인데 `fig`여야 합니다. 나온 줄은 1,200줄, 나와야 할 줄은 4줄입니다"
        );
    }
}
