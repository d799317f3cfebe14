//! What `Cargo.lock` settled on.

use anyhow::{Context, Result, ensure};

/// Checks that the page and this tool use the same wasm-bindgen.
///
/// The page is compiled with `wasm-bindgen`, and its script is made by `wasm-bindgen-cli-support`.
/// What one leaves in the wasm file for the other changes from version to version.
///
/// # Errors
/// When they differ or one is absent.
pub(crate) fn check_wasm_bindgen(lock: &str) -> Result<()> {
    let page = version(lock, "wasm-bindgen").context("Cargo.lock has no wasm-bindgen")?;
    let tool = version(lock, "wasm-bindgen-cli-support")
        .context("Cargo.lock has no wasm-bindgen-cli-support")?;
    ensure!(
        page == tool,
        "wasm-bindgen is {page} and wasm-bindgen-cli-support is {tool}: \
         pin both to one version in the workspace's Cargo.toml"
    );
    Ok(())
}

/// The version of a package; the first one when there are several.
fn version<'lock>(lock: &'lock str, package: &str) -> Option<&'lock str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines
        .nth(1)?
        .strip_prefix("version = \"")?
        .strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lock(page: &str, tool: &str) -> String {
        format!(
            "[[package]]\nname = \"wasm-bindgen\"\nversion = \"{page}\"\n\n\
             [[package]]\nname = \"wasm-bindgen-cli-support\"\nversion = \"{tool}\"\n"
        )
    }

    #[test]
    fn this_workspace_uses_one_wasm_bindgen() -> Result<()> {
        check_wasm_bindgen(include_str!("../../Cargo.lock"))
    }

    #[test]
    fn different_versions_are_refused_and_named() {
        let error = check_wasm_bindgen(&lock("0.2.1", "0.2.2")).expect_err("they differ");
        let message = error.to_string();
        assert!(
            message.contains("0.2.1") && message.contains("0.2.2"),
            "{message}"
        );
    }

    #[test]
    fn an_absent_package_is_refused() {
        check_wasm_bindgen("").expect_err("there is nothing in it");
    }
}
