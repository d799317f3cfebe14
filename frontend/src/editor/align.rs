//! Selected stages and notes in a row or a column. No card comes to stand on another of them.

use pipeyard_shared::chain::{Chain, Point};
use pipeyard_shared::{NoteId, StageId};

use super::Parts;
use super::layout::{Area, CARD_HEIGHT, card_width};
use super::place::{Arrangement, Places};

/// The least that is left between two parts.
const GAP: f64 = 24.0;

/// How parts are put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    /// With their left edges below each other.
    Left,
    /// With their upper edges side by side.
    Top,
    /// From left to right with the same space between.
    Across,
    /// Downwards, likewise.
    Down,
}

/// A part and where it stands.
struct Member {
    id: Id,
    area: Area,
}

enum Id {
    Stage(StageId),
    Note(NoteId),
}

/// Where the parts are put.
pub(crate) fn aligned(chain: &Chain, parts: &Parts, seen: &Places, how: Align) -> Arrangement {
    let mut members = members(chain, parts, seen);
    let across = matches!(how, Align::Top | Align::Across);
    // In their order along the line on which they come to stand.
    let along = |area: &Area| {
        if across {
            (area.x, area.y)
        } else {
            (area.y, area.x)
        }
    };
    members.sort_by(|one, other| {
        let (one, other) = (along(&one.area), along(&other.area));
        one.0.total_cmp(&other.0).then(one.1.total_cmp(&other.1))
    });
    let edge = |of: fn(&Area) -> f64| {
        members
            .iter()
            .map(|member| of(&member.area))
            .fold(f64::INFINITY, f64::min)
    };
    let (left, top) = (edge(|area| area.x), edge(|area| area.y));
    let size = |area: &Area| if across { area.width } else { area.height };
    let start = |area: &Area| along(area).0;
    let gap = match how {
        Align::Left | Align::Top => None,
        Align::Across | Align::Down => {
            let first = members.first().map_or(0.0, |member| start(&member.area));
            let end = members
                .iter()
                .map(|member| start(&member.area) + size(&member.area));
            let room = end.fold(f64::NEG_INFINITY, f64::max) - first;
            let taken: f64 = members.iter().map(|member| size(&member.area)).sum();
            let gaps = members.len().saturating_sub(1).max(1) as f64;
            Some(((room - taken) / gaps).max(GAP))
        }
    };
    let mut free = f64::NEG_INFINITY;
    let mut wanted = Arrangement::default();
    for member in members {
        let mut area = member.area;
        match how {
            Align::Left => area.x = left,
            Align::Top => area.y = top,
            Align::Across | Align::Down => {}
        }
        let at = match gap {
            Some(gap) if free.is_finite() => free + gap,
            Some(_) => start(&area),
            None => start(&area).max(free + GAP),
        };
        free = at + size(&area);
        if across {
            area.x = at;
        } else {
            area.y = at;
        }
        let at = Point::new(area.x, area.y);
        match member.id {
            Id::Stage(id) => wanted.stages.push((id, at)),
            Id::Note(id) => wanted.notes.push((id, at)),
        }
    }
    wanted
}

fn members(chain: &Chain, parts: &Parts, seen: &Places) -> Vec<Member> {
    let stages = chain
        .stages
        .iter()
        .filter(|stage| parts.stages.contains(&stage.id));
    let stages = stages.filter_map(|stage| {
        let at = stage.at.or_else(|| seen.get(&stage.id).copied())?;
        let area = Area {
            x: at.x,
            y: at.y,
            width: card_width(stage, chain).1,
            height: CARD_HEIGHT,
        };
        Some(Member {
            id: Id::Stage(stage.id.clone()),
            area,
        })
    });
    let notes = chain
        .notes
        .iter()
        .filter(|note| parts.notes.contains(&note.id));
    let notes = notes.map(|note| Member {
        id: Id::Note(note.id.clone()),
        area: Area::of_note(note),
    });
    stages.chain(notes).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use pipeyard_shared::chain::Stage;
    use pipeyard_shared::ordered;

    fn case(points: &[(f64, f64)]) -> (Chain, Parts, Places) {
        let mut chain = Chain::new("");
        let mut seen = Vec::new();
        for (number, (x, y)) in points.iter().enumerate() {
            let id = format!("s{number}");
            chain.stages.push(Stage::process(&id, "cat", []));
            seen.push((StageId::new(id), Point::new(*x, *y)));
        }
        let parts = Parts::of_stages(chain.stages.iter().map(|stage| stage.id.clone()));
        (chain, parts, ordered::map(seen))
    }

    fn put(points: &[(f64, f64)], how: Align) -> Vec<(f64, f64)> {
        let (chain, parts, seen) = case(points);
        let mut wanted = aligned(&chain, &parts, &seen, how).stages;
        wanted.sort_by(|one, other| one.0.cmp(&other.0));
        wanted.iter().map(|(_, at)| (at.x, at.y)).collect()
    }

    #[test]
    fn edges_meet_and_nothing_covers_another() {
        assert_eq!(
            put(&[(50.0, 0.0), (10.0, 300.0)], Align::Left),
            [(10.0, 0.0), (10.0, 300.0)]
        );
        assert_eq!(
            put(&[(0.0, 40.0), (900.0, 10.0)], Align::Top),
            [(0.0, 10.0), (900.0, 10.0)]
        );
        let stacked = put(&[(0.0, 0.0), (400.0, 0.0)], Align::Left);
        assert_eq!(stacked[0], (0.0, 0.0));
        assert_eq!(
            stacked[1],
            (0.0, CARD_HEIGHT + GAP),
            "side by side, they come below each other"
        );
    }

    #[test]
    fn spaces_between_become_the_same() {
        let down = put(&[(0.0, 0.0), (5.0, 130.0), (9.0, 600.0)], Align::Down);
        assert_eq!((down[0].1, down[2].1), (0.0, 600.0), "the ends stay");
        assert_eq!(down[1].1 - down[0].1, down[2].1 - down[1].1);
        let across = put(&[(0.0, 0.0), (1.0, 0.0)], Align::Across);
        assert!(
            across[1].0 >= across[0].0 + GAP,
            "what was on one another is drawn apart"
        );
    }
}
