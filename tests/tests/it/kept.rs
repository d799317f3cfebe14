//! What is kept for whoever has the runner's key: learners and strangers can fill all the rest.

use std::io::Write;
use std::net::TcpStream;

use anyhow::{Context, Result, ensure};
use pipeyard_shared::limits::LimitName;
use pipeyard_shared::message::{ClientMessage, PROTOCOL_VERSION, Trouble};
use pipeyard_tests::http::{self, Answer, UPGRADE, come_in};
use pipeyard_tests::{Client, TestRunner, wait_for};
use tempfile::TempDir;

use crate::raw::{connect, connect_from, have_many_descriptors};

const CODE: &str = "blue-heron-42";
/// The limit `http-connections-each`.
const EACH: usize = 512;
/// The limit `http-connections`.
const ALL: usize = 1_024;

/// Asks over a connection that is there already.
fn ask(mut stream: TcpStream, runner: &TestRunner, headers: &[(&str, &str)]) -> Result<Answer> {
    let host = http::host(runner);
    let headers = [&[("Host", &*host)], headers].concat();
    stream.write_all(http::text("GET", "/programs", &headers).as_bytes())?;
    http::answer(stream)
}

/// Learners had all places, and the operator could not even look.
#[tokio::test]
async fn learners_leave_a_page_to_the_operator() -> Result<()> {
    let data = TempDir::new()?;
    let runner = TestRunner::start_class(data.path(), CODE, &["--connections", "2"])?;
    let [one, other] = [come_in(&runner, CODE)?, come_in(&runner, CODE)?];
    let _first = Client::connect_learner(&runner, &one).await?;
    let (host, origin) = (http::host(&runner), http::origin(&runner));
    let own = [
        ("Host", host.as_str()),
        ("Origin", &origin),
        ("Cookie", &other),
    ];
    let full = http::get(&runner, "/socket", &[&UPGRADE[..], &own].concat())?;
    assert_eq!(full.status, 503);
    let said = "the limit `connections` is reached (1)";
    ensure!(full.text().contains(said), "{}", full.text());
    Client::connect(&runner).await?.ping().await
}

#[tokio::test]
async fn learners_leave_a_session_to_the_operator() -> Result<()> {
    let data = TempDir::new()?;
    let runner = TestRunner::start_class(data.path(), CODE, &["--sessions", "2"])?;
    let [one, other] = [come_in(&runner, CODE)?, come_in(&runner, CODE)?];
    let _first = Client::connect_learner(&runner, &one).await?;
    let mut second = Client::open_learner(&runner, &other).await?;
    let hello = ClientMessage::Hello {
        protocol: PROTOCOL_VERSION,
        session: None,
        seen: Vec::new(),
    };
    let full = Trouble::AtLimit {
        limit: LimitName::Sessions,
        most: 1,
    };
    assert_eq!(second.trouble(&hello).await?, full);
    Client::connect(&runner).await?.ping().await
}

/// With all connections taken, from wherever, new ones waited in the kernel's queue, the operator's among them.
#[test]
fn with_all_connections_taken_the_operator_is_answered() -> Result<()> {
    have_many_descriptors()?;
    let runner = TestRunner::start()?;
    let bearer = format!("Bearer {}", runner.token());
    let key = [("Authorization", bearer.as_str())];
    let mut held = Vec::new();
    for number in 0..ALL {
        let last = 2 + u8::try_from(number / EACH)?;
        held.push(connect_from(&runner, last)?);
    }
    // They are taken in order, and none of them has been closed.
    let refused = wait_for("all to be taken", || {
        let answer = ask(connect(&runner).ok()?, &runner, &[]).ok()?;
        (answer.status == 503).then_some(answer)
    })?;
    let said = format!("`http-connections` is reached ({ALL})");
    ensure!(refused.text().contains(&said), "{}", refused.text());
    assert_eq!(refused.header("connection"), Some("close"));
    assert_eq!(ask(connect(&runner)?, &runner, &key)?.status, 200);
    drop(held);
    Ok(())
}

/// A class sits behind one address, and so does its teacher.
#[test]
fn with_all_of_an_address_taken_the_operator_there_is_answered() -> Result<()> {
    have_many_descriptors()?;
    let runner = TestRunner::start()?;
    let bearer = format!("Bearer {}", runner.token());
    let key = [("Authorization", bearer.as_str())];
    let held: Result<Vec<_>> = (0..EACH).map(|_| connect(&runner)).collect();
    let held = held?;
    let wrong = [
        ("Authorization", "Bearer a-wrong-key"),
        ("Accept-Language", "ko"),
    ];
    let refused = ask(connect(&runner)?, &runner, &wrong)?;
    assert_eq!(refused.status, 503);
    let said = format!("제한 `http-connections-each`({EACH})");
    ensure!(refused.text().contains(&said), "{}", refused.text());
    assert_eq!(ask(connect(&runner)?, &runner, &key)?.status, 200);
    drop(held);
    Ok(())
}

/// A proxy's connections were counted by nothing: who asked by it for much had all of them.
#[test]
fn behind_a_proxy_requests_are_counted_by_who_asks() -> Result<()> {
    have_many_descriptors()?;
    let runner = TestRunner::start_with(&["--trusted-proxy", "127.0.0.1"], &[])?;
    let bearer = format!("Bearer {}", runner.token());
    let host = http::host(&runner);
    let mut held = Vec::new();
    for number in 0..EACH {
        let mut stream = connect(&runner)?;
        // An upload that says what it will bring, and does not.
        let head = [
            ("Host", host.as_str()),
            ("Authorization", &bearer),
            ("X-Forwarded-For", "192.0.2.1"),
            ("Expect", "100-continue"),
            ("Content-Length", "10"),
        ];
        let path = format!("/files/slow-{number}");
        stream.write_all(http::text("PUT", &path, &head).as_bytes())?;
        held.push(stream);
    }
    let from =
        |address: &'static str| ask(connect(&runner)?, &runner, &[("X-Forwarded-For", address)]);
    let refused = wait_for("all to be asked", || {
        let answer = from("192.0.2.1").ok()?;
        (answer.status == 503).then_some(answer)
    })?;
    let said = format!("`http-connections-each` is reached ({EACH})");
    ensure!(refused.text().contains(&said), "{}", refused.text());
    assert_eq!(from("192.0.2.2")?.status, 403, "somebody else is answered");
    let key = [
        ("X-Forwarded-For", "192.0.2.1"),
        ("Authorization", bearer.as_str()),
    ];
    assert_eq!(ask(connect(&runner)?, &runner, &key)?.status, 200);
    // What has ended is counted no more.
    drop(held);
    wait_for("room for one", || {
        let answer = from("192.0.2.1").ok()?;
        (answer.status == 403).then_some(())
    })
    .context("they are counted still")
}
