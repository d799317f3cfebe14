//! Lessons: reading them, checking them by running them, judging answers, and the course that is part of the program.

mod attributes;
mod blocks;
pub mod check;
mod copy;
mod course;
mod fault;
mod file_name;
mod folder;
mod front;
mod ground;
mod inputs;
mod judges;
mod left;
mod outcome;
mod prose;
mod read;
mod shelf;
mod trial;

pub use fault::Fault;
pub use file_name::parse_file_name;
pub use ground::Ground;
pub use judges::{Judges, SOLUTION_TIME, Turns, Unjudged};
pub use read::{LESSON_BYTES, Written, read_bytes};
pub use shelf::Shelf;
pub use trial::Trials;
