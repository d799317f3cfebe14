//! One lane: does what its [`Life`] decides, and tells it what happened.

mod unopened;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io;
use std::os::fd::OwnedFd;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use pipeyard_shared::ending::{Ending, StartFailure, Status};
use pipeyard_shared::event::Event;
use pipeyard_shared::id::LaneNumber;
use pipeyard_shared::signal::Signal;
use rustix::process::Pid;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::flow::{Activity, Flow};
use super::guard::Guard;
use super::hot::Plane;
use super::life::{Effect, FlowSpec, Happened, Life, Target, Timer};
use super::log::{Clock, Log};
use super::look::{Given, Looks, Seat};
use super::open::{OpenError, Opened, open};
use super::outlet::Outlets;
use super::outsiders;
use super::plan::Plan;
use super::process::Process;
use super::relay::{Order, Relay, Side, Teller, Told};
use super::source::Source;
use super::times::LEFTOVER_GRACE;
use super::typed::TypedInputs;

/// How many words of a relay may wait for the lane. A relay that finds no room waits: nothing is lost.
const TOLD_WAITING: usize = 64;

/// What a lane is run with.
#[derive(Clone, Debug)]
pub(super) struct LaneContext {
    pub(super) plan: Arc<Plan>,
    pub(super) lane: LaneNumber,
    /// The lane's flows, in the order of the flow map.
    pub(super) flows: Vec<Arc<Flow>>,
    pub(super) outlets: Arc<Outlets>,
    pub(super) activity: Arc<Activity>,
    pub(super) looks: Arc<Looks>,
    pub(super) log: Arc<Log>,
    pub(super) clock: Clock,
    pub(super) guard: Option<Guard>,
    pub(super) plane: Plane,
    pub(super) typed: TypedInputs,
}

/// What a lane can be asked.
#[derive(Clone, Copy, Debug)]
pub(super) enum LaneControl {
    Stop,
    TimedOut(Duration),
    Signal { stage: usize, signal: Signal },
}

/// What became of a lane.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct LaneResult {
    pub(super) status: Status,
    /// The sum of its processes' times from start to end.
    pub(super) work_us: u64,
}

/// Runs a lane from its first pipe to its last word; nothing if it was asked to end before it began.
pub(super) async fn run(
    context: LaneContext,
    mut control: mpsc::Receiver<LaneControl>,
) -> Option<LaneResult> {
    let asked = control.try_recv();
    if matches!(asked, Ok(LaneControl::Stop | LaneControl::TimedOut(_))) {
        return None;
    }
    let opened = open(
        &context.plan,
        context.lane,
        &context.flows,
        &context.outlets,
        &context.activity,
    );
    let (opened, failure) = match opened {
        Ok(opened) => (opened, None),
        Err(error) => (unopened::nothing(&context), Some(error)),
    };
    Some(Driver::new(context, opened).drive(control, failure).await)
}

struct Driver {
    context: LaneContext,
    life: Life,
    flow_specs: Vec<FlowSpec>,
    descriptors: Vec<Vec<(Arc<OwnedFd>, i32)>>,
    /// Relays that have not been let run.
    waiting: Vec<Relay>,
    relay_stages: Vec<Option<usize>>,
    /// For each relay whose source is a pipe, the number by which `/proc` names it.
    pipes: Vec<Option<u64>>,
    relay_of_flow: BTreeMap<usize, usize>,
    /// For each relay, whether what it carries must arrive however long that takes: in a file, or where
    /// the whole run's output goes.
    patient: Vec<bool>,
    orders: Vec<watch::Sender<Order>>,
    drained: BTreeSet<usize>,
    processes: BTreeMap<usize, Arc<Process>>,
    started_at: BTreeMap<usize, u64>,
    /// What processes were given whose start has not been told.
    given: BTreeMap<usize, Vec<Given>>,
    /// Who the lane's group is named after; unreaped until the lane ends, so that the name stays ours.
    leader: Option<Arc<Process>>,
    timers: BTreeSet<(Instant, Timer)>,
    exits: JoinSet<(usize, io::Result<crate::system::Exit>)>,
    relays: JoinSet<()>,
    told: (mpsc::Sender<Told>, mpsc::Receiver<Told>),
    /// What happened while effects were being carried out.
    happened: VecDeque<(u64, Happened)>,
    result: LaneResult,
    finished: bool,
}

