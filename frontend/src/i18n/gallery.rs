//! The examples' titles, and what one sees in each.

use super::Word;
use crate::gallery::Task;

/// Words for the gallery, and for an empty canvas, from which it is opened.
pub(crate) struct GalleryWords {
    pub(crate) examples: Word,
    pub(crate) find: Word,
    pub(crate) task: fn(Task) -> Word,
    pub(crate) open: fn(&str) -> String,
    pub(crate) how: Word,
    pub(crate) replace: Word,
    pub(crate) beside: Word,
    pub(crate) empty: Word,
    pub(crate) pick: Word,
    pub(crate) pick_note: Word,
    pub(crate) program: Word,
    pub(crate) program_note: Word,
    pub(crate) line: Word,
    pub(crate) line_note: Word,
    pub(crate) add_line: Word,
    pub(crate) not_a_line: fn(&str) -> String,
    pub(crate) share: Word,
}

pub(super) static EN: GalleryWords = GalleryWords {
    examples: "Examples",
    find: "Find an example",
    task: |task| match task {
        Task::Begin => "To begin with",
        Task::Parallel => "Many at once",
        Task::Bytes => "Bytes that are no text",
        Task::Wires => "More than a row",
        Task::Trouble => "When things go wrong",
    },
    open: |title| format!("Example: {title}"),
    how: "Open it",
    replace: "in place of the chain",
    beside: "beside the chain",
    empty: "Nothing here yet. Three ways to begin:",
    pick: "Pick an example",
    pick_note: "small chains that run as they are",
    program: "Add a program",
    program_note: "from the palette on the left: click it, then the next",
    line: "Type a line",
    line_note: "such as: seq 1 9 | sort -r | head -n 3",
    add_line: "add this command line",
    not_a_line: |line| format!("“{line}” is no line of plain commands joined by |."),
    share: "Share",
};

pub(super) static KO: GalleryWords = GalleryWords {
    examples: "예제",
    find: "예제 찾기",
    task: |task| match task {
        Task::Begin => "처음이라면",
        Task::Parallel => "여럿을 한꺼번에",
        Task::Bytes => "텍스트가 아닌 바이트",
        Task::Wires => "한 줄을 넘어서",
        Task::Trouble => "잘못될 때",
    },
    open: |title| format!("예제: {title}"),
    how: "여는 방법",
    replace: "지금 체인 대신",
    beside: "지금 체인 옆에",
    empty: "아직 비어 있습니다. 시작하는 세 가지 방법:",
    pick: "예제 고르기",
    pick_note: "그대로 실행되는 작은 체인입니다",
    program: "프로그램 추가",
    program_note: "왼쪽 팔레트에서 하나씩 눌러 잇습니다",
    line: "명령줄 입력",
    line_note: "예: seq 1 9 | sort -r | head -n 3",
    add_line: "이 명령줄 추가",
    not_a_line: |line| format!("‘{line}’은(는) |로 이은 간단한 명령줄이 아닙니다."),
    share: "공유",
};
