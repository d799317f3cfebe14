//! Chains as shell text, both ways.
//!
//! [`import`] reads what bash reads, by bash's grammar, into a chain that does the same; [`bash`] writes a chain as
//! such a text. [`spoken`] is the line of a chain that is typed in, and [`retype`] what typing makes of the chain.

mod export;
mod grammar;
mod import;
mod retype;
mod write;

pub(crate) use export::SCRIPT_HEAD;
pub use export::{Exported, Part, Spoken, bash, reading, spoken};
pub use grammar::{DEPTH, SyntaxError, SyntaxFault, TEXT_BYTES};
pub use import::{Imported, Origin, Reading, import, pointed};
pub use retype::{Retyped, retype};
pub(crate) use write::bash as bash_call;
pub use write::{quote, stage_text};
