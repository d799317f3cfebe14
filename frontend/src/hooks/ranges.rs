//! Parts of what the runner keeps, asked for over HTTP.

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Request, RequestInit, Response};

/// The bytes from `start` up to `end` of what an address has, or fewer where it has no more; nothing when it could
/// not be had.
pub(crate) async fn range(address: &str, start: u64, end: u64) -> Option<Vec<u8>> {
    if start >= end {
        return Some(Vec::new());
    }
    let request = Request::new_with_str_and_init(address, &RequestInit::new()).ok()?;
    let wanted = format!("bytes={start}-{}", end - 1);
    request.headers().set("Range", &wanted).ok()?;
    let answer = web_sys::window()?.fetch_with_request(&request);
    let response: Response = JsFuture::from(answer).await.ok()?.dyn_into().ok()?;
    // Anything else than the part would be the whole.
    if response.status() != 206 {
        return None;
    }
    let bytes = JsFuture::from(response.array_buffer().ok()?).await.ok()?;
    Some(js_sys::Uint8Array::new(&bytes).to_vec())
}
