//! Where the keyboard is.

use gloo_timers::callback::Timeout;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Gives the focus to the first of these (CSS selectors, the most wanted first) that is there.
pub(crate) fn focus(selectors: &[&str]) {
    let document = web_sys::window().and_then(|window| window.document());
    let found = document.and_then(|document| {
        let mut known = selectors.iter();
        known.find_map(|selector| document.query_selector(selector).ok()?)
    });
    if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // What cannot take it leaves it where it was.
        let _ = element.focus();
    }
}

/// The same once the page is drawn as it is about to be: what covered it is gone then.
pub(crate) fn focus_soon(selector: String) {
    Timeout::new(0, move || focus(&[&selector])).forget();
}
