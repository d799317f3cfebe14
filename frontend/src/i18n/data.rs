//! Words of the Data drawer.

use pipeyard_shared::words::Language;

use crate::format::{grouped, json::What};

use super::{With, Word};

/// What the Data drawer says.
pub(crate) struct DataWords {
    pub(crate) forms: Word,
    pub(crate) table: Word,
    pub(crate) image: Word,
    pub(crate) wrap: Word,
    pub(crate) copy: Word,
    pub(crate) search: Word,
    /// Which one, of how many.
    pub(crate) hit_of: fn(usize, &str) -> String,
    pub(crate) no_hits: Word,
    pub(crate) next_hit: Word,
    pub(crate) previous_hit: Word,
    pub(crate) search_in_hex: Word,
    pub(crate) download: Word,
    /// How much, of how much.
    pub(crate) download_first: fn(&str, &str) -> String,
    pub(crate) no_download_direct: Word,
    pub(crate) no_download_recorded: Word,
    pub(crate) in_the_pipe: fn(&str) -> String,
    pub(crate) pipe_not_seen: Word,
    /// Waiting, of how much room.
    pub(crate) waiting_in_pipe: fn(&str, Option<&str>) -> String,
    pub(crate) held_back: Word,
    /// Line, column, and what.
    pub(crate) json_fault: fn(usize, usize, What) -> String,
    pub(crate) json_too_long: Word,
    pub(crate) json_documents: With<usize>,
    pub(crate) table_rows: fn(usize, usize) -> String,
    pub(crate) table_more: Word,
    pub(crate) image_not_whole: Word,
    pub(crate) image_not_yet: Word,
    pub(crate) no_image: Word,
    pub(crate) image_of: fn(&str, &str) -> String,
    /// How much stands elsewhere.
    pub(crate) see_in_data: fn(&str) -> String,
    pub(crate) not_recorded: fn(&str) -> String,
    /// How many stages and lanes with standard error are left out.
    pub(crate) more_errors: With<usize>,
}

impl DataWords {
    /// The catalogue of a language. It is none of [`super::Words`]: what is named there is loaded first.
    pub(crate) fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &EN,
            Language::Ko => &KO,
        }
    }
}

static EN: DataWords = DataWords {
    forms: "View",
    table: "Table",
    image: "Image",
    wrap: "Wrap",
    copy: "Copy",
    search: "Search",
    hit_of: |number, all| format!("{number} of {all}"),
    no_hits: "none",
    next_hit: "Next",
    previous_hit: "Previous",
    search_in_hex: "Text, or pairs of hexadecimal digits",
    download: "Download",
    download_first: |kept, all| format!("Download the first {kept} of {all}"),
    no_download_direct: "A direct wire: nothing is kept to download",
    no_download_recorded: "From a recording: there is no more than this",
    in_the_pipe: |at| format!("In the pipe just now (at {at}):"),
    pipe_not_seen: "Nothing has been seen in this pipe yet: the kernel carries it, and the runner looks into it now and then",
    waiting_in_pipe: |waiting, room| match room {
        Some(room) => format!("{waiting} of {room} wait in the pipe"),
        None => format!("{waiting} wait in the pipe"),
    },
    held_back: "Its pace holds it back: what is written waits on the writer’s side",
    json_fault: |line, column, what| {
        let what = match what {
            What::NoValue => "a value is missing",
            What::NoName => "a name in quotes is missing",
            What::NoColon => "a colon is missing",
            What::NoComma => "a comma or a closing bracket is missing",
            What::BadText => "no text in quotes looks like this",
            What::BadNumber => "no number looks like this",
            What::TooDeep => "this goes deeper than is shown here",
            What::Unfinished => "it ends in the middle",
        };
        format!("Not JSON at line {line}, character {column}: {what}")
    },
    json_too_long: "It is longer than is shown here",
    json_documents: |count| match count {
        1 => "1 document".to_owned(),
        count => format!("{} documents", grouped(count as u64)),
    },
    table_rows: |rows, columns| {
        let rows = match rows {
            1 => "1 row".to_owned(),
            rows => format!("{} rows", grouped(rows as u64)),
        };
        match columns {
            1 => format!("{rows} in 1 column"),
            columns => format!("{rows} in {columns} columns"),
        }
    },
    table_more: "More rows follow than are shown",
    image_not_whole: "The picture is larger than what is kept here to look at. Download it instead",
    image_not_yet: "The picture is shown once all of it has come",
    no_image: "These bytes are no picture that browsers show",
    image_of: |kind, size| format!("{kind}, {size}"),
    see_in_data: |bytes| format!("{bytes}: look at them in Data"),
    not_recorded: |bytes| format!("{bytes} that are not in the recording"),
    more_errors: |count| match count {
        1 => "1 more has written standard error: choose it in Data".to_owned(),
        count => format!(
            "{} more have written standard error: choose them in Data",
            grouped(count as u64)
        ),
    },
};

