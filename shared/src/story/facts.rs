//! A log, sorted by stages and flows: what the rules look at.

use std::collections::{BTreeMap, BTreeSet};

use crate::chain::{Chain, OutputPort};
use crate::ending::{Ending, Status, Usage};
use crate::event::{Doing, Event, FlowEnd, RunEvent, Wait};
use crate::flow::{FlowId, FlowMap, FlowPoint};
use crate::id::{LaneNumber, StageId};
use crate::signal::Signal;
use crate::text::Text;

use super::{Amount, At};

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
    /// The first flow that was held open, and by whom.
    pub(super) held: Option<(FlowId, u32, &'a Text)>,
    pub(super) run_timed_out: Option<u64>,
    pub(super) stopped_us: Option<u64>,
    /// The run's status, once it is over.
    pub(super) over: Option<Status>,
    signals: BTreeSet<(LaneNumber, usize, Signal)>,
    timed_out: BTreeSet<StageKey>,
    map: FlowMap,
    /// Where each flow of a lane comes from and goes to.
    places: Vec<Place>,
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

#[derive(Clone, Copy, Debug)]
struct Place {
    from: Option<(usize, OutputPort)>,
    to: Option<usize>,
}

impl<'a> Facts<'a> {
    pub(super) fn of(chain: &'a Chain, events: &'a [RunEvent]) -> Self {
        let mut stages = BTreeMap::new();
        for (place, stage) in chain.stages.iter().enumerate() {
            stages.entry(&stage.id).or_insert(place);
        }
        let map = FlowMap::of(chain);
        let places = map
            .points()
            .iter()
            .map(|point| place(chain, &stages, point));
        let mut facts = Self {
            chain,
            last_us: 0,
            lanes: BTreeMap::new(),
            stages: BTreeMap::new(),
            flows: BTreeMap::new(),
            deadlock: None,
            held: None,
            run_timed_out: None,
            stopped_us: None,
            over: None,
            signals: BTreeSet::new(),
            timed_out: BTreeSet::new(),
            places: places.collect(),
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
        facts
    }

    fn take(&mut self, at_us: u64, event: &'a Event, known: &BTreeMap<&StageId, usize>) {
        match event {
            Event::LaneStarted { lane } => {
                self.lanes.entry(*lane).or_insert((at_us, None));
            }
            Event::LaneEnded { lane, .. } => {
                if let Some((_, end)) = self.lanes.get_mut(lane) {
                    *end = Some(at_us);
                }
            }
            Event::StageStarted { lane, stage, pid } => {
                if let Some(place) = known.get(stage) {
                    let facts = self.stages.entry((*lane, *place)).or_default();
                    facts.started_us = Some(at_us);
                    facts.process = pid.is_some();
                }
            }
            Event::StageDoing { lane, stage, doing } => {
                if let Some(place) = known.get(stage) {
                    let facts = self.stages.entry((*lane, *place)).or_default();
                    facts.does(at_us, Some(*doing));
                }
            }
            Event::StageEnded {
                lane,
                stage,
                ending,
                usage,
            } => {
                if let Some(place) = known.get(stage) {
                    let facts = self.stages.entry((*lane, *place)).or_default();
                    facts.does(at_us, None);
                    facts.ended = Some((at_us, ending));
                    facts.usage = *usage;
                }
            }
            Event::FlowBegan { flow } => {
                let facts = self.flows.entry(*flow).or_default();
                facts.began_us = Some(at_us);
            }
            Event::FlowEnded {
                flow,
                reason,
                bytes,
                lines,
                ..
            } => {
                let amount = bytes.map(|bytes| Amount {
                    bytes,
                    lines: lines.unwrap_or_default(),
                });
                self.flows.entry(*flow).or_default().ended = Some(FlowEnded {
                    at_us,
                    reason: *reason,
                    amount,
                });
            }
            Event::FlowHeld { flow, pid, program } => {
                self.held.get_or_insert((*flow, *pid, program));
            }
            Event::Deadlocked { lane, waits } => {
                self.deadlock.get_or_insert((*lane, waits));
            }
            Event::TimedOut {
                lane: Some(lane),
                stage: Some(stage),
                ..
            } => {
                let place = known.get(stage);
                self.timed_out.extend(place.map(|place| (*lane, *place)));
            }
            Event::TimedOut { after_ms, .. } => {
                self.run_timed_out.get_or_insert(*after_ms);
            }
            Event::StopAsked => {
                self.stopped_us.get_or_insert(at_us);
            }
            Event::SignalSent {
                lane,
                stage: Some(stage),
                signal,
            } => {
                let place = known.get(stage);
                let sent = place.map(|place| (*lane, *place, *signal));
                self.signals.extend(sent);
            }
            Event::RunEnded { status, .. } => self.over = Some(*status),
            Event::RunStarted { .. }
            | Event::SignalSent { stage: None, .. }
            | Event::PaceSet { .. }
            | Event::LooksEnded { .. }
            | Event::LeftoverEnded { .. } => {}
        }
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
        self.flows_where(lane, move |place| place.to == Some(stage))
    }

    /// The flows out of a stage's standard output.
    pub(super) fn flows_out_of(
        &self,
        (lane, stage): StageKey,
    ) -> impl Iterator<Item = Option<FlowFacts>> {
        let from = Some((stage, OutputPort::Stdout));
        self.flows_where(lane, move |place| place.from == from)
    }

    /// The stages that read an output port, each once.
    pub(super) fn readers(&self, stage: usize, port: OutputPort) -> BTreeSet<usize> {
        let from = Some((stage, port));
        let wires = self.places.iter().filter(|place| place.from == from);
        wires.filter_map(|place| place.to).collect()
    }

    /// The stage that reads a flow of this one that its reader has left.
    pub(super) fn reader_that_left(&self, (lane, stage): StageKey) -> Option<usize> {
        let is_left = |index: usize| {
            let flow = self.map.id_at(lane, index);
            let ended = flow.and_then(|flow| self.flows.get(&flow)?.ended);
            ended.is_some_and(|ended| ended.reason == FlowEnd::ReaderLeft)
        };
        let places = self.places.iter().enumerate();
        let mut left = places.filter_map(|(index, place)| {
            let from_here = place.from.is_some_and(|(from, _)| from == stage);
            (from_here && is_left(index)).then_some(place.to)?
        });
        left.next()
    }

    /// The stage that writes to a flow.
    pub(super) fn writer(&self, flow: FlowId) -> Option<StageKey> {
        let (lane, _) = self.map.place(flow)?;
        let index = flow.0 as usize % self.places.len().max(1);
        let (stage, _) = self.places.get(index)?.from?;
        Some((lane, stage))
    }

    /// Whether somebody sent this signal to the stage, other than the engine when its time was over.
    pub(super) fn was_sent(&self, key: StageKey, signal: Signal) -> bool {
        !self.timed_out.contains(&key) && self.signals.contains(&(key.0, key.1, signal))
    }

    fn flows_where(
        &self,
        lane: LaneNumber,
        wanted: impl Fn(&Place) -> bool,
    ) -> impl Iterator<Item = Option<FlowFacts>> {
        let places = self.places.iter().enumerate();
        let wanted = places.filter(move |(_, place)| wanted(place));
        wanted.map(move |(index, _)| {
            let flow = self.map.id_at(lane, index)?;
            self.flows.get(&flow).copied()
        })
    }
}

impl StageFacts<'_> {
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

fn place(chain: &Chain, stages: &BTreeMap<&StageId, usize>, point: &FlowPoint) -> Place {
    let known = |stage: &StageId| stages.get(stage).copied();
    match point {
        FlowPoint::Wire(id) => {
            let wire = chain.wire(id);
            Place {
                from: wire.and_then(|wire| Some((known(&wire.from.stage)?, wire.from.port))),
                to: wire.and_then(|wire| known(&wire.to.stage)),
            }
        }
        FlowPoint::Port(end) => Place {
            from: known(&end.stage).map(|stage| (stage, end.port)),
            to: None,
        },
    }
}
