//! The files of the workspace where one is chosen for a stage.

use pipeyard_shared::words::Language;

use super::Word;

/// Words for the list of names.
pub(crate) struct FileNamesWords {
    pub(crate) choose: Word,
}

impl FileNamesWords {
    /// The catalogue of a language. It is none of [`super::Words`]: what is named there is loaded first.
    pub(crate) fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &EN,
            Language::Ko => &KO,
        }
    }
}

static EN: FileNamesWords = FileNamesWords {
    choose: "Choose a file",
};

static KO: FileNamesWords = FileNamesWords {
    choose: "파일 고르기",
};
