//! One stage of the present chain, as a fresh text has it.

use std::collections::BTreeMap;

use crate::chain::{Chain, InputPort, Process, Setup, Stage, StageKind, Stdin, Variable};
use crate::shell::export::{bash_words, extra, input_of};

/// The stage, and what its inputs are called now, where that is not what they are called in the fresh text.
pub(super) fn merge(
    present: &Chain,
    old: &Stage,
    fresh: &Chain,
    new: &Stage,
) -> (Stage, BTreeMap<InputPort, InputPort>) {
    let numbers = numbers(fresh, old, new);
    let wired = fresh.wires_to(&new.id, InputPort::Stdin).next().is_some();
    let mut stage = Stage {
        id: old.id.clone(),
        label: old.label.clone(),
        at: old.at,
        bypassed: old.bypassed,
        ..new.clone()
    };
    let renumbered = numbers.is_some();
    let inputs = numbers.unwrap_or_default();
    let is_same = says_the_same(&old.kind, &new.kind, renumbered);
    if is_same {
        stage.kind = old.kind.clone();
    } else if let (StageKind::Input(_), StageKind::Process(process)) = (&old.kind, &new.kind)
        && let Some(input) = input_of(process)
        && !wired
    {
        stage.kind = StageKind::Input(input);
    }
    if let (Some(setup), Some(before), Some(typed)) = (stage.setup_mut(), old.setup(), new.setup())
    {
        *setup = with_unsaid(before, typed, wired);
    }
    // How wires are merged is said only where there are several.
    let several = |port: InputPort| fresh.wires_to(&new.id, port).count() > 1;
    stage.fan_in = old
        .fan_in
        .iter()
        .filter(|(port, _)| present.wires_to(&old.id, **port).count() <= 1)
        .map(|(port, mode)| (*port, *mode))
        .collect();
    for (port, mode) in &new.fan_in {
        let own = inputs.get(port).copied().unwrap_or(*port);
        if several(*port) {
            stage.fan_in.insert(own, *mode);
        }
    }
    (stage, inputs)
}

/// Whether the words are the same, however the extra inputs are numbered and whoever starts the shell.
fn says_the_same(old: &StageKind, new: &StageKind, renumbered: bool) -> bool {
    match (old, new) {
        (StageKind::Process(old), StageKind::Process(new)) => renumbered && same_words(old, new),
        (StageKind::Shell(old), StageKind::Process(new)) => {
            new.program.as_bytes() == b"bash" && new.args == bash_words(&old.text)
        }
        (StageKind::Shell(old), StageKind::Shell(new)) => old.text == new.text,
        _ => false,
    }
}

fn same_words(old: &Process, new: &Process) -> bool {
    old.program == new.program
        && old.args.len() == new.args.len()
        && old
            .args
            .iter()
            .zip(&new.args)
            .all(|(old, new)| old == new || extra(old).is_some() && extra(new).is_some())
}

/// The numbers that the present stage gives the fresh one's extra inputs; nothing where it cannot keep its own.
fn numbers(fresh: &Chain, old: &Stage, new: &Stage) -> Option<BTreeMap<InputPort, InputPort>> {
    let mut numbers = BTreeMap::new();
    let (StageKind::Process(of_old), StageKind::Process(of_new)) = (&old.kind, &new.kind) else {
        return Some(numbers);
    };
    if !same_words(of_old, of_new) {
        return None;
    }
    for (old, new) in of_old.args.iter().zip(&of_new.args) {
        if let (Some(old), Some(new)) = (extra(old), extra(new)) {
            let own = InputPort::Extra(old);
            if *numbers.entry(InputPort::Extra(new)).or_insert(own) != own {
                return None;
            }
        }
    }
    // Two inputs of the text must not become one.
    let mut taken: Vec<InputPort> = Vec::new();
    let wires = fresh.wires.iter().filter(|wire| wire.to.stage == new.id);
    let mut ports: Vec<InputPort> = wires.map(|wire| wire.to.port).collect();
    ports.sort_unstable();
    ports.dedup();
    for port in ports {
        let own = numbers.get(&port).copied().unwrap_or(port);
        if taken.contains(&own) {
            return None;
        }
        taken.push(own);
    }
    Some(numbers)
}

/// What the text says of a process's surroundings, and of the present ones what no text says.
fn with_unsaid(before: &Setup, typed: &Setup, wired: bool) -> Setup {
    let set = |variable: &&Variable| variable.value.is_some();
    let is_said = before.environment.iter().filter(set).eq(&typed.environment);
    let environment = if is_said {
        before.environment.clone()
    } else {
        let is_set = |name| typed.environment.iter().any(|set| set.name == name);
        let unset = before.environment.iter();
        let unset = unset.filter(|old| old.value.is_none() && !is_set(old.name.clone()));
        typed.environment.iter().chain(unset).cloned().collect()
    };
    let stdin = match (before.stdin, typed.stdin) {
        (Stdin::Typed, Stdin::Free) if !wired => Stdin::Typed,
        (_, typed) => typed,
    };
    Setup {
        environment,
        directory: before.directory.clone(),
        stdin,
        stderr: typed.stderr,
        timeout_ms: before.timeout_ms,
    }
}
