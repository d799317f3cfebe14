//! Something at a place on the canvas.

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::{Html, classes, html};

use crate::editor::layout::Area;

/// Where an element is to be put; gone when it has been.
const WANTED: &str = "data-at";

/// An element that [`put_all`] puts at its place.
pub(super) fn placed(key: String, area: Area, class: &'static str, content: Html) -> Html {
    let Area {
        x,
        y,
        width,
        height,
    } = area;
    let at = format!("left:{x}px;top:{y}px;width:{width}px;height:{height}px");
    html! { <div {key} class={classes!("placed", class)} data-at={at}>{ content }</div> }
}

/// Puts everything at its place that is not there yet. Places are set through the style object: the content
/// security policy refuses style attributes.
pub(super) fn put_all(canvas: &HtmlElement) {
    let Ok(waiting) = canvas.query_selector_all("[data-at]") else {
        return;
    };
    for number in 0..waiting.length() {
        let element = waiting.item(number);
        let Some(element) = element.and_then(|node| node.dyn_into::<HtmlElement>().ok()) else {
            continue;
        };
        if let Some(at) = element.get_attribute(WANTED) {
            element.style().set_css_text(&at);
            // It is there, whether it was asked for or not.
            let _ = element.remove_attribute(WANTED);
        }
    }
}
