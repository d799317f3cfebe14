//! The chain as shell text that is typed: what becomes of the picture, and the other way round.

use anyhow::{Context, Result};
use pipeyard_tests::browser::{Held, Page, Rules, Size, Theme, with_page};
use serde_json::json;
use thirtyfour::Key;

use super::steps::{finished, open_chain, select_card, stages};

/// A chain of three, placed by hand.
const PLACED: &str = r#"{"pipeyard":1,"title":"placed","stages":[
    {"id":"seq","label":"numbers","kind":{"process":{"program":"seq","args":["9"]}},"at":{"x":40,"y":60}},
    {"id":"sort","kind":{"process":{"program":"sort","args":["-n"],"setup":{"timeout_ms":5000}}},"at":{"x":380,"y":200}},
    {"id":"uniq","kind":{"process":{"program":"uniq"}},"at":{"x":720,"y":60}}],
    "wires":[{"id":"w1","from":{"stage":"seq","port":"stdout"},"to":{"stage":"sort","port":"stdin"}},
             {"id":"w2","from":{"stage":"sort","port":"stdout"},"to":{"stage":"uniq","port":"stdin"}}]}"#;

/// Goes to the line and puts another text in place of what is there.
async fn retype(page: &Page, text: &str) -> Result<()> {
    page.element("#line").await?;
    if !page.has_focus("#line").await? {
        page.click("#line").await?;
    }
    page.overwrite(text).await
}

async fn until_line(page: &Page, wanted: &str) -> Result<()> {
    let body = format!(
        "return document.querySelector('#line')?.value === {}",
        json!(wanted)
    );
    page.until(&format!("the line {wanted}"), &body)
        .await
        .map(drop)
}

/// Waits until these are the cards, by their ids.
async fn until_cards(page: &Page, wanted: &[&str]) -> Result<()> {
    let body = format!(
        "return JSON.stringify([...document.querySelectorAll('.canvas [data-stage]')].map(card => card.dataset.stage).sort()) \
         === JSON.stringify({}.sort())",
        json!(wanted)
    );
    page.until(&format!("the cards {wanted:?}"), &body)
        .await
        .map(drop)
}

async fn kept(page: &Page) -> Result<serde_json::Value> {
    let text = page
        .evaluate("return localStorage.getItem('pipeyard.chain')")
        .await?;
    Ok(serde_json::from_str(
        text.as_str().context("a kept chain")?,
    )?)
}

