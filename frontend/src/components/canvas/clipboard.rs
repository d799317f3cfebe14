//! Copying, cutting and pasting parts of a chain: through the browser's own events, so that the system's clipboard
//! needs no permission, or by a command through the clipboard that a page may use.

use std::rc::Rc;

use pipeyard_shared::Chain;
use pipeyard_shared::shell::stage_text;
use pipeyard_shared::words::fault;
use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, Element, HtmlElement};

use super::board::Seen;
use super::wish::{Wish, wish};
use crate::commands::Reason;
use crate::desk::Desk;
use crate::editor::fragment::{self, Put, over_limit};
use crate::editor::layout::reading_order;
use crate::editor::{Edit, Parts, Places};
use crate::format;
use crate::hooks::clipboard::{read, write};
use crate::sharing::chain_of;
use crate::toast::Say;

/// The most text that is looked at to be pasted, in bytes.
const MOST_PASTED: usize = 4 << 20;
/// Where text is typed, and the clipboard is that of the text.
const FIELDS: &str = "input, textarea, select, [contenteditable]";

/// What can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Clip {
    /// Copy what is selected.
    Copy,
    /// The same, as shell text.
    CopyShell,
    /// Copy what is selected and take it out.
    Cut,
    /// Paste what the clipboard has.
    Paste,
}

/// What is copied from and pasted into.
#[derive(Clone)]
pub(crate) struct Source {
    /// Where it is said what came of it.
    pub(crate) desk: Desk,
    /// The chain.
    pub(crate) chain: Rc<Chain>,
    /// What of it is selected.
    pub(crate) parts: Parts,
    /// Where all stages are seen.
    pub(crate) places: Rc<Places>,
}

impl Source {
    /// What the canvas shows.
    pub(super) fn of(seen: &Seen) -> Self {
        Self {
            desk: seen.desk.clone(),
            chain: seen.chain.0.clone(),
            parts: seen.selection.parts(),
            places: places(seen),
        }
    }

    /// Does what a command asks for, and says what came of it once the browser has answered.
    pub(crate) fn take(self, clip: Clip) {
        if clip == Clip::Paste {
            return read(move |text| {
                let refused = || self.desk.words.canvas.paste_refused.to_owned();
                if let Err(said) = text.ok_or_else(refused).and_then(|text| self.paste(&text)) {
                    self.say(said);
                }
            });
        }
        let Some(fragment) = self.copied() else {
            return;
        };
        let text = match clip {
            Clip::CopyShell => shell_text(&fragment),
            _ => fragment::to_text(&fragment),
        };
        write(&text, move |well| {
            let words = self.desk.words.canvas;
            match well {
                // What is gone says so itself.
                true if clip == Clip::Cut => self.take_out(),
                true => self.say(words.copied.to_owned()),
                false => self.say(words.not_copied.to_owned()),
            }
        });
    }

    /// Puts what a text holds into the chain: a fragment, or a pipeline as a shell has it. A sentence says why not.
    fn paste(&self, text: &str) -> Result<(), String> {
        let words = self.desk.words.canvas;
        if self.desk.recorded {
            return Err((self.desk.words.commands.why_not)(Reason::Recorded));
        }
        if text.len() > MOST_PASTED {
            return Err((words.too_long)(&format::bytes(MOST_PASTED as u64)));
        }
        if text.trim().is_empty() {
            return Err(words.nothing_to_paste.to_owned());
        }
        let fragment = match fragment::from_text(text) {
            Some(fragment) => fragment,
            // What begins like JSON is a chain that cannot be read.
            None => Some(text.trim())
                .filter(|text| !text.starts_with("{\""))
                .and_then(chain_of)
                .ok_or_else(|| words.nothing_to_paste.to_owned())?,
        };
        if let Some(over) = over_limit(&self.chain, &fragment) {
            return Err((words.too_much)(&fault(self.desk.language, &over)));
        }
        self.desk.edit(Edit::Paste {
            fragment: Box::new(fragment),
            put: Put::Beside,
            seen: self.places.clone(),
        });
        Ok(())
    }

    fn copied(&self) -> Option<Chain> {
        fragment::copy(&self.chain, &self.parts, &self.places)
    }

    fn take_out(&self) {
        self.desk.edit(Edit::RemoveAll {
            parts: self.parts.clone(),
            reconnect: false,
        });
    }

    /// On the canvas, or at the lower edge of a page without one.
    fn say(&self, sentence: String) {
        if !wish(Wish::Say(sentence.clone())) {
            self.desk.say(Say::New(sentence, None));
        }
    }
}

/// Copies, cuts or pastes, where the event is about the chain. A sentence says why nothing was pasted.
pub(super) fn hear(seen: &Seen, event: &ClipboardEvent) -> Option<String> {
    let target = event.target().and_then(|target| target.dyn_into().ok());
    let target: Option<Element> = target;
    let in_field = target.is_some_and(|target| target.closest(FIELDS).ok().flatten().is_some());
    let data = event.clipboard_data().filter(|_| !in_field)?;
    let source = Source::of(seen);
    if event.type_() == "paste" {
        event.prevent_default();
        let text = data.get_data("text/plain").unwrap_or_default();
        return source.paste(&text).err();
    }
    if marks_text() {
        return None;
    }
    let fragment = source.copied()?;
    event.prevent_default();
    // The browser takes any text here.
    let _ = data.set_data("text/plain", &fragment::to_text(&fragment));
    if event.type_() == "cut" {
        source.take_out();
    }
    None
}

/// Where all stages are seen.
pub(super) fn places(seen: &Seen) -> Rc<Places> {
    Rc::new(seen.layout.places(&seen.chain))
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

/// Whether what is copied or pasted is of the chain: the canvas has the focus, the list beside it, or nothing.
pub(super) fn is_of_chain(canvas: &HtmlElement) -> bool {
    let focused = super::pointing::focused(canvas);
    let in_list =
        focused.is_some_and(|element| element.closest(".outline").ok().flatten().is_some());
    in_list || is_ours(canvas)
}

/// Whether the canvas, or nothing, has the focus.
pub(super) fn is_ours(canvas: &HtmlElement) -> bool {
    super::pointing::focused(canvas)
        .is_none_or(|element| element.tag_name() == "BODY" || canvas.contains(Some(&element)))
}
