//! What a person has chosen dragging to do, which survives a reload.

use crate::editor::gesture::Ground;
use crate::storage;

/// How the canvas is handled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Handling {
    /// What dragging the ground does.
    pub(super) ground: Ground,
    /// Whether the grid holds what is moved.
    pub(super) snap: bool,
}

impl Handling {
    /// As it was left.
    pub(super) fn kept() -> Self {
        let kept = storage::handling().unwrap_or_default();
        Self {
            ground: match kept.contains("pan") {
                true => Ground::Pan,
                false => Ground::Marquee,
            },
            snap: kept.contains("snap"),
        }
    }

    /// Remembers it.
    pub(super) fn keep(self) {
        let pan = if self.ground == Ground::Pan {
            "pan "
        } else {
            ""
        };
        let snap = if self.snap { "snap" } else { "" };
        storage::keep_handling(&format!("{pan}{snap}"));
    }

    /// With the other use of the ground.
    pub(super) fn with_other_ground(self) -> Self {
        let ground = match self.ground {
            Ground::Pan => Ground::Marquee,
            Ground::Marquee => Ground::Pan,
        };
        Self { ground, ..self }
    }

    /// With the grid, or without.
    pub(super) fn with_other_snap(self) -> Self {
        let snap = !self.snap;
        Self { snap, ..self }
    }
}
