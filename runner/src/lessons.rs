//! Lessons: reading them, checking them by running them, and the course that is part of the program.

mod attributes;
mod blocks;
pub mod check;
mod fault;
mod front;
mod ground;
mod prose;
mod read;
mod trial;

pub use fault::Fault;
pub use ground::Ground;
pub use read::{LESSON_BYTES, Written, read};
