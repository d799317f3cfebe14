//! Coming back at any instant gives the same log and bytes as never having left.

use anyhow::Result;
use pipeyard_shared::Chain;
use pipeyard_shared::event::RunEvent;
use pipeyard_tests::client::deadline;
use pipeyard_tests::pattern;
use pipeyard_tests::{Client, TestRunner, lay, rules};

use crate::support::probe;

fn busy() -> Chain {
    let stages = [
        probe("lines", ["lines", "2000", "lane{lane}"]),
        probe("middle", ["sum"]),
        probe("last", ["sum"]),
    ];
    lay(stages).lanes(6).jobs(2).build()
}

/// Leaves after every few messages, whatever they are, and comes back; the client's model checks that
/// no event is missing and none comes twice.
#[tokio::test]
async fn leaving_after_any_message_loses_nothing() -> Result<()> {
    for patience in 0..24u64 {
        let runner = TestRunner::start()?;
        let mut client = Client::connect(&runner).await?;
        let run = client.start(&busy()).await?;
        let mut returns = 0;
        while !client.runs[&run].is_ended() {
            let leave_at = client.received + patience;
            while client.received < leave_at && !client.runs[&run].is_ended() {
                client.receive(deadline()).await?;
            }
            client = Client::resume(&runner, client.leave()).await?;
            assert!(client.resumed);
            assert!(client.runs.contains_key(&run));
            returns += 1;
            if returns > 20 {
                break;
            }
        }
        assert!(returns > 0);
        let log = client.running(run).until_ended().await?;
        // Whoever asks for all of it again gets the very same.
        let mut fresh = client.leave();
        fresh.forget_events();
        let mut again = Client::resume(&runner, fresh).await?;
        let same = again.running(run).until_ended().await?;
        let told: &[RunEvent] = &same.events;
        assert_eq!(told, log.events);
        rules::check(&same)?;
    }
    Ok(())
}

/// What passed while nobody was there is shown as far as it is kept, and what is not is flagged.
#[tokio::test]
async fn bytes_go_on_where_they_were_left() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let chain = lay([
        probe("flood", ["flood", "400000"]),
        probe("slow", ["slow-sum", "3"]),
    ])
    .build();
    let run = client.start(&chain).await?;
    let flow = client.runs[&run].flow(1, "w1")?;
    let mut returns = 0;
    while !client.runs[&run].is_ended() && returns < 12 {
        client.watch(run, flow).await?;
        let had = client.runs[&run]
            .previews
            .get(&flow)
            .map_or(0, |preview| preview.end());
        client
            .until("more bytes", |client| {
                let model = &client.runs[&run];
                model.is_ended()
                    || model
                        .previews
                        .get(&flow)
                        .is_some_and(|preview| preview.end() > had)
            })
            .await?;
        client = Client::resume(&runner, client.leave()).await?;
        returns += 1;
    }
    assert!(returns > 2, "it came back only {returns} times");
    client.running(run).until_ended().await?;
    client.watch(run, flow).await?;
    client
        .until("the last byte", |client| {
            client.runs[&run].previews[&flow].end() == 400_000
        })
        .await?;
    for slice in client.runs[&run].previews[&flow].slices() {
        assert_eq!(
            slice.bytes,
            pattern::bytes(slice.offset, slice.bytes.len()),
            "at {}",
            slice.offset
        );
    }
    Ok(())
}

/// A page that was closed and opened again knows nothing of its runs but the session's name.
#[tokio::test]
async fn a_page_that_has_seen_nothing_gets_everything() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let first = client.start(&busy()).await?;
    let log = client.running(first).until_ended().await?;
    let second = client
        .start(&lay([probe("a", ["sleep", "60"])]).build())
        .await?;
    client.running(second).pid(1, "a").await?;
    let mut left = client.leave();
    left.forget_runs();
    let mut client = Client::resume(&runner, left).await?;
    assert_eq!(client.runs.len(), 2, "both are told of, with their chains");
    let same = client.running(first).until_ended().await?;
    assert_eq!(same.events, log.events);
    assert_eq!(same.chain, log.chain);
    client.running(second).pid(1, "a").await?;
    client.running(second).stop().await?;
    client.running(second).until_ended().await?;
    Ok(())
}

/// More events than there are cannot have been seen.
#[tokio::test]
async fn a_page_that_claims_too_much_does_no_harm() -> Result<()> {
    use pipeyard_shared::RunId;
    use pipeyard_shared::message::{ClientMessage, PROTOCOL_VERSION, Seen};
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let run = client.start(&lay([probe("a", ["echo"])]).build()).await?;
    client.running(run).until_ended().await?;
    let session = client.session.clone();
    drop(client);
    let mut client = Client::open(&runner).await?;
    let seen = vec![
        Seen {
            run,
            events: u64::MAX,
        },
        Seen {
            run: RunId(u64::MAX),
            events: 3,
        },
        Seen { run, events: 0 },
    ];
    client
        .say(&ClientMessage::Hello {
            protocol: PROTOCOL_VERSION,
            session: Some(session),
            seen,
        })
        .await?;
    client
        .until("an answer", |client| {
            client.resumed || !client.troubles.is_empty()
        })
        .await
}
