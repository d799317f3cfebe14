//! What a page is shown of a flow: a contiguous slice at its stated offset, and a flag where bytes are
//! missing. The client checks position and flag of every frame; here it is checked what is kept.

use anyhow::Result;
use pipeyard_shared::RunId;
use pipeyard_shared::flow::FlowId;
use pipeyard_shared::message::{ClientMessage, Trouble};
use pipeyard_tests::pattern;
use pipeyard_tests::{Client, TestRunner, lay};

use crate::support::{FOREVER, probe};

const KEPT: usize = 64 << 10;

#[tokio::test]
async fn head_and_tail_are_kept_and_the_gap_is_flagged() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    assert_eq!(client.limits.preview_bytes as usize, KEPT);
    for total in [0, 1, KEPT, KEPT + 1, 2 * KEPT, 2 * KEPT + 1, 1_000_003] {
        let chain = lay([
            probe("a", ["flood", &total.to_string()]),
            probe("b", ["sum"]),
        ])
        .build();
        let run = client.run(&chain).await?;
        let run = run.id();
        client.running(run).until_ended().await?;
        let flow = client.runs[&run].flow(1, "w1")?;
        if total > 0 {
            client.watch(run, flow).await?;
            client
                .until("all that is kept", |client| {
                    let preview = client.runs[&run].previews.get(&flow);
                    preview.is_some_and(|preview| preview.end() == total as u64)
                })
                .await?;
            let preview = &client.runs[&run].previews[&flow];
            assert_eq!(preview.head(), pattern::bytes(0, total.min(KEPT)));
            assert_eq!(preview.gap(), total.saturating_sub(2 * KEPT) as u64);
            let last = preview.slices().pop().expect("something was kept");
            let expected = pattern::bytes(last.offset, last.bytes.len());
            assert_eq!(last.bytes, expected, "of {total}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn watching_can_begin_anywhere() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let total = 300_000u64;
    let chain = lay([probe("a", ["flood", &total.to_string()])]).build();
    let run = client.run(&chain).await?.id();
    client.running(run).until_ended().await?;
    let flow = client.runs[&run].flow(1, "a.stdout")?;
    let tail = total - KEPT as u64;
    // In the head, in what is not kept, in the tail, and where the next byte would stand.
    for (from, first) in [
        (10, Some(10)),
        (KEPT as u64, Some(tail)),
        (tail + 7, Some(tail + 7)),
        (total, None),
    ] {
        let mut preview = pipeyard_shared::preview::Preview::new(KEPT);
        preview.push_at(from, &[]);
        let model = client.runs.get_mut(&run).expect("the run is known");
        model.previews.insert(flow, preview);
        model.first.remove(&flow);
        client
            .say(&ClientMessage::Watch { run, flow, from })
            .await?;
        if first.is_some() {
            client
                .until("the rest", |client| {
                    client.runs[&run].previews[&flow].end() == total
                })
                .await?;
        }
        client.ping().await?;
        let model = &client.runs[&run];
        assert_eq!(model.previews[&flow].end(), total);
        assert_eq!(model.first.get(&flow).copied(), first, "from {from}");
        for slice in model.previews[&flow].slices() {
            let expected = pattern::bytes(slice.offset, slice.bytes.len());
            assert!(slice.bytes == expected, "at {} from {from}", slice.offset);
        }
        client.say(&ClientMessage::Unwatch { run, flow }).await?;
    }
    Ok(())
}

/// A page that watches from the first byte on sees the run's bytes while it runs, not after it.
#[tokio::test]
async fn bytes_are_shown_while_the_run_goes_on() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let chain = lay([probe("deaf", ["ignore-term", "60"])]).build();
    let mut run = client.run(&chain).await?;
    run.until_shown(1, "deaf.stdout", b"deaf\n").await?;
    assert!(!run.model().is_ended());
    run.stop().await?;
    run.until_ended().await?;
    Ok(())
}

/// Which numbers flows have follows from the chain, so they can be watched with the very first word.
#[tokio::test]
async fn a_run_can_be_watched_from_its_start() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let chain = lay([probe("deaf", ["ignore-term", "60"])]).build();
    let nowhere = FlowId(99);
    let run = client
        .start_watched(&chain, vec![FlowId(0), nowhere])
        .await?;
    client
        .running(run)
        .until("the bytes", |model| {
            let preview = model.previews.get(&FlowId(0));
            preview.is_some_and(|preview| preview.head() == b"deaf\n")
        })
        .await?;
    let trouble = client.next_trouble().await?;
    assert_eq!(trouble, Trouble::NoSuchPlace { run });
    client.running(run).stop().await?;
    client.running(run).until_ended().await?;
    Ok(())
}

/// Nothing is sent of a flow that is not watched any more.
#[tokio::test]
async fn unwatching_ends_it() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let chain = lay([probe("yes", ["flood", FOREVER]), probe("sum", ["sum"])]).build();
    let run = client.run(&chain).await?.id();
    let flow = client.runs[&run].flow(1, "w1")?;
    client.watch(run, flow).await?;
    client
        .until("some bytes", |client| {
            client.runs[&run].previews.contains_key(&flow)
        })
        .await?;
    client.say(&ClientMessage::Unwatch { run, flow }).await?;
    client.ping().await?;
    let before = client.runs[&run].previews[&flow].end();
    let meter = client.runs[&run]
        .meters
        .get(&flow)
        .map_or(0, |meter| meter.bytes);
    client
        .until("more to pass", |client| {
            client.runs[&run]
                .meters
                .get(&flow)
                .is_some_and(|now| now.bytes > meter + 1_000_000)
        })
        .await?;
    assert_eq!(client.runs[&run].previews[&flow].end(), before);
    client.running(run).stop().await?;
    client.running(run).until_ended().await?;
    Ok(())
}

#[tokio::test]
async fn what_is_not_there_cannot_be_watched() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let chain = lay([probe("a", ["echo"])]).build();
    let run = client.run(&chain).await?.id();
    client.running(run).until_ended().await?;
    let watch = |run, flow| ClientMessage::Watch {
        run,
        flow: FlowId(flow),
        from: 0,
    };
    assert_eq!(
        client.trouble(&watch(run, 99)).await?,
        Trouble::NoSuchPlace { run }
    );
    let nobody = RunId(u64::MAX);
    assert_eq!(
        client.trouble(&watch(nobody, 0)).await?,
        Trouble::NoSuchRun { run: nobody }
    );
    // An offset that no flow will ever reach does no harm.
    client
        .say(&ClientMessage::Watch {
            run,
            flow: FlowId(0),
            from: u64::MAX,
        })
        .await?;
    client.ping().await
}
