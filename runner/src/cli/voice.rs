//! How the command line speaks: one line a fact, on standard error, with the program's name in front.

use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use pipeyard_shared::ending::{STATUS_NOT_EXECUTABLE, STATUS_NOT_FOUND};
use pipeyard_shared::problem::{Fault, Problem};
use pipeyard_shared::text::{tame, tame_lines};
use pipeyard_shared::words::{self, Language};

use super::STATUS_USAGE;

/// The language of the environment, as POSIX ranks its variables (XBD 8.2).
pub(super) fn language() -> Language {
    let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    let tag = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(set);
    Language::from_tag(&tag.unwrap_or_default())
}

/// Whether all that is said goes to the log, of which every line has one form.
static TO_LOG: AtomicBool = AtomicBool::new(false);

/// How much something matters, where it is [logged](say_to_log).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    /// It went well.
    News,
    /// It is most likely not what was meant.
    Doubt,
    /// Nothing comes of it.
    Failure,
}

/// From now on what is said is a line of the log: who reads that by a program gets nothing else.
pub(super) fn say_to_log() {
    TO_LOG.store(true, Ordering::Relaxed);
}

/// Whether it is.
pub(super) fn says_to_log() -> bool {
    TO_LOG.load(Ordering::Relaxed)
}

/// Says one thing, [tamed](tame): names and texts in it may be anybody's. Where nobody can hear it, it is
/// not said: that must not change what happens.
pub fn say(what: impl Display) {
    say_of(Weight::News, what);
}

/// The same of something that matters so much.
pub(super) fn say_of(weight: Weight, what: impl Display) {
    let what = what.to_string();
    let what = tame(&what);
    match weight {
        _ if !says_to_log() => say_as_it_is(format_args!("pipeyard: {what}\n")),
        Weight::News => tracing::info!("{what}"),
        Weight::Doubt => tracing::warn!("{what}"),
        Weight::Failure => tracing::error!("{what}"),
    }
}

/// The same for whole lines, without the program's name.
pub(super) fn say_lines(what: &str) {
    say_as_it_is(tame_lines(what));
}

/// Says an error, which may point to its place on lines of its own.
pub(super) fn say_pointing(error: &anyhow::Error) {
    say_lines(&format!("pipeyard: {error:#}\n"));
}

/// What is all our own, with what steers a terminal in it.
pub(super) fn say_as_it_is(what: impl Display) {
    let _ = write!(io::stderr(), "{what}");
}

/// Prints what a command was asked for on standard output.
pub(super) fn print(what: &[u8], language: Language) -> ExitCode {
    let mut out = io::stdout();
    match unless_left(out.write_all(what).and_then(|()| out.flush())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say_unwritten(&error, language);
            ExitCode::FAILURE
        }
    }
}

/// Says why standard output could not be written.
pub(super) fn say_unwritten(error: &io::Error, language: Language) {
    say(match language {
        Language::En => format!("standard output cannot be written: {error}"),
        Language::Ko => format!("표준 출력에 쓸 수 없습니다: {error}"),
    });
}

/// What remains of an error of writing to standard output: a reader that leaves has seen enough.
pub(super) fn unless_left(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Says all problems, and returns the status that stands for them: a shell's, where the only trouble is a
/// program.
pub(super) fn refuse(problems: &[Problem], language: Language) -> ExitCode {
    for problem in problems {
        say(words::problem(language, problem));
    }
    let status = |problem: &Problem| match problem.fault {
        Fault::ProgramNotFound { .. } => STATUS_NOT_FOUND,
        Fault::ProgramNotExecutable { .. } => STATUS_NOT_EXECUTABLE,
        _ => i32::from(STATUS_USAGE),
    };
    let mut statuses = problems.iter().map(status);
    let first = statuses.next().unwrap_or(i32::from(STATUS_USAGE));
    let same = statuses.all(|other| other == first);
    exit_code(if same { first } else { i32::from(STATUS_USAGE) })
}

/// A shell's status as an exit code.
pub(super) fn exit_code(status: i32) -> ExitCode {
    ExitCode::from(u8::try_from(status).unwrap_or(u8::MAX))
}
