//! Exit and end-of-file are separate events.

use std::time::Instant;

use anyhow::Result;
use pipeyard_shared::chain::{Stage, WireMode};
use pipeyard_shared::ending::Ending;
use pipeyard_shared::event::{Event, FlowEnd};
use pipeyard_tests::processes::Process;
use pipeyard_tests::{Client, PATIENCE, Pipeyard, TestRunner, lay, wait_for};

use crate::support::{MODES, probe};

#[tokio::test]
async fn who_holds_an_output_open_is_named_and_the_run_ends() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    // It ends once what it leaves behind is a program of its own.
    let chain = lay([probe("holder", ["hold", "60"])]).build();
    let mut run = client.run(&chain).await?;
    let log = run.until_ended().await?;
    assert_eq!(log.ending(1, "holder")?, Ending::Exited { code: 0 });
    let held = log.find(|event| match event {
        Event::FlowHeld { flow, pid, program } => Some((*flow, *pid, program.clone())),
        _ => None,
    });
    let (_, (flow, pid, program)) = held.expect("the holder is named");
    assert_eq!(flow, log.flow(1, "holder.stdout")?);
    assert_eq!(program.lossy(), "probe");
    let said = run.text(1, "holder.stdout").await?;
    assert_eq!(said, format!("held by {pid}\n"));
    let ended = log.flow_total(flow).expect("it ended");
    assert_eq!(ended.reason, FlowEnd::Abandoned);
    let left = log.find(|event| match event {
        Event::LeftoverEnded { count, .. } => Some(*count),
        _ => None,
    });
    assert!(
        left.is_some_and(|(_, count)| count >= 1),
        "{:#?}",
        log.events
    );
    wait_for("the sleep to be gone", || {
        Process::read(pid).is_none().then_some(())
    })
}

/// The exit is told while the wire is still held: a learner sees the one before the other. The reader
/// waits for its end-of-file, as behind any shell, and says so; and the run can be ended.
#[tokio::test]
async fn the_exit_is_not_kept_back() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    for mode in MODES {
        let stages = [
            probe("hold", ["hold", "60"]),
            Stage::process("cat", "cat", []),
        ];
        let mut run = client.run(&lay(stages).mode(mode).build()).await?;
        run.until("the writer's end", |model| model.ending(1, "hold").is_ok())
            .await?;
        run.until_shown(1, "cat.stdout", b"held by ").await?;
        assert_eq!(run.model().ending(1, "hold")?, Ending::Exited { code: 0 });
        assert!(
            run.model().ending(1, "cat").is_err(),
            "its reader still waits"
        );
        // Nobody watches a direct wire, so only a tapped one can be told of.
        if mode == WireMode::Tapped {
            let held = run.model().flow(1, "w1")?;
            run.until("the holder's name", |model| {
                model.count(|event| matches!(event, Event::FlowHeld { flow, .. } if *flow == held))
                    > 0
            })
            .await?;
            assert_eq!(run.model().flow_total(held), None, "the wire is still open");
        }
        run.stop().await?;
        let log = run.until_ended().await?;
        let said = run.text(1, "cat.stdout").await?;
        let pid: u32 = said
            .trim()
            .strip_prefix("held by ")
            .expect("it names its child")
            .parse()?;
        let named = log.find(|event| match event {
            Event::FlowHeld { pid, .. } => Some(*pid),
            _ => None,
        });
        if mode == WireMode::Tapped {
            assert_eq!(named.map(|(_, pid)| pid), Some(pid));
        }
        wait_for("the holder to be gone", || {
            Process::read(pid).is_none().then_some(())
        })?;
    }
    Ok(())
}

#[test]
fn the_command_line_does_not_hang_either() -> Result<()> {
    let ended = Pipeyard::run("sh -c 'sleep 60 & echo hi'", &[])?
        .outcome()?
        .expect_code(0);
    assert_eq!(ended.text(), "hi\n");
    assert!(ended.took.as_secs() < 30, "{:?}", ended.took);
    Ok(())
}

/// A grandchild that is still writing has time to finish what it says. On a machine so busy that it did not even begin in that time,
/// what it holds is let go, and that is told: then it has another try.
#[tokio::test]
async fn a_short_afterword_is_not_cut() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let text = "echo word; (echo afterword) & true";
    let until = Instant::now() + PATIENCE;
    loop {
        let mut run = client
            .run(&lay([Stage::process("sh", "sh", ["-c", text])]).build())
            .await?;
        let log = run.until_ended().await?;
        let ended = log.flow_total(log.flow(1, "sh.stdout")?);
        let was_let_go = ended.is_some_and(|ended| ended.reason == FlowEnd::Abandoned);
        if was_let_go && Instant::now() < until {
            continue;
        }
        assert_eq!(
            run.text(1, "sh.stdout").await?,
            "word\nafterword\n",
            "{:#?}",
            log.events
        );
        return Ok(());
    }
}
