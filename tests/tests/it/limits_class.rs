//! The limits of a runner's level, each by its name, and that others go on.

use anyhow::{Context, Result};
use pipeyard_shared::chain::{Stage, Variable};
use pipeyard_shared::event::Event;
use pipeyard_shared::limits::LimitName;
use pipeyard_shared::message::{ClientMessage, Refusal, Trouble};
use pipeyard_shared::words::{Language, ends_soon};
use pipeyard_tests::http::{Answer, come_in, get, host, origin, send};
use pipeyard_tests::processes::descriptors;
use pipeyard_tests::{Client, Pipeyard, RunModel, TestRunner, lay, wait_for};
use tempfile::TempDir;

use crate::download::{self, flooded};
use crate::support::probe;

const CODE: &str = "blue-heron-42";

fn class(data: &TempDir, arguments: &[&str]) -> Result<TestRunner> {
    TestRunner::start_class(data.path(), CODE, arguments)
}

fn ask(
    runner: &TestRunner,
    cookie: &str,
    (method, path): (&str, &str),
    language: &str,
    body: &[u8],
) -> Result<Answer> {
    let (host, origin) = (host(runner), origin(runner));
    let headers = [
        ("Host", host.as_str()),
        ("Origin", &origin),
        ("Cookie", cookie),
        ("Accept-Language", language),
    ];
    send(runner, method, path, &headers, body)
}

/// For which limit a run was ended.
fn ended_for(model: &RunModel) -> Option<(LimitName, u64)> {
    let found = model.find(|event| match event {
        Event::LimitReached { limit, most } => Some((*limit, *most)),
        _ => None,
    });
    found.map(|(_, limit)| limit)
}

/// It is told before, ends by its limit's name, and the run beside it goes on.
#[tokio::test]
async fn a_run_is_told_before_its_time_is_over() -> Result<()> {
    let runner = TestRunner::start_with(&["--run-time", "2s"], &[])?;
    let mut client = Client::connect(&runner).await?;
    assert_eq!(client.limits.run_ms, Some(2_000));
    let chain = lay([probe("a", ["sleep", "600"])]);
    let long = client.start(&chain.clone().build()).await?;
    // Its own time is shorter: then that ends it, and nobody speaks of a limit.
    let own = client.start(&chain.timeout_ms(100).build()).await?;
    let own = client.running(own).until_ended().await?;
    assert_eq!(ended_for(&own), None);
    let model = client.running(long).until_ended().await?;
    let soon = model.find(|event| match event {
        Event::EndsSoon { left_ms, most, .. } => Some((*left_ms, *most)),
        _ => None,
    });
    let (told, soon) = soon.context("a notice")?;
    assert_eq!(soon, (1_000, 2_000));
    assert_eq!(ended_for(&model), Some((LimitName::RunTime, 2_000)));
    let (ended, _) = model
        .find(|event| matches!(event, Event::LimitReached { .. }).then_some(()))
        .context("an end")?;
    assert!(told < ended);
    let [en, ko] =
        Language::ALL.map(|language| ends_soon(language, LimitName::RunTime, 2_000, 1_000));
    assert!(
        en.contains("`run-time`") && en.contains("1 s") && en.contains("2 s"),
        "{en}"
    );
    assert!(ko.contains("`run-time`") && en != ko, "{ko}");
    Ok(())
}

/// What processes write is counted, too, and ends what goes on in that workspace and nothing else.
#[tokio::test]
async fn a_workspace_that_grows_beyond_its_bounds_ends_what_runs_there() -> Result<()> {
    let data = TempDir::new()?;
    let runner = class(
        &data,
        &["--workspace-bytes", "3000000", "--workspace-files", "40"],
    )?;
    let cookie = come_in(&runner, CODE)?;
    let mut client = Client::connect_learner(&runner, &cookie).await?;
    let mut other = Client::connect_learner(&runner, &come_in(&runner, CODE)?).await?;
    let asleep = lay([probe("a", ["sleep", "600"])]).build();
    let beside = other.start(&asleep).await?;
    for (text, limit) in [
        (
            "while :; do head -c 100000 /dev/zero >> much; sleep 0.02; done",
            (LimitName::WorkspaceBytes, 3_000_000),
        ),
        (
            "rm -f much; n=0; while :; do n=$((n+1)); : > many-$n; sleep 0.02; done",
            (LimitName::WorkspaceFiles, 40),
        ),
    ] {
        let stage = Stage::process("a", "sh", ["-c", text]);
        let mut run = client.run(&lay([stage]).build()).await?;
        let model = run.until_ended().await?;
        assert_eq!(ended_for(&model), Some(limit), "{text}");
        assert_ne!(model.status().context("a status")?.last, 0);
    }
    // Whoever is over the bound can clean up.
    let rm = Stage::process("a", "sh", ["-c", "rm many-*; sleep 0.6"]);
    let model = client.run(&lay([rm]).build()).await?.until_ended().await?;
    assert_eq!(
        (ended_for(&model), model.status().map(|status| status.last)),
        (None, Some(0))
    );
    assert!(!other.runs[&beside].is_ended(), "the other one goes on");
    other.running(beside).stop().await?;
    other.running(beside).until_ended().await?;
    Ok(())
}

