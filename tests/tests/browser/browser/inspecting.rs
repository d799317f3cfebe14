//! The inspector: words, time, what is wrong, bypass, and running a part.

use anyhow::Result;
use pipeyard_tests::browser::{Page, with_page};
use thirtyfour::Key;

use super::steps::{arguments, finished, run_to_the_end, select, start};

/// The words of the selected stage.
async fn words(page: &Page) -> Result<Vec<String>> {
    let body = "return [...document.querySelectorAll('[data-word]')].map(field => field.value)";
    Ok(serde_json::from_value(page.evaluate(body).await?)?)
}

async fn until_words(page: &Page, wanted: &[&str]) -> Result<()> {
    let wanted = serde_json::to_string(wanted)?;
    let body = format!(
        "return JSON.stringify([...document.querySelectorAll('[data-word]')].map(field => field.value)) === {}",
        serde_json::to_string(&wanted)?
    );
    page.until(&format!("the words {wanted}"), &body)
        .await
        .map(drop)
}

async fn until_focused(page: &Page, id: &str) -> Result<()> {
    let body = format!("return document.activeElement.id === '{id}'");
    page.until(&format!("the focus in {id}"), &body)
        .await
        .map(drop)
}

#[tokio::test]
async fn programs_of_the_runner_are_offered() -> Result<()> {
    with_page("programs-offered", async |page| {
        select(&page, "md5sum").await?;
        page.fill("#stage-program", "sha256su").await?;
        page.click("#stage-program").await?;
        page.element("#programs option[value=sha256sum]")
            .await
            .map(drop)
    })
    .await
}

#[tokio::test]
async fn arguments_are_words() -> Result<()> {
    with_page("words", async |page| {
        select(&page, "md5sum").await?;
        page.click("#add-argument").await?;
        until_focused(&page, "argument-0").await?;
        page.press("a b").await?;
        page.until_text("#argument-0-note", "'a b'").await?;
        page.press(Key::Enter + "").await?;
        until_focused(&page, "argument-1").await?;
        page.press("c").await?;
        until_words(&page, &["a b", "c"]).await?;
        // Left from the beginning of a word leads to the end of the one before.
        page.press(Key::Left + "").await?;
        page.press(Key::Left + "").await?;
        until_focused(&page, "argument-0").await?;
        page.press("!").await?;
        until_words(&page, &["a b!", "c"]).await?;
        page.press(Key::Down + "").await?;
        until_focused(&page, "argument-1").await?;
        page.press(Key::End + "").await?;
        page.press(Key::Backspace + "").await?;
        until_words(&page, &["a b!", ""]).await?;
        page.press(Key::Backspace + "").await?;
        until_words(&page, &["a b!"]).await?;
        until_focused(&page, "argument-0").await
    })
    .await
}

#[tokio::test]
async fn a_pasted_text_is_split_as_a_shell_would() -> Result<()> {
    with_page("words-paste", async |page| {
        select(&page, "md5sum").await?;
        // The text is typed and cut elsewhere, so that the clipboard has it as a person's would.
        page.click("#stage-label").await?;
        page.press("-n \"b c\" d").await?;
        page.press_with(Key::Control, 'a').await?;
        page.press_with(Key::Control, 'x').await?;
        page.click("#add-argument").await?;
        until_focused(&page, "argument-0").await?;
        page.press_with(Key::Control, 'v').await?;
        until_words(&page, &["-n", "b c", "d"]).await?;
        until_focused(&page, "argument-2").await?;
        page.click("#undo").await?;
        until_words(&page, &[""]).await
    })
    .await
}

#[tokio::test]
async fn what_is_wrong_is_said_at_its_field() -> Result<()> {
    with_page("field-errors", async |page| {
        select(&page, "md5sum").await?;
        page.fill("#stage-program", "").await?;
        page.element("#stage-program[aria-invalid=\"true\"]")
            .await?;
        assert!(!page.text("#stage-program-note").await?.is_empty());
        page.fill("#stage-program", "md5sum").await?;
        page.until(
            "nothing wrong",
            "return !document.querySelector('#stage-program[aria-invalid]')",
        )
        .await?;
        page.fill("#stage-timeout", "48").await?;
        page.click("#stage-timeout-unit option:last-child").await?;
        page.element("#stage-timeout[aria-invalid=\"true\"]")
            .await?;
        page.fill("#stage-timeout", "0.5").await?;
        page.until(
            "within bounds",
            "return !document.querySelector('#stage-timeout[aria-invalid]')",
        )
        .await?;
        page.fill("#stage-program", "no-such-program-anywhere")
            .await?;
        page.press_with(Key::Control, Key::Enter).await?;
        page.element("#stage-program[aria-invalid=\"true\"]")
            .await
            .map(drop)
    })
    .await
}

#[tokio::test]
async fn a_bypassed_stage_is_left_out_and_says_so() -> Result<()> {
    with_page("bypass", async |page| {
        select(&page, "openssl").await?;
        page.click("#bypass").await?;
        page.element("#bypass[aria-checked=\"true\"]").await?;
        page.until_text("[data-stage=\"openssl\"]", "bypassed")
            .await?;
        start(&page).await?;
        page.element("[data-stage=\"md5sum\"][data-state=\"fine\"]")
            .await?;
        assert_eq!(
            words(&page).await?.first().map(String::as_str),
            Some("enc"),
            "it keeps all that it was"
        );
        page.click("#undo").await?;
        page.element("#bypass[aria-checked=\"false\"]").await?;
        run_to_the_end(&page).await
    })
    .await
}

#[tokio::test]
async fn a_run_up_to_a_stage_leaves_the_rest_alone_and_says_so() -> Result<()> {
    with_page("up-to", async |page| {
        select(&page, "openssl").await?;
        page.click("#run-up-to").await?;
        page.element("[data-stage=\"openssl\"][data-state=\"fine\"]")
            .await?;
        page.until_text(".result", "only up to openssl").await?;
        let last = page
            .attributes("[data-stage=\"md5sum\"]", "data-state")
            .await?;
        assert_ne!(last, ["fine"], "what is behind did not run");
        run_to_the_end(&page).await?;
        let said = page.text(".result").await?;
        assert!(!said.contains("only up to"), "{said}");
        finished(&page).await
    })
    .await
}

/// A variable is set or taken away by a box that says which, in words.
#[tokio::test]
async fn a_variable_is_set_or_taken_away() -> Result<()> {
    with_page("environment", async |page| {
        select(&page, "md5sum").await?;
        page.fill("#stage-program", "printenv").await?;
        arguments(&page, &["COLOUR"]).await?;
        page.click("#add-variable").await?;
        page.fill("#variable-0", "COLOUR").await?;
        page.fill("#variable-value-0", "green").await?;
        page.screenshot("environment").await?;
        run_to_the_end(&page).await?;
        page.until_text("#stdout", "green").await?;
        page.until_text(".rows__check", "set").await?;
        page.click(".rows__check").await?;
        page.element("#variable-value-0:disabled").await?;
        page.lies_well().await
    })
    .await
}
