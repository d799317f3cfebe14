//! Runs as files: opening one, saving one, and what a person must know of the one that is open.

use std::rc::Rc;

use pipeyard_shared::Chain;
use pipeyard_shared::link::fragment_in;
use pipeyard_shared::recording::RECORDING_BYTES;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlInputElement;
use yew::{Callback, Event, Html, TargetCast, html};

use crate::components::run_button::run_button;
use crate::desk::Desk;
use crate::format;
use crate::hooks::files::{Given, read, save};
use crate::later::parts;
use crate::learning;
use crate::link::View;
use crate::replay::{Fault, Opened, Play, Replay, chain_in, file_name};
use crate::runs::Run;
use crate::same::Same;
use crate::sharing;

/// How the name of a lesson's file ends.
const LESSON: &str = ".md";

/// Chooses a file and opens it.
pub(crate) fn open_button(desk: &Desk) -> Html {
    let desk = desk.clone();
    let words = desk.words.replay;
    let change = Callback::from(move |event: Event| {
        let Some(input) = event.target_dyn_into::<HtmlInputElement>() else {
            return;
        };
        if let Some(files) = input.files() {
            read(&files, RECORDING_BYTES, opener(&desk));
        }
        // The same file can be chosen again.
        input.set_value("");
    });
    html! {
        <label class="button file-button" title={words.open_note}>
            <input type="file" id="open-recording" class="file-button__input" accept=".jsonl,.json,.txt,.svg,.md" aria-label={words.open} onchange={change} />
            <span aria-hidden="true" class="long">{ words.open }</span>
            <span aria-hidden="true" class="short">{ words.open_short }</span>
        </label>
    }
}

/// What opens a file that was given: a recorded run, or a chain in place of the page's own.
pub(crate) fn opener(desk: &Desk) -> Callback<Given> {
    let desk = desk.clone();
    Callback::from(move |given: Given| {
        let desk = desk.clone();
        spawn_local(async move {
            match parts().await {
                Ok(parts) => (parts.open)(&desk, given),
                Err(_) => unloaded(&desk, given),
            }
        });
    })
}

/// The part of the page that reads it could not be loaded.
fn unloaded(desk: &Desk, given: Given) {
    let name = given.name;
    desk.play(Play::Open(Err(Fault::Unloaded { name }.into())));
}

/// Opens a file. It is loaded later; [`opener`] waits for it.
pub(crate) fn open(desk: &Desk, given: Given) {
    if given.name.to_ascii_lowercase().ends_with(LESSON) {
        let desk = desk.clone();
        return spawn_local(async move {
            match learning::load().await {
                Ok(parts) => (parts.take)(&desk, given),
                Err(_) => unloaded(&desk, given),
            }
        });
    }
    match (chain_in(&given), link_in(&given)) {
        (Some(Ok(chain)), _) => desk.take_over(&Rc::new(chain)),
        (Some(Err(fault)), _) => desk.play(Play::Open(Err(fault))),
        (None, Some(link)) => follow(desk, link.to_owned(), given.name.clone()),
        (None, None) => desk.play(Play::Open(Opened::read(&given))),
    }
    if given.among_others && given.text.is_ok() {
        let name = given.name;
        desk.play(Play::Open(Err(Fault::OneAtATime { name }.into())));
    }
}

/// The link that a file holds, if it holds nothing else. A bare fragment could be any word.
fn link_in(given: &Given) -> Option<&str> {
    let text = given.text.as_ref().ok()?;
    fragment_in(text).filter(|_| text.contains('#'))
}

/// Opens a link as if its address had been followed.
fn follow(desk: &Desk, link: String, name: String) {
    let desk = desk.clone();
    spawn_local(async move {
        match sharing::parts().await {
            Ok(parts) => (parts.opened)(&desk, &link),
            Err(_) => desk.play(Play::Open(Err(Fault::Unloaded { name }.into()))),
        }
    });
}

/// Saves what the page has of a run.
pub(crate) fn save_button(desk: &Desk, run: &Same<Run>) -> Html {
    let words = desk.words.replay;
    let press = {
        let (desk, run) = (desk.clone(), run.clone());
        Callback::from(move |_| {
            let name = file_name(&run.chain.title);
            if !save(&name, &run.to_recording().write()) {
                desk.play(Play::Open(Err(Fault::Unsaved { name }.into())));
            }
        })
    };
    let cut = (run.log.len() as u64) < run.seen;
    let title = if cut {
        format!("{}. {}", words.save_note, words.save_cut)
    } else {
        words.save_note.to_owned()
    };
    html! { <button type="button" id="save-recording" class="button" {title} aria-label={words.save} onclick={press}><span class="long">{ words.save }</span><span class="short">{ words.save_short }</span></button> }
}

/// That what is shown is a recording, that a run of the page's own goes on behind it, and why a file could not
/// be shown.
pub(crate) fn replay_notice(desk: &Desk, replay: &Replay, view: &View) -> Html {
    let words = desk.words.replay;
    let send = |play: Play| {
        let desk = desk.clone();
        Callback::from(move |_| desk.play(play.clone()))
    };
    let opened = replay.opened.as_ref();
    let take_over = {
        let (desk, chain) = (desk.clone(), opened.map(|opened| opened.run.source.clone()));
        Callback::from(move |_| {
            if let Some(chain) = &chain {
                desk.take_over(chain);
            }
        })
    };
    let fault = replay.fault.as_ref();
    let own = view.run.as_ref().filter(|run| run.is_active());
    let own = own.map(|run| (words.own_goes_on)(&format::span(run.elapsed_us(view.now_ms))));
    html! {
        <div class="replay-notices">
            <div class="notice notice--recorded" role="status" hidden={opened.is_none()}>
                <span aria-hidden="true">{ "●" }</span>
                <p>
                    { opened.map(|opened| note(desk, opened)).unwrap_or_default() }
                    // Its time passes: it is not read out again and again.
                    <b id="own-run" aria-live="off" hidden={own.is_none()}>{ " " }{ own.unwrap_or_default() }</b>
                </p>
                <button type="button" id="take-over" class="button" title={words.take_over_note} onclick={take_over}>{ words.take_over }</button>
            </div>
            <div class="notice" role="alert" hidden={fault.is_none()}>
                <span aria-hidden="true">{ "⚠" }</span>
                <p id="replay-fault">{ fault.map(|fault| (words.fault)(fault)).unwrap_or_default() }</p>
                <button type="button" class="button" onclick={send(Play::Dismiss)}>{ desk.words.dismiss }</button>
            </div>
        </div>
    }
}

fn note(desk: &Desk, opened: &Opened) -> String {
    match opened.run.recorded {
        true => (desk.words.replay.recorded_note)(&opened.name),
        false => (desk.words.results.looking_at)(&opened.name),
    }
}

/// In Run's place while a recorded run is shown: what it is, and the way back. A run of the page's own that
/// goes on can still be stopped.
pub(crate) fn recorded_badge(desk: &Desk, chain: &Same<Chain>, view: &Same<View>) -> Html {
    let words = desk.words.replay;
    let close = {
        let desk = desk.clone();
        Callback::from(move |_| desk.play(Play::Close))
    };
    html! {
        <span class="recorded">
            if view.run.as_ref().is_some_and(|run| run.is_active()) {
                { run_button(desk, chain, view, 0, false, false) }
            }
            <b class="recorded__word"><span aria-hidden="true">{ "● " }</span>{ words.recorded }</b>
            <button type="button" id="close-recording" class="button" onclick={close}>{ words.back }</button>
        </span>
    }
}