impl Driver {
    fn new(context: LaneContext, opened: Opened) -> Self {
        let Opened {
            spec,
            descriptors,
            relays,
            relay_stages,
            typed,
        } = opened;
        let pipes = relays.iter().map(|relay| match &relay.source {
            Source::Pipe(pipe) => outsiders::pipe_number(pipe.inner()),
            _ => None,
        });
        let relay_of_flow = relays.iter().flat_map(|relay| {
            let flows = relay
                .branches
                .iter()
                .filter_map(|branch| branch.flow.as_ref());
            flows.map(|(flow, _)| (*flow, relay.number))
        });
        let is_patient = |flow: &FlowSpec| match flow.to {
            Some(stage) => !spec.stages[stage].process,
            None => true,
        };
        let patient = relays
            .iter()
            .map(|relay| {
                let flows = relay
                    .branches
                    .iter()
                    .filter_map(|branch| branch.flow.as_ref());
                let kept = relay
                    .branches
                    .iter()
                    .all(|branch| branch.sink.only_discards());
                !kept
                    && flows
                        .into_iter()
                        .any(|(flow, _)| is_patient(&spec.flows[*flow]))
            })
            .collect();
        let mut inputs = context.typed.lock().unwrap_or_else(PoisonError::into_inner);
        for (stage, input) in typed {
            inputs.insert((context.lane, stage), input);
        }
        drop(inputs);
        Self {
            flow_specs: spec.flows.clone(),
            life: Life::new(spec),
            descriptors,
            pipes: pipes.collect(),
            relay_of_flow: relay_of_flow.collect(),
            patient,
            orders: relays
                .iter()
                .map(|_| watch::Sender::new(Order::Relay))
                .collect(),
            waiting: relays,
            relay_stages,
            drained: BTreeSet::new(),
            processes: BTreeMap::new(),
            started_at: BTreeMap::new(),
            given: BTreeMap::new(),
            leader: None,
            timers: BTreeSet::new(),
            exits: JoinSet::new(),
            relays: JoinSet::new(),
            told: mpsc::channel(TOLD_WAITING),
            happened: VecDeque::new(),
            result: LaneResult::default(),
            finished: false,
            context,
        }
    }

    async fn drive(
        mut self,
        mut control: mpsc::Receiver<LaneControl>,
        failure: Option<OpenError>,
    ) -> LaneResult {
        let now = self.context.clock.now_us();
        match failure {
            None => {
                let effects = self.life.begin(now);
                self.carry_out(effects).await;
            }
            Some(error) => {
                // Nothing can be started, so the lane's beginning is told and its effects are not done.
                let effects = self.life.begin(now);
                let told = effects
                    .into_iter()
                    .filter(|effect| matches!(effect, Effect::Tell { .. }));
                self.carry_out(told.collect()).await;
                let happened = unopened::why(&self.context.plan.chain, error);
                self.happened.push_back((now, happened));
            }
        }
        while !self.finished {
            let (at_us, happened) = match self.happened.pop_front() {
                Some(next) => next,
                None => self.next(&mut control).await,
            };
            let effects = self.life.on(at_us, happened);
            self.carry_out(effects).await;
        }
        self.result
    }

    /// Waits for the next thing to happen.
    async fn next(&mut self, control: &mut mpsc::Receiver<LaneControl>) -> (u64, Happened) {
        loop {
            let timer = self.timers.first().copied();
            let happened = tokio::select! {
                biased;
                Some(told) = self.told.1.recv() => self.hear(told),
                Some(exited) = self.exits.join_next() => self.exited(exited),
                Some(control) = control.recv() => Some(asked(control)),
                () = until(timer) => timer.map(|timer| {
                    self.timers.remove(&timer);
                    Happened::TimerFired(timer.1)
                }),
            };
            if let Some(happened) = happened {
                return (self.context.clock.now_us(), happened);
            }
        }
    }

    fn hear(&mut self, told: Told) -> Option<Happened> {
        match told {
            Told::FlowEnded {
                flow,
                reason,
                failure,
            } => {
                let spec = &self.flow_specs[flow];
                let failed = failure.and_then(|failure| {
                    let (stage, doing) = match failure.side {
                        Side::Source => (Some(spec.from), "reading"),
                        Side::Sink => (spec.to.or(Some(spec.from)), "writing"),
                    };
                    let ending = Ending::Failed {
                        doing: doing.to_owned(),
                        error: failure.error.to_string(),
                    };
                    stage.map(|stage| (stage, ending))
                });
                Some(Happened::FlowEnded {
                    flow,
                    reason,
                    meter: self.context.flows[flow].meter(),
                    kept: self.context.flows[flow].kept_short(),
                    failed,
                })
            }
            Told::Drained { relay } => {
                let first = self.drained.insert(relay);
                self.relay_stages[relay]
                    .filter(|_| first)
                    .map(|stage| Happened::Drained { stage })
            }
        }
    }

