//! How much memory the runner holds, its guard included, as the kernel counts what is resident.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use pipeyard_tests::processes::{children, resident_kib};
use pipeyard_tests::{PATIENCE, TestRunner};
use serde_json::{Value, json};

use super::page::{Page, flood};

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
    let grew = peak(rest) - peak(first);
    let note = format!("{idle:.1} MiB idle, at most {:.1} MiB", peak(&looks));
    Ok(json!({ "mib": grew, "note": note }))
}

/// What a page costs that watches a wire and stops reading: against a run of which nobody hears, the
/// median of some pairs. What waits for it in the kernel counts too. Less than nothing where the runner's
/// own memory differs more from run to run than a page costs.
pub(crate) async fn stalled(count: u64) -> Result<Value> {
    let mut pairs = Vec::new();
    for round in 0..PAIRS {
        // Who goes first has no advantage from it.
        let (alone, watched) = if round % 2 == 0 {
            let alone = peak(count, false).await?;
            (alone, peak(count, true).await?)
        } else {
            let watched = peak(count, true).await?;
            (peak(count, false).await?, watched)
        };
        pairs.push((alone, watched));
    }
    pairs.sort_by(|a, b| cost(a).total_cmp(&cost(b)));
    let pair = &pairs[PAIRS / 2];
    let (alone, watched) = pair;
    let note = format!(
        "median of {PAIRS} pairs, {:+.1} to {:+.1} MiB; with the viewer at most {:.1} MiB and {:.2} MiB in \
         the kernel's queue to it, without {:.1} MiB",
        cost(&pairs[0]),
        cost(&pairs[PAIRS - 1]),
        watched.resident,
        watched.queued,
        alone.resident,
    );
    Ok(json!({ "mib": cost(pair), "note": note }))
}

/// How many pairs tell what a viewer costs: odd, so that one is in the middle.
const PAIRS: usize = 5;

/// The most that there was at any look, in MiB.
#[derive(Clone, Copy, Default)]
struct Peak {
    resident: f64,
    /// What the kernel keeps for those who have not read it.
    queued: f64,
    both: f64,
}

fn cost((alone, watched): &(Peak, Peak)) -> f64 {
    watched.both - alone.both
}

/// The most that is held while bytes pass, and either somebody watches and does not read, or nobody does.
async fn peak(count: u64, watched: bool) -> Result<Peak> {
    let runner = TestRunner::start()?;
    let mut page = Page::open(&runner).await?;
    page.receive().await?;
    let guard = guards(&runner).await?;
    let run = page.start_watched(&flood(count), &[0]).await?;
    page.until_bytes(&[0], 1).await?;
    let page = watched.then_some(page);
    let mut peak = Peak::default();
    // The page hears nothing, so the run's end is seen from its processes.
    while children(runner.pid()).len() > guard {
        let (resident, queued) = (resident(&runner)?, queued(runner.port())?);
        peak.resident = peak.resident.max(resident);
        peak.queued = peak.queued.max(queued);
        peak.both = peak.both.max(resident + queued);
        tokio::time::sleep(LOOK).await;
    }
    ensure!(peak.resident > 0.0, "the run was over too soon: {run:?}");
    drop(page);
    Ok(peak)
}

/// How many processes the runner has besides stages, once they are there: its guard starts beside it.
async fn guards(runner: &TestRunner) -> Result<usize> {
    let since = std::time::Instant::now();
    loop {
        match children(runner.pid()).len() {
            0 => ensure!(since.elapsed() < PATIENCE, "the runner has no guard"),
            count => return Ok(count),
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// MiB that the kernel keeps of what was written to connections on this port and is not acknowledged.
fn queued(port: u16) -> Result<f64> {
    let sockets = std::fs::read_to_string("/proc/net/tcp").context("/proc/net/tcp")?;
    let own = format!(":{port:04X}");
    let queue = |line: &str| -> Option<u64> {
        let mut fields = line.split_whitespace().skip(1);
        let local = fields.next()?;
        let (sent, _) = fields.nth(2)?.split_once(':')?;
        let listens = line.split_whitespace().nth(3) == Some("0A");
        (local.ends_with(&own) && !listens)
            .then(|| u64::from_str_radix(sent, 16).ok())
            .flatten()
    };
    let bytes: u64 = sockets.lines().filter_map(queue).sum();
    Ok(bytes as f64 / MIB)
}

const MIB: f64 = 1024.0 * 1024.0;

/// MiB that are resident: of the runner, and of its guard.
fn resident(runner: &TestRunner) -> Result<f64> {
    let own = resident_kib(runner.pid());
    ensure!(own > 0, "the kernel tells no memory");
    let processes = children(runner.pid()).into_iter();
    let guard = processes.map(|process| process.pid).min();
    let guard = guard.map(resident_kib).unwrap_or_default();
    Ok((own + guard) as f64 / 1024.0)
}
