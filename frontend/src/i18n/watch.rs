//! Words for what is watched while a run goes on: what stages do, wires and their paces, deadlocks.

use super::{With, Word};

/// What the canvas and the inspector say of a run.
pub(crate) struct WatchWords {
    // What a stage does
    pub(crate) waiting_for_input: Word,
    pub(crate) blocked_writing: Word,
    pub(crate) waiting: Word,
    pub(crate) waiting_hint: Word,
    pub(crate) blocked_hint: Word,
    pub(crate) stopped: Word,
    pub(crate) stopped_hint: Word,
    /// How many lanes, of how many, do what.
    pub(crate) some_lanes: fn(usize, usize, &str) -> String,
    pub(crate) holding_back: fn(&str) -> String,
    pub(crate) left_early: fn(&str) -> String,
    pub(crate) signal: fn(&str) -> String,
    // Wires
    pub(crate) lines_short: fn(&str, bool) -> String,
    pub(crate) about: fn(&str) -> String,
    pub(crate) lines_unknown: Word,
    pub(crate) wire_blocked: fn(&str) -> String,
    pub(crate) wire_in_ring: Word,
    // Paces
    pub(crate) pace: Word,
    pub(crate) pause: Word,
    pub(crate) one_line: Word,
    pub(crate) ten_lines: Word,
    pub(crate) open_wire: Word,
    pub(crate) rate: Word,
    pub(crate) rate_choice: Word,
    pub(crate) all_lanes: Word,
    pub(crate) is_open: Word,
    pub(crate) is_paused: Word,
    pub(crate) lines_left: With<u64>,
    pub(crate) lines_at_most: With<u32>,
    pub(crate) at_most: fn(&str) -> String,
    pub(crate) no_pace_direct: Word,
    pub(crate) no_pace_idle: Word,
    pub(crate) no_pace_ended: Word,
    pub(crate) no_pace_new: Word,
    pub(crate) no_pace_then: Word,
    // Deadlocks
    pub(crate) deadlock: Word,
    /// Who, what it writes, and who would have to read it.
    pub(crate) waits_to_write: fn(&str, &str, &str) -> String,
    /// Who, what it reads, and who would have to write it.
    pub(crate) waits_to_read: fn(&str, &str, &str) -> String,
    /// Who, and for whom.
    pub(crate) waits: fn(&str, &str) -> String,
    pub(crate) neither: Word,
    pub(crate) none_of_them: Word,
    pub(crate) and: Word,
}

pub(super) static EN: WatchWords = WatchWords {
    waiting_for_input: "waiting for input",
    blocked_writing: "blocked writing",
    waiting: "waiting",
    waiting_hint: "It waits for something else than its input and output: a time, a child of its own, a lock, the network",
    blocked_hint: "The pipe that it writes to is full: it goes on when something has been read from there",
    stopped: "stopped",
    stopped_hint: "A signal has stopped it; CONT lets it go on",
    some_lanes: |some, all, what| format!("{some} of {all} {what}"),
    holding_back: |bytes| format!("holding {bytes} back, nothing out yet"),
    left_early: |reader| format!("{reader} closed early, this is normal"),
    signal: |signal| format!("Send {signal}"),
    lines_short: |count, one| {
        if one {
            "1 line".to_owned()
        } else {
            format!("{count} lines")
        }
    },
    about: |amount| format!("≈ {amount}"),
    lines_unknown: "estimated; its lines are not counted",
    wire_blocked: |writer| format!("{writer} is blocked writing here: the pipe is full"),
    wire_in_ring: "Part of a deadlock",
    pace: "Pace",
    pause: "Pause",
    one_line: "1 line",
    ten_lines: "10 lines",
    open_wire: "Open",
    rate: "At most",
    rate_choice: "Not faster than",
    all_lanes: "all lanes",
    is_open: "open: everything passes",
    is_paused: "paused",
    lines_left: |count| match count {
        1 => "1 line left".to_owned(),
        count => format!("{count} lines left"),
    },
    lines_at_most: |count| match count {
        1 => "1 line, then it stops".to_owned(),
        count => format!("{count} lines, then it stops"),
    },
    at_most: |rate| format!("at most {rate}"),
    no_pace_direct: "A direct wire: the kernel carries it, and nobody can slow it down",
    no_pace_idle: "While a run goes on, the wire can be paused, let through line by line, or slowed down",
    no_pace_ended: "This wire has ended",
    no_pace_new: "This wire is not in the run that goes on",
    no_pace_then: "This is a moment that has passed",
    deadlock: "Deadlock",
    waits_to_write: |who, port, on| {
        format!("`{who}` waits to write its {port} (pipe full) until `{on}` reads it")
    },
    waits_to_read: |who, port, on| format!("`{who}` waits for {port} from `{on}`"),
    waits: |who, on| format!("`{who}` waits for `{on}`"),
    neither: "Neither can go on.",
    none_of_them: "None of them can go on.",
    and: "` or `",
};

