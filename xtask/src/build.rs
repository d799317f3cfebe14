//! From sources to one self-contained program.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

use crate::profile::Profile;
use crate::step::step;
use crate::workspace::{Workspace, run};
use crate::{lock, page, toolchain};

/// Builds the page alone; returns the folder it stands in.
///
/// # Errors
/// The first step that fails, with what to do about it.
pub(crate) fn page(workspace: &Workspace, profile: Profile) -> Result<PathBuf> {
    let locked = fs::read_to_string(workspace.root().join("Cargo.lock"))
        .context("Cargo.lock cannot be read: is the checkout complete?")?;
    lock::check_wasm_bindgen(&locked)?;
    toolchain::ensure_wasm_target(workspace)?;
    page::build(workspace, profile)
}

/// Builds the page, then the runner with the page inside; returns the absolute path of the runner.
///
/// # Errors
/// The first step that fails, with what to do about it. A failed build leaves the page and the
/// runner of the last good one.
pub(crate) fn build(workspace: &Workspace, profile: Profile) -> Result<PathBuf> {
    let page = page(workspace, profile)?;
    step(
        &format!("compile the runner (profile {})", profile.of_runner()),
        || {
            run(workspace
                .cargo()
                .args(["build", "--package", "pipeyard-runner", "--bin", "pipeyard"])
                .args(["--profile", profile.of_runner()])
                .env("PIPEYARD_PAGE", &page))
        },
    )?;
    let runner = workspace
        .target()
        .join(profile.runner_folder())
        .join("pipeyard");
    ensure!(
        runner.is_file(),
        "cargo built the runner, but not at {}: unset CARGO_BUILD_TARGET and build again",
        runner.display()
    );
    println!("    the runner, with the page inside: {}", runner.display());
    Ok(runner)
}
