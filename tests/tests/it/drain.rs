//! Before it ends, a runner starts nothing new and lets what runs finish; for so long, and no longer.

use std::io::Write;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use pipeyard_shared::chain::{Chain, Stage};
use pipeyard_shared::message::{ByeReason, Notice, Refusal};
use pipeyard_tests::{Client, TestRunner, http, lay, wait_for};
use rustix::process::Signal;

use crate::support::{FOREVER, probe};

/// Longer than anybody waits here.
const LONG: &str = "1h";

/// A chain that ends once there is a file `go` in its workspace.
fn waiting() -> Chain {
    let text = "until [ -e go ]; do sleep 0.01; done; echo gone";
    lay([Stage::shell("wait", text), Stage::process("cat", "cat", [])]).build()
}

fn endless() -> Chain {
    lay([
        probe("write", ["flood", FOREVER]),
        Stage::process("wc", "wc", ["-c"]),
    ])
    .build()
}

fn health(runner: &TestRunner) -> Result<(u16, String)> {
    let answer = http::get(runner, "/healthz", &[("Host", &http::host(runner))])?;
    Ok((answer.status, answer.text()))
}

async fn told(client: &mut Client) -> Result<u64> {
    client
        .until("a notice", |client| !client.notices.is_empty())
        .await?;
    let [Notice::Draining { left_ms }] = client.notices[..] else {
        anyhow::bail!("{:?}", client.notices);
    };
    Ok(left_ms)
}

#[tokio::test]
async fn what_runs_may_finish_and_nothing_new_begins() -> Result<()> {
    let mut runner = TestRunner::start_with(&["--drain-time", LONG], &[])?;
    assert_eq!(health(&runner)?, (200, "ok\n".to_owned()));
    let mut client = Client::connect(&runner).await?;
    let mut other = Client::connect(&runner).await?;
    let run = client.start(&waiting()).await?;
    runner.send(Signal::TERM)?;
    for client in [&mut client, &mut other] {
        let left_ms = told(client).await?;
        ensure!(left_ms > 3_000_000 && left_ms <= 3_600_000, "{left_ms}");
    }
    assert_eq!(health(&runner)?, (503, "draining\n".to_owned()));
    let refused = other.refusal(waiting().to_value()).await?;
    assert_eq!(refused, Refusal::ShuttingDown);
    // Who comes now is let in, to see how it ends, and told as well.
    let mut late = Client::connect(&runner).await?;
    told(&mut late).await?;
    std::fs::write(runner.workspace().join("go"), "")?;
    let status = client.running(run).until_ended().await?.status();
    ensure!(status.is_some_and(|status| status.last == 0), "{status:?}");
    for client in [&mut client, &mut other, &mut late] {
        assert_eq!(client.until_closed().await?, Some(ByeReason::ShuttingDown));
    }
    let ended = tokio::task::spawn_blocking(move || runner.ended().map(|(status, _)| status));
    ensure!(ended.await??.success());
    Ok(())
}

