//! Passing a chain on: the dialog, which says what travels and what a reader will see.

mod forms;
mod short;

use std::rc::Rc;

use pipeyard_shared::Chain;
use pipeyard_shared::export::{Form, export};
use pipeyard_shared::shell::stage_text;
use pipeyard_shared::text::tame_lines;
use pipeyard_shared::words::link_too_long;
use web_sys::HtmlInputElement;
use yew::{Callback, Event, Html, Properties, TargetCast, component, html, use_memo, use_state};

use crate::commands::Scene;
use crate::components::dialog::Dialog;
use crate::components::later::sharing;
use crate::desk::{Desk, use_desk};
use crate::editor::Action;
use crate::format;
use crate::hooks::clipboard;
use crate::hooks::files::save;
use crate::i18n::sharing::SharingWords;
use crate::passing::{Item, Passed, TICKS, Ticks, has, passed};
use crate::replay::plain_name;
use crate::runs::Run;
use crate::same::Same;
use crate::toast::Say;
use forms::{embedding, qr};
use short::Short;

/// The dialog, which covers the page.
pub(crate) fn share(desk: &Desk, scene: &Rc<Scene>) -> Html {
    html! {
        <Dialog id="sharing" name={desk.words.gallery.share}>
            { sharing(desk, |parts| (parts.share)(desk, scene)) }
        </Dialog>
    }
}

/// What it says. It comes with the third file.
pub(crate) fn content(_: &Desk, scene: &Rc<Scene>) -> Html {
    let chain = Same::from(scene.editor.chain().clone());
    // A run that goes on, or one of another chain, does not tell what this one does.
    let is_of_it = |run: &&Same<Run>| !run.is_active() && *run.source == *chain.0;
    let run = scene.run.as_ref().filter(is_of_it).cloned();
    html! { <Share {chain} {run} /> }
}

#[derive(PartialEq, Properties)]
struct Props {
    chain: Same<Chain>,
    /// Its last run, all of it.
    run: Option<Same<Run>>,
}

#[component]
fn Share(props: &Props) -> Html {
    let desk = use_desk();
    let words = SharingWords::of(desk.language);
    let ticks = use_state(|| TICKS);
    let shared = use_memo(
        (props.chain.clone(), props.run.clone(), *ticks),
        |(chain, run, ticks)| passed(chain, run.as_deref(), *ticks),
    );
    let link = shared
        .fragment
        .as_ref()
        .map(|fragment| format!("{}#{fragment}", base()));
    let tick = |item: Item| {
        let ticks = ticks.clone();
        let there = match item {
            Item::Results => props.run.is_some(),
            item => has(&props.chain, item),
        };
        let change = {
            let ticks = ticks.clone();
            Callback::from(move |event: Event| {
                if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                    let mut next: Ticks = *ticks;
                    next[item as usize] = input.checked();
                    ticks.set(next);
                }
            })
        };
        let (name, note) = (words.item)(item);
        html! {
            <label key={name} class="share__tick">
                <input type="checkbox" id={format!("share-{item:?}").to_ascii_lowercase()} checked={there && ticks[item as usize]} disabled={!there} onchange={change} />
                <span>{ name }</span>
                <span class="share__note">{ if there { note } else { words.nothing_of_it } }</span>
            </label>
        }
    };
    html! {
        <div class="share">
            <fieldset class="share__part">
                <legend>{ words.what_travels }</legend>
                <label class="share__tick">
                    <input type="checkbox" checked={true} disabled={true} />
                    <span>{ words.definition }</span>
                    <span class="share__note">{ words.always }</span>
                </label>
                { for Item::ALL.map(tick) }
            </fieldset>
            <div class="share__part">
                { length(&desk, words, &shared, link.as_deref().ok()) }
                { copying(&desk, words, &shared, link.as_deref().ok()) }
            </div>
            <div class="share__part">
                <h3>{ words.reader_sees }</h3>
                <p class="share__note">{ (words.contents)(&contents(words, props, &shared, *ticks)) }</p>
                <ol class="share__commands" id="share-preview">
                    { for shared.chain.stages.iter().map(|stage| html! { <li key={stage.id.to_string()}><code>{ tame_lines(&stage_text(stage)) }</code></li> }) }
                </ol>
            </div>
            if let Ok(link) = link {
                { qr(words, &link) }
                { embedding(&desk, words, &shared) }
            }
        </div>
    }
}

