//! What an operator sees: the figures, and the log. Neither gives anything away.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use pipeyard_shared::chain::{Chain, Stage};
use pipeyard_shared::message::ClientMessage;
use pipeyard_tests::exposition::{self, Family};
use pipeyard_tests::http::{self, Answer};
use pipeyard_tests::{Client, Pipeyard, TestRunner, lay, wait_for};

const OWN_KEY: &str = "a-key-for-figures";

fn ask(runner: &TestRunner, key: Option<&str>) -> Result<Answer> {
    let (host, bearer) = (http::host(runner), key.map(|key| format!("Bearer {key}")));
    let mut headers = vec![("Host", host.as_str())];
    headers.extend(
        bearer
            .iter()
            .map(|bearer| ("Authorization", bearer.as_str())),
    );
    http::get(runner, "/metrics", &headers)
}

fn figures(runner: &TestRunner) -> Result<BTreeMap<String, Family>> {
    let answer = ask(runner, Some(runner.token()))?;
    ensure!(answer.status == 200, "{}", answer.text());
    exposition::read(&answer.text()).with_context(|| answer.text())
}

fn value(figures: &BTreeMap<String, Family>, row: &str) -> f64 {
    let mut rows = figures.values().flat_map(|family| &family.rows);
    rows.find(|(known, _)| *known == row)
        .map_or(0.0, |(_, value)| *value)
}

/// How often this limit was reached.
pub(crate) fn refusals(runner: &TestRunner, limit: &str) -> Result<f64> {
    let row = format!("pipeyard_refusals_total{{limit=\"{limit}\"}}");
    Ok(value(&figures(runner)?, &row))
}

fn chain() -> Chain {
    lay([
        Stage::process("seq", "seq", ["1000"]),
        Stage::process("wc", "wc", ["-l"]),
    ])
    .build()
}

#[tokio::test]
async fn what_happens_is_counted() -> Result<()> {
    let runner = TestRunner::start()?;
    let before = figures(&runner)?;
    assert_eq!(value(&before, "pipeyard_runs_started_total"), 0.0);
    let mut client = Client::connect(&runner).await?;
    client.run(&chain()).await?.until_ended().await?;
    client
        .run(&lay([Stage::process("no", "false", [])]).build())
        .await?
        .until_ended()
        .await?;
    let asleep = [
        Stage::process("sleep", "sleep", ["60"]),
        Stage::process("cat", "cat", []),
    ];
    client.start(&lay(asleep).build()).await?;
    // Told a moment after the page is.
    let settled = [
        ("pipeyard_runs_ended_total{outcome=\"success\"}", 1.0),
        ("pipeyard_runs_ended_total{outcome=\"failure\"}", 1.0),
        ("pipeyard_processes_alive", 2.0),
    ];
    let now = wait_for("two runs that are over and one that goes on", || {
        let now = figures(&runner).ok()?;
        let is_so = settled
            .iter()
            .all(|(row, wanted)| value(&now, row) == *wanted);
        is_so.then_some(now)
    })?;
    for (row, wanted) in [
        ("pipeyard_runs_started_total", 3.0),
        ("pipeyard_runs_active", 1.0),
        ("pipeyard_processes_started_total", 5.0),
        ("pipeyard_connections", 1.0),
        ("pipeyard_sessions", 1.0),
        ("pipeyard_lanes_waiting", 0.0),
        ("pipeyard_draining", 0.0),
        ("pipeyard_start_seconds_count", 2.0),
    ] {
        assert_eq!(value(&now, row), wanted, "{row}: {now:#?}");
    }
    // seq's 3,893 bytes, and what the others wrote.
    let bytes = value(&now, "pipeyard_relayed_bytes_total");
    assert!((3_893.0..10_000.0).contains(&bytes), "{bytes}");
    assert!(value(&now, "pipeyard_request_seconds_count{route=\"/metrics\"}") >= 1.0);
    Ok(())
}

