//! Many wires, one input.

use std::collections::BTreeMap;

use anyhow::Result;
use pipeyard_shared::chain::{FanIn, Stage, Stderr, WireMode};
use pipeyard_tests::lay::apart;
use pipeyard_tests::pattern::Sum;
use pipeyard_tests::{Client, Lay, Pipeyard, TestRunner};

use crate::support::{MODES, probe};

const WRITERS: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];

/// Eight writers of so many lines each, merged into one `cat`.
fn merged(lines: u32, fan_in: FanIn) -> Lay {
    let count = lines.to_string();
    let mut stages: Vec<Stage> = WRITERS
        .iter()
        .map(|id| probe(id, ["lines", count.as_str(), *id]))
        .collect();
    stages.push(Stage::process("cat", "cat", []));
    let laid = apart(stages).fan_in("cat.stdin", fan_in);
    WRITERS.iter().fold(laid, |laid, id| {
        laid.wire(&format!("{id}.stdout"), "cat.stdin")
    })
}

/// Checks that each writer's lines are all there, whole and in their order; gives the tags in order.
fn whole_lines(text: &str, lines: u32) -> Vec<&str> {
    assert!(text.ends_with('\n'), "the last line is whole");
    let mut next: BTreeMap<&str, u32> = BTreeMap::new();
    let mut tags = Vec::new();
    for line in text.lines() {
        let (tag, number) = line
            .split_once(' ')
            .unwrap_or_else(|| panic!("a torn line: {line:?}"));
        assert!(WRITERS.contains(&tag), "a torn line: {line:?}");
        let number: u32 = number
            .parse()
            .unwrap_or_else(|_| panic!("a torn line: {line:?}"));
        let expected = next.entry(tag).or_default();
        assert_eq!(number, *expected, "of {tag}");
        *expected += 1;
        tags.push(tag);
    }
    assert_eq!(next.len(), WRITERS.len());
    assert!(next.values().all(|count| *count == lines), "{next:?}");
    tags
}

#[test]
fn no_line_is_torn_of_eight_writers() -> Result<()> {
    const LINES: u32 = 100_000;
    let chain = merged(LINES, FanIn::Lines).build();
    let outcome = Pipeyard::run_chain(&chain, &[])?.outcome()?.expect_code(0);
    let text = outcome.text();
    let tags = whole_lines(&text, LINES);
    let switches = tags.windows(2).filter(|pair| pair[0] != pair[1]).count();
    assert!(
        switches >= WRITERS.len(),
        "they were merged as they came, not one after another"
    );
    Ok(())
}

#[test]
fn ordered_wires_follow_one_another() -> Result<()> {
    const LINES: u32 = 5_000;
    let chain = merged(LINES, FanIn::Ordered).build();
    let outcome = Pipeyard::run_chain(&chain, &[])?.outcome()?.expect_code(0);
    let text = outcome.text();
    let mut tags = whole_lines(&text, LINES);
    tags.dedup();
    assert_eq!(tags, WRITERS);
    Ok(())
}

/// A last line without a newline must not swallow the first line of another writer.
#[test]
fn a_line_without_an_end_stays_apart_from_others() -> Result<()> {
    let stages = [
        Stage::process("a", "printf", ["no end"]),
        Stage::process("b", "printf", ["one\\ntwo\\n"]),
        Stage::process("cat", "cat", []),
    ];
    let chain = apart(stages)
        .wire("a.stdout", "cat.stdin")
        .wire("b.stdout", "cat.stdin")
        .build();
    let outcome = Pipeyard::run_chain(&chain, &[])?.outcome()?.expect_code(0);
    let text = outcome.text();
    for whole in ["one\n", "two\n"] {
        assert!(text.contains(whole), "{text:?}");
    }
    let after = text
        .split("no end")
        .nth(1)
        .unwrap_or_else(|| panic!("lost: {text:?}"));
    assert!(
        after.is_empty() || after.starts_with('\n'),
        "joined to another's line: {text:?}"
    );
    Ok(())
}

