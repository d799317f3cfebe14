//! The deadlocks that people build: told as what they are, with who waits for whom, and nothing else is
//! called one.

use anyhow::Result;
use pipeyard_shared::chain::{InputPort, OutputPort, Stage};
use pipeyard_shared::event::{Doing, Event, Pace, Wait};
use pipeyard_shared::signal::Signal;
use pipeyard_tests::client::Running;
use pipeyard_tests::lay::apart;
use pipeyard_tests::{Client, RunModel, TestRunner};

use crate::support::{FOREVER, MODES, SHOUT, gated, open_gate, probe};

fn reads(port: InputPort) -> Doing {
    Doing::WaitingForInput { port }
}

fn writes(port: OutputPort) -> Doing {
    Doing::BlockedWriting { port }
}

fn wait(stage: &str, doing: Doing, on: &str) -> Wait {
    Wait {
        stage: stage.into(),
        doing,
        on: vec![on.into()],
    }
}

/// One fills its standard error while the other waits for the end of its standard output.
fn classic(writer: &str, reader: &str) -> Vec<Wait> {
    vec![
        wait(writer, writes(OutputPort::Stderr), reader),
        wait(reader, reads(InputPort::Stdin), writer),
    ]
}

fn told(model: &RunModel) -> usize {
    model.count(|event| matches!(event, Event::Deadlocked { .. }))
}

async fn until_told(run: &mut Running<'_>, count: usize) -> Result<Vec<Wait>> {
    run.until("a deadlock", |model| told(model) == count)
        .await?;
    Ok(run.model().deadlock(1).unwrap_or_default())
}

#[tokio::test]
async fn the_classic_one_names_both_stages_and_what_they_wait_at() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    for mode in MODES {
        // Beside the ring stand one who only feeds it and one who is only fed by it.
        let stages = [
            probe("above", ["flood", FOREVER]),
            Stage::process("shout", "sh", ["-c", SHOUT]),
            probe("stuck", ["deadlock", "{fd3}"]),
            probe("below", ["sum"]),
        ];
        let chain = apart(stages)
            .wire("above.stdout", "shout.stdin")
            .wire("shout.stdout", "stuck.stdin")
            .wire("shout.stderr", "stuck.fd3")
            .wire("stuck.stdout", "below.stdin")
            .mode(mode)
            .build();
        let mut run = client.run(&chain).await?;
        assert_eq!(until_told(&mut run, 1).await?, classic("shout", "stuck"));
        let doing = |stage| run.model().doing(1, stage);
        assert_eq!(doing("shout"), Some(writes(OutputPort::Stderr)), "{mode:?}");
        assert_eq!(doing("stuck"), Some(reads(InputPort::Stdin)), "{mode:?}");
        // Whoever is sent away sets the others free.
        run.signal(1, "stuck", Signal::TERM).await?;
        let log = run.until_ended().await?;
        assert_eq!(told(&log), 1, "it is told once");
    }
    Ok(())
}

#[tokio::test]
async fn a_fan_out_that_meets_again_can_be_one() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let stages = [
        probe("flood", ["flood", FOREVER]),
        Stage::process("left", "cat", []),
        Stage::process("right", "cat", []),
        probe("stuck", ["deadlock", "{fd3}"]),
    ];
    let chain = apart(stages)
        .wire("flood.stdout", "left.stdin")
        .wire("flood.stdout", "right.stdin")
        .wire("left.stdout", "stuck.stdin")
        .wire("right.stdout", "stuck.fd3")
        .build();
    let mut run = client.run(&chain).await?;
    let expected = vec![
        wait("flood", writes(OutputPort::Stdout), "right"),
        wait("left", reads(InputPort::Stdin), "flood"),
        wait("right", writes(OutputPort::Stdout), "stuck"),
        wait("stuck", reads(InputPort::Stdin), "left"),
    ];
    assert_eq!(until_told(&mut run, 1).await?, expected);
    // What it has written is still on its way, so its end loosens nothing: the others wait for each other.
    run.signal(1, "flood", Signal::KILL).await?;
    let expected = vec![
        wait("left", reads(InputPort::Stdin), "right"),
        wait("right", writes(OutputPort::Stdout), "stuck"),
        wait("stuck", reads(InputPort::Stdin), "left"),
    ];
    assert_eq!(until_told(&mut run, 2).await?, expected);
    run.signal(1, "right", Signal::KILL).await?;
    run.until_ended().await?;
    Ok(())
}