/// How long the link is, and what that means; or why there is none.
fn length(desk: &Desk, words: &'static SharingWords, shared: &Passed, link: Option<&str>) -> Html {
    let sentence = match (link, &shared.fragment) {
        (Some(link), _) => (words.length)(link.len()),
        (None, Err(error)) => link_too_long(desk.language, error),
        (None, Ok(_)) => String::new(),
    };
    html! {
        <>
            <p id="share-length" class="share__length" role="status">{ sentence }</p>
            if let Some(bytes) = shared.cut {
                <p class="share__note" id="share-cut">{ (words.cut)(&format::bytes(bytes as u64)) }</p>
            }
        </>
    }
}

/// What the link holds, part by part.
fn contents(words: &'static SharingWords, props: &Props, shared: &Passed, ticks: Ticks) -> String {
    let chain = &shared.chain;
    let mut parts = vec![(words.stages)(chain.stages.len())];
    if !chain.notes.is_empty() {
        parts.push((words.notes)(chain.notes.len()));
    }
    if let Some(run) = props.run.as_ref().filter(|_| ticks[Item::Results as usize]) {
        parts.push((words.run_of)(&format::span(run.elapsed_us(0.0))));
    }
    parts.join(", ")
}

/// The link, to be copied; and the chain as a file.
fn copying(desk: &Desk, words: &'static SharingWords, shared: &Passed, link: Option<&str>) -> Html {
    let link = link.map(str::to_owned);
    let copy = {
        let (desk, link) = (desk.clone(), link.clone());
        Callback::from(move |_| {
            let Some(link) = link.clone() else { return };
            let own = desk.clone();
            copy_text(&desk, &link, words.copied.to_owned(), move || {
                own.act(Action::Pass);
            });
        })
    };
    let json = {
        let (desk, chain) = (desk.clone(), shared.chain.clone());
        Callback::from(move |_| {
            copy_text(
                &desk,
                &chain.to_json_pretty(),
                words.copied_json.to_owned(),
                || {},
            );
        })
    };
    let download = |form: Form| {
        let (desk, chain) = (desk.clone(), shared.chain.clone());
        Callback::from(move |_| {
            let name = format!("{}.{}", plain_name(&chain.title, "chain"), form.ending());
            if !save(&name, &export(&chain, form, None).text) {
                desk.say(Say::New(words.not_saved.to_owned(), None));
            }
        })
    };
    html! {
        <>
            <input id="share-link" class="share__link" type="text" readonly=true aria-label={words.link} value={link.clone().unwrap_or_default()} />
            <div class="share__ways">
                <button type="button" id="copy-link" class="button share__copy" disabled={link.is_none()} onclick={copy}>{ words.copy_link }</button>
                if let Ok(fragment) = shared.fragment.clone() {
                    <Short {fragment} />
                }
                <button type="button" id="copy-json" class="button" onclick={json}>{ words.copy_json }</button>
                <button type="button" id="save-json" class="button" onclick={download(Form::Json)}>{ words.save_json }</button>
                <button type="button" id="save-svg" class="button" onclick={download(Form::Svg)}>{ words.save_svg }</button>
            </div>
        </>
    }
}

/// Puts a text into the clipboard, and says so.
pub(crate) fn copy_text(desk: &Desk, text: &str, said: String, then: impl FnOnce() + 'static) {
    let desk = desk.clone();
    clipboard::write(text, move |done| {
        let words = SharingWords::of(desk.language);
        let sentence = match done {
            true => said,
            false => words.not_copied.to_owned(),
        };
        desk.say(Say::New(sentence, None));
        if done {
            then();
        }
    });
}

/// The address of the page, without anything behind it.
fn base() -> String {
    let location = web_sys::window().map(|window| window.location());
    let parts =
        location.and_then(|location| Some(location.origin().ok()? + &location.pathname().ok()?));
    parts.unwrap_or_default()
}
