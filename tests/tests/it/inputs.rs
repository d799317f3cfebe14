//! Stages that start no process: inputs, files, discard. And shell stages.

use anyhow::Result;
use pipeyard_shared::chain::{Access, Input, Stage, StageKind};
use pipeyard_shared::ending::Ending;
use pipeyard_shared::event::FlowEnd;
use pipeyard_shared::message::Refusal;
use pipeyard_shared::problem::Fault;
use pipeyard_tests::pattern::{self, Sum};
use pipeyard_tests::{Client, TestRunner, lay};

use crate::support::probe;

async fn read_back(client: &mut Client, input: Input) -> Result<String> {
    let chain = lay([
        Stage::input("input", input),
        Stage::process("cat", "cat", []),
    ])
    .build();
    let mut run = client.run(&chain).await?;
    let log = run.until_ended().await?;
    assert_eq!(log.ending(1, "input")?, Ending::Finished);
    assert_eq!(log.pid(1, "input"), None);
    run.text(1, "cat.stdout").await
}

#[tokio::test]
async fn each_kind_of_input_makes_its_bytes() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let lines = vec!["one".into(), "".into(), "lane {lane}".into()];
    for (input, expected) in [
        (
            Input::Text("lane {lane}, no newline".into()),
            "lane 1, no newline",
        ),
        (Input::Text("".into()), ""),
        (Input::Hex("48 69\n0a".into()), "Hi\n"),
        (Input::Base64("SGkK".into()), "Hi\n"),
        (Input::Lines(lines), "one\n\nlane 1\n"),
        (Input::Lines(Vec::new()), ""),
        (
            Input::Repeat {
                text: "ab".into(),
                times: Some(3),
            },
            "ababab",
        ),
        (
            Input::Repeat {
                text: "ab".into(),
                times: Some(0),
            },
            "",
        ),
    ] {
        let name = format!("{input:?}");
        assert_eq!(read_back(&mut client, input).await?, expected, "{name}");
    }
    Ok(())
}

#[tokio::test]
async fn random_bytes_differ_from_lane_to_lane() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let chain = lay([
        Stage::input("random", Input::Random(1_000)),
        Stage::process("cat", "cat", []),
    ])
    .lanes(3)
    .build();
    let mut run = client.run(&chain).await?;
    run.until_ended().await?;
    let mut seen = Vec::new();
    for lane in 1..=3 {
        let bytes = run.bytes(lane, "cat.stdout").await?;
        assert_eq!(bytes.len(), 1_000);
        assert!(
            !seen.contains(&bytes),
            "lane {lane} got another lane's bytes"
        );
        seen.push(bytes);
    }
    Ok(())
}

/// A repeat without end is fed as fast as it is read, and ends with its reader.
#[tokio::test]
async fn a_repeat_without_end_ends_with_its_reader() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let repeat = Input::Repeat {
        text: "y\n".into(),
        times: None,
    };
    let stages = [
        Stage::input("yes", repeat),
        Stage::process("head", "head", ["-c", "3000001"]),
    ];
    let mut run = client.run(&lay(stages).build()).await?;
    let log = run.until_ended().await?;
    assert_eq!(log.bytes(1, "head.stdout")?, 3_000_001);
    let wire = log.flow_total(log.flow(1, "w1")?).expect("the wire ended");
    assert_eq!(wire.reason, FlowEnd::ReaderLeft);
    Ok(())
}

#[tokio::test]
async fn files_are_read_written_and_appended_to() -> Result<()> {
    let runner = TestRunner::start()?;
    let content = pattern::bytes(0, 500_000);
    std::fs::write(runner.workspace().join("in"), &content)?;
    std::fs::write(runner.workspace().join("out"), b"this must go")?;
    let mut client = Client::connect(&runner).await?;
    let copy = |access| {
        let stages = [
            Stage::file("in", "in", Access::Read),
            Stage::process("cat", "cat", []),
            Stage::file("out", "out", access),
        ];
        lay(stages).build()
    };
    let log = client
        .run(&copy(Access::Write))
        .await?
        .until_ended()
        .await?;
    assert_eq!(log.ending(1, "in")?, Ending::Finished);
    assert_eq!(log.ending(1, "out")?, Ending::Finished);
    assert!(std::fs::read(runner.workspace().join("out"))? == content);
    client
        .run(&copy(Access::Append))
        .await?
        .until_ended()
        .await?;
    let twice = [content.clone(), content].concat();
    assert!(std::fs::read(runner.workspace().join("out"))? == twice);
    Ok(())
}

