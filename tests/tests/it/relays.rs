//! Both ways to relay a busy flow, by splicing and by copying, give exact bytes and counts.
//!
//! Where `PIPEYARD_RELAY` names one of them, only that one is looked at here.

use std::collections::BTreeMap;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use pipeyard_shared::chain::{Access, FanIn, Stage, WireMode};
use pipeyard_shared::event::Pace;
use pipeyard_tests::lay::apart;
use pipeyard_tests::pattern::Sum;
use pipeyard_tests::processes::resident_kib;
use pipeyard_tests::{Client, PATIENCE, Pipeyard, TestRunner, lay};

use crate::bytes::{newlines, pass};
use crate::support::{
    PROBE, gated, much_stands, open_gate, probe, until_busy, until_quiet, written,
};

/// The ways to relay that are looked at here.
pub(crate) fn planes() -> Vec<String> {
    match std::env::var("PIPEYARD_RELAY") {
        Ok(plane) => vec![plane],
        Err(_) => vec!["splice".to_owned(), "copy".to_owned()],
    }
}

/// A runner that relays in one of them.
pub(crate) fn start(plane: &str) -> Result<TestRunner> {
    TestRunner::start_with(&["--relay", plane], &[])
}

/// Six megabytes in writes of sizes that no buffer's size hides.
fn random_sizes(mut seed: u64) -> Vec<usize> {
    let mut sizes = Vec::new();
    let mut left: usize = 6 << 20;
    while left > 0 {
        // A linear congruence is as random as is needed here.
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let size = (1 + (seed >> 33) as usize % 90_000).min(left);
        sizes.push(size);
        left -= size;
    }
    sizes
}

#[tokio::test]
async fn each_pattern_of_chunks_passes_whole() -> Result<()> {
    let patterns = [
        vec![1; 2_000],
        vec![4_095; 2_000],
        vec![4_096; 2_000],
        vec![4_097; 2_000],
        vec![65_536; 160],
        vec![1 << 20; 16],
        random_sizes(1),
        random_sizes(2),
    ];
    for plane in planes() {
        let runner = start(&plane)?;
        let mut client = Client::connect(&runner).await?;
        for sizes in &patterns {
            pass(&mut client, WireMode::Tapped, sizes, 1).await?;
        }
    }
    Ok(())
}

/// Busy, then quiet, then busy again; and a last burst whose writer is gone at once.
#[tokio::test]
async fn a_flow_that_comes_in_bursts_is_whole() -> Result<()> {
    const BURST: u64 = 24_000_007;
    for plane in planes() {
        let runner = start(&plane)?;
        let mut client = Client::connect(&runner).await?;
        let text = r#"for burst in 1 2 3 4; do
            "$0" gate burst.$burst "$0" flood 24000007
        done"#;
        let stages = [
            Stage::process("bursts", "sh", ["-c", text, PROBE]),
            Stage::process("cat", "cat", []),
            probe("sum", ["sum"]),
        ];
        let mut run = client.run(&lay(stages).build()).await?;
        let writer = run.pid(1, "bursts").await?;
        for burst in 1..=4u64 {
            open_gate(&runner, &format!("burst.{burst}"))?;
            let last = run.model().flow(1, "w2")?;
            run.until("the burst", |model| {
                let meter = model.meters.get(&last);
                let ended = model.flow_total(last).is_some();
                ended || meter.is_some_and(|meter| meter.bytes == burst * BURST)
            })
            .await?;
            // Nothing comes before the next gate opens, and what was busy notices.
            if burst < 4 {
                until_quiet(writer)?;
            }
        }
        let log = run.until_ended().await?;
        let mut expected = Sum::new();
        for _ in 0..4 {
            expected.add(&pipeyard_tests::pattern::bytes(0, BURST as usize));
        }
        for wire in ["w1", "w2"] {
            let total = log.flow_total(log.flow(1, wire)?).context("an end")?;
            assert_eq!(total.bytes, Some(4 * BURST), "{plane}");
            assert_eq!(total.lines, Some(4 * newlines(BURST)), "{plane}");
        }
        assert_eq!(run.text(1, "sum.stdout").await?, expected.line(), "{plane}");
    }
    Ok(())
}

