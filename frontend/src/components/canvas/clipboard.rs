//! Copying, cutting and pasting parts of a chain: through the browser's own events, so that the system's clipboard
//! needs no permission, or by a command through the clipboard that a page may use.

use std::rc::Rc;

use pipeyard_shared::Chain;
use pipeyard_shared::shell::{pipeline, stage_text};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Clipboard, ClipboardEvent, Element, HtmlElement};

use super::board::Seen;
use super::wish::{Wish, wish};
use crate::editor::fragment::{self, Put};
use crate::editor::layout::reading_order;
use crate::editor::{Edit, Places};

/// The most text that is looked at to be pasted, in bytes.
const MOST_PASTED: usize = 4 << 20;
/// Where text is typed, and the clipboard is that of the text.
const FIELDS: &str = "input, textarea, select, [contenteditable]";

/// Copies, cuts or pastes, where the event is about the chain. A sentence says why nothing was pasted.
pub(super) fn hear(seen: &Seen, event: &ClipboardEvent) -> Option<String> {
    let target = event.target().and_then(|target| target.dyn_into().ok());
    let target: Option<Element> = target;
    let in_field = target.is_some_and(|target| target.closest(FIELDS).ok().flatten().is_some());
    let data = event.clipboard_data().filter(|_| !in_field)?;
    if event.type_() == "paste" {
        event.prevent_default();
        let text = data.get_data("text/plain").unwrap_or_default();
        return paste(seen, &text).err();
    }
    if marks_text() {
        return None;
    }
    let fragment = copied(seen)?;
    event.prevent_default();
    // The browser takes any text here.
    let _ = data.set_data("text/plain", &fragment::to_text(&fragment));
    if event.type_() == "cut" {
        cut(seen);
    }
    None
}

/// Puts what is selected on the clipboard, as a fragment or as shell text.
pub(super) fn copy(seen: &Seen, as_shell: bool) {
    let Some(fragment) = copied(seen) else { return };
    let text = match as_shell {
        true => shell_text(&fragment),
        false => fragment::to_text(&fragment),
    };
    let Some(clipboard) = clipboard() else {
        wish(Wish::Say(seen.desk.words.view.not_copied.to_owned()));
        return;
    };
    let written = clipboard.write_text(&text);
    let words = seen.desk.words.view;
    spawn_local(async move {
        let well = JsFuture::from(written).await.is_ok();
        let said = if well { words.copied } else { words.not_copied };
        wish(Wish::Say(said.to_owned()));
    });
}

/// Takes what is selected out of the chain.
pub(super) fn cut(seen: &Seen) {
    seen.desk.edit(Edit::RemoveAll {
        parts: seen.selection.parts(),
        reconnect: false,
    });
}

/// Asks for the clipboard's text and pastes it.
pub(super) fn paste_later(seen: &Seen) {
    let refused = seen.desk.words.canvas.paste_refused;
    let Some(clipboard) = clipboard() else {
        wish(Wish::Say(refused.to_owned()));
        return;
    };
    let read = clipboard.read_text();
    spawn_local(async move {
        let text = JsFuture::from(read).await.ok();
        wish(match text.and_then(|text| text.as_string()) {
            Some(text) => Wish::PasteText(text),
            None => Wish::Say(refused.to_owned()),
        });
    });
}

/// Puts what a text holds into the chain: a fragment, or a pipeline as a shell has it. A sentence says why not.
pub(super) fn paste(seen: &Seen, text: &str) -> Result<(), String> {
    let words = seen.desk.words.canvas;
    if seen.desk.recorded || text.trim().is_empty() || text.len() > MOST_PASTED {
        return Err(words.nothing_to_paste.to_owned());
    }
    let fragment = match fragment::from_text(text) {
        Some(fragment) => fragment,
        None => pipeline(text.trim()).map_err(|_| words.nothing_to_paste.to_owned())?,
    };
    seen.desk.edit(Edit::Paste {
        fragment: Box::new(fragment),
        put: Put::Beside,
        seen: places(seen),
    });
    Ok(())
}

/// Where all stages are seen.
pub(super) fn places(seen: &Seen) -> Rc<Places> {
    Rc::new(seen.layout.places(&seen.chain))
}

fn copied(seen: &Seen) -> Option<Chain> {
    fragment::copy(
        &seen.chain,
        &seen.selection.parts(),
        &seen.layout.places(&seen.chain),
    )
}

/// The stages as a shell has them: with `|` where one feeds the next, on lines of their own otherwise.
fn shell_text(fragment: &Chain) -> String {
    let mut text = String::new();
    let mut before: Option<usize> = None;
    for at in reading_order(fragment) {
        let (stages, wires) = (&fragment.stages, &fragment.wires);
        if let Some(before) = before.replace(at) {
            let piped = wires
                .iter()
                .any(|wire| wire.from.stage == stages[before].id && wire.to.stage == stages[at].id);
            text += if piped { " | " } else { "\n" };
        }
        text += &stage_text(&stages[at]);
    }
    text
}

/// Only pages from this machine or over TLS have one.
fn clipboard() -> Option<Clipboard> {
    let clipboard = web_sys::window()?.navigator().clipboard();
    (!AsRef::<JsValue>::as_ref(&clipboard).is_undefined()).then_some(clipboard)
}

/// Whether a person has marked text on the page, which is what they copy then.
fn marks_text() -> bool {
    let selection = web_sys::window().and_then(|window| window.get_selection().ok()?);
    selection.is_some_and(|selection| !selection.is_collapsed())
}

/// Whether the canvas, or nothing, has the focus.
pub(super) fn is_ours(canvas: &HtmlElement) -> bool {
    super::pointing::focused(canvas)
        .is_none_or(|element| element.tag_name() == "BODY" || canvas.contains(Some(&element)))
}
