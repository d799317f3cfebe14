//! Deadlocks: which stages of a lane wait for each other in a ring.
//!
//! A lane is seen as stages and *outlets*; an outlet is an output port with what carries its bytes on (a
//! pipe, or a relay and the pipes behind it). Who waits for whom:
//! 1. A stage that is neither reading nor writing can go on, and so can one that reads where no wire leads:
//!    a person may type.
//! 2. A stage that waits for input can go on if any outlet that feeds the port can.
//! 3. A stage that is blocked in writing can go on if its outlet can.
//! 4. An outlet that is stuck can go on if all readers can that hold it back: the slowest holds back all.
//!    One that is not stuck can go on if its stage can, or if its stage is no more.
//! 5. What we hold back ourselves (a pace that somebody has set) can go on: somebody can let it.
//!
//! Those who cannot by any of these rules never will. Among them, a deadlock is a ring; whoever merely waits
//! for one, above or below, is not part of it.

use std::collections::BTreeSet;

use pipeyard_shared::chain::{InputPort, OutputPort};
use pipeyard_shared::event::Doing;

/// A stage, as it stands now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Its process lives and does this.
    Process(Doing),
    /// It has no process: the runner itself gives or takes its bytes.
    Own,
    /// Its process has not been started, or has ended. What it wrote may still be on its way.
    Absent,
}

/// A flow that has not ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Way {
    /// The stage that writes, by its place in the chain.
    pub(super) from: usize,
    /// Its port.
    pub(super) port: OutputPort,
    /// The stage that reads, and its port; nothing where no wire leads on.
    pub(super) to: Option<(usize, InputPort)>,
    /// What stands in the pipe before the reader.
    pub(super) fill: Fill,
    /// Whether somebody has set a pace for it.
    pub(super) held: bool,
}

/// How full a pipe is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fill {
    /// Nobody could look.
    Unknown,
    /// Nothing is in it.
    Empty,
    /// Something is in it.
    Some,
    /// It takes no more, and a relay has more for it.
    Full,
}

/// One stage of a deadlock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Knotted {
    /// Its place in the chain.
    pub(super) stage: usize,
    /// What it does: it reads, or it writes.
    pub(super) doing: Doing,
    /// For whom it waits, within the ring.
    pub(super) on: Vec<usize>,
}

/// The rings, each with its stages in the chain's order.
pub(super) fn knots(stages: &[Standing], ways: &[Way]) -> Vec<Vec<Knotted>> {
    let reads =
        |standing: &Standing| matches!(standing, Standing::Process(Doing::WaitingForInput { .. }));
    // Without a reader that waits there is no ring: along the wires alone nothing leads back.
    if !stages.iter().any(reads) {
        return Vec::new();
    }
    let yard = Yard::new(stages, ways);
    let stuck = yard.stuck();
    let mut rings = yard.rings(&stuck);
    rings.retain(|ring| ring.len() > 1);
    rings
}

/// A stage or an outlet, by its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    Stage(usize),
    Outlet(usize),
}

/// What a node needs in order to go on.
#[derive(Clone, Debug)]
enum Need {
    /// Nothing: it can.
    Nothing,
    /// One of these.
    Any(Vec<Node>),
    /// All of these.
    All(Vec<Node>),
}

struct Yard<'a> {
    stages: &'a [Standing],
    ways: &'a [Way],
    outlets: Vec<(usize, OutputPort)>,
    /// The stages' needs, then the outlets'.
    needs: Vec<Need>,
}

impl<'a> Yard<'a> {
    fn new(stages: &'a [Standing], ways: &'a [Way]) -> Self {
        let outlets: BTreeSet<_> = ways.iter().map(|way| (way.from, way.port)).collect();
        let mut yard = Self {
            stages,
            ways,
            outlets: outlets.into_iter().collect(),
            needs: Vec::new(),
        };
        let of_stages = stages.iter().enumerate();
        let of_stages = of_stages.map(|(stage, standing)| yard.need_of_stage(stage, *standing));
        let of_outlets = (0..yard.outlets.len()).map(|outlet| yard.need_of_outlet(outlet));
        yard.needs = of_stages.chain(of_outlets).collect();
        yard
    }

