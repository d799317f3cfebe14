//! axe, with which the browser tests look for what a screen reader could not make sense of.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use sha2::{Digest, Sha256};

use crate::prerequisites::{self, Tool};
use crate::step::step;
use crate::workspace::{Workspace, run};

/// Exactly this one, so that the same page has the same findings everywhere.
const PACKAGE: &str = "axe-core@4.14.1";
/// Of the one file of it that is used.
const SHA_256: &str = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c";

const NPM: [Tool; 1] = [Tool {
    names: &["npm"],
    package: "npm",
}];

/// The path of axe, which is fetched once into the folder of what is built.
///
/// # Errors
/// When there is no npm, when it cannot fetch, or when it fetched something else.
pub(crate) fn fetched(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.target().join("axe");
    let file = folder.join("node_modules/axe-core/axe.min.js");
    if is_right(&file).is_ok() {
        return Ok(file);
    }
    let missing = prerequisites::missing(&NPM);
    ensure!(missing.is_empty(), prerequisites::describe(&missing));
    step(&format!("fetch {PACKAGE}"), || {
        fs::create_dir_all(&folder)?;
        let options = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-save"];
        run(workspace
            .command("npm")
            .arg("install")
            .arg("--prefix")
            .arg(&folder)
            .args(options)
            .arg(PACKAGE))
    })?;
    is_right(&file)?;
    Ok(file)
}

fn is_right(file: &PathBuf) -> Result<()> {
    let bytes = fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let digest = Sha256::digest(&bytes);
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    ensure!(
        hex == SHA_256,
        "{} is not the {PACKAGE} that is known: its SHA-256 is {hex}",
        file.display()
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_file_is_refused() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("axe.min.js");
        fs::write(&file, "alert(1)")?;
        let refusal = is_right(&file).err().map(|error| error.to_string());
        assert!(refusal.unwrap_or_default().contains("is not the axe-core@"));
        Ok(())
    }
}
