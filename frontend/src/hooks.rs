//! What components take from the browser.

mod keyboard;
mod media;
mod size;
mod throttled;

pub(crate) use keyboard::use_keyboard;
pub(crate) use media::use_media;
pub(crate) use size::use_size;
pub(crate) use throttled::use_throttled;
