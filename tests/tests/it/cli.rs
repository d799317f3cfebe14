//! `pipeyard run`, doing what it is asked to.

use std::collections::BTreeSet;

use anyhow::Result;
use pipeyard_shared::chain::{Chain, Lanes, Stage};
use pipeyard_shared::ending::Ending;
use pipeyard_shared::event::Event;
use pipeyard_shared::shell;
use pipeyard_shared::signal::Signal;
use pipeyard_tests::pattern::{self, Sum};
use pipeyard_tests::{Pipeyard, lay};

use crate::support::{MODES, probe, word};

fn pipeline(text: &str) -> Chain {
    let read = shell::import(text.as_bytes(), &shell::Reading::default());
    read.expect("a pipeline").chain
}

#[test]
fn a_child_says_hello_and_nothing_else_is_said() -> Result<()> {
    let said = Pipeyard::run("echo 'Hello from the child!'", &[])?
        .outcome()?
        .expect_code(0);
    assert_eq!(said.text(), "Hello from the child!\n");
    assert_eq!(said.stderr, "");
    Ok(())
}

/// Ten sleeps of three seconds that ran one after another would take thirty.
#[test]
fn ten_lanes_sleep_side_by_side() -> Result<()> {
    let slept = Pipeyard::run("sleep 3", &["--lanes", "10", "--events"])?
        .outcome()?
        .expect_code(0);
    let mut chain = pipeline("sleep 3");
    chain.lanes = Lanes::Count(10);
    let log = slept.events(&chain)?;
    let first_end = log.stage_end_place(1, "sleep")?;
    let started_before = log.events[..first_end]
        .iter()
        .filter(|entry| matches!(entry.event, Event::StageStarted { .. }))
        .count();
    assert_eq!(
        started_before, 10,
        "all start before the first ends: {:#?}",
        log.events
    );
    assert!(slept.took.as_secs() < 20, "{:?} is too long", slept.took);
    Ok(())
}

#[test]
fn three_encryptions_are_hashed_to_three_sums() -> Result<()> {
    let text = "head -c 10 /dev/urandom | openssl enc -des3 -pbkdf2 -pass env:password | md5sum";
    for mode in MODES {
        let hashed = Pipeyard::run(text, &["--lanes", "3", "--wires", word(mode)])?
            .variable("password", "x")
            .outcome()?
            .expect_code(0);
        let printed = hashed.text();
        let sums: BTreeSet<&str> = printed
            .lines()
            .filter_map(|line| line.strip_suffix("  -"))
            .collect();
        assert_eq!(sums.len(), 3, "{printed}");
        assert!(sums.iter().all(|sum| sum.len() == 32), "{printed}");
        assert_eq!(hashed.stderr, "");
    }
    Ok(())
}

#[test]
fn a_timeout_ends_at_once_with_a_status_and_a_sentence() -> Result<()> {
    let ended = Pipeyard::run("sleep 60", &["--timeout", "100ms"])?
        .outcome()?
        .expect_code(124);
    assert!(ended.stderr.contains("100 ms"), "{}", ended.stderr);
    assert!(ended.stderr.contains("sleep"), "{}", ended.stderr);
    assert!(ended.took.as_secs() < 40, "{:?} is not at once", ended.took);
    Ok(())
}

#[test]
fn yes_is_ended_by_head() -> Result<()> {
    for mode in MODES {
        let cut = Pipeyard::run("yes | head -1", &["--wires", word(mode)])?
            .outcome()?
            .expect_code(0);
        assert_eq!(cut.text(), "y\n");
        assert_eq!(
            cut.stderr, "",
            "a normal SIGPIPE needs no words on a plain run"
        );
        // By the other rule the same chain has the status of the SIGPIPE, as in bash.
        let arguments = ["--pipefail", "--wires", word(mode)];
        let cut = Pipeyard::run("yes | head -1", &arguments)?
            .outcome()?
            .expect_code(141);
        assert_eq!(cut.text(), "y\n");
    }
    Ok(())
}

