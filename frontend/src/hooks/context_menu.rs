//! Asking for a menu: the right button, a long touch, the menu key, or Shift+F10. The browser makes one event of all.

use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{Element, MouseEvent};
use yew::{Callback, hook, use_effect_with, use_mut_ref};

/// What has a menu of the browser's own that is worth more: text to be copied, and fields.
const BROWSERS: &str = "input, textarea, select, .output, .pane, a";
/// Where the page's own menus are.
const CHAIN: &str = ".canvas, .outline";

/// A menu that is open.
const MENU: &str = "[role=menu]";

/// A part of the chain, as the document names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Touched {
    /// A stage's id.
    Stage(String),
    /// A wire's id.
    Wire(String),
    /// A note's id.
    Note(String),
    /// The canvas itself.
    Ground,
}

/// Calls back with what a menu is asked for, and where on the screen.
#[hook]
pub(crate) fn use_context_menu(on_ask: Callback<(Touched, (i32, i32))>) {
    let latest = use_mut_ref(|| on_ask.clone());
    *latest.borrow_mut() = on_ask;
    use_effect_with((), move |()| {
        let listener = web_sys::window().map(|window| {
            let options = EventListenerOptions::enable_prevent_default();
            EventListener::new_with_options(&window, "contextmenu", options, move |event| {
                let mouse = event
                    .dyn_ref::<MouseEvent>()
                    .filter(|event| !event.default_prevented());
                let asked = mouse.and_then(|mouse| {
                    let target = mouse.target()?.dyn_into::<Element>().ok()?;
                    Some((touched(&target)?, place(mouse, &target)))
                });
                let in_menu = event
                    .target()
                    .and_then(|target| target.dyn_into::<Element>().ok());
                if in_menu.is_some_and(|target| target.closest(MENU).ok().flatten().is_some()) {
                    // The key that opened it may ask once more.
                    event.prevent_default();
                }
                if let Some(asked) = asked {
                    event.prevent_default();
                    let emit = latest.borrow().clone();
                    emit.emit(asked);
                }
            })
        });
        move || drop(listener)
    });
}

/// Below what has the focus.
pub(crate) fn below_focus() -> (i32, i32) {
    let document = web_sys::window().and_then(|window| window.document());
    let focused = document.and_then(|document| document.active_element());
    focused.as_ref().map_or((0, 0), below)
}

fn below(element: &Element) -> (i32, i32) {
    let area = element.get_bounding_client_rect();
    (area.left() as i32 + 8, area.bottom() as i32)
}

fn touched(target: &Element) -> Option<Touched> {
    let near = |selector: &str| target.closest(selector).ok().flatten();
    near(CHAIN)?;
    if near(BROWSERS).is_some() {
        return None;
    }
    let named = |attribute: &str| near(&format!("[{attribute}]"))?.get_attribute(attribute);
    let stage = named("data-stage").map(Touched::Stage);
    let wire = || named("data-wire").map(Touched::Wire);
    let note = || named("data-note").map(Touched::Note);
    stage.or_else(wire).or_else(note).or(Some(Touched::Ground))
}

/// At the pointer, or below what has the focus when a key asks.
fn place(event: &MouseEvent, target: &Element) -> (i32, i32) {
    let area = target.get_bounding_client_rect();
    let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
    let inside = x >= area.left() && x <= area.right() && y >= area.top() && y <= area.bottom();
    match inside && (x, y) != (0.0, 0.0) {
        true => (event.client_x(), event.client_y()),
        false => below(target),
    }
}
