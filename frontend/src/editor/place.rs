//! Where a person has put things. Either every stage has a point or none: as long as none has, the chain is laid
//! out automatically.

use std::collections::BTreeMap;

use pipeyard_shared::chain::{Chain, Point};
use pipeyard_shared::ordered;
use pipeyard_shared::{NoteId, StageId};

use super::layout::{Area, CARD_HEIGHT, WIDEST_CARD, card_width, reading_order};

/// Where stages' cards are seen: the upper left corners.
pub(crate) type Places = BTreeMap<StageId, Point>;

/// Between a stage and the one that it is put beside.
const BESIDE: f64 = 104.0;
/// Between cards above each other.
const BELOW: f64 = 40.0;
/// Cards nearer than this are too near.
const NEAR: f64 = 16.0;

/// What is put where.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Arrangement {
    /// Stages.
    pub(crate) stages: Vec<(StageId, Point)>,
    /// Notes.
    pub(crate) notes: Vec<(NoteId, Point)>,
}

/// Whether a person has put the stages where they are.
pub(crate) fn is_placed(chain: &Chain) -> bool {
    chain.stages.iter().any(|stage| stage.at.is_some())
}

/// Puts things where they are wanted. What is seen of all other stages stays where it is.
pub(super) fn arrange(chain: &mut Chain, wanted: &Arrangement, seen: &Places) {
    let stages = ordered::map(wanted.stages.iter().map(|(id, at)| (id, *at)));
    let known = chain
        .stages
        .iter()
        .any(|stage| stages.contains_key(&stage.id));
    if known {
        keep_seen(chain, seen);
    }
    for stage in &mut chain.stages {
        if let Some(at) = stages.get(&stage.id) {
            stage.at = Some(at.clamped());
        }
    }
    for note in &mut chain.notes {
        if let Some((_, at)) = wanted.notes.iter().find(|(id, _)| *id == note.id) {
            note.at = at.clamped();
        }
    }
}

/// Every stage that has no point gets the one at which it is seen.
pub(super) fn keep_seen(chain: &mut Chain, seen: &Places) {
    for stage in &mut chain.stages {
        if stage.at.is_none() {
            stage.at = seen.get(&stage.id).copied().map(Point::clamped);
        }
    }
}

/// Lets the chain be laid out automatically again.
pub(super) fn tidy(chain: &mut Chain) {
    for stage in &mut chain.stages {
        stage.at = None;
    }
}

/// Where every stage of a placed chain stands: its own point, or a free place near what it is wired to. In the
/// chain's order.
pub(crate) fn points(chain: &Chain) -> Vec<Point> {
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

/// Gives every stage of a placed chain its point.
pub(super) fn fill(chain: &mut Chain) {
    let missing = chain.stages.iter().any(|stage| stage.at.is_none());
    if !missing || !is_placed(chain) {
        return;
    }
    let points = points(chain);
    for (stage, point) in chain.stages.iter_mut().zip(points) {
        stage.at = Some(point);
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
pub(super) fn free(taken: &[Area], wanted: Area) -> Point {
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
