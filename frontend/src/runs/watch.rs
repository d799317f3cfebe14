//! Which flows the page asks for: what it shows, and no more than the runner allows.

use pipeyard_shared::LaneNumber;
use pipeyard_shared::chain::OutputPort;
use pipeyard_shared::flow::{FlowId, FlowPoint};

use super::Run;

/// Lanes whose output the boxes on the canvas can show.
const LANES_IN_BOXES: usize = 24;

/// Places with standard error that the drawer lists.
const MOST_ERRORS: usize = 60;
/// Lanes in which these are asked for; of those behind them the page knows how much there is.
const LANES_WITH_ERRORS: usize = 256;

/// Where standard error was written to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Errors {
    /// The first places, stage by stage and lane by lane: the stage's place in the chain, and the flow.
    pub(crate) listed: Vec<(usize, LaneNumber, FlowId)>,
    /// How many more there are.
    pub(crate) more: usize,
}

/// Where standard error was written to in the first lanes, so many of them.
pub(crate) fn errors(run: &Run, lanes: usize) -> Errors {
    let mut errors = Errors::default();
    let places = run.places.points().iter().enumerate();
    let places = places.filter_map(|(place, point)| match point {
        FlowPoint::Port(end) if end.port == OutputPort::Stderr => {
            Some((run.chain.stage_index(&end.stage)?, place))
        }
        _ => None,
    });
    for (stage, place) in places {
        for lane in (0..run.lanes.len().min(lanes)).map(LaneNumber::from_index) {
            let id = run.places.id_at(lane, place);
            let Some(id) = id.filter(|id| {
                let flow = run.flows.get(id);
                flow.is_some_and(|flow| flow.bytes > 0 || flow.preview.end() > 0)
            }) else {
                continue;
            };
            if errors.listed.len() < MOST_ERRORS {
                errors.listed.push((stage, lane, id));
            } else {
                errors.more += 1;
            }
        }
    }
    errors
}

/// The flows behind the boxes on the canvas, the one that the drawer shows, and standard error as far as
/// it is listed.
pub(crate) fn wanted(
    run: &Run,
    shown: Option<(LaneNumber, &FlowPoint)>,
    most: usize,
) -> Vec<FlowId> {
    let shown = shown.and_then(|(lane, point)| run.places.id(lane, point));
    let mut wanted: Vec<FlowId> = shown.into_iter().collect();
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
            if !silent && wanted.len() < most && shown != Some(id) {
                wanted.push(id);
            }
        }
    }
    for (_, _, id) in errors(run, LANES_WITH_ERRORS).listed {
        if wanted.len() < most && !wanted.contains(&id) {
            wanted.push(id);
        }
    }
    wanted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runs::tests::{PREVIEW, Script};
    use pipeyard_shared::RunId;
    use pipeyard_shared::chain::OutputEnd;
    use pipeyard_shared::event::Meter;

    #[test]
    fn standard_error_is_asked_for_where_it_is_listed_and_the_rest_is_counted() {
        let mut run = Run::new(RunId(1), Script::opening(100).chain, PREVIEW);
        let point = FlowPoint::Port(OutputEnd {
            stage: "md5sum".into(),
            port: OutputPort::Stderr,
        });
        assert_eq!(errors(&run, usize::MAX), Errors::default());
        let silent = wanted(&run, None, 256).len();
        let ids: Vec<FlowId> = (31..=100)
            .filter_map(|lane| run.places.id(LaneNumber(lane), &point))
            .collect();
        for flow in ids.iter().copied() {
            let meter = Meter {
                flow,
                bytes: 5,
                lines: Some(1),
                waiting: None,
                room: None,
            };
            run.take_meter(&meter, 10, 0.0);
        }
        let errors = errors(&run, usize::MAX);
        assert_eq!((errors.listed.len(), errors.more), (MOST_ERRORS, 10));
        assert_eq!(errors.listed[0], (2, LaneNumber(31), ids[0]));
        let asked = wanted(&run, None, 256);
        assert_eq!(asked.len(), silent + MOST_ERRORS);
        assert!(ids[..MOST_ERRORS].iter().all(|id| asked.contains(id)));
        assert_eq!(wanted(&run, None, 30).len(), 30, "the runner's bound");
    }
}
