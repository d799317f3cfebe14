//! Words of the timeline and the story.

use pipeyard_shared::words::Language;

use crate::replay::Idle;

use super::{With, Word};

/// What the two say.
pub(crate) struct TimelineWords {
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
    pub(crate) empty: Word,
    pub(crate) story_empty: Word,
    pub(crate) story_example: [Word; 3],
}

impl TimelineWords {
    /// The catalogue of a language. It is none of [`super::Words`]: what is named there is loaded first.
    pub(crate) fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &EN,
            Language::Ko => &KO,
        }
    }
}

static EN: TimelineWords = TimelineWords {
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
    empty: "Run the chain: every process becomes a bar here. Or open a run that was recorded.",
    story_empty: "Run the chain, and this tells in three sentences what happened: what ran side by side, what was most telling on the way, and how it ended.",
    story_example: [
        "Three lanes ran at once.",
        "sort gave nothing out until its input had ended: nobody can sort what is still to come.",
        "All of it ended well.",
    ],
};

static KO: TimelineWords = TimelineWords {
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
    empty: "체인을 실행하면 프로세스마다 막대가 하나씩 그려집니다. 기록된 실행을 열 수도 있습니다.",
    story_empty: "체인을 실행하면 무슨 일이 있었는지 세 문장으로 알려 줍니다. 무엇이 나란히 실행되었는지, 도중에 무엇이 가장 눈에 띄었는지, 어떻게 끝났는지.",
    story_example: [
        "레인 세 개가 한꺼번에 실행되었습니다.",
        "sort는 입력이 끝날 때까지 아무것도 내보내지 않았습니다. 아직 오지 않은 것은 정렬할 수 없으니까요.",
        "모두 잘 끝났습니다.",
    ],
};
