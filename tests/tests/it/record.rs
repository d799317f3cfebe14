//! `pipeyard run --record` and `pipeyard replay`: a run as a file.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;

use anyhow::{Context, Result};
use pipeyard_shared::chain::{OutputEnd, OutputPort, Stage};
use pipeyard_shared::flow::{FlowMap, FlowPoint};
use pipeyard_shared::id::LaneNumber;
use pipeyard_shared::recording::Recording;
use pipeyard_tests::command::Outcome;
use pipeyard_tests::{Pipeyard, RunModel, lay, runner, wait_for};

/// Runs it in a folder of its own, and reads what was recorded.
fn recorded(text: &str, arguments: &[&str]) -> Result<(Recording, Outcome)> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("run.pipeyard");
    let path = file.to_str().context("a path")?;
    let outcome = Pipeyard::run(text, &[arguments, &["--record", path]].concat())?.outcome()?;
    let text = fs::read_to_string(&file)?;
    Ok((Recording::read(&text)?, outcome))
}

#[test]
fn a_recording_has_the_whole_log_the_counters_and_both_ends_of_the_data() -> Result<()> {
    let text = "seq 100000 | sort -n | tail -n 1";
    let (recording, outcome) = recorded(text, &[])?;
    assert_eq!(
        outcome.text(),
        "100000\n",
        "the output goes where it always goes"
    );
    assert_eq!(outcome.stderr, "");
    let mut model = RunModel::new(recording.chain.clone());
    for event in &recording.events {
        model.take_event(event.clone())?;
    }
    assert!(model.is_ended() && recording.is_complete());
    pipeyard_tests::rules::check(&model)?;

    // The last counters of each flow are what it carried.
    let flows = FlowMap::of(&recording.chain);
    for (stage, lines) in [("seq", 100_000), ("sort", 100_000), ("tail", 1)] {
        let flow = flow(&recording, &flows, stage).context("a flow")?;
        let samples = recording.samples.iter().rev();
        let mut meters = samples.flat_map(|sample| &sample.meters);
        let meter = meters
            .find(|meter| meter.flow == flow)
            .context("counters")?;
        assert_eq!(meter.lines, Some(lines), "{stage}");
        let pieces = recording.data.iter().filter(|piece| piece.flow == flow);
        let kept: usize = pieces.map(|piece| piece.slice.bytes.len()).sum();
        assert_eq!(kept as u64, meter.bytes.min(32 << 10), "{stage}");
    }
    let mut times = recording.samples.iter().map(|sample| sample.at_us);
    assert!(times.by_ref().is_sorted());
    Ok(())
}

/// One log, told in two ways.
#[test]
fn what_is_recorded_is_what_events_print() -> Result<()> {
    let (recording, outcome) = recorded("yes | head -1000 | wc -l", &["--events"])?;
    let printed = outcome.events(&recording.chain)?;
    assert_eq!(recording.events, printed.events);
    // Counters never fall, and end at what the log says.
    let mut latest = std::collections::BTreeMap::new();
    let mut before_us = 0;
    for sample in &recording.samples {
        assert!(before_us <= sample.at_us, "{sample:?}");
        before_us = sample.at_us;
        for meter in &sample.meters {
            let before: Option<u64> = latest.insert(meter.flow, meter.bytes);
            assert!(before <= Some(meter.bytes), "{before:?} became {meter:?}");
        }
    }
    for (flow, bytes) in &latest {
        let total = printed.flow_total(*flow).context("an end")?;
        assert_eq!(total.bytes, Some(*bytes), "{flow:?}");
    }
    assert!(latest.len() >= 3, "{latest:?}");
    Ok(())
}

