//! What once hung the runner, outlived it, or got past it unnoticed. Each test is the story of one fault.

use std::io::Read;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};
use pipeyard_shared::chain::{Input, Stage, StageKind};
use pipeyard_tests::lay::apart;
use pipeyard_tests::processes::with_variable;
use pipeyard_tests::runner::binary;
use pipeyard_tests::{Client, Pipeyard, TestRunner, lay, wait_for};
use rustix::process::{Pid, Signal, kill_process};

/// Far above the second or two that an end may take, far below what the stages would take by themselves.
const SOON: Duration = Duration::from_secs(15);

/// An endless input into a discard never waits for anything, and kept the reactor's threads for itself:
/// no timer, no signal and no other page got a turn.
#[tokio::test]
async fn an_endless_input_into_nothing_leaves_turns_to_others() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let endless = Input::Repeat {
        text: "x".into(),
        times: None,
    };
    let chain = lay([
        Stage::input("endless", endless),
        Stage::new("nowhere", StageKind::Discard),
    ])
    .lanes(4)
    .build();
    let run = client.start(&chain).await?;
    let mut other = Client::connect(&runner).await?;
    other.ping().await?;
    client.running(run).stop().await?;
    client.running(run).until_ended().await?;
    Ok(())
}

/// Two writers that feed two readers each kept one reader for a long line and waited for the other.
#[test]
fn crossed_fan_outs_of_long_lines_do_not_wait_for_each_other() -> Result<()> {
    let lines = |id: &str, length: u32| {
        let one = format!("head -c {length} /dev/zero | tr '\\0' x; echo");
        Stage::shell(id, &format!("for i in 1 2 3 4 5 6 7 8; do {one}; done"))
    };
    let count = |id: &str| Stage::process(id, "wc", ["-l"]);
    let chain = apart([
        lines("a", 90_000),
        lines("d", 81_000),
        count("b"),
        count("c"),
    ])
    .wire("a.stdout", "b.stdin")
    .wire("a.stdout", "c.stdin")
    .wire("d.stdout", "c.stdin")
    .wire("d.stdout", "b.stdin")
    .lanes(4)
    .build();
    for _ in 0..3 {
        let outcome = Pipeyard::run_chain(&chain, &[])?.outcome()?.expect_code(0);
        assert_eq!(
            outcome.text(),
            "16\n".repeat(8),
            "two readers in four lanes"
        );
    }
    Ok(())
}

/// What is left in a pipe for an outsider who does not read kept the run open.
#[test]
fn an_outsider_that_does_not_read_does_not_keep_the_run_open() -> Result<()> {
    let text = "head -c 120000 /dev/zero | sh -c 'exec 3<&0; sleep 60 <&3 & true'";
    let outcome = Pipeyard::run(text, &[])?.outcome()?.expect_code(0);
    assert!(outcome.took < SOON, "{:?}", outcome.took);
    Ok(())
}

