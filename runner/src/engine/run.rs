//! One execution of a chain: its lanes, so many at once.

mod deadline;
mod result;

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use pipeyard_shared::chain::Chain;
use pipeyard_shared::ending::Status;
use pipeyard_shared::event::{Event, Meter, Pace};
use pipeyard_shared::flow::FlowId;
use pipeyard_shared::id::LaneNumber;
use pipeyard_shared::limits::{LimitName, Reached};
use pipeyard_shared::signal::Signal;
use rustix::time::{ClockId, Timespec, clock_gettime};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use deadline::{Deadline, Due};
pub use result::RunResult;

use super::flow::{Activity, Carriage, Flow, preview_bytes};
use super::hot::Plane;
use super::lane::{self, LaneContext, LaneControl, LaneResult};
use super::limited::Limited;
use super::log::{Clock, Log};
use super::look::{Glimpsing, Looks, Watching};
use super::means::Means;
use super::memory::Held;
use super::outlet::Outlets;
use super::outsiders::Censuses;
use super::plan::Plan;
use super::turns::{Asked, Share, Turn, Waiting};
use super::typed::{TypedInput, TypedInputs};
use crate::guard::Guard;
use crate::sandbox::Stay;

/// How many orders may wait for a run or for a lane. Who gives orders faster than that waits.
const ORDERS_WAITING: usize = 16;

/// A run that was started. When the last clone of its [`Arc`] is dropped, it is stopped.
#[derive(Debug)]
pub struct Run {
    /// And not the plan: that has its sandbox, which is not to stay for as long as somebody looks at a run that has ended.
    chain: Arc<Chain>,
    log: Arc<Log>,
    clock: Clock,
    began: Timespec,
    flows: Vec<Arc<Flow>>,
    activity: Arc<Activity>,
    looks: Arc<Looks>,
    typed: TypedInputs,
    orders: mpsc::Sender<RunOrder>,
    ended: watch::Receiver<Option<RunResult>>,
}

/// Why an order could not be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ControlError {
    /// The run is over.
    Ended,
    /// It has no such lane or stage.
    NoSuchPlace,
}

/// Why a flow's pace could not be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaceError {
    /// The run is over, or the flow is.
    Ended,
    /// It has no such flow.
    NoSuchPlace,
    /// The kernel alone carries it.
    NotTapped,
}

#[derive(Debug)]
enum RunOrder {
    Stop,
    Limit(Reached),
    Signal {
        lane: LaneNumber,
        stage: usize,
        signal: Signal,
    },
}

/// Starts a plan on the current tokio runtime and returns at once.
pub fn start(mut plan: Plan, outlets: Outlets, means: Means) -> Arc<Run> {
    let stay = plan.stay.take();
    let held = plan.held_while_running.take();
    let plan = Arc::new(plan);
    let lanes = plan.chain.lanes.count();
    let count = plan.flow_count();
    let memory = means.memory.as_ref();
    let bytes = preview_bytes(count, plan.limits.preview_bytes as usize);
    let activity = Arc::<Activity>::default();
    let disk = means.disk.map(|disk| disk.part(plan.limits.spill_bytes));
    let flows: Vec<_> = (0..u32::try_from(count).unwrap_or(u32::MAX))
        .map(|number| {
            let id = FlowId(number);
            Arc::new(Flow::new(
                id,
                bytes,
                disk.as_ref(),
                memory,
                activity.clone(),
            ))
        })
        .collect();
    let log = Arc::new(Log::new(memory));
    let clock = Clock::start();
    let began = clock_gettime(ClockId::RealtimeCoarse);
    let looks = Looks::new(&plan, flows.clone(), activity.clone(), log.clone(), clock);
    let (orders, ordered) = mpsc::channel(ORDERS_WAITING);
    let (tell_end, ended) = watch::channel(None);
    let run = Arc::new(Run {
        chain: plan.chain.clone(),
        log,
        clock,
        began,
        flows,
        activity,
        looks,
        typed: TypedInputs::default(),
        orders,
        ended,
    });
    let jobs = run.chain.jobs.map_or(lanes, |jobs| jobs as usize);
    let event = Event::RunStarted {
        lanes: u32::try_from(lanes).unwrap_or(u32::MAX),
        jobs: u32::try_from(jobs.min(lanes)).unwrap_or(u32::MAX),
    };
    // Before anybody can say anything about the run: it is always the first.
    run.log.push(run.now_us(), event);
    let lanes = Lanes {
        log: run.log.clone(),
        flows: run.flows.clone(),
        typed: run.typed.clone(),
        plan,
        outlets: Arc::new(outlets),
        activity: run.activity.clone(),
        looks: run.looks.clone(),
        stay,
        guard: means.guard,
        plane: means.plane,
        turns: means.turns,
        censuses: means.censuses,
        held,
        waiting: None,
        clock: run.clock,
        limited: Arc::default(),
        active: JoinSet::new(),
        controls: BTreeMap::new(),
        next: LaneNumber::FIRST,
        stopping: false,
        results: BTreeMap::new(),
    };
    tokio::spawn(lanes.run(ordered, tell_end));
    run
}

