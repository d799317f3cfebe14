//! Lessons: the first of the course by clicks, another by keyboard alone, one's own chain and the way back to it, what is kept
//! over a reload, a teacher's file, Korean, and a phone.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use pipeyard_tests::TestRunner;
use pipeyard_tests::browser::{Page, Size, with_page_before};
use serde_json::Value;
use thirtyfour::Key;

use super::steps::{finished, open_pipeline, run_to_the_end, select, stages};

/// A runner whose workspace has the files that the course works on.
pub(crate) fn with_the_files() -> Result<TestRunner> {
    let runner = TestRunner::start()?;
    let seed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../runner/workspace");
    for entry in fs::read_dir(&seed).with_context(|| seed.display().to_string())? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            fs::copy(entry.path(), runner.workspace().join(entry.file_name()))?;
        }
    }
    Ok(runner)
}

/// Opens the list of lessons, and one of them.
pub(crate) async fn open_lesson(page: &Page, name: &str) -> Result<()> {
    page.click("#tab-lessons").await?;
    page.click(&format!(".lessons__item[data-lesson=\"{name}\"]"))
        .await?;
    page.element("#lesson-step").await.map(drop)
}

pub(crate) async fn until_step(page: &Page, title: &str) -> Result<()> {
    page.until_text("#lesson-step", title).await
}

/// Writes an answer, or chooses the one at a place from 1, and gives it.
pub(crate) async fn answer(page: &Page, question: usize, given: Result<&str, usize>) -> Result<()> {
    match given {
        Ok(text) => page.fill(&format!("#answer-{question}"), text).await?,
        Err(place) => {
            let choice = format!("[data-question=\"{question}\"] label:nth-of-type({place})");
            page.click(&choice).await?;
        }
    }
    page.click(&format!("[data-question=\"{question}\"] [type=submit]"))
        .await
}

pub(crate) async fn until_right(page: &Page, question: usize) -> Result<()> {
    let told = format!("[data-question=\"{question}\"] [data-right=true]");
    page.element(&told).await.map(drop)
}

async fn until_done(page: &Page, exercise: usize) -> Result<()> {
    let done = format!("[data-exercise=\"{exercise}\"][data-done=true]");
    page.element(&done).await.map(drop)
}

/// Loads the solution of an exercise and runs it: it is checked by itself.
async fn do_by_solution(page: &Page, exercise: usize) -> Result<()> {
    page.click(&format!("[data-solution=\"{exercise}\"]"))
        .await?;
    page.click(&format!("[data-load-solution=\"{exercise}\"]"))
        .await?;
    page.settled().await?;
    page.click("#run").await?;
    until_done(page, exercise).await
}

/// Drops a file on the page.
pub(crate) async fn drop_file(page: &Page, name: &str, text: &str) -> Result<()> {
    let (name, text) = (Value::from(name), Value::from(text));
    let body = format!(
        "const data = new DataTransfer(); data.items.add(new File([{text}], {name}, {{ type: 'text/markdown' }})); \
         for (const kind of ['dragover', 'drop']) \
             document.body.dispatchEvent(new DragEvent(kind, {{ dataTransfer: data, bubbles: true, cancelable: true }}));"
    );
    page.evaluate(&body).await.map(drop)
}

