//! What is done on the canvas with a mouse.

use anyhow::{Result, ensure};
use pipeyard_tests::browser::{Page, with_page};
use thirtyfour::Key;

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
        let held = page.place(&name, 0.5, 0.5).await?;
        assert_eq!(held, to, "it goes along");
        page.release().await?;
        page.until(
            "something to undo",
            "return !document.querySelector('#undo').disabled",
        )
        .await?;
        assert_eq!(page.place(&name, 0.5, 0.5).await?, to, "it stays");
        let still = page.place(&card("openssl"), 0.0, 0.5).await?;
        assert_eq!(still, other, "the others stay where they were");
        page.screenshot("moved").await?;
        page.click("#undo").await?;
        page.until(
            "nothing to undo",
            "return document.querySelector('#undo').disabled",
        )
        .await?;
        assert_eq!(page.place(&name, 0.5, 0.5).await?, before, "one step back");
        page.hold(before, to).await?;
        page.press(Key::Escape + "").await?;
        page.release().await?;
        assert_eq!(page.place(&name, 0.5, 0.5).await?, before, "Escape ends it");
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
        let after = width().await?;
        ensure!(after > before * 6 / 5, "{after} is not larger than {before}");
        page.press("0").await?;
        assert_eq!(width().await?, before);
        // A wheel holds what is below the pointer.
        let (left, _) = page.place(&name, 0.0, 0.5).await?;
        let (_, middle) = page.place(&name, 0.0, 0.5).await?;
        page.evaluate(&format!(
            "document.querySelector('.canvas').dispatchEvent(new WheelEvent('wheel', \
             {{ deltaY: 100, clientX: {left}, clientY: {middle}, bubbles: true, cancelable: true }}))"
        ))
        .await?;
        ensure!(width().await? < before, "it is smaller");
        ensure!((page.place(&name, 0.0, 0.5).await?.0 - left).abs() <= 1, "it is still there");
        page.screenshot("zoomed").await?;
        page.press("1").await?;
        page.screenshot("fitted").await
    })
    .await
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
        page.until(
            "a reason",
            "return document.querySelector('.canvas__said').textContent !== ''",
        )
        .await?;
        page.screenshot("refused").await?;
        page.release().await?;
        assert_eq!(wires(&page).await?, now, "nothing was joined");
        // What can be joined is.
        let (from, to) = (
            port(&page, "openssl", 1.0).await?,
            port(&page, &added, 0.0).await?,
        );
        page.hold(from, to).await?;
        page.screenshot("drawing").await?;
        page.release().await?;
        until_wires(&page, now + 1).await?;
        page.click("#undo").await?;
        until_wires(&page, now).await?;
        // A tap takes a wire up, another one puts it down.
        page.tap(from).await?;
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
