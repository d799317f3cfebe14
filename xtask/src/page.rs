//! Building the page: from the compiled wasm, the styles and `index.html` to a folder that can be
//! served as it stands or put inside the runner.

mod bundle;
mod compress;
mod names;
mod publish;
mod sizes;
mod sources;
mod split;
mod styles;

use std::path::PathBuf;

use anyhow::Result;

use crate::profile::Profile;
use crate::step::step;
use crate::toolchain::WASM_TARGET;
use crate::workspace::{Workspace, run};

use bundle::Asset;
use compress::Compressed;
use publish::File;

/// Builds the page and returns the folder it stands in.
///
/// Nothing in the folder is touched before everything is ready, and a file whose content is the
/// same is left alone, with its time, so that the runner is not rebuilt for nothing.
///
/// # Errors
/// When something does not compile, a name in `index.html` is not known, or the page is over its
/// budget (release only).
pub(crate) fn build(workspace: &Workspace, profile: Profile) -> Result<PathBuf> {
    step(
        &format!("compile the page (profile {})", profile.of_page()),
        || {
            run(workspace
                .cargo()
                .args([
                    "rustc",
                    "--package",
                    "pipeyard-frontend",
                    "--bin",
                    "pipeyard-page",
                ])
                .args(["--target", WASM_TARGET, "--profile", profile.of_page()])
                .args(["--", split::LINKER_ARGUMENT]))
        },
    )?;
    let folder = workspace.target().join(profile.page_folder());
    step("bind, name and compress the page", || {
        let assets = bundle::bundle(sources::collect(workspace, profile)?)?;
        let assets = compress::compress(assets, profile)?;
        sizes::print(&assets);
        if profile == Profile::Release {
            sizes::check_budget(&assets)?;
        }
        publish::publish(
            &folder,
            &assets.into_iter().flat_map(files).collect::<Vec<_>>(),
        )
    })?;
    Ok(folder)
}

/// The files of one asset: itself and its compressed forms, by the endings that the runner knows.
fn files((asset, compressed): (Asset, Compressed)) -> [File; 3] {
    let name = asset.name;
    [
        File {
            name: format!("{name}.br"),
            bytes: compressed.brotli,
        },
        File {
            name: format!("{name}.gz"),
            bytes: compressed.gzip,
        },
        File {
            name,
            bytes: asset.bytes,
        },
    ]
}
