//! One run of a chain of a lesson, and what it showed.

use std::sync::Arc;
use std::time::Duration;

use pipeyard_shared::chain::{Chain, OutputPort};
use pipeyard_shared::event::{Doing, Event};
use pipeyard_shared::flow::{FlowMap, FlowPoint};
use pipeyard_shared::id::LaneNumber;
use pipeyard_shared::lesson::{Answer, Ends, Measure, Outcome};
use pipeyard_shared::limits::Limits;
use pipeyard_shared::words::{self, Language};
use tokio::time::{Instant, timeout, timeout_at};

use super::ground::{Ground, Plot};
use crate::engine::{self, Flow, Host, Means, Outlets, Reach, Run};

/// How long a chain of a lesson may take.
const TIME: Duration = Duration::from_secs(60);
/// How long a chain with `ends=no` must at least go on.
const GOES_ON: Duration = Duration::from_secs(1);
/// What is said of one that does not.
const ENDED: &str = "it ended by itself, and `ends=no` says that it does not";
/// The most bytes of outputs that are compared.
pub(super) const OUTPUT_BYTES: u64 = 1 << 20;
/// Events that are read at a time.
const EVENTS_AT_ONCE: usize = 256;

/// What is run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attempt<'a> {
    pub(super) chain: &'a Chain,
    pub(super) typed: Option<&'a str>,
    pub(super) ends: Ends,
}

/// A run that is over, in its copy of the workspace.
pub(super) struct Trial {
    run: Arc<Run>,
    map: FlowMap,
    plot: Plot,
}

impl Trial {
    /// Runs it to its end, or until it shows what it is to show.
    ///
    /// # Errors
    /// A sentence: why it cannot be run, or what it did not do.
    pub(super) async fn of(
        attempt: Attempt<'_>,
        ground: &Ground,
        means: &Means,
    ) -> Result<Self, String> {
        let plot = ground
            .plot()
            .await
            .map_err(|error| format!("the workspace cannot be copied: {error}"))?;
        let host = Host::here(plot.path().to_owned(), Reach::Workspace);
        let plan =
            engine::plan(attempt.chain.clone(), &host, &Limits::default()).map_err(|problems| {
                let told = problems
                    .iter()
                    .map(|problem| words::problem(Language::En, problem));
                told.collect::<Vec<_>>().join("; ")
            })?;
        let map = FlowMap::of(&plan.chain);
        let run = engine::start(plan, Outlets::kept(), means.clone());
        // What stages wait for is only looked at while somebody watches.
        let _watching = run.watch();
        if let Some(typed) = attempt.typed {
            type_into(&run, typed).await?;
        }
        let until = Instant::now() + TIME;
        let came = match attempt.ends {
            Ends::Never { blocked } => timeout_at(until, shows(&run, blocked)).await,
            Ends::With(_) | Ends::Somehow => timeout_at(until, over(&run)).await,
        };
        // Whatever came of it, nothing is left running.
        let stopped = run.result().is_none();
        if stopped {
            let _ = run.stop().await;
        }
        run.ended().await;
        match came {
            Ok(Ok(())) => Ok(Self { run, map, plot }),
            Ok(Err(what)) => Err(what),
            Err(_) => Err(format!(
                "it went on for {} s and was stopped",
                TIME.as_secs()
            )),
        }
    }

    /// How it ended, as a shell counts.
    pub(super) fn status(&self) -> i32 {
        let result = self.run.result().unwrap_or_default();
        result.status.by(self.run.chain().status)
    }

    /// What it came to, with the content of these files.
    pub(super) fn outcome(&self, files: &[String]) -> Outcome {
        let (mut output, mut is_whole) = (Vec::new(), true);
        for flow in self.outputs(None).unwrap_or_default() {
            is_whole &= read_whole(flow, &mut output);
        }
        let files = files
            .iter()
            .map(|name| (name.clone(), self.plot.file(name)));
        Outcome {
            status: self.status(),
            output,
            is_whole,
            files: files.collect(),
        }
    }

    /// What a question asks about it, as text.
    ///
    /// # Errors
    /// A sentence.
    pub(super) fn measured(&self, measure: &Measure) -> Result<String, String> {
        let stage = measure.stage.as_deref();
        if measure.answer == Answer::Status {
            return match stage {
                None => Ok(self.status().to_string()),
                Some(stage) => self.status_of(stage),
            };
        }
        let flows = self.outputs(stage)?;
        let meters = flows.iter().map(|flow| flow.meter());
        match measure.answer {
            Answer::Bytes => Ok(meters.map(|meter| meter.bytes).sum::<u64>().to_string()),
            Answer::Lines => {
                let lines: Option<u64> = meters.map(|meter| meter.lines).sum();
                lines
                    .map(|lines| lines.to_string())
                    .ok_or_else(|| "nobody counts the lines of a direct wire".to_owned())
            }
            Answer::Text | Answer::Status => {
                let mut output = Vec::new();
                let is_whole = flows.iter().all(|flow| read_whole(flow, &mut output));
                if !is_whole {
                    return Err("more came out than was kept".to_owned());
                }
                let text = String::from_utf8_lossy(&output);
                Ok(text.strip_suffix('\n').unwrap_or(&text).to_owned())
            }
        }
    }