#[tokio::test]
async fn a_page_that_says_too_much_is_told_and_slowed_down() -> Result<()> {
    let runner = TestRunner::start_with(&["--message-rate", "50"], &[])?;
    let mut client = Client::connect(&runner).await?;
    let mut other = Client::connect(&runner).await?;
    let began = std::time::Instant::now();
    for nonce in 0..150 {
        client.say(&ClientMessage::Ping { nonce }).await?;
    }
    // Others are heard at once meanwhile.
    let quick = lay([probe("a", ["echo", "hi"])]).build();
    other.run(&quick).await?.until_ended().await?;
    client
        .until("the last answer", |client| client.pongs.len() == 150)
        .await?;
    // The bucket held 50 of them, and 50 come in a second.
    assert!(
        began.elapsed().as_millis() >= 1_900,
        "{:?}",
        began.elapsed()
    );
    let told = Trouble::AtLimit {
        limit: LimitName::MessageRate,
        most: 50,
    };
    assert!(client.troubles.contains(&told), "{:?}", client.troubles);
    assert_eq!(
        client.pongs,
        (0..150).collect::<Vec<_>>(),
        "and nothing is lost"
    );
    assert_eq!(other.troubles, []);
    Ok(())
}

/// Both sessions have a page, so none goes for a third, who may wait.
#[tokio::test]
async fn one_learner_has_only_so_many_sessions() -> Result<()> {
    let data = TempDir::new()?;
    let runner = class(&data, &["--sessions-each", "2"])?;
    let [cookie, others] = [come_in(&runner, CODE)?, come_in(&runner, CODE)?];
    let mut one = Client::connect_learner(&runner, &cookie).await?;
    let two = Client::connect_learner(&runner, &cookie).await?;
    let mut third = Client::open_learner(&runner, &cookie).await?;
    let hello = ClientMessage::Hello {
        protocol: pipeyard_shared::message::PROTOCOL_VERSION,
        session: None,
        seen: Vec::new(),
    };
    let full = Trouble::AtLimit {
        limit: LimitName::SessionsEach,
        most: 2,
    };
    assert_eq!(third.trouble(&hello).await?, full);
    let mut other = Client::connect_learner(&runner, &others).await?;
    let quick = lay([probe("a", ["echo", "hi"])]).build();
    other.run(&quick).await?.until_ended().await?;
    one.run(&quick).await?.until_ended().await?;
    drop(two);
    Ok(())
}

#[tokio::test]
async fn one_learner_has_only_so_many_pages() -> Result<()> {
    let data = TempDir::new()?;
    let runner = class(&data, &["--connections-each", "2"])?;
    let [cookie, others] = [come_in(&runner, CODE)?, come_in(&runner, CODE)?];
    let one = Client::connect_learner(&runner, &cookie).await?;
    let two = Client::connect_learner(&runner, &cookie).await?;
    for (language, said) in [
        ("en", "the limit `connections-each` is reached (2)"),
        ("ko", "제한 `connections-each`(2)"),
    ] {
        let upgrade = pipeyard_tests::http::UPGRADE;
        let (host, origin) = (host(&runner), origin(&runner));
        let own = [
            ("Host", host.as_str()),
            ("Origin", &origin),
            ("Cookie", &cookie),
            ("Accept-Language", language),
        ];
        let answer = get(&runner, "/socket", &[&upgrade[..], &own].concat())?;
        assert_eq!(answer.status, 503);
        assert!(answer.text().contains(said), "{}", answer.text());
    }
    let mut other = Client::connect_learner(&runner, &others).await?;
    let quick = lay([probe("a", ["echo", "hi"])]).build();
    other.run(&quick).await?.until_ended().await?;
    drop((one, two));
    Ok(())
}

