//! The edits of a chain.

use std::rc::Rc;

use pipeyard_shared::chain::{
    Chain, FanIn, InputEnd, InputPort, Lanes, OutputEnd, Point, Size, StageKind, StatusRule,
    WireMode,
};
use pipeyard_shared::{GroupId, NoteId, StageId, WireId};

use super::Parts;
use super::connect::Port;
use super::fragment::Put;
use super::place::{Arrangement, Places};
use super::rewire::Side;

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
    /// The same chain as its shell text was typed anew; typing on is the same step.
    Retype(Box<Chain>),
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
    /// A new wire, where [`can_connect`](super::connect::can_connect) has nothing against it.
    Connect(OutputEnd, InputEnd),
    /// An end of a wire goes to another port, where `can_rewire` has nothing against it.
    Rewire(WireId, Port),
    /// A wire goes.
    Disconnect(WireId),
    /// How a wire carries its bytes.
    Mode(WireId, WireMode),
    /// A wire changes places with the one that is read before it at the same input, or behind it.
    Order(WireId, Side),
    /// What is asked of a wire before its data is shown; nothing, or an empty text, for no question.
    Ask(WireId, Option<String>),
    /// A new stage where a person wants it, joined to a port where it can be.
    AddAt {
        /// What it is.
        kind: StageKind,
        /// Its upper left corner.
        at: Point,
        /// What it is joined to.
        join: Option<Port>,
        /// Where all others are seen.
        seen: Rc<Places>,
    },
    /// A new stage joined to a port, where it can be; it finds its own place.
    AddAtPort(StageKind, Port),
    /// A new stage within a wire, at a place of its own where one is named.
    Insert {
        /// Which wire.
        wire: WireId,
        /// What the stage is.
        kind: StageKind,
        /// Its upper left corner, and where all others are seen.
        at: Option<(Point, Rc<Places>)>,
    },
    /// A stage that is there goes into a wire, where [`can_put_on`](super::can_put_on) has nothing against it.
    PutOn(WireId, StageId),
    /// Stages and notes are put where they are wanted; what is seen of all others stays where it is.
    Arrange(Box<Arrangement>, Rc<Places>),
    /// Stages and notes move a little; moving them on is the same step.
    Nudge {
        /// Which.
        parts: Parts,
        /// How far.
        by: Point,
        /// Where all stages are seen.
        seen: Rc<Places>,
    },
    /// All stages are laid out automatically again.
    Tidy,
    /// Parts go, with the wires at them.
    RemoveAll {
        /// Which.
        parts: Parts,
        /// Whether what fed a stage feeds what it fed.
        reconnect: bool,
    },
    /// Whether a run leaves stages out.
    Bypass(Vec<StageId>, bool),
    /// Copies of parts beside them, with the wires among them.
    DuplicateAll(Parts, Rc<Places>),
    /// A copy of a fragment.
    Paste {
        /// The fragment.
        fragment: Box<Chain>,
        /// Where.
        put: Put,
        /// Where all stages are seen.
        seen: Rc<Places>,
    },
    /// A new note, with its upper left corner here.
    AddNote(Point, String),
    /// What a note says.
    NoteText(NoteId, String),
    /// How large a note is.
    NoteSize(NoteId, Size),
    /// Stages become a group with this title.
    Group(Vec<StageId>, String),
    /// What people call a group.
    GroupTitle(GroupId, String),
    /// Whether one card stands for a group.
    Collapse(GroupId, bool),
    /// A group goes, its stages stay.
    Dissolve(GroupId),
    /// Several edits as one step.
    All(Vec<Edit>),
}

/// A field that is typed in; edits of the same one in a row are one step of the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    /// The chain's title.
    Title,
    /// The chain's shell text.
    Line,
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
    /// A wire's question.
    Ask(WireId),
    /// A note's text.
    NoteText(NoteId),
    /// A group's title.
    GroupTitle(GroupId),
    /// Where parts stand that are moved by keys.
    Nudge(Parts),
}

impl Edit {
    /// The field that this edit types in, if it does.
    pub(super) fn field(&self) -> Option<Field> {
        Some(match self {
            Self::Title(_) => Field::Title,
            Self::Retype(_) => Field::Line,
            Self::Lanes(_) => Field::Lanes,
            Self::Jobs(_) => Field::Jobs,
            Self::RunTimeout(_) => Field::RunTimeout,
            Self::Label(stage, _) => Field::Label(stage.clone()),
            Self::Shape {
                stage, part, index, ..
            } if !part.is_empty() => Field::Shape(stage.clone(), part, *index),
            Self::Ask(wire, Some(_)) => Field::Ask(wire.clone()),
            Self::NoteText(note, _) => Field::NoteText(note.clone()),
            Self::GroupTitle(group, _) => Field::GroupTitle(group.clone()),
            Self::Nudge { parts, .. } => Field::Nudge(parts.clone()),
            _ => return None,
        })
    }
}
