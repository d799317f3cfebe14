//! Running what was built.

use std::convert::Infallible;
use std::env;
use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

/// Becomes `pipeyard serve`: Ctrl+C and other signals reach it directly, and its exit status is ours.
///
/// # Errors
/// When the runner cannot be started; otherwise it does not return.
pub(crate) fn replace_process(runner: &Path, arguments: &[OsString]) -> Result<Infallible> {
    let mut command = Command::new(runner);
    command.arg("serve").args(arguments);
    // What cargo tells the programs that it runs would otherwise show up in every learner's `env`.
    for (name, _) in env::vars_os().filter(|(name, _)| is_cargos_own(&name.to_string_lossy())) {
        command.env_remove(name);
    }
    Err(command.exec()).with_context(|| format!("{} could not be started", runner.display()))
}

fn is_cargos_own(variable: &str) -> bool {
    variable == "CARGO"
        || [
            "CARGO_PKG_",
            "CARGO_MANIFEST_",
            "CARGO_BIN_",
            "CARGO_CRATE_",
        ]
        .iter()
        .any(|prefix| variable.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_cargo_run_adds_is_hidden() {
        assert!(is_cargos_own("CARGO_PKG_NAME"));
        assert!(is_cargos_own("CARGO_MANIFEST_DIR"));
        assert!(!is_cargos_own("CARGO_HOME"));
        assert!(!is_cargos_own("CARGO_TARGET_DIR"));
        assert!(!is_cargos_own("PATH"));
    }
}
