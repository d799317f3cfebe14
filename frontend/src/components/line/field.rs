//! What the field does with keys, and when it is read.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_events::{EventListener, EventListenerOptions};
use gloo_timers::callback::Timeout;
use pipeyard_shared::Chain;
use pipeyard_shared::shell::Spoken;
use wasm_bindgen::JsCast;
use web_sys::{HtmlDocument, HtmlTextAreaElement, KeyboardEvent};
use yew::NodeRef;
use yew::functional::UseForceUpdateHandle;

use crate::desk::Desk;
use crate::editor::{Action, Edit};
use crate::hooks::{press_soon, programs};
use crate::i18n::line::LineWords;
use crate::line::complete::{Offer, offer};
use crate::line::past::Past;
use crate::line::{NoLine, PAUSE_MS, Typing, tells_secret};
use crate::same::Same;
use crate::storage;
use crate::toast::Say;
use crate::ui::Show;

/// What an input method has taken a key for (`KeyboardEvent.keyCode`).
const OF_INPUT_METHOD: u32 = 229;

/// What the field remembers between two drawings.
pub(super) struct Model {
    /// The text that is typed, while the field has the focus or what was typed is wrong.
    pub(super) typing: Option<Typing>,
    /// The programs that are offered.
    pub(super) offer: Option<Offer>,
    /// Which of them the keyboard has chosen.
    pub(super) active: Option<usize>,
    /// The line as it was typed, and the chain that it became: shown instead of our own spelling of that chain.
    own_words: Option<(Spoken, Rc<Chain>)>,
    /// The chain as it is now, and its line.
    chain: Rc<Chain>,
    said: Option<Spoken>,
    /// Whether the next chain is the one that was typed.
    expects: bool,
    focused: bool,
    /// The lines that were typed before, how far back one of them is shown, and what was typed in its place.
    past: Past,
    back: usize,
    draft: String,
    /// Whether what comes into the field was not typed.
    fills: bool,
    /// Whether programs may be offered for what was typed last.
    offers: bool,
    /// What was typed, and is no longer shown.
    lost: Option<String>,
    /// The pause after which the text is read.
    due: Option<Timeout>,
}

impl Model {
    pub(super) fn new(chain: &Same<Chain>) -> Self {
        Self {
            typing: None,
            offer: None,
            active: None,
            own_words: None,
            chain: chain.0.clone(),
            said: None,
            expects: false,
            focused: false,
            past: Past::default(),
            back: 0,
            draft: String::new(),
            fills: false,
            offers: false,
            lost: None,
            due: None,
        }
    }

    /// What the field shows of the chain as it is now while it is not typed in: as it was typed, if it was.
    pub(super) fn shown(&self) -> Option<&Spoken> {
        let typed = self.own_words.as_ref();
        let typed = typed.filter(|(_, chain)| *chain == self.chain);
        typed.map(|(typed, _)| typed).or(self.said.as_ref())
    }

    /// Whether there is a text for the chain as it is now: one that was typed, too, where we know none of our own.
    pub(super) fn has_text(&self) -> bool {
        let is_typed = |typing: &Typing| typing.became_this(&self.chain);
        self.shown().is_some() || self.typing.as_ref().is_some_and(is_typed)
    }
}

/// The field, as its listeners have it.
#[derive(Clone)]
pub(super) struct Field {
    pub(super) desk: Desk,
    pub(super) area: NodeRef,
    pub(super) again: UseForceUpdateHandle,
    pub(super) model: Rc<RefCell<Model>>,
    pub(super) connected: bool,
}

impl Field {
    /// Takes over the chain that is drawn.
    pub(super) fn meet(&self, chain: &Same<Chain>, said: &Result<Spoken, NoLine>) {
        let mut model = self.model.borrow_mut();
        let is_other = !Rc::ptr_eq(&model.chain, &chain.0);
        model.said = said.as_ref().ok().cloned();
        if !is_other {
            return;
        }
        model.chain = chain.0.clone();
        let is_ours = std::mem::take(&mut model.expects);
        let focused = model.focused;
        let Some(typing) = &mut model.typing else {
            return;
        };
        if is_ours {
            typing.became(&chain.0);
        } else if focused && typing.is_read && typing.wrong.is_none() {
            model.typing = model.said.as_ref().map(|said| Typing::of(said, &chain.0));
            model.offer = None;
        } else if !focused {
            // The picture has gone on.
            model.lost = model.typing.take().map(|typing| typing.text);
        }
    }

