//! `pipeyard lesson check`: what a lesson says is so, or it is told what is not.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::{Context, Result, bail, ensure};
use pipeyard_tests::Pipeyard;
use tempfile::TempDir;

fn runner_folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../runner")
        .join(name)
}

const TOP: &str = "+++\ntitle = \"One\"\nsummary = \"It.\"\n+++\n";

fn checked(body: &str) -> Result<(Option<i32>, String)> {
    let folder = TempDir::with_prefix("pipeyard-lessons-")?;
    let file = folder.path().join("one.en.md");
    fs::write(&file, format!("{TOP}{body}"))?;
    fs::create_dir(folder.path().join("workspace"))?;
    fs::write(
        folder.path().join("workspace/words.txt"),
        "pear\nfig\npear\n",
    )?;
    let outcome = Pipeyard::new(["lesson", "check", "one.en.md", "--workspace", "workspace"])?
        .within(folder.path())
        .outcome()?;
    Ok((outcome.code(), outcome.stderr.clone()))
}

/// How many lessons are checked at once.
const AT_ONCE: usize = 3;

/// All lessons of the course, in both languages, in the workspace that they are written for.
#[test]
fn the_course_holds() -> Result<()> {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(runner_folder("lessons"))? {
        let file = entry?.file_name().to_string_lossy().into_owned();
        let (name, _) = file.split_once('.').context("a language")?;
        names.insert(name.to_owned());
    }
    ensure!(names.len() >= 21, "only {names:?}");
    let names: Vec<String> = names.into_iter().collect();
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        let checks: Vec<_> = (0..AT_ONCE)
            .map(|_| {
                scope.spawn(|| -> Result<()> {
                    while let Some(name) = names.get(next.fetch_add(1, Ordering::Relaxed)) {
                        holds(name)?;
                    }
                    Ok(())
                })
            })
            .collect();
        for check in checks {
            check.join().unwrap_or_else(|_| bail!("a check panicked"))?;
        }
        Ok(())
    })
}

fn holds(name: &str) -> Result<()> {
    let file = |language| {
        let file = runner_folder("lessons").join(format!("{name}.{language}.md"));
        file.to_string_lossy().into_owned()
    };
    let (english, korean) = (file("en"), file("ko"));
    let workspace = runner_folder("workspace").to_string_lossy().into_owned();
    let arguments = [
        "lesson",
        "check",
        "--workspace",
        &workspace,
        &english,
        &korean,
    ];
    // It runs dozens of chains, some of which keep every core busy.
    let call = Pipeyard::new(arguments)?.with_much_to_do(10);
    let said = call.outcome()?.expect_code(0);
    ensure!(said.text() == "2 lessons hold\n", "{name}: {}", said.text());
    Ok(())
}

#[test]
fn a_lesson_that_holds_says_so() -> Result<()> {
    let (code, stderr) = checked(
        "## Sort\n```chain\nsort words.txt | uniq -c\n```\n\
         ```predict\nask = \"?\"\nkind = \"number\"\nanswer = \"3\"\nmeasured = \"lines out of sort\"\nbecause = \"\"\n```\n\
         ```chain ends=no shows=blocked\nyes | sleep 1000\n```\n\
         ```exercise\ntask = \"Once\"\nsolution = \"sort -u words.txt > out; cat out\"\nfiles = [\"out\"]\n\
         wrong = [\"uniq words.txt\"]\nalso = [\"sort words.txt | uniq | tee out\"]\n```\n",
    )?;
    ensure!(code == Some(0) && stderr.is_empty(), "{stderr}");
    Ok(())
}

/// Each lie is told with the line of its block, and no other line is blamed.
#[test]
fn everything_that_is_not_so_is_found() -> Result<()> {
    let (code, stderr) = checked(
        "## Lies\n```chain\nfalse\n```\n\
         ```chain\nsort words.txt\n```\n\
         ```predict\nask = \"?\"\nkind = \"number\"\nanswer = \"2\"\nmeasured = \"lines out of sort\"\nbecause = \"\"\n```\n\
         ```predict\nask = \"?\"\nkind = \"number\"\nanswer = \"2\"\nmeasured = \"lines out of tac\"\nbecause = \"\"\n```\n\
         ```chain ends=no\ntrue\n```\n\
         ```exercise\ntask = \"Random\"\nsolution = \"head -c 8 /dev/urandom\"\n```\n\
         ```exercise\ntask = \"Passes\"\nsolution = \"sort words.txt\"\nstart = \"sort words.txt\"\nwrong = [\"sort < words.txt\"]\nalso = [\"cat words.txt\"]\n```\n\
         ```exercise\ntask = \"File\"\nsolution = \"true\"\nfiles = [\"out\"]\n```\n\
         ```exercise\ntask = \"Fails\"\nsolution = \"grep apple words.txt\"\n```\n\
         ```exercise\ntask = \"May fail\"\nsolution = \"grep apple words.txt\"\nstatus = 1\n```\n\
         ```exercise\ntask = \"Another\"\nsolution = \"grep apple words.txt\"\nstatus = 3\n```\n\
         ```exercise\ntask = \"Asks\"\nsolution = \"sort words.txt\"\nrequire = [\"uniq\"]\n```\n\
         ```exercise\ntask = \"Begins\"\nsolution = \"sort words.txt\"\nstart = \"srot words.txt\"\nwrong = [\"srot words.txt\"]\n```\n\
         ```chain status=any\nsrot words.txt\n```\n\
         ```exercise\ntask = \"Goes on\"\nsolution = \"true\"\noutput = \"nothing\"\nstart = \"false\"\n```\n",
    )?;
    ensure!(code == Some(1), "{code:?}");
    let told: Vec<&str> = stderr.lines().collect();
    for (line, words) in [
        (6, "ends with status 1"),
        (12, "\"3\""),
        (19, "no stage `tac`"),
        (26, "ended by itself"),
        (29, "twice"),
        (33, "`also` does not pass"),
        (33, "`wrong` passes"),
        (33, "`start` passes"),
        (40, "does not make `out`"),
        (45, "ends with status 1 (if that is meant, `status = 1`"),
        (54, "`solution` does not pass: "),
        (59, "`solution` does not pass: "),
        (64, "`start`: "),
        (70, "srot"),
    ] {
        let place = format!("line {line}:");
        let found = told
            .iter()
            .any(|told| told.contains(&place) && told.contains(words));
        ensure!(found, "{line} {words}: {stderr}");
    }
    let lines = [6, 12, 19, 26, 29, 33, 40, 45, 54, 59, 64, 70].map(|line| format!("line {line}:"));
    let is_meant = |told: &&str| lines.iter().any(|line| told.contains(line));
    ensure!(told.iter().all(is_meant), "{stderr}");
    // What people do wrong may be that it cannot be run; what they begin from runs.
    let of_start = told.iter().filter(|told| told.contains("line 64:"));
    ensure!(of_start.count() == 1, "{stderr}");
    Ok(())
}

