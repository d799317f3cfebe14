//! The chain and the way back survive a reload.

use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use yew::{UseReducerHandle, hook, use_effect_with, use_mut_ref};

use crate::editor::Editor;
use crate::same::Same;
use crate::storage;

/// How long after an edit the way back is kept, in milliseconds: a drag or typing is kept once.
const KEEP_MS: u32 = 500;
/// What tells that the page goes. Of an edit that is made just then, by who hears of it in the capture phase, no
/// drawing may tell any more: so it is the editor that is asked, and not what was drawn of it.
const GOING: [&str; 2] = ["beforeunload", "pagehide"];

/// Keeps the chain after each edit, the way back a little later, and both when the page is left.
///
/// What came with a link is somebody else's until it is changed or kept: it is not kept in place of the own one.
#[hook]
pub(crate) fn use_kept_history(editor: &UseReducerHandle<Editor>) {
    // A tab in which nothing was done since must not put its chain in place of what another tab has kept.
    let kept = use_mut_ref(|| editor.chain().clone());
    let own = editor.visited().is_none();
    let chain = Same::from(editor.chain().clone());
    let latest = editor.clone();
    let known = kept.clone();
    use_effect_with((chain, own), move |(chain, own)| {
        if *own {
            storage::keep_chain(chain);
            known.replace(chain.0.clone());
        }
        let timer = Timeout::new(KEEP_MS, move || keep_way_back(&latest));
        move || drop(timer)
    });
    let latest = editor.clone();
    use_effect_with((), move |()| {
        let listeners = web_sys::window().map(|window| {
            GOING.map(|going| {
                let (latest, kept) = (latest.clone(), kept.clone());
                EventListener::new(&window, going, move |_| {
                    let editor: &Editor = &latest;
                    let before = kept.replace(editor.chain().clone());
                    if editor.visited().is_none() && before != *editor.chain() {
                        storage::keep_chain(editor.chain());
                    }
                    keep_way_back(editor);
                })
            })
        });
        move || drop(listeners)
    });
}

fn keep_way_back(editor: &Editor) {
    if editor.visited().is_none() {
        storage::keep_editor(editor);
    }
}
