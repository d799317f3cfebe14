//! The rules that every log of a run obeys, whatever it ran.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use pipeyard_shared::ending::{Ending, Status};
use pipeyard_shared::event::{Doing, Event, FlowEnd, RunEvent};
use pipeyard_shared::flow::FlowId;
use pipeyard_shared::id::{LaneNumber, StageId};

use crate::RunModel;

/// Checks a run that is over.
///
/// # Errors
/// The first rule that is broken, with the log.
pub fn check(model: &RunModel) -> Result<()> {
    let mut book = Book::default();
    for entry in &model.events {
        book.enter(model, entry)
            .with_context(|| format!("at {entry:?} of {:#?}", model.events))?;
    }
    book.close(model)
        .with_context(|| format!("at the end of {:#?}", model.events))
}

/// What is open, and what has ended.
#[derive(Default)]
struct Book {
    lanes: BTreeMap<LaneNumber, Option<Status>>,
    lanes_at_once: usize,
    jobs: usize,
    started: BTreeMap<(LaneNumber, StageId), bool>,
    endings: BTreeMap<(LaneNumber, StageId), Ending>,
    doings: BTreeMap<(LaneNumber, StageId), Doing>,
    looks_ended: bool,
    flows: BTreeMap<FlowId, Flow>,
    latest_us: u64,
}

#[derive(Default)]
struct Flow {
    began: bool,
    ended: bool,
}

impl Book {
    fn enter(&mut self, model: &RunModel, entry: &RunEvent) -> Result<()> {
        self.latest_us = self.latest_us.max(entry.at_us);
        match &entry.event {
            Event::RunStarted { lanes, jobs } => {
                let expected = model.chain.lanes.count();
                ensure!(
                    *lanes as usize == expected,
                    "{expected} lanes were asked for"
                );
                ensure!((1..=*lanes).contains(jobs), "jobs must be among the lanes");
                self.jobs = *jobs as usize;
            }
            Event::LaneStarted { lane } => {
                ensure!(self.lanes.insert(*lane, None).is_none(), "begins twice");
                self.lanes_at_once += 1;
                ensure!(
                    self.lanes_at_once <= self.jobs,
                    "more lanes at once than jobs"
                );
            }
            Event::StageStarted { lane, stage, pid } => {
                self.lane_is_open(*lane)?;
                let known = model.chain.stage(stage).context("of no stage")?;
                ensure!(
                    known.starts_process() == pid.is_some(),
                    "a process id where none belongs, or none"
                );
                let key = (*lane, stage.clone());
                ensure!(self.started.insert(key, true).is_none(), "starts twice");
            }
            Event::StageEnded {
                lane,
                stage,
                ending,
                usage,
            } => {
                self.lane_is_open(*lane)?;
                let key = (*lane, stage.clone());
                let started = self.started.contains_key(&key);
                let never_ran = matches!(
                    ending,
                    Ending::CouldNotStart { .. } | Ending::Cancelled { signal: None }
                );
                ensure!(started || never_ran, "ends and has not started");
                let known = model.chain.stage(stage).context("of no stage")?;
                let had_process = started && known.starts_process();
                ensure!(
                    usage.is_some() == had_process,
                    "usage and process do not agree"
                );
                ensure!(
                    self.endings.insert(key, ending.clone()).is_none(),
                    "ends twice"
                );
            }
            Event::FlowBegan { flow } => {
                let (lane, _) = model.flow_map().place(*flow).context("of no flow")?;
                self.lane_is_open(lane)?;
                let book = self.flows.entry(*flow).or_default();
                ensure!(!book.began && !book.ended, "begins twice, or after its end");
                book.began = true;
            }
            Event::FlowEnded {
                flow,
                reason,
                bytes,
                lines,
                kept,
            } => {
                let (lane, _) = model.flow_map().place(*flow).context("of no flow")?;
                self.lane_is_open(lane)?;
                ensure!(
                    kept.is_none_or(|kept| bytes.is_some_and(|bytes| kept < bytes)),
                    "what is kept is a part of what passed, or not told"
                );
                let book = self.flows.entry(*flow).or_default();
                ensure!(!book.ended, "ends twice");
                book.ended = true;
                ensure!(bytes.is_some() == lines.is_some(), "counted by half");
                if let (Some(bytes), Some(lines)) = (bytes, lines) {
                    ensure!(lines <= bytes, "more lines than bytes");
                    let moved = *bytes > 0;
                    ensure!(
                        book.began == moved || *reason != FlowEnd::EndOfFile,
                        "begin and count do not agree"
                    );
                }
            }
            Event::FlowHeld { flow, .. } => {
                let (lane, _) = model.flow_map().place(*flow).context("of no flow")?;
                self.lane_is_open(lane)?;
            }
            Event::SignalSent { lane, .. } | Event::LeftoverEnded { lane, .. } => {
                self.lane_is_open(*lane)?;
            }
            Event::TimedOut { lane, stage, .. } => {
                ensure!(lane.is_some() == stage.is_some(), "half a place");
            }
            Event::StageDoing { lane, stage, doing } => {
                ensure!(!self.looks_ended, "is told after the last look");
                let key = self.stage_is_running(*lane, stage)?;
                let before = self.doings.insert(key, *doing);
                ensure!(before != Some(*doing), "does what it did before");
            }
            Event::Deadlocked { lane, waits } => {
                ensure!(waits.len() > 1, "nobody waits for itself alone");
                for (place, wait) in waits.iter().enumerate() {
                    self.stage_is_running(*lane, &wait.stage)?;
                    let again = waits[..place].iter().any(|other| other.stage == wait.stage);
                    ensure!(!again, "`{}` waits twice", wait.stage);
                    let on = |other: &StageId| waits.iter().any(|wait| wait.stage == *other);
                    ensure!(wait.on.iter().any(on), "`{}` is in no ring", wait.stage);
                }
            }
            Event::LooksEnded { .. } => {
                ensure!(!self.looks_ended, "ends twice");
                self.looks_ended = true;
            }
            Event::PaceSet { flow, .. } => {
                model.flow_map().place(*flow).context("of no flow")?;
            }
            Event::StopAsked | Event::EndsSoon { .. } | Event::LimitReached { .. } => {}
            Event::LaneEnded { lane, status } => {
                self.lane_is_open(*lane)?;
                self.lane_is_complete(model, *lane)?;
                // A shell knows no input, file and discard stages: they count only when something went wrong.
                let endings = model.chain.stages.iter().filter_map(|stage| {
                    let ending = self.endings.get(&(*lane, stage.id.clone()))?;
                    (stage.starts_process() || !ending.is_fine()).then_some(ending)
                });
                ensure!(
                    *status == Status::of(endings),
                    "the status is not that of the endings"
                );
                self.lanes.insert(*lane, Some(*status));
                self.lanes_at_once -= 1;
            }
            Event::RunEnded { status, .. } => {
                ensure!(
                    entry.at_us >= self.latest_us,
                    "ends before something happened"
                );
                let lanes: Option<Vec<Status>> = self.lanes.values().copied().collect();
                let lanes = lanes.context("a lane has not ended")?;
                // A run that was stopped never began its other lanes.
                if lanes.len() == model.chain.lanes.count() {
                    ensure!(
                        *status == Status::of_lanes(lanes),
                        "the status is not that of the lanes"
                    );
                }
            }
        }
        Ok(())
    }

