//! House rules that neither rustfmt nor clippy knows.
//!
//! A rule looks at one file and returns what it found. To add one, write a function and list it in
//! [`RULES`].

mod checklist;
mod named_tests;
mod promises;

use std::env;
use std::fmt;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use walkdir::{DirEntry, WalkDir};

use crate::workspace::Workspace;

/// Every rule, in the order of the report.
const RULES: [fn(&Text) -> Vec<Finding>; 4] = [
    no_giant_files,
    no_leftovers,
    no_machine_paths,
    no_ignored_tests,
];

/// The most lines that a Rust file may have. Half of it is what we aim at.
const MOST_LINES: usize = 600;

/// Checks all text files of the checkout, and the checklist and the promises against the tests.
///
/// # Errors
/// One message with every finding, each with its file, line and advice.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    check_folder(workspace.root())
}

/// A text file under its path from the checkout's root.
struct Text {
    path: String,
    content: String,
    /// Paths that only this machine has.
    machine_paths: Vec<String>,
}

/// One breach of one rule.
#[derive(Debug)]
struct Finding {
    path: String,
    /// From 1.
    line: usize,
    advice: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}: {}", self.path, self.line, self.advice)
    }
}

/// A long file holds more than one idea.
fn no_giant_files(text: &Text) -> Vec<Finding> {
    let lines = text.content.lines().count();
    if !text.path.ends_with(".rs") || lines <= MOST_LINES {
        return Vec::new();
    }
    let advice = format!("{lines} lines, more than {MOST_LINES}: split it by ideas");
    vec![Finding {
        path: text.path.clone(),
        line: MOST_LINES + 1,
        advice,
    }]
}

/// Notes to oneself and debugging prints are for before a change is handed in.
fn no_leftovers(text: &Text) -> Vec<Finding> {
    if !is_code(&text.path) {
        return Vec::new();
    }
    // Written in halves, so that this file keeps its own rule.
    let words = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("db", "g!("),
    ];
    find_any(text, &words, "do it, or remove it")
}

/// What names one person's machine helps nobody else.
fn no_machine_paths(text: &Text) -> Vec<Finding> {
    let paths: Vec<_> = text.machine_paths.iter().map(String::as_str).collect();
    find_any(
        text,
        &paths,
        "a path of this machine: write it from the checkout's root",
    )
}

/// What nobody runs tells nothing: a measurement is a bench, or asserts facts and prints its time beside them.
fn no_ignored_tests(text: &Text) -> Vec<Finding> {
    if !text.path.ends_with(".rs") {
        return Vec::new();
    }
    find_any(
        text,
        &[concat!("#[ign", "ore")],
        "make it a test that always runs, or a bench",
    )
}

fn find_any(text: &Text, words: &[&str], advice: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, line) in text.content.lines().enumerate() {
        for word in words.iter().filter(|word| line.contains(**word)) {
            let advice = format!("`{word}`: {advice}");
            findings.push(Finding {
                path: text.path.clone(),
                line: index + 1,
                advice,
            });
        }
    }
    findings
}

fn is_code(path: &str) -> bool {
    [".rs", ".js", ".css", ".html", ".toml"]
        .iter()
        .any(|ending| path.ends_with(ending))
}

fn check_folder(root: &Path) -> Result<()> {
    let machine_paths = machine_paths(root, env::var("HOME").ok().as_deref());
    let mut findings = Vec::new();
    for entry in WalkDir::new(root)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(is_ours)
    {
        let entry = entry.context("the checkout cannot be read")?;
        if !entry.file_type().is_file() {
            continue;
        }
        let bytes = fs::read(entry.path())
            .with_context(|| format!("{} cannot be read", entry.path().display()))?;
        // What is not text has no lines to find anything in.
        let Ok(content) = String::from_utf8(bytes) else {
            continue;
        };
        let path = entry.path().strip_prefix(root).unwrap_or(entry.path());
        let path = path.to_string_lossy().into_owned();
        let text = Text {
            path,
            content,
            machine_paths: machine_paths.clone(),
        };
        findings.extend(RULES.iter().flat_map(|rule| rule(&text)));
    }
    findings.extend(checklist::check(root));
    findings.extend(promises::check(root));
    if findings.is_empty() {
        return Ok(());
    }
    let list: String = findings
        .iter()
        .map(|finding| format!("\n  {finding}"))
        .collect();
    bail!(
        "{} not tidy:{list}",
        if findings.len() == 1 {
            "one line is"
        } else {
            "some lines are"
        }
    );
}

/// Leaves out what is built and what git keeps for itself.
fn is_ours(entry: &DirEntry) -> bool {
    let name = entry.file_name();
    entry.depth() == 0 || !(name == "target" || name == ".git")
}

/// The checkout and the home directory, each with the slash that ends its name.
fn machine_paths(root: &Path, home: Option<&str>) -> Vec<String> {
    let root = root.to_string_lossy();
    let long_enough = |path: &&str| path.len() > 1;
    [Some(&*root), home]
        .into_iter()
        .flatten()
        .map(|path| path.trim_end_matches('/'))
        .filter(long_enough)
        .map(|path| format!("{path}/"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(path: &str, content: &str) -> Text {
        let machine_paths = machine_paths(Path::new("/some/checkout"), Some("/home/me"));
        Text {
            path: path.to_owned(),
            content: content.to_owned(),
            machine_paths,
        }
    }

    #[test]
    fn this_checkout_is_tidy() -> Result<()> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .context("xtask is at the root")?;
        check_folder(root)
    }

    #[test]
    fn only_rust_files_can_be_giants() {
        let lines = "x\n".repeat(MOST_LINES);
        assert!(no_giant_files(&text("a.rs", &lines)).is_empty());
        assert_eq!(
            no_giant_files(&text("a.rs", &(lines.clone() + "x"))).len(),
            1
        );
        assert!(no_giant_files(&text("a.md", &(lines + "x"))).is_empty());
    }

    #[test]
    fn leftovers_are_found_in_code_with_their_line() {
        let code = format!("one\n// {}: two", concat!("TO", "DO"));
        let findings = no_leftovers(&text("a.rs", &code));
        assert!(
            findings[0].to_string().starts_with("a.rs:2: "),
            "{findings:?}"
        );
        assert!(no_leftovers(&text("a.md", &code)).is_empty());
    }

    #[test]
    fn no_test_is_ignored() {
        let code = concat!("#[test]\n#[ign", "ore = \"slow\"]\nfn f() {}");
        assert_eq!(no_ignored_tests(&text("a.rs", code)).len(), 1);
        assert!(no_ignored_tests(&text("a.md", code)).is_empty());
    }

    #[test]
    fn machine_paths_are_found_anywhere() {
        assert_eq!(
            no_machine_paths(&text("a.md", "see /home/me/notes and /some/checkout/x")).len(),
            2
        );
        assert!(no_machine_paths(&text("a.md", "see /home/learner and /some/check")).is_empty());
    }

    #[test]
    fn a_root_for_a_home_names_no_machine() {
        assert_eq!(machine_paths(Path::new("/x"), Some("/")), ["/x/"]);
    }
}
