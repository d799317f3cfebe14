//! A network that is cut at every kind of message, on either side of it and in its middle: the page comes back, and the run
//! is what it would have been.
//!
//! What a page does here is what the real one does: it says again what it has not been answered, unless what it
//! is told on its return shows that it was heard.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, ensure};
use futures_util::{StreamExt, TryStreamExt};
use pipeyard_shared::chain::{Chain, Stage, Stdin};
use pipeyard_shared::ending::{Ending, Status};
use pipeyard_shared::event::{Event, Pace};
use pipeyard_shared::flow::FlowId;
use pipeyard_shared::message::{ClientMessage, Refusal, Trouble};
use pipeyard_shared::signal::Signal;
use pipeyard_shared::{LaneNumber, RunId};
use pipeyard_tests::client::Left;
use pipeyard_tests::lay::apart;
use pipeyard_tests::model::FlowTotal;
use pipeyard_tests::scissors::{Cut, Part, Side, Way};
use pipeyard_tests::{Client, RunModel, Scissors, TestRunner, lay, pattern, rules};

use crate::support::{gated, open_gate};

/// All that a page can say.
const SAID: [&str; 11] = [
    "hello",
    "start",
    "stop",
    "signal",
    "watch",
    "unwatch",
    "set_pace",
    "end_input",
    "forget",
    "ping",
    "typed",
];
/// All that a runner can say while it does not end: `notice` and `bye` are tried on their own.
const TOLD: [&str; 10] = [
    "welcome", "started", "refused", "events", "meters", "credit", "pong", "trouble", "data",
    "glimpse",
];
/// Each way of cutting, and what arrives of the message then.
const CUTS: [(Part, Way); 4] = [
    (Part::Nothing, Way::Silent),
    (Part::Half, Way::Reset),
    (Part::All, Way::Closed),
    (Part::All, Way::Silent),
];
/// Bytes that are typed: more than one frame, and few enough for the preview to keep them whole.
const TYPED: usize = 60_000;
/// The most that is typed at once.
const PIECE: usize = 16_000;
/// Pages at once.
const PAGES: usize = 8;

/// `typed | copy` on a tapped wire, a direct one in which a line stands, and one to be ended by a signal.
fn chain() -> Chain {
    apart([
        Stage::process("typed", "cat", []),
        Stage::process("copy", "cat", []),
        Stage::process(
            "writer",
            "sh",
            ["-c", "echo it stands here; exec sleep 600"],
        ),
        Stage::process("reader", "sleep", ["600"]),
        Stage::process("sleeper", "sleep", ["600"]),
    ])
    .setup("typed", |setup| setup.stdin = Stdin::Typed)
    .wire("typed.stdout", "copy.stdin")
    .wire("writer.stdout", "reader.stdin")
    .direct(2)
    .build()
}

/// What is the same in every such run, however often its page came back.
#[derive(Debug, PartialEq)]
struct Outcome {
    endings: BTreeMap<String, Ending>,
    totals: BTreeMap<&'static str, Option<FlowTotal>>,
    status: Option<Status>,
}

impl Outcome {
    fn of(log: &RunModel) -> Result<Self> {
        let names = log.chain.stages.iter().map(|stage| stage.id.to_string());
        let endings = names.map(|name| anyhow::Ok((name.clone(), log.ending(1, &name)?)));
        let total = |name| anyhow::Ok((name, log.flow_total(log.flow(1, name)?)));
        let flows = ["w1", "w2", "copy.stdout", "sleeper.stdout"];
        Ok(Self {
            endings: endings.collect::<Result<_>>()?,
            totals: flows.into_iter().map(total).collect::<Result<_>>()?,
            status: log.status(),
        })
    }
}

/// A page behind a network that may be cut.
struct Page<'a> {
    runner: &'a TestRunner,
    network: Scissors,
    /// Whether it is loaded anew when it comes back, and has nothing left but its session's name.
    reloads: bool,
    cuts: u64,
    client: Option<Client>,
    left: Option<Left>,
}

impl<'a> Page<'a> {
    async fn new(runner: &'a TestRunner, cut: Option<Cut>, reloads: bool) -> Result<Self> {
        Ok(Self {
            runner,
            network: Scissors::before(runner, cut).await?,
            reloads,
            cuts: 0,
            client: None,
            left: None,
        })
    }

    /// The connection, or another where it was cut.
    async fn client(&mut self) -> Result<Client> {
        if let Some(client) = self.client.take() {
            return Ok(client);
        }
        loop {
            let came = Client::connect_over(&self.network, self.runner, self.left.clone()).await;
            match came {
                Ok(client) => {
                    let is_known = self.left.is_none() || client.resumed;
                    ensure!(is_known, "the session is forgotten");
                    return Ok(client);
                }
                // A page that had heard the welcome would go on with that session; this one has nothing in it yet.
                Err(_) if self.network.cuts() > self.cuts => self.cuts += 1,
                Err(error) => return Err(error),
            }
        }
    }

