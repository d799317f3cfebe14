//! What a page has been sent, and what it is to be sent next.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use pipeyard_shared::event::{Event, Meter};
use pipeyard_shared::flow::FlowId;
use pipeyard_shared::frame::Frame;
use pipeyard_shared::id::{LaneNumber, RunId};
use pipeyard_shared::limits::{LimitName, Limits};
use pipeyard_shared::message::{ServerMessage, Trouble};
use tokio::time::Instant;

use super::carrier::{Broken, Outbound};
use crate::engine::{Glimpsing, Run, TypedCredit, Watching};

/// The least time between two tellings of a run's news once [`AT_ONCE`] of them came closer together: what
/// comes in between is gathered into one message, which is still less than a frame of the screen later.
const GATHER: Duration = Duration::from_millis(4);
/// How many news are told at once, each by itself: a small run is seen without delay.
const AT_ONCE: u32 = 8;
/// The time between two sets of counters.
const METER_INTERVAL: Duration = Duration::from_millis(50);
/// Events that go into one message.
const EVENTS_AT_ONCE: usize = 256;
/// Bytes that go into one frame.
const FRAME_BYTES: usize = 32 << 10;
/// Counters that go into one message.
const METERS_AT_ONCE: usize = 1_024;

/// One run as one page sees it.
#[derive(Debug)]
pub(super) struct Followed {
    id: RunId,
    run: Arc<Run>,
    /// The first event that the page has not been sent.
    next_event: u64,
    /// What it watches.
    watched: BTreeMap<FlowId, Watched>,
    /// The counters that it was sent: bytes that passed, bytes that wait, and room for them.
    metered: Vec<(u64, Option<u32>, Option<u32>)>,
    metered_at: Option<Instant>,
    credits: BTreeMap<(LaneNumber, usize), TypedCredit>,
    /// How many news may be told at once, as of a time.
    at_once: (u32, Instant),
    /// Has the run looked at while it is not over.
    watching: Option<Watching>,
}

/// A flow that a page watches.
#[derive(Debug)]
struct Watched {
    /// The offset of the first byte that it has not been sent.
    next: u64,
    glimpsing: Option<Glimpsing>,
    /// The glimpse that it was sent.
    glimpsed: Option<Arc<[u8]>>,
}

impl Followed {
    pub(super) fn new(id: RunId, run: Arc<Run>, next_event: u64) -> Self {
        Self {
            id,
            metered: vec![(0, None, None); run.flows().len()],
            watching: Some(run.watch()),
            run,
            next_event,
            watched: BTreeMap::new(),
            metered_at: None,
            credits: BTreeMap::new(),
            at_once: (AT_ONCE, Instant::now()),
        }
    }

    /// When the next news may be told, if not now.
    pub(super) fn wait_for_more(&mut self) -> Option<Instant> {
        let (left, since) = self.at_once;
        let passed = since.elapsed().as_micros() / GATHER.as_micros();
        let regained = u32::try_from(passed).unwrap_or(AT_ONCE).min(AT_ONCE);
        match (left + regained).min(AT_ONCE) {
            0 => Some(since + GATHER),
            left => {
                self.at_once = (left - 1, Instant::now());
                None
            }
        }
    }

    pub(super) fn run(&self) -> &Arc<Run> {
        &self.run
    }

    /// Whether the page has been sent the run's last event. It may still ask for bytes.
    pub(super) fn is_over(&self) -> bool {
        self.watching.is_none()
    }

    pub(super) fn next_event(&self) -> u64 {
        self.next_event
    }

    /// Begins to send the bytes of a flow.
    pub(super) fn watch(
        &mut self,
        flow: FlowId,
        from: u64,
        limits: &Limits,
    ) -> Result<(), Trouble> {
        let run = self.id;
        if self.run.flow(flow).is_none() {
            return Err(Trouble::NoSuchPlace { run });
        }
        let most = limits.watched_flows;
        if self.watched.len() >= most as usize && !self.watched.contains_key(&flow) {
            return Err(Trouble::AtLimit {
                limit: LimitName::WatchedFlows,
                most: u64::from(most),
            });
        }
        let watched = Watched {
            next: from,
            glimpsing: self.run.glimpse(flow),
            glimpsed: None,
        };
        self.watched.insert(flow, watched);
        Ok(())
    }

