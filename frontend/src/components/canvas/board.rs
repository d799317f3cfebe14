//! What pointers, wheels and keys do on the canvas: they are told to the machine of gestures, and what it asks for
//! is done.

use pipeyard_shared::StageId;
use pipeyard_shared::chain::{Chain, Point};
use pipeyard_shared::flow::FlowPoint;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent, PointerEvent, UiEvent, WheelEvent};

use super::dropped;
use super::picture::Picture;
use super::target::over;
use super::wish::Wish;
use crate::desk::Desk;
use crate::editor::gesture::{Button, Gesture, Ground, Input, Keys, Kind, Outcome, Pointer, Scene};
use crate::editor::layout::{Area, Layout};
use crate::editor::view::{Look, STEP, Screen, View};
use crate::editor::{Action, Edit, Parts, Selection, is_placed};
use crate::same::Same;
use crate::ui::{Sheet, Show};

/// What stands on the canvas and is used as it is.
const OTHERS: &str = ".output, .placed--tools, .deadlock, .canvas__bar, .group__fold, .note__field";
/// A line of a wheel that counts in lines, in pixels.
const LINE: f64 = 33.0;
/// What a notch of a wheel is at least; a touch pad sends less at a time.
const NOTCH: f64 = 60.0;

/// The canvas as it was last drawn.
#[derive(Clone)]
pub(super) struct Seen {
    pub(super) desk: Desk,
    pub(super) canvas: HtmlElement,
    pub(super) chain: Same<Chain>,
    pub(super) layout: Same<Layout>,
    pub(super) selection: Selection,
}

/// What goes on.
#[derive(Default)]
pub(super) struct Board {
    seen: Option<Seen>,
    view: View,
    gesture: Gesture,
    picture: Picture,
    /// Whether Space is held, and whether it was used to move the view.
    space: Option<bool>,
    /// The card under the pointer.
    hovered: Option<String>,
}

impl Board {
    /// The canvas has been drawn again.
    pub(super) fn see(&mut self, seen: Seen) {
        let first = self.seen.is_none();
        let screen = screen(&seen.canvas);
        let followed = match (&seen.selection, &self.seen) {
            (Selection::Stage(id), Some(before)) if before.selection != seen.selection => {
                follow(&seen.canvas, id);
                let at = seen.chain.stage_index(id);
                at.and_then(|at| seen.layout.card(at)).copied()
            }
            _ => None,
        };
        let area = followed.or_else(|| {
            let placed = first && is_placed(&seen.chain);
            placed.then(|| seen.layout.bounds_with_notes(&seen.chain))
        });
        self.seen = Some(seen);
        let view = area.map_or(self.view, |area| self.view.showing(area, screen));
        self.look(view);
        self.draw();
    }

    /// Something happens.
    pub(super) fn hear(&mut self, event: &Event) {
        let Some(seen) = self.seen.clone() else {
            return;
        };
        if let Some(key) = event.dyn_ref::<KeyboardEvent>() {
            self.key(&seen, key);
        } else if let Some(wheel) = event.dyn_ref::<WheelEvent>() {
            event.prevent_default();
            self.wheel(&seen, wheel);
        } else if event.type_() == "click" {
            self.click(&seen, event);
        } else if let Some(pointer) = event.dyn_ref::<PointerEvent>() {
            self.point(&seen, pointer);
        }
    }

    /// A button of the canvas, or a card or counter that is pressed by a key or by a reader.
    fn click(&mut self, seen: &Seen, event: &Event) {
        let Some(target) = element(event) else { return };
        if let Some(wanted) = nearest(&target, "[data-look]", "data-look") {
            match wanted.as_str() {
                "in" => self.do_look(seen, Look::In),
                "out" => self.do_look(seen, Look::Out),
                "whole" => self.do_look(seen, Look::Whole),
                "fit" => self.do_look(seen, Look::Fit),
                _ => seen.desk.edit(Edit::Tidy),
            }
        } else if event
            .dyn_ref()
            .is_none_or(|event: &UiEvent| event.detail() == 0)
        {
            let group = nearest(&target, "[data-group]", "data-group");
            match group.and_then(|id| seen.chain.group(&id.as_str().into())) {
                Some(group) => {
                    let parts = Parts::of_stages(group.stages.iter().cloned());
                    choose(&seen.desk, Selection::of(parts));
                }
                None => press(&seen.desk, &target),
            }
        }
    }

