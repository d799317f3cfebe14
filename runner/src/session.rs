//! Sessions: each page's runs, kept while its connection comes and goes.
//!
//! A session is a set of runs and knows nothing of HTTP or sockets. A [`connection`] speaks for it with
//! whatever carries messages.

pub mod carrier;
pub mod connection;
mod greeting;
mod hellos;
mod large;
mod rate;
mod told;
mod viewer;

use std::collections::BTreeMap;
use std::fs::File;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use pipeyard_shared::chain::Chain;
use pipeyard_shared::chain::ReadError;
use pipeyard_shared::id::{RunId, SessionId};
use pipeyard_shared::limits::{LimitName, Limits};
use pipeyard_shared::message::{ByeReason, Refusal, RunSummary, Trouble, Whose};
use tokio::sync::{RwLock, Semaphore, watch};

use crate::engine::{self, Host, Means, Outlets, Run, Share, Unplanned};
use crate::operation::Operation;
use crate::places::{Place, Places};
use crate::secret;
use crate::workspace::Busy;
use hellos::Hellos;
use large::LargeMessages;
pub use rate::Rates;
use told::Told;

/// How long a session whose page has left is kept, its runs running on, for the page to come back.
pub const SESSION_KEPT: Duration = Duration::from_secs(10 * 60);

/// All sessions of a runner.
#[derive(Debug)]
pub struct Sessions {
    bounds: SessionBounds,
    host: Host,
    means: Means,
    next_run: AtomicU64,
    sessions: Mutex<Vec<Arc<Session>>>,
    closing: watch::Sender<bool>,
    /// Why, once it is.
    bye: OnceLock<ByeReason>,
    /// As the log has it.
    learner: Option<String>,
    /// Starting a run shares it; who wants none to run has it alone.
    starting: RwLock<()>,
    busy: Busy,
    operation: Arc<Operation>,
    hellos: Hellos,
    large_messages: LargeMessages,
    /// What tells other runners that these runs go on.
    held: Arc<Mutex<BTreeMap<RunId, File>>>,
    /// Counts the runs that have begun.
    begun: watch::Sender<u64>,
    /// What all pages together may send, where they are one person's who shares the runner.
    rates: Option<Rates>,
}

/// How much there may be of sessions.
#[derive(Clone, Debug)]
pub struct SessionBounds {
    /// What holds for each, and is told to its page.
    pub limits: Limits,
    /// Sessions of this person, and the name of that limit.
    pub each: (LimitName, u64),
    /// The places of everybody's.
    pub all: Places,
    /// Among whom turns go round.
    pub sharing: Sharing,
    /// Whose they are, where that is a question.
    pub whose: Option<Whose>,
    /// How often a minute this person's pages may be told all that is kept; no bound if absent.
    pub hellos: Option<u64>,
    /// Large messages of everybody that may be read.
    pub large_messages: Arc<Semaphore>,
}

/// Who is one of those among whom turns go round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sharing {
    /// Each session: those of one person on a machine of their own.
    BySession,
    /// All sessions as one: those of a learner, who gets no more by opening more pages. What they may send is for all of them, too.
    Together,
}

/// One page's runs.
#[derive(Debug)]
pub struct Session {
    id: SessionId,
    told: Told,
    /// How many ended runs are kept.
    kept_runs: usize,
    /// By which its lanes have their turns.
    turns: Option<Share>,
    _place: Place,
    state: Mutex<State>,
    /// Counts the connections that have spoken for it: an older one that sees a new number leaves.
    connections: watch::Sender<u64>,
}

#[derive(Debug)]
struct State {
    runs: BTreeMap<RunId, Arc<Run>>,
    /// Since when no page is connected; nothing while one is.
    left: Option<Instant>,
}

