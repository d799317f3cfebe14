//! One output, many wires.

use anyhow::Result;
use pipeyard_shared::chain::Stage;
use pipeyard_shared::ending::Ending;
use pipeyard_shared::event::FlowEnd;
use pipeyard_tests::lay::apart;
use pipeyard_tests::pattern::Sum;
use pipeyard_tests::{Client, TestRunner};

use crate::support::probe;

const TOTAL: u64 = 5_000_011;

#[tokio::test]
async fn all_copies_are_the_same() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let readers = ["r1", "r2", "r3", "r4"];
    let mut laid = vec![probe("flood", ["flood", &TOTAL.to_string()])];
    laid.extend(readers.map(|id| probe(id, ["sum"])));
    let laid = readers.iter().fold(apart(laid), |laid, reader| {
        laid.wire("flood.stdout", &format!("{reader}.stdin"))
    });
    let mut run = client.run(&laid.build()).await?;
    let log = run.until_ended().await?;
    for (reader, wire) in readers.iter().zip(["w1", "w2", "w3", "w4"]) {
        let sum = run.text(1, &format!("{reader}.stdout")).await?;
        assert_eq!(sum, Sum::of_pattern(TOTAL).line(), "{reader}");
        assert_eq!(log.bytes(1, wire)?, TOTAL, "{wire}");
    }
    Ok(())
}

#[tokio::test]
async fn a_branch_that_closes_leaves_the_others_whole() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let stages = [
        probe("flood", ["flood", &TOTAL.to_string()]),
        Stage::process("head", "head", ["-c", "10"]),
        Stage::process("gone", "true", []),
        probe("sum", ["sum"]),
    ];
    let laid = apart(stages)
        .wire("flood.stdout", "head.stdin")
        .wire("flood.stdout", "gone.stdin")
        .wire("flood.stdout", "sum.stdin");
    let mut run = client.run(&laid.build()).await?;
    let log = run.until_ended().await?;
    assert_eq!(
        run.text(1, "sum.stdout").await?,
        Sum::of_pattern(TOTAL).line()
    );
    assert_eq!(log.bytes(1, "w3")?, TOTAL);
    assert_eq!(
        log.ending(1, "flood")?,
        Ending::Exited { code: 0 },
        "one reader stayed to the end"
    );
    for wire in ["w1", "w2"] {
        let ended = log.flow_total(log.flow(1, wire)?).expect("the wire ended");
        assert_eq!(ended.reason, FlowEnd::ReaderLeft, "{wire}");
    }
    Ok(())
}

/// The writer gets its SIGPIPE when the last branch has closed, and not before.
#[tokio::test]
async fn when_all_branches_close_the_writer_ends() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let stages = [
        Stage::process("yes", "yes", []),
        Stage::process("one", "head", ["-c", "1"]),
        Stage::process("many", "head", ["-c", "1000000"]),
    ];
    let laid = apart(stages)
        .wire("yes.stdout", "one.stdin")
        .wire("yes.stdout", "many.stdin");
    let log = client.run(&laid.build()).await?.until_ended().await?;
    assert!(matches!(
        log.ending(1, "yes")?,
        Ending::Signaled {
            reader_left: true,
            ..
        }
    ));
    assert_eq!(log.bytes(1, "many.stdout")?, 1_000_000);
    Ok(())
}

/// Nothing is dropped for the slowest: it holds all back.
#[tokio::test]
async fn the_slowest_branch_gets_everything() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let stages = [
        probe("flood", ["flood", "600000"]),
        probe("slow", ["slow-sum", "3"]),
        probe("fast", ["sum"]),
    ];
    let laid = apart(stages)
        .wire("flood.stdout", "slow.stdin")
        .wire("flood.stdout", "fast.stdin");
    let mut run = client.run(&laid.build()).await?;
    run.until_ended().await?;
    for reader in ["slow.stdout", "fast.stdout"] {
        assert_eq!(
            run.text(1, reader).await?,
            Sum::of_pattern(600_000).line(),
            "{reader}"
        );
    }
    Ok(())
}
