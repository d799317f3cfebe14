//! Lanes of all have their turns: who has many does not keep others waiting, and no more is alive than may be.

use anyhow::{Result, bail};
use pipeyard_shared::chain::{Chain, Stage, Variable};
use pipeyard_shared::limits::LimitName;
use pipeyard_shared::message::Refusal;
use pipeyard_tests::http::come_in;
use pipeyard_tests::processes::Process;
use pipeyard_tests::{Client, RunModel, TestRunner, lay};
use tempfile::TempDir;

use crate::support::probe;

const CODE: &str = "blue-heron-42";

fn begun(model: &RunModel) -> usize {
    (1..=30)
        .filter(|lane| model.pid(*lane, "a").is_some())
        .count()
}

/// Sleepers that never end hold what they have been given. Somebody else comes and is served all the same, and the sleepers
/// that wait begin once there is room.
#[tokio::test]
async fn who_has_many_lanes_does_not_keep_others_waiting() -> Result<()> {
    let data = TempDir::new()?;
    let runner = TestRunner::start_class(data.path(), CODE, &["--processes-all", "8"])?;
    let mut greedy = Client::connect_learner(&runner, &come_in(&runner, CODE)?).await?;
    let chain = lay([probe("a", ["sleep", "600"])]).lanes(30).build();
    let many = greedy.start(&chain).await?;
    greedy
        .running(many)
        .until("as many lanes as one may have", |model| begun(model) == 4)
        .await?;
    // With more pages one gets no more.
    let again = greedy.start(&chain).await?;
    let mut modest = Client::connect_learner(&runner, &come_in(&runner, CODE)?).await?;
    for _ in 0..3 {
        let two = lay([probe("a", ["echo", "hi"]), probe("b", ["echo", "hi"])]);
        modest.run(&two.build()).await?.until_ended().await?;
    }
    let asleep: Vec<u32> = (1..=30)
        .filter_map(|lane| greedy.runs[&many].pid(lane, "a"))
        .collect();
    assert_eq!(asleep.len(), 4, "nobody gave way for them");
    assert!(asleep.iter().all(|pid| Process::read(*pid).is_some()));
    assert_eq!(begun(&greedy.runs[&again]), 0);
    // What ends makes room for the next ones, in both runs by turns.
    for _ in 0..6 {
        let running = greedy.runs[&many].clone();
        let lane = (1..=30)
            .find(|lane| running.pid(*lane, "a").is_some() && running.ending(*lane, "a").is_err());
        let Some(lane) = lane else { break };
        let before = begun(&running) + begun(&greedy.runs[&again]);
        let mut run = greedy.running(many);
        run.signal(lane, "a", pipeyard_shared::signal::Signal::KILL)
            .await?;
        greedy
            .until("another lane", |client| {
                begun(&client.runs[&many]) + begun(&client.runs[&again]) > before
            })
            .await?;
    }
    assert!(
        begun(&greedy.runs[&again]) > 0,
        "one run does not keep the other waiting"
    );
    // Besides them there are those who make the sandboxes.
    let alive = runner.descendants();
    let alive = alive.iter().filter(|process| process.name == "probe");
    assert!(alive.count() <= 8, "no more than may be alive");
    for run in [many, again] {
        greedy.running(run).stop().await?;
    }
    for run in [many, again] {
        greedy.running(run).until_ended().await?;
    }
    Ok(())
}

/// Lanes that wait for their turn are stopped as those are that wait for others of their run.
#[tokio::test]
async fn lanes_that_wait_can_be_stopped_and_time_out() -> Result<()> {
    let runner = TestRunner::start_with(&["--processes-all", "1"], &[])?;
    let mut client = Client::connect(&runner).await?;
    let mut other = Client::connect(&runner).await?;
    let chain = lay([probe("a", ["sleep", "600"])]);
    let held = client.start(&chain.clone().build()).await?;
    client.running(held).pid(1, "a").await?;
    let waits = other.start(&chain.clone().build()).await?;
    let late = other.start(&chain.timeout_ms(20).build()).await?;
    let ended = other.running(late).until_ended().await?;
    assert_eq!(ended.pid(1, "a"), None, "it never began");
    other.running(waits).stop().await?;
    let ended = other.running(waits).until_ended().await?;
    assert_eq!(ended.pid(1, "a"), None, "it never began");
    client.running(held).stop().await?;
    client.running(held).until_ended().await?;
    // Those that left have left nothing behind in the line.
    let quick = lay([probe("a", ["echo", "hi"])]).build();
    other.run(&quick).await?.until_ended().await?;
    Ok(())
}

/// A chain of which nothing runs, and whose plan looks at many places before it says so.
fn laborious() -> Chain {
    let mut stage = Stage::process("a", "{value}", []);
    if let Some(setup) = stage.setup_mut() {
        let path = format!("{}/usr/bin", "/nowhere:".repeat(200));
        setup.environment.push(Variable::set("PATH", path));
    }
    let known = std::iter::repeat_n("true", 999);
    lay([stage])
        .values(known.chain(["no-such-program"]))
        .jobs(1)
        .build()
}

/// Plans of one learner were made side by side on the threads that serve everybody, as many as had been asked for.
#[tokio::test]
async fn one_learners_plans_keep_nobody_waiting() -> Result<()> {
    let data = TempDir::new()?;
    let few = ["--plans", "1", "--lookups", "1000000"];
    let runner = TestRunner::start_class(data.path(), CODE, &few)?;
    let cookie = come_in(&runner, CODE)?;
    let chain = laborious().to_value();
    let [mut one, mut two] = [
        Client::connect_learner(&runner, &cookie).await?,
        Client::connect_learner(&runner, &cookie).await?,
    ];
    // Until one comes while the other's is planned.
    let (over, mut is_over) = tokio::sync::watch::channel(false);
    let greedy = async {
        loop {
            let (first, second) =
                tokio::join!(one.refusal(chain.clone()), two.refusal(chain.clone()));
            let full = Refusal::AtLimit {
                limit: LimitName::Plans,
                most: 1,
            };
            let refusals = [first?, second?];
            for refusal in &refusals {
                if !matches!(refusal, Refusal::Problems { .. }) && *refusal != full {
                    bail!("{refusal:?}");
                }
            }
            if refusals.contains(&full) && *is_over.borrow_and_update() {
                return Ok(());
            }
        }
    };
    let modest = async {
        let mut modest = Client::connect_learner(&runner, &come_in(&runner, CODE)?).await?;
        for _ in 0..3 {
            let quick = lay([probe("a", ["echo", "hi"])]).build();
            modest.run(&quick).await?.until_ended().await?;
        }
        over.send_replace(true);
        Ok(())
    };
    tokio::try_join!(greedy, modest)?;
    Ok(())
}
