//! A lane's life as a pure machine: what happened goes in, what is to be done comes out.
//!
//! It has no clock, no process and no pipe, so that every interleaving can be tested. The rules:
//! 1. Stages start in the chain's order. The first that cannot start ends the lane: those before it are
//!    asked to end, those behind it never start, all are told *cancelled*.
//! 2. A stage's end is told once its last bytes have been taken, or after [`DRAIN_GRACE`].
//! 3. Exit and end-of-file are separate: a flow that is open after its writer's end has a holder, who is
//!    named after [`HOLDER_GRACE`].
//! 4. Once every process has ended, what outsiders hold open is read for [`LINGER`] and then let go; so is
//!    the output of a stage whose time was over.
//! 5. Ending is asked for (TERM, and CONT for those that stand still) before it is forced (KILL).
//! 6. The lane ends when every stage has ended, every flow has ended, and nobody is left behind.

mod spec;
mod state;
mod step;
#[cfg(test)]
mod tests;

use std::time::Duration;

use pipeyard_shared::ending::{Ending, Status};
use pipeyard_shared::event::{Event, FlowEnd, Meter};
use pipeyard_shared::limits::Reached;
use pipeyard_shared::signal::Signal;

use super::outsiders::Holder;
use super::times::{DRAIN_GRACE, HOLDER_GRACE, LINGER, TERM_GRACE};
use crate::system::Exit;
pub(super) use spec::{FlowSpec, Spec, StageSpec};
use state::{Blame, FlowState, Phase, StageState};
pub(super) use step::{Effect, Happened, Target, Timer};

/// The machine.
#[derive(Debug)]
pub(super) struct Life {
    spec: Spec,
    stages: Vec<StageState>,
    flows: Vec<FlowState>,
    phase: Phase,
    relays_started: bool,
    lingering: bool,
    /// Why the whole lane was asked to end, if it was.
    blame: Option<Blame>,
    effects: Vec<Effect>,
}

impl Life {
    /// The machine of a lane that has not begun.
    pub(super) fn new(spec: Spec) -> Self {
        Self {
            stages: spec.stages.iter().map(StageState::new).collect(),
            flows: spec.flows.iter().map(|_| FlowState::default()).collect(),
            spec,
            phase: Phase::Starting,
            relays_started: false,
            lingering: false,
            blame: None,
            effects: Vec::new(),
        }
    }

    /// Begins the lane.
    pub(super) fn begin(&mut self, at_us: u64) -> Vec<Effect> {
        let lane = self.spec.lane;
        self.tell(at_us, Event::LaneStarted { lane });
        self.start_next(0);
        std::mem::take(&mut self.effects)
    }

    /// Takes what happened, and says what is to be done, in order.
    pub(super) fn on(&mut self, at_us: u64, happened: Happened) -> Vec<Effect> {
        match happened {
            Happened::Started { stage, pid } => self.started(at_us, stage, pid),
            Happened::CouldNotStart { stage, failure } => {
                self.end_stage(
                    at_us,
                    stage,
                    Ending::CouldNotStart { reason: failure },
                    None,
                );
                self.give_up(at_us);
            }
            Happened::CouldNotOpen { stage, ending } => self.could_not_open(at_us, stage, ending),
            Happened::Exited { stage, exit, limit } => self.exited(at_us, stage, exit, limit),
            Happened::Lost { stage, error } => {
                let doing = "waiting for the process".to_owned();
                self.end_stage(at_us, stage, Ending::Failed { doing, error }, None);
            }
            Happened::Drained { stage } => self.drained(at_us, stage),
            Happened::FlowEnded {
                flow,
                reason,
                meter,
                kept,
                failed,
            } => self.flow_ended(at_us, flow, reason, Some((meter, kept)), failed),
            Happened::TimerFired(timer) => self.timer_fired(at_us, timer),
            Happened::Held { flow, holder } => self.held(at_us, flow, holder),
            Happened::LeftoversEnded { count } => self.leftovers_ended(at_us, count),
            Happened::RunTimedOut { after } => self.end_all(at_us, Blame::TimedOut(after)),
            Happened::StopAsked => self.end_all(at_us, Blame::Stopped),
            Happened::SandboxEnded => {
                self.blame_all(at_us, Blame::Stopped);
            }
            Happened::SignalAsked { stage, signal } => self.signal_stage(at_us, stage, signal),
        }
        self.progress();
        std::mem::take(&mut self.effects)
    }

