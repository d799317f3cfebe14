//! What makes no sense is said when a runner starts, to whoever starts it, and with what to do.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;

use anyhow::Result;
use pipeyard_tests::{OrdinaryUser, Pipeyard, TestRunner, skipped};

/// Calls it, which must not serve, and checks that its last words have all of these.
#[track_caller]
fn is_refused(call: Pipeyard, words: &[&str]) -> Result<()> {
    let data = call.folder().join("data");
    let outcome = call.variable("XDG_DATA_HOME", data).outcome()?;
    let outcome = outcome.expect_code(2);
    assert_eq!(outcome.text(), "", "no address is told");
    for wanted in words {
        assert!(
            outcome.stderr.contains(wanted),
            "no `{wanted}` in:\n{}",
            outcome.stderr
        );
    }
    Ok(())
}

fn serve(arguments: &[&str]) -> Result<Pipeyard> {
    let all = ["serve", "--listen", "127.0.0.1:0"];
    Pipeyard::new(all.iter().chain(arguments))
}

#[test]
fn a_value_that_is_none_is_told_how_to_write_it() -> Result<()> {
    for (arguments, words) in [
        (["--memory", "1G"], &["bytes, such as 1073741824"][..]),
        (["--stages", "many"], &["whole number"]),
        (["--memory", "100000"], &["at least 67108864"]),
        (
            ["--host", "https://yard.example/"],
            &["write the name alone", ": yard.example"],
        ),
        (
            ["--links", "/dev/null/links"],
            &["--links /dev/null/links", "Not a directory"],
        ),
        (["--links", "/"], &["--links /", "no file"]),
        (
            ["--metrics-token", "short"],
            &["--metrics-token", "16 or more"],
        ),
    ] {
        is_refused(serve(&arguments)?, words)?;
    }
    is_refused(
        Pipeyard::new(["serve", "--listen", "7878"])?,
        &["127.0.0.1:7878"],
    )
}

/// Nothing came of them, and nobody said so: the memory of stages was thought to be bounded.
#[test]
fn what_has_no_effect_at_this_level_is_refused() -> Result<()> {
    for arguments in [["--memory", "200000000"], ["--expose", "/usr"]] {
        is_refused(serve(&arguments)?, &[arguments[0], "--level class"])?;
        let run = Pipeyard::run("true", &arguments)?;
        is_refused(run, &[arguments[0], "--level class"])?;
    }
    Ok(())
}

#[test]
fn a_variable_that_is_wrong_is_named() -> Result<()> {
    for (name, value) in [
        ("PIPEYARD_LOG", "quatsch"),
        ("PIPEYARD_METRICS_TOKEN", "short"),
        ("PIPEYARD_TOKEN", "short"),
        ("PIPEYARD_ROOM", "short"),
    ] {
        is_refused(serve(&[])?.variable(name, value), &[name])?;
    }
    // In a log of JSON that is an event, too.
    let call = serve(&["--log", "json"])?.variable("PIPEYARD_TOKEN", "short");
    let outcome = call.outcome()?.expect_code(2);
    let event: serde_json::Value = serde_json::from_str(&outcome.stderr)?;
    assert_eq!(event["level"], "ERROR");
    Ok(())
}

/// A unit's file of variables has empty lines for what is not used, which were errors that named flags.
#[test]
fn variables_that_are_set_to_nothing_say_nothing() -> Result<()> {
    let names = ["TOKEN", "ROOM", "LEVEL", "METRICS_TOKEN", "RELAY", "LOG"];
    let names = names.map(|name| format!("PIPEYARD_{name}"));
    let variables = names.each_ref().map(|name| (name.as_str(), ""));
    let runner = TestRunner::start_with(&[], &variables)?;
    assert!(runner.token().len() > 16, "it has a key of its own");
    Pipeyard::run("true", &[])?
        .variable("PIPEYARD_LEVEL", "")
        .outcome()?
        .expect_code(0);
    Ok(())
}

/// Whoever opened the proxy's name was refused, and the runner had said nothing.
#[test]
fn a_proxy_without_a_name_is_doubted() -> Result<()> {
    let runner = TestRunner::start_with(&["--trusted-proxy", "127.0.0.1"], &[])?;
    let log = runner.log();
    assert!(log.contains("--trusted-proxy without --host"), "{log}");
    Ok(())
}

/// It started, and the first learner whose stage did not start found out.
#[test]
fn a_workspace_that_cannot_be_used_is_refused() -> Result<()> {
    for mode in [0o300, 0o500, 0o600] {
        let user = OrdinaryUser::new();
        let words = ["serve", "--listen", "127.0.0.1:0", "--workspace", "half"];
        let call = Pipeyard::by(user, words)?;
        let half = call.folder().join("half");
        std::fs::create_dir(&half)?;
        std::fs::set_permissions(&half, Permissions::from_mode(mode))?;
        user.owns(call.folder())?;
        is_refused(
            call,
            &["/half", "chown", "--workspace DIR", "Permission denied"],
        )?;
    }
    Ok(())
}

/// Root was refused only once its own workspace had been made.
#[test]
fn who_is_refused_leaves_nothing() -> Result<()> {
    if !rustix::process::geteuid().is_root() {
        skipped("only root is refused so");
        return Ok(());
    }
    let data = tempfile::TempDir::new()?;
    let call = serve(&["--level", "class"])?.variable("XDG_DATA_HOME", data.path());
    let outcome = call.outcome()?.expect_code(2);
    assert!(outcome.stderr.contains("root"), "{}", outcome.stderr);
    assert_eq!(std::fs::read_dir(data.path())?.count(), 0);
    Ok(())
}
