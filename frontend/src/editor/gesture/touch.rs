//! Taps, and what makes a press a drag; two fingers.

use pipeyard_shared::chain::Point;

use super::{
    Ask, DOUBLE_MS, Drag, Dragged, Gesture, Ground, Kind, Loose, Outcome, Pointer, Scene, State,
    Target, acting, looking, wiring,
};
use crate::editor::connect::other_end;
use crate::editor::layout::port_at;
use crate::editor::{Action, Part, Parts, Selection};

/// Whether a pointer is far enough from where it went down.
pub(super) fn is_drag(start: &Pointer, now: &Pointer) -> bool {
    let threshold = match start.kind {
        Kind::Mouse => 4.0,
        Kind::Pen => 6.0,
        Kind::Touch => 10.0,
    };
    (now.at.x - start.at.x).hypot(now.at.y - start.at.y) >= threshold
}

/// Moves and zooms so that what was under two fingers still is.
pub(super) fn pinch(
    before: &[(i32, Kind, Point)],
    now: &[(i32, Kind, Point)],
    scene: &Scene,
) -> Outcome {
    let two = |of: &[(i32, Kind, Point)]| {
        let mut fingers = of.iter().filter(|(_, kind, _)| *kind == Kind::Touch);
        Some((fingers.next()?.2, fingers.next()?.2))
    };
    let Some(((a, b), (c, d))) = two(before).zip(two(now)) else {
        return Outcome::default();
    };
    let middle =
        |one: Point, other: Point| Point::new((one.x + other.x) / 2.0, (one.y + other.y) / 2.0);
    let apart = |one: Point, other: Point| (one.x - other.x).hypot(one.y - other.y).max(1.0);
    let (from, to) = (middle(a, b), middle(c, d));
    let view = scene.view.panned(to.x - from.x, to.y - from.y);
    looking(view.zoomed(apart(c, d) / apart(a, b), to), scene)
}

impl Gesture {
    /// A press becomes a drag.
    pub(super) fn begin(&mut self, start: &Pointer, now: &Pointer, scene: &Scene) -> Outcome {
        let from = scene.view.to_canvas(start.at);
        let what = dragged(start, scene);
        let Some(what) = what else {
            self.state = State::Panning(now.at);
            let (x, y) = (now.at.x - start.at.x, now.at.y - start.at.y);
            return looking(scene.view.panned(x, y), scene);
        };
        self.state = State::Drag(Drag {
            what,
            from,
            at: now.at,
            keys: now.keys,
        });
        Outcome::default()
    }

    /// A press that was none.
    pub(super) fn tap(&mut self, start: &Pointer, time_ms: f64, scene: &Scene) -> Outcome {
        let again = self
            .last_tap
            .take()
            .is_some_and(|(then, target)| time_ms - then <= DOUBLE_MS && target == start.over);
        let adds = start.keys.add || start.keys.shift;
        if self.armed.is_some() {
            return self.tap_armed(start, scene);
        }
        if let (Target::Port(port), false) = (&start.over, scene.read_only) {
            return self.pick(port.clone(), scene);
        }
        if again && !adds {
            return Outcome {
                ask: Some(match &start.over {
                    Target::Ground => Ask::Add(scene.view.to_canvas(start.at), None),
                    target => Ask::Open(target.clone()),
                }),
                ..Outcome::default()
            };
        }
        self.last_tap = Some((time_ms, start.over.clone()));
        let select = match &start.over {
            Target::Ground if adds => return Outcome::default(),
            Target::Ground => Selection::Chain,
            Target::Group(_) => {
                let mut parts = group_parts(&start.over, scene);
                if adds {
                    parts.extend(scene.selection.parts());
                }
                Selection::of(parts)
            }
            target => {
                let Some(part) = part(target) else {
                    return Outcome::default();
                };
                if adds {
                    scene.selection.toggled(part)
                } else {
                    part.into()
                }
            }
        };
        if select == *scene.selection {
            return Outcome::default();
        }
        acting(Action::Select(select))
    }