impl Sessions {
    /// No sessions yet, of the learner of this name if they are one's. Their runs tell other runners that they go on in a workspace
    /// that these share.
    pub fn new(
        learner: Option<String>,
        host: Host,
        bounds: SessionBounds,
        means: Means,
        busy: Busy,
        operation: Arc<Operation>,
    ) -> Arc<Self> {
        let rates = match bounds.sharing {
            Sharing::BySession => None,
            Sharing::Together => Some(Rates::of(&bounds.limits)),
        };
        Arc::new(Self {
            rates,
            hellos: Hellos::of(bounds.hellos),
            large_messages: LargeMessages::among(bounds.large_messages.clone()),
            bounds,
            host,
            means,
            next_run: AtomicU64::new(1),
            sessions: Mutex::default(),
            closing: watch::Sender::new(false),
            bye: OnceLock::new(),
            learner,
            starting: RwLock::new(()),
            busy,
            operation,
            held: Arc::default(),
            begun: watch::Sender::new(0),
        })
    }

    /// The bounds that hold for every session.
    pub fn limits(&self) -> &Limits {
        &self.bounds.limits
    }

    /// Whose they are, where that is a question.
    pub fn whose(&self) -> Option<Whose> {
        self.bounds.whose
    }

    /// How fast one more page may be.
    pub fn rates(&self) -> Rates {
        let limits = || Rates::of(&self.bounds.limits);
        self.rates.clone().unwrap_or_else(limits)
    }

    /// Where runs run.
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// What runs are lent.
    pub fn means(&self) -> &Means {
        &self.means
    }

    /// What the whole runner is doing.
    pub fn operation(&self) -> &Arc<Operation> {
        &self.operation
    }

    /// Why they are closing, if they are.
    fn bye(&self) -> ByeReason {
        *self.bye.get().unwrap_or(&ByeReason::ShuttingDown)
    }

    /// Whether they are closing, now and when that changes.
    pub fn closing(&self) -> watch::Receiver<bool> {
        self.closing.subscribe()
    }

    /// Whether there is no session, once those are forgotten whose pages do not come back.
    pub fn is_empty(&self) -> bool {
        let mut sessions = lock(&self.sessions);
        sessions.retain(|session| !session.is_stale());
        sessions.is_empty()
    }

    /// The session of this id, or a new one; and whether it is the one that was asked for.
    ///
    /// # Errors
    /// The limits `sessions` and `sessions-each`, when every session has a page connected, or when the system gives no random
    /// bytes for an id.
    fn enter(&self, wanted: Option<&SessionId>) -> Result<(Arc<Session>, bool), Trouble> {
        let mut sessions = lock(&self.sessions);
        sessions.retain(|session| !session.is_stale());
        let found = sessions
            .iter()
            .find(|known| wanted.is_some_and(|wanted| known.is(wanted)));
        if let Some(session) = found {
            lock(&session.state).left = None;
            return Ok((session.clone(), true));
        }
        let place = loop {
            let full = match self.place(sessions.len()) {
                Ok(place) => break place,
                Err(full) => full,
            };
            let left = |session: &Arc<Session>| lock(&session.state).left;
            let oldest = (0..sessions.len())
                .filter_map(|place| Some((left(&sessions[place])?, place)))
                .min();
            let Some((_, oldest)) = oldest else {
                return Err(full);
            };
            sessions.remove(oldest);
        };
        let no_word = Trouble::AtLimit {
            limit: LimitName::Sessions,
            most: self.bounds.all.most(),
        };
        let id = secret::random().map_err(|_| no_word)?;
        let session = Arc::new(Session {
            told: Told::of(&id, self.learner.clone()),
            id: SessionId::new(id),
            kept_runs: self.bounds.limits.kept_runs as usize,
            turns: self.turns(),
            _place: place,
            state: Mutex::new(State {
                runs: BTreeMap::new(),
                left: None,
            }),
            connections: watch::Sender::new(0),
        });
        sessions.push(session.clone());
        Ok((session, false))
    }

