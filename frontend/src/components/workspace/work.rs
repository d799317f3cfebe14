//! What is asked of the runner about its files.

use std::cell::Cell;
use std::collections::VecDeque;

use pipeyard_shared::Text;
use pipeyard_shared::files::{Entry, Listing, address};
use pipeyard_shared::preview::Preview;
use pipeyard_shared::words::Language;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{File, Request, RequestInit, Response};

use super::name;
use super::store::{Asking, Viewed, change, store};
use crate::desk::Desk;
use crate::format;
use crate::hooks::{focus_soon, range};
use crate::i18n::files::FilesWords;
use crate::same::Same;
use crate::ui::Form;

/// The most bytes of a file that are looked at.
const VIEWED_BYTES: u64 = 512 << 10;

/// What the runner says when there is a file of that name already.
const EXISTS: u16 = 412;

/// Reads the list again.
pub(super) fn list(desk: &Desk) {
    let desk = desk.clone();
    spawn_local(async move { read_list(&desk).await });
}

thread_local! {
    /// How often the list was asked for.
    static ASKED: Cell<u32> = const { Cell::new(0) };
}

async fn read_list(desk: &Desk) {
    let number = ASKED.get().wrapping_add(1);
    ASKED.set(number);
    let words = FilesWords::of(desk.language);
    let answer = send("GET", "/files", desk.language, None, false).await;
    let listing = answer.and_then(|text| {
        serde_json::from_str::<Listing>(&text).map_err(|_| Refused {
            status: 0,
            why: None,
        })
    });
    if ASKED.get() != number {
        // What was asked for since is newer.
        return;
    }
    change(|store| match listing {
        Ok(listing) => {
            let is_there = |path: &Text| listing.entries.iter().any(|entry| entry.path == *path);
            store.chosen = store.chosen.take().filter(is_there);
            store.listing = Some(Same::new(listing));
        }
        Err(refused) => {
            store.trouble = Some(refused.why.unwrap_or_else(|| words.no_list.to_owned()));
        }
    });
}

/// Puts files into a folder, or into the workspace itself. What is there already is replaced only where the person says so.
pub(super) fn upload(desk: &Desk, folder: Text, files: Vec<File>, over: bool) {
    let desk = desk.clone();
    spawn_local(async move {
        let words = FilesWords::of(desk.language);
        change(|store| {
            store.trouble = None;
            store.asking = None;
        });
        let (mut done, mut there) = (Vec::new(), Vec::new());
        let mut trouble = None;
        let mut files = VecDeque::from(files);
        while let Some(file) = files.pop_front() {
            let path = within(&folder, &file.name());
            change(|store| store.uploading = Some(file.name()));
            let known = store().listing.clone();
            let bounds = known.as_ref().map(|known| known.bounds.upload_bytes);
            let is_there =
                known.is_some_and(|known| known.entries.iter().any(|entry| entry.path == path));
            if bounds.is_some_and(|most| file.size() > most as f64) {
                let most = format::bytes(bounds.unwrap_or_default());
                trouble = Some((words.too_large)(&file.name(), &most));
                continue;
            }
            if is_there && !over {
                there.push(file);
                continue;
            }
            let address = address(&path);
            match send("PUT", &address, desk.language, Some(&file), !over).await {
                Ok(_) => done.push(path),
                Err(refused) if refused.status == EXISTS => there.push(file),
                Err(refused) => {
                    let why = refused.why.unwrap_or_else(|| words.no_runner.to_owned());
                    trouble = Some(format!("{}: {why}", file.name()));
                }
            }
        }
        let asks = !there.is_empty();
        change(|store| {
            store.uploading = None;
            store.trouble = trouble;
            store.asking = asks.then(|| Asking::Replace(folder, there));
            if let Some(last) = done.last() {
                store.chosen = Some(last.clone());
                store.said = (words.uploaded)(done.len());
            }
        });
        read_list(&desk).await;
        if asks {
            focus_soon("#files-keep".to_owned());
        }
    });
}

