//! `pipeyard doctor` tells the truth, with bubblewrap and without.

use std::path::Path;
use std::process::{Command, Output};

use anyhow::Result;
use pipeyard_tests::ordinary::binary_for_all;
use pipeyard_tests::{OrdinaryUser, skipped};

fn doctor(user: Option<OrdinaryUser>, words: &[&str], path: Option<&Path>) -> Result<Output> {
    let mut command = Command::new(binary_for_all()?);
    if let Some(user) = user {
        user.runs(&mut command);
    }
    if let Some(path) = path {
        command.env("PATH", path);
    }
    Ok(command
        .arg("doctor")
        .args(words)
        .current_dir("/")
        .output()?)
}

#[test]
fn where_all_is_well_it_says_so_of_each_promise() -> Result<()> {
    let output = doctor(Some(OrdinaryUser::new()), &[], None)?;
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}");
    for promise in [
        "network",
        "processes",
        "user namespaces",
        "setuid",
        "memory",
    ] {
        assert!(told.contains(promise), "{promise}: {told}");
    }
    assert!(!told.contains("NO "), "{told}");
    let output = doctor(Some(OrdinaryUser::new()), &["--json"], None)?;
    let found: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    let found = found.as_array().map(Vec::len);
    assert_eq!(found, Some(told.lines().count() - 1));
    Ok(())
}

#[test]
fn it_speaks_korean_too() -> Result<()> {
    let mut command = Command::new(binary_for_all()?);
    OrdinaryUser::new().runs(&mut command);
    let output = command
        .arg("doctor")
        .env("LC_ALL", "ko_KR.UTF-8")
        .current_dir("/")
        .output()?;
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}");
    for line in told.lines() {
        let is_korean = line.chars().any(|letter| ('가'..='힣').contains(&letter));
        assert!(is_korean, "{line}");
    }
    assert!(told.contains("약속한 것을 지킵니다"), "{told}");
    Ok(())
}

#[test]
fn without_bubblewrap_it_says_how_to_get_it() -> Result<()> {
    let output = doctor(Some(OrdinaryUser::new()), &[], Some(Path::new("/nowhere")))?;
    let told = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("NO  bubblewrap"), "{told}");
    assert!(told.contains("apt-get install bubblewrap"), "{told}");
    Ok(())
}

/// All sandboxes are one user's, whose processes the kernel counts together: with a low limit one of them stopped everybody.
#[test]
fn it_says_how_many_full_sandboxes_there_can_be() -> Result<()> {
    if OrdinaryUser::new().number().is_none() {
        skipped("others of the same user would take what is counted here");
        return Ok(());
    }
    for (most, fit, mark) in [("1500", "2/100", "ok"), ("600", "1/100", "NO")] {
        let mut command = Command::new("prlimit");
        OrdinaryUser::new().runs(&mut command);
        command
            .arg(format!("--nproc={most}"))
            .arg(binary_for_all()?);
        let output = command.arg("doctor").current_dir("/").output()?;
        let said = String::from_utf8_lossy(&output.stdout);
        let line = format!("{mark}  a sandbox that is full of processes leaves others theirs: ");
        let found = said.lines().find_map(|said| said.strip_prefix(&line));
        let bound = format!("ulimit -u = {most};");
        let is_told = found.is_some_and(|found| found.contains(&bound) && found.contains(fit));
        assert!(is_told, "{said}");
        assert_eq!(output.status.success(), mark == "ok", "{said}");
    }
    Ok(())
}

/// A trial that finds nothing wrong with root tries nothing.
#[test]
fn root_is_told_that_limits_do_not_hold() -> Result<()> {
    if !rustix::process::geteuid().is_root() {
        skipped("it is not root who makes it");
        return Ok(());
    }
    let output = doctor(None, &[], None)?;
    let told = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(
        told.contains("NO  pipeyard runs as an ordinary user"),
        "{told}"
    );
    // Each of these is mended so, whatever else may be said of it.
    let broken = told.lines().filter(|line| line.starts_with("NO "));
    let (mut all, mended) = (0, "start pipeyard as an ordinary user, not as root");
    for line in broken {
        assert!(line.ends_with(mended), "{line}");
        all += 1;
    }
    assert!(
        all > 1 && told.contains("NO  processes are bounded"),
        "{told}"
    );
    Ok(())
}

#[test]
fn it_leaves_nothing_and_says_how_to_have_a_control_group() -> Result<()> {
    let home = tempfile::TempDir::new()?;
    let user = OrdinaryUser::new();
    user.owns(home.path())?;
    let mut command = Command::new(binary_for_all()?);
    user.runs(&mut command);
    let output = command
        .arg("doctor")
        .env_remove("XDG_DATA_HOME")
        .env("HOME", home.path())
        .env("TMPDIR", home.path())
        .current_dir("/")
        .output()?;
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}");
    assert_eq!(std::fs::read_dir(home.path())?.count(), 0, "it left files");
    let without = told.contains("no control group is used");
    assert_eq!(without, told.contains("Delegate=yes"), "{told}");
    Ok(())
}

/// Once it was only looked whether there was a filter, and one of a container around the runner was enough.
#[test]
fn the_trial_of_closed_calls_tells_one_filter_from_another() -> Result<()> {
    let tried = Command::new(binary_for_all()?).arg("__closed").status()?;
    assert!(!tried.success(), "they are open where there is no sandbox");
    Ok(())
}
