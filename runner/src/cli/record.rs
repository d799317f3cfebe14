//! `--record`: the run as a file, written while it goes on.
//!
//! A thread of its own follows the log and the counters, so that a slow disk holds up neither the run
//! nor the reactor. The log keeps everything until the run is gone, so nothing is queued here.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Context, Result};
use pipeyard_shared::chain::Chain;
use pipeyard_shared::event::Meter;
use pipeyard_shared::flow::FlowId;
use pipeyard_shared::preview::Slice;
use pipeyard_shared::recording::{self, Piece, RECORDING_BYTES, SAMPLE_INTERVAL_US, Sample};
use pipeyard_shared::words::Language;

use super::voice;
use crate::engine::Run;

/// Events that are taken from the log at a time.
const EVENTS_AT_ONCE: usize = 1_024;

/// A file with its header, before the run.
#[derive(Debug)]
pub(super) struct Recorder {
    tape: Tape,
    data_bytes: usize,
}

/// A run that is being recorded.
#[derive(Debug)]
pub(super) struct Recording {
    /// Dropped when the run is over.
    going_on: mpsc::Sender<()>,
    writer: JoinHandle<()>,
}

impl Recorder {
    /// Makes or empties the file and writes the header.
    ///
    /// # Errors
    /// When it cannot be written; names it.
    pub(super) fn create(path: &Path, chain: &Chain, data_bytes: usize) -> Result<Self> {
        let naming = || format!("the recording {} cannot be written", path.display());
        let file = File::create(path).with_context(naming)?;
        let mut tape = Tape {
            file,
            path: path.to_owned(),
            written: 0,
            lines: String::new(),
        };
        tape.lines = recording::header(env!("CARGO_PKG_VERSION"), chain);
        tape.flush().with_context(naming)?;
        Ok(Self { tape, data_bytes })
    }

    /// Records a run from now on.
    ///
    /// # Errors
    /// When there is no thread for it.
    pub(super) fn follow(self, run: Arc<Run>, language: Language) -> Result<Recording> {
        let (going_on, told) = mpsc::channel();
        let writer = std::thread::Builder::new()
            .name("recorder".into())
            .spawn(move || {
                let Self {
                    mut tape,
                    data_bytes,
                } = self;
                if let Err(stop) = record(&run, &mut tape, data_bytes, &told) {
                    voice::say(stop.sentence(&tape.path, language));
                }
            })
            .context("no thread for the recording")?;
        Ok(Recording { going_on, writer })
    }
}

impl Recording {
    /// Writes what is left of a run that is over, and closes the file.
    pub(super) fn finish(self) {
        drop(self.going_on);
        if self.writer.join().is_err() {
            voice::say("the recording is not complete: a fault in Pipeyard");
        }
    }
}

/// Why recording ends before the run does.
#[derive(Debug)]
enum Stop {
    /// Events of the run do not fit.
    Full,
    /// All events are there, and some of the bytes that passed do not fit.
    FullOfData,
    Failed(io::Error),
}

impl Stop {
    fn sentence(&self, path: &Path, language: Language) -> String {
        let path = path.display();
        match (language, self) {
            (Language::En, Self::Full) => format!(
                "the recording {path} has reached its bound of {RECORDING_BYTES} bytes: the rest of the run \
                 is not in it"
            ),
            (Language::Ko, Self::Full) => format!(
                "{path} 기록이 한도인 {RECORDING_BYTES}바이트에 이르러, 실행의 나머지는 담기지 않습니다"
            ),
            (Language::En, Self::FullOfData) => format!(
                "the recording {path} has reached its bound of {RECORDING_BYTES} bytes: all that happened is \
                 in it, and not all of the bytes that were to be kept"
            ),
            (Language::Ko, Self::FullOfData) => format!(
                "{path} 기록이 한도인 {RECORDING_BYTES}바이트에 이르렀습니다. 일어난 일은 모두 담겼지만, \
                 남기려던 바이트는 일부만 담겼습니다"
            ),
            (Language::En, Self::Failed(error)) => {
                format!("the recording {path} ends here, since it cannot be written: {error}")
            }
            (Language::Ko, Self::Failed(error)) => {
                format!("{path} 기록은 더 쓸 수 없어 여기서 끝납니다: {error}")
            }
        }
    }
}

/// Follows the run until nobody holds the other end of `told`.
fn record(
    run: &Run,
    tape: &mut Tape,
    data_bytes: usize,
    told: &mpsc::Receiver<()>,
) -> Result<(), Stop> {
    let mut next_event = 0;
    let mut metered: Vec<Option<Meter>> = vec![None; run.flows().len()];
    loop {
        let over = told.recv_timeout(Duration::from_micros(SAMPLE_INTERVAL_US))
            != Err(RecvTimeoutError::Timeout);
        // The counters are read first: what is told of before their time stands before them.
        let at_us = run.now_us();
        let mut sample = Some(changed(run, &mut metered, at_us)).filter(|s| !s.meters.is_empty());
        loop {
            let events = run.log().read(next_event, EVENTS_AT_ONCE);
            next_event += events.len() as u64;
            for event in &events {
                if let Some(sample) = sample.take_if(|_| event.at_us > at_us) {
                    tape.line(&recording::sample(&sample))?;
                }
                tape.line(&recording::event(event))?;
            }
            if events.is_empty() {
                break;
            }
        }
        if let Some(sample) = sample {
            tape.line(&recording::sample(&sample))?;
        }
        tape.flush().map_err(Stop::Failed)?;
        if over {
            let kept = run.flows().iter().map(|flow| (flow.id(), flow.slices()));
            return write_data(kept, tape, data_bytes);
        }
    }
}