/// What is busy no more drains slowly, and its pipe must not stay large until the flow ends.
#[tokio::test]
async fn a_pipe_is_small_again_once_what_stood_in_it_has_been_taken() -> Result<()> {
    for plane in planes() {
        let runner = start(&plane)?;
        let mut client = Client::connect(&runner).await?;
        let text = r#"until [ -e enough ]; do "$0" flood 1000000; done; "$0" gate over true"#;
        let stages = [
            Stage::process("floods", "sh", ["-c", text, PROBE]),
            probe("sum", ["sum"]),
        ];
        let mut run = client.run(&lay(stages).build()).await?;
        let writer = run.pid(1, "floods").await?;
        // Where its processes get no turn for a while the flow is not busy just when it is paused.
        let deadline = Instant::now() + PATIENCE;
        loop {
            until_busy(writer)?;
            run.set_pace(1, "w1", Pace::Paused).await?;
            if much_stands(writer)? {
                break;
            }
            ensure!(Instant::now() < deadline, "its pipe is never found large");
            run.set_pace(1, "w1", Pace::Open).await?;
        }
        open_gate(&runner, "enough")?;
        // Never fast enough to be busy, and quick to be over.
        run.set_pace(1, "w1", Pace::Rate { bytes: 10_000_000 })
            .await?;
        until_quiet(writer)?;
        open_gate(&runner, "over")?;
        let log = run.until_ended().await?;
        let expected = log.bytes(1, "w1")?;
        let said = run.text(1, "sum.stdout").await?;
        let summed = said.split_whitespace().next().context("a count")?;
        assert_eq!(summed, expected.to_string(), "{plane}");
    }
    Ok(())
}

/// How many bytes the runner itself wrote to carry so many over one wire. Nothing is kept on a disk, and
/// nobody watches: what it writes goes into the wire. Bytes that are spliced are not written.
async fn written_to_carry(total: u64, plane: &str) -> Result<u64> {
    let runner = TestRunner::start_with(&["--relay", plane, "--spill-bytes", "0"], &[])?;
    let mut client = Client::connect(&runner).await?;
    // The kernel adds what a child has written to its parent's count when it is reaped, so all stay alive.
    let text = r#""$0" flood "$1"; exec "$0" gate over true"#;
    let stages = [
        Stage::process("flood", "sh", ["-c", text, PROBE, &total.to_string()]),
        probe("sum", ["sum"]),
    ];
    let before = written(runner.pid())?;
    let mut run = client.run(&lay(stages).build()).await?;
    let flow = run.model().flow(1, "w1")?;
    run.until("all bytes", |model| {
        let meter = model.meters.get(&flow);
        meter.is_some_and(|meter| meter.bytes == total)
    })
    .await?;
    let after = written(runner.pid())?;
    open_gate(&runner, "over")?;
    run.until_ended().await?;
    let sum = run.text(1, "sum.stdout").await?;
    assert_eq!(sum, Sum::of_pattern(total).line(), "{plane}");
    Ok(after - before)
}

