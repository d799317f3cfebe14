//! The parts of the Rust toolchain that the page needs.

use std::env;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::step::step;
use crate::workspace::{Workspace, run};

/// The target that the page is compiled for.
pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// Adds the wasm target when it is missing.
///
/// # Errors
/// When it is missing and rustup is, too, or when rustup cannot add it.
pub(crate) fn ensure_wasm_target(workspace: &Workspace) -> Result<()> {
    if wasm_target_is_installed(workspace)? {
        return Ok(());
    }
    step("add the wasm target to the toolchain", || {
        run(workspace.command("rustup").args(["target", "add", WASM_TARGET])).with_context(|| {
            format!(
                "Rust's target {WASM_TARGET} is missing: add it with `rustup target add {WASM_TARGET}` \
                 (or, for Debian's own Rust, `apt-get install libstd-rust-dev-wasm32`)"
            )
        })
    })
}

fn wasm_target_is_installed(workspace: &Workspace) -> Result<bool> {
    // The compiler is asked and not rustup: it also knows about a toolchain from a distribution.
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = workspace
        .command(rustc)
        .args(["--print", "target-libdir", "--target", WASM_TARGET])
        .output()
        .context("rustc could not be started: is it on the PATH?")?;
    if !output.status.success() {
        bail!(
            "rustc does not know the target {WASM_TARGET}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    let folder =
        String::from_utf8(output.stdout).context("rustc named a folder that is not UTF-8")?;
    Ok(fs::read_dir(Path::new(folder.trim())).is_ok_and(|mut entries| entries.next().is_some()))
}
