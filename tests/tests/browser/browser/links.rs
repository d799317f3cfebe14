//! A chain that comes with a link: nothing runs by itself, and nothing of a person's own is lost.

use std::path::Path;
use std::sync::Arc;
use std::{fs, io};

use anyhow::{Context, Result, ensure};
use pipeyard_shared::Chain;
use pipeyard_shared::chain::Stage;
use pipeyard_shared::limits::Limits;
use pipeyard_shared::link::{Shared, decode, encode, fragment_in};
use pipeyard_tests::TestRunner;
use pipeyard_tests::browser::{Page, with_page, with_page_before};
use tempfile::TempDir;
use thirtyfour::Key;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::steps::{finished, open_chain, run_to_the_end, select, stages, until_state};

/// What is kept of a person's own in this browser.
const KEPT: &str = "return localStorage.getItem('pipeyard.chain') ?? ''";
/// What the chain of the page holds in a variable.
const SECRET: &str = "correct horse";

pub(crate) fn link_of(stages: Vec<Stage>) -> Result<String> {
    Ok(encode(&Shared::of_chain(Chain::of_stages(
        "From a link",
        stages,
    )))?)
}

/// Goes to a link in a page that is open already.
pub(crate) async fn follow(page: &Page, fragment: &str) -> Result<()> {
    page.evaluate(&format!("location.hash = {fragment:?}"))
        .await
        .map(drop)
}

async fn until_stages(page: &Page, wanted: &[&str]) -> Result<()> {
    let body = format!(
        "return [...document.querySelectorAll('.canvas [data-stage]')].map(card => card.dataset.stage).join() === {:?}",
        wanted.join(",")
    );
    page.until(&format!("{wanted:?}"), &body).await.map(drop)
}

async fn ensure_unrun(page: &Page) -> Result<()> {
    let states = page.attributes("[data-stage]", "data-state").await?;
    ensure!(!states.is_empty(), "no chain is shown");
    ensure!(
        states
            .iter()
            .all(|state| state.is_empty() || state == "idle"),
        "something has run: {states:?}"
    );
    Ok(())
}

/// The link that the dialog shows.
async fn shown_link(page: &Page) -> Result<String> {
    let value = page.until(
        "a link",
        "return document.querySelector('#share-link')?.value",
    );
    Ok(value.await?.as_str().context("a text")?.to_owned())
}

#[tokio::test]
async fn a_link_made_here_opens_unrun_in_another_profile_and_leaves_its_own_work_alone()
-> Result<()> {
    with_page("link-made", async |page| {
        page.allow_clipboard().await?;
        page.press_with_two([Key::Control, Key::Shift], 's').await?;
        page.element("#share-link").await?;
        let link = shown_link(&page).await?;
        page.until_text("#share-length", "short enough for every chat")
            .await?;
        page.click("#copy-link").await?;
        page.until_text("#toasts", "Copied: the link").await?;
        let copied = page
            .evaluate("return navigator.clipboard.readText()")
            .await?;
        ensure!(copied == link.as_str(), "{copied} {link}");
        page.click("#copy-short:not([hidden])").await?;
        page.until_text("#toasts", "a short link").await?;
        let short = page
            .evaluate("return navigator.clipboard.readText()")
            .await?;
        let short = short.as_str().context("a text")?;
        ensure!(short.contains("/s/") && short.len() < 60, "{short}");
        page.press(Key::Escape + "").await?;
        let fragment = fragment_in(&link).context("it has a fragment")?.to_owned();
        // What is changed from now on is another chain than the one that was shared.
        page.element("#changed[hidden]").await?;
        select(&page, "md5sum").await?;
        page.press(Key::Delete + "").await?;
        page.element("#changed:not([hidden])").await?;
        page.click("#undo").await?;
        page.element("#changed[hidden]").await?;
        opened_elsewhere(&fragment).await
    })
    .await
}

