//! The arguments, word by word: no shell takes them apart, so none of them needs quotes.

use pipeyard_shared::chain::{Process, StageKind};
use pipeyard_shared::{StageId, Text};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::{
    Callback, Html, KeyboardEvent, Properties, component, html, use_effect_with, use_node_ref,
    use_state,
};

use crate::components::field::TextField;
use crate::desk::use_desk;

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) id: StageId,
    pub(super) process: Process,
}

#[component]
pub(super) fn Arguments(props: &Props) -> Html {
    let desk = use_desk();
    let words = desk.words;
    let node = use_node_ref();
    // The row to put the focus into once it is there.
    let focus = use_state(|| None::<usize>);
    {
        let node = node.clone();
        use_effect_with(*focus, move |focus| {
            let (Some(row), Some(list)) = (focus, node.cast::<HtmlElement>()) else {
                return;
            };
            let field = list
                .query_selector(&format!("#argument-{row}"))
                .ok()
                .flatten();
            if let Some(field) = field.and_then(|field| field.dyn_into::<HtmlElement>().ok()) {
                // A field that cannot be focused is one that is gone.
                let _ = field.focus();
            }
        });
    }
    let change = |part: &'static str, index: usize, change: fn(&mut Vec<Text>, usize)| {
        let (desk, id, process) = (desk.clone(), props.id.clone(), props.process.clone());
        move || {
            let mut process = process.clone();
            change(&mut process.args, index);
            desk.shape(&id, StageKind::Process(process), part, index);
        }
    };
    let add = {
        let (add, focus, end) = (
            change("", props.process.args.len(), |args, _| {
                args.push(Text::default());
            }),
            focus.setter(),
            props.process.args.len(),
        );
        Callback::from(move |()| {
            add();
            focus.set(Some(end));
        })
    };
    let on_key = {
        let add = add.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Enter"
                && !event.ctrl_key()
                && !event.meta_key()
                && !event.is_composing()
            {
                event.prevent_default();
                add.emit(());
            }
        })
    };
    let count = props.process.args.len();
    let rows = props.process.args.iter().enumerate().map(|(index, argument)| {
        let type_in = {
            let (desk, id, process) = (desk.clone(), props.id.clone(), props.process.clone());
            Callback::from(move |text: String| {
                let mut process = process.clone();
                if let Some(argument) = process.args.get_mut(index) {
                    *argument = text.into();
                }
                desk.shape(&id, StageKind::Process(process), "argument", index);
            })
        };
        let (up, remove) = (
            change("", index, |args, index| args.swap(index - 1, index)),
            change("", index, |args, index| drop(args.remove(index))),
        );
        let broken = argument.as_str().is_none();
        html! {
            <li key={index} class="rows__row">
                <TextField
                    id={format!("argument-{index}")}
                    label={(words.argument)(index + 1)}
                    bare=true
                    value={argument.lossy().into_owned()}
                    note={if broken { words.not_utf8 } else { "" }}
                    disabled={broken}
                    mono=true
                    on_change={type_in}
                />
                <button type="button" class="button button--small" disabled={index == 0} aria-label={(words.argument_up)(index + 1)} title={words.up} onclick={move |_| up()}>{ "↑" }</button>
                <button type="button" class="button button--small" aria-label={(words.argument_remove)(index + 1)} title={words.remove} onclick={move |_| remove()}>{ "×" }</button>
            </li>
        }
    });
    html! {
        <fieldset class="field">
            <legend class="field__label">{ words.arguments }</legend>
            <ol ref={node} class="rows" onkeydown={on_key}>{ for rows }</ol>
            <button type="button" id="add-argument" class="button button--add" onclick={move |_| add.emit(())}>{ (words.add_argument)(count + 1) }</button>
            <p class="field__note">{ words.arguments_note }</p>
        </fieldset>
    }
}