    fn lane_is_open(&self, lane: LaneNumber) -> Result<()> {
        ensure!(
            self.lanes.get(&lane) == Some(&None),
            "lane {lane} is not open"
        );
        Ok(())
    }

    fn stage_is_running(&self, lane: LaneNumber, stage: &StageId) -> Result<(LaneNumber, StageId)> {
        self.lane_is_open(lane)?;
        let key = (lane, stage.clone());
        ensure!(self.started.contains_key(&key), "does before it starts");
        ensure!(!self.endings.contains_key(&key), "does after its end");
        Ok(key)
    }

    fn lane_is_complete(&self, model: &RunModel, lane: LaneNumber) -> Result<()> {
        for stage in &model.chain.stages {
            let ended = self.endings.contains_key(&(lane, stage.id.clone()));
            ensure!(ended, "`{}` has not ended", stage.id);
        }
        for (flow, book) in &self.flows {
            let here = model
                .flow_map()
                .place(*flow)
                .is_some_and(|(at, _)| at == lane);
            ensure!(!here || book.ended || !book.began, "{flow:?} has not ended");
        }
        Ok(())
    }

    fn close(&self, model: &RunModel) -> Result<()> {
        ensure!(model.is_ended(), "the run has not ended");
        let stopped = model.count(|event| {
            matches!(
                event,
                Event::StopAsked | Event::LimitReached { .. } | Event::TimedOut { stage: None, .. }
            )
        });
        let all = self.lanes.len() == model.chain.lanes.count();
        ensure!(all || stopped > 0, "not all lanes began");
        model
            .meters
            .values()
            .try_for_each(|meter| model.is_within_total(*meter))
    }
}
