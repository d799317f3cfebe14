//! Labelled fields. They report every change; leaving one ends its step of the history.

use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::{
    AttrValue, Callback, Html, InputEvent, Properties, TargetCast, classes, component, html,
};

use crate::desk::use_desk;
use crate::editor::Action;

#[derive(PartialEq, Properties)]
pub(super) struct TextProps {
    /// Unique in the page.
    pub(super) id: AttrValue,
    pub(super) label: AttrValue,
    pub(super) value: AttrValue,
    pub(super) on_change: Callback<String>,
    /// What an empty field means.
    #[prop_or_default]
    pub(super) placeholder: AttrValue,
    /// A line below the field.
    #[prop_or_default]
    pub(super) note: AttrValue,
    /// For programs and data.
    #[prop_or_default]
    pub(super) mono: bool,
    /// The label is for readers only.
    #[prop_or_default]
    pub(super) bare: bool,
    #[prop_or_default]
    pub(super) disabled: bool,
    /// More than one line.
    #[prop_or_default]
    pub(super) rows: Option<u32>,
    /// The id of the list of what the browser offers.
    #[prop_or_default]
    pub(super) list: Option<AttrValue>,
    /// What is wrong with it, said in place of the note; empty where nothing is.
    #[prop_or_default]
    pub(super) error: AttrValue,
}

/// A field for text, of one line or more.
#[component]
pub(super) fn TextField(props: &TextProps) -> Html {
    let desk = use_desk();
    let settle = Callback::from(move |_| desk.act(Action::Settle));
    let change = {
        let on_change = props.on_change.clone();
        Callback::from(move |event: InputEvent| {
            if let Some(value) = typed(&event) {
                on_change.emit(value);
            }
        })
    };
    let class = classes!("field__input", props.mono.then_some("is-mono"));
    let wrong = !props.error.is_empty();
    let invalid = wrong.then_some("true");
    let below = if wrong { &props.error } else { &props.note };
    let note = (!below.is_empty()).then(|| format!("{}-note", props.id));
    html! {
        <div class="field">
            <label for={&props.id} class={if props.bare { "for-readers" } else { "field__label" }}>{ &props.label }</label>
            if let Some(rows) = props.rows {
                <textarea
                    id={&props.id}
                    {class}
                    rows={rows.to_string()}
                    value={&props.value}
                    placeholder={&props.placeholder}
                    disabled={props.disabled}
                    spellcheck="false"
                    aria-invalid={invalid}
                    aria-describedby={note.clone()}
                    oninput={change}
                    onblur={settle}
                />
            } else {
                <input
                    id={&props.id}
                    type="text"
                    {class}
                    value={&props.value}
                    placeholder={&props.placeholder}
                    disabled={props.disabled}
                    spellcheck="false"
                    autocomplete="off"
                    autocapitalize="off"
                    list={props.list.clone()}
                    aria-invalid={invalid}
                    aria-describedby={note.clone()}
                    oninput={change}
                    onblur={settle}
                />
            }
            <p id={note} class={classes!("field__note", wrong.then_some("field__error"))} hidden={below.is_empty()}>{ below }</p>
        </div>
    }
}

#[derive(PartialEq, Properties)]
pub(super) struct NumberProps {
    /// Unique in the page.
    pub(super) id: AttrValue,
    pub(super) label: AttrValue,
    pub(super) value: Option<u64>,
    /// Nothing when the field was emptied.
    pub(super) on_change: Callback<Option<u64>>,
    /// What an empty field means.
    #[prop_or_default]
    pub(super) placeholder: AttrValue,
    /// What is counted.
    #[prop_or_default]
    pub(super) unit: AttrValue,
}

/// A field for a whole number that may be left empty.
#[component]
pub(super) fn NumberField(props: &NumberProps) -> Html {
    let desk = use_desk();
    let settle = Callback::from(move |_| desk.act(Action::Settle));
    let change = {
        let on_change = props.on_change.clone();
        Callback::from(move |event: InputEvent| {
            let Some(value) = typed(&event) else { return };
            if value.is_empty() {
                on_change.emit(None);
            } else if let Ok(number) = value.parse() {
                on_change.emit(Some(number));
            }
        })
    };
    html! {
        <div class="field">
            <label for={&props.id} class="field__label">{ &props.label }</label>
            <span class="field__row">
                <input
                    id={&props.id}
                    type="number"
                    min="0"
                    step="1"
                    class="field__input field__input--number"
                    value={props.value.map(|value| value.to_string()).unwrap_or_default()}
                    placeholder={&props.placeholder}
                    oninput={change}
                    onblur={settle}
                />
                <span class="field__unit">{ &props.unit }</span>
            </span>
        </div>
    }
}

#[derive(PartialEq, Properties)]
pub(super) struct ChoiceProps {
    /// Unique in the page.
    pub(super) id: AttrValue,
    pub(super) label: AttrValue,
    /// The words of the choices, in order.
    pub(super) options: Vec<AttrValue>,
    /// The place of the present one.
    pub(super) chosen: usize,
    pub(super) on_change: Callback<usize>,
    /// What the present choice means.
    #[prop_or_default]
    pub(super) note: AttrValue,
}

/// One of a few.
#[component]
pub(super) fn Choice(props: &ChoiceProps) -> Html {
    let options = props.options.iter().enumerate().map(|(index, option)| {
        let change = {
            let on_change = props.on_change.clone();
            Callback::from(move |_| on_change.emit(index))
        };
        html! {
            <label key={index} class="choice__option">
                <input
                    type="radio"
                    name={props.id.clone()}
                    checked={props.chosen == index}
                    onchange={change}
                />
                <span>{ option }</span>
            </label>
        }
    });
    html! {
        <fieldset class="field choice" id={&props.id}>
            <legend class="field__label">{ &props.label }</legend>
            <div class="choice__options">{ for options }</div>
            <p class="field__note" hidden={props.note.is_empty()}>{ &props.note }</p>
        </fieldset>
    }
}

fn typed(event: &InputEvent) -> Option<String> {
    let target = event.target_dyn_into::<web_sys::HtmlElement>()?;
    if let Some(input) = target.dyn_ref::<HtmlInputElement>() {
        return Some(input.value());
    }
    target
        .dyn_ref::<HtmlTextAreaElement>()
        .map(HtmlTextAreaElement::value)
}
