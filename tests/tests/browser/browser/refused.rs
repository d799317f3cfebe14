//! Pages for people who bring no key, or have gone astray.

use anyhow::{Result, ensure};
use pipeyard_tests::browser::{Page, Rules, Size, Theme, with_page};

/// The page looks as it should in every size and theme, and needs no script.
async fn is_sound(page: &Page, name: &str) -> Result<()> {
    ensure!(page.evaluate("return document.scripts.length").await? == 0);
    for size in Size::ALL {
        page.size(size.width, size.height).await?;
        page.lies_well().await?;
        for theme in Theme::ALL {
            page.theme(theme).await?;
            page.settled().await?;
            page.reads_well(Rules::All).await?;
            page.screenshot(&format!("{name}-{}-{}", size.width, theme.word()))
                .await?;
        }
    }
    // What it wears came along with it.
    let border = "return getComputedStyle(document.querySelector('main')).borderTopWidth";
    ensure!(page.evaluate(border).await? == "1px", "it has no style");
    Ok(())
}

#[tokio::test]
async fn who_brings_no_key_is_told_where_it_is() -> Result<()> {
    with_page("no-key", async |page| {
        page.forgive("403 (Forbidden)");
        page.forget("en-GB,en;q=0.9").await?;
        for path in ["/", "/?token=wrong"] {
            page.visit(path).await?;
            page.until_text("h1", "opens with a key").await?;
            page.until_text("ol", "pipeyard --open").await?;
        }
        is_sound(&page, "no-key").await?;
        page.forget("ko-KR,ko;q=0.9,en;q=0.8").await?;
        page.visit("/?token=wrong").await?;
        page.until_text("html[lang=ko] h1", "열쇠가 필요합니다")
            .await?;
        page.screenshot("no-key-korean").await?;
        page.reads_well(Rules::All).await?;
        // With the printed address everything is well.
        page.open().await
    })
    .await
}

#[tokio::test]
async fn an_address_without_a_page_leads_back() -> Result<()> {
    with_page("nothing-here", async |page| {
        page.forgive("404 (Not Found)");
        page.visit("/no/such/page").await?;
        page.until_text("h1", "nothing here").await?;
        is_sound(&page, "nothing-here").await?;
        page.size(1440, 900).await?;
        page.click("a[href='/']").await?;
        page.element("#run").await?;
        page.forget("ko").await?;
        page.visit("/no/such/page").await?;
        page.until_text("html[lang=ko] h1", "아무것도 없습니다")
            .await?;
        page.open().await
    })
    .await
}

#[tokio::test]
async fn a_short_link_that_leads_nowhere_says_what_to_ask_for() -> Result<()> {
    with_page("short-link-lost", async |page| {
        page.forgive("404 (Not Found)");
        page.forget("en").await?;
        page.visit("/s/0123456789a").await?;
        page.until_text("h1", "leads nowhere").await?;
        page.until_text("ol", "the long one").await?;
        is_sound(&page, "short-link-lost").await?;
        page.forget("ko").await?;
        page.visit("/s/0123456789a").await?;
        page.until_text("html[lang=ko] h1", "짧은 링크").await?;
        page.reads_well(Rules::All).await
    })
    .await
}
