//! The connection to the runner: told what happened, it says what to do.
//!
//! [`Link`] is pure, so that every order of losing and finding the connection can be tried natively:
//! [`Input`]s go in with the time, [`Effect`]s come out. `shell` carries them out in a browser.

mod effect;
mod receive;
mod resume;
pub(crate) mod shell;
mod typed;

use std::collections::BTreeMap;
use std::rc::Rc;

use pipeyard_shared::chain::Chain;
use pipeyard_shared::event::Pace;
use pipeyard_shared::flow::{FlowId, FlowPoint};
use pipeyard_shared::limits::{Limits, Reached};
use pipeyard_shared::message::{ClientMessage, Notice, Refusal, Trouble, Whose};
use pipeyard_shared::signal::Signal;
use pipeyard_shared::{LaneNumber, RunId, SessionId, StageId};

use crate::runs::{Run, watch};

pub(crate) use effect::{Effect, Input, Intent, Timer};
use typed::Typed;

/// Runs that the page remembers, or fewer where the runner keeps fewer; older ones are forgotten, here and at
/// the runner.
const MOST_RUNS: usize = 16;
/// The first wait before connecting again, doubled with each failure.
const FIRST_WAIT_MS: u32 = 250;
/// The longest wait before connecting again.
const LONGEST_WAIT_MS: u32 = 5_000;
/// How often the latency is measured.
const PING_EVERY_MS: u32 = 5_000;
/// How long a ping may stay without an answer; a busy machine can take a while.
const DEAD_AFTER_MS: f64 = 10_000.0;
/// When it is measured again after the first time.
const SECOND_PING_MS: u32 = 1_000;
/// How often times are drawn anew while a run is active.
const CLOCK_EVERY_MS: u32 = 100;

/// Where the connection is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Waiting for the socket to open, or for the answer to hello.
    Connecting,
    /// The runner has answered.
    Connected,
    /// Lost, and tried again by itself.
    Lost,
    /// Not even the first connection came about: no runner, or an old key.
    NotFound,
    /// Given up: another page has the session, or the runner speaks another protocol.
    Closed(Closed),
}

/// Why the page does not connect again by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Closed {
    /// The session goes on in another tab.
    Replaced,
    /// Whoever's page it is was removed from the room.
    Removed,
    /// The page is older or newer than its runner.
    OtherProtocol,
    /// The page was served without a runner.
    Alone,
}

/// The connection and all that came over it.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    state: State,
    session: Option<SessionId>,
    limits: Limits,
    yard: Option<Whose>,
    /// The limit that leaves no room for this page.
    full: Option<Reached>,
    /// Tries since the last answer of a runner.
    failures: u32,
    /// Whether the present socket ever opened.
    opened: bool,
    latency_ms: Option<f64>,
    ping: Option<(u64, f64)>,
    nonce: u64,
    runs: BTreeMap<RunId, Rc<Run>>,
    current: Option<RunId>,
    asked: Option<Asked>,
    requests: u64,
    /// The last run of a runner that is gone, to look at until there is another.
    kept: Option<Rc<Run>>,
    /// What the drawer shows, besides the boxes on the canvas.
    shown: Option<(LaneNumber, FlowPoint)>,
    /// The earlier run that is looked at.
    looked: Option<RunId>,
    /// Places that are compared.
    compared: Vec<(RunId, LaneNumber, FlowPoint)>,
    /// What was asked for on this connection.
    watched: Vec<(RunId, FlowId)>,
    typed: BTreeMap<(RunId, LaneNumber, StageId), Typed>,
    refusal: Option<Rc<Refusal>>,
    trouble: Option<Trouble>,
    /// What the runner of this connection wants a person to know.
    notice: Option<Notice>,
    clock_runs: bool,
    /// Whether a runner has ever answered this page.
    met: bool,
    lost_at_ms: Option<f64>,
    retry_at_ms: Option<f64>,
    now_ms: f64,
}

/// A start that has not been answered.
#[derive(Clone, Debug, PartialEq)]
struct Asked {
    request: u64,
    chain: Rc<Chain>,
    /// As a person sees it.
    source: Rc<Chain>,
}

