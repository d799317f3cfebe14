//! Chains as shell text, both ways.
//!
//! [`import`] reads what bash reads, by bash's grammar, into a chain that does the same; [`pipeline`] is
//! the small reader of the page, for words, quotes, `|`, `|&` and assignments in front, which refuses
//! everything else with its place.

mod export;
mod grammar;
mod import;
mod read;
mod retype;
mod write;

pub(crate) use export::SCRIPT_HEAD;
pub use export::{Exported, Part, Spoken, bash, reading, spoken};
pub use grammar::{DEPTH, SyntaxError, SyntaxFault, TEXT_BYTES};
pub use import::{Imported, Origin, Reading, import, pointed};
pub use read::{ShellError, ShellFault, pipeline};
pub use retype::{Retyped, retype};
pub(crate) use write::bash as bash_call;
pub use write::{quote, stage_text};
