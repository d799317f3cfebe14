//! One lane: does what its [`Life`] decides, and tells it what happened.

mod processes;
mod relays;
mod unopened;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::os::fd::OwnedFd;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use pipeyard_shared::ending::{Ending, StartFailure, Status};
use pipeyard_shared::event::Event;
use pipeyard_shared::id::LaneNumber;
use pipeyard_shared::signal::Signal;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::flow::{Activity, Flow};
use super::hot::Plane;
use super::life::{Effect, FlowSpec, Happened, Life, Target, Timer};
use super::limited::Limited;
use super::log::{Clock, Log};
use super::look::{Given, Looks, Seat};
use super::open::{OpenError, Opened, open};
use super::outlet::Outlets;
use super::outsiders::{self, Censuses, Holder};
use super::plan::Plan;
use super::relay::{Order, Side, Teller};
use super::typed::TypedInputs;
use crate::guard::Guard;

use processes::{Processes, Waited};
use relays::{Heard, Relays};

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
    pub(super) censuses: Censuses,
    pub(super) limited: Arc<Limited>,
}

/// What a lane can be asked.
#[derive(Clone, Copy, Debug)]
pub(super) enum LaneControl {
    Stop,
    /// The sandbox was ended for a limit, which has been told.
    SandboxEnded,
    TimedOut(Duration),
    Signal {
        stage: usize,
        signal: Signal,
    },
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
    match asked {
        Ok(LaneControl::Stop | LaneControl::SandboxEnded | LaneControl::TimedOut(_)) => {
            return None;
        }
        Ok(LaneControl::Signal { .. }) | Err(_) => {}
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
    relays: Relays,
    processes: Processes,
    /// What processes were given whose start has not been told.
    given: BTreeMap<usize, Vec<Given>>,
    timers: BTreeSet<(Instant, Timer)>,
    /// Those who are just being found that hold flows.
    found: JoinSet<Vec<(usize, Holder)>>,
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
        let mut inputs = context.typed.lock().unwrap_or_else(PoisonError::into_inner);
        for (stage, input) in typed {
            inputs.insert((context.lane, stage), input);
        }
        drop(inputs);
        Self {
            flow_specs: spec.flows.clone(),
            relays: Relays::new(relays, relay_stages, &spec),
            life: Life::new(spec),
            descriptors,
            processes: Processes::new(
                context.guard.clone(),
                context.plan.spot.clone(),
                context.censuses.clone(),
            ),
            given: BTreeMap::new(),
            timers: BTreeSet::new(),
            found: JoinSet::new(),
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
                heard = self.relays.hear() => return self.heard(heard),
                Some(waited) = self.processes.next_exit() => self.exited(waited),
                Some(control) = control.recv() => Some(asked(control)),
                Some(found) = self.found.join_next() => self.holders_found(found.unwrap_or_default()),
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

    /// A flow's end has the time at which it ended, and not that at which the lane came to hear of it: a stage behind
    /// it may have begun to write meanwhile.
    fn heard(&self, heard: Heard) -> (u64, Happened) {
        let (at_us, flow, reason, failure) = match heard {
            Heard::Drained { stage } => {
                return (self.context.clock.now_us(), Happened::Drained { stage });
            }
            Heard::FlowEnded {
                at_us,
                flow,
                reason,
                failure,
            } => (at_us, flow, reason, failure),
        };
        let spec = &self.flow_specs[flow];
        let failed = failure.map(|failure| {
            let (stage, doing) = match failure.side {
                Side::Source => (spec.from, "reading"),
                Side::Sink => (spec.to.unwrap_or(spec.from), "writing"),
            };
            let ending = Ending::Failed {
                doing: doing.to_owned(),
                error: failure.error.to_string(),
            };
            (stage, ending)
        });
        let ended = Happened::FlowEnded {
            flow,
            reason,
            meter: self.context.flows[flow].meter(),
            kept: self.context.flows[flow].kept_short(),
            failed,
        };
        (at_us, ended)
    }

    fn exited(&mut self, waited: Waited) -> Option<Happened> {
        let (stage, exit) = match waited {
            Ok(waited) => waited,
            Err(error) => {
                tracing::error!(%error, "the wait for a child was lost");
                return None;
            }
        };
        self.context.looks.board().leave(self.context.lane, stage);
        let exit = match exit {
            Ok(exit) => exit,
            Err(error) => {
                let error = error.to_string();
                return Some(Happened::Lost { stage, error });
            }
        };
        if let Some(started_us) = self.processes.take_away(stage) {
            let now = self.context.clock.now_us();
            self.result.work_us += now.saturating_sub(started_us);
        }
        let limit = self.context.plan.spot.limit_behind(&exit);
        let exited = Happened::Exited { stage, exit, limit };
        // What it was ended for is known first.
        if self.is_sandbox_ended() {
            self.happened
                .push_back((self.context.clock.now_us(), exited));
            return Some(Happened::SandboxEnded);
        }
        Some(exited)
    }

    /// Whether the sandbox was ended for a limit, which is told if it was not.
    fn is_sandbox_ended(&self) -> bool {
        let LaneContext {
            plan,
            limited,
            log,
            clock,
            ..
        } = &self.context;
        let reached = plan.spot.ended_for();
        if let Some(reached) = reached {
            limited.tell(log, *clock, reached);
        }
        reached.is_some()
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
                    let whose = |of| of == Some(stage);
                    self.relays.order(Order::ReportWhenEmpty, whose);
                }
                Effect::EndWhenEmpty(None) => {
                    let whose = |of: Option<usize>| of.is_some();
                    self.relays.order(Order::EndWhenEmpty, whose);
                }
                Effect::EndWhenEmpty(stage) => {
                    self.relays.order(Order::EndWhenEmpty, |of| of == stage);
                }
                Effect::LetGo { all } => {
                    let flows = &self.context.flows;
                    let is_held_back = |flow: usize| !flows[flow].gate().is_open();
                    self.relays.let_go(all, is_held_back);
                }
                Effect::CancelInputs => self.relays.order(Order::Cancel, |of| of.is_none()),
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
        let launch = match plan.launch(stage, self.context.lane).await {
            Ok(Some(launch)) => launch,
            Ok(None) => return Happened::Started { stage, pid: None },
            Err(fault) => {
                let failure = StartFailure {
                    program: definition.name().into(),
                    cause: pipeyard_shared::ending::StartCause::NotFound,
                    error: pipeyard_shared::words::fault(Default::default(), &fault),
                    limit: None,
                };
                return Happened::CouldNotStart { stage, failure };
            }
        };
        let descriptors = std::mem::take(&mut self.descriptors[stage]);
        self.given.insert(stage, Given::all(&descriptors));
        let clock = self.context.clock;
        let started = self
            .processes
            .start(stage, &launch, &descriptors, || clock.now_us());
        match started.await {
            Ok(pid) => Happened::Started {
                stage,
                pid: u32::try_from(pid.as_raw_nonzero().get()).ok(),
            },
            Err(_) if self.is_sandbox_ended() => Happened::SandboxEnded,
            Err(failure) => Happened::CouldNotStart { stage, failure },
        }
    }

    fn start_relays(&mut self) {
        // Those of stages that were never started close here, and their readers see the end.
        self.descriptors.clear();
        let context = &self.context;
        self.relays.start(|lane| Teller {
            log: context.log.clone(),
            clock: context.clock,
            lane,
            plane: context.plane,
        });
    }

    fn signal(&self, target: Target, signal: Signal) {
        let sent = match target {
            Target::Lane => {
                let is_running = |stage| self.life.is_running(stage);
                self.processes.signal_all(signal, is_running)
            }
            Target::Stage(stage) if self.life.is_running(stage) => {
                self.processes.signal(stage, signal)
            }
            Target::Stage(_) => Ok(()),
        };
        if let Err(error) = sent {
            // It has just ended, or runs as another user (setuid); the log says that it was sent.
            tracing::debug!(%error, %signal, "a signal did not arrive");
        }
    }

    fn find_holders(&mut self, flows: &[usize]) {
        let held: Vec<(usize, u64)> = flows
            .iter()
            .filter_map(|flow| Some((*flow, self.relays.pipe(*flow)?)))
            .collect();
        let pipes: Vec<u64> = held.iter().map(|(_, pipe)| *pipe).collect();
        let LaneContext { plan, censuses, .. } = &self.context;
        let finding = outsiders::holders(pipes, plan.spot.clone(), censuses.clone());
        // The lane goes on meanwhile.
        self.found.spawn(async move {
            let holders = finding.await;
            let held = held.into_iter();
            held.filter_map(|(flow, pipe)| Some((flow, holders.get(&pipe)?.clone())))
                .collect()
        });
    }

    /// Tells the first of those who hold flows, and the others after it.
    fn holders_found(&mut self, found: Vec<(usize, Holder)>) -> Option<Happened> {
        let now = self.context.clock.now_us();
        let mut held = found
            .into_iter()
            .map(|(flow, holder)| Happened::Held { flow, holder });
        let first = held.next();
        self.happened.extend(held.map(|held| (now, held)));
        first
    }

    async fn end_leftovers(&mut self) {
        let count = self.processes.end_leftovers().await;
        let now = self.context.clock.now_us();
        self.happened
            .push_back((now, Happened::LeftoversEnded { count }));
    }
}

fn asked(control: LaneControl) -> Happened {
    match control {
        LaneControl::Stop => Happened::StopAsked,
        LaneControl::SandboxEnded => Happened::SandboxEnded,
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
