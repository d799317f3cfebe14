//! The curves of wires.

use super::Drawn;

/// A place on the canvas.
type Spot = (f64, f64);

/// Room for any counter: no card is near.
const WIDE: f64 = 200.0;

/// From an output on a right edge to an input on a left edge: one curve to the right, or round and
/// back when the input stands further left.
pub(super) fn across((x1, y1): Spot, (x2, y2): Spot) -> Drawn {
    let run = x2 - x1;
    if run >= 24.0 {
        let bend = run * 0.5;
        return drawn(
            format!(
                "M{x1:.1} {y1:.1}C{:.1} {y1:.1} {:.1} {y2:.1} {x2:.1} {y2:.1}",
                x1 + bend,
                x2 - bend
            ),
            ((x1 + x2) / 2.0, (y1 + y2) / 2.0),
            run,
        );
    }
    // Down the right side, back between the rows, down the left side.
    let turn = 36.0;
    let between = if y2 > y1 + 60.0 {
        y2 - 78.0
    } else {
        y1.max(y2) + 84.0
    };
    drawn(
        format!(
            "M{x1:.1} {y1:.1}C{:.1} {y1:.1} {:.1} {between:.1} {:.1} {between:.1}\
             L{:.1} {between:.1}C{:.1} {between:.1} {:.1} {y2:.1} {x2:.1} {y2:.1}",
            x1 + turn,
            x1 + turn,
            x1 - turn,
            x2 + turn,
            x2 - turn,
            x2 - turn,
        ),
        ((x1 + x2) / 2.0, between),
        WIDE,
    )
}

/// From standard error on a bottom edge to an input on a left edge.
pub(super) fn from_below((x1, y1): Spot, (x2, y2): Spot) -> Drawn {
    let drop = 56.0;
    let bend = ((x2 - x1).abs() * 0.5).clamp(36.0, 120.0);
    drawn(
        format!(
            "M{x1:.1} {y1:.1}C{x1:.1} {:.1} {:.1} {y2:.1} {x2:.1} {y2:.1}",
            y1 + drop,
            x2 - bend
        ),
        // The point of the curve at its half.
        (
            (x1 + 3.0 * x1 + 3.0 * (x2 - bend) + x2) / 8.0,
            (y1 + 3.0 * (y1 + drop) + 3.0 * y2 + y2) / 8.0,
        ),
        WIDE,
    )
}

/// Straight down.
pub(super) fn down((x, y): Spot, to: f64) -> Drawn {
    drawn(
        format!("M{x:.1} {y:.1}L{x:.1} {to:.1}"),
        (x, (y + to) / 2.0),
        WIDE,
    )
}

fn drawn(path: String, middle: Spot, room: f64) -> Drawn {
    Drawn {
        index: 0,
        path,
        middle,
        room,
    }
}

impl Drawn {
    /// The same, for this wire.
    pub(super) fn at(self, index: usize) -> Self {
        Self { index, ..self }
    }
}
