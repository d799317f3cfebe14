//! What a pace is, in words, and why it cannot be changed.

use pipeyard_shared::chain::{Chain, WireMode};
use pipeyard_shared::event::Pace;
use pipeyard_shared::flow::FlowPoint;
use pipeyard_shared::{LaneNumber, WireId};

use crate::desk::Desk;
use crate::format;
use crate::runs::{Flow, Run, Total};

/// What a flow is at, in words; nothing for one that is open.
pub(crate) fn said(desk: &Desk, flow: &Flow) -> Option<String> {
    let words = desk.words.watch;
    match flow.pace() {
        Pace::Open => None,
        Pace::Paused => Some(words.is_paused.to_owned()),
        Pace::Rate { bytes } => Some((words.at_most)(&format::rate(bytes as f64))),
        Pace::Lines { count } => Some(match lines_left(flow) {
            Some(0) => words.is_paused.to_owned(),
            Some(left) => (words.lines_left)(left),
            None => (words.lines_at_most)(count),
        }),
    }
}

/// The same as short as it can be said, for a counter.
pub(crate) fn short(desk: &Desk, run: &Run, point: &FlowPoint, total: &Total) -> Option<String> {
    match total.pace {
        Pace::Rate { bytes } if total.paced > 0 => {
            Some(format!("≤ {}", format::rate(bytes as f64)))
        }
        _ => said_of_all(desk, run, point, total),
    }
}

/// The same for several flows: that of the first which is not open, with how many there are.
pub(crate) fn said_of_all(
    desk: &Desk,
    run: &Run,
    point: &FlowPoint,
    total: &Total,
) -> Option<String> {
    if total.paced == 0 {
        return None;
    }
    let lanes = (0..run.lanes.len()).map(LaneNumber::from_index);
    let flows = lanes.filter_map(|lane| run.flow_at(lane, point));
    let said = flows
        .filter(|flow| flow.end.is_none())
        .find_map(|flow| said(desk, flow))?;
    let open = total.flows - total.ended;
    Some(if open > 1 && total.paced < open {
        (desk.words.watch.some_lanes)(total.paced, open, &said)
    } else {
        said
    })
}

/// How many more lines may pass; nothing where that is not known to the line. Lines that are asked for
/// add up. They are counted from the last pace under which nothing passed on its own.
pub(crate) fn lines_left(flow: &Flow) -> Option<u64> {
    let mut until: Option<u64> = None;
    let mut standing = false;
    for (at_us, pace) in flow.paces() {
        match pace {
            Pace::Lines { count } => {
                let from = match until {
                    Some(until) => Some(until),
                    // While it was paused nothing passed, and nothing had before the first byte.
                    None if standing => {
                        let before = flow.samples.before(*at_us);
                        before.map_or(Some(0), |before| before.counted.lines)
                    }
                    None if flow.began_us.is_none_or(|began| began >= *at_us) => Some(0),
                    None => None,
                };
                until = from.map(|from| from.saturating_add(u64::from(*count)));
                standing = false;
            }
            Pace::Paused => {
                standing = true;
                until = None;
            }
            Pace::Open | Pace::Rate { .. } => {
                standing = false;
                until = None;
            }
        }
    }
    until
        .zip(flow.lines)
        .map(|(until, lines)| until.saturating_sub(lines))
}

/// Why a wire's pace cannot be changed in this lane, or in any where none is meant; nothing when it can.
pub(crate) fn reason(
    desk: &Desk,
    chain: &Chain,
    run: Option<&Run>,
    id: &WireId,
    lane: Option<LaneNumber>,
) -> Option<&'static str> {
    let words = desk.words.watch;
    let run = match run {
        Some(run) if run.is_live() => run,
        Some(run) if run.instant.is_some() && run.is_active() => return Some(words.no_pace_then),
        _ if chain
            .wire(id)
            .is_some_and(|wire| wire.mode == WireMode::Direct) =>
        {
            return Some(words.no_pace_direct);
        }
        _ => return Some(words.no_pace_idle),
    };
    let Some(wire) = run.chain.wire(id) else {
        return Some(words.no_pace_new);
    };
    if wire.mode == WireMode::Direct {
        return Some(words.no_pace_direct);
    }
    is_over(run, &FlowPoint::Wire(id.clone()), lane).then_some(words.no_pace_ended)
}

/// Whether no more can pass there in this lane, or in any where none is meant.
fn is_over(run: &Run, point: &FlowPoint, lane: Option<LaneNumber>) -> bool {
    match lane {
        None => run.total_at(point).is_over(),
        Some(lane) => {
            let over = run
                .lanes
                .get(lane.index())
                .is_some_and(|lane| lane.status.is_some());
            let ended = run
                .flow_at(lane, point)
                .is_some_and(|flow| flow.end.is_some());
            over || ended
        }
    }
}