/// A direct wire gives the file itself to the process.
#[tokio::test]
async fn a_direct_wire_can_be_the_file_itself() -> Result<()> {
    let runner = TestRunner::start()?;
    std::fs::write(runner.workspace().join("in"), pattern::bytes(0, 100_000))?;
    let mut client = Client::connect(&runner).await?;
    let stages = [
        Stage::file("in", "in", Access::Read),
        probe("sum", ["sum"]),
        Stage::file("out", "out", Access::Write),
    ];
    let chain = lay(stages).direct(1).direct(2).build();
    client.run(&chain).await?.until_ended().await?;
    let written = std::fs::read_to_string(runner.workspace().join("out"))?;
    assert_eq!(written, Sum::of_pattern(100_000).line());
    Ok(())
}

#[tokio::test]
async fn a_missing_file_is_refused_before_anything_starts() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    std::fs::create_dir(runner.workspace().join("folder"))?;
    for (path, access) in [
        ("gone", Access::Read),
        ("folder", Access::Read),
        ("folder", Access::Write),
        ("no/such/folder/out", Access::Write),
    ] {
        let file = Stage::file("file", path, access);
        let other = probe("other", ["sum"]);
        let chain = match access {
            Access::Read => lay([file, other]),
            _ => lay([other, file]),
        };
        let refusal = client.refusal(serde_json::to_value(chain.build())?).await?;
        let Refusal::Problems { problems } = refusal else {
            panic!("{refusal:?}");
        };
        let named = problems.iter().any(|problem| matches!(&problem.fault, Fault::BadFile { path: told, .. } if told.lossy() == path));
        assert!(named, "{path} {access:?}: {problems:?}");
    }
    Ok(())
}

/// What a chain reads and writes by its file stages stays in the workspace, links or not.
#[tokio::test]
async fn no_file_stage_leads_out_of_the_workspace() -> Result<()> {
    let runner = TestRunner::start()?;
    let outside = tempfile::tempdir()?;
    let secret = outside.path().join("secret");
    std::fs::write(&secret, "secret")?;
    std::os::unix::fs::symlink(&secret, runner.workspace().join("link"))?;
    std::os::unix::fs::symlink(outside.path(), runner.workspace().join("folder"))?;
    let mut client = Client::connect(&runner).await?;
    let absolute = secret.to_string_lossy().into_owned();
    for path in ["link", "folder/secret", "../log", absolute.as_str()] {
        let chain = lay([
            Stage::file("file", path, Access::Read),
            probe("sum", ["sum"]),
        ])
        .build();
        let refused = client.refusal(serde_json::to_value(&chain)?).await;
        assert!(refused.is_ok(), "{path}: {:?}", refused.err());
        let chain = lay([
            probe("echo", ["echo", "overwritten"]),
            Stage::file("file", path, Access::Write),
        ]);
        let refused = client.refusal(serde_json::to_value(chain.build())?).await;
        assert!(refused.is_ok(), "{path}: {:?}", refused.err());
    }
    assert_eq!(std::fs::read_to_string(&secret)?, "secret");
    Ok(())
}

#[tokio::test]
async fn discard_takes_everything() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let stages = [
        probe("flood", ["flood", "10000000"]),
        Stage::new("nowhere", StageKind::Discard),
    ];
    let log = client
        .run(&lay(stages).build())
        .await?
        .until_ended()
        .await?;
    assert_eq!(log.bytes(1, "w1")?, 10_000_000);
    assert_eq!(log.ending(1, "flood")?, Ending::Exited { code: 0 });
    assert_eq!(log.ending(1, "nowhere")?, Ending::Finished);
    Ok(())
}

#[tokio::test]
async fn a_shell_stage_is_run_by_a_shell() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let text = "for i in 1 2 3; do echo $((i * {lane})); done | sort -rn && exit 5";
    let chain = lay([Stage::shell("shell", text)]).lanes(2).build();
    let mut run = client.run(&chain).await?;
    let log = run.until_ended().await?;
    assert_eq!(run.text(1, "shell.stdout").await?, "3\n2\n1\n");
    assert_eq!(run.text(2, "shell.stdout").await?, "6\n4\n2\n");
    assert_eq!(log.ending(2, "shell")?, Ending::Exited { code: 5 });
    Ok(())
}
