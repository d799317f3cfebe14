//! One look at one lane, and what earlier looks at it have found.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use pipeyard_shared::chain::{Chain, InputPort, OutputPort, WireMode};
use pipeyard_shared::event::{Doing, Wait};
use pipeyard_shared::flow::FlowPoint;

use super::board::Table;
use super::gauge::Gauge;
use super::knot::{self, Fill, Knotted, Standing, Way};
use super::parse::Moved;
use super::peek::peek;
use super::process;
use super::told::Told;
use crate::engine::flow::{Carriage, Flow};
use crate::engine::plan::Plan;

/// Pipes are looked into at every so many looks: ten times a second, which is as fast as numbers can be
/// read.
pub(super) const PEEK_EVERY: u32 = 2;
/// How many looks in a row must find the same ring, and nothing moved in it, before it is called a deadlock.
/// Bytes that are on their way pass in far less than this fifth of a second.
const SAME_LOOKS: u32 = 4;
/// How many deadlocks are told of a lane. Each is of other stages, and signals must have loosened those
/// before.
const MOST_KNOTS: usize = 64;
/// A pipe with less room than this takes no further page (`PIPE_BUF`, and the size of a slot).
const SLOT_BYTES: u32 = 4 << 10;

/// What all lanes of a run have in common.
#[derive(Debug)]
pub(super) struct Shape {
    /// For each stage, whether it starts a process.
    pub(super) processes: Vec<bool>,
    /// For each flow where it begins and ends.
    pub(super) ways: Vec<Course>,
}

/// Where a flow begins and ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Course {
    from: usize,
    port: OutputPort,
    to: Option<(usize, InputPort)>,
    /// Whether the chain wants it carried by the kernel alone.
    direct: bool,
}

/// What is looked at: everything in it is of one lane.
pub(super) struct Site<'a> {
    pub(super) shape: &'a Shape,
    pub(super) flows: &'a [Arc<Flow>],
    pub(super) gauges: &'a [Gauge],
    pub(super) table: &'a Table,
    /// Now.
    pub(super) at_us: u64,
}

/// What a look found.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) news: Vec<News>,
    pub(super) pipes: Vec<Pipe>,
}

/// Something to be told, if it is still so.
#[derive(Debug)]
pub(super) enum News {
    Doing {
        at_us: u64,
        stage: usize,
        doing: Doing,
    },
    Deadlocked {
        at_us: u64,
        waits: Vec<Knotted>,
    },
    /// Bytes have been seen to pass a direct wire.
    Began {
        place: usize,
        /// The processes that must live for that to be told.
        between: [usize; 2],
    },
}

/// What was found of one flow.
#[derive(Debug)]
pub(super) struct Pipe {
    pub(super) place: usize,
    /// Bytes that wait, and room.
    pub(super) fill: Option<(u32, u32)>,
    pub(super) glimpse: Option<Vec<u8>>,
    /// Of a direct wire: what has passed.
    pub(super) passed: Option<u64>,
}

/// What is remembered of a lane from look to look.
#[derive(Debug, Default)]
pub(super) struct LaneMemory {
    looks: u32,
    told: BTreeMap<usize, Told>,
    /// The direct wires that have been seen to carry bytes.
    began: BTreeSet<usize>,
    /// For direct wires, what the reader had read, from anywhere, when it was seen to wait there.
    marks: BTreeMap<usize, u64>,
    rings: Vec<Ring>,
    knots_told: BTreeSet<Vec<usize>>,
}

/// A ring, and for how long it has stood still.
#[derive(Debug)]
struct Ring {
    waits: Vec<Knotted>,
    proof: Proof,
    since_us: u64,
    looks: u32,
}

/// What changes when bytes move in a ring.
#[derive(Debug, PartialEq, Eq)]
struct Proof {
    processes: Vec<Option<Moved>>,
    flows: Vec<(u64, Option<(u32, u32)>)>,
}