impl Run {
    /// The chain that runs.
    pub fn chain(&self) -> &Arc<Chain> {
        &self.chain
    }

    /// What happened.
    pub fn log(&self) -> &Arc<Log> {
        &self.log
    }

    /// What passed, by [`FlowId`].
    pub fn flows(&self) -> &[Arc<Flow>] {
        &self.flows
    }

    /// Now on the clock of its events, in microseconds.
    pub fn now_us(&self) -> u64 {
        self.clock.now_us()
    }

    /// When it began, on the clock by which file systems tell when files were changed.
    pub fn began(&self) -> Timespec {
        self.began
    }

    /// The flow of a number.
    pub fn flow(&self, id: FlowId) -> Option<&Arc<Flow>> {
        self.flows.get(id.0 as usize)
    }

    /// Lets go of what is kept for download beyond previews, once it is over, for newer runs to have the room.
    pub fn give_way(&self) {
        if self.result().is_some() {
            self.flows.iter().for_each(|flow| flow.give_way());
        }
    }

    /// Wakes when bytes have passed.
    pub fn activity(&self) -> &Arc<Activity> {
        &self.activity
    }

    /// The counters now, by [`FlowId`]. Those of pipes and of direct wires are as fresh as the last look,
    /// and there are looks only while somebody [watches](Run::watch).
    pub fn meters(&self) -> impl Iterator<Item = Meter> {
        self.looks.meters()
    }

    /// Has what processes do and what stands in pipes looked at, until what this returns is dropped. What
    /// is found goes into the log and the counters.
    pub fn watch(&self) -> Watching {
        self.looks.watch()
    }

    /// Has glimpses taken of a flow, should it be a direct wire, while somebody watches and until what this
    /// returns is dropped; nothing if there is no such flow.
    pub fn glimpse(&self, flow: FlowId) -> Option<Glimpsing> {
        self.looks.glimpse(flow)
    }

    /// What the run came to; nothing while it is not over.
    pub fn result(&self) -> Option<RunResult> {
        *self.ended.borrow()
    }

    /// Waits until the run is over: its last event is in the log, and nothing of it is open or alive.
    pub async fn ended(&self) -> RunResult {
        self.until_ended().await
    }

    /// The same for who must not keep the run alive.
    pub fn until_ended(&self) -> impl Future<Output = RunResult> + Send + use<> {
        let ended = self.ended.clone();
        until_ended(ended)
    }

    /// Asks every lane to end: TERM, a grace, KILL. Lanes that wait never begin.
    ///
    /// # Errors
    /// [`ControlError::Ended`].
    pub async fn stop(&self) -> Result<(), ControlError> {
        self.order(RunOrder::Stop).await
    }

    /// Ends every lane, as [`Run::stop`] does, for a limit that is reached.
    ///
    /// # Errors
    /// [`ControlError::Ended`].
    pub async fn end_at_limit(&self, limit: LimitName, most: u64) -> Result<(), ControlError> {
        let reached = Reached { limit, most };
        self.order(RunOrder::Limit(reached)).await
    }

    /// Sends a signal to one stage's process, if it is running by then.
    ///
    /// # Errors
    /// [`ControlError`].
    pub async fn signal(
        &self,
        lane: LaneNumber,
        stage: usize,
        signal: Signal,
    ) -> Result<(), ControlError> {
        let lanes = self.chain.lanes.count();
        if lane.0 == 0 || lane.index() >= lanes || stage >= self.chain.stages.len() {
            return Err(ControlError::NoSuchPlace);
        }
        let order = RunOrder::Signal {
            lane,
            stage,
            signal,
        };
        self.order(order).await
    }

    /// Sets how fast a flow is let through. It holds for a lane that has not begun, too.
    ///
    /// # Errors
    /// [`PaceError`].
    pub fn set_pace(&self, flow: FlowId, pace: Pace) -> Result<(), PaceError> {
        let of = self.flow(flow).ok_or(PaceError::NoSuchPlace)?;
        if self.result().is_some() || of.is_closed() {
            return Err(PaceError::Ended);
        }
        if of.carriage() == Carriage::Kernel {
            return Err(PaceError::NotTapped);
        }
        let event = Event::PaceSet { flow, pace };
        of.gate()
            .set(pace, || self.log.push_bounded(self.now_us(), event));
        Ok(())
    }

