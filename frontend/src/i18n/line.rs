//! Words of the line in which the chain is typed. They come with it.

use pipeyard_shared::words::Language;

use super::Word;
use crate::line::NoLine;

/// Words of the line.
pub(crate) struct LineWords {
    /// What an empty line shows.
    pub(crate) empty: Word,
    /// Why a chain is not typed, and what else there is.
    pub(crate) why_not: fn(NoLine) -> Word,
    /// The list of programs.
    pub(crate) offers: Word,
    /// How many are in it, and what takes one.
    pub(crate) offered: fn(usize) -> String,
    /// Why nothing runs.
    pub(crate) wrong_first: Word,
}

impl LineWords {
    /// The words of a language.
    pub(crate) fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &EN,
            Language::Ko => &KO,
        }
    }
}

static EN: LineWords = LineWords {
    empty: "Type a pipeline: seq 9 | sort -r",
    why_not: |why| match why {
        NoLine::Makes => "No pipeline makes these bytes: shown only. As a script: tab Code",
        NoLine::Merges => "No pipeline merges like this: shown only. As a script: tab Code",
        NoLine::Joined => "More than one pipeline: shown only. As a script: tab Code",
    },
    offers: "Programs",
    offered: |count| match count {
        1 => "One program. Tab takes it".to_owned(),
        count => format!("{count} programs. Tab takes the first, the arrows choose"),
    },
    wrong_first: "Nothing was run: the shell text has a mistake.",
};

static KO: LineWords = LineWords {
    empty: "파이프라인을 입력하세요: seq 9 | sort -r",
    why_not: |why| match why {
        NoLine::Makes => {
            "이런 바이트를 만드는 파이프라인은 없어 보기만 합니다. 스크립트는 코드 탭에 있습니다"
        }
        NoLine::Merges => {
            "이렇게 합치는 파이프라인은 없어 보기만 합니다. 스크립트는 코드 탭에 있습니다"
        }
        NoLine::Joined => {
            "파이프라인 하나로 쓸 수 없어 보기만 합니다. 스크립트는 코드 탭에 있습니다"
        }
    },
    offers: "프로그램",
    offered: |count| format!("프로그램 {count}개. Tab은 첫째를, 화살표는 다른 것을 고릅니다"),
    wrong_first: "셸 텍스트에 잘못이 있어 실행하지 않았습니다.",
};
