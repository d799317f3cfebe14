//! A page's connection: reads what it says, sends what it is owed. It knows messages and frames, and
//! leaves to its caller what carries them.
//!
//! ```text
//! listen ── a message ──▶ session (start, stop, signal, type)
//!    │ Word (bounded)
//!    ▼
//!  speak ── events, bytes, counters, answers ──▶ the page
//! ```
//! The two halves run side by side: a page that reads slowly can still say stop. What waits between them
//! is bounded, so a page that floods us waits itself.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use pipeyard_shared::flow::FlowId;
use pipeyard_shared::frame::Frame;
use pipeyard_shared::id::{LaneNumber, RunId};
use pipeyard_shared::limits::LimitName;
use pipeyard_shared::message::{
    ByeReason, ClientMessage, Notice, PROTOCOL_VERSION, ServerMessage, Trouble,
};
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::carrier::{Broken, Inbound, Inbox, Outbound};
use super::greeting::greet;
use super::large::{Said, Start};
use super::rate::Keeper;
use super::viewer::{Followed, Hold};
use super::{Session, Sessions};
use crate::engine::{PaceError, Run, TypedError};

/// How long the last words may take when the runner ends.
const LAST_WORDS_TIME: Duration = Duration::from_secs(1);
/// How much of a message that cannot be read is sent back.
const QUOTED_CHARACTERS: usize = 300;
/// How many words of one half may wait for the other.
const WORDS_WAITING: usize = 32;

/// Speaks with a page until it leaves, another connection takes its session over, or the runner ends.
pub async fn converse(sessions: Arc<Sessions>, mut inbox: impl Inbox, mut out: impl Outbound) {
    let Some((session, resumed, seen)) = greet(&sessions, &mut inbox, &mut out).await else {
        return;
    };
    let mine = session.connect();
    let mut speaker = Speaker::new(&sessions, &session);
    let welcome = ServerMessage::Welcome {
        protocol: PROTOCOL_VERSION,
        runner: env!("CARGO_PKG_VERSION").to_owned(),
        session: session.id.clone(),
        resumed,
        limits: sessions.limits().clone(),
        yard: sessions.whose(),
        runs: session.summaries(),
    };
    if out.message(&welcome).await.is_ok() {
        for (id, run) in session.runs() {
            let next = seen.iter().find(|seen| seen.run == id);
            let most = *run.log().count().borrow();
            speaker.follow(id, run, next.map_or(0, |seen| seen.events.min(most)));
        }
        // Where nothing moves there are no news, and still a page must hear how far its typing has come.
        speaker.due = Some(Instant::now());
        let (words, heard) = mpsc::channel(WORDS_WAITING);
        let end = tokio::select! {
            // Once the page has come by another connection, nothing is done that was still on its way by this one.
            biased;
            end = taken_over(&session, mine) => end,
            end = tell_draining(&sessions, words.clone()) => end,
            end = listen(&sessions, &session, mine, &mut inbox, words) => end,
            end = speaker.speak(&mut out, heard) => end,
            end = closing(&sessions) => end,
        };
        if let Some(last_words) = end {
            // The page may be gone already.
            let _ = last_words.tell(&sessions, &mut out).await;
        }
    }
    session.disconnect(mine);
}

/// Counts what was refused because of a limit.
pub(super) fn note(sessions: &Sessions, trouble: &Trouble) {
    if let Trouble::AtLimit { limit, .. } = trouble {
        sessions.operation().figures().refused(limit.word());
    }
}

/// Says one thing at once.
pub(super) async fn tell(out: &mut impl Outbound, message: &ServerMessage) -> Result<(), Broken> {
    out.message(message).await?;
    out.flush().await
}

/// What the listening half tells the speaking one.
#[derive(Debug)]
pub(super) enum Word {
    Answer(ServerMessage),
    Follow(RunId, Arc<Run>),
    Watch(RunId, FlowId, u64),
    Unwatch(RunId, FlowId),
    Forget(RunId),
}

/// Why the connection should be closed, if a word should be said about it.
type End = Option<LastWords>;

/// What a page is told before its connection is closed.
#[derive(Debug)]
pub(super) struct LastWords {
    trouble: Option<Trouble>,
    reason: ByeReason,
}

impl From<ByeReason> for LastWords {
    fn from(reason: ByeReason) -> Self {
        let trouble = None;
        Self { trouble, reason }
    }
}

