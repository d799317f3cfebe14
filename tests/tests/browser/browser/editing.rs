//! Composing a chain.

use anyhow::Result;
use pipeyard_tests::browser::with_page;
use thirtyfour::Key;

use super::steps::{arguments, run_to_the_end, select, stages};

#[tokio::test]
async fn stages_are_added_edited_and_removed() -> Result<()> {
    with_page("editing", async |page| {
        select(&page, "md5sum").await?;
        page.click("[data-template=\"wc\"]").await?;
        page.until("a fourth card", "return document.querySelectorAll('[data-stage]').length === 4").await?;
        let added = stages(&page).await?;
        assert_eq!(added[..3], ["random", "openssl", "md5sum"]);
        let added = added[3].clone();
        select(&page, &added).await?;
        page.fill("#stage-program", "tr").await?;
        arguments(&page, &["a-f", "A-F"]).await?;
        run_to_the_end(&page).await?;
        page.until(
            "a sum in capitals",
            "return /^[0-9A-F]{32}/.test(document.querySelector('#stdout [data-lane=\"1\"]')?.textContent.trim() ?? '')",
        )
        .await?;
        select(&page, &added).await?;
        page.press(Key::Delete + "").await?;
        page.until("three cards again", "return document.querySelectorAll('[data-stage]').length === 3").await?;
        page.click("#undo").await?;
        page.until("it is back", "return document.querySelectorAll('[data-stage]').length === 4").await?;
        run_to_the_end(&page).await
    })
    .await
}

#[tokio::test]
async fn a_reload_keeps_the_chain() -> Result<()> {
    with_page("reload", async |page| {
        select(&page, "openssl").await?;
        page.click("[data-template=\"gzip\"]").await?;
        page.until(
            "a fourth card",
            "return document.querySelectorAll('[data-stage]').length === 4",
        )
        .await?;
        page.fill("#title", "Kept over a reload").await?;
        let before = stages(&page).await?;
        page.reload().await?;
        page.until(
            "the same cards",
            "return document.querySelectorAll('[data-stage]').length === 4",
        )
        .await?;
        assert_eq!(stages(&page).await?, before);
        let title = page
            .evaluate("return document.querySelector('#title').value")
            .await?;
        assert_eq!(title, "Kept over a reload");
        run_to_the_end(&page).await
    })
    .await
}

/// A key that means something on the page must not take it away from a text field.
#[tokio::test]
async fn typing_into_a_field_edits_the_field_alone() -> Result<()> {
    with_page("typing", async |page| {
        let before = stages(&page).await?;
        page.click("#title").await?;
        page.press_with(Key::Control, 'a').await?;
        page.press(Key::Delete + "").await?;
        page.press("Title").await?;
        page.press(Key::Backspace + "").await?;
        assert_eq!(
            stages(&page).await?,
            before,
            "Backspace removed a character, not a stage"
        );
        let title = page
            .evaluate("return document.querySelector('#title').value")
            .await?;
        assert_eq!(title, "Titl");
        Ok(())
    })
    .await
}
