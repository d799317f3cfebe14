//! Asking the runner for something over HTTP.

use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Request, RequestInit, Response};

/// What an address answers, or what it answers to this text. What went wrong is told in the runner's words, where it has
/// some.
///
/// # Errors
/// When nobody answers, or it is refused.
pub(crate) async fn ask(address: &str, text: Option<&str>) -> Result<String, Option<String>> {
    let init = RequestInit::new();
    if let Some(text) = text {
        init.set_method("POST");
        init.set_body(&JsValue::from_str(text));
    }
    let request = Request::new_with_str_and_init(address, &init).map_err(|_| None)?;
    let window = web_sys::window().ok_or(None)?;
    let answer = JsFuture::from(window.fetch_with_request(&request)).await;
    let answer: Response = answer.map_err(|_| None)?.into();
    let text = JsFuture::from(answer.text().map_err(|_| None)?).await;
    let text = text.ok().and_then(|text| text.as_string());
    if answer.ok() {
        return text.ok_or(None);
    }
    let text = text.map(|text| text.trim().to_owned());
    Err(text.filter(|text| !text.is_empty()))
}