/// Whoever reads one of two inputs to its end, while both are written to, is found to be deadlocked.
#[test]
fn a_deadlock_is_waited_for() -> Result<()> {
    let chain = r#"{"pipeyard":1,"stages":[{"id":"seq","kind":{"process":{"program":"seq","args":["1","100000"]}}},
        {"id":"cat","kind":{"process":{"program":"cat","args":["-","{fd3}"]}}}],
        "wires":[{"id":"w1","from":{"stage":"seq","port":"stdout"},"to":{"stage":"cat","port":"stdin"}},
        {"id":"w2","from":{"stage":"seq","port":"stdout"},"to":{"stage":"cat","port":"fd3"}}]}"#;
    let (code, stderr) = checked(&format!(
        "## Stuck\n```chain ends=no shows=deadlock\n{chain}\n```\n"
    ))?;
    ensure!(code == Some(0) && stderr.is_empty(), "{stderr}");
    Ok(())
}

/// Where no directory is named, lessons work on what a new workspace has.
#[test]
fn a_lesson_is_checked_with_the_files_of_a_new_workspace() -> Result<()> {
    let folder = TempDir::with_prefix("pipeyard-lessons-")?;
    let body = "## Count\n```chain\nwc -l < words.txt\n```\n\
        ```predict\nask = \"?\"\nkind = \"number\"\nanswer = \"400\"\nmeasured = \"text of output\"\nbecause = \"\"\n```\n";
    fs::write(folder.path().join("one.en.md"), format!("{TOP}{body}"))?;
    let outcome = Pipeyard::new(["lesson", "check", "one.en.md"])?
        .within(folder.path())
        .variable("TMPDIR", folder.path())
        .outcome()?
        .expect_code(0);
    ensure!(outcome.text() == "1 lesson holds\n", "{}", outcome.text());
    ensure!(fs::read_dir(folder.path())?.count() == 1, "nothing is left");
    Ok(())
}

#[test]
fn two_languages_of_a_lesson_are_the_same_lesson() -> Result<()> {
    let folder = TempDir::with_prefix("pipeyard-lessons-")?;
    let body = |chain: &str| format!("{TOP}## Step\n```chain\n{chain}\n```\n");
    fs::write(folder.path().join("one.en.md"), body("true"))?;
    fs::write(folder.path().join("one.ko.md"), body("true | cat"))?;
    let outcome = Pipeyard::new(["lesson", "check", "one.en.md", "one.ko.md"])?
        .within(folder.path())
        .outcome()?
        .expect_code(1);
    let stderr = &outcome.stderr;
    ensure!(
        stderr.contains("step 1") && stderr.contains("another language"),
        "{stderr}"
    );
    Ok(())
}

#[test]
fn what_is_no_lesson_is_refused_by_its_name() -> Result<()> {
    let folder = TempDir::with_prefix("pipeyard-lessons-")?;
    for (name, content, code, says) in [
        ("one.md", &b"x"[..], 2, "NAME.en.md"),
        ("One.en.md", b"x", 2, "lower-case"),
        ("one.fr.md", b"x", 2, "en and ko"),
        ("bytes.en.md", b"\xff\xfe", 1, "UTF-8"),
        ("text.en.md", b"Hello", 1, "+++"),
    ] {
        fs::write(folder.path().join(name), content)?;
        let outcome = Pipeyard::new(["lesson", "check", name])?
            .within(folder.path())
            .outcome()?
            .expect_code(code);
        ensure!(outcome.stderr.contains(says), "{name}: {}", outcome.stderr);
    }
    let outcome = Pipeyard::new(["lesson", "check", "absent.en.md"])?
        .within(folder.path())
        .outcome()
        .context("a file that is not there")?
        .expect_code(2);
    ensure!(
        outcome.stderr.contains("absent.en.md"),
        "{}",
        outcome.stderr
    );
    Ok(())
}