    fn tap_armed(&mut self, start: &Pointer, scene: &Scene) -> Outcome {
        let at = scene.view.to_canvas(start.at);
        if let Target::Port(port) = &start.over {
            return self.pick(port.clone(), scene);
        }
        let Some(loose) = self.armed.take() else {
            return Outcome::default();
        };
        let outcome = wiring::end(&loose, at, scene);
        // What cannot be joined can be tried elsewhere.
        if outcome.refused.is_some() {
            self.armed = Some(loose);
        }
        outcome
    }

    /// A port is chosen: it takes a wire up, or ends the one that was taken up.
    pub(super) fn pick(&mut self, port: crate::editor::Port, scene: &Scene) -> Outcome {
        if scene.read_only {
            return Outcome::default();
        }
        let Some(loose) = self.armed.take() else {
            self.hover =
                port_at(scene.layout, scene.chain, &port).map(|at| scene.view.to_screen(at));
            self.armed = Some(Loose {
                end: port,
                rewires: None,
            });
            return Outcome::default();
        };
        if loose.end == port {
            return Outcome::default();
        }
        let outcome = wiring::join(&loose, &port, scene);
        if outcome.refused.is_some() {
            self.armed = Some(loose);
        }
        outcome
    }
}

/// What is selected while the menu of this is open: all that is selected, if it is.
pub(super) fn with_menu(target: &Target, scene: &Scene) -> Selection {
    let touched = match part(target) {
        Some(part) => Selection::from(part).parts(),
        None => group_parts(target, scene),
    };
    let mut all = scene.selection.parts();
    let before = all.count();
    all.extend(touched.clone());
    match !touched.is_empty() && all.count() == before {
        true => scene.selection.clone(),
        false => Selection::of(touched),
    }
}

/// What a drag from here drags; nothing where it moves the view.
fn dragged(start: &Pointer, scene: &Scene) -> Option<Dragged> {
    let keys = start.keys;
    let marquee =
        keys.shift || keys.add || (scene.ground == Ground::Marquee && start.kind != Kind::Touch);
    let ground = marquee.then_some(Dragged::Marquee);
    if scene.read_only {
        return ground;
    }
    match &start.over {
        Target::Ground | Target::Wire(_) => ground,
        Target::Port(port) => Some(Dragged::Wire(Loose {
            end: port.clone(),
            rewires: None,
        })),
        Target::WireEnd(id, port) => {
            let wire = scene.chain.wire(id)?;
            Some(Dragged::Wire(Loose {
                end: other_end(wire, port),
                rewires: Some(id.clone()),
            }))
        }
        Target::NoteCorner(id) => Some(Dragged::Note(id.clone())),
        Target::Card(_) | Target::Group(_) | Target::Note(_) => {
            let parts = moved_parts(&start.over, scene);
            let corner = super::moving::corner(&start.over, &parts, scene)?;
            Some(Dragged::Parts(parts, corner))
        }
    }
}

/// All that is selected, if what is grabbed is; else only that.
fn moved_parts(target: &Target, scene: &Scene) -> Parts {
    let grabbed = match part(target) {
        Some(part) => Selection::from(part).parts(),
        None => group_parts(target, scene),
    };
    let mut parts = scene.selection.parts();
    let selected = grabbed.stages.is_subset(&parts.stages) && grabbed.notes.is_subset(&parts.notes);
    if !selected {
        return grabbed;
    }
    parts.wires.clear();
    parts
}

fn part(target: &Target) -> Option<Part> {
    Some(match target {
        Target::Card(id) => Part::Stage(id.clone()),
        Target::Wire(id) | Target::WireEnd(id, _) => Part::Wire(id.clone()),
        Target::Note(id) | Target::NoteCorner(id) => Part::Note(id.clone()),
        Target::Port(port) => Part::Stage(port.stage().clone()),
        Target::Ground | Target::Group(_) => return None,
    })
}

fn group_parts(target: &Target, scene: &Scene) -> Parts {
    let Target::Group(id) = target else {
        return Parts::default();
    };
    let group = scene.chain.group(id);
    Parts::of_stages(
        group
            .into_iter()
            .flat_map(|group| group.stages.iter().cloned()),
    )
}
