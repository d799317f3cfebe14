//! The link in the page's address: opened when the page is, and whenever it changes.

use gloo_events::EventListener;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use yew::{hook, use_effect_with, use_mut_ref};

use crate::desk::Desk;
use crate::embed::embed;
use crate::replay::{Fault, Play};
use crate::sharing;

/// Opens what the address holds. Once a chain that came with it is changed, kept or left, the address holds
/// nothing any more, so that a reload shows what a person has.
#[hook]
pub(crate) fn use_address(desk: &Desk) {
    {
        let desk = desk.clone();
        use_effect_with((), move |()| {
            open(&desk);
            let listener = web_sys::window()
                .map(|window| EventListener::new(&window, "hashchange", move |_| open(&desk)));
            move || drop(listener)
        });
    }
    let before = use_mut_ref(|| false);
    use_effect_with(desk.visited.is_some(), move |visits| {
        if before.replace(*visits) && !visits && embed().is_none() {
            let _ = empty();
        }
    });
}

fn open(desk: &Desk) {
    let fragment = web_sys::window().and_then(|window| window.location().hash().ok());
    let Some(fragment) = fragment.filter(|fragment| fragment.len() > 1) else {
        return;
    };
    let desk = desk.clone();
    spawn_local(async move {
        match sharing::parts().await {
            Ok(parts) => (parts.opened)(&desk, &fragment),
            Err(_) => {
                let name = "#".to_owned();
                desk.play(Play::Open(Err(Fault::Unloaded { name }.into())));
            }
        }
    });
}

/// The address without a fragment; no step for the browser's way back. A browser that refuses it opens the link again
/// after a reload.
fn empty() -> Option<()> {
    let window = web_sys::window()?;
    let (location, history) = (window.location(), window.history().ok()?);
    let path = location.pathname().ok()? + &location.search().ok()?;
    history
        .replace_state_with_url(&JsValue::NULL, "", Some(&path))
        .ok()
}
