//! Words of the timeline, the story, and recorded runs.

use pipeyard_shared::words::{Language, problem, read_error, recording_error};

use crate::replay::{Fault, Idle};

use super::{With, Word};

/// What the timeline, the story and recorded runs say.
pub(crate) struct ReplayWords {
    // Going back and forth
    pub(crate) scrubber: Word,
    /// The instant, and how long the run lasted.
    pub(crate) instant_of: fn(&str, &str) -> String,
    pub(crate) play: Word,
    pub(crate) hold: Word,
    pub(crate) speed: Word,
    pub(crate) idle_label: Word,
    pub(crate) idle: fn(Idle) -> Word,
    pub(crate) to_now: Word,
    pub(crate) to_end: Word,
    pub(crate) showing: With<String>,
    // Bars
    pub(crate) waiting: Word,
    pub(crate) running: Word,
    pub(crate) blocked: Word,
    pub(crate) stopped: Word,
    pub(crate) first_byte: Word,
    pub(crate) end_of_file: Word,
    pub(crate) legend: Word,
    /// What, how long.
    pub(crate) spent: fn(&str, &str) -> String,
    pub(crate) processor: fn(&str) -> String,
    pub(crate) deadlock: Word,
    pub(crate) not_drawn: With<usize>,
    // Files
    pub(crate) open: Word,
    pub(crate) open_short: Word,
    pub(crate) open_note: Word,
    pub(crate) save: Word,
    pub(crate) save_short: Word,
    pub(crate) save_note: Word,
    pub(crate) save_cut: Word,
    pub(crate) empty: Word,
    pub(crate) recorded: Word,
    pub(crate) recorded_note: fn(&str) -> String,
    /// How long the page's own run has lasted.
    pub(crate) own_goes_on: fn(&str) -> String,
    pub(crate) drop_here: Word,
    pub(crate) back: Word,
    pub(crate) take_over: Word,
    pub(crate) take_over_note: Word,
    pub(crate) fault: fn(&Fault) -> String,
    // Story
    pub(crate) story: Word,
    pub(crate) story_empty: Word,
    pub(crate) story_example: [Word; 3],
}

pub(super) static EN: ReplayWords = ReplayWords {
    scrubber: "Instant of the run that is shown",
    instant_of: |at, end| format!("{at} of {end}"),
    play: "Play",
    hold: "Hold",
    speed: "Speed",
    idle_label: "How long pauses last",
    idle: |idle| match idle {
        Idle::Any => "all pauses",
        Idle::Half => "pauses ≤ 0.5 s",
        Idle::One => "pauses ≤ 1 s",
        Idle::Two => "pauses ≤ 2 s",
    },
    to_now: "Back to now",
    to_end: "Back to the end",
    showing: |at| format!("as it was at {at}"),
    waiting: "waiting",
    running: "running",
    blocked: "blocked: the pipe is full",
    stopped: "stopped",
    first_byte: "first byte",
    end_of_file: "end-of-file",
    legend: "above the middle: what came in; below it: what went out",
    spent: |what, span| format!("{span} {what}"),
    processor: |percent| format!("CPU {percent} % of its time"),
    deadlock: "deadlock",
    not_drawn: |count| match count {
        1 => "1 more lane is not drawn".to_owned(),
        count => format!(
            "{} more lanes are not drawn",
            crate::format::grouped(count as u64)
        ),
    },
    open: "Open a recording",
    open_short: "Open",
    open_note: "Show a run that was saved here, or by pipeyard run --record, or open a chain's file. A file can be dropped on the page as well.",
    save: "Save this run",
    save_short: "Save",
    save_note: "Events, counters, and what this page holds of the bytes, as a file that can be opened here again",
    save_cut: "Only the first 200 000 events are in the file.",
    empty: "Run the chain: every process becomes a bar here. Or open a run that was recorded.",
    recorded: "Recorded run",
    recorded_note: |name| {
        format!("This is the recording “{name}”. Your own chain is as you left it.")
    },
    own_goes_on: |span| format!("Your own run goes on: {span}."),
    drop_here: "Drop a recording or a chain here",
    back: "Back to my chain",
    take_over: "Use this chain",
    take_over_note: "Puts the recorded chain in place of yours; Undo brings yours back",
    fault: |fault| match fault {
        Fault::Unsaved { name } => format!("The browser did not save “{name}”."),
        Fault::Unloaded { name } => format!(
            "“{name}” could not be opened, because a part of the page could not be loaded. Check that the runner still runs, then try again."
        ),
        Fault::Unreadable { name } => format!("“{name}” could not be read."),
        Fault::NotARecording { name, error } => format!("“{name}” cannot be opened: {error}."),
        Fault::NotAChain { name, error } => {
            let error = read_error(Language::En, error);
            format!("“{name}” cannot be opened: {error}.")
        }
        Fault::NoChainInside { name } => format!(
            "“{name}” is a picture without a chain inside: only pictures that Pipeyard has made can be opened."
        ),
        Fault::BadChain {
            name,
            problem: found,
        } => {
            let found = problem(Language::En, found);
            format!("“{name}” cannot be opened: {found}.")
        }
        Fault::Link([sentence, _]) => sentence.clone(),
        Fault::OneAtATime { name } => format!("Only “{name}” was opened: one file at a time."),
    },
    story: "Story",
    story_empty: "Run the chain, and this tells in three sentences what happened: what ran side by side, what was most telling on the way, and how it ended.",
    story_example: [
        "Three lanes ran at once.",
        "sort gave nothing out until its input had ended: nobody can sort what is still to come.",
        "All of it ended well.",
    ],
};

