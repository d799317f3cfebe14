//! Words for stages, wires, notes and groups where they are changed.

use super::{With, Word};
use crate::part::WhyNotFrozen;

/// What the inspector says of parts, and what can be done with them.
pub(crate) struct StageWords {
    // A stage
    pub(crate) as_a_shell: Word,
    /// Milliseconds, seconds, minutes, hours.
    pub(crate) time_units: [Word; 4],
    pub(crate) time_unit: Word,
    pub(crate) time_bounds: Word,
    pub(crate) bypass: Word,
    pub(crate) bypass_note: Word,
    pub(crate) bypassed: Word,
    pub(crate) run_up_to: Word,
    pub(crate) run_up_to_note: Word,
    pub(crate) ran_up_to: fn(&str) -> String,
    pub(crate) ran_frozen: Word,
    pub(crate) left_out: Word,
    pub(crate) left_out_note: Word,
    // A wire
    pub(crate) from: Word,
    pub(crate) to: Word,
    pub(crate) insert_here: Word,
    pub(crate) freeze: Word,
    pub(crate) unfreeze: Word,
    pub(crate) freeze_note: Word,
    pub(crate) frozen: fn(&str) -> String,
    pub(crate) why_not_frozen: fn(WhyNotFrozen) -> String,
    pub(crate) order: Word,
    pub(crate) order_note: Word,
    pub(crate) sooner: fn(&str) -> String,
    pub(crate) later: fn(&str) -> String,
    pub(crate) add_input: With<u8>,
    pub(crate) add_input_note: Word,
    pub(crate) no_more_inputs: Word,
    // Several parts
    pub(crate) selected: fn(usize, usize, usize) -> String,
    pub(crate) group: Word,
    pub(crate) ungroup: Word,
    pub(crate) group_title: Word,
    pub(crate) new_group: Word,
    pub(crate) collapse: Word,
    pub(crate) expand: Word,
    pub(crate) remove_through: Word,
    pub(crate) align_left: Word,
    pub(crate) align_top: Word,
    pub(crate) spread_across: Word,
    pub(crate) spread_down: Word,
    pub(crate) arrange: Word,
    // A note
    pub(crate) note: Word,
    pub(crate) note_text: Word,
    pub(crate) add_note: Word,
    pub(crate) note_here: Word,
    pub(crate) note_width: Word,
    pub(crate) note_height: Word,
}

pub(super) static EN: StageWords = StageWords {
    as_a_shell: "As a shell would need it written",
    time_units: ["ms", "s", "min", "h"],
    time_unit: "Unit of time",
    time_bounds: "From 1 ms to 24 h.",
    bypass: "Bypass",
    bypass_note: "A run leaves it out; what fed it feeds what it fed.",
    bypassed: "bypassed",
    run_up_to: "Run up to here",
    run_up_to_note: "Runs this stage and what it needs, and nothing behind it",
    ran_up_to: |stage| format!("only up to {stage}"),
    ran_frozen: "only what is behind ❄",
    left_out: "left out",
    left_out_note: "Frozen data stands for it",
    from: "From",
    to: "To",
    insert_here: "Insert a stage here",
    freeze: "Freeze ❄",
    unfreeze: "Unfreeze ❄",
    freeze_note: "Keeps the data of the last run; runs only what is behind it.",
    frozen: |bytes| format!("❄ {bytes} kept: only what is behind this wire runs."),
    why_not_frozen: |why| match why {
        WhyNotFrozen::Visited => "This chain came with a link: keep it as yours first.".to_owned(),
        WhyNotFrozen::NotRun => "It can be frozen after a run: there is no data yet.".to_owned(),
        WhyNotFrozen::Lanes => {
            "Each lane has data of its own: only a chain with one lane can be frozen.".to_owned()
        }
        WhyNotFrozen::Running => "It can be frozen when its data has ended.".to_owned(),
        WhyNotFrozen::Direct => "A direct wire cannot be frozen: nobody sees its bytes.".to_owned(),
        WhyNotFrozen::Cut => "Its data is not whole: it was cut off before its end.".to_owned(),
        WhyNotFrozen::TooLarge(bytes) => format!(
            "{} passed here; the page keeps no more than {} of a wire.",
            crate::format::bytes(bytes),
            crate::format::bytes(crate::part::FROZEN_BYTES)
        ),
        WhyNotFrozen::TooMany => {
            "The frozen wires together would be too large: unfreeze another one first.".to_owned()
        }
    },
    order: "Order of the wires",
    order_note: "The first is read to its end, then the next.",
    sooner: |wire| format!("Read {wire} sooner"),
    later: |wire| format!("Read {wire} later"),
    add_input: |number| format!("+ input fd{number}"),
    add_input_note: "Adds an argument that names the input: its process reads it from /dev/fd.",
    no_more_inputs: "There are no more than fd3 to fd63.",
    selected: |stages, wires, notes| {
        let parts = [(stages, "stage"), (wires, "wire"), (notes, "note")];
        let parts = parts.iter().filter(|(count, _)| *count > 0);
        let parts: Vec<String> = parts
            .map(|(count, noun)| format!("{count} {noun}{}", if *count == 1 { "" } else { "s" }))
            .collect();
        parts.join(", ")
    },
    group: "Group",
    ungroup: "Ungroup",
    group_title: "Name of the group",
    new_group: "Group",
    collapse: "Collapse to one card",
    expand: "Expand",
    remove_through: "Remove and reconnect",
    align_left: "Align left",
    align_top: "Align top",
    spread_across: "Spread across",
    spread_down: "Spread down",
    arrange: "Places of the selected parts",
    note: "note",
    note_text: "Text of the note",
    add_note: "Add a note",
    note_here: "A note",
    note_width: "Width",
    note_height: "Height",
};

