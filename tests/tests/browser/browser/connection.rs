//! The light that tells whether the runner is there.

use std::fs;

use anyhow::Result;
use pipeyard_tests::TestRunner;
use pipeyard_tests::browser::{Page, with_page, with_page_before};
use rustix::process::Signal;

use super::steps::{
    arguments, finished, open_pipeline, run_to_the_end, select, start, until_state,
};

#[tokio::test]
async fn a_runner_that_goes_and_comes_back_is_told() -> Result<()> {
    with_page("connection", async |page| {
        // The browser itself writes these when a socket cannot be opened.
        page.forgive("ERR_CONNECTION_REFUSED");
        page.forgive("WebSocket connection to");
        page.forgive("403 (Forbidden)");
        let port = page.with_runner(TestRunner::port)?;
        page.kill_runner();
        page.element("#link[data-state=lost]").await?;
        page.until_text(".notice", "connection to the runner is lost")
            .await?;
        page.screenshot("runner-gone").await?;
        // Another runner has another token, so its printed address has to be opened: the page says that.
        page.replace_runner(TestRunner::start_on(port, &[], &[])?);
        page.element("#link[data-state=notfound]").await?;
        page.until_text(".notice", "open the address that a running one printed")
            .await?;
        page.open().await?;
        run_to_the_end(&page).await?;
        page.until_text("[data-stage=\"md5sum\"]", "exit 0").await
    })
    .await
}

/// What runs may finish, and the page says so; the next runner of the same key is found by the page itself.
#[tokio::test]
async fn a_runner_that_is_about_to_end_says_so() -> Result<()> {
    with_page("draining", async |page| {
        page.forgive("ERR_CONNECTION_REFUSED");
        page.forgive("WebSocket connection to");
        page.forgive("503 (Service Unavailable)");
        open_pipeline(
            &page,
            "sh -c 'until [ -e go ]; do sleep 0.02; done; echo last' | cat",
        )
        .await?;
        start(&page).await?;
        page.with_runner(|runner| runner.send(Signal::TERM))??;
        page.until_text(".notice", "starts nothing new").await?;
        page.with_runner(|runner| fs::write(runner.workspace().join("go"), ""))??;
        page.screenshot("draining").await?;
        finished(&page).await?;
        page.until_text("#stdout", "last").await?;
        page.until_text(".notice", "connection to the runner is lost")
            .await?;
        let (port, key) = page.with_runner(|runner| (runner.port(), runner.token().to_owned()))?;
        page.replace_runner(TestRunner::start_on(port, &["--token", &key], &[])?);
        page.element("#link[data-state=connected]").await?;
        let hidden = "return document.querySelector('#notice').hidden";
        page.until("the notice to go", hidden).await?;
        Ok(())
    })
    .await
}