static KO: DataWords = DataWords {
    forms: "보기",
    table: "표",
    image: "그림",
    wrap: "줄 바꿈",
    copy: "복사",
    search: "찾기",
    hit_of: |number, all| format!("{all}개 중 {number}번째"),
    no_hits: "없음",
    next_hit: "다음",
    previous_hit: "이전",
    search_in_hex: "텍스트 또는 두 자리씩의 16진 숫자",
    download: "내려받기",
    download_first: |kept, all| format!("{all} 중 처음 {kept} 내려받기"),
    no_download_direct: "직접 전선: 내려받을 바이트를 보관하지 않습니다",
    no_download_recorded: "기록에서 열었습니다: 이것이 전부입니다",
    in_the_pipe: |at| format!("지금 파이프 안에 있는 것({at}):"),
    pipe_not_seen: "이 파이프에서 아직 본 것이 없습니다. 커널이 직접 나르고, 실행기는 가끔 들여다봅니다",
    waiting_in_pipe: |waiting, room| match room {
        Some(room) => format!("파이프에 {room} 중 {waiting} 대기"),
        None => format!("파이프에 {waiting} 대기"),
    },
    held_back: "속도 제한에 걸려 있습니다. 쓰인 것은 쓰는 쪽에서 기다립니다",
    json_fault: |line, column, what| {
        let what = match what {
            What::NoValue => "값이 없습니다",
            What::NoName => "따옴표로 묶은 이름이 없습니다",
            What::NoColon => "쌍점이 없습니다",
            What::NoComma => "쉼표나 닫는 괄호가 없습니다",
            What::BadText => "따옴표 안에 올 수 없는 것입니다",
            What::BadNumber => "이런 숫자는 없습니다",
            What::TooDeep => "여기에서 보여 주는 것보다 깊습니다",
            What::Unfinished => "중간에 끝납니다",
        };
        format!("JSON이 아님, {line}번째 줄 {column}번째 글자: {what}")
    },
    json_too_long: "여기에서 보여 주는 것보다 깁니다",
    json_documents: |count| format!("문서 {}개", grouped(count as u64)),
    table_rows: |rows, columns| format!("{}행 {columns}열", grouped(rows as u64)),
    table_more: "보이는 것보다 행이 더 있습니다",
    image_not_whole: "여기에 보관하는 것보다 큰 그림입니다. 내려받아서 보세요",
    image_not_yet: "그림은 다 도착하면 보입니다",
    no_image: "브라우저가 보여 주는 그림이 아닙니다",
    image_of: |kind, size| format!("{kind}, {size}"),
    see_in_data: |bytes| format!("{bytes}: 데이터에서 보기"),
    not_recorded: |bytes| format!("{bytes}, 기록에는 없습니다"),
    more_errors: |count| {
        format!(
            "표준 오류가 {}개 더 있습니다. 데이터에서 고르세요",
            grouped(count as u64)
        )
    },
};
