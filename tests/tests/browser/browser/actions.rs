//! Asking for things: the palette of actions.

use anyhow::Result;
use pipeyard_tests::browser::with_page;
use thirtyfour::Key;

use super::steps::stages;

#[tokio::test]
async fn all_that_can_be_done_is_found_by_typing() -> Result<()> {
    with_page("actions", async |page| {
        page.click("#title").await?;
        page.press_with(Key::Control, 'k').await?;
        page.element("#actions [role=combobox]").await?;
        page.screenshot("actions").await?;
        // What does not apply stands there with the reason, and choosing it does nothing.
        page.until_text("#actions [data-choice=undo][aria-disabled=true]", "There is nothing to undo").await?;
        page.press("uniq").await?;
        page.until(
            "the first found to be chosen",
            "return document.querySelector('#actions [role=combobox]').getAttribute('aria-activedescendant') \
                 === document.querySelector('#actions [data-choice=add-uniq]')?.id",
        )
        .await?;
        page.press(Key::Enter + "").await?;
        page.until("a fourth card", "return document.querySelectorAll('[data-stage]').length === 4").await?;
        page.until(
            "the focus to be where it was",
            "return !document.querySelector('#actions') && document.activeElement.id === 'title'",
        )
        .await?;
        // Found by a word of the other language; the arrows go round.
        page.press_with(Key::Control, 'k').await?;
        page.press("실행 취소").await?;
        page.element("#actions [data-choice=undo][aria-selected=true]").await?;
        page.press(Key::Enter + "").await?;
        page.until("three cards again", "return document.querySelectorAll('[data-stage]').length === 3").await?;
        page.press_with(Key::Control, 'k').await?;
        page.press("go to md5").await?;
        page.element("#actions [data-choice=go-md5sum][aria-selected=true]").await?;
        page.press(Key::Enter + "").await?;
        page.until(
            "the stage to be selected and to have the focus",
            "return document.activeElement.dataset.stage === 'md5sum' \
                 && document.activeElement.getAttribute('aria-pressed') === 'true'",
        )
        .await?;
        page.press_with(Key::Control, 'k').await?;
        page.element("#actions").await?;
        page.press(Key::Escape + "").await?;
        page.until("it to be closed", "return !document.querySelector('#actions')").await?;
        assert_eq!(stages(&page).await?, ["random", "openssl", "md5sum"]);
        Ok(())
    })
    .await
}
