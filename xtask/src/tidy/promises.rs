//! What is promised about safety: behind each line stands a test that exists.

use std::fs;
use std::path::Path;

use walkdir::WalkDir;

use super::{Finding, named_tests};

/// Where it stands.
const PATH: &str = "SECURITY.md";

/// Where `area` and `area::test` are looked for, as `area.rs`.
const AREAS: &str = "tests/tests/it";

/// Where what has a path in it is looked for, as `http/asker.rs`; `.rs` is left away where a module has several files.
const SOURCES: &str = "runner/src";

/// The areas whose tests are the attempts to get out of a sandbox, which are named without their areas.
const ATTEMPTS: [&str; 2] = ["class_escapes", "class_hung"];

/// Heads of the tables that are looked at.
const PROMISES: &str = "| promise | test |";
const ATTEMPTED: &str = "| test | attempts |";

/// Looks at each row: it names at least one test, and all that it names exist. A name that ends with `…` is the beginning of one.
pub(super) fn check(root: &Path) -> Vec<Finding> {
    let Ok(content) = fs::read_to_string(root.join(PATH)) else {
        // A checkout need not have one, such as those that tests make.
        return Vec::new();
    };
    let tests = |place: &str| tests_of(root, place);
    let faults = faults(&content, &tests);
    let finding = |(line, advice)| Finding {
        path: PATH.to_owned(),
        line,
        advice,
    };
    faults.into_iter().map(finding).collect()
}

/// The names of the tests in a module: in its file, and in those of its folder.
fn tests_of(root: &Path, place: &str) -> Vec<String> {
    let module = root.join(place.trim_end_matches(".rs"));
    let within = WalkDir::new(&module).into_iter().flatten();
    let within = within.map(|entry| entry.into_path());
    let sources = within.chain([module.with_extension("rs")]);
    let sources = sources.filter(|path| path.extension().is_some_and(|is| is == "rs"));
    let sources = sources.filter_map(|path| fs::read_to_string(path).ok());
    sources
        .flat_map(|source| {
            let names = named_tests::of(&source).into_iter();
            names.map(str::to_owned).collect::<Vec<_>>()
        })
        .collect()
}

/// What is wrong, each with its line, from 1.
fn faults(content: &str, tests: &impl Fn(&str) -> Vec<String>) -> Vec<(usize, String)> {
    let mut faults = Vec::new();
    let mut head = "";
    for (index, line) in content.lines().enumerate() {
        if !line.starts_with('|') {
            head = "";
            continue;
        }
        if head.is_empty() {
            head = line;
        }
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let is_row = head != line && !line.starts_with("|--");
        let named: Vec<&str> = match (head, &cells[..]) {
            (PROMISES, [_, cell]) | (ATTEMPTED, [cell, _]) if is_row => {
                cell.split('`').skip(1).step_by(2).collect()
            }
            (PROMISES | ATTEMPTED, _) if is_row => {
                faults.push((index + 1, "a row has two cells".to_owned()));
                continue;
            }
            _ => continue,
        };
        if named.is_empty() {
            faults.push((index + 1, "there is no test behind it".to_owned()));
        }
        let missing = |name: &&str| match head {
            PROMISES => !is_there(name, tests),
            _ => !ATTEMPTS
                .map(|area| format!("{area}::{name}"))
                .iter()
                .any(|name| is_there(name, tests)),
        };
        for name in named.into_iter().filter(missing) {
            faults.push((index + 1, format!("there is no test `{name}`")));
        }
    }
    faults
}

fn is_there(name: &str, tests: &impl Fn(&str) -> Vec<String>) -> bool {
    match name.split_once("::") {
        Some((area, name)) => {
            let tests = tests(&format!("{AREAS}/{area}"));
            match name.strip_suffix('…') {
                Some(begin) => tests.iter().any(|test| test.starts_with(begin)),
                None => tests.iter().any(|test| test == name),
            }
        }
        None if name.contains('/') || name.ends_with(".rs") => {
            !tests(&format!("{SOURCES}/{name}")).is_empty()
        }
        None => !tests(&format!("{AREAS}/{name}")).is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(table: &str) -> Vec<(usize, String)> {
        faults(table, &|place| {
            let names: &[&str] = match place {
                "tests/tests/it/gate" => &["a_wrong_key_is_refused"],
                "tests/tests/it/class_hung" => &["others_go_on"],
                "runner/src/http/asker.rs" => &["a_proxy_is_believed"],
                _ => &[],
            };
            names.iter().map(|name| (*name).to_owned()).collect()
        })
    }

    #[test]
    fn rows_with_tests_that_exist_pass() {
        let table = "| promise | test |\n|---|---|\n| one | `gate::a_wrong_…` |\n| two | `gate`, the tests in `http/asker.rs` |\n\
                     \n| test | attempts |\n|---|---|\n| `others_go_on` | `F_SETLEASE` |\n\n| what | bound |\n|---|---|\n| all | `none` |\n";
        assert_eq!(said(table), []);
    }

    #[test]
    fn those_without_are_named_with_their_line() {
        let table = "| promise | test |\n|---|---|\n| one | `gate::a_wrong` |\n| two | by eye |\n| three | `doors` |\n\
                     | four | `http/pages.rs` |\n| five |\n\n| test | attempts |\n|---|---|\n| `a_wrong_key_is_refused` | it |\n";
        let told = said(table).into_iter();
        let told: Vec<_> = told.map(|(line, what)| format!("{line}: {what}")).collect();
        assert_eq!(
            told,
            [
                "3: there is no test `gate::a_wrong`",
                "4: there is no test behind it",
                "5: there is no test `doors`",
                "6: there is no test `http/pages.rs`",
                "7: a row has two cells",
                "11: there is no test `a_wrong_key_is_refused`",
            ]
        );
    }
}
