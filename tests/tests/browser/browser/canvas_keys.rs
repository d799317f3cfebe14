//! The canvas by keyboard: joining ports, naming, adding, moving; and the way back over a reload.

use anyhow::{Result, ensure};
use pipeyard_tests::browser::{Page, with_page};
use thirtyfour::Key;

const CARDS: &str = "document.querySelectorAll('.canvas [data-stage]').length";
const WIRES: &str = "document.querySelectorAll('.canvas [data-wire]').length";
const SAID: &str = "document.querySelector('.canvas__said').textContent";

async fn until(page: &Page, what: &str, fact: &str) -> Result<()> {
    page.until(what, &format!("return {fact}")).await.map(drop)
}

fn card(stage: &str) -> String {
    format!(".canvas [data-stage=\"{stage}\"]")
}

async fn choose(page: &Page, stage: &str) -> Result<()> {
    page.click(&card(stage)).await?;
    until(
        page,
        "the stage is selected",
        &format!("!!document.querySelector('.canvas .is-selected[data-stage=\"{stage}\"]')"),
    )
    .await
}

#[tokio::test]
async fn ports_are_joined_by_keyboard() -> Result<()> {
    with_page("joined-by-keys", async |page| {
        choose(&page, "random").await?;
        page.press("c").await?;
        until(
            &page,
            "what can be joined is said",
            &format!("{SAID}.includes('Enter')"),
        )
        .await?;
        let first = page.evaluate(&format!("return {SAID}")).await?;
        page.press(Key::Right + "").await?;
        until(
            &page,
            "another port is said",
            &format!("{SAID} !== {first}"),
        )
        .await?;
        page.screenshot("leading").await?;
        page.press(Key::Escape + "").await?;
        until(&page, "nothing is said", &format!("{SAID} === ''")).await?;
        until(&page, "nothing was joined", &format!("{WIRES} === 2")).await?;
        page.press("c").await?;
        until(
            &page,
            "what can be joined is said",
            &format!("{SAID}.includes('Enter')"),
        )
        .await?;
        page.press(Key::Enter + "").await?;
        until(&page, "one wire more", &format!("{WIRES} === 3")).await?;
        page.press_with(Key::Control, 'z').await?;
        until(&page, "it is taken back", &format!("{WIRES} === 2")).await
    })
    .await
}

/// What the ports say at which a wire can end that is led by keys.
const LED: &str = "document.querySelector('.canvas__said').textContent.includes('Enter')";

#[tokio::test]
async fn a_wire_that_is_led_takes_no_keys_from_anything_else() -> Result<()> {
    with_page("led", async |page| {
        choose(&page, "random").await?;
        // Space chooses as Enter does, and presses nothing.
        page.press("c").await?;
        until(&page, "a wire is led", LED).await?;
        page.press(" ").await?;
        until(&page, "one wire more", &format!("{WIRES} === 3")).await?;
        page.press_with(Key::Control, 'z').await?;
        until(&page, "it is taken back", &format!("{WIRES} === 2")).await?;
        page.until_focus("[data-stage=random]").await?;
        // A field that is clicked has its keys to itself.
        page.press("c").await?;
        until(&page, "a wire is led", LED).await?;
        page.click("#palette-search").await?;
        until(&page, "it is let go", &format!("!{LED}")).await?;
        page.press("cc").await?;
        page.press(Key::Left + "").await?;
        page.press("x").await?;
        until(
            &page,
            "what was typed",
            "document.querySelector('#palette-search').value === 'cxc'",
        )
        .await?;
        page.press(Key::Escape + "").await?;
        // Ctrl and C copies.
        choose(&page, "random").await?;
        page.press("c").await?;
        until(&page, "a wire is led", LED).await?;
        page.evaluate("addEventListener('copy', () => window.copied = true)")
            .await?;
        page.press_with(Key::Control, 'c').await?;
        until(&page, "it was copied", "window.copied === true").await?;
        until(&page, "the wire is let go", &format!("!{LED}")).await?;
        // The same key of a Korean keyboard leads on, from the next port.
        page.key_of_script("ㅊ", "KeyC").await?;
        until(&page, "a wire is led", LED).await?;
        let from = page.evaluate(&format!("return {SAID}")).await?;
        page.key_of_script("ㅊ", "KeyC").await?;
        until(&page, "still led", LED).await?;
        page.press(Key::Right + "").await?;
        until(&page, "elsewhere", &format!("{SAID} !== {from} && {LED}")).await?;
        page.press(Key::Escape + "").await?;
        until(&page, "it is let go", &format!("{SAID} === ''")).await?;
        // Asked for from the list of commands it is led from the card, whatever had the focus before.
        page.click("#title").await?;
        page.ask_for("connect", "connect").await?;
        until(&page, "a wire is led", LED).await?;
        page.until_focus("[data-stage=random]").await?;
        page.press(Key::Enter + "").await?;
        until(&page, "one wire more", &format!("{WIRES} === 3")).await
    })
    .await
}

