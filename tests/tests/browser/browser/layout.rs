//! Every size and both themes: nothing is wider than the window.

use anyhow::{Result, ensure};
use pipeyard_tests::browser::{Page, Size, Theme, with_page};

use super::steps::run_to_the_end;

async fn fits(page: &Page, name: &str) -> Result<()> {
    for theme in [Theme::Light, Theme::Dark] {
        page.theme(theme).await?;
        for size in Size::ALL {
            page.resize(size).await?;
            let Size { width, height } = size;
            let overflow = page.overflow().await?;
            let theme = format!("{theme:?}").to_lowercase();
            page.screenshot(&format!("{name}-{width}-{theme}")).await?;
            ensure!(
                overflow <= 0,
                "{overflow} pixels too wide at {width}×{height}, {theme}, {name}"
            );
        }
    }
    Ok(())
}

#[tokio::test]
async fn nothing_is_wider_than_the_window() -> Result<()> {
    with_page("layout", async |page| {
        fits(&page, "before").await?;
        page.resize(Size::LAPTOP).await?;
        run_to_the_end(&page).await?;
        fits(&page, "after").await
    })
    .await
}

/// The colours follow the system without a reload.
#[tokio::test]
async fn light_and_dark_differ() -> Result<()> {
    with_page("themes", async |page| {
        let ground = "return [document.documentElement, document.body].map(part => \
                      getComputedStyle(part)).map(style => style.backgroundColor + ' ' + style.color)";
        page.theme(Theme::Light).await?;
        let light = page.evaluate(ground).await?;
        page.theme(Theme::Dark).await?;
        let dark = page.evaluate(ground).await?;
        ensure!(light != dark, "both are {light}");
        Ok(())
    })
    .await
}

/// On a phone the run button is there and can be pressed.
#[tokio::test]
async fn a_phone_can_run_the_example() -> Result<()> {
    with_page("phone", async |page| {
        page.resize(Size::PHONE).await?;
        page.click("#run").await?;
        super::steps::finished(&page).await?;
        page.screenshot("phone-ran").await
    })
    .await
}