/// Each makes no more than fits the share.
#[test]
fn one_learner_makes_only_so_many_links() -> Result<()> {
    let data = TempDir::new()?;
    let runner = class(&data, &["--links-each", "1000"])?;
    let [cookie, others] = [come_in(&runner, CODE)?, come_in(&runner, CODE)?];
    let link = Pipeyard::new(["link", "-c", "echo hi | cat"])?.outcome()?;
    let link = String::from_utf8(link.stdout)?;
    let fragment = link.trim().split('#').nth(1).context("a link")?;
    let keep = |cookie: &str, language| {
        ask(
            &runner,
            cookie,
            ("POST", "/links"),
            language,
            fragment.as_bytes(),
        )
    };
    let mut kept = 0;
    let refused = loop {
        let answer = keep(&cookie, "en")?;
        if answer.status != 200 {
            break answer;
        }
        kept += 1;
        assert!(kept < 1_000);
    };
    assert_eq!(kept, 1_000 / fragment.len());
    assert!(
        refused
            .text()
            .contains("The limit `links-each` is reached (1000)"),
        "{}",
        refused.text()
    );
    assert!(
        keep(&cookie, "ko")?
            .text()
            .contains("제한 `links-each`(1000)")
    );
    assert_eq!(keep(&others, "en")?.status, 200);
    Ok(())
}

/// What one keeps makes room for what the same one keeps later, and for nobody else's.
#[tokio::test]
async fn one_learner_keeps_only_so_much_for_download() -> Result<()> {
    let data = TempDir::new()?;
    let runner = class(
        &data,
        &["--spill-bytes", "4000000", "--disk-bytes-each", "4000000"],
    )?;
    let [cookie, others] = [come_in(&runner, CODE)?, come_in(&runner, CODE)?];
    let mut one = Client::connect_learner(&runner, &cookie).await?;
    let mut other = Client::connect_learner(&runner, &others).await?;
    let mut missing = Vec::new();
    let mut runs = Vec::new();
    for client in [&mut other, &mut one] {
        runs.push(flooded(client, 3_000_000).await?);
    }
    runs.push(flooded(&mut one, 3_000_000).await?);
    for (client, cookie, run) in [
        (&other, &others, runs[0]),
        (&one, &cookie, runs[1]),
        (&one, &cookie, runs[2]),
    ] {
        let flow = client.runs[&run].flow(1, "w1")?;
        let path = download::path(client, run, flow);
        let answer = ask(&runner, cookie, ("GET", &path), "en", b"")?;
        let told = answer.header("pipeyard-missing").map(str::parse);
        missing.push(told.transpose()?.unwrap_or(0_u64));
    }
    let [others, first, last] = missing[..] else {
        unreachable!("three runs");
    };
    assert!(first > 0, "the oldest has given way");
    assert_eq!((others, last), (0, 0));
    Ok(())
}

/// A flag's value is what holds, what pages are told, and what the refusal says.
#[tokio::test]
async fn flags_set_limits_that_are_refused_by_their_names() -> Result<()> {
    let arguments = [
        "--lanes",
        "3",
        "--processes",
        "4",
        "--active-runs",
        "1",
        "--stages",
        "5",
    ];
    let runner = TestRunner::start_with(&arguments, &[])?;
    let mut client = Client::connect(&runner).await?;
    let told = &client.limits;
    assert_eq!(
        (told.lanes, told.processes, told.active_runs, told.stages),
        (3, 4, 1, 5)
    );
    let asleep = || probe("a", ["sleep", "600"]);
    let run = client.start(&lay([asleep()]).build()).await?;
    let refused = client.refusal(lay([asleep()]).build().to_value()).await?;
    let expected = Refusal::AtLimit {
        limit: LimitName::ActiveRuns,
        most: 1,
    };
    assert_eq!(refused, expected);
    let said = pipeyard_shared::words::refusal(Language::En, &refused);
    assert_eq!(
        said,
        ["the limit `active-runs` is reached (1): stop a run, or wait until one has ended"]
    );
    client.running(run).stop().await?;
    client.running(run).until_ended().await?;
    for wrong in [["--lanes", "0"], ["--run-time", "0s"], ["--lanes", "many"]] {
        let refused = Pipeyard::new(["serve", "--listen", "127.0.0.1:0"].iter().chain(&wrong))?;
        assert_eq!(refused.outcome()?.status.code(), Some(2), "{wrong:?}");
    }
    Ok(())
}

