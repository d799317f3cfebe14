//! What stands on the canvas besides stages and wires: notes, and groups of stages.

use serde::{Deserialize, Serialize};

use super::is_false;
use crate::id::{GroupId, NoteId, StageId};

/// How far from the canvas's origin anything may stand, to each side.
pub const FARTHEST: f64 = 1_000_000.0;
/// The least and the most that a note may measure, in each direction.
pub const MOST_SIZE: (f64, f64) = (40.0, 4_000.0);

/// A place on the canvas, in its own units (pixels at 100 %).
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Downwards.
    pub y: f64,
}

/// How large something is on the canvas, in the same units.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Size {
    /// To the right.
    pub width: f64,
    /// Downwards.
    pub height: f64,
}

/// A text on the canvas.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// Its name within the chain.
    pub id: NoteId,
    /// Its upper left corner.
    pub at: Point,
    /// How large it is.
    pub size: Size,
    /// What it says; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
}

/// Stages that are shown as one thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Its name within the chain.
    pub id: GroupId,
    /// What people call it; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// Which stages. A stage belongs to one group at most.
    pub stages: Vec<StageId>,
    /// Whether one card stands for all of them.
    #[serde(default, skip_serializing_if = "is_false")]
    pub collapsed: bool,
}

impl Point {
    /// A place.
    pub fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    /// The same place, or the nearest one that is allowed: numbers of a file can be of any size.
    pub fn clamped(self) -> Self {
        Self {
            x: self.x.clamp(-FARTHEST, FARTHEST),
            y: self.y.clamp(-FARTHEST, FARTHEST),
        }
    }

    /// The place so far to the right and below.
    pub fn moved(self, x: f64, y: f64) -> Self {
        Self::new(self.x + x, self.y + y).clamped()
    }
}

impl Size {
    /// The same size, or the nearest one that is allowed.
    pub fn clamped(self) -> Self {
        let (least, most) = MOST_SIZE;
        Self {
            width: self.width.clamp(least, most),
            height: self.height.clamp(least, most),
        }
    }
}
