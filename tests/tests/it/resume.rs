//! Coming back at any instant gives the same log and bytes as never having left.

use anyhow::{Context, Result, ensure};
use pipeyard_shared::chain::Stage;
use pipeyard_shared::event::{Event, Pace};
use pipeyard_shared::flow::FlowId;
use pipeyard_shared::message::ClientMessage;
use pipeyard_shared::{Chain, RunId};
use pipeyard_tests::client::deadline;
use pipeyard_tests::lay::apart;
use pipeyard_tests::pattern;
use pipeyard_tests::{Client, RunModel, TestRunner, lay, rules};

use crate::bytes::newlines;
use crate::relays::{planes, start};
use crate::support::{FOREVER, clock, open_gate, probe};

/// How often a page comes back at least, before what it watches may end.
const RETURNS: usize = 4;
/// How often it does at most: one that leaves at each message hears hardly anything.
const MOST_RETURNS: usize = 150;

fn many_lanes() -> Chain {
    let stages = [
        probe("lines", ["lines", "2000", "lane{lane}"]),
        probe("middle", ["sum"]),
        probe("last", ["sum"]),
    ];
    lay(stages).lanes(6).jobs(2).build()
}

/// When a page leaves.
enum Leaves {
    /// After so many messages.
    After(u64),
    /// When more of something has come than there was.
    AtMore(fn(&RunModel) -> u64),
}

/// A run that a page leaves again and again.
struct Visits<'a> {
    chain: Chain,
    /// The wires that it watches whenever it is there.
    watched: &'a [&'a str],
    /// What it does to the first wire, each time the next one.
    paces: &'a [Pace],
    leaves: Leaves,
    /// What lets the run come to its end; without one it is stopped.
    gate: Option<String>,
}

impl Visits<'_> {
    /// Comes back until the run is over. The client's model checks that no event is missing and none comes
    /// twice, and that bytes go on where they were left.
    async fn leave_and_come_back(&self, runner: &TestRunner) -> Result<RunModel> {
        let mut client = Client::connect(runner).await?;
        let run = client.start(&self.chain).await?;
        let watched = self
            .watched
            .iter()
            .map(|name| client.runs[&run].flow(1, name));
        let watched = watched.collect::<Result<Vec<FlowId>>>()?;
        let mut paces = self.paces.iter().cycle();
        for returns in 0..MOST_RETURNS {
            for flow in &watched {
                client.watch(run, *flow).await?;
            }
            if let (Some(pace), Some(flow)) = (paces.next(), watched.first()) {
                let (pace, flow) = (*pace, *flow);
                let message = ClientMessage::SetPace { run, flow, pace };
                client.say(&message).await?;
            }
            if returns == RETURNS {
                ensure!(!client.runs[&run].is_ended(), "nothing holds it back");
                self.let_it_end(runner, &mut client, run).await?;
            }
            let count = |client: &Client| match self.leaves {
                Leaves::After(_) => client.received,
                Leaves::AtMore(count) => count(&client.runs[&run]),
            };
            let more = match self.leaves {
                Leaves::After(messages) => messages,
                Leaves::AtMore(_) => 1,
            };
            let leave_at = count(&client) + more;
            while count(&client) < leave_at && !client.runs[&run].is_ended() {
                client.receive(deadline()).await?;
            }
            if client.runs[&run].is_ended() {
                break;
            }
            client = Client::resume(runner, client.leave()).await?;
            ensure!(
                client.resumed && client.runs.contains_key(&run),
                "it is forgotten"
            );
        }
        let mut log = client.running(run).until_ended().await?;
        // What came while it was away, as far as it is kept.
        for flow in watched {
            let Some(total) = log.flow_total(flow).and_then(|total| total.bytes) else {
                continue;
            };
            client.watch(run, flow).await?;
            let is_whole = |client: &Client| {
                let preview = client.runs[&run].previews.get(&flow);
                preview.map_or(0, |preview| preview.end()) == total
            };
            client.until("the last byte", is_whole).await?;
        }
        log.previews.clone_from(&client.runs[&run].previews);
        // Whoever asks for all of it again gets the very same.
        let mut fresh = client.leave();
        fresh.forget_events();
        let mut again = Client::resume(runner, fresh).await?;
        let same = again.running(run).until_ended().await?;
        assert_eq!(same.events, log.events);
        rules::check(&same)?;
        Ok(log)
    }

    async fn let_it_end(&self, runner: &TestRunner, client: &mut Client, run: RunId) -> Result<()> {
        match &self.gate {
            Some(gate) => open_gate(runner, gate),
            None => {
                client.say(&ClientMessage::Stop { run }).await?;
                // A connection that is dropped at once can take with it what was said last.
                client.ping().await
            }
        }
    }
}

