//! What a client knows of a run, checked as it comes in.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use pipeyard_shared::Chain;
use pipeyard_shared::chain::{OutputEnd, WireMode};
use pipeyard_shared::ending::{Ending, Status, Usage};
use pipeyard_shared::event::{Doing, Event, FlowEnd, Meter, Pace, RunEvent, Wait};
use pipeyard_shared::flow::{FlowId, FlowMap, FlowPoint};
use pipeyard_shared::id::{LaneNumber, StageId};
use pipeyard_shared::limits::Limits;
use pipeyard_shared::preview::Preview;

/// A run as told so far.
#[derive(Clone, Debug)]
pub struct RunModel {
    /// What it runs.
    pub chain: Chain,
    /// Its log, without gaps.
    pub events: Vec<RunEvent>,
    /// The latest counters.
    pub meters: BTreeMap<FlowId, Meter>,
    /// When they were read.
    pub metered_us: u64,
    /// The latest glimpse of each direct wire that was watched, and how many came.
    pub glimpses: BTreeMap<FlowId, (Vec<u8>, u64)>,
    /// What came of the flows that were watched.
    pub previews: BTreeMap<FlowId, Preview>,
    /// Where the first bytes stood that came of each, and the first ones after it was taken out of here.
    pub first: BTreeMap<FlowId, u64>,
    /// What may be typed: bytes that arrived, and the offset up to which more may be sent.
    pub credits: BTreeMap<(LaneNumber, StageId), (u64, u64)>,
    flows: FlowMap,
}

/// How a flow ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlowTotal {
    /// Why.
    pub reason: FlowEnd,
    /// Bytes, where they are counted.
    pub bytes: Option<u64>,
    /// Newlines among them.
    pub lines: Option<u64>,
    /// How many of the bytes can be downloaded, where not all can.
    pub kept: Option<u64>,
}

impl RunModel {
    /// Of a run that nothing has been told of.
    pub fn new(chain: Chain) -> Self {
        let flows = FlowMap::of(&chain);
        Self {
            chain,
            events: Vec::new(),
            meters: BTreeMap::new(),
            metered_us: 0,
            glimpses: BTreeMap::new(),
            previews: BTreeMap::new(),
            first: BTreeMap::new(),
            credits: BTreeMap::new(),
            flows,
        }
    }

    /// Takes the next event.
    ///
    /// # Errors
    /// When it is not the next one, or a flow ends with less than its counters have shown.
    pub fn take_event(&mut self, event: RunEvent) -> Result<()> {
        let expected = self.events.len() as u64;
        ensure!(
            event.seq == expected,
            "event {} where {expected} belongs: {event:?}",
            event.seq
        );
        let is_first = matches!(event.event, Event::RunStarted { .. });
        ensure!(is_first == (expected == 0), "out of place: {event:?}");
        ensure!(!self.is_ended(), "after the end: {event:?}");
        let ended = match event.event {
            Event::FlowEnded { flow, .. } => self.meters.get(&flow).copied(),
            _ => None,
        };
        self.events.push(event);
        ended.map_or(Ok(()), |meter| self.is_within_total(meter))
    }

    /// Takes new counters, all read at a time.
    ///
    /// # Errors
    /// When they count backwards, or beyond what a flow carried, or are older than those before.
    pub fn take_meters(&mut self, at_us: u64, meters: Vec<Meter>) -> Result<()> {
        let before = self.metered_us;
        ensure!(before <= at_us, "meters of {before} µs, then of {at_us}");
        self.metered_us = at_us;
        meters
            .into_iter()
            .try_for_each(|meter| self.take_meter(meter))
    }

    fn take_meter(&mut self, meter: Meter) -> Result<()> {
        ensure!(
            self.flows.place(meter.flow).is_some(),
            "of no flow: {meter:?}"
        );
        ensure!(
            meter.lines.is_none() == self.is_direct(meter.flow),
            "lines are counted where bytes pass through the runner: {meter:?}"
        );
        if let Some(before) = self.meters.insert(meter.flow, meter) {
            let grows = before.bytes <= meter.bytes && before.lines <= meter.lines;
            ensure!(grows, "{before:?} became {meter:?}");
        }
        self.is_within_total(meter)
    }

    /// Whether counters show no more than their flow carried, where that has been told.
    pub(crate) fn is_within_total(&self, meter: Meter) -> Result<()> {
        let Some(total) = self.flow_total(meter.flow) else {
            return Ok(());
        };
        let within = |count: Option<u64>, most: Option<u64>| {
            most.is_none_or(|most| count.is_none_or(|count| count <= most))
        };
        ensure!(
            within(Some(meter.bytes), total.bytes) && within(meter.lines, total.lines),
            "{meter:?} is more than {total:?}"
        );
        Ok(())
    }

