//! The files that runs see: listed, looked at, used, added, taken away and brought back.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use pipeyard_tests::TestRunner;
use pipeyard_tests::browser::{Page, Size, at, with_page_before};
use tempfile::TempDir;
use thirtyfour::Key;

use super::steps::{open_chain, run_to_the_end, select};

/// A page before a runner in a workspace of its own, which has the seed's files, with the tab of the files open; and a folder for
/// files of this machine.
async fn with_files<F>(name: &str, test: impl FnOnce(Page, PathBuf) -> F) -> Result<()>
where
    F: Future<Output = Result<()>>,
{
    let (home, own) = (TempDir::new()?, TempDir::new()?);
    let start = || TestRunner::start_in(home.path(), &[]);
    with_page_before(name, start, async |page| {
        open_files(&page).await?;
        test(page, own.path().to_owned()).await
    })
    .await
}

pub(crate) async fn open_files(page: &Page) -> Result<()> {
    page.ask_for("Files", "files").await?;
    page.element("[data-file=\"words.txt\"]").await.map(drop)
}

fn workspace(page: &Page) -> Result<PathBuf> {
    page.with_runner(TestRunner::workspace)
}

async fn upload(page: &Page, path: &std::path::Path) -> Result<()> {
    let path = path.to_str().context("a path")?;
    page.element("#files-upload").await?.send_keys(path).await?;
    Ok(())
}

