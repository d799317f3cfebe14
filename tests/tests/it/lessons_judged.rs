//! Runs judged as answers to exercises, over the socket and HTTP, as the page does it.

use std::fs;
use std::io::Write;
use std::net::TcpStream;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::Path;

use anyhow::{Context, Result, ensure};
use pipeyard_shared::chain::Chain;
use pipeyard_shared::lesson::exchange::{Asked, Attempt, FileRead};
use pipeyard_shared::lesson::{Criterion, Difference, Exercise, FileTrouble, Verdict};
use pipeyard_shared::shell::{Reading, import};
use pipeyard_shared::words::Language;
use pipeyard_shared::{RunId, SessionId};
use pipeyard_tests::http::{self, Answer};
use pipeyard_tests::{Client, Credentials, TestRunner, wait_for};
use rustix::process::Signal;
use rustix::time::{ClockId, clock_gettime};

use crate::files::reset;
use crate::lessons_served::{good, post};
use crate::support::{gated, open_gate};

fn chain(text: &str) -> Result<Chain> {
    let imported = import(text.as_bytes(), &Reading::default());
    Ok(imported.ok().context("shell text")?.chain)
}

/// A run of this text, over.
pub(crate) async fn ran(client: &mut Client, text: &str) -> Result<RunId> {
    let mut run = client.run(&chain(text)?).await?;
    run.until_ended().await?;
    Ok(run.id())
}

/// An exercise as a teacher writes it, read by the runner.
pub(crate) fn exercise(runner: &TestRunner, block: &str) -> Result<Exercise> {
    let text = format!(
        "+++\ntitle = \"One\"\nsummary = \"It.\"\n+++\n## Step\n```exercise\ntask = \"Do it\"\n{block}\n```\n"
    );
    let answer = post(runner, "/lessons/read?name=one.en.md", text.as_bytes())?;
    match good(&answer)? {
        FileRead::Lesson(lesson) => {
            let (_, exercise) = lesson.exercises().next().context("an exercise")?;
            Ok(exercise.clone())
        }
        FileRead::Faults(faults) => anyhow::bail!("{faults:?}"),
    }
}

fn of(lesson: &str, number: u32) -> Asked {
    Asked::Of {
        lesson: lesson.into(),
        language: Language::En,
        number,
    }
}

fn ask(runner: &TestRunner, session: &SessionId, run: RunId, exercise: Asked) -> Result<Answer> {
    asked_in(runner, session, run, exercise, "en")
}

fn asked_in(
    runner: &TestRunner,
    session: &SessionId,
    run: RunId,
    exercise: Asked,
    language: &str,
) -> Result<Answer> {
    let attempt = Attempt {
        session: session.clone(),
        run,
        exercise,
    };
    let path = format!("/lessons/verdict?language={language}");
    post(runner, &path, &serde_json::to_vec(&attempt)?)
}

/// The verdict on a run of this text.
async fn verdict(
    runner: &TestRunner,
    client: &mut Client,
    text: &str,
    exercise: &Asked,
) -> Result<Verdict> {
    let run = ran(client, text).await?;
    good(&ask(runner, &client.session, run, exercise.clone())?)
}

fn seeded(runner: &TestRunner) -> Result<()> {
    let seed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../runner/workspace");
    for entry in fs::read_dir(seed)? {
        let entry = entry?;
        fs::copy(entry.path(), runner.workspace().join(entry.file_name()))?;
    }
    Ok(())
}

/// Who types a chain of their own has not turned pipefail on.
#[tokio::test]
async fn the_exercises_pipefail_holds_for_a_chain_without_it() -> Result<()> {
    let runner = TestRunner::start()?;
    seeded(&runner)?;
    let mut client = Client::connect(&runner).await?;
    let read_to_the_end = of("sigpipe", 0);
    let leaves = "seq 100000 | head -3";
    let told = verdict(&runner, &mut client, leaves, &read_to_the_end).await?;
    let status = Criterion::Status {
        wanted: 0,
        found: 141,
    };
    assert!(told.criteria.contains(&status), "{told:?}");
    let reads = "seq 100000 | sed -n 1,3p";
    let told = verdict(&runner, &mut client, reads, &read_to_the_end).await?;
    assert!(told.is_done(), "{told:?}");
    Ok(())
}