#[tokio::test]
async fn the_first_lesson_is_done_by_clicks() -> Result<()> {
    with_page_before("lesson-first", with_the_files, async |page| {
        open_lesson(&page, "first-child").await?;
        until_step(&page, "A program becomes a process").await?;
        page.until_text("#lesson", "Step 1 of 7").await?;
        page.click("[data-load=\"0\"]").await?;
        page.element("[data-stage=echo]").await?;
        answer(&page, 0, Ok("22")).await?;
        until_right(&page, 0).await?;
        page.click("#run").await?;
        page.until_text("[data-question=\"0\"]", "Measured in your run: 22")
            .await?;

        page.click("#lesson-next").await?;
        until_step(&page, "Every byte counts").await?;
        answer(&page, 1, Ok("1")).await?;
        page.until_text("[data-question=\"1\"]", "Not quite. The answer: 0")
            .await?;
        page.click("[data-load-run=\"0\"]").await?;
        page.until_text("[data-question=\"1\"]", "Measured in your run: 0")
            .await?;
        // The chain that the step gives answers nothing; that of the exercise does, and not well yet.
        page.click("[data-start=\"0\"]").await?;
        page.settled().await?;
        page.click("#run").await?;
        page.until_text(
            "[data-exercise=\"0\"] [data-met=false]",
            "the output differs",
        )
        .await?;
        page.click("[data-hint=\"0\"]").await?;
        page.until_text("[data-exercise=\"0\"]", "look at the last byte")
            .await?;
        select(&page, "echo").await?;
        page.fill("#stage-program", "printf").await?;
        page.until_text("[data-exercise=\"0\"]", "run it again")
            .await?;
        page.click("#run").await?;
        until_done(&page, 0).await?;
        page.until_text("[data-exercise=\"0\"]", "twelve bytes")
            .await?;

        page.click("#lesson-next").await?;
        until_step(&page, "How it ended").await?;
        answer(&page, 2, Err(2)).await?;
        until_right(&page, 2).await?;
        page.click("#lesson-next").await?;
        until_step(&page, "Two ways out").await?;
        answer(&page, 3, Ok("1")).await?;
        until_right(&page, 3).await?;
        page.click("#lesson-next").await?;
        until_step(&page, "Start, read, wait").await?;
        answer(&page, 4, Err(1)).await?;
        until_right(&page, 4).await?;
        page.click("#lesson-next").await?;
        until_step(&page, "No such program").await?;
        answer(&page, 5, Err(3)).await?;
        until_right(&page, 5).await?;
        page.click("#lesson-next").await?;
        until_step(&page, "Your turn").await?;
        do_by_solution(&page, 1).await?;
        do_by_solution(&page, 2).await?;
        page.click("#lesson-next").await?;
        page.until_text("#lesson-end", "3 of 3 exercises").await?;
        page.click("#lesson-onward").await?;
        page.until_text("#lesson", "What a pipe is").await?;
        page.click("#lesson-all").await?;
        page.element(".lessons__item[data-lesson=first-child][data-stage=done]")
            .await
            .map(drop)
    })
    .await
}

#[tokio::test]
async fn a_lesson_is_done_by_keyboard_alone() -> Result<()> {
    with_page_before("lesson-keys", with_the_files, async |page| {
        page.press("l").await?;
        page.until_focus("#tab-lessons").await?;
        page.element("#lesson-search").await?;
        page.tab_to("#lesson-search").await?;
        page.press("what a pipe").await?;
        page.until(
            "what fits, and nothing else",
            "return document.querySelectorAll('.lessons__item').length < 5",
        )
        .await?;
        page.press(Key::Down + "").await?;
        page.until_focus("[data-lesson=what-is-a-pipe]").await?;
        page.press(Key::Enter + "").await?;
        page.until_focus("#lesson-all").await?;
        until_step(&page, "Two programs and a pipe").await?;
        page.tab_to("[data-question=\"0\"] input").await?;
        page.press(Key::Down + "").await?;
        page.tab_to("[data-question=\"0\"] [type=submit]").await?;
        page.press(Key::Enter + "").await?;
        page.until_focus("[data-question=\"0\"] .lesson__told")
            .await?;
        until_right(&page, 0).await?;
        for title in [
            "Who starts first?",
            "Bytes, not lines",
            "How a reader knows that it is over",
            "A program that does not read",
            "Exercise: the end of the alphabet",
        ] {
            page.press_with(Key::Alt, Key::PageDown).await?;
            until_step(&page, title).await?;
        }
        page.press_with(Key::Alt, Key::PageUp).await?;
        until_step(&page, "A program that does not read").await?;
        page.press_with(Key::Alt, Key::PageDown).await?;
        until_step(&page, "Exercise: the end of the alphabet").await?;
        page.tab_to("[data-start=\"0\"]").await?;
        page.press(Key::Enter + "").await?;
        page.element("[data-stage=tail]").await?;
        run_to_the_end(&page).await?;
        page.until_text("[data-exercise=\"0\"]", "line 1 is")
            .await?;
        page.tab_to("[data-solution=\"0\"]").await?;
        page.press(Key::Enter + "").await?;
        page.until_focus("[data-load-solution=\"0\"]").await?;
        page.press(Key::Enter + "").await?;
        page.element("[data-stage=sort]").await?;
        page.press_with(Key::Control, Key::Enter).await?;
        until_done(&page, 0).await?;
        for title in ["the missing line", "how many begin with s"] {
            page.press_with(Key::Alt, Key::PageDown).await?;
            until_step(&page, title).await?;
        }
        page.press_with(Key::Alt, Key::PageDown).await?;
        page.until_focus("#lesson-onward").await?;
        page.until_text("#lesson-end", "1 of 3 exercises").await
    })
    .await
}

