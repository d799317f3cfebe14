//! One run of a client, in few words.

use anyhow::{Context, Result, ensure};
use pipeyard_shared::RunId;
use pipeyard_shared::event::{Event, Meter, Pace};
use pipeyard_shared::frame::Frame;
use pipeyard_shared::id::LaneNumber;
use pipeyard_shared::message::ClientMessage;
use pipeyard_shared::signal::Signal;

use super::Client;
use crate::{RunModel, rules};

/// A run, and the client that it belongs to.
pub struct Running<'a> {
    client: &'a mut Client,
    run: RunId,
}

impl<'a> Running<'a> {
    pub(super) fn new(client: &'a mut Client, run: RunId) -> Self {
        Self { client, run }
    }

    /// The run's number.
    pub fn id(&self) -> RunId {
        self.run
    }

    /// The client that it belongs to.
    pub fn client(&mut self) -> &mut Client {
        self.client
    }

    /// What is known of it.
    pub fn model(&self) -> &RunModel {
        &self.client.runs[&self.run]
    }

    /// Receives until the run is over, and checks its log by the rules of every log.
    ///
    /// # Errors
    /// When it does not end, or breaks a rule.
    pub async fn until_ended(&mut self) -> Result<RunModel> {
        self.until("the run's end", RunModel::is_ended).await?;
        rules::check(self.model())?;
        Ok(self.model().clone())
    }

    /// Receives until something is so.
    ///
    /// # Errors
    /// When it does not become so.
    pub async fn until(
        &mut self,
        what: &str,
        mut is_so: impl FnMut(&RunModel) -> bool,
    ) -> Result<()> {
        let run = self.run;
        self.client
            .until(what, |client| is_so(&client.runs[&run]))
            .await
    }

    /// Waits for a stage's process and gives its id.
    ///
    /// # Errors
    /// When it is not started.
    pub async fn pid(&mut self, lane: u32, stage: &str) -> Result<u32> {
        self.until("a process", |model| model.pid(lane, stage).is_some())
            .await?;
        self.model().pid(lane, stage).context("just seen")
    }

    /// Watches a flow.
    ///
    /// # Errors
    /// When there is no such flow.
    pub async fn watch(&mut self, lane: u32, flow: &str) -> Result<()> {
        let flow = self.model().flow(lane, flow)?;
        self.client.watch(self.run, flow).await
    }

    /// Watches a flow until these bytes have come as its beginning.
    ///
    /// # Errors
    /// When they do not come.
    pub async fn until_shown(&mut self, lane: u32, flow: &str, bytes: &[u8]) -> Result<()> {
        let name = flow;
        let flow = self.model().flow(lane, name)?;
        self.watch(lane, name).await?;
        let what = format!("`{}`", bytes.escape_ascii());
        self.until(&what, |model| {
            model
                .previews
                .get(&flow)
                .is_some_and(|preview| preview.head().starts_with(bytes))
        })
        .await
    }

    /// All bytes of a flow of a run that is over, which must have been kept whole.
    ///
    /// # Errors
    /// When they were not, or do not come.
    pub async fn bytes(&mut self, lane: u32, flow: &str) -> Result<Vec<u8>> {
        let total = self.model().bytes(lane, flow)?;
        let id = self.model().flow(lane, flow)?;
        if total == 0 {
            return Ok(Vec::new());
        }
        self.watch(lane, flow).await?;
        self.until("the bytes", |model| {
            model
                .previews
                .get(&id)
                .is_some_and(|preview| preview.end() >= total)
        })
        .await?;
        let preview = &self.model().previews[&id];
        ensure!(
            preview.end() == total,
            "{} bytes where {total} were counted",
            preview.end()
        );
        ensure!(preview.gap() == 0, "{} bytes are missing", preview.gap());
        let slices = preview.slices();
        Ok(slices.into_iter().flat_map(|slice| slice.bytes).collect())
    }

    /// The same as text.
    ///
    /// # Errors
    /// When the bytes do not come, or are no text.
    pub async fn text(&mut self, lane: u32, flow: &str) -> Result<String> {
        Ok(String::from_utf8(self.bytes(lane, flow).await?)?)
    }

    /// Stops the run.
    ///
    /// # Errors
    /// When the connection is closed.
    pub async fn stop(&mut self) -> Result<()> {
        self.client
            .say(&ClientMessage::Stop { run: self.run })
            .await
    }

    /// Sends a signal to a stage.
    ///
    /// # Errors
    /// When the connection is closed.
    pub async fn signal(&mut self, lane: u32, stage: &str, signal: Signal) -> Result<()> {
        let message = ClientMessage::Signal {
            run: self.run,
            lane: LaneNumber(lane),
            stage: stage.into(),
            signal,
        };
        self.client.say(&message).await
    }

    /// Sets the pace of a flow and waits until the log tells it: what passes after it passes at that pace.
    ///
    /// # Errors
    /// When there is no such flow, or it is not told.
    pub async fn set_pace(&mut self, lane: u32, flow: &str, pace: Pace) -> Result<()> {
        let flow = self.model().flow(lane, flow)?;
        let is_meant = |model: &RunModel| {
            model.count(|event| matches!(event, Event::PaceSet { flow: at, .. } if *at == flow))
        };
        let before = is_meant(self.model());
        let run = self.run;
        self.client
            .say(&ClientMessage::SetPace { run, flow, pace })
            .await?;
        self.until("the pace", |model| is_meant(model) > before)
            .await?;
        ensure!(
            self.model().pace(flow) == pace,
            "another pace than {pace:?}"
        );
        Ok(())
    }

    /// The latest counters of a flow; none before anything was told of it.
    ///
    /// # Errors
    /// When there is no such flow.
    pub fn meter(&self, lane: u32, flow: &str) -> Result<Option<Meter>> {
        let flow = self.model().flow(lane, flow)?;
        Ok(self.model().meters.get(&flow).copied())
    }

    /// Types into a stage, waiting for credit as a page would; gives the position after it.
    ///
    /// # Errors
    /// When the runner gives no credit.
    pub async fn type_in(
        &mut self,
        lane: u32,
        stage: &str,
        from: u64,
        bytes: &[u8],
    ) -> Result<u64> {
        let index = self
            .model()
            .chain
            .stage_index(&stage.into())
            .context("a stage")?;
        let key = (LaneNumber(lane), stage.into());
        let end = from + bytes.len() as u64;
        let mut at = from;
        while at < end {
            self.until("credit", |model| {
                model
                    .credits
                    .get(&key)
                    .is_some_and(|(_, until)| *until > at)
            })
            .await?;
            let (_, until) = self.model().credits[&key];
            let stop = until.min(end);
            let piece = &bytes[(at - from) as usize..(stop - from) as usize];
            let frame = Frame::Typed {
                run: self.run,
                lane: LaneNumber(lane),
                stage: u16::try_from(index)?,
                position: at,
                bytes: piece,
            };
            self.client.say_bytes(frame.encode()).await?;
            at = stop;
        }
        Ok(end)
    }

    /// Ends the typed input of a stage.
    ///
    /// # Errors
    /// When the connection is closed.
    pub async fn end_input(&mut self, lane: u32, stage: &str) -> Result<()> {
        let message = ClientMessage::EndInput {
            run: self.run,
            lane: LaneNumber(lane),
            stage: stage.into(),
        };
        self.client.say(&message).await
    }
}
