//! What programs do, in a sentence of our own for where there is no manual page; and why there is none. No sentence has its
//! full stop.

use super::Language;
use crate::explain::Trouble;

/// A program a line, with a sentence in English and in Korean. The table is text: it is read when it is needed.
const PROGRAMS: &str = include_str!("programs.txt");

/// What a program does; nothing for one that we have no words for.
pub fn program(language: Language, program: &str) -> Option<&'static str> {
    PROGRAMS.lines().find_map(|line| {
        let (name, sentences) = line.split_once(" | ")?;
        let (en, ko) = sentences.split_once(" | ")?;
        let sentence = match language {
            Language::En => en,
            Language::Ko => ko,
        };
        (name == program).then_some(sentence)
    })
}

/// Why there is nothing from a manual page, and what to do about it.
pub fn explain_trouble(language: Language, trouble: Trouble) -> &'static str {
    match (language, trouble) {
        (Language::En, Trouble::NoMan) => {
            "no manual pages are installed here: apt install man-db manpages"
        }
        (Language::En, Trouble::NoPage) => "no manual page about it is installed here",
        (Language::En, Trouble::TooSlow) => "its manual page took too long: try again",
        (Language::En, Trouble::TooLong) => "its manual page is too long to be read here",
        (Language::En, Trouble::Busy) => {
            "too many manual pages are being read (limit `explained-pages`): try again"
        }
        (Language::Ko, Trouble::NoMan) => {
            "여기에는 매뉴얼이 설치되어 있지 않습니다: apt install man-db manpages"
        }
        (Language::Ko, Trouble::NoPage) => "여기에는 이 프로그램의 매뉴얼이 없습니다",
        (Language::Ko, Trouble::TooSlow) => "매뉴얼을 읽는 데 너무 오래 걸렸습니다. 다시 해 보세요",
        (Language::Ko, Trouble::TooLong) => "매뉴얼이 너무 길어 여기서 읽을 수 없습니다",
        (Language::Ko, Trouble::Busy) => {
            "읽고 있는 매뉴얼이 너무 많습니다(제한 `explained-pages`). 다시 해 보세요"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn who_waits_in_vain_is_told_the_limit() {
        for language in [Language::En, Language::Ko] {
            let said = explain_trouble(language, Trouble::Busy);
            assert!(said.contains("`explained-pages`"), "{said}");
        }
    }

    #[test]
    fn every_program_has_a_sentence_in_both_languages_and_once() {
        let mut names = BTreeSet::new();
        for line in PROGRAMS.lines() {
            let fields: Vec<&str> = line.split(" | ").collect();
            let [name, en, ko] = fields[..] else {
                panic!("{line}");
            };
            assert!(names.insert(name), "{name} twice");
            let korean = |text: &str| text.chars().any(|letter| ('가'..='힣').contains(&letter));
            assert!(korean(ko) && !korean(en), "{line}");
            assert!(!en.ends_with('.') && !ko.ends_with('.'), "{line}");
        }
        assert!(program(Language::En, "grep").is_some());
        assert_eq!(program(Language::En, "no-such"), None);
    }
}
