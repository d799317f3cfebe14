//! Stories in Korean. A name in backticks is followed by a noun of ours, so that the particle fits
//! whatever the name is.

use super::super::figures::{bytes, grouped, microseconds};
use super::super::{Language, at_limit_so, ending_hint, milliseconds, named};
use super::{WAITS_TOLD, exit_at, lane_of, name, plain};
use crate::chain::Chain;
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
        Sentence::NoProcess { over: true } => "프로세스를 하나도 시작하지 않았습니다.".into(),
        Sentence::NoProcess { over: false } => "아직 시작한 프로세스가 없습니다.".into(),
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
            "{} 단계가 가장 느렸습니다. 둘 사이의 파이프가 가득 차서 {} 단계는 {} 가운데 {} 동안 쓰지 못했습니다.",
            place(chain, at),
            name(chain, blocked),
            microseconds(*of_us),
            microseconds(*blocked_us)
        ),
        Sentence::Funnel { at, into, out } => funnel(chain, at, *into, *out),
        Sentence::MostProcessor {
            stage,
            used_us,
            all_us,
        } => format!(
            "프로세서 시간 대부분을 {} 단계가 썼습니다. {} 가운데 {}입니다.",
            name(chain, stage),
            microseconds(*all_us),
            microseconds(*used_us)
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
                others => format!(" 실패한 단계가 {}개 더 있습니다.", count(*others)),
            };
            let (failed, both) = (failed(chain, at, ending, *by_hand), both(*status));
            format!("{} 단계가 {failed}.{also} {both}", place(chain, at))
        }
        Sentence::Cancelled { stages, status } => cancelled(*stages, *status),
        Sentence::TimedOut { after_ms } => format!(
            "실행 제한 시간({})이 다 되어, 남아 있던 것을 끝냈습니다.",
            milliseconds(*after_ms)
        ),
        Sentence::Limited { limit, most } => {
            format!(
                "{}. 그래서 실행을 끝냈습니다.",
                at_limit_so(Language::Ko, *limit, *most)
            )
        }
        Sentence::Stopped { at_us } => {
            format!("시작한 지 {} 지나 사람이 멈췄습니다.", microseconds(*at_us))
        }
    }
}

fn lanes_ran(lanes: u32, at_once: u32, took_us: u64, work_us: u64, over: bool) -> String {
    let (all, most) = (count(lanes), count(at_once));
    if !over {
        return format!(
            "지금까지 레인 {all}개가 시작했고, 동시에 실행된 것은 최대 {most}개입니다."
        );
    }
    let took = microseconds(took_us);
    let ran = if at_once == lanes {
        format!("레인 {all}개가 나란히 실행되어 {took} 만에 끝났습니다")
    } else {
        format!("레인 {all}개가 한 번에 최대 {most}개씩 실행되어 {took} 만에 끝났습니다")
    };
    if work_us > took_us {
        let work = microseconds(work_us);
        format!("{ran}. 프로세스를 같은 시간씩 차례로 실행했다면 {work} 걸렸을 것입니다.")
    } else {
        format!("{ran}.")
    }
}

fn processes_ran(processes: u32, at_once: u32, took: &str, over: bool) -> String {
    let (all, most) = (count(processes), count(at_once));
    match (over, processes) {
        (true, 1) => format!("프로세스 하나가 실행되어 {took} 만에 끝났습니다."),
        (false, 1) => "프로세스 하나를 시작했습니다.".to_owned(),
        (true, _) if at_once == processes => {
            format!("프로세스 {all}개가 동시에 실행되어 {took} 만에 끝났습니다.")
        }
        (true, _) => {
            format!("프로세스 {all}개가 한 번에 최대 {most}개씩 실행되어 {took} 만에 끝났습니다.")
        }
        (false, _) if at_once == processes => {
            format!("지금까지 프로세스 {all}개가 동시에 실행되었습니다.")
        }
        (false, _) => {
            format!("지금까지 프로세스 {all}개가 한 번에 최대 {most}개씩 실행되었습니다.")
        }
    }
}

