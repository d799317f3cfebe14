//! Words for results: of which chain they are, and where they stand.

use super::Word;

/// What the page says of results.
pub(crate) struct ResultWords {
    // Results of an older chain
    pub(crate) older: Word,
    pub(crate) older_chain: Word,
    pub(crate) older_note: Word,
    // The runs of the session
    pub(crate) runs: Word,
    pub(crate) looking_at: fn(&str) -> String,
    // Two results
    pub(crate) compare: Word,
    pub(crate) code: Word,
    /// In place of what has passed.
    pub(crate) veiled: Word,
}

pub(super) static EN: ResultWords = ResultWords {
    older: "older",
    older_chain: "result of an older chain",
    older_note: "This stage, or what feeds it, has changed since. Run again for a result of the chain as it is now",
    runs: "Runs",
    looking_at: |name| format!("You are looking at {name}. Your own chain is as you left it."),
    code: "Code",
    compare: "Compare",
    veiled: "Shown after your guess",
};

pub(super) static KO: ResultWords = ResultWords {
    older: "이전 결과",
    older_chain: "이전 체인의 결과",
    older_note: "이 단계나 앞 단계가 그 뒤에 바뀌었습니다. 다시 실행하면 지금 체인의 결과가 나옵니다",
    runs: "실행 기록",
    looking_at: |name| format!("{name}의 결과를 보고 있습니다. 내 체인은 그대로 있습니다."),
    code: "코드",
    compare: "비교",
    veiled: "예상한 뒤에 표시",
};
