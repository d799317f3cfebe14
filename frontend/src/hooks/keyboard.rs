//! Keys of the whole page.

use std::rc::Rc;

use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, KeyboardEvent};
use yew::{Callback, hook, use_effect_with, use_mut_ref};

use crate::commands::{self, Command, Pressed, Scene, State};

/// Where the arrow keys and Delete belong to the chain.
const CHAIN: &str = ".canvas, .outline";
/// Inputs that no text is typed into.
const UNTYPED: [&str; 4] = ["checkbox", "radio", "button", "file"];

/// Calls back with what a key asks for, and whether that applies, wherever the focus is.
#[hook]
pub(crate) fn use_keyboard(scene: Rc<Scene>, on_command: Callback<(Command, State)>) {
    // The page listens once; what is called is the latest.
    let latest = use_mut_ref(|| (scene.clone(), on_command.clone()));
    *latest.borrow_mut() = (scene, on_command);
    use_effect_with((), move |()| {
        let listener = web_sys::window().map(|window| {
            let options = EventListenerOptions::enable_prevent_default();
            EventListener::new_with_options(&window, "keydown", options, move |event| {
                let Some(event) = event.dyn_ref::<KeyboardEvent>() else {
                    return;
                };
                // A key that chooses a syllable of Korean, or that was dealt with, is none of ours.
                if event.is_composing() || event.default_prevented() {
                    return;
                }
                let (scene, on_command) = latest.borrow().clone();
                if let Some(asked) = meaning(event, &scene) {
                    event.prevent_default();
                    on_command.emit(asked);
                }
            })
        });
        move || drop(listener)
    });
}

fn meaning(event: &KeyboardEvent, scene: &Scene) -> Option<(Command, State)> {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    let tag = target.as_ref().map(Element::tag_name).unwrap_or_default();
    let name = key_name(event);
    let pressed = Pressed {
        name: &name,
        control: event.ctrl_key() || event.meta_key(),
        shift: event.shift_key(),
        alt: event.alt_key(),
        in_field: target.as_ref().is_some_and(takes_typing),
        on_chain: tag == "BODY"
            || target.is_some_and(|target| target.closest(CHAIN).ok().flatten().is_some()),
    };
    commands::meaning(&pressed, scene)
}

/// What a key is called. On a keyboard of another script the letter is meant that stands there, not what it would write.
pub(crate) fn key_name(event: &KeyboardEvent) -> String {
    let name = event.key();
    let place = event.code();
    match place.strip_prefix("Key").filter(|_| !name.is_ascii()) {
        Some(letter) => letter.to_owned(),
        None => name,
    }
}

fn takes_typing(element: &Element) -> bool {
    match element.dyn_ref::<HtmlInputElement>() {
        Some(input) => !UNTYPED.contains(&input.type_().as_str()),
        None => matches!(element.tag_name().as_str(), "TEXTAREA" | "SELECT"),
    }
}

/// Whether the focus is where text is typed.
pub(crate) fn typing() -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    let focused = document.and_then(|document| document.active_element());
    focused.is_some_and(|element| takes_typing(&element))
}
