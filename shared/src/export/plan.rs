//! What a program has to lay for a chain, in no particular language: which ends are handed from process to
//! process, and where something must stand between them.

use std::collections::{BTreeMap, BTreeSet};

use crate::chain::{Access, Chain, FanIn, InputPort, OutputPort, StageKind, Stderr, Stdin, Wire};
use crate::check::order;
use crate::id::{StageId, WireId};

/// What a process reads at a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reads {
    /// What the program itself was given; in the first lane only.
    Own,
    /// Nothing.
    Nothing,
    /// The output of another process, which nobody else reads.
    Output(usize, OutputPort),
    /// The file of a file stage.
    File(usize),
    /// A pipe that a [`Helper`] writes to.
    Fed,
    /// A pipe that several processes write to.
    Shared(usize),
}

/// Where a process writes at a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Writes {
    /// To the program's own.
    Own,
    /// Where standard output goes.
    Joined,
    /// To a pipe that another process or a [`Helper`] reads.
    Pipe,
    /// To the file of a file stage.
    File(usize),
    /// To nowhere.
    Nothing,
    /// To a pipe that several processes write to.
    Shared(usize),
}

/// What stands between pipes and moves the bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Helper {
    pub(super) does: Does,
    pub(super) from: Vec<From>,
    pub(super) to: Vec<To>,
}

/// What a helper does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Does {
    /// All that comes goes to all.
    Copy,
    /// Whole lines of several come as they are there.
    Lines,
    /// One comes after the other.
    Ordered,
}

/// Where a helper reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum From {
    Output(usize, OutputPort),
    File(usize),
    /// What an input stage holds.
    Given(usize),
    /// A pipe between two helpers.
    Between(usize),
}

/// Where a helper writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum To {
    Input(usize, InputPort),
    File(usize),
    Nothing,
    Between(usize),
}

/// All of it, for a chain that is reduced and in order.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    pub(super) chain: &'a Chain,
    /// The stages that start a process, each after those whose outputs it takes.
    pub(super) order: Vec<usize>,
    /// The same, in the chain's own order, which its status follows.
    pub(super) processes: Vec<usize>,
    pub(super) reads: BTreeMap<(usize, InputPort), Reads>,
    pub(super) writes: BTreeMap<(usize, OutputPort), Writes>,
    pub(super) helpers: Vec<Helper>,
    /// How many pipes several processes write to.
    pub(super) shared: usize,
    /// How many pipes lie between two helpers.
    pub(super) between: usize,
    places: BTreeMap<&'a StageId, usize>,
}

impl<'a> Plan<'a> {
    pub(super) fn of(chain: &'a Chain) -> Self {
        let places = chain.stages.iter().enumerate();
        let places = places.map(|(at, stage)| (&stage.id, at)).collect();
        let is_process = |at: &usize| chain.stages[*at].starts_process();
        let mut plan = Self {
            chain,
            order: order(chain).into_iter().filter(is_process).collect(),
            processes: (0..chain.stages.len()).filter(is_process).collect(),
            reads: BTreeMap::new(),
            writes: BTreeMap::new(),
            helpers: Vec::new(),
            shared: 0,
            between: 0,
            places,
        };
        plan.lay();
        plan.standard();
        plan
    }

    /// The outputs that go to the program's own standard output.
    pub(super) fn printing(&self) -> Vec<usize> {
        let writes = self.writes.iter();
        writes
            .filter(|((_, port), to)| *port == OutputPort::Stdout && **to == Writes::Own)
            .map(|((stage, _), _)| *stage)
            .collect()
    }

    /// Whether lines of several are merged.
    pub(super) fn merges_lines(&self) -> bool {
        self.helpers.iter().any(|helper| helper.does == Does::Lines)
    }

    /// The extra inputs of a stage, by number.
    pub(super) fn extras(&self, stage: usize) -> Vec<(u8, &Reads)> {
        let reads = self.reads.range((stage, InputPort::Stdin)..);
        reads
            .take_while(|((of, _), _)| *of == stage)
            .filter_map(|((_, port), reads)| match port {
                InputPort::Extra(number) => Some((*number, reads)),
                InputPort::Stdin => None,
            })
            .collect()
    }

    /// Whether a helper has a hand in what goes in or out of a process.
    pub(super) fn is_helped(&self, stage: usize) -> bool {
        self.helpers.iter().any(|helper| {
            let from = helper
                .from
                .iter()
                .any(|from| matches!(from, From::Output(of, _) if *of == stage));
            let to = helper
                .to
                .iter()
                .any(|to| matches!(to, To::Input(of, _) if *of == stage));
            from || to
        })
    }

    fn place(&self, id: &StageId) -> usize {
        self.places.get(id).copied().unwrap_or_default()
    }

