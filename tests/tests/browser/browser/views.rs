//! The main views, in every size and in both themes: each lies well in its window, axe finds nothing in it, and with
//! `PIPEYARD_SCREENSHOTS` its picture is kept. `cargo xtask screenshots` runs these tests.

use std::env;

use anyhow::{Context, Result};
use pipeyard_shared::Chain;
use pipeyard_shared::chain::Stage;
use pipeyard_shared::link::{Shared, encode};
use pipeyard_tests::TestRunner;
use pipeyard_tests::browser::{Page, Rules, Size, Theme, with_page, with_page_before};
use tempfile::TempDir;
use thirtyfour::Key;

use super::files::open_files;
use super::steps::{arguments, open_chain, run_to_the_end, select, start, until_state};

/// Brings each size's fresh page into a view, and looks at it in both themes.
async fn look_at(name: &str, show: impl AsyncFn(&Page, Size) -> Result<()>) -> Result<()> {
    look_before(name, TestRunner::start, show).await
}

/// The same before a runner that is started in a way of one's own.
async fn look_before(
    name: &str,
    start: impl FnOnce() -> Result<TestRunner>,
    show: impl AsyncFn(&Page, Size) -> Result<()>,
) -> Result<()> {
    with_page_before(&format!("view-{name}"), start, async |page| {
        for size in Size::ALL {
            page.resize(size).await?;
            page.afresh().await?;
            let shown = show(&page, size).await;
            shown.with_context(|| at(name, size))?;
            look_in_both_themes(&page, name, size).await?;
        }
        Ok(())
    })
    .await
}

fn at(name: &str, size: Size) -> String {
    format!("{name} at {}×{}", size.width, size.height)
}

async fn look_in_both_themes(page: &Page, name: &str, size: Size) -> Result<()> {
    page.settled().await?;
    page.lies_well().await.with_context(|| at(name, size))?;
    for (theme, rules) in [(Theme::Light, Rules::All), (Theme::Dark, Rules::Colours)] {
        let look = format!("{name}-{}-{}", size.width, theme.word());
        page.theme(theme).await?;
        page.settled().await?;
        page.reads_well(rules).await.with_context(|| look.clone())?;
        if env::var_os("PIPEYARD_SCREENSHOTS").is_some() {
            page.screenshot(&look).await?;
        }
    }
    Ok(())
}

/// On a phone, closes what covers the list.
async fn uncover(page: &Page, size: Size) -> Result<()> {
    if size.is_narrow() {
        page.click("#close-sheet").await?;
    }
    Ok(())
}

/// Shows a tab of the drawer, which on a phone is a sheet.
async fn show_tab(page: &Page, size: Size, tab: &str) -> Result<()> {
    if size.is_narrow() {
        page.click("#open-timeline").await?;
    }
    page.click(tab).await
}

#[tokio::test]
async fn the_opening_example() -> Result<()> {
    look_at("opening", async |_, _| Ok(())).await
}

