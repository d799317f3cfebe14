//! The page without a runner, as any web host serves it.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use pipeyard_shared::link::{Shared, encode};
use pipeyard_shared::recording::Recording;
use pipeyard_tests::browser::{Page, with_page};
use pipeyard_tests::{Pipeyard, StaticServer};

fn server() -> Result<StaticServer> {
    let folder = std::env::var_os("PIPEYARD_STATIC").map(PathBuf::from);
    let folder = folder.filter(|folder| folder.join("index.html").is_file());
    let folder = folder.context(
        "PIPEYARD_STATIC names no folder with the page: `cargo xtask static --debug DIR` writes one",
    )?;
    StaticServer::start(&folder)
}

/// A link to a run that was recorded here.
fn recorded(text: &str) -> Result<String> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("run.rec");
    let path = file.to_str().context("a path")?;
    Pipeyard::run(text, &["--record", path])?
        .outcome()?
        .expect_code(0);
    let recording = Recording::read(&std::fs::read_to_string(&file)?)?;
    Ok(encode(&Shared {
        chain: recording.chain.clone(),
        recording: Some(recording),
    })?)
}

/// Whatever the page asked for was in the folder, and it looked for no runner.
async fn asked_for_nothing_else(page: &Page, server: &StaticServer) -> Result<()> {
    let missed = server.missed();
    ensure!(missed.is_empty(), "{missed:?}");
    let console = page.console().await?;
    let sockets: Vec<_> = console
        .iter()
        .filter(|line| line.contains("WebSocket"))
        .collect();
    ensure!(sockets.is_empty(), "{sockets:?}");
    Ok(())
}

#[tokio::test]
async fn a_recorded_run_is_read_from_a_link_without_a_runner() -> Result<()> {
    with_page("alone", async |page| {
        let server = server()?;
        let link = recorded("echo said earlier | tr a-z A-Z")?;
        // Before its runner is gone, or the page that is open still notices.
        page.go("about:blank").await?;
        page.kill_runner();
        page.go(&server.address(&format!("#{link}"))).await?;
        page.until_text("#stdout", "SAID EARLIER").await?;
        page.until_text("main", "This page has no runner").await?;
        page.screenshot("alone").await?;
        asked_for_nothing_else(&page, &server).await
    })
    .await
}

#[tokio::test]
async fn a_path_that_is_not_there_says_so_at_any_depth() -> Result<()> {
    with_page("alone-404", async |page| {
        page.forgive("404 (Not Found)");
        let server = server()?;
        page.go(&server.address("deep/er/nothing")).await?;
        page.until_text("h1", "nothing here").await?;
        ensure!(server.missed().len() <= 2, "{:?}", server.missed());
        Ok(())
    })
    .await
}
