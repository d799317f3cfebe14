//! What once hung the runner, outlived it, or got past it unnoticed. Each test is the story of one fault.

use std::ffi::OsStr;
use std::io::Read;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};
use pipeyard_shared::chain::{Input, Stage, StageKind, WireMode};
use pipeyard_shared::event::{Doing, Event, Pace};
use pipeyard_shared::story::{Sentence, story};
use pipeyard_tests::http::{cookie, get, host};
use pipeyard_tests::lay::apart;
use pipeyard_tests::processes::with_variable;
use pipeyard_tests::runner::binary;
use pipeyard_tests::{Client, Pipeyard, TestRunner, lay, wait_for};
use rustix::process::{Pid, Signal, kill_process};

use crate::support::{gated, open_gate};

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
        .args(["run", "--timeout", "2s", "-c", "yes"])
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
    let call = Pipeyard::run(text, &["--timeout", "2s"])?;
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
    .setup("slow", |setup| setup.timeout_ms = Some(2_000))
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

/// Only the output of stages was looked after: what Pipeyard prints itself was lost with status 0.
#[test]
fn what_pipeyard_prints_itself_and_cannot_write_is_a_failure() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("run.rec");
    let recorded = Command::new(binary()?)
        .args(["run", "-c", "true", "--record"])
        .arg(&file)
        .status()?;
    assert!(recorded.success());
    let replay = ["replay".as_ref(), file.as_os_str()];
    let events = ["run", "--events", "-c", "true"].map(OsStr::new);
    let fails = ["run", "--events", "-c", "sh -c 'exit 3'"].map(OsStr::new);
    for (arguments, code, language, words) in [
        (&replay[..], 1, "C", "standard output cannot be written"),
        (&events[..], 1, "C", "standard output cannot be written"),
        (&events[..], 1, "ko", "표준 출력에 쓸 수 없습니다"),
        (&fails[..], 3, "C", "standard output cannot be written"),
    ] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full")?;
        let output = Command::new(binary()?)
            .args(arguments)
            .env("LC_ALL", language)
            .stdin(Stdio::null())
            .stdout(full)
            .stderr(Stdio::piped())
            .output()?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
        assert_eq!(said.matches(words).count(), 1, "once: {said}");
    }
    // A reader that leaves is no failure.
    for arguments in [&replay[..], &events[..]] {
        let (reader, writer) = std::io::pipe()?;
        drop(reader);
        let output = Command::new(binary()?)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(writer)
            .stderr(Stdio::piped())
            .output()?;
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert_eq!(output.stderr, b"", "{arguments:?}");
    }
    Ok(())
}

/// Names out of somebody else's file were sent to the terminal as they were.
#[test]
fn a_foreign_file_does_not_steer_the_terminal() -> Result<()> {
    let odd = "\u{1b}[2J\u{202e}\u{9b}x";
    let chain = lay([Stage::process("odd", odd, [])]).build();
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("chain.json");
    std::fs::write(&file, chain.to_json())?;
    let recording = folder.path().join("run.rec");
    // A chain with a problem, whose sentence names the stage.
    let mut bad = chain.clone();
    bad.stages[0].id = odd.into();
    let header = format!(
        "{{\"pipeyard_recording\":1,\"runner\":\"0\",\"chain\":{}}}\n",
        bad.to_json()
    );
    std::fs::write(&recording, header)?;
    for (command, file) in [("check", &file), ("replay", &recording)] {
        let output = Command::new(binary()?)
            .arg(command)
            .arg(file)
            .env("LC_ALL", "C")
            .stdin(Stdio::null())
            .output()?;
        let said = String::from_utf8(output.stderr)?;
        assert_eq!(output.status.code(), Some(2), "{said}");
        let steers = |character: char| odd.contains(character) && !character.is_ascii_graphic();
        assert!(!said.contains(steers), "{said:?}");
        assert!(said.contains("\\u{1b}[2J"), "{said}");
    }
    Ok(())
}

