//! Media queries.

use gloo_events::EventListener;
use yew::{hook, use_effect_with, use_state};

/// Whether a media query holds, now and whenever that changes.
#[hook]
pub(crate) fn use_media(query: &str) -> bool {
    let holds = use_state(|| list(query).is_some_and(|list| list.matches()));
    let setter = holds.setter();
    use_effect_with(query.to_owned(), move |query| {
        let listener = list(query).map(|list| {
            setter.set(list.matches());
            let watched = list.clone();
            EventListener::new(&list, "change", move |_| setter.set(watched.matches()))
        });
        move || drop(listener)
    });
    *holds
}

fn list(query: &str) -> Option<web_sys::MediaQueryList> {
    web_sys::window()?.match_media(query).ok()?
}
