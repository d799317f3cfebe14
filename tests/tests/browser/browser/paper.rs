//! The chain and its results on paper.

use anyhow::{Result, ensure};
use pipeyard_tests::browser::{Page, Theme, with_page};

use super::steps::{open_pipeline, run_to_the_end, select};

/// What is to be seen on paper, and what is not.
async fn is_printed_well(page: &Page) -> Result<()> {
    page.until(
        "the title, the line, the picture and the list, and nothing to press",
        "const shown = selector => [...document.querySelectorAll(selector)].some(found => found.checkVisibility() && found.getClientRects().length); \
         return ['#title', '.shell-line', '.canvas .card', '.outline .card', '#stdout'].every(shown) \
             && !['#palette', '#inspector', '#drawer', '#run', '#link', '.canvas__bar', '.tabs', '.toast', '#edge-palette', '.outline__steps'].some(shown)",
    )
    .await?;
    // All of the chain is within the picture, whatever a person looked at.
    page.until(
        "the whole chain in the picture",
        "const room = document.querySelector('.canvas').getBoundingClientRect(); \
         return [...document.querySelectorAll('.canvas .card, .canvas .output')].every(card => { \
             const box = card.getBoundingClientRect(); \
             return box.left >= room.left - 1 && box.right <= room.right + 1 && box.top >= room.top - 1 && box.bottom <= room.bottom + 1; })",
    )
    .await?;
    let colours = "return ['body', '.card', '#title'].map(found => getComputedStyle(document.querySelector(found))) \
                       .every(style => style.color === 'rgb(0, 0, 0)')";
    ensure!(page.evaluate(colours).await? == true, "it is not black");
    let whole = "return [...document.querySelectorAll('.outline__item, .canvas')] \
                     .every(part => getComputedStyle(part).breakInside === 'avoid')";
    ensure!(
        page.evaluate(whole).await? == true,
        "a page may end within a card"
    );
    Ok(())
}

#[tokio::test]
async fn paper_shows_the_chain_and_its_results_alone() -> Result<()> {
    with_page("paper", async |page| {
        page.theme(Theme::Dark).await?;
        run_to_the_end(&page).await?;
        select(&page, "md5sum").await?;
        page.click("#picture-outline").await?;
        page.evaluate("localStorage.setItem('pipeyard.text', '150')").await?;
        page.reload().await?;
        run_to_the_end(&page).await?;
        page.paper(true).await?;
        is_printed_well(&page).await?;
        page.until_text(".outline", "exit 0").await?;
        page.screenshot("paper").await?;
        page.paper(false).await?;
        page.until(
            "the screen as it was",
            "return document.querySelector('#palette').checkVisibility() && !document.querySelector('.canvas')",
        )
        .await
        .map(drop)
    })
    .await
}

/// A printer is not an emulation: the page is told in time, and a long chain takes several sheets.
#[tokio::test]
async fn a_long_chain_is_printed_on_several_sheets() -> Result<()> {
    with_page("sheets", async |page| {
        let stages = vec!["cat"; 24].join(" | ");
        open_pipeline(&page, &format!("seq 3 | {stages}")).await?;
        run_to_the_end(&page).await?;
        page.evaluate(
            // Before the page hears of it and goes back to what the screen has.
            "window.drawn = null; \
             addEventListener('afterprint', () => { \
                 window.drawn ??= !!document.querySelector('.canvas') && !!document.querySelector('.outline'); \
             }, { capture: true })",
        )
        .await?;
        let printed = page.printed().await?;
        let sheets = printed
            .windows(b"/Type /Page\n".len())
            .filter(|window| window == b"/Type /Page\n")
            .count();
        ensure!(sheets >= 2, "{} bytes on {sheets} sheets", printed.len());
        ensure!(page.evaluate("return window.drawn").await? == true);
        std::fs::write(pipeyard_tests::browser::screenshots()?.join("sheets.pdf"), printed)?;
        page.until("the screen again", "return !document.querySelector('.outline')")
            .await
            .map(drop)
    })
    .await
}
