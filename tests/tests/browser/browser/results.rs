//! Results: of which chain they are, the runs before, two side by side, guesses, and long flows.

use anyhow::{Result, ensure};
use pipeyard_tests::browser::{Held, Page, with_page};

use super::steps::{arguments, finished, open_pipeline, run_to_the_end, select, start};

async fn choose(page: &Page, select: &str, text: &str) -> Result<()> {
    let body = format!(
        "const select = document.querySelector({select:?}); \
         const option = [...select.options].find(option => option.textContent === {text:?}); \
         if (!option) return false; select.value = option.value; \
         select.dispatchEvent(new Event('change', {{ bubbles: true }})); return true"
    );
    page.until(text, &body).await.map(drop)
}

/// What has changed, and what that feeds, says so; the rest keeps its result.
#[tokio::test]
async fn results_of_an_older_chain_are_marked_until_it_runs_again() -> Result<()> {
    with_page("stale", async |page| {
        open_pipeline(&page, "seq 30 | sort | uniq -c").await?;
        run_to_the_end(&page).await?;
        let marked = "[data-stage][data-stale]";
        ensure!(
            page.attributes(marked, "data-stage").await?.is_empty(),
            "marked at once"
        );
        select(&page, "sort").await?;
        arguments(&page, &["-rn"]).await?;
        page.element("[data-stage=\"uniq\"][data-stale]").await?;
        assert_eq!(
            page.attributes(marked, "data-stage").await?,
            ["sort", "uniq"]
        );
        page.until_text("#data-note", "older chain").await?;
        page.until_text("[data-stage=\"uniq\"]", "exit 0").await?;
        run_to_the_end(&page).await?;
        let none = format!("return !document.querySelector('{marked}')");
        page.until("no mark", &none).await.map(drop)
    })
    .await
}

/// An earlier run is looked at, its chain comes back as one step, and a run is forgotten.
#[tokio::test]
async fn earlier_runs_are_looked_at_restored_and_forgotten() -> Result<()> {
    with_page("runs", async |page| {
        open_pipeline(&page, "seq 3 | sort").await?;
        run_to_the_end(&page).await?;
        select(&page, "sort").await?;
        arguments(&page, &["-r"]).await?;
        run_to_the_end(&page).await?;
        page.click("#tab-runs").await?;
        page.element("[data-run=\"2\"]").await?;
        page.until_text("[data-run=\"1\"]", "seq 3 | sort").await?;
        page.screenshot("runs").await?;
        page.click("#look-1").await?;
        page.until_text(".notice--recorded", "Run 1").await?;
        page.click("#close-recording").await?;
        page.click("#restore-1").await?;
        page.until_text("[data-stage=\"sort\"]", "no arguments")
            .await?;
        page.click("#undo").await?;
        page.until_text("[data-stage=\"sort\"]", "-r").await?;
        page.click("#forget-1").await?;
        page.until(
            "one run",
            "return document.querySelectorAll('[data-run]').length === 1",
        )
        .await
        .map(drop)
    })
    .await
}

/// The same place of two runs, side by side where there is room and as one list where there is not.
#[tokio::test]
async fn two_runs_are_compared_line_by_line() -> Result<()> {
    with_page("compare", async |page| {
        open_pipeline(&page, "seq 1 20 | grep -v 7").await?;
        run_to_the_end(&page).await?;
        select(&page, "grep").await?;
        arguments(&page, &["-v", "9"]).await?;
        run_to_the_end(&page).await?;
        page.click("#tab-compare").await?;
        page.until_text("#diff-said", "2 lines only in Run 1")
            .await?;
        page.until_text("#diff-said", "2 lines only in Run 2")
            .await?;
        page.element(".diff__table--wide").await?;
        page.screenshot("compare").await?;
        choose(&page, "#compare-run-0", "Run 2").await?;
        page.until_text("#diff-said", "No difference").await?;
        choose(&page, "#compare-place-0", "seq → grep").await?;
        page.until_text("#diff-said", "only in").await
    })
    .await
}

