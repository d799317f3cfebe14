//! A real Chromium before a real runner.

mod audit;
mod cost;
mod driver;
mod effort;
mod keys;
mod look;
mod page;
mod pointer;
mod setting;

use std::fs;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::path::PathBuf;

use anyhow::{Context, Result, anyhow, ensure};
use futures_util::FutureExt;

use crate::TestRunner;
pub use audit::{Rules, Stop};
pub use driver::Browser;
pub use effort::Effort;
pub use look::Size;
pub use page::{Page, Theme};
pub use pointer::{At, Button, Held, at};

/// Runs a test with a page of its own.
///
/// Afterwards it fails if the page wrote any error to the console. When anything fails, a screenshot,
/// the console and the runner's log are kept in `target/browser-failures/NAME`.
///
/// With `PIPEYARD_BROWSER_TESTS=0` it only says that it is skipped.
///
/// # Errors
/// Whatever fails.
pub async fn with_page<F>(name: &str, test: impl FnOnce(Page) -> F) -> Result<()>
where
    F: Future<Output = Result<()>>,
{
    with_page_before(name, TestRunner::start, test).await
}

/// The same before a runner that is started in a way of one's own.
///
/// # Errors
/// Whatever fails.
pub async fn with_page_before<F>(
    name: &str,
    start: impl FnOnce() -> Result<TestRunner>,
    test: impl FnOnce(Page) -> F,
) -> Result<()>
where
    F: Future<Output = Result<()>>,
{
    if std::env::var_os("PIPEYARD_BROWSER_TESTS").is_some_and(|value| value == "0") {
        println!("skipped, because PIPEYARD_BROWSER_TESTS is 0: {name}");
        return Ok(());
    }
    let runner = start()?;
    let browser = Browser::start().await?;
    let page = Page::new(&browser, runner);
    let tested = async {
        page.begin().await?;
        test(page.clone()).await
    };
    let tested = AssertUnwindSafe(tested).catch_unwind().await;
    let tested = match tested {
        Ok(result) => result,
        Err(panic) => Err(panic_words(panic.as_ref())),
    };
    let console = page.console().await;
    let outcome = tested.and_then(|()| {
        let errors = page.unforgiven(console.as_deref().map_err(|error| anyhow!("{error:#}"))?);
        ensure!(errors.is_empty(), "errors on the console: {errors:#?}");
        Ok(())
    });
    let outcome = match outcome {
        Ok(()) => Ok(()),
        Err(error) => {
            let folder = keep(name, &page, &error, console.unwrap_or_default().as_slice()).await?;
            Err(error).with_context(|| format!("kept in {}", folder.display()))
        }
    };
    browser.quit().await?;
    outcome
}

/// The folder for screenshots of the page as it should be: `PIPEYARD_SCREENSHOTS`, or `target/screenshots`.
///
/// # Errors
/// When it cannot be made.
pub fn screenshots() -> Result<PathBuf> {
    let folder = match std::env::var_os("PIPEYARD_SCREENSHOTS") {
        Some(folder) => PathBuf::from(folder),
        None => target()?.join("screenshots"),
    };
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

async fn keep(
    name: &str,
    page: &Page,
    error: &anyhow::Error,
    console: &[String],
) -> Result<PathBuf> {
    let folder = target()?.join("browser-failures").join(name);
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("error.txt"), format!("{error:?}\n"))?;
    fs::write(folder.join("console.txt"), console.join("\n"))?;
    fs::write(folder.join("runner.log"), page.runner_log())?;
    // A browser that died can show nothing, and the first error is the one to tell.
    if let Ok(picture) = page.picture().await {
        fs::write(folder.join("screenshot.png"), picture)?;
    }
    if let Ok(source) = page.source().await {
        fs::write(folder.join("page.html"), source)?;
    }
    Ok(folder)
}

/// The folder `target` that the running test was built in.
fn target() -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    let target = own.ancestors().nth(3).context("a target directory")?;
    Ok(target.to_owned())
}

fn panic_words(panic: &(dyn std::any::Any + Send)) -> anyhow::Error {
    let words = panic.downcast_ref::<String>().map(String::as_str);
    anyhow!(
        "{}",
        words
            .or_else(|| panic.downcast_ref::<&str>().copied())
            .unwrap_or("a panic")
    )
}
