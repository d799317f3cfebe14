//! Learners: a code lets a browser in, which is the same learner from then on, and only so many come.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result};
use pipeyard_shared::message::ByeReason;
use pipeyard_tests::command::Outcome;
use pipeyard_tests::http::{Answer, come_in, get, host, origin, send};
use pipeyard_tests::processes::Process;
use pipeyard_tests::{Client, Pipeyard, TestRunner, lay, wait_for};
use tempfile::TempDir;

use crate::support::probe;

const CODE: &str = "blue-heron-42";

/// What a browser asks that has these cookies.
fn ask(runner: &TestRunner, path: &str, cookie: &str, more: &[(&str, &str)]) -> Result<Answer> {
    let host = host(runner);
    let own = [("Host", host.as_str()), ("Cookie", cookie)];
    get(runner, path, &[&own, more].concat())
}

fn put(runner: &TestRunner, path: &str, cookie: &str, body: &[u8]) -> Result<Answer> {
    let (host, origin) = (host(runner), origin(runner));
    let headers = [
        ("Host", host.as_str()),
        ("Origin", &origin),
        ("Cookie", cookie),
    ];
    send(runner, "PUT", path, &headers, body)
}

fn learners(data: &Path, words: &[&str]) -> Result<Outcome> {
    Pipeyard::new(["learners"].iter().chain(words))?
        .variable("XDG_DATA_HOME", data)
        .outcome()
}

#[test]
fn the_code_lets_a_browser_in_which_stays_the_same_learner() -> Result<()> {
    let data = TempDir::new()?;
    let mut runner = TestRunner::start_class(data.path(), CODE, &[])?;
    let host = host(&runner);
    // The code may be written otherwise.
    let answer = get(&runner, "/?room=BLUEheron42", &[("Host", &host)])?;
    assert_eq!(answer.status, 303, "{}", answer.text());
    assert_eq!(answer.header("location"), Some("/"));
    let set = answer.header("set-cookie").context("a cookie")?.to_owned();
    for wanted in ["HttpOnly", "SameSite=Strict", "Max-Age=2592000"] {
        assert!(set.contains(wanted), "{set}");
    }
    let cookie = set.split(';').next().context("a pair")?.to_owned();
    assert_eq!(put(&runner, "/files/mine", &cookie, b"mine")?.status, 204);
    // Who comes again by the code is who he was, and the cookie's time begins anew when he comes.
    let again = ask(&runner, "/?room=blue-heron-42", &cookie, &[])?;
    assert_eq!((again.status, again.header("set-cookie")), (303, None));
    assert_eq!(
        ask(&runner, "/", &cookie, &[])?.header("set-cookie"),
        Some(&*set)
    );
    // With another runner, too: on the same port the cookie would be the same.
    let word = cookie.split('=').nth(1).context("a word")?;
    runner.send(rustix::process::Signal::TERM)?;
    runner.ended()?;
    let runner = TestRunner::start_class(data.path(), CODE, &[])?;
    let cookie = format!("pipeyard-{}-learner={word}", runner.port());
    assert_eq!(ask(&runner, "/files/mine", &cookie, &[])?.text(), "mine");
    Ok(())
}

#[test]
fn a_wrong_code_lets_nobody_in_and_is_asked_for_in_both_languages() -> Result<()> {
    let data = TempDir::new()?;
    let runner = TestRunner::start_class(data.path(), CODE, &[])?;
    for path in [
        "/",
        "/?room=",
        "/?room=blue-heron-43",
        "/files",
        "/programs",
    ] {
        for (language, said) in [
            ("en", "Come in with the room's code"),
            ("ko", "방 코드로 들어오세요"),
        ] {
            let headers = [("Accept-Language", language)];
            let answer = ask(&runner, path, "", &headers)?;
            assert_eq!(
                (answer.status, answer.header("set-cookie")),
                (403, None),
                "{path}"
            );
            let text = answer.text();
            assert!(
                text.contains(said) && text.contains("name=\"room\""),
                "{text}"
            );
            // The form is sent to where it is from, and there is nothing else that it may do.
            let policy = answer
                .header("content-security-policy")
                .context("a policy")?;
            assert!(policy.contains("form-action 'self'"), "{policy}");
        }
    }
    assert_eq!(
        learners(data.path(), &["list"])?.stdout,
        b"",
        "nobody was made"
    );
    Ok(())
}

