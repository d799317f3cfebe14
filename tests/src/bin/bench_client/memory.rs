//! How much memory the runner holds, its guard included, as the kernel counts what is resident.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use pipeyard_shared::chain::{Chain, Stage};
use pipeyard_tests::TestRunner;
use pipeyard_tests::processes::children;
use serde_json::{Value, json};

use super::page::Page;

/// Between two looks at the memory.
const LOOK: Duration = Duration::from_millis(20);

/// A runner with a page that has done nothing.
pub(crate) async fn idle() -> Result<Value> {
    let runner = TestRunner::start()?;
    let mut page = Page::open(&runner).await?;
    page.receive().await?;
    let mib = resident(&runner)?;
    Ok(json!({ "mib": mib, "note": "runner and guard, one page open" }))
}

/// How much it grows while bytes pass, from the first tenth of them on.
pub(crate) async fn passing(count: u64) -> Result<Value> {
    let runner = TestRunner::start()?;
    let mut page = Page::open(&runner).await?;
    page.receive().await?;
    let idle = resident(&runner)?;
    let run = page.start(&flood(count)).await?;
    let mut looks = vec![resident(&runner)?];
    while !page.is_over(run) {
        // Counters come many times a second.
        page.receive().await?;
        looks.push(resident(&runner)?);
    }
    let (first, rest) = looks.split_at(looks.len() / 10 + 1);
    let peak = |looks: &[f64]| looks.iter().copied().fold(0.0, f64::max);
    let grew = (peak(rest) - peak(first)).max(0.0);
    let note = format!("{idle:.1} MiB idle, at most {:.1} MiB", peak(&looks));
    Ok(json!({ "mib": grew, "note": note }))
}

/// What a page costs that watches a wire and stops reading.
pub(crate) async fn stalled(count: u64) -> Result<Value> {
    let read = watched(count, true).await?;
    let stalled = watched(count, false).await?;
    let note = format!("at most {stalled:.1} MiB; with a page that reads {read:.1} MiB");
    Ok(json!({ "mib": (stalled - read).max(0.0), "note": note }))
}

/// The most that it holds while bytes pass and a page that watches reads, or does not.
async fn watched(count: u64, reads: bool) -> Result<f64> {
    let runner = TestRunner::start()?;
    let mut page = Page::open(&runner).await?;
    page.receive().await?;
    let guard = children(runner.pid()).len();
    let run = page.start(&flood(count)).await?;
    page.watch(run, &[0]).await?;
    page.until_bytes(&[0], 1).await?;
    let mut peak: f64 = 0.0;
    while !page.is_over(run) {
        peak = peak.max(resident(&runner)?);
        if reads {
            page.receive().await?;
            continue;
        }
        // The page hears nothing, so the run's end is seen from its processes.
        if children(runner.pid()).len() <= guard {
            break;
        }
        tokio::time::sleep(LOOK).await;
    }
    Ok(peak)
}

fn flood(count: u64) -> Chain {
    let size = count.to_string();
    let head = Stage::process("head", "head", ["-c", &size, "/dev/zero"]);
    let sink = Stage::shell("sink", "cat > /dev/null");
    Chain::of_stages("", vec![head, sink])
}

/// MiB that are resident: of the runner, and of its guard.
fn resident(runner: &TestRunner) -> Result<f64> {
    let own = resident_kib(runner.pid()).context("the runner is gone")?;
    ensure!(own > 0, "the kernel tells no memory");
    let processes = children(runner.pid()).into_iter();
    let guard = processes.map(|process| process.pid).min();
    let guard = guard.and_then(resident_kib).unwrap_or(0);
    Ok((own + guard) as f64 / 1024.0)
}

fn resident_kib(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse().ok()
}
