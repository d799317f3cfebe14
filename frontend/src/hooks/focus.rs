//! Where the keyboard is.

use gloo_timers::callback::Timeout;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement, HtmlTextAreaElement, KeyboardEvent};

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

/// The same once the page is drawn as it is about to be, where nothing has the focus then: what had it is gone.
pub(crate) fn focus_if_lost(selectors: &[&str]) {
    let selectors: Vec<String> = selectors.iter().map(|known| (*known).to_owned()).collect();
    Timeout::new(0, move || {
        let document = web_sys::window().and_then(|window| window.document());
        let focused = document.and_then(|document| document.active_element());
        if focused.is_none_or(|element| element.tag_name() == "BODY") {
            let selectors: Vec<&str> = selectors.iter().map(String::as_str).collect();
            focus(&selectors);
        }
    })
    .forget();
}

/// The same once the page is drawn as it is about to be: what covered it is gone then.
pub(crate) fn focus_soon(selector: String) {
    Timeout::new(0, move || focus(&[&selector])).forget();
}

/// Presses what a selector finds, once the page is drawn as it is about to be.
pub(crate) fn press_soon(selector: String) {
    let press = move || {
        let document = web_sys::window().and_then(|window| window.document());
        let found = document.and_then(|document| document.query_selector(&selector).ok()?);
        if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
            element.click();
        }
    };
    Timeout::new(0, press).forget();
}

/// Up and Down, and Home and End outside of text, take the focus along the elements that a selector finds within the
/// nearest `container` around it.
pub(crate) fn step_focus(event: &KeyboardEvent, container: &str, selector: &str) {
    let key = event.key();
    let Some(target) = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
    else {
        return;
    };
    let in_text = matches!(target.tag_name().as_str(), "INPUT" | "TEXTAREA");
    let within = target.closest(container).ok().flatten();
    let Some(list) = within.and_then(|within| within.query_selector_all(selector).ok()) else {
        return;
    };
    let items: Vec<HtmlElement> = (0..list.length())
        .filter_map(|at| list.item(at)?.dyn_into().ok())
        .collect();
    let at = items.iter().position(|item| **item == target);
    let last = items.len().saturating_sub(1);
    let to = match (key.as_str(), at) {
        ("ArrowDown", Some(at)) => at + 1,
        ("ArrowUp", Some(at)) => at.wrapping_sub(1),
        ("Home", Some(_)) if !in_text => 0,
        ("End", Some(_)) if !in_text => last,
        _ => return,
    };
    if let Some(item) = items.get(to) {
        event.prevent_default();
        // What cannot take it leaves it where it was.
        let _ = item.focus();
    }
}

/// The same for a field, whose text is marked then.
pub(crate) fn select_soon(selector: &'static str) {
    Timeout::new(0, move || {
        focus(&[selector]);
        let document = web_sys::window().and_then(|window| window.document());
        let field = document.and_then(|document| document.active_element());
        let Some(field) = field else { return };
        if let Some(field) = field.dyn_ref::<HtmlInputElement>() {
            field.select();
        } else if let Some(field) = field.dyn_ref::<HtmlTextAreaElement>() {
            field.select();
        }
    })
    .forget();
}
