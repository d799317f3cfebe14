//! What would come of a gesture, drawn straight into the page: while something is dragged nothing is rendered.

use pipeyard_shared::chain::Point;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::board::Seen;
use crate::editor::gesture::{Moving, Preview, Scene, Wiring, aims};
use crate::editor::layout::{Area, Drawn};
use crate::editor::view::View;

/// What has been changed and must be put back.
#[derive(Default)]
pub(super) struct Picture {
    moved: Vec<HtmlElement>,
    bent: Vec<(Element, String)>,
    sized: Vec<(HtmlElement, Area)>,
    drawn: bool,
}

impl Picture {
    /// Shows the canvas like this.
    pub(super) fn look(&self, canvas: &HtmlElement, view: View) {
        let pan = view.pan;
        if let Some(content) = part(canvas, ".canvas__content") {
            let transform = format!("translate({}px,{}px) scale({})", pan.x, pan.y, view.zoom);
            set(&content, "transform", &transform);
        }
    }

    /// Draws what would come of it, in place of what was drawn before.
    pub(super) fn draw(&mut self, seen: &Seen, scene: &Scene, preview: &Preview) {
        self.put_back();
        let nothing = matches!(preview, Preview::None | Preview::Panning);
        if nothing && !self.drawn {
            return;
        }
        self.drawn = !nothing;
        let canvas = &seen.canvas;
        let (mut lines, mut said) = ([String::new(), String::new(), String::new()], String::new());
        let mut marquee = Area::default();
        match preview {
            Preview::Marquee(area, _) => marquee = *area,
            Preview::Moving(moving) => self.shift(seen, moving),
            Preview::Sizing(id, size) => {
                let at = seen.chain.notes.iter().position(|note| note.id == *id);
                if let Some(at) = at {
                    let before = Area::of_note(&seen.chain.notes[at]);
                    let now = Area {
                        width: size.width,
                        height: size.height,
                        ..before
                    };
                    self.reshape(child(canvas, ".canvas__notes", at), before, now);
                }
            }
            Preview::Wiring(wiring) => {
                lines = wires(scene, wiring);
                if let Some(why_not) = &wiring.why_not {
                    said = (seen.desk.words.canvas.why_not)(why_not, &seen.chain);
                }
            }
            _ => {}
        }
        for (number, line) in lines.iter().enumerate() {
            if let Some(path) = part(canvas, &format!(".pending path:nth-child({})", number + 1)) {
                write(&path, "d", line);
            }
        }
        if let Some(element) = part(canvas, ".marquee").and_then(|found| found.dyn_into().ok()) {
            let element: HtmlElement = element;
            element.set_hidden(!matches!(preview, Preview::Marquee(..)));
            place(&element, marquee);
        }
        self.say(canvas, &said);
    }

    /// Says why not.
    pub(super) fn say(&self, canvas: &HtmlElement, text: &str) {
        if let Some(said) = part(canvas, ".canvas__said") {
            said.set_text_content(Some(text));
        }
    }

    fn shift(&mut self, seen: &Seen, moving: &Moving) {
        let (canvas, layout) = (&seen.canvas, &seen.layout);
        let next = layout.shifted(&seen.chain, &moving.stages, moving.by);
        for (name, all) in [
            (".canvas__cards", &layout.cards),
            (".canvas__outputs", &layout.outputs),
            (".canvas__errors", &layout.errors),
        ] {
            for (number, placed) in all.iter().enumerate() {
                if moving.stages.contains(&placed.stage) {
                    self.move_by(child(canvas, name, number), moving.by);
                }
            }
        }
        for (number, note) in seen.chain.notes.iter().enumerate() {
            if moving.notes.contains(&note.id) {
                self.move_by(child(canvas, ".canvas__notes", number), moving.by);
            }
        }
        for now in &next.groups {
            let mut all = layout.groups.iter();
            if let Some(at) = all.position(|known| known.group == now.group) {
                let before = layout.groups[at].area;
                self.reshape(child(canvas, ".canvas__groups", at), before, now.area);
            }
        }
        for (number, all, now) in [
            (1, &layout.wires, &next.wires),
            (2, &layout.output_lines, &next.output_lines),
            (3, &layout.error_lines, &next.error_lines),
        ] {
            for drawn in now {
                let Some(at) = all.iter().position(|known| known.index == drawn.index) else {
                    continue;
                };
                let name = format!(".curves > g:nth-child({number})");
                self.bend(child(canvas, &name, at), &all[at], drawn);
                if number == 1 {
                    let (from, to) = (all[at].middle, drawn.middle);
                    let by = Point::new(to.0 - from.0, to.1 - from.1);
                    self.move_by(child(canvas, ".counters", at), by);
                }
            }
        }
    }

    fn move_by(&mut self, element: Option<Element>, by: Point) {
        if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
            set(
                &element,
                "transform",
                &format!("translate({}px,{}px)", by.x, by.y),
            );
            self.moved.push(element);
        }
    }

    fn reshape(&mut self, element: Option<Element>, before: Area, now: Area) {
        if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
            place(&element, now);
            self.sized.push((element, before));
        }
    }

    fn bend(&mut self, group: Option<Element>, before: &Drawn, now: &Drawn) {
        if let Some(path) = group.and_then(|group| group.first_element_child()) {
            write(&path, "d", &now.path);
            self.bent.push((path, before.path.clone()));
        }
    }

    fn put_back(&mut self) {
        for element in self.moved.drain(..) {
            set(&element, "transform", "");
        }
        for (element, before) in self.sized.drain(..) {
            place(&element, before);
        }
        for (path, before) in self.bent.drain(..) {
            write(&path, "d", &before);
        }
    }
}

/// The wire that is drawn, the ports at which it can end, and those at which it cannot.
fn wires(scene: &Scene, wiring: &Wiring) -> [String; 3] {
    let (from, to) = (wiring.from, wiring.to);
    let mut lines = [
        format!("M{} {}L{} {}", from.x, from.y, to.x, to.y),
        String::new(),
        String::new(),
    ];
    for aim in aims(&wiring.end, wiring.rewires.as_ref(), scene) {
        let line = &mut lines[1 + usize::from(aim.why_not.is_some())];
        *line += &format!("M{} {}h0", aim.at.x, aim.at.y);
    }
    lines
}

fn place(element: &HtmlElement, area: Area) {
    for (property, value) in [
        ("left", area.x),
        ("top", area.y),
        ("width", area.width),
        ("height", area.height),
    ] {
        set(element, property, &format!("{value}px"));
    }
}

fn part(canvas: &HtmlElement, selector: &str) -> Option<Element> {
    canvas.query_selector(selector).ok()?
}

fn child(canvas: &HtmlElement, selector: &str, number: usize) -> Option<Element> {
    part(canvas, selector)?.children().item(number as u32)
}

/// Neither is refused by any browser.
fn write(element: &Element, name: &str, value: &str) {
    let _ = element.set_attribute(name, value);
}

fn set(element: &Element, property: &str, value: &str) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        let _ = element.style().set_property(property, value);
    }
}
