//! Taking what the runner tells.

use std::rc::Rc;

use pipeyard_shared::LaneNumber;
use pipeyard_shared::StageId;
use pipeyard_shared::chain::WireMode;
use pipeyard_shared::event::{Event, Meter, RunEvent};
use pipeyard_shared::flow::{FlowId, FlowPoint};

use super::samples::{Counted, MOST_SAMPLES_OF_RUN};
use super::{Deadlock, Flow, Glimpse, Held, Lane, Phase, Run, StageRun};

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Applied {
    /// It was the next one, and is part of the model now.
    Taken,
    /// It was known already.
    Known,
    /// Events before it are missing: they must be asked for again.
    Gap,
}

impl Run {
    /// Takes an event, if it is the next one.
    pub(crate) fn take_event(&mut self, event: &RunEvent, now_ms: f64) -> Applied {
        if event.seq < self.seen {
            return Applied::Known;
        }
        if event.seq > self.seen {
            return Applied::Gap;
        }
        self.seen += 1;
        self.log.push(event);
        self.heard_us = self.heard_us.max(event.at_us);
        self.take_time(event.at_us, now_ms);
        self.take(&event.event, event.at_us, now_ms);
        Applied::Taken
    }

    /// Takes a time of the run's own clock. The one that was told soonest knows best when the run began: to a page that comes
    /// later the events are old, and what was counted is not.
    pub(crate) fn take_time(&mut self, at_us: u64, now_ms: f64) {
        let began = now_ms - at_us as f64 / 1e3;
        self.began_ms = Some(self.began_ms.map_or(began, |known| known.min(began)));
    }

    /// Takes counters that were read at this time.
    pub(crate) fn take_meter(&mut self, meter: &Meter, at_us: u64, now_ms: f64) {
        let counted = Counted {
            bytes: meter.bytes,
            lines: meter.lines,
            waiting: meter.waiting,
        };
        let Some(flow) = self.flow_mut(meter.flow) else {
            return;
        };
        if flow.is_exact() {
            return;
        }
        let more = flow.count(at_us, counted, meter.room, now_ms);
        self.heard_us = self.heard_us.max(at_us);
        self.keep_samples(more);
    }

    /// Takes what stood in a direct wire's pipe.
    pub(crate) fn take_glimpse(&mut self, flow: FlowId, bytes: &[u8], now_ms: f64) {
        let at_us = self.elapsed_us(now_ms);
        if let Some(flow) = self.flow_mut(flow) {
            let bytes = bytes.into();
            flow.glimpse = Some(Glimpse { at_us, bytes });
            self.heard_us = self.heard_us.max(at_us);
        }
    }

    /// Takes a piece of a flow's bytes.
    pub(crate) fn take_data(&mut self, flow: FlowId, position: u64, bytes: &[u8]) {
        // No flow is as long as that; a file may say so.
        if bytes.is_empty() || position.checked_add(bytes.len() as u64).is_none() {
            return;
        }
        if let Some(flow) = self.flow_mut(flow) {
            Rc::make_mut(&mut flow.preview).push_at(position, bytes);
        }
    }

    /// The offset of the first byte of a flow that the page does not have.
    pub(crate) fn next_offset(&self, flow: FlowId) -> u64 {
        self.flows.get(&flow).map_or(0, |flow| flow.preview.end())
    }

