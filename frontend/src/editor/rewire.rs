//! Edits that touch wires: a stage comes, goes, or changes places, and the chain stays joined.

use pipeyard_shared::chain::{Chain, InputPort, OutputPort, Stage, StageKind, Wire};
use pipeyard_shared::check::order;
use pipeyard_shared::{StageId, WireId};

use super::connect::{self, Port, WhyNot, connect, input, output};
use super::names;

/// A direction along the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// Against the bytes.
    Left,
    /// With the bytes.
    Right,
}

/// Puts a new stage behind `beside` (or behind the last stage) and wires it in:
///
/// - what takes and gives bytes goes between its neighbour and whatever that one fed;
/// - what only gives bytes feeds the nearest stage whose standard input is free;
/// - what only takes bytes gets what its neighbour writes, besides those who had it before.
pub(super) fn add(chain: &mut Chain, kind: StageKind, beside: Option<&StageId>) -> StageId {
    let id = names::stage_id(chain, &kind);
    let stage = Stage::new(id.as_str(), kind);
    let gives = stage.has_output(OutputPort::Stdout);
    let takes = stage.has_input(InputPort::Stdin);
    let neighbour = beside.cloned().or_else(|| last_in_order(chain));
    let Some(neighbour) = neighbour.filter(|id| chain.stage(id).is_some()) else {
        chain.stages.push(stage);
        return id;
    };
    if !takes {
        let at = chain.stage_index(&neighbour).unwrap_or(0);
        let fed = free_reader(chain, &neighbour);
        chain.stages.insert(at, stage);
        if let Some(fed) = fed {
            connect(chain, output(&id), input(&fed));
        }
        return id;
    }
    // Nothing can stand behind what gives nothing: its own feeder is the neighbour then.
    let neighbour = match chain.stage(&neighbour) {
        Some(known) if !known.has_output(OutputPort::Stdout) => feeder(chain, &neighbour),
        _ => Some(neighbour),
    };
    let at = neighbour
        .as_ref()
        .and_then(|id| chain.stage_index(id))
        .map_or(chain.stages.len(), |at| at + 1);
    chain.stages.insert(at, stage);
    if let Some(neighbour) = neighbour {
        if gives {
            for wire in &mut chain.wires {
                if wire.from == output(&neighbour) {
                    wire.from.stage = id.clone();
                }
            }
        }
        connect(chain, output(&neighbour), input(&id));
    }
    id
}

/// Puts a new stage beside the one that has this port, and joins it to the port where it can be.
pub(super) fn add_at(chain: &mut Chain, kind: StageKind, port: &Port) -> StageId {
    let id = names::stage_id(chain, &kind);
    let stage = Stage::new(id.as_str(), kind);
    let beside = chain.stage_index(port.stage());
    let at = match port {
        Port::Output(_) => beside.map(|at| at + 1),
        Port::Input(_) => beside,
    };
    chain.stages.insert(at.unwrap_or(chain.stages.len()), stage);
    match port {
        Port::Output(from) => connect(chain, from.clone(), input(&id)),
        Port::Input(to) => connect(chain, output(&id), to.clone()),
    };
    id
}

/// Puts a new stage into a wire: what the wire brought it takes, and what it gives goes where the wire led.
/// Nothing where the kind does not take and give bytes, or the wire is not there.
pub(super) fn insert(chain: &mut Chain, wire: &WireId, kind: StageKind) -> Option<StageId> {
    let id = names::stage_id(chain, &kind);
    let stage = Stage::new(id.as_str(), kind);
    let fits = stage.has_input(InputPort::Stdin) && stage.has_output(OutputPort::Stdout);
    let reader = chain.wire(wire).filter(|_| fits)?.to.stage.clone();
    let at = chain.stage_index(&reader).unwrap_or(chain.stages.len());
    chain.stages.insert(at, stage);
    lead_through(chain, wire, &id);
    Some(id)
}