#[tokio::test]
async fn a_wrong_answer_is_told_what_differs_and_the_right_one_passes() -> Result<()> {
    let runner = TestRunner::start()?;
    seeded(&runner)?;
    let mut client = Client::connect(&runner).await?;
    let keep_the_message = of("standard-error", 0);
    let wrong = "cat en.txt lost.txt ko.txt | wc -l";
    let told = verdict(&runner, &mut client, wrong, &keep_the_message).await?;
    assert!(!told.is_done());
    assert!(told.criteria.contains(&Criterion::Output(None)), "{told:?}");
    assert!(
        told.criteria.contains(&Criterion::File {
            path: "errors.txt".into(),
            trouble: Some(FileTrouble::Missing)
        }),
        "{told:?}"
    );
    let right = "cat en.txt lost.txt ko.txt 2> errors.txt | wc -l";
    let told = verdict(&runner, &mut client, right, &keep_the_message).await?;
    assert!(told.is_done(), "{told:?}");
    // What an earlier answer has left is not this one's, and does not change what the solution comes to.
    until_later_than(&runner.workspace().join("errors.txt"))?;
    let told = verdict(&runner, &mut client, wrong, &keep_the_message).await?;
    assert!(
        told.criteria.contains(&Criterion::File {
            path: "errors.txt".into(),
            trouble: Some(FileTrouble::Untouched)
        }),
        "{told:?}"
    );
    let told = verdict(
        &runner,
        &mut client,
        "wc -l < words.txt",
        &of("standard-error", 1),
    )
    .await?;
    assert!(
        matches!(
            told.criteria[0],
            Criterion::Output(Some(Difference::Number { .. }))
        ),
        "{told:?}"
    );
    Ok(())
}

/// Waits until a file that is written from now on has a later time: file systems tell times by a clock that ticks.
fn until_later_than(file: &Path) -> Result<()> {
    let changed = fs::metadata(file)?;
    wait_for("the clock of files to go on", || {
        let now = clock_gettime(ClockId::RealtimeCoarse);
        let is_later = (now.tv_sec, now.tv_nsec) > (changed.ctime(), changed.ctime_nsec());
        is_later.then_some(())
    })
}

/// Each criterion by itself, met and not.
#[tokio::test]
async fn everything_that_can_be_wanted_is_looked_at() -> Result<()> {
    let runner = TestRunner::start()?;
    let words = runner.workspace().join("words.txt");
    fs::write(&words, "pear\nfig\npear\n")?;
    until_later_than(&words)?;
    let mut client = Client::connect(&runner).await?;
    for (block, right, wrong) in [
        (
            "solution = \"sort words.txt\"",
            "cat words.txt | sort",
            "cat words.txt",
        ),
        (
            "solution = \"sort -u words.txt\"\noutput = \"set\"",
            "sort -ru words.txt",
            "sort words.txt",
        ),
        (
            "solution = \"wc -l words.txt\"\noutput = \"number\"",
            "wc -l words.txt | sed 's/^/  /'",
            "wc -l < words.txt",
        ),
        (
            "solution = \"ls words.txt lost.txt\"\nstderr = \"exact\"\nstatus = \"any\"",
            "ls lost.txt words.txt; true",
            "ls words.txt lost.txt 2>/dev/null",
        ),
        (
            "solution = \"false\"\noutput = \"nothing\"\nstatus = 1",
            "sort nothing.txt | false",
            "true",
        ),
        (
            "solution = \"sort words.txt | cat\"\nrequire = [\"cat\"]",
            "cat words.txt | sort",
            "sort words.txt",
        ),
        (
            "solution = \"sort words.txt\"\nforbid = [\"cat\"]\nat_most = 2",
            "sort < words.txt",
            "cat words.txt | sort",
        ),
        (
            "solution = \"sort words.txt >> new.txt\"\nfiles = [\"new.txt\"]\noutput = \"nothing\"",
            "sort words.txt > new.txt",
            "sort -r words.txt > new.txt",
        ),
    ] {
        let exercise = Asked::Own(Box::new(exercise(&runner, block)?));
        for (text, is_right) in [(right, true), (wrong, false)] {
            let told = verdict(&runner, &mut client, text, &exercise).await?;
            ensure!(told.is_done() == is_right, "{block}: {text}: {told:?}");
        }
    }
    let left = fs::read_to_string(runner.workspace().join("new.txt"))?;
    assert_eq!(left, "pear\npear\nfig\n", "solutions run elsewhere");
    Ok(())
}