    /// Does something, and does it again on another connection if it was cut meanwhile.
    async fn does<T>(
        &mut self,
        what: &str,
        mut act: impl AsyncFnMut(&mut Client) -> Result<T>,
    ) -> Result<T> {
        loop {
            let mut client = self.client().await?;
            let done = act(&mut client).await;
            let is_lost = (client.closed || client.broken) && self.network.cuts() > self.cuts;
            match done {
                Ok(done) => {
                    self.client = Some(client);
                    return Ok(done);
                }
                Err(_) if is_lost => {
                    self.cuts += 1;
                    let mut left = client.leave();
                    left.forget_credits();
                    if self.reloads {
                        left.forget_runs();
                    }
                    self.left = Some(left);
                }
                Err(error) => return Err(error.context(what.to_owned())),
            }
        }
    }
}

/// The one run that there is, and the flows that a page looks at.
struct Places {
    run: RunId,
    wire: FlowId,
    stands: FlowId,
    copy: FlowId,
}

impl Places {
    fn of(client: &Client) -> Result<Option<Self>> {
        ensure!(client.runs.len() < 2, "it was started twice");
        let Some((run, model)) = client.runs.iter().next() else {
            return Ok(None);
        };
        Ok(Some(Self {
            run: *run,
            wire: model.flow(1, "w1")?,
            stands: model.flow(1, "w2")?,
            copy: model.flow(1, "copy.stdout")?,
        }))
    }

    /// What a page does first with a run, after each return.
    async fn watched(client: &mut Client) -> Result<Self> {
        let places = Self::of(client)?.context("the run is forgotten")?;
        for flow in [places.wire, places.copy] {
            client.watch(places.run, flow).await?;
        }
        Ok(places)
    }
}

/// A visit in which everything is said that a page can say, and everything heard; it gives what became of the run.
async fn visit(
    runner: &TestRunner,
    cut: Option<Cut>,
    reloads: bool,
) -> Result<(Outcome, BTreeMap<(Side, String), u64>)> {
    let is_cut = cut.is_some();
    let mut page = Page::new(runner, cut, reloads).await?;
    page.does("ping", async |client| client.ping().await)
        .await?;
    let refusal = async |client: &mut Client| client.refusal(serde_json::json!({})).await;
    let refusal = page.does("a refusal", refusal).await?;
    ensure!(matches!(refusal, Refusal::Unreadable { .. }), "{refusal:?}");
    let none = RunId(u64::MAX);
    let stop_none = ClientMessage::Stop { run: none };
    let trouble = async |client: &mut Client| client.trouble(&stop_none).await;
    let trouble = page.does("a trouble", trouble).await?;
    ensure!(trouble == Trouble::NoSuchRun { run: none }, "{trouble:?}");

    let start = async |client: &mut Client| match Places::of(client)? {
        Some(known) => Ok(known.run),
        None => client.start(&chain()).await,
    };
    let run = page.does("start", start).await?;
    let glimpse = async |client: &mut Client| {
        let Places { stands, .. } = Places::watched(client).await?;
        client.watch(run, stands).await?;
        let is_seen = |model: &RunModel| model.glimpses.contains_key(&stands);
        client.running(run).until("a glimpse", is_seen).await
    };
    page.does("a glimpse", glimpse).await?;
    let unwatch = async |client: &mut Client| {
        let Places { stands, .. } = Places::watched(client).await?;
        let flow = stands;
        client.say(&ClientMessage::Unwatch { run, flow }).await?;
        client.ping().await
    };
    page.does("unwatch", unwatch).await?;

    set_pace(&mut page, run, Pace::Paused).await?;
    let typed = pattern::bytes(0, TYPED);
    type_all(&mut page, run, &typed).await?;
    set_pace(&mut page, run, Pace::Open).await?;
    let shown = async |client: &mut Client| {
        let Places { wire, copy, .. } = Places::watched(client).await?;
        let is_whole = |model: &RunModel, flow| {
            let preview = model.previews.get(&flow);
            preview.is_some_and(|preview| preview.end() == TYPED as u64)
        };
        let both = |model: &RunModel| is_whole(model, wire) && is_whole(model, copy);
        client.running(run).until("the bytes", both).await
    };
    page.does("the bytes", shown).await?;
    let end_input = async |client: &mut Client| {
        Places::watched(client).await?;
        let is_over = |model: &RunModel| model.ending(1, "copy").is_ok();
        client.ping().await?;
        if !is_over(&client.runs[&run]) {
            client.running(run).end_input(1, "typed").await?;
        }
        client.running(run).until("the end", is_over).await
    };
    page.does("the end of what is typed", end_input).await?;
    let signal = async |client: &mut Client| {
        Places::watched(client).await?;
        client
            .running(run)
            .signal(1, "sleeper", Signal::INT)
            .await?;
        let is_over = |model: &RunModel| model.ending(1, "sleeper").is_ok();
        client.running(run).until("a signal", is_over).await
    };
    page.does("a signal", signal).await?;
    let stop = async |client: &mut Client| {
        Places::watched(client).await?;
        client.running(run).stop().await?;
        let log = client.running(run).until_ended().await?;
        let wire = client.running(run).bytes(1, "w1").await?;
        let copy = client.running(run).bytes(1, "copy.stdout").await?;
        Ok((log, [wire, copy]))
    };
    let (log, bytes) = page.does("stop", stop).await?;
    ensure!(
        bytes.iter().all(|came| *came == typed),
        "other bytes than were typed"
    );

    // Whoever asks for all of it again, over a network that is whole, gets the very same.
    let mut left = page.client().await?.leave();
    left.forget_events();
    let mut again = Client::resume(runner, left).await?;
    let same = again.running(run).until_ended().await?;
    ensure!(
        same.events == log.events,
        "another log for who asks for all of it"
    );
    rules::check(&same)?;
    let stops = same.count(|event| matches!(event, Event::StopAsked));
    ensure!(stops == 1, "it was stopped {stops} times");
    page.left = Some(again.leave());

    let forget = async |client: &mut Client| {
        if client.runs.is_empty() {
            return Ok(());
        }
        client.say(&ClientMessage::Forget { run }).await?;
        client.ping().await
    };
    page.does("forget", forget).await?;
    let messages = page.network.messages();
    let mut left = page.client().await?.leave();
    left.forget_runs();
    let last = Client::resume(runner, left).await?;
    ensure!(last.runs.is_empty(), "it is not forgotten");
    ensure!(!is_cut || page.network.cuts() == 1, "nothing was cut");
    Ok((Outcome::of(&log)?, messages))
}