/// A connection that breaks comes back by itself, and with it what happened meanwhile.
#[tokio::test]
async fn a_connection_that_breaks_is_made_again() -> Result<()> {
    with_page("resumed", async |page| {
        page.begin_with(
            "const Real = window.WebSocket; window.sockets = []; \
             window.WebSocket = class extends Real { constructor(...all) { super(...all); window.sockets.push(this); } }",
        )
        .await?;
        open_pipeline(
            &page,
            "sh -c 'echo first; until [ -e go ]; do sleep 0.02; done; echo last' | cat",
        )
        .await?;
        start(&page).await?;
        page.until_text("#stdout", "first").await?;
        page.evaluate("window.stayed = true; window.seen = []; \
             new MutationObserver(() => window.seen.push(document.querySelector('#link').dataset.state)) \
                 .observe(document.querySelector('#link'), { attributes: true }); \
             window.sockets.at(-1).close()")
            .await?;
        page.until("the light to go out", "return window.seen.includes('lost')")
            .await?;
        page.with_runner(|runner| fs::write(runner.workspace().join("go"), ""))??;
        page.until(
            "another connection",
            "return window.sockets.length > 1 && !!document.querySelector('#link[data-state=connected]')",
        )
        .await?;
        finished(&page).await?;
        page.until_text("#stdout", "last").await?;
        assert_eq!(page.evaluate("return window.stayed").await?, true);
        Ok(())
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

/// A key of a runner that is started again: with it the browser is let in as before.
const KEY: (&str, &str) = ("PIPEYARD_TOKEN", "the-key-of-this-test-and-no-other");

/// What the browser itself writes when a socket cannot be opened.
fn forgive(page: &Page) {
    page.forgive("ERR_CONNECTION_REFUSED");
    page.forgive("WebSocket connection to");
}

async fn run_of_a_minute(page: &Page) -> Result<()> {
    select(page, "md5sum").await?;
    page.fill("#stage-program", "sleep").await?;
    arguments(page, &["60"]).await?;
    start(page).await?;
    until_state(page, "md5sum", "running").await
}

/// A runner that has ended: the page says so and how to start one, keeps the work, and goes on by itself.
#[tokio::test]
async fn a_runner_that_ended_is_started_by_the_line_that_is_shown() -> Result<()> {
    let runner = || TestRunner::start_with(&[], &[KEY]);
    with_page_before("runner-ended", runner, async |page| {
        forgive(&page);
        run_of_a_minute(&page).await?;
        let port = page.with_runner(TestRunner::port)?;
        page.kill_runner();
        // Its end is seen at once; that nobody is there only after some tries.
        page.element("#link[data-state=lost]").await?;
        page.until_text("#notice", "connection to the runner is lost")
            .await?;
        let line = format!("pipeyard --open --listen 127.0.0.1:{port}");
        page.until_text("#start-line", &line).await?;
        page.until_text("#lost-at", "last heard at").await?;
        page.element("#stop[aria-disabled=true]").await?;
        page.element("#link[data-state=notfound]").await?;
        page.until_text("#notice", "No runner lets this page in")
            .await?;
        page.until_text("#retry-in", "tries again in").await?;
        // The line can be copied.
        page.click("#copy-start").await?;
        page.until_text("#toasts", "Copied").await?;
        page.screenshot("runner-ended").await?;
        // The chain can be edited.
        page.fill("#title", "Edited without a runner").await?;
        page.replace_runner(TestRunner::start_on(port, &[], &[KEY])?);
        page.element("#link[data-state=connected]").await?;
        page.until(
            "the notice to be gone",
            "return !document.querySelector('#notice').checkVisibility()",
        )
        .await?;
        let title = "return document.querySelector('#title').value";
        assert_eq!(page.evaluate(title).await?, "Edited without a runner");
        page.until_text(".result", "this run is gone").await?;
        select(&page, "md5sum").await?;
        arguments(&page, &["0"]).await?;
        run_to_the_end(&page).await
    })
    .await
}

/// A runner that does not answer for a while: its run goes on, and the page gets what it missed.
#[tokio::test]
async fn a_runner_that_was_lost_is_found_again_with_its_run() -> Result<()> {
    with_page("runner-lost", async |page| {
        forgive(&page);
        run_of_a_minute(&page).await?;
        page.with_runner(|runner| runner.send(Signal::STOP))??;
        // Two pings may have to go unanswered, which takes longer than anything else that is waited for.
        if page.element("#link[data-state=lost]").await.is_err() {
            page.element("#link[data-state=lost]").await?;
        }
        page.until_text("#notice", "connection to the runner is lost")
            .await?;
        // It is tried while the runner sleeps: nobody says no.
        page.click("#try-now").await?;
        page.until_text("#retry-in", "connecting").await?;
        page.element("#link[data-state=lost]").await?;
        page.screenshot("runner-lost").await?;
        page.with_runner(|runner| runner.send(Signal::CONT))??;
        page.element("#link[data-state=connected]").await?;
        until_state(&page, "md5sum", "running").await?;
        page.click("#stop").await?;
        until_state(&page, "md5sum", "failed").await
    })
    .await
}
