//! Words for what is done on the canvas itself.

use pipeyard_shared::Chain;

use super::Word;
use crate::editor::WhyNot;

/// What the canvas says when it is looked at or drawn on.
pub(crate) struct CanvasWords {
    pub(crate) looking: Word,
    pub(crate) zoom_in: Word,
    pub(crate) zoom_out: Word,
    pub(crate) zoom_whole: Word,
    pub(crate) zoom_fit: Word,
    pub(crate) tidy: Word,
    pub(crate) pan: Word,
    pub(crate) pan_short: Word,
    pub(crate) snap: Word,
    pub(crate) snap_short: Word,
    pub(crate) rename: Word,
    /// What the text that was typed would be added as.
    pub(crate) add_typed: Word,
    pub(crate) nothing_to_paste: Word,
    /// Why not: the limit that it would be over.
    pub(crate) too_much: fn(&str) -> String,
    /// The text is longer than this.
    pub(crate) too_long: fn(&str) -> String,
    pub(crate) paste_refused: Word,
    pub(crate) nothing_to_join: Word,
    /// A wire that is led by keys: from where, to where, the how manyth of how many.
    pub(crate) joining: fn(&str, &str, usize, usize) -> String,
    /// Why two ports were not joined.
    pub(crate) why_not: fn(&WhyNot, &Chain) -> String,
    pub(crate) copied: Word,
    pub(crate) not_copied: Word,
}

pub(super) static EN: CanvasWords = CanvasWords {
    looking: "View",
    zoom_in: "Zoom in",
    zoom_out: "Zoom out",
    zoom_whole: "Zoom to 100 %",
    zoom_fit: "Fit",
    tidy: "Tidy",
    pan: "Pan by dragging empty ground",
    pan_short: "Pan",
    snap: "Snap to the grid",
    snap_short: "Snap",
    rename: "Name",
    add_typed: "as a command",
    nothing_to_paste: "Nothing was pasted: the clipboard has no stages and no plain pipeline",
    too_much: |why| format!("Nothing was pasted: {why}"),
    too_long: |most| format!("Nothing was pasted: the text is longer than {most}"),
    paste_refused: "The browser does not let the page read the clipboard. Ctrl+V pastes all the same",
    nothing_to_join: "No port can be joined to it",
    joining: |from, to, at, of| format!("{from} → {to}, {at} of {of}. Arrows choose, Enter joins"),
    why_not: |why_not, chain| match why_not {
        WhyNot::NoSuchStage => "That stage is gone".to_owned(),
        WhyNot::SameStage => "A stage cannot feed itself".to_owned(),
        WhyNot::SameDirection => "A wire goes from an output to an input".to_owned(),
        WhyNot::TakesNothing(id) => format!("{} takes no input", chain.name_of(id)),
        WhyNot::GivesNothing(id) => format!("{} gives no output", chain.name_of(id)),
        WhyNot::NoSuchPort(id) => format!("{} has no such port", chain.name_of(id)),
        WhyNot::AlreadyWired(_) => "A wire joins the two already".to_owned(),
        WhyNot::Ring(_) => "The stages would feed each other in a ring".to_owned(),
        WhyNot::OnlyProcesses(port) => {
            format!("The wires into this {port} share one pipe: only processes can write to it")
        }
        WhyNot::HasWires(id) => format!("{} has wires already", chain.name_of(id)),
        WhyNot::TooMany(most) => format!("A chain has at most {most} wires"),
    },
    copied: "Copied",
    not_copied: "The browser did not let it be copied",
};

pub(super) static KO: CanvasWords = CanvasWords {
    looking: "보기",
    zoom_in: "확대",
    zoom_out: "축소",
    zoom_whole: "100 %로 보기",
    zoom_fit: "맞추기",
    tidy: "정돈",
    pan: "이동: 빈 곳을 끌어서 옮기기",
    pan_short: "이동",
    snap: "격자에 맞추기",
    snap_short: "격자",
    rename: "이름",
    add_typed: "명령으로 추가",
    nothing_to_paste: "붙여넣지 못했습니다. 클립보드에 단계나 간단한 파이프라인이 없습니다",
    too_much: |why| format!("붙여넣지 못했습니다. {why}"),
    too_long: |most| format!("붙여넣지 못했습니다. 글이 {most}보다 깁니다"),
    paste_refused: "브라우저가 클립보드 읽기를 허락하지 않았습니다. Ctrl+V로 붙여넣으세요",
    nothing_to_join: "이을 수 있는 포트가 없습니다",
    joining: |from, to, at, of| {
        format!("{from} → {to}, {of}개 중 {at}번째. 화살표로 고르고 Enter로 잇습니다")
    },
    why_not: |why_not, chain| match why_not {
        WhyNot::NoSuchStage => "그 단계는 이제 없습니다".to_owned(),
        WhyNot::SameStage => "단계는 자기 자신에게 보낼 수 없습니다".to_owned(),
        WhyNot::SameDirection => "전선은 출력에서 입력으로 갑니다".to_owned(),
        WhyNot::TakesNothing(id) => format!("{} 단계는 입력을 받지 않습니다", chain.name_of(id)),
        WhyNot::GivesNothing(id) => format!("{} 단계는 출력을 내지 않습니다", chain.name_of(id)),
        WhyNot::NoSuchPort(id) => format!("{} 단계에는 그런 포트가 없습니다", chain.name_of(id)),
        WhyNot::AlreadyWired(_) => "이미 전선으로 이어져 있습니다".to_owned(),
        WhyNot::Ring(_) => "단계들이 고리를 이루어 서로에게 보내게 됩니다".to_owned(),
        WhyNot::OnlyProcesses(port) => {
            format!("이 {port}의 전선들은 파이프 하나를 함께 쓰므로 프로세스만 쓸 수 있습니다")
        }
        WhyNot::HasWires(id) => format!("{} 단계에는 이미 전선이 있습니다", chain.name_of(id)),
        WhyNot::TooMany(most) => format!("체인의 전선은 {most}개까지입니다"),
    },
    copied: "복사했습니다",
    not_copied: "브라우저가 복사를 허락하지 않았습니다",
};
