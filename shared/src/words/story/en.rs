//! Stories in English.

use super::super::figures::{bytes, grouped, microseconds};
use super::super::{Language, at_limit_so, ending_hint, milliseconds, named};
use super::{WAITS_TOLD, exit_at, lane_of, name, plain};
use crate::chain::{Chain, StatusRule};
use crate::ending::{Ending, StartFailure, Status};
use crate::event::{Doing, Wait};
use crate::id::{LaneNumber, StageId};
use crate::story::{Amount, At, Sentence};
use crate::text::Text;

pub(super) fn sentence(chain: &Chain, sentence: &Sentence) -> String {
    match sentence {
        Sentence::Lanes {
            lanes,
            at_once,
            took_us,
            work_us,
            over,
        } => lanes_ran(*lanes, *at_once, *took_us, *work_us, *over),
        Sentence::Processes {
            processes,
            at_once,
            took_us,
            over,
        } => processes_ran(*processes, *at_once, &microseconds(*took_us), *over),
        Sentence::NoProcess { over: true } => "No process was started.".into(),
        Sentence::NoProcess { over: false } => "No process has been started yet.".into(),
        Sentence::Deadlock { lane, waits } => deadlock(chain, *lane, waits),
        Sentence::CouldNotStart { at, failure, lanes } => {
            could_not_start(chain, at, failure, *lanes)
        }
        Sentence::HeldOpen {
            at,
            program,
            pid,
            for_us,
        } => held_open(chain, at, program, *pid, *for_us),
        Sentence::HeldBack { at, took, until_us } => held_back(chain, at, *took, *until_us),
        Sentence::HoldingBack { at, since_us, took } => holding_back(chain, at, *since_us, *took),
        Sentence::HeldByHand {
            at,
            held_us,
            of_us,
            still,
        } => held_by_hand(chain, at, *held_us, *of_us, *still),
        Sentence::Bottleneck {
            at,
            blocked,
            blocked_us,
            of_us,
        } => format!(
            "{} was the slowest: for {} of {}, {} could not write, because the pipe between them was full.",
            place(chain, at),
            microseconds(*blocked_us),
            microseconds(*of_us),
            name(chain, blocked)
        ),
        Sentence::Funnel { at, into, out } => funnel(chain, at, *into, *out),
        Sentence::MostProcessor {
            stage,
            used_us,
            all_us,
        } => format!(
            "{} used most of the processor time: {} of {}.",
            name(chain, stage),
            microseconds(*used_us),
            microseconds(*all_us)
        ),
        Sentence::GoingOn { running, ended } => going_on(*running, *ended),
        Sentence::AllFine { processes } => all_fine(*processes),
        Sentence::ReaderLeft {
            at,
            reader,
            also,
            fine,
            status,
        } => reader_left(chain, at, reader.as_ref(), [*also, *fine], *status),
        Sentence::Failed {
            at,
            ending,
            by_hand,
            others,
            status,
        } => {
            let also = match others {
                0 => String::new(),
                count => format!(", and {} failed too", more(*count)),
            };
            let (failed, both) = (failed(chain, at, ending, *by_hand), both(*status));
            format!("{} {failed}{also}: {both}.", place(chain, at))
        }
        Sentence::Cancelled { stages, status } => cancelled(*stages, *status),
        Sentence::TimedOut { after_ms } => format!(
            "The run's time of {} was over, and what still ran was ended.",
            milliseconds(*after_ms)
        ),
        Sentence::Limited { limit, most } => format!(
            "The run was ended: {}.",
            at_limit_so(Language::En, *limit, *most)
        ),
        Sentence::Stopped { at_us } => {
            format!("It was stopped by hand after {}.", microseconds(*at_us))
        }
    }
}

fn lanes_ran(lanes: u32, at_once: u32, took_us: u64, work_us: u64, over: bool) -> String {
    let lanes_ran = capital(lanes, "lane");
    let most = number(at_once);
    if !over {
        return format!("{lanes_ran} have begun so far, at most {most} at once.");
    }
    let took = microseconds(took_us);
    let ran = if at_once == lanes {
        format!("{lanes_ran} ran side by side in {took}")
    } else {
        format!("{lanes_ran} ran, at most {most} at once, in {took}")
    };
    if work_us > took_us {
        let work = microseconds(work_us);
        format!(
            "{ran}; one after another, with the same times, their processes would have taken {work}."
        )
    } else {
        format!("{ran}.")
    }
}

