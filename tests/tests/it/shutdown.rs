//! An ordered end: children are stopped, pages are told, nothing is left.

use anyhow::Result;
use pipeyard_shared::chain::Stage;
use pipeyard_shared::message::ByeReason;
use pipeyard_tests::{Client, TestRunner, http, lay};
use rustix::process::Signal;
use tempfile::TempDir;

use crate::support::probe;

#[tokio::test]
async fn both_signals_end_it_in_good_order() -> Result<()> {
    for signal in [Signal::TERM, Signal::INT] {
        let runner = TestRunner::start_with(&["--drain-time", "0"], &[])?;
        let mut client = Client::connect(&runner).await?;
        let stages = [
            probe("deaf", ["ignore-term", "60"]),
            probe("hold", ["hold", "60"]),
            Stage::process("cat", "cat", []),
        ];
        let mut run = client.run(&lay(stages).lanes(2).build()).await?;
        run.until_shown(2, "cat.stdout", b"held by ").await?;
        assert!(
            runner.descendants().len() >= 4,
            "{:?}",
            runner.descendants()
        );
        let ended = tokio::task::spawn_blocking(move || runner.shut_down(signal));
        assert_eq!(
            client.until_closed().await?,
            Some(ByeReason::ShuttingDown),
            "{signal:?}"
        );
        ended.await??;
    }
    Ok(())
}

#[test]
fn without_any_page_it_ends_too() -> Result<()> {
    TestRunner::start()?.shut_down(Signal::TERM)
}

#[tokio::test]
async fn a_page_that_says_nothing_does_not_hold_it_up() -> Result<()> {
    let runner = TestRunner::start()?;
    let _silent = Client::open(&runner).await?;
    tokio::task::spawn_blocking(move || runner.shut_down(Signal::TERM)).await?
}

/// What a runner prints may be kept: a unit's journal had the key that its operator had put into a file for root alone.
#[test]
fn a_key_and_a_code_that_were_given_are_not_printed() -> Result<()> {
    const KEY: &str = "the-key-that-was-given-to-it";
    const CODE: &str = "the-code-of-the-room";
    let data = TempDir::new()?;
    // Its first line, where the address is, is looked at by the start.
    let mut runner = TestRunner::start_class(data.path(), CODE, &["--token", KEY])?;
    http::cookie(&runner)?;
    http::come_in(&runner, CODE)?;
    runner.send(Signal::TERM)?;
    let (_, printed) = runner.ended()?;
    let told = format!("{printed}{}", runner.log());
    assert!(told.contains("the code that was given"), "{told}");
    assert!(!told.contains(KEY) && !told.contains(CODE), "{told}");
    Ok(())
}

/// The log must not give the token away: logs are kept, sent around, and shown on screens.
#[tokio::test]
async fn the_token_is_printed_once_and_never_logged() -> Result<()> {
    let runner = TestRunner::start_with(&[], &[("PIPEYARD_LOG", "trace")])?;
    let mut client = Client::connect(&runner).await?;
    client
        .run(&lay([probe("a", ["echo"])]).build())
        .await?
        .until_ended()
        .await?;
    let log = runner.log();
    assert!(!log.contains(runner.token()), "{log}");
    assert!(
        !log.contains(client.session.as_str()),
        "a session's name is a secret as well"
    );
    Ok(())
}