    /// The input that people type into a stage of a lane; nothing if it takes none or has not begun.
    pub fn typed(&self, lane: LaneNumber, stage: usize) -> Option<TypedInput> {
        let typed = self.typed.lock().unwrap_or_else(PoisonError::into_inner);
        typed.get(&(lane, stage)).cloned()
    }

    /// All inputs that people type into and that have begun.
    pub fn typed_inputs(&self) -> Vec<(LaneNumber, usize, TypedInput)> {
        let typed = self.typed.lock().unwrap_or_else(PoisonError::into_inner);
        typed
            .iter()
            .map(|((lane, stage), input)| (*lane, *stage, input.clone()))
            .collect()
    }

    async fn order(&self, order: RunOrder) -> Result<(), ControlError> {
        let sent = self.orders.send(order).await;
        sent.map_err(|_| ControlError::Ended)
    }
}

async fn until_ended(mut ended: watch::Receiver<Option<RunResult>>) -> RunResult {
    match ended.wait_for(Option::is_some).await {
        Ok(result) => result.unwrap_or_default(),
        // Its task is gone without a word, which only a runtime that shuts down does.
        Err(_) => RunResult::default(),
    }
}

/// What drives the lanes of one run.
struct Lanes {
    plan: Arc<Plan>,
    log: Arc<Log>,
    flows: Vec<Arc<Flow>>,
    typed: TypedInputs,
    outlets: Arc<Outlets>,
    activity: Arc<Activity>,
    looks: Arc<Looks>,
    stay: Option<Stay>,
    guard: Option<Guard>,
    plane: Plane,
    turns: Option<Share>,
    censuses: Censuses,
    /// What of the person's memory its inputs have.
    held: Option<Arc<Held>>,
    /// For the turn of the next lane.
    waiting: Option<Waiting>,
    clock: Clock,
    limited: Arc<Limited>,
    active: JoinSet<(LaneNumber, Option<LaneResult>)>,
    controls: BTreeMap<LaneNumber, mpsc::Sender<LaneControl>>,
    /// The first lane that has not begun.
    next: LaneNumber,
    stopping: bool,
    results: BTreeMap<LaneNumber, LaneResult>,
}

impl Lanes {
    async fn run(
        mut self,
        mut ordered: mpsc::Receiver<RunOrder>,
        tell_end: watch::Sender<Option<RunResult>>,
    ) {
        let count = self.plan.chain.lanes.count();
        let jobs = self.plan.chain.jobs.map_or(count, |jobs| jobs as usize);
        let [own, limit] = [self.plan.chain.timeout_ms, self.plan.limits.run_ms]
            .map(|time| time.map(Duration::from_millis));
        let mut deadline = Deadline::begin(own, limit);
        loop {
            self.look_for_the_sandbox().await;
            while !self.stopping
                && self.waiting.is_none()
                && self.active.len() < jobs
                && self.next.index() < count
            {
                self.ask_to_begin();
            }
            if self.active.is_empty() && self.waiting.is_none() {
                break;
            }
            tokio::select! {
                Some(ended) = self.active.join_next() => self.lane_ended(ended),
                turn = turn(&mut self.waiting) => {
                    self.waiting = None;
                    self.begin_next(Some(turn));
                }
                order = ordered.recv(), if !(self.stopping && ordered.is_closed()) => match order {
                    Some(RunOrder::Signal { lane, stage, signal }) => {
                        self.control(lane, LaneControl::Signal { stage, signal }).await;
                    }
                    Some(RunOrder::Limit(reached)) => {
                        if !self.stopping {
                            self.limit_reached(reached);
                            self.end_all(LaneControl::Stop).await;
                        }
                    }
                    // Nobody holds the run any more: it would run unseen.
                    Some(RunOrder::Stop) | None => self.stop().await,
                },
                // It is looked for above.
                () = self.plan.spot.until_ended_for_a_limit(), if !self.stopping => {}
                due = deadline.next() => self.due(due).await,
            }
        }
        drop((self.outlets, self.held));
        self.looks.close();
        if let Some(stay) = self.stay {
            stay.leave().await;
        }
        // Lanes that never began were cancelled, which is no success.
        let never_began = (self.results.len() < count).then_some(Status {
            last: 1,
            pipefail: 1,
        });
        let statuses = self.results.values().map(|result| result.status);
        let status = Status::of_lanes(never_began.into_iter().chain(statuses));
        let work_us = self.results.values().map(|result| result.work_us).sum();
        let event = Event::RunEnded { status, work_us };
        // Who reads the last event finds the result, too: a page that has heard of the end goes on at once.
        tell_end.send_modify(|result| {
            self.log.push(self.clock.now_us(), event);
            *result = Some(RunResult { status, work_us });
        });
    }

