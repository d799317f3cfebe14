//! Cutting the compiled page: what comes first, and what `frontend/src/later.rs`, `sharing.rs` and `learning.rs`
//! name.
//!
//! The page marks with `wasm_split` where a part begins that is loaded later. Whatever only such a
//! part reaches goes into a file of its own, as the relocations tell that the linker has left. What
//! several of them reach, and the first does not, goes into a file that each of them loads before its own.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, ensure};
use walrus::ModuleConfig;
use wasm_split_cli_support::{Options, transform};

use super::sizes::Load;

/// What the linker must be told, so that it leaves what the split needs.
pub(super) const LINKER_ARGUMENT: &str = "-Clink-arg=--emit-relocs";

/// The module by which the first part imports what loads the others.
const LINK: &str = "./__wasm_split.js";
/// The script of wasm-bindgen, by the name that [`LINK`] imports it.
const GLUE: &str = "./page.js";

/// The parts of the page.
pub(super) struct Split {
    /// What comes first: still to be bound by wasm-bindgen.
    pub(super) first: PathBuf,
    /// What comes after it.
    pub(super) parts: Vec<Part>,
    /// The script that loads what comes later.
    link: String,
}

/// A file that is loaded after the first.
pub(super) struct Part {
    /// The path by which the script loads it.
    pub(super) path: String,
    /// When it comes.
    pub(super) load: Load,
    /// The finished wasm.
    pub(super) wasm: Vec<u8>,
}

/// Splits the compiled page. The folder is for files on the way only.
///
/// # Errors
/// When the file cannot be read, or holds no relocations.
pub(super) fn split(compiled: &Path, folder: &Path, keep_names: bool) -> Result<Split> {
    let wasm =
        fs::read(compiled).with_context(|| format!("{} cannot be read", compiled.display()))?;
    let first = folder.join("first.wasm");
    let mut options = Options::new(&wasm);
    options.output_dir = folder;
    options.main_out_path = &first;
    options.link_name = LINK;
    options.main_module = GLUE;
    let done = transform(options)
        .map_err(|error| anyhow!("{} cannot be split: {error:#}", compiled.display()))?;
    let link =
        fs::read_to_string(folder.join(LINK)).context("the script of the split is missing")?;
    let mut parts = Vec::new();
    for file in done.split_modules {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let path = format!("./{name}");
        if !link.contains(&path) {
            // Nothing is in it, so nobody loads it.
            continue;
        }
        let wasm = fs::read(&file).with_context(|| format!("{} is missing", file.display()))?;
        let wasm =
            tighten(&wasm, keep_names).with_context(|| format!("{} is no wasm", file.display()))?;
        let load = load_of(&link, &name);
        parts.push(Part { path, load, wasm });
    }
    // They come out of a hash map.
    parts.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(Split { first, parts, link })
}

/// When a file comes: a part's own with the part, and what several of them need with the first of them. Above the loader
/// of such a file the script names them, as `/* later, sharing */`.
fn load_of(link: &str, name: &str) -> Load {
    let loader = format!("const __{} = ", name.trim_end_matches(".wasm"));
    let above = link.find(&loader).map(|at| link[..at].trim_end());
    let parts = above.and_then(|above| {
        above
            .lines()
            .last()?
            .strip_prefix("/* ")?
            .strip_suffix(" */")
    });
    let loads = parts.into_iter().flat_map(|parts| parts.split(", "));
    let loads = loads.map(|part| Load::of(&format!("split_{part}.wasm")));
    loads.min().unwrap_or_else(|| Load::of(name))
}

/// Writes a module as short as it goes: the linker leaves room in each number that it relocates.
fn tighten(wasm: &[u8], keep_names: bool) -> Result<Vec<u8>> {
    let mut config = ModuleConfig::new();
    config.generate_name_section(keep_names);
    config.generate_producers_section(false);
    Ok(config.parse(wasm)?.emit_wasm())
}

