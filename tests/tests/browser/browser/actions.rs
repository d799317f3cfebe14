//! Asking for things: the palette of actions.

use anyhow::Result;
use pipeyard_tests::browser::{Page, Theme, with_page};
use thirtyfour::Key;

use super::steps::{select, select_card, stages};

/// Opens the palette of actions, where the next key is typed.
async fn open(page: &Page) -> Result<()> {
    page.press_with(Key::Control, 'k').await?;
    page.until(
        "the field to have the focus",
        "return !!document.activeElement.closest('#actions [role=combobox]')",
    )
    .await
    .map(drop)
}

#[tokio::test]
async fn all_that_can_be_done_is_found_by_typing() -> Result<()> {
    with_page("actions", async |page| {
        page.click("#title").await?;
        open(&page).await?;
        page.screenshot("actions").await?;
        // What can be done just now comes first.
        page.until(
            "no reason why not above what can be done",
            "const can = [...document.querySelectorAll('#actions [data-choice]')].map(item => item.ariaDisabled !== 'true'); \
             const first = can.indexOf(false); return can[0] && (first < 0 || first > can.lastIndexOf(true))",
        )
        .await?;
        // What does not apply stands there with the reason, and choosing it does nothing.
        page.press("undo").await?;
        page.until_text("#actions [data-choice=undo][aria-disabled=true]", "There is nothing to undo").await?;
        page.overwrite("uniq").await?;
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
        open(&page).await?;
        page.press("실행 취소").await?;
        page.element("#actions [data-choice=undo][aria-selected=true]").await?;
        page.press(Key::Enter + "").await?;
        page.until("three cards again", "return document.querySelectorAll('[data-stage]').length === 3").await?;
        open(&page).await?;
        page.press("go to md5").await?;
        page.element("#actions [data-choice=go-md5sum][aria-selected=true]").await?;
        page.press(Key::Enter + "").await?;
        page.until(
            "the stage to be selected and to have the focus",
            "return document.activeElement.dataset.stage === 'md5sum' \
                 && document.activeElement.getAttribute('aria-pressed') === 'true'",
        )
        .await?;
        open(&page).await?;
        page.press(Key::Escape + "").await?;
        page.until("it to be closed", "return !document.querySelector('#actions')").await?;
        assert_eq!(stages(&page).await?, ["random", "openssl", "md5sum"]);
        Ok(())
    })
    .await
}

