//! The light that tells whether the runner is there.

use anyhow::Result;
use pipeyard_tests::TestRunner;
use pipeyard_tests::browser::with_page;

use super::steps::{arguments, run_to_the_end, select, start, until_state};

#[tokio::test]
async fn a_runner_that_goes_and_comes_back_is_told() -> Result<()> {
    with_page("connection", async |page| {
        // The browser itself writes these when a socket cannot be opened.
        page.forgive("ERR_CONNECTION_REFUSED");
        page.forgive("WebSocket connection to");
        page.forgive("403 (Forbidden)");
        let port = page.with_runner(TestRunner::port)?;
        page.kill_runner();
        page.until(
            "the light to go out",
            "return ['lost', 'notfound'].includes(document.querySelector('#link').dataset.state)",
        )
        .await?;
        page.screenshot("runner-gone").await?;
        // Another runner has another token, so its printed address has to be opened.
        page.replace_runner(TestRunner::start_on(port, &[], &[])?);
        page.open().await?;
        run_to_the_end(&page).await?;
        page.until_text("[data-stage=\"md5sum\"]", "exit 0").await
    })
    .await
}

/// A reload in the middle of a run finds the run again.
#[tokio::test]
async fn a_run_survives_a_reload() -> Result<()> {
    with_page("run-survives", async |page| {
        select(&page, "md5sum").await?;
        page.fill("#stage-program", "sleep").await?;
        arguments(&page, &["60"]).await?;
        start(&page).await?;
        until_state(&page, "md5sum", "running").await?;
        page.reload().await?;
        until_state(&page, "md5sum", "running").await?;
        page.click("#stop").await?;
        until_state(&page, "md5sum", "failed").await
    })
    .await
}
