//! A style sheet that comes later, with the part of the page that it is for.

use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::Element;

/// Wears the style sheet that the document names in the `meta` element of this name, once. Ready when it is there.
///
/// # Errors
/// When it cannot be fetched, or the document names none.
pub(crate) async fn wear(name: &str) -> Result<(), JsValue> {
    let document = web_sys::window().and_then(|window| window.document());
    let document = document.ok_or(JsValue::NULL)?;
    if let Some(link) = document.query_selector(&format!("link[data-part=\"{name}\"]"))? {
        return loaded(link).await;
    }
    let named = document.query_selector(&format!("meta[name=\"{name}\"]"))?;
    let address = named.and_then(|named| named.get_attribute("content"));
    let link = document.create_element("link")?;
    link.set_attribute("rel", "stylesheet")?;
    link.set_attribute("data-part", name)?;
    link.set_attribute("href", &address.ok_or(JsValue::NULL)?)?;
    document
        .query_selector("head")?
        .ok_or(JsValue::NULL)?
        .append_child(&link)?;
    loaded(link).await
}

/// Waits for it. One that could not be had is taken away, so that it can be asked for again.
async fn loaded(link: Element) -> Result<(), JsValue> {
    if link.has_attribute("data-loaded") {
        return Ok(());
    }
    let waited = Promise::new(&mut |done, failed| {
        for (event, heard) in [("load", &done), ("error", &failed)] {
            // An element of the document takes listeners.
            let _ = link.add_event_listener_with_callback(event, heard);
        }
    });
    match JsFuture::from(waited).await {
        Ok(_) => link.set_attribute("data-loaded", ""),
        Err(error) => {
            link.remove();
            Err(error)
        }
    }
}
