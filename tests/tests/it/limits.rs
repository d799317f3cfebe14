//! Beyond a bound: a refusal that names it; other runs unaffected.

use anyhow::Result;
use pipeyard_shared::RunId;
use pipeyard_shared::chain::{Chain, Input, Stage, Variable};
use pipeyard_shared::flow::FlowId;
use pipeyard_shared::limits::LimitName;
use pipeyard_shared::message::{ClientMessage, PROTOCOL_VERSION, Refusal, Trouble};
use pipeyard_shared::problem::Fault;
use pipeyard_shared::words::{self, Language};
use pipeyard_tests::lay::apart;
use pipeyard_tests::{Client, TestRunner, client, http, lay};

use tokio::time::Instant;

use crate::support::probe;

#[tokio::test]
async fn one_run_too_many_is_refused_and_there_is_room_again_later() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let most = client.limits.active_runs;
    let chain = lay([probe("a", ["sleep", "60"])]).build();
    let mut runs = Vec::new();
    for _ in 0..most {
        runs.push(client.start(&chain).await?);
    }
    let refusal = client.refusal(serde_json::to_value(&chain)?).await?;
    let expected = Refusal::AtLimit {
        limit: LimitName::ActiveRuns,
        most: u64::from(most),
    };
    assert_eq!(refusal, expected);
    // Another session has its own.
    let mut other = Client::connect(&runner).await?;
    other
        .run(&lay([probe("a", ["echo"])]).build())
        .await?
        .until_ended()
        .await?;
    client.running(runs[0]).stop().await?;
    client.running(runs[0]).until_ended().await?;
    runs.push(client.start(&chain).await?);
    for run in &runs[1..] {
        assert!(
            !client.runs[run].is_ended(),
            "the others were not disturbed"
        );
        client.running(*run).stop().await?;
    }
    for run in &runs[1..] {
        client.running(*run).until_ended().await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_chain_beyond_a_bound_is_refused_by_its_name() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let limits = client.limits.clone();
    let small = || probe("a", ["echo"]);
    let many = (0..=limits.stages).map(|number| probe(&format!("s{number}"), ["echo"]));
    let long = Stage::input("input", Input::Random(limits.input_bytes + 1));
    let cases = [
        (
            lay([small()]).lanes(limits.lanes + 1).jobs(1).build(),
            LimitName::Lanes,
        ),
        (
            lay([small()]).lanes(limits.processes + 1).build(),
            LimitName::Processes,
        ),
        (apart(many).build(), LimitName::Stages),
        (every_to_every(40, 26), LimitName::Wires),
        (
            lay([long, probe("a", ["sum"])]).build(),
            LimitName::InputBytes,
        ),
        (
            lay([small()]).timeout_ms(limits.timeout_ms + 1).build(),
            LimitName::TimeoutMs,
        ),
    ];
    for (chain, name) in cases {
        let refusal = client.refusal(serde_json::to_value(&chain)?).await?;
        let Refusal::Problems { problems } = &refusal else {
            panic!("{refusal:?}");
        };
        let named = problems.iter().any(|problem| {
            matches!(problem.fault, Fault::OverLimit { limit, found, most } if limit == name && found > most)
        });
        assert!(named, "{name:?}: {problems:?}");
    }
    client
        .run(&lay([small()]).build())
        .await?
        .until_ended()
        .await?;
    Ok(())
}

/// So many writers, each with a wire to each of so many readers: no more stages than there may be.
fn every_to_every(writers: u32, readers: u32) -> Chain {
    let name = |kind, number| format!("{kind}{number}");
    let all = |kind, count| (0..count).map(move |number| probe(&name(kind, number), ["echo"]));
    let mut laid = apart(all("w", writers).chain(all("r", readers)));
    for writer in 0..writers {
        for reader in 0..readers {
            laid = laid.wire(&format!("w{writer}.stdout"), &format!("r{reader}.stdin"));
        }
    }
    laid.build()
}

#[tokio::test]
async fn watching_too_much_is_refused() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let most = client.limits.watched_flows;
    let chain = lay([probe("a", ["echo"])]).lanes(most).jobs(4).build();
    let run = client.start(&chain).await?;
    client.running(run).until_ended().await?;
    let watch = |flow| ClientMessage::Watch {
        run,
        flow: FlowId(flow),
        from: 0,
    };
    for flow in 0..most {
        client.say(&watch(flow)).await?;
    }
    client.ping().await?;
    assert_eq!(client.troubles, []);
    let expected = Trouble::AtLimit {
        limit: LimitName::WatchedFlows,
        most: u64::from(most),
    };
    assert_eq!(client.trouble(&watch(most)).await?, expected);
    client
        .say(&ClientMessage::Unwatch {
            run,
            flow: FlowId(0),
        })
        .await?;
    client.say(&watch(most)).await?;
    client.ping().await?;
    assert_eq!(client.troubles, []);
    Ok(())
}

/// Runs that are over are kept to be looked at, and only so many: the oldest go first.
#[tokio::test]
async fn old_runs_make_room_for_new_ones() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let kept = client.limits.kept_runs as usize;
    let chain = lay([probe("a", ["echo"])]).build();
    let mut runs = Vec::new();
    for _ in 0..kept + 3 {
        let run = client.start(&chain).await?;
        client.running(run).until_ended().await?;
        runs.push(run);
    }
    let mut left = client.leave();
    left.forget_runs();
    let client = Client::resume(&runner, left).await?;
    let still: Vec<_> = client.runs.keys().copied().collect();
    assert!(still.len() <= kept, "{} are kept", still.len());
    assert!(still.len() >= kept - 1, "only {} are kept", still.len());
    assert_eq!(still, runs[runs.len() - still.len()..], "the newest ones");
    Ok(())
}

