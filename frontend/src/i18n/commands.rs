//! What can be asked for: names of commands, why one does not apply, and the list that they are chosen from.

use super::Word;
use crate::commands::{Command, Group, Reason};
use crate::editor::Side;
use crate::ui::Over;

/// Words for commands and lists.
pub(crate) struct CommandWords {
    /// What a command is called: it begins with what it does.
    pub(crate) name: fn(Command) -> Word,
    pub(crate) group: fn(Group) -> Word,
    /// Why it does not apply, as a sentence.
    pub(crate) why_not: fn(Reason) -> String,
    // Lists
    pub(crate) ask: Word,
    pub(crate) add: fn(&str) -> String,
    pub(crate) go: fn(&str) -> String,
    pub(crate) stages: Word,
    pub(crate) found: fn(usize) -> String,
    pub(crate) none_found: fn(&str) -> String,
    /// So many more than are shown.
    pub(crate) type_on: fn(usize) -> String,
}

pub(super) static EN: CommandWords = CommandWords {
    name: |command| match command {
        Command::Run => "Run the chain",
        Command::Stop => "Stop the run",
        Command::Now => "Back to the present of the run",
        Command::Leave => "Close, or select nothing",
        Command::Undo => "Undo",
        Command::Redo => "Redo",
        Command::Remove => "Delete",
        Command::RemoveThrough => "Delete and join what was on both sides",
        Command::Duplicate => "Duplicate",
        Command::Bypass => "Bypass, or take in again",
        Command::SelectAll => "Select all",
        Command::Select(Side::Left) => "Select the stage before",
        Command::Select(Side::Right) => "Select the stage after",
        Command::Move(Side::Left) => "Change places with the stage before",
        Command::Move(Side::Right) => "Change places with the stage after",
        Command::Open(Over::Actions) => "Find an action",
    },
    group: |group| match group {
        Group::Run => "Run",
        Group::Edit => "Edit",
        Group::Select => "Select",
        Group::Look => "Look",
        Group::Page => "Page",
    },
    why_not: |reason| match reason {
        Reason::Recorded => {
            "A recorded run is shown, and it stays as it is. “Use this chain” takes it over."
                .to_owned()
        }
        Reason::NoRunner => "There is no connection to the runner.".to_owned(),
        Reason::Running => "A run goes on: stop it first.".to_owned(),
        Reason::Problems(1) => "The chain has a problem to mend first.".to_owned(),
        Reason::Problems(count) => format!("The chain has {count} problems to mend first."),
        Reason::NothingToUndo => "There is nothing to undo.".to_owned(),
        Reason::NothingToRedo => {
            "There is nothing to redo: only what was undone can be.".to_owned()
        }
        Reason::NothingSelected => "Nothing is selected.".to_owned(),
        Reason::NoStage => "No stage is selected.".to_owned(),
        Reason::NoNeighbour => "No single stage is wired to it on that side.".to_owned(),
        Reason::Empty => "The chain is empty.".to_owned(),
    },
    ask: "What do you want to do?",
    add: |name| format!("Add {name}"),
    go: |name| format!("Go to {name}"),
    stages: "Stages of the chain",
    found: |count| match count {
        1 => "1 found".to_owned(),
        count => format!("{count} found"),
    },
    none_found: |typed| format!("Nothing found for “{typed}”."),
    type_on: |count| format!("{count} more: type on to see them."),
};

pub(super) static KO: CommandWords = CommandWords {
    name: |command| match command {
        Command::Run => "체인 실행",
        Command::Stop => "실행 중지",
        Command::Now => "실행의 현재로 돌아가기",
        Command::Leave => "닫기 또는 선택 해제",
        Command::Undo => "실행 취소",
        Command::Redo => "다시 실행",
        Command::Remove => "삭제",
        Command::RemoveThrough => "삭제하고 양쪽을 잇기",
        Command::Duplicate => "복제",
        Command::Bypass => "건너뛰기 켜기/끄기",
        Command::SelectAll => "모두 선택",
        Command::Select(Side::Left) => "앞 단계 선택",
        Command::Select(Side::Right) => "다음 단계 선택",
        Command::Move(Side::Left) => "앞 단계와 자리 바꾸기",
        Command::Move(Side::Right) => "다음 단계와 자리 바꾸기",
        Command::Open(Over::Actions) => "동작 찾기",
    },
    group: |group| match group {
        Group::Run => "실행",
        Group::Edit => "편집",
        Group::Select => "선택",
        Group::Look => "보기",
        Group::Page => "페이지",
    },
    why_not: |reason| match reason {
        Reason::Recorded => {
            "기록된 실행을 보고 있어서 바꿀 수 없습니다. 고치려면 이 체인을 가져오세요.".to_owned()
        }
        Reason::NoRunner => "실행기와 연결되어 있지 않습니다.".to_owned(),
        Reason::Running => "실행 중입니다. 먼저 중지하세요.".to_owned(),
        Reason::Problems(count) => format!("먼저 고칠 문제가 {count}개 있습니다."),
        Reason::NothingToUndo => "취소할 것이 없습니다.".to_owned(),
        Reason::NothingToRedo => "다시 실행할 것이 없습니다.".to_owned(),
        Reason::NothingSelected => "선택한 것이 없습니다.".to_owned(),
        Reason::NoStage => "선택한 단계가 없습니다.".to_owned(),
        Reason::NoNeighbour => "그쪽에 이어진 단계가 하나가 아닙니다.".to_owned(),
        Reason::Empty => "체인이 비어 있습니다.".to_owned(),
    },
    ask: "무엇을 할까요?",
    add: |name| format!("{name} 추가"),
    go: |name| format!("{name}(으)로 가기"),
    stages: "체인의 단계",
    found: |count| format!("{count}개 찾음"),
    none_found: |typed| format!("‘{typed}’에 맞는 것이 없습니다."),
    type_on: |count| format!("{count}개 더 있습니다. 더 입력하면 좁혀집니다."),
};
