//! What pointers do on the canvas, as a machine without input or output: it is told what happens, shows what would
//! come of it ([`Preview`]), and at the end asks for one thing ([`Outcome`]). Nothing of the chain changes before.
//!
//! - One drag is one action, and so one step of the history. Escape, a second finger or a lost pointer end it with
//!   nothing changed.
//! - A tap on a port takes a wire up, a tap on another port joins the two. Between the taps the canvas can be moved.
//! - Two fingers move and zoom, whatever one finger had begun.

mod hit;
mod moving;
mod terms;
mod touch;
mod wiring;

use pipeyard_shared::chain::Point;
use pipeyard_shared::{NoteId, WireId};

use super::view::{View, edge_speed};
use super::{Action, Parts, Port};

pub(crate) use hit::{Aim, aims};
pub(crate) use moving::Moving;
pub(crate) use terms::{
    Ask, Button, Ground, Input, Keys, Kind, Outcome, Pointer, Preview, Scene, Target,
};
pub(crate) use wiring::Wiring;

/// A finger that rests so long asks for a menu, in milliseconds.
pub(crate) const LONG_PRESS_MS: f64 = 500.0;
/// Two taps within this time, in milliseconds, are a double one.
const DOUBLE_MS: f64 = 350.0;
/// No frame counts for longer than this, in milliseconds: a page that slept does not leap.
const LONGEST_TICK_MS: f64 = 50.0;

/// Pointers that are looked at together.
const MOST_POINTERS: usize = 8;

/// The machine. It is small, and compared to know whether to draw again.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Gesture {
    state: State,
    /// Pointers that are down, and where.
    down: Vec<(i32, Kind, Point)>,
    /// The wire that a tap has taken up.
    armed: Option<Loose>,
    /// Where the pointer hovers.
    hover: Option<Point>,
    last_tap: Option<(f64, Target)>,
}

/// A wire that has one end.
#[derive(Clone, Debug, PartialEq)]
struct Loose {
    /// The end that it has.
    end: Port,
    /// The wire whose other end is being moved; a new one otherwise.
    rewires: Option<WireId>,
}

#[derive(Clone, Debug, Default, PartialEq)]
enum State {
    #[default]
    Idle,
    /// Down, and not yet far enough to be a drag.
    Pressed(Box<Pointer>, f64),
    /// Over, but pointers are still down.
    Spent,
    Panning(Point),
    Pinching,
    Drag(Drag),
}

/// A drag. Its beginning is kept as a place of the canvas, so that the view can move meanwhile.
#[derive(Clone, Debug, PartialEq)]
struct Drag {
    what: Dragged,
    from: Point,
    /// On the screen.
    at: Point,
    keys: Keys,
}

#[derive(Clone, Debug, PartialEq)]
enum Dragged {
    Marquee,
    Parts(Parts, Point),
    Note(NoteId),
    Wire(Loose),
}

impl Gesture {
    /// Whether nothing is going on: Escape is for others then.
    pub(crate) fn is_idle(&self) -> bool {
        self.state == State::Idle && self.armed.is_none()
    }

    /// Whether something is dragged or the view moves.
    pub(crate) fn is_under_way(&self) -> bool {
        matches!(
            self.state,
            State::Panning(_) | State::Pinching | State::Drag(_)
        )
    }

    /// Whether time should be told: for a long press, and to move the view at an edge.
    pub(crate) fn needs_ticks(&self) -> bool {
        match &self.state {
            State::Pressed(pointer, _) => pointer.kind == Kind::Touch,
            State::Drag(_) => true,
            _ => false,
        }
    }

    /// The port at which a wire has been taken up by a tap or by keyboard.
    pub(crate) fn armed(&self) -> Option<&Port> {
        self.armed.as_ref().map(|loose| &loose.end)
    }

    /// The machine after something has happened, and what has come of it.
    pub(crate) fn after(&self, input: Input, scene: &Scene) -> (Self, Outcome) {
        let mut next = self.clone();
        let outcome = match input {
            Input::Down(pointer) => {
                next.pressed(pointer);
                Outcome::default()
            }
            Input::Move(pointer) => next.moved(&pointer, scene),
            Input::Up(pointer) => next.lifted(&pointer, scene),
            Input::Cancel(id) => {
                next.forget(id);
                next.abort();
                Outcome::default()
            }
            Input::Escape => {
                next.armed = None;
                next.abort();
                Outcome::default()
            }
            Input::Tick(passed_ms) => next.passed(passed_ms.clamp(0.0, LONGEST_TICK_MS), scene),
            Input::Pick(port) => next.pick(port, scene),
        };
        (next, outcome)
    }