#[test]
fn data_is_as_much_as_was_asked_for() -> Result<()> {
    let (none, _) = recorded("seq 1000", &["--record-data", "0"])?;
    assert!(none.data.is_empty() && !none.samples.is_empty());
    let (some, _) = recorded("seq 1000", &["--record-data", "5"])?;
    let pieces: Vec<_> = some.data.iter().map(|piece| &piece.slice).collect();
    let ends: Vec<_> = pieces.iter().map(|slice| slice.bytes.as_slice()).collect();
    assert_eq!(ends, [b"1\n2\n3".as_slice(), b"1000\n"]);
    assert_eq!(pieces[1].offset, 3_893 - 5);
    let refused = Pipeyard::run("true", &["--record", "x", "--record-data", "65537"])?;
    refused.outcome()?.expect_code(2);
    Ok(())
}

#[test]
fn standard_error_is_recorded_and_still_heard() -> Result<()> {
    let (recording, outcome) = recorded("sh -c 'echo oops >&2; exit 3' | cat", &[])?;
    assert_eq!(outcome.stderr, "oops\n");
    let heard = recording
        .data
        .iter()
        .any(|piece| piece.slice.bytes == b"oops\n");
    assert!(heard, "{:?}", recording.data);
    Ok(())
}

#[test]
fn a_file_that_cannot_be_written_is_named_before_anything_runs() -> Result<()> {
    let refused = Pipeyard::run("touch made", &["--record", "no/such/folder/run"])?;
    let folder = refused.folder().to_owned();
    let made = folder.join("made");
    let refused = refused.outcome()?.expect_code(2);
    assert!(
        refused.stderr.contains("no/such/folder/run"),
        "{}",
        refused.stderr
    );
    assert!(!made.exists());
    Ok(())
}

/// Not even the header fits on it.
#[test]
fn a_disk_that_is_full_is_found_before_anything_runs() -> Result<()> {
    let full = Pipeyard::run("echo a", &["--record", "/dev/full"])?;
    let full = full.outcome()?.expect_code(2);
    assert!(full.stderr.contains("/dev/full"), "{}", full.stderr);
    assert_eq!(full.text(), "");
    Ok(())
}

/// What cannot be written any more ends the recording, not the run.
#[test]
fn a_recording_that_cannot_go_on_leaves_the_run_alone() -> Result<()> {
    let script = "ulimit -f 1; trap '' XFSZ; exec \"$0\" run --record run -c \"$1\"";
    let text = "sh -c 'seq 100000; seq 100000 >&2'";
    let folder = tempfile::tempdir()?;
    let output = std::process::Command::new("bash")
        .args(["-c", script])
        .arg(runner::binary()?)
        .arg(text)
        .current_dir(folder.path())
        .output()?;
    assert!(output.status.success(), "{output:?}");
    let lines = |bytes: &[u8]| bytes.iter().filter(|byte| **byte == b'\n').count();
    assert_eq!(lines(&output.stdout), 100_000);
    assert_eq!(lines(&output.stderr), 100_001, "and one line that says why");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("the recording run ends here"), "{said}");
    // The bash's ulimit is in units of 1024 bytes.
    assert_eq!(fs::metadata(folder.path().join("run"))?.len(), 1_024);
    Recording::read(&fs::read_to_string(folder.path().join("run"))?)?;
    Ok(())
}

#[test]
fn a_refused_chain_leaves_an_older_recording_as_it_is() -> Result<()> {
    let chain = lay([Stage::process(
        "a",
        "no-such-program-anywhere",
        [] as [&str; 0],
    )])
    .build();
    let refused = Pipeyard::run_chain(&chain, &["--record", "old"])?;
    let refused = refused.file("old", "precious")?;
    let old = refused.folder().join("old");
    let folder = tempfile::tempdir()?;
    let link = folder.path().join("old");
    fs::hard_link(&old, &link)?;
    refused.outcome()?.expect_code(127);
    assert_eq!(fs::read_to_string(&link)?, "precious");
    Ok(())
}