    /// Whether the stage's process has been started and has not exited.
    pub(super) fn is_running(&self, stage: usize) -> bool {
        self.stages.get(stage).is_some_and(StageState::is_running)
    }

    fn start_next(&mut self, stage: usize) {
        if stage < self.stages.len() {
            self.effects.push(Effect::Start(stage));
        } else {
            self.phase = Phase::Running;
            self.start_relays();
        }
    }

    fn start_relays(&mut self) {
        if !self.relays_started {
            self.relays_started = true;
            self.effects.push(Effect::StartRelays);
        }
    }

    fn started(&mut self, at_us: u64, stage: usize, pid: Option<u32>) {
        let spec = &self.spec.stages[stage];
        let event = Event::StageStarted {
            lane: self.spec.lane,
            stage: spec.id.clone(),
            pid,
        };
        let timeout = spec.timeout.filter(|_| spec.process);
        self.stages[stage].started = true;
        self.tell(at_us, event);
        if let Some(timeout) = timeout {
            self.arm(Timer::StageTimeout(stage), timeout);
        }
        if self.phase == Phase::Starting {
            self.start_next(stage + 1);
        }
    }

    /// The lane cannot go on as it was meant.
    fn give_up(&mut self, at_us: u64) {
        self.cancel_waiting(at_us);
        self.end_all(at_us, Blame::Stopped);
        self.start_relays();
    }

    /// Those that have not started never will.
    fn cancel_waiting(&mut self, at_us: u64) {
        self.phase = Phase::Running;
        for stage in 0..self.stages.len() {
            let state = &self.stages[stage];
            if !state.started && state.ending.is_none() {
                self.end_stage(at_us, stage, Ending::Cancelled { signal: None }, None);
            }
        }
    }

    fn could_not_open(&mut self, at_us: u64, stage: usize, ending: Ending) {
        // Nothing was opened, so no flow will be heard of.
        for flow in &mut self.flows {
            flow.ended = Some(FlowEnd::Failed);
        }
        self.relays_started = true;
        self.end_stage(at_us, stage, ending, None);
        self.cancel_waiting(at_us);
    }

    fn exited(&mut self, at_us: u64, stage: usize, exit: Exit, limit: Option<Reached>) {
        let state = &mut self.stages[stage];
        state.exit = Some((at_us, exit));
        state.limit = limit;
        if state.undrained == 0 {
            self.settle(stage);
        } else {
            self.effects.push(Effect::ReportWhenEmpty(stage));
            self.arm(Timer::Drain(stage), DRAIN_GRACE);
        }
    }

    fn drained(&mut self, _at_us: u64, stage: usize) {
        let state = &mut self.stages[stage];
        state.undrained = state.undrained.saturating_sub(1);
        if state.undrained == 0 && state.exit.is_some() {
            self.settle(stage);
        }
    }

    /// Tells the end of a stage whose process has exited.
    fn settle(&mut self, stage: usize) {
        if self.stages[stage].ending.is_some() {
            return;
        }
        let Some((at_us, exit)) = self.stages[stage].exit else {
            return;
        };
        let reader_left = self.flows_from(stage).any(|flow| {
            !self.spec.flows[flow].relayed || self.flows[flow].ended == Some(FlowEnd::ReaderLeft)
        });
        let ending = match self.stages[stage].failed.clone() {
            Some(failed) => failed,
            None => self.stages[stage].ending_of(exit.how, reader_left),
        };
        let timed_out = matches!(ending, Ending::TimedOut { .. });
        self.end_stage(at_us, stage, ending, Some(exit));
        let held: Vec<usize> = self.open_relayed_from(stage).collect();
        if !held.is_empty() {
            self.arm(Timer::Holder(stage), HOLDER_GRACE);
            if timed_out {
                self.arm(Timer::StageLinger(stage), LINGER);
            }
        }
    }

    fn end_stage(&mut self, at_us: u64, stage: usize, ending: Ending, exit: Option<Exit>) {
        let event = Event::StageEnded {
            lane: self.spec.lane,
            stage: self.spec.stages[stage].id.clone(),
            ending: ending.clone(),
            usage: exit.map(|exit| exit.usage),
        };
        self.stages[stage].ending = Some(ending.clone());
        self.tell(at_us, event);
        self.end_unrelayed(at_us, stage, &ending);
    }

