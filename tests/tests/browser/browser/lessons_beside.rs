//! What happens beside a lesson: commands from another tab of the pane, one's own chain over several loads, two tabs of the
//! browser, another language, somebody else's file, and lessons that cannot be loaded.

use anyhow::Result;
use pipeyard_shared::Chain;
use pipeyard_shared::chain::Stage;
use pipeyard_tests::browser::{Page, with_page, with_page_before};
use thirtyfour::Key;

use super::lessons::{answer, drop_file, open_lesson, until_right, until_step, with_the_files};
use super::links::{follow, link_of};
use super::steps::{open_pipeline, run_to_the_end, stages};

/// Puts one's own chain back, and compares.
async fn back_to(page: &Page, own: &[String], gone: &str) -> Result<()> {
    page.click("#lesson-mine").await?;
    page.until_done(
        "one's own chain again",
        &format!("return !document.querySelector('[data-stage={gone}]')"),
    )
    .await?;
    assert_eq!(stages(page).await?, own);
    Ok(())
}

/// What a command puts on the canvas, and what gives way to it, are those of now, whichever tab is shown.
#[tokio::test]
async fn commands_of_a_lesson_go_by_what_is_shown_now() -> Result<()> {
    with_page_before("lesson-command", with_the_files, async |page| {
        open_lesson(&page, "first-child").await?;
        page.click("[data-load=\"0\"]").await?;
        page.element("[data-stage=echo]").await?;
        page.click("#tab-add").await?;
        page.element("#palette-search").await?;
        page.click("#new-chain").await?;
        page.click("[data-template=rev]").await?;
        page.element("[data-stage=rev]").await?;
        let own = stages(&page).await?;
        page.ask_for("Lesson: load the chain of this step", "lesson-load")
            .await?;
        page.element("[data-stage=echo]").await?;
        page.click("#tab-lessons").await?;
        back_to(&page, &own, "echo").await?;
        // The focus is not lost with the button.
        page.until_focus("#lesson-all").await
    })
    .await
}

#[tokio::test]
async fn an_empty_chain_does_not_take_the_place_of_ones_own() -> Result<()> {
    with_page_before("lesson-emptied", with_the_files, async |page| {
        open_pipeline(&page, "printf mine | rev | rev").await?;
        let own = stages(&page).await?;
        open_lesson(&page, "what-is-a-pipe").await?;
        page.click("[data-load=\"0\"]").await?;
        page.element("[data-stage=tac]").await?;
        page.click("#new-chain").await?;
        page.element("[data-begin=lesson]").await?;
        page.click("[data-load=\"0\"]").await?;
        page.element("[data-stage=tac]").await?;
        back_to(&page, &own, "tac").await
    })
    .await
}

#[tokio::test]
async fn a_step_that_is_not_in_sight_stays() -> Result<()> {
    with_page_before("lesson-unseen", with_the_files, async |page| {
        open_lesson(&page, "first-child").await?;
        page.press_with(Key::Alt, Key::PageDown).await?;
        until_step(&page, "Every byte counts").await?;
        page.click("#tab-add").await?;
        page.element("#palette-search").await?;
        page.press_with(Key::Alt, Key::PageDown).await?;
        page.click("#tab-lessons").await?;
        until_step(&page, "Every byte counts").await
    })
    .await
}

#[tokio::test]
async fn a_choice_stays_right_in_another_language() -> Result<()> {
    with_page_before("lesson-choice", with_the_files, async |page| {
        open_lesson(&page, "first-child").await?;
        page.click("[data-step=\"2\"]").await?;
        until_step(&page, "How it ended").await?;
        answer(&page, 2, Err(2)).await?;
        until_right(&page, 2).await?;
        page.click("#language").await?;
        until_step(&page, "어떻게 끝났는가").await?;
        until_right(&page, 2).await
    })
    .await
}

#[tokio::test]
async fn two_tabs_keep_what_was_done_in_both() -> Result<()> {
    with_page_before("lesson-tabs", with_the_files, async |page| {
        open_lesson(&page, "first-child").await?;
        answer(&page, 0, Ok("22")).await?;
        until_right(&page, 0).await?;
        let first = page.another_tab().await?;
        page.click("#tab-lessons").await?;
        page.click("[data-step=\"1\"]").await?;
        until_step(&page, "Every byte counts").await?;
        answer(&page, 1, Ok("1")).await?;
        page.until_text("[data-question=\"1\"]", "Not quite")
            .await?;
        page.go_to_tab(first).await?;
        page.click("[data-step=\"2\"]").await?;
        until_step(&page, "How it ended").await?;
        answer(&page, 2, Err(2)).await?;
        until_right(&page, 2).await?;
        page.reload().await?;
        until_step(&page, "How it ended").await?;
        until_right(&page, 2).await?;
        page.click("[data-step=\"1\"]").await?;
        page.until_text("[data-question=\"1\"]", "Not quite").await
    })
    .await
}

const STRANGERS: &str = "+++\ntitle = \"A stranger's\"\nsummary = \"One step.\"\n+++\n\n## Look\n\n\
                         ```chain\ntouch proof\n```\n";

