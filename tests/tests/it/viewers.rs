//! Watching never changes bytes, order or statuses, and a viewer that does not read slows nothing.

use anyhow::Result;
use pipeyard_shared::chain::{Access, Chain, Stage, WireMode};
use pipeyard_shared::event::Event;
use pipeyard_shared::flow::FlowId;
use pipeyard_shared::message::ClientMessage;
use pipeyard_tests::pattern::Sum;
use pipeyard_tests::processes::resident_kib;
use pipeyard_tests::{Client, Pipeyard, RunModel, TestRunner, lay, wait_for};

use crate::support::{DRAIN_GRACE_US, MODES, probe};

const TOTAL: u64 = 2_000_000;
/// The stages, and the flows out of each.
const STAGES: [(&str, &[&str]); 3] = [
    ("flood", &["w1", "flood.stderr"]),
    ("cat", &["w2", "cat.stderr"]),
    ("sum", &["sum.stdout", "sum.stderr"]),
];

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

/// What the log says that must be the same for every number of viewers: statuses, endings, counts, and for
/// each stage and each flow out of it what happened in which order.
fn told(log: &RunModel) -> Result<Vec<String>> {
    let mut facts = vec![format!("{:?}", log.status())];
    for lane in 1..=2 {
        for (stage, flows) in STAGES {
            facts.push(format!("{stage}: {:?}", log.ending(lane, stage)?));
            for flow in flows {
                let flow = log.flow(lane, flow)?;
                let mut total = log.flow_total(flow);
                // How much can be downloaded depends on what else is kept.
                if let Some(total) = &mut total {
                    total.kept = None;
                }
                facts.push(format!("{flow:?}: {total:?}"));
                facts.push(order(log, lane, stage, flow));
            }
        }
    }
    Ok(facts)
}

/// In which order a stage and a flow out of it began and ended.
fn order(log: &RunModel, lane: u32, stage: &str, flow: FlowId) -> String {
    let is_direct = log.is_direct(flow);
    let mut words = Vec::new();
    for entry in &log.events {
        let word = match &entry.event {
            Event::LaneStarted { lane: at } if at.0 == lane => "lane started",
            Event::LaneEnded { lane: at, .. } if at.0 == lane => "lane ended",
            Event::StageStarted {
                lane: at,
                stage: of,
                ..
            } if at.0 == lane && of.as_str() == stage => "stage started",
            Event::StageEnded {
                lane: at,
                stage: of,
                ..
            } if at.0 == lane && of.as_str() == stage => "stage ended",
            // Of a direct wire only somebody who looks can say it, and not always.
            Event::FlowBegan { flow: of } if *of == flow && !is_direct => "flow began",
            Event::FlowEnded { flow: of, .. } if *of == flow => "flow ended",
            _ => continue,
        };
        words.push((word, entry.at_us));
    }
    // A stage's end is told when all its bytes have been taken, or after a grace: on a busy machine the runner
    // may come to them as late as that. Which of the two ends is the first is chance, for a process of another
    // lane that is just being started holds copies of this one's pipes for an instant.
    for place in 1..words.len() {
        let (before, after) = (words[place - 1], words[place]);
        let is_late = after.1 >= before.1 + DRAIN_GRACE_US;
        let may_be_late = after.0 == "flow ended" || (after.0 == "flow began" && is_late);
        if before.0 == "stage ended" && may_be_late {
            words.swap(place - 1, place);
        }
    }
    let words: Vec<&str> = words.into_iter().map(|(word, _)| word).collect();
    words.join(", ")
}

/// Runs it before a page, whose stages are looked at then, and checks each lane's result.
async fn result(client: &mut Client, mode: WireMode, watch: bool) -> Result<Vec<String>> {
    let chain = watched(mode);
    let run = client.start(&chain).await?;
    if watch {
        let flows = client.runs[&run].flow_map().per_lane() as u32 * 2;
        for flow in 0..flows {
            let flow = FlowId(flow);
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

/// Run without a page, before one that only listens, before one that watches every byte, and by fifty such
/// pages at once, each with a run of its own: a session has one page.
#[tokio::test]
async fn being_watched_changes_nothing_for_one_page_or_for_fifty_at_once() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut alone = Client::connect(&runner).await?;
    let mut pages = Vec::new();
    for _ in 0..50 {
        pages.push(Client::connect(&runner).await?);
    }
    for mode in MODES {
        let chain = watched(mode);
        let unseen = Pipeyard::run_chain(&chain, &["--events"])?.outcome()?;
        let expected = told(&unseen.expect_code(0).events(&chain)?)?;
        let heard = result(&mut alone, mode, false).await?;
        assert_eq!(heard, expected, "a page that watches nothing, {mode:?}");
        let seen = result(&mut alone, mode, true).await?;
        assert_eq!(seen, expected, "one viewer, {mode:?}");
        let all = pages.iter_mut().map(|page| result(page, mode, true));
        for facts in futures_util::future::join_all(all).await {
            let facts = facts?;
            // One by one, so that a failure shows the one that differs.
            for (fact, expected) in facts.iter().zip(&expected) {
                assert_eq!(fact, expected, "{mode:?}");
            }
            assert_eq!(facts.len(), expected.len());
        }
    }
    Ok(())
}

/// What a viewer that stops reading may cost: what is kept of its flows, a frame that is on its way, and what
/// the allocator makes of it.
const STALLED_KIB: u64 = 8 << 10;

/// The page hangs, its socket fills up: the run ends all the same, and the runner holds no more for it than
/// for a run of which nothing is watched.
#[tokio::test]
async fn a_viewer_that_does_not_read_slows_nothing() -> Result<()> {
    let runner = TestRunner::start()?;
    let done = runner.workspace().join("done");
    let mut client = Client::connect(&runner).await?;
    for mode in MODES {
        let _ = std::fs::remove_file(&done);
        let stages = [
            probe("flood", ["flood", "40000000"]),
            probe("sum", ["sum"]),
            Stage::file("done", "done", Access::Write),
        ];
        let chain = lay(stages).mode(mode).build();
        // The same without a viewer that watches: what a run costs anyhow.
        client.run(&chain).await?.until_ended().await?;
        std::fs::remove_file(&done)?;
        let before = resident_kib(runner.pid());
        let run = client.start(&chain).await?;
        for flow in 0..client.runs[&run].flow_map().per_lane() as u32 {
            let flow = FlowId(flow);
            client
                .say(&ClientMessage::Watch { run, flow, from: 0 })
                .await?;
        }
        // From here on nothing is received until the chain's own result lies in a file.
        let expected = Sum::of_pattern(40_000_000).line();
        let written = || {
            std::fs::read_to_string(&done)
                .ok()
                .filter(|text| text.ends_with('\n'))
        };
        let written = wait_for("the run's result", written);
        assert_eq!(written?, expected, "{mode:?}");
        let after = resident_kib(runner.pid());
        assert!(
            after < before + STALLED_KIB,
            "{before} KiB became {after} KiB, {mode:?}"
        );
        // And when it reads again, all of the log is there.
        client.running(run).until_ended().await?;
    }
    Ok(())
}
