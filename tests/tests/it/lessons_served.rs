//! Lessons over HTTP, as the page asks for them.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use pipeyard_shared::lesson::exchange::{FileRead, Listed, Shelf};
use pipeyard_shared::lesson::{Lesson, Part};
use pipeyard_shared::words::Language;
use pipeyard_tests::credentials::{Credentials, ask};
use pipeyard_tests::http::{self, Answer};
use pipeyard_tests::{Pipeyard, TestRunner, wait_for};
use serde::de::DeserializeOwned;
use tempfile::TempDir;

/// Asks for a path as the page does.
pub(crate) fn get(runner: &TestRunner, path: &str) -> Result<Answer> {
    ask(runner, "GET", path, &[], b"")
}

/// Posts as the page does.
pub(crate) fn post(runner: &TestRunner, path: &str, body: &[u8]) -> Result<Answer> {
    ask(runner, "POST", path, &[], body)
}

/// The value in an answer that is good.
pub(crate) fn good<T: DeserializeOwned>(answer: &Answer) -> Result<T> {
    ensure!(answer.status == 200, "{}: {}", answer.status, answer.text());
    let kind = answer.header("content-type");
    ensure!(kind == Some("application/json"), "{kind:?}");
    ensure!(answer.header("cache-control") == Some("no-store"));
    Ok(serde_json::from_slice(&answer.body)?)
}

fn list(runner: &TestRunner, language: &str) -> Result<Vec<Listed>> {
    let shelf: Shelf = good(&get(runner, &format!("/lessons?language={language}"))?)?;
    Ok(shelf.lessons)
}

fn lesson(runner: &TestRunner, name: &str, language: &str) -> Result<Lesson> {
    good(&get(
        runner,
        &format!("/lessons/{name}?language={language}"),
    )?)
}

fn is_korean(text: &str) -> bool {
    text.chars().any(|letter| ('가'..='힣').contains(&letter))
}

#[test]
fn the_course_is_listed_in_the_language_that_is_wanted() -> Result<()> {
    let runner = TestRunner::start()?;
    let english = list(&runner, "en")?;
    let korean = list(&runner, "ko")?;
    assert!(english.len() >= 21, "{}", english.len());
    assert_eq!(english[0].name, "first-child");
    assert!(english.is_sorted_by_key(|listed| listed.order.unwrap_or(u32::MAX)));
    for (en, ko) in english.iter().zip(&korean) {
        assert_eq!(en.name, ko.name);
        assert_eq!((en.steps, en.exercises), (ko.steps, ko.exercises));
        assert_eq!((en.language, ko.language), (Language::En, Language::Ko));
        assert!(!is_korean(&en.summary) && is_korean(&ko.summary));
        assert!(en.exercises >= 1 && en.steps >= 3 && !en.own, "{}", en.name);
    }
    assert_eq!(english.len(), korean.len());
    let wanted = [("Accept-Language", "ko-KR,ko;q=0.9")];
    let shelf: Shelf = good(&ask(&runner, "GET", "/lessons", &wanted, b"")?)?;
    assert_eq!(shelf.lessons, korean);
    Ok(())
}

#[test]
fn a_lesson_comes_without_what_only_its_check_runs() -> Result<()> {
    let runner = TestRunner::start()?;
    for (tag, language) in [("en", Language::En), ("ko", Language::Ko)] {
        let lesson = lesson(&runner, "standard-error", tag)?;
        assert_eq!(lesson.language, language);
        let exercises: Vec<_> = lesson.exercises().collect();
        assert_eq!(exercises.len(), 2);
        for (_, exercise) in exercises {
            assert!(exercise.wrong.is_empty() && exercise.also.is_empty());
            assert!(!exercise.hints.is_empty() && !exercise.solution_text.is_empty());
        }
        assert!(
            lesson
                .parts()
                .any(|(_, part)| matches!(part, Part::Chain(_)))
        );
    }
    for (path, says) in [
        ("/lessons/nothing?language=en", "no such lesson"),
        ("/lessons/nothing?language=ko", "수업이 없습니다"),
        // There could be lessons of these names.
        ("/lessons/read?language=en", "no such lesson"),
        ("/lessons/verdict?language=en", "no such lesson"),
        ("/lessons/..%2f..%2fetc?language=en", "no such lesson"),
    ] {
        let answer = get(&runner, path)?;
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.text().contains(says), "{path}: {}", answer.text());
    }
    Ok(())
}

