//! How stages end, and when that is told.

use std::os::unix::fs::PermissionsExt;

use anyhow::{Context, Result};
use pipeyard_shared::chain::Stage;
use pipeyard_shared::ending::{Ending, StartCause};
use pipeyard_shared::event::Event;
use pipeyard_shared::message::{ClientMessage, Trouble};
use pipeyard_shared::signal::Signal;
use pipeyard_tests::{Client, TestRunner, lay};

use crate::support::{MODES, is_in_order, probe};

#[tokio::test]
async fn codes_and_signals_are_told_as_they_are() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let signaled = |number| Ending::Signaled {
        signal: Signal(number),
        core: false,
        reader_left: false,
        limit: None,
    };
    for (text, expected, status) in [
        ("exit 0", Ending::Exited { code: 0 }, 0),
        ("exit 255", Ending::Exited { code: 255 }, 255),
        ("kill -9 $$", signaled(9), 137),
        ("kill -USR1 $$", signaled(10), 138),
    ] {
        let chain = lay([Stage::process("sh", "sh", ["-c", text])]).build();
        let log = client.run(&chain).await?.until_ended().await?;
        assert_eq!(log.ending(1, "sh")?, expected, "{text}");
        assert_eq!(
            log.status().map(|status| status.last),
            Some(status),
            "{text}"
        );
    }
    Ok(())
}

/// A process that writes and is gone within a millisecond: its end is told after its last byte.
#[tokio::test]
async fn the_end_comes_after_the_last_byte() -> Result<()> {
    const LANES: u32 = 150;
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let chain = lay([probe("a", ["last-word", "{lane}"])])
        .lanes(LANES)
        .jobs(16)
        .build();
    let run = client.run(&chain).await?.id();
    let log = client.running(run).until_ended().await?;
    for lane in 1..=LANES {
        let ended = log.stage_end_place(lane, "a")?;
        for (flow, bytes) in [
            ("a.stdout", lane.to_string().len() as u64 + 1),
            ("a.stderr", 11),
        ] {
            let flow = log.flow(lane, flow)?;
            let began = log.find(|event| match event {
                Event::FlowBegan { flow: which } if *which == flow => Some(()),
                _ => None,
            });
            // Each stream is one write, so its first byte is its last. The end-of-file may be told
            // later: a process that is being started at that instant holds the pipe for a moment.
            let (place, ()) = began.expect("bytes came");
            assert!(
                is_in_order(&log, place, ended),
                "lane {lane}: {:?} before {:?}",
                log.events[ended],
                log.events[place]
            );
            let total = log.flow_total(flow).expect("the flow ended");
            assert_eq!(total.bytes, Some(bytes), "lane {lane}");
        }
    }
    // Nothing of it was lost on the way to the page either: ttyd loses the output of quick processes.
    for lane in [1, 77, LANES] {
        assert_eq!(
            client.running(run).text(lane, "a.stdout").await?,
            format!("{lane}\n")
        );
        assert_eq!(
            client.running(run).text(lane, "a.stderr").await?,
            "last words\n"
        );
    }
    Ok(())
}

