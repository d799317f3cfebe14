//! Taking what the runner tells.

use std::rc::Rc;

use pipeyard_shared::LaneNumber;
use pipeyard_shared::StageId;
use pipeyard_shared::event::{Event, Meter, RunEvent};
use pipeyard_shared::flow::FlowId;

use super::{Flow, Held, Lane, Phase, Run, StageRun};

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
        self.heard_us = self.heard_us.max(event.at_us);
        let began = now_ms - event.at_us as f64 / 1e3;
        // The event that was told soonest after it happened knows best when the run began.
        self.began_ms = Some(self.began_ms.map_or(began, |known| known.min(began)));
        self.take(&event.event, event.at_us, now_ms);
        Applied::Taken
    }

    /// Takes counters.
    pub(crate) fn take_meter(&mut self, meter: &Meter, now_ms: f64) {
        if let Some(flow) = self.flow_mut(meter.flow) {
            flow.count(meter.bytes, meter.lines.unwrap_or(0), now_ms);
        }
    }

    /// Takes a piece of a flow's bytes.
    pub(crate) fn take_data(&mut self, flow: FlowId, position: u64, bytes: &[u8]) {
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
                self.phase = Phase::Running;
                let stages = self.chain.stages.len();
                self.lanes
                    .resize_with(*lanes as usize, || Rc::new(Lane::new(stages)));
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
                ..
            } => {
                if let Some(flow) = self.flow_mut(*flow) {
                    flow.end = Some(*reason);
                    flow.ended_us = Some(at_us);
                    match bytes {
                        Some(bytes) => flow.count(*bytes, lines.unwrap_or(0), now_ms),
                        None => flow.uncounted = true,
                    }
                    flow.rate = 0.0;
                }
            }
            Event::FlowHeld { flow, pid, program } => {
                if let Some(flow) = self.flow_mut(*flow) {
                    flow.held = Some(Held {
                        pid: *pid,
                        program: program.clone(),
                    });
                }
            }
            Event::TimedOut {
                lane: Some(lane),
                stage: Some(stage),
                ..
            } => {
                if let Some(stage) = self.stage_mut(*lane, stage) {
                    stage.timed_out = true;
                }
            }
            Event::TimedOut { after_ms, .. } => self.timed_out_ms = Some(*after_ms),
            Event::StopAsked => {
                if self.is_active() {
                    self.phase = Phase::Stopping;
                }
            }
            // The ending that follows says what the signal did.
            Event::SignalSent { .. } => {}
            Event::PaceSet { .. }
            | Event::StageDoing { .. }
            | Event::Deadlocked { .. }
            | Event::LooksEnded { .. } => {}
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
                    lane.leftovers += count;
                }
            }
            Event::LaneEnded { lane, status } => {
                if let Some(lane) = self.lane_mut(*lane) {
                    lane.status = Some(*status);
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

    /// The flow of this number, made when it is first heard of; nothing for a number that the chain
    /// does not have.
    fn flow_mut(&mut self, id: FlowId) -> Option<&mut Flow> {
        let (lane, _) = self.places.place(id)?;
        self.lanes.get(lane.index())?;
        let preview_bytes = self.preview_bytes;
        let flow = self
            .flows
            .entry(id)
            .or_insert_with(|| Rc::new(Flow::new(preview_bytes)));
        Some(Rc::make_mut(flow))
    }
}
