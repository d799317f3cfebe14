//! Copying, cutting and pasting parts of the chain, by keys and by commands, and what the browser refuses.

use anyhow::{Context, Result, ensure};
use pipeyard_tests::browser::{Page, with_page};
use thirtyfour::Key;

const CARDS: &str = "document.querySelectorAll('.canvas [data-stage]').length";
const WIRES: &str = "document.querySelectorAll('.canvas [data-wire]').length";

async fn until(page: &Page, what: &str, fact: &str) -> Result<()> {
    page.until(what, &format!("return {fact}")).await.map(drop)
}

async fn choose(page: &Page, stage: &str) -> Result<()> {
    page.click(&format!(".canvas [data-stage=\"{stage}\"]"))
        .await?;
    let chosen = format!(".canvas .is-selected[data-stage=\"{stage}\"]");
    page.element(&chosen).await.map(drop)
}

#[tokio::test]
async fn stages_go_from_one_tab_to_another() -> Result<()> {
    with_page("two-tabs", async |page| {
        choose(&page, "openssl").await?;
        page.press_with(Key::Control, 'a').await?;
        page.press_with(Key::Control, 'c').await?;
        page.another_tab().await?;
        until(&page, "the chain is here too", &format!("{CARDS} === 3")).await?;
        page.press_with(Key::Control, 'v').await?;
        until(
            &page,
            "copies with their wires",
            &format!("{CARDS} === 6 && {WIRES} === 4"),
        )
        .await?;
        page.screenshot("two-tabs").await?;
        page.press_with(Key::Control, 'z').await?;
        until(&page, "one step back", &format!("{CARDS} === 3")).await?;
        choose(&page, "md5sum").await?;
        page.press_with(Key::Control, 'x').await?;
        until(&page, "it is cut", &format!("{CARDS} === 2")).await?;
        page.press_with(Key::Control, 'v').await?;
        until(&page, "and pasted", &format!("{CARDS} === 3")).await
    })
    .await
}

#[tokio::test]
async fn commands_copy_for_a_shell_and_paste() -> Result<()> {
    with_page("for-a-shell", async |page| {
        page.allow_clipboard().await?;
        choose(&page, "openssl").await?;
        page.press_with(Key::Control, 'a').await?;
        page.ask_for("copy for a shell", "copy-shell").await?;
        page.until_text(".canvas__said", "Copied").await?;
        let read = "return navigator.clipboard.readText()";
        let text = page.evaluate(read).await?;
        let text = text.as_str().context("a text")?.to_owned();
        ensure!(
            text.contains(" | ") && text.ends_with("| md5sum"),
            "`{text}` is a line of a shell"
        );
        page.ask_for("copy", "copy").await?;
        page.until(
            "the stages themselves",
            "return navigator.clipboard.readText().then(text => text.startsWith('{'))",
        )
        .await?;
        page.ask_for("paste", "paste").await?;
        until(&page, "copies", &format!("{CARDS} === 6 && {WIRES} === 4")).await?;
        page.ask_for("cut", "cut").await?;
        until(&page, "they are cut", &format!("{CARDS} === 3")).await?;
        page.ask_for("paste", "paste").await?;
        until(
            &page,
            "and back",
            &format!("{CARDS} === 6 && {WIRES} === 4"),
        )
        .await
    })
    .await
}

#[tokio::test]
async fn what_the_browser_refuses_is_said_and_nothing_is_lost() -> Result<()> {
    with_page("refused-copy", async |page| {
        choose(&page, "openssl").await?;
        for without in [
            "navigator.clipboard.writeText = navigator.clipboard.readText = () => Promise.reject(new Error('no'))",
            "Object.defineProperty(navigator, 'clipboard', { value: undefined })",
        ] {
            page.evaluate(without).await?;
            for (words, command, said) in [
                ("copy", "copy", "did not let it be copied"),
                ("paste", "paste", "does not let the page read"),
                ("cut", "cut", "did not let it be copied"),
            ] {
                page.ask_for(words, command).await?;
                page.until_text(".canvas__said", said).await?;
            }
            until(&page, "nothing was cut", &format!("{CARDS} === 3")).await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn more_than_a_chain_can_have_is_not_pasted() -> Result<()> {
    with_page("too-much", async |page| {
        page.allow_clipboard().await?;
        page.click(".canvas [data-stage=\"openssl\"]").await?;
        let many = "navigator.clipboard.writeText(JSON.stringify({ pipeyard: 1, stages: [...Array(498)].map((_, at) => \
                    ({ id: `s${at}`, kind: { process: { program: 'true' } } })) })).then(() => true)";
        page.until("a clipboard", &format!("return {many}")).await?;
        page.press_with(Key::Control, 'v').await?;
        page.until_text(".canvas__said", "501 is more than the limit `stages` allows (500)").await?;
        until(&page, "nothing was pasted", &format!("{CARDS} === 3")).await
    })
    .await
}
