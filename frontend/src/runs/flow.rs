//! What has passed at one place of one lane.

use std::rc::Rc;

use pipeyard_shared::Text;
use pipeyard_shared::event::FlowEnd;
use pipeyard_shared::preview::Preview;

/// How long after bytes have moved a wire is still drawn as moving, in milliseconds.
const MOVING_MS: f64 = 250.0;

/// A flow.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Flow {
    /// Bytes so far.
    pub(crate) bytes: u64,
    /// Newlines so far.
    pub(crate) lines: u64,
    /// Whether nobody counts it: a direct wire that has ended.
    pub(crate) uncounted: bool,
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
    /// Bytes of all of them.
    pub(crate) bytes: u64,
    /// Newlines of all of them.
    pub(crate) lines: u64,
    /// Bytes a second of all of them.
    pub(crate) rate: f64,
    /// When the latest of them moved.
    pub(crate) moved_ms: f64,
}

impl Flow {
    /// A flow of which nothing was heard.
    pub(super) fn new(preview_bytes: usize) -> Self {
        Self {
            bytes: 0,
            lines: 0,
            uncounted: false,
            began_us: None,
            ended_us: None,
            end: None,
            held: None,
            preview: Rc::new(Preview::new(preview_bytes)),
            moved_ms: f64::NEG_INFINITY,
            rate: 0.0,
        }
    }

    /// Takes counters. They only grow: a late meter never takes an exact total back.
    pub(super) fn count(&mut self, bytes: u64, lines: u64, now_ms: f64) {
        if bytes <= self.bytes && lines <= self.lines {
            return;
        }
        let grown = bytes.saturating_sub(self.bytes) as f64;
        let since_ms = now_ms - self.moved_ms;
        // The first counters stand for an unknown time: they say nothing of a rate.
        self.rate = if (1.0..5_000.0).contains(&since_ms) {
            grown / since_ms * 1e3
        } else {
            0.0
        };
        self.bytes = self.bytes.max(bytes);
        self.lines = self.lines.max(lines);
        self.moved_ms = now_ms;
    }
}

impl Total {
    /// Adds one flow.
    pub(super) fn add(&mut self, flow: &Flow) {
        self.ended += usize::from(flow.end.is_some());
        self.reader_left += usize::from(flow.end == Some(FlowEnd::ReaderLeft));
        self.held += usize::from(flow.held.is_some() && flow.end.is_none());
        self.uncounted += usize::from(flow.uncounted);
        self.bytes += flow.bytes;
        self.lines += flow.lines;
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
