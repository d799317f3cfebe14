//! A typed client that keeps a model of what it was told, and checks it on each receive.

mod receive;
mod running;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};
use futures_util::SinkExt;
use pipeyard_shared::flow::FlowId;
use pipeyard_shared::limits::Limits;
use pipeyard_shared::message::{
    ByeReason, ClientMessage, Notice, PROTOCOL_VERSION, Refusal, Seen, Trouble, Whose,
};
use pipeyard_shared::{Chain, RunId, SessionId};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, client_async};

use crate::runner::read_log;
use crate::{PATIENCE, RunModel, Scissors, TestRunner, http};

pub use running::Running;

/// A connection and what came over it.
pub struct Client {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    log: PathBuf,
    /// The session's name.
    pub session: SessionId,
    /// Whether the runner knew the session.
    pub resumed: bool,
    /// The runner's bounds.
    pub limits: Limits,
    /// Whose yard it is, where that is a question.
    pub yard: Option<Whose>,
    /// The session's runs.
    pub runs: BTreeMap<RunId, RunModel>,
    /// What the runner could not do, in order.
    pub troubles: Vec<Trouble>,
    /// What a person was told, in order.
    pub notices: Vec<Notice>,
    /// The nonces of pongs.
    pub pongs: Vec<u64>,
    /// Why the runner closed the connection, when it said so.
    pub bye: Option<ByeReason>,
    /// Whether the connection is closed.
    pub closed: bool,
    /// Whether something could not be said any more; there may be more to hear.
    pub broken: bool,
    /// Messages of all kinds that came.
    pub received: u64,
    answers: BTreeMap<u64, Result<RunId, Refusal>>,
    asked: BTreeMap<u64, Chain>,
    requests: u64,
    /// What it watches: to ask again would bring the bytes twice that are under way.
    watched: BTreeSet<(RunId, FlowId)>,
    /// The runs whose counters, and time, were told on this connection.
    metered: BTreeSet<RunId>,
}

/// What a client has of its session, to go on with over another connection.
#[derive(Clone, Debug)]
pub struct Left {
    session: SessionId,
    runs: BTreeMap<RunId, RunModel>,
}

impl Left {
    /// Forgets all events, as if they had not come, and keeps the runs.
    pub fn forget_events(&mut self) {
        for model in self.runs.values_mut() {
            *model = RunModel::new(model.chain.clone());
        }
    }

    /// Forgets what may be typed, which is told anew on each connection.
    pub fn forget_credits(&mut self) {
        for model in self.runs.values_mut() {
            model.credits.clear();
        }
    }

    /// Forgets the runs too; only the session's name is left.
    pub fn forget_runs(&mut self) {
        self.runs.clear();
    }
}

impl Client {
    /// Opens a connection and says hello.
    ///
    /// # Errors
    /// When the runner does not answer as it should.
    pub async fn connect(runner: &TestRunner) -> Result<Self> {
        let mut client = Self::open(runner).await?;
        client.hello(None).await?;
        ensure!(!client.resumed, "a new session cannot have been resumed");
        Ok(client)
    }

    /// Opens a connection and says nothing yet.
    ///
    /// # Errors
    /// When the runner does not open it.
    pub async fn open(runner: &TestRunner) -> Result<Self> {
        let key = format!("Bearer {}", runner.token());
        Self::open_as(runner, ("Authorization", &key)).await
    }

    /// The same as a learner, with the cookie that [`http::come_in`] gave.
    ///
    /// # Errors
    /// When the runner does not answer as it should.
    pub async fn connect_learner(runner: &TestRunner, cookie: &str) -> Result<Self> {
        let mut client = Self::open_as(runner, ("Cookie", cookie)).await?;
        client.hello(None).await?;
        ensure!(!client.resumed, "a new session cannot have been resumed");
        Ok(client)
    }

    /// Opens a connection as a learner, and says nothing yet.
    ///
    /// # Errors
    /// When the runner does not open it.
    pub async fn open_learner(runner: &TestRunner, cookie: &str) -> Result<Self> {
        Self::open_as(runner, ("Cookie", cookie)).await
    }

    /// Goes on, as a learner, with a session that may be somebody else's.
    ///
    /// # Errors
    /// When the runner does not answer as it should.
    pub async fn resume_learner(runner: &TestRunner, cookie: &str, left: Left) -> Result<Self> {
        let mut client = Self::open_as(runner, ("Cookie", cookie)).await?;
        client.runs = left.runs;
        client.hello(Some(left.session)).await?;
        Ok(client)
    }

