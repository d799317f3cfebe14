//! Tells the compiler where the page is that goes inside the runner.
//!
//! `cargo xtask build` names its folder in `PIPEYARD_PAGE`. Without it the page is an empty folder,
//! so that plain cargo commands compile, and the server says what to do when somebody asks for it.

use std::path::{Path, PathBuf};
use std::{env, fs, process};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // What is embedded is compiled in anew when a file comes or goes.
    println!("cargo::rerun-if-changed=lessons");
    println!("cargo::rerun-if-changed=workspace");
    println!("cargo::rerun-if-env-changed=PIPEYARD_PAGE");
    match page_folder() {
        Ok(folder) => println!("cargo::rustc-env=PIPEYARD_PAGE_FOLDER={}", folder.display()),
        Err(problem) => {
            println!("cargo::error={problem}");
            process::exit(1);
        }
    }
}

fn page_folder() -> Result<PathBuf, String> {
    let named = env::var_os("PIPEYARD_PAGE").filter(|folder| !folder.is_empty());
    let Some(folder) = named.map(PathBuf::from) else {
        return empty_folder();
    };
    if !folder.is_absolute() || !folder.join("index.html").is_file() {
        return Err(format!(
            "PIPEYARD_PAGE is {}, which is no absolute path of a built page: run `cargo xtask build`",
            folder.display()
        ));
    }
    println!("cargo::rerun-if-changed={}", folder.display());
    Ok(folder)
}

fn empty_folder() -> Result<PathBuf, String> {
    let parent =
        env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR for build scripts, but did not")?;
    let folder = Path::new(&parent).join("no-page");
    fs::create_dir_all(&folder)
        .map_err(|error| format!("the folder {} cannot be made: {error}", folder.display()))?;
    Ok(folder)
}
