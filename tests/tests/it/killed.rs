//! When the runner itself is killed, its children die with it.

use std::time::{Duration, Instant};

use anyhow::Result;
use pipeyard_shared::chain::{Stage, WireMode};
use pipeyard_tests::processes::Process;
use pipeyard_tests::{Client, TestRunner, lay, wait_for};
use rustix::process::Signal;
use tempfile::TempDir;

use crate::support::{MODES, PROBE, probe, within};

/// So long after its runner no child is alive any more.
const PROMISED: Duration = Duration::from_secs(1);

/// Kills a runner with processes of all kinds, and gives the time until the last of them was gone.
async fn outlived(mode: WireMode) -> Result<Duration> {
    let mut runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let stages = [
        probe("deaf", ["ignore-term", "60"]),
        Stage::process("sh", "sh", ["-c", "sleep 60 & sleep 61"]),
        probe("hold", ["hold", "60"]),
        Stage::process("cat", "cat", []),
    ];
    let mut run = client.run(&lay(stages).mode(mode).lanes(3).build()).await?;
    for lane in 1..=3 {
        run.until_shown(lane, "cat.stdout", b"held by ").await?;
    }
    wait_for("the shell's children", || {
        let sleeping = runner
            .descendants()
            .into_iter()
            .filter(|process| process.name == "sleep")
            .count();
        (sleeping >= 6).then_some(())
    })?;
    runner.send(Signal::KILL)?;
    let killed = Instant::now();
    runner.ended()?;
    wait_for("all children to be gone", || {
        runner.descendants().is_empty().then_some(())
    })?;
    Ok(killed.elapsed())
}

#[tokio::test]
async fn no_child_outlives_a_killed_runner() -> Result<()> {
    for mode in MODES {
        within(PROMISED, async || outlived(mode).await).await?;
    }
    Ok(())
}

/// The command line runs the same engine, and is killed more often.
#[tokio::test]
async fn no_child_outlives_a_killed_command_line() -> Result<()> {
    within(PROMISED, async || outlived_command_line()).await
}

fn outlived_command_line() -> Result<Duration> {
    let mark = format!("{}-command", std::process::id());
    let mut call = std::process::Command::new(pipeyard_tests::runner::binary()?)
        .args(["run", "--lanes", "2", "-c"])
        .arg(format!(
            "'{PROBE}' ignore-term 60 | sh -c 'sleep 60 & sleep 61'"
        ))
        .env("PIPEYARD_TEST_MARK", &mark)
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::null())
        .spawn()?;
    let marked = || -> Vec<Process> {
        let mut found = pipeyard_tests::processes::with_variable("PIPEYARD_TEST_MARK", &mark);
        found.retain(|process| process.pid != call.id());
        found
    };
    let started = wait_for("the sleeps", || {
        (marked()
            .iter()
            .filter(|process| process.name == "sleep")
            .count()
            >= 4)
            .then_some(())
    });
    let took = started.and_then(|()| {
        let pid = rustix::process::Pid::from_raw(call.id() as i32).expect("a process id");
        rustix::process::kill_process(pid, Signal::KILL)?;
        let killed = Instant::now();
        wait_for("all children to be gone", || {
            marked().is_empty().then_some(())
        })?;
        Ok(killed.elapsed())
    });
    // Also when something above failed.
    let _ = call.kill();
    call.wait()?;
    took
}

/// Copies of workspaces, in which solutions are run, stayed in the system's folder for ever.
#[test]
fn copies_that_a_killed_runner_has_left_go_when_the_next_one_starts() -> Result<()> {
    let place = TempDir::new()?;
    let left = place.path().join("pipeyard-lesson-left");
    std::fs::create_dir_all(left.join("files/deep"))?;
    std::fs::write(left.join("files/deep/file"), "left")?;
    let used = place.path().join("pipeyard-lesson-used");
    std::fs::create_dir_all(used.join("files"))?;
    let held = std::fs::File::open(&used)?;
    held.lock()?;
    let others = place.path().join("other");
    std::fs::create_dir(&others)?;
    let path = place.path().to_string_lossy();
    let runner = TestRunner::start_with(&[], &[("TMPDIR", &path)])?;
    wait_for("what was left to go", || (!left.exists()).then_some(()))?;
    runner.shut_down(Signal::INT)?;
    assert!(used.exists() && others.exists());
    Ok(())
}
