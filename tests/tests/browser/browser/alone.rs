//! The page without a runner, as any web host serves it.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use pipeyard_tests::StaticServer;
use pipeyard_tests::browser::with_page;

fn server() -> Result<StaticServer> {
    let folder = std::env::var_os("PIPEYARD_STATIC").map(PathBuf::from);
    let folder = folder.filter(|folder| folder.join("index.html").is_file());
    let folder = folder.context(
        "PIPEYARD_STATIC names no folder with the page: `cargo xtask static --debug DIR` writes one",
    )?;
    StaticServer::start(&folder)
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
