//! Typing into a stage while it runs.

use anyhow::Result;
use pipeyard_shared::LaneNumber;
use pipeyard_shared::chain::{Stage, Stdin};
use pipeyard_shared::ending::Ending;
use pipeyard_shared::frame::Frame;
use pipeyard_shared::message::{ClientMessage, Trouble};
use pipeyard_tests::pattern::{self, Sum};
use pipeyard_tests::{Client, Lay, RunModel, TestRunner, lay};

use crate::support::probe;

fn typed_into(stages: impl IntoIterator<Item = Stage>, stage: &str) -> Lay {
    lay(stages).setup(stage, |setup| setup.stdin = Stdin::Typed)
}

#[tokio::test]
async fn a_dialogue_with_a_program() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let mut run = client
        .run(&typed_into([probe("upper", ["upper"])], "upper").build())
        .await?;
    let at = run.type_in(1, "upper", 0, b"hello\n").await?;
    run.until_shown(1, "upper.stdout", b"HELLO\n").await?;
    run.type_in(1, "upper", at, b"again\n").await?;
    run.until_shown(1, "upper.stdout", b"HELLO\nAGAIN\n")
        .await?;
    assert!(!run.model().is_ended(), "no end-of-file was typed yet");
    run.end_input(1, "upper").await?;
    let log = run.until_ended().await?;
    assert_eq!(log.ending(1, "upper")?, Ending::Exited { code: 0 });
    assert_eq!(run.text(1, "upper.stdout").await?, "HELLO\nAGAIN\nend\n");
    Ok(())
}

#[tokio::test]
async fn an_end_of_file_alone_is_enough() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let mut run = client
        .run(&typed_into([probe("sum", ["sum"])], "sum").build())
        .await?;
    run.pid(1, "sum").await?;
    run.end_input(1, "sum").await?;
    run.until_ended().await?;
    assert!(run.text(1, "sum.stdout").await?.starts_with("0 "));
    Ok(())
}

/// Much more than may wait: the credit holds the page back, and nothing is lost.
#[tokio::test]
async fn much_typing_is_held_back_and_arrives_whole() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let bytes = pattern::bytes(0, 1_000_000);
    let mut run = client
        .run(&typed_into([probe("sum", ["sum"])], "sum").build())
        .await?;
    run.type_in(1, "sum", 0, &bytes).await?;
    run.end_input(1, "sum").await?;
    run.until_ended().await?;
    assert_eq!(run.text(1, "sum.stdout").await?, Sum::of(&bytes).line());
    Ok(())
}

#[tokio::test]
async fn a_stage_that_does_not_read_gets_no_more_credit() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let bound = u64::from(client.limits.typed_bytes);
    let run = client
        .run(&typed_into([probe("idle", ["read-nothing", "60"])], "idle").build())
        .await?
        .id();
    let key = (LaneNumber(1), "idle".into());
    // What fits into the pipe is taken on top of what may wait.
    let pipe = 1 << 20;
    let mut at = 0;
    loop {
        client.ping().await?;
        let until = client.runs[&run]
            .credits
            .get(&key)
            .map_or(0, |(_, until)| *until);
        if at > 0 && until <= at {
            // No more is given however long one waits; one more ping is as good as any time.
            client.ping().await?;
            let until = client.runs[&run].credits[&key].1;
            if until <= at {
                break;
            }
        }
        assert!(
            until <= bound + pipe,
            "credit for {until} bytes that nobody reads"
        );
        let count = until.saturating_sub(at) as usize;
        at = client
            .running(run)
            .type_in(1, "idle", at, &vec![b'x'; count.max(1)])
            .await?;
    }
    assert!(at >= bound, "only {at} bytes could be typed");
    client.running(run).stop().await?;
    client.running(run).until_ended().await?;
    Ok(())
}

