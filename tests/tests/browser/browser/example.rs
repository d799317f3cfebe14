//! The page opens with an example (three lanes of random bytes, encrypted and summed), and one key runs it.

use std::collections::BTreeSet;

use anyhow::Result;
use pipeyard_tests::browser::with_page;

use super::steps::{finished, run_to_the_end, stages, start};

#[tokio::test]
async fn it_opens_with_the_example_and_runs_it_by_a_key() -> Result<()> {
    with_page("example", async |page| {
        assert_eq!(stages(&page).await?, ["random", "openssl", "md5sum"]);
        page.screenshot("opening").await?;
        run_to_the_end(&page).await?;
        let mut sums = BTreeSet::new();
        for lane in 1..=3 {
            let selector = format!("#stdout [data-lane=\"{lane}\"]");
            page.until_text(&selector, "-").await?;
            let text = page.text(&selector).await?;
            let sum = text
                .split_whitespace()
                .next()
                .unwrap_or_default()
                .to_owned();
            let is_sum = sum.len() == 32 && sum.bytes().all(|digit| digit.is_ascii_hexdigit());
            assert!(is_sum, "lane {lane} shows `{text}`");
            sums.insert(sum);
        }
        assert_eq!(sums.len(), 3, "each lane has random bytes of its own");
        for stage in ["openssl", "md5sum"] {
            page.until_text(&format!("[data-stage=\"{stage}\"]"), "exit 0")
                .await?;
        }
        page.screenshot("example-ran").await
    })
    .await
}

#[tokio::test]
async fn the_timeline_and_the_speed_up_are_shown() -> Result<()> {
    with_page("timeline", async |page| {
        run_to_the_end(&page).await?;
        for lane in 1..=3 {
            for stage in ["openssl", "md5sum"] {
                page.element(&format!("[data-bar=\"{lane}/{stage}\"]"))
                    .await?;
            }
        }
        page.until(
            "a number for the speed-up",
            "return /\\d/.test(document.querySelector('#speedup')?.textContent ?? '')",
        )
        .await
        .map(drop)
    })
    .await
}

#[tokio::test]
async fn the_hex_view_shows_what_went_over_a_wire() -> Result<()> {
    with_page("hex", async |page| {
        run_to_the_end(&page).await?;
        page.click("[data-wire=\"w2\"]").await?;
        page.click("#view-hex").await?;
        // "Salted__", which openssl writes in front of everything that it encrypts by a password.
        page.until(
            "the bytes of `Salted__`",
            "return document.body.textContent.toLowerCase().replace(/\\s+/g, ' ').includes('53 61 6c 74 65 64')",
        )
        .await?;
        page.screenshot("hex").await
    })
    .await
}

/// Twice the same chain is two runs: the second one's results replace the first one's.
#[tokio::test]
async fn running_again_gives_other_sums() -> Result<()> {
    with_page("again", async |page| {
        run_to_the_end(&page).await?;
        let selector = "#stdout [data-lane=\"1\"]";
        page.until_text(selector, "-").await?;
        let first = page.text(selector).await?;
        start(&page).await?;
        let changed = format!(
            "const text = document.querySelector('#stdout [data-lane=\"1\"]')?.textContent ?? ''; \
             return text.includes('-') && text !== {}",
            serde_json::json!(first)
        );
        page.until("another sum", &changed).await?;
        finished(&page).await
    })
    .await
}
