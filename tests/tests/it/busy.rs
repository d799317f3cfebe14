//! A busy flow obeys: its reader may leave or stand still, it may be stopped, timed out and paused, and its
//! stage's end is told after its last byte. In both ways to relay it.

use anyhow::{Context, Result};
use pipeyard_shared::chain::Stage;
use pipeyard_shared::ending::Ending;
use pipeyard_shared::event::{FlowEnd, Pace};
use pipeyard_shared::signal::Signal;
use pipeyard_tests::lay::apart;
use pipeyard_tests::pattern::PERIOD;
use pipeyard_tests::processes::{Process, resident_kib};
use pipeyard_tests::{Client, lay, wait_for};

use crate::bytes::newlines;
use crate::relays::{planes, start};
use crate::support::{
    BY_SIGPIPE, FOREVER, after_two_ticks, clock, gated, is_in_order, open_gate, probe,
    until_blocked, until_busy,
};

/// What may lie between a writer and a reader of a busy flow: its two pipes, grown, and the runner between.
const CAPACITY: u64 = 6 << 20;
/// The stage's end is told after its last byte, however busy its flow was.
#[tokio::test]
async fn the_end_of_a_busy_stage_comes_after_its_last_byte() -> Result<()> {
    for plane in planes() {
        let runner = start(&plane)?;
        let mut client = Client::connect(&runner).await?;
        for round in 0..12 {
            let count = (9_000_000 + round * 333_333).to_string();
            let stages = [
                probe("flood", ["flood", &count]),
                Stage::process("cat", "cat", []),
            ];
            let log = client
                .run(&lay(stages).build())
                .await?
                .until_ended()
                .await?;
            for (flow, stage) in [("w1", "flood"), ("cat.stdout", "cat")] {
                let (flow_end, total) = log.flow_end(log.flow(1, flow)?).context("an end")?;
                assert_eq!(total.bytes, Some(count.parse()?), "{plane}");
                let stage_end = log.stage_end_place(1, stage)?;
                let in_order = is_in_order(&log, flow_end, stage_end);
                assert!(in_order, "{plane}: {:#?}", log.events);
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_reader_that_leaves_a_busy_flow_ends_its_writer() -> Result<()> {
    const TAKEN: u64 = 150_000_000;
    for plane in planes() {
        let runner = start(&plane)?;
        let mut client = Client::connect(&runner).await?;
        let stages = [
            probe("flood", ["flood", FOREVER]),
            Stage::process("cat", "cat", []),
            gated("head", "go", ["head", "-c", &TAKEN.to_string()]),
        ];
        let mut run = client.run(&lay(stages).build()).await?;
        let pid = run.pid(1, "flood").await?;
        open_gate(&runner, "go")?;
        let log = run.until_ended().await?;
        assert_eq!(log.ending(1, "flood")?, BY_SIGPIPE, "{plane}");
        assert_eq!(log.ending(1, "cat")?, BY_SIGPIPE, "{plane}");
        assert_eq!(log.bytes(1, "head.stdout")?, TAKEN);
        for (wire, between) in [("w2", 1), ("w1", 2)] {
            let total = log.flow_total(log.flow(1, wire)?).context("an end")?;
            assert_eq!(total.reason, FlowEnd::ReaderLeft, "{plane}: {wire}");
            // What was taken out of the wire, or stood in its pipe when the reader left.
            let bytes = total.bytes.context("counted")?;
            let most = TAKEN + between * CAPACITY;
            assert!(
                (TAKEN..most).contains(&bytes),
                "{plane}: {wire} carried {bytes}"
            );
            assert_eq!(total.lines, Some(newlines(bytes)), "{plane}: {wire}");
        }
        assert_eq!(Process::read(pid), None, "the writer is gone");
    }
    Ok(())
}

#[tokio::test]
async fn a_reader_that_is_stopped_holds_a_busy_writer_back() -> Result<()> {
    for plane in planes() {
        let runner = start(&plane)?;
        let mut client = Client::connect(&runner).await?;
        let stages = [
            probe("flood", ["flood", FOREVER]),
            Stage::process("cat", "cat", []),
            Stage::new("nowhere", pipeyard_shared::chain::StageKind::Discard),
        ];
        let mut run = client.run(&lay(stages).build()).await?;
        let (flood, cat) = (run.pid(1, "flood").await?, run.pid(1, "cat").await?);
        let wire = run.model().flow(1, "w1")?;
        for _ in 0..2 {
            until_busy(flood)?;
            run.signal(1, "cat", Signal::STOP).await?;
            wait_for("a stopped process", || {
                Process::read(cat).filter(|process| process.state == 'T')
            })?;
            let written = until_blocked(&mut run, "flood").await?;
            let before = resident_kib(runner.pid());
            run.signal(1, "cat", Signal::CONT).await?;
            run.until("more bytes", |model| {
                let meter = model.meters.get(&wire);
                meter.is_some_and(|meter| meter.bytes > written + 50_000_000)
            })
            .await?;
            let after = resident_kib(runner.pid());
            assert!(
                after < before + 32 * 1_024,
                "{before} KiB became {after} KiB"
            );
        }
        run.stop().await?;
        let log = run.until_ended().await?;
        let bytes = log.bytes(1, "w1")?;
        let lines = log.flow_total(wire).and_then(|total| total.lines);
        assert_eq!(lines, Some(newlines(bytes)), "{plane}");
    }
    Ok(())
}

/// While its reader is stopped, what a busy writer has written and nobody has counted lies in two pipes.
#[tokio::test]
async fn a_busy_flow_that_stands_holds_no_more_than_its_pipes() -> Result<()> {
    for plane in planes() {
        let runner = start(&plane)?;
        let mut client = Client::connect(&runner).await?;
        let stages = [
            probe("flood", ["flood", FOREVER]),
            Stage::process("cat", "cat", []),
            clock(),
        ];
        let chain = apart(stages).wire("flood.stdout", "cat.stdin").build();
        let mut run = client.run(&chain).await?;
        let flood = run.pid(1, "flood").await?;
        until_busy(flood)?;
        run.signal(1, "cat", Signal::STOP).await?;
        let written = until_blocked(&mut run, "flood").await?;
        after_two_ticks(&mut run).await?;
        let counted = run.meter(1, "w1")?.context("a meter")?.bytes;
        let between = written.saturating_sub(counted);
        assert!(
            between < CAPACITY,
            "{plane}: {written} written, {counted} counted"
        );
        run.stop().await?;
        run.until_ended().await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_busy_run_can_be_stopped_and_its_time_can_be_over() -> Result<()> {
    for plane in planes() {
        let runner = start(&plane)?;
        let mut client = Client::connect(&runner).await?;
        let stages = || {
            [
                probe("flood", ["flood", FOREVER]),
                Stage::process("cat", "cat", []),
            ]
        };
        let mut run = client.run(&lay(stages()).build()).await?;
        until_busy(run.pid(1, "flood").await?)?;
        run.stop().await?;
        let log = run.until_ended().await?;
        let ending = log.ending(1, "flood")?;
        assert!(
            matches!(ending, Ending::Cancelled { .. }),
            "{plane}: {ending:?}"
        );
        let timed = lay(stages()).timeout_ms(2_000).build();
        let log = client.run(&timed).await?.until_ended().await?;
        let ending = log.ending(1, "flood")?;
        assert!(
            matches!(ending, Ending::TimedOut { .. }),
            "{plane}: {ending:?}"
        );
        for flow in ["w1", "cat.stdout"] {
            let total = log.flow_total(log.flow(1, flow)?).context("an end")?;
            let lines = total.bytes.map(newlines);
            assert_eq!(total.lines, lines, "{plane}: {flow}");
        }
    }
    Ok(())
}

/// Nobody has to wait for a busy flow to become quiet before it obeys.
#[tokio::test]
async fn a_busy_flow_can_be_paused_and_let_go_again() -> Result<()> {
    for plane in planes() {
        for reader in ["cat", "nobody"] {
            let runner = start(&plane)?;
            let mut client = Client::connect(&runner).await?;
            let mut laid = apart([
                probe("flood", ["flood", FOREVER]),
                Stage::process("cat", "cat", []),
                clock(),
            ]);
            let flow = if reader == "cat" {
                laid = laid.wire("flood.stdout", "cat.stdin");
                "w1"
            } else {
                "flood.stdout"
            };
            let mut run = client.run(&laid.build()).await?;
            let pid = run.pid(1, "flood").await?;
            for _ in 0..2 {
                until_busy(pid)?;
                run.set_pace(1, flow, Pace::Paused).await?;
                until_blocked(&mut run, "flood").await?;
                after_two_ticks(&mut run).await?;
                let at = run.meter(1, flow)?.context("a meter")?;
                after_two_ticks(&mut run).await?;
                assert_eq!(run.meter(1, flow)?, Some(at), "{plane}: it stands");
                run.set_pace(1, flow, Pace::Lines { count: 3 }).await?;
                until_blocked(&mut run, "flood").await?;
                after_two_ticks(&mut run).await?;
                let now = run.meter(1, flow)?.context("a meter")?;
                assert_eq!(now.lines, at.lines.map(|lines| lines + 3), "{plane}");
                let last = now.bytes - 1;
                assert_eq!(last % PERIOD, u64::from(b'\n'), "it ends with its line");
                assert_eq!(now.lines, Some(newlines(now.bytes)), "{plane}");
                run.set_pace(1, flow, Pace::Open).await?;
            }
            until_busy(pid)?;
            open_gate(&runner, "over")?;
            run.stop().await?;
            run.until_ended().await?;
        }
    }
    Ok(())
}