async fn opened_elsewhere(fragment: &str) -> Result<()> {
    with_page("link-opened", async |page| {
        select(&page, "md5sum").await?;
        page.press(Key::Delete + "").await?;
        until_stages(&page, &["random", "openssl"]).await?;
        let own = page.until("the own chain to be kept", KEPT).await?;
        page.visit(&format!("/#{fragment}")).await?;
        page.reload().await?;
        page.element("#visit").await?;
        until_stages(&page, &["random", "openssl", "md5sum"]).await?;
        let commands = page.texts("#visit .visit__code").await?;
        ensure!(
            commands.len() == 3 && commands[1].contains("openssl enc") && commands[2] == "md5sum",
            "{commands:?}"
        );
        // The value of the variable has not travelled.
        let chain = decode(fragment, &Limits::default())?.chain.to_json();
        ensure!(
            chain.contains("password") && !chain.contains(SECRET),
            "{chain}"
        );
        ensure!(
            own.as_str().is_some_and(|own| own.contains(SECRET)),
            "{own}"
        );
        ensure!(
            commands.iter().all(|command| !command.contains(SECRET)),
            "{commands:?}"
        );
        ensure_unrun(&page).await?;
        page.screenshot("visit").await?;
        ensure!(
            page.evaluate(KEPT).await? == own,
            "the own chain was overwritten"
        );
        // A reload opens the link again, and going back shows what was there.
        page.reload().await?;
        page.click("#visit-mine").await?;
        until_stages(&page, &["random", "openssl"]).await?;
        page.until(
            "an address without a link",
            "return location.hash === '' && 'yes'",
        )
        .await?;
        page.reload().await?;
        until_stages(&page, &["random", "openssl"]).await
    })
    .await
}

#[tokio::test]
async fn a_hostile_chain_is_not_run_and_says_what_it_may_do() -> Result<()> {
    let folder = TempDir::with_prefix("pipeyard-link-")?;
    let trace = folder.path().join("ran");
    let text = format!("echo ran > {}", trace.display());
    let link = link_of(vec![
        Stage::shell("innocent", &text),
        Stage::process("rm", "true", ["curl"]),
        Stage::process("tee", "tee", ["/dev/null"]),
        Stage::process("nobody", "no-such-program-anywhere", []),
    ])?;
    with_page("link-hostile", async |page| {
        follow(&page, &link).await?;
        page.element("#visit").await?;
        let marks = "[data-visited=innocent] [data-mark]";
        let marks = page.attributes(marks, "data-mark").await?;
        ensure!(marks == ["Runs", "Writes"], "{marks:?}");
        page.until_text("#visit-summary", "writes files").await?;
        let unknown = page.attributes("[data-visited=nobody] [data-mark]", "data-mark");
        ensure!(unknown.await? == ["Unknown"]);
        let none = page.attributes("[data-visited=tee] [data-mark]", "data-mark");
        ensure!(none.await?.is_empty());
        page.reload().await?;
        page.element("#visit").await?;
        page.settled().await?;
        ensure_unrun(&page).await?;
        ensure!(!trace.exists(), "it has run");
        let safe = link_of(vec![Stage::process("seq", "seq", ["3"])])?;
        follow(&page, &safe).await?;
        page.until_text("#visit-summary", "only reads").await?;
        // What runs it, once it has been read, is the usual key.
        follow(&page, &link_of(vec![Stage::shell("innocent", &text)])?).await?;
        page.element("[data-visited=innocent]").await?;
        page.press_with(Key::Control, Key::Enter).await?;
        finished(&page).await?;
        until_there(&trace)?;
        page.until(
            "the commands to be folded away",
            "return !document.querySelector('#visit-commands') && !!document.querySelector('#visit')",
        )
        .await?;
        // Another link in the same tab was folded away as the one that had been read, and its key ran it.
        follow(&page, &safe).await?;
        page.element("#visit-commands [data-visited=seq]").await?;
        page.click("#visit-more").await?;
        page.until(
            "the commands to be folded away",
            "return !document.querySelector('#visit-commands')",
        )
        .await?;
        follow(&page, &link).await?;
        page.element("#visit-commands [data-visited=nobody]").await.map(drop)
    })
    .await
}

