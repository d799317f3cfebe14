//! Greeting, losing and finding the runner again: nothing lost, nothing twice.

use std::rc::Rc;

use pipeyard_shared::Chain;
use pipeyard_shared::limits::Limits;
use pipeyard_shared::message::{ClientMessage, PROTOCOL_VERSION, RunSummary, Seen, Whose};
use pipeyard_shared::{RunId, SessionId};

use crate::runs::{Phase, Run};

use super::{Closed, Effect, FIRST_WAIT_MS, LONGEST_WAIT_MS, Link, MOST_RUNS, State, Timer};

/// What a welcome says.
pub(super) struct Welcome {
    pub(super) session: SessionId,
    pub(super) resumed: bool,
    pub(super) limits: Limits,
    pub(super) yard: Option<Whose>,
    pub(super) runs: Vec<RunSummary>,
}

impl Link {
    /// The socket is open: says who we are and what we have.
    pub(super) fn greet(&mut self, effects: &mut Vec<Effect>) {
        self.opened = true;
        if !matches!(self.state, State::Closed(_)) {
            self.state = State::Connecting;
        }
        let seen = self.runs.values().map(|run| Seen {
            run: run.id,
            events: run.seen,
        });
        let hello = ClientMessage::Hello {
            protocol: PROTOCOL_VERSION,
            session: self.session.clone(),
            seen: seen.collect(),
        };
        self.say(&hello, effects);
    }

    /// The socket is gone. What was asked for on it has to be asked for again.
    pub(super) fn lose(&mut self, effects: &mut Vec<Effect>) {
        self.ping = None;
        self.latency_ms = None;
        self.watched.clear();
        self.notice = None;
        for typed in self.typed.values_mut() {
            typed.lose();
        }
        for run in self.runs.values_mut().filter(|run| run.is_live()) {
            Rc::make_mut(run).out_of_reach_ms = Some(self.now_ms);
        }
        if matches!(self.state, State::Closed(_)) {
            return;
        }
        if self.state == State::Connected {
            self.lost_at_ms = Some(self.now_ms);
        }
        // A socket that never opened: no runner, or one that refused us before the upgrade.
        let known = self.met || self.opened;
        self.state = if known && self.state != State::NotFound {
            State::Lost
        } else {
            State::NotFound
        };
        if !self.opened {
            effects.push(Effect::AskForRoom);
        }
        self.opened = false;
        let wait = FIRST_WAIT_MS
            .saturating_mul(1 << self.failures.min(8))
            .min(LONGEST_WAIT_MS);
        self.failures = self.failures.saturating_add(1);
        // After a while of nothing, a lost runner is one that is not there.
        if self.failures > 4 {
            self.state = State::NotFound;
        }
        self.retry_at_ms = Some(self.now_ms + f64::from(wait));
        effects.push(Effect::Schedule(Timer::Reconnect, wait));
    }

    /// The runner has answered.
    pub(super) fn welcome(&mut self, welcome: Welcome, effects: &mut Vec<Effect>) {
        let Welcome {
            session,
            resumed,
            limits,
            yard,
            runs,
        } = welcome;
        self.state = State::Connected;
        self.met = true;
        self.lost_at_ms = None;
        self.retry_at_ms = None;
        self.failures = 0;
        self.limits = limits;
        self.yard = yard;
        self.full = None;
        self.session = Some(session.clone());
        effects.push(Effect::Remember(session));
        for run in self.runs.values_mut() {
            if run.out_of_reach_ms.is_some() {
                Rc::make_mut(run).out_of_reach_ms = None;
            }
        }
        if !resumed {
            self.lose_runs();
        }
        for summary in runs {
            self.find_run(summary);
        }
        // A start whose answer was lost with the connection, and which never arrived.
        if let Some(asked) = self.asked.clone() {
            self.say(&ClientMessage::start(asked.request, &asked.chain), effects);
        }
        self.send_ping(effects);
    }

    /// The runner closes for good, or another page has the session.
    pub(super) fn close_for(&mut self, reason: Closed, effects: &mut Vec<Effect>) {
        self.state = State::Closed(reason);
        self.asked = None;
        effects.push(Effect::Close);
    }

    /// A run that began.
    pub(super) fn begin_run(
        &mut self,
        id: RunId,
        chain: Rc<Chain>,
        source: Rc<Chain>,
        effects: &mut Vec<Effect>,
    ) {
        let preview_bytes = self.limits.preview_bytes as usize;
        self.runs.entry(id).or_insert_with(|| {
            let mut run = Run::new(id, chain, preview_bytes);
            run.source = source;
            Rc::new(run)
        });
        self.current = Some(id);
        self.kept = None;
        self.forget_old(effects);
    }

    fn find_run(&mut self, summary: RunSummary) {
        let RunSummary {
            run, chain, ended, ..
        } = summary;
        if self.runs.contains_key(&run) {
            return;
        }
        if self
            .asked
            .as_ref()
            .is_some_and(|asked| *asked.chain == chain)
        {
            self.asked = None;
        }
        let preview_bytes = self.limits.preview_bytes as usize;
        let mut found = Run::new(run, Rc::new(chain), preview_bytes);
        found.met_late = ended;
        self.runs.insert(run, Rc::new(found));
        self.current = self.current.max(Some(run));
    }

    /// Another runner, or one that was started again: what it does not know will not go on.
    fn lose_runs(&mut self) {
        for run in self.runs.values_mut() {
            if run.is_active() {
                Rc::make_mut(run).phase = Phase::Lost;
            }
        }
        // Their numbers may come again and mean other runs.
        let current = self.current.take().and_then(|id| self.runs.remove(&id));
        self.kept = current.or(self.kept.take());
        self.runs.clear();
        self.typed.clear();
    }

    fn forget_old(&mut self, effects: &mut Vec<Effect>) {
        let most = MOST_RUNS.min(self.limits.kept_runs as usize);
        while self.runs.len() > most {
            let needed = [self.current, self.looked];
            let old = self
                .runs
                .values()
                .find(|run| !run.is_active() && !needed.contains(&Some(run.id)))
                .map(|run| run.id);
            let Some(run) = old else { return };
            self.forget(run, effects);
        }
    }

    /// Forgets a run that is over. The latest of the others is the current one then, if it was that.
    pub(super) fn forget(&mut self, run: RunId, effects: &mut Vec<Effect>) {
        if self.runs.get(&run).is_none_or(|known| known.is_active()) {
            return;
        }
        self.runs.remove(&run);
        self.typed.retain(|(known, _, _), _| *known != run);
        self.watched.retain(|(known, _)| *known != run);
        if self.current == Some(run) {
            self.current = self.runs.keys().next_back().copied();
        }
        self.say(&ClientMessage::Forget { run }, effects);
    }
}
