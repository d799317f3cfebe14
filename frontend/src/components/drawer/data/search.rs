//! Searching within what is shown.

use web_sys::{HtmlElement, HtmlInputElement};
use yew::{Callback, Html, InputEvent, KeyboardEvent, NodeRef, TargetCast, html};

use crate::commands::{Command, shown_keys};
use crate::desk::Desk;
use crate::format;
use crate::i18n::data::DataWords;

pub(super) struct Props {
    pub(super) node: NodeRef,
    pub(super) text: String,
    /// Places found, and whether there are more.
    pub(super) count: usize,
    pub(super) more: bool,
    /// The place that the person stands at, from 0.
    pub(super) current: Option<usize>,
    /// Whether hexadecimal digits are searched for as bytes.
    pub(super) in_hex: bool,
    pub(super) on_text: Callback<String>,
    pub(super) on_current: Callback<usize>,
}

pub(super) fn search_box(desk: &Desk, props: &Props) -> Html {
    let words = DataWords::of(desk.language);
    let typed = {
        let on_text = props.on_text.clone();
        Callback::from(move |event: InputEvent| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                on_text.emit(input.value());
            }
        })
    };
    let (count, current) = (props.count, props.current.unwrap_or(0));
    let step = |forwards: bool| {
        let on_current = props.on_current.clone();
        Callback::from(move |()| {
            if count > 0 {
                let by = if forwards { 1 } else { count - 1 };
                on_current.emit((current + by) % count);
            }
        })
    };
    let (next, previous) = (step(true), step(false));
    let key = {
        let (next, previous) = (next.clone(), previous.clone());
        let (on_text, empty) = (props.on_text.clone(), props.text.is_empty());
        Callback::from(move |event: KeyboardEvent| match event.key().as_str() {
            "Enter" if !event.ctrl_key() && !event.meta_key() && !event.is_composing() => {
                event.prevent_default();
                if event.shift_key() {
                    previous.emit(());
                } else {
                    next.emit(());
                }
            }
            // The same key would stop a run.
            "Escape" if !empty => {
                event.prevent_default();
                on_text.emit(String::new());
                focus_data();
            }
            _ => {}
        })
    };
    let all = format!(
        "{}{}",
        format::grouped(count as u64),
        if props.more { "+" } else { "" }
    );
    let said = if props.text.is_empty() {
        String::new()
    } else if count == 0 {
        words.no_hits.to_owned()
    } else {
        (words.hit_of)(current + 1, &all)
    };
    let none = count == 0;
    html! {
        <span class="search" role="search">
            <input
                ref={props.node.clone()}
                id="data-search"
                type="search"
                class="field__input search__input"
                placeholder={words.search}
                aria-label={words.search}
                title={if props.in_hex { words.search_in_hex.to_owned() } else { shown_keys(Command::Find) }}
                maxlength="200"
                autocomplete="off"
                value={props.text.clone()}
                oninput={typed}
                onkeydown={key}
            />
            <span id="data-hits" class="search__hits" role="status">{ said }</span>
            <button type="button" class="chip" hidden={none} aria-label={words.previous_hit} title={format!("{} · Shift ⏎", words.previous_hit)} onclick={move |_| previous.emit(())}>{ "↑" }</button>
            <button type="button" class="chip" hidden={none} aria-label={words.next_hit} title={format!("{} · ⏎", words.next_hit)} onclick={move |_| next.emit(())}>{ "↓" }</button>
        </span>
    }
}

fn focus_data() {
    use wasm_bindgen::JsCast;
    let document = web_sys::window().and_then(|window| window.document());
    let element = document.and_then(|document| document.get_element_by_id("data"));
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // It takes the focus as long as it is there.
        let _ = element.focus();
    }
}