#[tokio::test]
async fn nothing_outside_the_workspace_is_read_or_copied() -> Result<()> {
    let runner = TestRunner::start()?;
    let outside = tempfile::tempdir()?;
    fs::write(outside.path().join("secret"), "secret\n")?;
    symlink(outside.path(), runner.workspace().join("out"))?;
    symlink(
        outside.path().join("secret"),
        runner.workspace().join("secret"),
    )?;
    let mut client = Client::connect(&runner).await?;
    // The learner's own run follows links as any process does; the solution finds none.
    let reads = exercise(
        &runner,
        "solution = \"cat secret out/secret | wc -c\"\nstatus = \"any\"",
    )?;
    let reads = Asked::Own(Box::new(reads));
    let told = verdict(&runner, &mut client, "echo 0", &reads).await?;
    assert!(told.is_done(), "{told:?}");
    // What lies behind a link is no file of the workspace, even if the run wrote it.
    let writes = exercise(
        &runner,
        "solution = \"mkdir -p out; echo a > out/new\"\nfiles = [\"out/new\"]\noutput = \"nothing\"",
    )?;
    let writes = Asked::Own(Box::new(writes));
    let told = verdict(&runner, &mut client, "sh -c 'echo a > out/new'", &writes).await?;
    assert_eq!(
        told.criteria.last(),
        Some(&Criterion::File {
            path: "out/new".into(),
            trouble: Some(FileTrouble::Missing)
        })
    );
    Ok(())
}

#[tokio::test]
async fn what_cannot_be_judged_is_refused_in_both_languages() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let mut other = Client::connect(&runner).await?;
    let over = ran(&mut client, "true").await?;
    let others = ran(&mut other, "true").await?;
    let forgotten = ran(&mut client, "true").await?;
    client.forget(forgotten).await?;
    let on = Chain::of_stages("", vec![gated("a", "gate", ["echo"])]);
    let on = client.start(&on).await?;
    let session = client.session.clone();
    let stranger = SessionId::new("0123456789abcdef");
    let absent = exercise(&runner, "solution = \"no-such-program-anywhere\"")?;
    let absent = || Asked::Own(Box::new(absent.clone()));
    let first = || of("first-child", 0);
    for (session, run, exercise, status, en, ko) in [
        (
            &session,
            others,
            first(),
            404,
            "run the chain again",
            "다시 실행",
        ),
        (
            &session,
            forgotten,
            first(),
            404,
            "run the chain again",
            "다시 실행",
        ),
        (
            &session,
            RunId(999),
            first(),
            404,
            "run the chain again",
            "다시 실행",
        ),
        (
            &stranger,
            over,
            first(),
            404,
            "run the chain again",
            "다시 실행",
        ),
        (&session, on, first(), 409, "not over", "끝나지 않았"),
        (
            &session,
            over,
            of("first-child", 99),
            404,
            "no such exercise",
            "연습이 없",
        ),
        (
            &session,
            over,
            of("nothing", 0),
            404,
            "no such exercise",
            "연습이 없",
        ),
        (
            &session,
            over,
            absent(),
            422,
            "no-such-program-anywhere",
            "해답을 실행하지",
        ),
    ] {
        for (language, says) in [("en", en), ("ko", ko)] {
            let answer = asked_in(&runner, session, run, exercise.clone(), language)?;
            assert_eq!(answer.status, status, "{}", answer.text());
            assert!(answer.text().contains(says), "{says}: {}", answer.text());
        }
    }
    for body in [
        "",
        "{}",
        "[",
        "{\"session\":\"a\",\"run\":1,\"exercise\":\"own\"}",
    ] {
        let answer = post(&runner, "/lessons/verdict", body.as_bytes())?;
        assert_eq!(answer.status, 400, "{body}: {}", answer.text());
    }
    let large = vec![b' '; (1 << 20) + 1];
    let answer = post(&runner, "/lessons/verdict", &large)?;
    assert_eq!(answer.status, 413, "{}", answer.text());
    assert!(answer.text().contains("`exercise-bytes`"));
    // More than is copied: a file of holes takes no room.
    let file = fs::File::create(runner.workspace().join("large"))?;
    file.set_len((256 << 20) + 1)?;
    let answer = ask(&runner, &session, over, first())?;
    assert_eq!(answer.status, 422, "{}", answer.text());
    assert!(
        answer.text().contains("`lesson-copy-bytes`"),
        "{}",
        answer.text()
    );
    open_gate(&runner, "gate")?;
    client.running(on).until_ended().await?;
    Ok(())
}

