//! The tab that shows the chain as code.

use std::fs;

use anyhow::{Context, Result, ensure};
use pipeyard_tests::browser::with_page;
use tempfile::TempDir;
use thirtyfour::Key;

use super::steps::{open_chain, run_to_the_end};

/// Two stages in two lanes.
const CHAIN: &str = r#"{"pipeyard":1,"title":"Two words","stages":[
    {"id":"echo","kind":{"process":{"program":"echo","args":["word {lane}"]}}},
    {"id":"tr","kind":{"process":{"program":"tr","args":["a-z","A-Z"]}}}],
    "wires":[{"id":"w1","from":{"stage":"echo","port":"stdout"},"to":{"stage":"tr","port":"stdin"}}],
    "lanes":2}"#;

#[tokio::test]
async fn the_chain_is_shown_as_code_and_follows_it() -> Result<()> {
    with_page("code", async |page| {
        page.allow_clipboard().await?;
        open_chain(&page, CHAIN).await?;
        page.click("#tab-code").await?;
        page.until_text("#code", "#!/usr/bin/env bash").await?;
        page.click("#code-py").await?;
        page.until_text("#code", "Popen([\"tr\", \"a-z\", \"A-Z\"]").await?;
        // What it does otherwise stands above it, too.
        page.until_text(".code__notes", "in the order of the lanes")
            .await?;
        page.click("#code-copy").await?;
        let body = "return navigator.clipboard.readText().then(text => text.startsWith('#!/usr/bin/env python3'))";
        page.until("the program on the clipboard", body).await?;
        // By the keyboard alone.
        page.tab_to("#code").await?;
        page.tab_back_to("#code-md").await?;
        page.press(Key::Enter + "").await?;
        page.until_text("#code", "# Two words").await?;
        // The form stays while another tab is looked at.
        page.click("#tab-story").await?;
        page.click("#tab-code").await?;
        page.until_text("#code", "## Commands").await?;
        // A run's results come with its end, and go when they are those of another chain.
        run_to_the_end(&page).await?;
        page.click("#tab-code").await?;
        page.until_text("#code", "WORD 2").await?;
        page.click("[data-stage=\"tr\"]").await?;
        page.fill("#stage-program", "rev").await?;
        page.until_text("#code", "exec rev").await?;
        let text = page.text("#code").await?;
        ensure!(!text.contains("WORD 2"), "{text}");
        page.ask_for("Copy the chain as Python", "copy-python").await?;
        let body = "return navigator.clipboard.readText().then(text => text.includes('Popen([\"rev\"'))";
        page.until("the changed program on the clipboard", body).await?;
        // What cannot be run has no code.
        page.fill("#stage-program", "").await?;
        page.element("#code-problem").await.map(drop)
    })
    .await
}

#[tokio::test]
async fn a_picture_is_shown_and_opens_again_when_it_is_dropped() -> Result<()> {
    with_page("code-picture", async |page| {
        open_chain(&page, CHAIN).await?;
        page.click("#tab-code").await?;
        page.click("#code-svg").await?;
        let seen = "const image = document.querySelector('.code__picture'); return Boolean(image) && image.complete && image.naturalWidth > 300";
        page.until("the picture to be drawn", seen).await?;
        let svg = page
            .evaluate("return atob(document.querySelector('.code__picture').src.split(',')[1])")
            .await?;
        let folder = TempDir::with_prefix("pipeyard-dropped-")?;
        let (picture, other) = (folder.path().join("picture.svg"), folder.path().join("other.svg"));
        fs::write(&picture, svg.as_str().context("a text")?)?;
        fs::write(&other, "<svg xmlns='http://www.w3.org/2000/svg'/>")?;
        open_chain(&page, r#"{"pipeyard":1,"stages":[],"wires":[]}"#).await?;
        page.drop_file(".canvas", &picture).await?;
        page.element("[data-stage=\"tr\"]").await?;
        page.drop_file(".canvas", &other).await?;
        page.until_text("#replay-fault", "without a chain inside")
            .await
    })
    .await
}
