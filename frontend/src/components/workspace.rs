//! The files that runs see: listed, looked at, used, added and taken away. They come with the fourth file.

mod asking;
mod row;
mod store;
mod work;

use std::rc::Rc;

use pipeyard_shared::chain::{Access, StageKind};
use pipeyard_shared::files::{Kind, Listing};
use pipeyard_shared::text::tame;
use pipeyard_shared::{RunId, StageId, Text};
use web_sys::{DragEvent, File, FileList, HtmlInputElement};
use yew::{
    Callback, Event, Html, Properties, TargetCast, component, html, use_effect_with, use_mut_ref,
};

use crate::commands::Scene;
use crate::components::palette::carry::{Carrying, carry};
use crate::components::palette::carrying_ends;
use crate::desk::{Desk, use_desk};
use crate::editor::Selection;
use crate::format;
use crate::hooks::focus_soon;
use crate::i18n::files::FilesWords;
use crate::link::View as LinkView;
use crate::platform::has_runner;
use crate::same::Same;
use asking::{View, question};
use store::{Asking, Store, change, use_store};

/// The tab of the files.
pub(crate) fn content(_: &Desk, scene: &Rc<Scene>, view: &Same<LinkView>) -> Html {
    let chain = scene.editor.chain();
    let stage = match scene.editor.selection() {
        Selection::Stage(id) => chain.stage(id).and_then(|stage| match &stage.kind {
            StageKind::File(file) => Some((id.clone(), chain.name_of(id), file.access)),
            _ => None,
        }),
        _ => None,
    };
    let run = view.run.as_ref().map(|run| (run.id, run.is_active()));
    html! { <FilesTab {stage} {run} connected={scene.connected} /> }
}

/// A path for people's eyes.
fn name(path: &Text) -> String {
    tame(&path.lossy()).into_owned()
}

#[derive(PartialEq, Properties)]
struct Files {
    /// The selected file stage, its name, and what it does with its file.
    stage: Option<(StageId, String, Access)>,
    /// The run that there is, and whether it goes on.
    run: Option<(RunId, bool)>,
    connected: bool,
}

#[component]
fn FilesTab(props: &Files) -> Html {
    let desk = use_desk();
    let now = use_store();
    {
        // A run that has ended may have left files.
        let desk = desk.clone();
        use_effect_with((props.run, props.connected), move |(run, connected)| {
            if *connected && run.is_none_or(|(_, active)| !active) {
                work::list(&desk);
            }
        });
    }
    let words = FilesWords::of(desk.language);
    let carrying = use_mut_ref(Carrying::default);
    let take = {
        let desk = desk.clone();
        Callback::from(move |files: Vec<File>| {
            if !files.is_empty() {
                work::upload(&desk, folder(), files, false);
            }
        })
    };
    let over = Callback::from(|event: DragEvent| {
        if has_files(&event) {
            event.prevent_default();
        }
    });
    let drop = {
        let take = take.clone();
        Callback::from(move |event: DragEvent| {
            let files = event.data_transfer().and_then(|transfer| transfer.files());
            if has_files(&event) {
                event.prevent_default();
                // Elsewhere on the page a file that is dropped is opened.
                event.stop_propagation();
                let window = web_sys::window();
                // What shows that something is held over the page listens to this, and would stay.
                let left = DragEvent::new("dragleave").ok();
                if let (Some(window), Some(left)) = (window, left) {
                    let _ = window.dispatch_event(&left);
                }
                take.emit(files.map(all).unwrap_or_default());
            }
        })
    };
    let trouble = now.trouble.as_ref().map(|why| match why.is_empty() {
        true => words.gone.to_owned(),
        false => why.clone(),
    });
    let list = match &now.listing {
        _ if !has_runner() => html! { <p class="palette__empty">{ words.no_runner }</p> },
        None => {
            html! { <p class="palette__empty" aria-busy="true">{ if props.connected { words.coming } else { words.no_runner } }</p> }
        }
        Some(listing) if listing.entries.is_empty() => {
            html! { <p class="palette__empty">{ words.empty }</p> }
        }
        Some(listing) => {
            let shown = listing.entries.iter();
            let shown = shown.filter(|entry| row::is_in_sight(&now, entry));
            html! { <ul class="files__list">{ for shown.map(|entry| row::row(&desk, props, &now, listing, entry, &carrying)) }</ul> }
        }
    };
    html! {
        <section class="files" aria-label={words.files} ondragover={over} ondrop={drop}>
            { bar(&desk, &now, &take) }
            <p class="for-readers" role="status">{ now.said.clone() }</p>
            <p id="files-trouble" class="files__trouble" role="alert" hidden={trouble.is_none()}>{ trouble }</p>
            <div class="files__asking">{ now.asking.as_ref().map(|asking| question(&desk, asking)) }</div>
            <p class="files__going" role="status" hidden={now.uploading.is_none()}>{ now.uploading.as_ref().map(|name| (words.uploading)(name)) }</p>
            <div
                class="files__scroll"
                onpointerdown={carry(&desk, &carrying, row::found_at)}
                onpointermove={carry(&desk, &carrying, row::found_at)}
                onpointerup={carry(&desk, &carrying, row::found_at)}
                onpointercancel={carry(&desk, &carrying, row::found_at)}
                onkeydown={carrying_ends(carrying.clone())}
            >{ list }</div>
            <div class="palette__ghost is-mono" hidden=true aria-hidden="true"></div>
            { now.listing.as_ref().map(|listing| foot(words, listing)) }
            <div>
                if let Some(viewed) = &now.viewed {
                    <View key={name(&viewed.entry.path)} viewed={viewed.clone()} />
                }
            </div>
        </section>
    }
}

