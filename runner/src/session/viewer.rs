//! What a page has been sent, and what it is to be sent next.

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};
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

/// How long news wait for others that go into the same message: less than a frame of the screen, and a
/// page that is sent less leaves more of the machine to the processes that are just being started.
const GATHER: Duration = Duration::from_millis(4);
/// How often bytes that the page watches are told without that wait; once for each [`GATHER`] it is regained.
const AT_ONCE: u32 = 8;
/// The time between two sets of counters.
const METER_INTERVAL: Duration = Duration::from_millis(50);
/// Events that go into one message.
const EVENTS_AT_ONCE: usize = 256;
/// Bytes that go into one frame.
const FRAME_BYTES: usize = 32 << 10;
/// Frames of one flow that are sent before other news have their turn: a page that reads slowly while much
/// passes would otherwise be sent nothing else.
const FRAMES_AT_ONCE: usize = 8;
/// Counters that go into one message.
const METERS_AT_ONCE: usize = 1_024;

/// One run as one page sees it.
#[derive(Debug)]
pub(super) struct Followed {
    id: RunId,
    /// Its session keeps it for as long as it is kept: once it is over, this does not.
    run: Weak<Run>,
    /// The first event that the page has not been sent.
    next_event: u64,
    /// What it watches.
    watched: BTreeMap<FlowId, Watched>,
    /// The counters that it was sent: bytes that passed, bytes that wait, and room for them.
    metered: Vec<(u64, Option<u32>, Option<u32>)>,
    metered_at: Option<Instant>,
    /// Whether the run's own time was told at all.
    greeted: bool,
    credits: BTreeMap<(LaneNumber, usize), TypedCredit>,
    /// How many news may be told at once, as of a time.
    at_once: (u32, Instant),
    /// Until when the news that there are wait for more.
    held_until: Option<Instant>,
    /// Keeps the run, and has it looked at, until the page was sent its end.
    watching: Option<(Arc<Run>, Watching)>,
}

