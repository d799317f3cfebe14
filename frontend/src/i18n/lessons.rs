//! Lessons: the list, a lesson's steps, its questions and exercises.

use pipeyard_shared::words::Language;

use super::{With, Word};

/// Words for lessons.
pub(crate) struct LessonWords {
    // The list
    pub(crate) lessons: Word,
    pub(crate) find: Word,
    pub(crate) none_found: fn(&str) -> String,
    pub(crate) open_file: Word,
    pub(crate) open_file_note: Word,
    pub(crate) minutes: With<u32>,
    pub(crate) steps: With<u32>,
    pub(crate) begun: fn(usize, u32) -> String,
    pub(crate) done: Word,
    pub(crate) own: Word,
    pub(crate) resume: fn(&str) -> String,
    pub(crate) coming: Word,
    pub(crate) no_list: Word,
    pub(crate) no_lesson: Word,
    pub(crate) no_step: Word,
    pub(crate) no_file: Word,
    pub(crate) no_such_file: fn(&str) -> String,
    pub(crate) again: Word,
    // A file that is no lesson
    pub(crate) faults: fn(&str, usize) -> String,
    pub(crate) unopened: fn(&str) -> String,
    pub(crate) line: With<u32>,
    pub(crate) unread: fn(&str) -> String,
    pub(crate) too_large: fn(&str) -> String,
    pub(crate) dismiss: Word,
    // A lesson
    pub(crate) all: Word,
    pub(crate) step_of: fn(usize, usize) -> String,
    pub(crate) step_list: Word,
    pub(crate) next: Word,
    pub(crate) previous: Word,
    pub(crate) finish: Word,
    pub(crate) start_over: Word,
    pub(crate) finished: fn(&str) -> String,
    pub(crate) finished_exercises: fn(usize, usize) -> String,
    pub(crate) finished_solutions: fn(usize, usize) -> String,
    pub(crate) next_lesson: fn(&str) -> String,
    pub(crate) last_lesson: Word,
    pub(crate) elsewhere: Word,
    // Chains
    pub(crate) load: Word,
    pub(crate) load_and_run: Word,
    pub(crate) loaded: Word,
    pub(crate) look_first: Word,
    pub(crate) typing: fn(&str) -> String,
    pub(crate) type_into: fn(&str) -> String,
    pub(crate) mine: Word,
    pub(crate) mine_note: Word,
    pub(crate) mine_back: Word,
    pub(crate) nothing_to_load: Word,
    // Questions
    pub(crate) question: Word,
    pub(crate) your_answer: Word,
    pub(crate) answer: Word,
    pub(crate) right: fn(&str) -> String,
    pub(crate) wrong: fn(&str) -> String,
    pub(crate) you_said: fn(&str) -> String,
    pub(crate) measured: fn(&str) -> String,
    pub(crate) to_be_measured: Word,
    pub(crate) not_measured: Word,
    // Exercises
    pub(crate) exercise: Word,
    pub(crate) start: Word,
    pub(crate) criteria: Word,
    pub(crate) at_most: With<u32>,
    pub(crate) check: Word,
    pub(crate) checking: Word,
    pub(crate) exercise_done: Word,
    pub(crate) holds: fn(usize, usize) -> String,
    pub(crate) met: Word,
    pub(crate) not_met: Word,
    pub(crate) open: Word,
    pub(crate) not_checked: Word,
    pub(crate) no_runner: Word,
    pub(crate) not_run: Word,
    pub(crate) running: Word,
    pub(crate) other_runs: Word,
    pub(crate) run_again: Word,
    pub(crate) only_part: Word,
    pub(crate) hint: Word,
    pub(crate) next_hint: fn(usize, usize) -> String,
    pub(crate) no_more_hints: Word,
    pub(crate) solution: Word,
    pub(crate) show_solution: Word,
    pub(crate) load_solution: Word,
    pub(crate) nothing_to_check: Word,
    // A lesson of somebody else's
    pub(crate) consent: fn(&str) -> String,
    pub(crate) allow: Word,
}

impl LessonWords {
    /// The catalogue of a language. It is none of [`super::Words`]: what is named there is loaded first.
    pub(crate) fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &EN,
            Language::Ko => &KO,
        }
    }
}

