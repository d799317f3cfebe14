//! Which flows the page asks for: what it shows, and no more than the runner allows.

use std::collections::BTreeSet;

use pipeyard_shared::LaneNumber;
use pipeyard_shared::chain::OutputPort;
use pipeyard_shared::flow::{FlowId, FlowPoint};

use super::Run;

/// Lanes whose output the boxes on the canvas can show.
const LANES_IN_BOXES: usize = 24;

/// The flows behind the boxes on the canvas, and the one that the drawer shows.
pub(crate) fn wanted(
    run: &Run,
    shown: Option<(LaneNumber, &FlowPoint)>,
    most: usize,
) -> BTreeSet<FlowId> {
    let mut wanted = BTreeSet::new();
    wanted.extend(shown.and_then(|(lane, point)| run.places.id(lane, point)));
    for lane in 0..run.lanes.len().min(LANES_IN_BOXES) {
        let lane = LaneNumber::from_index(lane);
        for (place, point) in run.places.points().iter().enumerate() {
            let FlowPoint::Port(end) = point else {
                continue;
            };
            let Some(id) = run.places.id_at(lane, place) else {
                continue;
            };
            // Standard error is silent mostly: it is asked for once something is known to be there.
            let silent = end.port == OutputPort::Stderr
                && run
                    .flows
                    .get(&id)
                    .is_none_or(|flow| flow.began_us.is_none() && flow.bytes == 0);
            if !silent && wanted.len() < most {
                wanted.insert(id);
            }
        }
    }
    wanted
}
