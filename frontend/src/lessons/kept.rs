//! What a learner has done as text, for the browser to keep; and a lesson of one's own with it.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use pipeyard_shared::Chain;
use pipeyard_shared::lesson::ANSWER_CHARACTERS;
use serde_json::{Map, Value, json};

use super::book::{MOST_LESSONS, MOST_PARTS};
use super::own::Shelf;
use super::{Book, Own, Progress};
use crate::part::Frozen;

/// The form of the text. Another one is not read.
const VERSION: u64 = 1;

/// The most characters of a title that tell two lessons apart.
const TITLE_CHARACTERS: usize = 200;

/// A lesson that came as a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct OwnFile {
    /// The file's name.
    pub(crate) name: String,
    /// What is in it.
    pub(crate) text: String,
    /// Whether its solutions may be run on this computer.
    pub(crate) trusted: bool,
}

impl OwnFile {
    /// The title that it gives the lesson, as it is written there; nothing where it gives none.
    pub(crate) fn title(&self) -> String {
        let mut lines = self.text.lines();
        let title = lines.find_map(|line| line.trim_start().strip_prefix("title"));
        let title = title.unwrap_or_default().chars().take(TITLE_CHARACTERS);
        title.collect()
    }

    /// As text.
    pub(crate) fn to_text(&self) -> String {
        json!({ "version": VERSION, "name": self.name, "text": self.text, "trusted": self.trusted })
            .to_string()
    }

    /// What was kept, if it can be read.
    pub(crate) fn from_text(text: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(text).ok()?;
        if value["version"] != VERSION {
            return None;
        }
        Some(Self {
            name: value["name"].as_str()?.to_owned(),
            text: value["text"].as_str()?.to_owned(),
            trusted: value["trusted"].as_bool()?,
        })
    }
}

impl Book {
    /// As text.
    pub(crate) fn to_text(&self) -> String {
        let lessons = self
            .progress
            .iter()
            .filter(|(key, progress)| progress.is_begun() || self.last.as_ref() == Some(*key));
        let lessons: Map<String, Value> = lessons
            .map(|(key, progress)| (key.to_string(), progress.to_value()))
            .collect();
        let pair = |own: &Own| json!([own.chain.to_json(), own.frozen.to_text()]);
        let own = self.shelf.own.iter().map(pair);
        json!({
            "version": VERSION,
            "open": self.open.as_deref(),
            "last": self.last.as_deref(),
            "own": own.collect::<Vec<_>>(),
            "taken": self.shelf.taken.as_ref().map(pair),
            "lent": self.shelf.lent.as_ref().map(|lent| lent.to_json()),
            "lessons": lessons,
        })
        .to_string()
    }

    /// What was kept. What cannot be read is as if nothing had been done.
    pub(crate) fn from_text(text: &str) -> Self {
        let Ok(value) = serde_json::from_str::<Value>(text) else {
            return Self::default();
        };
        if value["version"] != VERSION {
            return Self::default();
        }
        let word = |name: &str| value[name].as_str().map(Rc::from);
        let own = value["own"].as_array().into_iter().flatten();
        let shelf = Shelf {
            own: own.filter_map(own_of).collect(),
            lent: chain(&value["lent"]),
            taken: own_of(&value["taken"]),
        };
        let lessons = value["lessons"].as_object().into_iter().flatten();
        let progress: BTreeMap<Rc<str>, Progress> = lessons
            .take(MOST_LESSONS)
            .map(|(key, value)| (Rc::from(key.as_str()), Progress::from_value(value)))
            .collect();
        let open: Option<Rc<str>> = word("open").filter(|key| progress.contains_key(key));
        Self {
            open,
            last: word("last"),
            shelf,
            progress,
        }
    }
}

impl Progress {
    fn to_value(&self) -> Value {
        let answers: Map<String, Value> = self
            .answers
            .iter()
            .map(|(question, given)| (question.to_string(), Value::from(given.as_str())))
            .collect();
        let hints: Map<String, Value> = self
            .hints
            .iter()
            .map(|(exercise, given)| (exercise.to_string(), Value::from(*given)))
            .collect();
        let numbers = |set: &BTreeSet<usize>| set.iter().copied().collect::<Vec<_>>();
        json!({
            "steps": self.steps,
            "at": self.at,
            "reached": self.reached,
            "answers": answers,
            "hints": hints,
            "solutions": numbers(&self.solutions),
            "done": numbers(&self.done),
            "finished": self.finished,
        })
    }

