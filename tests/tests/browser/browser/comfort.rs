//! What a person's system asks for, and what a person must never lose: text at twice its size, the focus, a still picture.

use anyhow::{Context, Result, ensure};
use pipeyard_tests::browser::{Page, Rules, Size, with_page};

use super::steps::{finished, open_pipeline, run_to_the_end, select, start};

/// Everything shown twice as large: what is left of each window is half of it.
#[tokio::test]
async fn nothing_is_lost_at_200_percent() -> Result<()> {
    with_page("twice", async |page| {
        for size in [Size::LAPTOP, Size::PROJECTOR] {
            let size = size.at_200_percent();
            page.resize(size).await?;
            page.afresh().await?;
            let at = || format!("{}×{}", size.width, size.height);
            page.lies_well().await.with_context(at)?;
            run_to_the_end(&page).await?;
            page.settled().await?;
            page.screenshot(&format!("twice-{}", size.width)).await?;
            page.lies_well().await.with_context(at)?;
            page.reads_well(Rules::All).await.with_context(at)?;
        }
        Ok(())
    })
    .await
}

/// Wherever Tab stops, it is seen, and it comes around.
#[tokio::test]
async fn the_focus_is_seen_everywhere() -> Result<()> {
    with_page("focus", async |page| {
        for size in Size::ALL {
            page.resize(size).await?;
            page.afresh().await?;
            let stops = page
                .shows_its_focus()
                .await
                .with_context(|| format!("{size:?}"))?;
            for stage in ["random", "openssl", "md5sum"] {
                let card = format!("[data-stage=\"{stage}\"]");
                let found = stops.iter().any(|stop| stop.name.contains(&card));
                ensure!(found, "{size:?}: Tab does not stop at {stage}: {stops:?}");
            }
            run_to_the_end(&page).await?;
            page.shows_its_focus()
                .await
                .with_context(|| format!("{size:?}, after a run"))?;
            if !size.is_narrow() {
                select(&page, "openssl").await?;
                page.shows_its_focus()
                    .await
                    .with_context(|| format!("{size:?}, a stage"))?;
            }
        }
        Ok(())
    })
    .await
}

/// How many animations go on.
const MOVING: &str =
    "return document.getAnimations().filter(animation => animation.playState === 'running').length";

/// Dashes run along a wire while bytes move on it, unless a person wants things to stand still.
#[tokio::test]
async fn nothing_moves_for_who_wants_it_still() -> Result<()> {
    with_page("still", async |page| {
        open_pipeline(&page, "yes | cat | wc -l").await?;
        start(&page).await?;
        page.until("something that moves", MOVING).await?;
        page.prefer("prefers-reduced-motion", "reduce").await?;
        page.until("everything to stand still", &format!("{MOVING} === 0"))
            .await?;
        // It stays so while bytes go on.
        page.click("[data-wire]").await?;
        page.settled().await?;
        assert_eq!(page.evaluate(MOVING).await?, 0);
        page.click("#stop").await?;
        finished(&page).await
    })
    .await
}

/// Nothing jumps while the page loads.
#[tokio::test]
async fn nothing_shifts_while_the_page_loads() -> Result<()> {
    with_page("shift", async |page| {
        for size in Size::ALL {
            page.resize(size).await?;
            page.afresh().await?;
            page.settled().await?;
            let (shift, moved) = layout_shift(&page).await?;
            ensure!(shift < 0.01, "{size:?}: things shifted by {shift}: {moved}");
        }
        // Nor where a person has chosen other sizes.
        page.resize(Size::LAPTOP).await?;
        page.evaluate(
            "localStorage.setItem('pipeyard.text', '125'); \
             localStorage.setItem('pipeyard.panes', 'palette=300 inspector=400 drawer=300')",
        )
        .await?;
        page.reload().await?;
        page.settled().await?;
        let (shift, moved) = layout_shift(&page).await?;
        ensure!(shift < 0.01, "things shifted by {shift}: {moved}");
        Ok(())
    })
    .await
}

/// How far things moved without anybody having touched anything, by the browser's own measure, and which.
async fn layout_shift(page: &Page) -> Result<(f64, String)> {
    let measured = page
        .evaluate(
            "const place = box => [box.x, box.y, box.width, box.height].map(Math.round).join(' '); \
             const observer = new PerformanceObserver(() => {}); \
             observer.observe({ type: 'layout-shift', buffered: true }); \
             const entries = observer.takeRecords(); observer.disconnect(); \
             const moved = entries.flatMap(entry => entry.sources).map(source => \
                 `${source.node?.id || source.node?.className || source.node?.nodeName}: ${place(source.previousRect)} to ${place(source.currentRect)}`); \
             return [entries.reduce((sum, entry) => sum + entry.value, 0), moved.join(', ')]",
        )
        .await?;
    let shift = measured[0].as_f64().context("a number")?;
    Ok((shift, measured[1].as_str().unwrap_or_default().to_owned()))
}

/// The measure itself: what jumps is found.
#[tokio::test]
async fn what_shifts_is_measured() -> Result<()> {
    with_page("shift-found", async |page| {
        page.settled().await?;
        page.evaluate(
            "const block = document.createElement('div'); block.style.height = '200px'; document.querySelector('.page').before(block)",
        )
        .await?;
        page.settled().await?;
        let (shift, moved) = layout_shift(&page).await?;
        ensure!(shift > 0.05, "{shift}: {moved}");
        Ok(())
    })
    .await
}

/// What a screen reader hears of a run is one region, and not every counter.
#[tokio::test]
async fn a_reader_hears_turning_points_alone() -> Result<()> {
    with_page("live", async |page| {
        open_pipeline(&page, "yes | cat | wc -c").await?;
        page.evaluate(
            "window.heard = []; \
             new MutationObserver(() => window.heard.push(document.querySelector('#live').textContent)) \
                 .observe(document.querySelector('#live'), { childList: true, subtree: true, characterData: true })",
        )
        .await?;
        start(&page).await?;
        // Its counters have changed many times by then.
        page.until_done(
            "a hundred megabytes",
            "const [, number, unit] = /([\\d.]+) (MB|GB)/.exec(document.querySelector('[data-wire=\"w2\"]').textContent) ?? []; \
             return unit === 'GB' || Number(number) >= 100",
        )
        .await?;
        page.click("#stop").await?;
        finished(&page).await?;
        page.until_text("#live", "ended").await?;
        let heard = page.evaluate("return window.heard.filter(Boolean)").await?;
        let heard = heard.as_array().map(Vec::len).unwrap_or_default();
        ensure!((1..=4).contains(&heard), "a reader heard {heard} sentences");
        Ok(())
    })
    .await
}