static EN: LessonWords = LessonWords {
    lessons: "Lessons",
    find: "Find a lesson",
    none_found: |wanted| format!("No lesson has “{wanted}”."),
    open_file: "Open a lesson file",
    open_file_note: "A Markdown file of your own. It can be dropped on the page, too.",
    minutes: |minutes| format!("{minutes} min"),
    steps: |steps| match steps {
        1 => "1 step".to_owned(),
        steps => format!("{steps} steps"),
    },
    begun: |at, steps| format!("step {at} of {steps}"),
    done: "done",
    own: "the teacher's own",
    resume: |title| format!("Resume: {title}"),
    coming: "One moment…",
    no_list: "Lessons come from the runner, and it does not answer.",
    no_lesson: "The lesson could not be had: the runner does not answer.",
    no_step: "The lesson has no such step any more.",
    no_file: "The lesson came in a file that is not kept here any more: open the file again.",
    no_such_file: |name| {
        format!(
            "The runner does not read “{name}” as a lesson any more: open the file again, and it says why."
        )
    },
    again: "Try again",
    faults: |name, count| match count {
        1 => format!("“{name}” is no lesson yet. One thing is to be mended:"),
        count => format!("“{name}” is no lesson yet. {count} things are to be mended:"),
    },
    unopened: |name| format!("“{name}” was not opened."),
    line: |line| format!("line {line}"),
    unread: |name| format!("“{name}” could not be read as a lesson: the runner does not answer."),
    too_large: |name| format!("“{name}” is no lesson: it is larger than 256 KiB, or no text."),
    dismiss: "Dismiss",
    all: "All lessons",
    step_of: |at, steps| format!("Step {at} of {steps}"),
    step_list: "Steps of the lesson",
    next: "Next",
    previous: "Back",
    finish: "Finish",
    start_over: "Start over",
    finished: |title| format!("You have finished “{title}”."),
    finished_exercises: |done, all| format!("{done} of {all} exercises are done."),
    finished_solutions: |shown, all| {
        match (shown, all) {
        (1, 1) => "You looked at its solution, which is a way to learn, too. Try it without, some day.".to_owned(),
        (1, _) => "You looked at the solution of one, which is a way to learn, too. Try it without, some day.".to_owned(),
        _ => format!("You looked at the solutions of {shown}, which is a way to learn, too. Try them without, some day."),
    }
    },
    next_lesson: |title| format!("Next lesson: {title}"),
    last_lesson: "It was the last one of the list.",
    elsewhere: "opens in a new tab",
    load: "Load this chain",
    load_and_run: "Load and run",
    loaded: "on the canvas",
    look_first: "The chain is loaded and not run: the file is somebody else's. Look at it, and run it then.",
    typing: |name| {
        format!(
            "`{name}` reads what you type. Run the chain, write a line under “Type into it” and press Enter; “End of file” (Ctrl+D) says that this was all."
        )
    },
    type_into: |name| format!("Type into {name}"),
    mine: "Back to my chain",
    mine_note: "Your own chain gave way to the lesson's. This puts it back; the lesson's is one Undo away then.",
    mine_back: "Your own chain is back.",
    nothing_to_load: "This step has no chain to load.",
    question: "Predict",
    your_answer: "Your answer",
    answer: "Answer",
    right: |answer| format!("Right: {answer}"),
    wrong: |answer| format!("Not quite. The answer: {answer}"),
    you_said: |given| format!("You said: {given}"),
    measured: |found| format!("Measured in your run: {found}"),
    to_be_measured: "Run the chain, and it is measured here.",
    not_measured: "The page did not get all that came out of your run: it cannot be measured here.",
    exercise: "Exercise",
    start: "Load the start",
    criteria: "What it must be",
    at_most: |most| match most {
        1 => "at most 1 process is started".to_owned(),
        most => format!("at most {most} processes are started"),
    },
    check: "Check",
    checking: "Checking…",
    exercise_done: "Done",
    holds: |met, all| format!("{met} of {all} hold"),
    met: "right",
    not_met: "not yet",
    open: "open",
    not_checked: "It could not be checked: the runner does not answer.",
    no_runner: "There is no connection to the runner, which does the checking.",
    not_run: "Run your chain: it is checked by itself.",
    running: "It runs…",
    other_runs: "Another chain still runs: stop it first.",
    run_again: "The chain has changed: run it again to have it checked.",
    only_part: "Only a part of the chain ran: run all of it to have it checked.",
    hint: "Hint",
    next_hint: |at, all| format!("Hint {at} of {all}"),
    no_more_hints: "No more hints",
    solution: "A solution",
    show_solution: "Show a solution",
    load_solution: "Load it",
    nothing_to_check: "This step has no exercise to check.",
    consent: |name| {
        format!(
            "To check an answer, Pipeyard runs the solutions in “{name}” on this computer, as you; chains that are loaded can be run at once, too. Allow it only if you trust whoever wrote the file."
        )
    },
    allow: "Allow it for this file",
};

