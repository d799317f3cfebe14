//! Words of the outline.

use pipeyard_shared::words::Language;

use super::Word;

/// What the outline says.
pub(crate) struct OutlineWords {
    // What a stage reads and writes
    pub(crate) errors_of: fn(&str) -> String,
    pub(crate) at_port: fn(&str, &str) -> String,
    pub(crate) reads_from: fn(&str) -> String,
    pub(crate) reads_nothing: Word,
    pub(crate) merged: fn(&str, &str) -> String,
    pub(crate) came_in: fn(&str) -> String,
    pub(crate) writes_to: fn(&str) -> String,
    pub(crate) errors_to: fn(&str) -> String,
    pub(crate) left_out: Word,
    // What can be done
    pub(crate) change: fn(&str) -> String,
    pub(crate) before: Word,
    pub(crate) after: Word,
    pub(crate) branch: Word,
    pub(crate) on_wire: Word,
    pub(crate) connect: Word,
    pub(crate) from_now: Word,
    pub(crate) to_now: Word,
    pub(crate) bypass: Word,
    pub(crate) remove_joined: Word,
    pub(crate) remove_alone: Word,
    // Notes and groups
    pub(crate) notes: Word,
    pub(crate) note: fn(usize) -> String,
    pub(crate) add_note: Word,
    pub(crate) groups: Word,
    pub(crate) group_title: fn(usize) -> String,
    pub(crate) group_of: fn(usize) -> String,
    pub(crate) fold: Word,
    pub(crate) dissolve: Word,
}

impl OutlineWords {
    /// The catalogue of a language. It is none of [`super::Words`]: what is named there is loaded first.
    pub(crate) fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &EN,
            Language::Ko => &KO,
        }
    }
}

static EN: OutlineWords = OutlineWords {
    errors_of: |stage| format!("{stage}’s errors"),
    at_port: |stage, port| format!("{stage} (at {port})"),
    reads_from: |from| format!("reads from {from}"),
    reads_nothing: "reads nothing",
    merged: |from, how| format!("{from}, merged: {how}"),
    came_in: |lines| format!("{lines} in"),
    writes_to: |to| format!("writes to {to}"),
    errors_to: |to| format!("errors go to {to}"),
    left_out: "left out of runs",
    change: |stage| format!("Change {stage}"),
    before: "Add before…",
    after: "Add after…",
    branch: "Branch to…",
    on_wire: "Put between…",
    connect: "Connect to…",
    from_now: "Read from…",
    to_now: "Lead to…",
    bypass: "Bypass",
    remove_joined: "Remove and join",
    remove_alone: "Remove",
    notes: "Notes",
    note: |number| format!("Note {number}"),
    add_note: "Add a note",
    groups: "Groups",
    group_title: |number| format!("Title of group {number}"),
    group_of: |stages| match stages {
        1 => "1 stage".to_owned(),
        count => format!("{count} stages"),
    },
    fold: "Fold",
    dissolve: "Ungroup",
};

static KO: OutlineWords = OutlineWords {
    errors_of: |stage| format!("{stage}의 오류"),
    at_port: |stage, port| format!("{stage}({port})"),
    reads_from: |from| format!("읽는 곳: {from}"),
    reads_nothing: "읽는 것 없음",
    merged: |from, how| format!("{from}(합치기: {how})"),
    came_in: |lines| format!("{lines} 들어옴"),
    writes_to: |to| format!("쓰는 곳: {to}"),
    errors_to: |to| format!("오류가 가는 곳: {to}"),
    left_out: "실행에서 빠짐",
    change: |stage| format!("{stage} 바꾸기"),
    before: "앞에 추가…",
    after: "뒤에 추가…",
    branch: "갈래 추가…",
    on_wire: "사이에 넣기…",
    connect: "연결하기…",
    from_now: "읽을 곳 바꾸기…",
    to_now: "보낼 곳 바꾸기…",
    bypass: "건너뛰기",
    remove_joined: "지우고 잇기",
    remove_alone: "지우기",
    notes: "메모",
    note: |number| format!("메모 {number}"),
    add_note: "메모 추가",
    groups: "묶음",
    group_title: |number| format!("묶음 {number}의 이름"),
    group_of: |stages| format!("단계 {stages}개"),
    fold: "접기",
    dissolve: "묶음 풀기",
};
