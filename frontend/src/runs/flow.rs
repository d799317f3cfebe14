//! What has passed at one place of one lane.

use std::rc::Rc;

use pipeyard_shared::Text;
use pipeyard_shared::event::{FlowEnd, Pace};
use pipeyard_shared::preview::Preview;

use super::samples::{Counted, Sample, Samples, between};

/// How long after bytes have moved a wire is still drawn as moving, in milliseconds.
const MOVING_MS: f64 = 250.0;
/// Changes of pace that are remembered of one flow; beyond this, only the latest is kept right.
const MOST_PACES: usize = 256;
/// Counters that lie further apart say nothing of a rate, in microseconds.
const LONGEST_RATE_US: u64 = 5_000_000;

/// A flow.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Flow {
    /// Bytes so far: exact, or estimated for a direct wire.
    pub(crate) bytes: u64,
    /// Newlines so far; nothing for a direct wire, whose bytes nobody reads on their way.
    pub(crate) lines: Option<u64>,
    /// Bytes that stand in the pipe before the reader; nothing where nobody has looked.
    pub(crate) waiting: Option<u32>,
    /// How many bytes that pipe can hold.
    pub(crate) room: Option<u32>,
    /// Whether its bytes are estimated from outside: a direct wire.
    pub(crate) estimated: bool,
    /// Whether nobody counts it: a direct wire that has ended.
    pub(crate) uncounted: bool,
    /// Whether it is a direct wire.
    direct: bool,
    /// How many of its bytes, from the first one on, can be downloaded, as its end said; nothing
    /// before that, and where all can.
    pub(crate) kept: Option<u64>,
    /// When the first byte came.
    pub(crate) began_us: Option<u64>,
    /// When it ended.
    pub(crate) ended_us: Option<u64>,
    /// Why it ended.
    pub(crate) end: Option<FlowEnd>,
    /// Who holds it open after its stage has ended.
    pub(crate) held: Option<Held>,
    /// Head and tail of its bytes, as far as the page has asked for them.
    pub(crate) preview: Rc<Preview>,
    /// What stood in a direct wire's pipe when it was last looked into.
    pub(crate) glimpse: Option<Glimpse>,
    /// What was counted when, but for its end.
    pub(crate) samples: Samples,
    /// The paces that were set, each from its time on.
    paces: Vec<(u64, Pace)>,
    /// When its counters last changed, on the page's clock.
    pub(crate) moved_ms: f64,
    /// Bytes a second between the last two meters.
    pub(crate) rate: f64,
}

/// A process that holds a flow open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Held {
    /// Its id.
    pub(crate) pid: u32,
    /// Its name.
    pub(crate) program: Text,
    /// When it was found.
    pub(crate) at_us: u64,
}

/// What stood in a direct wire's pipe. Where in the flow that was, nobody knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Glimpse {
    /// When it came to the page, on the run's clock.
    pub(crate) at_us: u64,
    /// The bytes, the oldest first.
    pub(crate) bytes: Rc<[u8]>,
}

/// Several flows together.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Total {
    /// Flows that there are: one a lane.
    pub(crate) flows: usize,
    /// Flows that have ended.
    pub(crate) ended: usize,
    /// Flows whose reader left first.
    pub(crate) reader_left: usize,
    /// Flows that an outsider holds open.
    pub(crate) held: usize,
    /// Flows that nobody counts.
    pub(crate) uncounted: usize,
    /// Flows whose bytes are estimated and whose lines nobody knows.
    pub(crate) estimated: usize,
    /// Bytes of all of them.
    pub(crate) bytes: u64,
    /// Newlines of those that are counted.
    pub(crate) lines: u64,
    /// Bytes that stand in the pipes of those that were looked at.
    pub(crate) waiting: Option<u64>,
    /// How many bytes these pipes can hold.
    pub(crate) room: Option<u64>,
    /// Open flows that are paused, out of lines, or held to a rate.
    pub(crate) paced: usize,
    /// The pace of the first of these.
    pub(crate) pace: Pace,
    /// Bytes a second of all of them.
    pub(crate) rate: f64,
    /// When the latest of them moved.
    pub(crate) moved_ms: f64,
}

impl Flow {
    /// A flow of which nothing was heard.
    pub(super) fn new(preview_bytes: usize, direct: bool) -> Self {
        Self {
            bytes: 0,
            lines: (!direct).then_some(0),
            waiting: None,
            room: None,
            estimated: direct,
            direct,
            uncounted: false,
            kept: None,
            began_us: None,
            ended_us: None,
            end: None,
            held: None,
            preview: Rc::new(Preview::new(preview_bytes)),
            glimpse: None,
            samples: Samples::default(),
            paces: Vec::new(),
            moved_ms: f64::NEG_INFINITY,
            rate: 0.0,
        }
    }

    /// How it is let through.
    pub(crate) fn pace(&self) -> Pace {
        self.paces.last().map(|(_, pace)| *pace).unwrap_or_default()
    }

    /// The paces that were set, each from its time on, in the order of time.
    pub(crate) fn paces(&self) -> &[(u64, Pace)] {
        &self.paces
    }

