//! The table of `--report`.

use std::collections::BTreeMap;

use pipeyard_shared::chain::{Chain, OutputPort};
use pipeyard_shared::ending::{Ending, Usage};
use pipeyard_shared::event::{Event, RunEvent};
use pipeyard_shared::flow::{FlowId, FlowMap, FlowPoint};
use pipeyard_shared::id::{LaneNumber, StageId};
use pipeyard_shared::words::{self, Language};

/// A line a stage and lane that ended, and a line with the whole, if the run is over. In English
/// whatever the language, so that programs can read it too.
pub(super) fn table(chain: &Chain, events: &[RunEvent]) -> String {
    // An end without a count is one that nobody relayed.
    let counted: BTreeMap<FlowId, (u64, Option<u64>)> = events
        .iter()
        .filter_map(|event| match event.event {
            Event::FlowEnded {
                flow,
                bytes: Some(bytes),
                lines,
                ..
            } => Some((flow, (bytes, lines))),
            _ => None,
        })
        .collect();
    let flows = FlowMap::of(chain);
    let mut started = BTreeMap::new();
    let mut rows = BTreeMap::new();
    let mut whole = String::new();
    for event in events {
        match &event.event {
            Event::StageStarted { lane, stage, .. } => {
                started.insert((*lane, stage), event.at_us);
            }
            Event::StageEnded {
                lane,
                stage,
                ending,
                usage,
            } => {
                let began = started.get(&(*lane, stage));
                let time = began.map(|began| event.at_us.saturating_sub(*began));
                let output = standard_output(chain, &flows, *lane, stage);
                let count = output.and_then(|flow| counted.get(&flow)).copied();
                let place = chain.stage_index(stage);
                rows.insert(
                    (*lane, place),
                    row(count, *lane, stage, ending, time, *usage),
                );
            }
            Event::RunEnded { status, work_us } => {
                let rate = *work_us as f64 / event.at_us.max(1) as f64;
                whole = format!(
                    "wall {} · work {} · {rate:.1}× parallel · status {} (pipefail {})\n",
                    microseconds(event.at_us),
                    microseconds(*work_us),
                    status.last,
                    status.pipefail,
                );
            }
            _ => {}
        }
    }
    let head = HEAD.map(str::to_owned);
    let rows: Vec<_> = std::iter::once(head).chain(rows.into_values()).collect();
    align(&rows) + &whole
}

const HEAD: [&str; 8] = [
    "lane", "stage", "status", "time", "cpu", "memory", "bytes", "lines",
];

fn row(
    count: Option<(u64, Option<u64>)>,
    lane: LaneNumber,
    stage: &StageId,
    ending: &Ending,
    time: Option<u64>,
    usage: Option<Usage>,
) -> [String; 8] {
    let none = || "–".to_owned();
    [
        lane.to_string(),
        stage.to_string(),
        words::ending(Language::En, ending),
        time.map_or_else(none, microseconds),
        usage.map_or_else(none, |usage| microseconds(usage.processor_us())),
        usage.map_or_else(none, memory),
        count.map_or_else(none, |(bytes, _)| bytes.to_string()),
        count
            .and_then(|(_, lines)| lines)
            .map_or_else(none, |lines| lines.to_string()),
    ]
}

/// The flow of what leaves the stage's standard output.
fn standard_output(
    chain: &Chain,
    flows: &FlowMap,
    lane: LaneNumber,
    stage: &StageId,
) -> Option<FlowId> {
    let point = flows.points().iter().find(|point| match point {
        FlowPoint::Wire(id) => chain
            .wire(id)
            .is_some_and(|wire| &wire.from.stage == stage && wire.from.port == OutputPort::Stdout),
        FlowPoint::Port(end) => &end.stage == stage && end.port == OutputPort::Stdout,
    })?;
    flows.id(lane, point)
}

fn align(rows: &[[String; 8]]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: Vec<usize> = (0..8).map(|column| width(column).unwrap_or(0)).collect();
    let mut text = String::new();
    for row in rows {
        for (column, cell) in row.iter().enumerate() {
            let room = widths[column] - cell.chars().count();
            // Words to the left, figures to the right.
            let (before, after) = if (1..=2).contains(&column) {
                (0, room)
            } else {
                (room, 0)
            };
            text += &" ".repeat(before);
            text += cell;
            text += &" ".repeat(after + if column < 7 { 2 } else { 0 });
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    text
}

fn memory(usage: Usage) -> String {
    let bound = if usage.peak_is_bound { "≤ " } else { "" };
    format!("{bound}{:.1} MiB", usage.peak_kib as f64 / 1024.0)
}

fn microseconds(us: u64) -> String {
    match us {
        0..=999 => format!("{us} µs"),
        1_000..=999_999 => format!("{:.1} ms", us as f64 / 1e3),
        _ => format!("{:.2} s", us as f64 / 1e6),
    }
}