/// One kernel pipe keeps writes up to `PIPE_BUF` whole, in both modes.
#[test]
fn a_shared_pipe_keeps_small_writes_whole() -> Result<()> {
    for mode in MODES {
        let text = "i=0; while [ $i -lt 2000 ]; do echo \"$0 $i\"; i=$((i+1)); done";
        let mut stages: Vec<Stage> = WRITERS
            .iter()
            .map(|id| Stage::process(id, "sh", ["-c", text, *id]))
            .collect();
        stages.push(Stage::process("cat", "cat", []));
        let laid = apart(stages).fan_in("cat.stdin", FanIn::Shared);
        let laid = WRITERS.iter().fold(laid, |laid, id| {
            laid.wire(&format!("{id}.stdout"), "cat.stdin")
        });
        let outcome = Pipeyard::run_chain(&laid.mode(mode).build(), &[])?
            .outcome()?
            .expect_code(0);
        whole_lines(&outcome.text(), 2_000);
    }
    Ok(())
}

#[tokio::test]
async fn standard_error_can_be_wired() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    for mode in MODES {
        let stages = [
            Stage::process("both", "sh", ["-c", "echo out; echo err >&2"]),
            Stage::process("cat", "cat", []),
        ];
        let chain = apart(stages)
            .wire("both.stderr", "cat.stdin")
            .mode(mode)
            .build();
        let mut run = client.run(&chain).await?;
        run.until_ended().await?;
        assert_eq!(run.text(1, "cat.stdout").await?, "err\n", "{mode:?}");
        assert_eq!(run.text(1, "both.stdout").await?, "out\n", "{mode:?}");
    }
    Ok(())
}

#[tokio::test]
async fn joined_standard_error_keeps_its_place_among_the_output() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let text = "for i in 1 2 3 4 5; do echo out $i; echo err $i >&2; done";
    let expected: String = (1..=5)
        .map(|number| format!("out {number}\nerr {number}\n"))
        .collect();
    for mode in MODES {
        let stages = [
            Stage::process("both", "sh", ["-c", text]),
            Stage::process("cat", "cat", []),
        ];
        let chain = apart(stages)
            .wire("both.stdout", "cat.stdin")
            .setup("both", |setup| setup.stderr = Stderr::Stdout)
            .mode(mode)
            .build();
        let mut run = client.run(&chain).await?;
        run.until_ended().await?;
        assert_eq!(run.text(1, "cat.stdout").await?, expected, "{mode:?}");
    }
    Ok(())
}

/// Process substitution: an argument that is the path of an extra input.
#[tokio::test]
async fn extra_inputs_are_files_to_the_program() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    for mode in MODES {
        let stages = [
            probe("left", ["flood", "300000"]),
            probe("right", ["echo", "right"]),
            Stage::process("cat", "cat", ["{fd3}", "{fd9}", "-"]),
            probe("sum", ["sum"]),
        ];
        let chain = apart(stages)
            .wire("left.stdout", "cat.fd3")
            .wire("right.stdout", "cat.fd9")
            .wire("cat.stdout", "sum.stdin")
            .mode(mode)
            .build();
        let mut run = client.run(&chain).await?;
        run.until_ended().await?;
        let mut expected = Sum::of_pattern(300_000);
        expected.add(b"right\n");
        assert_eq!(
            run.text(1, "sum.stdout").await?,
            expected.line(),
            "{mode:?}"
        );
    }
    Ok(())
}

/// A diamond: fan-out and fan-in of the same bytes.
#[tokio::test]
async fn what_parts_can_meet_again() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let stages = [
        probe("source", ["lines", "3000", "x"]),
        Stage::process("left", "cat", []),
        Stage::process("right", "tr", ["x", "y"]),
        Stage::process("sort", "sort", ["-c", "-s", "-u"]),
        Stage::process("count", "wc", ["-l"]),
    ];
    let chain = apart(stages)
        .wire("source.stdout", "left.stdin")
        .wire("source.stdout", "right.stdin")
        .wire("left.stdout", "count.stdin")
        .wire("right.stdout", "count.stdin")
        .wire("count.stdout", "sort.stdin")
        .build();
    assert!(chain.wires.iter().all(|wire| wire.mode == WireMode::Tapped));
    let mut run = client.run(&chain).await?;
    let log = run.until_ended().await?;
    assert_eq!(log.bytes(1, "w5")?, "6000\n".len() as u64);
    Ok(())
}
