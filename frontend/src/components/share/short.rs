//! A short link, where the runner keeps some: it is made when it is asked for, and copied.

use wasm_bindgen_futures::spawn_local;
use yew::{Callback, Html, Properties, classes, component, html, use_effect_with, use_state};

use super::copy_text;
use crate::desk::use_desk;
use crate::editor::Action;
use crate::hooks::http;
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

/// What is known of the runner.
#[derive(Clone, Copy, PartialEq)]
enum Offered {
    /// It has not answered: the button's room is kept, for nothing to move under a pointer.
    Asked,
    /// It keeps short links.
    Kept,
}

/// Makes one; nothing where the runner keeps none, or is not there.
#[component]
pub(super) fn Short(props: &Props) -> Html {
    let desk = use_desk();
    let words = SharingWords::of(desk.language);
    let offered = use_state(|| has_runner().then_some(Offered::Asked));
    {
        let offered = offered.setter();
        use_effect_with((), move |()| {
            if has_runner() {
                spawn_local(async move {
                    let answer = ask(None).await;
                    let is_kept = answer.is_ok_and(|answer| answer["short"] == true);
                    offered.set(is_kept.then_some(Offered::Kept));
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
    let is_asked = *offered == Some(Offered::Asked);
    html! {
        <button type="button" id="copy-short" class={classes!("button", is_asked.then_some("is-awaited"))} hidden={offered.is_none()} title={words.short_note} onclick={press}>{ words.copy_short }</button>
    }
}

/// Keeps a fragment, or asks whether any are kept.
async fn ask(fragment: Option<&str>) -> Result<serde_json::Value, Option<String>> {
    let answer = http::ask(LINKS, fragment).await?;
    serde_json::from_str(&answer).map_err(|_| None)
}
