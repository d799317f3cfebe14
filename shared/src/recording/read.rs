//! Reading a recording, from anybody's file.

use std::fmt;

use base64::Engine;

use super::{Entry, Header, Piece, RECORDING_BYTES, RECORDING_VERSION, Recording, Sample};
use crate::chain::{Chain, ReadError};
use crate::check::check;
use crate::event::Meter;
use crate::flow::FlowId;
use crate::lean::{self, Unknown};
use crate::limits::Limits;
use crate::preview::Slice;
use crate::problem::Problem;
use crate::words::{self, Language};

/// Why a text is no recording, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordingError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong there.
    pub fault: RecordingFault,
}

/// What can be wrong with a recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordingFault {
    /// It has more than [`RECORDING_BYTES`].
    TooLarge {
        /// How many it has.
        bytes: usize,
    },
    /// The first line does not say `"pipeyard_recording": <version>`.
    NotARecording,
    /// It was written for another version.
    OtherVersion {
        /// The version it names.
        found: u64,
    },
    /// Its chain cannot be read.
    Chain(ReadError),
    /// Its chain has problems; the first one.
    BadChain(Box<Problem>),
    /// The line is no entry.
    Entry(String),
    /// An event is missing before this line, or stands twice.
    OutOfOrder {
        /// The number that should stand here.
        expected: u64,
        /// The number that does.
        found: u64,
    },
}

impl Recording {
    /// Reads a recording. A last line that is cut short, as by a writer that was killed, is passed over.
    ///
    /// # Errors
    /// [`RecordingError`], with the line. Never panics, whatever the text.
    pub fn read(text: &str) -> Result<Self, RecordingError> {
        let at = |line, fault| RecordingError { line, fault };
        if text.len() > RECORDING_BYTES {
            let bytes = text.len();
            return Err(at(1, RecordingFault::TooLarge { bytes }));
        }
        let mut lines = (1..).zip(text.split_inclusive('\n'));
        let (_, first) = lines.next().unwrap_or((1, ""));
        let mut recording = read_header(first).map_err(|fault| at(1, fault))?;
        for (number, line) in lines {
            if line.trim().is_empty() {
                continue;
            }
            let entry = match read_entry(line) {
                Ok(entry) => entry,
                Err(_) if !line.ends_with('\n') => break,
                Err(error) => return Err(at(number, RecordingFault::Entry(error))),
            };
            recording.take(entry).map_err(|fault| at(number, fault))?;
        }
        Ok(recording)
    }

    fn take(&mut self, entry: Entry) -> Result<(), RecordingFault> {
        match entry {
            Entry::Event(event) => {
                let expected = self.events.len() as u64;
                if event.seq != expected {
                    let found = event.seq;
                    return Err(RecordingFault::OutOfOrder { expected, found });
                }
                self.events.push(event);
            }
            Entry::Meters { at_us, flows } => {
                let meters = flows
                    .into_iter()
                    .map(|(flow, bytes, lines, waiting)| Meter {
                        flow: FlowId(flow),
                        bytes,
                        lines,
                        waiting,
                        room: None,
                    });
                self.samples.push(Sample {
                    at_us,
                    meters: meters.collect(),
                });
            }
            Entry::Data {
                flow,
                position,
                bytes,
            } => {
                let decoder = base64::engine::general_purpose::STANDARD;
                let bytes = decoder
                    .decode(bytes)
                    .map_err(|error| RecordingFault::Entry(error.to_string()))?;
                let slice = Slice {
                    offset: position,
                    bytes,
                };
                self.data.push(Piece { flow, slice });
            }
        }
        Ok(())
    }
}

fn read_entry(line: &str) -> Result<Entry, String> {
    let value = serde_json::from_str(line).map_err(|error| error.to_string())?;
    lean::read(value, Unknown::Ignored).map_err(|error| error.to_string())
}

fn read_header(line: &str) -> Result<Recording, RecordingFault> {
    let value: serde_json::Value =
        serde_json::from_str(line).map_err(|_| RecordingFault::NotARecording)?;
    let version = value
        .get("pipeyard_recording")
        .and_then(serde_json::Value::as_u64)
        .ok_or(RecordingFault::NotARecording)?;
    if version != u64::from(RECORDING_VERSION) {
        return Err(RecordingFault::OtherVersion { found: version });
    }
    let header: Header = lean::read(value, Unknown::Ignored)
        .map_err(|error| RecordingFault::Entry(error.to_string()))?;
    let chain = Chain::from_value(header.chain).map_err(RecordingFault::Chain)?;
    // Nothing in it is run, but who shows it relies on sound ids and bounded counts.
    if let Some(problem) = check(&chain, &Limits::default()).into_iter().next() {
        return Err(RecordingFault::BadChain(Box::new(problem)));
    }
    Ok(Recording {
        runner: header.runner,
        chain,
        events: Vec::new(),
        samples: Vec::new(),
        data: Vec::new(),
    })
}

