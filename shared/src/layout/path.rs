//! The curves of wires.

use crate::chain::{InputPort, OutputPort, Point};

use super::ports::EXTRA_STEP;

/// A place on the canvas.
pub(super) type Spot = (f64, f64);

/// Room for any counter: no card is near.
const WIDE: f64 = 200.0;
/// How many points of a curve are looked at to tell how near it is.
const SAMPLES: usize = 16;
/// A port is at least so far above its card's lower edge, or below its upper one, and a wire keeps a distance.
const ROOM_BETWEEN: f64 = 110.0;

/// How a wire runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Route {
    /// One cubic curve by its four points.
    Curve([Spot; 4]),
    /// Down (or up) the right side, back at a height between, down (or up) the left side.
    Turn {
        /// Where it begins.
        from: Spot,
        /// Where it arrives.
        to: Spot,
        /// The height at which it goes back.
        between: f64,
    },
    /// Along straight lines from one of these places to the next, with round corners.
    Around([Spot; 6]),
}

impl Default for Route {
    fn default() -> Self {
        Self::Curve([(0.0, 0.0); 4])
    }
}

/// Below a card there is room for a sentence that hangs from it, and a wire keeps below that.
const BELOW_TAG: f64 = 30.0;
/// How far above a card, and how far to its left, a wire stays that goes round it.
const ABOVE: f64 = 28.0;
const BESIDE: f64 = 26.0;
/// The radius of a round corner.
const CORNER: f64 = 14.0;
/// How far a wire that turns goes out to the sides.
const TURN: f64 = 36.0;

impl Route {
    /// From port to port: out of a right or a lower edge, into a left or an upper one, in any direction.
    pub fn between(from: Spot, out: OutputPort, to: Spot, into: InputPort) -> Self {
        match (out, into) {
            (OutputPort::Stdout, InputPort::Stdin) => Self::across(from, to),
            (OutputPort::Stderr, InputPort::Stdin) => Self::from_below(from, to),
            (out, InputPort::Extra(number)) => Self::into_top(from, out, to, number),
        }
    }

    /// From an output on a right edge to an input on a left edge: one curve to the right, or round and
    /// back when the input stands further left.
    pub(super) fn across((x1, y1): Spot, (x2, y2): Spot) -> Self {
        let run = x2 - x1;
        if run >= 24.0 {
            let bend = run * 0.5;
            return Self::Curve([(x1, y1), (x1 + bend, y1), (x2 - bend, y2), (x2, y2)]);
        }
        let between = if y2 - y1 >= ROOM_BETWEEN {
            y2 - 78.0
        } else if y1 - y2 >= ROOM_BETWEEN + 24.0 {
            (y1 + y2) / 2.0 - 4.0
        } else {
            y1.max(y2) + 84.0
        };
        Self::Turn {
            from: (x1, y1),
            to: (x2, y2),
            between,
        }
    }

    /// From standard error on a bottom edge to an input on a left edge.
    fn from_below((x1, y1): Spot, (x2, y2): Spot) -> Self {
        let bend = ((x2 - x1).abs() * 0.5).clamp(36.0, 120.0);
        Self::Curve([(x1, y1), (x1, y1 + 56.0), (x2 - bend, y2), (x2, y2)])
    }

    /// To an extra input on an upper edge. From below a card that does not stand above, it goes round the card that
    /// it goes to.
    fn into_top((x1, y1): Spot, out: OutputPort, (x2, y2): Spot, number: u8) -> Self {
        if out == OutputPort::Stderr && y2 - y1 < BELOW_TAG + ABOVE {
            let beside = x2 - EXTRA_STEP * f64::from(number.saturating_sub(2)) - BESIDE;
            let (low, high) = (y1 + BELOW_TAG, y2 - ABOVE);
            return Self::Around([
                (x1, y1),
                (x1, low),
                (beside, low),
                (beside, high),
                (x2, high),
                (x2, y2),
            ]);
        }
        let bend = ((x2 - x1).abs() * 0.5).clamp(36.0, 160.0);
        let leaves = match out {
            OutputPort::Stdout => (x1 + bend, y1),
            OutputPort::Stderr => (x1, y1 + 56.0),
        };
        Self::Curve([(x1, y1), leaves, (x2, y2 - 56.0), (x2, y2)])
    }

    /// Straight down.
    pub(super) fn down((x, y): Spot, to: f64) -> Self {
        let third = (to - y) / 3.0;
        Self::Curve([(x, y), (x, y + third), (x, to - third), (x, to)])
    }