#[tokio::test]
async fn a_file_is_uploaded_and_read_by_a_run() -> Result<()> {
    with_files("files-upload", async |page, own| {
        fs::write(own.join("mine.txt"), "b\na\n")?;
        upload(&page, &own.join("mine.txt")).await?;
        page.element("[data-file=\"mine.txt\"][aria-expanded=true]")
            .await?;
        assert_eq!(fs::read(workspace(&page)?.join("mine.txt"))?, b"b\na\n");
        page.until_text("#files-used", "10 entries").await?;
        let address = page.attributes("[data-download]", "href").await?;
        assert_eq!(address, ["/files/mine.txt"]);

        open_chain(
            &page,
            r#"{"pipeyard":1,"stages":[{"id":"in","kind":{"file":{"path":"words.txt","access":"read"}}},
               {"id":"sort","kind":{"process":{"program":"sort"}}},
               {"id":"out","kind":{"file":{"path":"sorted.txt","access":"write"}}}],
               "wires":[{"id":"w1","from":{"stage":"in","port":"stdout"},"to":{"stage":"sort","port":"stdin"}},
               {"id":"w2","from":{"stage":"sort","port":"stdout"},"to":{"stage":"out","port":"stdin"}}]}"#,
        )
        .await?;
        select(&page, "in").await?;
        page.click("[data-file=\"mine.txt\"]").await?;
        page.click("[data-use]").await?;
        page.until(
            "the file in the selected stage",
            "return document.querySelector('#file-path')?.value === 'mine.txt'",
        )
        .await?;
        // The stage's own list has the names as well.
        page.pick("#file-names", "mine", "mine.txt").await?;
        run_to_the_end(&page).await?;
        // What a run has written is listed when it has ended.
        page.element("[data-file=\"sorted.txt\"]").await?;
        assert_eq!(fs::read(workspace(&page)?.join("sorted.txt"))?, b"a\nb\n");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_file_becomes_an_input() -> Result<()> {
    with_files("files-input", async |page, _| {
        open_chain(&page, r#"{"pipeyard":1,"stages":[],"wires":[]}"#).await?;
        page.click("[data-file=\"words.txt\"]").await?;
        page.click("[data-use]").await?;
        page.until(
            "a file stage that reads it",
            "return document.querySelectorAll('[data-stage]').length === 1 && document.querySelector('#file-path')?.value === 'words.txt'",
        )
        .await?;
        page.click("#undo").await?;
        page.until(
            "no stage",
            "return document.querySelectorAll('[data-stage]').length === 0",
        )
        .await
        .map(drop)
    })
    .await
}

/// What is carried to the canvas stands where it was let go, and is not opened by the way.
#[tokio::test]
async fn a_file_is_dragged_to_the_canvas() -> Result<()> {
    with_files("files-drag", async |page, _| {
        open_chain(&page, r#"{"pipeyard":1,"stages":[],"wires":[]}"#).await?;
        let file = "[data-file=\"words.txt\"]";
        page.element(file).await?;
        page.settled().await?;
        let (from_x, from_y) = page.place(file, 0.3, 0.5).await?;
        let (x, y) = page.place(".canvas", 0.5, 0.5).await?;
        page.drag_to(at(from_x as f64, from_y as f64), at(x as f64, y as f64))
            .await?;
        page.until(
            "a file stage that reads it",
            "return document.querySelectorAll('.canvas [data-stage]').length === 1 && document.querySelector('#file-path')?.value === 'words.txt'",
        )
        .await?;
        let opened = "return document.querySelectorAll('.files__strip').length";
        assert_eq!(page.evaluate(opened).await?, 0);
        Ok(())
    })
    .await
}

/// A file that is dropped elsewhere on the page is opened.
#[tokio::test]
async fn what_is_dropped_on_the_files_is_uploaded() -> Result<()> {
    with_files("files-drop", async |page, own| {
        fs::write(
            own.join("chain.json"),
            r#"{"pipeyard":1,"stages":[],"wires":[]}"#,
        )?;
        let before = page.attributes("[data-stage]", "data-stage").await?;
        page.drop_file(".files__list", &own.join("chain.json"))
            .await?;
        page.element("[data-file=\"chain.json\"]").await?;
        let after = page.attributes("[data-stage]", "data-stage").await?;
        assert_eq!(before, after, "the chain is as it was");
        page.drop_file(".canvas", &own.join("chain.json")).await?;
        page.until(
            "the chain of the file",
            "return document.querySelectorAll('[data-stage]').length === 0",
        )
        .await
        .map(drop)
    })
    .await
}

#[tokio::test]
async fn nothing_is_replaced_deleted_or_reset_unasked() -> Result<()> {
    with_files("files-asked", async |page, own| {
        let place = workspace(&page)?;
        fs::write(own.join("words.txt"), "mine")?;
        upload(&page, &own.join("words.txt")).await?;
        page.until_text("#files-asked", "words.txt is there already")
            .await?;
        page.until_focus("#files-keep").await?;
        assert_ne!(fs::read(place.join("words.txt"))?, b"mine");
        page.click("#files-do").await?;
        page.until(
            "the question to go",
            "return !document.querySelector('#files-asked')",
        )
        .await?;
        page.until_text("[data-file=\"words.txt\"]", "4 B").await?;
        assert_eq!(fs::read(place.join("words.txt"))?, b"mine");

        page.click("[data-file=\"scores.csv\"]").await?;
        page.click("[data-delete]").await?;
        page.until_text("#files-asked", "for good").await?;
        page.click("#files-keep").await?;
        assert!(place.join("scores.csv").exists());
        page.click("[data-delete]").await?;
        page.click("#files-do").await?;
        page.until(
            "it to be gone",
            "return !document.querySelector('[data-file=\"scores.csv\"]')",
        )
        .await?;
        assert!(!place.join("scores.csv").exists());

        page.click("#files-reset").await?;
        page.until_text("#files-asked", "All 8 entries").await?;
        page.click("#files-do").await?;
        page.element("[data-file=\"scores.csv\"]").await?;
        assert_ne!(fs::read(place.join("words.txt"))?, b"mine");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn files_are_found_opened_and_deleted_by_keyboard_alone() -> Result<()> {
    with_files("files-keys", async |page, _| {
        page.tab_to("[data-file=\"events.jsonl\"]").await?;
        page.press(Key::Enter + "").await?;
        page.tab_to("[data-view]").await?;
        page.press(Key::Enter + "").await?;
        page.until_focus("#file-view [data-close]").await?;
        page.element("#file-bytes").await?;
        page.press(Key::Escape + "").await?;
        page.until_focus("[data-view]").await?;
        page.tab_to("[data-delete]").await?;
        page.press(Key::Enter + "").await?;
        page.until_focus("#files-keep").await?;
        page.tab_back_to("#files-do").await?;
        page.press(Key::Enter + "").await?;
        page.until(
            "it to be gone",
            "return !document.querySelector('[data-file=\"events.jsonl\"]')",
        )
        .await?;
        page.until_focus("#files-again").await
    })
    .await
}

/// A refusal is the runner's own sentence.
#[tokio::test]
async fn nothing_is_reset_under_a_run_and_the_page_says_so() -> Result<()> {
    with_files("files-running", async |page, _| {
        open_chain(
            &page,
            r#"{"pipeyard":1,"stages":[{"id":"a","kind":{"process":{"program":"sleep","args":["1000"]}}}],"wires":[]}"#,
        )
        .await?;
        super::steps::start(&page).await?;
        super::steps::until_state(&page, "a", "running").await?;
        page.click("#files-reset").await?;
        page.click("#files-do").await?;
        page.until_text("#files-trouble", "still goes on").await?;
        page.forgive("409");
        page.click("#stop").await?;
        super::steps::finished(&page).await
    })
    .await
}

#[tokio::test]
async fn the_files_are_a_sheet_on_a_phone_and_speak_korean() -> Result<()> {
    with_files("files-phone", async |page, _| {
        page.evaluate("document.querySelector('#language').click()")
            .await?;
        page.until_text(".files__bar", "올리기").await?;
        page.until_text("#files-used", "9개").await?;
        let narrow = Size::ALL.into_iter().find(|size| size.is_narrow());
        page.resize(narrow.context("a phone's size")?).await?;
        page.ask_for("파일", "files").await?;
        page.click("[data-file=\"words.txt\"]").await?;
        page.until_text(".files__strip", "입력으로 쓰기").await?;
        page.click("[data-use]").await?;
        page.until(
            "the stage's settings in place of the list",
            "return document.querySelector('#file-path')?.value === 'words.txt'",
        )
        .await
        .map(drop)
    })
    .await
}
