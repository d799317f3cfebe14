//! The lines of a recorded run, as they stand in its file.

use pipeyard_shared::chain::{Chain, Stage};
use pipeyard_shared::ending::Status;
use pipeyard_shared::event::{Event, FlowEnd, Meter, RunEvent};
use pipeyard_shared::flow::FlowId;
use pipeyard_shared::preview::Slice;
use pipeyard_shared::recording::{self, Piece, Recording, Sample};

use crate::snapshot;

const RUNNER: &str = "0.1.0";
const FLOW: FlowId = FlowId(0);

/// All of it; its lines come in this order.
fn recorded() -> Recording {
    let counted = Meter {
        flow: FLOW,
        bytes: 6,
        lines: Some(1),
        waiting: None,
        room: None,
    };
    let direct = Meter {
        flow: FlowId(1),
        bytes: 65_536,
        lines: None,
        waiting: Some(4_096),
        room: None,
    };
    let ended = Event::FlowEnded {
        flow: FLOW,
        reason: FlowEnd::EndOfFile,
        bytes: Some(6),
        lines: Some(1),
        kept: None,
    };
    let over = Event::RunEnded {
        status: Status::default(),
        work_us: 1_500,
    };
    let event = |seq, at_us, event| RunEvent { seq, at_us, event };
    let slice = |offset, bytes: &[u8]| Slice {
        offset,
        bytes: bytes.to_vec(),
    };
    Recording {
        runner: RUNNER.to_owned(),
        chain: Chain::of_stages("", vec![Stage::shell("hello", "echo hello")]),
        events: vec![
            event(0, 12, Event::RunStarted { lanes: 1, jobs: 1 }),
            event(1, 150_000, ended),
            event(2, 200_100, over),
        ],
        samples: vec![
            Sample {
                at_us: 100_000,
                meters: vec![counted],
            },
            Sample {
                at_us: 200_000,
                meters: vec![counted, direct],
            },
        ],
        data: vec![
            Piece {
                flow: FLOW,
                slice: slice(0, b"hello\n"),
            },
            Piece {
                flow: FlowId(1),
                slice: slice(65_534, b"\x00\xff"),
            },
        ],
    }
}

/// Each line under a name.
fn named() -> Vec<(&'static str, String)> {
    let Recording {
        runner,
        chain,
        events,
        samples,
        data,
    } = recorded();
    let lines = [
        ("header", recording::header(&runner, &chain)),
        ("event", recording::event(&events[0])),
        ("meters", recording::sample(&samples[0])),
        ("event_flow_ended", recording::event(&events[1])),
        ("meters_direct", recording::sample(&samples[1])),
        ("event_last", recording::event(&events[2])),
        ("data", recording::piece(&data[0])),
        ("data_not_text", recording::piece(&data[1])),
    ];
    let cut = |line: String| {
        let line = line.strip_suffix('\n').expect("a line has an end");
        line.to_owned()
    };
    lines.map(|(name, line)| (name, cut(line))).into()
}

pub(crate) fn text() -> String {
    snapshot::write(named())
}

/// The file's lines, put one below the other, are the recording.
pub(crate) fn read_back(lines: &[(&str, &str)]) {
    let file: String = lines.iter().map(|(_, text)| format!("{text}\n")).collect();
    assert_eq!(Recording::read(&file), Ok(recorded()));
    assert_eq!(recorded().write(), file, "a recording is written in order");
}

/// A runner of a later version may write more than this code knows, and a recording outlives both.
#[test]
fn a_recording_passes_over_unknown_fields() {
    let text = concat!(
        r#"{"pipeyard_recording":1,"runner":"9","machine":"m","chain":{"pipeyard":1,"stages":[{"id":"a","kind":{"process":{"program":"true"}}}]}}"#,
        "\n",
        r#"{"event":{"seq":0,"at_us":1,"mood":"good","event":"stop_asked"}}"#,
        "\n",
    );
    let read = Recording::read(text).expect("unknown fields are passed over");
    assert_eq!(read.events.len(), 1);
    assert_eq!(read.runner, "9");
}