pub(super) static KO: StageWords = StageWords {
    as_a_shell: "셸에서는 이렇게 써야 합니다",
    time_units: ["밀리초", "초", "분", "시간"],
    time_unit: "시간 단위",
    time_bounds: "1밀리초부터 24시간까지입니다.",
    bypass: "건너뛰기",
    bypass_note: "실행할 때 이 단계를 빼고 앞뒤를 바로 잇습니다.",
    bypassed: "건너뜀",
    run_up_to: "여기까지 실행",
    run_up_to_note: "이 단계와 필요한 앞 단계만 실행하고 뒤는 실행하지 않습니다",
    ran_up_to: |stage| format!("{stage}까지만"),
    ran_frozen: "❄ 뒤쪽만",
    left_out: "빠짐",
    left_out_note: "얼린 데이터가 대신합니다",
    from: "보내는 쪽",
    to: "받는 쪽",
    insert_here: "여기에 단계 끼우기",
    freeze: "얼리기 ❄",
    unfreeze: "녹이기 ❄",
    freeze_note: "지난 실행의 데이터를 두고 그 뒤쪽만 실행합니다.",
    frozen: |bytes| format!("❄ {bytes} 보관: 이 전선 뒤쪽만 실행합니다."),
    why_not_frozen: |why| match why {
        WhyNotFrozen::Visited => "링크로 받은 체인입니다. 먼저 내 것으로 하세요.".to_owned(),
        WhyNotFrozen::NotRun => {
            "아직 데이터가 없습니다. 한 번 실행한 뒤에 얼릴 수 있습니다.".to_owned()
        }
        WhyNotFrozen::Lanes => {
            "레인마다 데이터가 다릅니다. 레인이 하나인 체인만 얼릴 수 있습니다.".to_owned()
        }
        WhyNotFrozen::Running => "데이터가 끝난 뒤에 얼릴 수 있습니다.".to_owned(),
        WhyNotFrozen::Direct => "직접 전선은 바이트를 볼 수 없어 얼릴 수 없습니다.".to_owned(),
        WhyNotFrozen::Cut => "끝나기 전에 끊겨서 데이터가 온전하지 않습니다.".to_owned(),
        WhyNotFrozen::TooLarge(bytes) => format!(
            "{}가 지나갔습니다. 페이지는 전선 하나에 {}까지만 보관합니다.",
            crate::format::bytes(bytes),
            crate::format::bytes(crate::part::FROZEN_BYTES)
        ),
        WhyNotFrozen::TooMany => {
            "얼린 전선들이 너무 커집니다. 다른 전선을 먼저 녹이세요.".to_owned()
        }
    },
    order: "전선의 차례",
    order_note: "첫 전선을 끝까지 읽고 다음 전선을 읽습니다.",
    sooner: |wire| format!("{wire} 먼저 읽기"),
    later: |wire| format!("{wire} 나중에 읽기"),
    add_input: |number| format!("+ 입력 fd{number}"),
    add_input_note: "입력을 가리키는 인수를 더합니다. 프로세스는 /dev/fd에서 읽습니다.",
    no_more_inputs: "fd3부터 fd63까지만 있습니다.",
    selected: |stages, wires, notes| {
        let parts = [(stages, "단계"), (wires, "전선"), (notes, "메모")];
        let parts = parts.iter().filter(|(count, _)| *count > 0);
        let parts: Vec<String> = parts
            .map(|(count, noun)| format!("{noun} {count}개"))
            .collect();
        parts.join(", ")
    },
    group: "묶기",
    ungroup: "묶음 풀기",
    group_title: "묶음 이름",
    new_group: "묶음",
    collapse: "카드 하나로 접기",
    expand: "펼치기",
    remove_through: "삭제하고 다시 잇기",
    align_left: "왼쪽 맞춤",
    align_top: "위쪽 맞춤",
    spread_across: "가로로 고르게",
    spread_down: "세로로 고르게",
    arrange: "고른 것들의 자리",
    note: "메모",
    note_text: "메모 내용",
    add_note: "메모 추가",
    note_here: "새 메모",
    note_width: "너비",
    note_height: "높이",
};