static KO: LessonWords = LessonWords {
    lessons: "수업",
    find: "수업 찾기",
    none_found: |wanted| format!("‘{wanted}’ 글자가 들어 있는 수업이 없습니다."),
    open_file: "수업 파일 열기",
    open_file_note: "직접 쓴 Markdown 파일입니다. 페이지에 끌어다 놓아도 됩니다.",
    minutes: |minutes| format!("{minutes}분"),
    steps: |steps| format!("대목 {steps}개"),
    begun: |at, steps| format!("대목 {steps}개 가운데 {at}번째"),
    done: "마침",
    own: "선생님이 쓴 수업",
    resume: |title| format!("이어서 하기: {title}"),
    coming: "잠시만 기다려 주세요…",
    no_list: "수업은 실행기에서 옵니다. 지금은 실행기가 응답하지 않습니다.",
    no_lesson: "수업을 받지 못했습니다. 실행기가 응답하지 않습니다.",
    no_step: "수업에 이 대목이 더는 없습니다.",
    no_file: "수업이 들어 있던 파일을 여기에 더는 보관하고 있지 않습니다. 파일을 다시 여세요.",
    no_such_file: |name| {
        format!(
            "실행기가 ‘{name}’ 파일을 더는 수업으로 읽지 못합니다. 파일을 다시 열면 이유를 알려 줍니다."
        )
    },
    again: "다시 시도",
    faults: |name, count| {
        format!(
            "‘{name}’ 파일은 아직 수업이 아닙니다. 고칠 곳이 {count}군데 있습니다(설명은 영어입니다)."
        )
    },
    unopened: |name| format!("‘{name}’ 파일을 열지 못했습니다."),
    line: |line| format!("{line}번째 줄"),
    unread: |name| format!("‘{name}’ 파일을 수업으로 읽지 못했습니다. 실행기가 응답하지 않습니다."),
    too_large: |name| {
        format!("‘{name}’ 파일은 수업이 아닙니다. 256 KiB보다 크거나 텍스트가 아닙니다.")
    },
    dismiss: "닫기",
    all: "모든 수업",
    step_of: |at, steps| format!("대목 {steps}개 가운데 {at}번째"),
    step_list: "수업의 대목",
    next: "다음",
    previous: "이전",
    finish: "마치기",
    start_over: "처음부터",
    finished: |title| format!("‘{title}’ 수업을 마쳤습니다."),
    finished_exercises: |done, all| format!("연습 {all}개 가운데 {done}개를 했습니다."),
    finished_solutions: |shown, all| {
        format!(
            "연습 {all}개 가운데 {shown}개는 해답을 보았습니다. 그것도 배우는 길입니다. 언젠가 해답 없이 다시 해 보세요."
        )
    },
    next_lesson: |title| format!("다음 수업: {title}"),
    last_lesson: "목록의 마지막 수업이었습니다.",
    elsewhere: "새 탭에서 열립니다",
    load: "이 체인 불러오기",
    load_and_run: "불러와 실행",
    loaded: "캔버스에 있음",
    look_first: "다른 사람의 파일이어서 체인을 불러오기만 했습니다. 살펴본 다음 실행하세요.",
    typing: |name| {
        format!(
            "`{name}` 단계는 입력한 것을 읽습니다. 체인을 실행하고 ‘입력하기’ 아래에 한 줄을 쓴 뒤 Enter를 누르세요. 다 썼으면 ‘파일의 끝’(Ctrl+D)을 누릅니다."
        )
    },
    type_into: |name| format!("{name}에 입력하기"),
    mine: "내 체인으로 돌아가기",
    mine_note: "수업의 체인이 내 체인을 대신하고 있습니다. 누르면 내 체인이 돌아오고, 수업의 체인은 실행 취소로 되찾을 수 있습니다.",
    mine_back: "내 체인이 돌아왔습니다.",
    nothing_to_load: "이 대목에는 불러올 체인이 없습니다.",
    question: "예상해 보기",
    your_answer: "내 답",
    answer: "답하기",
    right: |answer| format!("맞았습니다: {answer}"),
    wrong: |answer| format!("아쉽습니다. 답: {answer}"),
    you_said: |given| format!("내 답: {given}"),
    measured: |found| format!("실행해서 잰 값: {found}"),
    to_be_measured: "체인을 실행하면 잰 값이 여기에 나옵니다.",
    not_measured: "실행에서 나온 것을 페이지가 다 받지 못해 여기에서 잴 수 없습니다.",
    exercise: "연습",
    start: "시작 체인 불러오기",
    criteria: "갖추어야 할 것",
    at_most: |most| format!("프로세스를 많아야 {most}개 시작합니다"),
    check: "확인",
    checking: "확인하고 있습니다…",
    exercise_done: "해냈습니다",
    holds: |met, all| format!("{all}개 가운데 {met}개가 맞습니다"),
    met: "맞음",
    not_met: "아직",
    open: "미확인",
    not_checked: "확인하지 못했습니다. 실행기가 응답하지 않습니다.",
    no_runner: "확인은 실행기가 하는데, 실행기와 연결되어 있지 않습니다.",
    not_run: "체인을 실행하면 저절로 확인합니다.",
    running: "실행 중입니다…",
    other_runs: "다른 체인이 아직 실행 중입니다. 먼저 중지하세요.",
    run_again: "체인이 바뀌었습니다. 다시 실행하면 확인합니다.",
    only_part: "체인의 일부만 실행했습니다. 전체를 실행하면 확인합니다.",
    hint: "힌트",
    next_hint: |at, all| format!("힌트 {at}/{all}"),
    no_more_hints: "힌트를 다 보았습니다",
    solution: "해답",
    show_solution: "해답 보기",
    load_solution: "해답 불러오기",
    nothing_to_check: "이 대목에는 확인할 연습이 없습니다.",
    consent: |name| {
        format!(
            "답을 확인하려면 ‘{name}’에 적힌 해답을 이 컴퓨터에서 내 권한으로 실행해야 합니다. 허락하면 체인도 불러오면서 바로 실행할 수 있습니다. 파일을 쓴 사람을 믿을 때만 허락하세요."
        )
    },
    allow: "이 파일 허락하기",
};
