//! Clients that take nothing of what they are sent. They kept their connections for as long as they liked, and with enough of
//! them nobody else had one.

use std::fs::File;
use std::io::Write;

use anyhow::{Context, Result, ensure};
use pipeyard_tests::{TestRunner, http, wait_for};

use crate::raw::{connect, frame, hello, open, rest};

/// A figure of the runner's.
fn figure(runner: &TestRunner, name: &str) -> Option<f64> {
    let bearer = format!("Bearer {}", runner.token());
    let headers = [("Host", &*http::host(runner)), ("Authorization", &bearer)];
    let text = http::get(runner, "/metrics", &headers).ok()?.text();
    let value = text.lines().find_map(|line| line.strip_prefix(name))?;
    value.trim().parse().ok()
}

/// A download that nobody takes had its connection without end.
#[test]
fn a_download_that_is_not_taken_ends() -> Result<()> {
    let runner = TestRunner::start_with(&["--answer-silence", "1s"], &[])?;
    File::create(runner.workspace().join("large"))?.set_len(64 << 20)?;
    let bearer = format!("Bearer {}", runner.token());
    let headers = [("Host", &*http::host(&runner)), ("Authorization", &bearer)];
    let mut stream = connect(&runner)?;
    stream.write_all(http::text("GET", "/files/large", &headers).as_bytes())?;
    let mut begins = [0; 12];
    std::io::Read::read_exact(&mut stream, &mut begins)?;
    assert_eq!(&begins, b"HTTP/1.1 200");
    // The one that asks is the only one left.
    wait_for("the end of the connection", || {
        let left = figure(&runner, "pipeyard_http_connections ")?;
        (left == 1.0).then_some(())
    })?;
    let all = rest(&mut stream)?;
    ensure!(all.len() < 64 << 20, "it was sent whole");
    Ok(())
}

/// The same for a page that asks and does not listen.
#[test]
fn a_page_that_reads_nothing_is_let_go() -> Result<()> {
    let runner = TestRunner::start_with(&["--answer-silence", "1s"], &[])?;
    let mut stream = open(&runner)?;
    stream.write_all(&hello())?;
    // Each is answered by a sentence that quotes it.
    let nonsense = format!("{{\"{}\":1}}", "nonsense".repeat(40));
    let nonsense = frame(1, true, nonsense.as_bytes()).repeat(100);
    let ended = (0..10_000).find_map(|_| stream.write_all(&nonsense).err());
    let ended = ended.context("everything was read")?;
    ensure!(
        ended.kind() != std::io::ErrorKind::WouldBlock,
        "the connection is open still: {ended}"
    );
    wait_for("the page's place", || {
        let left = figure(&runner, "pipeyard_connections ")?;
        (left == 0.0).then_some(())
    })
}
