//! Where a person has put stages. Either every stage has a point or none: as long as none has, the chain is laid
//! out automatically.

use std::collections::BTreeMap;

use super::{Area, CARD_HEIGHT, WIDEST_CARD, card_width, reading_order};
use crate::chain::{Chain, Point};
use crate::id::StageId;
use crate::ordered;

/// Where stages' cards are seen: the upper left corners.
pub type Places = BTreeMap<StageId, Point>;

/// Between a stage and the one that it is put beside.
const BESIDE: f64 = 104.0;
/// Between cards above each other.
const BELOW: f64 = 40.0;
/// Cards nearer than this are too near.
const NEAR: f64 = 16.0;

/// Whether a person has put the stages where they are.
pub fn is_placed(chain: &Chain) -> bool {
    chain.stages.iter().any(|stage| stage.at.is_some())
}

/// Where every stage of a placed chain stands: its own point, or a free place near what it is wired to. In the
/// chain's order.
pub fn points(chain: &Chain) -> Vec<Point> {
    if chain.stages.iter().all(|stage| stage.at.is_some()) {
        let points = chain.stages.iter().filter_map(|stage| stage.at);
        return points.map(Point::clamped).collect();
    }
    let mut points: Vec<Option<Point>> = chain
        .stages
        .iter()
        .map(|stage| stage.at.map(Point::clamped))
        .collect();
    let stages = chain.stages.iter().enumerate();
    let index = ordered::map(stages.map(|(at, stage)| (&stage.id, at)));
    let missing: Vec<usize> = (0..points.len())
        .filter(|at| points[*at].is_none())
        .collect();
    // Those that feed come before those that are fed.
    let order = if missing.len() > 1 {
        reading_order(chain)
    } else {
        missing
    };
    for at in order {
        if points[at].is_some() {
            continue;
        }
        let wanted = near(chain, &index, &points, at);
        let taken: Vec<Area> = points.iter().flatten().map(|at| area(*at)).collect();
        points[at] = Some(free(&taken, area(wanted)));
    }
    points.into_iter().map(Option::unwrap_or_default).collect()
}

/// Takes their point from those of these stages that would cover another one's card: [`points`] finds them a free place.
pub fn uncover(chain: &mut Chain, of_these: impl Fn(&StageId) -> bool) {
    for place in 0..chain.stages.len() {
        let stage = &chain.stages[place];
        let Some(at) = stage.at.filter(|_| of_these(&stage.id)) else {
            continue;
        };
        let own = area(at.clamped());
        let others = chain.stages.iter().enumerate();
        let mut others = others.filter(|(other, _)| *other != place);
        if others.any(|(_, other)| other.at.is_some_and(|at| area(at.clamped()).meets(&own))) {
            chain.stages[place].at = None;
        }
    }
}

/// Between a feeder and a reader, to the right of a feeder, to the left of a reader, or below everything.
fn near(
    chain: &Chain,
    index: &BTreeMap<&StageId, usize>,
    points: &[Option<Point>],
    stage: usize,
) -> Point {
    let id = &chain.stages[stage].id;
    let point = |id: &StageId| {
        let at = *index.get(id)?;
        points[at].map(|point| (at, point))
    };
    let width = |at: usize| card_width(&chain.stages[at], chain).1;
    let feeder = chain
        .wires
        .iter()
        .filter(|wire| wire.to.stage == *id)
        .find_map(|wire| point(&wire.from.stage));
    let reader = chain
        .wires
        .iter()
        .filter(|wire| wire.from.stage == *id)
        .find_map(|wire| point(&wire.to.stage));
    match (feeder, reader) {
        (Some((from, one)), Some((_, other))) => {
            let right = one.x + width(from);
            let gap = other.x - right;
            if gap >= width(stage) + 2.0 * NEAR {
                Point::new(right + (gap - width(stage)) / 2.0, (one.y + other.y) / 2.0)
            } else {
                Point::new(right + BESIDE, one.y)
            }
        }
        (Some((from, one)), None) => Point::new(one.x + width(from) + BESIDE, one.y),
        (None, Some((_, other))) => Point::new(other.x - width(stage) - BESIDE, other.y),
        (None, None) => {
            let known = || points.iter().flatten();
            let left = known().map(|point| point.x).fold(f64::INFINITY, f64::min);
            let low = known()
                .map(|point| point.y)
                .fold(f64::NEG_INFINITY, f64::max);
            if left.is_finite() && low.is_finite() {
                Point::new(left, low + CARD_HEIGHT + BELOW)
            } else {
                Point::default()
            }
        }
    }
}

/// A card's, as wide as it could be.
fn area(at: Point) -> Area {
    Area {
        x: at.x,
        y: at.y,
        width: WIDEST_CARD,
        height: CARD_HEIGHT,
    }
}

/// The wanted place, or the first free one below it.
fn free(taken: &[Area], wanted: Area) -> Point {
    let mut place = wanted;
    // Only what stands above each other with it can be in the way, and each of these at most once.
    for _ in 0..=taken.len() {
        let around = place.grown(NEAR);
        match taken
            .iter()
            .filter(|area| area.meets(&around))
            .max_by(|one, other| one.y.total_cmp(&other.y))
        {
            Some(area) => place.y = area.y + area.height + BELOW,
            None => break,
        }
    }
    Point::new(place.x, place.y).clamped()
}
