//! What must hold within each stage.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::chain::{Chain, Input, InputPort, OutputPort, Setup, Stage, StageKind};
use crate::limits::{LimitName, Limits};
use crate::problem::{Counted, Fault, Part, Problem};
use crate::substitute::{Placeholder, placeholders};
use crate::text::Text;

pub(super) fn check(chain: &Chain, limits: &Limits, problems: &mut Vec<Problem>) {
    for stage in &chain.stages {
        let mut report = |fault| problems.push(Problem::of_stage(&stage.id, fault));
        match &stage.kind {
            StageKind::Process(process) => {
                text(&process.program, Part::Program, true, &mut report);
                for (number, argument) in (1..).zip(&process.args) {
                    text(argument, Part::Argument(number), false, &mut report);
                }
                setup(&process.setup, limits, &mut report);
            }
            StageKind::Shell(shell) => {
                text(&shell.text, Part::ShellText, true, &mut report);
                setup(&shell.setup, limits, &mut report);
            }
            StageKind::Input(given) => input(given, limits, &mut report),
            StageKind::File(file) => text(&file.path, Part::Path, true, &mut report),
            StageKind::Discard => {}
        }
        extra_inputs(chain, stage, &mut report);
        if !stage.starts_process() && !is_wired(chain, stage) {
            report(Fault::NotWired);
        }
    }
}

/// The bytes of pairs of hexadecimal digits; white space between pairs is free.
///
/// # Errors
/// The position, in characters from 1, of the first that does not fit.
pub fn decode_hex(text: &str) -> Result<Vec<u8>, u64> {
    let mut bytes = Vec::with_capacity(text.len() / 2);
    let mut high = None;
    let mut last = 0;
    for (position, character) in (1u64..).zip(text.chars()) {
        last = position;
        if character.is_whitespace() && high.is_none() {
            continue;
        }
        let digit = character.to_digit(16).ok_or(position)? as u8;
        match high.take() {
            None => high = Some(digit),
            Some(high) => bytes.push(high << 4 | digit),
        }
    }
    match high {
        None => Ok(bytes),
        Some(_) => Err(last + 1),
    }
}

/// The bytes of standard base64; white space is free.
///
/// # Errors
/// The decoder's words.
pub fn decode_base64(text: &str) -> Result<Vec<u8>, String> {
    let dense: String = text.split_whitespace().collect();
    BASE64.decode(dense).map_err(|error| error.to_string())
}

fn text(text: &Text, part: Part, needed: bool, report: &mut impl FnMut(Fault)) {
    if needed && text.is_empty() {
        report(Fault::Empty { part });
    }
    if text.has_nul() {
        report(Fault::Nul { part });
    }
}

fn setup(setup: &Setup, limits: &Limits, report: &mut impl FnMut(Fault)) {
    for variable in &setup.environment {
        text(&variable.name, Part::VariableName, true, report);
        if variable.name.as_bytes().contains(&b'=') {
            report(Fault::EqualsInName {
                name: variable.name.clone(),
            });
        }
        if let Some(value) = &variable.value {
            text(value, Part::VariableValue, false, report);
        }
    }
    if let Some(directory) = &setup.directory {
        text(directory, Part::Directory, true, report);
    }
    match setup.timeout_ms {
        Some(0) => report(Fault::Zero {
            what: Counted::Timeout,
        }),
        Some(timeout) if timeout > limits.timeout_ms => report(Fault::OverLimit {
            limit: LimitName::TimeoutMs,
            found: timeout,
            most: limits.timeout_ms,
        }),
        _ => {}
    }
}

fn input(input: &Input, limits: &Limits, report: &mut impl FnMut(Fault)) {
    let size = match input {
        Input::Text(text) => text.as_bytes().len() as u64,
        Input::Hex(text) => match decode_hex(text) {
            Ok(bytes) => bytes.len() as u64,
            Err(position) => return report(Fault::BadHex { position }),
        },
        Input::Base64(text) => match decode_base64(text) {
            Ok(bytes) => bytes.len() as u64,
            Err(error) => return report(Fault::BadBase64 { error }),
        },
        Input::Random(count) => *count,
        Input::Lines(lines) => lines
            .iter()
            .map(|line| line.as_bytes().len() as u64 + 1)
            .sum(),
        // What is repeated is bounded; how often is not: back-pressure bounds what is in flight.
        Input::Repeat { text, .. } => {
            if text.is_empty() {
                report(Fault::Empty {
                    part: Part::InputText,
                });
            }
            text.as_bytes().len() as u64
        }
    };
    if size > limits.input_bytes {
        report(Fault::OverLimit {
            limit: LimitName::InputBytes,
            found: size,
            most: limits.input_bytes,
        });
    }
}

/// `{fd3}` in an argument needs a wire into `fd3`.
fn extra_inputs(chain: &Chain, stage: &Stage, report: &mut impl FnMut(Fault)) {
    let texts: Vec<&Text> = match &stage.kind {
        StageKind::Process(process) => process.args.iter().collect(),
        StageKind::Shell(shell) => vec![&shell.text],
        _ => return,
    };
    let mut reported = std::collections::BTreeSet::new();
    for placeholder in texts.into_iter().flat_map(placeholders) {
        let Placeholder::Extra(number) = placeholder else {
            continue;
        };
        let port = InputPort::Extra(number);
        if chain.wires_to(&stage.id, port).next().is_none() && reported.insert(number) {
            report(Fault::UnwiredExtraInput { port });
        }
    }
}

fn is_wired(chain: &Chain, stage: &Stage) -> bool {
    if stage.has_output(OutputPort::Stdout) {
        chain
            .wires_from(&stage.id, OutputPort::Stdout)
            .next()
            .is_some()
    } else {
        chain.wires_to(&stage.id, InputPort::Stdin).next().is_some()
    }
}