impl Shape {
    pub(super) fn of(plan: &Plan) -> Self {
        let chain = &plan.chain;
        let ways = plan.flows.points().iter().map(|point| match point {
            FlowPoint::Wire(id) => {
                let wire = chain.wire(id)?;
                let from = chain.stage_index(&wire.from.stage)?;
                let to = chain.stage_index(&wire.to.stage)?;
                Some(Course {
                    from,
                    port: wire.from.port,
                    to: Some((to, wire.to.port)),
                    direct: wire.mode == WireMode::Direct,
                })
            }
            FlowPoint::Port(end) => Some(Course {
                from: chain.stage_index(&end.stage)?,
                port: end.port,
                to: None,
                direct: false,
            }),
        });
        // A checked chain has a stage at both ends of each wire; were one missing, nothing would be there.
        let nowhere = Course {
            from: usize::MAX,
            port: OutputPort::Stdout,
            to: None,
            direct: false,
        };
        Self {
            processes: chain
                .stages
                .iter()
                .map(|stage| stage.starts_process())
                .collect(),
            ways: ways.map(|way| way.unwrap_or(nowhere)).collect(),
        }
    }
}

impl Shape {
    /// Whether the flow at a place is that of a direct wire. (The wires that share a relayed pipe with the
    /// first among them are carried by nobody of their own, and still tapped.)
    pub(super) fn is_direct(&self, place: usize, flow: &Flow) -> bool {
        self.ways[place].direct && flow.carriage() == Carriage::Kernel
    }
}

/// A deadlock by the names of its stages.
pub(super) fn name(chain: &Chain, waits: &[Knotted]) -> Vec<Wait> {
    let id = |stage: usize| chain.stages[stage].id.clone();
    let named = waits.iter().map(|knotted| Wait {
        stage: id(knotted.stage),
        doing: knotted.doing,
        on: knotted.on.iter().map(|stage| id(*stage)).collect(),
    });
    named.collect()
}

/// Whether somebody has set a pace for a flow.
fn is_held(flow: &Flow) -> bool {
    !flow.gate().is_open()
}

impl LaneMemory {
    /// Looks once.
    pub(super) fn look(&mut self, site: &Site<'_>) -> Found {
        let mut found = Found::default();
        let stages = site.shape.processes.len();
        let mut doing = vec![None; stages];
        for (stage, doing) in doing.iter_mut().enumerate() {
            let Some(seat) = site.table.seat(stage) else {
                continue;
            };
            *doing = process::doing(seat);
            let told = self.told.entry(stage).or_insert_with(Told::new);
            if let Some((at_us, doing)) = told.look(site.at_us, *doing) {
                found.news.push(News::Doing {
                    at_us,
                    stage,
                    doing,
                });
            }
        }
        if self.looks.is_multiple_of(PEEK_EVERY) {
            for place in 0..site.shape.ways.len() {
                self.peek(site, place, &doing, &mut found);
            }
        }
        self.looks = self.looks.wrapping_add(1);
        self.look_for_rings(site, &doing, &mut found);
        found
    }

    fn peek(&mut self, site: &Site<'_>, place: usize, doing: &[Option<Doing>], found: &mut Found) {
        let Course { from, to, .. } = site.shape.ways[place];
        if site.table.has_ended(place) {
            return;
        }
        let direct = site.shape.is_direct(place, &site.flows[place]);
        let reader = to.and_then(|(stage, port)| {
            let seat = site.table.seat(stage)?;
            Some((stage, port, seat, seat.given(port.descriptor())?))
        });
        let peeked = reader.and_then(|(_, _, seat, given)| {
            peek(seat.pid, given, direct && site.gauges[place].is_wanted())
        });
        let fill = peeked.as_ref().map(|peeked| (peeked.waiting, peeked.room));
        let waiting = fill.map_or(0, |(waiting, _)| waiting);
        let writer = site.table.seat(from).filter(|_| direct);
        let passed = writer
            .and_then(|writer| process::moved(writer.pid))
            .map(|moved| moved.written.saturating_sub(u64::from(waiting)));
        if let (Some(_), Some((stage, port, seat, given))) = (writer, reader)
            && given.is_pipe
            && !self.began.contains(&place)
        {
            // A reader that waited for this pipe and has read since then has read from it: until its read
            // returns, its first thread reads nothing else.
            let read = process::moved(seat.pid).map(|moved| moved.read);
            let mark = self.marks.get(&place).copied();
            if waiting > 0 || mark.zip(read).is_some_and(|(mark, read)| read > mark) {
                self.began.insert(place);
                let between = [from, stage];
                found.news.push(News::Began { place, between });
            } else if doing[stage] == Some(Doing::WaitingForInput { port }) {
                self.marks.extend(read.map(|read| (place, read)));
            }
        }
        found.pipes.push(Pipe {
            place,
            fill,
            glimpse: peeked.and_then(|peeked| peeked.glimpse),
            passed,
        });
    }

