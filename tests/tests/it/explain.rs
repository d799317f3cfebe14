//! Programs explained by manual pages: a real `man` with pages of our own, and what happens without one.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};
use pipeyard_shared::explain::{Explained, Trouble};
use pipeyard_tests::credentials::ask;
use pipeyard_tests::http::{self, Answer};
use pipeyard_tests::{PATIENCE, Pipeyard, TestRunner, manual};
use tempfile::TempDir;

/// A folder in which `man` is a script.
fn other_man(script: &str) -> Result<TempDir> {
    let folder = TempDir::with_prefix("pipeyard-man-")?;
    let man = folder.path().join("man");
    fs::write(&man, format!("#!/bin/sh\n{script}\n"))?;
    fs::set_permissions(&man, fs::Permissions::from_mode(0o755))?;
    Ok(folder)
}

fn text(path: &Path) -> Result<&str> {
    path.to_str().context("a path in UTF-8")
}

fn get(runner: &TestRunner, query: &str) -> Result<Answer> {
    ask(runner, "GET", &format!("/explain?{query}"), &[], b"")
}

fn explained(runner: &TestRunner, query: &str) -> Result<Explained> {
    let answer = get(runner, query)?;
    assert_eq!(answer.status, 200, "{}", answer.text());
    Ok(serde_json::from_slice(&answer.body)?)
}

fn flags(explained: &Explained) -> Vec<(usize, &str)> {
    let flags = explained.flags.iter();
    flags
        .map(|flag| (flag.at, flag.said.what.as_str()))
        .collect()
}

#[test]
fn a_flag_is_quoted_from_the_local_page_with_its_source() -> Result<()> {
    let pages = manual::sift()?;
    let runner = TestRunner::start_with(&[], &[("MANPATH", text(pages.path())?)])?;
    let query = "program=sift&flag=-vn&flag=-m&flag=-v&flag=--most%3D3&flag=--nothing&language=en";
    let sift = explained(&runner, query)?;
    let program = sift.program.as_ref().context("the program")?;
    assert_eq!(program.what, "let some lines through");
    assert_eq!(program.source.as_deref(), Some("sift(1), sift 2.1"));
    // The second `-v` is the value of `-m`.
    let told = [
        (0, "Let the other lines through."),
        (0, "Number lines."),
        (1, "Stop after NUM lines."),
        (3, "Stop after NUM lines."),
    ];
    assert_eq!(flags(&sift), told);
    assert_eq!(sift.flags[0].forms, "-v, --invert");
    assert_eq!(
        sift.flags[0].said.source.as_deref(),
        Some("sift(1), sift 2.1")
    );
    // A page that is known is told again, and so is one that is not there.
    assert_eq!(explained(&runner, query)?, sift);
    for _ in 0..2 {
        let none = explained(&runner, "program=no-such-program-here&flag=-v")?;
        assert_eq!((none.program, none.trouble), (None, Some(Trouble::NoPage)));
    }
    Ok(())
}

#[test]
fn a_korean_page_is_taken_where_there_is_one() -> Result<()> {
    let pages = manual::sift()?;
    let runner = TestRunner::start_with(&[], &[("MANPATH", text(pages.path())?)])?;
    let sift = explained(&runner, "program=sift&flag=-v&language=ko")?;
    assert_eq!(
        sift.program.context("the program")?.what,
        "줄을 골라 냅니다"
    );
    assert_eq!(sift.flags[0].said.what, "나머지 줄을 냅니다.");
    let english = explained(&runner, "program=git&flag=sift&language=ko")?;
    assert_eq!(
        english.program.context("a page")?.what,
        "tell what was sifted"
    );
    Ok(())
}