impl LastWords {
    /// After a message that is larger than may be: its end cannot be known without reading it.
    pub(super) fn too_large(sessions: &Sessions) -> Self {
        let trouble = Trouble::AtLimit {
            limit: LimitName::MessageBytes,
            most: sessions.limits().message_bytes.into(),
        };
        Self {
            trouble: Some(trouble),
            reason: ByeReason::Protocol,
        }
    }

    /// Says them.
    ///
    /// # Errors
    /// [`Broken`].
    pub(super) async fn tell(
        self,
        sessions: &Sessions,
        out: &mut impl Outbound,
    ) -> Result<(), Broken> {
        let Self { trouble, reason } = self;
        if let Some(trouble) = trouble {
            note(sessions, &trouble);
            out.message(&ServerMessage::Trouble { trouble }).await?;
        }
        tell(out, &ServerMessage::Bye { reason }).await
    }
}

async fn listen(
    sessions: &Sessions,
    session: &Session,
    mine: u64,
    inbox: &mut impl Inbox,
    words: mpsc::Sender<Word>,
) -> End {
    let mut rate = Keeper::new(sessions.rates(), sessions.limits());
    while let Some(inbound) = inbox.next().await {
        if rate.keep(&words).await {
            let figures = sessions.operation().figures();
            figures.refused(LimitName::MessageRate.word());
        }
        let done = match inbound {
            Inbound::Text(text) => match sessions.large_messages.read(text).await {
                Ok(Said::Start(start)) => obey_start(sessions, session, mine, start, &words).await,
                Ok(Said::Other(message)) => obey(session, message, &words).await,
                Err(error) => Err(bad_message(&error)),
            },
            Inbound::Binary(bytes) => take_frame(session, &bytes),
            Inbound::Control => Ok(()),
            Inbound::Slowed => {
                if rate.slowed(&words).await {
                    let figures = sessions.operation().figures();
                    figures.refused(LimitName::MessageBytesRate.word());
                }
                Ok(())
            }
            Inbound::TooLarge => return Some(LastWords::too_large(sessions)),
            Inbound::Unreadable => return Some(ByeReason::Protocol.into()),
        };
        if let Err(trouble) = done {
            note(sessions, &trouble);
            let answer = Word::Answer(ServerMessage::Trouble { trouble });
            if words.send(answer).await.is_err() {
                return None;
            }
        }
    }
    None
}

/// Starts a run. What that is to be answered goes to the speaking half.
async fn obey_start(
    sessions: &Sessions,
    session: &Session,
    mine: u64,
    start: Start,
    words: &mpsc::Sender<Word>,
) -> Result<(), Trouble> {
    // A speaking half that is gone ends the connection by itself.
    let say = async |word| drop(words.send(word).await);
    let Start {
        request,
        chain,
        watch,
    } = start;
    match sessions.start(session, mine, chain).await {
        Ok(None) => {}
        Ok(Some(run)) => {
            say(Word::Answer(ServerMessage::Started { request, run })).await;
            say(Word::Follow(run, session.run(run)?)).await;
            for flow in watch {
                say(Word::Watch(run, flow, 0)).await;
            }
        }
        Err(refusal) => {
            let refused = ServerMessage::Refused { request, refusal };
            say(Word::Answer(refused)).await;
        }
    }
    Ok(())
}

/// Does what any other message says.
async fn obey(
    session: &Session,
    message: ClientMessage,
    words: &mpsc::Sender<Word>,
) -> Result<(), Trouble> {
    let say = async |word| drop(words.send(word).await);
    match message {
        ClientMessage::Hello { .. } => return Err(Trouble::HelloExpected),
        // It is read as `Said::Start`.
        ClientMessage::Start { .. } => {}
        ClientMessage::Stop { run } => {
            let stopped = session.run(run)?.stop().await;
            return stopped.map_err(|_| Trouble::NotRunning { run });
        }
        ClientMessage::Signal {
            run,
            lane,
            stage,
            signal,
        } => {
            let found = session.run(run)?;
            let place = place(&found, run, lane, &stage)?;
            if !signal.can_be_sent() {
                return Err(Trouble::BadSignal { signal });
            }
            let sent = found.signal(lane, place, signal).await;
            return sent.map_err(|_| Trouble::NotRunning { run });
        }
        ClientMessage::Watch { run, flow, from } => {
            session.run(run)?;
            say(Word::Watch(run, flow, from)).await;
        }
        ClientMessage::Unwatch { run, flow } => say(Word::Unwatch(run, flow)).await,
        ClientMessage::SetPace { run, flow, pace } => {
            let found = session.run(run)?;
            return found.set_pace(flow, pace).map_err(|error| match error {
                PaceError::Ended => Trouble::NotRunning { run },
                PaceError::NoSuchPlace => Trouble::NoSuchPlace { run },
                PaceError::NotTapped => Trouble::NotTapped { run },
            });
        }
        ClientMessage::EndInput { run, lane, stage } => {
            let found = session.run(run)?;
            let place = place(&found, run, lane, &stage)?;
            match found.typed(lane, place) {
                Some(input) => input.end(),
                None => return Err(not_typed(&found, run, place)),
            }
        }
        ClientMessage::Forget { run } => {
            session.forget(run)?;
            say(Word::Forget(run)).await;
        }
        ClientMessage::Ping { nonce } => say(Word::Answer(ServerMessage::Pong { nonce })).await,
    }
    Ok(())
}