    /// Begins the next lane, now or when its turn has come.
    fn ask_to_begin(&mut self) {
        let Some(turns) = &self.turns else {
            return self.begin_next(None);
        };
        match turns.ask(self.plan.turn()) {
            Asked::Now(turn) => self.begin_next(Some(turn)),
            Asked::Later(waiting) => self.waiting = Some(waiting),
        }
    }

    fn begin_next(&mut self, turn: Option<Turn>) {
        let lane = self.next;
        self.next = LaneNumber(lane.0 + 1);
        let per_lane = self.plan.flows.per_lane();
        let first = lane.index() * per_lane;
        let context = LaneContext {
            plan: self.plan.clone(),
            lane,
            flows: self.flows[first..first + per_lane].to_vec(),
            outlets: self.outlets.clone(),
            activity: self.activity.clone(),
            looks: self.looks.clone(),
            log: self.log.clone(),
            clock: self.clock,
            guard: self.guard.clone(),
            plane: self.plane,
            typed: self.typed.clone(),
            censuses: self.censuses.clone(),
            limited: self.limited.clone(),
        };
        let (control, controlled) = mpsc::channel(ORDERS_WAITING);
        self.controls.insert(lane, control);
        self.active.spawn(async move {
            let result = lane::run(context, controlled).await;
            // Nothing of it is alive any more.
            drop(turn);
            (lane, result)
        });
    }

    fn lane_ended(
        &mut self,
        ended: Result<(LaneNumber, Option<LaneResult>), tokio::task::JoinError>,
    ) {
        match ended {
            Ok((lane, result)) => {
                self.controls.remove(&lane);
                self.looks.board().close(lane);
                let mut typed = self.typed.lock().unwrap_or_else(PoisonError::into_inner);
                typed.retain(|(of, _), _| *of != lane);
                drop(typed);
                self.results.extend(result.map(|result| (lane, result)));
            }
            // A fault of ours: its processes were killed as their handles were dropped. It is told as a
            // failure rather than lost.
            Err(error) => {
                tracing::error!(%error, "a lane was lost");
                let status = Status {
                    last: 1,
                    pipefail: 1,
                };
                let lane = LaneNumber(u32::MAX);
                self.results.insert(lane, LaneResult { status, work_us: 0 });
            }
        }
    }

    async fn stop(&mut self) {
        if !self.stopping {
            self.log.push(self.clock.now_us(), Event::StopAsked);
            self.end_all(LaneControl::Stop).await;
        }
    }

    /// When the sandbox was ended for a limit, so is the run.
    async fn look_for_the_sandbox(&mut self) {
        if !self.stopping
            && let Some(reached) = self.plan.spot.ended_for()
        {
            self.limit_reached(reached);
            self.end_all(LaneControl::SandboxEnded).await;
        }
    }

    fn limit_reached(&self, reached: Reached) {
        self.limited.tell(&self.log, self.clock, reached);
    }

    async fn end_all(&mut self, how: LaneControl) {
        self.stopping = true;
        self.waiting = None;
        self.control_all(how).await;
    }

    /// Does what comes by time.
    async fn due(&mut self, due: Due) {
        match due {
            Due::Own(after) => self.time_out(after).await,
            // What is being stopped ends sooner.
            _ if self.stopping => {}
            Due::Soon(left) => {
                let event = Event::EndsSoon {
                    limit: LimitName::RunTime,
                    most: self.plan.limits.run_ms.unwrap_or_default(),
                    left_ms: milliseconds(left),
                };
                self.log.push(self.clock.now_us(), event);
            }
            Due::Limit(after) => {
                self.limit_reached(Reached {
                    limit: LimitName::RunTime,
                    most: milliseconds(after),
                });
                self.time_out(after).await;
            }
        }
    }

    async fn time_out(&mut self, after: Duration) {
        self.stopping = true;
        self.waiting = None;
        let event = Event::TimedOut {
            lane: None,
            stage: None,
            after_ms: milliseconds(after),
        };
        self.log.push(self.clock.now_us(), event);
        self.control_all(LaneControl::TimedOut(after)).await;
    }

    async fn control_all(&mut self, control: LaneControl) {
        for sender in self.controls.values() {
            // A lane that has just ended needs no order.
            let _ = sender.send(control).await;
        }
    }

    async fn control(&mut self, lane: LaneNumber, control: LaneControl) {
        if let Some(sender) = self.controls.get(&lane) {
            let _ = sender.send(control).await;
        }
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// The turn that is waited for, if one is.
async fn turn(waiting: &mut Option<Waiting>) -> Turn {
    match waiting {
        Some(waiting) => waiting.await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests;
