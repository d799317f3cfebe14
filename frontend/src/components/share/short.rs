//! A short link, where the runner keeps some: it is made when it is asked for, and copied.

use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Request, RequestInit, Response};
use yew::{Callback, Html, Properties, component, html, use_effect_with, use_state};

use super::copy_text;
use crate::desk::use_desk;
use crate::editor::Action;
use crate::i18n::sharing::SharingWords;
use crate::platform::has_runner;
use crate::toast::Say;

/// Where the runner tells of short links, and takes one.
const LINKS: &str = "/links";

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// What the link stands for.
    pub(super) fragment: String,
}

/// Makes one; nothing where the runner keeps none, or is not there.
#[component]
pub(super) fn Short(props: &Props) -> Html {
    let desk = use_desk();
    let words = SharingWords::of(desk.language);
    let offered = use_state(|| false);
    {
        let offered = offered.setter();
        use_effect_with((), move |()| {
            if has_runner() {
                spawn_local(async move {
                    let answer = ask(None).await;
                    let is_kept = answer.is_ok_and(|answer| answer["short"] == true);
                    offered.set(is_kept);
                });
            }
        });
    }
    let press = {
        let (desk, fragment) = (desk.clone(), props.fragment.clone());
        Callback::from(move |_| {
            let (desk, fragment) = (desk.clone(), fragment.clone());
            spawn_local(async move {
                match ask(Some(&fragment)).await {
                    Ok(answer) => {
                        let name = answer["id"].as_str().unwrap_or_default();
                        let origin =
                            web_sys::window().and_then(|window| window.location().origin().ok());
                        let link = format!("{}/s/{name}", origin.unwrap_or_default());
                        let own = desk.clone();
                        let said = words.copied_short.to_owned();
                        copy_text(&desk, &link, said, move || own.act(Action::Pass));
                    }
                    Err(sentence) => {
                        let sentence = sentence.unwrap_or_else(|| words.no_short.to_owned());
                        desk.say(Say::New(sentence, None));
                    }
                }
            });
        })
    };
    html! {
        <button type="button" id="copy-short" class="button" hidden={!*offered} title={words.short_note} onclick={press}>{ words.copy_short }</button>
    }
}

/// Keeps a fragment, or asks whether any are kept. What went wrong is told in the runner's words, where it has some.
async fn ask(fragment: Option<&str>) -> Result<serde_json::Value, Option<String>> {
    let init = RequestInit::new();
    if let Some(fragment) = fragment {
        init.set_method("POST");
        init.set_body(&JsValue::from_str(fragment));
    }
    let request = Request::new_with_str_and_init(LINKS, &init).map_err(|_| None)?;
    let window = web_sys::window().ok_or(None)?;
    let answer = JsFuture::from(window.fetch_with_request(&request)).await;
    let answer: Response = answer.map_err(|_| None)?.into();
    let text = JsFuture::from(answer.text().map_err(|_| None)?).await;
    let text = text.ok().and_then(|text| text.as_string());
    if !answer.ok() {
        return Err(text
            .map(|text| text.trim().to_owned())
            .filter(|text| !text.is_empty()));
    }
    serde_json::from_str(&text.unwrap_or_default()).map_err(|_| None)
}