#[tokio::test]
async fn refusals_are_counted_by_the_name_of_the_limit() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let lanes = client.limits.lanes + 1;
    let refused = lay([Stage::process("true", "true", [])])
        .lanes(lanes)
        .build();
    client.refusal(refused.to_value()).await?;
    let host = http::host(&runner);
    http::get(&runner, "/programs", &[("Host", &host)])?;
    ask(&runner, Some("a-wrong-key-all-the-same"))?;
    http::get(&runner, "/", &[("Host", "example.org")])?;
    let now = figures(&runner)?;
    for row in [
        "pipeyard_refusals_total{limit=\"lanes\"}",
        "pipeyard_turned_away_total{reason=\"key\"}",
        "pipeyard_turned_away_total{reason=\"no-key\"}",
        "pipeyard_turned_away_total{reason=\"host\"}",
    ] {
        assert_eq!(value(&now, row), 1.0, "{row}: {now:#?}");
    }
    Ok(())
}

/// Those that are said over HTTP, that slow a page down or that end a run were not counted.
#[tokio::test]
async fn every_kind_of_refusal_is_counted() -> Result<()> {
    const CODE: &str = "blue-heron-42";
    let data = tempfile::tempdir()?;
    let bounds = [
        ["--joins", "3"],
        ["--learners", "2"],
        ["--links-each", "1"],
        ["--message-rate", "20"],
        ["--run-time", "1s"],
        ["--upload-bytes", "1"],
    ];
    let runner = TestRunner::start_class(data.path(), CODE, bounds.as_flattened())?;
    let cookie = http::come_in(&runner, CODE)?;
    http::come_in(&runner, CODE)?;
    let (host, origin) = (http::host(&runner), http::origin(&runner));
    for status in [503, 429] {
        let room = format!("/?room={CODE}");
        let answer = http::get(&runner, &room, &[("Host", &host)])?;
        assert_eq!(answer.status, status, "{}", answer.text());
    }
    let own = [
        ("Host", host.as_str()),
        ("Origin", &origin),
        ("Cookie", &cookie),
    ];
    let link = Pipeyard::new(["link", "-c", "echo hi | cat"])?.outcome()?;
    let link = String::from_utf8(link.stdout)?;
    let fragment = link.trim().split('#').nth(1).context("a link")?;
    let answer = http::send(&runner, "POST", "/links", &own, fragment.as_bytes())?;
    assert_eq!(answer.status, 507, "{}", answer.text());
    let answer = http::send(&runner, "PUT", "/files/new", &own, b"two")?;
    assert_eq!(answer.status, 413, "{}", answer.text());
    let mut client = Client::connect_learner(&runner, &cookie).await?;
    for nonce in 0..40 {
        client.say(&ClientMessage::Ping { nonce }).await?;
    }
    let asleep = lay([Stage::process("a", "sleep", ["600"])]).build();
    client.run(&asleep).await?.until_ended().await?;
    let limits = [
        "learners",
        "joins",
        "links-each",
        "upload-bytes",
        "message-rate",
        "run-time",
    ];
    wait_for("all of them once", || {
        let now = figures(&runner).ok()?;
        let is_one = |limit: &&str| {
            let row = format!("pipeyard_refusals_total{{limit=\"{limit}\"}}");
            value(&now, &row) == 1.0
        };
        limits.iter().all(is_one).then_some(())
    })
}