    fn outlet(&self, of: (usize, OutputPort)) -> Option<Node> {
        self.outlets.binary_search(&of).ok().map(Node::Outlet)
    }

    /// Rules 1 to 3.
    fn need_of_stage(&self, stage: usize, standing: Standing) -> Need {
        match standing {
            Standing::Process(Doing::WaitingForInput { port }) => {
                let feeds: Vec<_> = self.feeds((stage, port)).collect();
                if feeds.is_empty() {
                    Need::Nothing
                } else {
                    Need::Any(feeds)
                }
            }
            Standing::Process(Doing::BlockedWriting { port }) => match self.outlet((stage, port)) {
                Some(outlet) => Need::All(vec![outlet]),
                None => Need::Nothing,
            },
            Standing::Process(Doing::Running | Doing::Waiting | Doing::Stopped)
            | Standing::Own
            | Standing::Absent => Need::Nothing,
        }
    }

    /// Rules 4 and 5.
    fn need_of_outlet(&self, outlet: usize) -> Need {
        let (from, port) = self.outlets[outlet];
        let standing = self.stages.get(from).copied();
        let ways = || {
            self.ways
                .iter()
                .filter(|way| (way.from, way.port) == (from, port))
        };
        if ways().any(|way| way.held) {
            return Need::Nothing;
        }
        let blocked = standing == Some(Standing::Process(Doing::BlockedWriting { port }));
        let holding: Vec<_> = ways()
            .filter_map(|way| {
                let (reader, at) = way.to?;
                let full = way.fill == Fill::Full || blocked && way.fill != Fill::Empty;
                (full && self.reads_elsewhere(reader, at)).then_some(Node::Stage(reader))
            })
            .collect();
        if !holding.is_empty() {
            return Need::All(holding);
        }
        if !blocked {
            return match standing {
                Some(Standing::Process(_)) => Need::Any(vec![Node::Stage(from)]),
                _ => Need::Nothing,
            };
        }
        // No pipe behind it is seen to be full. Where several wires meet it can be the others' turn: then
        // it goes on once one of them has, or once the reader has.
        let turns = ways().filter_map(|way| {
            let to = way.to?;
            let others: Vec<_> = self
                .feeds(to)
                .filter(|feed| *feed != Node::Outlet(outlet))
                .collect();
            (!others.is_empty()).then_some((Node::Stage(to.0), others))
        });
        let mut needs: Vec<Node> = Vec::new();
        for (reader, others) in turns {
            needs.push(reader);
            needs.extend(others);
        }
        if needs.is_empty() {
            Need::Nothing
        } else {
            Need::Any(needs)
        }
    }

    /// The outlets that feed a port.
    fn feeds(&self, to: (usize, InputPort)) -> impl Iterator<Item = Node> {
        let ways = self.ways.iter().filter(move |way| way.to == Some(to));
        ways.filter_map(|way| self.outlet((way.from, way.port)))
    }

    /// Whether a stage has a process that lives and does not wait for input at this port.
    fn reads_elsewhere(&self, stage: usize, port: InputPort) -> bool {
        match self.stages.get(stage) {
            Some(Standing::Process(doing)) => *doing != Doing::WaitingForInput { port },
            _ => false,
        }
    }

    fn place(&self, node: Node) -> usize {
        match node {
            Node::Stage(stage) => stage,
            Node::Outlet(outlet) => self.stages.len() + outlet,
        }
    }

    /// By place, who can never go on: everybody but those who can, those who then can, and so forth.
    fn stuck(&self) -> Vec<bool> {
        let mut stuck = vec![true; self.needs.len()];
        loop {
            let mut any = false;
            for place in 0..self.needs.len() {
                let can = |node: &Node| !stuck[self.place(*node)];
                let goes_on = match &self.needs[place] {
                    Need::Nothing => true,
                    Need::Any(nodes) => nodes.iter().any(can),
                    Need::All(nodes) => nodes.iter().all(can),
                };
                if goes_on && stuck[place] {
                    stuck[place] = false;
                    any = true;
                }
            }
            if !any {
                return stuck;
            }
        }
    }

    /// The nodes that a stuck node waits for and that are stuck themselves.
    fn waits(&self, place: usize, stuck: &[bool]) -> Vec<usize> {
        match &self.needs[place] {
            Need::Nothing => Vec::new(),
            Need::Any(nodes) | Need::All(nodes) => {
                let places = nodes.iter().map(|node| self.place(*node));
                places.filter(|place| stuck[*place]).collect()
            }
        }
    }