/// Others stand as still as a deadlock, and for as long: what keeps them is a signal, a sleep or a pace,
/// and somebody can let them go on.
#[tokio::test]
async fn who_only_stands_still_is_in_none() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let stopped = format!("head -c 65536 /dev/zero >&2; kill -STOP $$; {SHOUT}");
    for mode in MODES {
        let stages = [
            // Stopped, with as much as a pipe holds before a reader that waits for the other one.
            Stage::process("shout", "sh", ["-c", &stopped]),
            probe("patient", ["deadlock", "{fd3}"]),
            // Asleep.
            probe("sleeper", ["sleep", "60"]),
            probe("waiter", ["deadlock", "{fd3}"]),
            // A true one, later.
            gated("late", "go", ["sh", "-c", SHOUT]),
            probe("stuck", ["deadlock", "{fd3}"]),
        ];
        let chain = apart(stages)
            .wire("shout.stdout", "patient.stdin")
            .wire("shout.stderr", "patient.fd3")
            .wire("sleeper.stdout", "waiter.stdin")
            .wire("sleeper.stderr", "waiter.fd3")
            .wire("late.stdout", "stuck.stdin")
            .wire("late.stderr", "stuck.fd3")
            .mode(mode)
            .build();
        let mut run = client.run(&chain).await?;
        for (stage, doing) in [
            ("shout", Doing::Stopped),
            ("patient", reads(InputPort::Stdin)),
            ("sleeper", Doing::Waiting),
            ("waiter", reads(InputPort::Stdin)),
        ] {
            let is_so = |model: &RunModel| model.doing(1, stage) == Some(doing);
            run.until("all to stand still", is_so).await?;
        }
        // The looks that find the true one have found the others for longer.
        open_gate(&runner, "go")?;
        run.until("the true one", |model| {
            model.deadlock(1) == Some(classic("late", "stuck"))
        })
        .await?;
        let others = |model: &RunModel| {
            model.count(|event| {
                matches!(event, Event::Deadlocked { waits, .. } if *waits != classic("late", "stuck"))
            })
        };
        assert_eq!(others(run.model()), 0, "{:#?}", run.model().events);
        // And the stopped one becomes one as soon as it goes on.
        run.signal(1, "shout", Signal::CONT).await?;
        run.until("the next one", |model| {
            model.deadlock(1) == Some(classic("shout", "patient"))
        })
        .await?;
        std::fs::remove_file(runner.workspace().join("go"))?;
        run.stop().await?;
        run.until_ended().await?;
    }
    Ok(())
}

#[tokio::test]
async fn what_is_held_back_by_hand_is_none_until_it_is_let_go() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let stages = [
        gated("held", "first", ["sh", "-c", SHOUT]),
        probe("patient", ["deadlock", "{fd3}"]),
        gated("late", "second", ["sh", "-c", SHOUT]),
        probe("stuck", ["deadlock", "{fd3}"]),
    ];
    let chain = apart(stages)
        .wire("held.stdout", "patient.stdin")
        .wire("held.stderr", "patient.fd3")
        .wire("late.stdout", "stuck.stdin")
        .wire("late.stderr", "stuck.fd3")
        .build();
    let mut run = client.run(&chain).await?;
    run.set_pace(1, "w2", Pace::Paused).await?;
    open_gate(&runner, "first")?;
    let blocked = Some(writes(OutputPort::Stderr));
    run.until("the writer to be blocked", |model| {
        model.doing(1, "held") == blocked
    })
    .await?;
    open_gate(&runner, "second")?;
    assert_eq!(until_told(&mut run, 1).await?, classic("late", "stuck"));
    run.set_pace(1, "w2", Pace::Open).await?;
    assert_eq!(until_told(&mut run, 2).await?, classic("held", "patient"));
    run.stop().await?;
    run.until_ended().await?;
    Ok(())
}
