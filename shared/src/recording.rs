//! A run as a file: what happened, what was counted when, and what the bytes were, to be played again.
//!
//! JSON lines: a header, then entries nearly in the order of their times: a few events are told a little
//! after they happened, as in a run's log. It can be written while the run goes
//! on, and what was written is good up to its last whole line if the writer is killed.
//!
//! ```text
//! {"pipeyard_recording":1,"runner":"0.1.0","chain":{…}}
//! {"event":{"seq":0,"at_us":12,"event":{"run_started":{"lanes":1,"jobs":1}}}}
//! {"meters":{"at_us":100012,"flows":[[0,65536,1024,4096]]}}
//! {"data":{"flow":0,"position":0,"bytes":"aGVsbG8K"}}
//! ```

mod read;
mod shorten;

use serde::{Deserialize, Serialize};

use crate::chain::Chain;
use crate::event::{Meter, RunEvent};
use crate::flow::FlowId;
use crate::preview::Slice;

pub use read::{RecordingError, RecordingFault};

/// The version of the format that this code reads and writes.
pub const RECORDING_VERSION: u32 = 1;
/// Bytes that a recording may have.
pub const RECORDING_BYTES: usize = 64 << 20;
/// Microseconds between two sets of counters in a recording.
pub const SAMPLE_INTERVAL_US: u64 = 100_000;
/// What is kept of each end of each flow unless the person says otherwise.
pub const DATA_BYTES: usize = 16 << 10;

/// A recorded run.
#[derive(Clone, Debug, PartialEq)]
pub struct Recording {
    /// The version of the runner that made it.
    pub runner: String,
    /// What was run.
    pub chain: Chain,
    /// What happened, in order.
    pub events: Vec<RunEvent>,
    /// What was counted, in the order of time.
    pub samples: Vec<Sample>,
    /// Heads and tails of the flows.
    pub data: Vec<Piece>,
}

/// The counters of the flows that had changed at an instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// When: microseconds since the run began.
    pub at_us: u64,
    /// The counters.
    pub meters: Vec<Meter>,
}

/// A piece of a flow's bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Of which flow.
    pub flow: FlowId,
    /// Where it stands, and what it is.
    pub slice: Slice,
}

impl Recording {
    /// Whether the run's last event is in it.
    pub fn is_complete(&self) -> bool {
        let last = self.events.last().map(|entry| &entry.event);
        matches!(last, Some(crate::event::Event::RunEnded { .. }))
    }

    /// The time of its last entry.
    pub fn lasted_us(&self) -> u64 {
        let events = self.events.iter().map(|entry| entry.at_us);
        let samples = self.samples.iter().map(|sample| sample.at_us);
        events.chain(samples).max().unwrap_or_default()
    }

    /// The whole file.
    pub fn write(&self) -> String {
        let mut lines = header(&self.runner, &self.chain);
        let mut samples = self.samples.iter().peekable();
        for event in &self.events {
            while let Some(sample) = samples.next_if(|sample| sample.at_us <= event.at_us) {
                lines.push_str(&self::sample(sample));
            }
            lines.push_str(&self::event(event));
        }
        for sample in samples {
            lines.push_str(&self::sample(sample));
        }
        for piece in &self.data {
            lines.push_str(&self::piece(piece));
        }
        lines
    }
}

/// The first line.
pub fn header(runner: &str, chain: &Chain) -> String {
    line(&Header {
        pipeyard_recording: RECORDING_VERSION,
        runner: runner.to_owned(),
        chain: chain.to_value(),
    })
}

/// The line of an event.
pub fn event(event: &RunEvent) -> String {
    line(&Entry::Event(event.clone()))
}

/// The line of a set of counters.
pub fn sample(sample: &Sample) -> String {
    let flows = sample
        .meters
        .iter()
        .map(|meter| (meter.flow.0, meter.bytes, meter.lines, meter.waiting));
    line(&Entry::Meters {
        at_us: sample.at_us,
        flows: flows.collect(),
    })
}

/// The line of a piece of data.
pub fn piece(piece: &Piece) -> String {
    use base64::Engine;
    line(&Entry::Data {
        flow: piece.flow,
        position: piece.slice.offset,
        bytes: base64::engine::general_purpose::STANDARD.encode(&piece.slice.bytes),
    })
}

#[derive(Debug, Serialize, Deserialize)]
struct Header {
    pipeyard_recording: u32,
    #[serde(default)]
    runner: String,
    chain: serde_json::Value,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Entry {
    Event(RunEvent),
    Meters {
        at_us: u64,
        flows: Vec<(u32, u64, Option<u64>, Option<u32>)>,
    },
    Data {
        flow: FlowId,
        position: u64,
        bytes: String,
    },
}

fn line(entry: &impl Serialize) -> String {
    // Text, numbers and lists of these, which JSON can always hold.
    let mut line = serde_json::to_string(entry).unwrap_or_default();
    line.push('\n');
    line
}
