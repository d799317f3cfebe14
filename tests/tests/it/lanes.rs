//! Parallel copies.

use anyhow::Result;
use pipeyard_shared::chain::Stage;
use pipeyard_shared::event::Event;
use pipeyard_shared::example;
use pipeyard_tests::{Client, TestRunner, lay};

use crate::support::{MODES, probe};

/// The chain that the page opens with: the source chapter's closing example.
#[tokio::test]
async fn the_opening_example_runs() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let mut run = client.run(&example::opening()).await?;
    let log = run.until_ended().await?;
    assert_eq!(log.status().map(|status| status.pipefail), Some(0));
    let mut sums = Vec::new();
    for lane in 1..=3 {
        sums.push(run.text(lane, "md5sum.stdout").await?);
        let encrypted = run.bytes(lane, "w2").await?;
        assert!(
            encrypted.starts_with(b"Salted__"),
            "{}",
            encrypted.escape_ascii()
        );
        assert_eq!(
            log.bytes(lane, "openssl.stderr")?,
            0,
            "-pbkdf2 keeps it quiet"
        );
        assert_eq!(log.bytes(lane, "w1")?, 10);
    }
    sums.sort();
    sums.dedup();
    assert_eq!(sums.len(), 3, "{sums:?}");
    Ok(())
}

/// Without `-pbkdf2` the warning of openssl must be seen.
#[tokio::test]
async fn a_warning_on_standard_error_is_kept() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let mut chain = example::opening();
    if let pipeyard_shared::chain::StageKind::Process(openssl) = &mut chain.stages[1].kind {
        openssl
            .args
            .retain(|argument| argument.lossy() != "-pbkdf2");
    }
    let mut run = client.run(&chain).await?;
    run.until_ended().await?;
    let warning = run.text(1, "openssl.stderr").await?;
    assert!(
        warning.contains("deprecated") || warning.contains("pbkdf2"),
        "{warning}"
    );
    Ok(())
}

/// All lanes are alive at the same moment: each waits for the last one to have come.
#[tokio::test]
async fn lanes_run_at_the_same_time() -> Result<()> {
    const LANES: u32 = 12;
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let text = format!("touch here.$0; until [ -e here.{LANES} ]; do sleep 0.02; done");
    let chain = lay([Stage::process("meet", "sh", ["-c", &text, "{lane}"])])
        .lanes(LANES)
        .build();
    let log = client.run(&chain).await?.until_ended().await?;
    assert_eq!(log.status().map(|status| status.pipefail), Some(0));
    Ok(())
}

#[tokio::test]
async fn a_lane_that_fails_leaves_the_others_alone() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let chain = lay([
        Stage::process(
            "sh",
            "sh",
            ["-c", "test {value} = bad && exit 7; echo {value}"],
        ),
        Stage::process("cat", "cat", []),
    ])
    .values(["a", "bad", "c"])
    .build();
    let mut run = client.run(&chain).await?;
    let log = run.until_ended().await?;
    assert_eq!(run.text(1, "cat.stdout").await?, "a\n");
    assert_eq!(run.text(3, "cat.stdout").await?, "c\n");
    let status = log.status().expect("the run is over");
    assert_eq!((status.last, status.pipefail), (0, 7));
    Ok(())
}

/// Many more lanes than jobs, each with two processes: all come to their end, in bounded time.
#[tokio::test]
async fn hundreds_of_lanes_come_to_their_end() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    for mode in MODES {
        let stages = [
            probe("a", ["echo", "{lane}"]),
            Stage::process("b", "cat", []),
        ];
        let chain = lay(stages).mode(mode).lanes(300).jobs(8).build();
        let mut run = client.run(&chain).await?;
        let log = run.until_ended().await?;
        assert_eq!(
            log.count(|event| matches!(event, Event::LaneEnded { .. })),
            300
        );
        assert_eq!(run.text(300, "b.stdout").await?, "300\n");
    }
    Ok(())
}
