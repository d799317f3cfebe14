//! What covers the page for a while: it takes the focus and gives it back, and stays within the window.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::{KeyboardEvent, NodeRef, hook, use_effect_with};

use crate::platform::scale;

/// How far it stays from the window's edges, in pixels.
const MARGIN: f64 = 8.0;
/// What the keyboard reaches.
const REACHED: &str =
    "button:not(:disabled), [href], input:not(:disabled), select, textarea, [tabindex=\"0\"]";

/// Takes the focus to `first` (or to the panel's first button), and gives it back when the panel goes, unless
/// somebody else has it by then. `at` is where on the screen its corner is wanted.
#[hook]
pub(crate) fn use_covering(panel: NodeRef, first: NodeRef, at: Option<(f64, f64)>) {
    use_effect_with((), move |()| {
        let before = focused();
        let element = panel.cast::<HtmlElement>();
        if let Some(element) = &element {
            if let Some(at) = at {
                put(element, at);
            }
            let found = || {
                element
                    .query_selector(REACHED)
                    .ok()?
                    .and_then(|found| found.dyn_into().ok())
            };
            focus(first.cast::<HtmlElement>().or_else(found));
        }
        move || {
            let lost = match (focused(), element) {
                (Some(now), Some(element)) => {
                    now.tag_name() == "BODY" || element.contains(Some(&now))
                }
                _ => true,
            };
            if lost {
                focus(before);
            }
        }
    });
}

/// Tab goes round within the panel.
pub(crate) fn keep_within(panel: &NodeRef, event: &KeyboardEvent) {
    if event.key() != "Tab" {
        return;
    }
    let Some(found) = panel
        .cast::<Element>()
        .and_then(|panel| panel.query_selector_all(REACHED).ok())
    else {
        return;
    };
    let end = |at: u32| {
        found
            .get(at)
            .and_then(|end| end.dyn_into::<HtmlElement>().ok())
    };
    let (first, last) = (end(0), end(found.length().saturating_sub(1)));
    let (from, to) = match event.shift_key() {
        true => (first, last),
        false => (last, first),
    };
    if focused() == from {
        event.prevent_default();
        focus(to);
    }
}

/// Within the window, at this corner where that is possible.
fn put(element: &HtmlElement, (left, top): (f64, f64)) {
    let Some(window) = web_sys::window() else {
        return;
    };
    let size =
        |value: Result<wasm_bindgen::JsValue, _>| value.ok().and_then(|value| value.as_f64());
    let area = element.get_bounding_client_rect();
    let fitted = |wanted: f64, own: f64, room: Option<f64>| match room {
        Some(room) => wanted.min(room - own - MARGIN).max(MARGIN),
        None => wanted,
    };
    let style = element.style();
    let left = fitted(left, area.width(), size(window.inner_width()));
    let top = fitted(top, area.height(), size(window.inner_height()));
    let scale = scale();
    for (property, value) in [("left", left / scale), ("top", top / scale)] {
        // Lengths in pixels are refused by no browser.
        let _ = style.set_property(property, &format!("{value:.0}px"));
    }
}

fn focused() -> Option<HtmlElement> {
    let document = web_sys::window()?.document()?;
    document.active_element()?.dyn_into().ok()
}

fn focus(element: Option<HtmlElement>) {
    if let Some(element) = element {
        // What cannot be focused is gone.
        let _ = element.focus();
    }
}
