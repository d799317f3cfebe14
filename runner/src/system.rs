//! The few system calls that have no safe wrapper in `rustix` or `std`, each in a function that is safe
//! to call. All of the project's `unsafe` is below here.

#![allow(unsafe_code)]

mod closed;
mod inherited;
mod registered;
mod spawn;
mod wait;

pub use closed::refusal;
pub use inherited::{close_inherited_on_exec, keep_ended_children};
pub use registered::Registered;
pub use spawn::{Command, FIRST_FREE_DESCRIPTOR, spawn};
pub use wait::{Exit, ExitHow, peek_exit, reap, reap_ended};