/// The parser quotes what it read, which can be as long as the message was.
pub(super) fn bad_message(error: &serde_json::Error) -> Trouble {
    let error = error.to_string().chars().take(QUOTED_CHARACTERS).collect();
    Trouble::BadMessage { error }
}

fn take_frame(session: &Session, bytes: &[u8]) -> Result<(), Trouble> {
    let frame = Frame::decode(bytes).map_err(|error| Trouble::BadFrame {
        error: error.to_string(),
    })?;
    let Frame::Typed {
        run,
        lane,
        stage,
        position,
        bytes,
    } = frame
    else {
        return Err(Trouble::BadFrame {
            error: "data travels from the runner to the page only".to_owned(),
        });
    };
    let found = session.run(run)?;
    let stage = usize::from(stage);
    if lane.0 == 0 || lane.index() >= found.chain().lanes.count() {
        return Err(Trouble::NoSuchPlace { run });
    }
    let input = found
        .typed(lane, stage)
        .ok_or_else(|| not_typed(&found, run, stage))?;
    input.offer(position, bytes).map_err(|error| match error {
        TypedError::OutOfTurn { expected } => Trouble::TypedOutOfTurn { run, expected },
        TypedError::Closed => Trouble::NotRunning { run },
    })
}

fn place(
    found: &Run,
    run: RunId,
    lane: LaneNumber,
    stage: &pipeyard_shared::StageId,
) -> Result<usize, Trouble> {
    let lanes = found.chain().lanes.count();
    let known = lane.0 >= 1 && lane.index() < lanes;
    let place = found.chain().stage_index(stage).filter(|_| known);
    place.ok_or(Trouble::NoSuchPlace { run })
}

fn not_typed(found: &Run, run: RunId, stage: usize) -> Trouble {
    let stage = found.chain().stages.get(stage);
    let Some(stage) = stage else {
        return Trouble::NoSuchPlace { run };
    };
    let typed = pipeyard_shared::chain::Stdin::Typed;
    if stage.setup().is_some_and(|setup| setup.stdin == typed) {
        Trouble::NotRunning { run }
    } else {
        Trouble::NotTyped { run }
    }
}

async fn taken_over(session: &Session, mine: u64) -> End {
    let mut connections = session.connections.subscribe();
    // The sender lives as long as the session, which the caller holds.
    let _ = connections.wait_for(|latest| *latest != mine).await;
    Some(ByeReason::Replaced.into())
}

/// Says once that the runner starts nothing new, and goes on for as long as the connection.
async fn tell_draining(sessions: &Sessions, words: mpsc::Sender<Word>) -> End {
    let left = sessions.operation().drained().await;
    let left_ms = u64::try_from(left.as_millis()).unwrap_or(u64::MAX);
    let notice = Notice::Draining { left_ms };
    // A speaking half that is gone ends the connection by itself.
    drop(
        words
            .send(Word::Answer(ServerMessage::Notice { notice }))
            .await,
    );
    std::future::pending().await
}

/// The speaking half ends by itself when the runner does, unless its page does not read.
async fn closing(sessions: &Sessions) -> End {
    until_closing(sessions).await;
    tokio::time::sleep(LAST_WORDS_TIME).await;
    Some(sessions.bye().into())
}

async fn until_closing(sessions: &Sessions) {
    let mut closing = sessions.closing();
    // The sender lives as long as the sessions.
    let _ = closing.wait_for(|closing| *closing).await;
}

struct Speaker<'a> {
    sessions: &'a Sessions,
    session: &'a Session,
    followed: BTreeMap<RunId, Followed>,
    /// One a run that is not over: completes with its id when there is news of it.
    news: FuturesUnordered<BoxFuture<'static, RunId>>,
    /// When there is more to send, news or not.
    due: Option<Instant>,
}