/// Takes something away, with everything in it.
pub(super) fn delete(desk: &Desk, entry: &Entry) {
    let (desk, entry) = (desk.clone(), entry.clone());
    spawn_local(async move {
        let words = FilesWords::of(desk.language);
        let address = format!("{}?all=yes", address(&entry.path));
        settle(
            "DELETE",
            &address,
            &desk,
            (words.deleted)(&name(&entry.path)),
        )
        .await;
    });
}

/// Brings the seed back, and nothing else.
pub(super) fn reset(desk: &Desk) {
    let desk = desk.clone();
    spawn_local(async move {
        let said = FilesWords::of(desk.language).was_reset.to_owned();
        settle("POST", "/files-reset", &desk, said).await;
    });
}

async fn settle(method: &str, address: &str, desk: &Desk, said: String) {
    let words = FilesWords::of(desk.language);
    change(|store| store.trouble = None);
    let answer = send(method, address, desk.language, None, false).await;
    change(|store| {
        store.asking = None;
        match answer {
            Ok(_) => store.said = said,
            Err(refused) => {
                store.trouble = Some(refused.why.unwrap_or_else(|| words.no_runner.to_owned()));
            }
        }
    });
    read_list(desk).await;
    // What was pressed is gone.
    focus_soon("#files-again".to_owned());
}

/// Shows what is in a file.
pub(super) fn view(entry: &Entry) {
    let entry = entry.clone();
    change(|store| {
        store.viewed = Some(Viewed {
            entry: entry.clone(),
            bytes: None,
            form: Form::Auto,
        });
    });
    spawn_local(async move {
        let bytes = range(&address(&entry.path), 0, entry.bytes.min(VIEWED_BYTES)).await;
        change(|store| {
            let Some(viewed) = store.viewed.as_mut().filter(|viewed| viewed.entry == entry) else {
                return;
            };
            match bytes {
                Some(bytes) => {
                    let mut preview = Preview::new(bytes.len().max(1));
                    preview.push(&bytes);
                    viewed.bytes = Some(Same::new(preview));
                }
                None => {
                    store.viewed = None;
                    // It is another one by now, or gone: the list says so.
                    store.trouble = Some(String::new());
                }
            }
        });
    });
}

/// A name in a folder; the workspace itself has no name.
fn within(folder: &Text, name: &str) -> Text {
    let mut path = folder.as_bytes().to_vec();
    if !path.is_empty() {
        path.push(b'/');
    }
    path.extend(name.as_bytes());
    Text::from_bytes(path)
}

/// An answer that is none.
struct Refused {
    /// What HTTP says; 0 where nobody answers.
    status: u16,
    /// What the runner says.
    why: Option<String>,
}

async fn send(
    method: &str,
    address: &str,
    language: Language,
    body: Option<&File>,
    new: bool,
) -> Result<String, Refused> {
    let answer = fetch(method, address, language, body, new).await;
    let Ok(answer) = answer else {
        return Err(Refused {
            status: 0,
            why: None,
        });
    };
    let text = match answer.text() {
        Ok(text) => JsFuture::from(text).await.ok(),
        Err(_) => None,
    };
    let text = text.and_then(|text| text.as_string()).unwrap_or_default();
    if answer.ok() {
        return Ok(text);
    }
    let why = text.trim().to_owned();
    Err(Refused {
        status: answer.status(),
        why: (!why.is_empty()).then_some(why),
    })
}

async fn fetch(
    method: &str,
    address: &str,
    language: Language,
    body: Option<&File>,
    new: bool,
) -> Result<Response, JsValue> {
    let init = RequestInit::new();
    init.set_method(method);
    if let Some(body) = body {
        init.set_body(body);
    }
    let request = Request::new_with_str_and_init(address, &init)?;
    request.headers().set("Accept-Language", language.tag())?;
    if new {
        request.headers().set("If-None-Match", "*")?;
    }
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    Ok(JsFuture::from(window.fetch_with_request(&request))
        .await?
        .into())
}
