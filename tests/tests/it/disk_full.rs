//! A disk that is full: what goes there is told as missing, and all else goes on.

use anyhow::{Context, Result, ensure};
use pipeyard_shared::Chain;
use pipeyard_shared::chain::Stage;
use pipeyard_shared::link::{Shared, encode};
use pipeyard_tests::credentials::ask;
use pipeyard_tests::http::Answer;
use pipeyard_tests::{Client, RunModel, TestRunner, lay, pattern, wait_for};
use tempfile::TempDir;

use crate::support::probe;

const MIB: u64 = 1 << 20;
/// The disk.
const DISK: u64 = 6 * MIB;
/// More than it holds, and less than a run may keep.
const MUCH: u64 = 24 * MIB;

fn flood(total: u64) -> Chain {
    let flood = probe("flood", ["flood", &total.to_string()]);
    lay([flood, Stage::process("count", "wc", ["-c"])]).build()
}

fn fragment(word: &str) -> Result<String> {
    let chain = lay([Stage::process("a", "echo", [word])]).build();
    Ok(encode(&Shared::of_chain(chain))?)
}

fn kept(log: &RunModel) -> Result<Option<u64>> {
    let total = log.flow_total(log.flow(1, "w1")?).context("an end")?;
    ensure!(total.bytes == log.bytes(1, "w1").ok());
    Ok(total.kept)
}

fn keep_link(runner: &TestRunner, word: &str) -> Result<Answer> {
    ask(runner, "POST", "/links", &[], fragment(word)?.as_bytes())
}

fn name(answer: &Answer) -> Result<String> {
    ensure!(answer.status == 200, "{}", answer.text());
    let value: serde_json::Value = serde_json::from_slice(&answer.body)?;
    Ok(value["id"].as_str().context("an id")?.to_owned())
}

/// A run's bytes go on, and what is kept of them for download is the beginning, to the last byte that is promised.
#[tokio::test]
async fn a_run_keeps_what_the_disk_took_and_counts_the_rest() -> Result<()> {
    let folder = TempDir::with_prefix("pipeyard-disk-")?;
    let runner = TestRunner::start_on_disk(DISK, folder.path())?;
    let mut client = Client::connect(&runner).await?;
    let mut run = client.run(&flood(MUCH)).await?;
    let log = run.until_ended().await?;
    assert_eq!(run.text(1, "count.stdout").await?, format!("{MUCH}\n"));
    let run = run.id();
    let kept_of_much = kept(&log)?.context("the disk took all of it")?;
    ensure!(
        kept_of_much > DISK / 4 && kept_of_much < DISK,
        "{kept_of_much} bytes"
    );
    let path = format!(
        "/data/{}/{run}/{}",
        client.session.as_str(),
        log.flow(1, "w1")?.0
    );
    let answer = ask(&runner, "GET", &path, &[], b"")?;
    assert_eq!(answer.status, 200);
    ensure!(
        answer.body == pattern::bytes(0, usize::try_from(kept_of_much)?),
        "other bytes"
    );
    let missing = answer.header("pipeyard-missing").map(str::to_owned);
    assert_eq!(missing, Some((MUCH - kept_of_much).to_string()));
    ensure!(
        runner.log().contains("no more of a flow can be kept"),
        "it is not in the log"
    );
    // A run on the full disk has its preview and its counts.
    let beside = client.start(&flood(MIB)).await?;
    let log = client.running(beside).until_ended().await?;
    ensure!(kept(&log)?.is_some_and(|kept| kept < MIB), "there was room");
    assert_eq!(
        client.running(beside).text(1, "count.stdout").await?,
        format!("{MIB}\n")
    );
    // With the runs goes what they kept, and there is room again.
    client.forget(run).await?;
    client.forget(beside).await?;
    let next = client.start(&flood(MIB)).await?;
    let log = client.running(next).until_ended().await?;
    assert_eq!(kept(&log)?, None, "all of it is kept");
    Ok(())
}

/// A link that cannot be kept is told so; those that are kept lead on, and the next one is kept when there is room.
#[tokio::test]
async fn the_store_of_links_survives_a_full_disk() -> Result<()> {
    let folder = TempDir::with_prefix("pipeyard-disk-")?;
    let runner = TestRunner::start_on_disk(DISK, folder.path())?;
    let before = name(&keep_link(&runner, "before")?)?;
    let mut client = Client::connect(&runner).await?;
    let run = client.start(&flood(MUCH)).await?;
    let log = client.running(run).until_ended().await?;
    ensure!(kept(&log)?.is_some(), "there is room left");
    // The last bytes of the disk may do for some links: never for as many.
    let mut refused = None;
    for number in 0..20_000 {
        // Long ones, so that a page of the file does not hold many.
        let answer = keep_link(&runner, &format!("{number} {}", "long ".repeat(2_000)))?;
        if answer.status != 200 {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.context("the disk is not full")?;
    assert_eq!(refused.status, 503, "{}", refused.text());
    ensure!(refused.text().contains("log"), "{}", refused.text());
    ensure!(runner.log().contains("disk is full"), "it is not there");
    let lead = |name: &str| ask(&runner, "GET", &format!("/s/{name}"), &[], b"");
    assert_eq!(lead(&before)?.status, 303, "what is kept is there");
    client.ping().await?;
    client.forget(run).await?;
    // The run's file goes once nobody reads it any more.
    let after = wait_for("room for a link", || {
        name(&keep_link(&runner, "after").ok()?).ok()
    })?;
    for name in [before, after] {
        assert_eq!(lead(&name)?.status, 303, "{name}");
    }
    Ok(())
}

/// An upload that finds no room is refused, what stood there before stays, and nothing of it is left.
#[tokio::test]
async fn an_upload_to_a_full_disk_leaves_the_old_file() -> Result<()> {
    let folder = TempDir::with_prefix("pipeyard-disk-")?;
    let runner = TestRunner::start_on_disk(DISK, folder.path())?;
    let small = b"it was here before".as_slice();
    let put = |bytes: &[u8]| ask(&runner, "PUT", "/files/mine.txt", &[], bytes);
    let answer = put(small)?;
    ensure!(answer.status < 300, "{} {}", answer.status, answer.text());
    let answer = put(&vec![b'x'; usize::try_from(DISK)? + 1])?;
    ensure!(answer.status >= 500, "{} {}", answer.status, answer.text());
    let got = ask(&runner, "GET", "/files/mine.txt", &[], b"")?;
    assert_eq!((got.status, &*got.body), (200, small));
    // What there was room for is free again.
    let answer = put(&vec![b'x'; usize::try_from(DISK / 2)?])?;
    ensure!(answer.status < 300, "{} {}", answer.status, answer.text());
    Ok(())
}
