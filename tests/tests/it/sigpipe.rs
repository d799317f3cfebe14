//! A reader that leaves ends the writer, as on any pipe.

use std::time::Duration;

use anyhow::Result;
use pipeyard_shared::chain::{Stage, WireMode};
use pipeyard_shared::ending::Ending;
use pipeyard_shared::event::FlowEnd;
use pipeyard_shared::signal::Signal;
use pipeyard_tests::{Client, TestRunner, lay};

use crate::support::{BY_SIGPIPE, MODES, PROBE, gated, open_gate, within};

/// After its reader has left, a writer that goes on writing ends within this time.
const PROMISED: Duration = Duration::from_millis(200);

/// `yes | head -1`: how long after `head` the other one ended.
async fn yes_after_head(client: &mut Client, mode: WireMode) -> Result<Duration> {
    let stages = [
        Stage::process("yes", "yes", []),
        Stage::process("head", "head", ["-1"]),
    ];
    let mut run = client.run(&lay(stages).mode(mode).build()).await?;
    let log = run.until_ended().await?;
    assert_eq!(log.ending(1, "yes")?, BY_SIGPIPE, "{mode:?}");
    assert_eq!(log.ending(1, "head")?, Ending::Exited { code: 0 });
    assert_eq!(run.text(1, "head.stdout").await?, "y\n");
    let status = log.status().expect("the run is over");
    assert_eq!((status.last, status.pipefail), (0, 141));
    let at = |stage| {
        log.stage_end_place(1, stage)
            .map(|place| log.events[place].at_us)
    };
    let apart = at("yes")?.saturating_sub(at("head")?);
    Ok(Duration::from_micros(apart))
}

#[tokio::test]
async fn yes_ends_soon_after_head() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    for mode in MODES {
        within(PROMISED, async || yes_after_head(&mut client, mode).await).await?;
    }
    Ok(())
}

/// Behind a relay that does not watch its far end, the byte is taken and the writer exits 0.
#[tokio::test]
async fn a_late_writer_gets_the_signal_too() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    for mode in MODES {
        let stages = [
            gated("late", "gone", [PROBE, "late-byte", "0"]),
            Stage::process("gone", "true", []),
        ];
        let mut run = client.run(&lay(stages).mode(mode).build()).await?;
        run.until("the reader's end", |model| model.ending(1, "gone").is_ok())
            .await?;
        open_gate(&runner, "gone")?;
        let log = run.until_ended().await?;
        std::fs::remove_file(runner.workspace().join("gone"))?;
        assert_eq!(log.ending(1, "late")?, BY_SIGPIPE, "{mode:?}");
        assert_eq!(
            run.text(1, "late.stderr").await?,
            "",
            "it died before it could say anything"
        );
    }
    Ok(())
}

#[tokio::test]
async fn the_signal_travels_up_a_long_chain() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    for mode in MODES {
        let mut stages = vec![Stage::process("yes", "yes", [])];
        stages.extend((0..6).map(|number| Stage::process(&format!("cat{number}"), "cat", [])));
        stages.push(Stage::process("head", "head", ["-c", "100000"]));
        let mut run = client.run(&lay(stages).mode(mode).build()).await?;
        let log = run.until_ended().await?;
        for stage in ["yes", "cat0", "cat5"] {
            assert_eq!(log.ending(1, stage)?, BY_SIGPIPE, "{stage} {mode:?}");
        }
        assert_eq!(log.bytes(1, "head.stdout")?, 100_000);
    }
    Ok(())
}

#[tokio::test]
async fn a_wire_says_that_its_reader_left() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let stages = [
        Stage::process("yes", "yes", []),
        Stage::process("head", "head", ["-1"]),
    ];
    let log = client
        .run(&lay(stages).build())
        .await?
        .until_ended()
        .await?;
    let ended = log.flow_total(log.flow(1, "w1")?).expect("the wire ended");
    assert_eq!(ended.reason, FlowEnd::ReaderLeft);
    Ok(())
}

/// A process that sends itself the signal has not been left by a reader: that is no normal end.
#[tokio::test]
async fn a_signal_of_its_own_is_not_excused() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let chain = lay([Stage::process("sh", "sh", ["-c", "kill -PIPE $$"])]).build();
    let log = client.run(&chain).await?.until_ended().await?;
    let expected = Ending::Signaled {
        signal: Signal::PIPE,
        core: false,
        reader_left: false,
        limit: None,
    };
    assert_eq!(log.ending(1, "sh")?, expected);
    Ok(())
}
