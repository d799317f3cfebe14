//! Lessons while something waits: another chain that still runs, a stage that is typed into, and a result that came while the
//! lesson was out of sight.

use anyhow::Result;
use pipeyard_tests::browser::{Size, with_page_before};
use thirtyfour::Key;

use super::lessons::{answer, open_lesson, until_right, until_step, with_the_files};
use super::steps::{finished, open_pipeline, start, until_state};

#[tokio::test]
async fn what_still_runs_is_stopped_where_it_stands_in_the_way() -> Result<()> {
    with_page_before("lesson-busy", with_the_files, async |page| {
        open_pipeline(&page, "sleep 1000").await?;
        start(&page).await?;
        until_state(&page, "sleep", "running").await?;
        open_lesson(&page, "first-child").await?;
        page.click("[data-step=\"1\"]").await?;
        until_step(&page, "Every byte counts").await?;
        page.click("[data-load=\"0\"]").await?;
        page.element("[data-stage=printf]").await?;
        page.until_text("[data-exercise=\"0\"]", "Another chain still runs")
            .await?;
        // What is refused says so where it was asked for, and not before.
        let refused = "[data-given=\"0\"] [data-lesson-stop]";
        let there = format!("return !!document.querySelector('{refused}')");
        assert_eq!(page.evaluate(&there).await?, false);
        page.click("[data-load-run=\"0\"]").await?;
        page.until_text("[data-given=\"0\"]", "Another chain still runs")
            .await?;
        page.click(refused).await?;
        page.until_focus("[data-load-run=\"0\"]").await?;
        page.until_text("[data-exercise=\"0\"]", "Run your chain")
            .await?;
        assert_eq!(page.evaluate(&there).await?, false);
        // Nothing of what ran is worn by a chain that has no stage of it.
        page.until_done(
            "no time of another chain",
            "return !document.querySelector('.bar')",
        )
        .await?;
        answer(&page, 1, Ok("0")).await?;
        until_right(&page, 1).await?;
        page.click("[data-load-run=\"0\"]").await?;
        page.until_text("[data-question=\"1\"]", "Measured in your run: 0")
            .await
    })
    .await
}

#[tokio::test]
async fn a_chain_that_is_typed_into_shows_where() -> Result<()> {
    with_page_before("lesson-typed", with_the_files, async |page| {
        open_lesson(&page, "polling").await?;
        page.click("[data-step=\"5\"]").await?;
        until_step(&page, "Waiting for you").await?;
        page.click("[data-load=\"0\"]").await?;
        // It is selected, and its field is there.
        page.element("[data-stage=cat][aria-pressed=true]").await?;
        page.element("#typed-line").await?;
        page.until_text("[data-given=\"0\"]", "reads what you type")
            .await?;
        page.settled().await?;
        page.click("#run").await?;
        until_state(&page, "cat", "running").await?;
        page.click("[data-type-into=cat]").await?;
        page.until_focus("#typed-line").await?;
        page.press("hello").await?;
        page.press(Key::Enter + "").await?;
        page.click("#typed-end").await?;
        finished(&page).await
    })
    .await
}

#[tokio::test]
async fn on_a_phone_the_way_to_type_and_what_came_of_it_can_be_pressed() -> Result<()> {
    with_page_before("lesson-news", with_the_files, async |page| {
        page.resize(Size::PHONE).await?;
        page.click("#open-lessons").await?;
        page.click(".lessons__item[data-lesson=polling]").await?;
        until_step(&page, "What is it doing?").await?;
        page.click("[data-step=\"5\"]").await?;
        until_step(&page, "Waiting for you").await?;
        page.click("[data-load=\"0\"]").await?;
        page.element("[data-stage=cat]").await?;
        page.settled().await?;
        page.click("#run").await?;
        page.click("#lesson-type").await?;
        page.until_focus("#typed-line").await?;
        page.click("#typed-end").await?;
        page.press(Key::Escape + "").await?;
        finished(&page).await?;

        page.click("#open-lessons").await?;
        page.click("#lesson-all").await?;
        page.click(".lessons__item[data-lesson=first-child]")
            .await?;
        until_step(&page, "A program becomes a process").await?;
        page.click("[data-step=\"1\"]").await?;
        until_step(&page, "Every byte counts").await?;
        page.click("[data-start=\"0\"]").await?;
        page.element("[data-stage=echo]").await?;
        page.settled().await?;
        page.click("#run").await?;
        page.until_text("#lesson-news", "1 of 2 hold").await?;
        page.screenshot("lesson-news-phone").await?;
        page.click("#lesson-news").await?;
        page.until_text(
            "[data-exercise=\"0\"] [data-met=false]",
            "the output differs",
        )
        .await?;
        let left = "return !!document.querySelector('#lesson-news')";
        assert_eq!(page.evaluate(left).await?, false);
        page.click("[data-solution=\"0\"]").await?;
        page.click("[data-load-solution=\"0\"]").await?;
        page.element("[data-stage=printf]").await?;
        page.settled().await?;
        page.click("#run").await?;
        page.until_text("#lesson-news", "Done").await?;
        // The end says kindly that a solution was looked at.
        page.click("#lesson-news").await?;
        page.click("[data-step=\"6\"]").await?;
        until_step(&page, "Your turn").await?;
        page.click("#lesson-next").await?;
        page.until_text("#lesson-solutions", "the solution of one")
            .await
    })
    .await
}
