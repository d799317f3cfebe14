//! Drags that move, select, or change a size.

use std::collections::BTreeSet;
use std::rc::Rc;

use pipeyard_shared::chain::{Point, Size};
use pipeyard_shared::{NoteId, WireId};

use super::{Drag, Dragged, Outcome, Preview, Scene, Target, acting, hit, wiring};
use crate::editor::layout::{Area, CARD_HEIGHT};
use crate::editor::{Action, Arrangement, Edit, Parts, Selection, can_put_on};

/// The grid that cards can be held by.
pub(crate) const GRID: f64 = 20.0;

/// What is moved, and how far.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Moving {
    /// Stages, by their places in the chain.
    pub(crate) stages: BTreeSet<usize>,
    /// Notes.
    pub(crate) notes: BTreeSet<NoteId>,
    /// How far, on the canvas.
    pub(crate) by: Point,
    /// The wire into which the stage would be put.
    pub(crate) onto: Option<WireId>,
}

impl Drag {
    pub(super) fn preview(&self, scene: &Scene) -> Preview {
        let at = scene.view.to_canvas(self.at);
        match &self.what {
            Dragged::Marquee => {
                let area = Area::between(self.from, at);
                Preview::Marquee(area, hit::within(area, scene))
            }
            Dragged::Parts(parts, corner) => Preview::Moving(self.moving(parts, *corner, scene)),
            Dragged::Note(id) => match self.size(id, scene) {
                Some(size) => Preview::Sizing(id.clone(), size),
                None => Preview::None,
            },
            Dragged::Wire(loose) => wiring::preview(loose, Some(self.at), scene),
        }
    }

    /// Whether a wire is held by a port.
    pub(super) fn is_held(&self, scene: &Scene) -> bool {
        let at = scene.view.to_canvas(self.at);
        match &self.what {
            Dragged::Wire(loose) => hit::aim(&loose.end, at, scene).is_some(),
            _ => false,
        }
    }

    /// The drag is over: what comes of it.
    pub(super) fn end(&self, scene: &Scene) -> Outcome {
        let at = scene.view.to_canvas(self.at);
        match &self.what {
            Dragged::Marquee => {
                let mut parts = hit::within(Area::between(self.from, at), scene);
                if self.keys.shift || self.keys.add {
                    parts.extend(scene.selection.parts());
                }
                acting(Action::Select(Selection::of(parts)))
            }
            Dragged::Parts(parts, corner) => self.put_down(parts, *corner, scene),
            Dragged::Note(id) => match self.size(id, scene) {
                Some(size) => acting(Action::Edit(Edit::NoteSize(id.clone(), size))),
                None => Outcome::default(),
            },
            Dragged::Wire(loose) => wiring::end(loose, at, scene),
        }
    }

    fn put_down(&self, parts: &Parts, corner: Point, scene: &Scene) -> Outcome {
        let moving = self.moving(parts, corner, scene);
        if moving.by == Point::default() && moving.onto.is_none() {
            return acting(Action::Select(Selection::of(parts.clone())));
        }
        let seen = Rc::new(scene.layout.places(scene.chain));
        let (x, y) = (moving.by.x, moving.by.y);
        let stages = parts.stages.iter();
        let notes = scene.chain.notes.iter();
        let wanted = Arrangement {
            stages: stages
                .filter_map(|id| Some((id.clone(), seen.get(id)?.moved(x, y))))
                .collect(),
            notes: notes
                .filter(|note| parts.notes.contains(&note.id))
                .map(|note| (note.id.clone(), note.at.clamped().moved(x, y)))
                .collect(),
        };
        let arrange = Edit::Arrange(Box::new(wanted), seen);
        let edit = match (moving.onto, parts.stages.first()) {
            (Some(wire), Some(stage)) => Edit::All(vec![arrange, Edit::PutOn(wire, stage.clone())]),
            _ => arrange,
        };
        acting(Action::Edit(edit))
    }

    fn moving(&self, parts: &Parts, corner: Point, scene: &Scene) -> Moving {
        let by = self.distance(corner, scene);
        let stages = scene.chain.stages.iter().enumerate();
        Moving {
            stages: stages
                .filter(|(_, stage)| parts.stages.contains(&stage.id))
                .map(|(at, _)| at)
                .collect(),
            notes: parts.notes.clone(),
            by,
            onto: onto(parts, by, scene),
        }
    }

    /// How far: so that the corner of what was grabbed stands on the grid, where that holds.
    fn distance(&self, corner: Point, scene: &Scene) -> Point {
        let at = scene.view.to_canvas(self.at);
        let by = Point::new(at.x - self.from.x, at.y - self.from.y);
        if scene.snap == self.keys.alt {
            return by;
        }
        let held = |at: f64, by: f64| ((at + by) / GRID).round() * GRID - at;
        Point::new(held(corner.x, by.x), held(corner.y, by.y))
    }

    fn size(&self, id: &NoteId, scene: &Scene) -> Option<Size> {
        let note = scene.chain.note(id)?;
        let size = note.size.clamped();
        let corner = Point::new(note.at.x + size.width, note.at.y + size.height);
        let by = self.distance(corner, scene);
        let size = Size {
            width: size.width + by.x,
            height: size.height + by.y,
        };
        Some(size.clamped())
    }
}

/// The upper left corner of what is grabbed.
pub(super) fn corner(target: &Target, parts: &Parts, scene: &Scene) -> Option<Point> {
    match target {
        Target::Note(id) => Some(scene.chain.note(id)?.at.clamped()),
        Target::Card(id) => {
            let card = scene.layout.card(scene.chain.stage_index(id)?)?;
            Some(card.corner())
        }
        _ => {
            let first = parts.stages.first()?;
            let at = scene.chain.stage_index(first)?;
            Some(scene.layout.stands_for(at)?.corner())
        }
    }
}

/// The wire below a stage that could be put into it.
fn onto(parts: &Parts, by: Point, scene: &Scene) -> Option<WireId> {
    let stage = parts.stages.first().filter(|_| parts.count() == 1)?;
    let card = scene.layout.card(scene.chain.stage_index(stage)?)?;
    let centre = card.moved(by).centre();
    let wires = scene.layout.wires.iter().filter_map(|drawn| {
        let distance = drawn.route.distance(centre);
        let wire = scene.chain.wires.get(drawn.index)?;
        (distance <= CARD_HEIGHT / 2.0).then_some((distance, &wire.id))
    });
    let (_, nearest) = wires.min_by(|one, other| one.0.total_cmp(&other.0))?;
    can_put_on(scene.chain, nearest, stage)
        .is_ok()
        .then(|| nearest.clone())
}