    fn exited(
        &mut self,
        exited: Result<(usize, io::Result<crate::system::Exit>), tokio::task::JoinError>,
    ) -> Option<Happened> {
        let (stage, exit) = match exited {
            Ok((stage, Ok(exit))) => (stage, exit),
            Ok((stage, Err(error))) => {
                self.context.looks.board().leave(self.context.lane, stage);
                let error = error.to_string();
                return Some(Happened::Lost { stage, error });
            }
            Err(error) => {
                tracing::error!(%error, "the wait for a child was lost");
                return None;
            }
        };
        self.context.looks.board().leave(self.context.lane, stage);
        let is_leader = |process: &Arc<Process>| {
            self.leader
                .as_ref()
                .is_some_and(|leader| Arc::ptr_eq(leader, process))
        };
        if let Some(process) = self.processes.get(&stage).filter(|found| !is_leader(found)) {
            if let Some(guard) = &self.context.guard {
                guard.forget(process.pid());
            }
            process.reap();
        }
        if let Some(started) = self.started_at.get(&stage) {
            let now = self.context.clock.now_us();
            self.result.work_us += now.saturating_sub(*started);
        }
        Some(Happened::Exited { stage, exit })
    }

    async fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Start(stage) => {
                    let happened = self.start(stage).await;
                    let now = self.context.clock.now_us();
                    self.happened.push_back((now, happened));
                }
                Effect::StartRelays => self.start_relays(),
                Effect::Signal(target, signal) => self.signal(target, signal),
                Effect::Arm(timer, after) => {
                    self.timers.insert((Instant::now() + after, timer));
                }
                Effect::ReportWhenEmpty(stage) => {
                    self.order(Order::ReportWhenEmpty, |of| of == Some(stage));
                }
                Effect::EndWhenEmpty(None) => self.order(Order::EndWhenEmpty, |of| of.is_some()),
                Effect::EndWhenEmpty(stage) => {
                    self.order(Order::EndWhenEmpty, |of| of == stage);
                }
                Effect::LetGo { all } => self.let_go(all),
                Effect::CancelInputs => self.order(Order::Cancel, |of| of.is_none()),
                Effect::FindHolders(flows) => self.find_holders(&flows),
                Effect::EndLeftovers => self.end_leftovers().await,
                Effect::Tell { at_us, event } => self.tell(at_us, event),
                Effect::Finish(status) => {
                    self.result.status = status;
                    self.finished = true;
                }
            }
        }
    }

    /// Tells what happened. Who looks at the lane knows of each start after it was told, and of each end
    /// before it is.
    fn tell(&mut self, at_us: u64, event: Event) {
        let LaneContext {
            plan, looks, log, ..
        } = &self.context;
        match &event {
            Event::StageStarted {
                lane,
                stage,
                pid: Some(pid),
            } => {
                let (lane, pid) = (*lane, *pid);
                let place = plan.chain.stage_index(stage);
                log.push(at_us, event);
                if let Some(place) = place {
                    let given = self.given.remove(&place).unwrap_or_default();
                    looks.board().enter(lane, place, Seat::new(pid, given));
                }
            }
            Event::SignalSent { .. } => log.push_bounded(at_us, event),
            Event::StageEnded { lane, stage, .. } => {
                if let Some(place) = plan.chain.stage_index(stage) {
                    looks.board().leave(*lane, place);
                }
                log.push(at_us, event);
            }
            Event::FlowEnded { flow, .. } => {
                looks.end_flow(self.context.lane, *flow);
                log.push(at_us, event);
            }
            Event::LaneEnded { lane, .. } => {
                looks.board().close(*lane);
                log.push(at_us, event);
            }
            _ => log.push(at_us, event),
        }
    }

    async fn start(&mut self, stage: usize) -> Happened {
        let plan = self.context.plan.clone();
        let definition = &plan.chain.stages[stage];
        let launch = match plan.launch(definition, self.context.lane) {
            Ok(Some(launch)) => launch,
            Ok(None) => return Happened::Started { stage, pid: None },
            Err(fault) => {
                let failure = StartFailure {
                    program: definition.name().into(),
                    cause: pipeyard_shared::ending::StartCause::NotFound,
                    error: pipeyard_shared::words::fault(Default::default(), &fault),
                };
                return Happened::CouldNotStart { stage, failure };
            }
        };
        let descriptors = std::mem::take(&mut self.descriptors[stage]);
        let group = self.leader.as_ref().map(|leader| leader.pid());
        self.given.insert(stage, Given::all(&descriptors));
        let process = match Process::start(&launch, &descriptors, group).await {
            Ok(process) => Arc::new(process),
            Err(failure) => return Happened::CouldNotStart { stage, failure },
        };
        let pid = process.pid();
        if let Some(guard) = &self.context.guard {
            guard.watch(pid);
        }
        if self.leader.is_none() {
            self.leader = Some(process.clone());
        }
        self.started_at.insert(stage, self.context.clock.now_us());
        let waited = process.clone();
        self.exits
            .spawn(async move { (stage, waited.ended().await) });
        self.processes.insert(stage, process);
        Happened::Started {
            stage,
            pid: u32::try_from(pid.as_raw_nonzero().get()).ok(),
        }
    }

    fn start_relays(&mut self) {
        // Those of stages that were never started close here, and their readers see the end.
        self.descriptors.clear();
        for relay in std::mem::take(&mut self.waiting) {
            let orders = self.orders[relay.number].subscribe();
            let teller = Teller {
                log: self.context.log.clone(),
                clock: self.context.clock,
                lane: self.told.0.clone(),
                plane: self.context.plane,
            };
            self.relays.spawn(relay.run(orders, teller));
        }
    }

    fn signal(&self, target: Target, signal: Signal) {
        let sent = match target {
            Target::Lane => {
                self.signal_strays(signal);
                match &self.leader {
                    Some(leader) => leader.signal_group(signal),
                    None => Ok(()),
                }
            }
            Target::Stage(stage) if self.life.is_running(stage) => {
                match self.processes.get(&stage) {
                    Some(process) => process.signal(signal),
                    None => Ok(()),
                }
            }
            Target::Stage(_) => Ok(()),
        };
        if let Err(error) = sent {
            // It has just ended, or runs as another user (setuid); the log says that it was sent.
            tracing::debug!(%error, %signal, "a signal did not arrive");
        }
    }

    /// Signals those stages that have left the lane's group, as `timeout` and `setsid` do.
    fn signal_strays(&self, signal: Signal) {
        let group = self.leader.as_ref().map(|leader| leader.pid());
        for (stage, process) in &self.processes {
            if self.life.is_running(*stage) && outsiders::group_of(process.pid()) != group {
                // They have just ended, at worst.
                let _ = process.signal_group(signal);
                let _ = process.signal(signal);
            }
        }
    }

    fn order(&self, order: Order, whom: impl Fn(Option<usize>) -> bool) {
        for (orders, stage) in self.orders.iter().zip(&self.relay_stages) {
            if whom(*stage) {
                orders.send_replace(order);
            }
        }
    }

    fn let_go(&self, all: bool) {
        for (relay, orders) in self.orders.iter().enumerate() {
            // What somebody holds back by hand is not lost for it.
            if all || !(self.patient[relay] || self.is_held_back(relay)) {
                orders.send_replace(Order::Cancel);
            }
        }
    }

    fn is_held_back(&self, relay: usize) -> bool {
        let mut flows = self.relay_of_flow.iter().filter(|(_, of)| **of == relay);
        flows.any(|(flow, _)| !self.context.flows[*flow].gate().is_open())
    }

    fn find_holders(&mut self, flows: &[usize]) {
        let pipe = |flow: &usize| {
            let relay = self.relay_of_flow.get(flow)?;
            self.pipes[*relay]
        };
        let held: Vec<(usize, u64)> = flows
            .iter()
            .filter_map(|flow| Some((*flow, pipe(flow)?)))
            .collect();
        let pipes: Vec<u64> = held.iter().map(|(_, pipe)| *pipe).collect();
        let holders = outsiders::holders(&pipes);
        let now = self.context.clock.now_us();
        for (flow, pipe) in held {
            if let Some(holder) = holders.get(&pipe).cloned() {
                self.happened
                    .push_back((now, Happened::Held { flow, holder }));
            }
        }
    }

    async fn end_leftovers(&mut self) {
        let mut count = 0;
        if let Some(leader) = self.leader.take() {
            let group: Pid = leader.pid();
            leader.reap();
            count = outsiders::end_leftovers(group, LEFTOVER_GRACE).await;
            if let Some(guard) = &self.context.guard {
                guard.forget(group);
            }
        }
        let now = self.context.clock.now_us();
        self.happened
            .push_back((now, Happened::LeftoversEnded { count }));
    }
}

fn asked(control: LaneControl) -> Happened {
    match control {
        LaneControl::Stop => Happened::StopAsked,
        LaneControl::TimedOut(after) => Happened::RunTimedOut { after },
        LaneControl::Signal { stage, signal } => Happened::SignalAsked { stage, signal },
    }
}

async fn until(timer: Option<(Instant, Timer)>) {
    match timer {
        Some((at, _)) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}
