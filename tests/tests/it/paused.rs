//! Ends while a flow is held back: of its reader, its writer, its run; and what cannot be held back.

use anyhow::Result;
use pipeyard_shared::RunId;
use pipeyard_shared::chain::{Stage, WireMode};
use pipeyard_shared::ending::Ending;
use pipeyard_shared::event::{Event, FlowEnd, Pace};
use pipeyard_shared::flow::FlowId;
use pipeyard_shared::message::{ClientMessage, Trouble};
use pipeyard_tests::lay::apart;
use pipeyard_tests::pattern::Sum;
use pipeyard_tests::{Client, TestRunner, lay};

use crate::pace::{TOTAL, passed};
use crate::support::{
    BY_SIGPIPE, FOREVER, PROBE, after_two_ticks, clock, gated, open_gate, probe, until_blocked,
};

/// A branch that is paused and whose reader leaves holds nobody back any more.
#[tokio::test]
async fn a_paused_branch_that_is_left_frees_the_others() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let total = (10 * TOTAL).to_string();
    let chain = apart([
        gated("flood", "go", [PROBE, "flood", &total]),
        gated("leaves", "leave", ["true"]),
        probe("sum", ["sum"]),
    ])
    .wire("flood.stdout", "leaves.stdin")
    .wire("flood.stdout", "sum.stdin")
    .build();
    let mut run = client.run(&chain).await?;
    run.set_pace(1, "w1", Pace::Paused).await?;
    open_gate(&runner, "go")?;
    until_blocked(&mut run, "flood").await?;
    open_gate(&runner, "leave")?;
    let log = run.until_ended().await?;
    assert_eq!(log.bytes(1, "w1")?, 0);
    assert_eq!(log.bytes(1, "w2")?, 10 * TOTAL);
    let sum = run.text(1, "sum.stdout").await?;
    assert_eq!(sum, Sum::of_pattern(10 * TOTAL).line());
    Ok(())
}

