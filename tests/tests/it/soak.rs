//! After a thousand random runs, eight at a time: no zombie, no leaked descriptor, no orphan.

use std::os::unix::fs::PermissionsExt;

use anyhow::{Context, Result, ensure};
use pipeyard_shared::chain::{Chain, Input, Stage, WireMode};
use pipeyard_shared::ending::Ending;
use pipeyard_tests::lay::apart;
use pipeyard_tests::processes::{children, threads};
use pipeyard_tests::{Client, TestRunner, lay};
use proptest::prelude::*;

use crate::support::{Holdings, cases, probe, runtime};

/// Stages that end in every way there is, whatever is before or behind them.
fn any_stage(number: usize) -> impl Strategy<Value = Stage> {
    let id = format!("s{number}");
    let leaves = Just(Stage::process(&id, "head", ["-c", "100"]));
    let of = move |args: &'static [&'static str]| probe(&id, args.iter().copied());
    let probes = prop_oneof![
        4 => Just(&["sum"][..]),
        2 => Just(&["echo", "x"][..]),
        2 => Just(&["exit", "3"][..]),
        2 => Just(&["flood", "200000"][..]),
        1 => Just(&["flood", "5000000"][..]),
        1 => Just(&["late-byte", "20"][..]),
        1 => Just(&["lines", "500", "t"][..]),
    ];
    prop_oneof![6 => probes.prop_map(of), 1 => leaves]
}

/// A row of stages, of which one may be a program that cannot start.
fn any_chain() -> impl Strategy<Value = (Chain, Option<usize>)> {
    (1usize..5).prop_flat_map(|length| {
        let stages: Vec<_> = (0..length).map(any_stage).collect();
        let culprit = proptest::option::of(0..length);
        (stages, culprit, any::<bool>(), 1u32..4, any::<bool>()).prop_map(
            |(mut stages, culprit, direct, lanes, fed)| {
                if let Some(culprit) = culprit {
                    stages[culprit] = Stage::process("culprit", "./noise", []);
                }
                if fed {
                    let text = Input::Text("some input\n".into());
                    stages.insert(0, Stage::input("fed", text));
                }
                let mut laid = lay(stages);
                if direct && !fed {
                    laid = laid.mode(WireMode::Direct);
                }
                (laid.lanes(lanes).build(), culprit)
            },
        )
    })
}

fn put_noise(runner: &TestRunner) -> Result<()> {
    let path = runner.workspace().join("noise");
    std::fs::write(&path, "neither program nor script")?;
    Ok(std::fs::set_permissions(
        &path,
        std::fs::Permissions::from_mode(0o755),
    )?)
}

#[test]
fn nothing_is_left_of_a_thousand_runs() {
    let runtime = runtime();
    let runner = TestRunner::start().expect("a runner");
    put_noise(&runner).expect("a file that cannot start");
    let mut client = runtime
        .block_on(async {
            let mut client = Client::connect(&runner).await?;
            // Once, so that what the runner makes on its first run is there.
            client
                .run(&lay([probe("a", ["echo"])]).build())
                .await?
                .until_ended()
                .await?;
            anyhow::Ok(client)
        })
        .expect("a client");
    let before = Holdings::of(&runner).expect("it has a guard");
    let cell = std::cell::RefCell::new(&mut client);
    let stop = proptest::option::weighted(0.2, Just(()));
    let eight = proptest::collection::vec((any_chain(), stop), 8);
    proptest!(cases(125), |(eight in eight)| {
        let mut client = cell.borrow_mut();
        let done = runtime.block_on(async {
            let mut runs = Vec::new();
            for ((chain, _), stop) in &eight {
                let run = client.start(chain).await?;
                if stop.is_some() {
                    client.running(run).stop().await?;
                }
                runs.push(run);
            }
            for (((_, culprit), stop), run) in eight.iter().zip(runs) {
                let log = client.running(run).until_ended().await?;
                if culprit.is_some() && stop.is_none() {
                    let ending = log.ending(1, "culprit")?;
                    let failed = matches!(ending, Ending::CouldNotStart { .. });
                    ensure!(failed, "the culprit {ending:?}");
                }
                // What is kept for download would be held until newer runs take its place.
                client.forget(run).await?;
            }
            anyhow::Ok(())
        });
        prop_assert!(done.is_ok(), "{:?}", done.err());
    });
    before.are_back(&runner).expect("nothing is left");
    let zombies: Vec<_> = children(runner.pid())
        .into_iter()
        .filter(|child| child.is_zombie())
        .collect();
    assert!(zombies.is_empty(), "{zombies:?}");
    runtime.block_on(client.ping()).expect("it still answers");
}

/// One reactor serves many runs: no thread a pipe, a stage or a run.
#[tokio::test]
async fn threads_do_not_grow_with_the_runs() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    client
        .run(&lay([probe("a", ["echo"])]).build())
        .await?
        .until_ended()
        .await?;
    let before = threads(runner.pid());
    let stages = ["a", "b", "c", "d", "e"].map(|id| Stage::process(id, "cat", []));
    let mut stages = stages.to_vec();
    stages[0] = probe("a", ["sleep", "60"]);
    let chain = lay(stages).lanes(10).build();
    let mut runs = Vec::new();
    for _ in 0..4 {
        let run = client.start(&chain).await?;
        client
            .running(run)
            .pid(10, "e")
            .await
            .context("all have started")?;
        runs.push(run);
    }
    let with = threads(runner.pid());
    // 200 processes, 160 wires and 240 other outputs are open now.
    assert!(with < before + 40, "{before} threads became {with}");
    for run in &runs {
        client.running(*run).stop().await?;
    }
    for run in &runs {
        client.running(*run).until_ended().await?;
    }
    Ok(())
}

/// A page that goes away in the middle of things leaves its runs to the session, not to nobody.
#[tokio::test]
async fn nothing_is_left_of_connections_either() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut first = Client::connect(&runner).await?;
    first
        .run(&lay([probe("a", ["echo"])]).build())
        .await?
        .until_ended()
        .await?;
    let session = first.leave();
    let mut client = Client::resume(&runner, session).await?;
    client.ping().await?;
    let before = Holdings::of(&runner)?;
    for _ in 0..100 {
        client = Client::resume(&runner, client.leave()).await?;
    }
    for _ in 0..20 {
        drop(Client::open(&runner).await?);
    }
    let chain = apart([probe("a", ["flood", "5000000"])]).build();
    let run = client.start(&chain).await?;
    client.running(run).until_ended().await?;
    client.forget(run).await?;
    before.are_back(&runner)
}