/// Whoever is killed while it records leaves a recording of what had happened until then.
#[test]
fn a_killed_recorder_leaves_what_it_had() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("run");
    let mut child = std::process::Command::new(runner::binary()?)
        .args(["run", "-c", "yes", "--record"])
        .arg(&file)
        .stdout(Stdio::null())
        .spawn()?;
    let read = wait_for("counters in the recording", || {
        let recording = Recording::read(&fs::read_to_string(&file).ok()?).ok()?;
        (!recording.samples.is_empty()).then_some(recording)
    });
    child.kill()?;
    assert_eq!(child.wait()?.signal(), Some(9));
    assert!(!read?.is_complete());
    let left = Recording::read(&fs::read_to_string(&file)?)?;
    assert!(!left.events.is_empty() && !left.is_complete());

    let path = file.to_str().context("a path")?;
    let told = Pipeyard::new(["replay", path])?.outcome()?.expect_code(0);
    assert!(
        told.text().contains("without the end of the run"),
        "{}",
        told.text()
    );
    assert!(told.text().contains("still running"), "{}", told.text());
    Ok(())
}

/// Five stages at work, recorded: what is written beside the data stays small.
#[test]
fn a_recording_without_data_is_small() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("run");
    let path = file.to_str().context("a path")?;
    let arguments = ["--record", path, "--record-data", "0", "--timeout", "2s"];
    let run = Pipeyard::run("yes | cat | cat | cat | wc -l", &arguments)?;
    run.outcome()?.expect_code(124);
    let bytes = fs::metadata(&file)?.len();
    let samples = Recording::read(&fs::read_to_string(&file)?)?.samples.len();
    assert!(samples >= 2, "{samples}");
    assert!(bytes < 40_000, "{bytes} bytes for two seconds");
    Ok(())
}

#[test]
fn replay_tells_the_chain_the_stages_and_the_story() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("run");
    let path = file.to_str().context("a path")?;
    let text = "yes | head -100000 | sort | uniq -c";
    Pipeyard::run(text, &["--record", path])?
        .outcome()?
        .expect_code(0);
    let told = Pipeyard::new(["replay", path])?.outcome()?.expect_code(0);
    let told = told.text();
    for wanted in [
        text,
        "stage",
        "SIGPIPE",
        "200000",
        "`sort` held everything back",
        "`head`",
    ] {
        assert!(told.contains(wanted), "no `{wanted}` in:\n{told}");
    }
    Ok(())
}

#[test]
fn what_is_no_recording_is_refused_with_file_and_line() -> Result<()> {
    let cases: [(&str, &[u8], &str); 4] = [
        ("words", b"hello\n", "no recording"),
        ("bytes", b"\xff\xfe\n", "not text"),
        (
            "later",
            b"{\"pipeyard_recording\":99,\"chain\":{}}\n",
            "version 99",
        ),
        (
            "torn",
            b"{\"pipeyard_recording\":1,\"chain\":{\"pipeyard\":1,\"stages\":[{\"id\":\"a\",\"kind\":{\"process\":{\"program\":\"true\"}}}]}}\n{}\n\n",
            "line 2",
        ),
    ];
    for (name, content, wanted) in cases {
        let refused = Pipeyard::new(["replay", name])?.file(name, content)?;
        let refused = refused.outcome()?.expect_code(2);
        let said = refused.stderr;
        assert!(said.contains(name) && said.contains(wanted), "{said}");
        assert_eq!(refused.stdout, b"", "{said}");
    }
    let missing = Pipeyard::new(["replay", "nowhere"])?
        .outcome()?
        .expect_code(2);
    assert!(missing.stderr.contains("nowhere"), "{}", missing.stderr);
    Ok(())
}

fn flow(
    recording: &Recording,
    flows: &FlowMap,
    stage: &str,
) -> Option<pipeyard_shared::flow::FlowId> {
    let end = OutputEnd {
        stage: stage.into(),
        port: OutputPort::Stdout,
    };
    let wire = recording.chain.wires.iter().find(|wire| wire.from == end);
    let point = wire.map_or(FlowPoint::Port(end.clone()), |wire| {
        FlowPoint::Wire(wire.id.clone())
    });
    flows.id(LaneNumber::FIRST, &point)
}