    /// Room for one session more beside so many.
    fn place(&self, sessions: usize) -> Result<Place, Trouble> {
        let (limit, most) = self.bounds.each;
        if sessions as u64 >= most {
            return Err(Trouble::AtLimit { limit, most });
        }
        let all = &self.bounds.all;
        all.take().ok_or(Trouble::AtLimit {
            limit: LimitName::Sessions,
            most: all.most(),
        })
    }

    fn turns(&self) -> Option<Share> {
        let turns = self.means.turns.as_ref();
        match self.bounds.sharing {
            Sharing::BySession => turns.map(Share::another),
            Sharing::Together => turns.cloned(),
        }
    }

    /// Starts a chain for a session, as the connection of this number asks. Nothing is started where another has come since:
    /// its page was told which runs there are, and asks again.
    async fn start(
        &self,
        session: &Session,
        mine: u64,
        chain: Result<Chain, ReadError>,
    ) -> Result<Option<RunId>, Refusal> {
        let started = self.begin(session, mine, chain).await;
        if let Err(refusal) = &started
            && let Some(limit) = session.told.refused(refusal)
        {
            self.operation.figures().refused(limit.word());
        }
        started
    }

    async fn begin(
        &self,
        session: &Session,
        mine: u64,
        chain: Result<Chain, ReadError>,
    ) -> Result<Option<RunId>, Refusal> {
        let asked = Instant::now();
        if *self.closing.borrow() {
            return Err(Refusal::ShuttingDown);
        }
        let begun = self.operation.begin().ok_or(Refusal::ShuttingDown)?;
        let chain = chain.map_err(|error| Refusal::Unreadable { error })?;
        let _starting = self.starting.read().await;
        // Whoever waited here may find that the runner has begun to end.
        if *self.closing.borrow() {
            return Err(Refusal::ShuttingDown);
        }
        let planning = &self.means.planning;
        let plan = planning.plan(chain, &self.host, &self.bounds.limits).await;
        let mut plan = plan.map_err(|why| match why {
            Unplanned::Problems(problems) => Refusal::Problems { problems },
            Unplanned::Full(most) => Refusal::AtLimit {
                limit: LimitName::Plans,
                most,
            },
            Unplanned::Ending => Refusal::ShuttingDown,
        })?;
        // Nothing is forgotten for one that is refused all the same.
        if !self.admits(session, mine, &lock(&session.state))? {
            return Ok(None);
        }
        self.reserve(&mut plan, session)
            .map_err(|engine::Full { limit, most }| Refusal::AtLimit { limit, most })?;
        let busy = self.busy.share_run().await;
        let mut state = lock(&session.state);
        // Whoever connects does so under this lock, before the runs are listed for the page.
        if !self.admits(session, mine, &state)? {
            return Ok(None);
        }
        self.make_room(&state);
        let id = RunId(self.next_run.fetch_add(1, Ordering::Relaxed));
        let means = Means {
            turns: session.turns.clone(),
            ..self.means.clone()
        };
        let run = engine::start(plan, Outlets::kept(), means);
        if let Some(busy) = busy {
            lock(&self.held).insert(id, busy);
        }
        let lanes = run.chain().lanes.count();
        let operation = self.operation.clone();
        let counted = operation
            .figures()
            .run_began(lanes, run.log(), run.activity());
        let planned = asked.elapsed();
        let told = session.told.clone();
        told.began(id, run.chain());
        let (held, log, ended) = (self.held.clone(), run.log().clone(), run.until_ended());
        tokio::spawn(async move {
            let result = ended.await;
            operation.figures().run_ended(counted, result, planned);
            let limit = log.passed().ended_at;
            told.ended(id, result.status.last, limit, asked.elapsed());
            lock(&held).remove(&id);
            drop(begun);
        });
        state.runs.insert(id, run);
        self.begun.send_modify(|count| *count += 1);
        forget_oldest(&mut state.runs, session.kept_runs);
        Ok(Some(id))
    }

