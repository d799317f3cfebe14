//! The outline does what the canvas does.

use anyhow::Result;
use pipeyard_tests::browser::{Page, with_page};

use thirtyfour::Key;

use super::steps::{open_pipeline, run_to_the_end};

async fn open_line(page: &Page, line: &str) -> Result<()> {
    open_pipeline(page, line).await?;
    page.click("#picture-outline").await?;
    page.element(".outline [data-stage]").await.map(drop)
}

/// Goes to a list by Tab, along it by arrows, which changes nothing, and chooses by Enter.
async fn choose(page: &Page, step: &str, text: &str) -> Result<()> {
    let button = format!("[data-step=\"{step}\"]");
    page.tab_to(&button).await?;
    page.press(Key::Down + "").await?;
    page.press(Key::Enter + "").await?;
    page.choose(text, text).await
}

async fn until_stages(page: &Page, count: usize) -> Result<()> {
    let body =
        format!("return document.querySelectorAll('.outline [data-stage]').length === {count}");
    page.until("as many stages", &body).await.map(drop)
}

#[tokio::test]
async fn stages_are_added_moved_bypassed_and_removed() -> Result<()> {
    with_page("outline", async |page| {
        open_line(&page, "seq 30 | sort").await?;
        page.click(".outline [data-stage=\"sort\"]").await?;
        choose(&page, "add-before", "grep").await?;
        until_stages(&page, 3).await?;
        page.until_focus(".outline [data-stage=\"grep\"]").await?;
        page.until_text(".outline", "reads from grep").await?;
        page.click(".outline [data-stage=\"sort\"]").await?;
        page.click("[data-step=\"left\"]").await?;
        page.until_text(".outline", "reads from sort").await?;
        page.click("[data-step=\"bypass\"]").await?;
        page.until_text(".outline", "left out of runs").await?;
        page.click("[data-step=\"remove\"]").await?;
        until_stages(&page, 2).await?;
        // The button is gone with its stage; a stage has the focus.
        page.until_focus(".outline [data-stage]").await?;
        page.click("#undo").await?;
        until_stages(&page, 3).await?;
        page.screenshot("outline").await
    })
    .await
}

#[tokio::test]
async fn wires_are_joined_led_elsewhere_and_cut() -> Result<()> {
    with_page("outline-wires", async |page| {
        open_line(&page, "seq 3 | cat").await?;
        page.click(".outline [data-stage=\"seq\"]").await?;
        choose(&page, "add-branch", "sort").await?;
        until_stages(&page, 3).await?;
        page.click(".outline [data-stage=\"sort\"]").await?;
        choose(&page, "connect", "stdout → cat stdin").await?;
        page.until_text(".outline", "merged").await?;
        page.screenshot("outline-merged").await?;
        page.click(".outline [data-wire=\"w1\"]").await?;
        page.click("[data-step=\"disconnect\"]").await?;
        page.until(
            "two wires",
            "return document.querySelectorAll('.outline [data-wire]').length === 2",
        )
        .await?;
        run_to_the_end(&page).await?;
        page.until_text(".outline", "3 lines in").await
    })
    .await
}

/// On the canvas it stands where nothing else does.
#[tokio::test]
async fn a_note_is_put_below_the_chain() -> Result<()> {
    with_page("outline-note", async |page| {
        page.click("#picture-both").await?;
        page.click("#outline-add-note").await?;
        page.until(
            "a note below all cards",
            "const note = document.querySelector('.canvas [data-note]')?.getBoundingClientRect(); \
             const cards = [...document.querySelectorAll('.canvas [data-stage]')].map(card => card.getBoundingClientRect().bottom); \
             return !!note && cards.length === 3 && note.top > Math.max(...cards)",
        )
        .await
        .map(drop)
    })
    .await
}

/// Both stay in step, and a reload keeps the choice.
#[tokio::test]
async fn canvas_and_outline_show_the_same_selection() -> Result<()> {
    with_page("outline-both", async |page| {
        open_line(&page, "seq 3 | cat").await?;
        page.click("#picture-both").await?;
        page.click(".outline [data-stage=\"cat\"]").await?;
        page.element(".canvas [data-stage=\"cat\"][aria-pressed=\"true\"]")
            .await?;
        page.reload().await?;
        page.element(".picture--both .outline [data-stage]")
            .await
            .map(drop)
    })
    .await
}