#[tokio::test]
async fn an_empty_canvas() -> Result<()> {
    look_at("empty", async |page, _| {
        open_chain(page, r#"{"pipeyard":1,"stages":[],"wires":[]}"#).await
    })
    .await
}

#[tokio::test]
async fn a_run_that_goes_on() -> Result<()> {
    look_at("running", async |page, size| {
        select(page, "md5sum").await?;
        page.fill("#stage-program", "sleep").await?;
        arguments(page, &["60"]).await?;
        uncover(page, size).await?;
        start(page).await?;
        until_state(page, "md5sum", "running").await?;
        // That nothing covers it, and that it is in the window, is what is looked at next.
        page.element("#stop").await.map(drop)
    })
    .await
}

#[tokio::test]
async fn the_bytes_of_a_run() -> Result<()> {
    look_at("data", async |page, size| {
        run_to_the_end(page).await?;
        page.click("[data-wire=\"w2\"]").await?;
        if !size.is_narrow() {
            page.click("#tab-data").await?;
        }
        page.click("#view-hex").await?;
        page.until_text("#drawer", "Salted__").await
    })
    .await
}

#[tokio::test]
async fn the_timeline_of_a_run() -> Result<()> {
    look_at("timeline", async |page, size| {
        run_to_the_end(page).await?;
        show_tab(page, size, "#tab-timeline").await?;
        page.element("[data-bar=\"3/md5sum\"]").await.map(drop)
    })
    .await
}

#[tokio::test]
async fn the_chain_as_code() -> Result<()> {
    look_at("code", async |page, size| {
        show_tab(page, size, "#tab-code").await?;
        page.click("#code-py").await?;
        page.until_text("#code", "import sys").await
    })
    .await
}

#[tokio::test]
async fn the_chain_as_a_picture() -> Result<()> {
    look_at("picture", async |page, size| {
        show_tab(page, size, "#tab-code").await?;
        page.click("#code-svg").await?;
        page.element(".code__picture").await.map(drop)
    })
    .await
}

#[tokio::test]
async fn the_story_of_a_run() -> Result<()> {
    look_at("story", async |page, size| {
        run_to_the_end(page).await?;
        show_tab(page, size, "#tab-story").await?;
        page.until_text("#story", "Three lanes").await
    })
    .await
}

#[tokio::test]
async fn the_standard_error_of_a_run() -> Result<()> {
    look_at("errors", async |page, size| {
        select(page, "md5sum").await?;
        arguments(page, &["--no-such-option"]).await?;
        uncover(page, size).await?;
        run_to_the_end(page).await?;
        show_tab(page, size, "#tab-errors").await?;
        page.until_text("#drawer", "no-such-option").await
    })
    .await
}

#[tokio::test]
async fn a_stage_in_the_inspector() -> Result<()> {
    look_at("stage", async |page, _| {
        select(page, "openssl").await?;
        page.element("#stage-program").await.map(drop)
    })
    .await
}

#[tokio::test]
async fn what_a_stage_is_explained_by() -> Result<()> {
    look_at("explain", async |page, _| {
        select(page, "openssl").await?;
        page.click("#explain-this").await?;
        page.element("#explain .explained__program").await.map(drop)
    })
    .await
}

#[tokio::test]
async fn problems_before_a_run() -> Result<()> {
    look_at("problems", async |page, size| {
        select(page, "md5sum").await?;
        page.fill("#stage-program", "no-such-program-of-ours")
            .await?;
        uncover(page, size).await?;
        start(page).await?;
        page.until_text("#problems", "no-such-program-of-ours")
            .await
    })
    .await
}

#[tokio::test]
async fn the_palette_of_actions() -> Result<()> {
    look_at("actions", async |page, _| {
        page.press_with(Key::Control, 'k').await?;
        page.until_focus("#actions [role=combobox]").await
    })
    .await
}

#[tokio::test]
async fn the_sheet_of_shortcuts() -> Result<()> {
    look_at("shortcuts", async |page, _| {
        page.press("?").await?;
        page.element("#keys").await.map(drop)
    })
    .await
}

#[tokio::test]
async fn a_context_menu() -> Result<()> {
    look_at("menu", async |page, _| {
        page.context_click("[data-stage=\"openssl\"]").await?;
        page.element("[role=menu]").await.map(drop)
    })
    .await
}

#[tokio::test]
async fn what_was_refused() -> Result<()> {
    look_at("toasts", async |page, _| {
        page.press_with(Key::Control, 'd').await?;
        page.element(".toast").await.map(drop)
    })
    .await
}

#[tokio::test]
async fn the_list_of_runs() -> Result<()> {
    look_at("runs", async |page, size| {
        run_to_the_end(page).await?;
        show_tab(page, size, "#tab-runs").await
    })
    .await
}

#[tokio::test]
async fn two_results_compared() -> Result<()> {
    look_at("compare", async |page, size| {
        run_to_the_end(page).await?;
        show_tab(page, size, "#tab-compare").await
    })
    .await
}

#[tokio::test]
async fn canvas_and_outline_side_by_side() -> Result<()> {
    look_at("both", async |page, size| {
        if !size.is_narrow() {
            page.click("#picture-both").await?;
            page.element(".outline").await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_gallery() -> Result<()> {
    look_at("gallery", async |page, _| {
        page.ask_for("Examples", "examples").await?;
        page.element("#gallery [role=option]").await.map(drop)
    })
    .await
}

#[tokio::test]
async fn a_wire_in_the_inspector() -> Result<()> {
    look_at("wire", async |page, size| {
        page.click("[data-wire=\"w2\"]").await?;
        match size.is_narrow() {
            true => page.element(".outline__steps [data-step=direct]").await,
            false => page.element("#inspector .inspector__title--wire").await,
        }
        .map(drop)
    })
    .await
}

#[tokio::test]
async fn the_list_of_what_can_be_added() -> Result<()> {
    look_at("adding", async |page, size| {
        if size.is_narrow() {
            page.click("#add-stage").await?;
            return page.element("#palette-search").await.map(drop);
        }
        page.press("a").await?;
        page.until_focus("#adding [role=combobox]").await
    })
    .await
}

#[tokio::test]
async fn notes_and_groups() -> Result<()> {
    look_at("notes", async |page, _| {
        let stages = r#"[{"id":"a","kind":{"process":{"program":"seq","args":["9"]}}},
            {"id":"b","kind":{"process":{"program":"sort"}}},{"id":"c","kind":{"process":{"program":"wc"}}}]"#;
        let wires = r#"[{"id":"w1","from":{"stage":"a","port":"stdout"},"to":{"stage":"b","port":"stdin"}},
            {"id":"w2","from":{"stage":"b","port":"stdout"},"to":{"stage":"c","port":"stdin"}}]"#;
        let note = r#"{"id":"n","at":{"x":40,"y":320},"size":{"width":240,"height":96},"text":"What is counted here?"}"#;
        let group = r#"{"id":"g","title":"In order","stages":["b","c"]}"#;
        let chain = format!(
            r#"{{"pipeyard":1,"title":"With notes","stages":{stages},"wires":{wires},"notes":[{note}],"groups":[{group}]}}"#
        );
        open_chain(page, &chain).await?;
        page.element("[data-note=n], .outline__note").await.map(drop)
    })
    .await
}

#[tokio::test]
async fn a_presentation() -> Result<()> {
    look_at("presentation", async |page, size| {
        run_to_the_end(page).await?;
        // A phone shows the chain alone as it is.
        if !size.is_narrow() {
            page.press("f").await?;
            page.element("#leave").await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn more_contrast() -> Result<()> {
    look_at("contrast", async |page, _| {
        page.evaluate("localStorage.setItem('pipeyard.theme', 'contrast')")
            .await?;
        page.reload().await?;
        page.element("html[data-theme=contrast]").await?;
        run_to_the_end(page).await
    })
    .await
}

/// A key with which a runner that is started again lets the browser in.
const KEY: (&str, &str) = ("PIPEYARD_TOKEN", "the-key-of-this-view-and-no-other");

#[tokio::test]
async fn a_runner_that_is_gone() -> Result<()> {
    let runner = || TestRunner::start_with(&[], &[KEY]);
    with_page_before("view-gone", runner, async |page| {
        // What the browser itself writes when a socket cannot be opened.
        page.forgive("ERR_CONNECTION_REFUSED");
        page.forgive("WebSocket connection to");
        let port = page.with_runner(TestRunner::port)?;
        for size in Size::ALL {
            page.resize(size).await?;
            page.afresh().await?;
            run_to_the_end(&page).await?;
            page.kill_runner();
            page.element("#link[data-state=notfound]").await?;
            page.element("#try-now").await?;
            look_in_both_themes(&page, "gone", size).await?;
            page.replace_runner(TestRunner::start_on(port, &[], &[KEY])?);
        }
        Ok(())
    })
    .await
}

/// What has nothing to show yet says what would fill it.
#[tokio::test]
async fn tabs_before_the_first_run() -> Result<()> {
    look_at("no-run", async |page, size| {
        if size.is_narrow() {
            page.click("#open-timeline").await?;
        }
        for tab in ["timeline", "story", "errors", "compare", "runs", "data"] {
            page.click(&format!("#tab-{tab}")).await?;
            page.until_text("#drawer-panel", "Run the chain").await?;
            page.lies_well().await.with_context(|| tab.to_owned())?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn how_a_chain_is_passed_on() -> Result<()> {
    look_at("sharing", async |page, _| {
        page.press_with_two([Key::Control, Key::Shift], 's').await?;
        page.element("#share-link").await?;
        page.click("#share-qr summary").await?;
        page.click("#share-embed summary").await?;
        page.element("#embed-text").await.map(drop)
    })
    .await
}

/// What another page shows of a chain. A frame is as wide as that page has it.
#[tokio::test]
async fn a_chain_within_another_page() -> Result<()> {
    let stages = vec![
        Stage::process("seq", "seq", ["3"]),
        Stage::process("tac", "tac", []),
    ];
    let link = encode(&Shared::of_chain(Chain::of_stages("From a link", stages)))?;
    with_page("view-embed", async |page| {
        for size in Size::ALL {
            // The data alone are laid out in one way for all sizes.
            page.visit("/").await?;
            page.resize(size).await?;
            for embed in ["full", "readonly", "result"] {
                page.visit(&format!("/?embed={embed}#{link}")).await?;
                page.element("#open-in-pipeyard").await?;
                if embed != "result" {
                    page.element("[data-stage=tac]").await?;
                }
                look_in_both_themes(&page, &format!("embed-{embed}"), size).await?;
            }
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_chain_of_a_link() -> Result<()> {
    let text = "curl -s http://example.com/list | a-program-of-ones-own > list.txt";
    let stages = vec![Stage::shell("fetch", text)];
    let link = encode(&Shared::of_chain(Chain::of_stages("From a link", stages)))?;
    look_at("visit", async |page, _| {
        page.evaluate(&format!("location.hash = {link:?}")).await?;
        page.element("#visit-commands").await.map(drop)
    })
    .await
}

/// Opens the tab of the lessons, which on a phone is a sheet.
async fn show_lessons(page: &Page, size: Size) -> Result<()> {
    let opener = match size.is_narrow() {
        true => "#open-lessons",
        false => "#tab-lessons",
    };
    page.click(opener).await
}

#[tokio::test]
async fn the_list_of_lessons() -> Result<()> {
    look_at("lessons", async |page, size| {
        show_lessons(page, size).await?;
        page.element(".lessons__item").await.map(drop)
    })
    .await
}

#[tokio::test]
async fn a_step_of_a_lesson() -> Result<()> {
    look_at("lesson", async |page, size| {
        show_lessons(page, size).await?;
        page.click(".lessons__item[data-lesson=first-child]")
            .await?;
        page.fill("#answer-0", "21").await?;
        page.click("[data-question=\"0\"] [type=submit]").await?;
        page.element("[data-question=\"0\"] [data-right]")
            .await
            .map(drop)
    })
    .await
}

#[tokio::test]
async fn an_exercise_that_is_not_done_yet() -> Result<()> {
    look_at("exercise", async |page, size| {
        show_lessons(page, size).await?;
        page.click(".lessons__item[data-lesson=first-child]")
            .await?;
        page.click("[data-step=\"1\"]").await?;
        page.click("[data-start=\"0\"]").await?;
        page.element("[data-stage=echo]").await?;
        run_to_the_end(page).await?;
        if size.is_narrow() {
            show_lessons(page, size).await?;
        }
        page.element("[data-exercise=\"0\"] [data-met=false]")
            .await?;
        page.click("[data-hint=\"0\"]").await
    })
    .await
}

#[tokio::test]
async fn the_files_that_runs_see() -> Result<()> {
    let home = TempDir::new()?;
    let start = || TestRunner::start_in(home.path(), &[]);
    look_before("files", start, async |page, _| {
        open_files(page).await?;
        page.click("[data-file=\"words.txt\"]").await?;
        page.click("[data-delete]").await?;
        page.until_focus("#files-keep").await
    })
    .await
}

#[tokio::test]
async fn a_file_that_is_looked_at() -> Result<()> {
    let home = TempDir::new()?;
    let start = || TestRunner::start_in(home.path(), &[]);
    look_before("file", start, async |page, _| {
        open_files(page).await?;
        page.click("[data-file=\"scores.csv\"]").await?;
        page.click("[data-view]").await?;
        page.element("#file-bytes").await.map(drop)
    })
    .await
}
