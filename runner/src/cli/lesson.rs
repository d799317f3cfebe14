//! `pipeyard lesson`.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use pipeyard_shared::words::Language;
use tokio::task::JoinSet;

use super::arguments::{Lesson, LessonCheck};
use super::{STATUS_USAGE, chain, voice};
use crate::engine::guard::Guard;
use crate::engine::{Means, Quota};
use crate::lessons::check::{check, differing};
use crate::lessons::{Ground, LESSON_BYTES, Written, read};

/// What a lesson's runs may keep on disk.
const DISK_BYTES: u64 = 64 << 20;

pub(super) fn lesson(arguments: &Lesson, language: Language) -> ExitCode {
    match arguments {
        Lesson::Check(arguments) => match checked(arguments) {
            Ok((lessons, 0)) => {
                let plural = if lessons == 1 {
                    "lesson holds"
                } else {
                    "lessons hold"
                };
                voice::print(format!("{lessons} {plural}\n").as_bytes(), language)
            }
            Ok(_) => ExitCode::FAILURE,
            Err(error) => {
                voice::say(format!("{error:#}"));
                ExitCode::from(STATUS_USAGE)
            }
        },
    }
}

/// How many lessons were checked, and how many things were found, which are told.
fn checked(arguments: &LessonCheck) -> Result<(usize, usize)> {
    let mut written = Vec::new();
    let mut found = 0;
    for file in &arguments.files {
        match read_file(file)? {
            Ok(lesson) => written.push((file.clone(), lesson)),
            Err(told) => {
                found += told.len();
                told.iter().for_each(|line| say(file, line));
            }
        }
    }
    let lessons = written.len();
    let (written, unlike) = compared(written);
    found += unlike;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("the reactor could not be started")?;
    let workspace = chain::workspace(arguments.workspace.as_deref())?;
    let ground = Ground::new(workspace);
    let means = Means {
        guard: Some(Guard::start().context("the guard")?),
        disk: Some(Quota::new(DISK_BYTES)),
        ..Means::default()
    };
    found += runtime.block_on(run_all(written, ground, means));
    runtime.shutdown_background();
    Ok((lessons, found))
}

async fn run_all(written: Vec<(PathBuf, Written)>, ground: Ground, means: Means) -> usize {
    let mut checks = JoinSet::new();
    for (file, written) in written {
        let (ground, means) = (ground.clone(), means.clone());
        checks.spawn(async move { (file, check(&written, &ground, &means).await) });
    }
    let mut found = 0;
    while let Some(checked) = checks.join_next().await {
        match checked {
            Ok((file, findings)) => {
                found += findings.len();
                findings
                    .iter()
                    .for_each(|finding| say(&file, &finding.to_string()));
            }
            Err(error) => {
                found += 1;
                voice::say(format!("a check did not come to its end: {error}"));
            }
        }
    }
    found
}

/// Lessons of one name in several languages must be the same but for their words. Those that are need not be run
/// again: what is left is to be run.
fn compared(written: Vec<(PathBuf, Written)>) -> (Vec<(PathBuf, Written)>, usize) {
    let mut left: Vec<(PathBuf, Written)> = Vec::new();
    let mut found = 0;
    for (file, lesson) in written {
        let name = &lesson.lesson.name;
        let other = left.iter().find(|(_, other)| other.lesson.name == *name);
        let differs = other.map(|(other_file, other)| {
            let what = differing(&other.lesson, &lesson.lesson);
            (other_file.display().to_string(), what)
        });
        match differs {
            None => left.push((file, lesson)),
            Some((_, None)) => {}
            Some((other, Some(what))) => {
                found += 1;
                say(
                    &file,
                    &format!("it is not {other} in another language: {what}"),
                );
                left.push((file, lesson));
            }
        }
    }
    (left, found)
}

fn say(file: &Path, what: &str) {
    voice::say_lines(&format!("{}: {what}\n", file.display()));
}

/// A lesson, or what is wrong with it.
fn read_file(file: &Path) -> Result<std::result::Result<Written, Vec<String>>> {
    let (name, language) = named(file)?;
    let opened = fs::File::open(file).with_context(|| format!("cannot open {}", file.display()))?;
    let mut text = String::new();
    let bytes = opened
        .take(LESSON_BYTES as u64 + 1)
        .read_to_string(&mut text);
    match bytes {
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            return Ok(Err(vec!["it is no UTF-8 text".to_owned()]));
        }
        read => read.with_context(|| format!("cannot read {}", file.display()))?,
    };
    Ok(read(&name, language, &text)
        .map_err(|faults| faults.iter().map(ToString::to_string).collect()))
}

/// The name and the language that a file's name says: `NAME.en.md`.
fn named(file: &Path) -> Result<(String, Language)> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let parts: Vec<&str> = name.split('.').collect();
    let [name, language, "md"] = parts[..] else {
        bail!(
            "{}: a lesson's file is called NAME.en.md or NAME.ko.md",
            file.display()
        );
    };
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if name.is_empty() || !name.chars().all(is_plain) {
        bail!(
            "{}: a lesson's name has lower-case letters, digits and hyphens",
            file.display()
        );
    }
    let language = match language {
        "en" => Language::En,
        "ko" => Language::Ko,
        other => bail!(
            "{}: `{other}` is none of the languages en and ko",
            file.display()
        ),
    };
    Ok((name.to_owned(), language))
}
