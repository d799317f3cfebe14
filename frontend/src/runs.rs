//! What the page knows of a run: a model that events, meters and data build up, piece by piece.
//!
//! Pure: the same pieces make the same model, wherever the connection was lost between them, and a
//! piece that comes twice changes nothing.

mod apply;
mod at;
pub(crate) mod excerpt;
mod flow;
pub(crate) mod guess;
mod log;
pub(crate) mod output;
mod recorded;
pub(crate) mod result;
pub(crate) mod samples;
mod stage;
pub(crate) mod timeline;
pub(crate) mod watch;

use std::collections::BTreeMap;
use std::rc::Rc;

use pipeyard_shared::chain::{Chain, Wire};
use pipeyard_shared::ending::Status;
use pipeyard_shared::flow::{FlowId, FlowMap, FlowPoint};
use pipeyard_shared::{LaneNumber, RunId};

pub(crate) use pipeyard_shared::stale::Stale;

pub(crate) use apply::Applied;
pub(crate) use flow::{Flow, Glimpse, Held, Total};
pub(crate) use log::Log;
pub(crate) use stage::{Deadlock, Lane, StageRun, StageState};

/// One run, as far as the page has heard of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Run {
    /// The runner's number.
    pub(crate) id: RunId,
    /// What it runs: the chain as it was when it was started.
    pub(crate) chain: Rc<Chain>,
    /// The same with what the run left out, as a person saw it.
    pub(crate) source: Rc<Chain>,
    /// The numbers of its flows.
    pub(crate) places: Rc<FlowMap>,
    /// How many events have been taken: the `seq` of the next one.
    pub(crate) seen: u64,
    /// Where it is between start and end.
    pub(crate) phase: Phase,
    /// The lanes; they are known before they begin.
    pub(crate) lanes: Vec<Rc<Lane>>,
    /// What has passed where; absent where nothing was heard.
    pub(crate) flows: BTreeMap<FlowId, Rc<Flow>>,
    /// Milliseconds after which the whole run timed out, if it did.
    pub(crate) timed_out_ms: Option<u64>,
    /// When it did.
    timed_out_us: Option<u64>,
    /// When it began.
    started_us: Option<u64>,
    /// When it was first asked to stop.
    stop_us: Option<u64>,
    /// Whether it was said that a limit will end it.
    pub(crate) ends_soon: bool,
    /// When no more of what stages do was recorded, and how many changes of it were.
    pub(crate) looks_ended: Option<(u64, u64)>,
    /// The events, in order.
    pub(crate) log: Log,
    /// The time of the latest event or counters, in microseconds of the run's own clock.
    pub(crate) heard_us: u64,
    /// When the run began on the page's clock, in milliseconds, as well as it can be told from here.
    pub(crate) began_ms: Option<f64>,
    /// When the connection to its runner was lost, on the page's clock: until it is found again nobody
    /// knows whether time passes for the run.
    pub(crate) out_of_reach_ms: Option<f64>,
    /// Whether it was over when the page first heard of it: then nobody here knows when it was.
    pub(crate) met_late: bool,
    /// Whether it comes from a file, and no runner knows it.
    pub(crate) recorded: bool,
    /// The instant that this is the run at, in microseconds of its own clock; nothing for the run as it
    /// is now.
    pub(crate) instant: Option<u64>,
    /// Samples of all flows together.
    samples: usize,
    /// The runner's bound for each end of a preview.
    preview_bytes: usize,
}

/// Where a run is between start and end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Phase {
    /// Started, and nothing heard yet.
    Asked,
    /// Processes run.
    Running,
    /// Somebody asked it to stop.
    Stopping,
    /// Over.
    Ended {
        /// When, on its own clock.
        at_us: u64,
        /// Its status by both rules.
        status: Status,
        /// The sum of all processes' times.
        work_us: u64,
    },
    /// The runner does not know it any more.
    Lost,
}

