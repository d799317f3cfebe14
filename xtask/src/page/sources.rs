//! Reading everything that the page is made of.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::profile::Profile;
use crate::toolchain::WASM_TARGET;
use crate::workspace::Workspace;

use super::split::Part;
use super::{names, split, styles};

/// What the page is made of, still under the names that the sources use for each other.
pub(super) struct Sources {
    /// The page's own `index.html`.
    pub(super) document: String,
    /// The script that the document starts: sets the theme, then loads the wasm.
    pub(super) boot: String,
    /// The script that wasm-bindgen made; it fetches `page_bg.wasm`.
    pub(super) glue: String,
    /// Scripts that Rust crates brought along: the path by which the glue imports them, and text.
    pub(super) snippets: Vec<(String, String)>,
    /// What of the page comes first.
    pub(super) wasm: Vec<u8>,
    /// What of it is loaded after that, by the paths by which the glue loads it.
    pub(super) parts: Vec<Part>,
    /// All style sheets in one.
    pub(super) styles: String,
    /// Those of lessons and files, which come with them.
    pub(super) learning_styles: String,
    /// Files of `frontend/assets`, by name.
    pub(super) pictures: Vec<(String, Vec<u8>)>,
}

/// Reads the sources, splits the compiled page and runs wasm-bindgen over what of it comes first.
///
/// # Errors
/// When a file is missing, the page cannot be split or wasm-bindgen refuses the wasm.
pub(super) fn collect(workspace: &Workspace, profile: Profile) -> Result<Sources> {
    let frontend = workspace.root().join("frontend");
    let compiled = workspace
        .target()
        .join(WASM_TARGET)
        .join(profile.compiled_page_folder())
        .join("pipeyard-page.wasm");
    let keep_names = profile == Profile::Debug;
    let split = split::split(&compiled, &compiled.with_extension("split"), keep_names)?;
    let mut bound = Bindgen::new()
        .input_path(&split.first)
        .out_name("page")
        .web(true)?
        .typescript(false)
        .omit_default_module_path(false)
        // The later parts import the table of functions that is among them.
        .keep_lld_exports(true)
        .remove_name_section(!keep_names)
        .remove_producers_section(true)
        .generate_output()
        .with_context(|| format!("wasm-bindgen cannot work on {}", compiled.display()))?;
    let inline = bound.snippets().iter().flat_map(|(crate_name, texts)| {
        texts.iter().enumerate().map(move |(index, text)| {
            (
                format!("./snippets/{crate_name}/inline{index}.js"),
                text.clone(),
            )
        })
    });
    let modules = bound
        .local_modules()
        .iter()
        .map(|(path, text)| (format!("./snippets/{path}"), text.clone()));
    let mut snippets: Vec<_> = inline.chain(modules).collect();
    // wasm-bindgen keeps some of them in a hash map.
    snippets.sort();
    let mut glue = split.join(bound.js())?;
    if profile == Profile::Release {
        let imports = bound.wasm_mut().imports.iter_mut();
        names::shorten(&mut glue, imports.map(|import| &mut import.name))?;
    }
    Ok(Sources {
        document: read_text(&workspace.root().join("index.html"))?,
        boot: read_text(&frontend.join("boot.js"))?,
        glue,
        snippets,
        styles: styles::join(&read_folder(&frontend.join("styles"), "css", read_text)?),
        learning_styles: styles::join(&read_folder(
            &frontend.join("styles/learning"),
            "css",
            read_text,
        )?),
        pictures: read_folder(&frontend.join("assets"), "", |path| {
            fs::read(path).with_context(|| format!("{} cannot be read", path.display()))
        })?,
        wasm: bound.wasm_mut().emit_wasm(),
        parts: split.parts,
    })
}

fn read_text(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))
}

/// The files of a folder with one extension (all when it is empty), sorted by name.
fn read_folder<T>(
    folder: &Path,
    extension: &str,
    read: impl Fn(&Path) -> Result<T>,
) -> Result<Vec<(String, T)>> {
    let unreadable = || format!("the folder {} cannot be read", folder.display());
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .with_context(unreadable)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()
        .with_context(unreadable)?;
    paths.sort();
    paths
        .iter()
        .filter(|path| path.is_file())
        .filter(|path| extension.is_empty() || path.extension().is_some_and(|own| own == extension))
        .map(|path| {
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            Ok((name, read(path)?))
        })
        .collect()
}