#[test]
fn they_have_a_key_of_their_own_that_opens_nothing_else() -> Result<()> {
    let runner = TestRunner::start_with(&["--metrics-token", OWN_KEY], &[])?;
    assert_eq!(ask(&runner, Some(OWN_KEY))?.status, 200);
    assert_eq!(ask(&runner, Some(runner.token()))?.status, 200);
    assert_eq!(ask(&runner, Some("some-other-key-of-all"))?.status, 403);
    let refused = ask(&runner, None)?;
    assert_eq!(refused.status, 403);
    assert!(!refused.text().contains("pipeyard_runs"));
    let host = http::host(&runner);
    // They are asked for by programs: in a line of text, and in a class as well, where others are asked for the room's code.
    let data = tempfile::tempdir()?;
    let class = TestRunner::start_class(data.path(), "blue-heron-42", &[])?;
    for runner in [&runner, &class] {
        for (language, said) in [("en", "The figures need"), ("ko", "수치를 보려면")] {
            let (host, path) = (http::host(runner), "/metrics");
            let headers = [("Host", host.as_str()), ("Accept-Language", language)];
            let refused = http::get(runner, path, &headers)?;
            let text = refused.text();
            assert_eq!(refused.status, 403);
            assert!(
                text.starts_with(said) && text.contains("`Authorization: Bearer KEY`"),
                "{text}"
            );
        }
    }
    let bearer = format!("Bearer {OWN_KEY}");
    let headers = [("Host", host.as_str()), ("Authorization", &bearer)];
    for path in ["/programs", "/files", "/links", "/lessons"] {
        assert_eq!(http::get(&runner, path, &headers)?.status, 403, "{path}");
    }
    Ok(())
}

/// Logs are kept, sent around, and shown on screens.
#[tokio::test]
async fn the_log_tells_what_happened_and_gives_nothing_away() -> Result<()> {
    const SECRET: &str = "a-secret-argument";
    for (form, level) in [("json", "trace"), ("text", "trace"), ("json", "info")] {
        let runner = TestRunner::start_with(
            &["--log", form, "--metrics-token", OWN_KEY],
            &[("PIPEYARD_LOG", level)],
        )?;
        let mut client = Client::connect(&runner).await?;
        let chain = lay([Stage::process("echo", "echo", [SECRET])]).build();
        client.run(&chain).await?.until_ended().await?;
        http::cookie(&runner)?;
        ask(&runner, Some(OWN_KEY))?;
        let wrong = "a-wrong-key-all-the-same";
        ask(&runner, Some(wrong))?;
        client.leave();
        let log = wait_for("the run's end in the log", || {
            let log = std::fs::read_to_string(runner.log_path()).ok()?;
            (log.contains("a run ended") && log.contains("was not let in")).then_some(log)
        })?;
        for secret in [runner.token(), SECRET, OWN_KEY, wrong] {
            assert!(!log.contains(secret), "{secret} is told: {log}");
        }
        if form == "json" {
            let mut kinds = 0;
            // Lines beside the log were in nobody's form: what is to be opened was one.
            for line in log.lines() {
                let line: serde_json::Value =
                    serde_json::from_str(line).with_context(|| line.to_owned())?;
                ensure!(
                    line["level"].is_string() && line["timestamp"].is_string(),
                    "{line}"
                );
                if line["message"] == "a run ended" {
                    kinds += 1;
                    ensure!(line["status"] == 0 && line["run"] == 1, "{line}");
                    ensure!(
                        line["session"].as_str().is_some_and(|who| who.len() == 8),
                        "{line}"
                    );
                }
            }
            assert_eq!(kinds, 1, "{log}");
        }
    }
    Ok(())
}

/// A browser saved them to a file.
#[test]
fn a_browser_shows_them_and_a_program_gets_the_type_that_they_have() -> Result<()> {
    let runner = TestRunner::start()?;
    let (host, cookie) = (http::host(&runner), http::cookie(&runner)?);
    for (accept, kind) in [
        (
            "text/html,application/xhtml+xml,*/*;q=0.8",
            "text/plain; charset=utf-8",
        ),
        (
            "application/openmetrics-text;version=1.0.0,text/plain;q=0.5,*/*;q=0.1",
            "application/openmetrics-text; version=1.0.0; charset=utf-8",
        ),
        (
            "*/*",
            "application/openmetrics-text; version=1.0.0; charset=utf-8",
        ),
    ] {
        let headers = [
            ("Host", host.as_str()),
            ("Cookie", &cookie),
            ("Accept", accept),
        ];
        let answer = http::get(&runner, "/metrics", &headers)?;
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (200, Some(kind))
        );
        exposition::read(&answer.text())?;
    }
    Ok(())
}