#[tokio::test]
async fn a_stage_is_named_on_its_card_and_opened_by_enter() -> Result<()> {
    with_page("named", async |page| {
        choose(&page, "md5sum").await?;
        page.press(Key::F2 + "").await?;
        until(
            &page,
            "a field has the focus",
            "document.activeElement.id === 'rename'",
        )
        .await?;
        page.press("digest").await?;
        page.screenshot("naming").await?;
        page.press(Key::Enter + "").await?;
        page.until_text(&card("md5sum"), "digest").await?;
        let focus = "document.activeElement.dataset.stage === 'md5sum'";
        until(&page, "the card has the focus again", focus).await?;
        page.press(Key::F2 + "").await?;
        until(
            &page,
            "a field has the focus",
            "document.activeElement.id === 'rename'",
        )
        .await?;
        page.press("other").await?;
        page.press(Key::Escape + "").await?;
        until(&page, "the card has the focus again", focus).await?;
        page.until_text(&card("md5sum"), "digest").await?;
        page.press(Key::Enter + "").await?;
        until(
            &page,
            "the inspector's first field has the focus",
            "!!document.activeElement.closest('.inspector')",
        )
        .await
    })
    .await
}

#[tokio::test]
async fn a_stage_is_added_from_a_list_that_a_key_opens() -> Result<()> {
    with_page("added-by-key", async |page| {
        choose(&page, "md5sum").await?;
        page.press("a").await?;
        page.element("#adding").await?;
        page.press("wc").await?;
        page.screenshot("adding").await?;
        page.press(Key::Enter + "").await?;
        until(&page, "a fourth card", &format!("{CARDS} === 4")).await?;
        until(&page, "wired in", &format!("{WIRES} === 3")).await?;
        page.press("a").await?;
        page.element("#adding").await?;
        page.press(Key::Escape + "").await?;
        until(
            &page,
            "the list is gone",
            "!document.querySelector('#adding')",
        )
        .await?;
        until(&page, "nothing was added", &format!("{CARDS} === 4")).await
    })
    .await
}

#[tokio::test]
async fn arrows_walk_along_wires_and_with_shift_they_move() -> Result<()> {
    with_page("nudged", async |page| {
        choose(&page, "openssl").await?;
        let name = card("openssl");
        let before = page.place(&name, 0.0, 0.0).await?;
        let other = page.place(&card("md5sum"), 0.0, 0.0).await?;
        let moved = |x: i64| {
            format!(
                "Math.round(document.querySelector('{}').getBoundingClientRect().x) === {x}",
                name.replace('"', "\\\"")
            )
        };
        page.press_with(Key::Shift, Key::Right).await?;
        until(&page, "20 to the right", &moved(before.0 + 20)).await?;
        page.press_with(Key::Control, Key::Left).await?;
        until(&page, "1 to the left", &moved(before.0 + 19)).await?;
        ensure!(
            page.place(&card("md5sum"), 0.0, 0.0).await? == other,
            "the other stays"
        );
        page.press_with(Key::Control, 'z').await?;
        until(&page, "one step back", &moved(before.0)).await?;
        page.press(Key::Right + "").await?;
        until(
            &page,
            "the next stage has the focus",
            "document.activeElement.dataset.stage === 'md5sum'",
        )
        .await
    })
    .await
}

