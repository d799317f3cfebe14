//! Parallel copies.

use anyhow::Result;
use pipeyard_shared::chain::Stage;
use pipeyard_shared::ending::Ending;
use pipeyard_shared::event::Event;
use pipeyard_shared::example;
use pipeyard_shared::limits::LimitName;
use pipeyard_shared::message::Refusal;
use pipeyard_shared::problem::Fault;
use pipeyard_shared::words::{self, Language};
use pipeyard_tests::{Client, RunModel, TestRunner, lay};

use crate::support::{Holdings, MODES, gated, open_gate, probe};

/// The chain that the page opens with: random bytes are encrypted and summed, three times side by side.
#[tokio::test]
async fn the_opening_example_runs() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let mut run = client.run(&example::opening()).await?;
    let log = run.until_ended().await?;
    assert_eq!(log.status().map(|status| status.pipefail), Some(0));
    let mut sums = Vec::new();
    for lane in 1..=3 {
        sums.push(run.text(lane, "md5sum.stdout").await?);
        let encrypted = run.bytes(lane, "w2").await?;
        assert!(
            encrypted.starts_with(b"Salted__"),
            "{}",
            encrypted.escape_ascii()
        );
        assert_eq!(
            log.bytes(lane, "openssl.stderr")?,
            0,
            "-pbkdf2 keeps it quiet"
        );
        assert_eq!(log.bytes(lane, "w1")?, 10);
    }
    sums.sort();
    sums.dedup();
    assert_eq!(sums.len(), 3, "{sums:?}");
    Ok(())
}

/// Without `-pbkdf2` the warning of openssl must be seen.
#[tokio::test]
async fn a_warning_on_standard_error_is_kept() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let mut chain = example::opening();
    if let pipeyard_shared::chain::StageKind::Process(openssl) = &mut chain.stages[1].kind {
        openssl
            .args
            .retain(|argument| argument.lossy() != "-pbkdf2");
    }
    let mut run = client.run(&chain).await?;
    run.until_ended().await?;
    let warning = run.text(1, "openssl.stderr").await?;
    assert!(
        warning.contains("deprecated") || warning.contains("pbkdf2"),
        "{warning}"
    );
    Ok(())
}

/// All lanes are alive at the same moment: each waits for the last one to have come.
#[tokio::test]
async fn lanes_run_at_the_same_time() -> Result<()> {
    const LANES: u32 = 12;
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let text = format!("touch here.$0; until [ -e here.{LANES} ]; do sleep 0.02; done");
    let chain = lay([Stage::process("meet", "sh", ["-c", &text, "{lane}"])])
        .lanes(LANES)
        .build();
    let log = client.run(&chain).await?.until_ended().await?;
    assert_eq!(log.status().map(|status| status.pipefail), Some(0));
    Ok(())
}

#[tokio::test]
async fn a_lane_that_fails_leaves_the_others_alone() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let chain = lay([
        Stage::process(
            "sh",
            "sh",
            ["-c", "test {value} = bad && exit 7; echo {value}"],
        ),
        Stage::process("cat", "cat", []),
    ])
    .values(["a", "bad", "c"])
    .build();
    let mut run = client.run(&chain).await?;
    let log = run.until_ended().await?;
    assert_eq!(run.text(1, "cat.stdout").await?, "a\n");
    assert_eq!(run.text(3, "cat.stdout").await?, "c\n");
    let status = log.status().expect("the run is over");
    assert_eq!((status.last, status.pipefail), (0, 7));
    Ok(())
}

/// Many more lanes than jobs, each with two processes: all come to their end, in bounded time.
#[tokio::test]
async fn hundreds_of_lanes_come_to_their_end() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    for mode in MODES {
        let stages = [
            probe("a", ["echo", "{lane}"]),
            Stage::process("b", "cat", []),
        ];
        let chain = lay(stages).mode(mode).lanes(300).jobs(8).build();
        let mut run = client.run(&chain).await?;
        let log = run.until_ended().await?;
        assert_eq!(
            log.count(|event| matches!(event, Event::LaneEnded { .. })),
            300
        );
        assert_eq!(run.text(300, "b.stdout").await?, "300\n");
    }
    Ok(())
}