    /// Whether the connection of this number may start one more run; not where another has come since.
    fn admits(&self, session: &Session, mine: u64, state: &State) -> Result<bool, Refusal> {
        if !session.is_spoken_for_by(mine) {
            return Ok(false);
        }
        let active = state.runs.values().filter(|run| run.result().is_none());
        let most = self.bounds.limits.active_runs;
        if active.count() < most as usize {
            return Ok(true);
        }
        Err(Refusal::AtLimit {
            limit: LimitName::ActiveRuns,
            most: u64::from(most),
        })
    }

    /// How many sessions there are.
    pub fn count(&self) -> usize {
        lock(&self.sessions).len()
    }

    /// A new run has room on the disk for all that one may keep: what is kept of the oldest runs of its session that
    /// are over gives way.
    fn make_room(&self, state: &State) {
        let Some(disk) = &self.means.disk else { return };
        let over = state.runs.values().filter(|run| run.result().is_some());
        for run in over {
            if disk.has_room(self.bounds.limits.spill_bytes) {
                return;
            }
            run.give_way();
        }
    }

    /// Takes memory for a new run. So that there is some for its previews, too, the oldest runs of this person's that are over
    /// are forgotten, those of its own session first.
    fn reserve(&self, plan: &mut engine::Plan, session: &Session) -> Result<(), engine::Full> {
        if let Some(memory) = &self.means.memory {
            plan.could_reserve(memory)?;
            let wanted = plan.wanted_memory(memory.most()).min(memory.most());
            self.make_memory(memory, wanted, session);
        }
        plan.reserve(self.means.memory.as_ref())
    }

    fn make_memory(&self, memory: &engine::Memory, wanted: u64, session: &Session) {
        while !memory.has_room(wanted) {
            let is_forgotten = session.forget_oldest() || {
                let others = lock(&self.sessions).clone();
                let oldest = others
                    .iter()
                    .filter_map(|other| Some((other.oldest()?, other)));
                let oldest = oldest.min_by_key(|(run, _)| *run);
                oldest.is_some_and(|(_, other)| other.forget_oldest())
            };
            if !is_forgotten {
                return;
            }
        }
    }

    /// Does something during which no run goes on and none begins.
    ///
    /// # Errors
    /// The run that goes on; then nothing is done.
    pub async fn while_idle<T>(&self, work: impl Future<Output = T>) -> Result<T, RunId> {
        let _alone = self.starting.write().await;
        let sessions = lock(&self.sessions).clone();
        let runs = sessions.iter().flat_map(|session| session.runs());
        let active = runs.into_iter().find(|(_, run)| run.result().is_none());
        match active {
            Some((id, _)) => Err(id),
            None => {
                // Nobody may have come yet to let go what runs held that are over.
                lock(&self.held).clear();
                Ok(work.await)
            }
        }
    }

    /// How many runs have begun, now and when that changes.
    pub fn begun(&self) -> watch::Receiver<u64> {
        self.begun.subscribe()
    }

    /// The runs that are not over.
    pub fn active(&self) -> Vec<Arc<Run>> {
        let sessions = lock(&self.sessions).clone();
        let runs = sessions.iter().flat_map(|session| session.runs());
        let runs = runs.map(|(_, run)| run);
        runs.filter(|run| run.result().is_none()).collect()
    }

    /// A run that a session has.
    pub fn find_run(&self, session: &SessionId, run: RunId) -> Option<Arc<Run>> {
        let sessions = lock(&self.sessions);
        let found = sessions.iter().find(|known| known.is(session))?;
        found.run(run).ok()
    }

