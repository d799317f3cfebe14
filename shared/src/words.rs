//! What is shared, in sentences: problems and endings, in each language that Pipeyard speaks.
//!
//! Both the page and the command line use them, so that a learner reads the same words everywhere.
//! The page's own labels are in its own catalogue.

mod en;
mod exits;
mod explain;
mod figures;
mod ko;
mod limits;
mod marks;
mod opened;
mod story;
mod verdict;

use serde::{Deserialize, Serialize};

use crate::chain::ReadError;
use crate::ending::Ending;
use crate::limits::{LimitName, Reached};
use crate::message::{Notice, Refusal};
use crate::problem::{Fault, Place, Problem};
use crate::shell::SyntaxFault;
use crate::text::Text;

pub use exits::{ExitWords, ending_meaning, exit, exit_of_any, program_of, signal};
pub use explain::{explain_trouble, program};
pub use figures::{bytes, grouped, microseconds};
pub use marks::{mark, marked};
pub use opened::{link_error, link_too_long, recording_error};
pub use story::story;
pub use verdict::{CODE_MARK, coded, criterion, difference};

/// A language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Korean.
    Ko,
}

impl Language {
    /// All of them.
    pub const ALL: [Language; 2] = [Language::En, Language::Ko];

    /// The language of a tag such as `ko`, `ko-KR` or `ko_KR.UTF-8`; English for any other.
    pub fn from_tag(tag: &str) -> Self {
        let primary = tag.split(['-', '_', '.']).next().unwrap_or_default();
        if primary.eq_ignore_ascii_case("ko") {
            Self::Ko
        } else {
            Self::En
        }
    }

    /// The one that is not this one.
    pub fn other(self) -> Self {
        match self {
            Self::En => Self::Ko,
            Self::Ko => Self::En,
        }
    }

    /// The tag for `lang` attributes.
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ko => "ko",
        }
    }
}

/// What is wrong and what to do, as one or two sentences, without the place.
pub fn fault(language: Language, fault: &Fault) -> String {
    match language {
        Language::En => en::fault(fault),
        Language::Ko => ko::fault(fault),
    }
}

/// What is wrong, where, and what to do. The place is told by its id, as a chain's file has it.
pub fn problem(language: Language, problem: &Problem) -> String {
    match &problem.place {
        Place::Chain => fault(language, &problem.fault),
        Place::Stage(stage) => problem_at(language, problem, stage.as_str()),
        Place::Wire(wire) => problem_at(language, problem, wire.as_str()),
    }
}

/// The same, with the place told by the name that people see.
pub fn problem_at(language: Language, problem: &Problem, name: &str) -> String {
    let sentence = fault(language, &problem.fault);
    match (&problem.place, language) {
        (Place::Chain, _) => sentence,
        (Place::Stage(_), Language::En) => format!("stage `{name}`: {sentence}"),
        (Place::Stage(_), Language::Ko) => format!("단계 `{name}`: {sentence}"),
        (Place::Wire(_), Language::En) => format!("wire `{name}`: {sentence}"),
        (Place::Wire(_), Language::Ko) => format!("전선 `{name}`: {sentence}"),
    }
}

/// How a stage ended, in a few words: `exit 0`, `timed out after 100 ms`.
pub fn ending(language: Language, ending: &Ending) -> String {
    match language {
        Language::En => en::ending(ending),
        Language::Ko => ko::ending(ending),
    }
}

/// What an ending means and what to do about it, as a sentence; nothing where the few words say it all.
pub fn ending_hint(language: Language, ending: &Ending) -> Option<String> {
    match language {
        Language::En => en::ending_hint(ending),
        Language::Ko => ko::ending_hint(ending),
    }
}

/// Why a text is no chain.
pub fn read_error(language: Language, error: &ReadError) -> String {
    match language {
        Language::En => error.to_string(),
        Language::Ko => ko::read_error(error),
    }
}

/// Why a text is no shell text, as a sentence about its place.
pub fn syntax_fault(language: Language, fault: &SyntaxFault) -> String {
    match language {
        Language::En => fault.to_string(),
        Language::Ko => ko::syntax_fault(fault),
    }
}

/// Why a run did not begin: a sentence a problem.
pub fn refusal(language: Language, refusal: &Refusal) -> Vec<String> {
    match refusal {
        Refusal::Problems { problems } => problems
            .iter()
            .map(|found| problem(language, found))
            .collect(),
        Refusal::Unreadable { error } => vec![read_error(language, error)],
        Refusal::AtLimit { limit, most } => vec![at_limit_so(language, *limit, *most)],
        Refusal::ShuttingDown => vec![
            match language {
                Language::En => "the runner is shutting down and starts nothing new",
                Language::Ko => "실행기가 종료 중이라 새 실행을 시작하지 않습니다",
            }
            .to_owned(),
        ],
    }
}

