//! What a client makes of each message: it goes into the model, or is an error.

use anyhow::{Context, Result, bail, ensure};
use futures_util::StreamExt;
use pipeyard_shared::RunId;
use pipeyard_shared::event::RunEvent;
use pipeyard_shared::frame::Frame;
use pipeyard_shared::message::{PROTOCOL_VERSION, ServerMessage};
use tokio::time::{Instant, timeout_at};
use tokio_tungstenite::tungstenite::{self, Message};

use super::Client;
use crate::RunModel;

impl Client {
    /// Receives one message into the model.
    ///
    /// # Errors
    /// When nothing comes in time, or what comes is wrong.
    pub async fn receive(&mut self, deadline: Instant) -> Result<()> {
        let message = timeout_at(deadline, self.socket.next())
            .await
            .context("nothing comes any more")?;
        self.received += 1;
        match message {
            Some(Ok(Message::Text(text))) => {
                ensure!(self.bye.is_none(), "after bye: {text}");
                let message = serde_json::from_str(text.as_str())
                    .with_context(|| format!("no message: {text}"))?;
                self.take(message)
            }
            Some(Ok(Message::Binary(bytes))) => {
                ensure!(self.bye.is_none(), "a frame after bye");
                self.take_frame(&bytes)
            }
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => Ok(()),
            Some(Ok(Message::Close(_)))
            | None
            | Some(Err(
                tungstenite::Error::ConnectionClosed
                | tungstenite::Error::Protocol(_)
                | tungstenite::Error::Io(_),
            )) => {
                self.closed = true;
                Ok(())
            }
            Some(Err(error)) => Err(error.into()),
        }
    }

    fn take(&mut self, message: ServerMessage) -> Result<()> {
        match message {
            ServerMessage::Welcome {
                protocol,
                runner,
                session,
                resumed,
                limits,
                yard,
                runs,
            } => {
                ensure!(protocol == PROTOCOL_VERSION, "protocol {protocol}");
                ensure!(!runner.is_empty(), "no version");
                ensure!(self.session.as_str().is_empty(), "a second welcome");
                ensure!(
                    session.as_str().len() >= 16,
                    "a session's name must be hard to guess"
                );
                self.session = session;
                self.resumed = resumed;
                self.limits = limits;
                self.yard = yard;
                if !resumed {
                    self.runs.clear();
                }
                let known: Vec<RunId> = runs.iter().map(|run| run.run).collect();
                self.runs.retain(|run, _| known.contains(run));
                for run in runs {
                    let model = self
                        .runs
                        .entry(run.run)
                        .or_insert_with(|| RunModel::new(run.chain.clone()));
                    ensure!(
                        model.chain == run.chain,
                        "run {} has become another",
                        run.run
                    );
                    let has = model.events.len() as u64;
                    ensure!(has <= run.events, "the log of run {} has shrunk", run.run);
                }
                Ok(())
            }
            ServerMessage::Started { request, run } => {
                let chain = self
                    .asked
                    .remove(&request)
                    .context("an answer to no request")?;
                ensure!(!self.runs.contains_key(&run), "run {run} is started twice");
                self.runs.insert(run, RunModel::new(chain.reduced()));
                self.answers.insert(request, Ok(run));
                Ok(())
            }
            ServerMessage::Refused { request, refusal } => {
                self.asked.remove(&request);
                self.answers.insert(request, Err(refusal));
                Ok(())
            }
            ServerMessage::Events { run, events } => {
                ensure!(!events.is_empty(), "a message of no events");
                let model = self.model(run)?;
                events
                    .into_iter()
                    .try_for_each(|event: RunEvent| model.take_event(event))
            }
            ServerMessage::Meters { run, at_us, meters } => {
                // The first of a run tells its time.
                let first = self.metered.insert(run);
                ensure!(first || !meters.is_empty(), "a message of no counters");
                self.model(run)?.take_meters(at_us, meters)
            }
            ServerMessage::Credit {
                run,
                lane,
                stage,
                received,
                until,
            } => {
                ensure!(
                    received <= until,
                    "{received} bytes came and {until} may be sent"
                );
                let model = self.model(run)?;
                let before = model.credits.insert((lane, stage), (received, until));
                let grows = before.is_none_or(|before| before.0 <= received && before.1 <= until);
                ensure!(grows, "credit {before:?} became {received} of {until}");
                Ok(())
            }
            ServerMessage::Pong { nonce } => {
                self.pongs.push(nonce);
                Ok(())
            }
            ServerMessage::Trouble { trouble } => {
                self.troubles.push(trouble);
                Ok(())
            }
            ServerMessage::Notice { notice } => {
                self.notices.push(notice);
                Ok(())
            }
            ServerMessage::Bye { reason } => {
                self.bye = Some(reason);
                Ok(())
            }
        }
    }

    fn take_frame(&mut self, bytes: &[u8]) -> Result<()> {
        match Frame::decode(bytes)? {
            Frame::Data {
                run,
                flow,
                position,
                gap,
                bytes,
            } => {
                let limits = self.limits.clone();
                self.model(run)?
                    .take_data(flow, position, gap, bytes, &limits)
            }
            Frame::Glimpse { run, flow, bytes } => self.model(run)?.take_glimpse(flow, bytes),
            Frame::Typed { .. } => bail!("a runner does not type"),
        }
    }

    pub(super) fn model(&mut self, run: RunId) -> Result<&mut RunModel> {
        self.runs
            .get_mut(&run)
            .with_context(|| format!("run {run} is not known"))
    }
}