    /// Opens a connection over a network that can be cut and says hello: to a new session, or to go on with one.
    ///
    /// # Errors
    /// When the runner does not answer as it should, or the network is cut.
    pub async fn connect_over(
        network: &Scissors,
        runner: &TestRunner,
        left: Option<Left>,
    ) -> Result<Self> {
        let key = format!("Bearer {}", runner.token());
        let who = ("Authorization", &*key);
        let mut client = Self::open_at(network.port(), runner, who).await?;
        let session = left.as_ref().map(|left| left.session.clone());
        client.runs = left.map(|left| left.runs).unwrap_or_default();
        client.hello(session).await?;
        Ok(client)
    }

    async fn open_as(runner: &TestRunner, who: (&'static str, &str)) -> Result<Self> {
        Self::open_at(runner.port(), runner, who).await
    }

    async fn open_at(port: u16, runner: &TestRunner, who: (&'static str, &str)) -> Result<Self> {
        let address = format!("ws://{}/socket", http::host(runner));
        let mut request = address.into_client_request()?;
        let headers = request.headers_mut();
        headers.insert("Origin", http::origin(runner).parse()?);
        headers.insert(who.0, who.1.parse()?);
        let opened = async {
            let stream = TcpStream::connect(("127.0.0.1", port)).await?;
            // As browsers do it: a small message does not wait for the last one to be acknowledged.
            stream.set_nodelay(true)?;
            client_async(request, MaybeTlsStream::Plain(stream)).await
        };
        let (socket, _) = timeout_at(deadline(), opened)
            .await
            .context("the socket does not open")?
            .with_context(|| format!("the socket is refused; the log:\n{}", runner.log()))?;
        Ok(Self {
            socket,
            log: runner.log_path(),
            session: SessionId::new(""),
            resumed: false,
            limits: Limits::default(),
            yard: None,
            runs: BTreeMap::new(),
            troubles: Vec::new(),
            notices: Vec::new(),
            pongs: Vec::new(),
            bye: None,
            closed: false,
            broken: false,
            received: 0,
            answers: BTreeMap::new(),
            asked: BTreeMap::new(),
            requests: 0,
            watched: BTreeSet::new(),
            metered: BTreeSet::new(),
        })
    }

    /// Goes on with a session over a new connection: tells what it has, and gets the rest.
    ///
    /// # Errors
    /// When the runner does not answer as it should.
    pub async fn resume(runner: &TestRunner, left: Left) -> Result<Self> {
        let mut client = Self::open(runner).await?;
        client.runs = left.runs;
        client.hello(Some(left.session)).await?;
        Ok(client)
    }

    /// Drops the connection without a word, as a cable that is pulled.
    pub fn leave(self) -> Left {
        Left {
            session: self.session,
            runs: self.runs,
        }
    }

    async fn hello(&mut self, session: Option<SessionId>) -> Result<()> {
        let seen = self.runs.iter().map(|(run, model)| Seen {
            run: *run,
            events: model.events.len() as u64,
        });
        let seen = seen.collect();
        self.say(&ClientMessage::Hello {
            protocol: PROTOCOL_VERSION,
            session,
            seen,
        })
        .await?;
        self.until("the welcome", |client| !client.session.as_str().is_empty())
            .await
    }

    /// Sends a message.
    ///
    /// # Errors
    /// When the connection is closed.
    pub async fn say(&mut self, message: &ClientMessage) -> Result<()> {
        if let ClientMessage::Unwatch { run, flow } = message {
            self.watched.remove(&(*run, *flow));
        }
        self.send(Message::text(serde_json::to_string(message)?))
            .await
    }

    /// Sends any text.
    ///
    /// # Errors
    /// When the connection is closed.
    pub async fn say_text(&mut self, text: &str) -> Result<()> {
        self.send(Message::text(text.to_owned())).await
    }

    /// Sends any bytes.
    ///
    /// # Errors
    /// When the connection is closed.
    pub async fn say_bytes(&mut self, bytes: Vec<u8>) -> Result<()> {
        self.send(Message::binary(bytes)).await
    }

    async fn send(&mut self, message: Message) -> Result<()> {
        let sent = timeout_at(deadline(), self.socket.send(message))
            .await
            .context("the runner does not read")?;
        self.broken |= sent.is_err();
        sent.with_context(|| {
            format!(
                "the connection is closed; the log:\n{}",
                read_log(&self.log)
            )
        })
    }

    /// Asks for a run; gives the number of the request.
    ///
    /// # Errors
    /// When the connection is closed.
    pub async fn ask(&mut self, chain: serde_json::Value) -> Result<u64> {
        self.ask_watched(chain, Vec::new()).await
    }

    async fn ask_watched(&mut self, chain: serde_json::Value, watch: Vec<FlowId>) -> Result<u64> {
        self.requests += 1;
        let request = self.requests;
        if let Ok(chain) = Chain::from_value(chain.clone()) {
            self.asked.insert(request, chain);
        }
        self.say(&ClientMessage::Start {
            request,
            chain,
            watch,
        })
        .await?;
        Ok(request)
    }

    /// Starts a run.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn start(&mut self, chain: &Chain) -> Result<RunId> {
        self.start_watched(chain, Vec::new()).await
    }

    /// Starts a run of which these flows are watched from their first byte on.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn start_watched(&mut self, chain: &Chain, watch: Vec<FlowId>) -> Result<RunId> {
        let request = self
            .ask_watched(serde_json::to_value(chain)?, watch.clone())
            .await?;
        match self.answer(request).await? {
            Ok(run) => {
                self.watched
                    .extend(watch.into_iter().map(|flow| (run, flow)));
                Ok(run)
            }
            Err(refusal) => bail!("refused: {refusal:#?}"),
        }
    }

