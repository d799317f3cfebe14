//! Texts and frames that are none: the runner says so and stays.

use anyhow::Result;
use pipeyard_shared::frame::Frame;
use pipeyard_shared::limits::LimitName;
use pipeyard_shared::message::{ByeReason, ClientMessage, Trouble};
use pipeyard_shared::{LaneNumber, RunId};
use pipeyard_tests::{Client, TestRunner, lay};
use proptest::prelude::*;

use crate::support::{cases, probe, runtime};

#[tokio::test]
async fn a_text_that_is_no_message_is_answered() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    for text in [
        "",
        "{",
        "null",
        "[]",
        "\"ping\"",
        "{}",
        r#""no_such_message""#,
        r#"{"no_such_message":{}}"#,
        r#"{"ping":{}}"#,
        r#"{"ping":{"nonce":-1}}"#,
        r#"{"ping":{"nonce":1},"pong":{"nonce":1}}"#,
        r#"{"type":"ping","nonce":1}"#,
        r#"{"stop":{"run":"seven"}}"#,
        r#"{"watch":{"run":1,"flow":0,"from":1e99}}"#,
        r#"{"set_pace":{"run":1,"flow":0,"pace":"brisk"}}"#,
        r#"{"set_pace":{"run":1,"flow":0,"pace":"lines"}}"#,
        r#"{"set_pace":{"run":1,"flow":0,"pace":{"lines":{"count":4294967296}}}}"#,
        r#"{"welcome":{}}"#,
        "\u{0}",
    ] {
        client.say_text(text).await?;
        let trouble = client.next_trouble().await?;
        assert!(
            matches!(&trouble, Trouble::BadMessage { error } if !error.is_empty()),
            "{text}: {trouble:?}"
        );
    }
    client.say_text(&"[".repeat(100_000)).await?;
    assert!(matches!(
        client.next_trouble().await?,
        Trouble::BadMessage { .. }
    ));
    client.ping().await
}

#[tokio::test]
async fn bytes_that_are_no_frame_are_answered() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let data = Frame::Data {
        run: RunId(1),
        flow: pipeyard_shared::flow::FlowId(0),
        position: 0,
        gap: false,
        bytes: b"a page sends no data",
    };
    for bytes in [
        Vec::new(),
        vec![2],
        vec![0; 24],
        vec![9; 100],
        data.encode(),
    ] {
        client.say_bytes(bytes.clone()).await?;
        let trouble = client.next_trouble().await?;
        assert!(
            matches!(&trouble, Trouble::BadFrame { error } if !error.is_empty()),
            "{bytes:?}: {trouble:?}"
        );
    }
    let typed = Frame::Typed {
        run: RunId(99),
        lane: LaneNumber(1),
        stage: 0,
        position: 0,
        bytes: b"x",
    };
    client.say_bytes(typed.encode()).await?;
    assert_eq!(
        client.next_trouble().await?,
        Trouble::NoSuchRun { run: RunId(99) }
    );
    client.ping().await
}

/// Whatever comes, the runner answers the next ping, and a run that was going on is not disturbed.
#[test]
fn no_noise_disturbs_a_run() {
    let runtime = runtime();
    let runner = TestRunner::start().expect("a runner");
    let (mut client, run) = runtime
        .block_on(async {
            let mut client = Client::connect(&runner).await?;
            let run = client
                .run(
                    &lay([probe("a", ["sum"])])
                        .setup("a", |setup| {
                            setup.stdin = pipeyard_shared::chain::Stdin::Typed;
                        })
                        .build(),
                )
                .await?
                .id();
            client.running(run).pid(1, "a").await?;
            anyhow::Ok((client, run))
        })
        .expect("a run");
    let client_cell = std::cell::RefCell::new(&mut client);
    let mutated = (0..MESSAGES.len(), any::<prop::sample::Index>(), any::<u8>());
    let noise = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..200).prop_map(Noise::Bytes),
        "\\PC{0,200}".prop_map(Noise::Text),
        mutated.prop_map(|(which, at, byte)| Noise::Text(mutate(MESSAGES[which], at, byte))),
    ];
    proptest!(cases(200), |(noise in noise)| {
        let mut client = client_cell.borrow_mut();
        let done = runtime.block_on(async {
            match noise {
                Noise::Bytes(bytes) => client.say_bytes(bytes).await?,
                Noise::Text(text) => client.say_text(&text).await?,
            }
            client.ping().await
        });
        prop_assert!(done.is_ok(), "{:?}", done.err());
    });
    runtime
        .block_on(async {
            assert!(!client.runs[&run].is_ended());
            let mut run = client.running(run);
            let (received, _) = run
                .model()
                .credits
                .values()
                .next()
                .copied()
                .unwrap_or_default();
            run.type_in(1, "a", received, b"still here").await?;
            run.end_input(1, "a").await?;
            let log = run.until_ended().await?;
            assert!(log.bytes(1, "a.stdout")? > 0);
            anyhow::Ok(())
        })
        .expect("the run goes on");
}

