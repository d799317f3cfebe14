//! Joining ports: what can be joined, why not, and doing it.

use std::collections::{BTreeMap, VecDeque};

use pipeyard_shared::chain::{
    Chain, FIRST_EXTRA_INPUT, FanIn, InputEnd, InputPort, LAST_EXTRA_INPUT, OutputEnd, OutputPort,
    Stage, Stderr, Stdin, Wire, WireMode,
};
use pipeyard_shared::check::{order, why_not_direct};
use pipeyard_shared::limits::Limits;
use pipeyard_shared::ordered;
use pipeyard_shared::{StageId, WireId};

use super::names;

/// A port of either kind.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Port {
    /// Bytes come out of it.
    Output(OutputEnd),
    /// Bytes go into it.
    Input(InputEnd),
}

/// Why two ports cannot be joined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum WhyNot {
    /// One of the stages is not there.
    NoSuchStage,
    /// Both are of one stage, which would feed itself.
    SameStage,
    /// Both are outputs, or both are inputs.
    SameDirection,
    /// The stage takes no bytes at all: an input, or a file that is read.
    TakesNothing(StageId),
    /// The stage gives no bytes at all: a discard, or a file that is written.
    GivesNothing(StageId),
    /// The stage takes or gives bytes, but not at this port.
    NoSuchPort(StageId),
    /// A wire joins the two already.
    AlreadyWired(WireId),
    /// The stages would feed each other in a ring: these, in the order of the bytes.
    Ring(Vec<StageId>),
    /// The input's wires share one pipe, which only processes can write to.
    OnlyProcesses(InputPort),
    /// The stage has wires at its standard input or output already, so it does not fit into another wire.
    HasWires(StageId),
    /// A chain has no more wires than this.
    TooMany(u32),
}

/// Whether a wire can join an output to an input.
pub(crate) fn can_connect(chain: &Chain, from: &OutputEnd, to: &InputEnd) -> Result<(), WhyNot> {
    Joining::from(chain, &Port::Output(from.clone()), None).with(&Port::Input(to.clone()))
}

/// Whether the end of a wire can be moved to this port; which end is meant follows from the port.
pub(super) fn can_rewire(chain: &Chain, wire: &WireId, to: &Port) -> Result<(), WhyNot> {
    let wire = chain.wire(wire).ok_or(WhyNot::NoSuchStage)?;
    Joining::from(chain, &other_end(wire, to), Some(&wire.id)).with(to)
}

/// What is worked out once to tell of any number of ports whether they can be joined to a given one.
pub(crate) struct Joining<'a> {
    chain: &'a Chain,
    end: Port,
    /// A wire that is being moved does not count.
    without: Option<&'a WireId>,
    stages: BTreeMap<&'a StageId, &'a Stage>,
    /// Joining one of these makes a ring: those against the bytes from an output, with them from an input, each with
    /// the next on the way to that port's stage.
    ringed: BTreeMap<&'a StageId, Option<&'a StageId>>,
    /// What the end is joined to.
    joined: BTreeMap<Port, &'a WireId>,
}

impl<'a> Joining<'a> {
    /// For wires at this port.
    pub(crate) fn from(chain: &'a Chain, end: &Port, without: Option<&'a WireId>) -> Self {
        let wires = || {
            let all = chain.wires.iter();
            all.filter(move |wire| without != Some(&wire.id))
        };
        let mut next: BTreeMap<&StageId, Vec<&StageId>> = BTreeMap::new();
        let mut joined = BTreeMap::new();
        for wire in wires() {
            let (near, far) = match end {
                Port::Output(_) => (&wire.to.stage, &wire.from.stage),
                Port::Input(_) => (&wire.from.stage, &wire.to.stage),
            };
            next.entry(near).or_default().push(far);
            match end {
                Port::Output(from) if wire.from == *from => {
                    joined.insert(Port::Input(wire.to.clone()), &wire.id);
                }
                Port::Input(to) if wire.to == *to => {
                    joined.insert(Port::Output(wire.from.clone()), &wire.id);
                }
                _ => {}
            }
        }
        let start = chain.stages.iter().map(|stage| &stage.id);
        let mut waiting: VecDeque<&StageId> = start.filter(|id| *id == end.stage()).collect();
        let mut ringed = ordered::map(waiting.iter().map(|stage| (*stage, None)));
        while let Some(stage) = waiting.pop_front() {
            for other in next.get(stage).into_iter().flatten().copied() {
                ringed.entry(other).or_insert_with(|| {
                    waiting.push_back(other);
                    Some(stage)
                });
            }
        }
        Self {
            chain,
            end: end.clone(),
            without,
            stages: ordered::map(chain.stages.iter().map(|stage| (&stage.id, stage))),
            ringed,
            joined,
        }
    }