    /// The flows of a stage's standard output in all lanes; those of the chain's own outputs for none. Of a fan-out's
    /// wires, which carry the same, the first.
    fn outputs(&self, stage: Option<&str>) -> Result<Vec<&Arc<Flow>>, String> {
        let chain = self.run.chain();
        let place = stage.map(|name| place_of(chain, name)).transpose()?;
        let is_meant = |point: &&FlowPoint| match (point, place) {
            (FlowPoint::Port(end), None) => end.port == OutputPort::Stdout,
            (FlowPoint::Port(end), Some(place)) => {
                end.port == OutputPort::Stdout && end.stage == chain.stages[place].id
            }
            (FlowPoint::Wire(_), None) => false,
            (FlowPoint::Wire(id), Some(place)) => chain.wires.iter().any(|wire| {
                wire.id == *id
                    && wire.from.stage == chain.stages[place].id
                    && wire.from.port == OutputPort::Stdout
            }),
        };
        let meant: Vec<&FlowPoint> = self.map.points().iter().filter(is_meant).collect();
        let meant = if place.is_some() {
            meant.into_iter().take(1).collect()
        } else {
            meant
        };
        let lanes = (0..chain.lanes.count()).map(LaneNumber::from_index);
        let ids = lanes.flat_map(|lane| {
            meant
                .iter()
                .filter_map(move |point| self.map.id(lane, point))
        });
        Ok(ids.filter_map(|id| self.run.flow(id)).collect())
    }

    fn status_of(&self, stage: &str) -> Result<String, String> {
        let id = &self.run.chain().stages[place_of(self.run.chain(), stage)?].id;
        let events = self.run.log().read(0, usize::MAX);
        let ending = events.iter().rev().find_map(|event| match &event.event {
            Event::StageEnded { stage, ending, .. } if stage == id => Some(ending.shell_status()),
            _ => None,
        });
        ending
            .map(|status| status.to_string())
            .ok_or_else(|| format!("`{stage}` never ended"))
    }
}

/// Appends all that passed, if it was kept and is not too much.
fn read_whole(flow: &Arc<Flow>, output: &mut Vec<u8>) -> bool {
    let total = flow.meter().bytes;
    let mut at = 0;
    while at < total && output.len() as u64 <= OUTPUT_BYTES {
        match flow.read_kept(at, OUTPUT_BYTES as usize) {
            Ok(bytes) if !bytes.is_empty() => {
                at += bytes.len() as u64;
                output.extend_from_slice(&bytes);
            }
            _ => return false,
        }
    }
    at == total && output.len() as u64 <= OUTPUT_BYTES
}

/// The stage of a name: its label, its program, or its id.
fn place_of(chain: &Chain, name: &str) -> Result<usize, String> {
    let is_it = |stage: &pipeyard_shared::chain::Stage| {
        stage.id.to_string() == name || stage.name() == name
    };
    let mut found = (0..chain.stages.len()).filter(|&place| is_it(&chain.stages[place]));
    match (found.next(), found.next()) {
        (Some(place), None) => Ok(place),
        (None, _) => Err(format!("the chain has no stage `{name}`")),
        (Some(_), Some(_)) => Err(format!(
            "the chain has several stages `{name}`: name one by its id"
        )),
    }
}

async fn over(run: &Arc<Run>) -> Result<(), String> {
    run.ended().await;
    Ok(())
}

/// Waits until every stage has begun and, if that is wanted, one of them is found blocked or waiting.
async fn shows(run: &Arc<Run>, blocked: bool) -> Result<(), String> {
    let wanted = run.chain().stages.len();
    let (mut begun, mut is_blocked) = (0, !blocked);
    let mut count = run.log().count();
    let mut next = 0;
    loop {
        let events = run.log().read(next, EVENTS_AT_ONCE);
        next += events.len() as u64;
        for event in &events {
            match &event.event {
                Event::StageStarted { lane, .. } if lane.index() == 0 => begun += 1,
                Event::Deadlocked { .. }
                | Event::StageDoing {
                    doing: Doing::BlockedWriting { .. } | Doing::WaitingForInput { .. },
                    ..
                } => is_blocked = true,
                Event::RunEnded { .. } => {
                    return Err(ENDED.to_owned());
                }
                _ => {}
            }
        }
        if begun >= wanted && is_blocked {
            // That something never ends cannot be seen; that it goes on can.
            return match timeout(GOES_ON, run.ended()).await {
                Ok(_) => Err(ENDED.to_owned()),
                Err(_) => Ok(()),
            };
        }
        if events.is_empty() && count.wait_for(|count| *count > next).await.is_err() {
            return Err("it ended without a word".to_owned());
        }
    }
}

/// Types a text, and an end of file, into the stage that takes what is typed.
async fn type_into(run: &Arc<Run>, text: &str) -> Result<(), String> {
    let mut count = run.log().count();
    loop {
        let seen = *count.borrow_and_update();
        if let Some((_, _, input)) = run.typed_inputs().first() {
            input
                .offer(0, text.as_bytes())
                .map_err(|_| "what is typed was not taken".to_owned())?;
            input.end();
            return Ok(());
        }
        let ended = run.result().is_some();
        if ended || count.wait_for(|count| *count > seen).await.is_err() {
            return Err("nothing in it takes what is typed".to_owned());
        }
    }
}
