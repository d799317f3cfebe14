//! What stands around the chain: the sizes of the panes and of all text, and presentations.

use anyhow::{Context, Result, ensure};
use pipeyard_tests::browser::{At, Button, Held, Page, Rules, Size, at, with_page};
use thirtyfour::Key;

use super::steps::{finished, open_chain, run_to_the_end, select, start, until_state};

/// How wide or high something is, in pixels.
async fn side(page: &Page, selector: &str, side: &str) -> Result<f64> {
    page.element(selector).await?;
    let body =
        format!("return document.querySelector('{selector}').getBoundingClientRect().{side}");
    page.evaluate(&body).await?.as_f64().context("a length")
}

async fn until_side(page: &Page, selector: &str, side: &str, wanted: f64) -> Result<()> {
    let body = format!(
        "return Math.abs(document.querySelector('{selector}').getBoundingClientRect().{side} - {wanted}) < 1"
    );
    let what = format!("{selector} to have a {side} of {wanted}");
    page.until(&what, &body).await.map(drop)
}

async fn drag_by(page: &Page, selector: &str, right: f64, down: f64) -> Result<()> {
    let from = page.middle(selector).await?;
    page.drag_to(from, at(from.x + right, from.y + down)).await
}

#[tokio::test]
async fn panes_are_dragged_and_stay_so_until_they_are_put_back() -> Result<()> {
    with_page("panes", async |page| {
        let palette = side(&page, "#palette", "width").await?;
        let inspector = side(&page, "#inspector", "width").await?;
        let drawer = side(&page, "#drawer", "height").await?;
        drag_by(&page, "#edge-palette", 60.0, 0.0).await?;
        until_side(&page, "#palette", "width", palette + 60.0).await?;
        drag_by(&page, "#edge-inspector", -80.0, 0.0).await?;
        until_side(&page, "#inspector", "width", inspector + 80.0).await?;
        drag_by(&page, "#edge-drawer", 0.0, -50.0).await?;
        until_side(&page, "#drawer", "height", drawer + 50.0).await?;
        page.screenshot("panes").await?;
        page.lies_well().await?;
        page.reload().await?;
        until_side(&page, "#palette", "width", palette + 60.0).await?;
        until_side(&page, "#inspector", "width", inspector + 80.0).await?;
        until_side(&page, "#drawer", "height", drawer + 50.0).await?;
        // A double click puts one back, a command all.
        let edge = page.middle("#edge-palette").await?;
        page.press_button(edge, Button::Left, 2, Held::NONE).await?;
        until_side(&page, "#palette", "width", palette).await?;
        page.ask_for("Usual sizes of the panes", "reset-panes")
            .await?;
        until_side(&page, "#inspector", "width", inspector).await?;
        until_side(&page, "#drawer", "height", drawer).await?;
        // Escape gives a drag up.
        let edge: At = page.middle("#edge-palette").await?;
        page.drag(edge, at(edge.x + 90.0, edge.y), Button::Left, Held::NONE)
            .await?;
        until_side(&page, "#palette", "width", palette + 90.0).await?;
        page.press(Key::Escape + "").await?;
        until_side(&page, "#palette", "width", palette).await?;
        page.mouse_up(edge, Button::Left, Held::NONE).await?;
        until_side(&page, "#palette", "width", palette).await
    })
    .await
}

#[tokio::test]
async fn panes_are_moved_by_keys_and_leave_the_canvas_its_room() -> Result<()> {
    with_page("panes-keys", async |page| {
        page.resize(Size::PROJECTOR).await?;
        for (pane, side_of, more) in [
            ("palette", "width", Key::Right),
            ("inspector", "width", Key::Left),
            ("drawer", "height", Key::Up),
        ] {
            let (edge, pane) = (format!("#edge-{pane}"), format!("#{pane}"));
            let before = side(&page, &pane, side_of).await?;
            page.evaluate(&format!("document.querySelector('{edge}').focus()"))
                .await?;
            page.press(more + "").await?;
            until_side(&page, &pane, side_of, before.round() + 16.0).await?;
            // What a reader hears is what there is.
            let said = format!(
                "const edge = document.querySelector('{edge}'); \
                 return Math.abs(edge.getAttribute('aria-valuenow') - document.querySelector('{pane}').getBoundingClientRect().{side_of}) <= 2"
            );
            page.until("the size to be said", &said).await?;
            page.press(Key::End + "").await?;
        }
        // All as large as they go: nothing is out of reach, and the page does not scroll.
        page.settled().await?;
        page.screenshot("panes-largest").await?;
        page.lies_well().await?;
        let canvas = side(&page, ".canvas", "width").await?;
        ensure!(canvas > 300.0, "the canvas is {canvas} px wide");
        for pane in ["palette", "inspector", "drawer"] {
            page.evaluate(&format!("document.querySelector('#edge-{pane}').focus()"))
                .await?;
            page.press(Key::Home + "").await?;
        }
        until_side(&page, "#palette", "width", 160.0).await?;
        until_side(&page, "#inspector", "width", 240.0).await?;
        until_side(&page, "#drawer", "height", 180.0).await?;
        page.settled().await?;
        page.screenshot("panes-smallest").await?;
        page.lies_well().await
    })
    .await
}

