//! Words for results: of which chain they are, the runs before, two of them side by side, and guesses.

use crate::format::grouped;

use super::{With, Word};

/// What the page says of results.
pub(crate) struct ResultWords {
    // Results of an older chain
    pub(crate) older: Word,
    pub(crate) older_chain: Word,
    pub(crate) older_note: Word,
    // The runs of the session
    pub(crate) runs: Word,
    pub(crate) no_runs: Word,
    pub(crate) runs_kept: With<u32>,
    pub(crate) run_number: With<u64>,
    pub(crate) look: Word,
    pub(crate) restore: Word,
    pub(crate) forget: Word,
    pub(crate) looking_at: fn(&str) -> String,
    // Two results
    pub(crate) compare: Word,
    pub(crate) left_side: Word,
    pub(crate) right_side: Word,
    pub(crate) nothing_to_compare: Word,
    pub(crate) no_difference: Word,
    /// Only on the left, only on the right.
    pub(crate) differences: fn(usize, usize) -> String,
    pub(crate) compared_first: Word,
    pub(crate) compared_roughly: Word,
    pub(crate) compared_more: Word,
    pub(crate) same_lines: With<usize>,
    pub(crate) removed: Word,
    pub(crate) added: Word,
    pub(crate) no_newline: Word,
}

pub(super) static EN: ResultWords = ResultWords {
    older: "older",
    older_chain: "result of an older chain",
    older_note: "This stage, or what feeds it, has changed since. Run again for a result of the chain as it is now",
    runs: "Runs",
    no_runs: "Every run of this session is listed here: look at it again, compare it with another, or take its chain back.",
    runs_kept: |most| format!("The last {most} runs are kept as long as the runner goes on."),
    run_number: |number| format!("Run {number}"),
    look: "Look",
    restore: "Restore chain",
    forget: "Forget",
    looking_at: |name| format!("You are looking at {name}. Your own chain is as you left it."),
    compare: "Compare",
    left_side: "Before",
    right_side: "After",
    nothing_to_compare: "Nothing has passed here yet. Run the chain, then choose two places, or the same place of two runs.",
    no_difference: "No difference",
    differences: |left, right| {
        let lines = |count: usize| match count {
            1 => "1 line".to_owned(),
            count => format!("{} lines", grouped(count as u64)),
        };
        format!("{} only before, {} only after.", lines(left), lines(right))
    },
    compared_first: "Only the first bytes are compared, as far as this page holds them.",
    compared_roughly: "They differ so much that what differs is shown as a whole.",
    compared_more: "More differences follow than are shown.",
    same_lines: |count| match count {
        1 => "1 line is the same".to_owned(),
        count => format!("{} lines are the same", grouped(count as u64)),
    },
    removed: "only before",
    added: "only after",
    no_newline: "No newline at the end",
};

pub(super) static KO: ResultWords = ResultWords {
    older: "이전 결과",
    older_chain: "이전 체인의 결과",
    older_note: "이 단계나 앞 단계가 그 뒤에 바뀌었습니다. 다시 실행하면 지금 체인의 결과가 나옵니다",
    runs: "실행 기록",
    no_runs: "이 세션의 모든 실행이 여기에 모입니다. 다시 보거나, 다른 실행과 비교하거나, 그때의 체인을 되살릴 수 있습니다.",
    runs_kept: |most| format!("실행기가 켜져 있는 동안 최근 실행 {most}개를 보관합니다."),
    run_number: |number| format!("실행 {number}"),
    look: "보기",
    restore: "체인 되살리기",
    forget: "지우기",
    looking_at: |name| format!("{name}의 결과를 보고 있습니다. 내 체인은 그대로 있습니다."),
    compare: "비교",
    left_side: "이전",
    right_side: "이후",
    nothing_to_compare: "아직 지나간 것이 없습니다. 실행한 다음 두 곳을 고르거나, 두 실행의 같은 곳을 고르세요.",
    no_difference: "차이 없음",
    differences: |left, right| {
        let lines = |count: usize| format!("{}줄", grouped(count as u64));
        format!("이전에만 {}, 이후에만 {}.", lines(left), lines(right))
    },
    compared_first: "이 페이지가 가진 앞부분만 비교합니다.",
    compared_roughly: "차이가 너무 많아 다른 부분을 통째로 보여 줍니다.",
    compared_more: "보이는 것보다 차이가 더 있습니다.",
    same_lines: |count| format!("{}줄 같음", grouped(count as u64)),
    removed: "이전에만",
    added: "이후에만",
    no_newline: "끝에 줄 바꿈 없음",
};
