//! What is drawn, each part in a small file; what it shows is worked out elsewhere, what a person does
//! becomes an edit, a look or a wish on the desk.
//!
//! A part with state of its own, or one that is worth skipping when nothing of it has changed, is a
//! component with its properties on top. All others are functions: a component costs half a kilobyte
//! of the page.

mod actions;
pub(crate) mod beside;
pub(crate) mod canvas;
mod card;
pub(crate) mod chooser;
mod connection;
mod covering;
mod deadlock;
mod dialog;
mod diff;
pub(crate) mod divider;
mod dots;
pub(crate) mod drawer;
pub(crate) mod empty;
pub(crate) mod explain;
mod field;
pub(crate) mod files;
mod gallery;
mod groups;
pub(crate) mod header;
pub(crate) mod inspector;
mod keys;
pub(crate) mod lanes;
pub(crate) mod later;
pub(crate) mod left;
pub(crate) mod lessons;
pub(crate) mod line;
pub(crate) mod live;
mod menu;
mod named;
mod notes;
pub(crate) mod notice;
pub(crate) mod outline;
mod output_box;
pub(crate) mod over;
mod pace;
pub(crate) mod palette;
pub(crate) mod phone;
mod pick;
pub(crate) mod picture;
mod placed;
pub(crate) mod problems;
mod result_line;
mod run_button;
pub(crate) mod share;
mod sheet;
pub(crate) mod shell_line;
mod status;
mod tabs;
pub(crate) mod toasts;
pub(crate) mod visit;
mod wires;
pub(crate) mod workspace;

/// The class that gives a stage its colour, the same everywhere.
fn hue(stage: usize) -> &'static str {
    const HUES: [&str; 8] = [
        "hue-0", "hue-1", "hue-2", "hue-3", "hue-4", "hue-5", "hue-6", "hue-7",
    ];
    HUES[stage % HUES.len()]
}
