//! The arguments, word by word: no shell takes them apart, so none of them needs quotes. What a shell would need is
//! shown below the word.

use pipeyard_shared::chain::{Process, StageKind};
use pipeyard_shared::problem::{Part, Problem};
use pipeyard_shared::{StageId, Text};
use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, Event, HtmlElement, HtmlInputElement};
use yew::{
    Callback, Html, InputEvent, KeyboardEvent, Properties, TargetCast, classes, component, html,
    use_effect, use_mut_ref, use_node_ref,
};

use super::errors::error_at;
use crate::desk::use_desk;
use crate::editor::Action;
use crate::editor::words::{Typed, pasted, quoted, split, without};

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) id: StageId,
    pub(super) process: Process,
    pub(super) problems: Vec<Problem>,
}

#[component]
pub(super) fn Arguments(props: &Props) -> Html {
    let desk = use_desk();
    let words = desk.words;
    let node = use_node_ref();
    // The word to which the keyboard goes once it is there, and the place in it.
    let wanted = use_mut_ref(|| None::<(usize, usize)>);
    {
        let (node, wanted) = (node.clone(), wanted.clone());
        use_effect(move || {
            if let (Some((word, caret)), Some(list)) = (wanted.take(), node.cast::<HtmlElement>()) {
                go_to(&list, word, caret);
            }
        });
    }
    let args = &props.process.args;
    let shape = {
        let (desk, id, process) = (desk.clone(), props.id.clone(), props.process.clone());
        move |args: Vec<Text>, part: &'static str, word: usize| {
            let process = Process {
                args,
                ..process.clone()
            };
            desk.shape(&id, StageKind::Process(process), part, word);
        }
    };
    let change = {
        let (shape, wanted) = (shape.clone(), wanted.clone());
        move |typed: Typed| {
            *wanted.borrow_mut() = Some((typed.word, typed.caret));
            shape(typed.words, "", 0);
        }
    };
    let add = {
        let (change, args) = (change.clone(), args.clone());
        Callback::from(move |_| {
            let word = args.len();
            let mut words = args.clone();
            words.push(Text::default());
            change(Typed {
                words,
                word,
                caret: 0,
            });
        })
    };
    let key = {
        let (change, args, node) = (change.clone(), args.clone(), node.clone());
        Callback::from(move |event: KeyboardEvent| {
            let Some((input, word)) = word_of(&event) else {
                return;
            };
            match on_key(&event, &input, &args, word) {
                Some(Done::Changed(typed)) => {
                    event.prevent_default();
                    change(typed);
                }
                Some(Done::Gone(word, caret)) => {
                    event.prevent_default();
                    if let Some(list) = node.cast::<HtmlElement>() {
                        go_to(&list, word, caret);
                    }
                }
                None => {}
            }
        })
    };
    let paste = {
        let (change, args) = (change.clone(), args.clone());
        Callback::from(move |event: Event| {
            let text = event
                .dyn_ref::<ClipboardEvent>()
                .and_then(ClipboardEvent::clipboard_data)
                .and_then(|data| data.get_data("text").ok());
            let (Some(text), Some((input, word))) = (text, word_of(&event)) else {
                return;
            };
            if let Some(typed) = pasted(&args, word, selected(&input), &text) {
                event.prevent_default();
                change(typed);
            }
        })
    };
    let input = {
        let (shape, args) = (shape.clone(), args.clone());
        Callback::from(move |event: InputEvent| {
            let Some((input, word)) = word_of(&event) else {
                return;
            };
            let mut args = args.clone();
            if let Some(argument) = args.get_mut(word) {
                *argument = input.value().into();
                shape(args, "argument", word);
            }
        })
    };
    let settle = {
        let desk = desk.clone();
        Callback::from(move |_| desk.act(Action::Settle))
    };
    let rows = args.iter().enumerate().map(|(word, argument)| {
        let broken = argument.as_str().is_none();
        let id = format!("argument-{word}");
        let error = error_at(&desk, &props.problems, Part::Argument(word as u32 + 1));
        let note = if broken { Some(words.not_utf8.to_owned()) } else { quoted(argument) };
        let up = {
            let (change, mut args) = (change.clone(), args.clone());
            if word > 0 {
                args.swap(word - 1, word);
            }
            Callback::from(move |_| change(Typed { words: args.clone(), word: word.saturating_sub(1), caret: 0 }))
        };
        let remove = {
            let (change, args) = (change.clone(), args.clone());
            Callback::from(move |_| change(without(&args, word)))
        };
        html! {
            <li key={word} class="rows__row words__row">
                <input
                    id={id.clone()}
                    type="text"
                    class="field__input is-mono"
                    data-word={word.to_string()}
                    aria-label={(words.argument)(word + 1)}
                    aria-describedby={format!("{id}-note")}
                    aria-invalid={(!error.is_empty()).then_some("true")}
                    value={argument.lossy().into_owned()}
                    disabled={broken}
                    spellcheck="false"
                    autocomplete="off"
                    autocapitalize="off"
                    oninput={input.clone()}
                    onblur={settle.clone()}
                />
                <button type="button" class="button button--small" disabled={word == 0} aria-label={(words.argument_up)(word + 1)} title={format!("{} · Alt ↑", words.up)} onclick={up}>{ "↑" }</button>
                <button type="button" class="button button--small" aria-label={(words.argument_remove)(word + 1)} title={words.remove} onclick={remove}>{ "×" }</button>
                <p id={format!("{id}-note")} class={classes!("words__note", (!broken).then_some("is-mono"))} hidden={note.is_none() && error.is_empty()}>
                    if error.is_empty() {
                        <span title={words.stage.as_a_shell}>{ note.unwrap_or_default() }</span>
                    } else {
                        <span class="field__error">{ error }</span>
                    }
                </p>
            </li>
        }
    });
    html! {
        <fieldset class="field" onkeydown={key} onpaste={paste}>
            <legend class="field__label">{ words.arguments }</legend>
            <ol ref={node} class="rows">{ for rows }</ol>
            <button type="button" id="add-argument" class="button button--add" onclick={add}>{ (words.add_argument)(args.len() + 1) }</button>
            <p class="field__note">{ words.arguments_note }</p>
        </fieldset>
    }
}