/// The bytes that were frozen of one's own wire were fed into a link's command behind a wire of the same name.
#[tokio::test]
async fn what_is_frozen_of_ones_own_chain_is_not_fed_into_the_one_of_a_link() -> Result<()> {
    let stages = |text: &str| {
        vec![
            Stage::process("writer", "echo", [text]),
            Stage::process("reader", "cat", []),
        ]
    };
    let own = Chain::of_stages("Own", stages("my-secret"));
    let link = link_of(stages("theirs"))?;
    with_page("link-frozen", async |page| {
        open_chain(&page, &own.to_json()).await?;
        until_stages(&page, &["writer", "reader"]).await?;
        run_to_the_end(&page).await?;
        page.until_text("#stdout", "my-secret").await?;
        page.click("[data-wire]").await?;
        page.click("#freeze:not(:disabled)").await?;
        page.until_text("[data-stage=writer]", "left out").await?;
        follow(&page, &link).await?;
        page.element("#visit-commands").await?;
        page.click("#visit-run").await?;
        page.until_text("#stdout", "theirs").await?;
        until_state(&page, "writer", "fine").await?;
        page.click("#visit-mine").await?;
        page.until_text("[data-stage=writer]", "left out").await
    })
    .await
}

/// A chain of one's own was overwritten without a word by the first touch of a visited one.
#[tokio::test]
async fn ones_own_chain_that_gave_way_is_brought_back() -> Result<()> {
    let own = Chain::of_stages("Own", vec![Stage::process("date", "date", [])]);
    let link = link_of(vec![
        Stage::process("seq", "seq", ["3"]),
        Stage::process("tac", "tac", []),
    ])?;
    with_page("link-gave-way", async |page| {
        open_chain(&page, &own.to_json()).await?;
        until_stages(&page, &["date"]).await?;
        follow(&page, &link).await?;
        until_stages(&page, &["seq", "tac"]).await?;
        select(&page, "tac").await?;
        page.press(Key::Delete + "").await?;
        page.until_text("#toasts", "gave way").await?;
        // A tab that knows nothing of it tells of it too.
        page.another_tab().await?;
        until_stages(&page, &["seq"]).await?;
        page.click("[data-toast=back]").await?;
        until_stages(&page, &["date"]).await?;
        page.until(
            "nothing to be kept beside it",
            "return localStorage.getItem('pipeyard.before') === null && 'yes'",
        )
        .await?;
        page.click("#undo").await?;
        until_stages(&page, &["seq"]).await
    })
    .await
}

fn until_there(path: &Path) -> Result<()> {
    let ran = fs::read_to_string(path).context("it has not run")?;
    ensure!(ran == "ran\n", "{ran}");
    Ok(())
}

#[tokio::test]
async fn what_is_changed_or_kept_is_ones_own_and_the_chain_before_it_a_step_back() -> Result<()> {
    let link = link_of(vec![
        Stage::process("seq", "seq", ["3"]),
        Stage::process("tac", "tac", []),
    ])?;
    with_page("link-changed", async |page| {
        follow(&page, &link).await?;
        page.element("#visit").await?;
        until_stages(&page, &["seq", "tac"]).await?;
        select(&page, "tac").await?;
        page.press(Key::Delete + "").await?;
        page.until(
            "the panel to be gone",
            "return !document.querySelector('#visit')",
        )
        .await?;
        page.element("#changed:not([hidden])").await?;
        page.until(
            "an address without a link",
            "return location.hash === '' && 'yes'",
        )
        .await?;
        page.reload().await?;
        until_stages(&page, &["seq"]).await?;
        page.click("#undo").await?;
        until_stages(&page, &["seq", "tac"]).await?;
        page.click("#undo").await?;
        until_stages(&page, &["random", "openssl", "md5sum"]).await?;

        follow(&page, &link).await?;
        page.click("#visit-keep").await?;
        page.until(
            "the panel to be gone",
            "return !document.querySelector('#visit')",
        )
        .await?;
        page.reload().await?;
        until_stages(&page, &["seq", "tac"]).await?;
        page.click("#undo").await?;
        until_stages(&page, &["random", "openssl", "md5sum"]).await
    })
    .await
}

