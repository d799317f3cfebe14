//! What pointers, wheels and keys do on the canvas: they are told to the machine of gestures, and what it asks for
//! is done.

mod grant;
mod keys;

use pipeyard_shared::StageId;
use pipeyard_shared::chain::{Chain, Point};
use pipeyard_shared::flow::FlowPoint;
use wasm_bindgen::JsCast;
use web_sys::{
    ClipboardEvent, Element, Event, HtmlElement, KeyboardEvent, PointerEvent, UiEvent, WheelEvent,
};
use yew::UseStateSetter;

use super::Fill;
use super::adding::Asked;
use super::clipboard;
use super::handling::Handling;
use super::keyed::Keyed;
use super::minimap;
use super::picture::Picture;
use super::pointing::{focused, nearest, place, pointer, screen, wheeled};
use super::target::over;
use super::ticks::Ticks;
use crate::desk::Desk;
use crate::editor::gesture::{Ask, Button, Gesture, Input, Outcome, Preview, Scene, Target};
use crate::editor::layout::{Area, Layout};
use crate::editor::view::{Look, Minimap, Screen, View};
use crate::editor::{Action, Edit, Parts, Selection, is_placed};
use crate::hooks::focus_soon;
use crate::platform::scale;
use crate::same::Same;
use crate::ui::{Over, Sheet, Show};

/// What stands on the canvas and is used as it is.
const OTHERS: &str = ".output, .placed--tools, .deadlock, .canvas__bar, .canvas__rename, .covering, .group__fold, .note__field";
/// Where the wheel scrolls, and not the canvas.
const SCROLLED: &str = ".covering, .note__field";
/// What the inspector has first.
const FIRST_FIELD: &str =
    ".inspector :is(input:not([type=checkbox], [type=radio]), textarea):not(:disabled)";

/// The canvas as it was last drawn.
#[derive(Clone)]
pub(super) struct Seen {
    pub(super) desk: Desk,
    pub(super) canvas: HtmlElement,
    pub(super) chain: Same<Chain>,
    pub(super) layout: Same<Layout>,
    pub(super) selection: Selection,
    pub(super) fill: Fill,
    pub(super) handling: Handling,
    pub(super) set_handling: UseStateSetter<Handling>,
    pub(super) ask: UseStateSetter<Option<Asked>>,
    pub(super) rename: UseStateSetter<Option<StageId>>,
}

/// What goes on.
#[derive(Default)]
pub(super) struct Board {
    seen: Option<Seen>,
    view: View,
    gesture: Gesture,
    picture: Picture,
    ticks: Option<Ticks>,
    /// The wire that is led on by keys.
    keyed: Option<Keyed>,
    /// The small picture, while the view is dragged in it.
    map: Option<Minimap>,
    /// Whether Space is held, and whether it was used to move the view.
    space: Option<bool>,
    /// Whether the finger that is down has opened a menu.
    rested: bool,
    /// The card under the pointer.
    hovered: Option<String>,
    /// Where the ground was pressed last, in the window, while nothing else has been.
    grounded: Option<(i32, i32)>,
    presented: Option<Presented>,
}

/// All of the chain is shown, as large as the window allows.
struct Presented {
    /// How it was looked at before.
    before: View,
    layout: Same<Layout>,
    screen: Screen,
}

impl Board {
    /// Frames can be asked for with this, or no longer.
    pub(super) fn tick_with(&mut self, ticks: Option<Ticks>) {
        self.ticks = ticks;
    }

    /// The canvas has been drawn again.
    pub(super) fn see(&mut self, seen: Seen) {
        let first = self.seen.is_none();
        let all = seen.layout.bounds_with_notes(&seen.chain);
        paper(&seen, all);
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
        if self
            .seen
            .as_ref()
            .is_none_or(|before| before.chain != seen.chain || before.layout != seen.layout)
        {
            self.picture.forget_aims();
        }
        let presented = self.presented(&seen, screen);
        self.seen = Some(seen);
        let view = area.map_or(self.view, |area| self.view.showing(area, screen));
        let view = presented.unwrap_or(view);
        self.look(view);
        self.draw();
    }

    /// How it is looked at while all of it is to be seen, and once when that is no longer so; nothing where a person's
    /// own view of the same chain in the same window stays.
    fn presented(&mut self, seen: &Seen, screen: Screen) -> Option<View> {
        if seen.fill == Fill::No {
            return self.presented.take().map(|presented| presented.before);
        }
        let known = self.presented.as_ref();
        if known.is_some_and(|known| known.layout == seen.layout && known.screen == screen) {
            return None;
        }
        self.presented = Some(Presented {
            before: known.map_or(self.view, |known| known.before),
            layout: seen.layout.clone(),
            screen,
        });
        let all = seen.layout.bounds_with_notes(&seen.chain);
        Some(match seen.fill {
            Fill::Room => View::filling(all, screen),
            Fill::No | Fill::Paper => View::fit(all, screen),
        })
    }

