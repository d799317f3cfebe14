//! Questions that are answered before something is seen.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Inline;
use crate::text::tame;

/// The most characters of an answer.
pub const ANSWER_CHARACTERS: usize = 1000;

/// A question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// What is asked.
    pub ask: Vec<Inline>,
    /// How it is answered.
    pub kind: QuestionKind,
    /// What can be chosen, for [`QuestionKind::Choice`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Vec<Inline>>,
    /// The right answer; of choices the place, from 0: their words are others in another language.
    pub answer: String,
    /// What of the run of the chain before it the answer is. Without it, nothing is measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured: Option<Measure>,
    /// What is said once it was answered.
    pub because: Vec<Inline>,
}

/// How a question is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuestionKind {
    /// By a number: `1,000` and `1000` are the same.
    Number,
    /// By words: case, and blanks before and after, are not looked at.
    Text,
    /// By choosing.
    Choice,
}

/// Something that a run shows, as a lesson names it: `lines out of sort`, `bytes out of output`, `status of grep`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Measure {
    /// What is counted or read.
    pub answer: Answer,
    /// The stage; nothing for the chain.
    pub stage: Option<String>,
}

/// What of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Line ends that come out.
    Lines,
    /// Bytes that come out.
    Bytes,
    /// What comes out, without its last line end.
    Text,
    /// How it ended, as a shell counts.
    Status,
}

impl Question {
    /// Whether an answer is right.
    pub fn is_right(&self, given: &str) -> bool {
        if given.chars().count() > ANSWER_CHARACTERS {
            return false;
        }
        match self.kind {
            QuestionKind::Choice => self.choice(given).is_some() && given == self.answer,
            QuestionKind::Number => match (number(given), number(&self.answer)) {
                (Some(given), Some(answer)) => given == answer,
                _ => false,
            },
            QuestionKind::Text => plain(given) == plain(&self.answer),
        }
    }

    /// The words of an answer; nothing where there is no such choice.
    pub fn words_of(&self, given: &str) -> Option<Vec<Inline>> {
        match self.kind {
            QuestionKind::Choice => self.choice(given).cloned(),
            QuestionKind::Number | QuestionKind::Text => Some(vec![Inline::Text(given.to_owned())]),
        }
    }

    /// Whether what was measured is the answer: of choices, what the right one says.
    pub fn agrees(&self, measured: &str) -> bool {
        match self.kind {
            QuestionKind::Choice => {
                let answer = self.choice(&self.answer).map(|words| Inline::plain(words));
                answer.is_some_and(|answer| plain(&answer) == plain(measured))
            }
            QuestionKind::Number | QuestionKind::Text => self.is_right(measured),
        }
    }

    fn choice(&self, place: &str) -> Option<&Vec<Inline>> {
        self.choices.get(place.parse::<usize>().ok()?)
    }
}

/// A number as people write it: blanks, and commas or apostrophes between groups of three digits, count for nothing.
pub(super) fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let mut groups = whole.split([',', '\'', '\u{a0}', '\u{202f}', ' ']);
    let first = groups.next()?;
    let mut digits = first.to_owned();
    for group in groups {
        let is_group = group.len() == 3 && group.bytes().all(|byte| byte.is_ascii_digit());
        if !is_group {
            return None;
        }
        digits += group;
    }
    if text.contains('.') {
        digits = format!("{digits}.{rest}");
    }
    let number: f64 = digits.parse().ok()?;
    number.is_finite().then_some(number)
}

fn plain(text: &str) -> String {
    tame(text.trim()).to_lowercase()
}

impl FromStr for Measure {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let answers = [
            ("lines out of ", Answer::Lines),
            ("bytes out of ", Answer::Bytes),
            ("text out of ", Answer::Text),
            ("status of ", Answer::Status),
        ];
        let text = text.trim();
        // The output of the chain is also simply its output.
        let text = &text
            .replace(" of output", " out of output")
            .replace(" out out of ", " out of ");
        if text == "status" {
            return Ok(Self {
                answer: Answer::Status,
                stage: None,
            });
        }
        let found = answers
            .iter()
            .find_map(|(words, answer)| Some((*answer, text.strip_prefix(words)?)));
        let Some((answer, stage)) = found.filter(|(_, stage)| !stage.trim().is_empty()) else {
            return Err(format!(
                "`{text}` names nothing that can be measured: write `lines out of STAGE`, `bytes out of STAGE`, \
                 `text out of STAGE`, `status of STAGE` or `status`; `output` stands for the chain's own"
            ));
        };
        let stage = stage.trim();
        let stage = (stage != "output").then(|| stage.to_owned());
        Ok(Self { answer, stage })
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stage = self.stage.as_deref().unwrap_or("output");
        match (self.answer, &self.stage) {
            (Answer::Lines, _) => write!(out, "lines out of {stage}"),
            (Answer::Bytes, _) => write!(out, "bytes out of {stage}"),
            (Answer::Text, _) => write!(out, "text out of {stage}"),
            (Answer::Status, None) => out.write_str("status"),
            (Answer::Status, Some(stage)) => write!(out, "status of {stage}"),
        }
    }
}

impl TryFrom<String> for Measure {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Measure> for String {
    fn from(measure: Measure) -> Self {
        measure.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(kind: QuestionKind, answer: &str) -> Question {
        Question {
            ask: Vec::new(),
            kind,
            choices: Vec::new(),
            answer: answer.into(),
            measured: None,
            because: Vec::new(),
        }
    }

    #[test]
    fn a_choice_is_known_by_its_place_and_measured_by_its_words() {
        let text = |text: &str| Inline::Text(text.to_owned());
        let asked = Question {
            choices: vec![
                vec![text("one")],
                vec![text("two: "), Inline::Code("2".into())],
            ],
            ..question(QuestionKind::Choice, "1")
        };
        assert!(asked.is_right("1"));
        for wrong in ["0", "2", "two: 2", ""] {
            assert!(!asked.is_right(wrong), "{wrong}");
        }
        assert!(asked.agrees("Two: 2") && !asked.agrees("1"));
        assert_eq!(asked.words_of("0"), Some(vec![text("one")]));
        assert_eq!((asked.words_of("2"), asked.words_of("two")), (None, None));
        let typed = question(QuestionKind::Text, "22");
        assert_eq!(typed.words_of("1"), Some(vec![text("1")]));
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        let asked = question(QuestionKind::Number, "100000");
        for right in ["100000", " 100,000 ", "100 000", "100'000", "100000.0"] {
            assert!(asked.is_right(right), "{right}");
        }
        for wrong in ["", "1,00000", "100,00", "10e4x", "hundred", "NaN", "inf"] {
            assert!(!asked.is_right(wrong), "{wrong}");
        }
    }

    #[test]
    fn words_are_compared_without_their_case() {
        let asked = question(QuestionKind::Text, "SIGPIPE");
        assert!(asked.is_right(" sigpipe\n"));
        assert!(!asked.is_right("sig pipe"));
        assert!(!asked.is_right(&"a".repeat(5000)));
    }

    #[test]
    fn what_is_measured_survives_the_way_there_and_back() {
        for text in [
            "lines out of sort",
            "bytes out of output",
            "text out of output",
            "status",
            "status of grep",
        ] {
            let measure: Measure = text.parse().expect(text);
            assert_eq!(measure.to_string(), text);
        }
        let short: Measure = "lines of output".parse().expect("short");
        assert_eq!(short.to_string(), "lines out of output");
        for text in ["", "lines", "lines out of ", "words out of sort"] {
            assert!(text.parse::<Measure>().is_err(), "{text}");
        }
    }
}
