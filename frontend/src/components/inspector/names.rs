//! The files of the workspace, to choose a file stage's from.

use pipeyard_shared::StageId;
use pipeyard_shared::chain::{Access, File, StageKind};
use pipeyard_shared::files::{Entry, Kind, Listing};
use pipeyard_shared::text::tame;
use wasm_bindgen_futures::spawn_local;
use yew::{Callback, Html, Properties, component, html, use_effect_with, use_state_eq};

use crate::components::chooser::Item;
use crate::components::pick::Pick;
use crate::desk::use_desk;
use crate::editor::Edit;
use crate::format;
use crate::hooks::http::ask;
use crate::i18n::file_names::FileNamesWords;
use crate::platform::has_runner;

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) stage: StageId,
    pub(super) access: Access,
}

/// A button with the list. There is none where the runner has no files.
#[component]
pub(super) fn Names(props: &Props) -> Html {
    let desk = use_desk();
    let files = use_state_eq(Vec::<Entry>::new);
    {
        let files = files.setter();
        use_effect_with(props.stage.clone(), move |_| {
            if has_runner() {
                spawn_local(async move {
                    let listing = ask("/files", None).await.ok();
                    let listing =
                        listing.and_then(|text| serde_json::from_str::<Listing>(&text).ok());
                    let mut found = listing.unwrap_or_default().entries;
                    found.retain(|entry| entry.kind == Kind::File);
                    files.set(found);
                });
            }
        });
    }
    let choices = {
        let (files, stage, access) = (files.clone(), props.stage.clone(), props.access);
        Callback::from(move |()| {
            let choice = |entry: &Entry| {
                let item = Item {
                    id: entry.path.lossy().into_owned(),
                    label: tame(&entry.path.lossy()).into_owned(),
                    hint: format::bytes(entry.bytes),
                    ..Item::default()
                };
                let path = entry.path.clone();
                let edit = Edit::Shape {
                    stage: stage.clone(),
                    kind: StageKind::File(File { path, access }),
                    part: "",
                    index: 0,
                };
                (item, edit)
            };
            files.iter().map(choice).collect()
        })
    };
    html! {
        <div hidden={files.is_empty()}>
            <Pick id="file-names" class="button" shown={FileNamesWords::of(desk.language).choose} off={desk.recorded || files.is_empty()} {choices} />
        </div>
    }
}
