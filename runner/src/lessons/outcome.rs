//! What a run that is over came to, as exercises and questions ask about it.

use std::collections::BTreeMap;
use std::sync::Arc;

use pipeyard_shared::chain::{Chain, OutputPort, Stage};
use pipeyard_shared::event::Event;
use pipeyard_shared::flow::{FlowMap, FlowPoint};
use pipeyard_shared::id::LaneNumber;
use pipeyard_shared::lesson::{Answer, Comparison, Exercise, Left, Measure, Outcome, Wrote};

use crate::engine::{Flow, Run};

/// The most bytes of outputs that are compared.
pub(super) const OUTPUT_BYTES: u64 = 1 << 20;

/// What it came to, with what it left of the files that matter.
pub(super) fn outcome(run: &Run, files: BTreeMap<String, Left>) -> Outcome {
    let wrote = |port| {
        let flows = outputs(run, port);
        let (mut bytes, mut is_whole) = (Vec::new(), true);
        for flow in flows {
            is_whole &= read_whole(flow, &mut bytes);
        }
        Wrote { bytes, is_whole }
    };
    Outcome {
        status: run.result().unwrap_or_default().status,
        took_ms: took_ms(run),
        output: wrote(OutputPort::Stdout),
        errors: wrote(OutputPort::Stderr),
        files,
    }
}

/// Whether something of what an exercise looks at, little enough to be compared, is not kept, or not any more.
pub(super) fn has_lost_output(run: &Run, exercise: &Exercise) -> bool {
    let looked_at = [
        (OutputPort::Stdout, Some(exercise.output)),
        (OutputPort::Stderr, exercise.stderr),
    ];
    looked_at.into_iter().any(|(port, by)| {
        if by.is_none_or(|by| by == Comparison::Nothing) {
            return false;
        }
        let flows = outputs(run, port);
        let total: u64 = flows.iter().map(|flow| flow.meter().bytes).sum();
        let kept: u64 = flows.iter().map(|flow| flow.kept()).sum();
        kept < total && total <= OUTPUT_BYTES
    })
}

/// How it ended, as a shell counts.
pub(super) fn status(run: &Run) -> i32 {
    let result = run.result().unwrap_or_default();
    result.status.by(run.chain().status)
}

/// How long it took, milliseconds.
fn took_ms(run: &Run) -> u64 {
    let last = run.log().count().borrow().saturating_sub(1);
    let told = run.log().read(last, 1);
    told.first().map_or(0, |last| last.at_us / 1000)
}

/// What a question asks about it, as text.
///
/// # Errors
/// A sentence.
pub(super) fn measured(run: &Run, measure: &Measure) -> Result<String, String> {
    let stage = measure.stage.as_deref();
    if measure.answer == Answer::Status {
        return match stage {
            None => Ok(status(run).to_string()),
            Some(stage) => status_of(run, stage),
        };
    }
    let flows = match stage {
        None => outputs(run, OutputPort::Stdout),
        Some(stage) => out_of(run, stage)?,
    };
    let meters = flows.iter().map(|flow| flow.meter());
    match measure.answer {
        Answer::Bytes => Ok(meters.map(|meter| meter.bytes).sum::<u64>().to_string()),
        Answer::Lines => {
            let lines: Option<u64> = meters.map(|meter| meter.lines).sum();
            lines
                .map(|lines| lines.to_string())
                .ok_or_else(|| "nobody counts the lines of a direct wire".to_owned())
        }
        Answer::Text | Answer::Status => {
            let mut output = Vec::new();
            let is_whole = flows.iter().all(|flow| read_whole(flow, &mut output));
            if !is_whole {
                return Err("more came out than was kept".to_owned());
            }
            let text = String::from_utf8_lossy(&output);
            Ok(text.strip_suffix('\n').unwrap_or(&text).to_owned())
        }
    }
}

/// The flows that leave the chain by these ports, in all lanes.
fn outputs(run: &Run, port: OutputPort) -> Vec<&Arc<Flow>> {
    flows(run, |point| match point {
        FlowPoint::Port(end) => end.port == port,
        FlowPoint::Wire(_) => false,
    })
}

/// The flows of a stage's standard output in all lanes; of a fan-out's wires, which carry the same, the first.
fn out_of<'a>(run: &'a Run, stage: &str) -> Result<Vec<&'a Arc<Flow>>, String> {
    let chain = run.chain();
    let id = &chain.stages[place_of(chain, stage)?].id;
    let mut wire = None;
    Ok(flows(run, |point| match point {
        FlowPoint::Port(end) => end.port == OutputPort::Stdout && end.stage == *id,
        FlowPoint::Wire(of) => {
            let from = chain.wire(of).map(|wire| &wire.from);
            let leaves =
                from.is_some_and(|from| from.stage == *id && from.port == OutputPort::Stdout);
            leaves && wire.get_or_insert_with(|| of.clone()) == of
        }
    }))
}

fn flows(run: &Run, mut is_meant: impl FnMut(&FlowPoint) -> bool) -> Vec<&Arc<Flow>> {
    let map = FlowMap::of(run.chain());
    let points = map.points().iter();
    let meant: Vec<&FlowPoint> = points.filter(|point| is_meant(point)).collect();
    let lanes = (0..run.chain().lanes.count()).map(LaneNumber::from_index);
    let ids = lanes.flat_map(|lane| meant.iter().map(move |point| (lane, *point)));
    ids.filter_map(|(lane, point)| run.flow(map.id(lane, point)?))
        .collect()
}

fn status_of(run: &Run, stage: &str) -> Result<String, String> {
    let id = &run.chain().stages[place_of(run.chain(), stage)?].id;
    let events = run.log().read(0, usize::MAX);
    let ending = events.iter().rev().find_map(|event| match &event.event {
        Event::StageEnded { stage, ending, .. } if stage == id => Some(ending.shell_status()),
        _ => None,
    });
    ending
        .map(|status| status.to_string())
        .ok_or_else(|| format!("`{stage}` never ended"))
}

/// Appends all that passed, if it was kept and is not too much.
fn read_whole(flow: &Arc<Flow>, output: &mut Vec<u8>) -> bool {
    let total = flow.meter().bytes;
    let mut at = 0;
    while at < total && output.len() as u64 <= OUTPUT_BYTES {
        match flow.read_kept(at, OUTPUT_BYTES as usize) {
            Ok(bytes) if !bytes.is_empty() => {
                at += bytes.len() as u64;
                output.extend_from_slice(&bytes);
            }
            _ => return false,
        }
    }
    at == total && output.len() as u64 <= OUTPUT_BYTES
}

/// The stage of a name: its label, its program, or its id.
fn place_of(chain: &Chain, name: &str) -> Result<usize, String> {
    let is_it = |stage: &Stage| stage.id.to_string() == name || stage.name() == name;
    let mut found = (0..chain.stages.len()).filter(|&place| is_it(&chain.stages[place]));
    match (found.next(), found.next()) {
        (Some(place), None) => Ok(place),
        (None, _) => Err(format!("the chain has no stage `{name}`")),
        (Some(_), Some(_)) => Err(format!(
            "the chain has several stages `{name}`: name one by its id"
        )),
    }
}