    /// Takes a piece of a flow.
    ///
    /// # Errors
    /// When it does not stand where the bytes before ended, and is not marked as standing after a gap.
    pub fn take_data(
        &mut self,
        flow: FlowId,
        position: u64,
        gap: bool,
        bytes: &[u8],
        limits: &Limits,
    ) -> Result<()> {
        ensure!(
            !bytes.is_empty(),
            "an empty piece of flow {flow:?} at {position}"
        );
        let bound = limits.preview_bytes as usize;
        let preview = self
            .previews
            .entry(flow)
            .or_insert_with(|| Preview::new(bound));
        let expected = preview.end();
        if gap {
            ensure!(
                position > expected,
                "no gap at {position} of {flow:?}, {expected} is next"
            );
        } else {
            ensure!(
                position == expected,
                "bytes at {position} of {flow:?} where {expected} belongs"
            );
        }
        preview.push_at(position, bytes);
        self.first.entry(flow).or_insert(position);
        Ok(())
    }

    /// Takes what stood in a direct wire's pipe.
    ///
    /// # Errors
    /// When the flow is none of a direct wire.
    pub fn take_glimpse(&mut self, flow: FlowId, bytes: &[u8]) -> Result<()> {
        ensure!(self.is_direct(flow), "{flow:?} is no direct wire");
        let (latest, count) = self.glimpses.entry(flow).or_default();
        *latest = bytes.to_vec();
        *count += 1;
        Ok(())
    }

    /// Whether the kernel alone carries a flow.
    pub fn is_direct(&self, flow: FlowId) -> bool {
        let Some((_, FlowPoint::Wire(id))) = self.flows.place(flow) else {
            return false;
        };
        let wire = self.chain.wires.iter().find(|wire| wire.id == *id);
        wire.is_some_and(|wire| wire.mode == WireMode::Direct)
    }

    /// Whether the run is over.
    pub fn is_ended(&self) -> bool {
        matches!(
            self.events.last(),
            Some(RunEvent {
                event: Event::RunEnded { .. },
                ..
            })
        )
    }

    /// The status of the run, when it is over.
    pub fn status(&self) -> Option<Status> {
        match self.events.last()?.event {
            Event::RunEnded { status, .. } => Some(status),
            _ => None,
        }
    }

    /// How many events fulfil a condition.
    pub fn count(&self, mut is_meant: impl FnMut(&Event) -> bool) -> usize {
        self.events
            .iter()
            .filter(|entry| is_meant(&entry.event))
            .count()
    }

    /// The first event that gives something, and where it stands.
    pub fn find<T>(&self, mut look: impl FnMut(&Event) -> Option<T>) -> Option<(usize, T)> {
        let found = self.events.iter().enumerate();
        found
            .filter_map(|(place, entry)| Some((place, look(&entry.event)?)))
            .next()
    }

    /// How a stage of a lane ended.
    ///
    /// # Errors
    /// When it has not.
    pub fn ending(&self, lane: u32, stage: &str) -> Result<Ending> {
        let (_, (ending, _)) = self.stage_end(lane, stage)?;
        Ok(ending)
    }

    /// What the process of a stage used.
    ///
    /// # Errors
    /// When it has not ended, or there was no process.
    pub fn usage(&self, lane: u32, stage: &str) -> Result<Usage> {
        let (_, (_, usage)) = self.stage_end(lane, stage)?;
        usage.with_context(|| format!("no usage of {stage}"))
    }

    /// Where in the log a stage's end stands.
    ///
    /// # Errors
    /// When it has not ended.
    pub fn stage_end_place(&self, lane: u32, stage: &str) -> Result<usize> {
        Ok(self.stage_end(lane, stage)?.0)
    }

    fn stage_end(&self, lane: u32, stage: &str) -> Result<(usize, (Ending, Option<Usage>))> {
        let found = self.find(|event| match event {
            Event::StageEnded {
                lane: at,
                stage: which,
                ending,
                usage,
            } if at.0 == lane && which.as_str() == stage => Some((ending.clone(), *usage)),
            _ => None,
        });
        found.with_context(|| format!("{stage} has not ended in lane {lane}: {:#?}", self.events))
    }

    /// The process of a stage, once it has been started.
    pub fn pid(&self, lane: u32, stage: &str) -> Option<u32> {
        let (_, pid) = self.find(|event| match event {
            Event::StageStarted {
                lane: at,
                stage: which,
                pid,
            } if at.0 == lane && which.as_str() == stage => *pid,
            _ => None,
        })?;
        Some(pid)
    }

    /// What the process of a stage does, as told last.
    pub fn doing(&self, lane: u32, stage: &str) -> Option<Doing> {
        self.last(|event| match event {
            Event::StageDoing {
                lane: at,
                stage: which,
                doing,
            } if at.0 == lane && which.as_str() == stage => Some(*doing),
            _ => None,
        })
    }

