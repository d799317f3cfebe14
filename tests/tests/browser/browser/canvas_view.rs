//! How the canvas is looked at, and what is dropped on it, with a mouse.

use anyhow::Result;
use pipeyard_tests::browser::{Button, Held, Page, at, with_page};
use thirtyfour::Key;

const MIDDLE: (f64, f64) = (0.5, 0.5);
const CORNER: (f64, f64) = (0.0, 0.0);
const CARDS: &str = "document.querySelectorAll('.canvas [data-stage]').length";
const WIRES: &str = "document.querySelectorAll('.canvas [data-wire]').length";
const TRANSFORM: &str = "document.querySelector('.canvas__content').style.transform";

async fn until(page: &Page, what: &str, fact: &str) -> Result<()> {
    page.until(what, &format!("return {fact}")).await.map(drop)
}

fn card(stage: &str) -> String {
    format!(".canvas [data-stage=\"{stage}\"]")
}

/// A place of the canvas on which nothing stands.
async fn ground(page: &Page) -> Result<(i64, i64)> {
    page.place(".canvas", 0.5, 0.88).await
}

async fn double_click(page: &Page, (x, y): (i64, i64)) -> Result<()> {
    let place = at(x as f64, y as f64);
    page.press_button(place, Button::Left, 2, Held::NONE).await
}