    /// The `d` of its path.
    pub fn path(&self) -> String {
        match *self {
            Self::Curve([(x1, y1), (x2, y2), (x3, y3), (x4, y4)]) => {
                format!("M{x1:.1} {y1:.1}C{x2:.1} {y2:.1} {x3:.1} {y3:.1} {x4:.1} {y4:.1}")
            }
            Self::Turn {
                from: (x1, y1),
                to: (x2, y2),
                between,
            } => format!(
                "M{x1:.1} {y1:.1}C{:.1} {y1:.1} {:.1} {between:.1} {:.1} {between:.1}\
                 L{:.1} {between:.1}C{:.1} {between:.1} {:.1} {y2:.1} {x2:.1} {y2:.1}",
                x1 + TURN,
                x1 + TURN,
                x1 - TURN,
                x2 + TURN,
                x2 - TURN,
                x2 - TURN,
            ),
            Self::Around(points) => around(&points),
        }
    }

    /// Where its counter stands.
    pub fn middle(&self) -> Spot {
        match *self {
            Self::Curve(points) => cubic(points, 0.5),
            Self::Turn { from, to, between } => ((from.0 + to.0) / 2.0, between),
            Self::Around([_, from, to, ..]) => ((from.0 + to.0) / 2.0, from.1),
        }
    }

    /// How wide its counter can be without covering a card.
    pub fn room(&self) -> f64 {
        match self {
            // Between two cards that stand side by side.
            Self::Curve([from, leaves, .., to]) if leaves.1 == from.1 && to.0 - from.0 >= 24.0 => {
                to.0 - from.0
            }
            _ => WIDE,
        }
    }

    /// How far a place is from it, about.
    pub fn distance(&self, from: Point) -> f64 {
        let mut points = Vec::with_capacity(2 * SAMPLES + 2);
        match *self {
            Self::Curve(curve) => sample(&mut points, curve),
            Self::Turn {
                from: (x1, y1),
                to: (x2, y2),
                between,
            } => {
                let out = [
                    (x1, y1),
                    (x1 + TURN, y1),
                    (x1 + TURN, between),
                    (x1 - TURN, between),
                ];
                let back = [
                    (x2 + TURN, between),
                    (x2 - TURN, between),
                    (x2 - TURN, y2),
                    (x2, y2),
                ];
                sample(&mut points, out);
                sample(&mut points, back);
            }
            Self::Around(corners) => points.extend(corners),
        }
        points
            .windows(2)
            .map(|pair| to_segment((from.x, from.y), pair[0], pair[1]))
            .fold(f64::INFINITY, f64::min)
    }
}

/// The `d` of lines with round corners.
fn around(points: &[Spot; 6]) -> String {
    // So far from one place towards another, but no farther than half of the way.
    let towards = |(x1, y1): Spot, (x2, y2): Spot| {
        let length = (x2 - x1).hypot(y2 - y1).max(1.0);
        let part = (CORNER / length).min(0.5);
        (x1 + (x2 - x1) * part, y1 + (y2 - y1) * part)
    };
    let (x, y) = points[0];
    let mut path = format!("M{x:.1} {y:.1}");
    for corner in points.windows(3) {
        let (x, y) = corner[1];
        let (from, to) = (towards(corner[1], corner[0]), towards(corner[1], corner[2]));
        path += &format!(
            "L{:.1} {:.1}Q{x:.1} {y:.1} {:.1} {:.1}",
            from.0, from.1, to.0, to.1
        );
    }
    let (x, y) = points[5];
    path + &format!("L{x:.1} {y:.1}")
}

fn sample(points: &mut Vec<Spot>, curve: [Spot; 4]) {
    points.extend((0..=SAMPLES).map(|step| cubic(curve, step as f64 / SAMPLES as f64)));
}

fn cubic([a, b, c, d]: [Spot; 4], t: f64) -> Spot {
    let u = 1.0 - t;
    let (p, q, r, s) = (u * u * u, 3.0 * u * u * t, 3.0 * u * t * t, t * t * t);
    (
        p * a.0 + q * b.0 + r * c.0 + s * d.0,
        p * a.1 + q * b.1 + r * c.1 + s * d.1,
    )
}

fn to_segment(at: Spot, one: Spot, other: Spot) -> f64 {
    let (x, y) = (other.0 - one.0, other.1 - one.1);
    let length = x * x + y * y;
    let along = if length > 0.0 {
        (((at.0 - one.0) * x + (at.1 - one.1) * y) / length).clamp(0.0, 1.0)
    } else {
        0.0
    };
    (at.0 - one.0 - along * x).hypot(at.1 - one.1 - along * y)
}
