//! Rectangles on the canvas.

use crate::chain::{Note, Point};

use super::{ERROR_DROP, box_height};

/// A rectangle.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Area {
    /// Its left edge.
    pub x: f64,
    /// Its top.
    pub y: f64,
    /// To the right.
    pub width: f64,
    /// Downwards.
    pub height: f64,
}

impl Area {
    /// The rectangle between two corners, whichever.
    pub fn between(one: Point, other: Point) -> Self {
        Self {
            x: one.x.min(other.x),
            y: one.y.min(other.y),
            width: (one.x - other.x).abs(),
            height: (one.y - other.y).abs(),
        }
    }

    /// A note's.
    pub fn of_note(note: &Note) -> Self {
        let (at, size) = (note.at.clamped(), note.size.clamped());
        Self {
            x: at.x,
            y: at.y,
            width: size.width,
            height: size.height,
        }
    }

    /// Its upper left corner.
    pub fn corner(&self) -> Point {
        Point::new(self.x, self.y)
    }

    /// Its middle.
    pub fn centre(&self) -> Point {
        Point::new(self.x + self.width / 2.0, self.y + self.height / 2.0)
    }

    /// Larger by so much to each side.
    pub fn grown(&self, by: f64) -> Self {
        Self {
            x: self.x - by,
            y: self.y - by,
            width: self.width + 2.0 * by,
            height: self.height + 2.0 * by,
        }
    }

    /// The same, elsewhere.
    pub fn moved(&self, by: Point) -> Self {
        Self {
            x: self.x + by.x,
            y: self.y + by.y,
            ..*self
        }
    }

    /// Whether the two have a part in common that has a size.
    pub fn meets(&self, other: &Self) -> bool {
        self.x < other.x + other.width
            && other.x < self.x + self.width
            && self.y < other.y + other.height
            && other.y < self.y + self.height
    }

    /// Whether a place lies within it.
    pub fn holds(&self, at: Point) -> bool {
        (self.x..=self.x + self.width).contains(&at.x)
            && (self.y..=self.y + self.height).contains(&at.y)
    }

    /// The smallest one around all of them.
    pub fn around(areas: impl IntoIterator<Item = Self>) -> Option<Self> {
        areas.into_iter().reduce(|one, other| {
            let (x, y) = (one.x.min(other.x), one.y.min(other.y));
            Self {
                x,
                y,
                width: (one.x + one.width).max(other.x + other.width) - x,
                height: (one.y + one.height).max(other.y + other.height) - y,
            }
        })
    }

    /// The box for the standard error of the stage whose card this is.
    pub(super) fn errors_below(&self, lines: usize) -> Self {
        Self {
            y: self.y + self.height + ERROR_DROP,
            height: box_height(lines),
            ..*self
        }
    }

    /// A box for output at the height of a port: the line arrives at the middle of a low one.
    pub(super) fn output_at(port: Point, width: f64, lines: usize) -> Self {
        let height = box_height(lines);
        Self {
            x: port.x,
            y: port.y - (height / 2.0).min(super::PORT + 12.0),
            width,
            height,
        }
    }
}