    /// Ends everything: no new runs, all runs stopped, and pages told why. Returns once nothing is alive.
    pub async fn close(&self, why: ByeReason) {
        // Who was removed while the runner ends is told what came first.
        let _ = self.bye.set(why);
        self.closing.send_replace(true);
        let sessions = std::mem::take(&mut *lock(&self.sessions));
        let runs: Vec<_> = sessions
            .iter()
            .flat_map(|session| {
                lock(&session.state)
                    .runs
                    .values()
                    .cloned()
                    .collect::<Vec<_>>()
            })
            .collect();
        for run in &runs {
            // One that is over needs no stop.
            let _ = run.stop().await;
        }
        for run in &runs {
            run.ended().await;
        }
    }
}

impl Session {
    /// Whether it is the one of this id, which is as good as a key.
    fn is(&self, id: &SessionId) -> bool {
        secret::same(self.id.as_str(), id.as_str())
    }

    fn run(&self, id: RunId) -> Result<Arc<Run>, Trouble> {
        let found = lock(&self.state).runs.get(&id).cloned();
        found.ok_or(Trouble::NoSuchRun { run: id })
    }

    fn runs(&self) -> Vec<(RunId, Arc<Run>)> {
        let mut state = lock(&self.state);
        // Runs end by themselves, so the bound is kept whenever somebody looks.
        forget_oldest(&mut state.runs, self.kept_runs);
        state
            .runs
            .iter()
            .map(|(id, run)| (*id, run.clone()))
            .collect()
    }

    fn summaries(&self) -> Vec<RunSummary> {
        let runs = self.runs().into_iter();
        runs.map(|(run, of)| RunSummary {
            run,
            chain: (**of.chain()).clone(),
            events: *of.log().count().borrow(),
            ended: of.result().is_some(),
        })
        .collect()
    }

    fn forget(&self, id: RunId) -> Result<(), Trouble> {
        let run = self.run(id)?;
        if run.result().is_none() {
            return Err(Trouble::StillRunning { run: id });
        }
        lock(&self.state).runs.remove(&id);
        Ok(())
    }

    /// The oldest of its runs that are over and that nobody looks at: to forget one gives back what it held.
    fn oldest(&self) -> Option<RunId> {
        let state = lock(&self.state);
        let is_free = |run: &Arc<Run>| run.result().is_some() && Arc::strong_count(run) == 1;
        let mut over = state.runs.iter().filter(|(_, run)| is_free(run));
        over.next().map(|(id, _)| *id)
    }

    /// Forgets that one, and says whether there was one.
    fn forget_oldest(&self) -> bool {
        let Some(oldest) = self.oldest() else {
            return false;
        };
        let forgotten = lock(&self.state).runs.remove(&oldest);
        forgotten.is_some()
    }

    fn is_stale(&self) -> bool {
        let left = lock(&self.state).left;
        left.is_some_and(|left| left.elapsed() > SESSION_KEPT)
    }

    /// Makes the caller the one connection that speaks for the session.
    fn connect(&self) -> u64 {
        let mut state = lock(&self.state);
        state.left = None;
        let mut mine = 0;
        self.connections.send_modify(|count| {
            *count += 1;
            mine = *count;
        });
        mine
    }

    /// Whether no other connection has come since that of this number.
    fn is_spoken_for_by(&self, mine: u64) -> bool {
        *self.connections.borrow() == mine
    }

    /// The connection of this number has gone.
    fn disconnect(&self, mine: u64) {
        let mut state = lock(&self.state);
        if self.is_spoken_for_by(mine) {
            state.left = Some(Instant::now());
        }
    }
}

/// Drops the oldest runs that are over, so that at most so many of them are kept.
fn forget_oldest(runs: &mut BTreeMap<RunId, Arc<Run>>, most: usize) {
    let over = runs.iter().filter(|(_, run)| run.result().is_some());
    let over: Vec<RunId> = over.map(|(id, _)| *id).collect();
    for id in &over[..over.len().saturating_sub(most)] {
        runs.remove(id);
    }
}

/// A panic elsewhere leaves these maps whole, so a poisoned lock is still good.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
