//! Chains that cannot be run: each gets a clear refusal, the runner stays, other runs go on.

use anyhow::Result;
use pipeyard_shared::chain::ReadError;
use pipeyard_shared::message::Refusal;
use pipeyard_shared::problem::{Fault, Place, Problem};
use pipeyard_shared::words::{self, Language};
use pipeyard_tests::lay::apart;
use pipeyard_tests::{Client, TestRunner, lay};
use serde_json::json;

use crate::support::probe;

async fn problems(client: &mut Client, chain: &pipeyard_shared::Chain) -> Result<Vec<Problem>> {
    let refusal = client.refusal(serde_json::to_value(chain)?).await?;
    for language in Language::ALL {
        let sentences = words::refusal(language, &refusal);
        assert!(
            !sentences.is_empty() && sentences.iter().all(|sentence| sentence.len() > 10),
            "{sentences:?}"
        );
    }
    match refusal {
        Refusal::Problems { problems } => Ok(problems),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn each_problem_is_told_at_its_place() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let mut going_on = client
        .run(&lay([probe("a", ["ignore-term", "60"])]).build())
        .await?;
    going_on.pid(1, "a").await?;
    let going_on = going_on.id();

    let unknown = lay([pipeyard_shared::chain::Stage::process(
        "a",
        "no-such-program",
        [],
    )])
    .build();
    let found = problems(&mut client, &unknown).await?;
    assert!(
        matches!(&found[..], [Problem { place: Place::Stage(stage), fault: Fault::ProgramNotFound { program, .. } }]
        if stage.as_str() == "a" && program.lossy() == "no-such-program"),
        "{found:?}"
    );

    let directory = lay([probe("a", ["echo"])])
        .setup("a", |setup| setup.directory = Some("gone".into()))
        .build();
    let found = problems(&mut client, &directory).await?;
    assert!(
        matches!(&found[..], [Problem { fault: Fault::BadDirectory { directory, error }, .. }]
        if directory.lossy() == "gone" && !error.is_empty()),
        "{found:?}"
    );

    let ring = apart([probe("a", ["sum"]), probe("b", ["sum"])])
        .wire("a.stdout", "b.stdin")
        .wire("b.stdout", "a.stdin")
        .build();
    let found = problems(&mut client, &ring).await?;
    assert!(
        matches!(&found[..], [Problem { place: Place::Chain, fault: Fault::Cycle { stages } }] if stages.len() == 2)
    );

    let dangling = apart([probe("a", ["sum"])])
        .wire("a.stdout", "gone.stdin")
        .build();
    let found = problems(&mut client, &dangling).await?;
    assert!(
        matches!(
            &found[..],
            [Problem {
                place: Place::Wire(_),
                fault: Fault::NoSuchStage { .. }
            }]
        ),
        "{found:?}"
    );

    std::fs::write(runner.workspace().join("notes.txt"), "no program")?;
    let text = lay([pipeyard_shared::chain::Stage::process(
        "a",
        "./notes.txt",
        [],
    )])
    .build();
    let found = problems(&mut client, &text).await?;
    assert!(
        matches!(
            &found[..],
            [Problem {
                fault: Fault::ProgramNotExecutable { .. },
                ..
            }]
        ),
        "{found:?}"
    );

    client.ping().await?;
    assert!(!client.runs[&going_on].is_ended(), "the other run goes on");
    client.running(going_on).stop().await?;
    client.running(going_on).until_ended().await?;
    Ok(())
}

/// What the chain says and what the machine says, in one answer.
#[tokio::test]
async fn problems_of_chain_and_machine_come_together() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let chain = apart([
        pipeyard_shared::chain::Stage::process("a", "no-such-program", []),
        pipeyard_shared::chain::Stage::process("b", "no-such-either", []),
    ])
    .wire("a.stdout", "gone.stdin")
    .jobs(0)
    .build();
    let found = problems(&mut client, &chain).await?;
    let has = |wanted: fn(&Fault) -> bool| {
        found
            .iter()
            .filter(|problem| wanted(&problem.fault))
            .count()
    };
    assert_eq!(
        has(|fault| matches!(fault, Fault::ProgramNotFound { .. })),
        2,
        "{found:?}"
    );
    assert_eq!(
        has(|fault| matches!(fault, Fault::NoSuchStage { .. })),
        1,
        "{found:?}"
    );
    assert_eq!(
        has(|fault| matches!(fault, Fault::Zero { .. })),
        1,
        "{found:?}"
    );
    Ok(())
}

#[tokio::test]
async fn what_is_no_chain_is_refused_with_its_reason() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let refusal = client
        .refusal(json!({ "pipeyard": 9, "boxes": [] }))
        .await?;
    let Refusal::Unreadable { error } = refusal else {
        panic!("{refusal:?}");
    };
    assert_eq!(error, ReadError::OtherVersion { found: 9 });
    let refusal = client.refusal(json!({ "stages": [] })).await?;
    assert_eq!(
        refusal,
        Refusal::Unreadable {
            error: ReadError::NoVersion
        }
    );
    for broken in [
        json!(null),
        json!(1),
        json!("text"),
        json!([1]),
        json!({ "pipeyard": 1 }),
        json!({ "pipeyard": "1" }),
        json!({ "pipeyard": 1, "stages": [{}] }),
        json!({ "pipeyard": -1, "stages": [] }),
    ] {
        let refusal = client.refusal(broken.clone()).await?;
        assert!(
            matches!(refusal, Refusal::Unreadable { .. }),
            "{broken}: {refusal:?}"
        );
    }
    client.ping().await
}

/// The words of a refusal are for learners: they name what is wrong and say what to do.
#[tokio::test]
async fn a_refusal_starts_nothing() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let chain = apart([
        pipeyard_shared::chain::Stage::process("touch", "touch", ["made"]),
        pipeyard_shared::chain::Stage::process("gone", "no-such-program", []),
    ]);
    problems(&mut client, &chain.build()).await?;
    client.ping().await?;
    assert!(!runner.workspace().join("made").exists());
    assert!(client.runs.is_empty());
    Ok(())
}