fn processes_ran(processes: u32, at_once: u32, took: &str, over: bool) -> String {
    let subject = capital(processes, "process");
    let most = number(at_once);
    match (over, processes) {
        (true, 1) => format!("{subject} ran; it took {took}."),
        (false, 1) => format!("{subject} has been started."),
        (true, _) if at_once == processes => format!("{subject} ran at once; it took {took}."),
        (true, _) => format!("{subject} ran, at most {most} at once; it took {took}."),
        (false, _) if at_once == processes => format!("{subject} have run at once so far."),
        (false, _) => format!("{subject} have run so far, at most {most} at once."),
    }
}

fn could_not_start(chain: &Chain, at: &At, failure: &StartFailure, lanes: u32) -> String {
    let ending = Ending::CouldNotStart {
        reason: failure.clone(),
    };
    let hint = ending_hint(Language::En, &ending).unwrap_or_default();
    let place = if lanes > 1 {
        format!(" in {}", counted(lanes, "lane"))
    } else {
        lane(chain, at.lane)
    };
    format!("{} could not start{place}: {hint}.", name(chain, &at.stage))
}

fn held_open(chain: &Chain, at: &At, program: &Text, pid: u32, for_us: Option<u64>) -> String {
    let held = match for_us {
        Some(us) => format!("kept it open for {}", microseconds(us)),
        None => "still keeps it open".into(),
    };
    format!(
        "When {} had ended, a process that holds its output, `{}` (pid {pid}), {held}.",
        place(chain, at),
        plain(&program.lossy())
    )
}

fn held_back(chain: &Chain, at: &At, took: Amount, until_us: u64) -> String {
    format!(
        "{} held everything back: it took {}, and its first byte came out only after its input had \
         ended, {} after the start.",
        place(chain, at),
        amount(took),
        microseconds(until_us)
    )
}

fn holding_back(chain: &Chain, at: &At, since_us: u64, took: Option<Amount>) -> String {
    let holds = format!("{} holds everything back", place(chain, at));
    match took {
        Some(took) => format!(
            "{holds}: its input has ended, all {} of it, and nothing has come out yet.",
            amount(took)
        ),
        None => format!(
            "{holds}: it has been taking its input since {} after the start, and nothing has come out yet.",
            microseconds(since_us)
        ),
    }
}

fn held_by_hand(chain: &Chain, at: &At, held_us: u64, of_us: u64, still: bool) -> String {
    let (place, held, of) = (place(chain, at), microseconds(held_us), microseconds(of_us));
    if still {
        format!("The output of {place} is held back by hand: for {held} of {of} so far.")
    } else {
        format!("The output of {place} was held back by hand: for {held} of {of}.")
    }
}

fn funnel(chain: &Chain, at: &At, into: Amount, out: Amount) -> String {
    let (into, out) = if into.lines > out.lines {
        (lines(into.lines), grouped(out.lines))
    } else {
        (bytes(into.bytes), bytes(out.bytes))
    };
    format!("{into} went into {}, and {out} came out.", place(chain, at))
}

fn going_on(running: u32, ended: u32) -> String {
    if (running, ended) == (0, 0) {
        return "It has only just begun.".into();
    }
    let runs = match running {
        0 => "No process is running just now".to_owned(),
        1 => "One process is still running".to_owned(),
        count => format!("{} are still running", capital(count, "process")),
    };
    match ended {
        0 => format!("{runs}."),
        1 => format!("{runs}, and one has ended."),
        count => format!("{runs}, and {} have ended.", number(count)),
    }
}

fn deadlock(chain: &Chain, of: LaneNumber, waits: &[Wait]) -> String {
    let told = waits.iter().take(WAITS_TOLD).map(|wait| {
        let others: Vec<_> = wait.on.iter().map(|id| name(chain, id)).collect();
        let others = if others.is_empty() {
            "somebody".to_owned()
        } else {
            others.join(" and ")
        };
        let who = name(chain, &wait.stage);
        match wait.doing {
            Doing::WaitingForInput { port } => {
                format!("{who} waits for {others} to write to its {port}")
            }
            Doing::BlockedWriting { port } => {
                format!("{who} waits for {others} to read its {port}, for the pipe is full")
            }
            _ => format!("{who} waits for {others}"),
        }
    });
    let mut told: Vec<_> = told.collect();
    if waits.len() > WAITS_TOLD {
        told.push("so on".into());
    }
    let ring = join(&told);
    format!(
        "A deadlock{}: {ring}; none of them can go on.",
        lane(chain, of)
    )
}

fn all_fine(processes: u32) -> String {
    match processes {
        0 => "It ended with status 0.".into(),
        1 => "The process ended with status 0.".into(),
        2 => "Both processes ended with status 0.".into(),
        count => format!("All {} ended with status 0.", counted(count, "process")),
    }
}