    /// What is no longer shown can be had back by the Up key, and is wrong no more.
    pub(super) fn put_away(&self) {
        let mut model = self.model.borrow_mut();
        if let Some(text) = model.lost.take() {
            keep(&mut model, &text);
            drop(model);
            self.desk.show(Show::WrongLine(false));
        }
    }

    /// The field goes: what was typed is read, and no mistake is left behind that nobody sees.
    pub(super) fn leave(&self) {
        self.finish();
        let is_wrong = {
            let mut model = self.model.borrow_mut();
            model.focused = false;
            model.lost = model.typing.take().and_then(|typing| {
                let is_wrong = typing.wrong.is_some();
                is_wrong.then_some(typing.text)
            });
            model.lost.is_some()
        };
        if is_wrong {
            self.put_away();
        }
    }

    /// Reads what was typed, and keeps it for the Up key.
    fn finish(&self) {
        self.read();
        settle(&mut self.model.borrow_mut());
    }

    /// Listens to what ends a composition, by which Korean and others are typed, and to the end of the page: what was
    /// typed last is read before the editor is kept (`hooks/history`).
    pub(super) fn listen(&self) -> Option<[EventListener; 3]> {
        let area = self.area()?;
        let field = self.clone();
        let composed = EventListener::new(&area, "compositionend", move |_| field.input(false));
        let window = web_sys::window()?;
        let going = |told: &'static str| {
            let field = self.clone();
            let before = EventListenerOptions::run_in_capture_phase();
            EventListener::new_with_options(&window, told, before, move |_| field.finish())
        };
        Some([composed, going("beforeunload"), going("pagehide")])
    }

    fn area(&self) -> Option<HtmlTextAreaElement> {
        self.area.cast()
    }

    /// The field gets the focus: its secrets are shown, and it is typed in from now on.
    pub(super) fn focus(&self) {
        {
            let mut model = self.model.borrow_mut();
            model.focused = true;
            model.past = Past::from_text(&storage::lines());
            model.back = 0;
            model.offers = false;
            if model.typing.is_none() {
                let shown = model.shown();
                model.typing = shown.map(|shown| Typing::of(shown, &model.chain));
            }
        }
        if self.connected {
            let field = self.clone();
            programs::fetch(move || field.offer_again());
        }
        self.again.force_update();
    }

    /// The field is left: what was typed is read.
    pub(super) fn blur(&self) {
        self.finish();
        {
            let mut model = self.model.borrow_mut();
            model.focused = false;
            model.offer = None;
            model.offers = false;
            let is_wrong = |typing: &Typing| typing.wrong.is_some();
            let words = model.typing.as_ref().and_then(Typing::own_words);
            if words.is_some() {
                model.own_words = words;
            }
            model.typing = model.typing.take().filter(is_wrong);
        }
        self.desk.act(Action::Settle);
        self.again.force_update();
    }

    /// The field holds another text.
    pub(super) fn input(&self, composing: bool) {
        let Some(area) = self.area() else { return };
        {
            let mut model = self.model.borrow_mut();
            let model = &mut *model;
            let Some(typing) = &mut model.typing else {
                return;
            };
            let text = area.value();
            if typing.wrong.is_some() && typing.text != text {
                self.desk.show(Show::WrongLine(false));
            }
            typing.changed(text);
            model.offer = None;
            model.active = None;
            model.offers = !model.fills && !composing;
            if !model.fills {
                model.back = 0;
            }
            if model.offers {
                model.offer = offered(&area, &typing.text);
            }
            let field = self.clone();
            model.due = (!composing).then(|| Timeout::new(PAUSE_MS, move || field.read()));
        }
        self.again.force_update();
    }

    /// Offers what has become known since the last key.
    fn offer_again(&self) {
        let Some(area) = self.area() else { return };
        {
            let mut model = self.model.borrow_mut();
            let model = &mut *model;
            let Some(typing) = &model.typing else { return };
            if !model.offers || model.active.is_some() {
                return;
            }
            model.offer = offered(&area, &typing.text);
        }
        self.again.force_update();
    }

    /// Makes the chain what the text says, now.
    fn read(&self) {
        let (next, wrong) = {
            let mut model = self.model.borrow_mut();
            model.due = None;
            let chain = model.chain.clone();
            let Some(typing) = &mut model.typing else {
                return;
            };
            if typing.is_read {
                return;
            }
            let next = typing.read(&chain);
            let wrong = typing.wrong.is_some();
            model.expects = next.is_some();
            (next, wrong)
        };
        if let Some(next) = next {
            self.desk.edit(Edit::Retype(Box::new((*next).clone())));
        }
        self.desk.show(Show::WrongLine(wrong));
        self.again.force_update();
    }

    /// Does what a key means here.
    pub(super) fn key(&self, event: &KeyboardEvent) {
        if event.is_composing() || event.key_code() == OF_INPUT_METHOD {
            return;
        }
        let control = event.ctrl_key() || event.meta_key();
        let plain = !control && !event.shift_key() && !event.alt_key();
        let (offered, active) = {
            let model = self.model.borrow();
            (model.offer.clone(), model.active)
        };
        let key = event.key();
        let taken = match (key.as_str(), &offered) {
            ("Enter", _) if control => self.run(),
            ("Enter", Some(_)) if plain && active.is_some() => self.accept(active.unwrap_or(0)),
            ("Enter", _) if plain => self.enter(),
            ("Tab", Some(offer)) if plain && (active.is_some() || !offer.is_whole) => {
                self.accept(active.unwrap_or(0))
            }
            ("Escape", _) => self.escape(),
            ("ArrowDown", Some(offer)) if plain => self.choose(1, offer.names.len()),
            ("ArrowUp", Some(offer)) if plain => self.choose(-1, offer.names.len()),
            ("ArrowUp", None) if plain => self.recall(1),
            ("ArrowDown", None) if plain => self.recall(-1),
            _ => false,
        };
        if taken {
            event.prevent_default();
        }
    }

    /// Runs what is typed, unless it is wrong.
    fn run(&self) -> bool {
        self.read();
        let is_wrong = |typing: &Typing| typing.wrong.is_some();
        if self.model.borrow().typing.as_ref().is_some_and(is_wrong) {
            let sentence = LineWords::of(self.desk.language).wrong_first;
            self.desk.say(Say::New(sentence.to_owned(), None));
        } else {
            // What was run is what was meant: Escape does not take it back.
            self.enter();
            press_soon("#run".to_owned());
        }
        true
    }

    /// Enter: the text is read at once, and an empty one means an empty chain.
    fn enter(&self) -> bool {
        self.read();
        let empty = {
            let mut model = self.model.borrow_mut();
            let typing = model.typing.as_ref();
            let is_empty = typing.is_some_and(|typing| typing.text.trim().is_empty());
            let empty = (is_empty && !model.chain.stages.is_empty()).then(|| Chain {
                stages: Vec::new(),
                wires: Vec::new(),
                ..(*model.chain).clone()
            });
            model.expects |= empty.is_some();
            empty
        };
        if let Some(empty) = empty {
            self.desk.edit(Edit::Retype(Box::new(empty)));
        }
        {
            let mut model = self.model.borrow_mut();
            model.offer = None;
            model.offers = false;
            settle(&mut model);
            if let Some(typing) = &mut model.typing {
                typing.begin();
            }
        }
        self.desk.act(Action::Settle);
        self.again.force_update();
        true
    }

    /// Escape: the list goes, or what was there comes back, or the field is left.
    fn escape(&self) -> bool {
        let back = {
            let mut model = self.model.borrow_mut();
            model.offers = false;
            if model.offer.take().is_some() {
                model.active = None;
                drop(model);
                self.again.force_update();
                return true;
            }
            model.due = None;
            let chain = model.chain.clone();
            let restored = model
                .typing
                .as_mut()
                .and_then(|typing| typing.restore(&chain));
            model.expects = restored.as_ref().is_some_and(|before| *before != chain);
            restored.map(|before| (before, chain))
        };
        self.desk.show(Show::WrongLine(false));
        match back {
            Some((before, chain)) => {
                if before != chain {
                    self.desk.edit(Edit::Retype(Box::new((*before).clone())));
                }
                self.again.force_update();
            }
            None => {
                if let Some(area) = self.area() {
                    // What has no focus has none to lose.
                    let _ = area.blur();
                }
            }
        }
        true
    }

    /// Chooses the offer below (1) or above (-1).
    fn choose(&self, step: isize, count: usize) -> bool {
        {
            let mut model = self.model.borrow_mut();
            let last = count.saturating_sub(1);
            model.active = Some(match (model.active, step) {
                (Some(at), 1) if at < last => at + 1,
                (_, 1) => 0,
                (Some(at), _) if at > 0 => at - 1,
                _ => last,
            });
        }
        self.again.force_update();
        true
    }

    /// Puts an offered name in place of the word before the caret.
    pub(super) fn accept(&self, at: usize) -> bool {
        let offer = self.model.borrow().offer.clone();
        let Some((offer, area)) = offer.zip(self.area()) else {
            return false;
        };
        let Some(name) = offer.names.get(at) else {
            return false;
        };
        let text = area.value();
        let units = |at: usize| {
            let front = text.get(..at).unwrap_or_default();
            u32::try_from(front.encode_utf16().count()).unwrap_or(u32::MAX)
        };
        let is_last = offer.word.end == text.len();
        // Without such a place nothing is marked, and the name goes where the caret is.
        let _ = area.set_selection_range(units(offer.word.start), units(offer.word.end));
        self.fill(&match is_last {
            true => format!("{name} "),
            false => name.clone(),
        });
        true
    }

    /// Shows a line that was typed before, so many steps further back. Only at the end of the text: elsewhere the
    /// keys move the caret.
    fn recall(&self, step: isize) -> bool {
        let Some(area) = self.area() else {
            return false;
        };
        let text = area.value();
        if caret(&area) != Some(text.len()) {
            return false;
        }
        let line = {
            let mut model = self.model.borrow_mut();
            let Some(back) = model.back.checked_add_signed(step) else {
                return false;
            };
            if model.back == 0 {
                model.draft = text;
            }
            let line = match back {
                0 => Some(model.draft.clone()),
                back => model.past.back(back, &model.draft).map(str::to_owned),
            };
            let Some(line) = line else { return true };
            model.back = back;
            line
        };
        area.select();
        self.fill(&line);
        true
    }

    /// Puts a text in place of what is marked, as if it had been typed: the field can take it back.
    fn fill(&self, text: &str) {
        self.model.borrow_mut().fills = true;
        let document = web_sys::window().and_then(|window| window.document());
        let document = document.and_then(|document| document.dyn_into::<HtmlDocument>().ok());
        if let Some(document) = document {
            // A browser without it leaves the field as it is.
            let _ = match text.is_empty() {
                true => document.exec_command("delete"),
                false => document.exec_command_with_show_ui_and_value("insertText", false, text),
            };
        }
        self.input(false);
        self.model.borrow_mut().fills = false;
    }
}

/// What was typed until now is a line for the Up key.
fn settle(model: &mut Model) {
    model.back = 0;
    let typed = model
        .typing
        .as_ref()
        .filter(|typing| typing.wrong.is_none());
    if let Some(text) = typed.and_then(Typing::is_other) {
        keep(model, &text);
    }
}

/// Keeps a line, unless it holds what the page shows as dots.
fn keep(model: &mut Model, text: &str) {
    if tells_secret(text) {
        return;
    }
    model.past.put(text);
    storage::keep_lines(&model.past.to_text());
}

/// The programs that are offered for what stands before the caret.
fn offered(area: &HtmlTextAreaElement, text: &str) -> Option<Offer> {
    let caret = caret(area)?;
    programs::known(|known| offer(text, caret, known))
}

/// Where the caret is, in bytes; nothing while a part of the text is marked.
fn caret(area: &HtmlTextAreaElement) -> Option<usize> {
    let start = area.selection_start().ok()??;
    let end = area.selection_end().ok()??;
    let units: Vec<u16> = area.value().encode_utf16().take(start as usize).collect();
    (start == end).then(|| String::from_utf16_lossy(&units).len())
}