    /// What had been counted by an instant. Between two sets of counters it is taken to have grown
    /// evenly; it never goes beyond what was counted in the end.
    pub(crate) fn counted_at(&self, at_us: u64) -> Counted {
        let nothing = Counted {
            lines: self.lines.map(|_| 0),
            ..Counted::default()
        };
        let sample = |at_us, counted| Sample { at_us, counted };
        if self.began_us.is_some_and(|began| at_us < began) {
            return nothing;
        }
        let ended = self.ended_us.map(|ended| sample(ended, self.counted()));
        if let Some(ended) = ended.filter(|ended| ended.at_us <= at_us) {
            return ended.counted;
        }
        let began = self.began_us.map(|began| sample(began, nothing));
        let Some(before) = self.samples.before(at_us).copied().or(began) else {
            return nothing;
        };
        let after = self.samples.after(at_us).copied();
        let after = [after, ended]
            .into_iter()
            .flatten()
            .min_by_key(|next| next.at_us);
        let after = after.unwrap_or(before);
        let line = |low, high| between(at_us, (before.at_us, low), (after.at_us, high));
        let lines = before.counted.lines.zip(after.counted.lines);
        Counted {
            bytes: line(before.counted.bytes, after.counted.bytes),
            lines: lines.map(|(low, high)| line(low, high)),
            waiting: before.counted.waiting,
        }
    }

    /// Whether its counts are exact and will not change any more: a late meter has nothing to say.
    pub(super) fn is_exact(&self) -> bool {
        self.end.is_some() && !self.uncounted
    }

    /// Takes counters. They only grow. Says by how many samples there are more or fewer now.
    pub(super) fn count(
        &mut self,
        at_us: u64,
        counted: Counted,
        room: Option<u32>,
        now_ms: f64,
    ) -> isize {
        self.waiting = counted.waiting.filter(|_| self.end.is_none());
        self.room = room.or(self.room);
        self.grow(at_us, counted.bytes, counted.lines, now_ms);
        self.samples.push(Sample {
            at_us,
            counted: Counted {
                waiting: counted.waiting,
                ..self.counted()
            },
        })
    }

    /// Takes its end. What it counts is exact; a direct wire has nothing but its estimate. Says by how
    /// many samples there are fewer now.
    pub(super) fn finish(
        &mut self,
        at_us: u64,
        reason: FlowEnd,
        exact: Option<(u64, Option<u64>)>,
        kept: Option<u64>,
        now_ms: f64,
    ) -> isize {
        if self.end.is_some() {
            return 0;
        }
        let mut dropped = 0;
        match exact {
            Some((bytes, lines)) => {
                self.grow(at_us, bytes, lines, now_ms);
                self.bytes = bytes;
                self.lines = lines.or(self.lines);
                self.estimated = false;
                dropped = self.samples.finish(at_us, self.counted());
            }
            None => self.uncounted = true,
        }
        self.end = Some(reason);
        self.kept = kept;
        self.ended_us = Some(at_us);
        self.waiting = None;
        self.rate = 0.0;
        dropped
    }

    /// Takes a pace.
    pub(super) fn set_pace(&mut self, at_us: u64, pace: Pace) {
        if self.paces.len() == MOST_PACES {
            self.paces.pop();
        }
        self.paces.push((at_us, pace));
    }

    /// The flow as it was at an instant; nothing when nothing had been heard of it. With `everything`
    /// nothing is known of what came later, so that all bytes had come. Each end of a preview has at
    /// most `preview_bytes`.
    pub(super) fn at(&self, at_us: u64, everything: bool, preview_bytes: usize) -> Option<Self> {
        let by = |time: Option<u64>| time.filter(|time| *time <= at_us);
        let over = by(self.ended_us).is_some();
        let counted = if over || everything {
            Counted {
                waiting: self.waiting,
                ..self.counted()
            }
        } else {
            self.counted_at(at_us)
        };
        let samples = self.samples.until(at_us);
        let counters = everything || over || samples.last().is_some();
        let paces = self.paces.iter().filter(|(from, _)| *from <= at_us);
        let flow = Self {
            bytes: counted.bytes,
            lines: counted.lines,
            waiting: counted.waiting,
            room: self.room.filter(|_| counters),
            // An end that is exact is so from then on.
            estimated: self.estimated || (self.direct && !over),
            direct: self.direct,
            uncounted: self.uncounted && over,
            kept: self.kept.filter(|_| over),
            began_us: by(self.began_us),
            ended_us: by(self.ended_us),
            end: self.end.filter(|_| over),
            held: self.held.clone().filter(|held| held.at_us <= at_us),
            preview: if over || everything {
                self.preview.clone()
            } else {
                cut(&self.preview, counted.bytes, preview_bytes)
            },
            glimpse: self
                .glimpse
                .clone()
                .filter(|glimpse| glimpse.at_us <= at_us),
            samples,
            paces: paces.copied().collect(),
            rate: if over { 0.0 } else { self.rate_at(at_us) },
            moved_ms: self.moved_at(at_us),
        };
        let heard = counters
            || flow.began_us.is_some()
            || flow.held.is_some()
            || flow.glimpse.is_some()
            || !flow.paces.is_empty();
        heard.then_some(flow)
    }

