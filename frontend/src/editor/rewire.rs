//! Edits that touch wires: a stage comes, goes, or changes places, and the chain stays joined.

use pipeyard_shared::chain::{
    Chain, InputEnd, InputPort, OutputEnd, OutputPort, Stage, StageKind, Stdin, Wire,
};
use pipeyard_shared::{StageId, WireId};

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
                Some(wire) => redirect(chain, &wire, &out.to),
                None => connect(chain, feeder.from.clone(), out.to.clone()),
            }
        }
    }
    chain
        .wires
        .retain(|wire| wire.from.stage != *id && wire.to.stage != *id);
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
    let swapped = |stage: &StageId| {
        if stage == id {
            other.clone()
        } else if *stage == other {
            id.clone()
        } else {
            stage.clone()
        }
    };
    for wire in &mut chain.wires {
        if wire.from.port == OutputPort::Stdout {
            wire.from.stage = swapped(&wire.from.stage);
        }
        if wire.to.port == InputPort::Stdin {
            wire.to.stage = swapped(&wire.to.stage);
        }
    }
    if let (Some(one), Some(two)) = (chain.stage_index(id), chain.stage_index(&other)) {
        chain.stages.swap(one, two);
    }
}

/// Joins two ports that exist and are not joined yet. A standard input that gets a wire is neither
/// closed nor typed any more.
pub(super) fn connect(chain: &mut Chain, from: OutputEnd, to: InputEnd) {
    let gives = chain
        .stage(&from.stage)
        .is_some_and(|stage| stage.has_output(from.port));
    let takes = chain
        .stage(&to.stage)
        .is_some_and(|stage| stage.has_input(to.port));
    let known = chain
        .wires
        .iter()
        .any(|wire| wire.from == from && wire.to == to);
    if !gives || !takes || known {
        return;
    }
    let id = names::wire_id(chain);
    if to.port == InputPort::Stdin {
        free_stdin(chain, &to.stage);
    }
    chain.wires.push(Wire {
        id,
        from,
        to,
        mode: Default::default(),
    });
}

fn redirect(chain: &mut Chain, wire: &WireId, to: &InputEnd) {
    if let Some(wire) = chain.wires.iter_mut().find(|known| known.id == *wire) {
        wire.to = to.clone();
    }
}

fn free_stdin(chain: &mut Chain, id: &StageId) {
    let stage = chain.stages.iter_mut().find(|stage| stage.id == *id);
    if let Some(setup) = stage.and_then(Stage::setup_mut) {
        setup.stdin = Stdin::Free;
    }
}

fn output(stage: &StageId) -> OutputEnd {
    OutputEnd {
        stage: stage.clone(),
        port: OutputPort::Stdout,
    }
}

fn input(stage: &StageId) -> InputEnd {
    InputEnd {
        stage: stage.clone(),
        port: InputPort::Stdin,
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
    (can_stand_for(id, &neighbour) && can_stand_for(&neighbour, id)).then_some(neighbour)
}
