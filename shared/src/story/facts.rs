//! A log, sorted by stages and flows: what the rules look at.

mod held;

use std::collections::{BTreeMap, BTreeSet};

use crate::chain::{Chain, OutputPort, WireMode};
use crate::ending::{Ending, Status, Usage};
use crate::event::{Doing, Event, FlowEnd, RunEvent, Wait};
use crate::flow::{FlowEnds, FlowId, FlowMap, FlowPoint};
use crate::id::{LaneNumber, StageId};
use crate::limits::LimitName;
use crate::signal::Signal;
use crate::text::Text;

use super::{Amount, At};
use crate::ordered;
use held::{Held, Paces};

/// A lane's number and a stage's place in the chain.
pub(super) type StageKey = (LaneNumber, usize);

/// Everything that a story can be made of.
#[derive(Debug)]
pub(super) struct Facts<'a> {
    pub(super) chain: &'a Chain,
    /// The time of the latest event.
    pub(super) last_us: u64,
    /// Beginning and end of each lane that began.
    pub(super) lanes: BTreeMap<LaneNumber, (u64, Option<u64>)>,
    pub(super) stages: BTreeMap<StageKey, StageFacts<'a>>,
    pub(super) flows: BTreeMap<FlowId, FlowFacts>,
    pub(super) deadlock: Option<(LaneNumber, &'a [Wait])>,
    /// The first flow that an outsider held open, and who.
    pub(super) outsider: Option<(FlowId, u32, &'a Text)>,
    pub(super) run_timed_out: Option<u64>,
    pub(super) stopped_us: Option<u64>,
    /// For which limit the run was ended, and what that allows.
    pub(super) limited: Option<(LimitName, u64)>,
    /// The run's status, once it is over.
    pub(super) over: Option<Status>,
    /// The sum of all processes' times, as the runner counted it, once the run is over.
    pub(super) work_us: u64,
    signals: BTreeSet<(LaneNumber, usize, Signal)>,
    timed_out: BTreeSet<StageKey>,
    /// What people held back.
    pub(super) held: Held,
    paces: Paces,
    map: FlowMap,
    ends: FlowEnds,
}

/// One stage of one lane.
#[derive(Debug, Default)]
pub(super) struct StageFacts<'a> {
    pub(super) started_us: Option<u64>,
    pub(super) process: bool,
    pub(super) ended: Option<(u64, &'a Ending)>,
    pub(super) usage: Option<Usage>,
    /// How long it stood blocked on its outputs 1 and 2.
    pub(super) blocked_us: [u64; 2],
    doing: Option<(u64, Doing)>,
}

/// One flow of one lane.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct FlowFacts {
    pub(super) began_us: Option<u64>,
    pub(super) ended: Option<FlowEnded>,
}

/// How a flow ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct FlowEnded {
    pub(super) at_us: u64,
    pub(super) reason: FlowEnd,
    /// Nothing where nobody counted.
    pub(super) amount: Option<Amount>,
}

impl<'a> Facts<'a> {
    pub(super) fn of(chain: &'a Chain, events: &'a [RunEvent]) -> Self {
        let mut stages = BTreeMap::new();
        for (place, stage) in chain.stages.iter().enumerate() {
            stages.entry(&stage.id).or_insert(place);
        }
        let map = FlowMap::of(chain);
        let mut facts = Self {
            chain,
            last_us: 0,
            lanes: BTreeMap::new(),
            stages: BTreeMap::new(),
            flows: BTreeMap::new(),
            deadlock: None,
            outsider: None,
            run_timed_out: None,
            stopped_us: None,
            limited: None,
            over: None,
            work_us: 0,
            signals: BTreeSet::new(),
            timed_out: BTreeSet::new(),
            held: Held::default(),
            paces: Paces::default(),
            ends: FlowEnds::of(chain, &map),
            map,
        };
        for entry in events {
            facts.last_us = facts.last_us.max(entry.at_us);
            facts.take(entry.at_us, &entry.event, &stages);
        }
        let last_us = facts.last_us;
        for stage in facts.stages.values_mut() {
            stage.does(last_us, None);
        }
        facts.hold();
        facts
    }

