//! Clients that mean harm, or know no better: half requests, silence, huge lengths, wrong masks, too many connections. Each is
//! bounded, and somebody else is served meanwhile.

use std::io::Write;

use anyhow::{Context, Result, ensure};
use pipeyard_tests::{Client, TestRunner, http};

use crate::raw::{
    connect, connect_at_once_from, connect_from, have_many_descriptors, head, open, rest,
};

/// The bound `http-connections-each`.
const EACH: usize = 512;
/// The bound `head-bytes`.
const HEAD_BYTES: usize = 64 << 10;

async fn is_well(runner: &TestRunner) -> Result<()> {
    Client::connect(runner).await?.ping().await
}

/// A request that never ends, one that never begins, and a connection that is kept after its first: each is closed, and by
/// the same bound.
#[tokio::test]
async fn who_brings_no_request_is_closed() -> Result<()> {
    let runner = TestRunner::start()?;
    let host = http::host(&runner);
    let kept = http::text(
        "GET",
        "/healthz",
        &[("Host", &host), ("Connection", "keep-alive")],
    );
    let begins = [
        "",
        "GET / HT",
        "GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ",
        &kept,
    ];
    let mut streams = Vec::new();
    for begin in begins {
        let mut stream = connect(&runner)?;
        stream.write_all(begin.as_bytes())?;
        streams.push(stream);
    }
    is_well(&runner).await?;
    let waiting = tokio::task::spawn_blocking(move || {
        let ends = streams.iter_mut().map(rest);
        ends.collect::<Result<Vec<_>>>()
    });
    let answers = waiting.await??;
    let kept = String::from_utf8_lossy(&answers[3]);
    ensure!(
        kept.starts_with("HTTP/1.1 200") && kept.ends_with("ok\n"),
        "{kept}"
    );
    is_well(&runner).await
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused() -> Result<()> {
    let runner = TestRunner::start()?;
    let host = http::host(&runner);
    let long = "a".repeat(2 * HEAD_BYTES);
    let many: String = (0..2_000)
        .map(|number| format!("X-{number}: y\r\n"))
        .collect();
    for text in [
        format!("GET /{long} HTTP/1.1\r\nHost: {host}\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nHost: {host}\r\nX-Long: {long}\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nHost: {host}\r\n{many}\r\n"),
    ] {
        let mut stream = connect(&runner)?;
        // It may be closed before all of it is said.
        let _ = stream.write_all(text.as_bytes());
        let answer = rest(&mut stream)?;
        let answer = String::from_utf8_lossy(&answer);
        ensure!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 4"),
            "{answer}"
        );
        ensure!(!answer.contains("<html"), "it was let through: {answer}");
    }
    is_well(&runner).await
}

#[tokio::test]
async fn what_is_no_http_is_closed() -> Result<()> {
    let runner = TestRunner::start()?;
    for bytes in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..],
        b"\0\0\0\0\r\n\r\n",
        b"GET\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551616\r\n\r\n",
        b"POST /links HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    ] {
        let mut stream = connect(&runner)?;
        stream.write_all(bytes)?;
        let answer = rest(&mut stream)?;
        let answer = String::from_utf8_lossy(&answer);
        ensure!(!answer.starts_with("HTTP/1.1 2"), "{bytes:?}: {answer}");
    }
    is_well(&runner).await
}

/// One address has so many connections and no more; another one is served.
#[test]
fn an_address_has_so_many_connections() -> Result<()> {
    have_many_descriptors()?;
    let runner = TestRunner::start()?;
    let held = (0..EACH + EACH / 2).map(|_| connect(&runner));
    let mut held = held.collect::<Result<Vec<_>>>()?;
    let last = held.last_mut().context("a connection")?;
    let told = rest(last)?;
    let told = String::from_utf8_lossy(&told);
    ensure!(told.contains("`http-connections-each`"), "{told}");
    let mut other = connect_from(&runner, 2)?;
    let host = http::host(&runner);
    other.write_all(http::text("GET", "/healthz", &[("Host", &host)]).as_bytes())?;
    assert_eq!(http::answer(other)?.status, 200);
    drop(held);
    // What is given back can be had again.
    pipeyard_tests::wait_for("room for a connection", || {
        let answer = http::get(&runner, "/healthz", &[("Host", &http::host(&runner))]);
        answer
            .is_ok_and(|answer| answer.status == 200)
            .then_some(())
    })
}

