//! Back-pressure: who reads slowly holds back who writes, and the runner holds next to nothing.

use anyhow::Result;
use pipeyard_shared::chain::{FanIn, Stage, WireMode};
use pipeyard_shared::ending::Ending;
use pipeyard_shared::signal::Signal;
use pipeyard_tests::lay::apart;
use pipeyard_tests::processes::{Process, resident_kib};
use pipeyard_tests::{Client, TestRunner, lay, wait_for};

use crate::support::{FOREVER, MODES, gated, open_gate, probe, until_blocked};

/// What may lie in two pipes and the runner between them.
const CAPACITY: u64 = 3 << 20;

#[tokio::test]
async fn a_reader_that_does_not_read_blocks_its_writer() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    for mode in MODES {
        let stages = [
            probe("flood", ["flood", FOREVER]),
            probe("idle", ["read-nothing", "60"]),
        ];
        let mut run = client.run(&lay(stages).mode(mode).build()).await?;
        run.pid(1, "flood").await?;
        let before = resident_kib(runner.pid());
        let written = until_blocked(&mut run, "flood").await?;
        assert!(written < CAPACITY, "{written} bytes were taken, {mode:?}");
        let after = resident_kib(runner.pid());
        assert!(
            after < before + 32 * 1_024,
            "{before} KiB became {after} KiB"
        );
        run.signal(1, "idle", Signal::KILL).await?;
        let log = run.until_ended().await?;
        assert!(matches!(
            log.ending(1, "flood")?,
            Ending::Signaled {
                reader_left: true,
                ..
            }
        ));
        if mode == WireMode::Tapped {
            assert!(log.bytes(1, "w1")? <= written);
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_reader_that_is_stopped_and_goes_on_gets_everything() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    for mode in MODES {
        let stages = [
            probe("flood", ["flood", FOREVER]),
            Stage::process("middle", "cat", []),
            // It does not read before the signal has come, so that the chain cannot be through before.
            gated("head", "go", ["head", "-c", "20000000"]),
        ];
        let mut run = client.run(&lay(stages).mode(mode).build()).await?;
        let middle = run.pid(1, "middle").await?;
        run.pid(1, "head").await?;
        run.signal(1, "middle", Signal::STOP).await?;
        wait_for("a stopped process", || {
            Process::read(middle).filter(|process| process.state == 'T')
        })?;
        let written = until_blocked(&mut run, "flood").await?;
        open_gate(&runner, "go")?;
        let still = until_blocked(&mut run, "flood").await?;
        assert!(still < CAPACITY, "{written} bytes became {still}");
        run.signal(1, "middle", Signal::CONT).await?;
        let log = run.until_ended().await?;
        assert_eq!(log.bytes(1, "head.stdout")?, 20_000_000, "{mode:?}");
        std::fs::remove_file(runner.workspace().join("go"))?;
    }
    Ok(())
}

/// Two ways meet at a reader that wants the one to its end before it looks at the other: nobody can go
/// on. The chain stands, the runner does not.
#[tokio::test]
async fn a_deadlock_of_the_learners_making_is_theirs_alone() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let stages = [
        probe("flood", ["flood", FOREVER]),
        Stage::process("left", "cat", []),
        Stage::process("right", "cat", []),
        probe("stuck", ["deadlock", "{fd3}"]),
    ];
    let chain = apart(stages)
        .wire("flood.stdout", "left.stdin")
        .wire("flood.stdout", "right.stdin")
        .wire("left.stdout", "stuck.stdin")
        .wire("right.stdout", "stuck.fd3")
        .build();
    let stuck = client.start(&chain).await?;
    until_blocked(&mut client.running(stuck), "flood").await?;
    // The runner goes on, for this page and its other runs.
    let mut other = client
        .run(&lay([probe("a", ["echo", "fine"])]).build())
        .await?;
    other.until_ended().await?;
    assert_eq!(other.text(1, "a.stdout").await?, "fine\n");
    let mut stuck = client.running(stuck);
    assert!(!stuck.model().is_ended());
    stuck.stop().await?;
    stuck.until_ended().await?;
    Ok(())
}

/// The second wire of an ordered fan-in waits for the first, however long that takes, and loses nothing.
#[tokio::test]
async fn an_ordered_wire_waits_its_turn() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let stages = [
        gated("slow", "go", ["echo", "first"]),
        probe("flood", ["flood", "12000000"]),
        probe("sum", ["sum"]),
    ];
    let chain = apart(stages)
        .fan_in("sum.stdin", FanIn::Ordered)
        .wire("slow.stdout", "sum.stdin")
        .wire("flood.stdout", "sum.stdin")
        .build();
    let mut run = client.run(&chain).await?;
    let written = until_blocked(&mut run, "flood").await?;
    assert!(written < CAPACITY, "{written} bytes passed out of turn");
    open_gate(&runner, "go")?;
    run.until_ended().await?;
    let mut expected = pipeyard_tests::pattern::Sum::of(b"first\n");
    expected.add(&pipeyard_tests::pattern::bytes(0, 12_000_000));
    assert_eq!(run.text(1, "sum.stdout").await?, expected.line());
    Ok(())
}