/// Three stages side by side; in a presentation they are shown larger.
#[tokio::test]
async fn a_presentation_shows_the_chain_alone_and_large() -> Result<()> {
    with_page("presentation", async |page| {
        for size in [Size::LAPTOP, Size::PROJECTOR] {
            page.resize(size).await?;
            page.afresh().await?;
            select(&page, "md5sum").await?;
            let card = side(&page, "[data-stage=md5sum]", "height").await?;
            page.press("f").await?;
            page.until(
                "nothing but the chain, its line and Run",
                "const shown = selector => !!document.querySelector(selector)?.checkVisibility(); \
                 return !['#palette', '#inspector', '#drawer', '#share', '#link', '#edge-drawer'].some(shown) \
                     && ['.canvas', '.shell-line', '#run', '#leave'].every(shown)",
            )
            .await?;
            page.settled().await?;
            let large = side(&page, "[data-stage=md5sum]", "height").await?;
            ensure!(large > card, "a card of {card} px is {large} px high");
            // All cards are seen.
            page.until(
                "all cards within the canvas",
                "const room = document.querySelector('.canvas').getBoundingClientRect(); \
                 return [...document.querySelectorAll('.canvas [data-stage]')].every(card => { \
                     const box = card.getBoundingClientRect(); \
                     return box.left >= room.left && box.right <= room.right && box.top >= room.top && box.bottom <= room.bottom; })",
            )
            .await?;
            page.until_text("#toasts", "Esc leaves").await?;
            run_to_the_end(&page).await?;
            page.until_text("[data-stage=md5sum]", "exit 0").await?;
            page.settled().await?;
            page.screenshot(&format!("presentation-{}", size.width)).await?;
            page.lies_well().await?;
            page.reads_well(Rules::All).await?;
            page.press(Key::Escape + "").await?;
            page.element("#drawer").await?;
            page.until("everything again", "return document.querySelector('#drawer').checkVisibility()")
                .await?;
            until_side(&page, "[data-stage=md5sum]", "height", card).await?;
        }
        Ok(())
    })
    .await
}

/// Escape leaves a presentation and stops nothing; the next one stops.
#[tokio::test]
async fn leaving_a_presentation_stops_no_run() -> Result<()> {
    with_page("presentation-run", async |page| {
        open_chain(
            &page,
            r#"{"pipeyard":1,"stages":[{"id":"sleep","kind":{"process":{"program":"sleep","args":["60"]}}}],"wires":[]}"#,
        )
        .await?;
        page.press("f").await?;
        page.element("#leave").await?;
        page.click("#run").await?;
        until_state(&page, "sleep", "running").await?;
        page.press(Key::Escape + "").await?;
        page.until("the presentation to be left", "return !document.querySelector('#leave')").await?;
        until_state(&page, "sleep", "running").await?;
        page.press(Key::Escape + "").await?;
        finished(&page).await?;
        // By its button too, which hands the focus on.
        page.press("f").await?;
        page.click("#leave").await?;
        page.until_focus("#run").await
    })
    .await
}

#[tokio::test]
async fn everything_is_shown_larger_and_stays_so() -> Result<()> {
    with_page("text-size", async |page| {
        let height = side(&page, "#run", "height").await?;
        page.ask_for("Larger text", "text-larger").await?;
        until_side(&page, "#run", "height", height * 1.25).await?;
        page.lies_well().await?;
        page.click("#text-size").await?;
        until_side(&page, "#run", "height", height * 1.5).await?;
        page.settled().await?;
        page.screenshot("text-150").await?;
        page.lies_well().await?;
        page.reads_well(Rules::All).await?;
        // From the first paint on.
        page.reload().await?;
        until_side(&page, "#run", "height", height * 1.5).await?;
        // A card goes with the pointer, and a pane with its edge. (A card that is placed has a width of its own.)
        let corner = async || page.part("[data-stage=random]", 0.0, 0.0).await;
        let (before, hand) = (corner().await?, page.middle("[data-stage=random]").await?);
        page.drag_to(hand, at(hand.x + 45.0, hand.y + 60.0)).await?;
        page.settled().await?;
        let after = corner().await?;
        let moved = (after.x - before.x, after.y - before.y);
        ensure!(
            (moved.0 - 45.0).abs() < 2.0 && (moved.1 - 60.0).abs() < 2.0,
            "a card was dragged by 45, 60 and went by {moved:?}"
        );
        let palette = side(&page, "#palette", "width").await?;
        drag_by(&page, "#edge-palette", -30.0, 0.0).await?;
        until_side(&page, "#palette", "width", palette - 30.0).await?;
        // A menu opens where it was asked for.
        page.context_click("[data-stage=random]").await?;
        let card = page.middle("[data-stage=random]").await?;
        let menu = page.part("[role=menu]", 0.0, 0.0).await?;
        ensure!(
            (menu.x - card.x).abs() < 4.0,
            "a menu for {card:?} is at {menu:?}"
        );
        page.press(Key::Escape + "").await?;
        page.ask_for("Usual text size", "text-usual").await?;
        until_side(&page, "#run", "height", height).await
    })
    .await
}

/// Twice as large is a window of half the size: it has one thing at a time.
#[tokio::test]
async fn nothing_is_lost_where_everything_is_twice_as_large() -> Result<()> {
    with_page("text-twice", async |page| {
        for size in Size::ALL {
            page.afresh().await?;
            page.resize(size).await?;
            page.evaluate("localStorage.setItem('pipeyard.text', '200')")
                .await?;
            page.reload().await?;
            // It comes last, and has another height than what keeps its place.
            page.element(".line__field").await?;
            let seen = async {
                page.lies_well().await?;
                start(&page).await?;
                finished(&page).await?;
                page.settled().await?;
                page.screenshot(&format!("text-200-{}", size.width)).await?;
                page.lies_well().await?;
                page.reads_well(Rules::All).await
            };
            seen.await.with_context(|| format!("{size:?}"))?;
        }
        Ok(())
    })
    .await
}