/// Adding files, and reading the list again.
fn bar(desk: &Desk, now: &Store, take: &Callback<Vec<File>>) -> Html {
    let words = FilesWords::of(desk.language);
    let chosen = {
        let take = take.clone();
        Callback::from(move |event: Event| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                take.emit(input.files().map(all).unwrap_or_default());
                // The same file can be chosen again.
                input.set_value("");
            }
        })
    };
    let again = {
        let desk = desk.clone();
        Callback::from(move |_| {
            change(|store| store.trouble = None);
            work::list(&desk);
        })
    };
    let into = folder();
    let note = match into.is_empty() {
        true => words.upload_note.to_owned(),
        false => (words.upload_into)(&name(&into)),
    };
    html! {
        <div class="files__bar">
            <label class="button file-button" title={note}>
                <input type="file" id="files-upload" class="file-button__input" multiple=true aria-label={words.upload} disabled={now.uploading.is_some()} onchange={chosen} />
                <span aria-hidden="true">{ words.upload }</span>
            </label>
            <button type="button" id="files-again" class="button" title={words.again} aria-label={words.again} onclick={again}>{ "⟳" }</button>
        </div>
    }
}

/// How much there is, of how much, with the way back to the seed; and where, if it is a directory of the person's own.
fn foot(words: &'static FilesWords, listing: &Listing) -> Html {
    let used = (words.used)(
        listing.used.files,
        &format::bytes(listing.used.bytes),
        &format::bytes(listing.bounds.workspace_bytes),
    );
    let count = listing.used.files;
    let reset = Callback::from(move |_| {
        change(|store| store.asking = Some(Asking::Reset(count)));
        focus_soon("#files-keep".to_owned());
    });
    html! {
        <div class="files__foot">
            <div class="files__used">
                <p id="files-used">{ used }</p>
                <button type="button" id="files-reset" class="button" hidden={!listing.can_reset} title={words.reset_note} onclick={reset}>{ format!("{}…", words.reset) }</button>
            </div>
            <p hidden={!listing.more}>{ words.more }</p>
            <p class="files__place" hidden={listing.can_reset}>{ (words.own)(&name(&listing.directory)) }</p>
        </div>
    }
}

/// The folder that was pressed last, into which files go; empty for the workspace itself.
fn folder() -> Text {
    let now = store::store();
    let chosen = now.chosen.as_ref().zip(now.listing.as_ref());
    let found = chosen.and_then(|(chosen, listing)| {
        let mut entries = listing.entries.iter();
        entries.find(|entry| entry.path == *chosen && entry.kind == Kind::Directory)
    });
    found.map(|entry| entry.path.clone()).unwrap_or_default()
}

fn has_files(event: &DragEvent) -> bool {
    let types = event.data_transfer().map(|transfer| transfer.types());
    types.is_some_and(|types| {
        types
            .iter()
            .any(|kind| kind.as_string().as_deref() == Some("Files"))
    })
}

fn all(files: FileList) -> Vec<File> {
    (0..files.length()).filter_map(|at| files.get(at)).collect()
}