/// The data stays hidden until there is a guess, which is then compared with what came.
#[tokio::test]
async fn a_wire_asks_before_it_shows_its_data() -> Result<()> {
    with_page("predict", async |page| {
        open_pipeline(&page, "seq 5 | sort -rn | cat").await?;
        page.click("[data-wire=\"w2\"]").await?;
        page.fill("#wire-question", "What comes out?").await?;
        run_to_the_end(&page).await?;
        page.until_text("#predict", "What comes out?").await?;
        ensure!(page.text("#data").await?.is_empty(), "the data is shown");
        page.fill("#predict-guess", "1\n2\n3\n4\n5").await?;
        page.click("#predict-made").await?;
        page.until_text("#predict-verdict", "≠").await?;
        page.until_text("#data", "5").await?;
        page.click("#predict-again").await?;
        page.fill("#predict-guess", "5").await?;
        page.click("#predict-made").await?;
        page.until_text("#predict-verdict", "✓").await
    })
    .await
}

/// What is asked about is not given away by its counter, by the inspector or by a comparison; and another question asks
/// anew.
#[tokio::test]
async fn a_question_hides_all_that_would_answer_it() -> Result<()> {
    with_page("veiled", async |page| {
        let pill = "[data-wire=\"w2\"] .pill__line";
        open_pipeline(&page, "seq 77 | sort -rn | cat").await?;
        page.click("[data-wire=\"w2\"]").await?;
        run_to_the_end(&page).await?;
        page.until_text(pill, "222 B").await?;
        page.until_text("#inspector .facts", "77 lines").await?;
        page.fill("#wire-question", "How many lines?").await?;
        page.until(
            "a veil",
            &format!("return document.querySelector('{pill}').textContent === '?'"),
        )
        .await?;
        page.until_text("#inspector .form", "Shown after your guess")
            .await?;
        for place in ["#inspector", "#drawer-panel"] {
            let body = format!("return document.querySelector('{place}').innerText");
            let shown = page.evaluate(&body).await?.to_string();
            ensure!(!shown.contains("77 lines"), "{place} shows {shown}");
        }
        // While the pointer rests there, the title is put by.
        let said = "return [...document.querySelectorAll('[data-wire=\"w2\"]')].map(pill => pill.title || pill.dataset.title)";
        let said = page.evaluate(said).await?.to_string();
        ensure!(said.len() > 4 && !said.contains("222"), "{said}");
        page.click("#tab-compare").await?;
        page.until_text(".compare__empty:not([hidden])", "Shown after your guess")
            .await?;
        page.click("#tab-data").await?;
        page.fill("#predict-guess", "77").await?;
        page.click("#predict-made").await?;
        page.until_text("#predict-verdict", "✓").await?;
        page.until_text(pill, "222 B").await?;
        page.fill("#wire-question", "And what else?").await?;
        page.until_text("#predict", "And what else?").await?;
        page.until(
            "a veil",
            &format!("return document.querySelector('{pill}').textContent === '?'"),
        )
        .await
        .map(drop)
    })
    .await
}