/// What a person should know: sentences.
pub fn notice(language: Language, notice: Notice) -> String {
    let Notice::Draining { left_ms } = notice;
    let left = milliseconds(left_ms.div_ceil(1_000).saturating_mul(1_000));
    match language {
        Language::En => format!(
            "The runner is about to end and starts nothing new. What runs may go on for {left}; \
             this page connects again by itself when there is a runner."
        ),
        Language::Ko => format!(
            "실행기가 곧 종료되어 새 실행을 시작하지 않습니다. 실행 중인 것은 {left} 동안 계속됩니다. \
             실행기가 다시 시작되면 이 페이지는 저절로 연결됩니다."
        ),
    }
}

/// That a limit is reached, without a full stop.
pub fn at_limit(language: Language, limit: LimitName, most: u64) -> String {
    let most = allowed(limit, most);
    match language {
        Language::En => format!("the limit `{}` is reached ({most})", limit.word()),
        Language::Ko => format!("제한 `{}`({most})에 이르렀습니다", limit.word()),
    }
}

/// That a page cannot connect since a limit is reached, and what to do: sentences.
pub fn no_room(language: Language, Reached { limit, most }: Reached) -> String {
    let said = at_limit(language, limit, most);
    match language {
        Language::En => format!(
            "There is no room for this page: {said}. Close another tab of it, and it connects by itself."
        ),
        Language::Ko => format!(
            "이 페이지가 연결될 자리가 없습니다. {said}. 이 페이지의 다른 탭을 닫으면 저절로 연결됩니다."
        ),
    }
}

/// The same in passing, as part of a sentence.
fn named(Reached { limit, most }: Reached) -> String {
    format!("`{}` ({})", limit.word(), allowed(limit, most))
}

/// What a limit allows, or how much of it there is, as people read it.
fn allowed(limit: LimitName, count: u64) -> String {
    if limit.is_time() {
        milliseconds(count)
    } else if limit.is_bytes() {
        bytes(count)
    } else {
        count.to_string()
    }
}

/// The same with what can be done about it, if anything can, without a full stop.
pub fn at_limit_so(language: Language, limit: LimitName, most: u64) -> String {
    let said = at_limit(language, limit, most);
    match (language, limits::remedy(language, limit)) {
        (_, "") => said,
        (Language::En, remedy) => format!("{said}: {remedy}"),
        (Language::Ko, remedy) => format!("{said}. {remedy}"),
    }
}

/// That a run will be ended for a limit, unless it ends by itself before.
pub fn ends_soon(language: Language, limit: LimitName, most: u64, left_ms: u64) -> String {
    let (left, most) = (milliseconds(left_ms), milliseconds(most));
    match language {
        Language::En => format!(
            "This run ends in {left}: the limit `{}` allows {most}.",
            limit.word()
        ),
        Language::Ko => format!(
            "이 실행은 {left} 뒤에 끝납니다(제한 `{}`, {most}).",
            limit.word()
        ),
    }
}

/// How many directories a PATH has, if it is too long to be read in a sentence.
fn directories(path: &Text) -> Option<usize> {
    let bytes = path.as_bytes();
    (bytes.len() > READABLE_PATH).then(|| bytes.split(|byte| *byte == b':').count())
}

/// The longest PATH that is shown in a sentence.
const READABLE_PATH: usize = 60;

/// Milliseconds as people write them: `100 ms`, `1.5 s`, `2 min`.
pub fn milliseconds(ms: u64) -> String {
    match ms {
        0..=999 => format!("{ms} ms"),
        1_000..=119_999 if ms.is_multiple_of(1_000) => format!("{} s", ms / 1_000),
        1_000..=119_999 => format!("{:.1} s", ms as f64 / 1_000.0),
        _ => format!("{} min", ms / 60_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_in_all_their_forms() {
        for tag in ["ko", "ko-KR", "ko_KR.UTF-8", "KO"] {
            assert_eq!(Language::from_tag(tag), Language::Ko, "{tag}");
        }
        for tag in ["", "C", "en_US.UTF-8", "kok"] {
            assert_eq!(Language::from_tag(tag), Language::En, "{tag}");
        }
    }

    #[test]
    fn every_fault_of_a_text_is_said_in_korean_too() {
        for text in [
            "", "a |", "a 'b", "a )", "a \0", "a \\", "a >", "(a", "if a", "${a",
        ] {
            let error = crate::shell::import(text.as_bytes(), &crate::shell::Reading::default());
            let fault = error.expect_err(text).fault;
            let [en, ko] = Language::ALL.map(|language| syntax_fault(language, &fault));
            assert_ne!(en, ko, "{text}");
            assert!(
                ko.chars().any(|letter| ('가'..='힣').contains(&letter)),
                "{ko}"
            );
        }
    }

    #[test]
    fn times_read_as_people_write_them() {
        assert_eq!(milliseconds(100), "100 ms");
        assert_eq!(milliseconds(1_500), "1.5 s");
        assert_eq!(milliseconds(60_000), "60 s");
        assert_eq!(milliseconds(600_000), "10 min");
    }
}
