//! What whoever plays with the page expects of it.

use anyhow::{Context, Result, ensure};
use pipeyard_tests::browser::{Size, with_page};
use thirtyfour::Key;

use super::steps::{finished, open_pipeline, run_to_the_end, select, start, until_state};

#[tokio::test]
async fn run_names_its_shortcut() -> Result<()> {
    with_page("run-shortcut", async |page| {
        page.until_text("#run kbd", "Ctrl").await?;
        let keys = page.attributes("#run", "aria-keyshortcuts").await?;
        assert_eq!(keys, ["Control+Enter"]);
        start(&page).await?;
        finished(&page).await
    })
    .await
}

/// From the printed address to bytes that came out, with one press.
#[tokio::test]
async fn something_has_run_soon_after_arriving() -> Result<()> {
    with_page("arrived", async |page| {
        page.open().await?;
        page.click("#run").await?;
        page.until_text("#stdout [data-lane=\"1\"]", "-").await?;
        let passed = page.evaluate("return performance.now()").await?;
        let passed = passed.as_f64().context("milliseconds")?;
        // A second on an idle machine; a busy one only proves that nothing waits for anything long.
        println!("it took {passed:.0} ms");
        ensure!(passed < 30_000.0, "it took {passed:.0} ms");
        Ok(())
    })
    .await
}

/// What has come out is there while the run goes on.
#[tokio::test]
async fn output_is_shown_as_it_comes() -> Result<()> {
    with_page("streams", async |page| {
        open_pipeline(&page, "sh -c 'echo first; exec sleep 60' | cat").await?;
        start(&page).await?;
        page.until_text("#stdout", "first").await?;
        until_state(&page, "cat", "running").await?;
        page.click("#stop").await?;
        finished(&page).await
    })
    .await
}

/// A result stays while one edits, and what is older than the chain says so.
#[tokio::test]
async fn an_older_result_says_so() -> Result<()> {
    with_page("older", async |page| {
        run_to_the_end(&page).await?;
        let older = "return document.querySelectorAll('[data-stage][data-stale=true]').length";
        assert_eq!(page.evaluate(older).await?, 0);
        select(&page, "md5sum").await?;
        page.fill("#stage-program", "sha256sum").await?;
        page.element("[data-stage=\"md5sum\"][data-stale=true]")
            .await?;
        page.until_text("#stdout", "-").await?;
        run_to_the_end(&page).await?;
        page.until("a result of this chain", &format!("{older} === 0"))
            .await
            .map(drop)
    })
    .await
}

/// The narrowest screens: the list is there, nothing is cut, and it runs.
#[tokio::test]
async fn a_window_of_360_pixels_lists_and_runs() -> Result<()> {
    with_page("narrowest", async |page| {
        page.resize(Size::new(360, 640)).await?;
        page.lies_well().await?;
        page.click("#run").await?;
        finished(&page).await?;
        page.settled().await?;
        page.lies_well().await
    })
    .await
}

/// In a text field Ctrl and Z are the field's: the chain keeps what was added to it.
#[tokio::test]
async fn taking_back_in_a_field_takes_back_there() -> Result<()> {
    with_page("field-undo", async |page| {
        page.click("[data-template=\"wc\"]").await?;
        page.element("[data-stage=\"wc\"]").await?;
        page.click("#title").await?;
        page.press("x").await?;
        page.press_with(Key::Control, 'z').await?;
        page.press_with(Key::Control, 'z').await?;
        page.press_with(Key::Control, 'z').await?;
        page.settled().await?;
        let there = page
            .evaluate("return !!document.querySelector('[data-stage=\"wc\"]')")
            .await?;
        ensure!(there == true, "a stage was taken back");
        Ok(())
    })
    .await
}