/// However often the wheel asks for what follows, the runner is asked for it once; and bytes that cannot be had are not
/// called bytes that are not there.
#[tokio::test]
async fn what_is_asked_of_the_runner_is_asked_once_and_may_fail() -> Result<()> {
    with_page("whole-asked", async |page| {
        open_pipeline(&page, "seq 1 300000 | cat").await?;
        run_to_the_end(&page).await?;
        page.click("[data-wire=\"w1\"]").await?;
        page.click("#data-whole").await?;
        page.until_text("#whole-shown", "bytes 0 ").await?;
        // The runner takes its time.
        page.evaluate(
            "const real = window.fetch.bind(window); window.asked = []; \
             const held = new Promise(go => { window.answer = go; }); \
             window.fetch = request => { window.asked.push(request.headers.get('Range')); return held.then(() => real(request)); }; \
             const pane = document.querySelector('#data'); pane.scrollTop = pane.scrollHeight",
        )
        .await?;
        let pane = page.middle("#data").await?;
        page.until("its end", "const pane = document.querySelector('#data'); return pane.scrollTop + pane.clientHeight >= pane.scrollHeight - 1").await?;
        for _ in 0..6 {
            page.wheel(pane, 0.0, 120.0, Held::NONE).await?;
        }
        page.until("a request", "return window.asked.length").await?;
        page.settled().await?;
        assert_eq!(page.evaluate("return window.asked.length").await?, 1);
        page.evaluate("window.answer()").await?;
        page.until("what follows", "return !document.querySelector('#whole-shown').textContent.startsWith('bytes 0 ')")
            .await?;
        page.evaluate("window.fetch = () => Promise.resolve(new Response('', { status: 404 }))").await?;
        page.fill("#whole-search", "299999").await?;
        page.click("#whole-find").await?;
        page.until_text("#whole-found", "could not be had").await
    })
    .await
}

/// How much is not shown, and why; all of it can be read here, and saved.
#[tokio::test]
async fn what_is_left_out_is_said_and_can_be_had() -> Result<()> {
    with_page("truncated", async |page| {
        open_pipeline(&page, "seq 1 300000 | cat").await?;
        run_to_the_end(&page).await?;
        page.click("[data-wire=\"w1\"]").await?;
        page.until_text("#data-note", "988\u{202f}895 bytes").await?;
        page.until_text("#data-note", "are not kept here").await?;
        page.until_text("#data-whole", "Read all 2 MB").await?;
        let saved = page
            .evaluate("return fetch(document.querySelector('#download').href).then(answer => answer.text()).then(text => text.length)")
            .await?;
        assert_eq!(saved, 1_988_895);
        Ok(())
    })
    .await
}

/// A hundred megabytes are paged through and searched without being held.
#[tokio::test]
async fn a_long_flow_is_read_and_searched_at_the_runner() -> Result<()> {
    with_page("whole", async |page| {
        open_pipeline(&page, "seq 1 13000000 | cat").await?;
        start(&page).await?;
        finished(&page).await?;
        page.click("[data-wire=\"w1\"]").await?;
        page.click("#data-whole").await?;
        page.until_text("#data", "2").await?;
        page.until_text("#whole-shown", "106 MB").await?;
        page.click("#whole-next").await?;
        page.until(
            "the next bytes",
            "return !document.querySelector('#whole-shown').textContent.startsWith('bytes 0 ')",
        )
        .await?;
        page.click("#whole-search").await?;
        page.press("12345678").await?;
        page.click("#whole-find").await?;
        let found =
            "return document.querySelector('#whole-found').textContent.includes('found at byte')";
        page.until_done("the number to be found", found).await?;
        page.until_text("#data .hit--current", "12345678").await?;
        page.screenshot("whole").await
    })
    .await
}

/// Another chain whose wires were called the same wore the numbers of a run that was not its own.
#[tokio::test]
async fn another_chain_wears_nothing_of_a_run_that_goes_on() -> Result<()> {
    with_page("another-chain", async |page| {
        open_pipeline(&page, "yes | sleep 1000").await?;
        start(&page).await?;
        page.until_text(".canvas [data-wire=w1]", "B").await?;
        page.click("#examples").await?;
        page.click("#gallery [data-choice=count]").await?;
        page.element("[data-stage=uniq]").await?;
        page.until(
            "a wire through which nothing has passed",
            "return document.querySelector('.canvas [data-wire=w1] .pill__line')?.textContent === '·'",
        )
        .await?;
        page.until_text(".result", "older chain").await?;
        page.click("#stop").await?;
        page.element("#run").await.map(drop)
    })
    .await
}