/// Whether a stage that is there can be put into a wire: its standard input and output must be free.
pub(crate) fn can_put_on(chain: &Chain, wire: &WireId, id: &StageId) -> Result<(), WhyNot> {
    let wire = chain.wire(wire).ok_or(WhyNot::NoSuchStage)?;
    let stage = chain.stage(id).ok_or(WhyNot::NoSuchStage)?;
    if wire.from.stage == *id || wire.to.stage == *id {
        return Err(WhyNot::SameStage);
    }
    if !stage.has_input(InputPort::Stdin) {
        return Err(WhyNot::TakesNothing(id.clone()));
    }
    if !stage.has_output(OutputPort::Stdout) {
        return Err(WhyNot::GivesNothing(id.clone()));
    }
    let wired = chain.wires_to(id, InputPort::Stdin).next().is_some()
        || chain.wires_from(id, OutputPort::Stdout).next().is_some();
    if wired {
        return Err(WhyNot::HasWires(id.clone()));
    }
    connect::can_connect(chain, &wire.from, &input(id))?;
    connect::can_connect(chain, &output(id), &wire.to)
}

/// Puts a stage that is there into a wire, where that can be.
pub(super) fn put_on(chain: &mut Chain, wire: &WireId, id: &StageId) {
    if can_put_on(chain, wire, id).is_ok() {
        lead_through(chain, wire, id);
    }
}

/// The wire leads to the stage, and a new one, in the same place of the order, from there on.
fn lead_through(chain: &mut Chain, wire: &WireId, id: &StageId) {
    let Some(at) = chain.wires.iter().position(|known| known.id == *wire) else {
        return;
    };
    let onward = Wire {
        id: names::wire_id(chain),
        from: output(id),
        to: std::mem::replace(&mut chain.wires[at].to, input(id)),
        mode: Default::default(),
        question: None,
    };
    chain.wires.insert(at + 1, onward);
    connect::settle(chain, at);
    connect::settle(chain, at + 1);
}

/// Takes a stage away; what fed its standard input feeds what its standard output fed. Returns a
/// neighbour to select.
pub(super) fn remove(chain: &mut Chain, id: &StageId) -> Option<StageId> {
    let at = chain.stage_index(id)?;
    let feeders: Vec<Wire> = chain.wires_to(id, InputPort::Stdin).cloned().collect();
    let fed: Vec<Wire> = chain.wires_from(id, OutputPort::Stdout).cloned().collect();
    let beside = fed.first().map(|wire| wire.to.stage.clone());
    let beside = beside.or_else(|| feeders.first().map(|wire| wire.from.stage.clone()));
    chain.stages.remove(at);
    // The wire that arrived lives on where it can, so that its mode does.
    for feeder in &feeders {
        let mut kept = Some(feeder.id.clone());
        for out in &fed {
            let known = chain
                .wires
                .iter()
                .any(|wire| wire.from == feeder.from && wire.to == out.to);
            if known || feeder.from.stage == *id || out.to.stage == *id {
                continue;
            }
            match kept.take() {
                Some(wire) => connect::rewire(chain, &wire, &Port::Input(out.to.clone())),
                None => {
                    connect(chain, feeder.from.clone(), out.to.clone());
                }
            }
        }
    }
    chain
        .wires
        .retain(|wire| wire.from.stage != *id && wire.to.stage != *id);
    // Now that the stage's own wires stand in nobody's way: what was between processes may be at a file, and what
    // was alone at its input may share it.
    for at in 0..chain.wires.len() {
        let wire = &chain.wires[at];
        let joined = feeders.iter().any(|feeder| feeder.from == wire.from)
            || fed.iter().any(|out| out.to == wire.to);
        if joined {
            connect::settle(chain, at);
        }
    }
    beside.filter(|beside| chain.stage(beside).is_some())
}

/// Whether the stage has a neighbour on that side with which it can change places.
pub(crate) fn can_move(chain: &Chain, id: &StageId, side: Side) -> bool {
    neighbour_to_swap(chain, id, side).is_some()
}

/// The stage and its neighbour along the wires change places: each takes the other's standard
/// input and output. Standard error and extra inputs stay with their stage.
pub(super) fn move_stage(chain: &mut Chain, id: &StageId, side: Side) {
    let Some(other) = neighbour_to_swap(chain, id, side) else {
        return;
    };
    swap_wires(chain, id, &other);
    if let (Some(one), Some(two)) = (chain.stage_index(id), chain.stage_index(&other)) {
        chain.stages.swap(one, two);
    }
    for at in 0..chain.wires.len() {
        let wire = &chain.wires[at];
        let ends = [&wire.from.stage, &wire.to.stage];
        if ends.contains(&id) || ends.contains(&&other) {
            connect::settle(chain, at);
        }
    }
}

