//! The link in the page's address: opened when the page is, and whenever it changes.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_events::EventListener;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::Event;
use yew::{hook, use_effect_with, use_mut_ref};

use crate::desk::Desk;
use crate::editor::Action;
use crate::embed::embed;
use crate::later::Loaded;
use crate::replay::{Fault, Play};
use crate::sharing;

/// Opens what the address holds. Once a chain that came with it is changed, kept or left, the address holds
/// nothing any more, so that a reload shows what a person has.
#[hook]
pub(crate) fn use_address(desk: &Desk) {
    // The page's language and chain may be others when an address is followed.
    let latest = use_mut_ref(|| desk.clone());
    latest.borrow_mut().clone_from(desk);
    let missed = use_mut_ref(|| false);
    {
        let (latest, missed) = (latest.clone(), missed.clone());
        use_effect_with((), move |()| {
            open(&latest, &missed);
            let followed = move |_: &Event| {
                let desk = latest.borrow().clone();
                // The browser's way back leads to the address before the link.
                if fragment().is_none() && desk.visited.is_some() {
                    desk.visit(Action::Mine);
                }
                open(&latest, &missed);
            };
            let listener =
                web_sys::window().map(|window| EventListener::new(&window, "hashchange", followed));
            move || drop(listener)
        });
    }
    {
        let latest = latest.clone();
        use_effect_with(matches!(desk.sharing, Loaded::Here(_)), move |here| {
            if *here && missed.replace(false) {
                open(&latest, &missed);
            }
        });
    }
    let before = use_mut_ref(|| false);
    use_effect_with(desk.visited.is_some(), move |visits| {
        if before.replace(*visits) && !visits && embed().is_none() {
            let _ = empty();
        }
    });
}

/// What the address holds, if anything.
fn fragment() -> Option<String> {
    let fragment = web_sys::window()?.location().hash().ok()?;
    (fragment.len() > 1).then_some(fragment)
}

/// Opens what the address holds. What could not be fetched for it is `missed`, and may come later.
fn open(latest: &Rc<RefCell<Desk>>, missed: &Rc<RefCell<bool>>) {
    let Some(fragment) = fragment() else { return };
    let (latest, missed) = (latest.clone(), missed.clone());
    spawn_local(async move {
        let parts = sharing::parts().await;
        let desk = latest.borrow().clone();
        match parts {
            Ok(parts) => (parts.opened)(&desk, &fragment),
            Err(_) => {
                missed.replace(true);
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
