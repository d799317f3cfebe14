//! An entry of the list, and what can be done with the one that was pressed.

use std::cell::RefCell;
use std::rc::Rc;

use pipeyard_shared::Text;
use pipeyard_shared::chain::{Access, File, StageKind};
use pipeyard_shared::files::{Entry, Kind, Listing, address};
use web_sys::Element;
use yew::{Callback, Html, classes, html};

use super::store::{Asking, Store, change, store};
use super::{Files, name, work};
use crate::components::palette::carry::{Carried, Carrying};
use crate::desk::Desk;
use crate::editor::Edit;
use crate::format;
use crate::hooks::focus_soon;
use crate::i18n::files::FilesWords;
use crate::ui::{Sheet, Show};

/// Steps of indentation that the style sheet has.
const DEEPEST: usize = 6;

/// One entry. Those in folders that are not open have none.
pub(super) fn row(
    desk: &Desk,
    props: &Files,
    now: &Store,
    listing: &Listing,
    entry: &Entry,
    carrying: &Rc<RefCell<Carrying>>,
) -> Html {
    let words = FilesWords::of(desk.language);
    let is_folder = entry.kind == Kind::Directory;
    let is_chosen = now.chosen.as_ref() == Some(&entry.path);
    let is_open = now.open.contains(&entry.path);
    let depth = depth(&entry.path);
    let press = {
        let (path, asked, carrying) = (entry.path.clone(), is_chosen, carrying.clone());
        Callback::from(move |_| {
            // A browser takes a drag that ends for a click, too.
            if carrying.borrow_mut().take_dropped() {
                return;
            }
            change(|store| {
                store.chosen = (!asked).then(|| path.clone());
                store.asking = None;
                if is_folder && !store.open.remove(&path) {
                    store.open.insert(path.clone());
                }
            });
        })
    };
    let sign = match entry.kind {
        Kind::Directory if is_open => "▾",
        Kind::Directory => "▸",
        Kind::File => "",
        Kind::Link => "↪",
        Kind::Special => "◇",
    };
    let what = match entry.kind {
        Kind::File => format::bytes(entry.bytes),
        kind => (words.kind)(kind).to_owned(),
    };
    let shown = name(&entry.path);
    let short = shown.rsplit('/').next().unwrap_or_default().to_owned();
    html! {
        <li key={shown.clone()} class={classes!("files__entry", format!("files__entry--{}", depth.min(DEEPEST)))}>
            <button type="button" class="files__row" data-file={shown.clone()} title={shown} aria-expanded={if is_folder { is_open || is_chosen } else { is_chosen }.to_string()} onclick={press}>
                <span class="files__sign" aria-hidden="true">{ sign }</span>
                <span class="files__name is-mono">{ short }</span>
                <span class="files__facts">{ format!("{what} · {}", time(entry.modified_ms)) }</span>
            </button>
            if is_chosen { { strip(desk, props, listing, entry) } }
        </li>
    }
}

/// The file of a row, to be carried to the canvas, where it is read.
pub(super) fn found_at(_: &Desk, target: &Element) -> Option<(Element, Carried)> {
    let row = target.closest("[data-file]").ok()??;
    let shown = row.get_attribute("data-file")?;
    let now = store();
    let mut entries = now.listing.as_ref()?.entries.iter();
    let entry = entries.find(|entry| name(&entry.path) == shown)?;
    let is_file = matches!(entry.kind, Kind::File | Kind::Link);
    let kind = StageKind::File(File {
        path: entry.path.clone(),
        access: Access::Read,
    });
    is_file.then_some((row, Carried { name: shown, kind }))
}

/// What can be done with it.
fn strip(desk: &Desk, props: &Files, listing: &Listing, entry: &Entry) -> Html {
    let words = FilesWords::of(desk.language);
    let is_file = entry.kind == Kind::File;
    let view = {
        let entry = entry.clone();
        Callback::from(move |_| work::view(&entry))
    };
    let delete = {
        let (entry, count) = (entry.clone(), inside(listing, &entry.path).count());
        Callback::from(move |_| {
            change(|store| store.asking = Some(Asking::Delete(entry.clone(), count)));
            focus_soon("#files-keep".to_owned());
        })
    };
    let using = match &props.stage {
        Some((_, named, _)) => (words.use_in)(named),
        None => words.use_as_input.to_owned(),
    };
    html! {
        <div class="files__strip">
            if is_file || entry.kind == Kind::Link {
                <button type="button" class="button files__use" data-use="" disabled={desk.recorded} title={words.use_note} onclick={use_it(desk, props, entry)}>{ using }</button>
            }
            if is_file {
                <button type="button" class="button" data-view="" onclick={view}>{ words.view }</button>
                <a class="button" data-download="" href={address(&entry.path)} download="">{ words.download }</a>
            }
            <button type="button" class="button button--danger" data-delete="" onclick={delete}>{ words.delete }</button>
        </div>
    }
}

/// A file stage that reads it, or the selected file stage with this file.
fn use_it(desk: &Desk, props: &Files, entry: &Entry) -> Callback<yew::MouseEvent> {
    let (desk, stage, path) = (desk.clone(), props.stage.clone(), entry.path.clone());
    Callback::from(move |_| {
        let path = path.clone();
        match &stage {
            Some((stage, _, access)) => {
                let access = *access;
                let kind = StageKind::File(File { path, access });
                desk.shape(stage, kind, "", 0);
            }
            None => {
                let access = Access::Read;
                desk.edit(Edit::Add(StageKind::File(File { path, access })));
            }
        }
        desk.show(Show::Sheet(Some(Sheet::Inspector)));
    })
}

/// What is in a folder, and in the folders in it.
pub(super) fn inside<'a>(
    listing: &'a Listing,
    folder: &'a Text,
) -> impl Iterator<Item = &'a Entry> {
    listing.entries.iter().filter(|entry| {
        let rest = entry.path.as_bytes().strip_prefix(folder.as_bytes());
        rest.is_some_and(|rest| rest.first() == Some(&b'/'))
    })
}

/// Whether all folders that it is in are open.
pub(super) fn is_in_sight(now: &Store, entry: &Entry) -> bool {
    let path = entry.path.as_bytes();
    let mut ends = (0..path.len()).filter(|at| path[*at] == b'/');
    ends.all(|end| now.open.contains(&Text::from_bytes(&path[..end])))
}

fn depth(path: &Text) -> usize {
    path.as_bytes().iter().filter(|byte| **byte == b'/').count()
}

/// The time of day where it was today, or else the day: both in the order of a calendar.
fn time(ms: i64) -> String {
    let date = js_sys::Date::new(&(ms as f64).into());
    let today = js_sys::Date::new(&js_sys::Date::now().into());
    if date.to_date_string() == today.to_date_string() {
        return format!("{:02}:{:02}", date.get_hours(), date.get_minutes());
    }
    format!(
        "{}-{:02}-{:02}",
        date.get_full_year(),
        date.get_month() + 1,
        date.get_date()
    )
}