/// Uploads at class have the bounds of that level.
#[test]
fn a_learner_uploads_no_more_than_a_learner_may() -> Result<()> {
    let data = TempDir::new()?;
    let runner = class(&data, &["--upload-bytes", "10"])?;
    let cookie = come_in(&runner, CODE)?;
    let put = |body: &[u8], language| ask(&runner, &cookie, ("PUT", "/files/new"), language, body);
    assert_eq!(put(b"0123456789", "en")?.status, 204);
    for language in ["en", "ko"] {
        let refused = put(b"0123456789a", language)?;
        assert_eq!(refused.status, 413);
        assert!(
            refused.text().contains("`upload-bytes`"),
            "{}",
            refused.text()
        );
    }
    Ok(())
}

/// What is locked or very deep was not counted: who had a folder locked had as much in it as he liked.
#[tokio::test]
async fn what_is_locked_or_deep_counts_against_the_bounds() -> Result<()> {
    let data = TempDir::new()?;
    let runner = class(
        &data,
        &["--workspace-bytes", "3000000", "--workspace-files", "200"],
    )?;
    let cookie = come_in(&runner, CODE)?;
    let mut client = Client::connect_learner(&runner, &cookie).await?;
    for (text, limit) in [
        // Who has locked it can write to what is open in there.
        (
            "mkdir a; exec 3> a/much; chmod 000 a; while :; do head -c 100000 /dev/zero >&3; sleep 0.02; done",
            (LimitName::WorkspaceBytes, 3_000_000),
        ),
        (
            "mkdir b; cd b; chmod 000 ..; n=0; while :; do n=$((n+1)); head -c 100000 /dev/zero >> much; sleep 0.02; done",
            (LimitName::WorkspaceBytes, 3_000_000),
        ),
        (
            "while :; do mkdir d && cd d; sleep 0.002; done",
            (LimitName::WorkspaceFiles, 200),
        ),
    ] {
        let stage = Stage::process("a", "sh", ["-c", text]);
        let mut run = client.run(&lay([stage]).build()).await?;
        let model = run.until_ended().await?;
        assert_eq!(ended_for(&model), Some(limit), "{text}");
        let reset = ask(&runner, &cookie, ("POST", "/files-reset"), "en", b"")?;
        assert_eq!(reset.status, 204, "{text}: {}", reset.text());
    }
    Ok(())
}

/// Where the runner had no descriptor to look into a folder, it took that for a hidden one, and ended who had nothing to do with it.
#[tokio::test]
async fn a_runner_without_descriptors_to_count_with_ends_nobody() -> Result<()> {
    let data = TempDir::new()?;
    let runner = class(&data, &[])?;
    let cookie = come_in(&runner, CODE)?;
    let mut client = Client::connect_learner(&runner, &cookie).await?;
    let shell = |text: &str| {
        let stage = Stage::process("a", "sh", ["-c", text]);
        lay([stage]).build()
    };
    let deep = "for n in $(seq 60); do mkdir d && cd d || exit 1; done";
    let made = client.run(&shell(deep)).await?.until_ended().await?;
    assert_eq!(made.status().map(|status| status.last), Some(0));
    // A look that goes on just now has the folders open that it is to lack.
    let mut held = descriptors(runner.pid());
    held.retain(|_, path| !path.starts_with(data.path()) || path.is_file());
    let held = held.len() as u64;
    let waits = client
        .start(&shell("until [ -e go ]; do sleep 0.05; done"))
        .await?;
    // Enough for the run, and too few for a folder in so many others.
    let most = runner.bound("nofile", &(held + 30).to_string())?;
    let told = wait_for("a look that fails", || {
        let log = runner.log();
        log.contains("a workspace cannot be looked at")
            .then_some(())
    });
    runner.bound("nofile", &most)?;
    told?;
    let go = ask(&runner, &cookie, ("PUT", "/files/go"), "en", b"")?;
    assert_eq!(go.status, 204, "{}", go.text());
    let model = client.running(waits).until_ended().await?;
    assert_eq!(ended_for(&model), None);
    assert_eq!(model.status().map(|status| status.last), Some(0));
    Ok(())
}

