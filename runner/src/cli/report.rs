//! The table of `--report`.

use std::collections::BTreeMap;

use pipeyard_shared::chain::{Chain, OutputPort};
use pipeyard_shared::ending::{Ending, Usage};
use pipeyard_shared::event::{Event, RunEvent};
use pipeyard_shared::flow::{FlowEnds, FlowId, FlowMap};
use pipeyard_shared::id::{LaneNumber, StageId};
use pipeyard_shared::words::{self, Language, microseconds};

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
    let ends = FlowEnds::of(chain, &flows);
    let stages: BTreeMap<&StageId, usize> = (0..)
        .zip(&chain.stages)
        .map(|(place, stage)| (&stage.id, place))
        .collect();
    // By the names that people see: an id may be that of a program that was there before.
    let names: Vec<String> = chain
        .stages
        .iter()
        .map(|stage| chain.name_of(&stage.id))
        .collect();
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
                let place = stages.get(stage).copied();
                let count = place.and_then(|place| {
                    let count = |index| counted.get(&flows.id_at(*lane, index)?).copied();
                    ends.came_out(place, OutputPort::Stdout, count)
                });
                rows.insert(
                    (*lane, place),
                    row(
                        count,
                        *lane,
                        place.map_or(stage.as_str(), |place| names[place].as_str()),
                        ending,
                        time,
                        *usage,
                    ),
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
    align(&rows) + &whole + &meanings(chain, events)
}

/// What statuses mean, a line each, where the few words of the table do not say it all.
fn meanings(chain: &Chain, events: &[RunEvent]) -> String {
    let mut said: Vec<String> = Vec::new();
    for event in events {
        let Event::StageEnded { stage, ending, .. } = &event.event else {
            continue;
        };
        let meaning = || words::ending_meaning(Language::En, chain.stage(stage)?, ending);
        if said.len() == MOST_MEANINGS {
            break;
        }
        let Ending::Exited { code: 1.. } = ending else {
            continue;
        };
        if let Some(meaning) = meaning().filter(|meaning| !said.contains(meaning)) {
            said.push(meaning);
        }
    }
    said.iter().map(|meaning| format!("{meaning}\n")).collect()
}

/// How many statuses are told what they mean.
const MOST_MEANINGS: usize = 8;

const HEAD: [&str; 8] = [
    "lane", "stage", "status", "time", "cpu", "memory", "bytes", "lines",
];

fn row(
    count: Option<(u64, Option<u64>)>,
    lane: LaneNumber,
    stage: &str,
    ending: &Ending,
    time: Option<u64>,
    usage: Option<Usage>,
) -> [String; 8] {
    let none = || "–".to_owned();
    [
        lane.to_string(),
        stage.to_owned(),
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

#[cfg(test)]
mod tests {
    use super::*;
    use pipeyard_shared::chain::Stage;
    use pipeyard_shared::event::FlowEnd;

    fn log(events: Vec<Event>) -> Vec<RunEvent> {
        let entry = |(seq, event)| RunEvent {
            seq,
            at_us: 7,
            event,
        };
        (0..).zip(events).map(entry).collect()
    }

    fn ended(stage: &str) -> Event {
        Event::StageEnded {
            lane: LaneNumber::FIRST,
            stage: stage.into(),
            ending: Ending::Exited { code: 0 },
            usage: None,
        }
    }

    fn closed(flow: u32, reason: FlowEnd, bytes: u64) -> Event {
        Event::FlowEnded {
            flow: FlowId(flow),
            reason,
            bytes: Some(bytes),
            lines: Some(1),
            kept: None,
        }
    }

    #[test]
    fn statuses_are_told_with_what_they_mean_once_each() {
        let chain = Chain::of_stages("", vec![Stage::process("g", "grep", ["x"])]);
        let no_match = || Event::StageEnded {
            lane: LaneNumber::FIRST,
            stage: "g".into(),
            ending: Ending::Exited { code: 1 },
            usage: None,
        };
        let table = table(&chain, &log(vec![no_match(), no_match()]));
        assert_eq!(
            table.matches("grep 1: no line matched\n").count(),
            1,
            "{table}"
        );
    }

    /// The first branch left early, and its count was shown.
    #[test]
    fn a_fan_out_shows_what_came_out_and_not_what_one_branch_took() {
        let stages = ["a", "b", "c"].map(|id| Stage::process(id, "cat", []));
        let mut chain = Chain::of_stages("", stages.to_vec());
        chain.wires[1].from.stage = "a".into();
        let events = vec![
            closed(0, FlowEnd::ReaderLeft, 111),
            closed(1, FlowEnd::EndOfFile, 98_765),
            ended("a"),
        ];
        let table = table(&chain, &log(events));
        assert!(table.contains("98765") && !table.contains("111"), "{table}");
    }

    /// Each end of a stage looked through all wires, and through all of them again for each.
    #[test]
    fn stages_with_many_wires_are_found_at_once() {
        let ids: Vec<String> = (0..500).map(|number| format!("s{number}")).collect();
        let stages = ids.iter().map(|id| Stage::process(id, "cat", []));
        let mut chain = Chain::of_stages("", stages.collect());
        chain.lanes = pipeyard_shared::chain::Lanes::Count(200);
        let per_lane = FlowMap::of(&chain).per_lane();
        let mut events = Vec::new();
        for lane in 1..=200 {
            for (place, id) in ids.iter().enumerate() {
                let flow = (lane as usize - 1) * per_lane + place;
                events.push(closed(flow as u32, FlowEnd::EndOfFile, 1));
                let mut end = ended(id);
                if let Event::StageEnded { lane: of, .. } = &mut end {
                    *of = LaneNumber(lane);
                }
                events.push(end);
            }
        }
        // A hundred thousand rows: searching wires for each took minutes.
        assert_eq!(table(&chain, &log(events)).lines().count(), 1 + 100_000);
    }
}
