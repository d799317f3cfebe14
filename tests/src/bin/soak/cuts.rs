//! Connections that are cut at any instant lose nothing: neither events nor bytes nor what was typed.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use pipeyard_shared::RunId;
use pipeyard_shared::chain::{Chain, Stage, Stdin};
use pipeyard_shared::event::Pace;
use pipeyard_shared::flow::FlowId;
use pipeyard_shared::id::LaneNumber;
use pipeyard_shared::message::ClientMessage;
use pipeyard_tests::lay::apart;
use pipeyard_tests::{Client, TestRunner};
use tokio::time::error::Elapsed;

use crate::chance::Chance;
use crate::finding::{Finding, milliseconds, percentile};

/// `seq` prints so many numbers: as many bytes as a flow's preview keeps whole.
const NUMBERS: u64 = 20_000;
/// How fast they pass, so that there is time to leave and come back.
const BYTES_A_SECOND: u64 = 150_000;
/// Bytes that are typed in a run.
const TYPED: u64 = 30_000;
/// Bytes that are typed at once, at most.
const PIECE: u64 = 2_000;
/// How long a page stays, at most, in microseconds.
const STAYS_US: u64 = 25_000;
/// What the chance begins with. Told, so that a failure can be had again.
const SEED: u64 = 20_261_123;

/// Cuts so many connections, and says how long it took to be up to date again each time.
pub(crate) async fn cuts(count: usize) -> Result<Vec<Finding>> {
    let runner = TestRunner::start()?;
    let mut chance = Chance::from_seed(SEED);
    let mut back = Vec::new();
    let mut runs = 0;
    while back.len() < count {
        runs += 1;
        let run = one_run(&runner, &mut chance, count, &mut back).await;
        run.with_context(|| format!("run {runs} after {} cuts, seed {SEED}", back.len()))?;
    }
    let cuts = back.len();
    let [median, late, last] = [50, 99, 100].map(|hundredths| percentile(&mut back, hundredths));
    Ok(vec![
        Finding {
            what: format!(
                "{cuts} cuts at random instants of {runs} runs: events and bytes lost, doubled or changed"
            ),
            found: "none".into(),
            wanted: "none",
            reached: Some(true),
        },
        Finding {
            what: "from opening the connection again to being up to date".into(),
            found: format!(
                "median {}, 99 % {}, longest {}",
                milliseconds(median),
                milliseconds(late),
                milliseconds(last)
            ),
            wanted: "< 1 s",
            reached: Some(last < Duration::from_secs(1)),
        },
    ])
}

fn chain() -> Chain {
    let numbers = NUMBERS.to_string();
    let mut typed = Stage::process("typed", "cat", []);
    if let Some(setup) = typed.setup_mut() {
        setup.stdin = Stdin::Typed;
    }
    apart([
        Stage::process("seq", "seq", ["1", &numbers]),
        Stage::process("reader", "cat", []),
        typed,
    ])
    .wire("seq.stdout", "reader.stdin")
    .build()
}

/// A run that is left again and again, until it is over or there have been `most` cuts.
async fn one_run(
    runner: &TestRunner,
    chance: &mut Chance,
    most: usize,
    back: &mut Vec<Duration>,
) -> Result<()> {
    let typed: Vec<u8> = (0..TYPED).map(|_| b'a' + chance.below(26) as u8).collect();
    let mut client = Client::connect(runner).await?;
    let run = client.start(&chain()).await?;
    let names = ["w1", "reader.stdout", "typed.stdout"];
    let flows = names.map(|name| client.runs[&run].flow(1, name));
    let [wire, out, echo] = flows.into_iter().collect::<Result<Vec<FlowId>>>()?[..] else {
        unreachable!("three names");
    };
    let bytes = BYTES_A_SECOND;
    let pace = Pace::Rate { bytes };
    let flow = wire;
    client
        .say(&ClientMessage::SetPace { run, flow, pace })
        .await?;
    let mut sent = 0;
    while back.len() < most && !is_over(&client, run, wire) {
        for flow in [wire, out, echo] {
            client.watch(run, flow).await?;
        }
        sent = type_some(&mut client, run, sent, &typed, chance).await?;
        let stays = Duration::from_micros(chance.below(STAYS_US));
        hear(&mut client, stays).await?;
        let left = forget_credit(client, run);
        let came = Instant::now();
        client = Client::resume(runner, left).await?;
        ensure!(client.resumed, "the session is forgotten");
        client.ping().await?;
        back.push(came.elapsed());
    }
    while received(&mut client, run).await? < TYPED {
        sent = type_some(&mut client, run, sent, &typed, chance).await?;
        hear(&mut client, Duration::from_millis(1)).await?;
    }
    let pace = Pace::Open;
    client
        .say(&ClientMessage::SetPace { run, flow, pace })
        .await?;
    client.running(run).end_input(1, "typed").await?;
    client.running(run).until_ended().await?;
    let numbers: String = (1..=NUMBERS).map(|number| format!("{number}\n")).collect();
    for (name, expected) in names
        .iter()
        .zip([numbers.as_bytes(), numbers.as_bytes(), &typed])
    {
        let came = client.running(run).bytes(1, name).await?;
        ensure!(
            came == expected,
            "{name} has other bytes: {} of {}",
            came.len(),
            expected.len()
        );
    }
    // Whoever asks for all of it again gets the very same.
    let events = client.runs[&run].events.clone();
    let mut left = client.leave();
    left.forget_events();
    let mut again = Client::resume(runner, left).await?;
    let same = again.running(run).until_ended().await?;
    ensure!(
        same.events == events,
        "another log for who asks for all of it"
    );
    again.forget(run).await
}

fn is_over(client: &Client, run: RunId, wire: FlowId) -> bool {
    client.runs[&run].flow_total(wire).is_some()
}

/// Types on from where the runner says that it has everything, once it has said so to this connection.
async fn type_some(
    client: &mut Client,
    run: RunId,
    sent: u64,
    typed: &[u8],
    chance: &mut Chance,
) -> Result<u64> {
    let received = received(client, run).await?;
    ensure!(
        received <= sent,
        "{received} bytes came of {sent} that were sent"
    );
    let piece = (typed.len() as u64 - received).min(1 + chance.below(PIECE));
    let bytes = &typed[received as usize..(received + piece) as usize];
    client
        .running(run)
        .type_in(1, "typed", received, bytes)
        .await?;
    Ok(sent.max(received + piece))
}

/// How many bytes of what was typed the runner has, as it has told this connection.
async fn received(client: &mut Client, run: RunId) -> Result<u64> {
    let key = (LaneNumber(1), "typed".into());
    let credit = |client: &Client| client.runs[&run].credits.get(&key).copied();
    client
        .until("credit", |client| credit(client).is_some())
        .await?;
    Ok(credit(client).context("just seen")?.0)
}

/// Takes in what comes for so long.
async fn hear(client: &mut Client, time: Duration) -> Result<()> {
    let until = tokio::time::Instant::now() + time;
    loop {
        match client.receive(until).await {
            Ok(()) => ensure!(!client.closed, "the runner has closed the connection"),
            Err(error) if error.is::<Elapsed>() => return Ok(()),
            Err(error) => return Err(error),
        }
    }
}

/// Leaves, as when a cable is pulled. What the old connection was allowed says nothing to the next one.
fn forget_credit(mut client: Client, run: RunId) -> pipeyard_tests::client::Left {
    if let Some(model) = client.runs.get_mut(&run) {
        model.credits.clear();
    }
    client.leave()
}
