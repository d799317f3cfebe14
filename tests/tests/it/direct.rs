//! Direct wires: nobody stands between two processes, and what passes there can be seen all the same.

use anyhow::Result;
use pipeyard_shared::chain::{Stage, WireMode};
use pipeyard_shared::ending::Ending;
use pipeyard_shared::event::{Event, FlowEnd};
use pipeyard_shared::flow::FlowId;
use pipeyard_shared::signal::Signal;
use pipeyard_tests::pattern::{self, Sum};
use pipeyard_tests::{Client, RunModel, TestRunner, lay};

use crate::support::{FOREVER, MODES, probe};

/// Bytes of a glimpse, at most.
const GLIMPSE: usize = 4_096;

fn began(model: &RunModel, flow: FlowId) -> bool {
    model.count(|event| matches!(event, Event::FlowBegan { flow: at } if *at == flow)) == 1
}

#[tokio::test]
async fn what_stands_in_a_pipe_is_seen_and_stays_there() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let text = "until [ -e go ]; do sleep 0.02; done; head -c 5; exec sleep 60";
    let stages = [
        Stage::process(
            "writer",
            "sh",
            ["-c", "printf 'hello, world'; exec sleep 60"],
        ),
        Stage::process("reader", "sh", ["-c", text]),
    ];
    let chain = lay(stages).mode(WireMode::Direct).build();
    let mut run = client.run(&chain).await?;
    run.watch(1, "w1").await?;
    let wire = run.model().flow(1, "w1")?;
    let waiting = |model: &RunModel| model.meters.get(&wire).and_then(|meter| meter.waiting);
    run.until("twelve bytes in the pipe", |model| {
        waiting(model) == Some(12)
    })
    .await?;
    let meter = run.model().meters[&wire];
    assert_eq!((meter.bytes, meter.lines), (0, None), "nothing has passed");
    assert!(meter.room >= Some(4_096), "{meter:?}");
    let glimpsed = |model: &RunModel, bytes: &[u8]| {
        let glimpse = model.glimpses.get(&wire);
        glimpse.is_some_and(|(latest, _)| latest == bytes)
    };
    run.until("a glimpse of them", |model| {
        glimpsed(model, b"hello, world")
    })
    .await?;
    run.until("the beginning", |model| began(model, wire))
        .await?;
    std::fs::write(runner.workspace().join("go"), "")?;
    run.until("five of them taken", |model| waiting(model) == Some(7))
        .await?;
    run.until("a glimpse of the rest", |model| glimpsed(model, b", world"))
        .await?;
    run.until_shown(1, "reader.stdout", b"hello").await?;
    run.until("five that have passed", |model| {
        model.meters[&wire].bytes == 5
    })
    .await?;
    run.signal(1, "reader", Signal::KILL).await?;
    run.signal(1, "writer", Signal::KILL).await?;
    let log = run.until_ended().await?;
    let total = log.flow_total(wire).map(|total| total.bytes);
    assert_eq!(total, Some(None), "nobody has counted it");
    Ok(())
}

/// A pipe that is read as soon as something is in it is hardly ever found with something in it.
#[tokio::test]
async fn a_quick_reader_does_not_hide_the_beginning() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let text = "until [ -e go ]; do sleep 0.02; done; while :; do echo line; sleep 0.02; done";
    let stages = [
        Stage::process("slow", "sh", ["-c", text]),
        Stage::process("cat", "cat", []),
    ];
    let chain = lay(stages).mode(WireMode::Direct).build();
    let mut run = client.run(&chain).await?;
    let wire = run.model().flow(1, "w1")?;
    run.until("the reader to wait", |model| {
        model.doing(1, "cat").is_some()
    })
    .await?;
    assert!(!began(run.model(), wire), "nothing was written yet");
    std::fs::write(runner.workspace().join("go"), "")?;
    run.until("the beginning", |model| began(model, wire))
        .await?;
    run.until("bytes that passed", |model| {
        model
            .meters
            .get(&wire)
            .is_some_and(|meter| meter.bytes > 10)
    })
    .await?;
    run.stop().await?;
    run.until_ended().await?;
    Ok(())
}