impl<'a> Speaker<'a> {
    fn new(sessions: &'a Sessions, session: &'a Session) -> Self {
        Self {
            sessions,
            session,
            followed: BTreeMap::new(),
            news: FuturesUnordered::new(),
            due: None,
        }
    }

    fn follow(&mut self, id: RunId, run: Arc<Run>, next_event: u64) {
        // What the session has let go of is let go of here too.
        let session = self.session;
        self.followed
            .retain(|known, followed| !followed.is_over() || session.run(*known).is_ok());
        let followed = Followed::new(id, run, next_event);
        self.await_news(id, &followed);
        self.followed.insert(id, followed);
    }

    async fn speak(&mut self, out: &mut impl Outbound, mut heard: mpsc::Receiver<Word>) -> End {
        let sessions = self.sessions;
        let mut closing = std::pin::pin!(until_closing(sessions));
        loop {
            // What one message of the page is answered goes out together.
            if heard.is_empty() {
                out.flush().await.ok()?;
            }
            tokio::select! {
                () = &mut closing => {
                    // How a run ended is told before the connection does.
                    self.send_all(out).await.ok()?;
                    return Some(sessions.bye().into());
                }
                word = heard.recv() => self.hear(word?, out).await.ok()?,
                Some(run) = self.news.next() => {
                    if !self.holds_back(run) {
                        self.send(run, out, true).await.ok()?;
                    }
                }
                () = sleep_until(self.due) => {
                    self.due = None;
                    self.send_all(out).await.ok()?;
                }
            }
        }
    }

    /// Whether the news of a run wait for more that go with them.
    fn holds_back(&mut self, run: RunId) -> bool {
        let Some(followed) = self.followed.get_mut(&run) else {
            return false;
        };
        let Some(Hold { until, or_bytes }) = followed.hold_back() else {
            return false;
        };
        let Some(of) = followed.run() else {
            return false;
        };
        self.news.push(Box::pin(async move {
            tokio::select! {
                () = tokio::time::sleep_until(until) => {}
                _ = of.ended() => {}
                () = of.activity().stirred(), if or_bytes => {}
            }
            run
        }));
        true
    }

    async fn send_all(&mut self, out: &mut impl Outbound) -> Result<(), Broken> {
        let runs: Vec<_> = self.followed.keys().copied().collect();
        for run in runs {
            self.send(run, out, false).await?;
        }
        Ok(())
    }

    async fn send(
        &mut self,
        run: RunId,
        out: &mut impl Outbound,
        listen_again: bool,
    ) -> Result<(), Broken> {
        let Some(followed) = self.followed.get_mut(&run) else {
            return Ok(());
        };
        if let Some(later) = followed.send(out).await? {
            self.due = Some(self.due.map_or(later, |due| due.min(later)));
        }
        if listen_again && let Some(followed) = self.followed.get(&run) {
            self.await_news(run, followed);
        }
        Ok(())
    }

    /// Does what the listening half says.
    async fn hear(&mut self, word: Word, out: &mut impl Outbound) -> Result<(), Broken> {
        let trouble = match word {
            Word::Answer(message) => return out.message(&message).await,
            Word::Follow(id, run) => {
                self.follow(id, run, 0);
                return Ok(());
            }
            Word::Watch(run, flow, from) => match self.followed.get_mut(&run) {
                Some(followed) => match followed.watch(flow, from, self.sessions.limits()) {
                    Ok(()) => {
                        if followed.send_watched(out).await? {
                            self.due = Some(Instant::now());
                        }
                        return Ok(());
                    }
                    Err(trouble) => trouble,
                },
                None => Trouble::NoSuchRun { run },
            },
            Word::Unwatch(run, flow) => {
                if let Some(followed) = self.followed.get_mut(&run) {
                    followed.unwatch(flow);
                }
                return Ok(());
            }
            Word::Forget(run) => {
                self.followed.remove(&run);
                return Ok(());
            }
        };
        out.message(&ServerMessage::Trouble { trouble }).await
    }

    fn await_news(&self, id: RunId, followed: &Followed) {
        if followed.is_over() {
            return;
        }
        let Some(run) = followed.run() else { return };
        let next = followed.next_event();
        self.news.push(Box::pin(async move {
            let mut count = run.log().count();
            tokio::select! {
                _ = count.wait_for(|count| *count > next) => {}
                () = run.activity().stirred() => {}
            }
            id
        }));
    }
}

async fn sleep_until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}
