//! Files that a person hands to the page, and files that it hands back.

use gloo_events::{EventListener, EventListenerOptions};
use gloo_timers::callback::Timeout;
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use web_sys::{Blob, DragEvent, FileList, FileReader, HtmlElement, Url};
use yew::{Callback, hook, use_effect_with, use_mut_ref, use_state_eq};

/// How long the browser may take to begin a download, in milliseconds.
const DOWNLOAD_BEGINS_MS: u32 = 20_000;

/// A file, as the browser names it, and what is in it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Given {
    /// Its name.
    pub(crate) name: String,
    /// Its text.
    pub(crate) text: Result<String, Unread>,
    /// Whether others came with it, which were not read.
    pub(crate) among_others: bool,
}

/// Why a file was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unread {
    /// It has so many bytes, which is too many.
    TooLarge(usize),
    /// The browser could not read it.
    Unreadable,
}

/// Calls back with a file that is dropped anywhere on the page. Says whether one is held over it.
#[hook]
pub(crate) fn use_dropped_file(most_bytes: usize, on_file: Callback<Given>) -> bool {
    let held = use_state_eq(|| false);
    let setter = held.setter();
    // The page listens once; what is called is the latest.
    let latest = use_mut_ref(|| on_file.clone());
    *latest.borrow_mut() = on_file;
    use_effect_with((), move |()| {
        let listeners = web_sys::window().map(|window| {
            let options = EventListenerOptions::enable_prevent_default();
            let over = {
                let setter = setter.clone();
                EventListener::new_with_options(&window, "dragover", options, move |event| {
                    if dropped(event).is_some() {
                        // Otherwise the browser would not let it be dropped.
                        event.prevent_default();
                        setter.set(true);
                    }
                })
            };
            let leaving = {
                let setter = setter.clone();
                EventListener::new(&window, "dragleave", move |event| {
                    let drag = event.dyn_ref::<DragEvent>();
                    // It goes from one element to another all the time.
                    if drag.is_none_or(|drag| drag.related_target().is_none()) {
                        setter.set(false);
                    }
                })
            };
            let dropping =
                EventListener::new_with_options(&window, "drop", options, move |event| {
                    if let Some(files) = dropped(event) {
                        // Otherwise the browser would leave the page and show the file.
                        event.prevent_default();
                        setter.set(false);
                        if let Some(files) = files {
                            let on_file = latest.borrow().clone();
                            read(&files, most_bytes, on_file);
                        }
                    }
                });
            [over, leaving, dropping]
        });
        move || drop(listeners)
    });
    *held
}

/// Reads the first of these files, unless it has more than so many bytes, and calls back.
pub(crate) fn read(files: &FileList, most_bytes: usize, on_file: Callback<Given>) {
    let Some(file) = files.get(0) else {
        return;
    };
    let (name, among_others) = (file.name(), files.length() > 1);
    let give = move |text| {
        on_file.emit(Given {
            name: name.clone(),
            text,
            among_others,
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
    match reader.read_as_text(&file) {
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
    // Some browsers ask for it only after this turn.
    Timeout::new(DOWNLOAD_BEGINS_MS, move || {
        // The address is ours.
        let _ = Url::revoke_object_url(&address);
    })
    .forget();
    Some(())
}

/// The files of a drag, if it is one of files; nothing for text and links.
fn dropped(event: &web_sys::Event) -> Option<Option<FileList>> {
    let transfer = event.dyn_ref::<DragEvent>()?.data_transfer()?;
    let types = transfer.types();
    let files = types
        .iter()
        .any(|kind| kind.as_string().as_deref() == Some("Files"));
    files.then(|| transfer.files())
}
