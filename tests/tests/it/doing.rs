//! What processes do, in words: looked at from outside while somebody watches.

use anyhow::Result;
use pipeyard_shared::chain::{Chain, InputPort, OutputPort, Stage, Stderr, Stdin};
use pipeyard_shared::event::{Doing, Event};
use pipeyard_shared::signal::Signal;
use pipeyard_tests::client::Running;
use pipeyard_tests::lay::apart;
use pipeyard_tests::{Client, TestRunner, lay};

use crate::support::{FOREVER, MODES, SHOUT, probe};

const READS_STDIN: Doing = Doing::WaitingForInput {
    port: InputPort::Stdin,
};

async fn until_doing(run: &mut Running<'_>, stage: &str, doing: Doing) -> Result<()> {
    let what = format!("`{stage}` to be found {doing:?}");
    run.until(&what, |model| model.doing(1, stage) == Some(doing))
        .await
}

async fn end(mut run: Running<'_>) -> Result<()> {
    run.stop().await?;
    run.until_ended().await?;
    Ok(())
}

#[tokio::test]
async fn who_waits_for_input_and_who_sleeps() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    for mode in MODES {
        let stages = [probe("sleeper", ["sleep", "60"]), probe("sum", ["sum"])];
        let mut run = client.run(&lay(stages).mode(mode).build()).await?;
        until_doing(&mut run, "sum", READS_STDIN).await?;
        until_doing(&mut run, "sleeper", Doing::Waiting).await?;
        let starts = run.model().count(|event| {
            matches!(
                event,
                Event::StageDoing {
                    doing: Doing::Running,
                    ..
                }
            )
        });
        assert_eq!(starts, 0, "that a stage runs at first goes without saying");
        run.signal(1, "sleeper", Signal::KILL).await?;
        run.until_ended().await?;
    }
    Ok(())
}

/// A program that opens `/dev/fd/3` reads from another number, and from the same port.
#[tokio::test]
async fn an_extra_input_is_known_however_it_is_opened() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    for mode in MODES {
        let stages = [
            probe("sleeper", ["sleep", "60"]),
            probe("sum", ["sum-file", "{fd3}"]),
        ];
        let chain = apart(stages).wire("sleeper.stdout", "sum.fd3").mode(mode);
        let mut run = client.run(&chain.build()).await?;
        let port = InputPort::Extra(3);
        until_doing(&mut run, "sum", Doing::WaitingForInput { port }).await?;
        end(run).await?;
    }
    Ok(())
}

#[tokio::test]
async fn who_is_blocked_in_writing_and_where() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let idle = || probe("idle", ["read-nothing", "60"]);
    let shout = || Stage::process("writer", "sh", ["-c", SHOUT]);
    let flood = || probe("writer", ["flood", FOREVER]);
    let joined = |chain: Chain| {
        let mut chain = chain;
        for setup in chain.stages[..1].iter_mut().filter_map(Stage::setup_mut) {
            setup.stderr = Stderr::Stdout;
        }
        chain
    };
    for mode in MODES {
        let stderr = apart([shout(), idle()]).wire("writer.stderr", "idle.stdin");
        let cases = [
            (
                lay([flood(), idle()]).mode(mode).build(),
                OutputPort::Stdout,
            ),
            (stderr.mode(mode).build(), OutputPort::Stderr),
            // Standard error that is joined to it is standard output, whatever the number.
            (
                joined(lay([shout(), idle()]).mode(mode).build()),
                OutputPort::Stdout,
            ),
        ];
        for (chain, port) in cases {
            let mut run = client.run(&chain).await?;
            until_doing(&mut run, "writer", Doing::BlockedWriting { port }).await?;
            until_doing(&mut run, "idle", Doing::Waiting).await?;
            end(run).await?;
        }
    }
    Ok(())
}

#[tokio::test]
async fn who_is_stopped_and_goes_on() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let mut run = client
        .run(&lay([probe("busy", ["burn", "600000"])]).build())
        .await?;
    run.pid(1, "busy").await?;
    run.signal(1, "busy", Signal::STOP).await?;
    until_doing(&mut run, "busy", Doing::Stopped).await?;
    run.signal(1, "busy", Signal::CONT).await?;
    until_doing(&mut run, "busy", Doing::Running).await?;
    end(run).await
}

/// A shell that has started others waits for them; one that has become another program does what that does.
#[tokio::test]
async fn a_shell_waits_for_its_children() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let stages = [
        probe("sleeper", ["sleep", "60"]),
        Stage::shell("shell", "cat; true"),
        Stage::shell("program", "exec cat"),
    ];
    let mut run = client.run(&lay(stages).build()).await?;
    until_doing(&mut run, "shell", Doing::Waiting).await?;
    until_doing(&mut run, "program", READS_STDIN).await?;
    end(run).await
}

/// Each change is told by the time at which it was first seen.
#[tokio::test]
async fn typing_wakes_a_stage_that_waits() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let stage = Stage::process("typed", "sh", ["-c", "read line; exec sleep 60"]);
    let chain = lay([stage]).setup("typed", |setup| setup.stdin = Stdin::Typed);
    let mut run = client.run(&chain.build()).await?;
    until_doing(&mut run, "typed", READS_STDIN).await?;
    run.type_in(1, "typed", 0, b"go on\n").await?;
    until_doing(&mut run, "typed", Doing::Waiting).await?;
    run.signal(1, "typed", Signal::KILL).await?;
    let log = run.until_ended().await?;
    let started = log.find(|event| matches!(event, Event::StageStarted { .. }).then_some(()));
    let started = started.map(|(place, ())| log.events[place].at_us);
    let mut since = started;
    for entry in &log.events {
        if matches!(entry.event, Event::StageDoing { .. }) {
            assert!(since.is_some() && Some(entry.at_us) >= since, "{entry:?}");
            since = Some(entry.at_us);
        }
    }
    Ok(())
}
