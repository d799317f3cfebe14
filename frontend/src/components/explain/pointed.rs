//! What a place of the page is about.

use pipeyard_shared::StageId;
use wasm_bindgen::JsCast;
use web_sys::Element;

/// Where an element's title is while a tip says it: a browser would show it as well.
pub(super) const PUT_BY: &str = "data-title";

/// What is pointed at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Pointed {
    /// A stage, by its card or its piece of the shell line, with what the card says of itself.
    Stage(StageId, Option<String>),
    /// The program of the selected stage.
    Program,
    /// One of its arguments, by its place.
    Word(usize),
    /// One of the palette.
    Template(String),
    /// Where wires begin or end.
    Port(Port),
    /// A wire's counter, with what is said of it.
    Wire(String),
    /// A mark on a card, with what it stands for.
    Mark(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Port {
    Input,
    Output,
    Errors,
    Extra,
}

/// What is at an element, and the element that stands for it.
pub(super) fn at(target: &Element) -> Option<(Element, Pointed)> {
    let up = |selector: &str| target.closest(selector).ok().flatten();
    if let Some(port) = up(".port") {
        let has = |class: &str| port.class_name().contains(class);
        let kind = match () {
            () if has("port--in") => Port::Input,
            () if has("port--out") => Port::Output,
            () if has("port--error") => Port::Errors,
            () => Port::Extra,
        };
        return Some((port, Pointed::Port(kind)));
    }
    if let Some(item) = up("[data-template]") {
        let id = item.get_attribute("data-template")?;
        return Some((item, Pointed::Template(id)));
    }
    if let Some(field) = up("#stage-program") {
        return Some((field, Pointed::Program));
    }
    if let Some(field) = up("input[data-word]") {
        let at = field.get_attribute("data-word")?.parse().ok()?;
        return Some((field, Pointed::Word(at)));
    }
    if let Some(pill) = up("button[data-wire]") {
        let said = title_of(&pill).unwrap_or_default();
        return Some((pill, Pointed::Wire(said)));
    }
    if let Some(mark) = up(".card [title], .card [data-title]") {
        let said = title_of(&mark)?;
        return Some((mark, Pointed::Mark(said)));
    }
    if let Some(card) = up(".card[data-stage]") {
        let id = StageId::new(card.get_attribute("data-stage")?);
        let said = title_of(&card);
        return Some((card, Pointed::Stage(id, said)));
    }
    None
}

/// What an element says of itself; while its tip is shown, that is put by.
fn title_of(element: &Element) -> Option<String> {
    let mut names = ["title", PUT_BY].into_iter();
    names.find_map(|name| element.get_attribute(name).filter(|said| !said.is_empty()))
}

/// The piece of the shell line at a place of the screen. What is typed into lies above it.
pub(super) fn in_line(x: i32, y: i32) -> Option<(Element, Pointed)> {
    let document = web_sys::window()?.document()?;
    let found = document.elements_from_point(x as f32, y as f32);
    found.iter().find_map(|element| {
        let element: Element = element.dyn_into().ok()?;
        let id = StageId::new(element.get_attribute("data-said")?);
        Some((element, Pointed::Stage(id, None)))
    })
}