    fn take(&mut self, at_us: u64, event: &'a Event, known: &BTreeMap<&StageId, usize>) {
        let key = |lane: &LaneNumber, stage| Some((*lane, *known.get(stage)?));
        match event {
            Event::LaneStarted { lane } => {
                self.lanes.entry(*lane).or_insert((at_us, None));
            }
            Event::LaneEnded { lane, .. } => {
                if let Some((_, end)) = self.lanes.get_mut(lane) {
                    *end = Some(at_us);
                }
            }
            Event::StageStarted { lane, stage, .. }
            | Event::StageDoing { lane, stage, .. }
            | Event::StageEnded { lane, stage, .. } => {
                if let Some(key) = key(lane, stage) {
                    self.stages.entry(key).or_default().take(at_us, event);
                }
            }
            Event::FlowBegan { flow } => {
                self.flows.entry(*flow).or_default().began_us = Some(at_us);
            }
            Event::FlowEnded { flow, .. } => {
                self.paces.ended(*flow, at_us);
                self.flows.entry(*flow).or_default().ended = FlowEnded::of(at_us, event);
            }
            Event::PaceSet { flow, pace } => self.paces.set(*flow, at_us, *pace),
            Event::FlowHeld { flow, pid, program } => {
                self.outsider.get_or_insert((*flow, *pid, program));
            }
            // Nobody is alone in a ring.
            Event::Deadlocked { lane, waits } if waits.len() > 1 => {
                self.deadlock.get_or_insert((*lane, waits));
            }
            Event::TimedOut {
                lane: Some(lane),
                stage: Some(stage),
                ..
            } => self.timed_out.extend(key(lane, stage)),
            Event::TimedOut { after_ms, .. } => {
                self.run_timed_out.get_or_insert(*after_ms);
            }
            Event::LimitReached { limit, most } => {
                self.limited.get_or_insert((*limit, *most));
            }
            Event::StopAsked => {
                self.stopped_us.get_or_insert(at_us);
            }
            Event::SignalSent {
                lane,
                stage: Some(stage),
                signal,
            } => {
                let sent = key(lane, stage).map(|(lane, place)| (lane, place, *signal));
                self.signals.extend(sent);
            }
            Event::RunEnded { status, work_us } => {
                self.over = Some(*status);
                self.work_us = *work_us;
            }
            Event::RunStarted { .. }
            | Event::SignalSent { stage: None, .. }
            | Event::Deadlocked { .. }
            | Event::LooksEnded { .. }
            | Event::EndsSoon { .. }
            | Event::LeftoverEnded { .. } => {}
        }
    }

    /// What people held back, now that all of the log is known.
    fn hold(&mut self) {
        let last_us = self.last_us;
        let held = std::mem::take(&mut self.paces).held(|flow| {
            let (lane, point) = self.map.place(flow)?;
            // A pace that was set before the lane was opened, and has nothing to hold.
            if let FlowPoint::Wire(_) = point {
                let wire = self.chain.wires.get(self.index(flow))?;
                (wire.mode != WireMode::Direct).then_some(())?;
            }
            Some((lane, self.lane_span(lane, last_us)))
        });
        self.held = held;
    }

    /// When a lane ran, up to the last event if it still does.
    fn lane_span(&self, lane: LaneNumber, last_us: u64) -> (u64, u64) {
        let (began, ended) = self.lanes.get(&lane).copied().unwrap_or_default();
        (began, ended.unwrap_or(last_us))
    }

    /// For how long a lane has run, in microseconds.
    pub(super) fn lane_us(&self, lane: LaneNumber) -> u64 {
        let (began, ended) = self.lane_span(lane, self.last_us);
        ended.saturating_sub(began)
    }

    /// Every process that was started, with its place.
    pub(super) fn processes(&self) -> impl Iterator<Item = (StageKey, &StageFacts<'a>)> {
        self.stages
            .iter()
            .filter(|(_, facts)| facts.process)
            .map(|(key, facts)| (*key, facts))
    }

    /// The stage at a place, by its id.
    pub(super) fn at(&self, (lane, place): StageKey) -> Option<At> {
        let stage = self.chain.stages.get(place)?.id.clone();
        Some(At { lane, stage })
    }

    /// The flows into a stage.
    pub(super) fn flows_into(
        &self,
        (lane, stage): StageKey,
    ) -> impl Iterator<Item = Option<FlowFacts>> {
        let flows = self.ends.into_stage(stage).iter();
        flows.map(move |index| self.flow(lane, *index))
    }

