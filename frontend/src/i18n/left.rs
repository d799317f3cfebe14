//! The pane on the left.

use pipeyard_shared::words::Language;

use super::Word;
use crate::left::Left;

/// Words for the tabs of the pane on the left.
pub(crate) struct LeftWords {
    pub(crate) left: Word,
    pub(crate) tab: fn(Left) -> Word,
}

impl LeftWords {
    /// The catalogue of a language. It is none of [`super::Words`]: what is named there is loaded first.
    pub(crate) fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &EN,
            Language::Ko => &KO,
        }
    }
}

static EN: LeftWords = LeftWords {
    left: "Add, files and lessons",
    tab: |tab| match tab {
        Left::Add => "Add",
        Left::Files => "Files",
        Left::Lessons => "Lessons",
    },
};

static KO: LeftWords = LeftWords {
    left: "추가, 파일, 수업",
    tab: |tab| match tab {
        Left::Add => "추가",
        Left::Files => "파일",
        Left::Lessons => "수업",
    },
};