    fn point(&mut self, seen: &Seen, event: &PointerEvent) {
        let target = element(event);
        let kind = match event.pointer_type().as_str() {
            "touch" => Kind::Touch,
            "pen" => Kind::Pen,
            _ => Kind::Mouse,
        };
        let at = place(seen, event.client_x(), event.client_y());
        let mut pointer = Pointer {
            id: event.pointer_id(),
            kind,
            button: match event.button() {
                0 => Button::Primary,
                1 => Button::Middle,
                _ => Button::Other,
            },
            at,
            time_ms: event.time_stamp(),
            keys: Keys {
                shift: event.shift_key(),
                add: event.ctrl_key() || event.meta_key(),
                alt: event.alt_key(),
                space: self.space.is_some(),
            },
            over: crate::editor::gesture::Target::Ground,
        };
        match event.type_().as_str() {
            "pointerdown" => {
                let Some(target) = target else { return };
                if pointer.button != Button::Middle
                    && target.closest(OTHERS).ok().flatten().is_some()
                {
                    return;
                }
                pointer.over = over(seen, &target, self.view, at);
                self.tell(seen, Input::Down(pointer));
            }
            "pointermove" => {
                let hovered =
                    target.and_then(|target| nearest(&target, "[data-stage]", "data-stage"));
                self.hover(seen, hovered);
                if self.gesture.is_idle() {
                    return;
                }
                if event.buttons() == 0 && self.gesture.armed().is_none() {
                    self.tell(seen, Input::Cancel(pointer.id));
                    return;
                }
                self.tell(seen, Input::Move(pointer));
                if event.buttons() != 0 && self.gesture.is_under_way() {
                    self.space = self.space.map(|_| true);
                    // A pointer that is gone meanwhile says so itself.
                    let _ = seen.canvas.set_pointer_capture(event.pointer_id());
                }
            }
            "pointerleave" => {
                // Not of what is on it.
                if target.is_some_and(|target| target == *seen.canvas.as_ref()) {
                    self.hover(seen, None);
                }
            }
            "pointerup" => self.tell(seen, Input::Up(pointer)),
            _ => self.tell(seen, Input::Cancel(pointer.id)),
        }
    }

    fn hover(&mut self, seen: &Seen, hovered: Option<String>) {
        if hovered != self.hovered {
            let id = hovered.as_deref().map(Into::into);
            self.hovered = hovered;
            seen.desk.show(Show::Hover(id));
        }
    }

    fn wheel(&mut self, seen: &Seen, event: &WheelEvent) {
        let unit = if event.delta_mode() == 0 { 1.0 } else { LINE };
        let (x, y) = (event.delta_x() * unit, event.delta_y() * unit);
        let at = place(seen, event.client_x(), event.client_y());
        let view = if event.ctrl_key() && y.abs() < NOTCH {
            // Two fingers apart: small steps, many of them.
            self.view.wheeled(y * 4.0, at)
        } else if event.shift_key() {
            self.view.panned(-x - y, 0.0)
        } else if x == 0.0 && y.abs() >= NOTCH {
            self.view.wheeled(y, at)
        } else {
            self.view.panned(-x, -y)
        };
        self.look_within(seen, view);
    }

    fn key(&mut self, seen: &Seen, event: &KeyboardEvent) {
        if event.key() == " " {
            let up = event.type_() == "keyup";
            if up && self.space == Some(true) {
                // It moved the view, and presses nothing.
                event.prevent_default();
            }
            self.space = (!up).then(|| self.space.unwrap_or_default());
            return;
        }
        if event.type_() == "keyup" || event.is_composing() {
            return;
        }
        if event.key() == "Escape" && !self.gesture.is_idle() {
            event.prevent_default();
            self.tell(seen, Input::Escape);
        }
    }

    /// Does what the rest of the page asks for.
    pub(super) fn grant(&mut self, wish: Wish) {
        let Some(seen) = self.seen.clone() else {
            return;
        };
        match wish {
            Wish::Look(look) => self.do_look(&seen, look),
            Wish::Nudge(x, y) => seen.desk.edit(Edit::Nudge {
                parts: seen.selection.parts(),
                by: Point::new(f64::from(x), f64::from(y)),
                seen: seen.layout.places(&seen.chain).into(),
            }),
            Wish::Drop(template, at) => dropped::take(&seen, self.view, template, at),
        }
    }