/// From another site a browser brings no cookie, though it may have one: a class that follows a link on the school's site each
/// morning would have lost all its files.
#[test]
fn a_link_from_another_site_makes_nobody_anew() -> Result<()> {
    let data = TempDir::new()?;
    let runner = TestRunner::start_class(data.path(), CODE, &[])?;
    let path = format!("/?room={CODE}");
    for site in ["cross-site", "same-site"] {
        let answer = ask(&runner, &path, "", &[("Sec-Fetch-Site", site)])?;
        assert_eq!((answer.status, answer.header("set-cookie")), (200, None));
        let again = format!("content=\"0;url={path}\"");
        assert!(answer.text().contains(&again), "{}", answer.text());
    }
    for site in ["same-origin", "none"] {
        let answer = ask(&runner, &path, "", &[("Sec-Fetch-Site", site)])?;
        assert_eq!(answer.status, 303);
        assert!(answer.header("set-cookie").is_some(), "{site}");
    }
    Ok(())
}

#[test]
fn only_so_many_come_in_and_only_so_fast() -> Result<()> {
    let data = TempDir::new()?;
    let runner = TestRunner::start_class(data.path(), CODE, &["--learners", "2"])?;
    come_in(&runner, CODE)?;
    come_in(&runner, CODE)?;
    let path = format!("/?room={CODE}");
    for (language, said) in [
        ("en", "The limit `learners` is reached (2)"),
        ("ko", "제한 `learners`(2)"),
    ] {
        let full = ask(&runner, &path, "", &[("Accept-Language", language)])?;
        assert_eq!(full.status, 503);
        assert!(full.text().contains(said), "{}", full.text());
    }
    let data = TempDir::new()?;
    let runner = TestRunner::start_class(data.path(), CODE, &["--joins", "1"])?;
    let cookie = come_in(&runner, CODE)?;
    for (language, said) in [
        ("en", "The limit `joins` is reached (1 a minute)"),
        ("ko", "제한 `joins`(1분에 1명)"),
    ] {
        let fast = ask(&runner, &path, "", &[("Accept-Language", language)])?;
        assert_eq!(fast.status, 429);
        assert!(fast.text().contains(said), "{}", fast.text());
        let after: u64 = fast.header("retry-after").context("a time")?.parse()?;
        assert!((1..=62).contains(&after), "{after}");
    }
    // Who is in is not in the way of that.
    assert_eq!(ask(&runner, "/files", &cookie, &[])?.status, 200);
    Ok(())
}

/// By the time at which the learner was there last, which is that of a file.
#[test]
fn who_stays_away_for_too_long_makes_room() -> Result<()> {
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);
    let data = TempDir::new()?;
    let flags = ["--learner-days", "2", "--learners", "2"];
    let runner = TestRunner::start_class(data.path(), CODE, &flags)?;
    let ages = [DAY * 3, DAY];
    let mut cookies = Vec::new();
    let mut known = BTreeSet::new();
    for age in ages {
        cookies.push(come_in(&runner, CODE)?);
        let folders = std::fs::read_dir(data.path().join("pipeyard/learners"))?;
        let seen = folders.filter_map(|entry| Some(entry.ok()?.path().join("seen")));
        let new: Vec<_> = seen
            .filter(|seen| seen.is_file() && !known.contains(seen))
            .collect();
        assert_eq!(new.len(), 1);
        let file = std::fs::File::options().write(true).open(&new[0])?;
        file.set_modified(SystemTime::now() - age)?;
        known.extend(new);
    }
    cookies.push(come_in(&runner, CODE)?);
    for (cookie, status) in cookies.iter().zip([403, 200, 200]) {
        assert_eq!(ask(&runner, "/files", cookie, &[])?.status, status);
    }
    Ok(())
}

