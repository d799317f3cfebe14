//! What commands are called.

use pipeyard_shared::words::Language;

use crate::commands::Command;
use crate::editor::Side;
use crate::editor::view::Look;
use crate::text_size::TextStep;
use crate::ui::{Over, Theme};

use super::Word;

/// Words for commands.
pub(crate) struct CommandNames {
    /// What a command is called: it begins with what it does.
    pub(crate) name: fn(Command) -> Word,
}

impl CommandNames {
    /// The catalogue of a language. It is none of [`super::Words`]: what is named there is loaded first.
    pub(crate) fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &EN,
            Language::Ko => &KO,
        }
    }
}

static EN: CommandNames = CommandNames {
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
        Command::NewChain => "Empty chain: begin anew",
        Command::Lanes => "Lanes and jobs…",
        Command::Bypass => "Bypass, or take in again",
        Command::Find => "Search the data",
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
        Command::Add => "Add a stage…",
        Command::Connect => "Connect from here: arrows choose, Enter joins",
        Command::Rename => "Rename",
        Command::Copy => "Copy",
        Command::CopyShell => "Copy for a shell",
        Command::Cut => "Cut",
        Command::Paste => "Paste",
        Command::OtherGround => "Dragging empty ground pans, or selects",
        Command::OtherSnap => "Snap to the grid, or do not",
        Command::Tidy => "Tidy: lay the stages out again",
        Command::Open(Over::Actions) => "Find an action",
        Command::Open(Over::Keys) => "Show the shortcuts",
        Command::Open(Over::Gallery) => "Examples",
        Command::Present(true) => "Present: the chain alone, large",
        Command::Present(false) => "Leave the presentation",
        Command::Text(TextStep::Larger) => "Larger text",
        Command::Text(TextStep::Smaller) => "Smaller text",
        Command::Text(TextStep::Usual) => "Usual text size",
        Command::ResetPanes => "Usual sizes of the panes",
        Command::Open(Over::Share) => "Share…",
        Command::Open(Over::Menu(_)) => "Open the menu",
        Command::Wear(Theme::System) => "Theme: as the system",
        Command::Wear(Theme::Light) => "Theme: light",
        Command::Wear(Theme::Dark) => "Theme: dark",
        Command::Wear(Theme::Contrast) => "Theme: high contrast",
        Command::Speak(Language::En) => "Speak English",
        Command::Speak(Language::Ko) => "Speak Korean (한국어)",
    },
};

static KO: CommandNames = CommandNames {
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
        Command::NewChain => "빈 체인으로 새로 시작",
        Command::Lanes => "레인과 동시 실행 수…",
        Command::Bypass => "건너뛰기 켜기/끄기",
        Command::Find => "데이터에서 찾기",
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
        Command::Add => "단계 추가…",
        Command::Connect => "여기서 연결: 화살표로 고르고 Enter로 잇기",
        Command::Rename => "이름 바꾸기",
        Command::Copy => "복사",
        Command::CopyShell => "셸 명령으로 복사",
        Command::Cut => "잘라내기",
        Command::Paste => "붙여넣기",
        Command::OtherGround => "빈 곳을 끌 때 이동/선택 바꾸기",
        Command::OtherSnap => "격자에 맞추기 켜기/끄기",
        Command::Tidy => "정돈: 단계를 다시 배치하기",
        Command::Open(Over::Actions) => "동작 찾기",
        Command::Open(Over::Keys) => "단축키 보기",
        Command::Open(Over::Gallery) => "예제 보기",
        Command::Present(true) => "발표: 체인만 크게 보기",
        Command::Present(false) => "발표 끝내기",
        Command::Text(TextStep::Larger) => "글자 크게",
        Command::Text(TextStep::Smaller) => "글자 작게",
        Command::Text(TextStep::Usual) => "글자 크기를 처음대로",
        Command::ResetPanes => "창 크기를 처음대로",
        Command::Open(Over::Share) => "공유…",
        Command::Open(Over::Menu(_)) => "메뉴 열기",
        Command::Wear(Theme::System) => "테마: 시스템 설정",
        Command::Wear(Theme::Light) => "테마: 밝게",
        Command::Wear(Theme::Dark) => "테마: 어둡게",
        Command::Wear(Theme::Contrast) => "테마: 고대비",
        Command::Speak(Language::En) => "영어로 보기(English)",
        Command::Speak(Language::Ko) => "한국어로 보기",
    },
};
