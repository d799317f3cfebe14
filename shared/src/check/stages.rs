//! What must hold within each stage.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::wires::Wired;
use crate::chain::{Chain, Input, InputPort, OutputPort, Setup, Stage, StageKind};
use crate::limits::{LimitName, Limits};
use crate::problem::{Counted, Fault, Part, Problem};
use crate::substitute::{Placeholder, largest, placeholders};
use crate::text::Text;

/// What is bypassed is not judged: it does not run.
pub(super) fn check(chain: &Chain, wired: &Wired, limits: &Limits, problems: &mut Vec<Problem>) {
    let longest = super::longest_value(chain);
    let mut held: u64 = 0;
    for stage in chain.stages.iter().filter(|stage| !stage.bypassed) {
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
            StageKind::Input(given) => {
                held = held.saturating_add(input(given, longest, limits, &mut report));
            }
            StageKind::File(file) => text(&file.path, Part::Path, true, &mut report),
            StageKind::Discard => {}
        }
        texts_in_lanes(stage, longest, limits, &mut report);
        extra_inputs(wired, stage, &mut report);
        if !stage.starts_process() && !is_wired(wired, stage) {
            report(Fault::NotWired);
        }
    }
    let at_once = held.saturating_mul(super::lanes_at_once(chain) as u64);
    if at_once > limits.input_bytes && held <= limits.input_bytes {
        problems.push(Problem::of_chain(Fault::OverLimit {
            limit: LimitName::InputBytes,
            found: at_once,
            most: limits.input_bytes,
        }));
    }
}

/// What a stage's process is given must not grow beyond all bounds when the values are put in.
fn texts_in_lanes(stage: &Stage, longest: usize, limits: &Limits, report: &mut impl FnMut(Fault)) {
    let mut total: u64 = 0;
    let mut add = |text: &Text| total = total.saturating_add(largest(text, longest));
    match &stage.kind {
        StageKind::Process(process) => {
            add(&process.program);
            process.args.iter().for_each(&mut add);
        }
        StageKind::Shell(shell) => add(&shell.text),
        StageKind::File(file) => add(&file.path),
        StageKind::Input(_) | StageKind::Discard => {}
    }
    if let Some(setup) = stage.setup() {
        setup.directory.iter().for_each(&mut add);
        let values = setup
            .environment
            .iter()
            .filter_map(|set| set.value.as_ref());
        values.for_each(&mut add);
    }
    if total > u64::from(limits.message_bytes) {
        report(Fault::OverLimit {
            limit: LimitName::MessageBytes,
            found: total,
            most: u64::from(limits.message_bytes),
        });
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

/// Checks an input; returns how many bytes of it the runner holds in memory in each lane.
fn input(input: &Input, longest: usize, limits: &Limits, report: &mut impl FnMut(Fault)) -> u64 {
    let mut made = 0;
    let held = match input {
        Input::Text(text) => largest(text, longest),
        Input::Hex(text) => match decode_hex(text) {
            Ok(bytes) => bytes.len() as u64,
            Err(position) => {
                report(Fault::BadHex { position });
                return 0;
            }
        },
        Input::Base64(text) => match decode_base64(text) {
            Ok(bytes) => bytes.len() as u64,
            Err(error) => {
                report(Fault::BadBase64 { error });
                return 0;
            }
        },
        Input::Random(count) => {
            made = *count;
            0
        }
        Input::Lines(lines) => lines
            .iter()
            .map(|line| largest(line, longest).saturating_add(1))
            .fold(0, u64::saturating_add),
        // What is repeated is bounded; how often is not: back-pressure bounds what is in flight.
        Input::Repeat { text, .. } => {
            if text.is_empty() {
                report(Fault::Empty {
                    part: Part::InputText,
                });
            }
            largest(text, longest)
        }
    };
    let size = held.max(made);
    if size > limits.input_bytes {
        report(Fault::OverLimit {
            limit: LimitName::InputBytes,
            found: size,
            most: limits.input_bytes,
        });
    }
    held
}

/// `{fd3}` in an argument needs a wire into `fd3`.
fn extra_inputs(wired: &Wired, stage: &Stage, report: &mut impl FnMut(Fault)) {
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
        if !wired.input(&stage.id, port) && reported.insert(number) {
            report(Fault::UnwiredExtraInput { port });
        }
    }
}

fn is_wired(wired: &Wired, stage: &Stage) -> bool {
    if stage.has_output(OutputPort::Stdout) {
        wired.output(&stage.id, OutputPort::Stdout)
    } else {
        wired.input(&stage.id, InputPort::Stdin)
    }
}
