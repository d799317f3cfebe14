//! The system's clipboard, as far as the browser lets the page.

use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::Clipboard;

/// Puts a text there, and calls back later with whether it is there.
pub(crate) fn write(text: &str, done: impl FnOnce(bool) + 'static) {
    // Asked for at once: a browser allows it only while a press or a key is dealt with.
    let written = clipboard().map(|clipboard| clipboard.write_text(text));
    spawn_local(async move {
        done(match written {
            Some(written) => JsFuture::from(written).await.is_ok(),
            None => false,
        });
    });
}

/// Calls back later with the text that is there; with nothing where the browser does not tell.
pub(crate) fn read(done: impl FnOnce(Option<String>) + 'static) {
    let read = clipboard().map(|clipboard| clipboard.read_text());
    spawn_local(async move {
        let text = match read {
            Some(read) => JsFuture::from(read).await.ok(),
            None => None,
        };
        done(text.and_then(|text| text.as_string()));
    });
}

/// Only pages from this machine or over TLS have one.
fn clipboard() -> Option<Clipboard> {
    let clipboard = web_sys::window()?.navigator().clipboard();
    (!AsRef::<JsValue>::as_ref(&clipboard).is_undefined()).then_some(clipboard)
}