/// What the components see of the link.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct View {
    /// Where the connection is.
    pub(crate) state: State,
    /// When the runner was heard last, on the page's clock, while it is gone.
    pub(crate) lost_at_ms: Option<f64>,
    /// When the page connects again by itself, on its clock; nothing while it tries, or need not.
    pub(crate) retry_at_ms: Option<f64>,
    /// How long a ping took, in milliseconds.
    pub(crate) latency_ms: Option<f64>,
    /// The runner's bounds.
    pub(crate) limits: Limits,
    /// Whose yard this is, where the runner has a room.
    pub(crate) yard: Option<Whose>,
    /// The limit that leaves no room for this page, while it does.
    pub(crate) full: Option<Reached>,
    /// The latest run.
    pub(crate) run: Option<Rc<Run>>,
    /// All runs that are known, the oldest first.
    pub(crate) runs: Vec<Rc<Run>>,
    /// Whether a start has not been answered yet.
    pub(crate) starting: bool,
    /// Why the last start was refused.
    pub(crate) refusal: Option<Rc<Refusal>>,
    /// The last thing that could not be done.
    pub(crate) trouble: Option<Trouble>,
    /// What the runner wants a person to know.
    pub(crate) notice: Option<Notice>,
    /// The page's clock when this was true.
    pub(crate) now_ms: f64,
}

impl Link {
    /// A link that has not connected. With the session of before, its runs come back.
    pub(crate) fn new(session: Option<SessionId>) -> Self {
        Self {
            state: State::Connecting,
            session,
            limits: Limits::default(),
            yard: None,
            full: None,
            failures: 0,
            opened: false,
            latency_ms: None,
            ping: None,
            nonce: 0,
            runs: BTreeMap::new(),
            current: None,
            asked: None,
            requests: 0,
            kept: None,
            shown: None,
            looked: None,
            compared: Vec::new(),
            watched: Vec::new(),
            typed: BTreeMap::new(),
            refusal: None,
            trouble: None,
            notice: None,
            clock_runs: false,
            met: false,
            lost_at_ms: None,
            retry_at_ms: None,
            now_ms: 0.0,
        }
    }

    /// The link of a page that was served without a runner: it connects to nothing.
    pub(crate) fn alone() -> Self {
        Self {
            state: State::Closed(Closed::Alone),
            ..Self::new(None)
        }
    }

    /// What the components see.
    pub(crate) fn view(&self) -> View {
        View {
            state: self.state,
            lost_at_ms: self.lost_at_ms,
            retry_at_ms: self.retry_at_ms,
            latency_ms: self.latency_ms,
            limits: self.limits.clone(),
            yard: self.yard,
            full: self.full,
            run: self.current_run().or(self.kept.as_ref()).cloned(),
            runs: self.runs.values().cloned().collect(),
            starting: self.asked.is_some(),
            refusal: self.refusal.clone(),
            trouble: self.trouble.clone(),
            notice: self.notice,
            now_ms: self.now_ms,
        }
    }

    /// Takes what happened and says what to do, in order.
    pub(crate) fn take(&mut self, input: Input, now_ms: f64) -> Vec<Effect> {
        self.now_ms = self.now_ms.max(now_ms);
        let mut effects = Vec::new();
        match input {
            Input::Begin => effects.push(Effect::Open),
            Input::Opened => self.greet(&mut effects),
            Input::Closed => self.lose(&mut effects),
            Input::Text(text) => self.receive_text(&text, &mut effects),
            Input::Binary(bytes) => self.receive_frame(&bytes),
            Input::Due(timer) => self.due(timer, &mut effects),
            Input::Room(full) => self.full = full.filter(|_| self.state != State::Connected),
            Input::Wish(intent) => self.wish(intent, &mut effects),
        }
        self.ask_for_wanted(&mut effects);
        self.keep_clock(&mut effects);
        effects
    }

    fn due(&mut self, timer: Timer, effects: &mut Vec<Effect>) {
        match timer {
            // Who would not wait has it tried already: this one is of the wait before.
            Timer::Reconnect
                if matches!(self.state, State::Lost | State::NotFound)
                    && self.retry_at_ms.is_some() =>
            {
                self.retry_at_ms = None;
                effects.push(Effect::Open);
            }
            Timer::Ping if self.state == State::Connected => match self.ping {
                // A connection that does not even answer pings is one in name only.
                Some((_, sent_ms)) if self.now_ms - sent_ms >= DEAD_AFTER_MS => {
                    effects.push(Effect::Close);
                    self.lose(effects);
                }
                Some(_) => effects.push(Effect::Schedule(Timer::Ping, PING_EVERY_MS)),
                None => self.send_ping(effects),
            },
            Timer::Clock => self.clock_runs = false,
            Timer::Reconnect | Timer::Ping => {}
        }
    }