#[tokio::test]
async fn what_is_typed_is_drawn_and_what_stays_keeps_its_place() -> Result<()> {
    with_page("line-typed", async |page| {
        open_chain(&page, PLACED).await?;
        until_line(&page, "seq 9 | sort -n | uniq").await?;
        let before = kept(&page).await?;
        // However long it takes: half of it stood there for a while, and what was behind it comes back.
        retype(&page, "seq 9 ").await?;
        until_cards(&page, &["seq"]).await?;
        page.press("| sort -r | uniq").await?;
        page.until_text(".canvas [data-stage=sort]", "-r").await?;
        until_cards(&page, &["seq", "sort", "uniq"]).await?;
        page.until(
            "the chain to be kept",
            "return localStorage.getItem('pipeyard.chain').includes('\"-r\"')",
        )
        .await?;
        let mut after = kept(&page).await?;
        after["stages"][1]["kind"]["process"]["args"] = json!(["-n"]);
        assert_eq!(after, before, "one word, and nothing else");

        page.press(" | wc -l").await?;
        until_cards(&page, &["seq", "sort", "uniq", "wc"]).await?;
        let longer = kept(&page).await?;
        for place in 0..3 {
            assert_eq!(longer["stages"][place]["at"], before["stages"][place]["at"]);
        }
        assert!(longer["stages"][3]["at"]["x"].as_f64() > Some(720.0));
        // All that was typed at one go is one step.
        page.click("#undo").await?;
        until_line(&page, "seq 9 | sort -n | uniq").await?;
        assert_eq!(kept(&page).await?, before);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_picture_changes_the_text() -> Result<()> {
    with_page("line-picture", async |page| {
        open_chain(&page, PLACED).await?;
        until_line(&page, "seq 9 | sort -n | uniq").await?;
        page.click(".canvas [data-stage=sort]").await?;
        page.fill("#argument-0", "-k 2").await?;
        until_line(&page, "seq 9 | sort -k' 2' | uniq").await?;
        select_card(&page, "uniq").await?;
        page.press(Key::Delete + "").await?;
        until_line(&page, "seq 9 | sort -k' 2'").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_part_and_its_card_light_each_other() -> Result<()> {
    with_page("line-hover", async |page| {
        open_chain(&page, PLACED).await?;
        page.element("#line").await?;
        let part = page.middle("[data-said=sort]").await?;
        page.mouse_to(part, None, Held::NONE).await?;
        page.element(".canvas [data-stage=sort].is-lit").await?;
        let card = page.middle(".canvas [data-stage=uniq]").await?;
        page.mouse_to(card, None, Held::NONE).await?;
        page.element(".line [data-said=uniq].is-lit").await?;
        page.until(
            "the other to be lit no more",
            "return !document.querySelector('.line [data-said=sort].is-lit')",
        )
        .await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_mistake_is_underlined_and_said_and_nothing_runs() -> Result<()> {
    with_page("line-wrong", async |page| {
        open_chain(&page, PLACED).await?;
        page.click("#language").await?;
        retype(&page, "seq 9 | | sort").await?;
        page.until_text("#line-said", "여기에 명령이 빠져 있습니다")
            .await?;
        page.element("#line[aria-invalid=true]").await?;
        assert_eq!(page.text(".line__piece.is-wrong").await?.trim(), "|");
        until_cards(&page, &["seq", "sort", "uniq"]).await?;
        page.press_with(Key::Control, Key::Enter).await?;
        page.until_text(".toast", "셸 텍스트에 잘못이 있어 실행하지 않았습니다")
            .await?;
        page.element("#run[aria-disabled=true]").await?;
        page.press(Key::Escape + "").await?;
        until_line(&page, "seq 9 | sort -n | uniq").await?;
        page.element("#run[aria-disabled=false]").await?;
        // Mended, it runs at once, without a pause.
        retype(&page, "seq 3 | tac | cat").await?;
        page.press_with(Key::Control, Key::Enter).await?;
        finished(&page).await?;
        page.until_text("#stdout", "3").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn lines_come_back_by_the_arrows() -> Result<()> {
    with_page("line-history", async |page| {
        for text in ["seq 3 | tac", "seq 4 | sort -r"] {
            retype(&page, text).await?;
            page.press(Key::Enter + "").await?;
            until_cards_of(&page, text).await?;
        }
        page.press(Key::Up + "").await?;
        until_line(&page, "seq 3 | tac").await?;
        page.press(Key::Down + "").await?;
        until_line(&page, "seq 4 | sort -r").await?;
        until_cards_of(&page, "seq 4 | sort -r").await?;
        page.reload().await?;
        until_line(&page, "seq 4 | sort -r").await?;
        page.click("#line").await?;
        page.press(Key::End + "").await?;
        page.press(Key::Up + "").await?;
        until_line(&page, "seq 3 | tac").await?;
        // The field's own undo takes back what was filled in.
        page.press_with(Key::Control, 'z').await?;
        until_line(&page, "seq 4 | sort -r").await?;
        Ok(())
    })
    .await
}

/// What was typed in the last third of a second before a page was left was lost.
#[tokio::test]
async fn what_is_typed_last_outlives_the_page() -> Result<()> {
    with_page("line-leave", async |page| {
        open_chain(&page, PLACED).await?;
        for option in ["-r", "-u", "-n"] {
            page.click("#line").await?;
            let line = format!("seq 9 | sort {option} | uniq");
            let body = format!(
                "document.querySelector('#line').select();
                 document.execCommand('insertText', false, '{line}');
                 window.isBefore = true;
                 location.reload()"
            );
            page.evaluate(&body).await?;
            page.until("another document", "return !window.isBefore")
                .await?;
            until_line(&page, &line).await?;
            page.until_text(".canvas [data-stage=sort]", option).await?;
        }
        Ok(())
    })
    .await
}

/// What means the same is left as it was typed, until the picture says something else.
#[tokio::test]
async fn the_line_keeps_its_own_words() -> Result<()> {
    with_page("line-words", async |page| {
        open_chain(&page, PLACED).await?;
        let typed = "seq  9|cut -d \" \" -f1   # the first word";
        retype(&page, typed).await?;
        page.press(Key::Enter + "").await?;
        // It stands where `sort` stood.
        page.until_text(".canvas [data-stage=sort]", "cut").await?;
        until_cards(&page, &["seq", "sort"]).await?;
        page.click("#title").await?;
        until_line(&page, typed).await?;
        // Of the old chain only `seq` is left, which is enough for its name.
        assert_eq!(kept(&page).await?["title"], json!("placed"));
        select_card(&page, "sort").await?;
        page.press(Key::Delete + "").await?;
        until_line(&page, "seq 9").await?;
        retype(&page, "ls | wc -l").await?;
        page.press(Key::Enter + "").await?;
        until_cards_of(&page, "ls | wc -l").await?;
        page.until(
            "a chain without a name",
            "return !JSON.parse(localStorage.getItem('pipeyard.chain')).title",
        )
        .await?;
        Ok(())
    })
    .await
}

/// Where only a script says the chain, the field went while it was typed in, and the focus with it.
#[tokio::test]
async fn a_line_that_only_its_own_words_say_stays() -> Result<()> {
    with_page("line-only-own", async |page| {
        open_chain(&page, PLACED).await?;
        retype(&page, "seq 9 2> >(wc -l)").await?;
        page.press(Key::Enter + "").await?;
        page.element(".canvas [data-stage=wc]").await?;
        page.until_focus("#line").await?;
        page.press(" | tac").await?;
        page.press(Key::Enter + "").await?;
        page.element(".canvas [data-stage=tac]").await?;
        page.click("#title").await?;
        until_line(&page, "seq 9 2> >(wc -l) | tac").await?;
        // What the picture makes of it has no words of anybody's.
        select_card(&page, "tac").await?;
        page.press(Key::Delete + "").await?;
        page.until_text(".shell-line__note", "More than one pipeline")
            .await
    })
    .await
}

#[tokio::test]
async fn a_key_leads_to_the_line() -> Result<()> {
    with_page("line-key", async |page| {
        open_chain(&page, PLACED).await?;
        until_line(&page, "seq 9 | sort -n | uniq").await?;
        page.click(".canvas [data-stage=sort]").await?;
        page.press("/").await?;
        page.element("#line:focus").await?;
        page.press(Key::End + "").await?;
        page.press(" | wc").await?;
        until_line(&page, "seq 9 | sort -n | uniq | wc").await
    })
    .await
}

/// A mistake in a line that was no longer drawn kept the chain from running.
#[tokio::test]
async fn a_mistake_goes_with_the_field() -> Result<()> {
    with_page("line-gone", async |page| {
        page.resize(Size::LAPTOP).await?;
        open_chain(&page, PLACED).await?;
        retype(&page, "seq 9 | |").await?;
        page.element("#run[aria-disabled=true]").await?;
        page.resize(Size::PHONE).await?;
        page.element("#run[aria-disabled=false]").await?;
        Ok(())
    })
    .await
}

async fn until_cards_of(page: &Page, text: &str) -> Result<()> {
    let program = text.rsplit("| ").next().unwrap_or_default();
    let program = program.split(' ').next().unwrap_or_default();
    let body = format!(
        "return [...document.querySelectorAll('.canvas [data-stage]')].some(card => card.textContent.includes('{program}'))"
    );
    page.until(&format!("a card of {program}"), &body)
        .await
        .map(drop)
}

#[tokio::test]
async fn programs_are_offered_where_a_command_begins() -> Result<()> {
    with_page("line-offers", async |page| {
        retype(&page, "seq 9").await?;
        // The names are asked for when the field is first entered, and offered whenever they come.
        page.press(" | md5su").await?;
        page.element("#line-offers [data-offer=md5sum]").await?;
        page.press(Key::Down + "").await?;
        page.element("#line[aria-activedescendant=line-offer-0]")
            .await?;
        page.press(Key::Enter + "").await?;
        until_line(&page, "seq 9 | md5sum ").await?;
        page.until(
            "no list",
            "return document.querySelector('#line-offers').hidden",
        )
        .await?;
        page.press("| sha256su").await?;
        page.element("#line-offers [data-offer=sha256sum]").await?;
        page.press(Key::Escape + "").await?;
        page.until(
            "no list",
            "return document.querySelector('#line-offers').hidden",
        )
        .await?;
        page.press("m").await?;
        until_line(&page, "seq 9 | md5sum | sha256sum").await?;
        page.press(" md5su").await?;
        until_line(&page, "seq 9 | md5sum | sha256sum md5su").await?;
        assert_eq!(
            page.evaluate("return document.querySelector('#line-offers').hidden")
                .await?,
            true,
            "an argument is no command"
        );
        Ok(())
    })
    .await
}

/// A syllable is put together key by key; nothing is read before it is whole, and its Enter is not ours.
#[tokio::test]
async fn korean_is_put_together_in_the_line() -> Result<()> {
    with_page("line-ime", async |page| {
        open_chain(&page, PLACED).await?;
        retype(&page, "echo ").await?;
        page.until_text(".canvas [data-stage]", "no arguments")
            .await?;
        until_one(&page).await?;
        let drawn = page.text(".canvas [data-stage]").await?;
        for part in ["ㅎ", "하", "한"] {
            page.compose(part).await?;
            until_line(&page, &format!("echo {part}")).await?;
            page.enter_of_method().await?;
            page.settled().await?;
            assert_eq!(page.text(".canvas [data-stage]").await?, drawn);
        }
        page.commit("한글").await?;
        until_line(&page, "echo 한글").await?;
        page.until_text(".canvas [data-stage]", "한글").await?;
        assert_eq!(stages(&page).await?.len(), 1);
        Ok(())
    })
    .await
}

async fn until_one(page: &Page) -> Result<()> {
    let body = "return document.querySelectorAll('.canvas [data-stage]').length === 1";
    page.until("one card", body).await.map(drop)
}

#[tokio::test]
async fn an_empty_line_is_an_empty_chain_only_when_asked_for() -> Result<()> {
    with_page("line-empty", async |page| {
        open_chain(&page, PLACED).await?;
        retype(&page, "").await?;
        until_line(&page, "").await?;
        page.click("#title").await?;
        until_line(&page, "seq 9 | sort -n | uniq").await?;
        retype(&page, "").await?;
        page.press(Key::Enter + "").await?;
        page.until(
            "no card",
            "return !document.querySelector('.canvas [data-stage]')",
        )
        .await?;
        page.press("seq 3").await?;
        page.press(Key::Enter + "").await?;
        until_cards(&page, &["seq"]).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn secrets_are_dots_until_the_line_is_typed_in() -> Result<()> {
    with_page("line-secret", async |page| {
        page.element("#line").await?;
        let dotted = "head -c 10 /dev/urandom | password=•••••• openssl enc -des3 -pbkdf2 -pass env:password | md5sum";
        until_line(&page, dotted).await?;
        page.tab_to("#line").await?;
        until_line(&page, &dotted.replace("••••••", "'correct horse'")).await?;
        page.press(Key::End + "").await?;
        page.press(" -b").await?;
        page.press(Key::Enter + "").await?;
        page.until_text(".canvas [data-stage=md5sum]", "-b").await?;
        page.click("#title").await?;
        until_line(&page, &format!("{dotted} -b")).await?;
        assert!(kept(&page).await?.to_string().contains("correct horse"));
        let lines = "return localStorage.getItem('pipeyard.lines') ?? ''";
        let lines = page.evaluate(lines).await?.to_string();
        assert!(!lines.contains("horse"), "no line of a secret: {lines}");
        Ok(())
    })
    .await
}

/// In every size and theme, with a mistake and with programs offered.
#[tokio::test]
async fn the_line_lies_and_reads_well() -> Result<()> {
    with_page("line-looks", async |page| {
        for size in Size::ALL {
            page.resize(size).await?;
            page.afresh().await?;
            let at = || format!("{}×{}", size.width, size.height);
            retype(&page, "seq 9 | sort | |").await?;
            page.element("#line[aria-invalid=true]").await?;
            looks(&page).await.with_context(at)?;
            retype(&page, "seq 9 | sort -n | md5su").await?;
            page.element("#line-offers [data-offer=md5sum]").await?;
            looks(&page).await.with_context(at)?;
            page.press("m").await?;
            page.press(Key::Enter + "").await?;
            page.until(
                "three stages",
                "return document.querySelectorAll('[data-stage]').length === 3",
            )
            .await?;
        }
        Ok(())
    })
    .await
}

async fn looks(page: &Page) -> Result<()> {
    for (theme, rules) in [(Theme::Light, Rules::All), (Theme::Dark, Rules::Colours)] {
        page.theme(theme).await?;
        page.settled().await?;
        page.reads_well(rules).await?;
    }
    Ok(())
}

/// What no pipeline says is shown, and why it cannot be typed.
#[tokio::test]
async fn what_no_pipeline_says_is_shown_only() -> Result<()> {
    with_page("line-shown", async |page| {
        open_chain(
            &page,
            r#"{"pipeyard":1,"stages":[
                {"id":"odd","kind":{"process":{"program":"seq","args":["1","2","9"]}}},
                {"id":"even","kind":{"process":{"program":"seq","args":["2","2","9"]}}},
                {"id":"sort","kind":{"process":{"program":"sort","args":["-n"]}}}],
                "wires":[{"id":"w1","from":{"stage":"odd","port":"stdout"},"to":{"stage":"sort","port":"stdin"}},
                         {"id":"w2","from":{"stage":"even","port":"stdout"},"to":{"stage":"sort","port":"stdin"}}]}"#,
        )
        .await?;
        page.until_text(".shell-line__note", "No pipeline merges like this").await?;
        assert_eq!(page.evaluate("return !document.querySelector('#line')").await?, true);
        page.click(".shell-line__stage").await?;
        page.element(".canvas .is-selected[data-stage=odd]").await?;
        Ok(())
    })
    .await
}

/// Two hundred characters of an ordinary kind are read by Enter, each time others. How long that takes is printed.
#[tokio::test]
async fn a_long_line_is_read_at_enter() -> Result<()> {
    with_page("line-long", async |page| {
        page.click("#line").await?;
        let mut times: Vec<f64> = Vec::new();
        for count in 5..20 {
            let text = format!(
                "cut -d' ' -f1 access.log | sort | uniq -c | sort -rn | head -n {count} | tee >(wc -l > count) | \
                 sed -e 's/^ *//' -e \"s/ /,/\" > top.csv 2> /dev/null # two hundred characters of an ordinary kind, as was meant"
            );
            assert_eq!(text.len(), 200 + count.to_string().len() - 1);
            let body = format!(
                "const area = document.querySelector('#line');
                 area.select();
                 document.execCommand('insertText', false, {});
                 const enter = new KeyboardEvent('keydown', {{key: 'Enter', bubbles: true, cancelable: true}});
                 const start = performance.now();
                 area.dispatchEvent(enter);
                 return performance.now() - start",
                json!(text)
            );
            let took = page.evaluate(&body).await?;
            times.push(took.as_f64().context("a time")?);
            page.until_text(".canvas", &format!("-n {count}")).await?;
        }
        // Seven commands and two files.
        assert_eq!(stages(&page).await?.len(), 9);
        times.sort_by(f64::total_cmp);
        let (middle, most) = (times[times.len() / 2], times[times.len() - 1]);
        println!("200 characters are read in {middle:.2} ms, at most {most:.2} ms");
        Ok(())
    })
    .await
}
