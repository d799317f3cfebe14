//! Wires in the inspector: other ends, a stage between, fan-in and its order, extra inputs, frozen data.

use anyhow::Result;
use pipeyard_tests::browser::{Page, with_page};

use super::steps::{run_to_the_end, select};

/// Chooses the option that begins so.
async fn choose(page: &Page, list: &str, begins: &str) -> Result<()> {
    let body = format!(
        "return [...document.querySelectorAll('{list} option')].findIndex(option => option.textContent.startsWith('{begins}')) + 1"
    );
    let number = page.until(&format!("`{begins}` in {list}"), &body).await?;
    let child = format!("{list} option:nth-child({number})");
    page.click(&child).await
}

async fn wires(page: &Page) -> Result<Vec<String>> {
    page.attributes("[data-wire]", "title").await
}

#[tokio::test]
async fn a_wire_is_led_elsewhere_and_back() -> Result<()> {
    with_page("wire-ends", async |page| {
        page.click("[data-wire]:first-child").await?;
        page.element("#wire-to").await?;
        let impossible = page
            .evaluate("return [...document.querySelectorAll('#wire-from option')].filter(option => option.disabled).length")
            .await?;
        assert!(impossible.as_u64() > Some(0), "no stage feeds itself");
        choose(&page, "#wire-to", "md5sum stdin").await?;
        page.until_text(".inspector__name", "md5sum").await?;
        page.click("#undo").await?;
        page.until("the wire as it was", "return document.querySelector('#wire-to')?.selectedOptions[0].textContent.startsWith('openssl')").await?;
        run_to_the_end(&page).await
    })
    .await
}

#[tokio::test]
async fn a_stage_is_put_into_a_wire() -> Result<()> {
    with_page("insert", async |page| {
        let before = wires(&page).await?.len();
        page.click("[data-wire]:first-child").await?;
        page.element("#insert-stage").await?;
        page.click("#insert-stage option[value=\"base64\"]").await?;
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
        choose(&page, "#add-wire", "stderr → md5sum fd3").await?;
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
        choose(&page, "#add-wire", "stdout → md5sum stdin").await?;
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
        page.press(thirtyfour::Key::Enter + "").await?;
        page.element("[data-stage=\"wc\"]").await?;
        page.click("[data-wire=\"w1\"]").await?;
        page.until_text("#freeze-note", "after a run").await?;
        page.element("#freeze:disabled").await?;
        run_to_the_end(&page).await?;
        page.click("#freeze:not(:disabled)").await?;
        page.until_text("#freeze-note", "kept").await?;
        page.until_text("[data-stage=\"seq\"]", "left out").await?;
        page.press_with(thirtyfour::Key::Control, thirtyfour::Key::Enter)
            .await?;
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