    /// The last deadlock of a lane.
    pub fn deadlock(&self, lane: u32) -> Option<Vec<Wait>> {
        self.last(|event| match event {
            Event::Deadlocked { lane: at, waits } if at.0 == lane => Some(waits.clone()),
            _ => None,
        })
    }

    /// The pace of a flow, as told last.
    pub fn pace(&self, flow: FlowId) -> Pace {
        let told = self.last(|event| match event {
            Event::PaceSet { flow: which, pace } if *which == flow => Some(*pace),
            _ => None,
        });
        told.unwrap_or_default()
    }

    fn last<T>(&self, look: impl FnMut(&Event) -> Option<T>) -> Option<T> {
        let events = self.events.iter().rev().map(|entry| &entry.event);
        events.filter_map(look).next()
    }

    /// The number of a flow: a wire by its id, a port as `STAGE.PORT`.
    ///
    /// # Errors
    /// When the chain has no such flow.
    pub fn flow(&self, lane: u32, name: &str) -> Result<FlowId> {
        let is_meant = |point: &&FlowPoint| match point {
            FlowPoint::Wire(wire) => wire.as_str() == name,
            FlowPoint::Port(OutputEnd { stage, port }) => format!("{stage}.{port}") == name,
        };
        let point = self.flows.points().iter().find(is_meant);
        point
            .and_then(|point| self.flows.id(LaneNumber(lane), point))
            .with_context(|| format!("no flow {name} in {:?}", self.flows))
    }

    /// The places at which bytes pass.
    pub fn flow_map(&self) -> &FlowMap {
        &self.flows
    }

    /// How a flow ended.
    pub fn flow_total(&self, flow: FlowId) -> Option<FlowTotal> {
        Some(self.flow_end(flow)?.1)
    }

    /// How a flow ended, and where in the log.
    pub fn flow_end(&self, flow: FlowId) -> Option<(usize, FlowTotal)> {
        self.find(|event| match event {
            Event::FlowEnded {
                flow: which,
                reason,
                bytes,
                lines,
                kept,
            } if *which == flow => Some(FlowTotal {
                reason: *reason,
                bytes: *bytes,
                lines: *lines,
                kept: *kept,
            }),
            _ => None,
        })
    }

    /// Exact bytes that a flow carried.
    ///
    /// # Errors
    /// When it has not ended or is not counted.
    pub fn bytes(&self, lane: u32, name: &str) -> Result<u64> {
        let total = self.flow_total(self.flow(lane, name)?);
        total
            .and_then(|total| total.bytes)
            .with_context(|| format!("{name} has no count: {:#?}", self.events))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pipeyard_shared::chain::Stage;

    const WIRE: FlowId = FlowId(0);

    /// Of a chain with one wire, which ended after ten bytes and two lines if that is wanted.
    fn model(ended: bool) -> RunModel {
        let stages = ["a", "b"].map(|id| Stage::process(id, "cat", []));
        let mut model = RunModel::new(Chain::of_stages("", stages.into()));
        let began = Event::RunStarted { lanes: 1, jobs: 1 };
        model.take_event(at(0, began)).expect("the first event");
        if ended {
            model.take_event(at(1, end())).expect("the next event");
        }
        model
    }

    fn at(seq: u64, event: Event) -> RunEvent {
        RunEvent {
            seq,
            at_us: seq,
            event,
        }
    }

    fn end() -> Event {
        Event::FlowEnded {
            flow: WIRE,
            reason: FlowEnd::EndOfFile,
            bytes: Some(10),
            lines: Some(2),
            kept: None,
        }
    }

    fn meter(bytes: u64, lines: u64) -> Vec<Meter> {
        vec![Meter {
            flow: WIRE,
            bytes,
            lines: Some(lines),
            waiting: None,
            room: None,
        }]
    }

    #[test]
    fn counters_may_show_all_that_a_flow_carried_and_not_more() {
        for (bytes, lines, is_right) in
            [(10, 2, true), (7, 1, true), (11, 2, false), (10, 3, false)]
        {
            let after = model(true).take_meters(5, meter(bytes, lines));
            assert_eq!(after.is_ok(), is_right, "{bytes} and {lines} after its end");
            let mut model = model(false);
            model
                .take_meters(0, meter(bytes, lines))
                .expect("no end is known");
            let ends = model.take_event(at(1, end()));
            assert_eq!(ends.is_ok(), is_right, "{bytes} and {lines} before its end");
        }
    }

    #[test]
    fn counters_grow_with_time() {
        let mut model = model(false);
        model.take_meters(5, meter(10, 2)).expect("the first");
        assert!(model.take_meters(6, meter(9, 2)).is_err(), "fewer bytes");
        assert!(model.take_meters(7, meter(10, 1)).is_err(), "fewer lines");
        assert!(model.take_meters(4, meter(10, 2)).is_err(), "an older time");
    }
}
