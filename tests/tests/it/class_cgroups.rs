//! The level *class* where the host hands control groups on: the kernel bounds each sandbox as a whole.

use anyhow::{Context, Result};
use pipeyard_shared::chain::Stage;
use pipeyard_shared::event::Event;
use pipeyard_shared::limits::LimitName;
use pipeyard_tests::delegated::Delegated;
use pipeyard_tests::{Client, OrdinaryUser, RunModel, TestRunner, lay, wait_for};
use rustix::process::Signal;

fn shell(id: &str, text: &str) -> Stage {
    Stage::process(id, "bash", ["-c", text])
}

fn python(id: &str, text: &str) -> Stage {
    Stage::process(id, "python3", ["-c", text])
}

/// No process maps it, so whoever only looks what processes hold finds nothing.
#[tokio::test]
async fn files_in_memory_count_and_who_holds_too_much_is_told_the_limit() -> Result<()> {
    let Some(group) = Delegated::to(OrdinaryUser::new())? else {
        return Ok(());
    };
    let runner = TestRunner::start_delegated(&group, &["--memory", "200000000"])?;
    let mut client = Client::connect(&runner).await?;
    let hog =
        "import os; f = os.memfd_create('f')\nfor i in range(300): os.write(f, b'x' * 1_000_000)";
    let mut hog = client.run(&lay([python("a", hog)]).build()).await?;
    hog.until("its end", RunModel::is_ended).await?;
    let told = hog.model().find(|event| match event {
        Event::LimitReached { limit, most } => Some((*limit, *most)),
        _ => None,
    });
    let told = told.map(|(_, told)| told);
    assert_eq!(told, Some((LimitName::Memory, 200_000_000)));
    // There is a new sandbox for who comes next, and its group is the only one.
    let mut after = client.run(&lay([shell("a", "echo well")]).build()).await?;
    after.until_ended().await?;
    assert_eq!(after.text(1, "a.stdout").await?, "well\n");
    let is_alone = || group.sandboxes().is_ok_and(|found| found.len() == 1);
    wait_for("the end of the first group", || is_alone().then_some(()))?;
    Ok(())
}

#[tokio::test]
async fn stages_are_in_the_group_of_their_sandbox_with_its_bounds() -> Result<()> {
    let Some(group) = Delegated::to(OrdinaryUser::new())? else {
        return Ok(());
    };
    let arguments = ["--sandbox-processes", "40"];
    let runner = TestRunner::start_delegated(&group, &arguments)?;
    let mut client = Client::connect(&runner).await?;
    let stages = [shell("a", "sleep 600 & setsid sleep 600 & echo here; wait")];
    let mut run = client.run(&lay(stages).build()).await?;
    run.until_shown(1, "a.stdout", b"here").await?;
    let sandboxes = group.sandboxes()?;
    let sandbox = sandboxes.first().context("a group")?;
    let read = |file: &str| std::fs::read_to_string(sandbox.join(file));
    // The agent, bash and two more.
    wait_for("all four in the group", || {
        read("cgroup.procs")
            .is_ok_and(|found| found.lines().count() == 4)
            .then_some(())
    })?;
    assert_eq!(read("pids.max")?.trim(), "40");
    assert_eq!(read("memory.oom.group")?.trim(), "1");
    runner.shut_down(Signal::TERM)?;
    assert_eq!(group.sandboxes()?, Vec::<std::path::PathBuf>::new());
    Ok(())
}

#[tokio::test]
async fn what_a_killed_runner_leaves_the_next_one_takes_away() -> Result<()> {
    let Some(group) = Delegated::to(OrdinaryUser::new())? else {
        return Ok(());
    };
    let mut killed = TestRunner::start_delegated(&group, &[])?;
    let mut client = Client::connect(&killed).await?;
    let mut run = client
        .run(&lay([shell("a", "echo here; sleep 600")]).build())
        .await?;
    run.until_shown(1, "a.stdout", b"here").await?;
    killed.send(Signal::KILL)?;
    killed.ended()?;
    let left = group.sandboxes()?;
    assert_eq!(left.len(), 1);
    wait_for("the end of what ran", || {
        group.user().processes().is_empty().then_some(())
    })?;
    let _next = TestRunner::start_delegated(&group, &[])?;
    assert_eq!(group.sandboxes()?, Vec::<std::path::PathBuf>::new());
    Ok(())
}
