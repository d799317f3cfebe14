//! Words for a flow that is longer than the page holds.

use pipeyard_shared::words::Language;

use super::Word;

/// What the view of all of a flow says.
pub(crate) struct WholeWords {
    pub(crate) open: fn(&str) -> String,
    pub(crate) close: Word,
    pub(crate) earlier: Word,
    pub(crate) later: Word,
    pub(crate) place: Word,
    /// First byte, behind the last, of how much.
    pub(crate) shown: fn(&str, &str, &str) -> String,
    pub(crate) search: Word,
    pub(crate) find: Word,
    pub(crate) cancel: Word,
    /// How much, of how much.
    pub(crate) searched: fn(&str, &str) -> String,
    pub(crate) found_at: fn(&str) -> String,
    pub(crate) found_nowhere: Word,
    /// How much of it had been searched.
    pub(crate) search_failed: fn(&str) -> String,
    /// How much is kept, of how much.
    pub(crate) short: fn(&str, &str) -> String,
    pub(crate) gone: Word,
}

impl WholeWords {
    /// The catalogue of a language. It is none of [`super::Words`]: what is named there is loaded first.
    pub(crate) fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &EN,
            Language::Ko => &KO,
        }
    }
}

static EN: WholeWords = WholeWords {
    open: |all| format!("Read all {all}"),
    close: "First and last bytes",
    earlier: "Earlier bytes",
    later: "Later bytes",
    place: "Place in the flow",
    shown: |first, last, all| format!("bytes {first} to {last} of {all}"),
    search: "Search all of it",
    find: "Find",
    cancel: "Cancel",
    searched: |some, all| format!("{some} of {all} searched"),
    found_at: |place| format!("found at byte {place}"),
    found_nowhere: "not found from here on",
    search_failed: |some| {
        format!("the search failed after {some}: the bytes beyond could not be had")
    },
    short: |kept, all| {
        format!("The runner keeps the first {kept} of {all}: no more can be read here.")
    },
    gone: "These bytes cannot be had: the runner is gone, forgot the run, or gave its room to a newer one.",
};

static KO: WholeWords = WholeWords {
    open: |all| format!("{all} 모두 읽기"),
    close: "처음과 끝만 보기",
    earlier: "앞쪽 바이트",
    later: "뒤쪽 바이트",
    place: "흐름에서의 위치",
    shown: |first, last, all| format!("{all} 중 {first}~{last}바이트"),
    search: "전체에서 찾기",
    find: "찾기",
    cancel: "취소",
    searched: |some, all| format!("{all} 중 {some}까지 살펴봄"),
    found_at: |place| format!("{place}번째 바이트에서 찾음"),
    found_nowhere: "여기부터는 없음",
    search_failed: |some| format!("{some}까지 살펴본 뒤 찾기 실패: 그 뒤 바이트를 받지 못함"),
    short: |kept, all| {
        format!("실행기는 {all} 중 처음 {kept}만 보관합니다. 그 뒤는 여기에서 읽을 수 없습니다.")
    },
    gone: "이 바이트를 받을 수 없습니다. 실행기가 없거나, 실행이 지워졌거나 새 실행에 자리를 내주었습니다.",
};