    /// The flows out of a stage's standard output.
    pub(super) fn flows_out_of(
        &self,
        (lane, stage): StageKey,
    ) -> impl Iterator<Item = Option<FlowFacts>> {
        let flows = self.ends.out_of(stage, OutputPort::Stdout).iter();
        flows.map(move |index| self.flow(lane, *index))
    }

    /// What left a stage's standard output, once that has ended and if it was counted.
    pub(super) fn came_out(&self, (lane, stage): StageKey) -> Option<Amount> {
        let counted = |index| self.flow(lane, index)?.ended?.amount;
        self.ends.came_out(stage, OutputPort::Stdout, counted)
    }

    /// The stages that read an output port, each once.
    pub(super) fn readers(&self, stage: usize, port: OutputPort) -> BTreeSet<usize> {
        let flows = self.ends.out_of(stage, port).iter();
        ordered::set(flows.filter_map(|index| self.ends.reader(*index)))
    }

    /// The stage that reads a flow of this one that its reader has left.
    pub(super) fn reader_that_left(&self, (lane, stage): StageKey) -> Option<usize> {
        let is_left = |index: usize| {
            let ended = self.flow(lane, index).and_then(|flow| flow.ended);
            ended.is_some_and(|ended| ended.reason == FlowEnd::ReaderLeft)
        };
        let ports = [OutputPort::Stdout, OutputPort::Stderr].into_iter();
        let flows = ports.flat_map(|port| self.ends.out_of(stage, port));
        let mut left =
            flows.filter_map(|index| self.ends.reader(*index).filter(|_| is_left(*index)));
        left.next()
    }

    /// The stage that writes to a flow.
    pub(super) fn writer(&self, flow: FlowId) -> Option<StageKey> {
        let (lane, _) = self.map.place(flow)?;
        let (stage, _) = self.ends.writer(self.index(flow))?;
        Some((lane, stage))
    }

    /// Whether somebody sent this signal to the stage, other than the engine when its time was over.
    pub(super) fn was_sent(&self, key: StageKey, signal: Signal) -> bool {
        !self.timed_out.contains(&key) && self.signals.contains(&(key.0, key.1, signal))
    }

    fn flow(&self, lane: LaneNumber, index: usize) -> Option<FlowFacts> {
        let flow = self.map.id_at(lane, index)?;
        self.flows.get(&flow).copied()
    }

    /// A flow's index in its lane.
    fn index(&self, flow: FlowId) -> usize {
        flow.0 as usize % self.map.per_lane().max(1)
    }
}

impl<'a> StageFacts<'a> {
    fn take(&mut self, at_us: u64, event: &'a Event) {
        match event {
            Event::StageStarted { pid, .. } => {
                self.started_us = Some(at_us);
                self.process = pid.is_some();
            }
            Event::StageDoing { doing, .. } => self.does(at_us, Some(*doing)),
            Event::StageEnded { ending, usage, .. } => {
                self.does(at_us, None);
                self.ended = Some((at_us, ending));
                self.usage = *usage;
            }
            _ => {}
        }
    }

    pub(super) fn is_running(&self) -> bool {
        self.started_us.is_some() && self.ended.is_none()
    }

    /// How long it lived, up to now if it still does.
    pub(super) fn lived_us(&self, now_us: u64) -> u64 {
        let until = self.ended.map_or(now_us, |(at_us, _)| at_us);
        until.saturating_sub(self.started_us.unwrap_or(until))
    }

    fn does(&mut self, at_us: u64, doing: Option<Doing>) {
        if let Some((since, Doing::BlockedWriting { port })) = self.doing {
            let blocked = &mut self.blocked_us[usize::from(port == OutputPort::Stderr)];
            *blocked = blocked.saturating_add(at_us.saturating_sub(since));
        }
        self.doing = doing.map(|doing| (at_us, doing));
    }
}

impl FlowEnded {
    /// Nothing for another event than the end of a flow.
    fn of(at_us: u64, event: &Event) -> Option<Self> {
        let Event::FlowEnded {
            reason,
            bytes,
            lines,
            ..
        } = event
        else {
            return None;
        };
        Some(Self {
            at_us,
            reason: *reason,
            amount: bytes.map(|bytes| Amount {
                bytes,
                lines: lines.unwrap_or_default(),
            }),
        })
    }
}
