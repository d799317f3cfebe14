//! Answers as they are kept. Of choices it is the place: the words are others in another language.

use pipeyard_shared::lesson::{Question, QuestionKind};

/// What was answered, in the question's own words; nothing where it has no such choice any more.
pub(crate) fn answer<'text>(question: &'text Question, kept: &'text str) -> Option<&'text str> {
    match question.kind {
        QuestionKind::Choice => Some(question.choices.get(kept.parse::<usize>().ok()?)?),
        QuestionKind::Number | QuestionKind::Text => Some(kept),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_is_the_same_in_each_language() {
        let question = |choices: [&str; 2]| Question {
            ask: "?".into(),
            kind: QuestionKind::Choice,
            choices: choices.map(str::to_owned).to_vec(),
            answer: choices[1].to_owned(),
            measured: None,
            because: String::new(),
        };
        for asked in [question(["one", "two"]), question(["하나", "둘"])] {
            let given = answer(&asked, "1").expect("there is one");
            assert!(asked.is_right(given));
            assert!(!asked.is_right(answer(&asked, "0").expect("there is one")));
            assert_eq!(answer(&asked, "2"), None);
            assert_eq!(answer(&asked, "two"), None);
        }
        let typed = Question {
            kind: QuestionKind::Text,
            ..question(["", "22"])
        };
        assert_eq!(answer(&typed, "22"), Some("22"));
    }
}