impl Run {
    /// A run of which nothing has been heard.
    pub(crate) fn new(id: RunId, chain: Rc<Chain>, preview_bytes: usize) -> Self {
        let lanes = chain.lanes.count();
        Self {
            id,
            places: Rc::new(FlowMap::of(&chain)),
            lanes: (0..lanes)
                .map(|_| Rc::new(Lane::new(chain.stages.len())))
                .collect(),
            source: chain.clone(),
            chain,
            met_late: false,
            seen: 0,
            phase: Phase::Asked,
            flows: BTreeMap::new(),
            timed_out_ms: None,
            timed_out_us: None,
            started_us: None,
            stop_us: None,
            ends_soon: false,
            looks_ended: None,
            log: Log::default(),
            heard_us: 0,
            began_ms: None,
            out_of_reach_ms: None,
            recorded: false,
            instant: None,
            samples: 0,
            preview_bytes,
        }
    }

    /// Whether processes may still run, at the instant that this shows.
    pub(crate) fn is_active(&self) -> bool {
        matches!(self.phase, Phase::Asked | Phase::Running | Phase::Stopping)
    }

    /// Whether something can be done to it: it runs, now, at a runner that can be reached.
    pub(crate) fn is_live(&self) -> bool {
        self.is_active()
            && !self.recorded
            && self.instant.is_none()
            && self.out_of_reach_ms.is_none()
    }

    /// The deadlock that holds a lane up; nothing once a stage of it has ended or does something else.
    pub(crate) fn deadlock(&self, lane: LaneNumber) -> Option<&Deadlock> {
        let lane = self.lanes.get(lane.index())?;
        let last = lane.deadlocks.last()?;
        let holds = last.waits.iter().all(|wait| {
            let stage = self.chain.stage_index(&wait.stage);
            let stage = stage.and_then(|index| lane.stages.get(index));
            stage.is_some_and(|stage| {
                let moved_on = stage
                    .doing_since_us()
                    .is_some_and(|since| since > last.at_us)
                    && stage.doing() != Some(wait.doing);
                stage.doing().is_some() && !moved_on
            })
        });
        holds.then_some(last)
    }

    /// The first lane that a deadlock holds up.
    pub(crate) fn deadlocked(&self) -> Option<(LaneNumber, &Deadlock)> {
        let lanes = (0..self.lanes.len()).map(LaneNumber::from_index);
        lanes
            .into_iter()
            .find_map(|lane| Some((lane, self.deadlock(lane)?)))
    }

    /// What has passed at a place in a lane, if anything was heard of it.
    pub(crate) fn flow_at(&self, lane: LaneNumber, point: &FlowPoint) -> Option<&Rc<Flow>> {
        self.flows.get(&self.places.id(lane, point)?)
    }

    /// Whether the run's wire of this name is this wire, if it has one: another chain's may be called the same and
    /// join other stages.
    pub(crate) fn knows(&self, wire: &Wire) -> bool {
        let ran = self.source.wire(&wire.id);
        ran.is_none_or(|ran| ran.from.stage == wire.from.stage || ran.to.stage == wire.to.stage)
    }

    /// What has passed at a place, all lanes together.
    pub(crate) fn total_at(&self, point: &FlowPoint) -> Total {
        let mut total = Total::default();
        let Some(place) = self.places.points().iter().position(|known| known == point) else {
            return total;
        };
        for lane in 0..self.lanes.len() {
            let id = self.places.id_at(LaneNumber::from_index(lane), place);
            total.flows += 1;
            if let Some(flow) = id.and_then(|id| self.flows.get(&id)) {
                total.add(flow);
            }
        }
        total
    }

    /// A stage in a lane.
    pub(crate) fn stage(&self, lane: LaneNumber, stage: usize) -> Option<&StageRun> {
        self.lanes.get(lane.index())?.stages.get(stage)
    }

    /// How long the run has lasted, in microseconds: to its end, or to now on the page's clock.
    pub(crate) fn elapsed_us(&self, now_ms: f64) -> u64 {
        if let Some(instant) = self.instant {
            return instant;
        }
        if self.recorded && self.is_active() {
            return self.heard_us;
        }
        let now_ms = self.out_of_reach_ms.map_or(now_ms, |lost| lost.min(now_ms));
        match self.phase {
            Phase::Ended { at_us, .. } => at_us,
            Phase::Lost => self.heard_us,
            _ => {
                let since = self.began_ms.map_or(0.0, |began| (now_ms - began) * 1e3);
                (since.max(0.0) as u64).max(self.heard_us)
            }
        }
    }
}

#[cfg(test)]
mod history_tests;
#[cfg(test)]
pub(crate) mod tests;
