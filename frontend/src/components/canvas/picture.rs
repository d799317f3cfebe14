//! What would come of a gesture, drawn straight into the page: while something is dragged nothing is rendered.

use gloo_timers::callback::Timeout;
use pipeyard_shared::chain::Point;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlCollection, HtmlElement};

use super::bar::ZOOM;
use super::board::Seen;
use crate::editor::Port;
use crate::editor::gesture::{Moving, Preview, Scene, Wiring, aims};
use crate::editor::layout::{Area, Drawn};
use crate::editor::view::View;

/// What a wire has while a stage would be put into it.
const MARK: &str = "data-onto";
/// How long a sentence stands, in milliseconds.
const SAID_MS: u32 = 8_000;

/// What has been changed and must be put back.
#[derive(Default)]
pub(super) struct Picture {
    moved: Vec<HtmlElement>,
    bent: Vec<(Element, String)>,
    sized: Vec<(HtmlElement, Area)>,
    marked: Option<Element>,
    /// The ports at which the wire can end that is led from here, and those at which it cannot, as paths: looking
    /// for them takes longer than a frame has.
    aims: Option<(Port, [String; 2])>,
    /// How large the picture is said to be, in percent.
    percent: f64,
    drawn: bool,
    /// What ends a sentence.
    fading: Option<Timeout>,
}

impl Picture {
    /// Shows the canvas like this.
    pub(super) fn look(&mut self, canvas: &HtmlElement, view: View) {
        let pan = view.pan;
        if let Some(content) = part(canvas, ".canvas__content") {
            let transform = format!("translate({}px,{}px) scale({})", pan.x, pan.y, view.zoom);
            set(&content, "transform", &transform);
        }
        let percent = (view.zoom * 100.0).round();
        if percent != self.percent
            && let Some(zoom) = part(canvas, ZOOM)
        {
            zoom.set_text_content(Some(&format!("{percent} %")));
            self.percent = percent;
        }
    }

    /// Draws what would come of it, in place of what was drawn before.
    pub(super) fn draw(&mut self, seen: &Seen, scene: &Scene, preview: &Preview, said: &str) {
        self.put_back();
        let nothing = matches!(preview, Preview::None | Preview::Panning);
        if nothing && !self.drawn {
            return;
        }
        self.drawn = !nothing;
        let canvas = &seen.canvas;
        let mut lines = [String::new(), String::new(), String::new()];
        if !matches!(preview, Preview::Wiring(_)) {
            self.aims = None;
        }
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
                    self.reshape(nth(canvas, ".canvas__notes", at), before, now);
                }
            }
            Preview::Wiring(wiring) => lines = self.wires(scene, wiring),
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
        self.say(canvas, said);
    }

    /// Says a sentence, for a while.
    pub(super) fn say(&mut self, canvas: &HtmlElement, text: &str) {
        let Some(said) = part(canvas, ".canvas__said") else {
            return;
        };
        // Saying the same again would be read aloud again.
        if said.text_content().as_deref() != Some(text) {
            said.set_text_content(Some(text));
        }
        self.fading =
            (!text.is_empty()).then(|| Timeout::new(SAID_MS, move || said.set_text_content(None)));
    }

    fn shift(&mut self, seen: &Seen, moving: &Moving) {
        let (canvas, layout) = (&seen.canvas, &seen.layout);
        self.mark(seen, moving);
        let next = layout.shifted(&seen.chain, &moving.stages, moving.by);
        for (name, all) in [
            (".canvas__cards", &layout.cards),
            (".canvas__outputs", &layout.outputs),
            (".canvas__errors", &layout.errors),
        ] {
            let children = part(canvas, name).map(|list| list.children());
            for (number, placed) in all.iter().enumerate() {
                if moving.stages.contains(&placed.stage) {
                    self.move_by(child(children.as_ref(), number), moving.by);
                }
            }
        }
        for (number, note) in seen.chain.notes.iter().enumerate() {
            if moving.notes.contains(&note.id) {
                self.move_by(nth(canvas, ".canvas__notes", number), moving.by);
            }
        }
        for now in &next.groups {
            let mut all = layout.groups.iter();
            if let Some(at) = all.position(|known| known.group == now.group) {
                let before = layout.groups[at].area;
                self.reshape(nth(canvas, ".canvas__groups", at), before, now.area);
            }
        }
        for (number, all, now) in [
            (1, &layout.wires, &next.wires),
            (2, &layout.output_lines, &next.output_lines),
            (3, &layout.error_lines, &next.error_lines),
        ] {
            let name = format!(".curves > g:nth-child({number})");
            let groups = part(canvas, &name).map(|list| list.children());
            let counters = part(canvas, ".counters").map(|list| list.children());
            // Both lists are in the chain's order.
            let mut places = all.iter().enumerate();
            for drawn in now {
                let Some((at, known)) = places.find(|(_, known)| known.index == drawn.index) else {
                    break;
                };
                self.bend(child(groups.as_ref(), at), known, drawn);
                if number == 1 {
                    let (from, to) = (known.middle, drawn.middle);
                    let by = Point::new(to.0 - from.0, to.1 - from.1);
                    self.move_by(child(counters.as_ref(), at), by);
                }
            }
        }
    }

    /// The chain is another one, or stands elsewhere: wires may end elsewhere.
    pub(super) fn forget_aims(&mut self) {
        self.aims = None;
    }

    /// The wire that is drawn, the ports at which it can end, and those at which it cannot.
    fn wires(&mut self, scene: &Scene, wiring: &Wiring) -> [String; 3] {
        let (from, to) = (wiring.from, wiring.to);
        let line = format!("M{} {}L{} {}", from.x, from.y, to.x, to.y);
        let known = self.aims.take().filter(|known| known.0 == wiring.end);
        let (end, [can, cannot]) = known.unwrap_or_else(|| {
            let mut spots = [String::new(), String::new()];
            for aim in aims(&wiring.end, wiring.rewires.as_ref(), scene) {
                let spot = &mut spots[usize::from(aim.why_not.is_some())];
                *spot += &format!("M{} {}h0", aim.at.x, aim.at.y);
            }
            (wiring.end.clone(), spots)
        });
        self.aims = Some((end, [can.clone(), cannot.clone()]));
        [line, can, cannot]
    }

    /// The wire into which the stage would be put.
    fn mark(&mut self, seen: &Seen, moving: &Moving) {
        let wires = &seen.layout.wires;
        let onto = moving.onto.as_ref().and_then(|id| {
            let wire = |drawn: &Drawn| seen.chain.wires.get(drawn.index);
            wires
                .iter()
                .position(|drawn| wire(drawn).is_some_and(|wire| wire.id == *id))
        });
        let groups = part(&seen.canvas, ".curves > g").map(|list| list.children());
        if let Some(group) = onto.and_then(|at| child(groups.as_ref(), at)) {
            write(&group, MARK, "");
            self.marked = Some(group);
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
        if let Some(group) = self.marked.take() {
            // It is there no longer, whether it was or not.
            let _ = group.remove_attribute(MARK);
        }
        for (path, before) in self.bent.drain(..) {
            write(&path, "d", &before);
        }
    }
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

fn nth(canvas: &HtmlElement, list: &str, number: usize) -> Option<Element> {
    let list = part(canvas, list)?;
    child(Some(&list.children()), number)
}

fn child(children: Option<&HtmlCollection>, number: usize) -> Option<Element> {
    children?.item(number as u32)
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
