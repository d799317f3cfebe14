//! Several parts at once, groups, and notes.

use anyhow::Result;
use pipeyard_tests::browser::{Held, with_page};
use thirtyfour::Key;

use super::steps::{run_to_the_end, select, stages};

#[tokio::test]
async fn all_stages_are_bypassed_grouped_and_lined_up_at_once() -> Result<()> {
    with_page("several", async |page| {
        select(&page, "openssl").await?;
        page.press_with(Key::Control, 'a').await?;
        page.until_text(".inspector__name", "3 stages").await?;
        page.click("#bypass").await?;
        page.element("#bypass[aria-checked=\"true\"]").await?;
        page.click("#undo").await?;
        page.element("#bypass[aria-checked=\"false\"]").await?;
        page.click("#align-left").await?;
        page.until(
            "one left edge",
            "const left = new Set([...document.querySelectorAll('.canvas [data-stage]')].map(card => Math.round(card.getBoundingClientRect().left))); return left.size === 1",
        )
        .await?;
        page.click("#undo").await?;
        page.until(
            "their own places again",
            "return new Set([...document.querySelectorAll('.canvas [data-stage]')].map(card => Math.round(card.getBoundingClientRect().left))).size === 3",
        )
        .await?;
        page.press_with(Key::Control, 'g').await?;
        page.element("#group-title").await?;
        // Without a name of its own it says what it is of.
        page.until_text(".inspector__title", "Group3 stages").await?;
        page.until_text(".group__title", "Group").await?;
        page.fill("#group-title", "Everything").await?;
        page.until_text(".group__title", "Everything").await?;
        // The frame is dragged by its title, and what stands in it goes along.
        let from = page.place(".group__title", 0.5, 0.5).await?;
        let before = page.place(".canvas [data-stage=\"openssl\"]", 0.0, 0.0).await?;
        page.hold(from, (from.0 + 30, from.1 + 60)).await?;
        page.release().await?;
        page.until_at(".canvas [data-stage=\"openssl\"]", (0.0, 0.0), (before.0 + 30, before.1 + 60)).await?;
        page.until_at(".group__title", (0.5, 0.5), (from.0 + 30, from.1 + 60)).await?;
        page.click("#undo").await?;
        page.until_at(".group__title", (0.5, 0.5), from).await?;
        page.click("#collapse").await?;
        page.until("one card", "return document.querySelectorAll('.canvas [data-stage]').length === 0 && document.querySelectorAll('.card--group').length === 1").await?;
        run_group(&page).await?;
        page.click(".group__fold").await?;
        page.until("all cards", "return document.querySelectorAll('.canvas [data-stage]').length === 3").await?;
        page.click("#ungroup").await?;
        page.until("no frame", "return !document.querySelector('.group')").await?;
        page.click("#remove-all").await?;
        page.until("no card", "return !document.querySelector('.canvas [data-stage]')").await?;
        page.click("#undo").await?;
        page.until("all cards again", "return document.querySelectorAll('.canvas [data-stage]').length === 3").await?;
        assert_eq!(stages(&page).await?.len(), 3);
        run_to_the_end(&page).await
    })
    .await
}

/// Runs what one card stands for.
async fn run_group(page: &pipeyard_tests::browser::Page) -> Result<()> {
    page.press_with(Key::Control, Key::Enter).await?;
    page.element(".card--group[data-state=\"fine\"]")
        .await
        .map(drop)
}

#[tokio::test]
async fn a_note_is_written_moved_sized_and_taken_away() -> Result<()> {
    with_page("notes", async |page| {
        page.click("#add-note").await?;
        page.element("[data-note]").await?;
        page.fill("#note-text", "Look here").await?;
        page.until_text("[data-note]", "Look here").await?;
        // It is dragged, and the way back is one step.
        let from = page.place("[data-note]", 0.5, 0.5).await?;
        page.hold(from, (from.0 + 70, from.1 - 40)).await?;
        page.release().await?;
        page.until_at("[data-note]", (0.5, 0.5), (from.0 + 70, from.1 - 40))
            .await?;
        page.click("#undo").await?;
        page.until_at("[data-note]", (0.5, 0.5), from).await?;
        page.evaluate("document.querySelector('[data-note]').focus()")
            .await?;
        let place =
            "return JSON.stringify(document.querySelector('[data-note]').getBoundingClientRect())";
        let before = page.evaluate(place).await?;
        page.press_with(Key::Shift, Key::Right).await?;
        page.until(
            "another place",
            &format!("return (() => {{ {place} }})() !== {before}"),
        )
        .await?;
        page.press_with(Key::Alt, Key::Down).await?;
        page.until(
            "a larger one",
            "return document.querySelector('#note-height').value === '120'",
        )
        .await?;
        // In place: Enter opens it, Escape leaves it with what was written.
        page.press(Key::Enter + "").await?;
        page.element("textarea.note").await?;
        page.press("In place").await?;
        // The wheel is the field's.
        page.wheel(page.middle("textarea.note").await?, 0.0, 100.0, Held::NONE)
            .await?;
        page.until_text("[data-look=whole]", "100 %").await?;
        page.press(Key::Escape + "").await?;
        page.until_text("[data-note]", "In place").await?;
        page.until(
            "the focus on the note",
            "return document.activeElement.matches('[data-note]')",
        )
        .await?;
        page.press(Key::Delete + "").await?;
        page.until("no note", "return !document.querySelector('[data-note]')")
            .await?;
        page.click("#undo").await?;
        page.until_text("[data-note]", "In place").await
    })
    .await
}