/// A thousand lanes, sixty-four at once: neither descriptors nor pipes run out.
#[tokio::test]
async fn a_thousand_lanes_of_three_stages_come_to_their_end() -> Result<()> {
    const LANES: u32 = 1_000;
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    client.ping().await?;
    let before = Holdings::of(&runner)?;
    for mode in MODES {
        let stages = [
            Stage::process("echo", "echo", ["{lane}"]),
            Stage::process("cat", "cat", []),
            Stage::process("true", "cat", []),
        ];
        let chain = lay(stages).mode(mode).lanes(LANES).jobs(64).build();
        let mut run = client.run(&chain).await?;
        let log = run.until_ended().await?;
        assert_eq!(log.status().map(|status| status.pipefail), Some(0));
        let ended = |event: &Event| matches!(event, Event::LaneEnded { .. });
        assert_eq!(log.count(ended), LANES as usize);
        for lane in (1..=LANES).step_by(97).chain([LANES]) {
            let text = run.text(lane, "true.stdout").await?;
            assert_eq!(text, format!("{lane}\n"), "{mode:?}");
        }
        let run = run.id();
        client.forget(run).await?;
    }
    before.are_back(&runner)
}

/// What the machine allows is looked at before anything starts, and has a name.
#[tokio::test]
async fn too_many_open_files_are_refused_by_their_name() -> Result<()> {
    let runner = TestRunner::start_with_descriptors(256, &[])?;
    let mut client = Client::connect(&runner).await?;
    let chain = |jobs| {
        let stages = ["a", "b", "c"].map(|id| Stage::process(id, "true", []));
        lay(stages).lanes(1_000).jobs(jobs).build()
    };
    let refusal = client.refusal(serde_json::to_value(chain(64))?).await?;
    let Refusal::Problems { problems } = &refusal else {
        panic!("{refusal:?}");
    };
    let named = problems.iter().any(|problem| {
        matches!(problem.fault, Fault::OverLimit { limit: LimitName::OpenFiles, found, most: 256 } if found > 256)
    });
    assert!(named, "{problems:?}");
    for language in Language::ALL {
        let sentences = words::refusal(language, &refusal).concat();
        assert!(sentences.contains("ulimit -n"), "{sentences}");
    }
    // As many as there can be do run.
    let log = client.run(&chain(8)).await?.until_ended().await?;
    assert_eq!(log.status().map(|status| status.pipefail), Some(0));
    Ok(())
}

/// The runs of one runner share its descriptors: some cannot have them, all end, and the runner stays.
#[tokio::test]
async fn runs_that_take_each_others_descriptors_all_end() -> Result<()> {
    let runner = TestRunner::start_with_descriptors(256, &[])?;
    let mut client = Client::connect(&runner).await?;
    // All want to be alive at once: nobody ends before the gate opens.
    let stages = ["a", "b", "c"].map(|id| gated(id, "go", ["true"]));
    let chain = lay(stages).lanes(15).build();
    let first = client.start(&lay([probe("a", ["echo"])]).build()).await?;
    client.running(first).until_ended().await?;
    client.forget(first).await?;
    let before = Holdings::of(&runner)?;
    // The first has all that it wants before the others come: side by side each may take what another lacks.
    let first = client.start(&chain).await?;
    client
        .running(first)
        .until("all stages of the first", |model| {
            model.count(|event| matches!(event, Event::StageStarted { .. })) == 45
        })
        .await?;
    let mut runs = vec![first];
    for _ in 1..client.limits.active_runs {
        runs.push(client.start(&chain).await?);
    }
    let lacks = |model: &RunModel| {
        model.count(|event| {
            matches!(
                event,
                Event::StageEnded {
                    ending: Ending::CouldNotStart { .. },
                    ..
                }
            )
        })
    };
    client
        .until("a stage that cannot have its descriptors", |client| {
            client.runs.values().any(|model| lacks(model) > 0)
        })
        .await?;
    open_gate(&runner, "go")?;
    for run in runs {
        let log = client.running(run).until_ended().await?;
        if run == first {
            assert_eq!(log.status().map(|status| status.pipefail), Some(0));
        }
        client.forget(run).await?;
    }
    before.are_back(&runner)?;
    let mut run = client.run(&chain).await?;
    let log = run.until_ended().await?;
    assert_eq!(log.status().map(|status| status.pipefail), Some(0));
    Ok(())
}

#[test]
fn the_command_line_names_the_limit_too() -> Result<()> {
    let script = "ulimit -n 64; exec \"$0\" run --lanes 50 -c 'touch made.{lane}'";
    let folder = tempfile::tempdir()?;
    let said = std::process::Command::new("bash")
        .args(["-c", script])
        .arg(pipeyard_tests::runner::binary()?)
        .current_dir(folder.path())
        .output()?;
    assert_eq!(said.status.code(), Some(2), "{said:?}");
    let words = String::from_utf8_lossy(&said.stderr);
    assert!(words.contains("open-files"), "{words}");
    assert_eq!(std::fs::read_dir(folder.path())?.count(), 0);
    Ok(())
}