    /// Starts a run, to go on with in few words.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn run(&mut self, chain: &Chain) -> Result<Running<'_>> {
        let run = self.start(chain).await?;
        Ok(Running::new(self, run))
    }

    /// Asks for a run that must be refused.
    ///
    /// # Errors
    /// When it starts.
    pub async fn refusal(&mut self, chain: serde_json::Value) -> Result<Refusal> {
        let request = self.ask(chain).await?;
        match self.answer(request).await? {
            Ok(run) => bail!("run {run} should have been refused"),
            Err(refusal) => Ok(refusal),
        }
    }

    async fn answer(&mut self, request: u64) -> Result<Result<RunId, Refusal>> {
        self.until("an answer", |client| client.answers.contains_key(&request))
            .await?;
        self.answers.remove(&request).context("just seen")
    }

    /// Drops a run that is over, here and there, with all that is kept of it.
    ///
    /// # Errors
    /// When the runner says that it cannot.
    pub async fn forget(&mut self, run: RunId) -> Result<()> {
        self.say(&ClientMessage::Forget { run }).await?;
        self.ping().await?;
        let refused = [Trouble::StillRunning { run }, Trouble::NoSuchRun { run }];
        let refused = self.troubles.iter().any(|told| refused.contains(told));
        ensure!(!refused, "{:?}", self.troubles);
        self.runs.remove(&run);
        Ok(())
    }

    /// A run that was started before.
    pub fn running(&mut self, run: RunId) -> Running<'_> {
        Running::new(self, run)
    }

    /// Sends a ping and waits for its pong: everything said before has been dealt with then.
    ///
    /// # Errors
    /// When no pong comes.
    pub async fn ping(&mut self) -> Result<()> {
        self.requests += 1;
        let nonce = self.requests;
        self.say(&ClientMessage::Ping { nonce }).await?;
        self.until("a pong", |client| client.pongs.contains(&nonce))
            .await
    }

    /// Sends a message that must be answered by a trouble.
    ///
    /// # Errors
    /// When none comes.
    pub async fn trouble(&mut self, message: &ClientMessage) -> Result<Trouble> {
        self.say(message).await?;
        self.next_trouble().await
    }

    /// The next trouble that was not taken yet.
    ///
    /// # Errors
    /// When none comes.
    pub async fn next_trouble(&mut self) -> Result<Trouble> {
        self.until("a trouble", |client| !client.troubles.is_empty())
            .await?;
        Ok(self.troubles.remove(0))
    }

    /// Receives until the connection is closed, and says why it was.
    ///
    /// # Errors
    /// When it stays open.
    pub async fn until_closed(&mut self) -> Result<Option<ByeReason>> {
        while !self.closed {
            self.receive(deadline()).await?;
        }
        Ok(self.bye)
    }

    /// Receives until something is so.
    ///
    /// # Errors
    /// When it does not become so, or what comes is wrong.
    pub async fn until(&mut self, what: &str, mut is_so: impl FnMut(&Self) -> bool) -> Result<()> {
        let deadline = deadline();
        while !is_so(self) {
            ensure!(
                !self.closed,
                "the connection was closed ({:?}) before {what}; the log:\n{}",
                self.bye,
                read_log(&self.log)
            );
            let received = self.receive(deadline).await;
            received.with_context(|| {
                let logs: Vec<_> = self
                    .runs
                    .iter()
                    .map(|(run, model)| (run, &model.events))
                    .collect();
                format!(
                    "while waiting for {what}; troubles {:?}; runs {logs:#?}; the log:\n{}",
                    self.troubles,
                    read_log(&self.log)
                )
            })?;
        }
        Ok(())
    }

    /// Asks for the bytes of a flow from where the model ends, if it is not watched.
    ///
    /// # Errors
    /// When the connection is closed.
    pub async fn watch(&mut self, run: RunId, flow: FlowId) -> Result<()> {
        if !self.watched.insert((run, flow)) {
            return Ok(());
        }
        let model = self.model(run)?;
        let from = model.previews.get(&flow).map_or(0, |preview| preview.end());
        self.say(&ClientMessage::Watch { run, flow, from }).await
    }
}

/// When patience ends.
pub fn deadline() -> Instant {
    Instant::now() + PATIENCE
}