#[tokio::test]
async fn ones_own_chain_comes_back() -> Result<()> {
    with_page_before("lesson-mine", with_the_files, async |page| {
        open_pipeline(&page, "printf mine | rev | rev").await?;
        let own = stages(&page).await?;
        open_lesson(&page, "what-is-a-pipe").await?;
        page.click("[data-load=\"0\"]").await?;
        page.element("[data-stage=tac]").await?;
        // One step back is one's own, and what became of the lesson's does not count as that.
        page.press_with(Key::Control, 'z').await?;
        page.until_done(
            "one's own again",
            "return !document.querySelector('[data-stage=tac]')",
        )
        .await?;
        assert_eq!(stages(&page).await?, own);
        page.click("[data-load=\"0\"]").await?;
        page.element("[data-stage=tac]").await?;
        page.click("#lesson-next").await?;
        until_step(&page, "Who starts first?").await?;
        page.click("[data-load=\"0\"]").await?;
        page.element("[data-stage=sleep]").await?;
        page.reload().await?;
        page.element("[data-stage=sleep]").await?;
        page.click("#lesson-mine").await?;
        page.until_done(
            "one's own again",
            "return !document.querySelector('[data-stage=sleep]')",
        )
        .await?;
        assert_eq!(stages(&page).await?, own);
        page.until_done(
            "no way back any more",
            "return document.querySelector('.lesson__mine').hidden",
        )
        .await
        .map(drop)
    })
    .await
}

#[tokio::test]
async fn a_lesson_is_resumed_after_a_reload_and_changes_its_language_in_place() -> Result<()> {
    with_page_before("lesson-resumed", with_the_files, async |page| {
        open_lesson(&page, "first-child").await?;
        answer(&page, 0, Ok("21")).await?;
        page.until_text("[data-question=\"0\"]", "Not quite")
            .await?;
        page.click("[data-step=\"2\"]").await?;
        until_step(&page, "How it ended").await?;
        page.reload().await?;
        until_step(&page, "How it ended").await?;
        page.click("#language").await?;
        until_step(&page, "어떻게 끝났는가").await?;
        page.until_text("#lesson-next", "다음").await?;
        page.click("[data-step=\"0\"]").await?;
        page.until_text("[data-question=\"0\"]", "내 답: 21")
            .await?;
        page.click("#lesson-all").await?;
        page.until_text("#lesson-resume", "이어서 하기").await?;
        page.click("#lesson-resume").await?;
        page.until_text("[data-question=\"0\"]", "내 답: 21")
            .await?;
        page.screenshot("lesson-korean").await
    })
    .await
}

const LESSON: &str = "+++\ntitle = \"Mine\"\nsummary = \"One step.\"\n+++\n\n## Say it\n\nWrite `<b>this</b>`.\n\n\
                      ```exercise\ntask = \"Write `HELLO`.\"\nstart = \"echo hello\"\nsolution = \"echo HELLO\"\n```\n";