/// Splicing that fails falls back to copying, which is slower and otherwise the same: only here is it seen.
#[tokio::test]
async fn splicing_moves_pages_and_copying_writes_bytes() -> Result<()> {
    const TOTAL: u64 = 100_000_000;
    for plane in planes() {
        if plane == "copy" {
            let written = written_to_carry(TOTAL, &plane).await?;
            ensure!(written >= TOTAL, "{written} of {TOTAL} were written");
            continue;
        }
        // Before a flow is busy, and whenever its processes get no turn for a while, it is copied.
        let mut tries = Vec::new();
        while tries.last().is_none_or(|written| *written > TOTAL / 4) {
            ensure!(tries.len() < 10, "{tries:?} of {TOTAL} were written");
            tries.push(written_to_carry(TOTAL, &plane).await?);
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_large_flow_is_counted_to_the_byte_and_its_ends_are_shown() -> Result<()> {
    const TOTAL: u64 = (96 << 20) + 17;
    for plane in planes() {
        let runner = start(&plane)?;
        let mut client = Client::connect(&runner).await?;
        let stages = [
            gated("flood", "go", [PROBE, "flood", &TOTAL.to_string()]),
            Stage::process("cat", "cat", []),
            probe("sum", ["sum"]),
        ];
        let mut run = client.run(&lay(stages).build()).await?;
        let before = resident_kib(runner.pid());
        open_gate(&runner, "go")?;
        let log = run.until_ended().await?;
        let after = resident_kib(runner.pid());
        assert!(
            after < before + 32 * 1_024,
            "{before} KiB became {after} KiB"
        );
        for wire in ["w1", "w2"] {
            let flow = log.flow(1, wire)?;
            let total = log.flow_total(flow).context("an end")?;
            assert_eq!(total.bytes, Some(TOTAL), "{plane}");
            assert_eq!(total.lines, Some(newlines(TOTAL)), "{plane}");
            run.watch(1, wire).await?;
            run.until("what is kept", |model| {
                model
                    .previews
                    .get(&flow)
                    .is_some_and(|preview| preview.end() == TOTAL)
            })
            .await?;
            for slice in run.model().previews[&flow].slices() {
                let expected = pipeyard_tests::pattern::bytes(slice.offset, slice.bytes.len());
                assert!(slice.bytes == expected, "{plane}: at {}", slice.offset);
            }
        }
        let sum = run.text(1, "sum.stdout").await?;
        assert_eq!(sum, Sum::of_pattern(TOTAL).line(), "{plane}");
    }
    Ok(())
}

/// What `md5sum` says of so many bytes of the pattern, without a runner.
fn md5(count: u64) -> Result<String> {
    let text = format!("'{PROBE}' flood {count} | md5sum");
    let said = Command::new("bash").args(["-c", &text]).output()?;
    ensure!(said.status.success(), "{said:?}");
    Ok(String::from_utf8(said.stdout)?)
}

/// More busy flows than can have a thread each.
#[tokio::test]
async fn many_busy_flows_at_once_are_all_whole() -> Result<()> {
    for plane in planes() {
        let runner = start(&plane)?;
        let mut client = Client::connect(&runner).await?;
        for (lanes, total) in [(1, 60_000_001), (10, 20_000_003), (50, 8_000_009)] {
            let stages = [
                probe("flood", ["flood", &total.to_string()]),
                Stage::process("cat", "cat", []),
                Stage::process("md5sum", "md5sum", []),
            ];
            let mut run = client.run(&lay(stages).lanes(lanes).build()).await?;
            let log = run.until_ended().await?;
            let expected = md5(total)?;
            for lane in 1..=lanes {
                for wire in ["w1", "w2"] {
                    let ended = log.flow_total(log.flow(lane, wire)?).context("an end")?;
                    assert_eq!(ended.bytes, Some(total), "{plane}: {lane} of {lanes}");
                    assert_eq!(
                        ended.lines,
                        Some(newlines(total)),
                        "{plane}: {lane} of {lanes}"
                    );
                }
                let sum = run.text(lane, "md5sum.stdout").await?;
                assert_eq!(sum, expected, "{plane}: lane {lane} of {lanes}");
            }
        }
    }
    Ok(())
}

/// Several busy writers into one reader, and one into several.
#[tokio::test]
async fn busy_flows_that_meet_and_part_are_whole() -> Result<()> {
    const TOTAL: u64 = 20_000_003;
    for plane in planes() {
        let runner = start(&plane)?;
        let mut client = Client::connect(&runner).await?;
        let chain = apart([
            probe("a", ["flood", &TOTAL.to_string()]),
            probe("b", ["flood", &TOTAL.to_string()]),
            Stage::process("left", "cat", []),
            Stage::process("right", "cat", []),
            probe("sum", ["sum"]),
            probe("all", ["sum"]),
        ])
        .fan_in("all.stdin", FanIn::Ordered)
        .wire("a.stdout", "left.stdin")
        .wire("a.stdout", "sum.stdin")
        .wire("b.stdout", "right.stdin")
        .wire("left.stdout", "all.stdin")
        .wire("right.stdout", "all.stdin")
        .build();
        let mut run = client.run(&chain).await?;
        let log = run.until_ended().await?;
        for wire in ["w1", "w2", "w3", "w4", "w5"] {
            assert_eq!(log.bytes(1, wire)?, TOTAL, "{plane}: {wire}");
        }
        let mut both = Sum::of_pattern(TOTAL);
        both.add(&pipeyard_tests::pattern::bytes(0, TOTAL as usize));
        assert_eq!(run.text(1, "all.stdout").await?, both.line(), "{plane}");
        let sum = run.text(1, "sum.stdout").await?;
        assert_eq!(sum, Sum::of_pattern(TOTAL).line(), "{plane}");
    }
    Ok(())
}

/// Files are no pipes: what cannot be spliced is copied, and is as whole.
#[tokio::test]
async fn busy_flows_into_and_out_of_files_are_whole() -> Result<()> {
    const TOTAL: u64 = 30_000_007;
    for plane in planes() {
        let runner = start(&plane)?;
        let mut client = Client::connect(&runner).await?;
        let count = TOTAL.to_string();
        let flood = || probe("flood", ["flood", &count]);
        let file = |access| Stage::file("file", "kept", access);
        let written = lay([flood(), file(Access::Write)]).build();
        let appended = lay([flood(), file(Access::Append)]).build();
        for (chain, times) in [(&written, 1), (&appended, 2), (&written, 1), (&appended, 2)] {
            let log = client.run(chain).await?.until_ended().await?;
            assert_eq!(log.bytes(1, "w1")?, TOTAL, "{plane}");
            let path = runner.workspace().join("kept");
            let size = std::fs::metadata(&path)?.len();
            assert_eq!(size, times * TOTAL, "{plane}");
        }
        let read = lay([file(Access::Read), probe("sum", ["sum"])]).build();
        let mut run = client.run(&read).await?;
        let log = run.until_ended().await?;
        assert_eq!(log.bytes(1, "w1")?, 2 * TOTAL);
        let mut both = Sum::of_pattern(TOTAL);
        both.add(&pipeyard_tests::pattern::bytes(0, TOTAL as usize));
        assert_eq!(run.text(1, "sum.stdout").await?, both.line(), "{plane}");
    }
    Ok(())
}

/// The command line has the same relays, and names what it does not know.
#[test]
fn the_command_line_takes_either() -> Result<()> {
    const TOTAL: u64 = 40_000_003;
    let stages = [
        probe("flood", ["flood", &TOTAL.to_string()]),
        Stage::process("cat", "cat", []),
    ];
    let chain = lay(stages).build();
    for plane in planes() {
        let by_flag = Pipeyard::run_chain(&chain, &["--relay", &plane])?;
        let by_variable = Pipeyard::run_chain(&chain, &[])?.variable("PIPEYARD_RELAY", &plane);
        for call in [by_flag, by_variable] {
            let said = call.outcome()?.expect_code(0);
            assert_eq!(Sum::of(&said.stdout), Sum::of_pattern(TOTAL), "{plane}");
        }
    }
    let odd = Pipeyard::run("true", &["--relay", "carrier-pigeon"])?.outcome()?;
    let odd = odd.expect_code(2);
    assert!(
        odd.stderr.contains("splice") && odd.stderr.contains("copy"),
        "{}",
        odd.stderr
    );
    let odd = Pipeyard::run("true", &[])?.variable("PIPEYARD_RELAY", "pigeon");
    odd.outcome()?.expect_code(2);
    Ok(())
}

/// Watching a busy flow shows its bytes at their places and changes none.
#[tokio::test]
async fn a_busy_flow_that_is_watched_is_whole() -> Result<()> {
    const TOTAL: u64 = 80_000_009;
    for plane in planes() {
        let runner = start(&plane)?;
        let mut client = Client::connect(&runner).await?;
        let stages = [
            gated("flood", "go", [PROBE, "flood", &TOTAL.to_string()]),
            probe("sum", ["sum"]),
        ];
        let mut run = client.run(&lay(stages).build()).await?;
        let flow = run.model().flow(1, "w1")?;
        run.watch(1, "w1").await?;
        open_gate(&runner, "go")?;
        let mut seen: BTreeMap<u64, usize> = BTreeMap::new();
        run.until("the last byte", |model| {
            let Some(preview) = model.previews.get(&flow) else {
                return false;
            };
            for slice in preview.slices() {
                let expected = pipeyard_tests::pattern::bytes(slice.offset, slice.bytes.len());
                assert!(slice.bytes == expected, "{plane}: at {}", slice.offset);
                seen.insert(slice.offset, slice.bytes.len());
            }
            preview.end() == TOTAL
        })
        .await?;
        assert!(seen.len() > 1, "it was seen on its way: {seen:?}");
        run.until_ended().await?;
        let sum = run.text(1, "sum.stdout").await?;
        assert_eq!(sum, Sum::of_pattern(TOTAL).line(), "{plane}");
    }
    Ok(())
}
