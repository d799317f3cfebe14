//! `pipeyard lesson`.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use pipeyard_shared::lesson::exchange::Listed;
use pipeyard_shared::limits::Limits;
use pipeyard_shared::words::Language;
use tokio::task::JoinSet;

use super::arguments::{Lesson, LessonCheck, LessonLanguage};
use super::{STATUS_USAGE, chain, voice};
use crate::engine::{Host, Means, Quota, Reach};
use crate::guard::Guard;
use crate::lessons::check::{check, differing};
use crate::lessons::{Ground, LESSON_BYTES, Shelf, Trials, Written, parse_file_name, read_bytes};
use crate::scratch::{self, Purpose, Scratch};
use crate::workspace;

/// What a lesson's runs may keep on disk.
const DISK_BYTES: u64 = 64 << 20;
/// How long each of them may take.
const TIME: Duration = Duration::from_secs(60);

pub(super) fn lesson(arguments: &Lesson, language: Language) -> ExitCode {
    match arguments {
        Lesson::List(wanted) => voice::print(list(wanted.language(language)).as_bytes(), language),
        Lesson::Show(shown) => match Shelf::text(&shown.name, shown.language.language(language)) {
            Some(text) => voice::print(text.as_bytes(), language),
            None => {
                voice::say(match language {
                    Language::En => format!(
                        "there is no lesson `{}`: `pipeyard lesson list` prints their names",
                        shown.name
                    ),
                    Language::Ko => format!(
                        "`{}`라는 수업이 없습니다. `pipeyard lesson list`로 이름을 볼 수 있습니다",
                        shown.name
                    ),
                });
                ExitCode::from(STATUS_USAGE)
            }
        },
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

/// A line a lesson, in the order of the course.
fn list(language: Language) -> String {
    let lessons = Shelf::default().list(language).lessons;
    let width = lessons.iter().map(|lesson| lesson.name.len()).max();
    let width = width.unwrap_or_default();
    let minutes = |lesson: &Listed| match (lesson.minutes, language) {
        (None, _) => String::new(),
        (Some(minutes), Language::En) => format!("{minutes} min"),
        (Some(minutes), Language::Ko) => format!("{minutes}분"),
    };
    let line = |lesson: &Listed| {
        let (name, title) = (&lesson.name, &lesson.title);
        format!("{name:width$}  {:>6}  {title}\n", minutes(lesson))
    };
    lessons.iter().map(line).collect()
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
    // Gone with the function, when all has run.
    let folder = Scratch::new(Purpose::Seed).context("a directory for the workspace")?;
    let workspace = match &arguments.workspace {
        Some(named) => chain::workspace(Some(named))?,
        None => workspace::private(folder.path()).context("the workspace cannot be made")?,
    };
    let means = Means {
        guard: Some(Guard::start().context("the guard")?),
        disk: Some(Quota::new(DISK_BYTES)),
        ..Means::default()
    };
    let trials = Trials {
        ground: Ground::new(workspace.clone(), false),
        host: Host::here(workspace, Reach::Workspace),
        means,
        limits: Limits::default(),
        time: TIME,
        ending: tokio::sync::watch::Sender::new(false).subscribe(),
    };
    // What is not gone by the end, the next one takes away.
    runtime.spawn_blocking(scratch::clear_left);
    found += runtime.block_on(run_all(written, trials));
    runtime.shutdown_background();
    Ok((lessons, found))
}

async fn run_all(written: Vec<(PathBuf, Written)>, trials: Trials) -> usize {
    let mut checks = JoinSet::new();
    for (file, written) in written {
        let trials = trials.clone();
        checks.spawn(async move { (file, check(&written, &trials).await) });
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
    trials.ground.close().await;
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

impl LessonLanguage {
    /// The one that was asked for, or else this one.
    fn language(&self, other: Language) -> Language {
        self.language.as_deref().map_or(other, Language::from_tag)
    }
}

fn say(file: &Path, what: &str) {
    voice::say_lines(&format!("{}: {what}\n", file.display()));
}

/// A lesson, or what is wrong with it.
fn read_file(file: &Path) -> Result<std::result::Result<Written, Vec<String>>> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let (name, language) =
        parse_file_name(&name).map_err(|what| anyhow!("{}: {what}", file.display()))?;
    let opened = fs::File::open(file).with_context(|| format!("cannot open {}", file.display()))?;
    let mut bytes = Vec::new();
    opened
        .take(LESSON_BYTES as u64 + 1)
        .read_to_end(&mut bytes)
        .with_context(|| format!("cannot read {}", file.display()))?;
    let written = read_bytes(&name, language, &bytes);
    Ok(written.map_err(|faults| faults.iter().map(ToString::to_string).collect()))
}
