//! Many pages at once: how long what one of them types takes to come back.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use pipeyard_shared::chain::{Chain, Stage, Stdin};
use pipeyard_shared::event::Pace;
use pipeyard_tests::client::deadline;
use pipeyard_tests::{Client, TestRunner, lay};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::error::Elapsed;

use crate::chance::Chance;
use crate::finding::{Finding, milliseconds, percentile};

/// Keys that are pressed.
const KEYS: usize = 1_000;
/// How long it takes to the next key, at most, in microseconds.
const BETWEEN_US: u64 = 20_000;
/// One page in so many has an active run.
const ACTIVE: usize = 10;
/// How fast bytes pass over the wire of an active run.
const BYTES_A_SECOND: u64 = 20_000;
/// Descriptors for the connections, and for the runs.
const DESCRIPTORS: u32 = 8_192;

/// So many pages, a tenth of them with a run that goes on; and one more, which types.
pub(crate) async fn pages(count: usize) -> Result<Vec<Finding>> {
    let most = (count + 8).to_string();
    let bounds = ["--connections", &most, "--sessions", &most];
    let runner = TestRunner::start_with_descriptors(DESCRIPTORS, &bounds)?;
    let quiet = typing(&runner).await?;
    let (stop, stopped) = watch::channel(false);
    let mut others = JoinSet::new();
    for number in 0..count {
        let mut client = Client::connect(&runner).await?;
        if number % ACTIVE == 0 {
            start_endless(&mut client).await?;
        }
        others.spawn(listen(client, stopped.clone()));
    }
    let busy = typing(&runner).await?;
    stop.send(true).context("they listen")?;
    let mut messages = 0;
    while let Some(listened) = others.join_next().await {
        messages += listened??;
    }
    ensure!(messages > 0, "nobody was told anything");
    let active = count.div_ceil(ACTIVE);
    Ok(vec![
        told(
            "from a keystroke to its echo, nobody else there".into(),
            quiet,
            "",
        ),
        told(
            format!(
                "the same beside {count} pages, {active} of them with a run whose wire they watch"
            ),
            busy,
            "99 % < 100 ms",
        ),
    ])
}

fn told(what: String, mut times: Vec<Duration>, wanted: &'static str) -> Finding {
    let [median, late, last] = [50, 99, 100].map(|hundredths| percentile(&mut times, hundredths));
    Finding {
        what,
        found: format!(
            "median {}, 99 % {}, longest {}",
            milliseconds(median),
            milliseconds(late),
            milliseconds(last)
        ),
        wanted,
        reached: (!wanted.is_empty()).then(|| late < Duration::from_millis(100)),
    }
}

/// A run that goes on until it is stopped, and whose wire the page watches.
async fn start_endless(client: &mut Client) -> Result<()> {
    let chain = lay([
        Stage::process("yes", "yes", []),
        Stage::shell("reader", "exec cat > /dev/null"),
    ])
    .build();
    let run = client.start(&chain).await?;
    let mut running = client.running(run);
    running.pid(1, "reader").await?;
    let bytes = BYTES_A_SECOND;
    running.set_pace(1, "w1", Pace::Rate { bytes }).await?;
    running.watch(1, "w1").await
}

/// A page that hears whatever it is told. Gives how many messages that was.
async fn listen(mut client: Client, mut stopped: watch::Receiver<bool>) -> Result<u64> {
    loop {
        tokio::select! {
            _ = stopped.wait_for(|stopped| *stopped) => return Ok(client.received),
            heard = client.receive(deadline()) => match heard {
                Err(error) if !error.is::<Elapsed>() => return Err(error),
                _ => ensure!(!client.closed, "the runner has closed a connection"),
            },
        }
    }
}

/// Presses keys, each once the last has come back, and gives how long each took.
async fn typing(runner: &TestRunner) -> Result<Vec<Duration>> {
    let mut client = Client::connect(runner).await?;
    let mut chance = Chance::from_seed(KEYS as u64);
    let mut run = client.run(&typed()).await?;
    run.watch(1, "cat.stdout").await?;
    let echo = run.model().flow(1, "cat.stdout")?;
    let mut times = Vec::new();
    for number in 0..KEYS as u64 {
        tokio::time::sleep(Duration::from_micros(chance.below(BETWEEN_US))).await;
        let pressed = Instant::now();
        run.type_in(1, "cat", number, b"k").await?;
        let has_come = |preview: &pipeyard_shared::preview::Preview| preview.end() > number;
        run.until("the echo", |model| {
            model.previews.get(&echo).is_some_and(has_come)
        })
        .await?;
        times.push(pressed.elapsed());
    }
    run.end_input(1, "cat").await?;
    run.until_ended().await?;
    Ok(times)
}

fn typed() -> Chain {
    lay([Stage::process("cat", "cat", [])])
        .setup("cat", |setup| setup.stdin = Stdin::Typed)
        .build()
}
