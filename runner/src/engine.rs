//! The engine: chains become processes. It knows nothing of HTTP, JSON or sockets.
//!
//! ```text
//! planning                 whose chain is planned when
//!   │
//! plan ── resolve, lookups, place, files, descriptors   a chain and a host: all that can be said before anything starts
//!   │
//! run ─── lane ── life     lanes side by side; `lane` does what the pure machine `life` decides
//!           ├── open       the pipes, files and descriptors of a lane
//!           ├── process    starting, signalling and reaping
//!           ├── relay      source → branches (sink, join, drain), counting as the bytes pass
//!           │     ├── hot    a flow that carries much, on a thread of its own, by splice
//!           │     ├── pace   pause, so many lines, so many bytes a second
//!           │     └── spill  what is kept for download, on disk
//!           └── outsiders  who else holds a pipe, who was left behind
//! log, flow                what happened, and what passed: read by any number of viewers
//! memory, weight           how much of that is held, for whom
//! look                     what processes do and pipes hold, while somebody watches
//! ```

mod descriptors;
mod drain;
mod files;
pub mod flow;
mod grown;
mod hot;
mod join;
mod lane;
mod life;
mod limited;
pub mod log;
mod look;
mod lookups;
mod means;
mod memory;
mod open;
mod outlet;
mod outsiders;
mod pace;
mod pipe;
mod place;
mod plan;
mod planning;
mod process;
mod programs;
mod relay;
mod resolve;
mod run;
mod sink;
mod source;
mod spill;
pub mod times;
mod turns;
mod typed;
mod weight;

pub use drain::Drain;
pub use files::Reach;
pub use flow::{Activity, Flow};
pub use hot::Plane;
pub use join::Join;
pub use log::{Log, Passed};
pub use look::{Glimpsing, Watching};
pub use means::Means;
pub use memory::{Full, Memory};
pub use outlet::{Outlet, Outlets};
pub use outsiders::Censuses;
pub use place::Place;
pub use plan::{Host, Plan, plan};
pub use planning::{Planning, Unplanned};
pub use programs::{MOST_PROGRAMS, Programs};
pub use run::{ControlError, PaceError, Run, RunResult, start};
pub use spill::Quota;
pub use turns::Share;
pub use typed::{TypedCredit, TypedError, TypedInput};
