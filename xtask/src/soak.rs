//! What only long runs show: nothing grows, nothing is lost, nobody is slowed down.
//!
//! The work is done by the `soak` program of the tests' package; this builds it and the runner, and makes a table of
//! what it found.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use serde_json::Value;

use crate::bench::machine;
use crate::build;
use crate::document;
use crate::profile::Profile;
use crate::step::step;
use crate::workspace::{Workspace, command_line, run};

/// What can be said after `cargo xtask soak`.
#[derive(Args)]
pub(crate) struct Options {
    /// A hundredth of each work: for a look, not for a table
    #[arg(long)]
    quick: bool,
    /// Put the table and the machine's description into BENCHMARKS.md
    #[arg(long, conflicts_with_all = ["quick", "filter"])]
    write: bool,
    /// Do only the works whose name contains this
    filter: Option<String>,
}

/// The works, and how much of each.
const WORKS: [(&str, usize); 4] = [
    ("runs", 10_000),
    ("cuts", 1_000),
    ("pages", 500),
    ("hostile", 20),
];

const LINES: [&str; 2] = [
    "<!-- the table: cargo xtask soak --write -->",
    "<!-- the end of the soak's table -->",
];

/// Does the works one after the other, and prints a table. `PIPEYARD_BIN` names a runner that is built already.
///
/// # Errors
/// When something was lost or left behind, or a work could not be done. A figure that is not reached is told as such.
pub(crate) fn soak(workspace: &Workspace, options: &Options) -> Result<()> {
    let filter = options.filter.as_deref().unwrap_or_default();
    let works = WORKS.into_iter().filter(|(name, _)| name.contains(filter));
    let works: Vec<_> = works.collect();
    ensure!(
        !works.is_empty(),
        "nothing is called `{filter}`: there are {}",
        WORKS.map(|(name, _)| name).join(", ")
    );
    let runner = match env::var_os("PIPEYARD_BIN") {
        Some(path) => PathBuf::from(path),
        None => build::build(workspace, Profile::Release)?,
    };
    let runner = fs::canonicalize(&runner)
        .with_context(|| format!("there is no runner at {}", runner.display()))?;
    step("compile what does it", || {
        run(workspace
            .cargo()
            .args(["build", "--release", "--package", "pipeyard-tests"])
            .args(["--bin", "soak"]))
    })?;
    let mut rows = Vec::new();
    let mut failed = Vec::new();
    for (name, count) in works {
        let count = if options.quick {
            (count / 100).max(1)
        } else {
            count
        };
        // Fewer runs than that show nothing.
        let count = if name == "runs" {
            count.max(100)
        } else {
            count
        };
        let mut command = Command::new(workspace.target().join("release/soak"));
        command
            .args([name, &count.to_string()])
            .env("PIPEYARD_BIN", &runner);
        match step(&format!("{name} {count}"), || found(&mut command)) {
            Ok(found) => rows.extend(found),
            Err(error) => {
                println!("error: {error:#}");
                failed.push(name);
            }
        }
    }
    let table = table(&rows);
    println!("\n{table}");
    ensure!(
        failed.is_empty(),
        "something was lost or left behind: {}",
        failed.join(", ")
    );
    if options.write {
        let between = format!(
            "{table}\nMeasured with:\n\n{}",
            machine::list(&machine::host())
        );
        let path = workspace.root().join("BENCHMARKS.md");
        document::replace_between(&path, LINES, &between)?;
    }
    Ok(())
}

/// One figure, as the program tells it.
#[derive(Debug, PartialEq)]
struct Row {
    what: String,
    found: String,
    wanted: String,
    reached: Option<bool>,
}

fn found(command: &mut Command) -> Result<Vec<Row>> {
    let line = command_line(command);
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("`{line}` could not be started"))?;
    if !output.status.success() {
        bail!("`{line}` ended with {}", output.status);
    }
    rows(&output.stdout).with_context(|| format!("`{line}` does not say what it found"))
}

fn rows(output: &[u8]) -> Result<Vec<Row>> {
    let found: Value = serde_json::from_slice(output)?;
    let found = found.as_array().context("no list")?;
    let text = |row: &Value, name: &str| {
        let text = row.get(name).and_then(Value::as_str);
        text.map(str::to_owned)
            .with_context(|| format!("no `{name}`"))
    };
    let row = |row: &Value| {
        Ok(Row {
            what: text(row, "what")?,
            found: text(row, "found")?,
            wanted: text(row, "wanted")?,
            reached: row.get("reached").and_then(Value::as_bool),
        })
    };
    found.iter().map(row).collect()
}

fn table(rows: &[Row]) -> String {
    let mut table = String::from("| work | found | to reach | reached |\n|---|---|---|---|\n");
    for row in rows {
        let reached = match row.reached {
            Some(true) => "yes",
            Some(false) => "**no**",
            None => "",
        };
        table.push_str(&format!(
            "| {} | {} | {} | {reached} |\n",
            row.what, row.found, row.wanted
        ));
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_program_says_becomes_a_table() {
        let said = br#"[{"what":"w","found":"2 ms","wanted":"< 1 ms","reached":false},
            {"what":"v","found":"none","wanted":"","reached":null}]"#;
        let rows = rows(said).expect("two rows");
        assert_eq!(
            table(&rows).lines().skip(2).collect::<Vec<_>>(),
            ["| w | 2 ms | < 1 ms | **no** |", "| v | none |  |  |"]
        );
        assert!(super::rows(b"{}").is_err());
        assert!(super::rows(br#"[{"what":"w"}]"#).is_err());
    }

    #[test]
    fn the_document_has_a_place_for_the_table() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent();
        let path = root.expect("xtask is at the root").join("BENCHMARKS.md");
        let text = fs::read_to_string(path).expect("BENCHMARKS.md");
        assert!(document::between(&text, LINES, "").is_ok());
        for (name, _) in WORKS {
            assert!(
                text.contains(&format!("`{name}`")),
                "it does not say what `{name}` is"
            );
        }
    }
}