enum Noise {
    Bytes(Vec<u8>),
    Text(String),
}

impl std::fmt::Debug for Noise {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(out, "{}", bytes.escape_ascii()),
            Self::Text(text) => write!(out, "{text:?}"),
        }
    }
}

/// Messages about a run that is not there, so that none of their mutants can end the one that is.
const MESSAGES: [&str; 10] = [
    r#"{"hello":{"protocol":2,"session":"x","seen":[{"run":7,"events":1}]}}"#,
    r#"{"start":{"request":9007199254740993,"chain":{"pipeyard":1,"stages":[]}}}"#,
    r#"{"stop":{"run":77777}}"#,
    r#"{"signal":{"run":77777,"lane":1,"stage":"a","signal":15}}"#,
    r#"{"watch":{"run":77777,"flow":0,"from":0}}"#,
    r#"{"set_pace":{"run":77777,"flow":0,"pace":{"lines":{"count":10}}}}"#,
    r#"{"set_pace":{"run":77777,"flow":0,"pace":"paused"}}"#,
    r#"{"end_input":{"run":77777,"lane":1,"stage":"a"}}"#,
    r#"{"forget":{"run":77777}}"#,
    r#"{"ping":{"nonce":18446744073709551615}}"#,
];

fn mutate(text: &str, at: prop::sample::Index, byte: u8) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let at = at.index(bytes.len());
    bytes[at] = byte;
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Its end cannot be known without reading it, so the connection goes; nothing else does.
#[tokio::test]
async fn an_oversized_message_ends_its_connection_alone() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let mut other = Client::connect(&runner).await?;
    let run = client
        .run(&lay([probe("a", ["sleep", "60"])]).build())
        .await?
        .id();
    client.running(run).pid(1, "a").await?;
    let most = client.limits.message_bytes as usize;
    let message = format!(
        "{{\"ping\":{{\"nonce\":1,\"x\":\"{}\"}}}}",
        "x".repeat(most)
    );
    // The runner closes before it has read all of it.
    let _ = client.say_text(&message).await;
    assert_eq!(client.until_closed().await?, Some(ByeReason::Protocol));
    let most = u64::from(client.limits.message_bytes);
    let limit = LimitName::MessageBytes;
    assert_eq!(client.troubles, [Trouble::AtLimit { limit, most }]);
    assert_eq!(crate::metrics::refusals(&runner, "message-bytes")?, 1.0);
    other.ping().await?;
    // The session's run has gone on, and the session is there to come back to.
    let mut client = Client::resume(&runner, client.leave()).await?;
    assert!(client.resumed);
    assert!(!client.runs[&run].is_ended());
    client.running(run).stop().await?;
    client.running(run).until_ended().await?;
    Ok(())
}

/// As much as the bound allows is no trouble.
#[tokio::test]
async fn a_message_within_the_bound_is_read() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let most = client.limits.message_bytes as usize;
    let short = r#"{"ping":{"nonce":77,"x":""}}"#;
    let filler = format!("\"{}\"", "x".repeat(most - short.len()));
    let message = short.replace("\"\"", &filler);
    assert_eq!(message.len(), most);
    client.say_text(&message).await?;
    client
        .until("the pong", |client| client.pongs.contains(&77))
        .await?;
    client.say(&ClientMessage::Ping { nonce: 78 }).await?;
    client
        .until("the next pong", |client| client.pongs.contains(&78))
        .await
}
