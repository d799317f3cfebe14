//! Copying, cutting and pasting parts of a chain: through the browser's own events, so that the system's clipboard
//! needs no permission, or by a command through the clipboard that a page may use.

use std::rc::Rc;

use pipeyard_shared::Chain;
use pipeyard_shared::shell::{pipeline, stage_text};
use pipeyard_shared::words::fault;
use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, Element, HtmlElement};

use super::board::Seen;
use super::wish::{Wish, wish};
use crate::commands::Reason;
use crate::editor::fragment::{self, Put, over_limit};
use crate::editor::layout::reading_order;
use crate::editor::{Edit, Places};
use crate::format;
use crate::hooks::clipboard::{read, write};

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
        take_out(seen);
    }
    None
}

/// Puts what is selected on the clipboard, which is said when it is there.
pub(super) fn copy(seen: &Seen, as_shell: bool) {
    if let Some(fragment) = copied(seen) {
        let text = match as_shell {
            true => shell_text(&fragment),
            false => fragment::to_text(&fragment),
        };
        let words = seen.desk.words.view;
        write(&text, move |well| {
            let said = if well { words.copied } else { words.not_copied };
            wish(Wish::Say(said.to_owned()));
        });
    }
}

/// Puts what is selected on the clipboard, and takes it out of the chain only once it is there.
pub(super) fn cut(seen: &Seen) {
    if let Some(fragment) = copied(seen) {
        let seen = seen.clone();
        write(&fragment::to_text(&fragment), move |well| match well {
            true => take_out(&seen),
            false => wish(Wish::Say(seen.desk.words.view.not_copied.to_owned())),
        });
    }
}

/// Takes what is selected out of the chain.
fn take_out(seen: &Seen) {
    seen.desk.edit(Edit::RemoveAll {
        parts: seen.selection.parts(),
        reconnect: false,
    });
}

/// Asks for the clipboard's text and pastes it.
pub(super) fn paste_later(seen: &Seen) {
    let refused = seen.desk.words.canvas.paste_refused;
    read(move |text| {
        wish(match text {
            Some(text) => Wish::PasteText(text),
            None => Wish::Say(refused.to_owned()),
        });
    });
}

/// Puts what a text holds into the chain: a fragment, or a pipeline as a shell has it. A sentence says why not.
pub(super) fn paste(seen: &Seen, text: &str) -> Result<(), String> {
    let words = seen.desk.words.canvas;
    if seen.desk.recorded {
        return Err((seen.desk.words.commands.why_not)(Reason::Recorded));
    }
    if text.len() > MOST_PASTED {
        return Err((words.too_long)(&format::bytes(MOST_PASTED as u64)));
    }
    if text.trim().is_empty() {
        return Err(words.nothing_to_paste.to_owned());
    }
    let fragment = match fragment::from_text(text) {
        Some(fragment) => fragment,
        None => pipeline(text.trim()).map_err(|_| words.nothing_to_paste.to_owned())?,
    };
    if let Some(over) = over_limit(&seen.chain, &fragment) {
        return Err((words.too_much)(&fault(seen.desk.language, &over)));
    }
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