/// What cannot be seen whole is neither right nor wrong. What nobody looks at need not be kept.
#[tokio::test]
async fn an_output_that_is_not_kept_is_not_judged() -> Result<()> {
    let runner = TestRunner::start_with(&["--spill-bytes", "0"], &[])?;
    let mut client = Client::connect(&runner).await?;
    let run = ran(&mut client, "seq 40000").await?;
    let looks = exercise(&runner, "solution = \"seq 40000\"")?;
    let answer = ask(&runner, &client.session, run, Asked::Own(Box::new(looks)))?;
    assert_eq!(answer.status, 409, "{}", answer.text());
    assert!(answer.text().contains("is kept"), "{}", answer.text());
    let looks_away = exercise(&runner, "solution = \"seq 3\"\noutput = \"nothing\"")?;
    let looks_away = Asked::Own(Box::new(looks_away));
    let told: Verdict = good(&ask(&runner, &client.session, run, looks_away)?)?;
    assert!(told.is_done(), "{told:?}");
    // What the solution writes is kept apart from what runs may keep.
    let looks = exercise(&runner, "solution = \"seq 40000\"")?;
    let looks = Asked::Own(Box::new(looks));
    let told = verdict(&runner, &mut client, "seq 3", &looks).await?;
    assert!(
        matches!(told.criteria[0], Criterion::Output(Some(_))),
        "{told:?}"
    );
    Ok(())
}

/// The solution would find nothing either, and both would come to nothing.
#[tokio::test]
async fn an_answer_that_destroys_what_it_reads_is_wrong() -> Result<()> {
    let data = tempfile::tempdir()?;
    let own = TestRunner::start_in(data.path(), &[])?;
    let named = TestRunner::start()?;
    seeded(&named)?;
    let last_three = of("what-is-a-pipe", 0);
    let changed = Criterion::Changed {
        path: "words.txt".into(),
    };
    for runner in [&own, &named] {
        until_later_than(&runner.workspace().join("words.txt"))?;
        let mut client = Client::connect(runner).await?;
        let destroys = "sort words.txt > words.txt";
        let told = verdict(runner, &mut client, destroys, &last_three).await?;
        assert!(told.criteria.contains(&changed), "{told:?}");
    }
    // In the runner's own workspace the file is missed later, too, until it is back.
    let mut client = Client::connect(&own).await?;
    let right = "sort words.txt | tail -n 3";
    let told = verdict(&own, &mut client, right, &last_three).await?;
    assert!(told.criteria.contains(&changed), "{told:?}");
    assert_eq!(reset(&own)?.status, 204);
    // What was written in the tick in which a run began counts as the run's.
    until_later_than(&own.workspace().join("words.txt"))?;
    let told = verdict(&own, &mut client, right, &last_three).await?;
    assert!(told.is_done(), "{told:?}");
    // A file that is not read may be written: the answer makes it on its way.
    let by_a_file = "sort words.txt > sorted; tail -n 3 sorted";
    for _ in 0..2 {
        let told = verdict(
            &named,
            &mut Client::connect(&named).await?,
            by_a_file,
            &last_three,
        )
        .await?;
        assert!(!told.criteria.contains(&changed), "{told:?}");
    }
    Ok(())
}