async fn set_pace(page: &mut Page<'_>, run: RunId, pace: Pace) -> Result<()> {
    let set = async |client: &mut Client| {
        let Places { wire, .. } = Places::watched(client).await?;
        // What happened while it was away comes before what it is answered.
        client.ping().await?;
        let flow = wire;
        let message = ClientMessage::SetPace { run, flow, pace };
        client.say(&message).await?;
        let is_set = |model: &RunModel| model.pace(wire) == pace;
        client.running(run).until("the pace", is_set).await
    };
    page.does("a pace", set).await
}

/// Types on from where the runner says that it has everything, until it says so of all.
async fn type_all(page: &mut Page<'_>, run: RunId, typed: &[u8]) -> Result<()> {
    let key = (LaneNumber(1), "typed".into());
    let all = async |client: &mut Client| {
        Places::watched(client).await?;
        let received = |model: &RunModel| model.credits.get(&key).map(|credit| credit.0);
        loop {
            let is_told = |model: &RunModel| received(model).is_some();
            client.running(run).until("credit", is_told).await?;
            let at = received(&client.runs[&run]).context("just seen")?;
            if at == typed.len() as u64 {
                return Ok(());
            }
            let from = usize::try_from(at)?;
            let piece = &typed[from..(from + PIECE).min(typed.len())];
            let end = client.running(run).type_in(1, "typed", at, piece).await?;
            let has_come = |model: &RunModel| received(model) == Some(end);
            client
                .running(run)
                .until("what was typed", has_come)
                .await?;
        }
    };
    page.does("typing", all).await
}

/// All these visits, some of them side by side; each with the outcome of one that was not cut.
async fn all(runner: &TestRunner, cuts: Vec<(Cut, bool)>) -> Result<()> {
    let (whole, _) = visit(runner, None, false).await?;
    let whole = &whole;
    let visits = cuts.into_iter().map(|(cut, reloads)| async move {
        let what = format!("{cut:?}, reloaded: {reloads}");
        let visited = visit(runner, Some(cut), reloads).await;
        let (outcome, _) = visited.with_context(|| what.clone())?;
        ensure!(outcome == *whole, "{what}: {outcome:?} and not {whole:?}");
        Ok(())
    });
    let done: Vec<()> = futures_util::stream::iter(visits)
        .buffer_unordered(PAGES)
        .try_collect()
        .await?;
    ensure!(!done.is_empty(), "nothing was tried");
    Ok(())
}

fn cut(side: Side, kind: &'static str, number: u64, part: Part, way: Way) -> Cut {
    Cut {
        side,
        kind: Some(kind),
        number,
        part,
        way,
    }
}

