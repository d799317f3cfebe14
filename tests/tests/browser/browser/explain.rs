//! What is pointed at is explained, by pointer and by keyboard, with its source.

use std::time::Instant;

use anyhow::{Context, Result, bail};
use pipeyard_tests::browser::{Held, Page, Rules, Size, at, with_page_before};
use pipeyard_tests::{PATIENCE, TestRunner, manual};
use thirtyfour::Key;

use super::steps::{open_chain, select};

const CHAIN: &str = r#"{"pipeyard":1,"title":"Sifted","stages":[
  {"id":"seq","kind":{"process":{"program":"seq","args":["9"]}}},
  {"id":"sift","kind":{"process":{"program":"sift","args":["-v","-m","3"]}}}],
  "wires":[{"id":"w1","from":{"stage":"seq","port":"stdout"},"to":{"stage":"sift","port":"stdin"}}]}"#;

/// What the tip says, if there is one.
const TIP: &str = "return document.querySelector('#explained:not([hidden])')?.textContent ?? ''";
const NO_TIP: &str = "return !document.querySelector('#explained:not([hidden])')";

/// Before a runner whose manual has a program that does not exist.
async fn with_manual<F>(name: &str, test: impl FnOnce(Page) -> F) -> Result<()>
where
    F: Future<Output = Result<()>>,
{
    let pages = manual::sift()?;
    let path = pages.path().to_str().context("a path in UTF-8")?.to_owned();
    let start = move || TestRunner::start_with(&[], &[("MANPATH", &path)]);
    with_page_before(name, start, async |page| {
        open_chain(&page, CHAIN).await?;
        // What explains is loaded later.
        page.until(
            "what explains",
            "return !!document.querySelector('#explained')",
        )
        .await?;
        test(page).await
    })
    .await
}

/// The mouse stays over an element, as hands do: not quite still. A card may still be put to its place.
async fn point_at(page: &Page, selector: &str, wanted: &str) -> Result<String> {
    let deadline = Instant::now() + PATIENCE;
    let mut said = String::new();
    for step in 0_u32.. {
        let (x, y) = page.place(selector, 0.5, 0.25).await?;
        let off = f64::from(step % 3);
        page.mouse_to(at(x as f64 + off, y as f64), None, Held::NONE)
            .await?;
        let found = page.evaluate(TIP).await?;
        said = found.as_str().unwrap_or_default().to_owned();
        if said.contains(wanted) {
            return Ok(said);
        }
        if Instant::now() > deadline {
            break;
        }
    }
    bail!("{selector} is not explained by `{wanted}`, but by `{said}`")
}

#[tokio::test]
async fn a_card_a_word_and_a_port_are_explained_by_the_local_manual() -> Result<()> {
    with_manual("explain", async |page| {
        let card = ".card[data-stage=\"sift\"]";
        let said = point_at(&page, card, "let some lines through").await?;
        for wanted in ["sift(1), sift 2.1", "Let the other lines through.", "Stop after NUM lines."] {
            assert!(said.contains(wanted), "{said}");
        }
        let body = format!(
            "const tip = document.querySelector('#explained').getBoundingClientRect(); \
             const card = document.querySelector('{card}').getBoundingClientRect(); \
             return tip.bottom <= card.top || tip.top >= card.bottom || tip.right <= card.left || tip.left >= card.right"
        );
        page.until("the tip to stand beside the card", &body).await?;
        page.reads_well(Rules::All).await?;
        page.press(Key::Escape + "").await?;
        page.until("the tip to be gone", NO_TIP).await?;
        point_at(&page, ".port--error", "standard error").await?;
        point_at(&page, "[data-said=\"sift\"]", "let some lines through").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_keyboard_is_told_too_and_readers_hear_it() -> Result<()> {
    with_manual("explain-keys", async |page| {
        select(&page, "sift").await?;
        page.click("#stage-program").await?;
        page.until_text("#explained", "let some lines through").await?;
        page.tab_to("#argument-0").await?;
        page.until_text("#explained", "Let the other lines through.").await?;
        page.until(
            "the field to be described by it",
            "return document.querySelector('#argument-0').getAttribute('aria-describedby').split(' ').includes('explained')",
        )
        .await?;
        page.tab_to("#argument-2").await?;
        page.until("nothing to be said of a value", NO_TIP).await?;
        page.until(
            "the first field to be as it was",
            "return !document.querySelector('#argument-0').getAttribute('aria-describedby').includes('explained')",
        )
        .await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_command_lists_all_of_a_stage_in_the_language_of_the_page() -> Result<()> {
    with_manual("explain-list", async |page| {
        select(&page, "sift").await?;
        page.ask_for("explain", "explain").await?;
        page.until_text("#explain", "Stop after NUM lines.").await?;
        page.reads_well(Rules::All).await?;
        page.press(Key::Escape + "").await?;
        page.until(
            "the list to be gone",
            "return !document.querySelector('#explain')",
        )
        .await?;
        page.click("#language").await?;
        point_at(&page, ".card[data-stage=\"sift\"]", "줄을 골라 냅니다").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_wire_and_what_a_card_is_marked_with_are_explained_in_one_way() -> Result<()> {
    with_manual("explain-wire", async |page| {
        let pill = ".canvas [data-wire=\"w1\"]";
        point_at(&page, pill, "a pipe from an output to an input").await?;
        // The browser shows nothing of its own beside it, and has it back afterwards.
        let title = format!("return document.querySelector('{pill}').title");
        page.until("no title of the browser's", &format!("{title} === ''"))
            .await?;
        point_at(&page, ".port--in", "standard input").await?;
        page.until("its title again", &format!("{title} !== ''"))
            .await?;
        page.click(pill).await?;
        page.ask_for("explain", "explain").await?;
        page.until_text("#explain", "a pipe from an output to an input")
            .await?;
        page.until_text("#explain", "stdout: standard output")
            .await?;
        page.until_text("#explain", "stdin: standard input").await?;
        page.reads_well(Rules::All).await
    })
    .await
}

#[tokio::test]
async fn on_a_phone_the_inspector_explains() -> Result<()> {
    with_manual("explain-phone", async |page| {
        page.resize(Size::PHONE).await?;
        page.click("[data-stage=\"sift\"]").await?;
        page.click("#explain-this").await?;
        page.until_text("#explain", "Stop after NUM lines.").await?;
        page.until_text("#explain", "stderr: standard error")
            .await?;
        page.lies_well().await
    })
    .await
}
