//! What the machine is told, what it sees, and what it says.

use pipeyard_shared::chain::{Chain, Point, Size};
use pipeyard_shared::{GroupId, NoteId, StageId, WireId};

use super::{Moving, Wiring};
use crate::editor::layout::{Area, Layout};
use crate::editor::view::{Screen, View};
use crate::editor::{Action, Parts, Port, Selection, WhyNot};

/// What the pointer is on.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Target {
    /// Nothing.
    Ground,
    /// A stage's card.
    Card(StageId),
    /// A group's title, or the card that stands for it.
    Group(GroupId),
    /// A port.
    Port(Port),
    /// A wire, or its counter.
    Wire(WireId),
    /// The handle at an end of a selected wire; the port is where the end is now.
    WireEnd(WireId, Port),
    /// A note.
    Note(NoteId),
    /// The corner of a note by which its size is changed.
    NoteCorner(NoteId),
}

/// What points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A mouse.
    Mouse,
    /// A pen.
    Pen,
    /// A finger.
    Touch,
}

/// Which button is pressed; fingers and pens have the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Button {
    /// The first.
    Primary,
    /// The wheel.
    Middle,
    /// Any other: not for gestures.
    Other,
}

/// Keys that are held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Keys {
    /// Shift: a marquee on the ground; adds to the selection.
    pub(crate) shift: bool,
    /// Ctrl or Cmd: adds to the selection.
    pub(crate) add: bool,
    /// Alt: the grid holds where it would not, and does not where it would.
    pub(crate) alt: bool,
    /// Space: dragging moves the view.
    pub(crate) space: bool,
}

/// A pointer at an instant.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Pointer {
    /// The browser's number for it.
    pub(crate) id: i32,
    /// What it is.
    pub(crate) kind: Kind,
    /// What is pressed; means something when it goes down.
    pub(crate) button: Button,
    /// Where it is on the screen.
    pub(crate) at: Point,
    /// When, in milliseconds on any clock that only goes forward.
    pub(crate) time_ms: f64,
    /// What is held.
    pub(crate) keys: Keys,
    /// What it is on; means something when it goes down.
    pub(crate) over: Target,
}

/// What happens.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Input {
    /// A button or a finger goes down.
    Down(Pointer),
    /// A pointer moves, pressed or not.
    Move(Pointer),
    /// It goes up.
    Up(Pointer),
    /// The browser has taken a pointer away.
    Cancel(i32),
    /// Escape.
    Escape,
    /// So many milliseconds have passed; only asked for while [`Gesture::needs_ticks`](super::Gesture::needs_ticks).
    Tick(f64),
    /// A port is chosen by keyboard: the first takes a wire up, the second joins.
    Pick(Port),
}

/// What dragging the ground does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Ground {
    /// Selects what it touches; fingers move the view all the same.
    #[default]
    Marquee,
    /// Moves the view.
    Pan,
}

/// What the machine can see.
#[derive(Clone, Copy)]
pub(crate) struct Scene<'a> {
    /// The chain.
    pub(crate) chain: &'a Chain,
    /// Where its parts are.
    pub(crate) layout: &'a Layout,
    /// What is selected.
    pub(crate) selection: &'a Selection,
    /// How the canvas is looked at.
    pub(crate) view: View,
    /// Through what.
    pub(crate) screen: Screen,
    /// What dragging the ground does.
    pub(crate) ground: Ground,
    /// Whether the grid holds what is moved.
    pub(crate) snap: bool,
    /// Whether nothing can be changed.
    pub(crate) read_only: bool,
}

/// What has come of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Outcome {
    /// The canvas is looked at like this now.
    pub(crate) view: Option<View>,
    /// What the editor should do.
    pub(crate) action: Option<Action>,
    /// What the page should open.
    pub(crate) ask: Option<Ask>,
    /// Why two ports were not joined.
    pub(crate) refused: Option<WhyNot>,
}

/// What the page should open.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Ask {
    /// The list of stages to add, here on the canvas, to be joined to this port.
    Add(Point, Option<Port>),
    /// The menu of what is selected, here on the screen.
    Menu(Point),
    /// What a double click opens.
    Open(Target),
}

/// What would come of it, to be drawn.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Preview {
    /// Nothing.
    #[default]
    None,
    /// The view moves.
    Panning,
    /// What would be selected.
    Marquee(Area, Parts),
    /// What is moved, and how far.
    Moving(Moving),
    /// A wire without an end.
    Wiring(Wiring),
    /// A note's size.
    Sizing(NoteId, Size),
}
