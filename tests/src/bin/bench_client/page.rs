//! A page as small as can be: no model, no checks, so that what is measured is the runner.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail};
use futures_util::{SinkExt, StreamExt};
use pipeyard_shared::SessionId;
use pipeyard_shared::chain::{Chain, OutputEnd, OutputPort, Stage};
use pipeyard_shared::event::Event;
use pipeyard_shared::flow::{FlowId, FlowMap, FlowPoint};
use pipeyard_shared::frame::Frame;
use pipeyard_shared::id::{LaneNumber, RunId};
use pipeyard_shared::message::{ClientMessage, PROTOCOL_VERSION, ServerMessage};
use pipeyard_tests::{PATIENCE, TestRunner, http};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

/// A connection, and the little that is known of its session.
pub(crate) struct Page {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    pub(crate) session: Option<SessionId>,
    requests: u64,
    started: BTreeMap<u64, RunId>,
    over: BTreeSet<RunId>,
    /// Bytes that came of the flows of the latest run.
    came: BTreeMap<FlowId, u64>,
}

/// The numbers of the flows that leave a stage's standard output, a lane each.
pub(crate) fn outputs(chain: &Chain, stage: &str) -> Result<Vec<u32>> {
    let flows = FlowMap::of(chain);
    let point = FlowPoint::Port(OutputEnd {
        stage: stage.into(),
        port: OutputPort::Stdout,
    });
    let lanes = (0..chain.lanes.count()).map(LaneNumber::from_index);
    let ids = lanes.map(|lane| flows.id(lane, &point).map(|id| id.0));
    ids.collect::<Option<_>>().context("no such output")
}

/// So many zeros from `head` to a `cat` that throws them away, over one tapped wire.
pub(crate) fn flood(count: u64) -> Chain {
    let size = count.to_string();
    let head = Stage::process("head", "head", ["-c", &size, "/dev/zero"]);
    let sink = Stage::shell("sink", "exec cat > /dev/null");
    Chain::of_stages("", vec![head, sink])
}

impl Page {
    /// Opens a connection and says hello, without waiting for the answer.
    pub(crate) async fn open(runner: &TestRunner) -> Result<Self> {
        let address = format!("ws://{}/socket", http::host(runner));
        let mut request = address.into_client_request()?;
        let headers = request.headers_mut();
        headers.insert("Origin", http::origin(runner).parse()?);
        let key = format!("Bearer {}", runner.token());
        headers.insert("Authorization", key.parse()?);
        // Browsers send at once, too (TCP_NODELAY).
        let (socket, _) = connect_async_with_config(request, None, true).await?;
        let mut page = Self {
            socket,
            session: None,
            requests: 0,
            started: BTreeMap::new(),
            over: BTreeSet::new(),
            came: BTreeMap::new(),
        };
        page.say(&ClientMessage::Hello {
            protocol: PROTOCOL_VERSION,
            session: None,
            seen: Vec::new(),
        })
        .await?;
        Ok(page)
    }

    /// Starts a run.
    pub(crate) async fn start(&mut self, chain: &Chain) -> Result<RunId> {
        self.start_watched(chain, &[]).await
    }

    /// Starts a run and asks for the bytes of flows with it.
    pub(crate) async fn start_watched(&mut self, chain: &Chain, flows: &[u32]) -> Result<RunId> {
        self.requests += 1;
        self.came.clear();
        let request = self.requests;
        let mut message = ClientMessage::start(request, chain);
        if let ClientMessage::Start { watch, .. } = &mut message {
            watch.extend(flows.iter().map(|flow| FlowId(*flow)));
        }
        self.say(&message).await?;
        loop {
            if let Some(run) = self.started.get(&request) {
                return Ok(*run);
            }
            self.receive().await?;
        }
    }

    /// Receives until so many bytes of each of these flows have come.
    pub(crate) async fn until_bytes(&mut self, flows: &[u32], most: u64) -> Result<()> {
        let has_come = |page: &Self| {
            let came = |flow: &u32| page.came.get(&FlowId(*flow)).copied().unwrap_or(0);
            flows.iter().all(|flow| came(flow) >= most)
        };
        while !has_come(self) {
            self.receive().await?;
        }
        Ok(())
    }

    /// Receives until the run is over.
    pub(crate) async fn until_over(&mut self, run: RunId) -> Result<()> {
        while !self.is_over(run) {
            self.receive().await?;
        }
        Ok(())
    }

    pub(crate) fn is_over(&self, run: RunId) -> bool {
        self.over.contains(&run)
    }

    /// Receives one message.
    pub(crate) async fn receive(&mut self) -> Result<()> {
        let message = timeout(PATIENCE, self.socket.next())
            .await
            .context("nothing comes any more")?
            .context("the runner has closed the connection")??;
        match message {
            Message::Text(text) => match serde_json::from_str(&text)? {
                ServerMessage::Welcome { session, .. } => self.session = Some(session),
                ServerMessage::Started { request, run } => {
                    self.started.insert(request, run);
                }
                ServerMessage::Events { run, events } => {
                    let ended = |event: &Event| matches!(event, Event::RunEnded { .. });
                    if events.iter().any(|entry| ended(&entry.event)) {
                        self.over.insert(run);
                    }
                }
                ServerMessage::Refused { refusal, .. } => bail!("refused: {refusal:?}"),
                ServerMessage::Trouble { trouble } => bail!("trouble: {trouble:?}"),
                ServerMessage::Bye { reason } => bail!("the runner leaves: {reason:?}"),
                _ => {}
            },
            Message::Binary(bytes) => {
                if let Frame::Data { flow, bytes, .. } = Frame::decode(&bytes)? {
                    *self.came.entry(flow).or_default() += bytes.len() as u64;
                }
            }
            _ => {}
        }
        Ok(())
    }

    async fn say(&mut self, message: &ClientMessage) -> Result<()> {
        let text = serde_json::to_string(message)?;
        Ok(self.socket.send(Message::text(text)).await?)
    }
}