/// The lines of a log in JSON that say this, once there are as many.
fn lines(runner: &TestRunner, message: &str, count: usize) -> Result<Vec<serde_json::Value>> {
    wait_for(message, || {
        let log = std::fs::read_to_string(runner.log_path()).ok()?;
        let read = |line| serde_json::from_str::<serde_json::Value>(line).ok();
        let lines = log.lines().filter_map(read);
        let lines: Vec<_> = lines.filter(|line| line["message"] == message).collect();
        (lines.len() >= count).then_some(lines)
    })
}

/// Nobody could tell which pupil a line was about, which limit had ended a run, nor a guess from a first visit.
#[tokio::test]
async fn the_log_tells_whose_run_it_was_which_limit_ended_it_and_who_guesses_where() -> Result<()> {
    const CODE: &str = "blue-heron-42";
    let data = tempfile::tempdir()?;
    let flags = ["--log", "json", "--run-time", "1s"];
    let runner = TestRunner::start_class(data.path(), CODE, &flags)?;
    let cookie = http::come_in(&runner, CODE)?;
    let learners = |words: &[&str]| {
        Pipeyard::new(["learners"].iter().chain(words))?
            .variable("XDG_DATA_HOME", data.path())
            .outcome()
    };
    let list = String::from_utf8(learners(&["list"])?.stdout)?;
    let first = list.lines().nth(1).context("a learner below the heading")?;
    let name = first.get(..8).context("a name")?;
    let mut client = Client::connect_learner(&runner, &cookie).await?;
    let asleep = lay([Stage::process("a", "sleep", ["600"])]).build();
    client.run(&asleep).await?.until_ended().await?;
    let lanes = client.limits.lanes + 1;
    let refused = lay([Stage::process("true", "true", [])])
        .lanes(lanes)
        .build();
    client.refusal(refused.to_value()).await?;
    client.refusal(serde_json::Value::Null).await?;
    for (message, told) in [
        ("a run began", vec![("", "")]),
        ("a run ended", vec![("limit", "run-time")]),
        (
            "a run was refused",
            vec![("reason", "problems"), ("reason", "unreadable")],
        ),
    ] {
        let lines = lines(&runner, message, told.len())?;
        for (line, (field, value)) in lines.iter().zip(&told) {
            assert_eq!(line["learner"], name, "{line}");
            ensure!(field.is_empty() || line[field] == *value, "{line}");
        }
    }
    // A first visit, a guess, and who is no learner any more.
    let host = http::host(&runner);
    http::get(&runner, "/files/any", &[("Host", &host)])?;
    let wrong = "a-wrong-key-all-the-same";
    let bearer = format!("Bearer {wrong}");
    let guess = [("Host", host.as_str()), ("Authorization", &bearer)];
    http::get(&runner, "/files/any", &guess)?;
    ensure!(learners(&["remove", name])?.status.success());
    let old = [("Host", host.as_str()), ("Cookie", &cookie)];
    http::get(&runner, "/programs", &old)?;
    let told = lines(&runner, "a request was not let in", 2)?;
    let [guess, removed] = &told[..] else {
        anyhow::bail!("{told:#?}");
    };
    for (line, reason, route) in [
        (guess, "key", "/files/{*path}"),
        (removed, "removed", "/programs"),
    ] {
        assert_eq!(line["reason"], reason, "{line}");
        assert_eq!(line["route"], route, "{line}");
        assert_eq!(line["address"], "127.0.0.1", "{line}");
    }
    assert_eq!(removed["learner"], name);
    let log = std::fs::read_to_string(runner.log_path())?;
    let word = cookie.split('=').nth(1).context("a word")?;
    for secret in [runner.token(), CODE, wrong, word] {
        assert!(!log.contains(secret), "{secret} is told: {log}");
    }
    Ok(())
}