    /// Nobody relays a pipe between two stages: it ends with its writer, whose ending tells whether the
    /// reader had left. A file that a process reads by itself ends with that process.
    fn end_unrelayed(&mut self, at_us: u64, stage: usize, ending: &Ending) {
        let reader_left =
            matches!(ending, Ending::Signaled { signal, .. } if *signal == Signal::PIPE);
        for flow in 0..self.flows.len() {
            let spec = &self.spec.flows[flow];
            let writer = if self.spec.stages[spec.from].process {
                Some(spec.from)
            } else {
                spec.to
            };
            if spec.relayed || writer != Some(stage) {
                continue;
            }
            let reason = if reader_left {
                FlowEnd::ReaderLeft
            } else {
                FlowEnd::EndOfFile
            };
            self.flow_ended(at_us, flow, reason, None, None);
        }
    }

    fn flow_ended(
        &mut self,
        at_us: u64,
        flow: usize,
        reason: FlowEnd,
        counted: Option<(Meter, Option<u64>)>,
        failed: Option<(usize, Ending)>,
    ) {
        if self.flows[flow].ended.is_some() {
            return;
        }
        self.flows[flow].ended = Some(reason);
        let event = Event::FlowEnded {
            flow: self.spec.flows[flow].id,
            reason,
            bytes: counted.map(|(meter, _)| meter.bytes),
            lines: counted.and_then(|(meter, _)| meter.lines),
            kept: counted.and_then(|(_, kept)| kept),
        };
        self.tell(at_us, event);
        if let Some((stage, ending)) = failed {
            self.stages[stage].failed.get_or_insert(ending);
        }
        let FlowSpec { from, to, .. } = self.spec.flows[flow];
        for stage in [Some(from), to].into_iter().flatten() {
            self.end_internal(at_us, stage);
        }
    }

    /// A stage without a process has ended when all its flows have.
    fn end_internal(&mut self, at_us: u64, stage: usize) {
        let state = &self.stages[stage];
        let open = (0..self.flows.len()).any(|flow| {
            let spec = &self.spec.flows[flow];
            (spec.from == stage || spec.to == Some(stage)) && self.flows[flow].ended.is_none()
        });
        if self.spec.stages[stage].process || open || state.ending.is_some() || !state.started {
            return;
        }
        let abandoned = self
            .flows_from(stage)
            .any(|flow| self.flows[flow].ended == Some(FlowEnd::Abandoned));
        let ending = match (&state.failed, self.blame) {
            (Some(failed), _) => failed.clone(),
            (None, Some(blame)) if abandoned => blame.ending(None),
            (None, _) => Ending::Finished,
        };
        self.end_stage(at_us, stage, ending, None);
    }

    fn end_all(&mut self, at_us: u64, blame: Blame) {
        if self.blame_all(at_us, blame) {
            self.signal(at_us, Target::Lane, Signal::TERM);
            self.effects
                .push(Effect::Signal(Target::Lane, Signal::CONT));
            self.arm(Timer::LaneKill, TERM_GRACE);
        }
    }

    /// What ends from here on ends for this. Returns whether any process has to.
    fn blame_all(&mut self, at_us: u64, blame: Blame) -> bool {
        if self.phase == Phase::Starting {
            self.cancel_waiting(at_us);
            self.start_relays();
        }
        self.blame.get_or_insert(blame);
        let mut any = false;
        for state in &mut self.stages {
            if state.is_running() {
                any = true;
                state.blame.get_or_insert(blame);
            }
        }
        self.effects.push(Effect::CancelInputs);
        any
    }

