//! `pipeyard run --story`: what happened, in three sentences.

use std::fs;
use std::io::Read;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use pipeyard_shared::chain::Stage;
use pipeyard_shared::event::Event;
use pipeyard_shared::recording::Recording;
use pipeyard_tests::lay::apart;
use pipeyard_tests::{Pipeyard, lay, runner, wait_for};
use rustix::process::{Pid, Signal, kill_process};

use crate::support::{SHOUT, probe};

#[test]
fn three_sentences_tell_who_held_back_and_why_yes_ended() -> Result<()> {
    let text = "yes | head -100000 | sort | uniq -c";
    let told = Pipeyard::run(text, &["--story"])?.outcome()?.expect_code(0);
    assert_eq!(
        told.text().trim(),
        "100000 y",
        "the output is the chain's alone"
    );
    let sentences: Vec<&str> = told.stderr.lines().collect();
    let [ran, middle, end] = sentences[..] else {
        panic!("not three sentences: {}", told.stderr);
    };
    assert!(ran.starts_with("Four processes ran"), "{ran}");
    assert!(
        middle.starts_with("`sort` held everything back: it took 100,000 lines (200 kB)"),
        "{middle}"
    );
    assert!(
        end.starts_with("`yes` was ended by SIGPIPE because `head` had what it wanted and left"),
        "{end}"
    );
    assert!(
        end.contains("the chain's status is 0, and would be 141"),
        "{end}"
    );
    Ok(())
}

#[test]
fn lanes_and_a_failure_are_told_in_the_language_of_the_environment() -> Result<()> {
    let told = Pipeyard::run("sh -c 'exit 3' | cat", &["--story", "--lanes", "3"])?
        .variable("LC_ALL", "ko_KR.UTF-8")
        .outcome()?
        .expect_code(0);
    let sentences: Vec<&str> = told.stderr.lines().collect();
    assert!(sentences[0].starts_with("레인 3개가"), "{}", told.stderr);
    let end = sentences.last().copied().unwrap_or_default();
    assert!(
        end.starts_with("레인 3에서 `sh` 단계가 실패했습니다(상태 3)."),
        "{end}"
    );
    Ok(())
}

#[test]
fn what_could_not_start_is_told_with_the_status_that_comes_of_it() -> Result<()> {
    // The program is there, so that the chain is not refused, and it is none.
    let stages = [
        Stage::process("sleep", "sleep", ["60"]),
        Stage::process("broken", "./broken", [] as [&str; 0]),
    ];
    let told = Pipeyard::run_chain(&lay(stages).build(), &["--story"])?;
    let told = told.file("broken", "\u{1}\u{2}")?;
    fs::set_permissions(
        told.folder().join("broken"),
        std::os::unix::fs::PermissionsExt::from_mode(0o755),
    )?;
    let told = told.outcome()?.expect_code(126);
    assert!(
        told.stderr.contains("`broken` could not start: "),
        "{}",
        told.stderr
    );
    assert!(
        told.stderr
            .contains("one stage was cancelled: the chain's status is 126"),
        "{}",
        told.stderr
    );
    Ok(())
}

/// A story and a report need the same counts, and neither brings the other with it.
#[test]
fn a_plain_run_tells_no_story_and_a_report_none_either() -> Result<()> {
    let told = |options: &[&str]| -> Result<String> {
        let told = Pipeyard::run("seq 1 30000 | sort -n | tail -n 1", options)?;
        let told = told.variable("LC_ALL", "C.UTF-8").outcome()?.expect_code(0);
        assert_eq!(told.text(), "30000\n", "{options:?}");
        Ok(told.stderr)
    };
    assert_eq!(told(&[])?, "");
    let story = told(&["--story"])?;
    assert!(story.starts_with("Three processes ran"), "{story}");
    assert!(story.contains("it took 30,000 lines (169 kB)"), "{story}");
    assert_eq!(story.lines().count(), 3, "sentences, and no table: {story}");
    let report = told(&["--report"])?;
    assert!(report.contains(" 30000"), "{report}");
    assert!(!report.contains("processes ran"), "{report}");
    let both = told(&["--report", "--story"])?;
    assert!(both.contains("processes ran"), "{both}");
    assert!(both.lines().count() > 3, "{both}");
    Ok(())
}

/// A deadlock is found because `--record` and `--story` look at the processes; it is in the recording while
/// it lasts, and in the story at the end.
#[test]
fn a_deadlock_is_recorded_and_told() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("run");
    let chain = apart([
        Stage::process("shout", "sh", ["-c", SHOUT]),
        probe("stuck", ["deadlock", "{fd3}"]),
    ])
    .wire("shout.stdout", "stuck.stdin")
    .wire("shout.stderr", "stuck.fd3")
    .build();
    fs::write(folder.path().join("chain.json"), chain.to_json())?;
    let mut child = Command::new(runner::binary()?)
        .args(["run", "chain.json", "--story", "--record", "run"])
        .current_dir(folder.path())
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()?;
    let found = wait_for("a deadlock in the recording", || {
        let recording = Recording::read(&fs::read_to_string(&file).ok()?).ok()?;
        let mut events = recording.events.iter();
        events
            .any(|entry| matches!(entry.event, Event::Deadlocked { .. }))
            .then_some(())
    });
    let pid = Pid::from_raw(child.id() as i32).context("a process id")?;
    kill_process(pid, Signal::INT)?;
    let mut said = String::new();
    let mut stderr = child.stderr.take().context("standard error is a pipe")?;
    stderr.read_to_string(&mut said)?;
    assert_eq!(child.wait()?.code(), Some(130), "{said}");
    found.with_context(|| said.clone())?;
    assert!(
        said.contains(
            "A deadlock: `sh` waits for `probe` to read its stderr, for the pipe is full, and `probe` waits \
             for `sh` to write to its stdin; none of them can go on."
        ),
        "{said}"
    );
    assert!(said.contains("It was stopped by hand after "), "{said}");
    Ok(())
}