    /// Whether the port can be joined to this one.
    pub(crate) fn with(&self, port: &Port) -> Result<(), WhyNot> {
        let (from, to) = match (&self.end, port) {
            (Port::Output(from), Port::Input(to)) | (Port::Input(to), Port::Output(from)) => {
                (from, to)
            }
            _ => return Err(WhyNot::SameDirection),
        };
        let stage = |id: &StageId| self.stages.get(id).copied().ok_or(WhyNot::NoSuchStage);
        let (giver, taker) = (stage(&from.stage)?, stage(&to.stage)?);
        if from.stage == to.stage {
            return Err(WhyNot::SameStage);
        }
        if !giver.has_output(from.port) {
            let gives = giver.has_output(OutputPort::Stdout);
            let id = giver.id.clone();
            return Err(if gives {
                WhyNot::NoSuchPort(id)
            } else {
                WhyNot::GivesNothing(id)
            });
        }
        let in_range = match to.port {
            InputPort::Stdin => true,
            InputPort::Extra(number) => (FIRST_EXTRA_INPUT..=LAST_EXTRA_INPUT).contains(&number),
        };
        if !in_range || !taker.has_input(to.port) {
            let takes = taker.has_input(InputPort::Stdin);
            let id = taker.id.clone();
            return Err(if takes {
                WhyNot::NoSuchPort(id)
            } else {
                WhyNot::TakesNothing(id)
            });
        }
        if let Some(wire) = self.joined.get(port) {
            return Err(WhyNot::AlreadyWired((*wire).clone()));
        }
        if self.ringed.contains_key(port.stage()) {
            return Err(WhyNot::Ring(self.ring(port.stage())));
        }
        if taker.fan_in_at(to.port) == FanIn::Shared && !giver.starts_process() {
            return Err(WhyNot::OnlyProcesses(to.port));
        }
        let most = Limits::default().wires;
        if self.without.is_none() && self.chain.wires.len() >= most as usize {
            return Err(WhyNot::TooMany(most));
        }
        Ok(())
    }

    /// The stages between this one and the port's, both included, in the order of the bytes.
    fn ring(&self, from: &StageId) -> Vec<StageId> {
        let mut way = vec![from.clone()];
        let mut at = from;
        while let Some(next) = self.ringed.get(at).copied().flatten() {
            way.push(next.clone());
            at = next;
        }
        if matches!(self.end, Port::Input(_)) {
            way.reverse();
        }
        way
    }
}

impl Port {
    /// Whose port it is.
    pub(crate) fn stage(&self) -> &StageId {
        match self {
            Self::Output(end) => &end.stage,
            Self::Input(end) => &end.stage,
        }
    }

    /// The stage's standard output.
    pub(crate) fn stdout(stage: &StageId) -> Self {
        Self::Output(output(stage))
    }

    /// The stage's standard input.
    pub(crate) fn stdin(stage: &StageId) -> Self {
        Self::Input(input(stage))
    }
}

/// The end of a wire that stays when the other is moved to a port.
pub(super) fn other_end(wire: &Wire, moved: &Port) -> Port {
    match moved {
        Port::Output(_) => Port::Input(wire.to.clone()),
        Port::Input(_) => Port::Output(wire.from.clone()),
    }
}

/// Joins two ports, where that can be. A standard input that gets a wire is neither closed nor typed any more,
/// a standard error that gets one is not joined to standard output, and direct wires that must be tapped are.
pub(super) fn connect(chain: &mut Chain, from: OutputEnd, to: InputEnd) -> Option<WireId> {
    can_connect(chain, &from, &to).ok()?;
    let id = names::wire_id(chain);
    let mode = WireMode::default();
    chain.wires.push(Wire {
        id: id.clone(),
        from,
        to,
        mode,
        question: None,
    });
    settle(chain, chain.wires.len() - 1);
    Some(id)
}

/// Moves an end of a wire to this port, where that can be.
pub(super) fn rewire(chain: &mut Chain, id: &WireId, port: &Port) {
    if can_rewire(chain, id, port).is_err() {
        return;
    }
    let Some(at) = chain.wires.iter().position(|wire| wire.id == *id) else {
        return;
    };
    match port {
        Port::Output(from) => chain.wires[at].from = from.clone(),
        Port::Input(to) => chain.wires[at].to = to.clone(),
    }
    settle(chain, at);
}

/// After a wire has got new ends, what stood against it is changed.
pub(super) fn settle(chain: &mut Chain, wire: usize) {
    let (from, to) = (chain.wires[wire].from.clone(), chain.wires[wire].to.clone());
    let writes = chain.stage(&from.stage).is_some_and(Stage::starts_process);
    let reader = chain.stages.iter_mut().find(|stage| stage.id == to.stage);
    if let Some(reader) =
        reader.filter(|stage| !writes && stage.fan_in_at(to.port) == FanIn::Shared)
    {
        // Only processes can share a pipe.
        reader.fan_in.remove(&to.port);
    }
    for stage in &mut chain.stages {
        let (writes, reads) = (stage.id == from.stage, stage.id == to.stage);
        let Some(setup) = stage.setup_mut().filter(|_| writes || reads) else {
            continue;
        };
        if reads && to.port == InputPort::Stdin {
            setup.stdin = Stdin::Free;
        }
        if writes && from.port == OutputPort::Stderr {
            setup.stderr = Stderr::Apart;
        }
    }
    for at in 0..chain.wires.len() {
        let wire = &chain.wires[at];
        let near = wire.from == from || wire.to == to;
        if near && wire.mode == WireMode::Direct && why_not_direct(chain, wire).is_some() {
            chain.wires[at].mode = WireMode::Tapped;
        }
    }
    keep_order(chain, &from.stage, &to.stage);
}

/// Who reads stands behind who writes, as in a pipeline: the last stage's status is the chain's, also where it was the
/// first to be added.
fn keep_order(chain: &mut Chain, writer: &StageId, reader: &StageId) {
    if chain.stage_index(writer) < chain.stage_index(reader) {
        return;
    }
    let order = order(chain);
    // A ring cannot be laid; should there be one, its stages have no order and none is lost.
    if order.len() == chain.stages.len() {
        let mut stages: Vec<_> = chain.stages.drain(..).map(Some).collect();
        chain.stages = order
            .into_iter()
            .filter_map(|place| stages[place].take())
            .collect();
    }
}

/// The stage's standard output.
pub(super) fn output(stage: &StageId) -> OutputEnd {
    OutputEnd {
        stage: stage.clone(),
        port: OutputPort::Stdout,
    }
}

/// The stage's standard input.
pub(super) fn input(stage: &StageId) -> InputEnd {
    InputEnd {
        stage: stage.clone(),
        port: InputPort::Stdin,
    }
}
