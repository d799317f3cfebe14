//! The programs that the runner has, for whoever types the name of one.

use std::cell::{Cell, RefCell};

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Request, RequestInit, Response};

thread_local! {
    static KNOWN: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    static WAITING: RefCell<Vec<Box<dyn FnOnce()>>> = RefCell::default();
    static ASKED: Cell<bool> = const { Cell::new(false) };
}

/// Asks for them, and then does what is to be done with the answer. What was known stays known until it is there, and
/// without one.
pub(crate) fn fetch(then: impl FnOnce() + 'static) {
    WAITING.with_borrow_mut(|waiting| waiting.push(Box::new(then)));
    if ASKED.replace(true) {
        return;
    }
    spawn_local(async move {
        if let Some(text) = told().await {
            KNOWN.set(text.lines().map(str::to_owned).collect());
        }
        ASKED.set(false);
        for then in WAITING.take() {
            then();
        }
    });
}

/// Works something out from those that are known, sorted.
pub(crate) fn known<T>(with: impl FnOnce(&[String]) -> T) -> T {
    KNOWN.with_borrow(|known| with(known))
}

async fn told() -> Option<String> {
    let request = Request::new_with_str_and_init("programs", &RequestInit::new()).ok()?;
    let answer = web_sys::window()?.fetch_with_request(&request);
    let response: Response = JsFuture::from(answer).await.ok()?.dyn_into().ok()?;
    if !response.ok() {
        return None;
    }
    JsFuture::from(response.text().ok()?)
        .await
        .ok()?
        .as_string()
}
