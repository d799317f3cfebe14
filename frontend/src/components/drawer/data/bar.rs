//! What can be done with the bytes that are shown: look at them in another form, copy, download.

use gloo_timers::callback::Timeout;
use web_sys::HtmlInputElement;
use yew::{
    Callback, Event, Html, Properties, TargetCast, component, html, use_effect_with, use_state,
};

use crate::desk::{Desk, use_desk};
use crate::hooks::clipboard;
use crate::i18n::data::DataWords;
use crate::ui::{Form, Show};

/// How long it is said that something was copied, in milliseconds.
const SAID_MS: u32 = 2_000;

/// The buttons for the forms; the one in use is pressed.
pub(super) fn forms(desk: &Desk, used: Form) -> Html {
    let words = desk.words;
    let forms = [
        ("view-text", words.text, Form::Text),
        ("view-hex", words.hex, Form::Hex),
        (
            "view-table",
            DataWords::of(desk.language).table,
            Form::Table,
        ),
        ("view-json", "JSON", Form::Json),
        (
            "view-image",
            DataWords::of(desk.language).image,
            Form::Image,
        ),
    ];
    let buttons = forms.map(|(id, name, form)| {
        let desk = desk.clone();
        let press = Callback::from(move |_| desk.show(Show::Form(form)));
        let pressed = form == used || (used == Form::Auto && form == Form::Text);
        html! { <button key={id} type="button" {id} class="chip" aria-pressed={pressed.to_string()} onclick={press}>{ name }</button> }
    });
    html! { <span class="data__forms" role="group" aria-label={DataWords::of(desk.language).forms}>{ for buttons }</span> }
}

/// Marks for what is invisible, and whether long lines are wrapped: for text only.
pub(super) fn text_choices(
    desk: &Desk,
    marks: bool,
    wrap: bool,
    on_wrap: &Callback<bool>,
    is_text: bool,
) -> Html {
    let change = {
        let desk = desk.clone();
        Callback::from(move |event: Event| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                desk.show(Show::Marks(input.checked()));
            }
        })
    };
    let on_wrap = on_wrap.clone();
    html! {
        <span class="data__forms" hidden={!is_text}>
            <label class="chip check" title={desk.words.invisible_characters}>
                <input type="checkbox" id="view-marks" aria-label={desk.words.invisible_characters} checked={marks} onchange={change} />
                <span aria-hidden="true">{ "¶" }</span>
            </label>
            <button type="button" id="view-wrap" class="chip" aria-pressed={wrap.to_string()} onclick={move |_| on_wrap.emit(!wrap)}>{ DataWords::of(desk.language).wrap }</button>
        </span>
    }
}

#[derive(PartialEq, Properties)]
pub(super) struct CopyProps {
    /// Makes the text, when it is asked for.
    pub(super) text: Callback<(), String>,
    pub(super) disabled: bool,
}

/// Puts what is shown on the clipboard, and says whether the browser let it.
#[component]
pub(super) fn Copy(props: &CopyProps) -> Html {
    let desk = use_desk();
    let words = DataWords::of(desk.language);
    let said = use_state(|| None::<bool>);
    {
        let setter = said.setter();
        use_effect_with(*said, move |said| {
            let timer = said.map(|_| Timeout::new(SAID_MS, move || setter.set(None)));
            move || drop(timer)
        });
    }
    let press = {
        let (text, setter) = (props.text.clone(), said.setter());
        Callback::from(move |_| {
            let setter = setter.clone();
            clipboard::write(&text.emit(()), move |well| setter.set(Some(well)));
        })
    };
    let sentence = match *said {
        None => "",
        Some(true) => desk.words.canvas.copied,
        Some(false) => desk.words.canvas.not_copied,
    };
    html! {
        <span class="copy">
            <button type="button" id="data-copy" class="chip" disabled={props.disabled} onclick={press}>{ words.copy }</button>
            <span class="copy__said" role="status">{ sentence }</span>
        </span>
    }
}
