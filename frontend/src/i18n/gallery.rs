//! The examples' titles, and what one sees in each.

use super::Word;
use crate::gallery::Task;

/// Words for the gallery.
pub(crate) struct GalleryWords {
    pub(crate) examples: Word,
    pub(crate) find: Word,
    pub(crate) task: fn(Task) -> Word,
    pub(crate) open: fn(&str) -> String,
    pub(crate) how: Word,
    pub(crate) replace: Word,
    pub(crate) beside: Word,
    pub(crate) add_line: Word,
    pub(crate) not_a_line: fn(&str) -> String,
    pub(crate) share: Word,
    pub(crate) changed: Word,
    pub(crate) gave_way: Word,
    pub(crate) bring_back: Word,
    pub(crate) alone: Word,
    pub(crate) no_runner: Word,
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
    add_line: "add this command line",
    not_a_line: |line| format!("“{line}” is no line of plain commands joined by |."),
    share: "Share",
    changed: "changed since shared",
    gave_way: "Your own chain gave way to the one from the link.",
    bring_back: "Bring mine back",
    alone: "This page has no runner: chains can be read here and recorded runs replayed. To run them, start Pipeyard on your own machine and open the same link there.",
    no_runner: "No runner",
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
    add_line: "이 명령줄 추가",
    not_a_line: |line| format!("|로 이은 간단한 명령줄이 아닙니다: ‘{line}’."),
    share: "공유",
    changed: "공유한 뒤 바뀜",
    gave_way: "링크의 체인이 내 체인을 대신했습니다.",
    bring_back: "내 체인 되찾기",
    alone: "이 페이지에는 실행기가 없습니다. 체인을 읽고 기록된 실행을 재생할 수 있습니다. 실행하려면 자기 컴퓨터에서 Pipeyard를 시작하고 같은 링크를 여세요.",
    no_runner: "실행기 없음",
};
