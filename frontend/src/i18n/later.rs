//! Words of what is loaded later, as long as it is not there.

use super::Word;

/// What stands in the place of something that is loaded later.
pub(crate) struct LaterWords {
    pub(crate) coming: Word,
    pub(crate) missing: Word,
    pub(crate) again: Word,
}

pub(super) static EN: LaterWords = LaterWords {
    coming: "One moment…",
    missing: "This part of the page could not be loaded. Check that the runner still runs, then try again.",
    again: "Try again",
};

pub(super) static KO: LaterWords = LaterWords {
    coming: "잠시만 기다려 주세요…",
    missing: "페이지의 이 부분을 불러오지 못했습니다. 실행기가 실행 중인지 확인한 뒤 다시 시도하세요.",
    again: "다시 시도",
};
