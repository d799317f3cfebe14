//! What the page, the runner and the command line agree on: the [`chain`] (a definition that is
//! plain data), its [`check`], the [`event`]s of a run, and the protocol ([`message`]s as JSON
//! text, [`frame`]s as bytes).
//!
//! Nothing here reads a file, a clock, an environment variable or a socket. All of it compiles for
//! the browser as well as natively, so that both ends run the same code.

pub mod chain;
pub mod check;
pub mod decimal;
pub mod ending;
pub mod event;
pub mod example;
pub mod explain;
pub mod export;
pub mod files;
pub mod flow;
pub mod frame;
pub mod id;
pub mod layout;
pub mod lean;
pub mod lesson;
pub mod limits;
pub mod link;
pub mod marks;
pub mod message;
pub mod open;
pub mod ordered;
pub mod preview;
pub mod problem;
pub mod qr;
pub mod recording;
pub mod shell;
pub mod signal;
pub mod stale;
pub mod story;
pub mod substitute;
pub mod text;
pub mod words;

pub use chain::Chain;
pub use id::{GroupId, LaneNumber, NoteId, RunId, SessionId, StageId, WireId};
pub use text::Text;
