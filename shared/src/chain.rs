//! The chain: stages, wires and options, as versioned JSON.
//!
//! A chain is only data. What may stand in it is said by the types; what must hold between its
//! parts is said by [`check`](crate::check::check), which finds every problem at once.

mod name;
mod note;
mod part;
mod read;
mod reduce;
mod stage;
mod wire;

use serde::{Deserialize, Serialize};

pub use name::Names;
pub use note::{FARTHEST, Group, MOST_SIZE, Note, Point, Size};
pub use read::ReadError;
pub use reduce::REDUCED_WIRES;
pub use stage::{
    Access, File, Input, Process, Setup, Shell, Stage, StageKind, Stderr, Stdin, Variable,
};
pub use wire::{
    FIRST_EXTRA_INPUT, FanIn, InputEnd, InputPort, LAST_EXTRA_INPUT, OutputEnd, OutputPort, Wire,
    WireMode,
};

use crate::id::{GroupId, LaneNumber, NoteId, StageId, WireId};
use crate::text::Text;

/// The version of the chain's JSON that this code writes, and the newest that it reads.
pub const CHAIN_VERSION: u32 = 1;

/// A definition that can be run: the boxes, what joins them, and how many copies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chain {
    /// Always [`CHAIN_VERSION`] in memory; [`Chain::from_json`] refuses others before reading on.
    pub pipeyard: u32,
    /// What people call it; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// The boxes, in the order in which they are started and shown.
    pub stages: Vec<Stage>,
    /// What joins them. The order matters to a fan-in that is [`FanIn::Ordered`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wires: Vec<Wire>,
    /// How many parallel copies of the whole chain a run starts.
    #[serde(default, skip_serializing_if = "Lanes::is_single")]
    pub lanes: Lanes,
    /// How many lanes run at once; all of them when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jobs: Option<u32>,
    /// Which stage's ending is the chain's.
    #[serde(default, skip_serializing_if = "StatusRule::is_last")]
    pub status: StatusRule,
    /// Ends the whole run after so many milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<u64>,
    /// Texts on the canvas. They say nothing to a run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
    /// Stages that are shown as one thing. They say nothing to a run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<Group>,
}

/// How many lanes a run has, and what tells them apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "`lanes` must be a number of lanes or a list of values"
)]
pub enum Lanes {
    /// So many copies; `{lane}` is the only difference.
    Count(u32),
    /// One copy a value; `{value}` is replaced by it.
    Values(Vec<Text>),
}

/// Which ending is the chain's status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatusRule {
    /// The last stage's, as POSIX says of a pipeline (XCU 2.9.2).
    #[default]
    Last,
    /// The last one that failed, as bash's `set -o pipefail`.
    Pipefail,
}

impl Chain {
    /// A chain without stages, in one lane.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            pipeyard: CHAIN_VERSION,
            title: title.into(),
            stages: Vec::new(),
            wires: Vec::new(),
            lanes: Lanes::default(),
            jobs: None,
            status: StatusRule::Last,
            timeout_ms: None,
            notes: Vec::new(),
            groups: Vec::new(),
        }
    }

    /// Stages joined one after another, standard output to standard input.
    pub fn of_stages(title: impl Into<String>, stages: Vec<Stage>) -> Self {
        let mut chain = Self::new(title);
        for pair in stages.windows(2) {
            let number = chain.wires.len() + 1;
            chain.wires.push(Wire::between(
                WireId::new(format!("w{number}")),
                (pair[0].id.clone(), OutputPort::Stdout),
                (pair[1].id.clone(), InputPort::Stdin),
            ));
        }
        chain.stages = stages;
        chain
    }

    /// The stage with this id.
    pub fn stage(&self, id: &StageId) -> Option<&Stage> {
        self.stages.iter().find(|stage| &stage.id == id)
    }

    /// Where in [`Chain::stages`] the stage with this id stands.
    pub fn stage_index(&self, id: &StageId) -> Option<usize> {
        self.stages.iter().position(|stage| &stage.id == id)
    }

    /// The wire with this id.
    pub fn wire(&self, id: &WireId) -> Option<&Wire> {
        self.wires.iter().find(|wire| &wire.id == id)
    }

    /// The note with this id.
    pub fn note(&self, id: &NoteId) -> Option<&Note> {
        self.notes.iter().find(|note| &note.id == id)
    }

    /// The group with this id.
    pub fn group(&self, id: &GroupId) -> Option<&Group> {
        self.groups.iter().find(|group| &group.id == id)
    }

    /// The group that a stage belongs to.
    pub fn group_of(&self, stage: &StageId) -> Option<&Group> {
        self.groups
            .iter()
            .find(|group| group.stages.contains(stage))
    }

    /// The wires that leave an output port, in the chain's order.
    pub fn wires_from<'a>(
        &'a self,
        stage: &'a StageId,
        port: OutputPort,
    ) -> impl Iterator<Item = &'a Wire> {
        self.wires
            .iter()
            .filter(move |wire| wire.from.port == port && &wire.from.stage == stage)
    }

    /// The wires that arrive at an input port, in the chain's order.
    pub fn wires_to<'a>(
        &'a self,
        stage: &'a StageId,
        port: InputPort,
    ) -> impl Iterator<Item = &'a Wire> {
        self.wires
            .iter()
            .filter(move |wire| wire.to.port == port && &wire.to.stage == stage)
    }

    /// The chain as JSON on one line.
    pub fn to_json(&self) -> String {
        // Every field is text, a number or a list of these, which JSON can always hold.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The chain as a part of something else that is JSON. It goes by its text: another way to write all that a
    /// chain can hold would weigh some kilobytes in the page.
    pub fn to_value(&self) -> serde_json::Value {
        serde_json::from_str(&self.to_json()).unwrap_or_default()
    }

    /// The chain as indented JSON that people read and keep in files, with a final newline.
    pub fn to_json_pretty(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }
}

impl Lanes {
    /// How many lanes there are.
    pub fn count(&self) -> usize {
        match self {
            Self::Count(count) => *count as usize,
            Self::Values(values) => values.len(),
        }
    }

    /// The value of a lane, where there are values.
    pub fn value(&self, lane: LaneNumber) -> Option<&Text> {
        match self {
            Self::Count(_) => None,
            Self::Values(values) => values.get(lane.index()),
        }
    }

    /// Whether it is the ordinary single lane.
    pub fn is_single(&self) -> bool {
        *self == Self::default()
    }
}

impl Default for Lanes {
    fn default() -> Self {
        Self::Count(1)
    }
}

impl StatusRule {
    fn is_last(&self) -> bool {
        *self == Self::Last
    }
}

/// For fields that are written only when they are true.
fn is_false(value: &bool) -> bool {
    !value
}