/// What is shown where, and chosen by the pointer or by keys.
#[tokio::test]
async fn every_part_has_a_menu_of_what_can_be_done() -> Result<()> {
    with_page("menus", async |page| {
        page.context_click("[data-stage=openssl]").await?;
        page.element("[role=menu][data-on=stage]").await?;
        page.screenshot("menu-stage").await?;
        page.until("the first item to have the focus", "return document.activeElement.getAttribute('role') === 'menuitem'").await?;
        page.press(Key::End + "").await?;
        page.until(
            "the last one to have it",
            "return document.activeElement === [...document.querySelectorAll('[role=menu] [role=menuitem]')].pop()",
        )
        .await?;
        for _ in 0..20 {
            if page.has_focus("[data-command=remove]").await? {
                break;
            }
            page.press(Key::Up + "").await?;
        }
        page.until_focus("[data-command=remove]").await?;
        page.press(Key::Enter + "").await?;
        page.until("the stage to be gone", "return !document.querySelector('[data-stage=openssl]') && !document.querySelector('[role=menu]')").await?;
        // It is said, with the way back.
        page.until_text("#toasts", "“openssl” was deleted.").await?;
        page.click("#toasts [data-toast=undo]").await?;
        page.element("[data-stage=openssl]").await?;
        page.until("nothing to be said any more", "return !document.querySelector('.toast')").await?;
        page.context_click("[data-wire]").await?;
        page.click("[role=menu][data-on=wire] [data-command=remove]").await?;
        page.until_text("#toasts", "A wire was deleted.").await?;
        page.click("#toasts [data-toast=dismiss]").await?;
        page.until("nothing to be said any more", "return !document.querySelector('.toast')").await?;
        // The menu key asks for the same, and Escape closes it where it was.
        select(&page, "md5sum").await?;
        page.press_with(Key::Shift, Key::F10).await?;
        page.element("[role=menu][data-on=stage]").await?;
        page.press(Key::Escape + "").await?;
        page.until(
            "the focus to be on the card again",
            "return !document.querySelector('[role=menu]') && document.activeElement.dataset.stage === 'md5sum'",
        )
        .await?;
        page.press(Key::Escape + "").await?;
        page.context_click(".canvas").await?;
        page.click("[role=menu][data-on=ground] [data-command=select-all]").await?;
        page.context_click("[data-stage=md5sum]").await?;
        page.element("[role=menu][data-on=many]").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_is_refused_says_why() -> Result<()> {
    with_page("refused", async |page| {
        page.press_with(Key::Control, 'd').await?;
        page.until_text("#toasts [role=status], #toasts", "No stage is selected.")
            .await?;
        for key in ['y', 'z'] {
            page.press_with(Key::Control, key).await?;
        }
        page.press(Key::Delete + "").await?;
        page.until_text("#toasts", "Nothing is selected.").await?;
        page.until(
            "the oldest to give way",
            "const said = [...document.querySelectorAll('.toast p')].map(said => said.textContent); \
             return said.length <= 3 && !said.includes('No stage is selected.')",
        )
        .await
        .map(drop)
    })
    .await
}

#[tokio::test]
async fn the_sheet_of_shortcuts_has_all_keys_for_both_keyboards() -> Result<()> {
    with_page("shortcuts", async |page| {
        page.press("?").await?;
        page.until_text("#keys [data-command=run] td:nth-of-type(1)", "Ctrl+")
            .await?;
        page.until_text("#keys [data-command=redo] td:nth-of-type(2)", "⇧⌘Z")
            .await?;
        page.screenshot("shortcuts").await?;
        page.press(Key::Escape + "").await?;
        page.until("it to be closed", "return !document.querySelector('#keys')")
            .await?;
        // In a field it is a sign like others.
        page.fill("#title", "Why?").await?;
        assert_eq!(
            page.evaluate("return document.querySelector('#title').value")
                .await?,
            "Why?"
        );
        assert_eq!(
            page.evaluate("return !document.querySelector('#keys')")
                .await?,
            true
        );
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_contrast_theme_is_kept() -> Result<()> {
    with_page("contrast", async |page| {
        open(&page).await?;
        page.press("high contrast").await?;
        page.element("#actions [data-choice=theme-contrast][aria-selected=true]").await?;
        page.press(Key::Enter + "").await?;
        let black = "return getComputedStyle(document.querySelector('.header')).borderBottomColor === 'rgb(0, 0, 0)'";
        page.until("lines of full contrast", black).await?;
        page.screenshot("contrast").await?;
        page.reload().await?;
        page.until("them again", black).await?;
        page.theme(Theme::Dark).await?;
        page.until(
            "white lines on black",
            "return getComputedStyle(document.querySelector('.header')).borderBottomColor === 'rgb(255, 255, 255)' \
                 && getComputedStyle(document.body).backgroundColor === 'rgb(0, 0, 0)'",
        )
        .await?;
        page.screenshot("contrast-dark").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_sentence_that_is_dismissed_by_key_holds_no_other_back() -> Result<()> {
    with_page("toasts", async |page| {
        for stage in ["md5sum", "openssl"] {
            select_card(&page, stage).await?;
            page.press(Key::Delete + "").await?;
            page.until_text("#toasts", stage).await?;
            if stage == "md5sum" {
                // By script: it is gone before long, and many keys away.
                page.evaluate("document.querySelector('[data-toast=dismiss]').focus()")
                    .await?;
                page.press(Key::Enter + "").await?;
                page.until("no sentence", "return !document.querySelector('.toast')")
                    .await?;
            }
        }
        // By itself, after its time.
        page.until_done("no sentence", "return !document.querySelector('.toast')")
            .await
            .map(drop)
    })
    .await
}