    fn counted(&self) -> Counted {
        Counted {
            bytes: self.bytes,
            lines: self.lines,
            waiting: None,
        }
    }

    fn grow(&mut self, at_us: u64, bytes: u64, lines: Option<u64>, now_ms: f64) {
        if bytes <= self.bytes && lines.unwrap_or(0) <= self.lines.unwrap_or(0) {
            return;
        }
        let last = self.samples.last().map(Sample::point);
        let began = self.began_us.map(|began| (began, 0));
        self.rate = last
            .or(began)
            .map_or(0.0, |last| rate(last, (at_us, bytes)));
        self.bytes = self.bytes.max(bytes);
        self.lines = match (self.lines, lines) {
            (Some(known), Some(lines)) => Some(known.max(lines)),
            (known, lines) => known.or(lines),
        };
        self.moved_ms = now_ms;
    }

    fn rate_at(&self, at_us: u64) -> f64 {
        let began = self
            .began_us
            .filter(|began| *began <= at_us)
            .map(|began| (began, 0));
        let before = self.samples.before(at_us).map(Sample::point).or(began);
        let end = self.ended_us.map(|ended| (ended, self.bytes));
        let after = self.samples.after(at_us).map(Sample::point).or(end);
        match (before, after) {
            (Some(before), Some(after)) => rate(before, after),
            _ => 0.0,
        }
    }

    /// When it had last moved, on a clock that begins with the run.
    fn moved_at(&self, at_us: u64) -> f64 {
        let ended = self.ended_us.filter(|ended| *ended <= at_us);
        if ended.is_none() && self.rate_at(at_us) > 0.0 {
            return at_us as f64 / 1e3;
        }
        let known = self
            .samples
            .before(at_us)
            .map_or(0, |last| last.counted.bytes);
        let grew = match ended {
            Some(ended) if self.bytes > known => Some(ended),
            _ => self.samples.reached_us(known),
        };
        let began = self.began_us.filter(|began| *began <= at_us);
        grew.max(began)
            .map_or(f64::NEG_INFINITY, |moved| moved as f64 / 1e3)
    }
}

impl Total {
    /// Adds one flow.
    pub(super) fn add(&mut self, flow: &Flow) {
        self.ended += usize::from(flow.end.is_some());
        self.reader_left += usize::from(flow.end == Some(FlowEnd::ReaderLeft));
        self.held += usize::from(flow.held.is_some() && flow.end.is_none());
        self.uncounted += usize::from(flow.uncounted);
        self.estimated += usize::from(flow.estimated);
        self.bytes = self.bytes.saturating_add(flow.bytes);
        self.lines = self.lines.saturating_add(flow.lines.unwrap_or(0));
        let sum = |sum: Option<u64>, one: Option<u32>| match one {
            Some(one) => Some(sum.unwrap_or(0).saturating_add(u64::from(one))),
            None => sum,
        };
        if flow.end.is_none() {
            self.waiting = sum(self.waiting, flow.waiting);
            self.room = sum(self.room, flow.room.filter(|_| flow.waiting.is_some()));
            if flow.pace() != Pace::Open {
                if self.paced == 0 {
                    self.pace = flow.pace();
                }
                self.paced += 1;
            }
        }
        self.rate += flow.rate;
        self.moved_ms = self.moved_ms.max(flow.moved_ms);
    }

    /// Whether bytes moved just now.
    pub(crate) fn is_moving(&self, now_ms: f64) -> bool {
        self.flows > 0 && self.bytes > 0 && now_ms - self.moved_ms < MOVING_MS
    }

    /// Whether all flows have ended.
    pub(crate) fn is_over(&self) -> bool {
        self.flows > 0 && self.ended == self.flows
    }
}

/// Bytes a second between two counts.
fn rate((from_us, low): (u64, u64), (to_us, high): (u64, u64)) -> f64 {
    let took_us = to_us.saturating_sub(from_us);
    if (1..LONGEST_RATE_US).contains(&took_us) {
        high.saturating_sub(low) as f64 / took_us as f64 * 1e6
    } else {
        0.0
    }
}

/// What was kept of a flow when so many bytes had passed. The end that is known is shown only when all
/// of it had passed; what lies before it and after the head is counted as not kept.
fn cut(preview: &Rc<Preview>, passed: u64, preview_bytes: usize) -> Rc<Preview> {
    if passed >= preview.end() {
        return preview.clone();
    }
    let mut early = Preview::new(preview_bytes);
    // Without a gap the slices are one, and all of it can be cut exactly.
    if let Some(first) = preview.slices().first().filter(|first| first.offset == 0) {
        let length = usize::try_from(passed).unwrap_or(usize::MAX);
        early.push(&first.bytes[..first.bytes.len().min(length)]);
    }
    early.push_at(passed, &[]);
    Rc::new(early)
}
