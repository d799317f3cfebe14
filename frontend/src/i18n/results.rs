//! Words for results: of which chain they are, the runs before, two of them side by side, and guesses.

use super::Word;

/// What the page says of results.
pub(crate) struct ResultWords {
    // Results of an older chain
    pub(crate) older: Word,
    pub(crate) older_chain: Word,
    pub(crate) older_note: Word,
}

pub(super) static EN: ResultWords = ResultWords {
    older: "older",
    older_chain: "result of an older chain",
    older_note: "This stage, or what feeds it, has changed since. Run again for a result of the chain as it is now",
};

pub(super) static KO: ResultWords = ResultWords {
    older: "이전 결과",
    older_chain: "이전 체인의 결과",
    older_note: "이 단계나 앞 단계가 그 뒤에 바뀌었습니다. 다시 실행하면 지금 체인의 결과가 나옵니다",
};
