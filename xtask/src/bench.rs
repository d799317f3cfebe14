//! Measuring the runner against those who do the same: interleaved, in one run, as ratios.
//!
//! BENCHMARKS.md says how to repeat it and how to read it.

mod figures;
pub(crate) mod machine;
mod measure;
mod peers;
mod row;
mod work;
mod works;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use clap::Args;

use crate::build;
use crate::document;
use crate::prerequisites;
use crate::profile::Profile;
use crate::step::step;
use crate::workspace::{Workspace, run};
use row::Row;
use works::{Sizes, Tools};

/// What can be said after `cargo xtask bench`.
#[derive(Args)]
pub(crate) struct Options {
    /// How many pairs are measured of each work, after one that is thrown away; memory is told by its own
    /// number [default: 8 to 14, as each work needs; 4 with --quick]
    #[arg(long, value_name = "PAIRS", value_parser = clap::value_parser!(u32).range(1..=1_000))]
    rounds: Option<u32>,
    /// Less work of each kind: for a look, not for a table
    #[arg(long)]
    quick: bool,
    /// Where the figures go as JSON [default: bench.json in the target folder]
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Put the table and the machine's description into BENCHMARKS.md
    #[arg(long, conflicts_with_all = ["quick", "filter"])]
    write: bool,
    /// Install the programs to compare with, where that can be done without asking (Debian)
    #[arg(long)]
    install: bool,
    /// Measure only the works whose name contains this
    filter: Option<String>,
}

/// How many pairs tell a work at a quick look, at most.
const QUICK_PAIRS: usize = 4;

impl Options {
    /// How many pairs tell a work that needs so many.
    fn pairs(&self, needed: usize) -> usize {
        match self.rounds {
            Some(rounds) => rounds as usize,
            None if self.quick => needed.min(QUICK_PAIRS),
            None => needed,
        }
    }
}

/// Measures, prints a table and writes the figures. `PIPEYARD_BIN` names a runner that is built already.
///
/// # Errors
/// When there is no runner, or nothing by that name. What cannot be measured is a row that says why.
pub(crate) fn bench(workspace: &Workspace, options: &Options) -> Result<()> {
    let filter = options.filter.as_deref().unwrap_or_default();
    let wanted = |name: &str| name.contains(filter);
    ensure!(
        works::NAMES.into_iter().any(wanted),
        "nothing is called `{filter}`: there are {}",
        works::NAMES.join(", ")
    );
    if options.install {
        peers::install(workspace);
    }
    let missing = prerequisites::missing(&peers::PEERS);
    if !missing.is_empty() {
        println!("    {}", prerequisites::describe(&missing));
    }
    let tools = tools(workspace)?;
    let sizes = if options.quick {
        Sizes::QUICK
    } else {
        Sizes::FULL
    };
    let mut rows: Vec<Row> = Vec::new();
    for work in works::all(&tools, sizes)? {
        if wanted(work.name) {
            let title = format!("measure {}: {}", work.name, work.what);
            let pairs = options.pairs(work.pairs);
            rows.extend(step(&title, || Ok(work.measure(pairs)))?);
        }
    }
    if wanted("memory-idle") || wanted("memory") {
        rows.extend(step("measure memory", || {
            Ok(works::memory(&tools, sizes, wanted))
        })?);
    }
    let machine = machine::describe(&tools.runner);
    let table = row::table(&rows);
    println!("\n{table}");
    let json = options.json.clone();
    let json = json.unwrap_or_else(|| workspace.target().join("bench.json"));
    fs::write(&json, row::json(&rows, &machine, options.quick))
        .with_context(|| format!("{} cannot be written", json.display()))?;
    println!("the figures: {}", json.display());
    if options.write {
        write(&workspace.root().join("BENCHMARKS.md"), &table, &machine)?;
    }
    Ok(())
}

fn tools(workspace: &Workspace) -> Result<Tools> {
    let runner = match env::var_os("PIPEYARD_BIN") {
        Some(path) => PathBuf::from(path),
        None => build::build(workspace, Profile::Release)?,
    };
    // What is measured runs in a folder of its own.
    let runner = fs::canonicalize(&runner)
        .with_context(|| format!("there is no runner at {}", runner.display()))?;
    step("compile the WebSocket client", || {
        run(workspace
            .cargo()
            .args(["build", "--release", "--package", "pipeyard-tests"])
            .args(["--bin", "bench_client"]))
    })?;
    let folder = workspace.target().join("bench");
    fs::create_dir_all(&folder).context("there is no folder to work in")?;
    Ok(Tools {
        runner,
        client: workspace.target().join("release/bench_client"),
        folder,
    })
}

const BEGIN: &str = "<!-- the table: cargo xtask bench --write -->";
const END: &str = "<!-- the end of the table -->";

fn write(path: &Path, table: &str, machine: &[(&'static str, String)]) -> Result<()> {
    let between = format!("{table}\nMeasured with:\n\n{}", machine::list(machine));
    document::replace_between(path, [BEGIN, END], &between)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_a_place_for_the_table() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
        let path = root.expect("xtask is at the root").join("BENCHMARKS.md");
        let text = fs::read_to_string(path).expect("BENCHMARKS.md");
        assert!(document::between(&text, [BEGIN, END], "").is_ok());
        for name in works::NAMES {
            assert!(
                text.contains(&format!("`{name}`")),
                "it does not say what `{name}` is"
            );
        }
    }
}
