//! The machine has no more to give, at every place of a lane where it can be asked: the stage is named, the rest of the lane
//! ends, nothing is left, and the runner goes on.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result, ensure};
use pipeyard_shared::chain::Stage;
use pipeyard_shared::ending::{Ending, StartCause};
use pipeyard_shared::event::Event;
use pipeyard_tests::processes::descriptors;
use pipeyard_tests::{Client, OrdinaryUser, RunModel, TestRunner, http, lay, rules, skipped};

use crate::support::{Holdings, MODES, gated, open_gate};

const STAGES: [&str; 4] = ["first", "second", "third", "last"];
/// How often all places are tried: the runner's own threads come and go, and take what a stage was to have.
const ROUNDS: usize = 10;

/// The stage of a lane that could not have what it needs; nothing where all could.
fn culprit(log: &RunModel, lane: u32) -> Result<Option<&'static str>> {
    let mut found = None;
    for stage in STAGES {
        match log.ending(lane, stage)? {
            Ending::CouldNotStart { reason } => {
                ensure!(reason.cause == StartCause::NoMore, "{stage}: {reason:?}");
                ensure!(found.is_none(), "two are to blame: {found:?} and {stage}");
                found = Some(stage);
            }
            Ending::Cancelled { .. } | Ending::Exited { .. } | Ending::Signaled { .. } => {}
            other => anyhow::bail!("{stage}: {other:?}"),
        }
    }
    Ok(found)
}

/// A second lane begins with so many free descriptors, from none to as many as it needs.
#[tokio::test]
async fn without_descriptors_a_lane_ends_wherever_they_run_out() -> Result<()> {
    for mode in MODES {
        let runner = TestRunner::start()?;
        let mut client = Client::connect(&runner).await?;
        // What is made when it is first needed is there before it is counted.
        let chain = lay(STAGES.map(|id| Stage::process(id, "true", []))).build();
        let warm = client.start(&chain).await?;
        client.running(warm).until_ended().await?;
        client.forget(warm).await?;
        let before = Holdings::of(&runner)?;
        let held = descriptors(runner.pid()).len() as u64;
        let mut culprits = BTreeSet::new();
        let mut free = 0;
        loop {
            let gate = format!("go.{free}");
            let mut stages = STAGES.map(|id| Stage::process(id, "cat", []));
            // The first lane waits; the second one finds the gate open.
            stages[0] = gated(STAGES[0], &gate, ["true"]);
            let chain = lay(stages).mode(mode).lanes(2).jobs(1).build();
            let run = client.start(&chain).await?;
            client.running(run).pid(1, "last").await?;
            let most = runner.bound("nofile", &(held + free).to_string())?;
            open_gate(&runner, &gate)?;
            let log = client.running(run).until_ended().await?;
            runner.bound("nofile", &most)?;
            ensure!(
                culprit(&log, 1)?.is_none(),
                "the first lane had all it needs"
            );
            let found = culprit(&log, 2)?;
            client.forget(run).await?;
            before.are_back(&runner)?;
            match found {
                Some(stage) => culprits.insert(stage),
                None => break,
            };
            free += 1;
        }
        // All of a lane's pipes are made before its first process, and each process gives back more than it takes.
        ensure!(
            culprits.len() == STAGES.len(),
            "only {culprits:?}, {mode:?}"
        );
        Client::connect(&runner).await?.ping().await?;
    }
    Ok(())
}

/// Whoever comes while there are no descriptors waits, and is let in once there are.
#[tokio::test]
async fn without_descriptors_nobody_new_is_served_and_everybody_is_afterwards() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    client.ping().await?;
    let held = descriptors(runner.pid()).len() as u64;
    let most = runner.bound("nofile", &held.to_string())?;
    let late = tokio::net::TcpStream::connect(("127.0.0.1", runner.port())).await?;
    // Those who are there are served meanwhile.
    for _ in 0..20 {
        client.ping().await?;
    }
    runner.bound("nofile", &most)?;
    let late = late.into_std()?;
    late.set_nonblocking(false)?;
    let head = http::text("GET", "/healthz", &[("Host", &http::host(&runner))]);
    let answer = tokio::task::spawn_blocking(move || {
        use std::io::Write;
        (&late).write_all(head.as_bytes())?;
        http::answer(late)
    });
    assert_eq!(answer.await??.status, 200);
    Client::connect(&runner).await?.ping().await
}

/// How many threads a user has: what the bound on processes counts.
fn threads(user: OrdinaryUser, runner: &TestRunner) -> u64 {
    let of = |pid: u32| fs::read_dir(format!("/proc/{pid}/task")).map_or(0, Iterator::count);
    let mut pids: BTreeSet<u32> = user.processes().iter().map(|process| process.pid).collect();
    pids.insert(runner.pid());
    pids.into_iter().map(|pid| of(pid) as u64).sum()
}

/// So many more processes may be started, from none to as many as a lane needs. Root has no such bound.
#[tokio::test]
async fn without_processes_a_lane_ends_at_whichever_stage_they_run_out() -> Result<()> {
    let user = OrdinaryUser::new();
    if user.processes().is_empty() && !rustix::process::geteuid().is_root() {
        skipped("others of the same user would take what is counted here");
        return Ok(());
    }
    let runner = TestRunner::start_at("own", user, &[], &[])?;
    let mut client = Client::connect(&runner).await?;
    client.ping().await?;
    let before = Holdings::of(&runner)?;
    let chain = lay(STAGES.map(|id| Stage::process(id, "sleep", ["600"]))).build();
    let mut culprits = BTreeSet::new();
    for _ in 0..ROUNDS {
        for more in 0..=STAGES.len() as u64 {
            let bound = threads(user, &runner) + more;
            let most = runner.bound("nproc", &bound.to_string())?;
            let run = client.start(&chain).await?;
            let is_settled = |model: &RunModel| {
                let started = model.count(|event| matches!(event, Event::StageStarted { .. }));
                started == STAGES.len() || model.is_ended()
            };
            client
                .running(run)
                .until("a start or an end", is_settled)
                .await?;
            runner.bound("nproc", &most)?;
            // One that has all its processes is stopped, and to one that is over this is nothing new.
            client.running(run).stop().await?;
            let log = client.running(run).until_ended().await?;
            rules::check(&log)?;
            if let Some(stage) = culprit(&log, 1)? {
                culprits.insert(stage);
                let place = STAGES
                    .iter()
                    .position(|id| *id == stage)
                    .context("a stage")?;
                let began = STAGES.map(|id| log.pid(1, id).is_some());
                ensure!(
                    began.iter().position(|began| !began) == Some(place),
                    "{stage}: {began:?}"
                );
            }
            client.forget(run).await?;
            before.are_back(&runner)?;
        }
        if culprits.len() == STAGES.len() {
            let run = client
                .start(&lay([Stage::process("after", "true", [])]).build())
                .await?;
            let log = client.running(run).until_ended().await?;
            ensure!(log.ending(1, "after")? == Ending::Exited { code: 0 });
            return Ok(());
        }
    }
    anyhow::bail!("only {culprits:?} could not be started");
}