/// Two endless solutions of a learner's are run, and no third; somebody else's answer is judged meanwhile.
#[tokio::test]
async fn one_learners_endless_solutions_keep_nobody_from_a_verdict() -> Result<()> {
    const CODE: &str = "blue-heron-42";
    let data = tempfile::tempdir()?;
    let runner = TestRunner::start_class(data.path(), CODE, &[])?;
    let endless = exercise(&runner, "solution = \"sleep 987654\"")?;
    let quick = exercise(&runner, "solution = \"true\"")?;
    let [greedy, modest] = [http::come_in(&runner, CODE)?, http::come_in(&runner, CODE)?];
    let attempt = async |cookie: &str, exercise: &Exercise| -> Result<Vec<u8>> {
        let mut client = Client::connect_learner(&runner, cookie).await?;
        let run = ran(&mut client, "true").await?;
        Ok(serde_json::to_vec(&Attempt {
            session: client.session.clone(),
            run,
            exercise: Asked::Own(Box::new(exercise.clone())),
        })?)
    };
    let (host, origin) = (http::host(&runner), http::origin(&runner));
    let path = "/lessons/verdict?language=en";
    let ask = |cookie: &str, body: &[u8]| -> Result<TcpStream> {
        let length = body.len().to_string();
        let headers = [
            ("Host", host.as_str()),
            ("Origin", &origin),
            ("Cookie", cookie),
            ("Content-Length", &length),
        ];
        let mut stream = http::begin(&runner, "POST", path, &headers)?;
        stream.write_all(body)?;
        Ok(stream)
    };
    let body = attempt(&greedy, &endless).await?;
    let asked = (0..5)
        .map(|_| ask(&greedy, &body))
        .collect::<Result<Vec<_>>>()?;
    for stream in &asked {
        stream.set_nonblocking(true)?;
    }
    let refused = wait_for("one that is too many", || {
        asked.iter().find(|stream| stream.peek(&mut [0]).is_ok())
    })?;
    refused.set_nonblocking(false)?;
    let answer = http::answer(refused)?;
    assert_eq!(answer.status, 503, "{}", answer.text());
    let said = "`judgements`, 2";
    assert!(answer.text().contains(said), "{}", answer.text());
    let body = attempt(&modest, &quick).await?;
    let answer = http::answer(ask(&modest, &body)?)?;
    assert_eq!(answer.status, 200, "{}", answer.text());
    Ok(())
}

/// As many as can be judged at once are, and no more; when the runner ends, nothing is left of them.
#[tokio::test]
async fn only_so_many_are_judged_at_once() -> Result<()> {
    /// More by far than can be judged at once: on a machine so busy that some are over before others have come, too.
    const ASKED: usize = 12;
    let copies = tempfile::tempdir()?;
    let at = copies.path().to_string_lossy().into_owned();
    let runner = TestRunner::start_with(&[], &[("TMPDIR", &at)])?;
    let mut client = Client::connect(&runner).await?;
    let over = ran(&mut client, "true").await?;
    let endless = exercise(&runner, "solution = \"sleep 987654\"")?;
    let attempt = Attempt {
        session: client.session.clone(),
        run: over,
        exercise: Asked::Own(Box::new(endless)),
    };
    let body = serde_json::to_vec(&attempt)?;
    let (credentials, length) = (Credentials::of(&runner)?, body.len().to_string());
    let mut headers = credentials.page();
    headers.push(("Content-Length", &length));
    let ask = || -> Result<TcpStream> {
        let mut stream = http::begin(&runner, "POST", "/lessons/verdict", &headers)?;
        stream.write_all(&body)?;
        stream.set_nonblocking(true)?;
        Ok(stream)
    };
    let mut asked = (0..ASKED).map(|_| ask()).collect::<Result<Vec<_>>>()?;
    let is_answered = |stream: &TcpStream| stream.peek(&mut [0]).is_ok();
    let place = wait_for("one that is too many", || {
        asked.iter().position(is_answered)
    })?;
    let refused = asked.swap_remove(place);
    refused.set_nonblocking(false)?;
    let answer = http::answer(refused)?;
    assert_eq!(answer.status, 503, "{}", answer.text());
    assert!(
        answer.text().contains("`judgements`, 4"),
        "{}",
        answer.text()
    );
    wait_for("a solution that runs", || {
        // Their time is bounded, and this test's is not.
        if asked.iter().all(is_answered) {
            asked.push(ask().ok()?);
        }
        let running = runner.descendants();
        let sleeping = running.iter().any(|process| process.name == "sleep");
        sleeping.then_some(())
    })?;
    runner.shut_down(Signal::INT)?;
    let left: Vec<_> = fs::read_dir(copies.path())?.collect();
    assert!(left.is_empty(), "{left:?}");
    Ok(())
}
