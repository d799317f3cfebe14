//! What an exported text does not say, or not just so.

use crate::words::Language;

/// Something that a person should know of an exported text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    /// What lanes print comes lane by lane.
    LanesInOrder,
    /// Several processes print at once.
    LinesMayMix,
    /// An unfinished last line gets a newline where lines are merged.
    LinesAreEnded,
    /// The chain is run by bash, since the language cannot hand on extra inputs.
    RunByBash,
    /// What would be typed is read from standard input.
    TypedIsStdin,
    /// What stages leave in the background goes on.
    OthersStay,
}

impl Note {
    /// In English, as it stands in comments.
    pub fn english(self) -> &'static str {
        self.words(Language::En)
    }

    /// A sentence.
    pub fn words(self, language: Language) -> &'static str {
        let (en, ko) = match self {
            Self::LanesInOrder => (
                "What a lane prints is kept until it has ended, and printed in the order of the lanes.",
                "각 레인의 출력은 끝날 때까지 모았다가 레인 순서대로 인쇄합니다.",
            ),
            Self::LinesMayMix => (
                "Several processes print to one standard output; a run would keep their lines whole.",
                "여러 프로세스가 한 표준 출력에 인쇄합니다. 실행에서는 줄이 섞이지 않습니다.",
            ),
            Self::LinesAreEnded => (
                "Where lines of several are merged, a last line without a newline gets one.",
                "여러 출력의 줄을 합치는 곳에서는 줄 바꿈 없이 끝난 마지막 줄에 줄 바꿈이 붙습니다.",
            ),
            Self::RunByBash => (
                "Rust's standard library hands on three descriptors only, so bash runs this chain with its extra inputs.",
                "Rust 표준 라이브러리는 디스크립터를 세 개만 넘겨주므로, 추가 입력이 있는 이 체인은 bash가 실행합니다.",
            ),
            Self::TypedIsStdin => (
                "What is typed in a run is read from standard input here.",
                "실행 중에 입력하던 것을 여기서는 표준 입력에서 읽습니다.",
            ),
            Self::OthersStay => (
                "What a stage leaves in the background goes on; a run would end it.",
                "단계가 백그라운드에 남긴 것은 계속 실행됩니다. 실행에서는 함께 끝냅니다.",
            ),
        };
        match language {
            Language::En => en,
            Language::Ko => ko,
        }
    }
}
