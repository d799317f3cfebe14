//! The part of the page that is loaded after the first paint.

use anyhow::{Result, ensure};
use pipeyard_tests::browser::with_page;

use super::steps::run_to_the_end;

/// Its file, whatever it is named by its content.
const FILE: &str = "*/split_later-*.wasm";

#[tokio::test]
async fn it_is_fetched_after_the_page_was_drawn() -> Result<()> {
    with_page("later", async |page| {
        // Each frame notes whether the page stands there when it is about to be painted.
        page.begin_with(
            "const look = () => { window.drawn ||= !!document.querySelector('#run'); requestAnimationFrame(look); }; \
             requestAnimationFrame(look); \
             const real = window.fetch.bind(window); \
             window.fetch = (what, ...more) => { \
                 if (String(what?.url ?? what).includes('split_later')) window.askedWhenDrawn = String(window.drawn); \
                 return real(what, ...more); }",
        )
        .await?;
        page.reload().await?;
        page.element("#drawer .timeline").await?;
        let drawn = page.evaluate("return window.askedWhenDrawn").await?;
        ensure!(drawn == "true", "it was asked for when the page was drawn: {drawn}");
        Ok(())
    })
    .await
}

/// Everything that makes a chain and runs it works without; what is missing says so and can be asked for again.
#[tokio::test]
async fn a_page_without_it_runs_chains_and_asks_again() -> Result<()> {
    with_page("later-missing", async |page| {
        page.forgive("ERR_BLOCKED_BY_CLIENT");
        page.forgive("Failed to fetch");
        page.block(&[FILE]).await?;
        page.reload().await?;
        page.until_text("#drawer .later [role=\"alert\"]", "could not be loaded")
            .await?;
        page.screenshot("later-missing").await?;
        run_to_the_end(&page).await?;
        page.click("#drawer .later__again").await?;
        page.until_text("#drawer .later [role=\"alert\"]", "could not be loaded")
            .await?;
        page.block(&[]).await?;
        page.click("#drawer .later__again").await?;
        page.element("#drawer .timeline").await?;
        let left = page.attributes("#drawer .later", "class").await?;
        ensure!(left.is_empty(), "{left:?}");
        Ok(())
    })
    .await
}
