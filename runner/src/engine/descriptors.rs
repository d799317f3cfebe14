//! How many descriptors a run will need, so that one that cannot have them is refused before it starts.

use pipeyard_shared::chain::{Chain, OutputPort, Stage, StageKind, WireMode};
use pipeyard_shared::limits::LimitName;
use pipeyard_shared::problem::Fault;

/// What the runner itself has open besides: its reactor, sockets, pages' connections, a lane that is just
/// being opened.
const RESERVED: u64 = 48;

/// The fault of a chain whose lanes at once need more than there may be.
pub(super) fn too_few(chain: &Chain, most: Option<u64>) -> Option<Fault> {
    let most = most?;
    let lanes = chain.lanes.count() as u64;
    let at_once = chain.jobs.map_or(lanes, u64::from).min(lanes);
    let found = at_once.saturating_mul(of_lane(chain)) + RESERVED;
    (found > most).then_some(Fault::OverLimit {
        limit: LimitName::OpenFiles,
        found,
        most,
    })
}

/// What a lane that runs keeps open: two ends for a wire that is relayed, one for an output that nothing
/// takes, one by which the end of a process is known, one for a file.
pub(super) fn of_lane(chain: &Chain) -> u64 {
    let relayed = chain
        .wires
        .iter()
        .filter(|wire| wire.mode == WireMode::Tapped);
    let stages = chain.stages.iter().map(|stage| match &stage.kind {
        StageKind::Process(_) | StageKind::Shell(_) => {
            let unwired = [OutputPort::Stdout, OutputPort::Stderr]
                .into_iter()
                .filter(|port| is_unwired(chain, stage, *port));
            1 + unwired.count() as u64
        }
        StageKind::File(_) => 1,
        StageKind::Input(_) | StageKind::Discard => 0,
    });
    2 * relayed.count() as u64 + stages.sum::<u64>()
}

fn is_unwired(chain: &Chain, stage: &Stage, port: OutputPort) -> bool {
    stage.has_output(port) && chain.wires_from(&stage.id, port).next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use pipeyard_shared::chain::Lanes;

    #[test]
    fn lanes_at_once_count_and_waiting_ones_do_not() {
        let stages = ["a", "b", "c"].map(|id| Stage::process(id, "true", []));
        let mut chain = Chain::of_stages("", stages.to_vec());
        // Two wires, an output, three errors, three processes.
        assert_eq!(of_lane(&chain), 2 * 2 + 1 + 3 + 3);
        chain.lanes = Lanes::Count(1_000);
        chain.jobs = Some(64);
        assert_eq!(too_few(&chain, Some(1_024)), None);
        assert_eq!(too_few(&chain, None), None);
        let fault = too_few(&chain, Some(256)).expect("64 lanes of 11 are more");
        let expected = Fault::OverLimit {
            limit: LimitName::OpenFiles,
            found: 64 * 11 + RESERVED,
            most: 256,
        };
        assert_eq!(fault, expected);
    }
}
