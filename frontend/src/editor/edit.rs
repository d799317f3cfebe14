//! The edits of a chain.

use pipeyard_shared::chain::{
    Chain, FanIn, InputEnd, InputPort, Lanes, OutputEnd, StageKind, StatusRule, WireMode,
};
use pipeyard_shared::{StageId, WireId};

use super::rewire::{self, Side};

/// One change of the chain. Applied to a chain that lacks what it names, it changes nothing.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Edit {
    /// What people call the chain.
    Title(String),
    /// How many lanes, or their values.
    Lanes(Lanes),
    /// How many lanes run at once.
    Jobs(Option<u32>),
    /// Which stage's ending is the chain's.
    Status(StatusRule),
    /// The time that the whole run has.
    RunTimeout(Option<u64>),
    /// Another chain in place of this one.
    Replace(Box<Chain>),
    /// A new stage beside the selected one, wired in.
    Add(StageKind),
    /// A copy of a stage behind it, wired in.
    Duplicate(StageId),
    /// A stage goes; what fed it feeds what it fed.
    Remove(StageId),
    /// A stage changes places with its neighbour along the wires.
    Move(StageId, Side),
    /// What a stage is; `part` says which field of it was typed in.
    Shape {
        /// Which stage.
        stage: StageId,
        /// What it is now.
        kind: StageKind,
        /// The field, so that typing on in it stays one step.
        part: &'static str,
        /// Which of several such fields.
        index: usize,
    },
    /// What people call a stage.
    Label(StageId, Option<String>),
    /// How the wires into a port are merged.
    Merge(StageId, InputPort, FanIn),
    /// A new wire.
    Connect(OutputEnd, InputEnd),
    /// A wire goes.
    Disconnect(WireId),
    /// How a wire carries its bytes.
    Mode(WireId, WireMode),
}

/// A field that is typed in; edits of the same one in a row are one step of the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    /// The chain's title.
    Title,
    /// The lanes.
    Lanes,
    /// The lanes at once.
    Jobs,
    /// The run's time.
    RunTimeout,
    /// A stage's label.
    Label(StageId),
    /// A field of a stage.
    Shape(StageId, &'static str, usize),
}

impl Edit {
    /// The field that this edit types in, if it does.
    pub(super) fn field(&self) -> Option<Field> {
        Some(match self {
            Self::Title(_) => Field::Title,
            Self::Lanes(_) => Field::Lanes,
            Self::Jobs(_) => Field::Jobs,
            Self::RunTimeout(_) => Field::RunTimeout,
            Self::Label(stage, _) => Field::Label(stage.clone()),
            Self::Shape {
                stage, part, index, ..
            } if !part.is_empty() => Field::Shape(stage.clone(), part, *index),
            _ => return None,
        })
    }
}

/// Applies an edit and returns the stage that should be selected next, where that changes.
pub(super) fn apply(chain: &mut Chain, edit: &Edit, selected: Option<&StageId>) -> Option<StageId> {
    match edit {
        Edit::Title(title) => chain.title.clone_from(title),
        Edit::Lanes(lanes) => chain.lanes = lanes.clone(),
        Edit::Jobs(jobs) => chain.jobs = *jobs,
        Edit::Status(rule) => chain.status = *rule,
        Edit::RunTimeout(timeout) => chain.timeout_ms = *timeout,
        Edit::Replace(other) => chain.clone_from(other),
        Edit::Add(kind) => return Some(rewire::add(chain, kind.clone(), selected)),
        Edit::Duplicate(id) => return duplicate(chain, id),
        Edit::Remove(id) => return rewire::remove(chain, id),
        Edit::Move(id, side) => rewire::move_stage(chain, id, *side),
        Edit::Shape { stage, kind, .. } => {
            if let Some(stage) = chain.stages.iter_mut().find(|known| &known.id == stage) {
                stage.kind = kind.clone();
            }
        }
        Edit::Label(id, label) => {
            if let Some(stage) = chain.stages.iter_mut().find(|known| &known.id == id) {
                stage.label = label.clone().filter(|label| !label.is_empty());
            }
        }
        Edit::Merge(id, port, fan_in) => {
            if let Some(stage) = chain.stages.iter_mut().find(|known| &known.id == id) {
                stage.fan_in.insert(*port, *fan_in);
            }
        }
        Edit::Connect(from, to) => rewire::connect(chain, from.clone(), to.clone()),
        Edit::Disconnect(id) => chain.wires.retain(|wire| &wire.id != id),
        Edit::Mode(id, mode) => {
            if let Some(wire) = chain.wires.iter_mut().find(|wire| &wire.id == id) {
                wire.mode = *mode;
            }
        }
    }
    None
}

fn duplicate(chain: &mut Chain, id: &StageId) -> Option<StageId> {
    let original = chain.stage(id)?.clone();
    let copy = rewire::add(chain, original.kind, Some(id));
    let stage = chain.stages.iter_mut().find(|stage| stage.id == copy)?;
    stage.label = original.label;
    stage.fan_in = original.fan_in;
    Some(copy)
}
