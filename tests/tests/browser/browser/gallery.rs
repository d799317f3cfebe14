//! Beginning: from an empty canvas, from an example, from a typed line.

use std::fs;

use anyhow::{Context, Result};
use pipeyard_tests::browser::{Page, with_page};
use tempfile::TempDir;
use thirtyfour::Key;

use super::steps::{run_to_the_end, stages, start, until_state};

#[tokio::test]
async fn an_example_is_opened_in_place_of_the_chain_or_beside_it() -> Result<()> {
    with_page("gallery", async |page| {
        page.click("#examples").await?;
        page.element("#gallery [data-choice=deadlock]").await?;
        page.element("#gallery [role=combobox]:focus").await?;
        page.screenshot("gallery").await?;
        page.press("frequent").await?;
        page.element("#gallery [data-choice=count][aria-selected=true]")
            .await?;
        page.press(Key::Enter + "").await?;
        page.element("[data-stage=uniq]").await?;
        assert_eq!(
            page.evaluate("return document.querySelector('#title').value")
                .await?,
            "The most frequent words"
        );
        page.until_text("#toasts", "Another chain is in its place.")
            .await?;
        page.click("#toasts [data-toast=undo]").await?;
        page.element("[data-stage=md5sum]").await?;
        page.click("#redo").await?;
        page.element("[data-stage=uniq]").await?;
        run_to_the_end(&page).await?;
        page.until_text("#stdout", "3 the").await?;
        page.click("#undo").await?;
        page.element("[data-stage=md5sum]").await?;
        assert_eq!(stages(&page).await?.len(), 3);
        page.click("#examples").await?;
        page.click("#gallery [data-beside=true]").await?;
        page.click("#gallery [data-choice=merge]").await?;
        page.until(
            "six cards",
            "return document.querySelectorAll('[data-stage]').length === 6",
        )
        .await?;
        page.click("#undo").await?;
        page.until(
            "three cards again",
            "return document.querySelectorAll('[data-stage]').length === 3",
        )
        .await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn an_empty_canvas_says_how_to_begin() -> Result<()> {
    with_page("empty", async |page| {
        page.click("#new-chain").await?;
        page.element("[data-begin=example]").await?;
        page.screenshot("empty").await?;
        page.click("[data-begin=program]").await?;
        page.until(
            "the palette to have the focus",
            "return document.activeElement.id === 'palette-search'",
        )
        .await?;
        page.click("[data-begin=line]").await?;
        page.element("#actions [role=combobox]:focus").await?;
        page.press("seq 1 9 | sort -r | head -n 3").await?;
        page.press(Key::Enter + "").await?;
        page.until(
            "three cards",
            "return document.querySelectorAll('[data-stage]').length === 3",
        )
        .await?;
        run_to_the_end(&page).await?;
        page.until_text("#stdout", "9").await?;
        // What is no such line is said.
        page.press_with(Key::Control, 'k').await?;
        page.element("#actions [role=combobox]:focus").await?;
        page.press("for x in; (").await?;
        page.press(Key::Enter + "").await?;
        page.until_text("#toasts", "is no line of plain commands")
            .await
    })
    .await
}

#[tokio::test]
async fn the_examples_show_what_they_promise() -> Result<()> {
    with_page("examples", async |page| {
        open(&page, "hello").await?;
        run_to_the_end(&page).await?;
        page.until_text("#stdout", "Hello from the child!").await?;
        open(&page, "merge").await?;
        run_to_the_end(&page).await?;
        page.until_text("#stdout", "6").await?;
        open(&page, "sizes").await?;
        run_to_the_end(&page).await?;
        page.until_text("#stdout", "400000").await?;
        open(&page, "errors").await?;
        run_to_the_end(&page).await?;
        page.until_text("#stdout", "DONE").await?;
        open(&page, "timeout").await?;
        start(&page).await?;
        until_state(&page, "sleep", "failed").await?;
        page.until_text("[data-stage=sleep]", "timed out").await?;
        open(&page, "early").await?;
        run_to_the_end(&page).await?;
        page.until_text("[data-stage=yes]", "SIGPIPE").await?;
        open(&page, "deadlock").await?;
        start(&page).await?;
        page.until(
            "the deadlock to be named",
            "return !!document.querySelector('.deadlock')?.textContent",
        )
        .await?;
        page.screenshot("deadlock").await?;
        page.click("#stop").await?;
        until_state(&page, "reader", "failed").await
    })
    .await
}

/// The chain goes to the clipboard as text, and comes back as a file that is dropped on the page.
#[tokio::test]
async fn a_chain_is_shared_as_text_and_dropped_in_as_a_file() -> Result<()> {
    with_page("shared", async |page| {
        page.allow_clipboard().await?;
        page.click("#share").await?;
        // It is there once the runner has said that it keeps some, and moves nothing.
        let place = page.place("#copy-json", 0.0, 0.0).await?;
        page.element("#copy-short:not([hidden]):not(.is-awaited)")
            .await?;
        assert_eq!(page.place("#copy-json", 0.0, 0.0).await?, place);
        page.click("#copy-json").await?;
        page.until_text("#toasts", "Copied").await?;
        page.press(Key::Escape + "").await?;
        let text = page
            .evaluate("return navigator.clipboard.readText()")
            .await?;
        let text = text.as_str().context("a text")?;
        let folder = TempDir::with_prefix("pipeyard-dropped-")?;
        let file = folder.path().join("shared.json");
        fs::write(&file, text.replace("md5sum", "sha1sum"))?;
        page.drop_file(".canvas", &file).await?;
        page.element("[data-stage=sha1sum]").await?;
        assert_eq!(stages(&page).await?, ["random", "openssl", "sha1sum"]);
        page.click("#undo").await?;
        page.element("[data-stage=md5sum]").await.map(drop)
    })
    .await
}

async fn open(page: &Page, example: &str) -> Result<()> {
    page.click("#examples").await?;
    page.click(&format!("#gallery [data-choice={example}]"))
        .await?;
    page.until(
        "the gallery to be closed",
        "return !document.querySelector('#gallery')",
    )
    .await
    .map(drop)
}
