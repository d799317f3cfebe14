//! What can be asked for: names of commands, why one does not apply, and the list that they are chosen from.

use pipeyard_shared::words::Language;

use crate::commands::{Command, Group, On, Reason};
use crate::editor::Side;
use crate::editor::view::Look;
use crate::toast::Removed;
use crate::ui::{Over, Theme};

use super::Word;

/// Words for commands and lists.
pub(crate) struct CommandWords {
    /// What a command is called: it begins with what it does.
    pub(crate) name: fn(Command) -> Word,
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
        Command::RunUpTo => "Run up to the selected stage",
        Command::Group => "Group the selected stages",
        Command::Ungroup => "Ungroup",
        Command::Fold => "Collapse or expand the group",
        Command::AddNote => "Add a note",
        Command::Bypass => "Bypass, or take in again",
        Command::SelectAll => "Select all",
        Command::Select(Side::Left) => "Select the stage before",
        Command::Select(Side::Right) => "Select the stage after",
        Command::Move(Side::Left) => "Change places with the stage before",
        Command::Move(Side::Right) => "Change places with the stage after",
        Command::Look(Look::In) => "Zoom in",
        Command::Look(Look::Out) => "Zoom out",
        Command::Look(Look::Whole) => "Zoom to 100 %",
        Command::Look(Look::Fit) => "Fit all of it",
        Command::Look(Look::Selected) => "Fit what is selected",
        Command::Nudge(-1, _) => "Move left by a pixel",
        Command::Nudge(1, _) => "Move right by a pixel",
        Command::Nudge(_, -1) => "Move up by a pixel",
        Command::Nudge(_, 1) => "Move down by a pixel",
        Command::Nudge(..=-2, _) => "Move left",
        Command::Nudge(2.., _) => "Move right",
        Command::Nudge(_, ..=-2) => "Move up",
        Command::Nudge(..) => "Move down",
        Command::Tidy => "Tidy: lay the stages out again",
        Command::Open(Over::Actions) => "Find an action",
        Command::Open(Over::Keys) => "Show the shortcuts",
        Command::Open(Over::Menu(_)) => "Open the menu",
        Command::Wear(Theme::System) => "Theme: as the system",
        Command::Wear(Theme::Light) => "Theme: light",
        Command::Wear(Theme::Dark) => "Theme: dark",
        Command::Wear(Theme::Contrast) => "Theme: high contrast",
        Command::Speak(Language::En) => "Speak English",
        Command::Speak(Language::Ko) => "Speak Korean (한국어)",
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
        Reason::Tidy => "No stage has been moved.".to_owned(),
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
        Command::RunUpTo => "선택한 단계까지 실행",
        Command::Group => "선택한 단계 묶기",
        Command::Ungroup => "묶음 풀기",
        Command::Fold => "묶음 접기/펼치기",
        Command::AddNote => "메모 추가",
        Command::Bypass => "건너뛰기 켜기/끄기",
        Command::SelectAll => "모두 선택",
        Command::Select(Side::Left) => "앞 단계 선택",
        Command::Select(Side::Right) => "다음 단계 선택",
        Command::Move(Side::Left) => "앞 단계와 자리 바꾸기",
        Command::Move(Side::Right) => "다음 단계와 자리 바꾸기",
        Command::Look(Look::In) => "확대",
        Command::Look(Look::Out) => "축소",
        Command::Look(Look::Whole) => "100 %로 보기",
        Command::Look(Look::Fit) => "모두 보이게 맞추기",
        Command::Look(Look::Selected) => "선택한 것에 맞추기",
        Command::Nudge(-1, _) => "왼쪽으로 1픽셀 옮기기",
        Command::Nudge(1, _) => "오른쪽으로 1픽셀 옮기기",
        Command::Nudge(_, -1) => "위로 1픽셀 옮기기",
        Command::Nudge(_, 1) => "아래로 1픽셀 옮기기",
        Command::Nudge(..=-2, _) => "왼쪽으로 옮기기",
        Command::Nudge(2.., _) => "오른쪽으로 옮기기",
        Command::Nudge(_, ..=-2) => "위로 옮기기",
        Command::Nudge(..) => "아래로 옮기기",
        Command::Tidy => "정돈: 단계를 다시 배치하기",
        Command::Open(Over::Actions) => "동작 찾기",
        Command::Open(Over::Keys) => "단축키 보기",
        Command::Open(Over::Menu(_)) => "메뉴 열기",
        Command::Wear(Theme::System) => "테마: 시스템 설정",
        Command::Wear(Theme::Light) => "테마: 밝게",
        Command::Wear(Theme::Dark) => "테마: 어둡게",
        Command::Wear(Theme::Contrast) => "테마: 고대비",
        Command::Speak(Language::En) => "영어로 보기(English)",
        Command::Speak(Language::Ko) => "한국어로 보기",
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
        Reason::Tidy => "옮긴 단계가 없습니다.".to_owned(),
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
    go: |name| format!("{name}(으)로 가기"),
    stages: "체인의 단계",
    found: |count| format!("{count}개 찾음"),
    none_found: |typed| format!("‘{typed}’에 맞는 것이 없습니다."),
    type_on: |count| format!("{count}개 더 있습니다. 더 입력하면 좁혀집니다."),
};
