//! What is seen of a run while it goes on, and afterwards.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use anyhow::Result;
use pipeyard_tests::TestRunner;
use pipeyard_tests::browser::{with_page, with_page_before};
use tempfile::TempDir;
use thirtyfour::Key;

use super::steps::{finished, open_pipeline, run_to_the_end, start};

/// A folder with a `yes` that waits for the file `go` before it becomes the real one.
fn gated_yes() -> Result<TempDir> {
    let folder = TempDir::with_prefix("pipeyard-gate-")?;
    let file = folder.path().join("yes");
    let text = "#!/bin/sh\nuntil [ -e go ]; do sleep 0.02; done\nPATH=${PATH#*:} exec yes \"$@\"\n";
    fs::write(&file, text)?;
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755))?;
    Ok(folder)
}

/// `sort` cannot give its first line before it has read the last one; and `yes` ends because its reader left.
/// The chain is over in an instant, so it begins when a person has said how slowly it is to go.
#[tokio::test]
async fn sort_is_seen_to_hold_everything_back_and_yes_to_have_lost_its_reader() -> Result<()> {
    let gate = gated_yes()?;
    let path = std::env::var("PATH")?;
    let path = format!("{}:{path}", gate.path().display());
    let start_runner = || TestRunner::start_with(&[], &[("PATH", &path)]);
    with_page_before("holding", start_runner, async |page| {
        open_pipeline(&page, "yes | head -100000 | sort | uniq -c").await?;
        start(&page).await?;
        // From `head` to `sort`: two hundred kilobytes will take twenty seconds.
        page.click("[data-wire=\"w2\"]").await?;
        page.click("#pace-rate option[value=\"10000\"]").await?;
        page.until_text("#pace-now", "10 kB/s").await?;
        page.with_runner(|runner| fs::write(runner.workspace().join("go"), ""))??;
        page.until_text("[data-stage=\"sort\"]", "nothing out yet")
            .await?;
        page.screenshot("holding").await?;
        page.click("#pace-open").await?;
        finished(&page).await?;
        page.until_text("#stdout", "100000 y").await?;
        page.until_text("[data-stage=\"yes\"]", "SIGPIPE").await?;
        page.until_text("[data-stage=\"yes\"]", "head").await?;
        page.click("#tab-story").await?;
        page.until_text("#story", "sort").await?;
        page.until_text("#story", "SIGPIPE").await?;
        page.screenshot("held").await
    })
    .await
}

/// A paused wire stands still until it is opened again, and loses nothing.
#[tokio::test]
async fn a_wire_is_paused_and_opened() -> Result<()> {
    let gate = gated_yes()?;
    let path = std::env::var("PATH")?;
    let path = format!("{}:{path}", gate.path().display());
    let start_runner = || TestRunner::start_with(&[], &[("PATH", &path)]);
    with_page_before("pace", start_runner, async |page| {
        open_pipeline(&page, "yes | head -1000000 | wc -l").await?;
        start(&page).await?;
        page.click("[data-wire=\"w1\"]").await?;
        page.click("#pace-pause").await?;
        page.element("[data-wire=\"w1\"][data-state=\"paused\"]")
            .await?;
        // Only now does it begin to write, until nothing more fits into the pipe.
        page.with_runner(|runner| fs::write(runner.workspace().join("go"), ""))??;
        page.element("[data-stage=\"yes\"][data-doing=\"blocked_writing\"]")
            .await?;
        page.until_text("[data-stage=\"head\"]", "waiting for input")
            .await?;
        page.screenshot("paused").await?;
        page.click("#pace-open").await?;
        finished(&page).await?;
        page.until_text("#stdout", "1000000").await
    })
    .await
}

/// The scrubber takes the whole page back to an instant, and Escape brings it to the end again.
#[tokio::test]
async fn the_scrubber_takes_the_page_back() -> Result<()> {
    with_page("scrubber", async |page| {
        run_to_the_end(&page).await?;
        page.click("#tab-timeline").await?;
        let state = "return document.querySelector('[data-stage=\"md5sum\"]').dataset.state";
        assert_eq!(page.evaluate(state).await?, "fine");
        page.evaluate("document.querySelector('#scrubber').focus()")
            .await?;
        page.press(Key::Home + "").await?;
        page.until(
            "nothing has ended yet",
            "return document.querySelector('[data-stage=\"md5sum\"]').dataset.state !== 'fine'",
        )
        .await?;
        page.screenshot("scrubbed").await?;
        page.press(Key::Escape + "").await?;
        page.until(
            "the end again",
            "return document.querySelector('[data-stage=\"md5sum\"]').dataset.state === 'fine'",
        )
        .await
        .map(drop)
    })
    .await
}

/// What one sees of the bytes is chosen by them, until a person chooses.
#[tokio::test]
async fn a_table_is_shown_as_one() -> Result<()> {
    with_page("table", async |page| {
        open_pipeline(&page, "printf 'name,age\\nann,7\\nbob,12\\n' | cat").await?;
        run_to_the_end(&page).await?;
        page.click("[data-wire]").await?;
        page.click("#view-table").await?;
        page.until_text("table", "bob").await?;
        page.click("#view-text").await?;
        page.fill("#data-search", "ann").await?;
        page.element("mark").await.map(drop)
    })
    .await
}

/// A line that is too long for the view is folded where a person wants that, and goes to the clipboard as it is.
#[tokio::test]
async fn long_lines_are_folded_and_copied_whole() -> Result<()> {
    with_page("wrapped", async |page| {
        page.allow_clipboard().await?;
        open_pipeline(&page, "printf '%0400d\\n' 7 | cat").await?;
        run_to_the_end(&page).await?;
        page.click("[data-wire]").await?;
        page.until_text("#data", "0007").await?;
        let rows = "return document.querySelectorAll('#data .row').length";
        assert_eq!(page.evaluate(rows).await?, 1);
        page.click("#view-wrap").await?;
        page.until("several rows", &format!("{rows} > 1")).await?;
        page.click("#data-copy").await?;
        let body = "return navigator.clipboard.readText().then(text => text.trim().length === 400)";
        page.until("the line on the clipboard", body)
            .await
            .map(drop)
    })
    .await
}