const BODY: &str = "## Step\n\nText.\n";

fn written(folder: &Path, file: &str, title: &str, body: &str) -> Result<()> {
    let text = format!("+++\ntitle = \"{title}\"\nsummary = \"It.\"\n+++\n{body}");
    Ok(fs::write(folder.join(file), text)?)
}

#[test]
fn a_teachers_own_lessons_stand_for_those_of_the_course() -> Result<()> {
    let folder = TempDir::with_prefix("pipeyard-lessons-")?;
    let path = folder.path();
    written(path, "first-child.en.md", "Ours", BODY)?;
    written(path, "mine.ko.md", "나의 것", BODY)?;
    written(
        path,
        "broken.en.md",
        "Broken",
        "## Step\n```chain\nls |\n```\n",
    )?;
    fs::write(path.join("notes.txt"), "no lesson")?;
    fs::write(path.join("Bad name.md"), "no lesson")?;
    fs::write(path.join("bytes.en.md"), b"\xff\xfe")?;
    fs::create_dir(path.join("folder.en.md"))?;
    let named = path.to_string_lossy().into_owned();
    let runner = TestRunner::start_with(&["--lessons", &named], &[])?;
    let log = runner.log();
    for told in [
        "broken.en.md: line 7:",
        "Bad name.md: a lesson's file is called",
        "bytes.en.md: it is no UTF-8 text",
        "folder.en.md: it is no file",
    ] {
        assert!(log.contains(told), "{told}: {log}");
    }
    assert!(!log.contains("notes.txt"), "{log}");

    let korean = list(&runner, "ko")?;
    let of = |name: &str| korean.iter().find(|listed| listed.name == name);
    let first = of("first-child").context("a lesson")?;
    assert_eq!(
        (first.title.as_str(), first.language, first.own),
        ("Ours", Language::En, true)
    );
    assert!(of("mine").is_some_and(|mine| mine.own));
    assert!(of("broken").is_none() && of("bytes").is_none());
    assert!(of("polling").is_some_and(|listed| !listed.own));
    let without_order = korean.last().context("a lesson")?;
    assert!(without_order.own, "{}", without_order.name);
    assert_eq!(lesson(&runner, "first-child", "ko")?.title, "Ours");

    // What is edited is there when it is next asked for.
    written(path, "broken.en.md", "Mended now", BODY)?;
    written(path, "mine.ko.md", "나의 새 제목", BODY)?;
    fs::remove_file(path.join("first-child.en.md"))?;
    assert_eq!(lesson(&runner, "broken", "en")?.title, "Mended now");
    assert_eq!(lesson(&runner, "mine", "en")?.title, "나의 새 제목");
    assert_eq!(lesson(&runner, "first-child", "ko")?.language, Language::Ko);
    // A new fault is told once.
    written(path, "mine.ko.md", "Broken again", "# Title\n")?;
    assert_eq!(get(&runner, "/lessons/mine")?.status, 404);
    assert_eq!(get(&runner, "/lessons/mine")?.status, 404);
    let told = wait_for("the fault in the log", || {
        let log = runner.log();
        let count = log.matches("mine.ko.md: line 5").count();
        (count > 0).then_some(count)
    })?;
    assert_eq!(told, 1, "{}", runner.log());
    Ok(())
}