    pub(super) fn unwatch(&mut self, flow: FlowId) {
        self.watched.remove(&flow);
    }

    /// Sends what is new: bytes and counters first, so that a page that is told of an end has what came
    /// before it. Returns when counters that were held back should be sent.
    pub(super) async fn send(
        &mut self,
        out: &mut impl Outbound,
    ) -> Result<Option<Instant>, Broken> {
        loop {
            let events = self.run.log().read(self.next_event, EVENTS_AT_ONCE);
            let ends = events
                .iter()
                .any(|event| matches!(event.event, Event::RunEnded { .. }));
            self.send_bytes(out).await?;
            self.send_glimpses(out).await?;
            self.send_credits(out).await?;
            let due = self.send_meters(out, ends).await?;
            if events.is_empty() {
                return Ok(due);
            }
            self.next_event += events.len() as u64;
            if ends {
                self.watching = None;
            }
            let run = self.id;
            out.message(&ServerMessage::Events { run, events }).await?;
        }
    }

    async fn send_bytes(&mut self, out: &mut impl Outbound) -> Result<(), Broken> {
        for (flow, watched) in &mut self.watched {
            let next = &mut watched.next;
            let Some(source) = self.run.flow(*flow) else {
                continue;
            };
            while let Some(slice) = source.read(*next, FRAME_BYTES) {
                let frame = Frame::Data {
                    run: self.id,
                    flow: *flow,
                    position: slice.offset,
                    gap: slice.offset > *next,
                    bytes: &slice.bytes,
                };
                out.frame(&frame).await?;
                *next = slice.offset + slice.bytes.len() as u64;
            }
        }
        Ok(())
    }

    /// Sends what stands in the direct wires among those watched, where that has changed.
    async fn send_glimpses(&mut self, out: &mut impl Outbound) -> Result<(), Broken> {
        for (flow, watched) in &mut self.watched {
            let latest = watched.glimpsing.as_ref().and_then(Glimpsing::latest);
            if latest.is_none() || latest == watched.glimpsed {
                continue;
            }
            watched.glimpsed = latest;
            let frame = Frame::Glimpse {
                run: self.id,
                flow: *flow,
                bytes: watched.glimpsed.as_deref().unwrap_or_default(),
            };
            out.frame(&frame).await?;
        }
        Ok(())
    }

    async fn send_meters(
        &mut self,
        out: &mut impl Outbound,
        at_once: bool,
    ) -> Result<Option<Instant>, Broken> {
        let now = Instant::now();
        let due = self.metered_at.map(|at| at + METER_INTERVAL);
        if let Some(due) = due.filter(|due| *due > now && !at_once) {
            return Ok(Some(due));
        }
        let run = self.id;
        let at_us = self.run.now_us();
        let meters = self.run.meters().zip(&mut self.metered);
        let changed: Vec<Meter> = meters
            .filter_map(|(meter, sent)| {
                let now = (meter.bytes, meter.waiting, meter.room);
                let fresh = now != *sent;
                *sent = now;
                fresh.then_some(meter)
            })
            .collect();
        for meters in changed.chunks(METERS_AT_ONCE) {
            let meters = meters.to_vec();
            out.message(&ServerMessage::Meters { run, at_us, meters })
                .await?;
        }
        if !changed.is_empty() {
            self.metered_at = Some(now);
        }
        Ok(None)
    }

    async fn send_credits(&mut self, out: &mut impl Outbound) -> Result<(), Broken> {
        for (lane, place, input) in self.run.typed_inputs() {
            let credit = input.credit();
            if self.credits.insert((lane, place), credit) == Some(credit) {
                continue;
            }
            let stage = self.run.chain().stages[place].id.clone();
            let TypedCredit { received, until } = credit;
            out.message(&ServerMessage::Credit {
                run: self.id,
                lane,
                stage,
                received,
                until,
            })
            .await?;
        }
        Ok(())
    }
}
