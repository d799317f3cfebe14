//! What is done on the canvas with a mouse.

use anyhow::{Result, ensure};
use pipeyard_tests::browser::{Button, Held, Page, at, with_page};
use thirtyfour::Key;

const ZOOM: &str = "[data-look=whole]";
const MIDDLE: (f64, f64) = (0.5, 0.5);
const LEFT: (f64, f64) = (0.0, 0.5);
const LINES: &str = "return document.querySelectorAll('.canvas [data-wire]').length";

fn card(stage: &str) -> String {
    format!(".canvas [data-stage=\"{stage}\"]")
}

/// Where a card's standard input or output is.
async fn port(page: &Page, stage: &str, across: f64) -> Result<(i64, i64)> {
    let (x, _) = page.place(&card(stage), across, 0.0).await?;
    let (_, top) = page.place(&card(stage), 0.5, 0.0).await?;
    Ok((x, top + 48))
}

async fn wires(page: &Page) -> Result<i64> {
    Ok(page.evaluate(LINES).await?.as_i64().unwrap_or_default())
}

async fn until_wires(page: &Page, count: i64) -> Result<()> {
    let there = format!("{LINES} === {count}");
    page.until("the wires", &there).await.map(drop)
}

#[tokio::test]
async fn a_card_is_moved_in_one_step() -> Result<()> {
    with_page("moved", async |page| {
        let name = card("md5sum");
        let other = page.place(&card("openssl"), 0.0, 0.5).await?;
        let before = page.place(&name, 0.5, 0.5).await?;
        let to = (before.0 + 60, before.1 + 170);
        page.hold(before, to).await?;
        page.until_at(&name, MIDDLE, to).await?;
        page.release().await?;
        page.until(
            "something to undo",
            "return !document.querySelector('#undo').disabled",
        )
        .await?;
        page.until_at(&name, MIDDLE, to).await?;
        page.until_at(&card("openssl"), LEFT, other).await?;
        page.screenshot("moved").await?;
        page.click("#undo").await?;
        page.until(
            "nothing to undo",
            "return document.querySelector('#undo').disabled",
        )
        .await?;
        // One step back, and forth, and back.
        page.until_at(&name, MIDDLE, before).await?;
        page.click("#redo").await?;
        page.until_at(&name, MIDDLE, to).await?;
        page.click("#undo").await?;
        page.until_at(&name, MIDDLE, before).await?;
        page.hold(before, to).await?;
        page.until_at(&name, MIDDLE, to).await?;
        page.press(Key::Escape + "").await?;
        page.release().await?;
        page.until_at(&name, MIDDLE, before).await?;
        let undo = page
            .evaluate("return document.querySelector('#undo').disabled")
            .await?;
        assert_eq!(undo, true, "and nothing was done");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_canvas_is_zoomed_and_moved() -> Result<()> {
    with_page("zoomed", async |page| {
        let name = card("openssl");
        let width = async || -> Result<i64> {
            let (left, _) = page.place(&name, 0.0, 0.5).await?;
            Ok(page.place(&name, 1.0, 0.5).await?.0 - left)
        };
        let before = width().await?;
        page.click("[data-look=\"in\"]").await?;
        page.until_text(ZOOM, "125 %").await?;
        let after = width().await?;
        ensure!(
            after > before * 6 / 5,
            "{after} is not larger than {before}"
        );
        page.click("[data-look=\"out\"]").await?;
        page.until_text(ZOOM, "100 %").await?;
        page.click("[data-look=\"out\"]").await?;
        page.until_text(ZOOM, "80 %").await?;
        let after = width().await?;
        ensure!(
            after < before * 9 / 10,
            "{after} is not smaller than {before}"
        );
        page.press("0").await?;
        page.until_text(ZOOM, "100 %").await?;
        assert_eq!(width().await?, before);
        // A wheel holds what is below the pointer.
        let held = page.place(&name, 0.0, 0.5).await?;
        page.wheel(page.part(&name, 0.0, 0.5).await?, 0.0, 100.0, Held::NONE)
            .await?;
        page.until(
            "it is smaller",
            &format!("return parseInt(document.querySelector('{ZOOM}').textContent) < 100"),
        )
        .await?;
        page.until_at(&name, LEFT, held).await?;
        ensure!(width().await? < before, "it is smaller");
        page.screenshot("zoomed").await?;
        page.press("1").await?;
        page.screenshot("fitted").await
    })
    .await
}

/// The glow of the ports at which a wire can end that is being drawn.
const GLOWING: &str = ".pending path:nth-child(2)";

/// Whether the wire that is being drawn ends at a place of the window.
fn ends_at(place: (i64, i64)) -> String {
    format!(
        "const path = document.querySelector('.pending path'); const way = path.getAttribute('d'); \
         if (!way) return false; const end = path.getPointAtLength(path.getTotalLength()); \
         const seen = end.matrixTransform(path.getScreenCTM()); \
         return Math.hypot(seen.x - {}, seen.y - {}) <= 2",
        place.0, place.1
    )
}

async fn wire_ends_at(page: &Page, place: (i64, i64)) -> Result<bool> {
    Ok(page.evaluate(&ends_at(place)).await? == true)
}

#[tokio::test]
async fn a_wire_is_drawn_from_port_to_port_or_it_is_said_why_not() -> Result<()> {
    with_page("drawn", async |page| {
        let before = wires(&page).await?;
        page.click("[data-template=\"wc\"]").await?;
        page.until(
            "a fourth card",
            "return document.querySelectorAll('[data-stage]').length === 4",
        )
        .await?;
        let stages = super::steps::stages(&page).await?;
        let added = stages
            .iter()
            .find(|id| !["random", "openssl", "md5sum"].contains(&id.as_str()))
            .cloned()
            .unwrap_or_default();
        let now = wires(&page).await?;
        ensure!(now >= before, "adding takes no wire away");
        // What would feed itself in a ring is refused.
        let (from, to) = (
            port(&page, "md5sum", 1.0).await?,
            port(&page, "openssl", 0.0).await?,
        );
        page.hold(from, to).await?;
        let ring = "The stages would feed each other in a ring";
        page.until_text(".canvas__said", ring).await?;
        page.screenshot("refused").await?;
        page.release().await?;
        assert_eq!(wires(&page).await?, now, "nothing was joined");
        // What can be joined is.
        let (from, to) = (
            port(&page, "openssl", 1.0).await?,
            port(&page, &added, 0.0).await?,
        );
        page.hold(from, (to.0 + 60, to.1 + 90)).await?;
        // All that it can end at glows, and what is within 20 pixels holds it.
        let glowing = format!(
            "return document.querySelector('{GLOWING}').getAttribute('d').split('M').length > 1"
        );
        page.until("ports glow", &glowing).await?;
        ensure!(!wire_ends_at(&page, to).await?, "too far to be held");
        let near = at((to.0 - 12) as f64, (to.1 + 12) as f64);
        page.mouse_to(near, Some(Button::Left), Held::NONE).await?;
        page.until("the port holds the wire", &ends_at(to)).await?;
        page.screenshot("drawing").await?;
        page.mouse_up(near, Button::Left, Held::NONE).await?;
        until_wires(&page, now + 1).await?;
        page.click("#undo").await?;
        until_wires(&page, now).await?;
        // A tap takes a wire up, Escape lets it go.
        page.tap(from).await?;
        page.until("ports glow", &glowing).await?;
        page.press(Key::Escape + "").await?;
        let dark = format!("return document.querySelector('{GLOWING}').getAttribute('d') === ''");
        page.until("nothing glows", &dark).await?;
        page.tap(to).await?;
        page.until("the other port takes one up", &glowing).await?;
        ensure!(wires(&page).await? == now, "the two taps joined nothing");
        page.press(Key::Escape + "").await?;
        page.until("nothing glows", &dark).await?;
        // Another tap puts it down.
        page.tap(from).await?;
        page.until("ports glow", &glowing).await?;
        page.tap(to).await?;
        until_wires(&page, now + 1).await
    })
    .await
}

#[tokio::test]
async fn several_cards_are_selected_bypassed_and_removed() -> Result<()> {
    with_page("several", async |page| {
        page.click(&card("openssl")).await?;
        page.press_with(Key::Control, 'a').await?;
        let all = "return document.querySelectorAll('.canvas .is-selected[data-stage]').length === 3";
        page.until("all cards", all).await?;
        page.press(Key::Escape + "").await?;
        let none = "return document.querySelectorAll('.canvas .is-selected[data-stage]').length === 0";
        page.until("none", none).await?;
        // A marquee around the lower right of the last card, and so of none but it.
        let (right, bottom) = page.place(&card("md5sum"), 1.0, 1.0).await?;
        page.hold((right + 8, bottom + 30), (right - 30, bottom - 10)).await?;
        page.screenshot("marquee").await?;
        page.release().await?;
        let one = "return document.querySelectorAll('.canvas .is-selected[data-stage=\"md5sum\"]').length === 1";
        page.until("the last card", one).await?;
        page.press_with(Key::Control, 'b').await?;
        page.until("it is left out", "return !!document.querySelector('.is-bypassed[data-stage=\"md5sum\"]')")
            .await?;
        page.press_with(Key::Control, 'a').await?;
        page.until("all cards", all).await?;
        page.press(Key::Delete + "").await?;
        page.until("none left", "return document.querySelectorAll('[data-stage]').length === 0")
            .await?;
        page.click("#undo").await?;
        page.until("all are back", "return document.querySelectorAll('[data-stage]').length === 3")
            .await
            .map(drop)
    })
    .await
}
