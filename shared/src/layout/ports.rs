//! Where ports are.

use std::collections::BTreeSet;

use crate::chain::{Chain, FIRST_EXTRA_INPUT, InputPort, LAST_EXTRA_INPUT, OutputPort, StageKind};
use crate::substitute::{Placeholder, placeholders};

use super::{Area, PORT};

/// From one extra input to the next.
pub(super) const EXTRA_STEP: f64 = 24.0;

/// Where a wire leaves a card.
pub fn output_port(card: &Area, port: OutputPort) -> (f64, f64) {
    match port {
        OutputPort::Stdout => (card.x + card.width, card.y + PORT),
        OutputPort::Stderr => (card.x + card.width / 2.0, card.y + card.height),
    }
}

/// Where a wire arrives at a card.
pub fn input_port(card: &Area, port: InputPort) -> (f64, f64) {
    match port {
        InputPort::Stdin => (card.x, card.y + PORT),
        // Extra inputs share the top edge, so that they never hide the standard one.
        InputPort::Extra(number) => (
            card.x + EXTRA_STEP * f64::from(number.saturating_sub(2)),
            card.y,
        ),
    }
}

/// The outputs that a stage has.
pub fn output_ports(chain: &Chain, stage: usize) -> Vec<OutputPort> {
    let stage = &chain.stages[stage];
    let mut ports = vec![OutputPort::Stdout, OutputPort::Stderr];
    ports.retain(|port| stage.has_output(*port));
    ports
}

/// The inputs that a stage shows: the standard one, the extra ones that have a wire or stand in an argument, and,
/// while one is `wanted`, the next that is free.
pub fn input_ports(chain: &Chain, stage: usize, wanted: bool) -> Vec<InputPort> {
    let stage = &chain.stages[stage];
    let mut extra = BTreeSet::new();
    for wire in chain.wires.iter().filter(|wire| wire.to.stage == stage.id) {
        if let InputPort::Extra(number) = wire.to.port {
            extra.insert(number);
        }
    }
    let said = match &stage.kind {
        StageKind::Process(process) => process.args.iter().flat_map(placeholders).collect(),
        StageKind::Shell(shell) => placeholders(&shell.text),
        _ => Vec::new(),
    };
    extra.extend(said.into_iter().filter_map(|said| match said {
        Placeholder::Extra(number) => Some(number),
        _ => None,
    }));
    let mut numbers = FIRST_EXTRA_INPUT..=LAST_EXTRA_INPUT;
    if wanted {
        extra.extend(numbers.find(|number| !extra.contains(number)));
    }
    let extra = extra.into_iter().map(InputPort::Extra);
    let ports = std::iter::once(InputPort::Stdin).chain(extra);
    ports.filter(|port| stage.has_input(*port)).collect()
}
