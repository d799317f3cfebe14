//! Everything without a mouse.

use anyhow::{Result, ensure};
use pipeyard_tests::browser::{Page, Size, with_page};
use thirtyfour::Key;

use super::steps::{finished, open_chain, start};

const EMPTY: &str = r#"{"pipeyard":1,"stages":[],"wires":[]}"#;

/// Sees that no pointer ever touches the page.
async fn without_a_pointer(page: &Page) -> Result<()> {
    page.evaluate(
        "window.pointed = 0; \
         for (const kind of ['pointerdown', 'mousedown', 'touchstart', 'wheel']) \
             addEventListener(kind, () => { window.pointed++; }, { capture: true, passive: true })",
    )
    .await
    .map(drop)
}

async fn until_stages(page: &Page, count: usize) -> Result<()> {
    let body = format!("return document.querySelectorAll('[data-stage]').length === {count}");
    page.until(&format!("{count} stages"), &body)
        .await
        .map(drop)
}

/// Writes what the selected input gives, by Tab and by typing.
async fn give_lines(page: &Page) -> Result<()> {
    page.tab_to("#input-content").await?;
    page.overwrite("9\n10\n11\n").await
}

/// What a screen reader is told, and what the output shows, of the numbers 9 to 11 in the order of text.
async fn read_the_result(page: &Page) -> Result<()> {
    finished(page).await?;
    page.until_text("#live", "ended").await?;
    page.tab_to("#stdout button").await?;
    page.until_text("#stdout", "10").await?;
    let lines = page.texts("#stdout [data-lane=\"1\"]").await?;
    ensure!(lines == ["10", "11", "9"], "the output is {lines:?}");
    ensure!(
        page.evaluate("return window.pointed").await? == 0,
        "a pointer was used"
    );
    Ok(())
}

#[tokio::test]
async fn a_chain_is_composed_wired_run_and_read_by_keyboard_alone() -> Result<()> {
    with_page("keyboard-canvas", async |page| {
        open_chain(&page, EMPTY).await?;
        without_a_pointer(&page).await?;
        page.ask_for("add text", "add-text").await?;
        until_stages(&page, 1).await?;
        give_lines(&page).await?;
        // Joined to what is selected.
        page.ask_for("sort", "add-sort").await?;
        until_stages(&page, 2).await?;
        page.element("[data-wire]").await?;
        start(&page).await?;
        read_the_result(&page).await?;
        // From stage to stage by arrows; away and back again.
        page.ask_for("go to text", "go-text").await?;
        page.until_focus("[data-stage=\"text\"]").await?;
        page.press(Key::Right + "").await?;
        page.until_focus("[data-stage=\"sort\"]").await?;
        page.press(Key::Delete + "").await?;
        until_stages(&page, 1).await?;
        page.press_with(Key::Control, 'z').await?;
        until_stages(&page, 2).await?;
        ensure!(
            page.evaluate("return window.pointed").await? == 0,
            "a pointer was used"
        );
        Ok(())
    })
    .await
}

/// The same in the list, which a phone with a keyboard, or a window at 200 percent, shows.
#[tokio::test]
async fn the_list_does_the_same_by_keyboard_alone() -> Result<()> {
    with_page("keyboard-list", async |page| {
        page.resize(Size::PHONE).await?;
        open_chain(&page, EMPTY).await?;
        without_a_pointer(&page).await?;
        for stage in ["text", "sort"] {
            page.tab_to("#add-stage").await?;
            page.press(Key::Enter + "").await?;
            page.tab_to("#palette-search").await?;
            page.press(stage).await?;
            page.press(Key::Enter + "").await?;
            page.element("#stage-label").await?;
            if stage == "text" {
                give_lines(&page).await?;
            }
            page.press(Key::Escape + "").await?;
            page.until(
                "the sheet to close",
                "return !document.querySelector('[aria-modal=true]')",
            )
            .await?;
        }
        page.element("[data-wire]").await?;
        start(&page).await?;
        read_the_result(&page).await
    })
    .await
}
