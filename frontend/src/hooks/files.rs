//! Files that a person hands to the page, and files that it hands back.

use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use web_sys::{Blob, DragEvent, File, FileReader, HtmlElement, Url};
use yew::{Callback, hook, use_effect_with};

/// A file, as the browser names it, and what is in it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Given {
    /// Its name.
    pub(crate) name: String,
    /// Its text.
    pub(crate) text: Result<String, Unread>,
}

/// Why a file was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unread {
    /// It has so many bytes, which is too many.
    TooLarge(usize),
    /// The browser could not read it.
    Unreadable,
}

/// Calls back with a file that is dropped anywhere on the page.
#[hook]
pub(crate) fn use_dropped_file(most_bytes: usize, on_file: Callback<Given>) {
    use_effect_with(on_file, move |on_file| {
        let on_file = on_file.clone();
        let listeners = web_sys::window().map(|window| {
            let options = EventListenerOptions::enable_prevent_default();
            let over = EventListener::new_with_options(&window, "dragover", options, |event| {
                if dropped(event).is_some() {
                    // Otherwise the browser would not let it be dropped.
                    event.prevent_default();
                }
            });
            let dropping =
                EventListener::new_with_options(&window, "drop", options, move |event| {
                    if let Some(files) = dropped(event) {
                        // Otherwise the browser would leave the page and show the file.
                        event.prevent_default();
                        if let Some(file) = files.and_then(|files| files.get(0)) {
                            read(&file, most_bytes, on_file.clone());
                        }
                    }
                });
            [over, dropping]
        });
        move || drop(listeners)
    });
}

/// Reads a file, unless it has more than so many bytes, and calls back.
pub(crate) fn read(file: &File, most_bytes: usize, on_file: Callback<Given>) {
    let name = file.name();
    let give = move |text| {
        on_file.emit(Given {
            name: name.clone(),
            text,
        });
    };
    if file.size() > most_bytes as f64 {
        return give(Err(Unread::TooLarge(file.size() as usize)));
    }
    let Ok(reader) = FileReader::new() else {
        return give(Err(Unread::Unreadable));
    };
    let done = {
        let (reader, give) = (reader.clone(), give.clone());
        EventListener::once(&reader.clone(), "loadend", move |_| {
            let text = reader.result().ok().and_then(|result| result.as_string());
            give(text.ok_or(Unread::Unreadable));
        })
    };
    match reader.read_as_text(file) {
        // It is called once, and goes with the reader.
        Ok(()) => done.forget(),
        Err(_) => give(Err(Unread::Unreadable)),
    }
}

/// Hands a text to the person as a file to keep. Says whether the browser took it.
pub(crate) fn save(name: &str, text: &str) -> bool {
    give(name, text).is_some()
}

fn give(name: &str, text: &str) -> Option<()> {
    let document = web_sys::window()?.document()?;
    let parts = js_sys::Array::of1(&JsValue::from_str(text));
    let blob = Blob::new_with_str_sequence(&parts).ok()?;
    let address = Url::create_object_url_with_blob(&blob).ok()?;
    let anchor = document.create_element("a").ok()?;
    anchor.set_attribute("href", &address).ok()?;
    anchor.set_attribute("download", name).ok()?;
    anchor.dyn_into::<HtmlElement>().ok()?.click();
    // The browser holds what it needs for the download that has just begun.
    Url::revoke_object_url(&address).ok()
}

/// The files of a drag, if it is one of files; nothing for text and links.
fn dropped(event: &web_sys::Event) -> Option<Option<web_sys::FileList>> {
    let transfer = event.dyn_ref::<DragEvent>()?.data_transfer()?;
    let types = transfer.types();
    let files = types
        .iter()
        .any(|kind| kind.as_string().as_deref() == Some("Files"));
    files.then(|| transfer.files())
}