#[tokio::test]
async fn a_teachers_file_is_asked_about_before_its_solutions_run() -> Result<()> {
    with_page_before("lesson-file", with_the_files, async |page| {
        drop_file(&page, "mine.en.md", LESSON).await?;
        until_step(&page, "Say it").await?;
        // What looks like markup is text.
        let bold = "return document.querySelectorAll('#lesson .lesson__step b').length";
        assert_eq!(page.evaluate(bold).await?, 0);
        page.element("#lesson-consent").await?;
        page.click("[data-start=\"0\"]").await?;
        run_to_the_end(&page).await?;
        page.settled().await?;
        // What would be asked after the first run has been asked when a second one is over.
        run_to_the_end(&page).await?;
        let asked = "return performance.getEntriesByType('resource').filter(entry => entry.name.includes('/lessons/verdict')).length";
        assert_eq!(page.evaluate(asked).await?, 0, "nothing ran unasked");
        page.click("#lesson-consent button").await?;
        page.until_focus(".lesson__step").await?;
        page.until_text("[data-exercise=\"0\"] [data-met=false]", "HELLO")
            .await?;
        do_by_solution(&page, 0).await?;
        // It is asked once a file, and a reload forgets nothing.
        page.reload().await?;
        until_step(&page, "Say it").await?;
        until_done(&page, 0).await?;
        let asked = "return !!document.querySelector('#lesson-consent')";
        assert_eq!(page.evaluate(asked).await?, false);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_broken_file_is_told_line_by_line() -> Result<()> {
    with_page_before("lesson-faults", with_the_files, async |page| {
        let broken = LESSON.replace("start =", "begin =");
        drop_file(&page, "broken.en.md", &broken).await?;
        page.until_text("#lesson-faults", "broken.en.md").await?;
        page.until_text("#lesson-faults", "line ").await?;
        page.click("#lesson-faults button").await?;
        page.until_done(
            "no faults",
            "return !document.querySelector('#lesson-faults')",
        )
        .await
        .map(drop)
    })
    .await
}

#[tokio::test]
async fn a_lesson_is_done_on_a_phone() -> Result<()> {
    with_page_before("lesson-phone", with_the_files, async |page| {
        page.resize(Size::PHONE).await?;
        page.click("#open-lessons").await?;
        page.click(".lessons__item[data-lesson=first-child]")
            .await?;
        until_step(&page, "A program becomes a process").await?;
        page.click("[data-step=\"1\"]").await?;
        until_step(&page, "Every byte counts").await?;
        page.click("[data-solution=\"0\"]").await?;
        // The sheet goes, and the chain is there.
        page.click("[data-load-solution=\"0\"]").await?;
        page.element("[data-stage=printf]").await?;
        page.click("#run").await?;
        finished(&page).await?;
        page.click("#open-lessons").await?;
        until_done(&page, 0).await
    })
    .await
}

#[tokio::test]
async fn an_empty_canvas_offers_the_first_lesson() -> Result<()> {
    with_page_before("lesson-empty", with_the_files, async |page| {
        page.click("#new-chain").await?;
        page.click("[data-begin=lesson]").await?;
        until_step(&page, "A program becomes a process").await?;
        page.click("[data-load=\"0\"]").await?;
        page.element("[data-stage=echo]").await?;
        // An empty chain is nobody's work.
        let back = "return document.querySelector('.lesson__mine').hidden";
        assert_eq!(page.evaluate(back).await?, true);
        Ok(())
    })
    .await
}

/// Whoever only runs chains never loads the lessons.
#[tokio::test]
async fn lessons_are_loaded_when_they_are_opened_and_not_before() -> Result<()> {
    with_page_before("lesson-lazy", with_the_files, async |page| {
        run_to_the_end(&page).await?;
        let loaded = "return performance.getEntriesByType('resource').map(entry => entry.name) \
                      .filter(name => name.includes('split_learning') || name.includes('/lessons')).length";
        assert_eq!(page.evaluate(loaded).await?, 0);
        page.click("#tab-lessons").await?;
        page.element(".lessons__item").await?;
        page.until_done("the fourth file", &format!("{loaded} >= 2"))
            .await
            .map(drop)
    })
    .await
}