    /// What would come of it now.
    pub(crate) fn preview(&self, scene: &Scene) -> Preview {
        match &self.state {
            State::Panning(_) | State::Pinching => Preview::Panning,
            State::Drag(drag) => drag.preview(scene),
            State::Idle | State::Pressed(..) | State::Spent => match &self.armed {
                Some(loose) => wiring::preview(loose, self.hover, scene),
                None => Preview::None,
            },
        }
    }

    fn pressed(&mut self, pointer: Pointer) {
        self.forget(pointer.id);
        if self.down.len() >= MOST_POINTERS {
            return;
        }
        self.down.push((pointer.id, pointer.kind, pointer.at));
        if self.fingers() == 2 {
            self.state = State::Pinching;
        } else if self.down.len() > 1 || self.state != State::Idle {
            // A second button, or a pointer more than anybody needs: what goes on goes on.
        } else if pointer.button == Button::Middle || pointer.keys.space {
            self.state = State::Panning(pointer.at);
        } else if pointer.button == Button::Primary {
            self.state = State::Pressed(Box::new(pointer), 0.0);
        }
    }

    fn moved(&mut self, pointer: &Pointer, scene: &Scene) -> Outcome {
        let before = self.down.clone();
        let Some(known) = self.down.iter_mut().find(|(id, ..)| *id == pointer.id) else {
            if self.armed.is_some() {
                self.hover = Some(pointer.at);
            }
            return Outcome::default();
        };
        known.2 = pointer.at;
        match &mut self.state {
            State::Pinching => return touch::pinch(&before, &self.down, scene),
            State::Panning(last) => {
                let (x, y) = (pointer.at.x - last.x, pointer.at.y - last.y);
                *last = pointer.at;
                return looking(scene.view.panned(x, y), scene);
            }
            State::Drag(drag) => {
                drag.at = pointer.at;
                drag.keys = pointer.keys;
            }
            State::Pressed(start, _)
                if start.id == pointer.id && touch::is_drag(start, pointer) =>
            {
                let start = (**start).clone();
                return self.begin(&start, pointer, scene);
            }
            _ => {}
        }
        Outcome::default()
    }

    fn lifted(&mut self, pointer: &Pointer, scene: &Scene) -> Outcome {
        self.forget(pointer.id);
        let outcome = match std::mem::take(&mut self.state) {
            State::Pressed(start, _) if start.id == pointer.id => {
                self.tap(&start, pointer.time_ms, scene)
            }
            State::Drag(mut drag) if self.down.is_empty() => {
                (drag.at, drag.keys) = (pointer.at, pointer.keys);
                self.armed = None;
                drag.end(scene)
            }
            // The finger that stays goes on moving the view.
            State::Pinching if self.fingers() == 1 => {
                self.state = State::Panning(self.down[0].2);
                return Outcome::default();
            }
            state => {
                self.state = state;
                Outcome::default()
            }
        };
        if self.down.is_empty() {
            self.state = State::Idle;
        }
        outcome
    }

    fn passed(&mut self, passed_ms: f64, scene: &Scene) -> Outcome {
        match &mut self.state {
            State::Pressed(pointer, held_ms) if pointer.kind == Kind::Touch => {
                *held_ms += passed_ms;
                if *held_ms < LONG_PRESS_MS {
                    return Outcome::default();
                }
                let select = touch::with_menu(&pointer.over, scene);
                let ask = Ask::Menu(pointer.at);
                self.state = State::Spent;
                Outcome {
                    action: (select != *scene.selection).then_some(Action::Select(select)),
                    ask: Some(ask),
                    ..Outcome::default()
                }
            }
            State::Drag(drag) => {
                let speed = edge_speed(drag.at, scene.screen);
                // A port that holds a wire does not run away from it.
                if speed == Point::default() || drag.is_held(scene) {
                    return Outcome::default();
                }
                let seconds = passed_ms / 1e3;
                Outcome {
                    view: Some(scene.view.panned(speed.x * seconds, speed.y * seconds)),
                    ..Outcome::default()
                }
            }
            _ => Outcome::default(),
        }
    }

    fn forget(&mut self, id: i32) {
        self.down.retain(|(known, ..)| *known != id);
    }

    /// Whatever goes on ends with nothing changed.
    fn abort(&mut self) {
        self.state = if self.down.is_empty() {
            State::Idle
        } else {
            State::Spent
        };
    }

    fn fingers(&self) -> usize {
        let fingers = self.down.iter().filter(|(_, kind, _)| *kind == Kind::Touch);
        fingers.count()
    }
}

/// The view, with something of the chain in it.
fn looking(view: View, scene: &Scene) -> Outcome {
    let content = scene.layout.bounds_with_notes(scene.chain);
    Outcome {
        view: Some(view.keeping(content, scene.screen)),
        ..Outcome::default()
    }
}

/// What the editor should do.
fn acting(action: Action) -> Outcome {
    Outcome {
        action: Some(action),
        ..Outcome::default()
    }
}

#[cfg(test)]
mod tests;
