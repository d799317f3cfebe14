//! The way back survives a reload.

use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use yew::{hook, use_effect_with, use_mut_ref};

use crate::editor::Editor;
use crate::same::Same;
use crate::storage;

/// How long after an edit it is kept, in milliseconds: a drag or typing is kept once.
const KEEP_MS: u32 = 500;

/// Keeps the editor a little after each edit, and when the page is left.
#[hook]
pub(crate) fn use_kept_history(editor: &Editor) {
    let latest = use_mut_ref(|| editor.clone());
    latest.borrow_mut().clone_from(editor);
    let own = editor.visited().is_none();
    let chain = Same::from(editor.chain().clone());
    let later = latest.clone();
    use_effect_with((chain, own), move |_| {
        let timer = Timeout::new(KEEP_MS, move || keep(&later.borrow()));
        move || drop(timer)
    });
    use_effect_with((), move |()| {
        let leaving = web_sys::window().map(|window| {
            EventListener::new(&window, "pagehide", move |_| {
                keep(&latest.borrow());
            })
        });
        move || drop(leaving)
    });
}

/// What came with a link is somebody else's until it is changed or kept.
fn keep(editor: &Editor) {
    if editor.visited().is_none() {
        storage::keep_editor(editor);
    }
}
