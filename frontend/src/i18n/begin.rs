//! What an empty canvas says.

use pipeyard_shared::words::Language;

use super::Word;

/// Words for the ways to begin.
pub(crate) struct BeginWords {
    pub(crate) empty: Word,
    pub(crate) lesson: Word,
    pub(crate) lesson_note: Word,
    pub(crate) pick: Word,
    pub(crate) pick_note: Word,
    pub(crate) program: Word,
    pub(crate) program_note: Word,
    pub(crate) line: Word,
    pub(crate) line_note: Word,
}

impl BeginWords {
    /// The catalogue of a language. It is none of [`super::Words`]: what is named there is loaded first.
    pub(crate) fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &EN,
            Language::Ko => &KO,
        }
    }
}

static EN: BeginWords = BeginWords {
    empty: "Nothing here yet. Four ways to begin:",
    lesson: "Start the first lesson",
    lesson_note: "processes and pipes, step by step",
    pick: "Pick an example",
    pick_note: "small chains that run as they are",
    program: "Add a program",
    program_note: "from the palette on the left: click it, then the next",
    line: "Type a line",
    line_note: "such as: seq 1 9 | sort -r | head -n 3",
};

static KO: BeginWords = BeginWords {
    empty: "아직 비어 있습니다. 시작하는 네 가지 방법:",
    lesson: "첫 수업 시작",
    lesson_note: "프로세스와 파이프를 차근차근 배웁니다",
    pick: "예제 고르기",
    pick_note: "그대로 실행되는 작은 체인입니다",
    program: "프로그램 추가",
    program_note: "왼쪽 팔레트에서 하나씩 눌러 잇습니다",
    line: "명령줄 입력",
    line_note: "예: seq 1 9 | sort -r | head -n 3",
};