    /// Who can be reached from a place by one step or more, along `steps`.
    fn reach(from: usize, steps: &[Vec<usize>]) -> BTreeSet<usize> {
        let mut reached = BTreeSet::new();
        let mut open = vec![from];
        while let Some(place) = open.pop() {
            for next in &steps[place] {
                if reached.insert(*next) {
                    open.push(*next);
                }
            }
        }
        reached
    }

    fn rings(&self, stuck: &[bool]) -> Vec<Vec<Knotted>> {
        let mut waits = vec![Vec::new(); stuck.len()];
        let mut waited_for = waits.clone();
        for place in (0..stuck.len()).filter(|place| stuck[*place]) {
            waits[place] = self.waits(place, stuck);
            for on in &waits[place] {
                waited_for[*on].push(place);
            }
        }
        let mut done = BTreeSet::new();
        let mut rings = Vec::new();
        for place in (0..stuck.len()).filter(|place| stuck[*place]) {
            if done.contains(&place) {
                continue;
            }
            let ahead = Self::reach(place, &waits);
            if ahead.contains(&place) {
                let behind = Self::reach(place, &waited_for);
                let ring: BTreeSet<usize> = ahead.intersection(&behind).copied().collect();
                rings.push(self.tell(&ring));
                done.extend(ring);
            }
        }
        rings
    }

    /// The stages of a ring. One that gives to several can be in it by its outlet alone, and so can one without
    /// a process. One that has ended, or does something else, while its bytes are on their way does not wait.
    fn tell(&self, ring: &BTreeSet<usize>) -> Vec<Knotted> {
        let stages = self.stages.iter().enumerate();
        let members: Vec<(usize, Doing, usize)> = stages
            .filter_map(|(stage, standing)| {
                let (doing, place) = self.part(stage, *standing, ring)?;
                Some((stage, doing, place))
            })
            .collect();
        let is_member = |stage: usize| members.iter().any(|member| member.0 == stage);
        let told = members.iter().map(|(stage, doing, place)| Knotted {
            stage: *stage,
            doing: *doing,
            on: self.on(*place, *stage, ring, is_member),
        });
        told.collect()
    }

    /// What a stage does in a ring, and by which of its places it is part of it.
    fn part(
        &self,
        stage: usize,
        standing: Standing,
        ring: &BTreeSet<usize>,
    ) -> Option<(Doing, usize)> {
        let count = self.stages.len();
        let mut outlets = ring.iter().filter_map(|place| place.checked_sub(count));
        match standing {
            Standing::Process(doing) if ring.contains(&stage) => Some((doing, stage)),
            Standing::Process(doing @ Doing::BlockedWriting { port }) => {
                let outlet = outlets.find(|outlet| self.outlets[*outlet] == (stage, port))?;
                Some((doing, count + outlet))
            }
            Standing::Own => {
                let outlet = outlets.find(|outlet| self.outlets[*outlet].0 == stage)?;
                let port = self.outlets[outlet].1;
                Some((Doing::BlockedWriting { port }, count + outlet))
            }
            Standing::Process(_) | Standing::Absent => None,
        }
    }

    /// The next members of a ring that one of them waits for: along its own outlet, along what others have
    /// left on its way, and no further than the first that waits itself.
    fn on(
        &self,
        place: usize,
        stage: usize,
        ring: &BTreeSet<usize>,
        is_member: impl Fn(usize) -> bool,
    ) -> Vec<usize> {
        let count = self.stages.len();
        let everybody = vec![true; self.needs.len()];
        let mut on = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut open = vec![place];
        while let Some(at) = open.pop() {
            for next in self.waits(at, &everybody) {
                if !ring.contains(&next) || !seen.insert(next) {
                    continue;
                }
                let owner = match next.checked_sub(count) {
                    Some(outlet) => self.outlets[outlet].0,
                    None => next,
                };
                if owner != stage && is_member(owner) {
                    on.insert(owner);
                } else {
                    open.push(next);
                }
            }
        }
        on.into_iter().collect()
    }
}

#[cfg(test)]
mod tests;
