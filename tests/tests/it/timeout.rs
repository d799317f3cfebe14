//! Time that runs out: TERM, a grace, KILL; output so far is kept.

use std::time::Duration;

use anyhow::{Context, Result};
use pipeyard_shared::chain::{Stage, WireMode};
use pipeyard_shared::ending::Ending;
use pipeyard_shared::event::Event;
use pipeyard_shared::signal::Signal;
use pipeyard_tests::{Client, RunModel, TestRunner, lay};

use crate::support::{MODES, probe, within};

/// The signals that were sent, in order, with their times.
fn signals(log: &RunModel) -> Vec<(Signal, u64)> {
    let sent = log.events.iter().filter_map(|entry| match entry.event {
        Event::SignalSent { signal, .. } => Some((signal, entry.at_us)),
        _ => None,
    });
    sent.collect()
}

/// What a process is given between TERM and KILL.
const GRACE: Duration = Duration::from_secs(2);
/// How late the runner may be at each step: the time that is over, the end of the grace, the end after KILL.
const PROMISED: Duration = Duration::from_millis(250);

#[tokio::test]
async fn a_stage_that_does_as_it_is_asked_is_not_killed() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let chain = lay([Stage::process("sleep", "sleep", ["60"])])
        .setup("sleep", |setup| setup.timeout_ms = Some(200))
        .build();
    let log = client.run(&chain).await?.until_ended().await?;
    let expected = Ending::TimedOut {
        after_ms: 200,
        signal: Some(Signal::TERM),
    };
    assert_eq!(log.ending(1, "sleep")?, expected);
    assert_eq!(log.status().map(|status| status.last), Some(124));
    assert!(
        signals(&log)
            .iter()
            .all(|(signal, _)| *signal != Signal::KILL),
        "{:#?}",
        log.events
    );
    let told = log.find(|event| match event {
        Event::TimedOut {
            stage,
            after_ms: 200,
            ..
        } => stage.clone(),
        _ => None,
    });
    let (place, stage) = told.expect("the timeout is told");
    assert_eq!(stage.as_str(), "sleep");
    assert!(log.events[place].at_us >= 200_000, "not before its time");
    Ok(())
}

/// A stage that does not hear TERM runs out of its time. Gives by how much the runner was late at the
/// latest of its steps, of which none may come too early.
async fn killed(client: &mut Client, mode: WireMode) -> Result<Duration> {
    const AFTER: Duration = Duration::from_secs(2);
    let chain = lay([probe("deaf", ["ignore-term", "60"]), probe("sum", ["sum"])])
        .mode(mode)
        .setup("deaf", |setup| setup.timeout_ms = Some(2_000))
        .build();
    let mut run = client.run(&chain).await?;
    let log = run.until_ended().await?;
    let expected = Ending::TimedOut {
        after_ms: 2_000,
        signal: Some(Signal::KILL),
    };
    assert_eq!(log.ending(1, "deaf")?, expected, "{mode:?}");
    // The reader beside it was given its end-of-file, and what had been written before.
    assert_eq!(log.ending(1, "sum")?, Ending::Exited { code: 0 });
    let sum = run.text(1, "sum.stdout").await?;
    assert!(sum.starts_with("5 "), "the five bytes of `deaf\\n`: {sum}");
    let started = log.find(|event| match event {
        Event::StageStarted { stage, .. } => (stage.as_str() == "deaf").then_some(()),
        _ => None,
    });
    let (started, ()) = started.context("it starts")?;
    let sent = signals(&log);
    let [(Signal::TERM, term), (Signal::KILL, kill)] = sent[..] else {
        panic!("TERM, then KILL: {sent:?}");
    };
    let end = log.stage_end_place(1, "deaf")?;
    let [started, end] = [started, end].map(|place| log.events[place].at_us);
    let late = |from: u64, to: u64, wait: Duration| {
        let took = Duration::from_micros(to.saturating_sub(from));
        took.checked_sub(wait)
            .with_context(|| format!("{took:?} where {wait:?} must pass: {:#?}", log.events))
    };
    let steps = [
        late(started, term, AFTER)?,
        late(term, kill, GRACE)?,
        late(kill, end, Duration::ZERO)?,
    ];
    Ok(steps.into_iter().max().unwrap_or_default())
}

#[tokio::test]
async fn a_stage_that_ignores_it_is_killed_and_its_output_is_kept() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    for mode in MODES {
        within(PROMISED, async || killed(&mut client, mode).await).await?;
    }
    Ok(())
}

#[tokio::test]
async fn the_time_of_a_run_ends_all_its_stages() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let text = "echo before; exec sleep 60";
    let stages = [
        Stage::process("a", "sh", ["-c", text]),
        Stage::process("b", "cat", []),
    ];
    let chain = lay(stages).lanes(2).timeout_ms(3_000).build();
    let mut run = client.run(&chain).await?;
    let log = run.until_ended().await?;
    let told = log.count(|event| {
        matches!(
            event,
            Event::TimedOut {
                lane: None,
                stage: None,
                after_ms: 3_000
            }
        )
    });
    assert_eq!(told, 1, "{:#?}", log.events);
    for lane in [1, 2] {
        let ending = log.ending(lane, "a")?;
        assert!(
            matches!(
                ending,
                Ending::TimedOut {
                    after_ms: 3_000,
                    signal: Some(_)
                }
            ),
            "{ending:?}"
        );
        assert_eq!(
            run.text(lane, "b.stdout").await?,
            "before\n",
            "output so far is kept"
        );
    }
    assert_eq!(log.status().map(|status| status.pipefail), Some(124));
    Ok(())
}

/// Lanes that wait for their turn when the time runs out must not begin.
#[tokio::test]
async fn lanes_in_waiting_do_not_begin_when_time_is_over() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let chain = lay([probe("a", ["sleep", "60"])])
        .lanes(50)
        .jobs(1)
        .timeout_ms(2_000)
        .build();
    let log = client.run(&chain).await?.until_ended().await?;
    let begun = log.count(|event| matches!(event, Event::LaneStarted { .. }));
    assert_eq!(begun, 1);
    Ok(())
}

#[tokio::test]
async fn a_stage_that_is_done_in_time_has_not_timed_out() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let chain = lay([
        probe("quick", ["echo", "x"]),
        Stage::process("slow", "sleep", ["1"]),
    ])
    .setup("quick", |setup| setup.timeout_ms = Some(60_000))
    .timeout_ms(120_000)
    .build();
    let log = client.run(&chain).await?.until_ended().await?;
    assert!(!matches!(log.ending(1, "quick")?, Ending::TimedOut { .. }));
    assert_eq!(
        log.count(|event| matches!(event, Event::TimedOut { .. })),
        0
    );
    Ok(())
}

/// A stopped process does not read its TERM until it goes on.
#[tokio::test]
async fn a_process_that_stands_still_can_be_ended() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let mut run = client
        .run(&lay([probe("a", ["sleep", "60"])]).build())
        .await?;
    let pid = run.pid(1, "a").await?;
    run.signal(1, "a", Signal::STOP).await?;
    pipeyard_tests::wait_for("a stopped process", || {
        pipeyard_tests::processes::Process::read(pid).filter(|process| process.state == 'T')
    })?;
    run.stop().await?;
    let log = run.until_ended().await?;
    assert_eq!(log.count(|event| *event == Event::StopAsked), 1);
    assert!(
        matches!(log.ending(1, "a")?, Ending::Cancelled { signal: Some(_) }),
        "{:#?}",
        log.events
    );
    assert_eq!(
        log.count(|event| matches!(event, Event::LaneEnded { .. })),
        1
    );
    Ok(())
}