    fn timer_fired(&mut self, at_us: u64, timer: Timer) {
        match timer {
            Timer::StageTimeout(stage) => {
                let Some(after) = self.spec.stages[stage].timeout else {
                    return;
                };
                if !self.is_running(stage) {
                    return;
                }
                self.stages[stage]
                    .blame
                    .get_or_insert(Blame::TimedOut(after));
                let event = Event::TimedOut {
                    lane: Some(self.spec.lane),
                    stage: Some(self.spec.stages[stage].id.clone()),
                    after_ms: state::milliseconds(after),
                };
                self.tell(at_us, event);
                self.signal(at_us, Target::Stage(stage), Signal::TERM);
                self.effects
                    .push(Effect::Signal(Target::Stage(stage), Signal::CONT));
                self.arm(Timer::StageKill(stage), TERM_GRACE);
            }
            Timer::StageKill(stage) => {
                if self.is_running(stage) {
                    self.signal(at_us, Target::Stage(stage), Signal::KILL);
                }
            }
            Timer::LaneKill => {
                if (0..self.stages.len()).any(|stage| self.is_running(stage)) {
                    self.signal(at_us, Target::Lane, Signal::KILL);
                }
            }
            Timer::Drain(stage) => self.settle(stage),
            Timer::Holder(stage) => {
                let open: Vec<usize> = self.open_relayed_from(stage).collect();
                if !open.is_empty() {
                    self.effects.push(Effect::FindHolders(open));
                }
            }
            Timer::Linger => {
                self.effects.push(Effect::EndWhenEmpty(None));
                self.arm(Timer::LetGo, LINGER);
            }
            Timer::LetGo => {
                // Somebody who asked for an end does not wait for a reader; else what was written is
                // delivered, however long its reader takes.
                let all = self.blame.is_some();
                self.effects.push(Effect::LetGo { all });
            }
            Timer::StageLinger(stage) => self.effects.push(Effect::EndWhenEmpty(Some(stage))),
        }
    }

    fn held(&mut self, at_us: u64, flow: usize, holder: Holder) {
        if self.flows[flow].ended.is_none() {
            let event = Event::FlowHeld {
                flow: self.spec.flows[flow].id,
                pid: holder.pid,
                program: holder.program,
            };
            self.tell(at_us, event);
        }
    }

    fn signal_stage(&mut self, at_us: u64, stage: usize, signal: Signal) {
        if self.is_running(stage) {
            self.signal(at_us, Target::Stage(stage), signal);
        }
    }

    fn leftovers_ended(&mut self, at_us: u64, count: u32) {
        let lane = self.spec.lane;
        if count > 0 {
            self.tell(at_us, Event::LeftoverEnded { lane, count });
        }
        self.phase = Phase::Finished;
        let status = self.status();
        self.tell(at_us, Event::LaneEnded { lane, status });
        self.effects.push(Effect::Finish(status));
    }

    /// As a shell would say it, to which input and file stages are no commands: they count only when
    /// something went wrong with them, as a redirection that fails does.
    fn status(&self) -> Status {
        let counted = self.spec.stages.iter().zip(&self.stages);
        Status::of(counted.filter_map(|(spec, state)| {
            let ending = state.ending.as_ref()?;
            (spec.process || !ending.is_fine()).then_some(ending)
        }))
    }

    /// Rules 4 and 6.
    fn progress(&mut self) {
        if self.phase != Phase::Running {
            return;
        }
        let spec = &self.spec.stages;
        let process_left = spec
            .iter()
            .zip(&self.stages)
            .any(|(spec, state)| spec.process && state.ending.is_none());
        if process_left {
            return;
        }
        let held = (0..self.flows.len()).any(|flow| {
            let from = self.spec.flows[flow].from;
            self.flows[flow].ended.is_none() && self.spec.stages[from].process
        });
        if held && !self.lingering {
            self.lingering = true;
            self.arm(Timer::Linger, LINGER);
        }
        let all_ended = self.stages.iter().all(|stage| stage.ending.is_some())
            && self.flows.iter().all(|flow| flow.ended.is_some());
        if all_ended {
            self.phase = Phase::Leaving;
            self.effects.push(Effect::EndLeftovers);
        }
    }

    fn flows_from(&self, stage: usize) -> impl Iterator<Item = usize> {
        (0..self.flows.len()).filter(move |flow| self.spec.flows[*flow].from == stage)
    }

    fn open_relayed_from(&self, stage: usize) -> impl Iterator<Item = usize> {
        self.flows_from(stage)
            .filter(|flow| self.spec.flows[*flow].relayed && self.flows[*flow].ended.is_none())
    }

    fn signal(&mut self, at_us: u64, target: Target, signal: Signal) {
        let stage = match target {
            Target::Stage(stage) => Some(self.spec.stages[stage].id.clone()),
            Target::Lane => None,
        };
        let lane = self.spec.lane;
        self.tell(
            at_us,
            Event::SignalSent {
                lane,
                stage,
                signal,
            },
        );
        self.effects.push(Effect::Signal(target, signal));
    }

    fn arm(&mut self, timer: Timer, after: Duration) {
        self.effects.push(Effect::Arm(timer, after));
    }

    fn tell(&mut self, at_us: u64, event: Event) {
        self.effects.push(Effect::Tell { at_us, event });
    }
}