fn swap_wires(chain: &mut Chain, one: &StageId, other: &StageId) {
    let swapped = |stage: &mut StageId| {
        if stage == one {
            stage.clone_from(other);
        } else if stage == other {
            stage.clone_from(one);
        }
    };
    for wire in &mut chain.wires {
        if wire.from.port == OutputPort::Stdout {
            swapped(&mut wire.from.stage);
        }
        if wire.to.port == InputPort::Stdin {
            swapped(&mut wire.to.stage);
        }
    }
}

/// The wire changes places with the one before it (to the left) or behind it at the same input. Which of them is read
/// first says something to a fan-in that is ordered.
pub(super) fn reorder(chain: &mut Chain, id: &WireId, side: Side) {
    let Some(at) = chain.wires.iter().position(|wire| wire.id == *id) else {
        return;
    };
    let same = |other: &usize| chain.wires[*other].to == chain.wires[at].to;
    let other = match side {
        Side::Left => (0..at).rev().find(same),
        Side::Right => (at + 1..chain.wires.len()).find(same),
    };
    if let Some(other) = other {
        chain.wires.swap(at, other);
    }
}

fn last_in_order(chain: &Chain) -> Option<StageId> {
    let order = super::layout::reading_order(chain);
    order.last().map(|at| chain.stages[*at].id.clone())
}

fn feeder(chain: &Chain, id: &StageId) -> Option<StageId> {
    let wire = chain.wires_to(id, InputPort::Stdin).next()?;
    Some(wire.from.stage.clone())
}

/// Who a new source should feed: the stage at hand if its input is free, else the first whose is,
/// else the stage at hand again (a fan-in), or what it feeds when it takes nothing itself.
fn free_reader(chain: &Chain, at_hand: &StageId) -> Option<StageId> {
    let takes = |id: &StageId| {
        chain
            .stage(id)
            .is_some_and(|stage| stage.has_input(InputPort::Stdin))
    };
    let is_free = |id: &StageId| takes(id) && feeder(chain, id).is_none();
    if is_free(at_hand) {
        return Some(at_hand.clone());
    }
    let free = chain
        .stages
        .iter()
        .map(|stage| &stage.id)
        .find(|id| is_free(id));
    if let Some(free) = free {
        return Some(free.clone());
    }
    if takes(at_hand) {
        return Some(at_hand.clone());
    }
    let fed = chain.wires_from(at_hand, OutputPort::Stdout).next()?;
    Some(fed.to.stage.clone())
}

fn neighbour_to_swap(chain: &Chain, id: &StageId, side: Side) -> Option<StageId> {
    let neighbour = match side {
        Side::Right => {
            let wire = chain.wires_from(id, OutputPort::Stdout).next()?;
            (wire.to.port == InputPort::Stdin).then(|| wire.to.stage.clone())?
        }
        Side::Left => {
            let wire = chain.wires_to(id, InputPort::Stdin).next()?;
            (wire.from.port == OutputPort::Stdout).then(|| wire.from.stage.clone())?
        }
    };
    let can_stand_for = |one: &StageId, other: &StageId| {
        let Some(one) = chain.stage(one) else {
            return false;
        };
        let arriving = chain.wires_to(other, InputPort::Stdin).next().is_some();
        let leaving = chain.wires_from(other, OutputPort::Stdout).next().is_some();
        (!arriving || one.has_input(InputPort::Stdin))
            && (!leaving || one.has_output(OutputPort::Stdout))
    };
    // A wire that stays at its stage may lead in a ring then.
    let stays = |wire: &Wire| {
        let apart = wire.from.port == OutputPort::Stderr || wire.to.port != InputPort::Stdin;
        let mut ends = [&wire.from.stage, &wire.to.stage].into_iter();
        apart && ends.any(|end| end == id || *end == neighbour)
    };
    let sound = || {
        let mut swapped = chain.clone();
        swap_wires(&mut swapped, id, &neighbour);
        order(&swapped).len() == swapped.stages.len()
    };
    let can = can_stand_for(id, &neighbour) && can_stand_for(&neighbour, id);
    (can && (!chain.wires.iter().any(stays) || sound())).then_some(neighbour)
}
