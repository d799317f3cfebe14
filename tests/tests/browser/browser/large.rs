//! Large chains and busy runs. What they cost is printed and not judged: that depends on the machine. `BENCHMARKS.md`
//! says how to read it.

use anyhow::{Result, ensure};
use pipeyard_tests::browser::{Button, Held, Page, Size, at, with_page};
use serde_json::{Value, json};
use thirtyfour::Key;

use super::steps::{open_chain, start};

const EMPTY: &str = r#"{"pipeyard":1,"stages":[],"wires":[]}"#;
const STAGES: usize = 500;
const WIRES: usize = 600;
/// Stages in a row of the large chain.
const ROW: usize = 25;
/// How often each gesture goes on.
const STEPS: u32 = 60;

/// Rows of stages, each joined to the next, and wires from row to row into extra inputs.
fn large() -> Value {
    let stages = (0..STAGES).map(|number| {
        let program = if number % 5 == 0 { "sort" } else { "cat" };
        json!({
            "id": format!("s{number}"),
            "kind": { "process": { "program": program, "args": ["-n"] } },
            "at": { "x": number % ROW * 300, "y": number / ROW * 180 },
        })
    });
    let stages: Vec<Value> = stages.collect();
    let along = (0..STAGES - 1).filter(|from| from % ROW != ROW - 1);
    let along = along.map(|from| (from, from + 1, "stdin"));
    let down = (0..2).flat_map(|first| (first..STAGES - ROW).step_by(4));
    let down = down.map(|from| (from, from + ROW, "fd3"));
    let wires = along.chain(down).take(WIRES).enumerate();
    let wires = wires.map(|(number, (from, to, port))| {
        json!({
            "id": format!("w{number}"),
            "from": { "stage": format!("s{from}"), "port": "stdout" },
            "to": { "stage": format!("s{to}"), "port": port },
        })
    });
    let wires: Vec<Value> = wires.collect();
    json!({ "pipeyard": 1, "title": "large", "stages": stages, "wires": wires })
}

/// Does something step by step, and prints what the scripts of each step cost.
async fn measured(page: &Page, name: &str, step: impl AsyncFn(u32) -> Result<()>) -> Result<()> {
    let mut costs = Vec::new();
    for number in 1..=STEPS {
        let before = page.script_ms().await?;
        step(number).await?;
        page.settled().await?;
        costs.push(page.script_ms().await? - before);
    }
    costs.sort_by(f64::total_cmp);
    let at = |part: usize| costs[costs.len() * part / 100];
    println!(
        "{name}: script {:.1} ms a step, {:.1} ms at the 95th percentile",
        at(50),
        at(95)
    );
    Ok(())
}