fn deadlock(chain: &Chain, of: LaneNumber, waits: &[Wait]) -> String {
    let told = waits.iter().take(WAITS_TOLD).map(|wait| {
        let others: Vec<_> = wait.on.iter().map(|id| name(chain, id)).collect();
        let others = if others.is_empty() {
            "다른".to_owned()
        } else {
            others.join(", ")
        };
        let who = name(chain, &wait.stage);
        match wait.doing {
            Doing::WaitingForInput { port } => {
                format!("{who} 단계는 {others} 단계가 {port} 입력에 써 주기를 기다립니다")
            }
            Doing::BlockedWriting { port } => format!(
                "{who} 단계는 파이프가 가득 차서 {others} 단계가 {port} 출력을 읽어 주기를 기다립니다"
            ),
            _ => format!("{who} 단계는 {others} 단계를 기다립니다"),
        }
    });
    let mut text = format!("{}교착 상태입니다. ", lane(chain, of));
    for wait in told {
        text += &wait;
        text += ". ";
    }
    text + "어느 것도 더 나아갈 수 없습니다."
}

fn could_not_start(chain: &Chain, at: &At, failure: &StartFailure, lanes: u32) -> String {
    let ending = Ending::CouldNotStart {
        reason: failure.clone(),
    };
    let hint = ending_hint(Language::Ko, &ending).unwrap_or_default();
    let place = if lanes > 1 {
        format!("레인 {}개에서 ", count(lanes))
    } else {
        lane(chain, at.lane)
    };
    let name = name(chain, &at.stage);
    format!("{place}{name} 단계를 시작하지 못했습니다. {hint}.")
}

fn held_open(chain: &Chain, at: &At, program: &Text, pid: u32, for_us: Option<u64>) -> String {
    let held = match for_us {
        Some(us) => format!("{} 동안 더 열어 두었습니다", microseconds(us)),
        None => "아직 열어 두고 있습니다".into(),
    };
    format!(
        "{} 단계가 끝난 뒤에도 `{}` 프로세스(pid {pid})가 그 출력을 {held}.",
        place(chain, at),
        plain(&program.lossy())
    )
}

fn held_back(chain: &Chain, at: &At, took: Amount, until_us: u64) -> String {
    format!(
        "{} 단계가 모든 것을 붙잡고 있었습니다. {} 분량을 받았고, 첫 바이트는 입력이 끝난 시점({}) 뒤에야 나왔습니다.",
        place(chain, at),
        amount(took),
        microseconds(until_us)
    )
}

fn holding_back(chain: &Chain, at: &At, since_us: u64, took: Option<Amount>) -> String {
    let holds = format!("{} 단계가 모든 것을 붙잡고 있습니다.", place(chain, at));
    match took {
        Some(took) => format!(
            "{holds} 입력은 {} 분량으로 끝났지만 아직 아무것도 내보내지 않았습니다.",
            amount(took)
        ),
        None => format!(
            "{holds} {} 시점부터 입력을 받고 있지만 아직 아무것도 내보내지 않았습니다.",
            microseconds(since_us)
        ),
    }
}

fn held_by_hand(chain: &Chain, at: &At, held_us: u64, of_us: u64, still: bool) -> String {
    let (place, held, of) = (place(chain, at), microseconds(held_us), microseconds(of_us));
    if still {
        format!("{place} 단계의 출력을 사람이 지금까지 {of} 가운데 {held} 동안 붙잡고 있습니다.")
    } else {
        format!("{place} 단계의 출력을 사람이 {of} 가운데 {held} 동안 붙잡아 두었습니다.")
    }
}

fn funnel(chain: &Chain, at: &At, into: Amount, out: Amount) -> String {
    let (into, out) = if into.lines > out.lines {
        (lines(into.lines), lines(out.lines))
    } else {
        (bytes(into.bytes), bytes(out.bytes))
    };
    let place = place(chain, at);
    format!("{place} 단계에 들어간 것은 {into}, 나온 것은 {out}입니다.")
}

