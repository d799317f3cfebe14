//! The WebSocket end of `cargo xtask bench`: does one piece of work, and prints what it took as JSON.
//!
//! ```text
//! bench_client first-byte pipeyard|websocketd COUNT   {"seconds": [connect, run echo, first byte; …]}
//! bench_client bulk       pipeyard|websocketd BYTES   {"seconds": [until the last byte has come]}
//! bench_client pass       pipeyard BYTES              {"seconds": [head and cat over a watched wire]}
//! bench_client rounds     pipeyard COUNT              {"seconds": [a round of three chains; …]}
//! bench_client starts     own|class COUNT              {"seconds": [so many processes, two at a time]}
//! bench_client memory     idle|passing|stalled BYTES  {"mib": …, "note": "…"}
//! ```

mod download;
mod memory;
mod page;
mod peer;

use std::time::Instant;

use anyhow::{Context, Result, bail};
use pipeyard_shared::chain::{Chain, Lanes, Stage};
use pipeyard_shared::example;
use pipeyard_tests::{OrdinaryUser, TestRunner};
use serde_json::{Value, json};

use page::Page;

#[tokio::main]
async fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [work, who, count] = &words[..] else {
        bail!("say the work, who does it, and how much of it");
    };
    let count: u64 = count.parse().context("how much is a number")?;
    let found = match (work.as_str(), who.as_str()) {
        ("first-byte", "pipeyard") => seconds(first_bytes(count).await?),
        ("first-byte", "websocketd") => seconds(peer::first_bytes(count).await?),
        ("bulk", "pipeyard") => seconds(vec![download::bulk(count).await?]),
        ("bulk", "websocketd") => seconds(vec![peer::bulk(count).await?]),
        ("pass", "pipeyard") => seconds(vec![pass(count).await?]),
        ("rounds", "pipeyard") => seconds(rounds(count).await?),
        ("starts", level @ ("own" | "class")) => seconds(vec![starts(level, count).await?]),
        ("memory", "idle") => memory::idle().await?,
        ("memory", "passing") => memory::passing(count).await?,
        ("memory", "stalled") => memory::stalled(count).await?,
        _ => bail!("there is no such work: {words:?}"),
    };
    println!("{found}");
    Ok(())
}

fn seconds(seconds: Vec<f64>) -> Value {
    json!({ "seconds": seconds })
}

/// Connect, start `echo`, and have its first byte: each time over a new connection.
async fn first_bytes(count: u64) -> Result<Vec<f64>> {
    let runner = TestRunner::start()?;
    let chain = Chain::of_stages("", vec![Stage::process("echo", "echo", ["hi"])]);
    let mut times = Vec::new();
    for _ in 0..count {
        let began = Instant::now();
        let mut page = Page::open(&runner).await?;
        page.start_watched(&chain, &[0]).await?;
        page.until_bytes(&[0], 1).await?;
        times.push(began.elapsed().as_secs_f64());
    }
    Ok(times)
}

/// Bytes through a wire that the page watches, from the start of the run until the page has heard its end.
async fn pass(count: u64) -> Result<f64> {
    let runner = TestRunner::start()?;
    let mut page = Page::open(&runner).await?;
    page.receive().await?;
    let chain = page::flood(count);
    let began = Instant::now();
    let run = page.start_watched(&chain, &[0]).await?;
    page.until_over(run).await?;
    Ok(began.elapsed().as_secs_f64())
}

/// The page's opening example, again and again over one connection, each time until the run is over and
/// all three sums have come.
async fn rounds(count: u64) -> Result<Vec<f64>> {
    let runner = TestRunner::start()?;
    let mut page = Page::open(&runner).await?;
    let chain = example::opening();
    let sums = page::outputs(&chain, "md5sum")?;
    let mut times = Vec::new();
    for _ in 0..count {
        let began = Instant::now();
        let run = page.start_watched(&chain, &sums).await?;
        page.until_bytes(&sums, SUM_BYTES).await?;
        page.until_over(run).await?;
        times.push(began.elapsed().as_secs_f64());
    }
    Ok(times)
}

/// So many lanes of `true`, two at once, by a runner that has run one before: at *class* its sandbox is there.
async fn starts(level: &str, count: u64) -> Result<f64> {
    let runner = TestRunner::start_at(level, OrdinaryUser::new(), &[], &[])?;
    let mut page = Page::open(&runner).await?;
    let mut chain = Chain::of_stages("", vec![Stage::process("true", "true", [])]);
    let run = page.start(&chain).await?;
    page.until_over(run).await?;
    chain.lanes = Lanes::Count(u32::try_from(count).context("so many lanes")?);
    chain.jobs = Some(2);
    let began = Instant::now();
    let run = page.start(&chain).await?;
    page.until_over(run).await?;
    Ok(began.elapsed().as_secs_f64())
}

/// What `md5sum` prints of its standard input.
const SUM_BYTES: u64 = 36;
