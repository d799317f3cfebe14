//! Lessons, as far as no browser is needed: what a learner has done of each, whether a run can be checked, and what a
//! run says to a question.

mod book;
mod course;
mod kept;
mod measured;
mod own;
mod standing;

pub(crate) use book::{Act, Book, Progress};
pub(crate) use course::{Stage, found, next_of, stage_of};
pub(crate) use kept::OwnFile;
pub(crate) use measured::{is_run_of, measured};
pub(crate) use own::Own;
pub(crate) use standing::Standing;