    fn look_for_rings(&mut self, site: &Site<'_>, doing: &[Option<Doing>], found: &mut Found) {
        let before = std::mem::take(&mut self.rings);
        let waits = |doing: &Option<Doing>| matches!(doing, Some(Doing::WaitingForInput { .. }));
        // Mostly nobody waits, and there is nothing to be thought about.
        if !doing.iter().any(waits) {
            return;
        }
        let stages = site.standings(doing);
        for waits in knot::knots(&stages, &site.ways()) {
            let proof = site.proof(&waits);
            let known = before
                .iter()
                .find(|ring| ring.waits == waits && ring.proof == proof);
            let ring = Ring {
                since_us: known.map_or(site.at_us, |ring| ring.since_us),
                looks: known.map_or(1, |ring| ring.looks.saturating_add(1)),
                waits,
                proof,
            };
            self.rings.push(ring);
        }
        for ring in self.rings.iter().filter(|ring| ring.looks >= SAME_LOOKS) {
            let members: Vec<usize> = ring.waits.iter().map(|wait| wait.stage).collect();
            if self.knots_told.len() >= MOST_KNOTS
                || self.knots_told.contains(&members)
                || members.iter().any(|stage| site.has_company(*stage))
            {
                continue;
            }
            self.knots_told.insert(members);
            found.news.push(News::Deadlocked {
                at_us: ring.since_us,
                waits: ring.waits.clone(),
            });
        }
    }
}

impl Site<'_> {
    fn standings(&self, doing: &[Option<Doing>]) -> Vec<Standing> {
        let stages = self.shape.processes.iter().zip(doing).enumerate();
        stages
            .map(
                |(stage, (process, doing))| match (process, self.table.seat(stage)) {
                    (false, _) => Standing::Own,
                    // Of one that nothing is known of nothing bad is said.
                    (true, Some(_)) => Standing::Process(doing.unwrap_or(Doing::Running)),
                    (true, None) => Standing::Absent,
                },
            )
            .collect()
    }

    /// The flows that have not ended.
    fn ways(&self) -> Vec<Way> {
        let mut most: BTreeMap<(usize, OutputPort), u64> = BTreeMap::new();
        let open = |place: &usize| !self.table.has_ended(*place);
        for place in (0..self.shape.ways.len()).filter(open) {
            let way = &self.shape.ways[place];
            let most = most.entry((way.from, way.port)).or_default();
            *most = (*most).max(self.flows[place].meter().bytes);
        }
        let places = (0..self.shape.ways.len()).filter(open);
        places
            .map(|place| {
                let Course { from, port, to, .. } = self.shape.ways[place];
                let most = most.get(&(from, port)).copied().unwrap_or_default();
                Way {
                    from,
                    port,
                    to,
                    fill: self.fill(place, most),
                    held: is_held(&self.flows[place]),
                }
            })
            .collect()
    }

    /// How full the pipe of a flow is, when the luckiest flow of the same output has carried so many bytes.
    fn fill(&self, place: usize, most: u64) -> Fill {
        let Some((waiting, room)) = self.gauges[place].pipe() else {
            return Fill::Unknown;
        };
        if waiting == 0 {
            return Fill::Empty;
        }
        let flow = &self.flows[place];
        // That a relay has more for a full pipe cannot be seen where its source is a process that goes on:
        // unless it has given more to another. A source that has ended, or is our own, would have closed it.
        let more =
            self.table.seat(self.shape.ways[place].from).is_none() || flow.meter().bytes < most;
        let full = waiting.saturating_add(SLOT_BYTES) > room;
        if full && more && flow.carriage() == Carriage::Relay {
            Fill::Full
        } else {
            Fill::Some
        }
    }

    fn proof(&self, waits: &[Knotted]) -> Proof {
        let member = |stage: usize| waits.iter().any(|wait| wait.stage == stage);
        let processes = waits.iter().map(|wait| {
            let seat = self.table.seat(wait.stage)?;
            process::moved(seat.pid)
        });
        let ways = self.shape.ways.iter().enumerate();
        let ways =
            ways.filter(|(_, way)| member(way.from) || way.to.is_some_and(|(to, _)| member(to)));
        Proof {
            processes: processes.collect(),
            flows: ways
                .map(|(place, _)| (self.flows[place].meter().bytes, self.gauges[place].pipe()))
                .collect(),
        }
    }

    fn has_company(&self, stage: usize) -> bool {
        let seat = self.table.seat(stage);
        seat.is_some_and(|seat| process::has_company(seat.pid))
    }
}