/// What news wait for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hold {
    pub(super) until: Instant,
    /// Bytes that pass anywhere in the run are a reason to look again before.
    pub(super) or_bytes: bool,
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
        // A run that the page has seen to its end has nothing more to tell, and is not kept for it.
        let is_seen = run.result().is_some() && next_event >= *run.log().count().borrow();
        Self {
            id,
            metered: vec![(0, None, None); run.flows().len()],
            run: Arc::downgrade(&run),
            watching: (!is_seen).then(|| (run.clone(), run.watch())),
            next_event,
            watched: BTreeMap::new(),
            metered_at: None,
            greeted: false,
            credits: BTreeMap::new(),
            at_once: (AT_ONCE, Instant::now()),
            held_until: None,
        }
    }

    /// What the news that there are wait for, if they are not to be told now.
    pub(super) fn hold_back(&mut self) -> Option<Hold> {
        let now = Instant::now();
        let at_once = self.allowed_at_once(now);
        let is_due = self.held_until.is_some_and(|until| until <= now);
        let is_urgent = at_once > 0 && self.has_fresh_bytes();
        let is_over = || self.run().is_none_or(|run| run.result().is_some());
        if is_due || is_urgent || is_over() {
            self.held_until = None;
            self.at_once = (at_once.saturating_sub(1), now);
            return None;
        }
        // Other flows may stir again and again while it is held: the first time is enough.
        let or_bytes = at_once > 0 && self.held_until.is_none();
        let until = *self.held_until.get_or_insert(now + GATHER);
        Some(Hold { until, or_bytes })
    }

    fn allowed_at_once(&self, now: Instant) -> u32 {
        let (left, since) = self.at_once;
        let passed = now.duration_since(since).as_micros() / GATHER.as_micros();
        let regained = u32::try_from(passed).unwrap_or(AT_ONCE).min(AT_ONCE);
        (left + regained).min(AT_ONCE)
    }

    fn has_fresh_bytes(&self) -> bool {
        let Some(run) = self.run() else { return false };
        let mut watched = self.watched.iter();
        watched.any(|(flow, watched)| {
            let carried = run.flow(*flow).map(|of| of.meter().bytes);
            carried.is_some_and(|bytes| bytes > watched.next)
        })
    }

    /// The run; nothing once its session has forgotten it.
    pub(super) fn run(&self) -> Option<Arc<Run>> {
        self.run.upgrade()
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
        let found = self.run().ok_or(Trouble::NoSuchRun { run })?;
        if found.flow(flow).is_none() {
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
            // What is over has nothing in its pipes.
            glimpsing: (self.watching.as_ref()).and_then(|_| found.glimpse(flow)),
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
        let Some(followed) = self.run() else {
            return Ok(None);
        };
        loop {
            let events = followed.log().read(self.next_event, EVENTS_AT_ONCE);
            let ends = events
                .iter()
                .any(|event| matches!(event.event, Event::RunEnded { .. }));
            let mut more = self.send_watched(out).await?;
            while more && ends {
                more = self.send_watched(out).await?;
            }
            self.send_credits(out).await?;
            let due = self.send_meters(out, ends).await?;
            if events.is_empty() {
                return Ok(if more { Some(Instant::now()) } else { due });
            }
            self.next_event += events.len() as u64;
            if ends {
                self.watching = None;
                for watched in self.watched.values_mut() {
                    watched.glimpsing = None;
                }
            }
            let run = self.id;
            out.message(&ServerMessage::Events { run, events }).await?;
        }
    }

    /// Sends what there is of the flows that it watches, and no other news. Returns whether there is more of
    /// them than is sent at once.
    pub(super) async fn send_watched(&mut self, out: &mut impl Outbound) -> Result<bool, Broken> {
        let more = self.send_bytes(out).await?;
        self.send_glimpses(out).await?;
        Ok(more)
    }

    async fn send_bytes(&mut self, out: &mut impl Outbound) -> Result<bool, Broken> {
        let mut more = false;
        let Some(run) = self.run() else {
            return Ok(more);
        };
        for (flow, watched) in &mut self.watched {
            let next = &mut watched.next;
            let Some(source) = run.flow(*flow) else {
                continue;
            };
            let mut sent = 0;
            while sent < FRAMES_AT_ONCE {
                let Some(slice) = source.read(*next, FRAME_BYTES) else {
                    break;
                };
                let frame = Frame::Data {
                    run: self.id,
                    flow: *flow,
                    position: slice.offset,
                    gap: slice.offset > *next,
                    bytes: &slice.bytes,
                };
                out.frame(&frame).await?;
                sent += 1;
                *next = slice.offset + slice.bytes.len() as u64;
            }
            more |= sent == FRAMES_AT_ONCE;
        }
        Ok(more)
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
        let Some(followed) = self.run() else {
            return Ok(None);
        };
        let run = self.id;
        let at_us = followed.now_us();
        let meters = followed.meters().zip(&mut self.metered);
        let changed: Vec<Meter> = meters
            .filter_map(|(meter, sent)| {
                let now = (meter.bytes, meter.waiting, meter.room);
                let fresh = now != *sent;
                *sent = now;
                fresh.then_some(meter)
            })
            .collect();
        // Whoever comes is told the time of the run, even where nothing was counted.
        let comes = !std::mem::replace(&mut self.greeted, true);
        let none = (comes && changed.is_empty()).then_some(&[][..]);
        for meters in changed.chunks(METERS_AT_ONCE).chain(none) {
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
        let Some(run) = self.run() else { return Ok(()) };
        for (lane, place, input) in run.typed_inputs() {
            let credit = input.credit();
            if self.credits.insert((lane, place), credit) == Some(credit) {
                continue;
            }
            let stage = run.chain().stages[place].id.clone();
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
