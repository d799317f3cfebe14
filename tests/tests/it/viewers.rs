//! Watching never changes bytes, order or statuses, and a viewer that does not read slows nothing.

use anyhow::Result;
use pipeyard_shared::chain::{Access, Chain, Stage, WireMode};
use pipeyard_shared::message::ClientMessage;
use pipeyard_tests::pattern::Sum;
use pipeyard_tests::processes::resident_kib;
use pipeyard_tests::{Client, Pipeyard, RunModel, TestRunner, lay, wait_for};

use crate::support::{MODES, probe};

const TOTAL: u64 = 2_000_000;
const FLOWS: [&str; 4] = ["w1", "w2", "sum.stdout", "sum.stderr"];

fn watched(mode: WireMode) -> Chain {
    lay([
        probe("flood", ["flood", &TOTAL.to_string()]),
        Stage::process("cat", "cat", []),
        probe("sum", ["sum"]),
    ])
    .mode(mode)
    .lanes(2)
    .build()
}

/// What the log says that must be the same for every number of viewers: statuses, endings, counts.
fn told(log: &RunModel) -> Result<Vec<String>> {
    let mut facts = vec![format!("{:?}", log.status())];
    for lane in 1..=2 {
        for stage in ["flood", "cat", "sum"] {
            facts.push(format!("{stage}: {:?}", log.ending(lane, stage)?));
        }
        for flow in FLOWS {
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

/// Runs it before a page, whose stages are looked at then, and checks each lane's result.
async fn result(client: &mut Client, mode: WireMode, watch: bool) -> Result<Vec<String>> {
    let chain = watched(mode);
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
    for lane in 1..=2 {
        let sum = client.running(run).text(lane, "sum.stdout").await?;
        assert_eq!(sum, Sum::of_pattern(TOTAL).line());
    }
    told(&log)
}

/// None at all, one that only listens, one that watches every byte, and fifty of these at once.
#[tokio::test]
async fn fifty_viewers_change_nothing() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut alone = Client::connect(&runner).await?;
    for mode in MODES {
        let chain = watched(mode);
        let unseen = Pipeyard::run_chain(&chain, &["--events"])?.outcome()?;
        let expected = told(&unseen.expect_code(0).events(&chain)?)?;
        let heard = result(&mut alone, mode, false).await?;
        assert_eq!(heard, expected, "a page that watches nothing, {mode:?}");
        let seen = result(&mut alone, mode, true).await?;
        assert_eq!(seen, expected, "one viewer, {mode:?}");
        let mut pages = Vec::new();
        for _ in 0..50 {
            pages.push(Client::connect(&runner).await?);
        }
        let all = pages.iter_mut().map(|page| result(page, mode, true));
        for facts in futures_util::future::join_all(all).await {
            assert_eq!(facts?, expected, "{mode:?}");
        }
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