pub(super) static KO: WatchWords = WatchWords {
    waiting_for_input: "입력 대기",
    blocked_writing: "쓰기 막힘",
    waiting: "대기",
    waiting_hint: "입력과 출력이 아닌 다른 것을 기다립니다: 시간, 자식 프로세스, 잠금, 네트워크",
    blocked_hint: "쓰고 있는 파이프가 가득 찼습니다. 읽는 쪽이 읽으면 계속합니다",
    stopped: "멈춤",
    stopped_hint: "시그널이 멈추었습니다. CONT를 보내면 계속합니다",
    some_lanes: |some, all, what| format!("{all}개 중 {some}개 {what}"),
    holding_back: |bytes| format!("{bytes} 쥐고 있음, 아직 출력 없음"),
    left_early: |reader| format!("{reader}이(가) 먼저 닫음, 정상입니다"),
    signal: |signal| format!("{signal} 보내기"),
    lines_short: |count, _| format!("{count}줄"),
    about: |amount| format!("≈ {amount}"),
    lines_unknown: "어림값이며 줄은 세지 않습니다",
    wire_blocked: |writer| format!("{writer}이(가) 여기에 쓰다가 막혔습니다: 파이프가 가득 참"),
    wire_in_ring: "교착 상태의 일부",
    pace: "속도",
    pause: "일시 정지",
    one_line: "1줄",
    ten_lines: "10줄",
    open_wire: "모두 통과",
    rate: "최대",
    rate_choice: "이보다 빠르지 않게",
    all_lanes: "모든 레인",
    is_open: "열림: 모두 통과합니다",
    is_paused: "일시 정지됨",
    lines_left: |count| format!("{count}줄 남음"),
    lines_at_most: |count| format!("{count}줄 뒤에 멈춤"),
    at_most: |rate| format!("최대 {rate}"),
    no_pace_direct: "직접 전선: 커널이 나르므로 아무도 늦출 수 없습니다",
    no_pace_idle: "실행하는 동안 전선을 멈추거나, 한 줄씩 보내거나, 늦출 수 있습니다",
    no_pace_ended: "끝난 전선입니다",
    no_pace_new: "지금 실행에 없는 전선입니다",
    no_pace_then: "지나간 순간을 보고 있습니다",
    deadlock: "교착 상태",
    waits_to_write: |who, port, on| {
        format!("`{who}`은(는) `{on}`이(가) 읽을 때까지 {port}에 쓰지 못합니다(파이프가 가득 참)")
    },
    waits_to_read: |who, port, on| format!("`{who}`은(는) `{on}`에서 올 {port}을(를) 기다립니다"),
    waits: |who, on| format!("`{who}`은(는) `{on}`을(를) 기다립니다"),
    neither: "둘 다 더 나아갈 수 없습니다.",
    none_of_them: "아무도 더 나아갈 수 없습니다.",
    and: "` 또는 `",
};
