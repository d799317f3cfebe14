//! The files that runs see.

use pipeyard_shared::words::Language;

use super::Word;

/// Words for the tab of the files.
pub(crate) struct FilesWords {
    pub(crate) empty: Word,
}

impl FilesWords {
    /// The catalogue of a language. It is none of [`super::Words`]: what is named there is loaded first.
    pub(crate) fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &EN,
            Language::Ko => &KO,
        }
    }
}

static EN: FilesWords = FilesWords {
    empty: "The files that runs see will be listed here.",
};

static KO: FilesWords = FilesWords {
    empty: "실행이 보는 파일이 여기에 나옵니다.",
};
