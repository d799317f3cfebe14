//! Whether the page is on its way to paper.

use gloo_events::EventListener;
use yew::{hook, use_effect_with, use_state_eq};

use super::use_media;

/// Whether the page is being printed, or shown as it would be on paper. Who draws by it is drawn in time: the browser
/// lets the page finish before it prints.
#[hook]
pub(crate) fn use_printing() -> bool {
    let shown = use_media("print");
    let printing = use_state_eq(|| false);
    let setter = printing.setter();
    use_effect_with((), move |()| {
        let listeners = web_sys::window().map(|window| {
            [("beforeprint", true), ("afterprint", false)].map(|(name, begins)| {
                let setter = setter.clone();
                EventListener::new(&window, name, move |_| setter.set(begins))
            })
        });
        move || drop(listeners)
    });
    *printing || shown
}
