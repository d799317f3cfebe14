//! What the rest of the page asks for: commands that need what only the canvas knows.

use pipeyard_shared::chain::Point;

use super::super::adding::Asked;
use super::super::clipboard::{Source, is_ours, places};
use super::super::dropped;
use super::super::keyed::Keyed;
use super::super::pointing::screen;
use super::super::wish::Wish;
use super::{Board, Seen, scene, window_place};
use crate::editor::gesture::{Input, Kind, Pointer, Target};
use crate::editor::layout::Area;
use crate::editor::view::{Look, STEP, View};
use crate::editor::{Edit, Port, Selection};
use crate::hooks::focus_soon;

impl Board {
    /// Does what the rest of the page asks for.
    pub(in super::super) fn grant(&mut self, wish: Wish) {
        let Some(seen) = self.seen.clone() else {
            return;
        };
        match wish {
            Wish::Look(look) => self.do_look(&seen, look),
            Wish::Nudge(x, y) => seen.desk.edit(Edit::Nudge {
                parts: seen.selection.parts(),
                by: Point::new(f64::from(x), f64::from(y)),
                seen: places(&seen),
            }),
            Wish::OtherGround => seen.set_handling.set(seen.handling.with_other_ground()),
            Wish::OtherSnap => seen.set_handling.set(seen.handling.with_other_snap()),
            Wish::Add => seen.ask.set(Some(self.asked(&seen, None, None))),
            Wish::Rename => {
                if let Selection::Stage(id) = &seen.selection {
                    seen.rename.set(Some(id.clone()));
                }
            }
            Wish::Connect => self.connect(&seen, None),
            Wish::Duplicate => {
                let parts = seen.selection.parts();
                let edit = Edit::DuplicateAll(parts, places(&seen));
                seen.desk.edit(edit);
            }
            Wish::Clip(clip) => Source::of(&seen).take(clip),
            Wish::Drop(kind, at) => dropped::take(&seen, self.view, *kind, at),
            Wish::Say(said) => self.picture.say(&seen.canvas, &said),
        }
    }

    /// A stage is to be added here on the canvas, or beside the selected one.
    pub(super) fn asked(&self, seen: &Seen, at: Option<Point>, join: Option<Port>) -> Asked {
        let screen = screen(&seen.canvas);
        let selected = match &seen.selection {
            Selection::Stage(id) => seen.chain.stage_index(id),
            _ => None,
        };
        let beside = selected.and_then(|at| seen.layout.card(at)).map(|card| {
            let corner = Point::new(card.x + card.width + 8.0, card.y);
            self.view.to_screen(corner)
        });
        let place = match at {
            Some(at) => self.view.to_screen(at),
            None => beside.unwrap_or(Point::new(screen.width / 3.0, screen.height / 4.0)),
        };
        Asked {
            at,
            join,
            window: window_place(seen, place),
            seen: places(seen),
        }
    }

    pub(super) fn do_look(&mut self, seen: &Seen, look: Look) {
        let screen = screen(&seen.canvas);
        let middle = Point::new(screen.width / 2.0, screen.height / 2.0);
        let all = || seen.layout.bounds_with_notes(&seen.chain);
        let view = match look {
            Look::In => self.view.zoomed(STEP, middle),
            Look::Out => self.view.zoomed(1.0 / STEP, middle),
            Look::Whole => View::default(),
            Look::Fit => View::fit(all(), screen),
            Look::Selected => {
                let stages = seen.layout.cards.iter().filter(|placed| {
                    let stage = seen.chain.stages.get(placed.stage);
                    stage.is_some_and(|stage| seen.selection.has_stage(&stage.id))
                });
                let notes = seen.chain.notes.iter();
                let notes = notes.filter(|note| seen.selection.has_note(&note.id));
                let areas = stages
                    .map(|placed| placed.area)
                    .chain(notes.map(Area::of_note));
                View::fit(Area::around(areas).unwrap_or_else(all), screen)
            }
        };
        self.look_within(seen, view);
    }

    /// Takes a wire up by keyboard, at the port after `last`.
    pub(super) fn connect(&mut self, seen: &Seen, last: Option<&Port>) {
        if seen.desk.recorded {
            return;
        }
        self.keyed = None;
        if self.gesture.armed().is_some() {
            // One that a tap or a key has taken up before is not the one to be led.
            self.tell(seen, Input::Escape);
        }
        match Keyed::begin(&seen.desk, &scene(seen, self.view), last) {
            Ok(mut keyed) => {
                let end = keyed.end.clone();
                keyed.rooted = is_ours(&seen.canvas);
                if !keyed.rooted {
                    focus_soon(format!(".canvas [data-stage=\"{}\"]", end.stage()));
                }
                self.keyed = Some(keyed);
                self.tell(seen, Input::Pick(end));
                self.point_at_aim(seen);
            }
            Err(said) => self.picture.say(&seen.canvas, &said),
        }
    }

    /// Lets a wire go that was led by keys.
    pub(super) fn drop_keyed(&mut self, seen: &Seen) {
        if self.keyed.take().is_some() {
            self.tell(seen, Input::Escape);
        }
    }

    /// Leads the wire to the port that is chosen, and shows it.
    pub(super) fn point_at_aim(&mut self, seen: &Seen) {
        let aim = self.keyed.as_ref().and_then(Keyed::aim);
        let Some(at) = aim.map(|aim| aim.at) else {
            return;
        };
        let around = Area {
            x: at.x,
            y: at.y,
            width: 0.0,
            height: 0.0,
        };
        let view = self.view.showing(around.grown(40.0), screen(&seen.canvas));
        self.look(view);
        let pointer = Pointer {
            // No pointer of the browser's.
            id: i32::MIN,
            kind: Kind::Mouse,
            button: crate::editor::gesture::Button::Other,
            at: self.view.to_screen(at),
            time_ms: 0.0,
            keys: crate::editor::gesture::Keys::default(),
            over: Target::Ground,
        };
        self.tell(seen, Input::Move(pointer));
    }
}
