//! What a run says to a question: the runner's own rules (`runner/src/lessons/trial.rs`), on what the page has of it.

use pipeyard_shared::LaneNumber;
use pipeyard_shared::chain::{Chain, OutputPort};
use pipeyard_shared::flow::FlowPoint;
use pipeyard_shared::lesson::{Answer, Measure};

use super::standing::is_whole;
use crate::runs::{Flow, Phase, Run, Stale};

/// The most characters of a text that are shown.
const MOST_CHARACTERS: usize = 400;

/// Whether this is a whole run of that chain, and over.
pub(crate) fn is_run_of(run: &Run, chain: &Chain) -> bool {
    let is_over = matches!(run.phase, Phase::Ended { .. });
    is_over && !Stale::of(&run.source, chain).any && is_whole(run)
}

/// What is measured, if this is a whole run of that chain and the page has all that it takes.
pub(crate) fn measured(run: &Run, chain: &Chain, measure: &Measure) -> Option<String> {
    let Phase::Ended { status, .. } = run.phase else {
        return None;
    };
    if !is_run_of(run, chain) {
        return None;
    }
    let stage = match &measure.stage {
        Some(name) => Some(place_of(&run.chain, name)?),
        None => None,
    };
    if measure.answer == Answer::Status {
        let status = match stage {
            None => status.by(run.chain.status),
            Some(stage) => {
                let first = run.stage(LaneNumber::FIRST, stage)?;
                first.ending.as_ref()?.shell_status()
            }
        };
        return Some(status.to_string());
    }
    let flows = flows(run, stage);
    match measure.answer {
        Answer::Bytes => {
            let bytes: u64 = flows.iter().map(|flow| flow.bytes).sum();
            Some(bytes.to_string())
        }
        Answer::Lines => {
            let lines: Option<u64> = flows.iter().map(|flow| flow.lines).sum();
            Some(lines?.to_string())
        }
        Answer::Text | Answer::Status => {
            let mut output = Vec::new();
            for flow in flows {
                match &flow.preview.slices()[..] {
                    [] if flow.bytes == 0 => {}
                    [whole] if whole.offset == 0 && whole.bytes.len() as u64 == flow.bytes => {
                        output.extend_from_slice(&whole.bytes);
                    }
                    _ => return None,
                }
            }
            let text = String::from_utf8_lossy(&output);
            let text = text.strip_suffix('\n').unwrap_or(&text);
            Some(text.chars().take(MOST_CHARACTERS).collect())
        }
    }
}

/// The flows of a stage's standard output in all lanes, or those of the chain's own outputs. Of a fan-out's wires, which
/// carry the same, the first.
fn flows(run: &Run, stage: Option<usize>) -> Vec<&Flow> {
    let chain = &run.chain;
    let is_meant = |point: &&FlowPoint| match (point, stage) {
        (FlowPoint::Port(end), None) => end.port == OutputPort::Stdout,
        (FlowPoint::Port(end), Some(stage)) => {
            end.port == OutputPort::Stdout && end.stage == chain.stages[stage].id
        }
        (FlowPoint::Wire(_), None) => false,
        (FlowPoint::Wire(id), Some(stage)) => chain.wire(id).is_some_and(|wire| {
            wire.from.stage == chain.stages[stage].id && wire.from.port == OutputPort::Stdout
        }),
    };
    let most = if stage.is_some() { 1 } else { usize::MAX };
    let points = run.places.points().iter().filter(is_meant).take(most);
    let points: Vec<&FlowPoint> = points.collect();
    let lanes = (0..run.lanes.len()).map(LaneNumber::from_index);
    lanes
        .flat_map(|lane| {
            let points = points.iter();
            points.filter_map(move |point| Some(&**run.flow_at(lane, point)?))
        })
        .collect()
}

fn place_of(chain: &Chain, name: &str) -> Option<usize> {
    let mut stages = chain.stages.iter();
    stages.position(|stage| stage.id.as_str() == name || stage.name() == name)
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::runs::tests::{PREVIEW, Script};
    use pipeyard_shared::RunId;
    use pipeyard_shared::ending::Status;
    use pipeyard_shared::event::{Event, FlowEnd, RunEvent};

    #[test]
    fn a_run_of_the_chain_tells_what_was_asked() {
        let script = Script::opening(2);
        let chain = script.chain.clone();
        let mut run = Run::new(RunId(1), chain.clone(), PREVIEW);
        let of = |run: &Run, text: &str| {
            measured(run, &chain, &text.parse::<Measure>().expect("a measure"))
        };
        assert_eq!(of(&run, "status"), None, "it goes on");
        let first = chain.wires[0].clone();
        for number in 0..2 {
            let lane = LaneNumber::from_index(number);
            let point = FlowPoint::Wire(first.id.clone());
            let flow = run.places.id(lane, &point).expect("a flow");
            let event = Event::FlowEnded {
                flow,
                reason: FlowEnd::EndOfFile,
                bytes: Some(10),
                lines: Some(3),
                kept: None,
            };
            let event = RunEvent {
                seq: number as u64,
                at_us: 0,
                event,
            };
            run.take_event(&event, 0.0);
        }
        run.phase = Phase::Ended {
            at_us: 1,
            status: Status {
                last: 3,
                pipefail: 4,
            },
            work_us: 0,
        };
        assert_eq!(of(&run, "status"), Some("3".into()));
        let writer = &first.from.stage;
        assert_eq!(
            of(&run, &format!("bytes out of {writer}")),
            Some("20".into())
        );
        assert_eq!(
            of(&run, &format!("lines out of {writer}")),
            Some("6".into())
        );
        assert_eq!(of(&run, "lines out of nobody"), None);
        assert_eq!(
            of(&run, &format!("text out of {writer}")),
            None,
            "the page does not have the bytes"
        );
        let status = "status".parse().expect("a measure");
        let mut part = run.clone();
        part.chain = Rc::new(chain.up_to(writer));
        assert_eq!(measured(&part, &chain, &status), None, "a part of it ran");
        let mut other = (*chain).clone();
        other.stages.pop();
        assert_eq!(measured(&run, &other, &status), None, "another chain ran");
    }
}