/// The visit has what it claims to have, or the tests below would try less than they say.
#[tokio::test]
async fn a_visit_has_every_kind_of_message() -> Result<()> {
    let runner = TestRunner::start()?;
    let (outcome, messages) = visit(&runner, None, false).await?;
    let kinds = |side| {
        let of = messages.keys().filter(|(of, _)| *of == side);
        of.map(|(_, kind)| kind.as_str()).collect::<BTreeSet<_>>()
    };
    assert_eq!(kinds(Side::Page), SAID.into());
    assert_eq!(kinds(Side::Runner), TOLD.into());
    let total = outcome.totals["copy.stdout"].context("an end")?;
    assert_eq!(total.bytes, Some(TYPED as u64));
    Ok(())
}

#[tokio::test]
async fn a_cut_at_anything_that_a_page_says_loses_nothing() -> Result<()> {
    let runner = TestRunner::start()?;
    let cuts = SAID
        .into_iter()
        .flat_map(|kind| CUTS.map(|(part, way)| (cut(Side::Page, kind, 1, part, way), false)));
    all(&runner, cuts.collect()).await
}

#[tokio::test]
async fn a_cut_at_anything_that_a_runner_says_loses_nothing() -> Result<()> {
    let runner = TestRunner::start()?;
    let cuts = TOLD
        .into_iter()
        .flat_map(|kind| CUTS.map(|(part, way)| (cut(Side::Runner, kind, 1, part, way), false)));
    all(&runner, cuts.collect()).await
}

/// At every message of a run's whole way, whatever it is.
#[tokio::test]
async fn a_cut_at_each_message_in_turn_loses_nothing() -> Result<()> {
    let runner = TestRunner::start()?;
    let (_, messages) = visit(&runner, None, false).await?;
    let count = |side| {
        let of = messages.iter().filter(move |((of, _), _)| *of == side);
        of.map(|(_, count)| count).sum::<u64>()
    };
    // How many there are is not the same each time: the last ones may not come.
    let sides = [Side::Page, Side::Runner].map(|side| (side, count(side) * 3 / 4));
    let cuts = sides.into_iter().flat_map(|(side, most)| {
        (1..=most).map(move |number| Cut {
            side,
            kind: None,
            number,
            part: Part::All,
            way: [Way::Silent, Way::Reset][number as usize % 2],
        })
    });
    all(&runner, cuts.map(|cut| (cut, false)).collect()).await
}

/// A page that is loaded anew in the middle of its run has nothing but its session's name, and gets all of it.
#[tokio::test]
async fn a_page_that_is_loaded_anew_at_any_message_gets_everything() -> Result<()> {
    let runner = TestRunner::start()?;
    let said = SAID.map(|kind| cut(Side::Page, kind, 1, Part::All, Way::Closed));
    let told = TOLD.map(|kind| cut(Side::Runner, kind, 1, Part::All, Way::Silent));
    let later = ["events", "data", "credit", "meters"]
        .map(|kind| cut(Side::Runner, kind, 3, Part::All, Way::Closed));
    let cuts = said.into_iter().chain(told).chain(later);
    all(&runner, cuts.map(|cut| (cut, true)).collect()).await
}

/// A page that misses that the runner is about to end hears so when it is back, and sees how its run ends.
#[tokio::test]
async fn a_cut_at_the_notice_of_an_end_or_at_the_last_word_loses_nothing() -> Result<()> {
    for (part, way) in CUTS {
        for kind in ["notice", "bye"] {
            last_words(cut(Side::Runner, kind, 1, part, way))
                .await
                .with_context(|| format!("{kind}, {part:?}, {way:?}"))?;
        }
    }
    Ok(())
}

async fn last_words(cut: Cut) -> Result<()> {
    let is_heard = cut.kind == Some("notice") || cut.part == Part::All;
    let runner = TestRunner::start_with(&["--drain-time", "1h"], &[])?;
    let mut page = Page::new(&runner, Some(cut), false).await?;
    let stages = [
        gated("wait", "go", ["echo"]),
        Stage::process("cat", "cat", []),
    ];
    let chain = lay(stages).build();
    let run = page.does("start", async |client| client.start(&chain).await);
    let run = run.await?;
    runner.send(rustix::process::Signal::TERM)?;
    let notice = async |client: &mut Client| {
        let is_told = |client: &Client| !client.notices.is_empty();
        client.until("the notice", is_told).await
    };
    page.does("the notice", notice).await?;
    // It is back before the run ends, and with it the runner.
    page.does("ping", async |client| client.ping().await)
        .await?;
    open_gate(&runner, "go")?;
    let end = async |client: &mut Client| client.running(run).until_ended().await;
    let log = page.does("the end", end).await?;
    ensure!(log.ending(1, "cat")? == Ending::Exited { code: 0 });
    let mut client = page.client().await?;
    let bye = client.until_closed().await?;
    ensure!(bye.is_some() == is_heard, "{bye:?}");
    ensure!(page.network.cuts() == 1, "nothing was cut");
    Ok(())
}