#[tokio::test]
async fn the_operator_lists_learners_and_removes_one_whose_runs_end() -> Result<()> {
    let data = TempDir::new()?;
    let runner = TestRunner::start_class(data.path(), CODE, &[])?;
    let cookies = [come_in(&runner, CODE)?, come_in(&runner, CODE)?];
    let mut clients = Vec::new();
    let mut pids = Vec::new();
    for cookie in &cookies {
        let mut client = Client::connect_learner(&runner, cookie).await?;
        let run = client
            .start(&lay([probe("a", ["sleep", "600"])]).build())
            .await?;
        pids.push(client.running(run).pid(1, "a").await?);
        clients.push((client, run));
    }
    let list = learners(data.path(), &["list"])?.stdout;
    let list = String::from_utf8_lossy(&list).into_owned();
    let mut lines = list.lines();
    let heading = lines.next().context("a heading")?;
    let mut names: Vec<_> = lines.clone().filter_map(|line| line.get(..8)).collect();
    // What stands above a column begins where that does.
    let bytes = heading.find("BYTES").context("the last column")?;
    assert!(
        lines.all(|line| line.get(bytes - 2..bytes) == Some("  ")),
        "{list}"
    );
    assert_eq!(names.len(), 2, "{list}");
    for word in cookies.iter().filter_map(|cookie| cookie.split('=').nth(1)) {
        assert!(!list.contains(&word[..8]), "no list has what lets in");
    }
    for (wrong, said) in [("", "several"), ("nobody", "no learner `nobody`")] {
        let refused = learners(data.path(), &["remove", wrong])?;
        assert_eq!(refused.status.code(), Some(2));
        assert!(refused.stderr.contains(said), "{}", refused.stderr);
    }
    names.sort_unstable();
    let removed = learners(data.path(), &["remove", names[0]])?.expect_code(0);
    let said = format!("removed {}, ", names[0]);
    let bytes = removed.text();
    let bytes = bytes.strip_prefix(&said).context("what it came to")?;
    let bytes: u64 = bytes.trim_end_matches(" bytes\n").parse()?;
    assert!(bytes > 0, "the files of a new workspace");
    let gone = |cookie: &String| ask(&runner, "/files", cookie, &[]).map(|answer| answer.status);
    let statuses = [gone(&cookies[0])?, gone(&cookies[1])?];
    let removed = statuses
        .iter()
        .position(|status| *status == 403)
        .context("one is gone")?;
    assert_eq!(statuses[1 - removed], 200, "{statuses:?}");
    wait_for("the end of what the learner ran", || {
        Process::read(pids[removed]).is_none().then_some(())
    })?;
    // The page is told, now and when it asks why it has no socket any more, and the other one goes on.
    let bye = clients[removed].0.until_closed().await?;
    assert_eq!(bye, Some(ByeReason::Removed));
    let room = ask(&runner, "/socket/room", &cookies[removed], &[])?;
    let told = (room.status, room.text());
    assert_eq!(told, (403, r#"{"bye":{"reason":"removed"}}"#.to_owned()));
    for (language, said) in [
        ("en", "You were removed from the room"),
        ("ko", "방에서 제외되었거나"),
    ] {
        let headers = [("Accept-Language", language)];
        let page = ask(&runner, "/", &cookies[removed], &headers)?.text();
        assert!(
            page.contains(said) && page.contains("name=\"room\""),
            "{page}"
        );
    }
    // Nothing is wrong with files that are gone because their learner is.
    let log = runner.log();
    assert!(!log.contains("cannot be looked at"), "{log}");
    let (other, run) = &mut clients[1 - removed];
    assert!(Process::read(pids[1 - removed]).is_some());
    other.running(*run).stop().await?;
    other.running(*run).until_ended().await?;
    Ok(())
}

/// As another user, or with another folder of data, it found nobody and said that nobody had come.
#[test]
fn who_finds_nobody_is_told_where_it_was_looked() -> Result<()> {
    let data = TempDir::new()?;
    let folder = data.path().join("pipeyard/learners");
    let folder = folder.to_str().context("a plain path")?;
    let empty = learners(data.path(), &["list"])?.expect_code(0);
    let remove = learners(data.path(), &["remove", "a"])?.expect_code(2);
    for found in [empty, remove] {
        assert_eq!(found.text(), "", "{}", found.stderr);
        for said in [folder, "sudo -u pipeyard env XDG_DATA_HOME="] {
            assert!(found.stderr.contains(said), "{}", found.stderr);
        }
    }
    Ok(())
}

/// The line that docs tell is about the folder of data that the unit has.
#[test]
fn the_line_that_asks_for_learners_is_the_units() -> Result<()> {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let unit = std::fs::read_to_string(docs.join("docs/pipeyard.service"))?;
    assert!(unit.contains("User=pipeyard\nStateDirectory=pipeyard\n"));
    assert!(unit.contains("XDG_DATA_HOME=%S/pipeyard\n"), "{unit}");
    let line = "sudo -u pipeyard env XDG_DATA_HOME=/var/lib/pipeyard pipeyard learners ";
    for file in ["docs/pipeyard.service", "docs/operation.md", "README.md"] {
        let text = std::fs::read_to_string(docs.join(file))?;
        assert!(text.contains(line), "{file}");
    }
    Ok(())
}

/// What ran on kept a removed learner's files: some were written anew behind whoever removed them, and nobody came again.
#[tokio::test]
async fn who_is_removed_while_running_leaves_nothing() -> Result<()> {
    let data = TempDir::new()?;
    let runner = TestRunner::start_class(data.path(), CODE, &[])?;
    let cookie = come_in(&runner, CODE)?;
    let mut client = Client::connect_learner(&runner, &cookie).await?;
    let text = "n=0; while [ $n -lt 200 ]; do n=$((n+1)); mkdir d && cd d; done; echo; \
        while :; do n=$((n+1)); mkdir -p e$n/f; : > e$n/g; chmod 0 e$n; rm -rf e$((n-50)); done";
    let stage = pipeyard_shared::chain::Stage::process("a", "sh", ["-c", text]);
    let run = client.start(&lay([stage]).build()).await?;
    client.running(run).pid(1, "a").await?;
    let folder = data.path().join("pipeyard/learners");
    let names = || -> Vec<String> {
        let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten();
        let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
        names.filter(|name| name != "lock").collect()
    };
    let [name] = <[String; 1]>::try_from(names()).map_err(|names| anyhow::anyhow!("{names:?}"))?;
    wait_for("the learner to work deep down", || {
        folder
            .join(&name)
            .join("workspace")
            .join("d/".repeat(200))
            .join("e202")
            .exists()
            .then_some(())
    })?;
    let removed = learners(data.path(), &["remove", &name[..8]])?;
    assert!(removed.status.success(), "{}", removed.stderr);
    client.until_closed().await?;
    wait_for("nothing to be left", || names().is_empty().then_some(()))?;
    Ok(())
}

#[test]
fn at_own_there_is_no_room() -> Result<()> {
    let runner = TestRunner::start()?;
    let answer = ask(&runner, &format!("/?room={CODE}"), "", &[])?;
    assert_eq!((answer.status, answer.header("set-cookie")), (403, None));
    assert!(
        !answer.text().contains("name=\"room\""),
        "{}",
        answer.text()
    );
    let refused = Pipeyard::new(["serve", "--listen", "127.0.0.1:0", "--room", CODE])?.outcome()?;
    assert_eq!(refused.status.code(), Some(2));
    assert!(
        refused.stderr.contains("--level class"),
        "{}",
        refused.stderr
    );
    Ok(())
}
