//! Every test there is, with what it needs.

use std::env;
use std::ffi::{OsStr, OsString};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result, ensure};

use crate::failures::Failures;
use crate::prerequisites::{self, BROWSER, EXAMPLES, SANDBOX, Tool};
use crate::profile::Profile;
use crate::step::step;
use crate::tally::Tally;
use crate::workspace::{Workspace, command_line};
use crate::{axe, build, static_folder};

/// The package of the tests that need the runner or a browser.
const CROSS_CRATE: &str = "pipeyard-tests";

/// The test program of that package that needs a runner and no browser.
const RUNNER_TESTS: &str = "it";

/// Both ways in which a runner relays busy wires, as `PIPEYARD_RELAY` names them: the default first.
const RELAYS: [&str; 2] = ["splice", "copy"];

/// The modules of those tests that are run in one way only: of doors, words and bounds, of texts that are made of a chain, and of what
/// needs minutes for a few bytes. Whatever is not named here is run in both.
const RUN_ONCE: [&str; 33] = [
    "bad_input",
    "class_cgroups",
    "class_escapes",
    "class_hung",
    "cli_errors",
    "code_export",
    "code_export_names",
    "doctor",
    "explain",
    "files_refused",
    "floods",
    "framing",
    "gate",
    "guesses",
    "hostile",
    "kept",
    "learners",
    "learners_apart",
    "lessons",
    "lessons_queue",
    "lessons_served",
    "limits_each",
    "limits_sandbox",
    "links",
    "noise",
    "picture_export",
    "proxy",
    "routes",
    "rust_export",
    "shell_export",
    "short_links",
    "starting",
    "story",
];

/// By this, in its path, a test of that package is known to need a browser.
const BROWSER_MODULE: &str = "browser::";

