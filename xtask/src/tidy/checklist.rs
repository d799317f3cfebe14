//! The checklist of what people expect of the page: what is called done is covered by tests that exist.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::{Finding, named_tests};

/// Where it stands.
pub(super) const PATH: &str = "docs/checklist.md";

/// Where `area::test` is looked for, as `area.rs`.
const AREAS: &str = "tests/tests/browser/browser";

/// Looks at each row: its state is one of three; what is done, or partly done, names at least one test; what is not
/// or not wholly done says why; and every test that is named exists.
pub(super) fn check(root: &Path) -> Vec<Finding> {
    let Ok(content) = fs::read_to_string(root.join(PATH)) else {
        // A checkout need not have one, such as those that tests make.
        return Vec::new();
    };
    let mut files = BTreeMap::new();
    let mut exists = |file: String, test: &str| {
        let source = files
            .entry(file)
            .or_insert_with_key(|file| fs::read_to_string(root.join(file)).unwrap_or_default());
        named_tests::of(source).contains(&test)
    };
    let mut findings = Vec::new();
    for (index, line) in content.lines().enumerate() {
        findings.extend(faults(line, &mut exists).into_iter().map(|advice| Finding {
            path: PATH.to_owned(),
            line: index + 1,
            advice,
        }));
    }
    findings
}

/// What is wrong with a line; nothing with one that is no row.
fn faults(line: &str, exists: &mut impl FnMut(String, &str) -> bool) -> Vec<String> {
    let cells: Vec<&str> = line
        .trim()
        .trim_matches('|')
        .split('|')
        .map(str::trim)
        .collect();
    let [_, state, tests, reason] = cells[..] else {
        return Vec::new();
    };
    if !line.starts_with('|') || state == "state" || state.starts_with("--") {
        return Vec::new();
    }
    let named: Vec<&str> = tests.split('`').skip(1).step_by(2).collect();
    let mut faults = Vec::new();
    match state {
        "done" | "partly" if named.is_empty() => faults.push(format!("`{state}` without a test")),
        "done" | "partly" | "not yet" => {}
        _ => faults.push(format!(
            "`{state}` is neither `done`, `partly` nor `not yet`"
        )),
    }
    if state != "done" && reason.is_empty() {
        faults.push(format!("`{state}` without a reason"));
    }
    for name in named {
        let (file, test) = name.rsplit_once("::").unwrap_or((name, ""));
        let file = match file.ends_with(".rs") {
            true => file.to_owned(),
            false => format!("{AREAS}/{file}.rs"),
        };
        if test.is_empty() || !exists(file, test) {
            faults.push(format!("there is no test `{name}`"));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(line: &str) -> String {
        let mut exists = |file: String, test: &str| match file.as_str() {
            "tests/tests/browser/browser/canvas.rs" => test == "zooms",
            "frontend/src/view.rs" => test == "fits",
            _ => false,
        };
        faults(line, &mut exists).join("; ")
    }

    #[test]
    fn rows_that_are_in_order_pass() {
        for line in [
            "| zoom | done | `canvas::zooms`, `frontend/src/view.rs::fits` | |",
            "| pan | partly | `canvas::zooms` | no middle button |",
            "| drag | not yet | | it is next |",
            "| what | state | tests | why not |",
            "|---|---|---|---|",
            "Words with a | in them",
        ] {
            assert_eq!(said(line), "", "{line}");
        }
    }

    #[test]
    fn rows_that_are_not_are_named() {
        assert_eq!(said("| zoom | done | | |"), "`done` without a test");
        assert_eq!(said("| zoom | not yet | | |"), "`not yet` without a reason");
        assert_eq!(
            said("| zoom | partly | `canvas::zooms` | |"),
            "`partly` without a reason"
        );
        assert_eq!(
            said("| zoom | done | `canvas::gone` | |"),
            "there is no test `canvas::gone`"
        );
        assert_eq!(
            said("| zoom | done | `zooms` | |"),
            "there is no test `zooms`"
        );
        assert!(said("| zoom | perhaps | `canvas::zooms` | soon |").contains("neither"));
    }
}