#[tokio::test]
async fn a_full_pipe_is_seen_to_be_full_in_each_mode() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    for mode in MODES {
        let stages = [
            probe("flood", ["flood", FOREVER]),
            probe("idle", ["read-nothing", "60"]),
        ];
        let mut run = client.run(&lay(stages).mode(mode).build()).await?;
        run.watch(1, "w1").await?;
        let wire = run.model().flow(1, "w1")?;
        run.until("a full pipe", |model| {
            let meter = model.meters.get(&wire);
            meter.is_some_and(|meter| meter.waiting.is_some() && meter.waiting == meter.room)
        })
        .await?;
        if mode == WireMode::Direct {
            run.until("a glimpse", |model| model.glimpses.contains_key(&wire))
                .await?;
            let (glimpse, _) = &run.model().glimpses[&wire];
            let expected = pattern::bytes(0, GLIMPSE);
            assert!(!glimpse.is_empty() && expected.starts_with(glimpse));
        } else {
            assert!(run.model().glimpses.is_empty(), "its bytes are kept");
        }
        run.signal(1, "idle", Signal::KILL).await?;
        let log = run.until_ended().await?;
        let killed = matches!(
            log.ending(1, "flood")?,
            Ending::Signaled { signal, reader_left: true, .. } if signal == Signal::PIPE
        );
        assert!(killed, "{:?}", log.ending(1, "flood")?);
    }
    Ok(())
}

/// Who looks into a pipe is one reader more for an instant, and a writer hears all the same that the last
/// one has left: when it writes, and while it is blocked in writing.
#[tokio::test]
async fn a_reader_that_leaves_is_not_replaced_by_who_looks() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    const LANES: u32 = 40;
    for reader in ["head -c 300000 >/dev/null", "sleep 0.3"] {
        let stages = [
            probe("flood", ["flood", FOREVER]),
            Stage::process("reader", "sh", ["-c", reader]),
        ];
        let chain = lay(stages)
            .mode(WireMode::Direct)
            .lanes(LANES)
            .jobs(8)
            .build();
        let mut run = client.run(&chain).await?;
        for lane in 1..=LANES {
            run.watch(lane, "w1").await?;
        }
        let log = run.until_ended().await?;
        for lane in 1..=LANES {
            let killed = matches!(
                log.ending(lane, "flood")?,
                Ending::Signaled { signal, reader_left: true, .. } if signal == Signal::PIPE
            );
            assert!(killed, "lane {lane}: {:?}", log.ending(lane, "flood")?);
            let total = log.flow_total(log.flow(lane, "w1")?);
            assert_eq!(total.map(|total| total.reason), Some(FlowEnd::ReaderLeft));
        }
    }
    Ok(())
}

#[tokio::test]
async fn watching_changes_no_byte() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    const COUNT: usize = 60_000_000;
    let count = COUNT.to_string();
    let stages = [
        probe("flood", ["flood", count.as_str()]),
        Stage::process("cat", "cat", []),
        probe("sum", ["sum"]),
    ];
    let chain = lay(stages).mode(WireMode::Direct).lanes(3).build();
    let mut run = client.run(&chain).await?;
    for lane in 1..=3 {
        run.watch(lane, "w1").await?;
        run.watch(lane, "w2").await?;
    }
    run.until_ended().await?;
    let mut expected = Sum::new();
    let mut at = 0;
    while at < COUNT {
        let length = (COUNT - at).min(1 << 20);
        expected.add(&pattern::bytes(at as u64, length));
        at += length;
    }
    for lane in 1..=3 {
        assert_eq!(run.text(lane, "sum.stdout").await?, expected.line());
    }
    Ok(())
}
