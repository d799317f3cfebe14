//! The level *class*: the engine's promises hold in a sandbox too.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::Result;
use pipeyard_shared::chain::{Stage, WireMode};
use pipeyard_shared::ending::Ending;
use pipeyard_shared::event::{Doing, Event};
use pipeyard_shared::signal::Signal;
use pipeyard_tests::processes::descriptors;
use pipeyard_tests::{Client, Pipeyard, TestRunner, lay, skipped, wait_for};
use rustix::process::Signal as Sent;

use crate::support::{BY_SIGPIPE, MODES, within};

fn shell(id: &str, text: &str) -> Stage {
    Stage::process(id, "bash", ["-c", text])
}

#[test]
fn bytes_and_status_are_what_they_are_without_a_sandbox() -> Result<()> {
    for wires in ["tapped", "direct"] {
        let text = "head -c 3000000 /dev/zero | tr '\\0' x | wc -c";
        let outcome = Pipeyard::run_at_class(text, &["--wires", wires])?.outcome()?;
        assert_eq!(outcome.expect_code(0).text().trim(), "3000000", "{wires}");
    }
    let outcome = Pipeyard::run_at_class("exit 7", &[])?.outcome()?;
    outcome.expect_code(7);
    let outcome = Pipeyard::run_at_class("kill -KILL $$", &[])?.outcome()?;
    outcome.expect_code(128 + 9);
    let outcome = Pipeyard::run_at_class("no-such-program", &[])?.outcome()?;
    outcome.expect_code(127);
    Ok(())
}

#[test]
fn a_stage_begins_in_the_workspace_with_an_environment_of_its_own() -> Result<()> {
    let text = "pwd; env | sort | cut -d= -f1 | tr '\\n' ' '; cat in.txt; echo out > out.txt";
    let call = Pipeyard::run_at_class(text, &[])?
        .variable("PIPEYARD_OWN_SECRET", "x")
        .file("in.txt", "in\n")?;
    let outcome = call.outcome()?.expect_code(0);
    let lines: Vec<String> = outcome.text().lines().map(str::to_owned).collect();
    assert_eq!(lines[0], "/yard");
    for name in ["HOME", "PATH", "TMPDIR", "USER"] {
        assert!(lines[1].contains(name), "{}", lines[1]);
    }
    assert!(!lines[1].contains("PIPEYARD"), "{}", lines[1]);
    assert!(lines[1].ends_with("in"), "{}", lines[1]);
    Ok(())
}

#[tokio::test]
async fn a_run_of_a_page_is_told_as_ever() -> Result<()> {
    let runner = TestRunner::start_at_class(&[], &[])?;
    let mut client = Client::connect(&runner).await?;
    for mode in MODES {
        let stages = [
            Stage::process("yes", "yes", []),
            Stage::process("head", "head", ["-1"]),
        ];
        let mut run = client.run(&lay(stages).mode(mode).lanes(3).build()).await?;
        let log = run.until_ended().await?;
        for lane in 1..=3 {
            assert_eq!(log.ending(lane, "yes")?, BY_SIGPIPE, "{mode:?}");
            assert_eq!(run.text(lane, "head.stdout").await?, "y\n");
        }
    }
    runner.shut_down(Sent::TERM)
}

/// What a process does is read in `/proc` from outside, by a number that it does not know itself.
#[tokio::test]
async fn it_is_seen_what_a_process_waits_for_and_it_can_be_signalled() -> Result<()> {
    let runner = TestRunner::start_at_class(&[], &[])?;
    let mut client = Client::connect(&runner).await?;
    let stages = [
        Stage::process("sleep", "sleep", ["600"]),
        Stage::process("cat", "cat", []),
    ];
    let mut run = client.run(&lay(stages).build()).await?;
    run.until("a reader that waits", |model| {
        matches!(model.doing(1, "cat"), Some(Doing::WaitingForInput { .. }))
    })
    .await?;
    run.signal(1, "sleep", Signal::INT).await?;
    let log = run.until_ended().await?;
    let interrupted = Ending::Signaled {
        signal: Signal::INT,
        core: false,
        reader_left: false,
        limit: None,
    };
    assert_eq!(log.ending(1, "sleep")?, interrupted);
    Ok(())
}

#[tokio::test]
async fn nothing_is_left_of_a_run_not_even_who_left_its_group() -> Result<()> {
    let runner = TestRunner::start_at_class(&[], &[])?;
    let mut client = Client::connect(&runner).await?;
    let text =
        "setsid sleep 600 >/dev/null 2>&1 </dev/null & (sleep 601 >/dev/null 2>&1 &) ; echo done";
    let mut run = client.run(&lay([shell("a", text)]).build()).await?;
    run.until_ended().await?;
    assert_eq!(run.text(1, "a.stdout").await?, "done\n");
    let left = runner.descendants();
    assert!(
        !left.iter().any(|process| process.name == "sleep"),
        "{left:?}"
    );
    Ok(())
}