#[tokio::test]
async fn a_link_that_cannot_be_opened_says_why_and_leaves_the_own_chain() -> Result<()> {
    let link = link_of(vec![Stage::process("seq", "seq", ["3"])])?;
    with_page("link-broken", async |page| {
        for (fragment, said) in [
            (&link[..link.len() - 1], "not whole"),
            ("2somethingnewer", "newer Pipeyard"),
            ("nothing", "no link of Pipeyard"),
        ] {
            follow(&page, fragment).await?;
            page.until_text("#replay-fault", said).await?;
            ensure!(stages(&page).await? == ["random", "openssl", "md5sum"]);
        }
        // The sentence said that one's own chain was shown, over another one that was visited.
        follow(&page, &link).await?;
        until_stages(&page, &["seq"]).await?;
        follow(&page, "nothing").await?;
        page.until_text("#replay-fault", "no link of Pipeyard")
            .await?;
        until_stages(&page, &["random", "openssl", "md5sum"]).await?;
        // The browser's way back.
        follow(&page, &link).await?;
        until_stages(&page, &["seq"]).await?;
        follow(&page, "").await?;
        until_stages(&page, &["random", "openssl", "md5sum"]).await?;
        follow(&page, "nothing").await?;
        page.until_text("#replay-fault", "no link of Pipeyard")
            .await?;
        page.click("#language").await?;
        page.until_text("#replay-fault", "Pipeyard 링크가 아닙니다")
            .await?;
        // What is followed now is told in the language of now.
        page.reload().await?;
        page.until_text("#replay-fault", "Pipeyard 링크가 아닙니다")
            .await
    })
    .await
}

#[tokio::test]
async fn a_link_with_a_run_is_replayed() -> Result<()> {
    with_page("link-run", async |page| {
        run_to_the_end(&page).await?;
        // The sum and the name of the standard input, whole: bytes may come after the run's end.
        page.until_text("#stdout [data-lane]", "-").await?;
        let sum = page.text("#stdout [data-lane]").await?;
        page.click("#share").await?;
        let without = shown_link(&page).await?;
        page.click("#share-results").await?;
        page.until(
            "a longer link",
            &format!(
                "return document.querySelector('#share-link').value.length > {}",
                without.len()
            ),
        )
        .await?;
        let link = shown_link(&page).await?;
        let fragment = fragment_in(&link).context("it has a fragment")?.to_owned();
        let shared = decode(&fragment, &Limits::default())?;
        let recording = shared.recording.context("it has a run")?;
        ensure!(recording.is_complete() && !recording.data.is_empty());
        let written = recording.write();
        ensure!(
            written.contains("password") && !written.contains(SECRET),
            "{written}"
        );
        ensure!(!shared.chain.to_json().contains(SECRET));
        page.press(Key::Escape + "").await?;
        with_page("link-replayed", async |other| {
            follow(&other, &fragment).await?;
            other.element("#close-recording").await?;
            other.element("#visit").await?;
            other
                .element("[data-stage=md5sum][data-state=fine]")
                .await?;
            other.until_text("#stdout", &sum).await?;
            other.click("#visit-run").await?;
            finished(&other).await
        })
        .await
    })
    .await
}

#[tokio::test]
async fn the_dialog_is_used_by_keyboard_alone() -> Result<()> {
    with_page("link-keyboard", async |page| {
        page.allow_clipboard().await?;
        page.press_with_two([Key::Control, Key::Shift], 's').await?;
        page.element("#share-link").await?;
        let before = shown_link(&page).await?;
        page.tab_to("#share-values").await?;
        page.press(" ").await?;
        page.until(
            "another link",
            &format!("return document.querySelector('#share-link').value !== {before:?}"),
        )
        .await?;
        page.tab_to("#copy-link").await?;
        page.press(Key::Enter + "").await?;
        page.until_text("#toasts", "Copied: the link").await?;
        page.tab_to("#share-qr summary").await?;
        page.press(Key::Enter + "").await?;
        page.element("#share-qr[open] svg[role=img]").await?;
        page.press(Key::Escape + "").await?;
        page.until(
            "the dialog to be gone",
            "return !document.querySelector('#sharing')",
        )
        .await
        .map(drop)
    })
    .await
}