    fn from_value(value: &Value) -> Self {
        let steps = number(&value["steps"]);
        let pairs = |name: &str| {
            let pairs = value[name].as_object().into_iter().flatten();
            let pairs = pairs.filter_map(|(key, value)| Some((key.parse::<usize>().ok()?, value)));
            pairs
                .filter(|(key, _)| *key < MOST_PARTS)
                .collect::<Vec<_>>()
        };
        let numbers = |name: &str| -> BTreeSet<usize> {
            let numbers = value[name].as_array().into_iter().flatten();
            numbers
                .map(number)
                .filter(|number| *number < MOST_PARTS)
                .collect()
        };
        let answers = pairs("answers").into_iter().filter_map(|(key, value)| {
            let given = value.as_str()?.chars().take(ANSWER_CHARACTERS).collect();
            Some((key, given))
        });
        let hints = pairs("hints").into_iter();
        Self {
            steps,
            at: number(&value["at"]),
            reached: number(&value["reached"]),
            answers: answers.collect(),
            hints: hints.map(|(key, value)| (key, number(value))).collect(),
            solutions: numbers("solutions"),
            done: numbers("done"),
            finished: value["finished"] == true,
        }
    }
}

/// A chain that gave way, with its bytes.
fn own_of(value: &Value) -> Option<Own> {
    Some(Own {
        chain: chain(&value[0])?,
        frozen: Rc::new(Frozen::from_text(value[1].as_str()?)),
    })
}

/// A chain that is kept as its own text.
fn chain(value: &Value) -> Option<Rc<Chain>> {
    let value = serde_json::from_str(value.as_str()?).ok()?;
    Some(Rc::new(Chain::from_value(value).ok()?))
}

fn number(value: &Value) -> usize {
    let number = value.as_u64().and_then(|number| number.try_into().ok());
    number.unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use pipeyard_shared::chain::Stage;

    use super::*;
    use crate::lessons::Act;

    #[test]
    fn what_was_done_comes_back() {
        let own = Chain::of_stages("own", vec![Stage::process("a", "sort", [])]);
        let lent = Chain::of_stages("Pipes", vec![Stage::process("a", "seq", [])]);
        let wire = pipeyard_shared::WireId::new("a-b");
        let frozen = Frozen::default().with(wire, Rc::from(*b"bytes"));
        let acts = [
            Act::Open("pipes".into()),
            Act::Steps(4),
            Act::Go(2),
            Act::Answer(1, "5".into()),
            Act::Hint(0, 2),
            Act::Solution(0),
            Act::Done(1),
            Act::Finish,
            Act::Lend(
                Own {
                    chain: Rc::new(own.clone()),
                    frozen: Rc::new(frozen),
                },
                Rc::new(lent),
            ),
        ];
        let book = acts
            .into_iter()
            .fold(Book::default(), |book, act| book.after(act));
        assert_eq!(Book::from_text(&book.to_text()), book);
        let back = book.after(Act::Mine(Rc::new(own)));
        assert_ne!(back, book);
        assert_eq!(Book::from_text(&back.to_text()), back);
    }

    #[test]
    fn what_cannot_be_read_is_left_out() {
        for text in ["", "[]", "{}", r#"{"version":2,"open":"pipes"}"#] {
            assert_eq!(Book::from_text(text), Book::default(), "{text}");
        }
        let odd = r#"{"version":1,"open":"gone","last":"pipes","own":["{",["{"]],"lessons":{"pipes":
            {"steps":"?","at":-1,"answers":{"x":"1","0":2,"600":"3"},"hints":[],"done":[0,"1",900],"finished":1}}}"#;
        let book = Book::from_text(odd);
        assert!(book.open.is_none() && book.shelf.back(&Chain::new("")).is_none());
        let progress = book.of("pipes").expect("it was begun");
        assert!(progress.answers.is_empty() && !progress.finished);
        assert_eq!(progress.done, BTreeSet::from([0]));
    }

    #[test]
    fn a_lesson_of_ones_own_comes_back() {
        let file = OwnFile {
            name: "a.en.md".into(),
            text: "# \u{ac00}".into(),
            trusted: true,
        };
        assert_eq!(file.title(), "");
        let titled = OwnFile {
            text: "+++\ntitle = \"Mine\"\n+++\n".into(),
            ..file.clone()
        };
        assert_eq!(titled.title(), " = \"Mine\"");
        assert_eq!(OwnFile::from_text(&file.to_text()), Some(file));
        assert_eq!(OwnFile::from_text(r#"{"version":1,"name":"a"}"#), None);
        assert_eq!(OwnFile::from_text(""), None);
    }
}