/// Each was closed at once, and there were so many that a learner's runs took a third longer.
#[test]
fn who_goes_on_connecting_is_not_heard_for_a_while() -> Result<()> {
    have_many_descriptors()?;
    let runner = TestRunner::start()?;
    let held = (0..EACH).map(|_| connect_from(&runner, 2));
    let held = held.collect::<Result<Vec<_>>>()?;
    let host = http::host(&runner);
    let healthz = http::text("GET", "/healthz", &[("Host", &host)]);
    let is_heard = |last| Some(connect_at_once_from(&runner, last).ok()?.is_some());
    pipeyard_tests::wait_for("one who is not heard", || {
        for _ in 0..EACH {
            is_heard(2)?;
        }
        // Nobody is heard for a moment where there is no room for more that have not been taken yet.
        let mut looks = (0..20).map(|_| Some(!is_heard(2)? && is_heard(3)?));
        looks.all(|look| look == Some(true)).then_some(())
    })?;
    let mut other = connect_from(&runner, 1)?;
    other.write_all(healthz.as_bytes())?;
    assert_eq!(http::answer(other)?.status, 200);
    drop(held);
    // By itself, since what connects asks again.
    pipeyard_tests::wait_for("one who is heard again", || {
        let mut again = connect_from(&runner, 2).ok()?;
        again.write_all(healthz.as_bytes()).ok()?;
        (http::answer(again).ok()?.status == 200).then_some(())
    })
}

/// Some twenty browsers of a class, which sits behind one address, kept all its connections for later. Whoever came then was
/// refused a script, which no browser asks for again.
#[test]
fn browsers_that_keep_connections_leave_some_to_a_class() -> Result<()> {
    const BROWSERS: usize = 100;
    const OF_EACH: usize = 6;
    have_many_descriptors()?;
    let runner = TestRunner::start()?;
    let host = http::host(&runner);
    let headers = [("Host", host.as_str()), ("Connection", "keep-alive")];
    let request = http::text("GET", "/healthz", &headers);
    let mut idle = Vec::new();
    let mut kept = Vec::new();
    for browser in 0..BROWSERS {
        for _ in 0..OF_EACH {
            let mut stream = connect(&runner)?;
            stream.write_all(request.as_bytes())?;
            let head = head(&mut stream)?;
            ensure!(head.starts_with("HTTP/1.1 200"), "{browser}: {head}");
            kept.push(!head.to_lowercase().contains("connection: close"));
            idle.push(stream);
        }
    }
    ensure!(kept[..EACH / 2].iter().all(|kept| *kept), "there was room");
    ensure!(!kept[BROWSERS * OF_EACH - 1], "the last one kept its own");
    // And it is closed, not only told so.
    let last = idle.last_mut().context("a connection")?;
    ensure!(rest(last)?.len() < 1 << 10);
    Ok(())
}

/// Frames that no browser sends: without a mask, with a huge length, of an unknown kind, or cut off.
#[tokio::test]
async fn frames_against_the_rules_end_their_connection_and_no_other() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut bystander = Client::connect(&runner).await?;
    let mut huge = vec![0x82, 0xff];
    huge.extend(u64::MAX.to_be_bytes());
    huge.extend([1, 2, 3, 4]);
    let mut large = vec![0x82, 0xff];
    large.extend((1_u64 << 40).to_be_bytes());
    large.extend([1, 2, 3, 4]);
    for (what, frame) in [
        ("no mask", b"\x81\x05hello".to_vec()),
        ("a length beyond all numbers", huge),
        ("a length beyond the bound", large),
        ("an unknown kind", vec![0x83, 0x80, 0, 0, 0, 0]),
        ("reserved bits", vec![0xf1, 0x80, 0, 0, 0, 0]),
        (
            "a ping of many bytes",
            vec![0x89, 0xfe, 0x01, 0x00, 0, 0, 0, 0],
        ),
        ("a piece of nothing", vec![0x80, 0x80, 0, 0, 0, 0]),
        ("no text", vec![0x81, 0x82, 0, 0, 0, 0, 0xff, 0xfe]),
    ] {
        let mut stream = open(&runner)?;
        // The runner may close it before all of it is said.
        let _ = stream.write_all(&frame);
        let said = tokio::task::spawn_blocking(move || rest(&mut stream)).await??;
        ensure!(
            said.len() < 1 << 10,
            "{what}: {} bytes were said",
            said.len()
        );
        bystander.ping().await?;
    }
    // Half a frame, and gone.
    for _ in 0..50 {
        let mut stream = open(&runner)?;
        stream.write_all(&[0x82, 0xfe, 0x10])?;
        drop(stream);
    }
    bystander.ping().await?;
    is_well(&runner).await
}

/// Whoever floods is answered as fast as it listens, which is not at all; others go on.
#[tokio::test]
async fn a_flood_of_messages_holds_up_nobody() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut bystander = Client::connect(&runner).await?;
    let mut flood = open(&runner)?;
    let stop = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let stopped = stop.clone();
    let flooding = std::thread::spawn(move || {
        // `{}`, masked with nothing: no message, a hundred thousand times or until nothing is taken any more.
        let message = [0x81, 0x82, 0, 0, 0, 0, b'{', b'}'].repeat(100);
        for _ in 0..1_000 {
            if stopped.load(std::sync::atomic::Ordering::Relaxed)
                || flood.write_all(&message).is_err()
            {
                break;
            }
        }
    });
    for _ in 0..50 {
        bystander.ping().await?;
    }
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    is_well(&runner).await?;
    drop(bystander);
    // Its connection ends with the runner, should it still wait to be read.
    drop(runner);
    ensure!(flooding.join().is_ok());
    Ok(())
}
