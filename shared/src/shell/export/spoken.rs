//! What of a chain one line of text can say, while the rest is said elsewhere: lanes, times, directories, names.

use std::ops::Range;

use super::said;
use crate::chain::{Chain, Input, Process, Setup, StageKind, StatusRule, Stdin};
use crate::id::StageId;
use crate::shell::import::{Origin, Reading};
use crate::text::Text;

/// A chain as one line of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spoken {
    /// The text, without a final newline. It may have several lines.
    pub text: String,
    /// Its stages, in the order of [`import`](crate::shell::import).
    pub parts: Vec<Part>,
}

/// What of a text says a stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The stage.
    pub stage: StageId,
    /// Where, in bytes from 0. Parts lie side by side or within each other: a file within the command that opens it.
    pub text: Range<usize>,
}

/// How the text of a line is meant: `{lane}` and `{value}` are placeholders, as they are wherever a chain is edited.
pub fn reading(chain: &Chain) -> Reading {
    Reading {
        has_lanes: true,
        pipefail: chain.status == StatusRule::Pipefail,
        for_the_shell: Vec::new(),
    }
}

/// The chain as one line of text, where a line can say which programs it has and what joins them. Nothing where it
/// cannot: for merges that a shell does not have, say, or what is not joined.
///
/// What a line never says is left out: lanes, labels, times, directories, variables that are taken away, input that
/// is typed, and that a stage is bypassed. Bytes that the chain makes itself are said as the program that would make
/// them. Read with [`reading`], the text is the same chain but for these.
pub fn spoken(chain: &Chain) -> Option<Spoken> {
    let said = said(&sayable(chain), &reading(chain))?;
    let part = |(place, origin): (&usize, Origin)| Part {
        stage: chain.stages[*place].id.clone(),
        text: origin.text,
    };
    let parts = said.order.iter().zip(said.imported.origins).map(part);
    Some(Spoken {
        parts: parts.collect(),
        text: said.text,
    })
}

/// The chain with what a line can say of it, and nothing else.
pub(in crate::shell) fn sayable(chain: &Chain) -> Chain {
    let mut chain = chain.clone();
    for stage in &mut chain.stages {
        stage.bypassed = false;
        if let StageKind::Input(input) = &stage.kind
            && let Some(process) = program_of(input)
        {
            stage.kind = StageKind::Process(process);
        }
        if let Some(setup) = stage.setup_mut() {
            setup.timeout_ms = None;
            setup.directory = None;
            setup
                .environment
                .retain(|variable| variable.value.is_some());
            if setup.stdin == Stdin::Typed {
                setup.stdin = Stdin::Free;
            }
        }
    }
    chain
}

/// The program that makes the same bytes, where there is one. A text that ends with a line is a here-document.
fn program_of(input: &Input) -> Option<Process> {
    let (program, args): (&str, Vec<Text>) = match input {
        Input::Random(count) => (
            "head",
            vec!["-c".into(), count.to_string().into(), "/dev/urandom".into()],
        ),
        Input::Lines(lines) if !lines.is_empty() => {
            let format = Text::from("%s\\n");
            (
                "printf",
                std::iter::once(format)
                    .chain(lines.iter().cloned())
                    .collect(),
            )
        }
        Input::Text(text) if !text.as_bytes().is_empty() && !text.as_bytes().ends_with(b"\n") => {
            ("printf", vec!["%s".into(), text.clone()])
        }
        Input::Repeat { text, times: None } => {
            let line = text.as_bytes().strip_suffix(b"\n")?;
            ("yes", vec![Text::from_bytes(line)])
        }
        Input::Text(_)
        | Input::Lines(_)
        | Input::Hex(_)
        | Input::Base64(_)
        | Input::Repeat { .. } => return None,
    };
    Some(Process {
        program: program.into(),
        args,
        setup: Setup::default(),
    })
}

/// The bytes that such a program makes, as a chain makes them itself.
pub(in crate::shell) fn input_of(process: &Process) -> Option<Input> {
    let input = match (process.program.as_bytes(), &process.args[..]) {
        (b"head", [_, count, _]) => Input::Random(count.as_str()?.parse().ok()?),
        (b"printf", [format, text]) if format.as_bytes() == b"%s" => Input::Text(text.clone()),
        (b"printf", [_, lines @ ..]) => Input::Lines(lines.to_vec()),
        (b"yes", [line]) => Input::Repeat {
            text: Text::from_bytes([line.as_bytes(), b"\n"].concat()),
            times: None,
        },
        _ => return None,
    };
    (program_of(&input).as_ref() == Some(process)).then_some(input)
}