    fn do_look(&mut self, seen: &Seen, look: Look) {
        let screen = screen(&seen.canvas);
        let middle = Point::new(screen.width / 2.0, screen.height / 2.0);
        let all = || seen.layout.bounds_with_notes(&seen.chain);
        let view = match look {
            Look::In => self.view.zoomed(STEP, middle),
            Look::Out => self.view.zoomed(1.0 / STEP, middle),
            Look::Whole => View::default(),
            Look::Fit => View::fit(all(), screen),
            Look::Selected => {
                let stages = seen.layout.cards.iter();
                let selected = stages.filter(|placed| {
                    let stage = seen.chain.stages.get(placed.stage);
                    stage.is_some_and(|stage| seen.selection.has_stage(&stage.id))
                });
                View::fit(
                    Area::around(selected.map(|placed| placed.area)).unwrap_or_else(all),
                    screen,
                )
            }
        };
        self.look_within(seen, view);
    }

    fn look_within(&mut self, seen: &Seen, view: View) {
        let content = seen.layout.bounds_with_notes(&seen.chain);
        self.look(view.keeping(content, screen(&seen.canvas)));
        self.draw();
    }

    fn look(&mut self, view: View) {
        self.view = view;
        if let Some(seen) = &self.seen {
            self.picture.look(&seen.canvas, view);
        }
    }

    fn tell(&mut self, seen: &Seen, input: Input) {
        let (next, outcome) = self.gesture.after(input, &scene(seen, self.view));
        self.gesture = next;
        if let Some(view) = outcome.view {
            self.look(view);
        }
        self.draw();
        self.come(seen, outcome);
    }

    fn come(&mut self, seen: &Seen, outcome: Outcome) {
        let desk = &seen.desk;
        if let Some(why_not) = &outcome.refused {
            self.picture.say(
                &seen.canvas,
                &(desk.words.canvas.why_not)(why_not, &seen.chain),
            );
        }
        match outcome.action {
            Some(Action::Select(selection)) => choose(desk, selection),
            Some(action) => desk.act(action),
            None => {}
        }
    }

    fn draw(&mut self) {
        let Some(seen) = &self.seen else { return };
        let scene = scene(seen, self.view);
        let preview = self.gesture.preview(&scene);
        self.picture.draw(seen, &scene, &preview);
    }
}

/// Selects what a button stands for: a card's stage or a counter's wire.
pub(crate) fn press(desk: &Desk, target: &Element) {
    if let Some(id) = nearest(target, "[data-stage]", "data-stage") {
        choose(desk, Selection::Stage(id.as_str().into()));
    } else if let Some(id) = nearest(target, "[data-wire]", "data-wire") {
        choose(desk, Selection::Wire(id.as_str().into()));
        desk.show(Show::Sheet(Some(Sheet::Drawer)));
    } else if let Some(id) = nearest(target, "[data-note]", "data-note") {
        choose(desk, Selection::Note(id.as_str().into()));
    }
}

fn choose(desk: &Desk, selection: Selection) {
    match &selection {
        Selection::Stage(_) => desk.show(Show::Sheet(Some(Sheet::Inspector))),
        Selection::Wire(id) => desk.show(Show::Place(FlowPoint::Wire(id.clone()))),
        _ => {}
    }
    desk.select(selection);
}

fn scene<'a>(seen: &'a Seen, view: View) -> Scene<'a> {
    Scene {
        chain: &seen.chain,
        layout: &seen.layout,
        selection: &seen.selection,
        view,
        screen: screen(&seen.canvas),
        ground: Ground::Marquee,
        snap: false,
        read_only: seen.desk.recorded,
    }
}

fn screen(canvas: &HtmlElement) -> Screen {
    Screen {
        width: f64::from(canvas.client_width()),
        height: f64::from(canvas.client_height()),
    }
}

/// Where on the canvas's element a place of the window is.
fn place(seen: &Seen, x: i32, y: i32) -> Point {
    let corner = seen.canvas.get_bounding_client_rect();
    Point::new(f64::from(x) - corner.x(), f64::from(y) - corner.y())
}

fn element(event: &Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

fn nearest(target: &Element, selector: &str, attribute: &str) -> Option<String> {
    target.closest(selector).ok()??.get_attribute(attribute)
}

/// The focus follows a selection that was moved by keys.
fn follow(canvas: &HtmlElement, id: &StageId) {
    let document = canvas.owner_document();
    let focused = document.and_then(|document| document.active_element());
    let inside = focused.is_some_and(|element| canvas.contains(Some(&element)));
    let card = canvas
        .query_selector(&format!("[data-stage=\"{id}\"]"))
        .ok()
        .flatten();
    let Some(card) = card.and_then(|card| card.dyn_into::<HtmlElement>().ok()) else {
        return;
    };
    if inside {
        // A card that cannot be focused is one that is gone.
        let _ = card.focus();
    }
}
