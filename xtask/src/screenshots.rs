//! Pictures of the page as it is: every main view in every size and theme, with real runs.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::prerequisites::{self, BROWSER, EXAMPLES};
use crate::profile::Profile;
use crate::step::step;
use crate::workspace::{Workspace, run};
use crate::{axe, build};

/// The module of the browser tests that goes through all views.
const VIEWS: &str = "browser::views::";

/// Takes them into a folder, `target/screenshots` when none is given, and says how many there are.
///
/// The views are checked as the tests check them; a picture is kept of each that is as it should be.
///
/// # Errors
/// When there is no browser, when the build fails, or when a view is not as it should be.
pub(crate) fn take(workspace: &Workspace, folder: Option<PathBuf>, profile: Profile) -> Result<()> {
    let folder = match folder {
        Some(folder) => env::current_dir()?.join(folder),
        None => workspace.target().join("screenshots"),
    };
    prerequisites::install_missing(workspace, &[&BROWSER[..], &EXAMPLES].concat());
    let missing = prerequisites::missing(&BROWSER);
    ensure!(missing.is_empty(), prerequisites::describe(&missing));
    let axe = axe::fetched(workspace).map_or_else(|_| "0".into(), PathBuf::into_os_string);
    let runner = build::build(workspace, profile)?;
    fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    step("look at every view", || {
        run(workspace
            .cargo()
            .args(["test", "--quiet", "--no-fail-fast"])
            .args(["--package", "pipeyard-tests", "--test", "browser", VIEWS])
            .env("PIPEYARD_BIN", runner)
            .env("PIPEYARD_BROWSER_TESTS", "1")
            .env("PIPEYARD_AXE", axe)
            .env("PIPEYARD_SCREENSHOTS", &folder))
    })?;
    println!("    {} pictures: {}", pictures(&folder)?, folder.display());
    Ok(())
}

fn pictures(folder: &Path) -> Result<usize> {
    let mut count = 0;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        count += usize::from(path.extension().is_some_and(|ending| ending == "png"));
    }
    Ok(count)
}