#[test]
fn a_directory_that_is_not_there_is_refused_at_the_start() -> Result<()> {
    let outcome = Pipeyard::new(["serve", "--listen", "127.0.0.1:0", "--lessons", "absent"])?
        .outcome()?
        .expect_code(2);
    assert!(
        outcome.stderr.contains("--lessons absent"),
        "{}",
        outcome.stderr
    );
    Ok(())
}

#[test]
fn no_more_files_are_looked_at_than_there_may_be() -> Result<()> {
    let folder = TempDir::with_prefix("pipeyard-lessons-")?;
    for number in 0..257 {
        let file = format!("own-{number:03}.en.md");
        written(folder.path(), &file, &file, BODY)?;
    }
    let named = folder.path().to_string_lossy().into_owned();
    let runner = TestRunner::start_with(&["--lessons", &named], &[])?;
    assert!(
        runner.log().contains("own-256.en.md: only the first 256"),
        "{}",
        runner.log()
    );
    let own = list(&runner, "en")?;
    assert_eq!(own.iter().filter(|listed| listed.own).count(), 256);
    Ok(())
}

#[test]
fn a_teachers_file_is_read_or_told_what_is_wrong() -> Result<()> {
    let runner = TestRunner::start()?;
    let read = |name: &str, body: &[u8]| -> Result<FileRead> {
        good(&post(&runner, &format!("/lessons/read?name={name}"), body)?)
    };
    let top = "+++\ntitle = \"One\"\nsummary = \"It.\"\n+++\n";
    let exercise = "```exercise\ntask = \"Sort\"\nsolution = \"sort\"\nwrong = [\"cat\"]\n```\n";
    let text = format!("\u{feff}{top}## Step\r\n{exercise}");
    let FileRead::Lesson(lesson) = read("one.ko.md", text.as_bytes())? else {
        anyhow::bail!("it is a lesson");
    };
    assert_eq!(
        (lesson.name.as_str(), lesson.language),
        ("one", Language::Ko)
    );
    assert!(
        lesson
            .exercises()
            .all(|(_, exercise)| exercise.wrong.is_empty())
    );
    for (name, body, line, says) in [
        ("one.en.md", &b"Hello"[..], Some(1), "+++"),
        ("one.en.md", b"\xff", None, "UTF-8"),
        ("one%20two.en.md", b"", None, "lower-case"),
        ("one.txt", b"", None, "NAME.en.md"),
        ("%2e%2e%2fone.en.md", b"", None, "NAME.en.md"),
        (
            "one.en.md",
            format!("{top}## Step\n\n```chain lane=3\nls\n```\n").as_bytes(),
            Some(7),
            "lane",
        ),
    ] {
        let FileRead::Faults(faults) = read(name, body)? else {
            anyhow::bail!("{name} is no lesson");
        };
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert_eq!(faults[0].line, line, "{faults:?}");
        assert!(faults[0].what.contains(says), "{faults:?}");
    }
    // As much as there may be, and one byte more.
    let mut large = format!("{top}## Step\n").into_bytes();
    large.resize(256 << 10, b'a');
    assert!(matches!(read("one.en.md", &large)?, FileRead::Lesson(_)));
    large.push(b'a');
    let answer = post(&runner, "/lessons/read?name=one.en.md&language=ko", &large)?;
    assert_eq!(answer.status, 413);
    assert!(
        answer.text().contains("`lesson-bytes`"),
        "{}",
        answer.text()
    );
    Ok(())
}

