//! Words of the dialog by which a chain is passed on. They come with it.

use pipeyard_shared::words::Language;

use super::Word;

/// Words of the dialog.
pub(crate) struct SharingWords {
    pub(crate) copy_json: Word,
    pub(crate) copied_json: Word,
    pub(crate) not_copied: Word,
}

impl SharingWords {
    /// The words of a language.
    pub(crate) fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &EN,
            Language::Ko => &KO,
        }
    }
}

static EN: SharingWords = SharingWords {
    copy_json: "Copy as JSON",
    copied_json: "Copied: the chain as text (JSON). Paste it into a file or a message; dropped on the page it opens again.",
    not_copied: "The browser does not let the page copy.",
};

static KO: SharingWords = SharingWords {
    copy_json: "JSON으로 복사",
    copied_json: "체인을 텍스트(JSON)로 복사했습니다. 파일이나 메시지에 붙여 넣으세요. 페이지에 놓으면 다시 열립니다.",
    not_copied: "브라우저가 복사를 허용하지 않습니다.",
};
