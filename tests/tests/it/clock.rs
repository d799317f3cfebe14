//! The wall clock jumps while runs go on: nothing that has a time ends sooner or later for it, and no session is forgotten.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use pipeyard_shared::chain::{Stage, Stdin};
use pipeyard_shared::ending::Ending;
use pipeyard_shared::event::Event;
use pipeyard_shared::link::{Shared, encode};
use pipeyard_tests::credentials::ask;
use pipeyard_tests::{Client, RunModel, TestRunner, lay, rules};
use tempfile::TempDir;

/// Ten years on, and twenty back from there, as a clock is set that was wrong.
const JUMPS: [i64; 2] = [10 * YEAR, -10 * YEAR];
const YEAR: i64 = 365 * 24 * 60 * 60;
/// A day, in microseconds: no run of this test takes as long, and no jump is as short.
const DAY_US: u64 = 24 * 60 * 60 * 1_000_000;

/// The library that makes the clock jump.
fn library(folder: &Path) -> Result<PathBuf> {
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/clock/jumps.c");
    let library = folder.join("jumps.so");
    let made = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-o"])
        .args([library.as_os_str(), source.as_ref()])
        .status()
        .context("a C compiler, as SQLite needs it")?;
    ensure!(made.success(), "{source} does not compile");
    Ok(library)
}

#[tokio::test]
async fn a_clock_that_jumps_ends_nothing_and_forgets_nothing() -> Result<()> {
    let folder = TempDir::with_prefix("pipeyard-clock-")?;
    let library = library(folder.path())?;
    let clock = folder.path().join("clock");
    fs::write(&clock, "0")?;
    let (library, path) = (library.to_string_lossy(), clock.to_string_lossy());
    let variables = [("LD_PRELOAD", &*library), ("PIPEYARD_TEST_CLOCK", &*path)];
    let runner = TestRunner::start_with(&["--links-days", "30"], &variables)?;
    let mut client = Client::connect(&runner).await?;
    // Each has longer than the test, and shorter than a jump.
    let chain = lay([
        Stage::process("typed", "cat", []),
        Stage::process("copy", "cat", []),
    ])
    .setup("typed", |setup| {
        setup.stdin = Stdin::Typed;
        setup.timeout_ms = Some(12 * 60 * 60 * 1_000);
    })
    .timeout_ms(12 * 60 * 60 * 1_000)
    .build();
    let run = client.start(&chain).await?;
    let link = kept_link(&runner)?;
    let mut typed = 0;
    for jump in [0].into_iter().chain(JUMPS) {
        fs::write(&clock, jump.to_string())?;
        // It has jumped for the runner: what may be kept for days by the calendar is older than that.
        let found = ask(&runner, "GET", &format!("/s/{link}"), &[], b"")?.status;
        let expected = if jump > 0 { 404 } else { 303 };
        ensure!(found == expected, "{found} after {jump} s");
        let line = format!("{jump}\n");
        let mut running = client.running(run);
        typed = running.type_in(1, "typed", typed, line.as_bytes()).await?;
        let flow = running.model().flow(1, "copy.stdout")?;
        running.watch(1, "copy.stdout").await?;
        let has_come = |model: &RunModel| {
            let preview = model.previews.get(&flow);
            preview.is_some_and(|preview| preview.end() == typed)
        };
        running.until("what was typed", has_come).await?;
        // Who leaves may come back for ten minutes of a clock that does not jump.
        client = Client::resume(&runner, client.leave()).await?;
        ensure!(client.resumed, "the session is forgotten after {jump} s");
        let left = lay([Stage::process("late", "sleep", ["600"])])
            .setup("late", |setup| setup.timeout_ms = Some(200))
            .build();
        let log = client.run(&left).await?.until_ended().await?;
        let ending = log.ending(1, "late")?;
        ensure!(
            matches!(ending, Ending::TimedOut { .. }),
            "{ending:?} after {jump} s"
        );
    }
    client.running(run).end_input(1, "typed").await?;
    let log = client.running(run).until_ended().await?;
    rules::check(&log)?;
    for stage in ["typed", "copy"] {
        ensure!(
            log.ending(1, stage)? == Ending::Exited { code: 0 },
            "{stage}"
        );
    }
    let early = log.count(|event| matches!(event, Event::TimedOut { .. } | Event::EndsSoon { .. }));
    ensure!(early == 0, "a time was over");
    let latest = log.events.iter().map(|event| event.at_us).max();
    ensure!(latest.is_some_and(|latest| latest < DAY_US), "{latest:?}");
    Ok(())
}

/// The name of a link that is kept now.
fn kept_link(runner: &TestRunner) -> Result<String> {
    let chain = lay([Stage::process("a", "echo", ["clock"])]).build();
    let fragment = encode(&Shared::of_chain(chain))?;
    let kept = ask(runner, "POST", "/links", &[], fragment.as_bytes())?;
    ensure!(kept.status == 200, "{}", kept.text());
    let value: serde_json::Value = serde_json::from_slice(&kept.body)?;
    Ok(value["id"].as_str().context("an id")?.to_owned())
}