/// What a key has done in the list.
enum Done {
    /// The words are others.
    Changed(Typed),
    /// The keyboard goes to another word.
    Gone(usize, usize),
}

fn on_key(
    event: &KeyboardEvent,
    input: &HtmlInputElement,
    args: &[Text],
    word: usize,
) -> Option<Done> {
    if event.is_composing() || event.ctrl_key() || event.meta_key() || event.shift_key() {
        return None;
    }
    let (from, to) = selected(input);
    let end = input.value().encode_utf16().count();
    let length = |word: usize| {
        args.get(word)
            .map_or(0, |text| text.lossy().encode_utf16().count())
    };
    let below = (word + 1 < args.len()).then_some(word + 1);
    let above = word.checked_sub(1);
    let swapped = |other: usize| {
        let mut words = args.to_vec();
        words.swap(word, other);
        Done::Changed(Typed {
            words,
            word: other,
            caret: from,
        })
    };
    match (event.key().as_str(), event.alt_key()) {
        ("Enter", false) => split(args, word, from).map(Done::Changed),
        ("Backspace", false) if end == 0 => Some(Done::Changed(without(args, word))),
        ("ArrowUp", true) => above.map(swapped),
        ("ArrowDown", true) => below.map(swapped),
        ("ArrowUp", false) => above.map(|above| Done::Gone(above, from)),
        ("ArrowDown", false) => below.map(|below| Done::Gone(below, from)),
        ("ArrowLeft", false) if (from, to) == (0, 0) => {
            above.map(|above| Done::Gone(above, length(above)))
        }
        ("ArrowRight", false) if (from, to) == (end, end) => {
            below.map(|below| Done::Gone(below, 0))
        }
        _ => None,
    }
}

/// The field of an event, and which word it is.
fn word_of(event: &impl TargetCast) -> Option<(HtmlInputElement, usize)> {
    let input = event.target_dyn_into::<HtmlInputElement>()?;
    let word = input.get_attribute("data-word")?.parse().ok()?;
    Some((input, word))
}

/// From where to where a field is selected, in UTF-16 units.
fn selected(input: &HtmlInputElement) -> (usize, usize) {
    let place = |found: Result<Option<u32>, _>| found.ok().flatten().unwrap_or(0) as usize;
    let from: Result<_, wasm_bindgen::JsValue> = input.selection_start();
    (place(from), place(input.selection_end()))
}

fn go_to(list: &HtmlElement, word: usize, caret: usize) {
    let field = list
        .query_selector(&format!("#argument-{word}"))
        .ok()
        .flatten();
    let field = field.and_then(|field| field.dyn_into::<HtmlInputElement>().ok());
    let Some(field) = field else {
        // The last word is gone: the button that adds one is next.
        crate::hooks::focus(&["#add-argument"]);
        return;
    };
    // A field that cannot take the focus is one that is gone.
    let _ = field.focus();
    let caret = u32::try_from(caret).unwrap_or(0);
    let _ = field.set_selection_range(caret, caret);
}
