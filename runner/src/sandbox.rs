//! The level *class*: processes in a sandbox of bubblewrap's, with an agent of ours inside as its first process.
//!
//! ```text
//! runner ── Enclosure ── Sandbox ── Line ── Attendant ──(socket: requests, answers in their order)── agent, process 1 in there ── stages
//!                                 (orders)   (a task)
//! ```
//!
//! The agent does only what a parent alone can do: it starts processes with descriptors that it is sent, looks how they
//! ended, and takes them away. Pipes, relays, handles on processes, signals and looks stay the runner's, which sees the
//! processes from outside: they are the same user's. When the socket ends, however the runner went, the agent ends, and the
//! kernel ends whatever is in the sandbox with it. An agent that a learner keeps from seeing that is ended by the guard.

mod about;
pub mod agent;
#[cfg(any(test, fuzzing))]
pub mod any_bytes;
mod bubblewrap;
mod caps;
mod cgroup;
mod child;
mod command;
mod enclosure;
mod keeper;
mod line;
mod live;
mod memory;
mod message;
mod socket;
pub mod syscalls;

pub use bubblewrap::{Bubblewrap, Unusable};
pub use caps::Caps;
pub use cgroup::{Cgroups, Undivided, most_processes};
pub use child::{Child, Claimed};
pub use enclosure::{Enclosure, IDLE_TIME, INSIDE, Settings, environment};
pub use live::{Sandbox, Stay};
