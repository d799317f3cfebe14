//! The page around the chain: its panes, how large everything is shown, presentations, a runner that is gone, what is empty.

use super::Word;
use crate::panes::Pane;

/// Words for it.
pub(crate) struct AroundWords {
    pub(crate) edge: fn(Pane) -> Word,
    pub(crate) edge_note: Word,
    /// The keys that run and that leave.
    pub(crate) presenting: fn(&str, &str) -> String,
    pub(crate) leave: Word,
    pub(crate) text_size: fn(u16) -> String,
    pub(crate) lost_at: fn(&str) -> String,
    pub(crate) retry_in: fn(u64) -> String,
    pub(crate) try_now: Word,
    pub(crate) no_data: Word,
    pub(crate) no_stderr: Word,
    pub(crate) one_run: Word,
    pub(crate) no_wires: Word,
    pub(crate) picture: Word,
    pub(crate) canvas: Word,
    pub(crate) outline: Word,
    pub(crate) both: Word,
}

pub(super) static EN: AroundWords = AroundWords {
    edge: |pane| match pane {
        Pane::Palette => "Edge of the palette",
        Pane::Inspector => "Edge of the inspector",
        Pane::Drawer => "Edge of the drawer",
    },
    edge_note: "Drag it, or use the arrow keys; a double click puts it back",
    presenting: |run, leave| format!("Presentation: {run} runs, {leave} leaves."),
    leave: "Leave",
    text_size: |percent| format!("Aa {percent} %: text size"),
    lost_at: |time| format!("last heard at {time}"),
    retry_in: |seconds| format!("tries again in {seconds} s"),
    try_now: "Try now",
    no_data: "Run the chain: what comes out here is shown as it comes.",
    no_stderr: "Run the chain: what its programs complain about, or say beside their output, is collected here.",
    one_run: "Two places of one run are compared. Run again, and a run is compared with the one before.",
    no_wires: "Nothing is joined yet: drag from the ring at the right of a card to another card, or press C on one.",
    picture: "View of the chain",
    canvas: "Canvas",
    outline: "Outline",
    both: "Both",
};

pub(super) static KO: AroundWords = AroundWords {
    edge: |pane| match pane {
        Pane::Palette => "팔레트 경계",
        Pane::Inspector => "속성 창 경계",
        Pane::Drawer => "서랍 경계",
    },
    edge_note: "끌거나 화살표 키로 옮깁니다. 두 번 누르면 처음 크기로 돌아갑니다.",
    presenting: |run, leave| format!("발표 화면입니다. {run} 키로 실행하고 {leave} 키로 나갑니다."),
    leave: "나가기",
    text_size: |percent| format!("Aa {percent} %: 글자 크기"),
    lost_at: |time| format!("마지막 연결 {time}"),
    retry_in: |seconds| format!("{seconds}초 뒤 다시 시도"),
    try_now: "지금 시도",
    no_data: "체인을 실행하면 여기로 나오는 것이 바로 보입니다.",
    no_stderr: "체인을 실행하면 프로그램의 오류와 안내 메시지가 여기에 모입니다.",
    one_run: "한 실행의 두 곳을 비교하고 있습니다. 다시 실행하면 이전 실행과 비교합니다.",
    no_wires: "아직 이어진 것이 없습니다. 카드 오른쪽의 고리를 다른 카드로 끌거나, 카드에서 C를 누르세요.",
    picture: "체인을 보는 방법",
    canvas: "캔버스",
    outline: "목록",
    both: "둘 다",
};
