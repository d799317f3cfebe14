//! Hello, and what a session has.

use anyhow::Result;
use pipeyard_shared::message::{ByeReason, ClientMessage, PROTOCOL_VERSION, Trouble};
use pipeyard_shared::{RunId, SessionId};
use pipeyard_tests::client::deadline;
use pipeyard_tests::{Client, TestRunner, lay};

use crate::support::{FOREVER, probe};

fn hello(protocol: u32, session: Option<&str>) -> ClientMessage {
    ClientMessage::Hello {
        protocol,
        session: session.map(SessionId::new),
        seen: Vec::new(),
    }
}

#[tokio::test]
async fn the_first_message_must_be_a_hello() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::open(&runner).await?;
    let trouble = client.trouble(&ClientMessage::Ping { nonce: 1 }).await?;
    assert_eq!(trouble, Trouble::HelloExpected);
    let chain = lay([probe("a", ["echo"])]).build();
    let trouble = client.trouble(&ClientMessage::start(1, &chain)).await?;
    assert_eq!(trouble, Trouble::HelloExpected);
    // Even then a hello is welcome.
    client.say(&hello(PROTOCOL_VERSION, None)).await?;
    client
        .until("the welcome", |client| !client.session.as_str().is_empty())
        .await?;
    // And only once.
    let trouble = client.trouble(&hello(PROTOCOL_VERSION, None)).await?;
    assert_eq!(trouble, Trouble::HelloExpected);
    client.ping().await
}

#[tokio::test]
async fn a_page_of_another_protocol_is_told() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::open(&runner).await?;
    let page = PROTOCOL_VERSION + 1;
    let trouble = client.trouble(&hello(page, None)).await?;
    assert_eq!(
        trouble,
        Trouble::OtherProtocol {
            runner: PROTOCOL_VERSION,
            page
        }
    );
    assert!(client.session.as_str().is_empty(), "no welcome");
    Ok(())
}

#[tokio::test]
async fn an_unknown_session_becomes_a_new_one() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::open(&runner).await?;
    client
        .say(&hello(PROTOCOL_VERSION, Some("made-up")))
        .await?;
    client
        .until("the welcome", |client| !client.session.as_str().is_empty())
        .await?;
    assert!(!client.resumed);
    assert_ne!(
        client.session.as_str(),
        "made-up",
        "a page must not choose its session's name"
    );
    assert!(client.runs.is_empty());
    Ok(())
}

#[tokio::test]
async fn sessions_do_not_see_each_other() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut one = Client::connect(&runner).await?;
    let mut other = Client::connect(&runner).await?;
    assert_ne!(one.session, other.session);
    let run = one
        .run(&lay([probe("a", ["sleep", "60"])]).build())
        .await?
        .id();
    for message in [
        ClientMessage::Stop { run },
        ClientMessage::Forget { run },
        ClientMessage::Watch {
            run,
            flow: pipeyard_shared::flow::FlowId(0),
            from: 0,
        },
    ] {
        let trouble = other.trouble(&message).await?;
        assert_eq!(trouble, Trouble::NoSuchRun { run }, "{message:?}");
    }
    one.ping().await?;
    assert!(!one.runs[&run].is_ended());
    one.running(run).stop().await?;
    one.running(run).until_ended().await?;
    Ok(())
}

/// The session moves to the tab that came last; the tab before is told why it is cut off.
#[tokio::test]
async fn a_second_connection_replaces_the_first() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut first = Client::connect(&runner).await?;
    let run = first
        .run(&lay([probe("a", ["sleep", "60"])]).build())
        .await?
        .id();
    let mut second = Client::open(&runner).await?;
    second
        .say(&hello(PROTOCOL_VERSION, Some(first.session.as_str())))
        .await?;
    second
        .until("the welcome", |client| !client.session.as_str().is_empty())
        .await?;
    assert!(second.resumed);
    assert_eq!(second.session, first.session);
    assert_eq!(first.until_closed().await?, Some(ByeReason::Replaced));
    second.running(run).pid(1, "a").await?;
    second.running(run).stop().await?;
    second.running(run).until_ended().await?;
    Ok(())
}

#[tokio::test]
async fn a_run_that_is_over_can_be_forgotten_and_no_other() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let run = client
        .run(&lay([probe("a", ["sleep", "60"])]).build())
        .await?
        .id();
    let trouble = client.trouble(&ClientMessage::Forget { run }).await?;
    assert_eq!(trouble, Trouble::StillRunning { run });
    client.running(run).stop().await?;
    client.running(run).until_ended().await?;
    client.say(&ClientMessage::Forget { run }).await?;
    let trouble = client.trouble(&ClientMessage::Forget { run }).await?;
    assert_eq!(trouble, Trouble::NoSuchRun { run });
    let left = client.leave();
    let client = Client::resume(&runner, left).await?;
    assert!(client.runs.is_empty(), "it is not told of again");
    Ok(())
}

#[tokio::test]
async fn a_run_that_is_not_there_is_named() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let run = RunId(4_711);
    let trouble = client.trouble(&ClientMessage::Stop { run }).await?;
    assert_eq!(trouble, Trouble::NoSuchRun { run });
    client.ping().await
}

/// One learner's broken chain must not disturb another run.
#[tokio::test]
async fn of_two_runs_the_good_one_goes_on() -> Result<()> {
    let runner = TestRunner::start()?;
    let path = runner.workspace().join("noise");
    std::fs::write(&path, "no program")?;
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
    let mut client = Client::connect(&runner).await?;
    let good = lay([probe("flood", ["flood", "50000000"]), probe("sum", ["sum"])]).build();
    let good = client.start(&good).await?;
    let stages = [
        probe("a", ["flood", FOREVER]),
        pipeyard_shared::chain::Stage::process("bad", "./noise", []),
    ];
    let bad = client.start(&lay(stages).build()).await?;
    let log = client.running(bad).until_ended().await?;
    assert_ne!(log.status().map(|status| status.pipefail), Some(0));
    let log = client.running(good).until_ended().await?;
    assert_eq!(log.bytes(1, "w1")?, 50_000_000);
    assert_eq!(log.status().map(|status| status.pipefail), Some(0));
    Ok(())
}

/// Stopping twice, or after the end, is nothing to complain about twice in the log.
#[tokio::test]
async fn stopping_again_changes_nothing() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let mut run = client
        .run(&lay([probe("a", ["sleep", "60"])]).lanes(3).build())
        .await?;
    run.pid(3, "a").await?;
    for _ in 0..3 {
        run.stop().await?;
    }
    let log = run.until_ended().await?;
    let asked = log.count(|event| *event == pipeyard_shared::event::Event::StopAsked);
    assert!((1..=3).contains(&asked));
    let events = run.model().events.len();
    run.stop().await?;
    client.ping().await?;
    let model = client.runs.values().next().expect("one run");
    assert_eq!(model.events.len(), events, "nothing happens after the end");
    Ok(())
}

/// A connection that is open and says nothing harms nobody.
#[tokio::test]
async fn a_silent_connection_is_left_alone() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut silent = Client::open(&runner).await?;
    let mut client = Client::connect(&runner).await?;
    let mut run = client
        .run(&lay([probe("a", ["echo", "x"])]).build())
        .await?;
    run.until_ended().await?;
    assert!(!silent.closed);
    silent.say(&hello(PROTOCOL_VERSION, None)).await?;
    silent.receive(deadline()).await?;
    assert!(!silent.session.as_str().is_empty());
    Ok(())
}