    /// Something happens.
    pub(super) fn hear(&mut self, event: &Event) {
        let Some(seen) = self.seen.clone() else {
            return;
        };
        if let Some(key) = event.dyn_ref::<KeyboardEvent>() {
            self.key(&seen, key);
        } else if let Some(wheel) = event.dyn_ref::<WheelEvent>() {
            if !is_other(event, SCROLLED) {
                event.prevent_default();
                let view = wheeled(self.view, &seen.canvas, wheel);
                self.look_within(&seen, view);
            }
        } else if let Some(clip) = event.dyn_ref::<ClipboardEvent>() {
            if clipboard::is_of_chain(&seen.canvas)
                && let Some(said) = clipboard::hear(&seen, clip)
            {
                self.picture.say(&seen.canvas, &said);
            }
        } else if event.type_() == "touchend" {
            if self.rested {
                // Lifted, it presses nothing: neither what it rested on nor the menu.
                event.prevent_default();
            }
        } else if event.type_() == "focusin" {
            self.focus_moves(&seen);
        } else if event.type_() == "click" {
            self.click(&seen, event);
        } else if let Some(pointer) = event.dyn_ref::<PointerEvent>() {
            self.point(&seen, pointer);
        }
    }

    /// A frame that was asked for.
    pub(super) fn frame(&mut self, now_ms: f64) {
        let Some(ticks) = &mut self.ticks else { return };
        let passed_ms = ticks.come(now_ms);
        let Some(seen) = self.seen.clone() else {
            return;
        };
        self.tell(&seen, Input::Tick(passed_ms));
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
                "pan" => seen.set_handling.set(seen.handling.with_other_ground()),
                "snap" => seen.set_handling.set(seen.handling.with_other_snap()),
                _ => seen.desk.edit(Edit::Tidy),
            }
        } else if event
            .dyn_ref()
            .is_none_or(|event: &UiEvent| event.detail() == 0)
        {
            let group = nearest(&target, "[data-group]", "data-group");
            let group = group.and_then(|id| seen.chain.group(&id.as_str().into()));
            if let Some(group) = group {
                let parts = Parts::of_stages(group.stages.iter().cloned());
                return choose(&seen.desk, Selection::of(parts));
            }
            let stage = nearest(&target, "[data-stage]", "data-stage");
            let again =
                stage.is_some_and(|id| seen.selection == Selection::Stage(id.as_str().into()));
            press(&seen.desk, &target);
            if again {
                focus_soon(FIRST_FIELD.to_owned());
            }
        }
    }

    fn point(&mut self, seen: &Seen, event: &PointerEvent) {
        let target = element(event);
        let mut pointer = pointer(&seen.canvas, event, self.space.is_some());
        match event.type_().as_str() {
            "pointerdown" => {
                let Some(target) = target else { return };
                self.grounded = None;
                self.rested = false;
                let window = (event.client_x(), event.client_y());
                if nearest(&target, minimap::MINIMAP, "class").is_some() {
                    let content = seen.layout.bounds_with_notes(&seen.chain);
                    let shown = self.view.seen(screen(&seen.canvas));
                    self.map = Some(Minimap::of(content, shown, minimap::SIZE));
                    let _ = seen.canvas.set_pointer_capture(event.pointer_id());
                    return self.go(seen, window);
                }
                if pointer.button != Button::Middle && is_other(event, OTHERS) {
                    return;
                }
                self.keyed = None;
                pointer.over = over(seen, &target, self.view, pointer.at);
                if pointer.over == Target::Ground {
                    self.grounded = Some(window);
                }
                if pointer.button == Button::Middle {
                    // The browser would scroll by itself.
                    event.prevent_default();
                }
                self.tell(seen, Input::Down(pointer));
            }
            "pointermove" => {
                if self.map.is_some() {
                    return self.go(seen, (event.client_x(), event.client_y()));
                }
                if self.gesture.is_idle() {
                    let hovered =
                        target.and_then(|target| nearest(&target, "[data-stage]", "data-stage"));
                    return self.hover(seen, hovered);
                }
                if event.buttons() == 0 && self.gesture.armed().is_none() {
                    return self.tell(seen, Input::Cancel(pointer.id));
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
            "pointerup" => {
                self.map = None;
                self.tell(seen, Input::Up(pointer));
            }
            _ => {
                self.map = None;
                self.tell(seen, Input::Cancel(pointer.id));
            }
        }
    }

    /// The view goes where it was pressed in the small picture.
    fn go(&mut self, seen: &Seen, window: (i32, i32)) {
        let map = self
            .map
            .and_then(|map| minimap::at(&seen.canvas, map, window));
        if let Some(at) = map {
            let view = self.view.centred(at, screen(&seen.canvas));
            self.look_within(seen, view);
        }
    }

    fn hover(&mut self, seen: &Seen, hovered: Option<String>) {
        if hovered != self.hovered {
            let id = hovered.as_deref().map(Into::into);
            self.hovered = hovered;
            seen.desk.show(Show::Hover(id));
        }
    }

    fn look_within(&mut self, seen: &Seen, view: View) {
        let content = seen.layout.bounds_with_notes(&seen.chain);
        self.look(view.keeping(content, screen(&seen.canvas)));
        self.draw();
    }

    fn look(&mut self, view: View) {
        self.view = view;
        if let Some(seen) = &self.seen {
            let content = seen.layout.bounds_with_notes(&seen.chain);
            self.picture.look(&seen.canvas, view);
            minimap::look(&seen.canvas, content, view, screen(&seen.canvas));
        }
    }

    fn tell(&mut self, seen: &Seen, input: Input) {
        let (next, outcome) = self.gesture.after(input, &scene(seen, self.view));
        self.gesture = next;
        if let Some(view) = outcome.view {
            self.look(view);
        }
        if let Some(ticks) = &mut self.ticks {
            match self.gesture.needs_ticks() {
                true => ticks.ask(),
                false => ticks.rest(),
            }
        }
        self.draw();
        self.come(seen, outcome);
    }

    fn come(&mut self, seen: &Seen, outcome: Outcome) {
        let desk = &seen.desk;
        if let Some(why_not) = &outcome.refused {
            let said = (desk.words.canvas.why_not)(why_not, &seen.chain);
            self.picture.say(&seen.canvas, &said);
        }
        match outcome.action {
            Some(Action::Select(selection)) => choose(desk, selection),
            Some(action) => desk.act(action),
            None => {}
        }
        match outcome.ask {
            Some(Ask::Add(at, join)) if !desk.recorded => {
                seen.ask.set(Some(self.asked(seen, Some(at), join)));
            }
            Some(Ask::Open(Target::Card(_) | Target::Wire(_))) => {
                focus_soon(FIRST_FIELD.to_owned());
            }
            Some(Ask::Menu(at)) => {
                self.rested = true;
                let (x, y) = window_place(seen, at);
                desk.show(Show::Over(Some(Over::Menu((x as i32, y as i32)))));
            }
            _ => {}
        }
    }

    fn draw(&mut self) {
        let Some(seen) = &self.seen else { return };
        let scene = scene(seen, self.view);
        let preview = self.gesture.preview(&scene);
        let said = match (&self.keyed, &preview) {
            (Some(keyed), _) => keyed.said(&seen.desk, &scene),
            (None, Preview::Wiring(wiring)) => {
                let why_not = wiring.why_not.as_ref();
                let words = seen.desk.words.canvas;
                why_not.map_or(String::new(), |why| (words.why_not)(why, &seen.chain))
            }
            _ => String::new(),
        };
        self.picture.draw(seen, &scene, &preview, &said);
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

fn scene(seen: &Seen, view: View) -> Scene<'_> {
    Scene {
        chain: &seen.chain,
        layout: &seen.layout,
        selection: &seen.selection,
        view,
        screen: screen(&seen.canvas),
        ground: seen.handling.ground,
        snap: seen.handling.snap,
        read_only: seen.desk.recorded,
    }
}

fn element(event: &Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

fn is_other(event: &Event, others: &str) -> bool {
    element(event).is_some_and(|target| target.closest(others).ok().flatten().is_some())
}

/// On paper the canvas is as high as all of the chain needs, at the width that the style sheet gives it.
fn paper(seen: &Seen, all: Area) {
    let style = seen.canvas.style();
    // Neither is refused by a browser.
    let _ = match seen.fill {
        Fill::Paper => {
            let width = f64::from(seen.canvas.client_width());
            style.set_property("height", &format!("{:.0}px", View::height_for(all, width)))
        }
        Fill::No | Fill::Room => style.remove_property("height").map(drop),
    };
}

/// The focus follows a selection that was moved by keys.
fn follow(canvas: &HtmlElement, id: &StageId) {
    let inside = focused(canvas).is_some_and(|element| canvas.contains(Some(&element)));
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

/// A place of the window, for something that opens there.
fn window_place(seen: &Seen, at: Point) -> (f64, f64) {
    let corner = seen.canvas.get_bounding_client_rect();
    let scale = scale();
    (corner.x() + at.x * scale, corner.y() + at.y * scale)
}
