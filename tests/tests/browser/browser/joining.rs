//! Wires in the inspector: other ends, a stage between, fan-in and its order, extra inputs, frozen data.

use anyhow::Result;
use pipeyard_tests::browser::{Page, with_page};

use thirtyfour::Key;

use super::steps::{run_to_the_end, select};

async fn wires(page: &Page) -> Result<Vec<String>> {
    // While one is pointed at, its tip says it.
    let body = "return [...document.querySelectorAll('[data-wire]')].map(pill => pill.title || pill.dataset.title)";
    Ok(serde_json::from_value(page.evaluate(body).await?)?)
}

#[tokio::test]
async fn a_wire_is_led_elsewhere_and_back() -> Result<()> {
    with_page("wire-ends", async |page| {
        page.click("[data-wire]:first-child").await?;
        // What it cannot be led to says why not.
        page.click("#wire-from").await?;
        page.until_text(
            "#pick [data-choice=\"md5sum stdout\"][aria-disabled=true] .chooser__hint",
            "ring",
        )
        .await?;
        page.press(Key::Escape + "").await?;
        page.until_focus("#wire-from").await?;
        page.pick("#wire-to", "md5sum stdin", "md5sum stdin")
            .await?;
        page.until_text(".inspector__name", "md5sum").await?;
        page.click("#undo").await?;
        page.until(
            "the wire as it was",
            "return document.querySelector('#wire-to')?.textContent.startsWith('openssl')",
        )
        .await?;
        run_to_the_end(&page).await
    })
    .await
}

/// Going along what can be chosen chooses nothing: arrows do nothing to a button, and only Enter takes from its list.
#[tokio::test]
async fn an_end_is_chosen_by_keys_and_not_before_enter() -> Result<()> {
    with_page("wire-keys", async |page| {
        page.click("[data-wire]:first-child").await?;
        let before = wires(&page).await?;
        for list in ["#wire-from", "#wire-to", "#insert-stage"] {
            page.tab_to(list).await?;
            page.press(Key::Down + "").await?;
            page.press(Key::Enter + "").await?;
            page.until_focus("#pick [role=combobox]").await?;
            let beside = format!(
                "const list = document.querySelector('#pick .covering__panel').getBoundingClientRect(); \
                 const button = document.querySelector('{list}').getBoundingClientRect(); \
                 return list.left < button.right && list.right > button.left"
            );
            page.until("the list at its button", &beside).await?;
            page.press(Key::Down + Key::Down).await?;
            page.screenshot(&format!("pick-{}", &list[1..])).await?;
            page.press(Key::Escape + "").await?;
            page.until_focus(list).await?;
        }
        page.settled().await?;
        assert_eq!(wires(&page).await?, before);
        page.element("#undo:disabled").await?;
        page.tab_back_to("#wire-to").await?;
        page.press(Key::Enter + "").await?;
        page.choose("md5sum stdin", "md5sum stdin").await?;
        page.until_text(".inspector__name", "md5sum").await?;
        page.until_focus("#wire-to").await
    })
    .await
}

#[tokio::test]
async fn a_stage_is_put_into_a_wire() -> Result<()> {
    with_page("insert", async |page| {
        let before = wires(&page).await?.len();
        page.click("[data-wire]:first-child").await?;
        page.pick("#insert-stage", "base64", "base64").await?;
        page.element("[data-stage=\"base64\"]").await?;
        page.until(
            "one wire more",
            &format!(
                "return document.querySelectorAll('[data-wire]').length === {}",
                before + 1
            ),
        )
        .await?;
        run_to_the_end(&page).await
    })
    .await
}

#[tokio::test]
async fn an_extra_input_is_named_and_wired() -> Result<()> {
    with_page("extra-input", async |page| {
        select(&page, "md5sum").await?;
        page.click("#add-input").await?;
        page.until(
            "the argument",
            "return document.querySelector('#argument-0')?.value === '{fd3}'",
        )
        .await?;
        page.until_text("#add-input", "fd4").await?;
        select(&page, "openssl").await?;
        page.pick("#add-wire", "stderr → md5sum fd3", "stderr → md5sum fd3")
            .await?;
        page.until(
            "the wire",
            "return document.querySelectorAll('[data-wire]').length === 3",
        )
        .await?;
        run_to_the_end(&page).await
    })
    .await
}

#[tokio::test]
async fn wires_that_are_read_in_order_change_places() -> Result<()> {
    with_page("fan-in-order", async |page| {
        select(&page, "random").await?;
        page.pick(
            "#add-wire",
            "stdout → md5sum stdin",
            "stdout → md5sum stdin",
        )
        .await?;
        page.until(
            "three wires",
            "return document.querySelectorAll('.canvas [data-wire]').length === 3",
        )
        .await?;
        page.click(".canvas [data-wire=\"w3\"]").await?;
        page.element(".canvas [data-wire=\"w3\"][aria-pressed=true]")
            .await?;
        page.click("#wire-merge label:nth-of-type(2)").await?;
        page.element("#wire-order").await?;
        page.until_text("#wire-order li:nth-child(1)", "openssl")
            .await?;
        page.until_text("#wire-order li:nth-child(2):last-child", "random")
            .await?;
        page.click("#wire-order li:last-child button").await?;
        page.until_text("#wire-order li:nth-child(1)", "random")
            .await?;
        page.until_text("#wire-order li:nth-child(2)", "openssl")
            .await?;
        page.click("#undo").await?;
        page.until_text("#wire-order li:nth-child(1)", "openssl")
            .await
    })
    .await
}

#[tokio::test]
async fn frozen_data_stands_for_whoever_wrote_it() -> Result<()> {
    with_page("freeze", async |page| {
        // One lane: where each has data of its own, none can stand for all.
        page.click("#new-chain").await?;
        page.click("#palette-search").await?;
        page.press("seq 9 | sort -r | wc -l").await?;
        page.press(Key::Enter + "").await?;
        page.element("[data-stage=\"wc\"]").await?;
        page.click("[data-wire=\"w1\"]").await?;
        page.until_text("#freeze-note", "after a run").await?;
        page.element("#freeze:disabled").await?;
        run_to_the_end(&page).await?;
        page.click("#freeze:not(:disabled)").await?;
        page.until_text("#freeze-note", "kept").await?;
        page.until_text("[data-stage=\"seq\"]", "left out").await?;
        page.press_with(Key::Control, Key::Enter).await?;
        page.until_text(".result", "only what is behind").await?;
        page.element("[data-stage=\"wc\"][data-state=\"fine\"]")
            .await?;
        page.reload().await?;
        page.until_text("[data-stage=\"seq\"]", "left out").await?;
        page.click("[data-wire=\"w1\"]").await?;
        page.click("#freeze").await?;
        page.until(
            "nothing left out",
            "return !document.querySelector('.is-left-out')",
        )
        .await?;
        run_to_the_end(&page).await
    })
    .await
}
