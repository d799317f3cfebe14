//! From what the browser says of pointers and wheels to what the machine of gestures is told.

use pipeyard_shared::chain::Point;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, PointerEvent, WheelEvent};

use crate::editor::gesture::{Button, Keys, Kind, Pointer, Target};
use crate::editor::view::{Screen, View};
use crate::platform::scale;

/// A line of a wheel that counts in lines, in pixels.
const LINE: f64 = 33.0;
/// What a notch of a wheel is at least; a touch pad sends less at a time.
const NOTCH: f64 = 60.0;
/// Two fingers apart send small steps, many of them: each counts so many times.
const PINCH: f64 = 4.0;

/// The pointer, on nothing as yet.
pub(super) fn pointer(canvas: &HtmlElement, event: &PointerEvent, space: bool) -> Pointer {
    Pointer {
        id: event.pointer_id(),
        kind: match event.pointer_type().as_str() {
            "touch" => Kind::Touch,
            "pen" => Kind::Pen,
            _ => Kind::Mouse,
        },
        button: match event.button() {
            0 => Button::Primary,
            1 => Button::Middle,
            _ => Button::Other,
        },
        at: place(canvas, event.client_x(), event.client_y()),
        time_ms: event.time_stamp(),
        keys: Keys {
            shift: event.shift_key(),
            add: event.ctrl_key() || event.meta_key(),
            alt: event.alt_key(),
            space,
        },
        over: Target::Ground,
    }
}

/// How the canvas is looked at after the wheel has turned: a wheel, or two fingers apart, zoom where the pointer is;
/// two fingers side by side move the view.
pub(super) fn wheeled(view: View, canvas: &HtmlElement, event: &WheelEvent) -> View {
    let unit = if event.delta_mode() == 0 { 1.0 } else { LINE };
    let (x, y) = (event.delta_x() * unit, event.delta_y() * unit);
    let at = place(canvas, event.client_x(), event.client_y());
    if event.ctrl_key() && y.abs() < NOTCH {
        view.wheeled(y * PINCH, at)
    } else if event.shift_key() {
        view.panned(-x - y, 0.0)
    } else if event.ctrl_key() || (x == 0.0 && y.abs() >= NOTCH) {
        view.wheeled(y, at)
    } else {
        view.panned(-x, -y)
    }
}

/// How large the canvas is on the screen.
pub(super) fn screen(canvas: &HtmlElement) -> Screen {
    Screen {
        width: f64::from(canvas.client_width()),
        height: f64::from(canvas.client_height()),
    }
}

/// Where on the canvas's element a place of the window is.
pub(super) fn place(canvas: &Element, x: impl Into<f64>, y: impl Into<f64>) -> Point {
    let (corner, scale) = (canvas.get_bounding_client_rect(), scale());
    Point::new(
        (x.into() - corner.x()) / scale,
        (y.into() - corner.y()) / scale,
    )
}

/// An attribute of the element itself, or of the nearest one around it that matches.
pub(super) fn nearest(target: &Element, selector: &str, attribute: &str) -> Option<String> {
    target.closest(selector).ok()??.get_attribute(attribute)
}

/// The element that has the focus.
pub(super) fn focused(canvas: &HtmlElement) -> Option<HtmlElement> {
    let document = canvas.owner_document()?;
    document.active_element()?.dyn_into().ok()
}