/// All at once, before one runner.
async fn all(runner: &TestRunner, visits: &[Visits<'_>]) -> Result<Vec<RunModel>> {
    let logs = visits
        .iter()
        .map(|visits| visits.leave_and_come_back(runner));
    futures_util::future::try_join_all(logs).await
}

/// That what came of a flow of the pattern is what stood there.
fn is_pattern(log: &RunModel, flow: &str) -> Result<()> {
    let flow = log.flow(1, flow)?;
    let slices = log.previews.get(&flow).map(|preview| preview.slices());
    for slice in slices.unwrap_or_default() {
        let expected = pattern::bytes(slice.offset, slice.bytes.len());
        ensure!(slice.bytes == expected, "other bytes at {}", slice.offset);
    }
    Ok(())
}

/// Lanes begin and end, while the page leaves after each message, each second one, …
#[tokio::test]
async fn leaving_after_so_many_messages_loses_no_event() -> Result<()> {
    let runner = TestRunner::start()?;
    // The first lanes stay until the gate opens. A clock in each sees to it that there always is a message.
    let left = (1..=24).map(|messages| {
        let gate = format!("go.{messages}");
        let ticks = r#"until [ -e "$0" ]; do echo tick; sleep 0.05; done"#;
        let mut chain = many_lanes();
        let clock = Stage::process("clock", "sh", ["-c", ticks, &gate]);
        chain.stages.push(clock);
        Visits {
            chain,
            watched: &[],
            paces: &[],
            leaves: Leaves::After(messages),
            gate: Some(gate),
        }
    });
    let left: Vec<Visits> = left.collect();
    let mut logs = Vec::new();
    // Each of them has a connection, and for a moment that which it has just left.
    for left in left.chunks(12) {
        logs.extend(all(&runner, left).await?);
    }
    for log in logs {
        let lanes = log.count(|event| matches!(event, Event::LaneEnded { .. }));
        assert_eq!(lanes, 6);
    }
    Ok(())
}

/// Busy wires, of which the page watches both.
#[tokio::test]
async fn leaving_while_much_passes_loses_nothing() -> Result<()> {
    for plane in planes() {
        let runner = start(&plane)?;
        for messages in [1, 3, 8, 20] {
            let stages = [
                probe("flood", ["flood", FOREVER]),
                Stage::process("cat", "cat", []),
                probe("sum", ["sum"]),
            ];
            let visits = Visits {
                chain: lay(stages).build(),
                watched: &["w1", "w2"],
                paces: &[],
                leaves: Leaves::After(messages),
                gate: None,
            };
            let log = visits.leave_and_come_back(&runner).await?;
            for wire in ["w1", "w2"] {
                is_pattern(&log, wire).with_context(|| format!("{plane}: {wire}"))?;
                let total = log.flow_total(log.flow(1, wire)?).context("an end")?;
                let lines = total.bytes.map(newlines);
                assert_eq!(total.lines, lines, "{plane}: {wire}");
            }
        }
    }
    Ok(())
}

/// A wire whose pace the page changes each time it is there, and a direct one into which it looks: who is
/// blocked and who waits changes all the time.
#[tokio::test]
async fn leaving_while_a_wire_is_paced_and_stages_are_looked_at_loses_nothing() -> Result<()> {
    let runner = TestRunner::start()?;
    let paces = [
        Pace::Lines { count: 50 },
        Pace::Paused,
        Pace::Rate { bytes: 100_000 },
        Pace::Rate { bytes: 5_000_000 },
    ];
    let doings =
        |log: &RunModel| log.count(|event| matches!(event, Event::StageDoing { .. })) as u64;
    let glimpses = |log: &RunModel| log.glimpses.values().map(|(_, count)| count).sum();
    let leaves = [
        Leaves::After(1),
        Leaves::After(2),
        Leaves::After(12),
        Leaves::AtMore(doings),
        Leaves::AtMore(glimpses),
    ];
    let left = leaves.map(|leaves| {
        // Three at a time: some always stand in the pipe for a while, to be looked at, and then there are none to read.
        let beats = r"beat=0; while :; do beat=$((beat + 1)); printf '%s\n' $beat $beat $beat; sleep 0.45; done";
        let slow = "while read -r beat; do sleep 0.1; done";
        let chain = apart([
            probe("flood", ["flood", FOREVER]),
            probe("sum", ["sum"]),
            Stage::process("beats", "sh", ["-c", beats]),
            Stage::process("slow", "sh", ["-c", slow]),
            clock(),
        ])
        .wire("flood.stdout", "sum.stdin")
        .wire("beats.stdout", "slow.stdin")
        .direct(2);
        Visits {
            chain: chain.build(),
            watched: &["w1", "w2"],
            paces: &paces,
            leaves,
            gate: None,
        }
    });
    let logs = all(&runner, &left).await?;
    for log in &logs {
        is_pattern(log, "w1")?;
        let paced = log.count(|event| matches!(event, Event::PaceSet { .. }));
        assert!(paced > 0, "no pace was heard");
    }
    let seen: u64 = logs.iter().map(glimpses).sum();
    assert!(seen >= RETURNS as u64, "{seen} glimpses");
    Ok(())
}

/// What passed while nobody was there is shown as far as it is kept, and what is not is flagged.
#[tokio::test]
async fn bytes_go_on_where_they_were_left() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let chain = lay([
        probe("flood", ["flood", "400000"]),
        probe("slow", ["slow-sum", "20"]),
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
    let first = client.start(&many_lanes()).await?;
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
    use pipeyard_shared::message::{PROTOCOL_VERSION, Seen};
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
