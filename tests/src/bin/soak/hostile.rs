//! What a client that does its worst costs the others.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use pipeyard_shared::chain::Stage;
use pipeyard_tests::{Client, TestRunner, lay};
use tokio::task::JoinHandle;

use crate::finding::{Finding, milliseconds, percentile};

/// Runs whose time is told by their median.
const RUNS: usize = 30;

/// So many pairs: the time of a run without and with somebody who floods the runner, in turns.
pub(crate) async fn hostile(count: usize) -> Result<Vec<Finding>> {
    ensure!(count > 0, "no pair shows nothing");
    let runner = Arc::new(TestRunner::start()?);
    let mut client = Client::connect(&runner).await?;
    run_time(&mut client).await?;
    let (mut alone, mut beside, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for pair in 0..count {
        // Who goes first has no advantage from it.
        let (without, with) = if pair % 2 == 0 {
            let without = run_time(&mut client).await?;
            (without, beside_flood(&runner, &mut client).await?)
        } else {
            let with = beside_flood(&runner, &mut client).await?;
            (run_time(&mut client).await?, with)
        };
        ratios.push(with.as_secs_f64() / without.as_secs_f64());
        alone.push(without);
        beside.push(with);
    }
    ratios.sort_by(f64::total_cmp);
    let ratio = ratios[ratios.len() / 2];
    Ok(vec![Finding {
        what: format!(
            "a run of `true` beside a client that sends nonsense as fast as it can, against one without: median of {count} pairs"
        ),
        found: format!(
            "{ratio:.2} ({} against {})",
            milliseconds(percentile(&mut beside, 50)),
            milliseconds(percentile(&mut alone, 50))
        ),
        wanted: "< 1.10",
        reached: Some(ratio < 1.10),
    }])
}

async fn beside_flood(runner: &Arc<TestRunner>, client: &mut Client) -> Result<Duration> {
    let flood = flood(runner).await?;
    let time = run_time(client).await;
    flood.abort();
    time
}

/// The median time of a run, from asking for it until its end has been told.
async fn run_time(client: &mut Client) -> Result<Duration> {
    let chain = lay([Stage::process("true", "true", [])]).build();
    let mut times = Vec::new();
    for _ in 0..RUNS {
        let began = Instant::now();
        let run = client.start(&chain).await?;
        client.running(run).until_ended().await?;
        times.push(began.elapsed());
        client.forget(run).await?;
        client.pongs.clear();
    }
    Ok(percentile(&mut times, 50))
}

/// Somebody who has the key, sends nonsense, reads nothing, and comes back whenever the runner has had enough.
async fn flood(runner: &Arc<TestRunner>) -> Result<JoinHandle<()>> {
    let mut client = Client::open(runner).await?;
    let runner = runner.clone();
    Ok(tokio::spawn(async move {
        loop {
            while client.say_text(r#"{"ping":{"nonce":"#).await.is_ok() {}
            match Client::open(&runner).await {
                Ok(next) => client = next,
                // It has to wait until there is a place for it.
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            }
        }
    }))
}
