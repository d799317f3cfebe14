//! Passing a chain on: what is too long for a link, what a file with a link opens, and what is remembered.

use std::fs;

use anyhow::Result;
use pipeyard_shared::Chain;
use pipeyard_shared::chain::Stage;
use pipeyard_shared::limits::LINK_BYTES;
use pipeyard_shared::link::{Shared, encode};
use pipeyard_tests::browser::with_page;
use tempfile::TempDir;
use thirtyfour::Key;

use super::steps::{open_chain, select, stages};

/// Letters that do not repeat themselves, so that deflating hardly makes them shorter.
fn noise(length: usize) -> String {
    let mut state = 1_u64;
    let letters = (0..length).map(|_| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        char::from(b"abcdefghijklmnopqrstuvwxyzABCDEF"[(state >> 40) as usize % 32])
    });
    letters.collect()
}

#[tokio::test]
async fn a_chain_too_long_for_a_link_says_so_and_goes_as_a_file() -> Result<()> {
    let stage = Stage::process("echo", "echo", [&*noise(LINK_BYTES * 3 / 2)]);
    let chain = Chain::of_stages("Long", vec![stage]);
    with_page("too-long", async |page| {
        open_chain(&page, &chain.to_json()).await?;
        page.press_with_two([Key::Control, Key::Shift], 's').await?;
        page.until_text("#share-length", "characters").await?;
        let said = page.text("#share-length").await?;
        assert!(said.contains(&LINK_BYTES.to_string()), "{said}");
        page.element("#copy-link:disabled").await?;
        page.element("#save-json:not(:disabled)").await?;
        assert_eq!(
            page.evaluate("return !!document.querySelector('#share-qr')")
                .await?,
            false
        );
        page.press(Key::Escape + "").await?;
        page.click("#language").await?;
        page.press_with_two([Key::Control, Key::Shift], 's').await?;
        page.until_text("#share-length", "자").await
    })
    .await
}

/// A text with nothing in it but a link is opened as the link is: looked at, and not run.
#[tokio::test]
async fn a_file_that_holds_a_link_opens_it() -> Result<()> {
    let seq = Stage::process("seq", "seq", ["3"]);
    let link = encode(&Shared::of_chain(Chain::of_stages(
        "From a link",
        vec![seq],
    )))?;
    let folder = TempDir::with_prefix("pipeyard-dropped-")?;
    let file = folder.path().join("link.txt");
    fs::write(&file, format!("http://127.0.0.1:7878/#{link}\n"))?;
    with_page("link-dropped", async |page| {
        page.element("[data-stage=md5sum]").await?;
        page.drop_file(".canvas", &file).await?;
        page.element("#visit-commands").await?;
        assert_eq!(stages(&page).await?, ["seq"]);
        let states = page.attributes("[data-stage]", "data-state").await?;
        assert!(
            states
                .iter()
                .all(|state| state.is_empty() || state == "idle")
        );
        // One's own is a step back.
        page.click("#undo").await?;
        page.element("[data-stage=md5sum]").await?;
        fs::write(&file, "http://127.0.0.1:7878/#1cutcutcut\n")?;
        page.drop_file(".canvas", &file).await?;
        page.until_text("#replay-fault", "not whole").await
    })
    .await
}

#[tokio::test]
async fn what_was_passed_on_is_remembered_over_a_reload() -> Result<()> {
    with_page("passed-on", async |page| {
        page.allow_clipboard().await?;
        page.press_with_two([Key::Control, Key::Shift], 's').await?;
        page.click("#copy-link").await?;
        page.until_text("#toasts", "Copied: the link").await?;
        page.press(Key::Escape + "").await?;
        page.reload().await?;
        page.element("#changed[hidden]").await?;
        select(&page, "md5sum").await?;
        page.press(Key::Delete + "").await?;
        page.element("#changed:not([hidden])").await?;
        page.reload().await?;
        page.element("#changed:not([hidden])").await?;
        page.click("#undo").await?;
        page.element("#changed[hidden]").await.map(drop)
    })
    .await
}