#[tokio::test]
async fn bytes_out_of_turn_are_refused_and_harm_nothing() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let mut run = client
        .run(&typed_into([probe("sum", ["sum"])], "sum").build())
        .await?;
    run.type_in(1, "sum", 0, b"12345").await?;
    let run = run.id();
    let limit = client.limits.typed_bytes as usize;
    let frame = |position, bytes: &[u8]| {
        Frame::Typed {
            run,
            lane: LaneNumber(1),
            stage: 0,
            position,
            bytes,
        }
        .encode()
    };
    client.say_bytes(frame(6, b"a gap")).await?;
    assert_eq!(
        client.next_trouble().await?,
        Trouble::TypedOutOfTurn { run, expected: 5 }
    );
    client.say_bytes(frame(u64::MAX, b"far away")).await?;
    assert_eq!(
        client.next_trouble().await?,
        Trouble::TypedOutOfTurn { run, expected: 5 }
    );
    client.say_bytes(frame(5, &vec![b'x'; 4 * limit])).await?;
    assert_eq!(
        client.next_trouble().await?,
        Trouble::TypedOutOfTurn { run, expected: 5 }
    );
    client.running(run).type_in(1, "sum", 5, b"6789").await?;
    client.running(run).end_input(1, "sum").await?;
    client.running(run).until_ended().await?;
    let sum = client.running(run).text(1, "sum.stdout").await?;
    assert_eq!(sum, Sum::of(b"123456789").line());
    client.say_bytes(frame(9, b"too late")).await?;
    assert_eq!(client.next_trouble().await?, Trouble::NotRunning { run });
    Ok(())
}

#[tokio::test]
async fn only_a_typed_input_can_be_typed_into() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let stages = [probe("a", ["sleep", "60"]), probe("b", ["sum"])];
    let run = client.run(&typed_into(stages, "a").build()).await?.id();
    client.running(run).pid(1, "b").await?;
    let frame = |lane, stage| {
        Frame::Typed {
            run,
            lane: LaneNumber(lane),
            stage,
            position: 0,
            bytes: b"x",
        }
        .encode()
    };
    client.say_bytes(frame(1, 1)).await?;
    assert_eq!(client.next_trouble().await?, Trouble::NotTyped { run });
    for (lane, stage) in [(1, 2), (1, u16::MAX), (0, 0), (2, 0)] {
        client.say_bytes(frame(lane, stage)).await?;
        let trouble = client.next_trouble().await?;
        assert_eq!(
            trouble,
            Trouble::NoSuchPlace { run },
            "lane {lane}, stage {stage}"
        );
    }
    let end = ClientMessage::EndInput {
        run,
        lane: LaneNumber(1),
        stage: "b".into(),
    };
    assert_eq!(client.trouble(&end).await?, Trouble::NotTyped { run });
    client.running(run).stop().await?;
    client.running(run).until_ended().await?;
    Ok(())
}

/// After a lost connection the page learns what has arrived, and sends again from there.
#[tokio::test]
async fn typing_goes_on_over_a_new_connection() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let run = client
        .run(&typed_into([probe("sum", ["sum"])], "sum").build())
        .await?
        .id();
    let text = b"some words that are typed in two pieces";
    client
        .running(run)
        .type_in(1, "sum", 0, &text[..10])
        .await?;
    client.ping().await?;
    let mut left = client.leave();
    left.forget_runs();
    let mut client = Client::resume(&runner, left).await?;
    let key = (LaneNumber(1), "sum".into());
    client
        .until("a new credit", |client| {
            client
                .runs
                .get(&run)
                .is_some_and(|model| model.credits.contains_key(&key))
        })
        .await?;
    let (received, _) = client.runs[&run].credits[&key];
    assert_eq!(received, 10);
    let mut run = client.running(run);
    run.type_in(1, "sum", received, &text[10..]).await?;
    run.end_input(1, "sum").await?;
    run.until_ended().await?;
    assert_eq!(run.text(1, "sum.stdout").await?, Sum::of(text).line());
    Ok(())
}

/// A page that had heard everything came back to a run in which nothing moved, and was never told how far its typing had
/// come: what had been lost on the way was not sent again.
#[tokio::test]
async fn who_comes_back_to_a_quiet_run_is_told_what_arrived() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let mut run = client
        .run(&typed_into([probe("sum", ["sum"])], "sum").build())
        .await?;
    run.pid(1, "sum").await?;
    run.type_in(1, "sum", 0, b"heard ").await?;
    let key = (LaneNumber(1), "sum".into());
    let taken = |model: &RunModel| model.credits.get(&key).is_some_and(|credit| credit.0 == 6);
    run.until("all to have arrived", taken).await?;
    let run = run.id();
    for _ in 0..20 {
        let model = client.runs.get_mut(&run).expect("it was started");
        model.credits.clear();
        client = Client::resume(&runner, client.leave()).await?;
        client.running(run).until("the credit", taken).await?;
    }
    client.running(run).end_input(1, "sum").await?;
    client.running(run).until_ended().await?;
    Ok(())
}
