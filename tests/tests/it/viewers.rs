//! Watching never changes bytes, order or statuses, and a viewer that does not read slows nothing.

use anyhow::Result;
use pipeyard_shared::chain::{Access, Chain, Stage};
use pipeyard_shared::message::ClientMessage;
use pipeyard_tests::pattern::Sum;
use pipeyard_tests::processes::resident_kib;
use pipeyard_tests::{Client, TestRunner, lay, wait_for};

use crate::support::{MODES, probe};

const TOTAL: u64 = 3_000_000;

fn watched() -> Chain {
    lay([
        probe("flood", ["flood", &TOTAL.to_string()]),
        Stage::process("cat", "cat", []),
        probe("sum", ["sum"]),
    ])
    .lanes(2)
    .build()
}

/// What must be the same for every number of viewers: each lane's result, counts and status.
async fn result(client: &mut Client, watch: bool) -> Result<Vec<String>> {
    let chain = watched();
    let run = client.start(&chain).await?;
    if watch {
        let flows = client.runs[&run].flow_map().per_lane() as u32 * 2;
        for flow in 0..flows {
            let flow = pipeyard_shared::flow::FlowId(flow);
            client
                .say(&ClientMessage::Watch { run, flow, from: 0 })
                .await?;
        }
    }
    let log = client.running(run).until_ended().await?;
    let mut facts = vec![format!("{:?}", log.status())];
    for lane in 1..=2 {
        facts.push(client.running(run).text(lane, "sum.stdout").await?);
        for flow in ["w1", "w2", "sum.stdout", "sum.stderr"] {
            let mut total = log.flow_total(log.flow(lane, flow)?);
            // How much can be downloaded depends on what else is kept.
            if let Some(total) = &mut total {
                total.kept = None;
            }
            facts.push(format!("{flow}: {total:?}"));
        }
    }
    Ok(facts)
}

#[tokio::test]
async fn fifty_viewers_change_nothing() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut alone = Client::connect(&runner).await?;
    let expected = result(&mut alone, false).await?;
    assert!(
        expected.contains(&Sum::of_pattern(TOTAL).line()),
        "{expected:?}"
    );
    assert_eq!(result(&mut alone, true).await?, expected, "one viewer");
    // Fifty pages, each of which watches every byte of a run of its own, at the same time.
    let mut pages = Vec::new();
    for _ in 0..50 {
        pages.push(Client::connect(&runner).await?);
    }
    let all = pages.iter_mut().map(|page| result(page, true));
    for facts in futures_util::future::join_all(all).await {
        assert_eq!(facts?, expected);
    }
    Ok(())
}

/// The page hangs, its socket fills up: the run ends all the same, and the runner's memory stays flat.
#[tokio::test]
async fn a_viewer_that_does_not_read_slows_nothing() -> Result<()> {
    let runner = TestRunner::start()?;
    let done = runner.workspace().join("done");
    let mut client = Client::connect(&runner).await?;
    for mode in MODES {
        let _ = std::fs::remove_file(&done);
        let stages = [
            probe("flood", ["flood", "300000000"]),
            probe("sum", ["sum"]),
            Stage::file("done", "done", Access::Write),
        ];
        let chain = lay(stages).mode(mode).build();
        let before = resident_kib(runner.pid());
        let run = client.start(&chain).await?;
        for flow in 0..client.runs[&run].flow_map().per_lane() as u32 {
            let flow = pipeyard_shared::flow::FlowId(flow);
            client
                .say(&ClientMessage::Watch { run, flow, from: 0 })
                .await?;
        }
        // From here on nothing is received until the chain's own result lies in a file.
        let expected = Sum::of_pattern(300_000_000).line();
        let written = || {
            std::fs::read_to_string(&done)
                .ok()
                .filter(|text| text.ends_with('\n'))
        };
        let written = wait_for("the run's result", written);
        assert_eq!(written?, expected, "{mode:?}");
        let after = resident_kib(runner.pid());
        assert!(
            after < before + 64 * 1_024,
            "{before} KiB became {after} KiB"
        );
        // And when it reads again, all of the log is there.
        client.running(run).until_ended().await?;
    }
    Ok(())
}
