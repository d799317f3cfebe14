//! What kind of machine the page stands on, and how large it is shown there.

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Whether its keyboard has Command where others have Control.
pub(crate) fn is_mac() -> bool {
    let navigator = web_sys::window().map(|window| window.navigator());
    let name = navigator.and_then(|navigator| navigator.platform().ok());
    name.is_some_and(|name| name.starts_with("Mac") || name.starts_with("iP"))
}

/// Pixels of the window for one of the page's own: more than one where text is larger than usual.
pub(crate) fn scale() -> f64 {
    let root = web_sys::window().and_then(|window| window.document()?.document_element());
    let root = root.and_then(|root| root.dyn_into::<HtmlElement>().ok());
    let said = root.and_then(|root| root.style().get_property_value(SCALE).ok());
    said.and_then(|said| said.parse().ok()).unwrap_or(1.0)
}

/// The style sheet's name of it.
pub(crate) const SCALE: &str = "--scale";