#[test]
fn a_report_is_a_table_on_standard_error() -> Result<()> {
    let text = "sh -c 'echo a; exit 3' | wc -l";
    let reported = Pipeyard::run(text, &["--report", "--pipefail"])?
        .outcome()?
        .expect_code(3);
    assert_eq!(
        reported.text().trim(),
        "1",
        "standard output is the chain's alone"
    );
    for wanted in ["stage", "sh", "wc", "exit 3", "exit 0"] {
        let table = reported.stderr.to_lowercase();
        assert!(
            table.contains(wanted),
            "no `{wanted}` in:\n{}",
            reported.stderr
        );
    }
    Ok(())
}

#[test]
fn statuses_are_those_of_the_shell() -> Result<()> {
    let cases: [(&str, &[&str], i32); 8] = [
        ("true", &[], 0),
        ("false", &[], 1),
        ("sh -c 'exit 42'", &[], 42),
        ("sh -c 'kill -9 $$'", &[], 137),
        ("sh -c 'kill -TERM $$'", &[], 143),
        ("false | true", &[], 0),
        ("false | true", &["--pipefail"], 1),
        (
            "sh -c 'exit 3' | sh -c 'cat; exit 4' | true",
            &["--pipefail"],
            4,
        ),
    ];
    for (text, arguments, code) in cases {
        let outcome = Pipeyard::run(text, arguments)?.outcome()?;
        assert_eq!(
            outcome.code(),
            Some(code),
            "{text} {arguments:?}: {}",
            outcome.stderr
        );
    }
    Ok(())
}

#[test]
fn standard_input_passes_through_byte_for_byte() -> Result<()> {
    let bytes = pattern::bytes(0, 300_000);
    for mode in MODES {
        let passed = Pipeyard::run("cat | cat", &["--wires", word(mode)])?
            .input(bytes.clone())
            .outcome()?
            .expect_code(0);
        assert!(
            passed.stdout == bytes,
            "{} of {} bytes, or others",
            passed.stdout.len(),
            bytes.len()
        );
    }
    Ok(())
}

#[test]
fn standard_output_is_exact_however_much_it_is() -> Result<()> {
    const COUNT: u64 = 20_000_003;
    for mode in MODES {
        let chain = lay([
            probe("flood", ["flood", &COUNT.to_string()]),
            Stage::process("cat", "cat", []),
        ])
        .mode(mode)
        .build();
        let flooded = Pipeyard::run_chain(&chain, &[])?.outcome()?.expect_code(0);
        assert_eq!(Sum::of(&flooded.stdout), Sum::of_pattern(COUNT));
    }
    Ok(())
}

#[test]
fn standard_error_stays_apart() -> Result<()> {
    let text = "sh -c 'echo out; echo oops >&2'";
    let split = Pipeyard::run(text, &[])?.outcome()?.expect_code(0);
    assert_eq!(
        (split.text().as_str(), split.stderr.as_str()),
        ("out\n", "oops\n")
    );
    let joined = Pipeyard::run(&format!("{text} |& cat"), &[])?
        .outcome()?
        .expect_code(0);
    assert_eq!(
        (joined.text().as_str(), joined.stderr.as_str()),
        ("out\noops\n", "")
    );
    Ok(())
}

#[test]
fn values_and_lane_numbers_are_filled_in() -> Result<()> {
    let filled = Pipeyard::run("echo {lane}={value}", &["--values", "red,green"])?;
    let filled = filled.outcome()?.expect_code(0);
    let lines: BTreeSet<String> = filled.text().lines().map(str::to_owned).collect();
    let wanted = ["1=red", "2=green"].map(str::to_owned);
    assert_eq!(lines, BTreeSet::from(wanted));
    Ok(())
}

#[test]
fn jobs_bound_how_many_lanes_run_at_once() -> Result<()> {
    // The rules of every log count the lanes at once; here it is checked that the number is told.
    let arguments = ["--lanes", "5", "--jobs", "2", "--events"];
    let outcome = Pipeyard::run("true", &arguments)?.outcome()?.expect_code(0);
    let mut chain = pipeline("true");
    chain.lanes = Lanes::Count(5);
    let log = outcome.events(&chain)?;
    assert!(matches!(
        log.events[0].event,
        Event::RunStarted { lanes: 5, jobs: 2 }
    ));
    Ok(())
}