#[tokio::test]
async fn a_fork_bomb_ends_when_it_is_stopped_and_others_go_on() -> Result<()> {
    let runner = TestRunner::start_at_class(&["--sandbox-processes", "100"], &[])?;
    let mut client = Client::connect(&runner).await?;
    let bomb = "bomb() { bomb | bomb & }; bomb; sleep 600";
    let mut run = client.run(&lay([shell("bomb", bomb)]).build()).await?;
    wait_for("many processes", || {
        (runner.descendants().len() > 60).then_some(())
    })?;
    assert!(runner.descendants().len() < 120, "the limit holds");
    run.stop().await?;
    run.until_ended().await?;
    let mut after = client.run(&lay([shell("a", "echo well")]).build()).await?;
    after.until_ended().await?;
    assert_eq!(after.text(1, "a.stdout").await?, "well\n");
    Ok(())
}

#[tokio::test]
async fn whoever_holds_a_wire_is_named() -> Result<()> {
    let runner = TestRunner::start_at_class(&[], &[])?;
    let mut client = Client::connect(&runner).await?;
    let stages = [
        shell("sh", "sleep 600 & echo hi"),
        Stage::process("cat", "cat", []),
    ];
    let mut run = client
        .run(&lay(stages).mode(WireMode::Tapped).build())
        .await?;
    let held = |event: &Event| matches!(event, Event::FlowHeld { program, .. } if program.as_bytes() == b"sleep");
    run.until("the holder's name", |model| model.count(held) > 0)
        .await?;
    run.stop().await?;
    run.until_ended().await?;
    Ok(())
}

/// The socket to the agent ends with the runner, however it went, and the kernel ends the rest.
#[tokio::test]
async fn nothing_outlives_a_killed_runner() -> Result<()> {
    within(Duration::from_secs(1), async || {
        let mut runner = TestRunner::start_at_class(&[], &[])?;
        let mut client = Client::connect(&runner).await?;
        let text = "trap '' TERM; setsid sleep 600 & sleep 601";
        let mut run = client
            .run(&lay([shell("a", text)]).lanes(3).build())
            .await?;
        run.pid(3, "a").await?;
        wait_for("the sleeps", || {
            let found = runner.descendants();
            (found.iter().filter(|found| found.name == "sleep").count() >= 6).then_some(())
        })?;
        runner.send(Sent::KILL)?;
        let killed = Instant::now();
        runner.ended()?;
        wait_for("all to be gone", || {
            runner.descendants().is_empty().then_some(())
        })?;
        Ok(killed.elapsed())
    })
    .await
}

/// Each sandbox holds two processes and a thread, and a room has a hundred of them.
#[tokio::test]
async fn a_sandbox_that_nobody_uses_ends_and_comes_again() -> Result<()> {
    let runner = TestRunner::start_at_class(&["--sandbox-idle", "20ms"], &[])?;
    let handles = || {
        let open = descriptors(runner.pid());
        let is_handle = |path: &&PathBuf| path.to_string_lossy().contains("pidfd");
        open.values().filter(is_handle).count()
    };
    let handles_before = handles();
    let mut client = Client::connect(&runner).await?;
    for _ in 0..3 {
        // Whatever takes longer than that is no idleness.
        let text = "sleep 0.2; echo well";
        let mut run = client.run(&lay([shell("a", text)]).build()).await?;
        run.until_ended().await?;
        assert_eq!(run.text(1, "a.stdout").await?, "well\n");
        wait_for("its end", || {
            let found = runner.descendants();
            let of_a_sandbox = |name: &str| [".agent", "bwrap"].contains(&name);
            let left = found.iter().any(|process| of_a_sandbox(&process.name));
            (!left && !has_thread(&runner, "memory")).then_some(())
        })?;
        // The run is kept to be looked at, and once kept its sandbox's, too.
        wait_for("the end of its handles", || {
            (handles() == handles_before).then_some(())
        })?;
    }
    runner.shut_down(Sent::TERM)
}

fn has_thread(runner: &TestRunner, name: &str) -> bool {
    let threads = std::fs::read_dir(format!("/proc/{}/task", runner.pid()));
    let names = threads.into_iter().flatten().flatten();
    let mut names = names.map(|thread| std::fs::read_to_string(thread.path().join("comm")));
    names.any(|found| found.is_ok_and(|found| found.trim_end() == name))
}

#[test]
fn root_is_refused_and_told_why() -> Result<()> {
    if !rustix::process::geteuid().is_root() {
        skipped("it is not root who makes it");
        return Ok(());
    }
    let outcome = Pipeyard::run("echo x", &["--level", "class"])?.outcome()?;
    let outcome = outcome.expect_code(2);
    assert!(
        outcome.stderr.contains("ordinary user"),
        "{}",
        outcome.stderr
    );
    assert_eq!(outcome.text(), "");
    Ok(())
}

#[test]
fn without_bubblewrap_it_is_said_how_to_get_it() -> Result<()> {
    let call = Pipeyard::run_at_class("echo x", &[])?.variable("PATH", "/nowhere");
    let outcome = call.outcome()?.expect_code(2);
    let told = &outcome.stderr;
    assert!(told.contains("apt-get install bubblewrap"), "{told}");
    Ok(())
}

/// Their processes count together, as one user's.
#[test]
fn a_room_that_can_use_up_all_processes_is_warned_of() -> Result<()> {
    let runner = TestRunner::start_at_class(&["--learners", "100000000"], &[])?;
    let told = "/100000000; when more are, nobody can start anything";
    wait_for("a warning", || runner.log().contains(told).then_some(()))
}
