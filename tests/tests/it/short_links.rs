//! Short links over real sockets: kept, followed, bounded, and gone without taking the server along.

use std::fs;

use anyhow::{Context, Result};
use pipeyard_shared::Chain;
use pipeyard_shared::chain::Stage;
use pipeyard_shared::limits::LINK_BYTES;
use pipeyard_shared::link::{Shared, encode};
use pipeyard_tests::credentials::{Credentials, ask};
use pipeyard_tests::http::{self, Answer};
use pipeyard_tests::{Pipeyard, TestRunner, lay};
use serde_json::Value;

fn chain(word: &str) -> Chain {
    lay([Stage::process("a", "echo", [word])]).build()
}

fn fragment(word: &str) -> Result<String> {
    Ok(encode(&Shared::of_chain(chain(word)))?)
}

/// As the page asks.
fn post(runner: &TestRunner, body: &str) -> Result<Answer> {
    ask(runner, "POST", "/links", &[], body.as_bytes())
}

fn kept(runner: &TestRunner, body: &str) -> Result<String> {
    let answer = post(runner, body)?;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let value: Value = serde_json::from_slice(&answer.body)?;
    Ok(value["id"].as_str().context("an id")?.to_owned())
}

fn follow(runner: &TestRunner, name: &str, accept: &str) -> Result<Answer> {
    let host = http::host(runner);
    http::get(
        runner,
        &format!("/s/{name}"),
        &[("Host", &host), ("Accept", accept)],
    )
}

fn offer(runner: &TestRunner) -> Result<Value> {
    let answer = ask(runner, "GET", "/links", &[], b"")?;
    assert_eq!(answer.status, 200, "{}", answer.text());
    Ok(serde_json::from_slice(&answer.body)?)
}

