//! What `pipeyard run` says about a run besides its output.

use pipeyard_shared::chain::Chain;
use pipeyard_shared::ending::Ending;
use pipeyard_shared::event::Event;
use pipeyard_shared::flow::{FlowId, FlowMap, FlowPoint};
use pipeyard_shared::words::{self, Language};

/// A sentence for what is neither in the output nor an ordinary exit status; nothing for the rest.
pub(super) fn sentence(chain: &Chain, event: &Event, language: Language) -> Option<String> {
    Some(match event {
        Event::StageEnded {
            lane,
            stage,
            ending,
            ..
        } => {
            let silent = matches!(ending, Ending::Exited { .. } | Ending::Cancelled { .. });
            if silent || ending.is_fine() {
                return None;
            }
            let hint = words::ending_hint(language, ending)?;
            let short = words::ending(language, ending);
            let lane = if chain.lanes.count() == 1 {
                String::new()
            } else {
                match language {
                    Language::En => format!(" (lane {lane})"),
                    Language::Ko => format!(" (레인 {lane})"),
                }
            };
            format!("{stage}{lane}: {short}: {hint}")
        }
        Event::TimedOut {
            lane: None,
            after_ms,
            ..
        } => {
            let time = words::milliseconds(*after_ms);
            match language {
                Language::En => format!("the run's time was over after {time}: it was ended"),
                Language::Ko => format!("{time} 뒤 실행 시간이 다 되어 끝냈습니다"),
            }
        }
        Event::EndsSoon {
            limit,
            most,
            left_ms,
        } => words::ends_soon(language, *limit, *most, *left_ms),
        Event::LimitReached { limit, most } => words::at_limit_so(language, *limit, *most),
        Event::FlowHeld { flow, pid, program } => {
            let place = place(chain, *flow);
            match language {
                Language::En => format!("`{program}` (pid {pid}) still holds {place} open"),
                Language::Ko => {
                    format!("`{program}`(pid {pid}) 프로세스가 아직 열어 두고 있습니다: {place}")
                }
            }
        }
        Event::LeftoverEnded { count, .. } => match language {
            Language::En if *count == 1 => "a process that was left behind has been ended".into(),
            Language::En => format!("{count} processes that were left behind have been ended"),
            Language::Ko => format!("남아 있던 프로세스 {count}개를 끝냈습니다"),
        },
        _ => return None,
    })
}

/// Where a flow is, as a person would point at it: `sh.stdout`.
fn place(chain: &Chain, flow: FlowId) -> String {
    let flows = FlowMap::of(chain);
    match flows.place(flow) {
        Some((_, FlowPoint::Port(end))) => end.to_string(),
        Some((_, FlowPoint::Wire(id))) => match chain.wire(id) {
            Some(wire) => wire.from.to_string(),
            None => id.to_string(),
        },
        None => "an output".to_owned(),
    }
}