#[test]
fn nothing_is_told_without_the_key_and_nothing_odd_is_asked_for() -> Result<()> {
    let touched = TempDir::new()?;
    let mark = touched.path().join("called");
    let man = other_man(&format!("echo \"$@\" > '{}'", mark.display()))?;
    let path = format!("{}:{}", text(man.path())?, std::env::var("PATH")?);
    let runner = TestRunner::start_with(&[], &[("PATH", &path)])?;
    let host = http::host(&runner);
    let answer = http::get(&runner, "/explain?program=grep", &[("Host", &host)])?;
    assert_eq!(answer.status, 403);
    for program in ["-k", "..%2Fx", "%2Ftmp%2Fx", "a%20b", "a%0Ab", ""] {
        let odd = explained(&runner, &format!("program={program}"))?;
        assert_eq!(odd.trouble, Some(Trouble::NoPage), "{program}");
    }
    let many = "&flag=-v".repeat(257);
    assert_eq!(get(&runner, &format!("program=grep{many}"))?.status, 400);
    assert_eq!(get(&runner, "flag=-v")?.status, 400);
    assert!(!mark.exists(), "man was called for what is no name");
    // One that is a name comes behind what ends the options.
    explained(&runner, "program=grep")?;
    assert_eq!(fs::read_to_string(&mark)?.trim(), "-- grep");
    Ok(())
}

#[test]
fn without_man_our_own_words_are_told_and_marked_as_ours() -> Result<()> {
    let nothing = TempDir::new()?;
    let runner = TestRunner::start_with(&[], &[("PATH", text(nothing.path())?)])?;
    let grep = explained(&runner, "program=grep&flag=-v&language=en")?;
    let program = grep.program.context("our words")?;
    assert_eq!(program.source, None);
    assert!(program.what.contains("lines"), "{}", program.what);
    assert_eq!((grep.flags, grep.trouble), (vec![], Some(Trouble::NoMan)));
    let outcome = Pipeyard::new(["explain", "grep", "-v"])?
        .variable("PATH", nothing.path())
        .outcome()?
        .expect_code(0);
    assert!(
        outcome.text().contains("in Pipeyard's words"),
        "{}",
        outcome.text()
    );
    assert!(
        outcome.stderr.contains("apt install man-db"),
        "{}",
        outcome.stderr
    );
    Ok(())
}

/// It is ended with all that it has started, and the runner goes on.
#[test]
fn a_man_that_hangs_or_floods_is_ended() -> Result<()> {
    let folder = TempDir::new()?;
    let note = folder.path().join("pid");
    let hanging = other_man(&format!(
        "sleep 1000 & echo $! > '{}'; wait",
        note.display()
    ))?;
    let flooding = other_man("exec yes")?;
    for (man, trouble) in [(&flooding, Trouble::TooLong), (&hanging, Trouble::TooSlow)] {
        let path = format!("{}:{}", text(man.path())?, std::env::var("PATH")?);
        let runner = TestRunner::start_with(&[], &[("PATH", &path)])?;
        let began = Instant::now();
        let told = explained(&runner, "program=sift")?;
        assert_eq!(told.trouble, Some(trouble));
        assert!(began.elapsed() < PATIENCE);
    }
    let pid = fs::read_to_string(&note)?;
    let process = format!("/proc/{}", pid.trim());
    // Killed before the answer; it is gone when its parent, or init, has reaped it.
    pipeyard_tests::wait_for("the end of what man had started", || {
        let state = fs::read_to_string(format!("{process}/stat"));
        state
            .map_or(true, |stat| stat.contains(") Z "))
            .then_some(())
    })?;
    Ok(())
}

#[test]
fn the_command_line_explains_programs_statuses_and_signals() -> Result<()> {
    let pages = manual::sift()?;
    for (words, told) in [
        (&["grep", "1"][..], "no line matched"),
        (&["141"], "SIGPIPE"),
        (&["SIGTERM"], "asked it to end"),
        (&["mine", "127"], "did not find the command"),
        (&["sift", "-v"], "Let the other lines through."),
        (&["sift", "-v"], "sift(1), sift 2.1"),
    ] {
        let arguments = [&["explain"], words].concat();
        let outcome = Pipeyard::new(arguments)?
            .variable("MANPATH", pages.path())
            .outcome()?
            .expect_code(0);
        assert!(
            outcome.text().contains(told),
            "{words:?}: {}",
            outcome.text()
        );
    }
    Pipeyard::new(["explain", "mine", "77"])?
        .outcome()?
        .expect_code(1);
    Ok(())
}
