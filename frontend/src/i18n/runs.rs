//! Words for the runs before, two of them side by side, and guesses.

use pipeyard_shared::words::Language;

use crate::format::grouped;

use super::{With, Word};

/// What the page says of them.
pub(crate) struct RunsWords {
    pub(crate) no_runs: Word,
    pub(crate) runs_kept: With<u32>,
    pub(crate) run_number: With<u64>,
    pub(crate) look: Word,
    pub(crate) restore: Word,
    pub(crate) forget: Word,
    pub(crate) left_side: Word,
    pub(crate) right_side: Word,
    pub(crate) nothing_to_compare: Word,
    pub(crate) no_difference: Word,
    /// What is on the left and on the right, and how many lines only there.
    pub(crate) differences: fn([&str; 2], [usize; 2]) -> String,
    pub(crate) compared_first: Word,
    pub(crate) compared_roughly: Word,
    pub(crate) compared_more: Word,
    pub(crate) same_lines: With<usize>,
    pub(crate) only_in: fn(&str) -> String,
    pub(crate) no_newline: Word,
    // Guesses
    pub(crate) question: Word,
    pub(crate) question_example: Word,
    pub(crate) question_note: Word,
    pub(crate) guess_here: Word,
    pub(crate) guess_note: Word,
    pub(crate) guess: Word,
    pub(crate) waive: Word,
    pub(crate) waived: Word,
    pub(crate) guess_again: Word,
    pub(crate) guess_open: Word,
    pub(crate) guess_right: Word,
    /// Lines guessed, lines that came.
    pub(crate) guess_lines: fn(&str, &str) -> String,
    pub(crate) guess_other: Word,
    pub(crate) guessed: Word,
    pub(crate) came: Word,
}

impl RunsWords {
    /// The catalogue of a language. It is none of [`super::Words`]: what is named there is loaded first.
    pub(crate) fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &EN,
            Language::Ko => &KO,
        }
    }
}

static EN: RunsWords = RunsWords {
    no_runs: "Run the chain: each run of this session is listed here, to be looked at again, compared with another, or to take its chain back.",
    runs_kept: |most| format!("The last {most} runs are kept as long as the runner goes on."),
    run_number: |number| format!("Run {number}"),
    look: "Look",
    restore: "Restore chain",
    forget: "Forget",
    left_side: "Before",
    right_side: "After",
    nothing_to_compare: "Nothing has passed here yet. Run the chain, then choose two places, or the same place of two runs.",
    no_difference: "No difference",
    differences: |[left, right], [removed, added]| {
        let lines = |count: usize| match count {
            1 => "1 line".to_owned(),
            count => format!("{} lines", grouped(count as u64)),
        };
        format!(
            "{} only in {left}, {} only in {right}.",
            lines(removed),
            lines(added)
        )
    },
    compared_first: "Only the first bytes are compared, as far as this page holds them.",
    compared_roughly: "They differ so much that what differs is shown as a whole.",
    compared_more: "More differences follow than are shown.",
    same_lines: |count| match count {
        1 => "1 line is the same".to_owned(),
        count => format!("{} lines are the same", grouped(count as u64)),
    },
    only_in: |side| format!("only in {side}"),
    no_newline: "No newline at the end",
    question: "Ask for a guess",
    question_example: "What will be here?",
    question_note: "The data of this wire is shown only after a guess",
    guess_here: "your guess",
    guess_note: "The text that will pass here, or just the number of its lines. You see the data after that.",
    guess: "Guess",
    waive: "Show it without",
    waived: "Shown without a guess.",
    guess_again: "Guess again",
    guess_open: "Your guess stands. Run the chain to see what comes.",
    guess_right: "As you guessed.",
    guess_lines: |guessed, came| format!("You guessed {guessed} lines; {came} came."),
    guess_other: "Something else came.",
    guessed: "guess",
    came: "what came",
};

static KO: RunsWords = RunsWords {
    no_runs: "체인을 실행하면 이 세션의 실행이 여기에 모입니다. 다시 보거나, 다른 실행과 비교하거나, 그때의 체인을 되살릴 수 있습니다.",
    runs_kept: |most| format!("실행기가 켜져 있는 동안 최근 실행 {most}개를 보관합니다."),
    run_number: |number| format!("실행 {number}"),
    look: "보기",
    restore: "체인 되살리기",
    forget: "지우기",
    left_side: "이전",
    right_side: "이후",
    nothing_to_compare: "아직 지나간 것이 없습니다. 실행한 다음 두 곳을 고르거나, 두 실행의 같은 곳을 고르세요.",
    no_difference: "차이 없음",
    differences: |[left, right], [removed, added]| {
        let lines = |count: usize| format!("{}줄", grouped(count as u64));
        format!(
            "‘{left}’에만 {}, ‘{right}’에만 {}.",
            lines(removed),
            lines(added)
        )
    },
    compared_first: "이 페이지가 가진 앞부분만 비교합니다.",
    compared_roughly: "차이가 너무 많아 다른 부분을 통째로 보여 줍니다.",
    compared_more: "보이는 것보다 차이가 더 있습니다.",
    same_lines: |count| format!("{}줄 같음", grouped(count as u64)),
    only_in: |side| format!("‘{side}’에만"),
    no_newline: "끝에 줄 바꿈 없음",
    question: "예상 묻기",
    question_example: "여기에 무엇이 올까요?",
    question_note: "예상을 적은 뒤에 이 전선의 데이터를 보여 줍니다",
    guess_here: "나의 예상",
    guess_note: "여기를 지나갈 텍스트나 줄 수를 적으세요. 그다음에 데이터가 보입니다.",
    guess: "예상하기",
    waive: "그냥 보기",
    waived: "예상 없이 보았습니다.",
    guess_again: "다시 예상하기",
    guess_open: "예상을 적었습니다. 실행하면 무엇이 오는지 보입니다.",
    guess_right: "예상대로입니다.",
    guess_lines: |guessed, came| format!("예상은 {guessed}줄, 실제는 {came}줄입니다."),
    guess_other: "다른 것이 왔습니다.",
    guessed: "예상",
    came: "실제",
};
