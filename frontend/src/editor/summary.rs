//! A stage in one line, as its card shows it.

use pipeyard_shared::chain::{Access, Input, Stage, StageKind};
use pipeyard_shared::shell::quote;

use crate::format;
use crate::i18n::Words;

/// What stands under a stage's name: its arguments as a shell would want them, or what it holds.
pub(crate) fn line(words: &Words, stage: &Stage) -> String {
    match &stage.kind {
        StageKind::Process(process) if process.args.is_empty() => words.no_arguments.to_owned(),
        StageKind::Process(process) => {
            let quoted: Vec<String> = process
                .args
                .iter()
                .map(|argument| quote(argument.as_bytes()))
                .collect();
            quoted.join(" ")
        }
        StageKind::Shell(shell) => first_line(&shell.text.lossy()),
        StageKind::Input(input) => input_line(words, input),
        StageKind::File(file) => match file.access {
            Access::Read => words.file_read.to_owned(),
            Access::Write => words.file_written.to_owned(),
            Access::Append => words.file_appended.to_owned(),
        },
        StageKind::Discard => words.discards.to_owned(),
    }
}

fn input_line(words: &Words, input: &Input) -> String {
    match input {
        Input::Text(text) => first_line(&text.lossy()),
        Input::Hex(text) | Input::Base64(text) => first_line(text),
        Input::Random(count) => (words.bytes_a_lane)(&format::bytes(*count)),
        Input::Lines(lines) => match lines.first() {
            Some(first) => first_line(&first.lossy()),
            None => (words.lines)(0),
        },
        Input::Repeat { text, times } => {
            let text = first_line(&text.lossy());
            match times {
                Some(times) => format!("{text} × {}", format::grouped(*times)),
                None => format!("{text} × ∞"),
            }
        }
    }
}

fn first_line(text: &str) -> String {
    let mut lines = text.lines();
    let first = lines.next().unwrap_or_default().to_owned();
    match lines.next() {
        Some(_) => first + " …",
        None => first,
    }
}
