//! What kind of machine the page stands on.

/// Whether its keyboard has Command where others have Control.
pub(crate) fn is_mac() -> bool {
    let navigator = web_sys::window().map(|window| window.navigator());
    let name = navigator.and_then(|navigator| navigator.platform().ok());
    name.is_some_and(|name| name.starts_with("Mac") || name.starts_with("iP"))
}
