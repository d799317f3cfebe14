//! Looking at what a run's processes do, from outside: nothing of theirs is changed by it.
//!
//! ```text
//! lane's driver ──▶ board ──▶ sampler, while somebody watches
//!   (who lives)                 ├── process, parse   what each process does (/proc)
//!                               ├── peek             what stands in each pipe
//!                               ├── told             what of it is news
//!                               ├── knot             who waits for whom in a ring
//!                               └──▶ log, gauges
//! ```
//! There is one sampler a run, and none while nobody watches. It works on the blocking pool, since reading
//! `/proc` can wait for a process that is just being started.

mod board;
mod gauge;
mod knot;
mod lane;
mod parse;
mod peek;
mod process;
mod told;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use pipeyard_shared::chain::Chain;
use pipeyard_shared::event::{Event, Meter};
use pipeyard_shared::flow::{FlowId, FlowMap};
use pipeyard_shared::id::LaneNumber;
use tokio::runtime::Handle;
use tokio::time::{Instant, MissedTickBehavior};

use super::flow::{Activity, Flow};
use super::log::{Clock, Log};
use super::plan::Plan;
use board::Table;
pub(super) use board::{Board, Given, Seat};
use gauge::Gauge;
use lane::{Found, LaneMemory, News, Pipe, Shape, Site};
use told::{Allowance, Allowed};

/// What is seen of a flow's pipe.
pub(super) const GAUGE_BYTES: usize = size_of::<Gauge>();
/// Between two looks: as often as a person can tell apart, and at about 15 µs a process next to nothing.
const LOOK_INTERVAL: Duration = Duration::from_millis(50);
/// How much is done at one look, a process or a pipe being one. With more than that in a run the lanes take
/// turns; a lane is always looked at as a whole, however long it is.
const WORK_A_LOOK: usize = 200;

/// What is needed to look at one run, and what was seen.
#[derive(Debug)]
pub(super) struct Looks {
    chain: Arc<Chain>,
    places: FlowMap,
    /// How much is told of what processes do.
    most: u64,
    shape: Shape,
    log: Arc<Log>,
    clock: Clock,
    flows: Vec<Arc<Flow>>,
    gauges: Vec<Gauge>,
    activity: Arc<Activity>,
    board: Board,
    runtime: Handle,
    watchers: Mutex<Watchers>,
    memory: Mutex<Memory>,
}

/// Who watches.
#[derive(Debug, Default)]
struct Watchers {
    count: usize,
    /// Whether there is a sampler. It ends by itself, so it can outlive the last watcher for an interval.
    sampled: bool,
    over: bool,
}

/// What earlier looks have found. Only the sampler takes it.
#[derive(Debug, Default)]
struct Memory {
    lanes: BTreeMap<LaneNumber, LaneMemory>,
    /// Where the next look begins.
    next: Option<LaneNumber>,
    allowance: Allowance,
}

/// Somebody watches a run for as long as this is kept.
#[derive(Debug)]
pub struct Watching(Arc<Looks>);

/// Somebody wants to see what stands in a direct wire, for as long as this is kept.
#[derive(Debug)]
pub struct Glimpsing {
    looks: Arc<Looks>,
    place: usize,
}

impl Looks {
    pub(super) fn new(
        plan: &Plan,
        flows: Vec<Arc<Flow>>,
        activity: Arc<Activity>,
        log: Arc<Log>,
        clock: Clock,
    ) -> Arc<Self> {
        Arc::new(Self {
            shape: Shape::of(plan),
            gauges: flows.iter().map(|_| Gauge::default()).collect(),
            chain: plan.chain.clone(),
            places: plan.flows.clone(),
            most: plan.limits.looks,
            log,
            clock,
            flows,
            activity,
            board: Board::default(),
            runtime: Handle::current(),
            watchers: Mutex::default(),
            memory: Mutex::default(),
        })
    }

    /// Who lives: kept by the lanes' drivers.
    pub(super) fn board(&self) -> &Board {
        &self.board
    }

    /// Begins to look, if nobody has so far.
    pub(super) fn watch(self: &Arc<Self>) -> Watching {
        let mut watchers = lock(&self.watchers);
        watchers.count += 1;
        if !watchers.sampled && !watchers.over {
            watchers.sampled = true;
            self.runtime.spawn(sample(Arc::downgrade(self)));
        }
        Watching(self.clone())
    }

    /// Begins to take glimpses of a flow, should it turn out to be a direct wire.
    pub(super) fn glimpse(self: &Arc<Self>, flow: FlowId) -> Option<Glimpsing> {
        let place = flow.0 as usize;
        self.gauges.get(place)?.want();
        Some(Glimpsing {
            looks: self.clone(),
            place,
        })
    }

    /// The end of a flow is about to be told: what stands in its pipe is nobody's news any more.
    pub(super) fn end_flow(&self, lane: LaneNumber, flow: FlowId) {
        if let Some(place) = (flow.0 as usize).checked_rem(self.places.per_lane()) {
            self.board.end_flow(lane, place);
        }
        if let Some(gauge) = self.gauges.get(flow.0 as usize) {
            gauge.set_pipe(None);
        }
    }

    /// The run is over: nobody will be looked at any more.
    pub(super) fn close(&self) {
        lock(&self.watchers).over = true;
    }

