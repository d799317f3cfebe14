//! Two tabs with one chain.

use anyhow::Result;
use pipeyard_tests::browser::{Page, with_page};
use thirtyfour::Key;

use super::steps::select;

async fn until_cards(page: &Page, names: &[&str]) -> Result<()> {
    let body = format!(
        "return [...document.querySelectorAll('.canvas [data-stage]')].map(card => card.dataset.stage).sort().join() === {:?}",
        names.join(",")
    );
    page.until(&format!("{names:?}"), &body).await.map(drop)
}

/// Whoever reloads sees the chain that was kept last, and their own is one step back.
#[tokio::test]
async fn a_reload_keeps_what_was_done_in_either() -> Result<()> {
    with_page("tabs", async |page| {
        select(&page, "md5sum").await?;
        page.press(Key::Delete + "").await?;
        until_cards(&page, &["openssl", "random"]).await?;
        let first = page.another_tab().await?;
        until_cards(&page, &["openssl", "random"]).await?;
        select(&page, "openssl").await?;
        page.press(Key::Delete + "").await?;
        until_cards(&page, &["random"]).await?;
        page.go_to_tab(first).await?;
        page.click("[data-template=\"wc\"]").await?;
        until_cards(&page, &["openssl", "random", "wc"]).await?;
        let second = page.another_tab().await?;
        page.click("[data-template=\"sort\"]").await?;
        until_cards(&page, &["openssl", "random", "sort", "wc"]).await?;
        // Here the other tab's chain is a step, and this one's steps stand before it.
        page.go_to_tab(second).await?;
        page.reload().await?;
        until_cards(&page, &["openssl", "random", "sort", "wc"]).await?;
        page.click("#undo").await?;
        until_cards(&page, &["openssl", "random", "wc"]).await?;
        page.click("#undo").await?;
        until_cards(&page, &["openssl", "random"]).await?;
        page.click("#undo").await?;
        until_cards(&page, &["md5sum", "openssl", "random"]).await
    })
    .await
}
