//! What kind of machine the page stands on, how large it is shown there, and what time it is.

use std::cell::Cell;

use pipeyard_shared::words::Language;

/// Whether its keyboard has Command where others have Control.
pub(crate) fn is_mac() -> bool {
    let navigator = web_sys::window().map(|window| window.navigator());
    let name = navigator.and_then(|navigator| navigator.platform().ok());
    name.is_some_and(|name| name.starts_with("Mac") || name.starts_with("iP"))
}

thread_local! {
    static SCALE: Cell<f64> = const { Cell::new(1.0) };
}

/// Pixels of the window for one of the page's own: more than one where text is larger than usual.
pub(crate) fn scale() -> f64 {
    SCALE.get()
}

/// From now on there are so many.
pub(crate) fn set_scale(scale: f64) {
    SCALE.set(scale);
}

/// The page's clock, in milliseconds since it was loaded.
pub(crate) fn now_ms() -> f64 {
    let clock = web_sys::window().and_then(|window| window.performance());
    clock.map_or(0.0, |clock| clock.now())
}

/// The time of day at an instant of the page's clock, as people of this language write it.
pub(crate) fn time_of_day(page_ms: f64, language: Language) -> String {
    let then_ms = js_sys::Date::now() - (now_ms() - page_ms);
    let then = js_sys::Date::new(&then_ms.into());
    String::from(then.to_locale_time_string(language.tag()))
}

/// The text in small letters. The browser's own tables of letters are used: those of the standard library would have to be
/// loaded.
pub(crate) fn lower(text: &str) -> String {
    #[cfg(target_arch = "wasm32")]
    {
        js_sys::JsString::from(text).to_lower_case().into()
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        text.to_lowercase()
    }
}

/// Whether the page was opened by the name `localhost`.
pub(crate) fn is_localhost() -> bool {
    let host = web_sys::window().and_then(|window| window.location().hostname().ok());
    host.is_some_and(|host| host == "localhost")
}

/// The port of the page's own address, where that is this machine and names one.
pub(crate) fn own_port() -> Option<String> {
    let location = web_sys::window()?.location();
    let host = location.hostname().ok()?;
    let port = location.port().ok()?;
    (["127.0.0.1", "localhost"].contains(&host.as_str()) && !port.is_empty()).then_some(port)
}

/// The query of the page's address.
pub(crate) fn search() -> String {
    let location = web_sys::window().map(|window| window.location());
    let search = location.and_then(|location| location.search().ok());
    search.unwrap_or_default()
}

/// Whether a runner is behind the page, as its document says; otherwise it is a folder of files.
pub(crate) fn has_runner() -> bool {
    let none = "meta[name=\"pipeyard-runner\"][content=\"none\"]";
    let document = web_sys::window().and_then(|window| window.document());
    let found = document.and_then(|document| document.query_selector(none).ok()?);
    found.is_none()
}
