//! A room of learners: the code lets in, whose yard one is in is seen, and whoever is at a limit is told which.

use std::io::{Read, Write};
use std::net::TcpStream;

use anyhow::Result;
use pipeyard_shared::message::PROTOCOL_VERSION;
use pipeyard_tests::browser::{Page, Rules, Size, Theme, with_page_before};
use pipeyard_tests::{TestRunner, http, wait_for};
use tempfile::TempDir;

use super::steps::{finished, open_pipeline, start};

const CODE: &str = "blue-heron-42";

/// It looks as it should in every size and theme.
async fn is_sound(page: &Page, name: &str) -> Result<()> {
    for size in Size::ALL {
        page.size(size.width, size.height).await?;
        page.lies_well().await?;
        for theme in Theme::ALL {
            page.theme(theme).await?;
            page.settled().await?;
            page.screenshot(&format!("{name}-{}-{}", size.width, theme.word()))
                .await?;
        }
    }
    page.size(1440, 900).await
}

async fn come_in(page: &Page) -> Result<()> {
    page.visit("/").await?;
    page.fill("input[name=room]", CODE).await?;
    page.click("form button").await?;
    page.element("#link[data-state=connected]").await.map(drop)
}

#[tokio::test]
async fn a_learner_comes_in_by_the_code_and_sees_whose_yard_it_is() -> Result<()> {
    let data = TempDir::new()?;
    let runner = || TestRunner::start_class(data.path(), CODE, &[]);
    with_page_before("room", runner, async |page| {
        page.forgive("403 (Forbidden)");
        page.until_text("#link", "operator’s yard").await?;
        for (language, title, wrong) in [
            (
                "ko-KR,ko;q=0.9",
                "방 코드로 들어오세요",
                "이 방의 코드가 아닙니다",
            ),
            (
                "en-GB,en;q=0.9",
                "Come in with the room's code",
                "not the code of this room",
            ),
        ] {
            page.forget(language).await?;
            page.visit("/").await?;
            page.until_text("h1", title).await?;
            page.reads_well(Rules::All).await?;
            is_sound(&page, &format!("room-code-{}", &language[..2])).await?;
            page.fill("input[name=room]", "red-heron-24").await?;
            page.click("form button").await?;
            page.until_text("main", wrong).await?;
        }
        come_in(&page).await?;
        page.until_text("#link", "your yard").await?;
        let title = page.attributes("#link", "title").await?;
        assert!(title[0].contains("Your yard in this room"), "{title:?}");
        page.click("#language").await?;
        page.until_text("#link", "내 자리").await?;
        page.screenshot("room-inside-ko").await?;
        page.click("#language").await?;
        is_sound(&page, "room-inside").await?;
        open_pipeline(&page, "echo well | cat").await?;
        start(&page).await?;
        finished(&page).await?;
        page.until_text("#stdout", "well").await
    })
    .await
}

/// It is told before, while there is time; and once it has come, by its name, in either language.
#[tokio::test]
async fn a_time_that_is_nearly_over_is_told_and_so_is_its_end() -> Result<()> {
    let runner = || TestRunner::start_with(&["--run-time", "8s"], &[]);
    with_page_before("run-time", runner, async |page| {
        open_pipeline(&page, "sleep 600").await?;
        start(&page).await?;
        page.until_text(".notice", "the limit `run-time` allows 8 s")
            .await?;
        page.screenshot("ends-soon").await?;
        page.click("#language").await?;
        page.until_text(".notice", "제한 `run-time`, 8 s").await?;
        page.screenshot("ends-soon-ko").await?;
        finished(&page).await?;
        page.until(
            "the notice to go",
            "return document.querySelector('#notice').hidden",
        )
        .await?;
        page.click("#tab-story").await?;
        page.until_text(
            "#story",
            "제한 run-time(8 s)에 이르렀습니다. 할 일을 줄이세요",
        )
        .await?;
        page.click("#language").await?;
        page.until_text(
            "#story",
            "the limit run-time is reached (8 s): give it less to do",
        )
        .await?;
        page.screenshot("ended-at-limit").await
    })
    .await
}

#[tokio::test]
async fn memory_that_is_used_up_is_told_by_its_name() -> Result<()> {
    let runner = || TestRunner::start_at_class(&["--memory", "200000000"], &[]);
    with_page_before("memory", runner, async |page| {
        let hog = "python3 -c \"import time; held = b'x' * 120_000_000; time.sleep(600)\"";
        open_pipeline(&page, &format!("{hog} | {hog}")).await?;
        start(&page).await?;
        finished(&page).await?;
        page.click("#tab-story").await?;
        page.until_text("#story", "the limit memory is reached (200 MB)")
            .await?;
        page.screenshot("memory-at-limit").await?;
        page.click("#language").await?;
        page.until_text("#story", "제한 memory(200 MB)에 이르렀습니다")
            .await
    })
    .await
}

/// Another page, by hand: it has said hello. Nothing while there is no room for it.
fn hold(runner: &TestRunner) -> Option<TcpStream> {
    let (host, origin) = (http::host(runner), http::origin(runner));
    let key = format!("Bearer {}", runner.token());
    let mut headers = http::UPGRADE.to_vec();
    headers.extend([
        ("Host", host.as_str()),
        ("Origin", &origin),
        ("Authorization", &key),
    ]);
    let mut stream = TcpStream::connect(("127.0.0.1", runner.port())).ok()?;
    let request = http::text("GET", "/socket", &headers);
    stream.write_all(request.as_bytes()).ok()?;
    let mut status = [0; 12];
    stream.read_exact(&mut status).ok()?;
    if !status.ends_with(b"101") {
        return None;
    }
    let hello = format!("{{\"hello\":{{\"protocol\":{PROTOCOL_VERSION}}}}}");
    // A text of one frame, masked by nothing.
    let head = [0x81, 0x80 | u8::try_from(hello.len()).ok()?, 0, 0, 0, 0];
    stream.write_all(&[&head, hello.as_bytes()].concat()).ok()?;
    // The head's rest and the welcome: with it the session is there.
    let mut heard: Vec<u8> = Vec::new();
    let mut piece = [0; 1_024];
    while !heard.windows(9).any(|part: &[u8]| part == b"{\"welcome") {
        match stream.read(&mut piece).ok()? {
            0 => return None,
            count => heard.extend(&piece[..count]),
        }
    }
    Some(stream)
}

/// Such a page was told that there is no runner.
#[tokio::test]
async fn a_page_without_room_says_why_and_connects_once_there_is_some() -> Result<()> {
    for name in ["connections", "sessions"] {
        let flag = format!("--{name}");
        let runner = || TestRunner::start_with(&[&flag, "1"], &[]);
        with_page_before(name, runner, async |page| {
            page.forgive("503 (Service Unavailable)");
            page.forgive("WebSocket connection to");
            page.go("about:blank").await?;
            let other = page.with_runner(|runner| wait_for("room", || hold(runner)))??;
            page.visit("/").await?;
            let told = format!("the limit `{name}` is reached (1)");
            page.until_text(".notice", &told).await?;
            page.until_text("#link", "no room").await?;
            is_sound(&page, &format!("no-room-{name}")).await?;
            page.click("#language").await?;
            page.until_text(".notice", "이 페이지가 연결될 자리가 없습니다")
                .await?;
            page.screenshot(&format!("no-room-{name}-ko")).await?;
            drop(other);
            page.element("#link[data-state=connected]").await?;
            let hidden = "return document.querySelector('#notice').hidden";
            page.until("the notice to go", hidden).await.map(drop)
        })
        .await?;
    }
    Ok(())
}
