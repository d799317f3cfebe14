//! Words of the tab that shows the chain as code. They come with it.

use pipeyard_shared::words::Language;

use super::Word;

/// Words of the tab.
pub(crate) struct CodeWords {
    pub(crate) forms: Word,
    pub(crate) copy: Word,
    pub(crate) download: Word,
    /// The name of the form.
    pub(crate) copied: fn(&str) -> String,
    pub(crate) not_kept: Word,
    /// The name of the form.
    pub(crate) text: fn(&str) -> String,
    pub(crate) picture: Word,
    /// What is wrong with the chain.
    pub(crate) problem: fn(&str) -> String,
}

impl CodeWords {
    /// The words of a language.
    pub(crate) fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &EN,
            Language::Ko => &KO,
        }
    }
}

static EN: CodeWords = CodeWords {
    forms: "The chain as",
    copy: "Copy",
    download: "Download",
    copied: |form| format!("Copied: the chain as {form}."),
    not_kept: "The browser did not take the file.",
    text: |form| format!("The chain as {form}"),
    picture: "The chain as a picture, with the chain inside: dropped on the page it opens again",
    problem: |sentence| {
        format!("There is no code yet, because the chain cannot be run. {sentence}")
    },
};

static KO: CodeWords = CodeWords {
    forms: "체인을 나타내는 형식",
    copy: "복사",
    download: "내려받기",
    copied: |form| format!("체인을 {form} 형식으로 복사했습니다."),
    not_kept: "브라우저가 파일을 받지 않았습니다.",
    text: |form| format!("체인 ({form})"),
    picture: "체인이 들어 있는 그림. 페이지에 놓으면 다시 열립니다",
    problem: |sentence| format!("체인을 실행할 수 없어서 아직 코드가 없습니다. {sentence}"),
};
