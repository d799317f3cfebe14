//! Pipeyard's developer tool, called as `cargo xtask …`.
//!
//! It needs Rust and a C compiler and nothing else; what it can fetch by itself (the wasm target, on
//! Debian a browser for the tests) it fetches. Each step prints a line when it starts and its time
//! when it ends.

mod axe;
mod bench;
mod build;
mod document;
mod failures;
mod lock;
mod page;
mod prerequisites;
mod profile;
mod screenshots;
mod serve;
mod soak;
mod static_folder;
mod step;
mod supply;
mod tally;
mod test;
mod tidy;
mod toolchain;
mod workspace;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use profile::Profile;
use workspace::Workspace;

/// Builds, runs and tests Pipeyard.
#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    arg_required_else_help = true
)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build the page and the runner: leaves target/release/pipeyard, one file with the page inside
    Build {
        /// Compile quickly instead: leaves target/debug/pipeyard, with a large page
        #[arg(long)]
        debug: bool,
    },
    /// Build, then serve the page; what follows `--` goes to `pipeyard serve`
    Run {
        /// Compile quickly instead of well
        #[arg(long)]
        debug: bool,
        /// Arguments of `pipeyard serve`, such as `--listen 127.0.0.1:9000`
        #[arg(last = true)]
        arguments: Vec<OsString>,
    },
    /// Build, then run every test, those in a real browser too
    Test {
        /// Leave out the tests that need Chromium
        #[arg(long)]
        no_browser: bool,
        /// Run only the tests whose name contains this
        filter: Option<String>,
    },
    /// Build the page and write it to a folder that any web server can serve as it stands, without a runner: links are
    /// read there, and recordings replayed
    Static {
        /// Where it goes: a new folder, an empty one, or one that this has written before
        folder: PathBuf,
        /// Compile quickly instead of well
        #[arg(long)]
        debug: bool,
    },
    /// Measure the runner against others who do the same, and print a table of ratios
    Bench(bench::Options),
    /// Do what only long runs show (10,000 runs, 1,000 cut connections, 500 pages, a hostile client), and print what was found
    Soak(soak::Options),
    /// Take pictures of the main views, in three sizes and two themes
    Screenshots {
        /// Where they go: target/screenshots when this is not given
        folder: Option<PathBuf>,
        /// Compile quickly instead of well
        #[arg(long)]
        debug: bool,
    },
    /// Check the house rules that neither rustfmt nor clippy knows
    Tidy,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    perform(arguments.task).unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}

fn perform(task: Task) -> Result<ExitCode> {
    let workspace = Workspace::locate()?;
    match task {
        Task::Build { debug } => {
            build::build(&workspace, Profile::from_debug_flag(debug))?;
            Ok(ExitCode::SUCCESS)
        }
        Task::Run { debug, arguments } => {
            let runner = build::build(&workspace, Profile::from_debug_flag(debug))?;
            serve::replace_process(&runner, &arguments).map(|never| match never {})
        }
        Task::Test { no_browser, filter } => {
            Ok(test::test(&workspace, !no_browser, filter.as_deref()))
        }
        Task::Static { folder, debug } => {
            let page = build::page(&workspace, Profile::from_debug_flag(debug))?;
            static_folder::write(&page, &folder)?;
            println!("    the page, without a runner: {}", folder.display());
            Ok(ExitCode::SUCCESS)
        }
        Task::Bench(options) => {
            bench::bench(&workspace, &options)?;
            Ok(ExitCode::SUCCESS)
        }
        Task::Soak(options) => {
            soak::soak(&workspace, &options)?;
            Ok(ExitCode::SUCCESS)
        }
        Task::Screenshots { folder, debug } => {
            screenshots::take(&workspace, folder, Profile::from_debug_flag(debug))?;
            Ok(ExitCode::SUCCESS)
        }
        Task::Tidy => {
            tidy::check(&workspace)?;
            supply::check(&workspace)?;
            println!("the checkout is tidy");
            Ok(ExitCode::SUCCESS)
        }
    }
}
