//! Bad input at the command line: each gets a clear error on standard error, status 2, and nothing on
//! standard output.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;

use anyhow::Result;
use pipeyard_shared::chain::Chain;
use pipeyard_tests::lay::apart;
use pipeyard_tests::{OrdinaryUser, Pipeyard, lay};

use crate::support::probe;

fn is_refused(call: Pipeyard, words: &[&str]) -> Result<()> {
    is_refused_with(2, call, words)
}

#[track_caller]
fn is_refused_with(code: i32, call: Pipeyard, words: &[&str]) -> Result<()> {
    let outcome = call.outcome()?.expect_code(code);
    assert_eq!(outcome.text(), "", "an error is not for standard output");
    for wanted in words {
        assert!(
            outcome.stderr.contains(wanted),
            "no `{wanted}` in:\n{}",
            outcome.stderr
        );
    }
    assert!(!outcome.stderr.contains("panicked"), "{}", outcome.stderr);
    Ok(())
}

/// Both commands that take a chain must refuse it alike.
#[track_caller]
fn file_is_refused(content: &str, words: &[&str]) -> Result<()> {
    for command in ["run", "check"] {
        let call = Pipeyard::new([command, "chain.json"])?.file("chain.json", content)?;
        is_refused(call, words)?;
    }
    Ok(())
}

fn chain_is_refused(chain: &Chain, words: &[&str]) -> Result<()> {
    file_is_refused(&chain.to_json_pretty(), words)
}

/// Checked, it is named with the `PATH` that was searched, which is the stage's own.
#[test]
fn an_unknown_program_is_named() -> Result<()> {
    for (text, words) in [
        (
            "no-such-program-of-ours | cat",
            &["no-such-program-of-ours", "PATH"][..],
        ),
        ("./nowhere", &["./nowhere"]),
        ("PATH=/nowhere cat", &["cat", "/nowhere"]),
    ] {
        is_refused(Pipeyard::new(["check", "-c", text])?, words)?;
    }
    let chain = lay([pipeyard_shared::chain::Stage::process("a", "./nowhere", [])]).build();
    is_refused_with(127, Pipeyard::run_chain(&chain, &[])?, &["./nowhere"])?;
    let call = Pipeyard::run_chain(
        &lay([pipeyard_shared::chain::Stage::process(
            "a",
            "./notes.txt",
            [],
        )])
        .build(),
        &[],
    )?;
    is_refused_with(126, call.file("notes.txt", "no program")?, &["./notes.txt"])
}

/// Run as text it is bash's to say, and to go on with the others.
#[test]
fn an_unknown_program_in_a_text_is_bashs() -> Result<()> {
    for (text, status) in [
        ("no-such-program-of-ours", 127),
        ("no-such-program-of-ours | cat", 0),
        ("PATH=/nowhere cat", 127),
    ] {
        let outcome = Pipeyard::run(text, &[])?.outcome()?.expect_code(status);
        assert!(outcome.stderr.contains("bash: "), "{}", outcome.stderr);
    }
    let text = Pipeyard::run("./notes.txt", &[])?.file("notes.txt", "no program")?;
    text.outcome()?.expect_code(126);
    Ok(())
}

#[test]
fn a_missing_directory_is_named() -> Result<()> {
    let chain = lay([probe("a", ["echo"])])
        .setup("a", |setup| setup.directory = Some("not/there".into()))
        .build();
    chain_is_refused(&chain, &["not/there", "`a`"])
}

/// `chmod +x` was the advice, which mends programs.
#[test]
fn a_working_directory_that_cannot_be_entered_is_not_a_program() -> Result<()> {
    let user = OrdinaryUser::new();
    let call = Pipeyard::by(user, ["run", "--workspace", "locked", "-c", "cat"])?;
    let locked = call.folder().join("locked");
    std::fs::create_dir(&locked)?;
    std::fs::set_permissions(&locked, Permissions::from_mode(0o000))?;
    user.owns(&locked)?;
    let outcome = call.outcome()?.expect_code(126);
    for wanted in ["/locked`", "working directory"] {
        assert!(outcome.stderr.contains(wanted), "{}", outcome.stderr);
    }
    assert!(!outcome.stderr.contains("chmod"), "{}", outcome.stderr);
    Ok(())
}

#[test]
fn a_ring_is_named() -> Result<()> {
    let chain = lay([probe("a", ["sum"]), probe("b", ["sum"])])
        .wire("b.stdout", "a.stdin")
        .build();
    chain_is_refused(&chain, &["ring", "a", "b"])
}

#[test]
fn a_wire_that_leads_nowhere_is_named() -> Result<()> {
    let chain = lay([probe("a", ["echo"])])
        .wire("a.stdout", "nobody.stdin")
        .build();
    chain_is_refused(&chain, &["`w1`", "`nobody`"])
}

