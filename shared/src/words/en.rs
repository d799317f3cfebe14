//! English sentences.

use super::{Language, milliseconds};
use crate::ending::{Ending, StartCause, StartFailure};
use crate::limits::{LimitName, Reached};
use crate::problem::{Counted, Fault, NotDirect, Part};
use crate::signal::Signal;

pub(super) fn fault(fault: &Fault) -> String {
    match fault {
        Fault::NoStages => "the chain has no stages: add one to have something to run".into(),
        Fault::NothingToRun => {
            "nothing is left to run: every stage is bypassed, or has nothing to do without those that are".into()
        }
        Fault::OverLimit {
            limit: limit @ LimitName::OpenFiles,
            found,
            most,
        } => format!(
            "{found} open files would be needed and the limit `{}` allows {most}: let fewer lanes run at \
             once (`jobs`), or start the runner after `ulimit -n {found}`",
            limit.word()
        ),
        Fault::OverLimit { limit, found, most } => {
            let [found, most] = [*found, *most].map(|count| super::allowed(*limit, count));
            let said = format!("{found} is more than the limit `{}` allows ({most})", limit.word());
            match super::limits::remedy(Language::En, *limit) {
                "" => said,
                remedy => format!("{said}: {remedy}"),
            }
        }
        Fault::Zero { what } => match what {
            Counted::Lanes => "there must be at least one lane".into(),
            Counted::Jobs => "`jobs` must be at least 1: how many lanes run at once".into(),
            Counted::Timeout => "a timeout of 0 would end it before it starts: use at least 1 ms, or none".into(),
        },
        Fault::BadId { id } => format!(
            "`{}` is no id: use 1 to 64 letters, digits, `-` and `_`",
            id.escape_debug()
        ),
        Fault::DuplicateId { id } => format!("the id `{id}` is used twice: every stage, wire, note and group needs its own"),
        Fault::Empty { part } => format!("{} is empty", part_name(*part)),
        Fault::Nul { part } => format!("{} holds a NUL byte, which no program can be given", part_name(*part)),
        Fault::EqualsInName { name } => format!("the variable's name `{name}` has a `=` in it"),
        Fault::BadHex { position } => format!(
            "character {position} does not fit: hexadecimal bytes are pairs of 0–9 and a–f"
        ),
        Fault::BadBase64 { error } => format!("this is not base64: {error}"),
        Fault::NoSuchStage { stage } => format!("it leads to a stage `{stage}` that is not there"),
        Fault::NoSuchOutput { end } => format!("the stage `{}` has no output `{}`", end.stage, end.port),
        Fault::NoSuchInput { end } => format!("the stage `{}` has no input `{}`", end.stage, end.port),
        Fault::BadExtraInput { number } => format!("`fd{number}` cannot be an extra input: use `fd3` to `fd63`"),
        Fault::SameWireTwice { other } => format!("it joins the same two ports as the wire `{other}`"),
        Fault::Cycle { stages } => {
            let ring: Vec<&str> = stages.iter().map(|stage| stage.as_str()).collect();
            format!(
                "the stages {} feed each other in a ring, so none of them could ever see the end of its \
                 input: remove one of their wires",
                ring.join(" → ")
            )
        }
        Fault::StderrTwice => "standard error is joined to standard output and has a wire as well: choose one".into(),
        Fault::StdinTwice => "standard input has a wire, so it cannot be closed or typed as well: choose one".into(),
        Fault::CannotBeDirect { why } => match why {
            NotDirect::FanOut => "a direct wire is one pipe with one reader, and this output has several wires: make it tapped",
            NotDirect::FanIn => "a direct wire is one pipe of its own, and this input has several wires: make it tapped, or the fan-in shared",
            NotDirect::FromInput => "the bytes of an input stage come from the runner, so this wire cannot be direct: make it tapped",
            NotDirect::NoProcess => "there is no process at either end to hold the pipe: make this wire tapped",
        }
        .into(),
        Fault::CannotShare { port } => format!(
            "the wires into `{port}` share one pipe, which only processes can write to: use the fan-in `lines` or `ordered`"
        ),
        Fault::UnwiredExtraInput { port } => format!(
            "an argument says {{{port}}}, and no wire leads to the input `{port}`: draw one, or write {{{{{port}}}}} for the characters themselves"
        ),
        Fault::NoSuchMember { group, stage } => {
            format!("the group `{group}` names a stage `{stage}` that is not there")
        }
        Fault::MemberTwice { group, stage } => format!(
            "the group `{group}` names the stage `{stage}`, which is in a group already: a stage belongs to one at most"
        ),
        Fault::NotWired => "no wire joins it to another stage, so it would do nothing".into(),
        Fault::ProgramNotFound { program, path: Some(path) } => format!(
            "there is no program `{program}` in {}: check the spelling, or install it",
            match super::directories(path) {
                Some(count) => format!("the {count} directories of its PATH"),
                None => format!("its PATH ({path})"),
            }
        ),
        Fault::ProgramNotFound { program, path: None } => format!(
            "there is no program `{program}`: check the path; it begins at the stage's directory"
        ),
        Fault::ProgramNotExecutable { program, error } => format!("`{program}` cannot be run: {error}"),
        Fault::BadDirectory { directory, error } => format!("the directory `{directory}` cannot be entered: {error}"),
        Fault::BadFile { path, error } => format!("the file `{path}` cannot be used: {error}"),
        Fault::NoSandbox { error } if error.is_empty() => {
            "there is no sandbox to run it in: the runner's log says why, to whoever operates it".to_owned()
        }
        Fault::NoSandbox { error } => format!("there is no sandbox to run it in: {error}"),
    }
}