impl fmt::Display for RecordingError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.fault {
            RecordingFault::TooLarge { bytes } => {
                return write!(
                    out,
                    "this recording has {bytes} bytes; at most {RECORDING_BYTES} can be opened"
                );
            }
            RecordingFault::NotARecording => {
                return out.write_str(
                    "this is no recording: its first line does not say \"pipeyard_recording\"",
                );
            }
            RecordingFault::OtherVersion { found } => {
                let newer = if *found > u64::from(RECORDING_VERSION) {
                    ": use a newer Pipeyard"
                } else {
                    ""
                };
                return write!(
                    out,
                    "this recording is of version {found}, and this Pipeyard reads version \
                     {RECORDING_VERSION}{newer}"
                );
            }
            _ => {}
        }
        write!(out, "line {} of the recording: ", self.line)?;
        match &self.fault {
            RecordingFault::Chain(error) => error.fmt(out),
            RecordingFault::BadChain(problem) => {
                let sentence = words::problem(Language::En, problem);
                write!(out, "its chain has a problem: {sentence}")
            }
            RecordingFault::Entry(error) => out.write_str(error),
            RecordingFault::OutOfOrder { expected, found } => {
                write!(out, "event {found} stands where event {expected} belongs")
            }
            // Told above, without a line.
            RecordingFault::TooLarge { .. }
            | RecordingFault::NotARecording
            | RecordingFault::OtherVersion { .. } => Ok(()),
        }
    }
}

impl std::error::Error for RecordingError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::Stage;
    use crate::event::{Event, RunEvent};
    use proptest::prelude::*;

    fn recording(events: u64, samples: &[(u64, u64)]) -> Recording {
        let stages = vec![Stage::process("a", "true", [])];
        let events = (0..events).map(|seq| RunEvent {
            seq,
            at_us: seq * 10,
            event: Event::StopAsked,
        });
        let samples = samples.iter().map(|(at_us, bytes)| Sample {
            at_us: *at_us,
            meters: vec![Meter {
                flow: FlowId(0),
                bytes: *bytes,
                lines: Some(1),
                waiting: None,
                room: None,
            }],
        });
        Recording {
            runner: "0".to_owned(),
            chain: Chain::of_stages("", stages),
            events: events.collect(),
            samples: samples.collect(),
            data: vec![Piece {
                flow: FlowId(1),
                slice: Slice {
                    offset: 3,
                    bytes: vec![0, 0xff],
                },
            }],
        }
    }

    proptest! {
        #[test]
        fn read_undoes_write(events in 0u64..9, mut samples in proptest::collection::vec((0u64..99, any::<u64>()), 0..9)) {
            samples.sort_unstable();
            let recording = recording(events, &samples);
            prop_assert_eq!(Recording::read(&recording.write()), Ok(recording));
        }

        #[test]
        fn no_text_makes_it_panic(cut in 0usize..400, noise in ".{0,40}") {
            let whole = recording(3, &[(5, 7)]).write();
            let cut = cut.min(whole.len());
            if whole.is_char_boundary(cut) {
                let _ = Recording::read(&format!("{}{noise}", &whole[..cut]));
            }
            let _ = Recording::read(&noise);
        }
    }

    #[test]
    fn a_line_that_is_cut_short_ends_the_recording_without_an_error() {
        let whole = recording(3, &[]).write();
        let cut = whole.find("\"seq\":2").expect("the third event");
        let read = Recording::read(&whole[..cut]).expect("what was written");
        assert_eq!(read.events.len(), 2);
        assert!(!read.is_complete());
    }

    #[test]
    fn faults_name_their_line() {
        let whole = recording(3, &[]).write();
        let error = Recording::read(&whole.replace("\"seq\":1", "\"seq\":7")).expect_err("a gap");
        assert_eq!(
            error.to_string(),
            "line 3 of the recording: event 7 stands where event 1 belongs"
        );
        let error = Recording::read(&whole.replace("recording\":1", "recording\":2"));
        let words = error.expect_err("version 2").to_string();
        assert!(
            words.contains("version 2") && words.contains("newer"),
            "{words}"
        );
        let error = Recording::read(&whole.replace("\"true\"", "\"\"")).expect_err("no program");
        assert!(error.to_string().contains("problem"), "{error}");
    }
}