/// As on any pipe: who writes to a wire whose reader has left is told, paused or not.
#[tokio::test]
async fn a_reader_that_leaves_a_paused_wire_ends_its_writer() -> Result<()> {
    for pace in [
        Pace::Paused,
        Pace::Lines { count: 3 },
        Pace::Rate { bytes: 1 },
    ] {
        let runner = TestRunner::start()?;
        let mut client = Client::connect(&runner).await?;
        let stages = [
            gated("flood", "go", [PROBE, "flood", FOREVER]),
            gated("leaves", "leave", ["true"]),
        ];
        let mut run = client.run(&lay(stages).build()).await?;
        run.set_pace(1, "w1", pace).await?;
        open_gate(&runner, "go")?;
        until_blocked(&mut run, "flood").await?;
        open_gate(&runner, "leave")?;
        let log = run.until_ended().await?;
        assert_eq!(log.ending(1, "flood")?, BY_SIGPIPE, "{pace:?}");
        let ended = log.flow_total(log.flow(1, "w1")?).expect("the wire ended");
        assert_eq!(ended.reason, FlowEnd::ReaderLeft);
        if pace == Pace::Paused {
            assert_eq!(ended.bytes, Some(0));
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_paused_run_can_be_stopped_and_its_time_can_be_over() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    for by_time in [false, true] {
        let stages = [probe("flood", ["flood", FOREVER]), probe("sum", ["sum"])];
        let mut laid = lay(stages);
        if by_time {
            // Long enough for all that is to be so before.
            laid = laid.timeout_ms(5_000);
        }
        let mut run = client.run(&laid.build()).await?;
        run.pid(1, "sum").await?;
        for flow in ["w1", "sum.stdout"] {
            run.set_pace(1, flow, Pace::Paused).await?;
        }
        if !by_time {
            run.stop().await?;
        }
        let log = run.until_ended().await?;
        let ending = log.ending(1, "flood")?;
        match ending {
            Ending::TimedOut { .. } => assert!(by_time),
            Ending::Cancelled { .. } => assert!(!by_time),
            other => panic!("{other:?}"),
        }
        let place = |is_meant: fn(&Event) -> bool| {
            log.find(|event| is_meant(event).then_some(()))
                .map(|(place, ())| place)
        };
        let paced = place(|event| matches!(event, Event::PaceSet { .. }));
        let ended = place(|event| matches!(event, Event::TimedOut { .. } | Event::StopAsked));
        assert!(paced.is_some() && paced < ended, "{:#?}", log.events);
    }
    Ok(())
}

/// Its writer is long gone when the wire is opened again: all of it comes.
#[tokio::test]
async fn what_stands_before_a_paused_wire_outlives_its_writer() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let stages = [
        gated("echo", "go", ["echo", "last words"]),
        Stage::process("cat", "cat", []),
        clock(),
    ];
    let chain = apart(stages).wire("echo.stdout", "cat.stdin").build();
    let mut run = client.run(&chain).await?;
    run.set_pace(1, "w1", Pace::Paused).await?;
    open_gate(&runner, "go")?;
    run.until("the writer's end", |model| model.ending(1, "echo").is_ok())
        .await?;
    after_two_ticks(&mut run).await?;
    assert_eq!(passed(&run, "w1")?, (0, 0));
    run.set_pace(1, "w1", Pace::Open).await?;
    run.until("the reader's end", |model| model.ending(1, "cat").is_ok())
        .await?;
    open_gate(&runner, "over")?;
    run.until_ended().await?;
    assert_eq!(run.text(1, "cat.stdout").await?, "last words\n");
    Ok(())
}

/// An output that no wire leaves: nobody reads it, and its run stands until it is let through.
#[tokio::test]
async fn a_free_output_can_be_paused_too() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let chain = lay([gated("echo", "go", ["echo", "last words"])]).build();
    let paused = client.start(&chain).await?;
    let mut run = client.running(paused);
    run.set_pace(1, "echo.stdout", Pace::Paused).await?;
    open_gate(&runner, "go")?;
    run.until("its end", |model| model.ending(1, "echo").is_ok())
        .await?;
    // A later run has been given every grace that an ended process has: its bytes were waited for, who holds
    // its output was named, and was ended.
    let held = lay([probe("hold", ["hold", "60"])]).build();
    let log = client.run(&held).await?.until_ended().await?;
    let graces =
        log.count(|event| matches!(event, Event::FlowHeld { .. } | Event::LeftoverEnded { .. }));
    assert_eq!(graces, 2, "{:#?}", log.events);
    let mut run = client.running(paused);
    assert_eq!(passed(&run, "echo.stdout")?, (0, 0));
    assert!(!run.model().is_ended(), "bytes of it are still to come");
    run.set_pace(1, "echo.stdout", Pace::Open).await?;
    run.until_ended().await?;
    assert_eq!(run.text(1, "echo.stdout").await?, "last words\n");
    Ok(())
}

#[tokio::test]
async fn what_cannot_be_paced_is_named() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let stages = [gated("a", "go", ["echo", "x"]), probe("sum", ["sum"])];
    let chain = lay(stages).mode(WireMode::Direct).build();
    let run = client.start(&chain).await?;
    client.running(run).pid(1, "sum").await?;
    let wire = client.runs[&run].flow(1, "w1")?;
    let free = client.runs[&run].flow(1, "sum.stdout")?;
    let set = |run, flow| ClientMessage::SetPace {
        run,
        flow,
        pace: Pace::Paused,
    };
    let nobody = RunId(4_711);
    for (message, trouble) in [
        (set(run, wire), Trouble::NotTapped { run }),
        (set(run, FlowId(99)), Trouble::NoSuchPlace { run }),
        (set(nobody, wire), Trouble::NoSuchRun { run: nobody }),
    ] {
        assert_eq!(client.trouble(&message).await?, trouble);
    }
    let paced = client.runs[&run].count(|event| matches!(event, Event::PaceSet { .. }));
    assert_eq!(paced, 0, "what was refused is not told");
    open_gate(&runner, "go")?;
    client.running(run).until_ended().await?;
    let trouble = client.trouble(&set(run, free)).await?;
    assert_eq!(trouble, Trouble::NotRunning { run });
    let model = &client.runs[&run];
    assert!(model.is_ended(), "nothing is told after the end");
    Ok(())
}