fn going_on(running: u32, ended: u32) -> String {
    let (runs, over) = (count(running), count(ended));
    match (running, ended) {
        (0, 0) => "이제 막 시작했습니다.".into(),
        (0, _) => format!("지금 실행 중인 프로세스는 없고, {over}개가 끝났습니다."),
        (_, 0) => format!("프로세스 {runs}개가 아직 실행 중입니다."),
        (_, _) => format!("프로세스 {runs}개가 아직 실행 중이고, {over}개는 끝났습니다."),
    }
}

fn all_fine(processes: u32) -> String {
    match processes {
        0 => "상태 0으로 끝났습니다.".into(),
        1 => "프로세스가 상태 0으로 끝났습니다.".into(),
        _ => format!(
            "프로세스 {}개가 모두 상태 0으로 끝났습니다.",
            count(processes)
        ),
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
        Some(reader) => format!("{} 단계가 필요한 만큼 읽고 떠났으므로", name(chain, reader)),
        None => "출력을 읽던 쪽이 떠났으므로".into(),
    };
    let place = place(chain, at);
    let mut text = format!("{left} {place} 단계는 SIGPIPE로 끝났고, 이는 정상입니다.");
    if also > 0 {
        text += &format!(" 다른 {}개도 그렇게 끝났습니다.", count(also));
    }
    if fine > 0 {
        text += &format!(" 나머지 {}개는 상태 0으로 끝났습니다.", count(fine));
    }
    if status.last != status.pipefail {
        text += " ";
        text += &both(status);
    }
    text
}

fn cancelled(stages: u32, status: Status) -> String {
    let both = both(status);
    match stages {
        0 => format!("그래서 곧바로 끝났습니다. {both}"),
        stages => format!(
            "그래서 나머지는 계속할 수 없어 단계 {}개를 취소했습니다. {both}",
            count(stages)
        ),
    }
}

fn failed(chain: &Chain, at: &At, ending: &Ending, by_hand: bool) -> String {
    match ending {
        Ending::Exited { code } => match exit_at(Language::Ko, chain, at, *code) {
            Some(words) if words.is_answer => {
                format!("상태 {code}로 끝났습니다({})", words.sentence)
            }
            Some(words) => format!("실패했습니다(상태 {code}: {})", words.sentence),
            None => format!("실패했습니다(상태 {code})"),
        },
        Ending::Signaled { signal, .. } if by_hand => {
            format!("누군가 보낸 시그널 때문에 끝났습니다({signal})")
        }
        Ending::Signaled {
            signal,
            limit: Some(reached),
            ..
        } => format!("제한 {} 때문에 끝났습니다({signal})", named(*reached)),
        Ending::Signaled { signal, core, .. } => format!(
            "시그널을 받아 끝났습니다({signal}{})",
            if *core { ", 코어 덤프" } else { "" }
        ),
        Ending::TimedOut { after_ms, .. } => {
            format!(
                "제한 시간({})을 다 써서 끝났습니다",
                milliseconds(*after_ms)
            )
        }
        Ending::CouldNotStart { .. } => "시작하지 못했습니다".into(),
        Ending::Cancelled { .. } => "취소되었습니다".into(),
        Ending::Finished => "할 일을 마쳤습니다".into(),
        Ending::Failed { doing, error } => format!("실패했습니다({doing}: {error})"),
    }
}

/// The status by both rules, always.
fn both(status: Status) -> String {
    let Status { last, pipefail } = status;
    if last == pipefail {
        format!("체인의 상태는 어느 규칙으로도 {last}입니다.")
    } else {
        format!("체인의 상태는 마지막 단계를 따라 {last}, `pipefail` 규칙으로는 {pipefail}입니다.")
    }
}

fn place(chain: &Chain, at: &At) -> String {
    format!("{}{}", lane(chain, at.lane), name(chain, &at.stage))
}

fn lane(chain: &Chain, lane: LaneNumber) -> String {
    lane_of(chain, lane).map_or_else(String::new, |lane| format!("레인 {lane}에서 "))
}

fn amount(amount: Amount) -> String {
    match amount.lines {
        0 => bytes(amount.bytes),
        count => format!("{}({})", lines(count), bytes(amount.bytes)),
    }
}

fn lines(count: u64) -> String {
    format!("{}줄", grouped(count))
}

fn count(count: u32) -> String {
    grouped(u64::from(count))
}
