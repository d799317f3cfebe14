//! Running, stopping, and what goes wrong.

use anyhow::{Result, ensure};
use pipeyard_tests::browser::{Size, with_page};
use thirtyfour::Key;

use super::steps::{
    arguments, finished, open_pipeline, run_to_the_end, select, start, until_state,
};

#[tokio::test]
async fn escape_stops_a_run() -> Result<()> {
    with_page("escape", async |page| {
        select(&page, "md5sum").await?;
        page.fill("#stage-program", "sleep").await?;
        arguments(&page, &["60"]).await?;
        start(&page).await?;
        until_state(&page, "md5sum", "running").await?;
        page.element("#stop").await?;
        page.screenshot("running").await?;
        page.press(Key::Escape + "").await?;
        finished(&page).await?;
        until_state(&page, "md5sum", "failed").await?;
        page.until_text("[data-stage=\"md5sum\"]", "cancelled")
            .await?;
        page.click("#tab-story").await?;
        page.until_text("#story", "stopped by hand").await?;
        let left = page.with_runner(|runner| {
            let mut left = runner.descendants();
            left.retain(|process| process.name == "sleep");
            left
        })?;
        ensure!(left.is_empty(), "still alive: {left:?}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_buttons_do_what_the_keys_do() -> Result<()> {
    with_page("buttons", async |page| {
        page.click("#run").await?;
        finished(&page).await?;
        page.until_text("[data-stage=\"md5sum\"]", "exit 0").await
    })
    .await
}

#[tokio::test]
async fn an_unknown_program_is_named() -> Result<()> {
    with_page("unknown-program", async |page| {
        select(&page, "md5sum").await?;
        page.fill("#stage-program", "no-such-program-of-ours")
            .await?;
        start(&page).await?;
        page.until_text("#problems", "no-such-program-of-ours")
            .await?;
        page.screenshot("unknown-program").await?;
        // Put right, it runs.
        page.fill("#stage-program", "md5sum").await?;
        run_to_the_end(&page).await?;
        page.until_text("[data-stage=\"md5sum\"]", "exit 0").await
    })
    .await
}

/// On a phone too, what the runner found stands at the card and at the field.
#[tokio::test]
async fn an_unknown_program_is_named_at_its_card_and_field_on_a_phone() -> Result<()> {
    with_page("unknown-program-phone", async |page| {
        page.resize(Size::PHONE).await?;
        select(&page, "md5sum").await?;
        page.fill("#stage-program", "no-such-program-of-ours")
            .await?;
        page.press(Key::Escape + "").await?;
        start(&page).await?;
        page.until_text("#problems", "no-such-program-of-ours")
            .await?;
        page.until_text("[data-stage=\"md5sum\"] .card__word", "1 problem")
            .await?;
        page.click("[data-stage=\"md5sum\"]").await?;
        page.element("#stage-program[aria-invalid=true]")
            .await
            .map(drop)
    })
    .await
}

#[tokio::test]
async fn a_stage_that_fails_says_how() -> Result<()> {
    with_page("failing", async |page| {
        select(&page, "md5sum").await?;
        page.fill("#stage-program", "false").await?;
        run_to_the_end(&page).await?;
        until_state(&page, "md5sum", "failed").await?;
        page.until_text("[data-stage=\"md5sum\"]", "exit 1").await
    })
    .await
}

/// A run's clock is the runner's: a page that is loaded again does not begin to count anew.
#[tokio::test]
async fn the_clock_goes_on_over_a_reload() -> Result<()> {
    with_page("clock", async |page| {
        open_pipeline(&page, "sleep 1000").await?;
        start(&page).await?;
        // How much longer the run has gone on than the page is there, in milliseconds.
        let ahead = "const [, minutes, seconds] = document.querySelector('.result')?.textContent.match(/(?:(\\d+) min )?([\\d.]+) s/) ?? []; \
                     const ran = (Number(minutes ?? 0) * 60 + Number(seconds ?? 0)) * 1000";
        page.until("three seconds", &format!("{ahead}; return ran >= 3000"))
            .await?;
        page.reload().await?;
        page.until(
            "what ran before the page was loaded",
            &format!("{ahead}; return ran > performance.now() + 1000"),
        )
        .await
        .map(drop)
    })
    .await
}