/// To be counted, a locked folder is open for a moment; then it is as it was, and nobody is ended for having one.
#[tokio::test]
async fn a_locked_folder_stays_locked_and_is_no_offence() -> Result<()> {
    let data = TempDir::new()?;
    let runner = class(&data, &[])?;
    let cookie = come_in(&runner, CODE)?;
    let mut client = Client::connect_learner(&runner, &cookie).await?;
    // Some looks long.
    let text = "mkdir a a/b; touch a/b/c; chmod 000 a/b a; sleep 1.5; stat -c %a a";
    let stage = Stage::process("a", "sh", ["-c", text]);
    let mut run = client.run(&lay([stage]).build()).await?;
    let model = run.until_ended().await?;
    assert_eq!(ended_for(&model), None);
    assert_eq!(model.status().map(|status| status.last), Some(0));
    let listed = ask(&runner, &cookie, ("GET", "/files"), "en", b"")?.text();
    assert!(listed.contains("a/b/c"), "{listed}");
    let mode = "stat -c %a a; chmod 700 a; stat -c %a a/b";
    let stage = Stage::process("a", "sh", ["-c", mode]);
    let run = client.start(&lay([stage]).build()).await?;
    client.running(run).until_ended().await?;
    let path = format!("/data/{}/{}/0", client.session.as_str(), run.0);
    let modes = ask(&runner, &cookie, ("GET", &path), "en", b"")?.text();
    assert_eq!(modes, "0\n0\n");
    let gone = ask(&runner, &cookie, ("DELETE", "/files/a?all=yes"), "en", b"")?;
    assert_eq!(gone.status, 204, "{}", gone.text());
    Ok(())
}

/// What is kept of a learner's runs has a bound: old ones go, and a run that is too large for it is refused. It was bounded for
/// each run only, of which somebody can have a hundred.
#[tokio::test]
async fn what_is_kept_of_one_learners_runs_has_a_bound() -> Result<()> {
    let data = TempDir::new()?;
    let runner = class(&data, &["--run-memory-each", "400000"])?;
    let cookie = come_in(&runner, CODE)?;
    let mut client = Client::connect_learner(&runner, &cookie).await?;
    let mut much = Stage::process("a", "head", ["-c", "1000000", "/dev/zero"]);
    if let Some(setup) = much.setup_mut() {
        let long = "x".repeat(100_000);
        setup.environment.push(Variable::set("LONG", long.as_str()));
    }
    let chain = lay([much]).build();
    let mut runs = Vec::new();
    for _ in 0..4 {
        let mut run = client.run(&chain).await?;
        run.until_ended().await?;
        runs.push(run.id());
    }
    // Another page of theirs has no memory of its own.
    let mut other_page = Client::connect_learner(&runner, &cookie).await?;
    let last = other_page.start(&chain).await?;
    other_page.running(last).until_ended().await?;
    let mut left = client.leave();
    left.forget_runs();
    let mut client = Client::resume_learner(&runner, &cookie, left).await?;
    let mut kept: Vec<_> = client.runs.keys().copied().collect();
    let mut left = other_page.leave();
    left.forget_runs();
    let other_page = Client::resume_learner(&runner, &cookie, left).await?;
    kept.extend(other_page.runs.keys());
    assert!(kept.len() <= 3, "so many chains have no room: {kept:?}");
    assert_eq!(kept.last(), Some(&last), "the latest one is kept");
    let large = lay([probe("a", ["echo"])]).lanes(1_000).jobs(1).build();
    let refused = client.refusal(large.to_value()).await?;
    let expected = Refusal::AtLimit {
        limit: LimitName::RunMemoryEach,
        most: 400_000,
    };
    assert_eq!(refused, expected);
    let quick = lay([probe("a", ["echo", "hi"])]).build();
    client.run(&quick).await?.until_ended().await?;
    let mut other = Client::connect_learner(&runner, &come_in(&runner, CODE)?).await?;
    other.run(&quick).await?.until_ended().await?;
    Ok(())
}

/// A short word has the runner tell all that it keeps, again and again.
#[tokio::test]
async fn a_learner_connects_so_often_and_is_then_told_to_wait() -> Result<()> {
    let data = TempDir::new()?;
    // Those that have left may still be there for a moment.
    let pages = ["--connections-each", "400", "--sessions-each", "400"];
    let runner = class(&data, &[&["--hellos", "30"], &pages[..]].concat())?;
    let cookie = come_in(&runner, CODE)?;
    let told = Trouble::AtLimit {
        limit: LimitName::Hellos,
        most: 30,
    };
    let mut connected = 0;
    loop {
        let client = Client::connect_learner(&runner, &cookie).await?;
        connected += 1;
        if client.troubles == [told.clone()] {
            break;
        }
        assert_eq!(client.troubles, []);
        assert!(connected < 300, "nobody is told");
    }
    assert!(connected > 30, "{connected}");
    let other = Client::connect_learner(&runner, &come_in(&runner, CODE)?).await?;
    assert_eq!(other.troubles, []);
    Ok(())
}