    fn wish(&mut self, intent: Intent, effects: &mut Vec<Effect>) {
        match intent {
            Intent::Start(chain, source) => self.start(chain, source, effects),
            Intent::Stop => {
                if let Some(run) = self.active_run() {
                    self.say(&ClientMessage::Stop { run }, effects);
                }
            }
            Intent::Signal(lane, stage, signal) => self.signal(lane, stage, signal, effects),
            Intent::SetPace(lane, point, pace) => self.set_pace(lane, &point, pace, effects),
            Intent::Show(shown) => self.shown = shown,
            Intent::Look(run) => self.looked = run,
            Intent::Compare(places) => self.compared = places,
            Intent::Forget(run) => self.forget(run, effects),
            Intent::Type(lane, stage, bytes) => self.type_into(lane, stage, &bytes, effects),
            Intent::EndInput(lane, stage) => self.end_input(lane, stage, effects),
            Intent::Reconnect => {
                if self.state != State::Connected {
                    // What is lost or not found is so until a runner answers.
                    if matches!(self.state, State::Closed(_)) {
                        self.state = State::Connecting;
                    }
                    self.failures = 0;
                    self.retry_at_ms = None;
                    effects.push(Effect::Open);
                }
            }
            Intent::Dismiss => {
                self.refusal = None;
                self.trouble = None;
            }
        }
    }

    fn start(&mut self, chain: Rc<Chain>, source: Rc<Chain>, effects: &mut Vec<Effect>) {
        if self.asked.is_some() || self.state != State::Connected {
            return;
        }
        self.refusal = None;
        self.trouble = None;
        self.requests += 1;
        self.say(&ClientMessage::start(self.requests, &chain), effects);
        self.asked = Some(Asked {
            request: self.requests,
            chain,
            source,
        });
    }

    fn signal(
        &mut self,
        lane: LaneNumber,
        stage: StageId,
        signal: Signal,
        effects: &mut Vec<Effect>,
    ) {
        if let Some(run) = self.active_run() {
            let message = ClientMessage::Signal {
                run,
                lane,
                stage,
                signal,
            };
            self.say(&message, effects);
        }
    }

    fn set_pace(
        &self,
        lane: Option<LaneNumber>,
        point: &FlowPoint,
        pace: Pace,
        effects: &mut Vec<Effect>,
    ) {
        let Some(run) = self.current_run().filter(|run| run.is_live()) else {
            return;
        };
        let all = (0..run.lanes.len()).map(LaneNumber::from_index);
        for lane in all.filter(|known| lane.is_none_or(|lane| lane == *known)) {
            // What has ended has no pace; what has not begun can have one already.
            let open = run
                .flow_at(lane, point)
                .is_none_or(|flow| flow.end.is_none());
            if let Some(flow) = run.places.id(lane, point).filter(|_| open) {
                let run = run.id;
                self.say(&ClientMessage::SetPace { run, flow, pace }, effects);
            }
        }
    }

    fn type_into(
        &mut self,
        lane: LaneNumber,
        stage: StageId,
        bytes: &[u8],
        effects: &mut Vec<Effect>,
    ) {
        let Some(run) = self.active_run() else { return };
        let Some(place) = self.stage_place(run, &stage) else {
            return;
        };
        let typed = self.typed.entry((run, lane, stage)).or_default();
        typed.push(bytes);
        if self.state == State::Connected {
            effects.extend(typed.frames(run, lane, place).map(Effect::SendBinary));
        }
    }

    fn end_input(&mut self, lane: LaneNumber, stage: StageId, effects: &mut Vec<Effect>) {
        let Some(run) = self.active_run() else { return };
        let typed = self.typed.entry((run, lane, stage.clone())).or_default();
        typed.end();
        if self.state == State::Connected && typed.take_end() {
            self.say(&ClientMessage::EndInput { run, lane, stage }, effects);
        }
    }