#[tokio::test]
async fn a_page_within_another_keeps_its_address_and_touches_nothing_that_is_kept() -> Result<()> {
    let link = link_of(vec![
        Stage::process("seq", "seq", ["3"]),
        Stage::process("tac", "tac", []),
    ])?;
    with_page("embed", async |page| {
        let own = page.until("the own chain to be kept", KEPT).await?;
        for (embed, header) in [("full", true), ("readonly", false), ("result", false)] {
            page.visit(&format!("/?embed={embed}#{link}")).await?;
            page.element("#open-in-pipeyard[target=_blank]").await?;
            let shown = |selector: &str| {
                format!("return !!document.querySelector({selector:?})?.checkVisibility()")
            };
            ensure!(page.evaluate(&shown(".header")).await? == header, "{embed}");
            ensure!(
                page.evaluate(&shown("#inspector")).await? == false,
                "{embed}"
            );
            ensure!(
                page.evaluate(&shown(".canvas")).await? == (embed != "result"),
                "{embed}"
            );
            if embed != "result" {
                ensure_unrun(&page).await?;
                select(&page, "tac").await?;
                page.press(Key::Delete + "").await?;
                let left: &[&str] = if embed == "full" {
                    &["seq"]
                } else {
                    &["seq", "tac"]
                };
                until_stages(&page, left).await?;
            }
            page.screenshot(&format!("embed-{embed}")).await?;
            let hash = page.evaluate("return location.hash").await?;
            ensure!(hash == format!("#{link}"), "{embed}: {hash}");
            ensure!(page.evaluate(KEPT).await? == own, "{embed}");
        }
        Ok(())
    })
    .await
}

/// Another site's page, which shows a chain in a frame.
async fn host(listener: TcpListener, document: String) -> Result<()> {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close";
    let length = document.len();
    let answer: Arc<str> = format!("{head}\r\nContent-Length: {length}\r\n\r\n{document}").into();
    loop {
        let (mut stream, _) = listener.accept().await?;
        let answer = answer.clone();
        // A browser opens connections ahead, on which it asks nothing.
        tokio::task::spawn(async move {
            let mut request = vec![0; 8_192];
            // A request for a page is short.
            let asked = stream.read(&mut request).await?;
            if asked > 0 {
                stream.write_all(answer.as_bytes()).await?;
            }
            Ok::<_, io::Error>(())
        });
    }
}

#[tokio::test]
async fn another_page_shows_a_chain_where_the_operator_allows_it() -> Result<()> {
    let link = link_of(vec![
        Stage::process("seq", "seq", ["3"]),
        Stage::process("tac", "tac", []),
    ])?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    // Another site, as browsers see it.
    let origin = format!("http://localhost:{}", listener.local_addr()?.port());
    let start = || TestRunner::start_with(&["--allow-framing", &origin], &[]);
    with_page_before("embedded", start, async |page| {
        let runner = page.evaluate("return location.origin").await?;
        let runner = runner.as_str().context("an origin")?;
        let document = format!(
            "<!doctype html><html lang=en><meta name=color-scheme content=dark><title>Host</title>\
             <link rel=icon href=data:,><iframe id=frame title=Chain width=1200 height=700 src=\"{runner}/?embed=readonly#{link}\"></iframe>"
        );
        let hosting = tokio::task::spawn(host(listener, document));
        page.go(&origin).await?;
        page.enter_frame("#frame").await?;
        page.element("#open-in-pipeyard").await?;
        until_stages(&page, &["seq", "tac"]).await?;
        let asked = page.evaluate("return location.hash").await?;
        ensure!(asked == format!("#{link}"), "{asked}");
        // It follows the colours of the page around it.
        page.until("dark colours", "return matchMedia('(prefers-color-scheme: dark)').matches")
            .await?;
        page.leave_frame().await?;
        page.screenshot("embedded").await?;
        hosting.abort();
        Ok(())
    })
    .await
}

/// What was opened unrun wore the status of a stage of one's own that has the same name.
#[tokio::test]
async fn a_chain_from_a_link_wears_nothing_of_ones_own_run() -> Result<()> {
    with_page("link-bare", async |page| {
        run_to_the_end(&page).await?;
        let own = "[data-stage=md5sum][data-state=fine]";
        page.element(own).await?;
        let link = link_of(vec![
            Stage::process("seq", "seq", ["3"]),
            Stage::process("md5sum", "md5sum", []),
        ])?;
        follow(&page, &link).await?;
        page.element("#visit").await?;
        ensure_unrun(&page).await?;
        page.click("#visit-mine").await?;
        page.element(own).await.map(drop)
    })
    .await
}