#[tokio::test]
async fn dragging_the_ground_pans_where_a_person_wants_that() -> Result<()> {
    with_page("panned", async |page| {
        let name = card("openssl");
        let before = page.place(&name, 0.5, 0.5).await?;
        let from = ground(&page).await?;
        page.click("[data-look=\"pan\"]").await?;
        until(
            &page,
            "the switch is on",
            "document.querySelector('[data-look=\"pan\"]').ariaPressed === 'true'",
        )
        .await?;
        page.hold(from, (from.0 + 40, from.1 - 30)).await?;
        page.release().await?;
        page.until_at(&name, MIDDLE, (before.0 + 40, before.1 - 30))
            .await?;
        page.reload().await?;
        until(
            &page,
            "the switch is still on",
            "document.querySelector('[data-look=\"pan\"]').ariaPressed === 'true'",
        )
        .await?;
        page.click("[data-look=\"pan\"]").await?;
        // Space and the middle button pan all the same.
        let before = page.place(&name, 0.5, 0.5).await?;
        page.evaluate("document.activeElement.blur()").await?;
        page.hold_with(Key::Space, from, (from.0 + 20, from.1))
            .await?;
        page.until_at(&name, MIDDLE, (before.0 + 20, before.1))
            .await?;
        let [start, end] = [from, (from.0 - 30, from.1 - 50)].map(|(x, y)| at(x as f64, y as f64));
        page.drag(start, end, Button::Middle, Held::NONE).await?;
        page.mouse_up(end, Button::Middle, Held::NONE).await?;
        page.until_at(&name, MIDDLE, (before.0 - 10, before.1 - 50))
            .await?;
        let none = "document.querySelectorAll('.canvas .is-selected').length === 0";
        until(&page, "nothing was selected", none).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_grid_holds_cards_and_the_zoom_is_said() -> Result<()> {
    with_page("snapped", async |page| {
        page.click("[data-look=\"in\"]").await?;
        page.until_text("[data-look=\"whole\"]", "125 %").await?;
        page.click("[data-look=\"whole\"]").await?;
        page.until_text("[data-look=\"whole\"]", "100 %").await?;
        page.click("[data-look=\"snap\"]").await?;
        until(
            &page,
            "the switch is on",
            "document.querySelector('[data-look=\"snap\"]').ariaPressed === 'true'",
        )
        .await?;
        let name = card("md5sum");
        let from = page.place(&name, 0.5, 0.5).await?;
        page.hold(from, (from.0 + 13, from.1 + 117)).await?;
        page.release().await?;
        until(
            &page,
            "it stands on the grid",
            "(() => { const style = document.querySelector('.canvas [data-stage=\"md5sum\"]').parentElement.style; \
             return parseFloat(style.left) % 20 === 0 && parseFloat(style.top) % 20 === 0 && \
             !document.querySelector('#undo').disabled })()",
        )
        .await
    })
    .await
}

#[tokio::test]
async fn what_is_larger_than_the_view_is_seen_small_and_gone_to_there() -> Result<()> {
    with_page("minimap", async |page| {
        let hidden = "getComputedStyle(document.querySelector('.minimap')).visibility";
        until(&page, "all is seen", &format!("{hidden} === 'hidden'")).await?;
        for _ in 0..3 {
            page.click("[data-look=\"in\"]").await?;
        }
        until(&page, "not all is seen", &format!("{hidden} === 'visible'")).await?;
        page.screenshot("minimap").await?;
        let before = page.evaluate(&format!("return {TRANSFORM}")).await?;
        let right = page.place(".minimap", 0.9, 0.5).await?;
        page.tap(right).await?;
        until(
            &page,
            "the view went there",
            &format!("{TRANSFORM} !== {before}"),
        )
        .await?;
        until(
            &page,
            "the last card is seen",
            "(() => { const [card, canvas] = ['.canvas [data-stage=\"md5sum\"]', '.canvas'].map(part => \
             document.querySelector(part).getBoundingClientRect()); const middle = card.x + card.width / 2; \
             return canvas.left < middle && middle < canvas.right })()",
        )
        .await?;
        page.press("1").await?;
        until(&page, "all is seen", &format!("{hidden} === 'hidden'")).await
    })
    .await
}

#[tokio::test]
async fn a_wire_that_is_dropped_on_nothing_asks_for_a_stage() -> Result<()> {
    with_page("dropped", async |page| {
        let (x, top) = page.place(&card("openssl"), 1.0, 0.0).await?;
        let to = ground(&page).await?;
        page.hold((x, top + 48), to).await?;
        page.release().await?;
        page.element("#adding").await?;
        page.screenshot("list").await?;
        page.press("wc").await?;
        page.press(Key::Enter + "").await?;
        until(&page, "a fourth card", &format!("{CARDS} === 4")).await?;
        until(&page, "with a wire", &format!("{WIRES} === 3")).await?;
        page.screenshot("added").await?;
        page.click("#undo").await?;
        until(
            &page,
            "one step back",
            &format!("{CARDS} === 3 && {WIRES} === 2"),
        )
        .await?;
        // All of a pipeline that is typed goes behind the wire.
        page.hold((x, top + 48), to).await?;
        page.release().await?;
        page.element("#adding").await?;
        page.press("ort -r | uniq -c").await?;
        // The field's own Home.
        page.press(Key::Home + "").await?;
        page.press("s").await?;
        page.press(Key::Enter + "").await?;
        until(
            &page,
            "two cards more, one behind the other",
            "(() => { const { wires } = JSON.parse(localStorage.getItem('pipeyard.chain')); \
             const joins = wires.map(wire => `${wire.from.stage} ${wire.to.stage}`); \
             return joins.length === 4 && joins.includes('openssl sort') && joins.includes('sort uniq') })()",
        )
        .await?;
        page.click("#undo").await?;
        until(
            &page,
            "one step back",
            &format!("{CARDS} === 3 && {WIRES} === 2"),
        )
        .await?;
        // A double click on the ground, and Tab after a click there, add as well.
        double_click(&page, to).await?;
        page.element("#adding").await?;
        page.press("sleep 3 | x").await?;
        page.press(Key::Escape + "").await?;
        until(
            &page,
            "the list is gone",
            "!document.querySelector('#adding')",
        )
        .await?;
        page.evaluate("document.activeElement.blur()").await?;
        page.tap((to.0 + 60, to.1)).await?;
        page.press(Key::Tab + "").await?;
        page.element("#adding").await?;
        page.press("tac -b").await?;
        page.press(Key::Enter + "").await?;
        until(
            &page,
            "what was typed",
            &format!("{CARDS} === 4 && {WIRES} === 2"),
        )
        .await
    })
    .await
}

#[tokio::test]
async fn a_card_is_put_into_a_wire_and_an_end_of_a_wire_led_elsewhere() -> Result<()> {
    with_page("inserted", async |page| {
        // A stage that nothing is wired to.
        let to = ground(&page).await?;
        double_click(&page, to).await?;
        page.element("#adding").await?;
        page.press("wc").await?;
        page.press(Key::Enter + "").await?;
        until(&page, "a fourth card", &format!("{CARDS} === 4 && {WIRES} === 2")).await?;
        let added = "[data-stage=\"wc\"]";
        // An end of the wire into md5sum goes to it.
        page.click("[data-wire=\"w2\"]").await?;
        until(
            &page,
            "the wire is selected",
            "document.querySelector('[data-wire=\"w2\"]').ariaPressed === 'true'",
        )
        .await?;
        let (x, top) = page.place(&card("md5sum"), 0.0, 0.0).await?;
        let (left, above) = page.place(added, 0.0, 0.0).await?;
        page.hold((x, top + 48), (left, above + 48)).await?;
        page.release().await?;
        let to_added = "(JSON.parse(localStorage.getItem('pipeyard.chain')).wires.find(wire => wire.id === 'w2') ?? {}).to?.stage";
        until(&page, "it arrives elsewhere", &format!("{to_added} === 'wc'")).await?;
        page.click("#undo").await?;
        until(&page, "and is back", &format!("{to_added} === 'md5sum'")).await?;
        // Dropped on the wire, it stands in it.
        let from = page.place(added, 0.5, 0.5).await?;
        let (one, _) = page.place(&card("random"), 1.0, 0.0).await?;
        let (other, _) = page.place(&card("openssl"), 0.0, 0.0).await?;
        page.hold(from, ((one + other) / 2, top + 48)).await?;
        until(&page, "the wire is marked", "!!document.querySelector('[data-onto]')").await?;
        page.screenshot("onto").await?;
        page.release().await?;
        until(&page, "three wires", &format!("{WIRES} === 3")).await?;
        page.click("#undo").await?;
        until(&page, "one step back", &format!("{WIRES} === 2")).await
    })
    .await
}

#[tokio::test]
async fn the_view_goes_along_where_something_is_dragged_to_its_edge() -> Result<()> {
    with_page("edge", async |page| {
        let before = page.evaluate(&format!("return {TRANSFORM}")).await?;
        let from = page.place(&card("md5sum"), 0.5, 0.5).await?;
        let edge = page.place(".canvas", 0.5, 1.0).await?;
        page.hold(from, (from.0, edge.1 - 6)).await?;
        until(
            &page,
            "the view has moved",
            &format!("{TRANSFORM} !== {before}"),
        )
        .await?;
        page.press(Key::Escape + "").await?;
        page.release().await?;
        let undo = page
            .evaluate("return document.querySelector('#undo').disabled")
            .await?;
        assert_eq!(undo, true, "Escape ends it with nothing done");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_template_is_dragged_to_the_canvas_and_into_a_wire() -> Result<()> {
    with_page("carried", async |page| {
        let grep = page.place("[data-template=\"grep\"]", 0.3, 0.5).await?;
        let to = ground(&page).await?;
        page.hold(grep, to).await?;
        page.release().await?;
        until(
            &page,
            "a fourth card",
            &format!("{CARDS} === 4 && {WIRES} === 2"),
        )
        .await?;
        page.click("#undo").await?;
        until(&page, "one step back", &format!("{CARDS} === 3")).await?;
        let (one, top) = page.place(&card("random"), 1.0, 0.0).await?;
        let (other, _) = page.place(&card("openssl"), 0.0, 0.0).await?;
        let sort = page.place("[data-template=\"sort\"]", 0.3, 0.5).await?;
        page.hold(sort, ((one + other) / 2, top + 48)).await?;
        page.screenshot("carried").await?;
        page.release().await?;
        until(
            &page,
            "it stands in the wire",
            &format!("{CARDS} === 4 && {WIRES} === 3"),
        )
        .await?;
        page.click("#undo").await?;
        until(
            &page,
            "one step back",
            &format!("{CARDS} === 3 && {WIRES} === 2"),
        )
        .await
    })
    .await
}

#[tokio::test]
async fn two_fingers_pan_and_pinch_and_keys_look_otherwise() -> Result<()> {
    with_page("fingers", async |page| {
        let name = card("openssl");
        let before = page.place(&name, 0.0, 0.0).await?;
        let (x, y) = ground(&page).await?;
        let on = at(x as f64, y as f64);
        // Of a touch pad.
        page.wheel(on, 30.0, 10.0, Held::NONE).await?;
        page.until_at(&name, CORNER, (before.0 - 30, before.1 - 10))
            .await?;
        page.wheel(on, 0.0, -5.0, Held::CONTROL).await?;
        let zoom = "document.querySelector('[data-look=\"whole\"]').textContent";
        until(&page, "it is larger", &format!("parseInt({zoom}) > 100")).await?;
        for _ in 0..10 {
            page.wheel(on, 0.0, -50.0, Held::CONTROL).await?;
        }
        until(&page, "never above 200 %", &format!("{zoom} === '200 %'")).await?;
        for _ in 0..20 {
            page.wheel(on, 0.0, 50.0, Held::CONTROL).await?;
        }
        until(&page, "never below 10 %", &format!("{zoom} === '10 %'")).await?;
        page.press("0").await?;
        until(&page, "as it is", &format!("{zoom} === '100 %'")).await?;
        page.until_at(&name, CORNER, before).await?;
        page.click(&name).await?;
        page.press(".").await?;
        until(
            &page,
            "the selected card is in the middle",
            "(() => { const [card, canvas] = ['.canvas [data-stage=\"openssl\"]', '.canvas'].map(part => \
             document.querySelector(part).getBoundingClientRect()); \
             return Math.abs(card.x + card.width / 2 - canvas.x - canvas.width / 2) <= 2 })()",
        )
        .await
    })
    .await
}

#[tokio::test]
async fn ctrl_and_shift_add_to_the_selection_and_ctrl_delete_joins_what_is_left() -> Result<()> {
    with_page("adding-up", async |page| {
        let selected = |count: usize| {
            format!("document.querySelectorAll('.canvas .card.is-selected').length === {count}")
        };
        page.click(&card("random")).await?;
        until(&page, "one", &selected(1)).await?;
        let other = page.place(&card("md5sum"), 0.5, 0.3).await?;
        page.tap_with(Key::Control, other).await?;
        until(&page, "two", &selected(2)).await?;
        page.tap_with(Key::Control, other).await?;
        until(&page, "one again", &selected(1)).await?;
        // As on a Mac.
        let place = at(other.0 as f64, other.1 as f64);
        page.press_button(place, Button::Left, 1, Held::COMMAND)
            .await?;
        until(&page, "two by Cmd", &selected(2)).await?;
        page.tap_with(Key::Control, other).await?;
        until(&page, "one once more", &selected(1)).await?;
        // With Shift a marquee adds, wherever dragging the ground pans.
        page.click("[data-look=\"pan\"]").await?;
        let (right, bottom) = page.place(&card("md5sum"), 0.9, 1.0).await?;
        page.hold_with(Key::Shift, (right, bottom + 30), (right - 20, bottom - 10))
            .await?;
        until(&page, "two by a marquee", &selected(2)).await?;
        page.press(Key::Escape + "").await?;
        until(&page, "none", &selected(0)).await?;
        page.click(&card("openssl")).await?;
        page.press_with(Key::Control, Key::Delete).await?;
        until(
            &page,
            "two cards and the wire between",
            &format!("{CARDS} === 2 && {WIRES} === 1"),
        )
        .await?;
        page.press_with(Key::Control, 'z').await?;
        until(
            &page,
            "one step back",
            &format!("{CARDS} === 3 && {WIRES} === 2"),
        )
        .await?;
        // Not the card that was just clicked: that would be a double click.
        page.click(&card("md5sum")).await?;
        page.press_with(Key::Control, 'b').await?;
        until(
            &page,
            "bypassed",
            "!!document.querySelector('.canvas .is-bypassed[data-stage=\"md5sum\"]')",
        )
        .await
    })
    .await
}

#[tokio::test]
async fn cards_are_laid_out_again_only_when_asked() -> Result<()> {
    with_page("tidied", async |page| {
        let name = card("md5sum");
        let before = page.place(&name, 0.0, 0.0).await?;
        let from = page.place(&name, 0.5, 0.5).await?;
        page.hold(from, (from.0 - 200, from.1 + 150)).await?;
        page.release().await?;
        let moved = (before.0 - 200, before.1 + 150);
        page.until_at(&name, CORNER, moved).await?;
        let other = card("openssl");
        let beside = page.place(&other, 0.0, 0.0).await?;
        let at = page.place(&name, 0.0, 0.0).await?;
        let apart = (at.0 - beside.0, at.1 - beside.1);
        // What is added does not move it.
        page.click(&card("random")).await?;
        page.press_with(Key::Control, 'd').await?;
        until(&page, "a fourth card", &format!("{CARDS} === 4")).await?;
        // The view goes to the new card, so it is the distance between the others that stays.
        until(
            &page,
            "it stands where it was put",
            &format!(
                "(() => {{ const [card, other] = ['md5sum', 'openssl'].map(name => \
                 document.querySelector(`.canvas [data-stage=\"${{name}}\"]`).getBoundingClientRect()); \
                 return Math.hypot(card.x - other.x - {}, card.y - other.y - {}) <= 2 }})()",
                apart.0, apart.1
            ),
        )
        .await?;
        page.click("#undo").await?;
        until(&page, "three cards", &format!("{CARDS} === 3")).await?;
        page.click("[data-look=\"tidy\"]").await?;
        let in_row = "(() => { const top = name => document.querySelector(`.canvas [data-stage=\"${name}\"]`).getBoundingClientRect().y; \
                      return Math.abs(top('md5sum') - top('openssl')) <= 1 })()";
        until(&page, "it is back in its row", in_row).await?;
        page.click("#undo").await?;
        until(&page, "one step back", &format!("!{in_row}")).await?;
        page.click("#redo").await?;
        until(&page, "and forth", in_row).await
    })
    .await
}

#[tokio::test]
async fn what_stands_above_and_left_of_the_origin_is_drawn_as_anywhere() -> Result<()> {
    with_page("above", async |page| {
        page.evaluate(
            "const chain = JSON.parse(localStorage.getItem('pipeyard.chain')); \
             chain.stages.forEach((stage, at) => stage.at = { x: 300 * at - 2000, y: -900 }); \
             localStorage.setItem('pipeyard.chain', JSON.stringify(chain))",
        )
        .await?;
        page.reload().await?;
        until(
            &page,
            "each wire between its cards",
            "(() => { const [one, other] = ['random', 'openssl'].map(name => \
             document.querySelector(`.canvas [data-stage=\"${name}\"]`).getBoundingClientRect()); \
             const wire = document.querySelector('.curves .wire__line').getBoundingClientRect(); \
             return Math.abs(wire.left - one.right) < 8 && Math.abs(wire.right - other.left) < 8 })()",
        )
        .await?;
        page.screenshot("above").await
    })
    .await
}
