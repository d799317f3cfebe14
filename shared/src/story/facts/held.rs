//! For how long people held flows back: the times in which a flow's pace was not open.

use std::collections::BTreeMap;

use crate::event::Pace;
use crate::flow::FlowId;
use crate::id::LaneNumber;

/// From when to when, in microseconds since the run began.
type Span = (u64, u64);

/// What people said of the paces of all flows, in the order of the log.
#[derive(Debug, Default)]
pub(super) struct Paces {
    flows: BTreeMap<FlowId, Said>,
}

#[derive(Debug, Default)]
struct Said {
    /// Since when it has not been open.
    since: Option<u64>,
    spans: Vec<Span>,
}

/// The same, as far as it mattered: a pace that is set before the lane begins holds nothing back before.
#[derive(Debug, Default)]
pub(in crate::story) struct Held {
    lanes: BTreeMap<LaneNumber, Vec<Span>>,
    /// The flow that was held back for longest.
    longest: Option<HeldFlow>,
}

/// One flow that was held back.
#[derive(Clone, Copy, Debug)]
pub(in crate::story) struct HeldFlow {
    pub(in crate::story) flow: FlowId,
    pub(in crate::story) lane: LaneNumber,
    pub(in crate::story) held_us: u64,
    /// Whether it still is.
    pub(in crate::story) still: bool,
}

impl Paces {
    pub(super) fn set(&mut self, flow: FlowId, at_us: u64, pace: Pace) {
        let said = self.flows.entry(flow).or_default();
        if pace == Pace::Open {
            said.close(at_us);
        } else {
            said.since.get_or_insert(at_us);
        }
    }

    pub(super) fn ended(&mut self, flow: FlowId, at_us: u64) {
        if let Some(said) = self.flows.get_mut(&flow) {
            said.close(at_us);
        }
    }

    /// What was held back, with each flow's lane and the times between which that one ran; flows without a
    /// lane are passed over.
    pub(super) fn held(self, lane: impl Fn(FlowId) -> Option<(LaneNumber, Span)>) -> Held {
        let mut held = Held::default();
        for (flow, mut said) in self.flows {
            let Some((lane, (began, ended))) = lane(flow) else {
                continue;
            };
            let still = said.since.is_some();
            said.close(ended);
            let clipped = said.spans.into_iter().map(|span| clip(span, began, ended));
            let spans: Vec<Span> = clipped.filter(|(from, until)| from < until).collect();
            let held_us = sum(&spans);
            if held_us > held.longest.map_or(0, |longest| longest.held_us) {
                held.longest = Some(HeldFlow {
                    flow,
                    lane,
                    held_us,
                    still,
                });
            }
            held.lanes.entry(lane).or_default().extend(spans);
        }
        for spans in held.lanes.values_mut() {
            *spans = joined(std::mem::take(spans));
        }
        held
    }
}

impl Said {
    fn close(&mut self, at_us: u64) {
        let span = self.since.take().map(|since| (since, at_us));
        self.spans.extend(span);
    }
}

impl Held {
    /// For how long something in a lane was held back between two times, in microseconds.
    pub(in crate::story) fn in_lane(&self, lane: LaneNumber, from_us: u64, until_us: u64) -> u64 {
        let spans = self.lanes.get(&lane).map_or(&[][..], Vec::as_slice);
        let clipped = spans.iter().map(|span| clip(*span, from_us, until_us));
        sum(&clipped.collect::<Vec<_>>())
    }

    pub(in crate::story) fn longest(&self) -> Option<HeldFlow> {
        self.longest
    }
}

fn clip((from, until): Span, least: u64, most: u64) -> Span {
    (from.max(least), until.min(most))
}

fn sum(spans: &[Span]) -> u64 {
    let lengths = spans
        .iter()
        .map(|(from, until)| until.saturating_sub(*from));
    lengths.fold(0, u64::saturating_add)
}

/// The same times, none of them twice.
fn joined(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    let mut joined: Vec<Span> = Vec::with_capacity(spans.len());
    for (from, until) in spans {
        match joined.last_mut() {
            Some((_, end)) if from <= *end => *end = until.max(*end),
            _ => joined.push((from, until)),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: LaneNumber = LaneNumber::FIRST;

    fn lane(flow: FlowId) -> Option<(LaneNumber, Span)> {
        (flow.0 < 9).then_some((ROW, (100, 1_000)))
    }

    #[test]
    fn times_of_several_flows_are_not_counted_twice() {
        let mut paces = Paces::default();
        paces.set(FlowId(0), 200, Pace::Paused);
        paces.set(FlowId(0), 250, Pace::Lines { count: 1 });
        paces.set(FlowId(1), 300, Pace::Rate { bytes: 1 });
        paces.set(FlowId(0), 400, Pace::Open);
        paces.ended(FlowId(1), 450);
        paces.set(FlowId(99), 0, Pace::Paused);
        let held = paces.held(lane);
        assert_eq!(held.in_lane(ROW, 0, u64::MAX), 250);
        assert_eq!(held.in_lane(ROW, 350, 420), 70);
        assert_eq!(held.in_lane(ROW, 500, 400), 0);
        let longest = held.longest().expect("one");
        assert_eq!((longest.flow, longest.held_us), (FlowId(0), 200));
        assert!(!longest.still);
    }

    #[test]
    fn a_pace_holds_nothing_back_before_the_lane_begins() {
        let mut paces = Paces::default();
        paces.set(FlowId(0), 10, Pace::Paused);
        paces.set(FlowId(1), 20, Pace::Paused);
        paces.set(FlowId(1), 90, Pace::Open);
        let held = paces.held(lane);
        assert_eq!(held.in_lane(ROW, 0, u64::MAX), 900);
        assert!(held.longest().is_some_and(|longest| longest.still));
    }
}
