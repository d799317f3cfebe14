//! What `pipeyard export` writes, run by bash, does what the engine does with the chain.

use std::process::{Command, Stdio};

use anyhow::Result;
use pipeyard_shared::chain::{
    Access, Chain, FanIn, Input, InputPort, Stage, StageKind, StatusRule, Stderr, Stdin, Variable,
};
use pipeyard_tests::lay::apart;
use pipeyard_tests::{Pipeyard, lay};

/// Runs a chain by the engine and, exported, by bash; both must print the same lines, in any order where
/// lanes or several writers print, and have the same status.
#[track_caller]
fn is_the_same(chain: &Chain) -> Result<()> {
    let engine = Pipeyard::run_chain(chain, &[])?
        .input("typed\n")
        .outcome()?;
    let exported = Pipeyard::new(["export", "chain.json"])?
        .file("chain.json", chain.to_json())?
        .outcome()?
        .expect_code(0);
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("script"), &exported.stdout)?;
    std::fs::write(folder.path().join("input"), "typed\n")?;
    let done = Command::new("bash")
        .arg("script")
        .current_dir(folder.path())
        .stdin(std::fs::File::open(folder.path().join("input"))?)
        .stderr(Stdio::piped())
        .output()?;
    let script = exported.text();
    let stderr = String::from_utf8_lossy(&done.stderr);
    let lines = |bytes: &[u8]| -> Vec<String> {
        let mut lines: Vec<_> = bytes
            .split(|b| *b == b'\n')
            .map(|l| l.escape_ascii().to_string())
            .collect();
        lines.sort();
        lines
    };
    assert_eq!(
        lines(&done.stdout),
        lines(&engine.stdout),
        "{script}\n{stderr}"
    );
    assert_eq!(done.status.code(), engine.code(), "{script}\n{stderr}");
    Ok(())
}

#[test]
fn a_pipeline_is_written_as_one() -> Result<()> {
    let text = "sort < words | uniq -c 2> /dev/null > counted";
    let exported = Pipeyard::new(["export", "-c", text])?
        .outcome()?
        .expect_code(0);
    assert_eq!(
        exported.text(),
        "sort < words | uniq -c > counted 2> /dev/null\n"
    );
    let as_json = Pipeyard::new(["export", "--to", "json", "-c", text])?
        .outcome()?
        .expect_code(0);
    assert_eq!(Chain::from_json(&as_json.text())?.stages.len(), 5);
    Ok(())
}

#[test]
fn lanes_and_values_run_side_by_side() -> Result<()> {
    let echo = Stage::process("echo", "echo", ["{lane} is {value}", "'quoted'"]);
    let chain = lay([echo, Stage::process("tr", "tr", ["a-z", "A-Z"])])
        .values(["x y", "$z", "ü"])
        .build();
    is_the_same(&chain)?;
    let mut counted = lay([Stage::shell("sh", "echo {lane}; exit $(({lane} % 2 * 3))")]).build();
    counted.lanes = pipeyard_shared::chain::Lanes::Count(4);
    counted.jobs = Some(2);
    is_the_same(&counted)
}

#[test]
fn several_wires_leave_and_arrive() -> Result<()> {
    for mode in [FanIn::Lines, FanIn::Ordered, FanIn::Shared] {
        let mut chain = apart([
            Stage::process("seq", "seq", ["5"]),
            Stage::process("left", "sed", ["s/^/l/"]),
            Stage::process("right", "sed", ["s/^/r/"]),
            Stage::process("cat", "cat", []),
        ])
        .wire("seq.stdout", "left.stdin")
        .wire("seq.stdout", "right.stdin")
        .wire("left.stdout", "cat.stdin")
        .wire("right.stdout", "cat.stdin")
        .build();
        chain.stages[3].fan_in.insert(InputPort::Stdin, mode);
        is_the_same(&chain)?;
    }
    Ok(())
}

#[test]
fn inputs_of_every_kind_are_written() -> Result<()> {
    let inputs = [
        Input::Text("a 'text'\nwithout end".into()),
        Input::Hex("00 ff 0a 41".into()),
        Input::Base64("aGkAaGkK".into()),
        Input::Lines(vec!["one".into(), "two words".into()]),
        Input::Lines(Vec::new()),
        Input::Repeat {
            text: "ab\n".into(),
            times: Some(3),
        },
    ];
    for input in inputs {
        is_the_same(&lay([Stage::input("in", input), Stage::process("cat", "cat", [])]).build())?;
    }
    Ok(())
}

#[test]
fn what_is_set_for_a_stage_is_kept() -> Result<()> {
    let shell = Stage::shell("sh", "echo $A ${B-unset}; echo err >&2; cat; exit 3");
    let chain = lay([shell, Stage::process("cat", "cat", [])])
        .setup("sh", |setup| {
            setup.environment = vec![
                Variable::set("A", "x y"),
                Variable::set("B", "1"),
                Variable::unset("B"),
            ];
            setup.stderr = Stderr::Stdout;
            setup.stdin = Stdin::Typed;
            setup.directory = Some("/tmp".into());
        })
        .build();
    is_the_same(&chain)?;
    is_the_same(&Chain {
        status: StatusRule::Pipefail,
        ..chain
    })
}

#[test]
fn times_are_kept() -> Result<()> {
    let chain = lay([Stage::shell("sh", "echo begun; exec sleep 60")])
        .setup("sh", |setup| setup.timeout_ms = Some(2_000))
        .build();
    is_the_same(&chain)?;
    let mut whole = lay([Stage::shell("sh", "echo begun; exec sleep 60")]).build();
    whole.timeout_ms = Some(2_000);
    is_the_same(&whole)
}

#[test]
fn files_and_extra_inputs_are_joined() -> Result<()> {
    let mut chain = apart([
        Stage::process("seq", "seq", ["3"]),
        Stage::file("out", "made", Access::Write),
        Stage::process("other", "seq", ["4", "6"]),
        Stage::process("wc", "wc", ["-l", "{fd3}"]),
        Stage::new("gone", StageKind::Discard),
    ])
    .wire("seq.stdout", "out.stdin")
    .wire("other.stdout", "wc.fd3")
    .wire("wc.stderr", "gone.stdin")
    .build();
    chain.title = "a title\nof two lines".into();
    is_the_same(&chain)
}

/// A chain of many wires needs no more than bash can have open.
#[test]
fn many_stages_fit_into_a_script() -> Result<()> {
    let stages = (0..40).map(|number| Stage::process(&format!("c{number}"), "cat", []));
    let mut chain = Chain::of_stages("", stages.collect());
    chain.status = StatusRule::Pipefail;
    is_the_same(&chain)
}

#[test]
fn what_cannot_be_run_is_not_exported() -> Result<()> {
    let refused = Pipeyard::new(["export", "chain.json"])?
        .file("chain.json", Chain::new("").to_json())?
        .outcome()?
        .expect_code(2);
    assert_eq!(refused.text(), "");
    assert!(refused.stderr.contains("stages"), "{}", refused.stderr);
    Ok(())
}