#[test]
fn a_short_link_leads_to_what_was_given() -> Result<()> {
    let runner = TestRunner::start()?;
    assert_eq!(offer(&runner)?["short"], true);
    let fragment = fragment("hello")?;
    let name = kept(&runner, &fragment)?;
    assert!(name.len() >= 10 && name.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    assert_eq!(kept(&runner, &fragment)?, name, "it is made of the content");
    let whole = format!("http://127.0.0.1:7878/#{fragment}");
    assert_eq!(kept(&runner, &whole)?, name, "a person may send all of it");

    let answer = follow(&runner, &name, "text/html")?;
    assert_eq!(answer.status, 303);
    assert_eq!(
        answer.header("location"),
        Some(format!("/#{fragment}").as_str())
    );
    let answer = follow(&runner, &format!("{name}?embed=result"), "text/html")?;
    let embedded = format!("/?embed=result#{fragment}");
    assert_eq!(answer.header("location"), Some(embedded.as_str()));
    let answer = follow(
        &runner,
        &format!("{name}?embed=//evil.example"),
        "text/html",
    )?;
    assert_eq!(
        answer.header("location"),
        Some(format!("/#{fragment}").as_str())
    );

    let short = format!("http://127.0.0.1:{}/s/{name}", runner.port());
    let outcome = Pipeyard::new(["run", "--yes", &short])?
        .outcome()?
        .expect_code(0);
    assert_eq!(outcome.text(), "hello\n");
    let unknown = format!("http://localhost:{}/s/0123456789a", runner.port());
    let outcome = Pipeyard::new(["run", &unknown])?.outcome()?.expect_code(2);
    assert!(
        outcome.stderr.contains("does not know it"),
        "{}",
        outcome.stderr
    );
    let page = format!("http://127.0.0.1:{}/s/", runner.port());
    let outcome = Pipeyard::new(["run", &page])?.outcome()?.expect_code(2);
    assert!(outcome.stderr.contains("is no link"), "{}", outcome.stderr);
    Ok(())
}

#[test]
fn only_the_page_and_who_has_the_key_may_make_one() -> Result<()> {
    let runner = TestRunner::start()?;
    let credentials = Credentials::of(&runner)?;
    let body = fragment("hello")?;
    let post = |headers: &[(&str, &str)]| http::post(&runner, "/links", headers, body.as_bytes());
    for headers in credentials.of_other_sites() {
        assert_eq!(post(&headers)?.status, 403, "{headers:?}");
    }
    for headers in credentials.without_key() {
        assert_eq!(post(&headers)?.status, 403, "{headers:?}");
        let read = http::get(&runner, "/links", &headers)?;
        assert_eq!(read.status, 403, "{headers:?}");
    }
    assert!(
        !runner.workspace().with_file_name("data").exists(),
        "nothing was kept"
    );
    assert_eq!(post(&credentials.program())?.status, 200);
    Ok(())
}

#[test]
fn what_is_no_good_link_is_not_kept() -> Result<()> {
    let runner = TestRunner::start()?;
    let good = fragment("hello")?;
    for (body, status, words) in [
        ("", 400, "no link of Pipeyard"),
        ("<script>", 400, "no link of Pipeyard"),
        (&good[..good.len() - 1], 400, "not whole"),
        ("2future0000", 400, "newer"),
        (&"1".repeat(LINK_BYTES), 400, "not whole"),
        (&"1".repeat(2 * LINK_BYTES), 413, "too long"),
    ] {
        let answer = post(&runner, body)?;
        assert_eq!(answer.status, status, "{}", answer.text());
        assert!(answer.text().contains(words), "{}", answer.text());
    }
    Ok(())
}

#[test]
fn a_link_that_is_not_there_has_a_page() -> Result<()> {
    let runner = TestRunner::start()?;
    for name in ["0123456789a", "x", "%2e%2e", "0123456789a%00"] {
        let answer = follow(&runner, name, "text/html")?;
        assert_eq!(answer.status, 404, "{name}");
        assert!(
            answer.text().contains("does not know the link"),
            "{}",
            answer.text()
        );
        assert!(answer.text().contains("<h1>"), "{}", answer.text());
    }
    let answer = follow(&runner, "0123456789a", "*/*")?;
    assert_eq!(answer.status, 404);
    assert!(!answer.text().contains('<'), "{}", answer.text());
    Ok(())
}

#[test]
fn a_full_store_refuses_by_the_name_of_its_limit() -> Result<()> {
    let runner = TestRunner::start_with(&["--links-bytes", "400"], &[])?;
    let first = kept(&runner, &fragment("one")?)?;
    let mut refused = None;
    for number in 0..9 {
        let answer = post(&runner, &fragment(&format!("number {number}"))?)?;
        if answer.status != 200 {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.context("nine links fit into 400 bytes")?;
    assert_eq!(refused.status, 507);
    assert!(
        refused.text().contains("`links-bytes` is reached (400)"),
        "{}",
        refused.text()
    );
    assert_eq!(follow(&runner, &first, "*/*")?.status, 303);
    assert_eq!(kept(&runner, &fragment("one")?)?, first);
    Ok(())
}

#[test]
fn a_runner_may_keep_none() -> Result<()> {
    let runner = TestRunner::start_with(&["--no-links"], &[])?;
    assert_eq!(offer(&runner)?["short"], false);
    let answer = post(&runner, &fragment("one")?)?;
    assert_eq!(answer.status, 404);
    assert!(answer.text().contains("--no-links"), "{}", answer.text());
    assert_eq!(follow(&runner, "0123456789a", "text/html")?.status, 404);
    Ok(())
}

#[test]
fn two_runners_share_a_file_and_many_pages_a_runner() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("links.sqlite");
    let file = file.to_str().context("a path")?;
    let runners = [
        TestRunner::start_with(&["--links", file], &[])?,
        TestRunner::start_with(&["--links", file], &[])?,
    ];
    std::thread::scope(|scope| {
        let pages = (0..16).map(|number| {
            let runner = &runners[number % 2];
            scope.spawn(move || kept(runner, &fragment(&format!("page {}", number / 4))?))
        });
        let mut names = Vec::new();
        for page in pages.collect::<Vec<_>>() {
            names.push(page.join().ok().context("a page panicked")??);
        }
        for name in &names {
            for runner in &runners {
                assert_eq!(follow(runner, name, "*/*")?.status, 303);
            }
        }
        names.sort();
        names.dedup();
        assert_eq!(names.len(), 4);
        Ok(())
    })
}

#[test]
fn a_store_that_cannot_be_used_leaves_the_server_as_it_is() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("links.sqlite");
    fs::write(&path, "no database. ".repeat(99))?;
    let runner = TestRunner::start_with(&["--links", path.to_str().context("a path")?], &[])?;
    let answer = post(&runner, &fragment("one")?)?;
    assert_eq!(answer.status, 503, "{}", answer.text());
    assert!(
        answer.text().contains("Use the long link"),
        "{}",
        answer.text()
    );
    let answer = follow(&runner, "0123456789a", "text/html")?;
    assert_eq!(answer.status, 503);
    assert!(
        !answer.text().contains("sqlite"),
        "no path is told: {}",
        answer.text()
    );
    assert!(
        runner.log().contains("is no store of links"),
        "{}",
        runner.log()
    );
    let page = ask(&runner, "GET", "/", &[], b"")?;
    assert!(
        matches!(page.status, 200 | 503),
        "the page or none built in: {}",
        page.status
    );

    // Moved away, a new one is made.
    fs::rename(&path, folder.path().join("old"))?;
    let name = kept(&runner, &fragment("one")?)?;
    assert_eq!(follow(&runner, &name, "*/*")?.status, 303);
    // What somebody else has put in does not lead anywhere else.
    let other = rusqlite::Connection::open(&path)?;
    let changed = other.execute("UPDATE links SET fragment = '/evil.example'", [])?;
    assert_eq!(changed, 1);
    assert_eq!(follow(&runner, &name, "*/*")?.status, 503);
    Ok(())
}
