//! What the machine must know of a lane before it begins.

use std::time::Duration;

use pipeyard_shared::flow::FlowId;
use pipeyard_shared::id::{LaneNumber, StageId};

/// What a lane consists of.
#[derive(Clone, Debug)]
pub(in crate::engine) struct Spec {
    pub(in crate::engine) lane: LaneNumber,
    pub(in crate::engine) stages: Vec<StageSpec>,
    pub(in crate::engine) flows: Vec<FlowSpec>,
}

/// What the machine must know of a stage.
#[derive(Clone, Debug)]
pub(in crate::engine) struct StageSpec {
    pub(in crate::engine) id: StageId,
    /// Whether it starts a process; input, file and discard stages do not.
    pub(in crate::engine) process: bool,
    pub(in crate::engine) timeout: Option<Duration>,
    /// How many relays read what its process writes.
    pub(in crate::engine) relays: usize,
}

/// What the machine must know of a flow.
#[derive(Clone, Debug)]
pub(in crate::engine) struct FlowSpec {
    pub(in crate::engine) id: FlowId,
    pub(in crate::engine) from: usize,
    pub(in crate::engine) to: Option<usize>,
    /// Whether a relay carries it and will tell its end; else it is a pipe between two stages.
    pub(in crate::engine) relayed: bool,
}