#[tokio::test]
async fn five_hundred_stages_are_opened_and_moved() -> Result<()> {
    with_page("large", async |page| {
        page.resize(Size::LAPTOP).await?;
        open_chain(&page, EMPTY).await?;
        page.element("[data-template]").await?;
        page.count_script().await?;
        let before = page.script_ms().await?;
        let paste = format!(
            "window.opened = null; const clip = new DataTransfer(); clip.setData('text/plain', {}); \
             document.querySelector('.canvas').focus(); const began = performance.now(); \
             window.dispatchEvent(new ClipboardEvent('paste', {{ clipboardData: clip, bubbles: true, cancelable: true }})); \
             const look = () => requestAnimationFrame(() => {{ \
                 if (document.querySelectorAll('.canvas .placed[style] [data-stage]').length < {STAGES}) return look(); \
                 setTimeout(() => {{ window.opened = performance.now() - began; }}); }}); look();",
            json!(large().to_string())
        );
        page.evaluate(&paste).await?;
        let opened = page.until("the large chain", "return window.opened").await?;
        let script = page.script_ms().await? - before;
        println!("opened in {opened} ms, {script:.0} ms of them script");
        ensure!(page.attributes(".canvas [data-wire]", "data-wire").await?.len() == WIRES, "wires are missing");
        // What is far away is not laid out, and is when one comes there.
        let far = "const cards = [...document.querySelectorAll('.canvas [data-stage]')]; \
                   return cards.filter(card => !card.checkVisibility({ contentVisibilityAuto: true })).length";
        // What was pasted is selected.
        page.press(Key::Escape + "").await?;
        let selected = "return !document.querySelector('.canvas .card.is-selected')";
        page.until("nothing selected", selected).await?;
        let middle = page.middle(".canvas").await?;
        measured(&page, "pan", async |_| page.wheel(middle, 8.0, 12.0, Held::NONE).await).await?;
        measured(&page, "zoom", async |number| {
            page.wheel(middle, 0.0, if number % 30 < 15 { 20.0 } else { -20.0 }, Held::CONTROL).await
        })
        .await?;
        page.press("0").await?;
        page.until("far cards that are left alone", far).await?;
        let visible = "const canvas = document.querySelector('.canvas').getBoundingClientRect(); \
                       const card = [...document.querySelectorAll('.canvas [data-stage]')].find(card => { \
                           const place = card.getBoundingClientRect(); \
                           return place.x > canvas.x + 40 && place.y > canvas.y + 40 \
                               && place.right < canvas.right - 320 && place.bottom < canvas.bottom - 120; }); \
                       return card?.dataset.stage";
        let id = page.until("a card in full view", visible).await?;
        let card = format!(".canvas [data-stage={id}]");
        let from = page.middle(&card).await?;
        page.mouse_down(from, Button::Left, Held::NONE).await?;
        measured(&page, "drag", async |number| {
            let to = at(from.x + f64::from(number) * 2.0, from.y + f64::from(number % 7) * 3.0);
            page.mouse_to(to, Some(Button::Left), Held::NONE).await
        })
        .await?;
        let to = page.middle(&card).await?;
        ensure!((to.x - from.x - 120.0).abs() <= 10.0, "the card went from {from:?} to {to:?}");
        page.mouse_up(to, Button::Left, Held::NONE).await?;
        page.settled().await?;
        let before = page.script_ms().await?;
        let tidy = "const began = performance.now(); document.querySelector('[data-look=tidy]').click(); \
                    window.tidied = null; requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => { \
                    window.tidied = performance.now() - began; })))";
        page.evaluate(tidy).await?;
        let tidied = page.until("a tidy picture", "return window.tidied").await?;
        let script = page.script_ms().await? - before;
        println!("tidied in {tidied} ms, {script:.0} ms of them script");
        Ok(())
    })
    .await
}

/// Twenty programs, each a hundred lines a second.
#[tokio::test]
async fn two_thousand_lines_a_second_come_from_twenty_stages() -> Result<()> {
    let lines = "while :; do seq 10; sleep 0.1; done";
    let mut stages: Vec<Value> = (0..20)
        .map(|number| json!({ "id": format!("s{number}"), "kind": { "shell": { "text": lines } } }))
        .collect();
    stages.push(json!({ "id": "gone", "kind": "discard" }));
    let wires = (0..20).map(|number| {
        json!({
            "id": format!("w{number}"),
            "from": { "stage": format!("s{number}"), "port": "stdout" },
            "to": { "stage": "gone", "port": "stdin" },
        })
    });
    let wires: Vec<Value> = wires.collect();
    let chain = json!({ "pipeyard": 1, "title": "busy", "stages": stages, "wires": wires });
    with_page("busy", async |page| {
        open_chain(&page, &chain.to_string()).await?;
        page.element("[data-template]").await?;
        page.count_script().await?;
        page.evaluate(
            "window.long = []; new PerformanceObserver(list => window.long.push(...list.getEntries().map(task => task.duration))) \
             .observe({ type: 'longtask' }); window.began = performance.now()",
        )
        .await?;
        let before = page.script_ms().await?;
        start(&page).await?;
        let nodes = "return document.querySelectorAll('*:not(.timeline *)').length";
        // The timeline may grow: a stage that sleeps and works has a piece of its bar for each.
        page.until_done("three hundred lines of one stage", &many_lines(300)).await?;
        let some = page.evaluate(nodes).await?.as_u64().unwrap_or_default();
        page.until_done("twice as many", &many_lines(600)).await?;
        let more = page.evaluate(nodes).await?.as_u64().unwrap_or_default();
        let script = page.script_ms().await? - before;
        let passed = page.evaluate("return performance.now() - window.began").await?;
        let long = page.evaluate("return window.long").await?;
        println!("busy: {script:.0} ms of script in {passed} ms; tasks over 50 ms: {long}");
        ensure!(more <= some + 100, "the page grew from {some} to {more} elements");
        page.press(Key::Escape + "").await?;
        page.element("#run").await.map(drop)
    })
    .await
}

/// Whether the first stage is known to have written so many lines.
fn many_lines(count: u32) -> String {
    format!(
        "const pill = document.querySelector('.canvas [data-wire=w0]'); \
         const said = pill?.title || pill?.dataset.title || ''; \
         const lines = Number((said.match(/([\\d,]+) lines/) ?? ['', '0'])[1].replaceAll(',', '')); return lines >= {count}"
    )
}
