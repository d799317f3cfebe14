//! The run as it was at an instant.
//!
//! Every fact of the model has its time, so that what came later is left out without going through the
//! events again: a long run is turned back as quickly as a short one.

use std::rc::Rc;

use super::stage::Lane;
use super::{Phase, Run};

impl Run {
    /// The run as it was at this time of its own clock, in microseconds. It shows nothing of what
    /// happened after it, as far as that is known: between two sets of counters a flow is taken to have
    /// grown evenly. On its clock the page's time is the instant itself, in milliseconds.
    pub(crate) fn at(&self, at_us: u64) -> Self {
        let by = |time: Option<u64>| time.filter(|time| *time <= at_us);
        // Nothing is known of anything later.
        let everything = at_us >= self.heard_us;
        let stages = self.chain.stages.len();
        let blank = Rc::new(Lane::new(stages));
        let lanes = self.lanes.iter().map(|lane| {
            if lane.is_settled_at(at_us) {
                lane.clone()
            } else if lane.began_us.is_some_and(|began| began > at_us) {
                blank.clone()
            } else {
                Rc::new(lane.at(at_us))
            }
        });
        let flows = self.flows.iter().filter_map(|(id, flow)| {
            let flow = flow.at(at_us, everything, self.preview_bytes)?;
            Some((*id, Rc::new(flow)))
        });
        Self {
            source: self.source.clone(),
            met_late: self.met_late,
            id: self.id,
            chain: self.chain.clone(),
            places: self.places.clone(),
            seen: self.seen,
            phase: self.phase_at(at_us),
            lanes: lanes.collect(),
            flows: flows.collect(),
            timed_out_ms: self
                .timed_out_ms
                .filter(|_| by(self.timed_out_us).is_some()),
            timed_out_us: by(self.timed_out_us),
            started_us: by(self.started_us),
            stop_us: by(self.stop_us),
            ends_soon: false,
            looks_ended: self.looks_ended.filter(|(at, _)| *at <= at_us),
            log: self.log.clone(),
            heard_us: self.heard_us.min(at_us),
            began_ms: Some(0.0),
            out_of_reach_ms: None,
            recorded: self.recorded,
            instant: Some(at_us),
            samples: self.samples,
            preview_bytes: self.preview_bytes,
        }
    }

    fn phase_at(&self, at_us: u64) -> Phase {
        let had = |time: Option<u64>| time.is_some_and(|time| time <= at_us);
        match self.phase {
            Phase::Ended { at_us: ended, .. } if ended <= at_us => self.phase,
            Phase::Lost if self.heard_us <= at_us => self.phase,
            _ if had(self.stop_us) => Phase::Stopping,
            _ if had(self.started_us) => Phase::Running,
            _ => Phase::Asked,
        }
    }
}