/// Each held up to a megabyte for as long as it came, and as many came as there may be connections.
#[test]
fn of_large_bodies_so_many_come_at_once() -> Result<()> {
    const CODE: &str = "blue-heron-42";
    const LARGE: usize = 100_000;
    let data = TempDir::new()?;
    let runner = TestRunner::start_class(data.path(), CODE, &[])?;
    let (host, origin) = (http::host(&runner), http::origin(&runner));
    let path = "/lessons/read?name=one.en.md";
    let length = LARGE.to_string();
    let own = [("Host", host.as_str()), ("Origin", origin.as_str())];
    let begin = |cookie: &str| {
        let length = [("Cookie", cookie), ("Content-Length", length.as_str())];
        http::begin(&runner, "POST", path, &[own, length].concat())
    };
    let answer = |cookie: &str, bytes: usize| {
        let headers = [&own[..], &[("Cookie", cookie)]].concat();
        http::post(&runner, path, &headers, &vec![b'x'; bytes])
    };
    let is_refused = |cookie: &str, limit: &str| -> Option<()> {
        let answer = answer(cookie, LARGE).ok()?;
        let is_named = answer.text().contains(&format!("`{limit}`"));
        (answer.status == 503 && is_named).then_some(())
    };
    let learners: Vec<String> = (0..8)
        .map(|_| http::come_in(&runner, CODE))
        .collect::<Result<_>>()?;
    let mut coming = Vec::new();
    for learner in &learners[..7] {
        wait_for("a large body of a learner too many", || {
            // One that is looked at later than that which asks finds its place taken, and another one has it then.
            coming.push(begin(learner).ok()?);
            is_refused(learner, "large-bodies-each")
        })?;
        assert_eq!(answer(learner, 1_000)?.status, 200, "small ones pass");
    }
    // Twenty-eight are all that learners may have; those of the operator are kept.
    wait_for("a large body of everybody too many", || {
        is_refused(&learners[7], "large-bodies")
    })?;
    assert_eq!(answer(&http::cookie(&runner)?, LARGE)?.status, 200);
    drop(coming);
    wait_for("room again", || {
        (answer(&learners[7], LARGE).ok()?.status == 200).then_some(())
    })
}

#[test]
fn lessons_are_for_who_has_the_key() -> Result<()> {
    let runner = TestRunner::start()?;
    let credentials = Credentials::of(&runner)?;
    // Nothing else of a request is told about, however wrong it is.
    for path in [
        "/lessons",
        "/lessons?language=en&language=ko",
        "/lessons/first-child",
        "/lessons/read",
    ] {
        for headers in credentials.without_key() {
            let answer = http::get(&runner, path, &headers)?;
            assert_eq!(answer.status, 403, "{path} {headers:?}");
        }
    }
    // No body is waited for either.
    let host = http::host(&runner);
    let waits = [("Host", host.as_str()), ("Content-Length", "1000")];
    let mut waiting = http::begin(&runner, "POST", "/lessons/verdict", &waits)?;
    let mut line = [0; 12];
    std::io::Read::read_exact(&mut waiting, &mut line)?;
    assert_eq!(&line, b"HTTP/1.1 403");
    for path in [
        "/lessons/read?name=one.en.md&name=two.en.md",
        "/lessons/verdict",
    ] {
        let others = credentials.without_key().into_iter();
        for headers in others.chain(credentials.of_other_sites()) {
            let answer = http::post(&runner, path, &headers, b"{}")?;
            assert_eq!(answer.status, 403, "{path} {headers:?}");
        }
    }
    Ok(())
}

#[test]
fn the_course_can_be_listed_and_its_files_had() -> Result<()> {
    let said = |arguments: &[&str], code| -> Result<_> {
        Ok(Pipeyard::new(arguments)?.outcome()?.expect_code(code))
    };
    let listed = said(&["lesson", "list"], 0)?.text();
    assert!(listed.starts_with("first-child "), "{listed}");
    assert!(listed.lines().count() >= 21, "{listed}");
    let korean = said(&["lesson", "list", "--language", "ko"], 0)?.text();
    assert!(is_korean(&korean), "{korean}");
    let shown = said(&["lesson", "show", "polling", "--language", "ko"], 0)?.text();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../runner/lessons/polling.ko.md");
    assert_eq!(shown, fs::read_to_string(file)?);
    let refused = said(&["lesson", "show", "nothing"], 2)?;
    assert!(refused.stderr.contains("lesson list"), "{}", refused.stderr);
    Ok(())
}