/// The commands of a file that somebody sent are loaded, and nothing more, until it is trusted.
#[tokio::test]
async fn a_chain_of_a_strangers_file_is_not_run_by_loading_it() -> Result<()> {
    with_page_before("lesson-stranger", with_the_files, async |page| {
        drop_file(&page, "strange.en.md", STRANGERS).await?;
        until_step(&page, "Look").await?;
        let offered = "return document.querySelectorAll('[data-load-run]').length";
        assert_eq!(page.evaluate(offered).await?, 0);
        page.ask_for(
            "Lesson: load the chain of this step and run it",
            "lesson-run",
        )
        .await?;
        page.element("[data-stage=touch]").await?;
        page.until_text("#toasts", "loaded and not run").await?;
        // Whatever was asked of the runner before has been done when this one is over.
        open_pipeline(&page, "printf seen").await?;
        run_to_the_end(&page).await?;
        let proof = page.with_runner(|runner| runner.workspace().join("proof"))?;
        assert!(!proof.exists(), "it ran");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_bad_file_closes_no_lesson() -> Result<()> {
    with_page_before("lesson-stays", with_the_files, async |page| {
        open_lesson(&page, "first-child").await?;
        drop_file(&page, "bad.en.md", "no lesson").await?;
        page.until_text("#lesson-faults", "bad.en.md").await?;
        until_step(&page, "A program becomes a process").await?;
        page.click("#lesson-faults button").await?;
        page.until_focus("#lesson-all").await
    })
    .await
}

#[tokio::test]
async fn the_arrows_turn_to_the_tabs_on_the_left() -> Result<()> {
    with_page("left-keys", async |page| {
        page.press("l").await?;
        page.until_focus("#tab-lessons").await?;
        for (key, tab) in [
            (Key::Left, "#tab-files"),
            (Key::Home, "#tab-add"),
            (Key::Left, "#tab-lessons"),
            (Key::Right, "#tab-add"),
            (Key::End, "#tab-lessons"),
        ] {
            page.press(key + "").await?;
            page.until_focus(&format!("{tab}[aria-selected=true]"))
                .await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn lessons_that_cannot_be_loaded_are_asked_for_again() -> Result<()> {
    for (name, file) in [
        ("lesson-missing", "*/split_learning-*.wasm"),
        ("lesson-bare", "*/learning-*.css"),
    ] {
        with_page(name, async |page| {
            page.forgive("ERR_BLOCKED_BY_CLIENT");
            page.forgive("Failed to fetch");
            page.block(&[file]).await?;
            page.click("#tab-lessons").await?;
            page.until_text("#left-panel [role=alert]", "could not be loaded")
                .await?;
            page.block(&[]).await?;
            page.click("#left-panel .later__again").await?;
            page.element(".lessons__item").await.map(drop)
        })
        .await?;
    }
    Ok(())
}

/// Two chains of one title are told apart by what is in them.
#[tokio::test]
async fn ones_own_chain_may_be_called_as_the_lesson() -> Result<()> {
    with_page_before("lesson-title", with_the_files, async |page| {
        open_lesson(&page, "first-child").await?;
        page.click("[data-load=\"0\"]").await?;
        page.element("[data-stage=echo]").await?;
        let own = Chain::of_stages("The first child", vec![Stage::process("rev", "rev", [])]);
        drop_file(&page, "own.json", &own.to_json()).await?;
        page.element("[data-stage=rev]").await?;
        page.click("[data-load=\"0\"]").await?;
        page.element("[data-stage=echo]").await?;
        // What was there before any lesson is one's own for sure; what only may be comes after it.
        page.click("#lesson-mine").await?;
        page.element("[data-stage=openssl]").await?;
        page.click("#lesson-mine").await?;
        page.element("[data-stage=rev]").await.map(drop)
    })
    .await
}

/// What a wire is frozen with goes with its chain, also along the history.
#[tokio::test]
async fn frozen_bytes_come_back_by_undo() -> Result<()> {
    with_page_before("lesson-frozen", with_the_files, async |page| {
        open_pipeline(&page, "printf mine | rev").await?;
        run_to_the_end(&page).await?;
        page.click("[data-wire]").await?;
        page.click("#freeze:not(:disabled)").await?;
        page.until_text("[data-stage=printf]", "left out").await?;
        open_lesson(&page, "first-child").await?;
        page.click("[data-load=\"0\"]").await?;
        page.element("[data-stage=echo]").await?;
        page.press_with(Key::Control, 'z').await?;
        page.until_text("[data-stage=printf]", "left out").await?;
        // The lesson's chain has none of them when it is done again.
        page.press_with(Key::Control, 'y').await?;
        page.element("[data-stage=echo]").await?;
        let frozen = "return localStorage.getItem('pipeyard.frozen')";
        page.until("nothing is frozen", &format!("{frozen} === '{{}}'"))
            .await
            .map(drop)
    })
    .await
}

/// A lesson keeps one's own chain: nobody need be told that it gave way, least of all to a link's.
#[tokio::test]
async fn a_lesson_ends_a_visit_without_a_word() -> Result<()> {
    let link = link_of(vec![Stage::process("seq", "seq", ["3"])])?;
    with_page_before("lesson-visit", with_the_files, async |page| {
        open_pipeline(&page, "printf mine | rev").await?;
        let own = stages(&page).await?;
        follow(&page, &link).await?;
        page.element("[data-stage=seq]").await?;
        open_lesson(&page, "first-child").await?;
        page.click("[data-load=\"0\"]").await?;
        page.element("[data-stage=echo]").await?;
        page.settled().await?;
        let said = "return document.querySelector('#toasts').textContent";
        assert_eq!(page.evaluate(said).await?, "");
        back_to(&page, &own, "echo").await
    })
    .await
}
