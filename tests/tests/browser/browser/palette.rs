//! The palette: looking for a stage, adding it by keyboard, and what nobody has heard of.

use anyhow::Result;
use pipeyard_tests::browser::with_page;
use thirtyfour::Key;

use super::steps::{run_to_the_end, stages};

#[tokio::test]
async fn a_search_finds_by_name_and_by_what_it_does() -> Result<()> {
    with_page("palette-search", async |page| {
        let all = page.attributes("[data-template]", "data-template").await?;
        assert!(all.len() >= 45, "{}", all.len());
        page.click("#palette-search").await?;
        page.press("reverse").await?;
        page.element("[data-template=\"tac\"]").await?;
        page.until(
            "only what fits",
            "return document.querySelectorAll('[data-template]').length < 6",
        )
        .await?;
        page.press(Key::Escape + "").await?;
        page.until(
            "all of them again",
            "return document.querySelectorAll('[data-template]').length > 40",
        )
        .await?;
        let focused = page.evaluate("return document.activeElement.id").await?;
        assert_eq!(
            focused, "palette-search",
            "Escape empties the search and leaves the keyboard there"
        );
        Ok(())
    })
    .await
}

#[tokio::test]
async fn stages_are_added_by_keyboard_alone() -> Result<()> {
    with_page("palette-keys", async |page| {
        let before = stages(&page).await?.len();
        page.click("#palette-search").await?;
        page.press("base").await?;
        page.element("[data-template=\"base64\"]").await?;
        page.press(Key::Down + "").await?;
        page.press(Key::Down + "").await?;
        page.until(
            "the second of the list to have the focus",
            "return document.activeElement.dataset.template === 'unbase64'",
        )
        .await?;
        page.press(Key::Up + "").await?;
        page.press(Key::Enter + "").await?;
        page.until(
            "one more card",
            &format!(
                "return document.querySelectorAll('[data-stage]').length === {}",
                before + 1
            ),
        )
        .await?;
        assert!(stages(&page).await?.contains(&"base64".to_owned()));
        run_to_the_end(&page).await
    })
    .await
}

#[tokio::test]
async fn what_is_not_in_the_palette_is_added_as_a_program() -> Result<()> {
    with_page("palette-typed", async |page| {
        page.click("#palette-search").await?;
        page.press("tr a-f 'A-F'").await?;
        page.until_text("#add-typed", "tr a-f 'A-F'").await?;
        page.click("#add-typed").await?;
        page.element("[data-stage=\"tr\"]").await?;
        let second = page.evaluate("return document.querySelector('#argument-1').value").await?;
        assert_eq!(second, "A-F", "the quotes are a shell's and not the word's");
        page.fill("#palette-search", "").await?;
        page.click("#palette-search").await?;
        page.press("rev | tac").await?;
        page.press(Key::Enter + "").await?;
        page.element("[data-stage=\"rev\"]").await?;
        page.element("[data-stage=\"tac\"]").await?;
        run_to_the_end(&page).await?;
        page.click("#undo").await?;
        page.until("both gone in one step", "return !document.querySelector('[data-stage=\"rev\"]') && !document.querySelector('[data-stage=\"tac\"]')").await.map(drop)
    })
    .await
}

/// Whoever had searched could not go on by keys: letters went into the field, whatever they did.
#[tokio::test]
async fn escape_gives_the_keys_back_and_a_new_note_takes_them() -> Result<()> {
    with_page("palette-escape", async |page| {
        page.click("#palette-search").await?;
        page.press("so").await?;
        page.press(Key::Escape + "").await?;
        page.press(Key::Escape + "").await?;
        page.until(
            "the focus to leave the field",
            "return document.activeElement === document.body",
        )
        .await?;
        page.press("a").await?;
        page.until_focus("#adding [role=combobox]").await?;
        page.press(Key::Escape + "").await?;
        page.click("#add-note").await?;
        page.until_focus("#note-text").await?;
        page.press("Look: three lanes").await?;
        page.until_text("[data-note]", "Look: three lanes").await?;
        page.ask_for("empty chain", "new-chain").await?;
        page.element("[data-begin=example]").await.map(drop)
    })
    .await
}
