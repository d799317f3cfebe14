//! Pipeyard's page: a chain is composed on a canvas, run by the runner, and watched.
//!
//! What decides is plain Rust that knows no browser and is tested natively: `editor` (the chain and
//! its edits), `runs` (what is known of a run), `link` (losing and finding the runner). What touches
//! the browser is thin: `components`, `hooks`, `storage` and the link's shell.

mod app;
mod commands;
mod components;
mod desk;
mod editor;
mod embed;
mod format;
mod gallery;
mod hooks;
mod i18n;
mod later;
mod learning;
mod left;
mod lessons;
mod line;
mod link;
mod looks;
mod panes;
mod part;
mod passing;
mod platform;
mod replay;
mod runs;
mod same;
mod sharing;
mod storage;
mod text_size;
mod toast;
mod ui;

/// Puts the page into the document's element with the id `app`, which is made if it is missing.
pub fn mount() {
    let document = web_sys::window().and_then(|window| window.document());
    let root = document.and_then(|document| {
        document.get_element_by_id("app").or_else(|| {
            let root = document.create_element("div").ok()?;
            root.set_id("app");
            document.body()?.append_child(&root).ok()?;
            Some(root)
        })
    });
    if let Some(root) = root {
        yew::Renderer::<app::App>::with_root(root).render();
    }
}