#[test]
fn events_are_the_log_as_json_lines() -> Result<()> {
    let outcome = Pipeyard::run("yes | head -1", &["--events"])?
        .outcome()?
        .expect_code(0);
    let log = outcome.events(&pipeline("yes | head -1"))?;
    let expected = Ending::Signaled {
        signal: Signal::PIPE,
        core: false,
        reader_left: true,
        limit: None,
    };
    assert_eq!(log.ending(1, "yes")?, expected);
    assert_eq!(log.ending(1, "head")?, Ending::Exited { code: 0 });
    assert_eq!(log.bytes(1, "head.stdout")?, 2);
    Ok(())
}

#[test]
fn a_chain_file_says_as_much_as_the_flags() -> Result<()> {
    let chain = lay([probe("a", ["echo", "{value}"])])
        .values(["x", "y"])
        .jobs(1)
        .build();
    let outcome = Pipeyard::run_chain(&chain, &[])?.outcome()?.expect_code(0);
    assert_eq!(
        outcome.text(),
        "x\ny\n",
        "one lane after the other keeps their order"
    );
    Ok(())
}

/// `pipeyard run -c yes | head -1`: when its own reader leaves, the chain's last stage gets the SIGPIPE.
#[test]
fn a_reader_that_leaves_the_command_line_ends_the_chain() -> Result<()> {
    let binary = pipeyard_tests::runner::binary()?;
    let script = format!("'{}' run -c yes | head -1", binary.display());
    let mut shell = std::process::Command::new("bash")
        .args(["-c", &script])
        .stdout(std::process::Stdio::piped())
        .spawn()?;
    pipeyard_tests::wait_for("the shell's end", || shell.try_wait().ok().flatten())
        .inspect_err(|_| drop(shell.kill()))?;
    let mut text = String::new();
    if let Some(mut stdout) = shell.stdout.take() {
        std::io::Read::read_to_string(&mut stdout, &mut text)?;
    }
    assert_eq!(text, "y\n");
    Ok(())
}

#[test]
fn check_finds_nothing_wrong_with_what_can_run() -> Result<()> {
    Pipeyard::new(["check", "-c", "yes | head -1"])?
        .outcome()?
        .expect_code(0);
    let chain: Chain = lay([probe("a", ["echo"])]).build();
    let checked = Pipeyard::new(["check", "chain.json"])?.file("chain.json", chain.to_json())?;
    checked.outcome()?.expect_code(0);
    Ok(())
}

/// Checking must not run anything: neither on the way to saying yes nor to saying no.
#[test]
fn check_runs_nothing() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let made = folder.path().join("made");
    let text = format!("touch {}", made.display());
    Pipeyard::new(["check", "-c", &text])?
        .outcome()?
        .expect_code(0);
    assert!(!made.exists());
    Pipeyard::new(["run", "-c", &text])?
        .outcome()?
        .expect_code(0);
    assert!(made.exists(), "the same text does make it when it is run");
    Ok(())
}

#[test]
fn import_prints_a_chain_that_runs_alike() -> Result<()> {
    let text = "seq 3 | tac > out; true\n";
    for text in [
        "seq 3 | tac",
        "tac <<< $'b\\na'",
        "echo {lane}",
        "echo $((1 + 1))",
        text,
    ] {
        let imported = Pipeyard::new(["import", text])?.outcome()?.expect_code(0);
        let chain = Chain::from_json(&imported.text())?;
        let by_file = Pipeyard::run_chain(&chain, &[])?.outcome()?.expect_code(0);
        let by_text = Pipeyard::run(text, &[])?.outcome()?.expect_code(0);
        assert_eq!(by_file.text(), by_text.text());
    }
    let given = Pipeyard::new(["import", "-"])?.input("seq 2 | cat");
    let chain = Chain::from_json(&given.outcome()?.expect_code(0).text())?;
    assert_eq!(chain.stages.len(), 2);
    Ok(())
}

/// Arguments are bytes, and so is what bash is given.
#[test]
fn a_text_need_not_be_utf8() -> Result<()> {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let text = OsStr::from_bytes(b"printf '%s' '\xff\xfe' | od -An -tx1");
    let shown = Pipeyard::new([OsStr::new("run"), OsStr::new("-c"), text])?;
    assert_eq!(shown.outcome()?.expect_code(0).text(), " ff fe\n");
    Ok(())
}
