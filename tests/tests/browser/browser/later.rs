//! The part of the page that is loaded after the first paint.

use anyhow::{Result, ensure};
use pipeyard_tests::browser::with_page;

use super::steps::run_to_the_end;

/// Its file, whatever it is named by its content.
const FILE: &str = "*/split_later-*.wasm";

#[tokio::test]
async fn it_is_fetched_after_the_first_paint() -> Result<()> {
    with_page("later", async |page| {
        page.element("#drawer .timeline").await?;
        let times = page
            .evaluate(
                "const [file] = performance.getEntriesByType('resource') \
                     .filter(entry => entry.name.includes('split_later')); \
                 const [paint] = performance.getEntriesByName('first-paint'); \
                 return file && paint && { file: file.startTime, paint: paint.startTime }",
            )
            .await?;
        let at = |what: &str| times[what].as_f64().unwrap_or(f64::NAN);
        ensure!(at("file") > at("paint"), "{times}");
        Ok(())
    })
    .await
}

/// Everything that makes a chain and runs it works without; what is missing says so and can be asked for again.
#[tokio::test]
async fn a_page_without_it_runs_chains_and_asks_again() -> Result<()> {
    with_page("later-missing", async |page| {
        page.forgive("ERR_BLOCKED_BY_CLIENT");
        page.forgive("Failed to fetch");
        page.block(&[FILE]).await?;
        page.reload().await?;
        page.until_text("#drawer .later [role=\"alert\"]", "could not be loaded")
            .await?;
        page.screenshot("later-missing").await?;
        run_to_the_end(&page).await?;
        page.click("#drawer .later__again").await?;
        page.until_text("#drawer .later [role=\"alert\"]", "could not be loaded")
            .await?;
        page.block(&[]).await?;
        page.click("#drawer .later__again").await?;
        page.element("#drawer .timeline").await?;
        let left = page.attributes("#drawer .later", "class").await?;
        ensure!(left.is_empty(), "{left:?}");
        Ok(())
    })
    .await
}