#[tokio::test]
async fn what_cannot_start_is_told_with_its_cause_and_the_others_are_cancelled() -> Result<()> {
    let runner = TestRunner::start()?;
    for (name, content) in [
        ("noise", "neither program nor script"),
        ("script", "#!/no/such/interpreter\n"),
    ] {
        let path = runner.workspace().join(name);
        std::fs::write(&path, content)?;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755))?;
    }
    let mut client = Client::connect(&runner).await?;
    for mode in MODES {
        for (program, cause, status) in [
            ("./noise", StartCause::NotAProgram, 126),
            ("./script", StartCause::NotFound, 127),
        ] {
            for position in 0..3 {
                let mut stages: Vec<Stage> = ["a", "b", "c"]
                    .map(|id| probe(id, ["sleep", "60"]))
                    .into_iter()
                    .collect();
                stages[position] = Stage::process("culprit", program, []);
                let chain = lay(stages).mode(mode).build();
                let log = client.run(&chain).await?.until_ended().await?;
                let Ending::CouldNotStart { reason } = log.ending(1, "culprit")? else {
                    panic!("{program} started: {:#?}", log.events);
                };
                assert_eq!(reason.cause, cause);
                assert!(!reason.error.is_empty());
                assert!(
                    reason.program.lossy().contains(&program[2..]),
                    "{:?}",
                    reason.program
                );
                for stage in chain
                    .stages
                    .iter()
                    .filter(|stage| stage.id.as_str() != "culprit")
                {
                    let ending = log.ending(1, stage.id.as_str())?;
                    assert!(matches!(ending, Ending::Cancelled { .. }), "{ending:?}");
                }
                let told = log.status().expect("the run is over");
                assert!(told.pipefail != 0, "{told:?}");
                if position == 2 {
                    assert_eq!(told.last, status);
                }
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn what_a_process_used_is_told() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let stages = [probe("burn", ["burn", "300"]), probe("sum", ["sum"])];
    let log = client
        .run(&lay(stages).build())
        .await?
        .until_ended()
        .await?;
    let burnt = log.usage(1, "burn")?;
    assert!(burnt.processor_us() >= 300_000, "{burnt:?}");
    assert!(burnt.peak_kib > 100, "{burnt:?}");
    let idle = log.usage(1, "sum")?;
    assert!(
        idle.processor_us() < burnt.processor_us(),
        "{idle:?} {burnt:?}"
    );
    Ok(())
}

#[tokio::test]
async fn the_work_of_a_run_is_the_time_of_all_its_processes() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let stages = [probe("a", ["sleep", "60"]), probe("b", ["sleep", "60"])];
    let mut run = client.run(&lay(stages).build()).await?;
    for stage in ["a", "b"] {
        run.pid(1, stage).await?;
    }
    // Both are alive from here to the signals, so each has worked for at least so long.
    let began = std::time::Instant::now();
    while began.elapsed().as_millis() < 100 {
        run.client().ping().await?;
    }
    let alive = began.elapsed();
    for stage in ["a", "b"] {
        run.signal(1, stage, Signal::TERM).await?;
    }
    let log = run.until_ended().await?;
    let work = log.find(|event| match event {
        Event::RunEnded { work_us, .. } => Some(*work_us),
        _ => None,
    });
    let (place, work) = work.context("the run is over")?;
    let ended_us = log.events[place].at_us;
    assert!(u128::from(work) >= 2 * alive.as_micros(), "{work} µs");
    assert!(work <= 2 * ended_us, "{work} µs in {ended_us} µs");
    Ok(())
}

#[tokio::test]
async fn a_signal_reaches_the_stage_that_it_is_meant_for() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let stages = [probe("a", ["sleep", "60"]), probe("b", ["sum"])];
    let mut run = client.run(&lay(stages).build()).await?;
    run.pid(1, "a").await?;
    run.signal(1, "a", Signal(10)).await?;
    let log = run.until_ended().await?;
    let by_signal = Ending::Signaled {
        signal: Signal(10),
        core: false,
        reader_left: false,
        limit: None,
    };
    assert_eq!(log.ending(1, "a")?, by_signal);
    assert_eq!(log.ending(1, "b")?, Ending::Exited { code: 0 });
    let sent = log.count(|event| {
        matches!(event, Event::SignalSent { stage: Some(stage), signal: Signal(10), .. } if stage.as_str() == "a")
    });
    assert_eq!(sent, 1);

    let run = run.id();
    let signal = |lane, stage: &str, signal| ClientMessage::Signal {
        run,
        lane: pipeyard_shared::LaneNumber(lane),
        stage: stage.into(),
        signal,
    };
    let trouble = client.trouble(&signal(1, "a", Signal::TERM)).await?;
    assert_eq!(trouble, Trouble::NotRunning { run });
    let trouble = client.trouble(&signal(1, "nobody", Signal::TERM)).await?;
    assert_eq!(trouble, Trouble::NoSuchPlace { run });
    let trouble = client.trouble(&signal(9, "a", Signal::TERM)).await?;
    assert_eq!(trouble, Trouble::NoSuchPlace { run });
    for bad in [0, -1, 64, 9_999] {
        let trouble = client.trouble(&signal(1, "a", Signal(bad))).await?;
        assert_eq!(
            trouble,
            Trouble::BadSignal {
                signal: Signal(bad)
            }
        );
    }
    Ok(())
}