/// The counters that are no more what they were.
fn changed(run: &Run, metered: &mut [Option<Meter>], at_us: u64) -> Sample {
    let meters = run.meters().zip(metered).filter_map(|(now, before)| {
        let is_news = match before {
            Some(before) => *before != now,
            None => now.bytes > 0 || now.waiting.is_some(),
        };
        is_news.then(|| *before.insert(now))
    });
    Sample {
        at_us,
        meters: meters.collect(),
    }
}

/// Writes the ends of what is kept of each flow, behind all events.
fn write_data(
    kept: impl Iterator<Item = (FlowId, Vec<Slice>)>,
    tape: &mut Tape,
    data_bytes: usize,
) -> Result<(), Stop> {
    for (flow, slices) in kept {
        for slice in ends(slices, data_bytes) {
            let written = tape.line(&recording::piece(&Piece { flow, slice }));
            written.map_err(|stop| match stop {
                Stop::Full => Stop::FullOfData,
                other => other,
            })?;
        }
        tape.flush().map_err(Stop::Failed)?;
    }
    Ok(())
}

/// So many of the first and of the last bytes, out of what is kept of them.
fn ends(slices: Vec<Slice>, most: usize) -> Vec<Slice> {
    let mut ends = match <[Slice; 1]>::try_from(slices) {
        Ok([whole]) if whole.bytes.len() > 2 * most => {
            let tail = tail(&whole, most);
            vec![whole, tail]
        }
        Ok(whole) => return whole.into(),
        Err(ends) => ends,
    };
    if let [head, last] = &mut ends[..] {
        head.bytes.truncate(most);
        *last = tail(last, most);
    }
    ends.retain(|slice| !slice.bytes.is_empty());
    ends
}

fn tail(slice: &Slice, most: usize) -> Slice {
    let cut = slice.bytes.len().saturating_sub(most);
    Slice {
        offset: slice.offset + cut as u64,
        bytes: slice.bytes[cut..].to_vec(),
    }
}

/// The file and the whole lines that are still to be written to it.
#[derive(Debug)]
struct Tape {
    file: File,
    path: PathBuf,
    written: usize,
    lines: String,
}

/// Bytes of lines that are gathered before they are written.
const GATHERED_BYTES: usize = 64 << 10;

impl Tape {
    fn line(&mut self, line: &str) -> Result<(), Stop> {
        if self.written + self.lines.len() + line.len() > RECORDING_BYTES {
            self.flush().map_err(Stop::Failed)?;
            return Err(Stop::Full);
        }
        self.lines.push_str(line);
        if self.lines.len() >= GATHERED_BYTES {
            self.flush().map_err(Stop::Failed)?;
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.write_all(self.lines.as_bytes())?;
        self.written += self.lines.len();
        self.lines.clear();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pipeyard_shared::preview::Preview;
    use proptest::prelude::*;

    #[test]
    fn a_recording_that_is_full_of_data_has_the_whole_run() {
        let mut tape = Tape {
            file: tempfile::tempfile().expect("a file"),
            path: "run.rec".into(),
            written: RECORDING_BYTES - 200,
            lines: String::new(),
        };
        let kept = (0..9).map(|flow| {
            let slice = Slice {
                offset: 0,
                bytes: vec![b'x'; 40],
            };
            (FlowId(flow), vec![slice])
        });
        let stop = write_data(kept, &mut tape, 100).expect_err("no room for nine");
        assert!(tape.written <= RECORDING_BYTES);
        for (language, words) in [
            (Language::En, "all that happened is"),
            (Language::Ko, "모두 담겼지만"),
        ] {
            let sentence = stop.sentence(&tape.path, language);
            assert!(sentence.contains(words), "{sentence}");
        }
    }

    proptest! {
        /// Whatever a run keeps, the recording has as much of each end as it was asked for, and nothing twice.
        #[test]
        fn both_ends_are_as_long_as_asked(length in 0_usize..100, kept in 1_usize..40, most in 0_usize..50) {
            let bytes: Vec<u8> = (0..length).map(|index| index as u8).collect();
            let mut preview = Preview::new(kept);
            preview.push(&bytes);
            let ends = ends(preview.slices(), most);
            let mut seen = 0;
            for slice in &ends {
                let start = slice.offset as usize;
                prop_assert!(start >= seen);
                prop_assert_eq!(&slice.bytes[..], &bytes[start..start + slice.bytes.len()]);
                seen = start + slice.bytes.len();
            }
            let total: usize = ends.iter().map(|slice| slice.bytes.len()).sum();
            prop_assert_eq!(total, length.min(2 * most.min(kept)));
            prop_assert_eq!(seen, if total == 0 { 0 } else { length });
        }
    }
}