#[test]
fn all_problems_are_told_at_once() -> Result<()> {
    let chain = apart([probe("a", ["echo"]), probe("b", ["echo"])])
        .setup("a", |setup| setup.directory = Some("gone".into()))
        .setup("b", |setup| setup.timeout_ms = Some(0))
        .wire("a.stdout", "nobody.stdin")
        .jobs(0)
        .build();
    chain_is_refused(&chain, &["gone", "`b`", "nobody", "jobs"])
}

#[test]
fn broken_json_is_told_with_its_place() -> Result<()> {
    file_is_refused(
        "{\"pipeyard\": 1,\n \"stages\": [}",
        &["line 2", "chain.json"],
    )?;
    file_is_refused("", &["chain.json"])?;
    file_is_refused("\u{0}\u{1}", &["chain.json"])?;
    file_is_refused("[]", &["chain.json"])?;
    file_is_refused(&"[".repeat(100_000), &["chain.json"])
}

#[test]
fn a_chain_of_another_version_is_named_as_such() -> Result<()> {
    file_is_refused("{\"pipeyard\": 9, \"boxes\": []}", &["version 9", "newer"])?;
    file_is_refused("{\"stages\": []}", &["pipeyard"])
}

#[test]
fn an_empty_chain_is_refused() -> Result<()> {
    chain_is_refused(&Chain::new(""), &["no stages"])
}

#[test]
fn a_missing_file_is_named() -> Result<()> {
    is_refused(Pipeyard::new(["run", "gone.json"])?, &["gone.json"])?;
    is_refused(Pipeyard::new(["check", "gone.json"])?, &["gone.json"])
}

/// With the line, a caret under the place, and the status that bash has for it.
#[test]
fn what_is_no_shell_text_is_refused_with_its_place() -> Result<()> {
    for (text, words) in [
        ("echo 'open", &["1:6", "'", "     ^"][..]),
        ("| cat", &["1:1", "command"]),
        ("cat |", &["1:6", "command"]),
        ("seq 3 |\n  | cat", &["2:3", "command"]),
        ("echo (", &["1:7"]),
        ("cat >", &["target"]),
        ("if true; fi", &["1:10", "fi"]),
        ("for x in a; do echo", &["done"]),
        ("", &["no command"]),
        ("# only a comment", &["no command"]),
    ] {
        for command in ["run", "check"] {
            is_refused(Pipeyard::new([command, "-c", text])?, words)?;
        }
        is_refused(Pipeyard::new(["import", text])?, words)?;
    }
    let deep = format!("{}true{}", "( ".repeat(100), " )".repeat(100));
    is_refused(Pipeyard::run(&deep, &[])?, &["text-depth"])?;
    let long = "x".repeat(140_000);
    is_refused(Pipeyard::new(["import", "-"])?.input(long), &["text-bytes"])
}

#[test]
fn wrong_flags_are_told() -> Result<()> {
    for arguments in [
        &["run"][..],
        &["run", "-c", "true", "--lanes", "none"],
        &["run", "-c", "true", "--lanes", "-1"],
        &["run", "-c", "true", "--jobs", "0"],
        &["run", "-c", "true", "--lanes", "0"],
        &["run", "-c", "true", "--timeout", "banana"],
        &["run", "-c", "true", "--timeout", "0ms"],
        &["run", "-c", "true", "--wires", "sideways"],
        &["run", "-c", "true", "--lanes", "2", "--values", "a,b"],
        &["run", "-c", "true", "chain.json"],
        &["run", "-c", "true", "--no-such-flag"],
        &["no-such-command"],
        &["serve", "--listen", "not-an-address"],
        &["serve", "--workspace", "/no/such/directory/of/ours"],
    ] {
        let outcome = Pipeyard::new(arguments)?.outcome()?;
        assert_eq!(outcome.code(), Some(2), "{arguments:?}: {}", outcome.stderr);
        assert!(!outcome.stderr.is_empty(), "{arguments:?} needs words");
        assert_eq!(outcome.text(), "", "{arguments:?}");
    }
    Ok(())
}

/// A bound must name itself, so that a person can look up what it is.
#[test]
fn too_many_lanes_name_their_limit() -> Result<()> {
    is_refused(Pipeyard::run("true", &["--lanes", "4000000"])?, &["lanes"])
}

/// Anybody who listens on more than loopback hands out a shell.
#[test]
fn only_loopback_is_listened_on() -> Result<()> {
    let call = Pipeyard::new(["serve", "--listen", "0.0.0.0:0"])?;
    let outcome = call.outcome()?;
    assert!(!outcome.status.success(), "it listened");
    assert!(outcome.stderr.contains("127.0.0.1"), "{}", outcome.stderr);
    Ok(())
}
