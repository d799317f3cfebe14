//! A stage that is bypassed stays in the chain and is no part of the run.

use anyhow::Result;
use pipeyard_shared::chain::Stage;
use pipeyard_shared::event::Event;
use pipeyard_tests::{Client, TestRunner, lay};

#[tokio::test]
async fn what_feeds_a_bypassed_stage_feeds_what_it_fed() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    // It could not even be started.
    let mut missing = Stage::process("missing", "no-such-program", ["x"]);
    missing.bypassed = true;
    let stages = [
        Stage::process("count", "seq", ["3"]),
        missing,
        Stage::process("turn", "tac", [] as [&str; 0]),
    ];
    let mut run = client.run(&lay(stages).build()).await?;
    run.watch(1, "turn.stdout").await?;
    run.until_shown(1, "turn.stdout", b"3\n2\n1\n").await?;
    let log = run.until_ended().await?;
    let stages = log.events.iter().filter(|entry| {
        matches!(&entry.event, Event::StageStarted { stage, .. } if stage.as_str() != "missing")
    });
    assert_eq!(stages.count(), 2);
    Ok(())
}
