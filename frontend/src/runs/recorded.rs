//! A run as a file, and back.

use std::collections::BTreeMap;
use std::rc::Rc;

use pipeyard_shared::RunId;
use pipeyard_shared::event::Meter;
use pipeyard_shared::limits::Limits;
use pipeyard_shared::preview::Slice;
use pipeyard_shared::recording::{Piece, Recording, Sample};

use super::Run;

impl Run {
    /// The run that a recording tells of, on a clock that begins with it.
    pub(crate) fn of_recording(recording: &Recording) -> Self {
        let preview_bytes = Limits::default().preview_bytes as usize;
        let chain = Rc::new(recording.chain.clone());
        let mut run = Self::new(RunId(0), chain, preview_bytes);
        run.recorded = true;
        let mut samples = recording.samples.iter().peekable();
        let take = |run: &mut Self, sample: &Sample| {
            for meter in &sample.meters {
                run.take_meter(meter, sample.at_us, sample.at_us as f64 / 1e3);
            }
        };
        for event in &recording.events {
            while let Some(sample) = samples.next_if(|sample| sample.at_us <= event.at_us) {
                take(&mut run, sample);
            }
            run.take_event(event, event.at_us as f64 / 1e3);
        }
        for sample in samples {
            take(&mut run, sample);
        }
        for Piece { flow, slice } in &recording.data {
            run.take_data(*flow, slice.offset, &slice.bytes);
        }
        run.began_ms = Some(0.0);
        run
    }

    /// All that the page has of this run: its first [`MOST_EVENTS`](super::log::MOST_EVENTS) events, what
    /// was counted, and what it holds of the bytes. What stood in direct wires' pipes is not part of it.
    pub(crate) fn to_recording(&self) -> Recording {
        let mut samples: BTreeMap<u64, Vec<Meter>> = BTreeMap::new();
        let mut data = Vec::new();
        for (id, flow) in &self.flows {
            for sample in flow.samples.all() {
                samples.entry(sample.at_us).or_default().push(Meter {
                    flow: *id,
                    bytes: sample.counted.bytes,
                    lines: sample.counted.lines,
                    waiting: sample.counted.waiting,
                    room: None,
                });
            }
            let slices: Vec<Slice> = flow.preview.slices();
            data.extend(slices.into_iter().map(|slice| Piece { flow: *id, slice }));
        }
        let samples = samples
            .into_iter()
            .map(|(at_us, meters)| Sample { at_us, meters });
        Recording {
            // Page and runner are built together.
            runner: env!("CARGO_PKG_VERSION").to_owned(),
            chain: (*self.chain).clone(),
            events: self.log.read(<[_]>::to_vec),
            samples: samples.collect(),
            data,
        }
    }
}