/// Runs the tests, all or those whose name contains `filter`, and ends with the line of their sum.
///
/// The cross-crate tests find the runner by `PIPEYARD_BIN` and whether there is a browser by
/// `PIPEYARD_BROWSER_TESTS` (`1` or `0`), axe by `PIPEYARD_AXE` (its path, or `0`), and the page without a runner by
/// `PIPEYARD_STATIC` (its folder). Without a browser those in
/// a module `browser` are left out and counted as skipped; where `CI` is `true` that is a failure, and so is a
/// missing axe. Those of the runner are run once for each way to relay, and counted each time, but for the modules
/// of [`RUN_ONCE`].
///
/// Whatever goes wrong, from a build that fails to a filter that no test has, counts as a failed test.
pub(crate) fn test(workspace: &Workspace, with_browser: bool, filter: Option<&str>) -> ExitCode {
    let mut sum = Tally::default();
    let mut failures = Failures::default();
    let browser = prepare(workspace, with_browser);
    if let Err(reason) = &browser {
        println!("browser tests: skipped because {reason}");
        if with_browser && env::var_os("CI").is_some_and(|value| value == "true") {
            println!("    CI=true asks for all tests, so this counts as a failure");
            sum.failed += 1;
        }
    }
    let axe = with_axe(workspace, browser.is_ok(), &mut sum);
    let runner = build::build(workspace, Profile::Release);
    sum += attempt("native tests", || {
        let all_others = ["--workspace", "--exclude", CROSS_CRATE];
        cargo_test(
            workspace
                .cargo()
                .args(["test", "--no-fail-fast"])
                .args(all_others)
                .args(filter),
            &mut failures,
        )
    });
    let runner = runner.and_then(|runner| {
        let page = workspace.target().join(Profile::Release.page_folder());
        static_folder::write(&page, &static_page(workspace))?;
        Ok(runner)
    });
    match runner {
        Ok(runner) => {
            let [default, other] = RELAYS;
            sum += attempt(&format!("cross-crate tests, relays: {default}"), || {
                let axe = browser.as_ref().map(|()| axe.as_os_str()).ok();
                cross_crate_tests(workspace, &runner, axe, filter, &mut failures)
            });
            sum += attempt(
                &format!("the runner's tests again, relays: {other}"),
                || {
                    let mut command = cross_crate(workspace, &runner, other);
                    command.args(["--test", RUNNER_TESTS]).args(filter);
                    command.arg("--");
                    for module in RUN_ONCE {
                        command.args(["--skip", &format!("{module}::")]);
                    }
                    cargo_test(&mut command, &mut failures)
                },
            );
        }
        Err(error) => {
            println!("error: {error:#}\n{CROSS_CRATE}: not run because the build failed");
            sum.failed += 1;
        }
    }
    if let Some(filter) = filter
        && sum == Tally::default()
    {
        println!("error: no test has a name that contains `{filter}`");
        sum.failed += 1;
    }
    print!("{}", failures.report());
    println!("{sum}");
    if sum.failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Gets what the tests need; the error is the reason why browser tests cannot run.
fn prepare(workspace: &Workspace, with_browser: bool) -> Result<()> {
    let browser: &[Tool] = if with_browser { &BROWSER } else { &[] };
    prerequisites::install_missing(workspace, &[browser, &EXAMPLES, &SANDBOX].concat());
    let missing = prerequisites::missing(&EXAMPLES);
    if !missing.is_empty() {
        let reason = prerequisites::describe(&missing);
        println!("examples: their tests will fail because {reason}");
    }
    let missing = prerequisites::missing(&SANDBOX);
    if !missing.is_empty() {
        let reason = prerequisites::describe(&missing);
        println!("level class: its tests will fail because {reason}");
    }
    ensure!(with_browser, "--no-browser was given");
    let missing = prerequisites::missing(&BROWSER);
    ensure!(missing.is_empty(), prerequisites::describe(&missing));
    Ok(())
}

/// What the tests are told of axe: where it is, or `0` to do without.
fn with_axe(workspace: &Workspace, browser: bool, sum: &mut Tally) -> OsString {
    if !browser {
        return "0".into();
    }
    axe::fetched(workspace).map_or_else(
        |error| {
            println!("axe: nothing is checked with it because {error:#}");
            sum.failed += usize::from(env::var_os("CI").is_some_and(|value| value == "true"));
            "0".into()
        },
        PathBuf::into_os_string,
    )
}

/// `axe` is where it is, and nothing where there is no browser to use it in.
fn cross_crate_tests(
    workspace: &Workspace,
    runner: &Path,
    axe: Option<&OsStr>,
    filter: Option<&str>,
    failures: &mut Failures,
) -> Result<Tally> {
    let command = || {
        let mut command = cross_crate(workspace, runner, RELAYS[0]);
        command
            .args(filter)
            .env(
                "PIPEYARD_BROWSER_TESTS",
                if axe.is_some() { "1" } else { "0" },
            )
            .env("PIPEYARD_AXE", axe.unwrap_or(OsStr::new("0")));
        command
    };
    if axe.is_some() {
        return cargo_test(&mut command(), failures);
    }
    // Left out by name, and not by the tests themselves: those would call themselves passed.
    let listed = command()
        .args(["--", "--list"])
        .output()
        .context("cargo could not be started")?;
    let skipped = count_browser_tests(&String::from_utf8_lossy(&listed.stdout));
    let mut tally = cargo_test(command().args(["--", "--skip", BROWSER_MODULE]), failures)?;
    tally.skipped += skipped;
    Ok(tally)
}

fn cross_crate(workspace: &Workspace, runner: &Path, relay: &str) -> Command {
    let mut command = workspace.cargo();
    command
        .args(["test", "--no-fail-fast", "--package", CROSS_CRATE])
        .env("PIPEYARD_BIN", runner)
        .env("PIPEYARD_STATIC", static_page(workspace))
        .env("PIPEYARD_RELAY", relay);
    command
}

/// Where the page without a runner is written for its tests.
fn static_page(workspace: &Workspace) -> PathBuf {
    workspace.target().join("static")
}

fn count_browser_tests(list: &str) -> usize {
    let names = list.lines().filter_map(|line| line.strip_suffix(": test"));
    names.filter(|name| name.contains(BROWSER_MODULE)).count()
}

/// One step of testing. Tests that cannot even be compiled or started count as one failure.
fn attempt(name: &str, work: impl FnOnce() -> Result<Tally>) -> Tally {
    step(name, work).unwrap_or_else(|error| {
        println!("error: {error:#}");
        Tally {
            failed: 1,
            ..Tally::default()
        }
    })
}

/// Runs `cargo test`, passing its output through, sums up what its test programs say, and keeps what failed tests say.
///
/// A test program that dies says nothing: when cargo is not content although no test failed,
/// that is one failure more.
fn cargo_test(command: &mut Command, failures: &mut Failures) -> Result<Tally> {
    let line = command_line(command);
    let mut child = command
        // An error's message says enough; its backtrace is that of the async runtime.
        .env("RUST_LIB_BACKTRACE", "0")
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("`{line}` could not be started"))?;
    let mut tally = Tally::default();
    if let Some(output) = child.stdout.take() {
        for text in BufReader::new(output).split(b'\n') {
            let text = text.with_context(|| format!("the output of `{line}` cannot be read"))?;
            let text = String::from_utf8_lossy(&text);
            println!("{text}");
            failures.note(&text);
            if let Some(counts) = Tally::of_line(&text) {
                tally += counts;
            }
        }
    }
    let status = child
        .wait()
        .with_context(|| format!("`{line}` cannot be waited for"))?;
    if !status.success() && tally.failed == 0 {
        println!(
            "error: `{line}` ended with {status} and no failed test: something did not compile, or a test program died"
        );
        tally.failed = 1;
    }
    Ok(tally)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browser_tests_are_known_by_their_module() {
        let list = "serve::starts: test\nbrowser::example: test\nbrowser::theme::dark: test\n\n3 tests, 0 benchmarks\n";
        assert_eq!(count_browser_tests(list), 2);
    }

    #[test]
    fn what_is_run_once_is_there() {
        for module in RUN_ONCE {
            let path = format!("../tests/tests/it/{module}.rs");
            assert!(Path::new(&path).is_file(), "{path}");
        }
    }

    #[test]
    fn output_is_summed_over_test_programs() -> Result<()> {
        let result =
            |counts: &str| format!("test result: ok. {counts}; 0 measured; 0 filtered out");
        let first = result("1 passed; 0 failed; 2 ignored");
        let lines = format!(
            "{first}\nnoise\n{}",
            result("3 passed; 0 failed; 0 ignored")
        );
        let tally = cargo_test(Command::new("echo").arg(lines), &mut Failures::default())?;
        assert_eq!(
            tally,
            Tally {
                passed: 4,
                failed: 0,
                skipped: 2
            }
        );
        Ok(())
    }

    #[test]
    fn dying_without_a_failed_test_is_a_failure() -> Result<()> {
        assert_eq!(
            cargo_test(&mut Command::new("false"), &mut Failures::default())?.failed,
            1
        );
        Ok(())
    }
}