    fn lay(&mut self) {
        let chain = self.chain;
        let mut arriving: BTreeMap<(usize, InputPort), Vec<&Wire>> = BTreeMap::new();
        let mut leaving: BTreeMap<(usize, OutputPort), Vec<&Wire>> = BTreeMap::new();
        for wire in &chain.wires {
            let (from, to) = (self.place(&wire.from.stage), self.place(&wire.to.stage));
            arriving.entry((to, wire.to.port)).or_default().push(wire);
            let leaves = leaving.entry((from, wire.from.port)).or_default();
            leaves.push(wire);
        }
        let alone = |wire: &Wire, plan: &Self| {
            leaving[&(plan.place(&wire.from.stage), wire.from.port)].len() == 1
        };
        // Wires that a helper at one of their ends has taken, with the pipe where there is one at both.
        let mut merged: BTreeMap<&WireId, Option<usize>> = BTreeMap::new();
        let mut handled: BTreeSet<&WireId> = BTreeSet::new();
        for (&(to, port), wires) in &arriving {
            if wires.len() < 2 {
                continue;
            }
            let mode = chain.stages[to].fan_in_at(port);
            let all_own = wires.iter().all(|wire| {
                alone(wire, self) && chain.stages[self.place(&wire.from.stage)].starts_process()
            });
            if mode == FanIn::Shared && chain.stages[to].starts_process() && all_own {
                let by_one = wires[0].from.stage == wires[1].from.stage && wires.len() == 2;
                handled.extend(wires.iter().map(|wire| &wire.id));
                if by_one {
                    let from = self.place(&wires[0].from.stage);
                    self.writes.insert((from, OutputPort::Stdout), Writes::Pipe);
                    self.writes
                        .insert((from, OutputPort::Stderr), Writes::Joined);
                    let output = Reads::Output(from, OutputPort::Stdout);
                    self.reads.insert((to, port), output);
                    continue;
                }
                let number = self.shared;
                self.shared += 1;
                for wire in wires {
                    let from = (self.place(&wire.from.stage), wire.from.port);
                    self.writes.insert(from, Writes::Shared(number));
                }
                self.reads.insert((to, port), Reads::Shared(number));
                continue;
            }
            let mut from = Vec::new();
            for wire in wires {
                if alone(wire, self) {
                    from.push(self.from(wire));
                    merged.insert(&wire.id, None);
                } else {
                    from.push(From::Between(self.between));
                    merged.insert(&wire.id, Some(self.between));
                    self.between += 1;
                }
            }
            let does = match mode {
                FanIn::Ordered => Does::Ordered,
                FanIn::Lines | FanIn::Shared => Does::Lines,
            };
            let target = self.to(to, port);
            self.help(does, from, vec![target]);
        }
        for wires in leaving.values() {
            let first = wires[0];
            if wires.len() == 1 {
                if !merged.contains_key(&first.id) && !handled.contains(&first.id) {
                    self.join(first);
                }
                continue;
            }
            let mut to = Vec::new();
            for wire in wires {
                to.push(match merged.get(&wire.id) {
                    Some(Some(between)) => To::Between(*between),
                    _ => self.to(self.place(&wire.to.stage), wire.to.port),
                });
            }
            let from = self.from(first);
            self.help(Does::Copy, vec![from], to);
        }
    }

    /// One wire from an output that has no other to an input that has no other.
    fn join(&mut self, wire: &Wire) {
        let (from, to) = (self.place(&wire.from.stage), self.place(&wire.to.stage));
        let (source, target) = (&self.chain.stages[from], &self.chain.stages[to]);
        let (out, into) = ((from, wire.from.port), (to, wire.to.port));
        match (source.starts_process(), target.starts_process()) {
            (true, true) => {
                self.writes.insert(out, Writes::Pipe);
                let output = Reads::Output(from, wire.from.port);
                self.reads.insert(into, output);
            }
            (true, false) => {
                let writes = match &target.kind {
                    StageKind::File(_) => Writes::File(to),
                    _ => Writes::Nothing,
                };
                self.writes.insert(out, writes);
            }
            (false, true) if matches!(source.kind, StageKind::File(_)) => {
                self.reads.insert(into, Reads::File(from));
            }
            (false, _) => {
                let (from, to) = (self.from(wire), self.to(to, wire.to.port));
                self.help(Does::Copy, vec![from], vec![to]);
            }
        }
    }

    fn from(&self, wire: &Wire) -> From {
        let from = self.place(&wire.from.stage);
        match &self.chain.stages[from].kind {
            StageKind::File(_) => From::File(from),
            StageKind::Input(_) => From::Given(from),
            _ => From::Output(from, wire.from.port),
        }
    }

    fn to(&self, to: usize, port: InputPort) -> To {
        match &self.chain.stages[to].kind {
            StageKind::File(file) if file.access != Access::Read => To::File(to),
            StageKind::Process(_) | StageKind::Shell(_) => To::Input(to, port),
            _ => To::Nothing,
        }
    }

    fn help(&mut self, does: Does, from: Vec<From>, to: Vec<To>) {
        for from in &from {
            if let From::Output(stage, port) = from {
                self.writes.insert((*stage, *port), Writes::Pipe);
            }
        }
        for to in &to {
            if let To::Input(stage, port) = to {
                self.reads.insert((*stage, *port), Reads::Fed);
            }
        }
        self.helpers.push(Helper { does, from, to });
    }

    /// The standard streams that no wire has.
    fn standard(&mut self) {
        let mut own_is_free = true;
        for &at in &self.processes {
            let Some(setup) = self.chain.stages[at].setup() else {
                continue;
            };
            let stdin = (at, InputPort::Stdin);
            self.reads.entry(stdin).or_insert_with(|| {
                let first = setup.stdin != Stdin::Closed && own_is_free;
                own_is_free &= !first;
                if first { Reads::Own } else { Reads::Nothing }
            });
            let stdout = (at, OutputPort::Stdout);
            self.writes.entry(stdout).or_insert(Writes::Own);
            let stderr = match setup.stderr {
                Stderr::Apart => Writes::Own,
                Stderr::Stdout => Writes::Joined,
            };
            let place = (at, OutputPort::Stderr);
            self.writes.entry(place).or_insert(stderr);
        }
    }
}
