//! Chains as shell text, both ways.
//!
//! [`import`] reads what bash reads, by bash's grammar, into a chain that does the same; [`pipeline`] is
//! the small reader of the page, for words, quotes, `|`, `|&` and assignments in front, which refuses
//! everything else with its place.

mod export;
mod grammar;
mod import;
mod read;
mod write;

pub use export::{Exported, bash};
pub use grammar::{DEPTH, SyntaxError, SyntaxFault, TEXT_BYTES};
pub use import::{Imported, Origin, Reading, import, pointed};
pub use read::{ShellError, ShellFault, pipeline};
pub use write::{quote, stage_text};