pub(super) fn ending(ending: &Ending) -> String {
    match ending {
        Ending::Exited { code } => format!("exit {code}"),
        Ending::Signaled { signal, core, .. } => {
            format!("{signal}{}", if *core { ", core dumped" } else { "" })
        }
        Ending::TimedOut { after_ms, .. } => format!("timed out after {}", milliseconds(*after_ms)),
        Ending::CouldNotStart { reason } => match reason.cause {
            StartCause::NotFound => "could not start: not found".into(),
            StartCause::NotPermitted => "could not start: not permitted".into(),
            StartCause::Directory => "could not start: its directory cannot be used".into(),
            StartCause::NotAProgram => "could not start: not a program".into(),
            StartCause::TooLong => "could not start: arguments too long".into(),
            StartCause::NoMore => "could not start: out of resources".into(),
            StartCause::Other => "could not start".into(),
        },
        Ending::Cancelled { .. } => "cancelled".into(),
        Ending::Finished => "done".into(),
        Ending::Failed { doing, .. } => format!("failed {doing}"),
    }
}

pub(super) fn ending_hint(ending: &Ending) -> Option<String> {
    Some(match ending {
        Ending::Signaled {
            reader_left: true, ..
        } => "the reader of its output left first, and writing on then ends a program: this is normal".into(),
        Ending::Signaled {
            limit: Some(reached),
            ..
        } => limit_hint(*reached),
        Ending::Signaled { signal, .. } => match *signal {
            Signal::KILL => "somebody ended it at once: by hand, by a limit, or because memory ran out".into(),
            Signal::PIPE => "it wrote to a pipe that nobody reads any more".into(),
            Signal(11) => "it touched memory that is not its own: a fault in the program".into(),
            Signal(6) => "it gave up by itself, usually after finding that something is badly wrong".into(),
            signal => format!("the signal {signal} ended it"),
        },
        Ending::TimedOut { signal: Some(Signal::KILL), .. } => {
            "its time was over; it did not end when asked, so it was killed".into()
        }
        Ending::TimedOut { .. } => "its time was over and it was asked to end; what it had written is kept".into(),
        Ending::CouldNotStart { reason } => start_hint(reason),
        Ending::Cancelled { .. } => "it was stopped with the rest of its lane".into(),
        Ending::Failed { error, .. } => error.clone(),
        Ending::Exited { code: 126 } => "126 usually means: found, but it could not be run".into(),
        Ending::Exited { code: 127 } => "127 usually means: a shell did not find the command".into(),
        Ending::Exited { code } if *code > 128 && *code <= 128 + 31 => {
            format!("a shell says {code} when {} ended its command", Signal(code - 128))
        }
        Ending::Exited { .. } | Ending::Finished => return None,
    })
}

fn limit_hint(reached: Reached) -> String {
    let remedy = super::limits::remedy(Language::En, reached.limit);
    let named = super::named(reached);
    match reached.limit {
        LimitName::CpuTime => {
            format!("it computed for longer than the limit {named} allows: {remedy}")
        }
        LimitName::FileBytes => {
            format!("it wanted to make a file larger than the limit {named} allows: {remedy}")
        }
        LimitName::SandboxProcesses => {
            format!("the limit {named} leaves no room for it: {remedy}")
        }
        limit => super::at_limit_so(Language::En, limit, reached.most),
    }
}

fn start_hint(reason: &StartFailure) -> String {
    let StartFailure {
        program,
        cause,
        error,
        limit,
    } = reason;
    if let Some(reached) = limit {
        return format!("`{program}`: {}", limit_hint(*reached));
    }
    match cause {
        StartCause::NotFound => {
            format!("`{program}`: {error}. A script needs the program in its first line, too")
        }
        StartCause::NotPermitted => {
            format!("`{program}`: {error}. chmod +x makes a file executable")
        }
        StartCause::Directory => format!(
            "`{program}`: {error}. This is the working directory: whoever runs the runner must be able to enter it"
        ),
        StartCause::NotAProgram => {
            format!("`{program}`: {error}. A script needs a first line such as #!/bin/sh")
        }
        StartCause::TooLong => {
            format!("`{program}`: {error}. Pass the data on standard input or in a file")
        }
        StartCause::NoMore => format!("`{program}`: {error}. Fewer lanes at once (jobs) may help"),
        StartCause::Other => format!("`{program}`: {error}"),
    }
}

fn part_name(part: Part) -> String {
    match part {
        Part::Program => "the program".into(),
        Part::Argument(number) => format!("argument {number}"),
        Part::VariableName => "a variable's name".into(),
        Part::VariableValue => "a variable's value".into(),
        Part::Directory => "the directory".into(),
        Part::Path => "the file's path".into(),
        Part::ShellText => "the shell text".into(),
        Part::InputText => "the text to repeat".into(),
    }
}
