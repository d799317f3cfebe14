//! Whatever the chunks: bytes in are bytes out, and the counters are exact.

use anyhow::Result;
use pipeyard_shared::chain::{Stage, WireMode};
use pipeyard_shared::event::FlowEnd;
use pipeyard_tests::pattern::{self, Sum};
use pipeyard_tests::{Client, RunModel, TestRunner, lay};
use proptest::prelude::*;

use crate::support::{Holdings, MODES, cases, probe, runtime};

/// How many newlines so many bytes of the pattern hold.
pub(crate) fn newlines(count: u64) -> u64 {
    let whole = count / pattern::PERIOD;
    whole + u64::from(count % pattern::PERIOD > u64::from(b'\n'))
}

/// Writes these chunks through a chain and checks every count on the way.
pub(crate) async fn pass(
    client: &mut Client,
    mode: WireMode,
    sizes: &[usize],
    between: usize,
) -> Result<RunModel> {
    let list: Vec<String> = sizes.iter().map(usize::to_string).collect();
    let list = list.join(",");
    let total: u64 = sizes.iter().map(|size| *size as u64).sum();
    let mut stages = vec![probe("source", ["chunks", list.as_str()])];
    for number in 0..between {
        stages.push(Stage::process(&format!("cat{number}"), "cat", []));
    }
    stages.push(probe("sum", ["sum"]));
    let chain = lay(stages).mode(mode).build();
    let mut run = client.run(&chain).await?;
    let log = run.until_ended().await?;
    let printed = run.text(1, "sum.stdout").await?;
    assert_eq!(printed, Sum::of_pattern(total).line(), "{mode:?} {sizes:?}");
    for wire in &chain.wires {
        let flow = log.flow(1, wire.id.as_str())?;
        let ended = log.flow_total(flow).expect("every wire ends");
        assert_eq!(
            ended.reason,
            FlowEnd::EndOfFile,
            "{mode:?} {sizes:?} {}",
            wire.id
        );
        let (bytes, lines) = match mode {
            WireMode::Tapped => (Some(total), Some(newlines(total))),
            WireMode::Direct => (None, None),
        };
        assert_eq!((ended.bytes, ended.lines), (bytes, lines), "{sizes:?}");
    }
    Ok(log)
}

#[tokio::test]
async fn each_named_chunk_size_passes_whole() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let patterns: [&[usize]; 10] = [
        &[],
        &[1],
        &[1; 700],
        &[4_095; 9],
        &[4_096; 9],
        &[4_097; 9],
        &[65_535, 65_536, 65_537],
        &[1 << 20, 1 << 20],
        &[1, 1 << 20, 1, 4_095, 65_536, 1],
        &[3_000_017],
    ];
    for mode in MODES {
        for sizes in patterns {
            pass(&mut client, mode, sizes, 1).await?;
        }
    }
    Ok(())
}

#[test]
fn random_chunks_pass_whole() {
    let runtime = runtime();
    let runner = TestRunner::start().expect("a runner");
    let client = runtime
        .block_on(Client::connect(&runner))
        .expect("a client");
    let client = std::cell::RefCell::new(client);
    let sizes = prop_oneof![
        1usize..9,
        4_090usize..4_100,
        65_530usize..65_540,
        1usize..200_000
    ];
    let sizes = proptest::collection::vec(sizes, 0..24);
    proptest!(cases(24), |(sizes in sizes, direct: bool, between in 0usize..3)| {
        let mode = MODES[usize::from(direct)];
        let mut client = client.borrow_mut();
        let passed = runtime.block_on(pass(&mut client, mode, &sizes, between));
        prop_assert!(passed.is_ok(), "{:?}", passed.err());
    });
}

/// The meters that a page sees on the way must end at the exact total.
#[tokio::test]
async fn the_last_meter_is_the_total() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let chain = lay([probe("flood", ["flood", "30000000"]), probe("sum", ["sum"])]).build();
    let mut run = client.run(&chain).await?;
    let log = run.until_ended().await?;
    let flow = log.flow(1, "w1")?;
    run.until("the last meter", |model| {
        model
            .meters
            .get(&flow)
            .is_some_and(|meter| meter.bytes == 30_000_000)
    })
    .await?;
    assert_eq!(run.model().meters[&flow].lines, Some(newlines(30_000_000)));
    Ok(())
}

/// Chains of zero bytes end, and then nothing of them is open.
#[tokio::test]
async fn nothing_at_all_passes_as_nothing() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    client.ping().await?;
    let before = Holdings::of(&runner)?;
    for mode in MODES {
        let stages = ["a", "b", "c", "d"].map(|id| Stage::process(id, "cat", []));
        let chain = lay(stages).mode(mode).build();
        let mut run = client.run(&chain).await?;
        let log = run.until_ended().await?;
        assert_eq!(log.bytes(1, "d.stdout")?, 0);
        assert_eq!(log.status().map(|status| status.pipefail), Some(0));
        before.are_back(&runner)?;
    }
    Ok(())
}

#[test]
fn newlines_are_counted_right() {
    for count in [0, 10, 11, 250, 251, 252, 261, 262, 5_000] {
        let bytes = pattern::bytes(0, count);
        let counted = bytes.iter().filter(|byte| **byte == b'\n').count();
        assert_eq!(newlines(count as u64), counted as u64, "{count}");
    }
}
