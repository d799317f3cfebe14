//! A field for a time: a number and its unit.

use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::{
    AttrValue, Callback, Event, Html, InputEvent, Properties, TargetCast, component, html,
    use_state,
};

use crate::desk::use_desk;
use crate::editor::Action;
use crate::format::span::{UNITS, from_unit, in_unit, unit_of};

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// Unique in the page.
    pub(super) id: AttrValue,
    pub(super) label: AttrValue,
    /// In milliseconds.
    pub(super) value: Option<u64>,
    /// Nothing when the field was emptied.
    pub(super) on_change: Callback<Option<u64>>,
    /// What is wrong with it; empty where nothing is.
    #[prop_or_default]
    pub(super) error: AttrValue,
}

#[component]
pub(super) fn Duration(props: &Props) -> Html {
    let desk = use_desk();
    let words = desk.words;
    // A unit that was chosen stays, so that 1.5 s does not become 1,500 ms while it is typed.
    let unit = use_state(|| unit_of(props.value));
    let change = {
        let (on_change, unit) = (props.on_change.clone(), *unit);
        Callback::from(move |event: InputEvent| {
            let Some(input) = event.target_dyn_into::<HtmlInputElement>() else {
                return;
            };
            let text = input.value();
            match (text.trim().is_empty(), from_unit(&text, unit)) {
                (true, _) => on_change.emit(None),
                (false, Some(ms)) => on_change.emit(Some(ms)),
                (false, None) => {}
            }
        })
    };
    let choose = {
        let (on_change, value, unit) = (props.on_change.clone(), props.value, unit.clone());
        Callback::from(move |event: Event| {
            let Some(select) = event.target_dyn_into::<HtmlSelectElement>() else {
                return;
            };
            let Ok(chosen) = select.value().parse::<usize>() else {
                return;
            };
            if let Some(ms) = value {
                on_change.emit(from_unit(&in_unit(ms, *unit), chosen));
            }
            unit.set(chosen.min(UNITS.len() - 1));
        })
    };
    let settle = Callback::from(move |_| desk.act(Action::Settle));
    let options = words.stage.time_units.iter().enumerate().map(|(index, word)| {
        html! { <option key={index} value={index.to_string()} selected={index == *unit}>{ *word }</option> }
    });
    let note = format!("{}-note", props.id);
    html! {
        <div class="field">
            <label for={&props.id} class="field__label">{ &props.label }</label>
            <span class="field__row">
                <input
                    id={&props.id}
                    type="text"
                    inputmode="decimal"
                    class="field__input field__input--number"
                    value={props.value.map(|ms| in_unit(ms, *unit)).unwrap_or_default()}
                    placeholder={words.none}
                    autocomplete="off"
                    aria-describedby={note.clone()}
                    aria-invalid={(!props.error.is_empty()).then_some("true")}
                    oninput={change}
                    onblur={settle}
                />
                <select id={format!("{}-unit", props.id)} class="field__input field__input--unit" aria-label={words.stage.time_unit} onchange={choose}>{ for options }</select>
            </span>
            <p id={note} class={if props.error.is_empty() { "field__note" } else { "field__note field__error" }}>{ if props.error.is_empty() { words.stage.time_bounds.into() } else { props.error.clone() } }</p>
        </div>
    }
}