    /// The counters of all flows now, by number.
    pub(super) fn meters(&self) -> impl Iterator<Item = Meter> {
        let places = (0..self.places.per_lane()).cycle();
        let flows = self.flows.iter().zip(&self.gauges).zip(places);
        flows.map(|((flow, gauge), place)| {
            let mut meter = flow.meter();
            (meter.waiting, meter.room) = gauge.pipe().unzip();
            if self.shape.is_direct(place, flow) {
                meter.bytes = gauge.bytes();
                meter.lines = None;
            }
            meter
        })
    }

    /// Whether there is still somebody to look for; says that the sampler ends where there is not.
    fn goes_on(&self) -> bool {
        let mut watchers = lock(&self.watchers);
        watchers.sampled = watchers.count > 0 && !watchers.over;
        watchers.sampled
    }

    /// One look at as many lanes as their turn it is.
    fn look(&self) {
        let mut memory = lock(&self.memory);
        let lanes = self.board.turn(memory.next, |seats| {
            let pipes = self.shape.ways.len() / lane::PEEK_EVERY as usize;
            (seats + pipes).max(1)
        });
        memory.lanes.retain(|lane, _| self.board.has(*lane));
        memory.next = lanes.last().map(|(lane, _)| LaneNumber(lane.0 + 1));
        for (lane, table) in lanes {
            let per_lane = self.places.per_lane();
            let first = lane.index() * per_lane;
            let (Some(flows), Some(gauges)) = (
                self.flows.get(first..first + per_lane),
                self.gauges.get(first..first + per_lane),
            ) else {
                continue;
            };
            let site = Site {
                shape: &self.shape,
                flows,
                gauges,
                table: &table,
                at_us: self.clock.now_us(),
            };
            let found = memory.lanes.entry(lane).or_default().look(&site);
            self.tell(&mut memory, lane, &table, gauges, found);
        }
    }

    /// Tells what is still so. The board is locked meanwhile, so that a driver tells an end after it.
    fn tell(
        &self,
        memory: &mut Memory,
        lane: LaneNumber,
        seen: &Table,
        gauges: &[Gauge],
        found: Found,
    ) {
        let Found { news, pipes } = found;
        let mut stirs = false;
        self.board.hold(lane, |now| {
            for pipe in pipes {
                let Pipe {
                    place,
                    fill,
                    glimpse,
                    passed,
                } = pipe;
                let gauge = &gauges[place];
                stirs |= !now.has_ended(place) && gauge.set_pipe(fill);
                stirs |= glimpse.is_some_and(|bytes| gauge.set_glimpse(&bytes));
                stirs |= passed.is_some_and(|bytes| gauge.raise(bytes));
            }
            for news in news {
                self.tell_news(memory, lane, news, |stage| now.same_seat(seen, stage), now);
            }
        });
        if stirs {
            self.activity.stir();
        }
    }

    fn tell_news(
        &self,
        memory: &mut Memory,
        lane: LaneNumber,
        news: News,
        lives: impl Fn(usize) -> bool,
        now: &Table,
    ) {
        let (chain, most) = (&self.chain, self.most);
        match news {
            News::Doing { stage, .. } if !lives(stage) => {}
            News::Doing {
                at_us,
                stage,
                doing,
            } => match memory.allowance.take(most, || self.log.has_room()) {
                Allowed::Tell => {
                    let stage = chain.stages[stage].id.clone();
                    let event = Event::StageDoing { lane, stage, doing };
                    self.log.push(at_us, event);
                }
                Allowed::TellTheEnd => {
                    let event = Event::LooksEnded { most };
                    self.log.push(self.clock.now_us(), event);
                }
                Allowed::Nothing => {}
            },
            News::Deadlocked { at_us, waits } => {
                // A stage without a process is not on the board, and its end is that of its flows.
                let still = |stage: usize| lives(stage) || !self.shape.processes[stage];
                if waits.iter().all(|wait| still(wait.stage)) {
                    let waits = lane::name(chain, &waits);
                    self.log.push(at_us, Event::Deadlocked { lane, waits });
                }
            }
            News::Began { place, between } => {
                let flow = self.places.id_at(lane, place);
                let live = between.into_iter().all(lives);
                if let Some(flow) = flow.filter(|_| live && !now.has_ended(place)) {
                    let now_us = self.clock.now_us();
                    self.log.push(now_us, Event::FlowBegan { flow });
                }
            }
        }
    }
}

/// Looks again and again. It keeps nothing of a run that is forgotten.
async fn sample(looks: Weak<Looks>) {
    // What a run does in its first moments is told by its events; a look then would only delay them.
    let mut times = tokio::time::interval_at(Instant::now() + LOOK_INTERVAL, LOOK_INTERVAL);
    times.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        times.tick().await;
        let Some(looks) = looks.upgrade() else {
            return;
        };
        if !looks.goes_on() {
            return;
        }
        if looks.board.is_empty() {
            continue;
        }
        if let Err(error) = tokio::task::spawn_blocking(move || looks.look()).await {
            // The runtime ends, or a fault of ours, which must not stop the run.
            tracing::debug!(%error, "a look was lost");
        }
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        lock(&self.0.watchers).count -= 1;
    }
}

impl Glimpsing {
    /// What stood in the pipe when it was last looked into and held something; nothing until then.
    pub fn latest(&self) -> Option<Arc<[u8]>> {
        self.looks.gauges.get(self.place)?.glimpse()
    }
}

impl Drop for Glimpsing {
    fn drop(&mut self) {
        if let Some(gauge) = self.looks.gauges.get(self.place) {
            gauge.want_no_more();
        }
    }
}

/// What is locked here is whole between any two statements, so a poisoned lock is still good.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