pub(super) static KO: ReplayWords = ReplayWords {
    scrubber: "보이는 실행 시점",
    instant_of: |at, end| format!("{end} 중 {at}"),
    play: "재생",
    hold: "멈춤",
    speed: "속도",
    idle_label: "쉬는 시간의 길이",
    idle: |idle| match idle {
        Idle::Any => "쉬기 그대로",
        Idle::Half => "쉬기 ≤ 0.5초",
        Idle::One => "쉬기 ≤ 1초",
        Idle::Two => "쉬기 ≤ 2초",
    },
    to_now: "지금으로",
    to_end: "끝으로",
    showing: |at| format!("{at} 시점의 모습"),
    waiting: "기다림",
    running: "실행 중",
    blocked: "막힘: 파이프가 가득 참",
    stopped: "정지됨",
    first_byte: "첫 바이트",
    end_of_file: "파일 끝",
    legend: "가운데 위는 들어온 것, 아래는 나간 것",
    spent: |what, span| format!("{what} {span}"),
    processor: |percent| format!("전체 시간의 {percent}% 동안 CPU 사용"),
    deadlock: "교착 상태",
    not_drawn: |count| {
        format!(
            "레인 {}개는 그리지 않았습니다",
            crate::format::grouped(count as u64)
        )
    },
    open: "기록 열기",
    open_short: "열기",
    open_note: "여기서 저장했거나 pipeyard run --record로 기록한 실행을 보여 주거나 체인 파일을 엽니다. 파일을 페이지에 끌어다 놓아도 됩니다.",
    save: "이 실행 저장",
    save_short: "저장",
    save_note: "이벤트, 개수, 이 페이지가 가진 바이트를 여기서 다시 열 수 있는 파일로 저장합니다",
    save_cut: "파일에는 처음 200 000개의 이벤트만 들어갑니다.",
    empty: "체인을 실행하면 프로세스마다 막대가 하나씩 그려집니다. 기록된 실행을 열 수도 있습니다.",
    recorded: "기록된 실행",
    recorded_note: |name| format!("‘{name}’ 기록입니다. 내 체인은 그대로 있습니다."),
    own_goes_on: |span| format!("내 실행은 계속되고 있습니다: {span}."),
    drop_here: "기록이나 체인 파일을 여기에 놓으세요",
    back: "내 체인으로",
    take_over: "이 체인 쓰기",
    take_over_note: "기록된 체인을 내 체인 자리에 놓습니다. 실행 취소로 되돌릴 수 있습니다",
    fault: |fault| match fault {
        Fault::Unsaved { name } => format!("브라우저가 ‘{name}’ 파일을 저장하지 않았습니다."),
        Fault::Unloaded { name } => format!(
            "페이지의 일부를 불러오지 못해 ‘{name}’ 파일을 열 수 없습니다. 실행기가 실행 중인지 확인하고 다시 시도하세요."
        ),
        Fault::Unreadable { name } => format!("‘{name}’ 파일을 읽을 수 없습니다."),
        Fault::NotARecording { name, error } => {
            let error = recording_error(Language::Ko, error);
            format!("‘{name}’ 파일을 열 수 없습니다. {error}.")
        }
        Fault::NotAChain { name, error } => {
            let error = read_error(Language::Ko, error);
            format!("‘{name}’ 파일을 열 수 없습니다. {error}.")
        }
        Fault::NoChainInside { name } => format!(
            "‘{name}’ 그림에는 체인이 들어 있지 않습니다. Pipeyard로 만든 그림만 열 수 있습니다."
        ),
        Fault::BadChain {
            name,
            problem: found,
        } => {
            let found = problem(Language::Ko, found);
            format!("‘{name}’ 파일을 열 수 없습니다. {found}.")
        }
        Fault::Link([_, sentence]) => sentence.clone(),
        Fault::OneAtATime { name } => {
            format!("한 번에 한 파일만 열 수 있어 ‘{name}’ 파일만 열었습니다.")
        }
    },
    story: "이야기",
    story_empty: "체인을 실행하면 무슨 일이 있었는지 세 문장으로 알려 줍니다. 무엇이 나란히 실행되었는지, 도중에 무엇이 가장 눈에 띄었는지, 어떻게 끝났는지.",
    story_example: [
        "레인 세 개가 한꺼번에 실행되었습니다.",
        "sort는 입력이 끝날 때까지 아무것도 내보내지 않았습니다. 아직 오지 않은 것은 정렬할 수 없으니까요.",
        "모두 잘 끝났습니다.",
    ],
};