/// `also`: others that ended so; `fine`: those that ended with status 0.
fn reader_left(
    chain: &Chain,
    at: &At,
    reader: Option<&StageId>,
    [also, fine]: [u32; 2],
    status: Status,
) -> String {
    let left = match reader {
        Some(reader) => format!("{} had what it wanted and left", name(chain, reader)),
        None => "whoever read its output had left".into(),
    };
    let so_were = match also {
        0 => String::new(),
        1 => format!(", and so was {}", more(1)),
        count => format!(", and so were {}", more(count)),
    };
    let others = match fine {
        0 => String::new(),
        1 => "; the other ended with status 0".into(),
        count => format!("; the other {} ended with status 0", number(count)),
    };
    let place = place(chain, at);
    let unlike = unlike(chain, status);
    format!(
        "{place} was ended by SIGPIPE because {left}, which is normal{so_were}{others}{unlike}."
    )
}

fn cancelled(stages: u32, status: Status) -> String {
    let both = both(status);
    let stages = match stages {
        0 => return format!("So it ended at once: {both}."),
        1 => "one stage was".into(),
        count => format!("{} were", counted(count, "stage")),
    };
    format!("So the rest could not go on, and {stages} cancelled: {both}.")
}

fn failed(chain: &Chain, at: &At, ending: &Ending, by_hand: bool) -> String {
    match ending {
        Ending::Exited { code } => match exit_at(Language::En, chain, at, *code) {
            Some(words) if words.is_answer => {
                format!("ended with status {code} ({})", words.sentence)
            }
            Some(words) => format!("failed with status {code} ({})", words.sentence),
            None => format!("failed with status {code}"),
        },
        Ending::Signaled { signal, .. } if by_hand => {
            format!("was ended by {signal}, which somebody sent to it")
        }
        Ending::Signaled {
            signal,
            limit: Some(reached),
            ..
        } => format!("was ended by {signal}, for the limit {}", named(*reached)),
        Ending::Signaled { signal, core, .. } => {
            format!(
                "was ended by {signal}{}",
                if *core { " and left a core file" } else { "" }
            )
        }
        Ending::TimedOut { after_ms, .. } => {
            format!(
                "had used up its time of {} and was ended",
                milliseconds(*after_ms)
            )
        }
        Ending::CouldNotStart { .. } => "could not start".into(),
        Ending::Cancelled { .. } => "was cancelled".into(),
        Ending::Finished => "did all it had to do".into(),
        Ending::Failed { doing, error } => format!("failed {doing} ({error})"),
    }
}

/// The status by both rules, always.
fn both(status: Status) -> String {
    let Status { last, pipefail } = status;
    if last == pipefail {
        format!("the chain's status is {last} by either rule")
    } else {
        format!("the chain's status is {last} as the last stage's, and {pipefail} by `pipefail`")
    }
}

/// The status by the chain's rule and by the other one, where they differ.
fn unlike(chain: &Chain, status: Status) -> String {
    let Status { last, pipefail } = status;
    match chain.status {
        _ if last == pipefail => String::new(),
        StatusRule::Last => {
            format!("; the chain's status is {last}, and would be {pipefail} by `pipefail`")
        }
        StatusRule::Pipefail => format!(
            "; the chain's status is {pipefail} by `pipefail`, and would be {last} as the last stage's"
        ),
    }
}

fn place(chain: &Chain, at: &At) -> String {
    format!("{}{}", name(chain, &at.stage), lane(chain, at.lane))
}

fn lane(chain: &Chain, lane: LaneNumber) -> String {
    lane_of(chain, lane).map_or_else(String::new, |lane| format!(" in lane {lane}"))
}

fn amount(amount: Amount) -> String {
    match amount.lines {
        0 => bytes(amount.bytes),
        count => format!("{} ({})", lines(count), bytes(amount.bytes)),
    }
}

fn lines(count: u64) -> String {
    match count {
        1 => "1 line".into(),
        count => format!("{} lines", grouped(count)),
    }
}

/// `one other`, `three others`.
fn more(count: u32) -> String {
    match count {
        1 => "one other".into(),
        count => format!("{} others", number(count)),
    }
}

fn counted(count: u32, noun: &str) -> String {
    let plural = match (count, noun) {
        (1, _) => "",
        (_, "process") => "es",
        _ => "s",
    };
    format!("{} {noun}{plural}", number(count))
}

fn capital(count: u32, noun: &str) -> String {
    let text = counted(count, noun);
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}

/// Small numbers as words.
fn number(count: u32) -> String {
    const WORDS: [&str; 13] = [
        "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
        "eleven", "twelve",
    ];
    match WORDS.get(count as usize) {
        Some(word) => (*word).to_owned(),
        None => grouped(u64::from(count)),
    }
}

fn join(parts: &[String]) -> String {
    match parts {
        [] => "stages wait for each other".into(),
        [only] => only.clone(),
        [first @ .., last] => format!("{}, and {last}", first.join(", ")),
    }
}