    fn take(&mut self, event: &Event, at_us: u64, now_ms: f64) {
        match event {
            Event::RunStarted { lanes, .. } => {
                if self.phase == Phase::Asked {
                    self.phase = Phase::Running;
                }
                self.started_us = Some(at_us);
                // As many as the chain has; a file may say otherwise.
                self.lanes.truncate(*lanes as usize);
            }
            Event::LaneStarted { lane } => {
                if let Some(lane) = self.lane_mut(*lane) {
                    lane.began_us = Some(at_us);
                }
            }
            Event::StageStarted { lane, stage, pid } => {
                if let Some(stage) = self.stage_mut(*lane, stage) {
                    stage.started_us = Some(at_us);
                    stage.pid = *pid;
                }
            }
            Event::FlowBegan { flow } => {
                if let Some(flow) = self.flow_mut(*flow) {
                    flow.began_us = Some(at_us);
                }
            }
            Event::FlowEnded {
                flow,
                reason,
                bytes,
                lines,
                kept,
            } => {
                if let Some(flow) = self.flow_mut(*flow) {
                    let exact = bytes.map(|bytes| (bytes, *lines));
                    let more = flow.finish(at_us, *reason, exact, *kept, now_ms);
                    self.keep_samples(more);
                }
            }
            Event::FlowHeld { flow, pid, program } => {
                if let Some(flow) = self.flow_mut(*flow) {
                    flow.held = Some(Held {
                        pid: *pid,
                        program: program.clone(),
                        at_us,
                    });
                }
            }
            Event::PaceSet { flow, pace } => {
                if let Some(flow) = self.flow_mut(*flow) {
                    flow.set_pace(at_us, *pace);
                }
            }
            Event::StageDoing { lane, stage, doing } => {
                if let Some(stage) = self.stage_mut(*lane, stage) {
                    stage.found(at_us, *doing);
                }
            }
            Event::Deadlocked { lane, waits } => {
                if let Some(lane) = self.lane_mut(*lane) {
                    let waits = waits.clone();
                    lane.deadlock_seen(Deadlock { at_us, waits });
                }
            }
            Event::LooksEnded { most } => self.looks_ended = Some((at_us, *most)),
            Event::TimedOut {
                lane: Some(lane),
                stage: Some(stage),
                ..
            } => {
                if let Some(stage) = self.stage_mut(*lane, stage) {
                    stage.timed_out_us = Some(at_us);
                }
            }
            Event::TimedOut { after_ms, .. } => {
                self.timed_out_ms = Some(*after_ms);
                self.timed_out_us = Some(at_us);
            }
            Event::EndsSoon { .. } => self.ends_soon = true,
            Event::StopAsked | Event::LimitReached { .. } => {
                self.stop_us = self.stop_us.or(Some(at_us));
                if self.is_active() {
                    self.phase = Phase::Stopping;
                }
            }
            // The ending that follows says what the signal did.
            Event::SignalSent { .. } => {}
            Event::StageEnded {
                lane,
                stage,
                ending,
                usage,
            } => {
                if let Some(stage) = self.stage_mut(*lane, stage) {
                    stage.ended_us = Some(at_us);
                    stage.ending = Some(ending.clone());
                    stage.usage = *usage;
                }
            }
            Event::LeftoverEnded { lane, count } => {
                if let Some(lane) = self.lane_mut(*lane) {
                    lane.leftovers = lane.leftovers.saturating_add(*count);
                    lane.leftovers_us = Some(at_us);
                }
            }
            Event::LaneEnded { lane, status } => {
                if let Some(lane) = self.lane_mut(*lane) {
                    lane.status = Some(*status);
                    lane.ended_us = Some(at_us);
                }
            }
            Event::RunEnded { status, work_us } => {
                self.phase = Phase::Ended {
                    at_us,
                    status: *status,
                    work_us: *work_us,
                };
            }
        }
    }

    fn lane_mut(&mut self, lane: LaneNumber) -> Option<&mut Lane> {
        self.lanes.get_mut(lane.index()).map(Rc::make_mut)
    }

    fn stage_mut(&mut self, lane: LaneNumber, stage: &StageId) -> Option<&mut StageRun> {
        let at = self.chain.stage_index(stage)?;
        self.lane_mut(lane)?.stages.get_mut(at)
    }

    /// Keeps the samples of all flows within their bound, now that there are so many more.
    fn keep_samples(&mut self, more: isize) {
        self.samples = self.samples.saturating_add_signed(more);
        if self.samples <= MOST_SAMPLES_OF_RUN.max(4 * self.flows.len()) {
            return;
        }
        self.samples = 0;
        for flow in self.flows.values_mut() {
            let flow = Rc::make_mut(flow);
            flow.samples.halve();
            self.samples += flow.samples.all().len();
        }
    }

    /// The flow of this number, made when it is first heard of; nothing for a number that the chain
    /// does not have.
    fn flow_mut(&mut self, id: FlowId) -> Option<&mut Flow> {
        let (lane, point) = self.places.place(id)?;
        self.lanes.get(lane.index())?;
        let wire = match point {
            FlowPoint::Wire(wire) => self.chain.wire(wire),
            FlowPoint::Port(_) => None,
        };
        let direct = wire.is_some_and(|wire| wire.mode == WireMode::Direct);
        let preview_bytes = self.preview_bytes;
        let flow = self
            .flows
            .entry(id)
            .or_insert_with(|| Rc::new(Flow::new(preview_bytes, direct)));
        Some(Rc::make_mut(flow))
    }
}
