//! Whoever sends more than may be is read more slowly, or answered later, and holds up nobody else.

use std::io::{ErrorKind, Read, Write};

use anyhow::{Context, Result, ensure};
use pipeyard_shared::limits::LimitName;
use pipeyard_shared::message::{ByeReason, ClientMessage, Trouble};
use pipeyard_tests::{Client, TestRunner, http};

use crate::raw::{connect, connect_from, frame, hello, open};

/// Reads until something is said, or the connection ends.
fn until_said(stream: &mut impl Read, what: &str) -> Result<()> {
    let mut said = Vec::new();
    let mut buffer = [0; 4096];
    while !said
        .windows(what.len())
        .any(|window| window == what.as_bytes())
    {
        let count = stream.read(&mut buffer)?;
        let so_far = String::from_utf8_lossy(&said);
        ensure!(count > 0, "the connection ended without `{what}`: {so_far}");
        said.extend(&buffer[..count]);
    }
    Ok(())
}

/// Messages were counted and bytes were not: 500 messages of 4 MiB are 2 GB in a second.
#[tokio::test]
async fn a_page_that_sends_too_many_bytes_is_told_and_slowed_down() -> Result<()> {
    let most = 1 << 20;
    let rate = most.to_string();
    let runner = TestRunner::start_with(&["--message-bytes-rate", &rate], &[])?;
    let mut client = Client::connect(&runner).await?;
    let mut other = Client::connect(&runner).await?;
    let began = std::time::Instant::now();
    // What is around a message is no part of it, so each is a ping.
    let large = format!("{}{{\"ping\":{{\"nonce\":7}}}}", " ".repeat(1 << 20));
    for _ in 0..4 {
        client.say_text(&large).await?;
    }
    // Others are heard at once meanwhile.
    other.ping().await?;
    client
        .until("the last answer", |client| client.pongs.len() == 4)
        .await?;
    // The bucket held one of them, and one comes in a second.
    let took = began.elapsed().as_millis();
    ensure!(took >= 2_800, "{took} ms");
    let told = Trouble::AtLimit {
        limit: LimitName::MessageBytesRate,
        most,
    };
    ensure!(client.troubles.contains(&told), "{:?}", client.troubles);
    assert_eq!(other.troubles, []);
    Ok(())
}

/// Pings were answered by the WebSocket itself, however many came.
#[test]
fn pings_count_as_messages() -> Result<()> {
    let runner = TestRunner::start_with(&["--message-rate", "50"], &[])?;
    let mut stream = open(&runner)?;
    stream.write_all(&hello())?;
    stream.write_all(&frame(9, true, b"").repeat(60))?;
    until_said(&mut stream, r#""limit":"message_rate""#)
}

/// Pieces of a message that never ends were no messages, and counted as nothing.
#[test]
fn pieces_of_no_message_count_as_bytes() -> Result<()> {
    let runner = TestRunner::start_with(&["--message-bytes-rate", "1000"], &[])?;
    let mut stream = open(&runner)?;
    stream.write_all(&hello())?;
    stream.write_all(&frame(1, false, b""))?;
    stream.write_all(&frame(0, false, b"").repeat(400))?;
    stream.write_all(&frame(0, true, br#"{"ping":{"nonce":7}}"#))?;
    until_said(&mut stream, r#""limit":"message_bytes_rate""#)
}

/// Before a hello nothing was bounded but the time: each message was read, answered and sent off by itself.
#[tokio::test]
async fn who_says_no_hello_is_not_listened_to_for_long() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::open(&runner).await?;
    for nonce in 0..9 {
        client.say(&ClientMessage::Ping { nonce }).await?;
    }
    assert_eq!(client.until_closed().await?, Some(ByeReason::Protocol));
    let refused = client.troubles.iter();
    let refused = refused.filter(|trouble| **trouble == Trouble::HelloExpected);
    assert_eq!(refused.count(), 9);
    // A few are borne.
    let mut client = Client::open(&runner).await?;
    for nonce in 0..8 {
        client.say(&ClientMessage::Ping { nonce }).await?;
    }
    let hello = ClientMessage::Hello {
        protocol: pipeyard_shared::message::PROTOCOL_VERSION,
        session: None,
        seen: Vec::new(),
    };
    client.say(&hello).await?;
    client
        .until("the welcome", |client| !client.session.as_str().is_empty())
        .await
}

/// What is said before a hello was read on the reactor, up to four megabytes of it, a hundred times as much in memory.
#[tokio::test]
async fn nothing_large_is_read_before_a_hello() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::open(&runner).await?;
    let hello = serde_json::to_string(&ClientMessage::Hello {
        protocol: pipeyard_shared::message::PROTOCOL_VERSION,
        session: None,
        seen: Vec::new(),
    })?;
    let of_bytes = |most: usize| format!("{hello}{}", " ".repeat(most - hello.len()));
    client.say_text(&of_bytes((64 << 10) + 1)).await?;
    assert_eq!(client.next_trouble().await?, Trouble::HelloExpected);
    client.say_text(&of_bytes(64 << 10)).await?;
    client
        .until("the welcome", |client| !client.session.as_str().is_empty())
        .await
}

/// The learner's pages have one rate together: more pages were more of it.
#[tokio::test]
async fn a_learner_gets_no_more_by_more_pages() -> Result<()> {
    const CODE: &str = "blue-heron-42";
    let data = tempfile::TempDir::new()?;
    let runner = TestRunner::start_class(data.path(), CODE, &["--message-rate", "50"])?;
    let cookie = http::come_in(&runner, CODE)?;
    let mut one = Client::connect_learner(&runner, &cookie).await?;
    let mut two = Client::connect_learner(&runner, &cookie).await?;
    let told = Trouble::AtLimit {
        limit: LimitName::MessageRate,
        most: 50,
    };
    // Either alone stays below it.
    for nonce in 0..40 {
        one.say(&ClientMessage::Ping { nonce }).await?;
        two.say(&ClientMessage::Ping { nonce }).await?;
    }
    for client in [&mut one, &mut two] {
        client
            .until("all answers", |client| client.pongs.len() == 40)
            .await?;
    }
    ensure!(
        one.troubles.contains(&told) || two.troubles.contains(&told),
        "{:?} {:?}",
        one.troubles,
        two.troubles
    );
    Ok(())
}

/// An address that asks without end is answered later, and another one at once.
#[test]
fn requests_of_an_address_have_a_rate() -> Result<()> {
    let runner = TestRunner::start_with(&["--request-rate", "1"], &[])?;
    let host = http::host(&runner);
    let request = http::text(
        "GET",
        "/healthz",
        &[("Host", &host), ("Connection", "keep-alive")],
    );
    let mut flood = connect_from(&runner, 2)?;
    // Five go at once, and the rest take half an hour.
    flood.write_all(request.repeat(1_000).as_bytes())?;
    let mut other = connect(&runner)?;
    other.write_all(http::text("GET", "/healthz", &[("Host", &host)]).as_bytes())?;
    assert_eq!(http::answer(other)?.status, 200);
    flood.set_nonblocking(true)?;
    let mut answers = Vec::new();
    match flood.read_to_end(&mut answers) {
        Err(error) if error.kind() == ErrorKind::WouldBlock => {}
        read => {
            read.context("it was not answered in part")?;
        }
    }
    let answered = String::from_utf8_lossy(&answers)
        .matches("HTTP/1.1 200")
        .count();
    ensure!(answered < 500, "{answered} were answered as they came");
    Ok(())
}
