//! What can be asked for: why a command does not apply, and the list that they are chosen from.

use crate::commands::{Group, On, Reason};
use crate::toast::Removed;

use super::Word;

/// Words for commands and lists.
pub(crate) struct CommandWords {
    pub(crate) group: fn(Group) -> Word,
    /// Why it does not apply, as a sentence.
    pub(crate) why_not: fn(Reason) -> String,
    // Menus, the sheet of shortcuts, and what is said when something is gone
    pub(crate) menu_of: fn(On) -> Word,
    pub(crate) shortcuts: Word,
    pub(crate) action: Word,
    pub(crate) keys: Word,
    pub(crate) mac_keys: Word,
    pub(crate) removed: fn(&Removed) -> String,
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
        Reason::Unread => "This chain came with a link: read its commands first.".to_owned(),
        Reason::NoRunner => "There is no connection to the runner.".to_owned(),
        Reason::Running => "A run goes on: stop it first.".to_owned(),
        Reason::WrongLine => "The shell text has a mistake to mend first.".to_owned(),
        Reason::Problems(1) => "The chain has a problem to mend first.".to_owned(),
        Reason::Problems(count) => format!("The chain has {count} problems to mend first."),
        Reason::NothingToUndo => "There is nothing to undo.".to_owned(),
        Reason::NothingToRedo => {
            "There is nothing to redo: only what was undone can be.".to_owned()
        }
        Reason::NothingSelected => "Nothing is selected.".to_owned(),
        Reason::NoStage => "No stage is selected.".to_owned(),
        Reason::NoNeighbour => "No single stage is wired to it on that side.".to_owned(),
        Reason::Tidy => "No stage has been moved.".to_owned(),
        Reason::NoCanvas => "That is done on the canvas, which is not shown.".to_owned(),
        Reason::Empty => "The chain is empty.".to_owned(),
    },
    menu_of: |on| match on {
        On::Stage => "What to do with the stage",
        On::Wire => "What to do with the wire",
        On::Note => "What to do with the note",
        On::Many => "What to do with the selection",
        On::Ground => "What to do with the chain",
    },
    shortcuts: "Shortcuts",
    action: "Action",
    keys: "Keys",
    mac_keys: "Keys of a Mac",
    removed: |removed| match removed {
        Removed::Stage(name) => format!("“{name}” was deleted."),
        Removed::Stages(count) => format!("{count} stages were deleted."),
        Removed::Wires(1) => "A wire was deleted.".to_owned(),
        Removed::Wires(count) => format!("{count} wires were deleted."),
        Removed::Notes(1) => "A note was deleted.".to_owned(),
        Removed::Notes(count) => format!("{count} notes were deleted."),
        Removed::Chain => "Another chain is in its place.".to_owned(),
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
        Reason::Unread => "링크로 받은 체인입니다. 먼저 명령을 읽어 보세요.".to_owned(),
        Reason::NoRunner => "실행기와 연결되어 있지 않습니다.".to_owned(),
        Reason::Running => "실행 중입니다. 먼저 중지하세요.".to_owned(),
        Reason::WrongLine => "먼저 셸 텍스트의 잘못을 고치세요.".to_owned(),
        Reason::Problems(count) => format!("먼저 고칠 문제가 {count}개 있습니다."),
        Reason::NothingToUndo => "취소할 것이 없습니다.".to_owned(),
        Reason::NothingToRedo => "다시 실행할 것이 없습니다.".to_owned(),
        Reason::NothingSelected => "선택한 것이 없습니다.".to_owned(),
        Reason::NoStage => "선택한 단계가 없습니다.".to_owned(),
        Reason::NoNeighbour => "그쪽에 이어진 단계가 하나가 아닙니다.".to_owned(),
        Reason::Tidy => "옮긴 단계가 없습니다.".to_owned(),
        Reason::NoCanvas => "캔버스에서 하는 일인데, 지금은 캔버스가 보이지 않습니다.".to_owned(),
        Reason::Empty => "체인이 비어 있습니다.".to_owned(),
    },
    menu_of: |on| match on {
        On::Stage => "단계 메뉴",
        On::Wire => "전선 메뉴",
        On::Note => "메모 메뉴",
        On::Many => "선택한 것의 메뉴",
        On::Ground => "체인 메뉴",
    },
    shortcuts: "단축키",
    action: "동작",
    keys: "키",
    mac_keys: "Mac의 키",
    removed: |removed| match removed {
        Removed::Stage(name) => format!("‘{name}’ 단계를 삭제했습니다."),
        Removed::Stages(count) => format!("단계 {count}개를 삭제했습니다."),
        Removed::Wires(count) => format!("전선 {count}개를 삭제했습니다."),
        Removed::Notes(count) => format!("메모 {count}개를 삭제했습니다."),
        Removed::Chain => "다른 체인으로 바꾸었습니다.".to_owned(),
    },
    ask: "무엇을 할까요?",
    add: |name| format!("{name} 추가"),
    go: |name| format!("가기: {name}"),
    stages: "체인의 단계",
    found: |count| format!("{count}개 찾음"),
    none_found: |typed| format!("‘{typed}’에 맞는 것이 없습니다."),
    type_on: |count| format!("{count}개 더 있습니다. 더 입력하면 좁혀집니다."),
};