#[tokio::test]
async fn the_way_back_survives_a_reload() -> Result<()> {
    with_page("kept", async |page| {
        choose(&page, "md5sum").await?;
        page.press(Key::Backspace + "").await?;
        until(&page, "two cards", &format!("{CARDS} === 2")).await?;
        page.reload().await?;
        until(&page, "still two cards", &format!("{CARDS} === 2")).await?;
        page.click("#undo").await?;
        until(&page, "three cards", &format!("{CARDS} === 3")).await?;
        page.click("#redo").await?;
        until(&page, "two cards again", &format!("{CARDS} === 2")).await
    })
    .await
}

#[tokio::test]
async fn stages_are_copied_cut_and_pasted() -> Result<()> {
    with_page("copied", async |page| {
        choose(&page, "openssl").await?;
        // Through the browser's own events, as its keys and its menu send them.
        page.evaluate(
            "window.clip = name => { const data = window.held ?? new DataTransfer(); \
             (document.activeElement ?? document.body).dispatchEvent(new ClipboardEvent(name, \
             { clipboardData: data, bubbles: true, cancelable: true })); window.held = data; \
             return data.getData('text/plain'); }; return clip('copy')",
        )
        .await?;
        let text = page.evaluate("return held.getData('text/plain')").await?;
        ensure!(
            text.as_str().is_some_and(|text| text.contains("openssl")),
            "{text} is the stage"
        );
        page.evaluate("clip('paste')").await?;
        until(&page, "a copy", &format!("{CARDS} === 4")).await?;
        page.click("#undo").await?;
        until(&page, "one step back", &format!("{CARDS} === 3")).await?;
        page.evaluate(
            "window.held = new DataTransfer(); held.setData('text/plain', 'seq 9 | sort -r'); clip('paste')",
        )
        .await?;
        until(&page, "two stages of a shell's text", &format!("{CARDS} === 5")).await?;
        until(&page, "with their wire", &format!("{WIRES} === 3")).await?;
        page.evaluate("window.held = undefined; clip('cut')").await?;
        until(&page, "they are cut", &format!("{CARDS} === 3")).await?;
        // What is no chain is said to be none, and a text field keeps its own clipboard.
        page.evaluate(
            "window.held = new DataTransfer(); held.setData('text/plain', 'if true; then'); clip('paste')",
        )
        .await?;
        until(&page, "why not", &format!("{SAID} !== ''")).await?;
        page.click("#palette-search").await?;
        page.evaluate("held = new DataTransfer(); held.setData('text/plain', 'seq 3'); clip('paste')")
            .await?;
        until(&page, "nothing was pasted", &format!("{CARDS} === 3")).await
    })
    .await
}

#[tokio::test]
async fn what_is_selected_is_duplicated_with_its_wires() -> Result<()> {
    with_page("duplicated", async |page| {
        choose(&page, "random").await?;
        page.press_with(Key::Control, 'a').await?;
        until(
            &page,
            "all are selected",
            "document.querySelectorAll('.canvas .card.is-selected').length === 3",
        )
        .await?;
        page.press_with(Key::Control, 'd').await?;
        let doubled = |place: &str| {
            format!(
                "document.querySelectorAll('{place} [data-stage]').length === 6 && \
                 JSON.parse(localStorage.getItem('pipeyard.chain')).wires.length === 4"
            )
        };
        until(&page, "copies with their wires", &doubled(".canvas")).await?;
        page.press_with(Key::Control, 'z').await?;
        until(&page, "one step back", &format!("{CARDS} === 3")).await?;
        // Where there is no canvas all the same, and what only a canvas can do says so.
        page.click("#picture-outline").await?;
        until(&page, "a list alone", "!document.querySelector('.canvas')").await?;
        page.press_with(Key::Control, 'a').await?;
        page.press_with(Key::Control, 'd').await?;
        until(
            &page,
            "copies with their wires",
            "JSON.parse(localStorage.getItem('pipeyard.chain')).stages.length === 6",
        )
        .await?;
        page.allow_clipboard().await?;
        page.ask_for("copy", "copy").await?;
        page.until_text("#toasts", "Copied").await?;
        page.ask_for("add a stage", "add").await?;
        page.until_focus("#palette-search").await?;
        page.press_with(Key::Control, 'k').await?;
        page.until_focus("#actions [role=combobox]").await?;
        page.press("zoom in").await?;
        page.until_text(
            "#actions [data-choice=zoom-in][aria-disabled=true]",
            "canvas",
        )
        .await
    })
    .await
}