/// While its page is there a session goes for nobody; once the page has left, it goes for the next one.
#[tokio::test]
async fn a_session_too_many_is_told_and_the_one_that_was_left_goes() -> Result<()> {
    let runner = TestRunner::start_with(&["--sessions", "1"], &[])?;
    let first = Client::connect(&runner).await?;
    let mut second = Client::open(&runner).await?;
    let hello = ClientMessage::Hello {
        protocol: PROTOCOL_VERSION,
        session: None,
        seen: Vec::new(),
    };
    let full = Trouble::AtLimit {
        limit: LimitName::Sessions,
        most: 1,
    };
    assert_eq!(second.trouble(&hello).await?, full);
    let said = Language::ALL.map(|language| words::at_limit(language, LimitName::Sessions, 1));
    assert!(
        said.iter().all(|said| said.contains("`sessions`")),
        "{said:?}"
    );
    drop(second);
    let left = first.leave();
    let deadline = client::deadline();
    // The runner hears of the leaving in its own time.
    let third = loop {
        match Client::connect(&runner).await {
            Ok(third) => break third,
            Err(error) if Instant::now() > deadline => return Err(error),
            Err(_) => {}
        }
    };
    let back = Client::resume(&runner, left).await;
    assert!(
        back.is_err(),
        "it is gone, and there is no room for another"
    );
    drop(third);
    Ok(())
}

/// The operator's pages are all that there are, so what is full has that name, and the flag that raises it.
#[tokio::test]
async fn a_page_too_many_is_told_the_limits_own_name() -> Result<()> {
    let runner = TestRunner::start_with(&["--connections", "1"], &[])?;
    let client = Client::connect(&runner).await?;
    let (host, origin) = (http::host(&runner), http::origin(&runner));
    let key = format!("Bearer {}", runner.token());
    let own = [
        ("Host", host.as_str()),
        ("Origin", &origin),
        ("Authorization", &key),
    ];
    let answer = http::get(&runner, "/socket", &[&http::UPGRADE[..], &own].concat())?;
    assert_eq!(answer.status, 503);
    let said = "the limit `connections` is reached (1)";
    assert!(answer.text().contains(said), "{}", answer.text());
    drop(client);
    Ok(())
}

/// The lanes of a small chain can each look for another program in a long PATH: millions of places.
#[tokio::test]
async fn a_plan_looks_at_so_many_places_and_no_more() -> Result<()> {
    let runner = TestRunner::start_with(&["--lookups", "50"], &[])?;
    let mut client = Client::connect(&runner).await?;
    let looking = |directories: usize| {
        let stages = ["a", "b"].map(|id| {
            let mut stage = Stage::process(id, "{value}", []);
            if let Some(setup) = stage.setup_mut() {
                let path = format!("{}/usr/bin:/bin", "/nowhere:".repeat(directories));
                setup.environment.push(Variable::set("PATH", path));
            }
            stage
        });
        lay(stages).values(["true", "cat"]).build()
    };
    let refusal = client.refusal(looking(30).to_value()).await?;
    let Refusal::Problems { problems } = &refusal else {
        panic!("{refusal:?}");
    };
    let [problem] = &problems[..] else {
        panic!("it is said once: {problems:?}");
    };
    let over = Fault::OverLimit {
        limit: LimitName::Lookups,
        found: 51,
        most: 50,
    };
    assert_eq!(problem.fault, over);
    client.run(&looking(5)).await?.until_ended().await?;
    Ok(())
}

#[tokio::test]
async fn a_run_for_which_there_is_no_memory_is_refused_by_the_limits_name() -> Result<()> {
    let runner = TestRunner::start_with(&["--run-memory", "300000"], &[])?;
    let mut client = Client::connect(&runner).await?;
    let large = lay([probe("a", ["echo"])]).lanes(1_000).jobs(1).build();
    let refused = client.refusal(large.to_value()).await?;
    let expected = Refusal::AtLimit {
        limit: LimitName::RunMemory,
        most: 300_000,
    };
    assert_eq!(refused, expected);
    let small = lay([probe("a", ["echo"])]).build();
    for _ in 0..5 {
        client.run(&small).await?.until_ended().await?;
    }
    // Whatever is kept, nothing of it is forgotten for a run that could never be.
    let kept = kept(&runner, &mut client).await?;
    assert!(!kept.is_empty());
    assert_eq!(client.refusal(large.to_value()).await?, expected);
    assert_eq!(self::kept(&runner, &mut client).await?, kept);
    Ok(())
}

/// The runs that a page is told of when it comes anew.
async fn kept(runner: &TestRunner, client: &mut Client) -> Result<Vec<RunId>> {
    let new = Client::connect(runner).await?;
    let mut left = std::mem::replace(client, new).leave();
    left.forget_runs();
    *client = Client::resume(runner, left).await?;
    Ok(client.runs.keys().copied().collect())
}

/// Room was made as if each preview of a run became full, so an ordinary run in lanes had all others forgotten.
#[tokio::test]
async fn a_run_of_many_flows_that_carry_little_has_no_others_forgotten() -> Result<()> {
    let runner = TestRunner::start_with(&["--run-memory", "4000000"], &[])?;
    let mut client = Client::connect(&runner).await?;
    let small = lay([probe("a", ["echo", "hi"])]).build();
    let mut expected = Vec::new();
    for _ in 0..3 {
        let run = client.start(&small).await?;
        client.running(run).until_ended().await?;
        expected.push(run);
    }
    let lanes = lay([probe("a", ["echo", "hi"])]).lanes(50).jobs(4).build();
    let run = client.start(&lanes).await?;
    client.running(run).until_ended().await?;
    expected.push(run);
    assert_eq!(kept(&runner, &mut client).await?, expected);
    Ok(())
}