/// The pace that a wire is at: that of a lane, or the one that all open lanes have (open, where they
/// differ). What was let through line by line and has come to the last of them is paused.
pub(crate) fn pace(run: &Run, point: &FlowPoint, lane: Option<LaneNumber>) -> Pace {
    let settled = |flow: &Flow| match flow.pace() {
        Pace::Lines { .. } if lines_left(flow) == Some(0) => Pace::Paused,
        pace => pace,
    };
    let lanes = match lane {
        Some(lane) => lane.index()..lane.index() + 1,
        None => 0..run.lanes.len(),
    };
    let paces = lanes.map(LaneNumber::from_index).filter_map(|lane| {
        if is_over(run, point, Some(lane)) {
            return None;
        }
        let flow = run.flow_at(lane, point);
        Some(flow.map_or(Pace::Open, |flow| settled(flow)))
    });
    let mut paces = paces.peekable();
    let first = paces.peek().copied().unwrap_or_default();
    if paces.all(|pace| pace == first) {
        first
    } else {
        Pace::Open
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runs::tests::{PREVIEW, Script};
    use pipeyard_shared::RunId;
    use pipeyard_shared::event::{Event, FlowEnd, Meter, RunEvent};
    use pipeyard_shared::flow::FlowId;

    /// The first wire, after these paces and counters of lines.
    fn flow(steps: &[(u64, Result<Pace, u64>)]) -> std::rc::Rc<Flow> {
        let script = Script::opening(1);
        let mut run = Run::new(RunId(1), script.chain, PREVIEW);
        let flow = FlowId(0);
        let mut seq = 0;
        for (at_us, step) in steps.iter().copied() {
            match step {
                Ok(pace) => {
                    let event = Event::PaceSet { flow, pace };
                    run.take_event(&RunEvent { seq, at_us, event }, 0.0);
                    seq += 1;
                }
                Err(lines) => {
                    let meter = Meter {
                        flow,
                        bytes: lines * 2,
                        lines: Some(lines),
                        waiting: None,
                        room: None,
                    };
                    run.take_meter(&meter, at_us, 0.0);
                }
            }
        }
        run.flows[&flow].clone()
    }

    #[test]
    fn lines_are_counted_down_and_add_up() {
        let ten = Ok(Pace::Lines { count: 10 });
        let paused = Ok(Pace::Paused);
        assert_eq!(
            lines_left(&flow(&[(10, Err(5)), (20, paused), (90, ten)])),
            Some(10)
        );
        assert_eq!(
            lines_left(&flow(&[
                (10, Err(5)),
                (20, paused),
                (90, ten),
                (95, Err(8))
            ])),
            Some(7)
        );
        assert_eq!(
            lines_left(&flow(&[(20, paused), (90, ten), (91, ten), (95, Err(15))])),
            Some(5)
        );
        assert_eq!(
            lines_left(&flow(&[(5, ten), (95, Err(10))])),
            Some(0),
            "from the beginning"
        );
    }

    #[test]
    fn a_wire_that_has_no_lines_left_is_paused() {
        let script = Script::opening(2);
        let point = FlowPoint::Wire(script.chain.wires[0].id.clone());
        let mut run = Run::new(RunId(1), script.chain, PREVIEW);
        let flow = |lane| run.places.id(LaneNumber(lane), &point);
        let (Some(one), Some(two)) = (flow(1), flow(2)) else {
            panic!("a flow a lane");
        };
        let mut seq = 0;
        let mut tell = |run: &mut Run, event| {
            let at_us = seq;
            run.take_event(&RunEvent { seq, at_us, event }, 0.0);
            seq += 1;
        };
        let set = |flow, pace| Event::PaceSet { flow, pace };
        tell(&mut run, set(one, Pace::Paused));
        assert_eq!(pace(&run, &point, Some(LaneNumber(1))), Pace::Paused);
        assert_eq!(pace(&run, &point, None), Pace::Open, "they differ");
        let ten = Pace::Lines { count: 10 };
        tell(&mut run, set(one, ten));
        assert_eq!(pace(&run, &point, Some(LaneNumber(1))), ten);
        let meter = Meter {
            flow: one,
            bytes: 20,
            lines: Some(10),
            waiting: None,
            room: None,
        };
        run.take_meter(&meter, 9, 0.0);
        assert_eq!(pace(&run, &point, Some(LaneNumber(1))), Pace::Paused);
        tell(&mut run, set(two, Pace::Paused));
        assert_eq!(pace(&run, &point, None), Pace::Paused, "all of them");
        let ended = Event::FlowEnded {
            flow: two,
            reason: FlowEnd::EndOfFile,
            bytes: Some(0),
            lines: Some(0),
            kept: None,
        };
        tell(&mut run, ended);
        assert!(is_over(&run, &point, Some(LaneNumber(2))));
        assert!(!is_over(&run, &point, Some(LaneNumber(1))));
        assert!(!is_over(&run, &point, None));
        assert_eq!(
            pace(&run, &point, None),
            Pace::Paused,
            "those that are open"
        );
    }

    #[test]
    fn what_is_not_known_to_the_line_is_not_told() {
        let began = |steps: &[(u64, Result<Pace, u64>)]| {
            let mut flow = (*flow(steps)).clone();
            flow.began_us = Some(1);
            lines_left(&flow)
        };
        assert_eq!(
            began(&[(10, Err(500)), (20, Ok(Pace::Lines { count: 10 }))]),
            None
        );
        assert_eq!(began(&[(20, Ok(Pace::Paused)), (30, Ok(Pace::Open))]), None);
    }
}
