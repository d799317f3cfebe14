//! Chains as shell text: reading a plain pipeline of words and quotes, and writing any stage.
//!
//! Only what needs no shell is read: words, quotes, `|`, `|&` and assignments in front. Everything
//! else is refused with its place, never taken to mean something else.

mod read;
mod write;

pub use read::{ShellError, ShellFault, pipeline};
pub use write::{quote, stage_text};