/// A path that could not be read was answered before the key was looked at, so a stranger learnt what is one.
#[tokio::test]
async fn a_stranger_learns_nothing_of_paths() -> Result<()> {
    let runner = TestRunner::start()?;
    let (host, cookie) = (host(&runner), cookie(&runner)?);
    for path in [
        "/data/x/notanumber/0",
        "/data/x/1/-1",
        "/data/%ff/1/0",
        "/data/x/1/0",
    ] {
        let stranger = get(&runner, path, &[("Host", &host)])?;
        assert_eq!(stranger.status, 403, "{path}: {}", stranger.text());
        let known = get(&runner, path, &[("Host", &host), ("Cookie", &cookie)])?;
        assert_eq!(known.status, 404, "{path}: {}", known.text());
    }
    Ok(())
}

/// A direct wire of a lane that had not begun was taken for one that has carried nothing.
#[tokio::test]
async fn a_direct_wire_has_no_download_before_its_lane_begins() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let chain = lay([
        Stage::process("sleep", "sleep", ["60"]),
        Stage::process("cat", "cat", []),
    ])
    .mode(WireMode::Direct)
    .lanes(2)
    .jobs(1)
    .build();
    let run = client.start(&chain).await?;
    let flow = client.runs[&run].flow(2, "w1")?;
    let path = format!("/data/{}/{run}/{}", client.session.as_str(), flow.0);
    let (host, cookie) = (host(&runner), cookie(&runner)?);
    let answer = get(&runner, &path, &[("Host", &host), ("Cookie", &cookie)])?;
    assert_eq!(answer.status, 409, "{}", answer.text());
    client.running(run).stop().await?;
    client.running(run).until_ended().await?;
    Ok(())
}

/// More than the runner's own room was promised to a single run, and given silently less.
#[test]
fn a_promise_that_cannot_be_kept_is_refused() -> Result<()> {
    let output = Command::new(binary()?)
        .args(["serve", "--listen", "127.0.0.1:0"])
        .args(["--spill-bytes", "2000", "--disk-bytes", "1000"])
        .stdin(Stdio::null())
        .output()?;
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr)?;
    assert!(
        said.contains("--disk-bytes 1000") && said.contains("2000"),
        "{said}"
    );
    Ok(())
}

/// Who was paused by a person made the story blame the program behind.
#[tokio::test]
async fn a_story_blames_nobody_for_a_pause() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    // The third is the clock: by its end the first has been blocked for most of its life.
    let chain = apart([
        gated("seq", "go", ["seq", "300000"]),
        Stage::process("cat", "cat", []),
        Stage::process("clock", "sleep", ["1"]),
    ])
    .wire("seq.stdout", "cat.stdin")
    .build();
    let run = client.start(&chain).await?;
    let mut running = client.running(run);
    running.set_pace(1, "w1", Pace::Paused).await?;
    open_gate(&runner, "go")?;
    running
        .until("seq blocked, and the clock's end", |model| {
            let has = |wanted: fn(&Event) -> bool| model.count(wanted) > 0;
            let blocked = has(|event| match event {
                Event::StageDoing { stage, doing, .. } => {
                    stage.as_str() == "seq" && matches!(doing, Doing::BlockedWriting { .. })
                }
                _ => false,
            });
            let late = |event: &Event| match event {
                Event::StageEnded { stage, .. } => stage.as_str() == "clock",
                _ => false,
            };
            blocked && has(late)
        })
        .await?;
    running.set_pace(1, "w1", Pace::Open).await?;
    let over = running.until_ended().await?;
    for sentence in story(&chain, &over.events) {
        let blames = matches!(
            sentence,
            Sentence::Bottleneck { .. } | Sentence::HeldBack { .. } | Sentence::HoldingBack { .. }
        );
        assert!(!blames, "{sentence:?}");
    }
    Ok(())
}
