//! The canvas with fingers.

use anyhow::Result;
use pipeyard_tests::browser::{At, Page, at, with_page};

const ZOOM: &str = "[data-look=whole]";

fn card(stage: &str) -> String {
    format!(".canvas [data-stage=\"{stage}\"]")
}

/// A place of the canvas on which nothing stands.
async fn ground(page: &Page) -> Result<At> {
    page.part(".canvas", 0.5, 0.9).await
}

#[tokio::test]
async fn two_fingers_zoom_and_move_and_one_moves() -> Result<()> {
    with_page("pinched", async |page| {
        let name = card("openssl");
        let before = page.place(&name, 0.0, 0.0).await?;
        let middle = ground(&page).await?;
        let beside = |by: f64| at(middle.x + by, middle.y);
        // One finger moves the view, wherever a mouse would select.
        page.fingers(&[(middle, at(middle.x + 80.0, middle.y - 50.0))])
            .await?;
        let moved = (before.0 + 80, before.1 - 50);
        page.until_at(&name, (0.0, 0.0), moved).await?;
        // Side by side two do the same.
        let back = |by: f64| at(middle.x + by - 80.0, middle.y + 50.0);
        page.fingers(&[(beside(-40.0), back(-40.0)), (beside(40.0), back(40.0))])
            .await?;
        page.until_at(&name, (0.0, 0.0), before).await?;
        page.until_text(ZOOM, "100 %").await?;
        // Apart they make it larger by as much, and what is between them stays.
        page.fingers(&[(beside(-40.0), beside(-60.0)), (beside(40.0), beside(60.0))])
            .await?;
        page.until_text(ZOOM, "150 %").await?;
        let far = |from: i64, on: f64| (on + (from as f64 - on) * 1.5).round() as i64;
        let larger = (far(before.0, middle.x), far(before.1, middle.y));
        page.until_at(&name, (0.0, 0.0), larger).await?;
        page.fingers(&[(beside(-60.0), beside(-40.0)), (beside(60.0), beside(40.0))])
            .await?;
        page.until_text(ZOOM, "100 %").await?;
        page.until_at(&name, (0.0, 0.0), before).await
    })
    .await
}

#[tokio::test]
async fn a_resting_finger_opens_the_menu_of_what_it_rests_on() -> Result<()> {
    with_page("rested", async |page| {
        page.finger_down(page.middle(&card("md5sum")).await?)
            .await?;
        page.element("[role=menu][data-on=stage]").await?;
        page.element(".canvas .is-selected[data-stage=\"md5sum\"]")
            .await?;
        page.finger_up().await?;
        page.screenshot("rested").await?;
        // It is still there once the finger is gone, and can be touched.
        page.touch(page.middle("[role=menu] [data-command=bypass]").await?)
            .await?;
        page.element(".canvas .is-bypassed[data-stage=\"md5sum\"]")
            .await?;
        page.until("no menu", "return !document.querySelector('[role=menu]')")
            .await?;
        page.finger_down(ground(&page).await?).await?;
        page.element("[role=menu][data-on=ground]").await?;
        page.finger_up().await?;
        page.touch(page.middle("[role=menu] [data-command=undo]").await?)
            .await?;
        page.until(
            "it is taken in again",
            "return !document.querySelector('.is-bypassed')",
        )
        .await
        .map(drop)
    })
    .await
}