    /// Asks for what is wanted of the current run and not asked for yet, and no longer for the rest.
    fn ask_for_wanted(&mut self, effects: &mut Vec<Effect>) {
        if self.state != State::Connected {
            return;
        }
        let wanted = self.wanted();
        // First less, then more: together they must stay within the runner's bound.
        if wanted == self.watched {
            return;
        }
        let only = |here: &[(RunId, FlowId)], there: &[(RunId, FlowId)]| {
            let only = here.iter().filter(|watched| !there.contains(watched));
            only.copied().collect::<Vec<_>>()
        };
        for (run, flow) in only(&self.watched, &wanted) {
            if self.runs.contains_key(&run) {
                self.say(&ClientMessage::Unwatch { run, flow }, effects);
            }
        }
        for (run, flow) in only(&wanted, &self.watched) {
            let from = self
                .runs
                .get(&run)
                .map_or(0, |known| known.next_offset(flow));
            self.say(&ClientMessage::Watch { run, flow, from }, effects);
        }
        self.watched = wanted;
    }

    /// The flows behind what the page shows: of the current run, of one that is looked at, and those that are
    /// compared.
    fn wanted(&self) -> Vec<(RunId, FlowId)> {
        let most = self.limits.watched_flows as usize;
        let looked = self.looked.filter(|id| self.runs.contains_key(id));
        let looked = looked.or(self.current);
        let mut wanted = Vec::new();
        for (id, run) in &self.runs {
            let compared = self.compared.iter().filter(|(of, ..)| of == id);
            let mut flows: Vec<FlowId> = compared
                .filter_map(|(_, lane, point)| run.places.id(*lane, point))
                .collect();
            flows.dedup();
            let first = flows.len();
            if looked == Some(*id) || self.current == Some(*id) {
                let shown = self.shown.as_ref().filter(|_| looked == Some(*id));
                let shown = shown.map(|(lane, point)| (*lane, point));
                let more = watch::wanted(run, shown, most.saturating_sub(first));
                flows.extend(more);
                // What is compared is shown as well, mostly.
                let compared: Vec<FlowId> = flows[..first].to_vec();
                let mut at = 0;
                flows.retain(|flow| {
                    at += 1;
                    at <= first || !compared.contains(flow)
                });
            }
            wanted.extend(flows.into_iter().map(|flow| (*id, flow)));
        }
        wanted
    }

    fn send_ping(&mut self, effects: &mut Vec<Effect>) {
        self.nonce += 1;
        self.ping = Some((self.nonce, self.now_ms));
        let nonce = self.nonce;
        self.say(&ClientMessage::Ping { nonce }, effects);
        // The first one competes with drawing the page: it says little.
        let next = if self.latency_ms.is_none() {
            SECOND_PING_MS
        } else {
            PING_EVERY_MS
        };
        effects.push(Effect::Schedule(Timer::Ping, next));
    }

    /// While something moves, time passes on the page too.
    fn keep_clock(&mut self, effects: &mut Vec<Effect>) {
        let moving = |run: &Rc<Run>| {
            run.is_live()
                || run
                    .flows
                    .values()
                    .any(|flow| self.now_ms - flow.moved_ms < 400.0)
        };
        let needed = self.current_run().is_some_and(moving);
        if needed && !self.clock_runs {
            self.clock_runs = true;
            effects.push(Effect::Schedule(Timer::Clock, CLOCK_EVERY_MS));
        }
    }

    fn say(&self, message: &ClientMessage, effects: &mut Vec<Effect>) {
        // Every field is text, a number or a list of these, which JSON can always hold.
        effects.push(Effect::SendText(
            serde_json::to_string(message).unwrap_or_default(),
        ));
    }

    fn current_run(&self) -> Option<&Rc<Run>> {
        self.runs.get(&self.current?)
    }

    fn active_run(&self) -> Option<RunId> {
        let run = self.current_run()?;
        run.is_active().then_some(run.id)
    }

    fn stage_place(&self, run: RunId, stage: &StageId) -> Option<u16> {
        let at = self.runs.get(&run)?.chain.stage_index(stage)?;
        u16::try_from(at).ok()
    }
}

#[cfg(test)]
mod tests;
