//! What a person does with the page, in their own words.

use anyhow::Result;
use pipeyard_shared::Chain;
use pipeyard_shared::shell::{import, reading};
use pipeyard_tests::browser::Page;
use thirtyfour::Key;

/// Starts the run by its key and waits until it is over.
pub(crate) async fn run_to_the_end(page: &Page) -> Result<()> {
    start(page).await?;
    finished(page).await
}

/// Starts the run by its key; it may be over before one looks, but the page knows of it.
pub(crate) async fn start(page: &Page) -> Result<()> {
    // While an end is on its way nothing starts.
    page.element("#run:not([aria-busy=true])").await?;
    page.press_with(Key::Control, Key::Enter).await?;
    page.settled().await
}

/// Waits until nothing runs any more.
pub(crate) async fn finished(page: &Page) -> Result<()> {
    let body = "const states = [...document.querySelectorAll('[data-stage]')].map(card => card.dataset.state); \
                return !!document.querySelector('#run:not([aria-busy=true])') && states.length > 0 \
                    && states.every(state => state === 'fine' || state === 'failed')";
    page.until_done("the run's end", body).await.map(drop)
}

/// The stages' ids in the page's order.
pub(crate) async fn stages(page: &Page) -> Result<Vec<String>> {
    page.attributes("[data-stage]", "data-stage").await
}

/// Selects a stage, which opens the inspector for it, and waits until the page knows it: what a key means is what it was
/// drawn for, and on a slow machine a key can be faster than the drawing.
pub(crate) async fn select(page: &Page, stage: &str) -> Result<()> {
    press_and_see(page, &format!("[data-stage=\"{stage}\"]")).await
}

/// The same by its card on the canvas.
pub(crate) async fn select_card(page: &Page, stage: &str) -> Result<()> {
    press_and_see(page, &format!(".canvas [data-stage=\"{stage}\"]")).await
}

async fn press_and_see(page: &Page, shown: &str) -> Result<()> {
    page.click(shown).await?;
    let pressed = format!("{shown}[aria-pressed=\"true\"]");
    page.element(&pressed).await.map(drop)
}

/// Waits for a card's state.
pub(crate) async fn until_state(page: &Page, stage: &str, wanted: &str) -> Result<()> {
    page.element(&format!(
        "[data-stage=\"{stage}\"][data-state=\"{wanted}\"]"
    ))
    .await
    .map(drop)
}

/// Gives the selected stage these arguments: fills the fields that are there, adds what is missing.
pub(crate) async fn arguments(page: &Page, wanted: &[&str]) -> Result<()> {
    for (index, argument) in wanted.iter().enumerate() {
        let field = format!("#argument-{index}");
        let there = format!("return !!document.querySelector('{field}')");
        if page.evaluate(&there).await? != true {
            page.click("#add-argument").await?;
        }
        page.fill(&field, argument).await?;
    }
    Ok(())
}

/// Opens the page with a chain of one's own, given as JSON, in place of what was there.
pub(crate) async fn open_chain(page: &Page, json: &str) -> Result<()> {
    let text = serde_json::Value::String(json.to_owned());
    let kept = format!("localStorage.setItem('pipeyard.chain', {text})");
    page.evaluate(&kept).await?;
    page.reload().await
}

/// The same with a pipeline as a shell has it.
pub(crate) async fn open_pipeline(page: &Page, text: &str) -> Result<()> {
    let chain = import(text.as_bytes(), &reading(&Chain::new("")))?.chain;
    open_chain(page, &serde_json::to_string(&chain)?).await
}