/// A run that is stopped does not wait for somebody to read its output.
#[test]
fn a_stopped_run_does_not_wait_for_its_reader() -> Result<()> {
    let mut child = Command::new(binary()?)
        .args(["run", "--timeout", "300ms", "-c", "yes"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    // Nobody reads what it prints.
    let _unread = child.stdout.take();
    let ended = wait_for("the end", || child.try_wait().ok().flatten())?;
    assert_eq!(ended.code(), Some(124));
    Ok(())
}

/// `timeout` makes a group of its own, which the lane's signals missed.
#[test]
fn a_stage_that_leaves_the_lanes_group_is_ended_with_it() -> Result<()> {
    let text = "true | timeout 60 sleep 60";
    let call = Pipeyard::run(text, &["--timeout", "300ms"])?;
    let outcome = call.outcome()?.expect_code(124);
    assert!(outcome.took < SOON, "{:?}", outcome.took);
    Ok(())
}

/// The time of a shell stage ended the shell and left what it had started in front of the next stage.
#[test]
fn the_time_of_a_stage_frees_what_is_behind_it() -> Result<()> {
    let chain = lay([
        Stage::shell("slow", "echo early; sleep 60; echo late"),
        Stage::process("cat", "cat", []),
    ])
    .setup("slow", |setup| setup.timeout_ms = Some(300))
    .build();
    let outcome = Pipeyard::run_chain(&chain, &[])?.outcome()?.expect_code(0);
    assert_eq!(outcome.text(), "early\n");
    assert!(outcome.took < SOON, "{:?}", outcome.took);
    Ok(())
}

/// Output that could not be passed on was lost with status 0.
#[test]
fn output_that_cannot_be_written_is_a_failure() -> Result<()> {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full")?;
    let output = Command::new(binary()?)
        .args(["run", "--report", "-c", "echo lost"])
        .stdout(full)
        .stderr(Stdio::piped())
        .output()?;
    assert_eq!(output.status.code(), Some(1));
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        words.contains("echo") && words.contains("writing"),
        "{words}"
    );
    Ok(())
}

/// A broken standard error made every sentence a panic.
#[test]
fn a_sentence_that_nobody_can_hear_changes_no_status() -> Result<()> {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full")?;
    let status = Command::new(binary()?)
        .args(["run", "-c", "no-such-program-of-ours"])
        .stderr(full)
        .status()?;
    assert_eq!(status.code(), Some(127));
    Ok(())
}

/// Whoever was forked while others were asked to end was not seen.
#[test]
fn those_who_fork_while_they_are_ended_are_ended_too() -> Result<()> {
    let mark = format!("{}-stubborn", std::process::id());
    let text = "bash -c '(trap : TERM; while :; do sleep 77; done) & echo hi'";
    let call = Pipeyard::run(text, &[])?.variable("PIPEYARD_TEST_STUBBORN", &mark);
    assert_eq!(call.outcome()?.expect_code(0).text(), "hi\n");
    let left = with_variable("PIPEYARD_TEST_STUBBORN", &mark);
    // The guard goes on its own, right after the runner.
    let left: Vec<_> = left
        .into_iter()
        .filter(|process| !process.is_zombie())
        .collect();
    assert!(left.is_empty(), "{left:?}");
    Ok(())
}

/// A parent that ignores SIGCHLD has the kernel reap our children, and how they ended was never known.
#[test]
fn an_ignored_sigchld_is_put_right() -> Result<()> {
    let output = Command::new("env")
        .arg("--ignore-signal=CHLD")
        .arg(binary()?)
        .args(["run", "-c", "sh -c 'echo hi; exit 3'"])
        .stdin(Stdio::null())
        .process_group(0)
        .output()
        .context("coreutils' env")?;
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(output.stdout, b"hi\n");
    Ok(())
}

/// A single message over 1 MiB closed the connection, so a session with a large chain never came back.
#[tokio::test]
async fn a_session_with_a_large_chain_comes_back() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let large = "x".repeat(2 << 20);
    let chain = lay([
        Stage::input("large", Input::Text(large.as_str().into())),
        Stage::process("sum", "cksum", []),
    ])
    .build();
    let run = client.start(&chain).await?;
    let before = client.running(run).until_ended().await?;
    let mut left = client.leave();
    // It comes back with nothing in hand, so that the runner must tell everything again.
    left.forget_runs();
    let mut client = Client::resume(&runner, left).await?;
    let after = client.running(run).until_ended().await?;
    assert_eq!(after.events, before.events);
    Ok(())
}

/// A busy flow was spliced into a socket that nobody read, which blocks whatever one asks for: no stop got
/// through to it.
#[test]
fn a_busy_output_that_nobody_takes_any_more_can_be_stopped() -> Result<()> {
    let (ours, theirs) = UnixStream::pair()?;
    let mut child = Command::new(binary()?)
        .args(["run", "--report", "-c", "head -c 300000000 /dev/zero"])
        .stdout(OwnedFd::from(theirs))
        .stderr(Stdio::null())
        .spawn()?;
    // Enough for the flow to be a busy one.
    std::io::copy(&mut (&ours).take(30_000_000), &mut std::io::sink())?;
    let pid = Pid::from_child(&child);
    kill_process(pid, Signal::TERM)?;
    let status = wait_for("its end", || child.try_wait().ok().flatten());
    if status.is_err() {
        kill_process(pid, Signal::KILL)?;
    }
    assert_eq!(status?.code(), Some(128 + 15));
    Ok(())
}

/// A disk that took nothing made the thread of a busy flow try again for ever.
#[tokio::test]
async fn a_disk_that_refuses_does_not_hold_a_run_up() -> Result<()> {
    let runner = TestRunner::start_with(&[], &[("TMPDIR", "/nonexistent")])?;
    let mut client = Client::connect(&runner).await?;
    let chain = lay([
        Stage::process("head", "head", ["-c", "60000000", "/dev/zero"]),
        Stage::process("wc", "wc", ["-c"]),
    ])
    .build();
    let mut run = client.run(&chain).await?;
    run.until_ended().await?;
    assert_eq!(run.text(1, "wc.stdout").await?, "60000000\n");
    let total = run.model().flow_total(run.model().flow(1, "w1")?);
    let kept = total.and_then(|total| total.kept);
    assert!(kept.is_some_and(|kept| kept < 60_000_000), "{kept:?}");
    Ok(())
}
