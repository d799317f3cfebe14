//! What components take from the browser.

pub(crate) mod address;
pub(crate) mod clipboard;
pub(crate) mod context_menu;
pub(crate) mod files;
mod focus;
mod frames;
pub(crate) mod history;
pub(crate) mod http;
mod keyboard;
mod media;
mod paced;
mod printing;
pub(crate) mod programs;
mod ranges;
mod same;
pub(crate) mod sheet;
mod size;
mod throttled;

pub(crate) use focus::{focus, focus_if_lost, focus_soon, press_soon, select_soon, step_focus};
pub(crate) use frames::{after_paint, use_frames};
pub(crate) use keyboard::{key_name, typing, use_keyboard};
pub(crate) use media::use_media;
pub(crate) use paced::use_paced;
pub(crate) use printing::use_printing;
pub(crate) use ranges::range;
pub(crate) use same::use_same;
pub(crate) use size::{use_size, use_size_of};
pub(crate) use throttled::use_throttled;