impl Split {
    /// Puts what loads the later parts into the script of wasm-bindgen: each would otherwise import
    /// the other, and neither could be named by its content.
    ///
    /// # Errors
    /// When one of the two is not what it used to be.
    pub(super) fn join(&self, glue: &str) -> Result<String> {
        let (names, glue) = without_imports(glue)?;
        let import = format!("import {{ initSync }} from \"{GLUE}\";\n");
        let link = self.link.replacen(&import, "", 1);
        ensure!(
            link.len() < self.link.len() && !link.contains("import {"),
            "the script of the split does not import `initSync` alone"
        );
        let mut loaders = Vec::new();
        for line in link.lines() {
            let export = line.strip_prefix("export const ");
            loaders.extend(export.and_then(|line| line.split(' ').next()));
        }
        ensure!(
            !loaders.is_empty(),
            "the script of the split loads nothing: does the page mark anything with `wasm_split`?"
        );
        let loaders = loaders.join(", ");
        let link = link.replace("export const ", "const ");
        let mut script = format!("{glue}\n{link}\n");
        for name in names {
            script += &format!("const {name} = {{ {loaders} }};\n");
        }
        Ok(script)
    }
}

/// The names by which the script imports the link module, one for each part, and the script without those lines.
fn without_imports(glue: &str) -> Result<(Vec<&str>, String)> {
    let is_import = |line: &&str| line.starts_with("import * as ") && line.contains(LINK);
    let imports = glue.lines().filter(is_import);
    let names: Vec<_> = imports.filter_map(|line| line.split(' ').nth(3)).collect();
    ensure!(
        !names.is_empty(),
        "the script of wasm-bindgen does not import what loads the later parts"
    );
    let kept: Vec<_> = glue.lines().filter(|line| !is_import(line)).collect();
    Ok((names, kept.join("\n")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(link: &str) -> Split {
        Split {
            first: PathBuf::new(),
            parts: Vec::new(),
            link: link.to_owned(),
        }
    }

    const GLUE_TEXT: &str = "import * as import7 from \"./__wasm_split.js\"\nimport * as import8 from \"./__wasm_split.js\"\nlet glue = [import7, import8];\n";

    #[test]
    fn the_two_scripts_become_one_without_imports() -> Result<()> {
        let link = "import { initSync } from \"./page.js\";\n\nexport const load_a = 1;\nexport const load_b = 2;\n";
        let joined = split(link).join(GLUE_TEXT)?;
        assert!(
            !joined.contains("import ") && !joined.contains("export "),
            "{joined}"
        );
        assert!(
            joined.contains("let glue = [import7, import8];"),
            "{joined}"
        );
        assert!(
            joined.ends_with(
                "const import7 = { load_a, load_b };\nconst import8 = { load_a, load_b };\n"
            ),
            "{joined}"
        );
        Ok(())
    }

    #[test]
    fn what_several_parts_need_comes_with_the_first_of_them() {
        let link = "/* later, learning, sharing */\nconst __chunk_5 = makeLoad(() => {}, []);\n\
                    /* learning, sharing */\nconst __chunk_7 = makeLoad(() => {}, []);\n\
                    const __chunk_8 = makeLoad(() => {}, []);\n";
        for (name, load) in [
            ("chunk_5.wasm", Load::Later),
            ("chunk_7.wasm", Load::Sharing),
            ("chunk_8.wasm", Load::Later),
            ("split_learning.wasm", Load::Learning),
            ("split_sharing.wasm", Load::Sharing),
            ("split_later.wasm", Load::Later),
        ] {
            assert_eq!(load_of(link, name), load, "{name}");
        }
    }

    #[test]
    fn scripts_that_are_not_what_they_used_to_be_are_refused() {
        let known = "import { initSync } from \"./page.js\";\nexport const load = 1;\n";
        for (link, glue) in [
            (known, "let glue;"),
            ("export const load = 1;\n", GLUE_TEXT),
            ("import { initSync } from \"./page.js\";\n", GLUE_TEXT),
        ] {
            assert!(split(link).join(glue).is_err(), "{link} {glue}");
        }
    }

    #[test]
    fn a_file_without_relocations_is_refused_in_a_sentence() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let wasm = folder.path().join("page.wasm");
        fs::write(&wasm, b"\0asm\x01\0\0\0")?;
        let error = super::split(&wasm, folder.path(), false)
            .err()
            .context("it was split")?;
        assert!(error.to_string().contains("cannot be split"), "{error}");
        Ok(())
    }
}