/// Somebody was made a learner by a runner that was about to end, and the log did not say why his run was refused.
#[tokio::test]
async fn nobody_comes_in_any_more_and_the_log_says_why_a_run_was_refused() -> Result<()> {
    const CODE: &str = "blue-heron-42";
    let data = tempfile::tempdir()?;
    let flags = ["--drain-time", LONG, "--log", "json"];
    let runner = TestRunner::start_class(data.path(), CODE, &flags)?;
    let cookie = http::come_in(&runner, CODE)?;
    let mut client = Client::connect_learner(&runner, &cookie).await?;
    client.start(&waiting()).await?;
    runner.send(Signal::TERM)?;
    told(&mut client).await?;
    let host = http::host(&runner);
    let room = format!("/?room={CODE}");
    for (language, said) in [("en", "The runner is about to end"), ("ko", "실행기가 곧")] {
        let headers = [("Host", host.as_str()), ("Accept-Language", language)];
        let late = http::get(&runner, &room, &headers)?;
        assert_eq!((late.status, late.header("set-cookie")), (503, None));
        assert!(late.text().starts_with(said), "{}", late.text());
    }
    // Who is in already may come back, and a wrong code is no right one.
    let own = [("Host", host.as_str()), ("Cookie", &cookie)];
    assert_eq!(http::get(&runner, &room, &own)?.status, 303);
    let wrong = http::get(&runner, "/?room=red-heron-24", &[("Host", &host)])?;
    assert_eq!(wrong.status, 403);
    let folders = std::fs::read_dir(data.path().join("pipeyard/learners"))?;
    let learners = folders.filter(|entry| entry.as_ref().is_ok_and(|entry| entry.path().is_dir()));
    assert_eq!(learners.count(), 1);
    let refused = client.refusal(waiting().to_value()).await?;
    assert_eq!(refused, Refusal::ShuttingDown);
    wait_for("the reason in the log", || {
        let log = std::fs::read_to_string(runner.log_path()).ok()?;
        let is_told = |line: &str| {
            line.contains("a run was refused") && line.contains(r#""reason":"shutting_down""#)
        };
        log.lines().any(is_told).then_some(())
    })?;
    Ok(())
}

/// A body of a hundred bytes, of which one had come, held every drain up to its end.
#[tokio::test]
async fn who_brings_an_answer_slowly_is_not_waited_for() -> Result<()> {
    let mut runner = TestRunner::start_with(&["--drain-time", LONG], &[])?;
    let (host, origin, cookie) = (
        http::host(&runner),
        http::origin(&runner),
        http::cookie(&runner)?,
    );
    let headers = [
        ("Host", host.as_str()),
        ("Origin", &origin),
        ("Cookie", &cookie),
        ("Content-Length", "100"),
    ];
    let mut slow = http::begin(&runner, "POST", "/lessons/verdict", &headers)?;
    slow.write_all(b"{")?;
    // Connections are taken in their order.
    assert_eq!(health(&runner)?.0, 200);
    runner.send(Signal::TERM)?;
    let ended = tokio::task::spawn_blocking(move || runner.ended().map(|(status, _)| status));
    ensure!(ended.await??.success());
    Ok(())
}

#[tokio::test]
async fn beyond_the_time_what_runs_is_stopped() -> Result<()> {
    let runner = TestRunner::start_with(&["--drain-time", "1s"], &[])?;
    let mut client = Client::connect(&runner).await?;
    client.start(&endless()).await?;
    let ended = tokio::task::spawn_blocking(move || runner.shut_down(Signal::TERM));
    ensure!(told(&mut client).await? <= 1_000);
    assert_eq!(client.until_closed().await?, Some(ByeReason::ShuttingDown));
    ended.await?
}

#[tokio::test]
async fn a_second_signal_ends_it_at_once() -> Result<()> {
    for second in [Signal::TERM, Signal::INT] {
        let runner = TestRunner::start_with(&["--drain-time", LONG], &[])?;
        let mut client = Client::connect(&runner).await?;
        client.start(&endless()).await?;
        runner.send(Signal::TERM)?;
        told(&mut client).await?;
        let ended = tokio::task::spawn_blocking(move || runner.shut_down(second));
        assert_eq!(client.until_closed().await?, Some(ByeReason::ShuttingDown));
        ended.await??;
    }
    Ok(())
}

/// They were lines beside the log, which whoever reads that by a program could not read.
#[tokio::test]
async fn in_a_log_of_json_the_drain_is_an_event() -> Result<()> {
    let data = tempfile::TempDir::new()?;
    let flags = ["--log", "json", "--drain-time", LONG];
    let outer = ["--host", "yard.example:17443", "--trusted-proxy", "::1"];
    let code = "blue-heron-42";
    let mut runner = TestRunner::start_class(data.path(), code, &[flags, outer].concat())?;
    let mut client = Client::connect(&runner).await?;
    let run = client.start(&waiting()).await?;
    runner.send(Signal::TERM)?;
    told(&mut client).await?;
    std::fs::write(runner.workspace().join("go"), "")?;
    client.running(run).until_ended().await?;
    let ended = tokio::task::spawn_blocking(move || {
        let (status, _) = runner.ended()?;
        anyhow::Ok((status, std::fs::read_to_string(runner.log_path())?))
    });
    let (status, log) = ended.await??;
    ensure!(status.success(), "{log}");
    let mut events = Vec::new();
    for line in log.lines() {
        let event: serde_json::Value =
            serde_json::from_str(line).with_context(|| line.to_owned())?;
        events.push(event);
    }
    let find = |begins: &str| {
        let mut all = events.iter();
        let said = |event: &serde_json::Value| event["message"].as_str().map(str::to_owned);
        all.find(|event| said(event).is_some_and(|said| said.starts_with(begins)))
            .with_context(|| format!("{begins}: {events:?}"))
    };
    let draining = find("draining")?;
    assert_eq!(
        (&draining["runs"], &draining["seconds"]),
        (&1.into(), &3600.0.into())
    );
    find("ending")?;
    // What learners open is what the operator says that it is called, behind a proxy by TLS.
    let open = "https://yard.example:17443/";
    assert_eq!(find("serving")?["address"], open);
    assert_eq!(find("learners type")?["address"], open);
    Ok(())
}

/// Nobody waits for a drain who presses Ctrl+C.
#[tokio::test]
async fn an_interrupt_does_not_drain() -> Result<()> {
    let runner = TestRunner::start_with(&["--drain-time", LONG], &[])?;
    let mut client = Client::connect(&runner).await?;
    client.start(&endless()).await?;
    let ended = tokio::task::spawn_blocking(move || runner.shut_down(Signal::INT));
    assert_eq!(client.until_closed().await?, Some(ByeReason::ShuttingDown));
    assert_eq!(client.notices, []);
    ended.await?
}

/// A session whose page has left is not forgotten: its run is waited for, too.
#[tokio::test]
async fn a_run_without_a_page_is_waited_for() -> Result<()> {
    let mut runner = TestRunner::start_with(&["--drain-time", LONG], &[])?;
    let mut client = Client::connect(&runner).await?;
    client.start(&waiting()).await?;
    client.leave();
    runner.send(Signal::TERM)?;
    wait_for("the draining", || {
        runner.log().contains("a run may go on").then_some(())
    })?;
    let go = runner.workspace().join("go");
    std::fs::write(go, "").context("the file")?;
    let ended = tokio::task::spawn_blocking(move || runner.ended().map(|(status, _)| status));
    ensure!(
        tokio::time::timeout(Duration::from_secs(120), ended)
            .await???
            .success()
    );
    Ok(())
}
