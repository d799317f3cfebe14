//! What is kept of a flow, had over HTTP: whole, and in part.

use anyhow::{Context, Result, ensure};
use pipeyard_shared::RunId;
use pipeyard_shared::chain::Stage;
use pipeyard_shared::flow::FlowId;
use pipeyard_tests::http::{Answer, answer, begin, cookie, get, host};
use pipeyard_tests::pattern;
use pipeyard_tests::processes::resident_kib;
use pipeyard_tests::{Client, TestRunner, lay, wait_for};

use crate::support::{FOREVER, Holdings, PROBE, gated, open_gate, probe, until_blocked};

const MIB: u64 = 1 << 20;

/// Where a flow's bytes are.
pub(crate) fn path(client: &Client, run: RunId, flow: FlowId) -> String {
    format!("/data/{}/{run}/{}", client.session.as_str(), flow.0)
}

/// Asks for a path with the cookie.
pub(crate) fn ask(runner: &TestRunner, path: &str, range: Option<&str>) -> Result<Answer> {
    let (host, cookie) = (host(runner), cookie(runner)?);
    let mut headers = vec![("Host", host.as_str()), ("Cookie", cookie.as_str())];
    headers.extend(range.map(|range| ("Range", range)));
    get(runner, path, &headers)
}

fn missing(answer: &Answer) -> Result<u64> {
    let missing = answer.header("pipeyard-missing");
    Ok(missing.map(str::parse).transpose()?.unwrap_or(0))
}

/// `flood TOTAL | sum`, over.
pub(crate) async fn flooded(client: &mut Client, total: u64) -> Result<RunId> {
    let stages = [
        probe("flood", ["flood", &total.to_string()]),
        probe("sum", ["sum"]),
    ];
    let mut run = client.run(&lay(stages).build()).await?;
    run.until_ended().await?;
    Ok(run.id())
}

#[tokio::test]
async fn all_that_passed_can_be_had() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    // Nothing, within the head, within head and tail, and far beyond both.
    for total in [0, 1, 65_536, 65_537, 100_000, 131_073, MIB, 30 * MIB + 7] {
        let run = flooded(&mut client, total).await?;
        let flow = client.runs[&run].flow(1, "w1")?;
        let ended = client.runs[&run].flow_total(flow).context("an end")?;
        assert_eq!((ended.bytes, ended.kept), (Some(total), None));
        let answer = ask(&runner, &path(&client, run, flow), None)?;
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert!(
            answer.body == pattern::bytes(0, total as usize),
            "{} bytes, or others, where {total} passed",
            answer.body.len()
        );
        assert_eq!(missing(&answer)?, 0);
        client.forget(run).await?;
    }
    Ok(())
}

/// A page could be made of a flow's bytes, and must not become one.
#[tokio::test]
async fn a_download_is_a_file_and_nothing_else() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let chain = lay([probe("page", ["echo", "<script>alert(1)</script>"])]).build();
    let run = client.start(&chain).await?;
    client.running(run).until_ended().await?;
    let answer = ask(&runner, &path(&client, run, FlowId(0)), None)?;
    assert_eq!(answer.text(), "<script>alert(1)</script>\n");
    let kind = answer.header("content-type");
    assert_eq!(kind, Some("application/octet-stream"));
    let disposition = answer.header("content-disposition").unwrap_or_default();
    assert!(disposition.starts_with("attachment"), "{disposition}");
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    assert!(answer.header("content-security-policy").is_some());
    assert_eq!(answer.header("access-control-allow-origin"), None);
    Ok(())
}

#[tokio::test]
async fn a_part_can_be_had() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let total = 3 * MIB + 11;
    let run = flooded(&mut client, total).await?;
    let flow = client.runs[&run].flow(1, "w1")?;
    let path = path(&client, run, flow);
    let last = total - 1;
    let cases = [
        ("bytes=0-0".to_owned(), 0, 1),
        ("bytes=0-65535".to_owned(), 0, 65_536),
        ("bytes=65536-65536".to_owned(), 65_536, 1),
        ("bytes=1000000-2000000".to_owned(), 1_000_000, 1_000_001),
        (format!("bytes={last}-"), last, 1),
        ("bytes=-1000".to_owned(), total - 1_000, 1_000),
        (format!("bytes=5-{}", u64::MAX), 5, total - 5),
    ];
    for (range, from, count) in cases {
        let answer = ask(&runner, &path, Some(&range))?;
        assert_eq!(answer.status, 206, "{range}");
        let place = format!("bytes {from}-{}/{total}", from + count - 1);
        assert_eq!(answer.header("content-range"), Some(place.as_str()));
        assert!(
            answer.body == pattern::bytes(from, count as usize),
            "{range}"
        );
    }
    for range in [format!("bytes={total}-"), format!("bytes={}-", u64::MAX)] {
        let answer = ask(&runner, &path, Some(&range))?;
        assert_eq!(answer.status, 416, "{range}");
    }
    // What is no range of bytes is passed over.
    for range in ["lines=1-2", "bytes=2-1", "bytes=", "bytes=a-b", "\u{7f}"] {
        let answer = ask(&runner, &path, Some(range))?;
        assert!(
            [200, 400].contains(&answer.status),
            "{range}: {}",
            answer.status
        );
    }
    Ok(())
}

#[tokio::test]
async fn what_has_passed_so_far_can_be_had_while_the_run_goes_on() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let text =
        r#""$0" flood 2000000; until [ -e go ]; do sleep 0.02; done; exec "$0" flood 1000000"#;
    let stages = [
        Stage::process("source", "sh", ["-c", text, PROBE]),
        probe("sum", ["sum"]),
    ];
    let run = client.start(&lay(stages).build()).await?;
    let flow = client.runs[&run].flow(1, "w1")?;
    client
        .running(run)
        .until("two megabytes", |model| {
            let meter = model.meters.get(&flow);
            meter.is_some_and(|meter| meter.bytes == 2_000_000)
        })
        .await?;
    let answer = ask(&runner, &path(&client, run, flow), None)?;
    assert_eq!(answer.status, 200);
    // What is not written to a disk yet may be counted as missing for now.
    let had = answer.body.len() as u64;
    assert_eq!(had + missing(&answer)?, 2_000_000);
    assert!(had >= MIB, "only {had} bytes");
    assert!(answer.body == pattern::bytes(0, answer.body.len()));
    open_gate(&runner, "go")?;
    client.running(run).until_ended().await?;
    let answer = ask(&runner, &path(&client, run, flow), None)?;
    let mut expected = pattern::bytes(0, 2_000_000);
    expected.extend(pattern::bytes(0, 1_000_000));
    assert!(answer.body == expected, "{} bytes", answer.body.len());
    Ok(())
}

/// A download of a part that is there ends, however the flow goes on.
#[tokio::test]
async fn a_download_of_a_flow_that_goes_on_ends() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let chain = lay([
        probe("flood", ["flood", FOREVER]),
        Stage::process("cat", "cat", []),
    ])
    .build();
    let run = client.start(&chain).await?;
    let flow = client.runs[&run].flow(1, "w1")?;
    client
        .running(run)
        .until("some megabytes", |model| {
            let meter = model.meters.get(&flow);
            meter.is_some_and(|meter| meter.bytes > 4_000_000)
        })
        .await?;
    let range = Some("bytes=0-2999999");
    let answer = ask(&runner, &path(&client, run, flow), range)?;
    assert!(answer.body == pattern::bytes(0, 3_000_000));
    client.running(run).stop().await?;
    client.running(run).until_ended().await?;
    Ok(())
}

/// Somebody asks for much and takes nothing of it: the run goes on, others get what they ask for, the runner
/// does not hold the rest for them, and it is still there when they come to take it.
#[tokio::test]
async fn a_download_that_is_not_read_holds_up_nothing() -> Result<()> {
    // More than the sockets between the two can hold.
    const TOTAL: u64 = 96 * MIB;
    const WRITTEN: u64 = TOTAL / 2;
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let text = r#""$0" flood "$1"; exec "$0" gate go "$0" flood "$1""#;
    let half = WRITTEN.to_string();
    let stages = [
        Stage::process("source", "sh", ["-c", text, PROBE, &half]),
        probe("sum", ["sum"]),
    ];
    let run = client.start(&lay(stages).build()).await?;
    let flow = client.runs[&run].flow(1, "w1")?;
    client
        .running(run)
        .until("the first half", |model| {
            let meter = model.meters.get(&flow);
            meter.is_some_and(|meter| meter.bytes == WRITTEN)
        })
        .await?;
    let path = path(&client, run, flow);
    // What is on its way to the disk is not kept yet.
    let kept = wait_for("what is kept", || {
        let answer = ask(&runner, &path, Some("bytes=-1")).ok()?;
        let all = answer
            .header("content-range")?
            .ends_with(&format!("/{WRITTEN}"));
        all.then_some(WRITTEN)
    })?;
    let (host, cookie) = (host(&runner), cookie(&runner)?);
    let headers = [("Host", host.as_str()), ("Cookie", cookie.as_str())];
    let before = resident_kib(runner.pid());
    let unread = (0..4).map(|_| begin(&runner, "GET", &path, &headers));
    let unread = unread.collect::<Result<Vec<_>>>()?;
    for stream in &unread {
        // It has begun: the answer's first byte is there, and stays there.
        assert_eq!(stream.peek(&mut [0])?, 1);
    }
    open_gate(&runner, "go")?;
    client.running(run).until_ended().await?;
    let other = ask(&runner, &path, Some("bytes=-1000"))?;
    let from = WRITTEN - 1_000;
    assert!(
        other.body == pattern::bytes(from, 1_000),
        "the second half's end"
    );
    let after = resident_kib(runner.pid());
    assert!(
        after < before + 24 * 1_024,
        "{before} KiB became {after} KiB"
    );
    for stream in unread {
        let answer = answer(stream)?;
        assert_eq!(answer.status, 200);
        assert!(
            answer.body == pattern::bytes(0, kept as usize),
            "other bytes"
        );
    }
    Ok(())
}

/// With the run goes what is kept of it, and the room on the disk.
#[tokio::test]
async fn what_is_forgotten_is_gone() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let first = flooded(&mut client, 10).await?;
    client.forget(first).await?;
    let before = Holdings::of(&runner)?;
    let run = flooded(&mut client, 4 * MIB).await?;
    let flow = client.runs[&run].flow(1, "w1")?;
    let path = path(&client, run, flow);
    assert_eq!(ask(&runner, &path, None)?.body.len() as u64, 4 * MIB);
    client.forget(run).await?;
    assert_eq!(ask(&runner, &path, None)?.status, 404);
    before.are_back(&runner)
}

/// A page that had seen a run to its end and came back kept the run's file open: it was followed as if there
/// were more to tell, and a run that is followed is not let go of.
#[tokio::test]
async fn what_was_seen_before_a_return_is_gone_when_it_is_forgotten() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let first = flooded(&mut client, 10).await?;
    client.forget(first).await?;
    let before = Holdings::of(&runner)?;
    let run = flooded(&mut client, 4 * MIB).await?;
    let mut client = Client::resume(&runner, client.leave()).await?;
    client.ping().await?;
    client.forget(run).await?;
    before.are_back(&runner)
}

/// Beyond the run's room the flow goes on, and what is not kept is counted.
#[tokio::test]
async fn beyond_the_room_the_beginning_is_kept_and_the_rest_is_counted() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let room = client.limits.spill_bytes;
    ensure!(room <= 512 * MIB, "too much room for a test");
    let total = room + 20 * MIB + 3;
    let stages = [
        probe("flood", ["flood", &total.to_string()]),
        Stage::process("count", "wc", ["-c"]),
    ];
    let mut run = client.run(&lay(stages).build()).await?;
    let log = run.until_ended().await?;
    let run = run.id();
    let flow = log.flow(1, "w1")?;
    let ended = log.flow_total(flow).context("an end")?;
    assert_eq!(ended.bytes, Some(total));
    let kept = ended.kept.context("not all can be kept")?;
    let preview = u64::from(client.limits.preview_bytes);
    assert!(kept <= room + preview, "{kept} bytes of {room}");
    assert!(kept > room / 2, "only {kept} bytes of {room}");
    let path = path(&client, run, flow);
    let from = kept - 100_000;
    let answer = ask(&runner, &path, Some(&format!("bytes={from}-")))?;
    assert_eq!(answer.status, 206);
    assert!(answer.body == pattern::bytes(from, 100_000));
    assert_eq!(missing(&answer)?, total - kept);
    let behind = ask(&runner, &path, Some(&format!("bytes={kept}-")))?;
    assert_eq!(behind.status, 416);
    // The next run has room of its own when this one is forgotten.
    client.forget(run).await?;
    let next = flooded(&mut client, 2 * MIB).await?;
    let flow = client.runs[&next].flow(1, "w1")?;
    let ended = client.runs[&next].flow_total(flow).context("an end")?;
    assert_eq!(ended.kept, None);
    Ok(())
}

/// Of very many flows each keeps at least its head, and says what it has not.
#[tokio::test]
async fn of_many_flows_each_says_what_it_keeps() -> Result<()> {
    const LANES: u32 = 150;
    const TOTAL: u64 = 300_000;
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let chain = lay([probe("flood", ["flood", &TOTAL.to_string()])])
        .lanes(LANES)
        .jobs(8)
        .build();
    let mut run = client.run(&chain).await?;
    let log = run.until_ended().await?;
    let run = run.id();
    for lane in (1..=LANES).step_by(7).chain([LANES]) {
        let flow = log.flow(lane, "flood.stdout")?;
        let ended = log.flow_total(flow).context("an end")?;
        assert_eq!(ended.bytes, Some(TOTAL));
        let kept = ended.kept.unwrap_or(TOTAL);
        let answer = ask(&runner, &path(&client, run, flow), None)?;
        assert_eq!(answer.body.len() as u64, kept, "lane {lane}");
        assert_eq!(missing(&answer)?, TOTAL - kept, "lane {lane}");
        assert!(
            answer.body == pattern::bytes(0, kept as usize),
            "lane {lane}"
        );
        assert!(kept >= 512, "lane {lane} keeps {kept}");
    }
    Ok(())
}

/// A paused flow has what passed before, and no more.
#[tokio::test]
async fn what_is_held_back_has_not_passed() -> Result<()> {
    use pipeyard_shared::event::Pace;
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let stages = [
        gated("flood", "go", [PROBE, "flood", "1000000"]),
        probe("sum", ["sum"]),
    ];
    let run = client.start(&lay(stages).build()).await?;
    let mut running = client.running(run);
    running.set_pace(1, "w1", Pace::Paused).await?;
    open_gate(&runner, "go")?;
    until_blocked(&mut running, "flood").await?;
    let flow = running.model().flow(1, "w1")?;
    let answer = ask(&runner, &path(&client, run, flow), None)?;
    assert_eq!((answer.status, answer.body.len()), (200, 0));
    assert_eq!(missing(&answer)?, 0);
    client.running(run).set_pace(1, "w1", Pace::Open).await?;
    client.running(run).until_ended().await?;
    let answer = ask(&runner, &path(&client, run, flow), None)?;
    assert_eq!(answer.body.len(), 1_000_000);
    Ok(())
}

/// The room of a new run is that of the oldest which is over: what the new one writes is kept whole.
#[tokio::test]
async fn the_oldest_run_gives_way_to_a_new_one() -> Result<()> {
    let (a_run, all) = ((4 * MIB).to_string(), (8 * MIB).to_string());
    let flags = ["--spill-bytes", &a_run, "--disk-bytes", &all];
    let runner = TestRunner::start_with(&flags, &[])?;
    let mut client = Client::connect(&runner).await?;
    let mut runs = Vec::new();
    for _ in 0..3 {
        runs.push(flooded(&mut client, 3 * MIB).await?);
    }
    let mut lost = Vec::new();
    for run in runs {
        let flow = client.runs[&run].flow(1, "w1")?;
        lost.push(missing(&ask(&runner, &path(&client, run, flow), None)?)?);
    }
    assert!(lost[0] > 0, "the oldest has given way");
    assert_eq!(lost[1..], [0, 0]);
    Ok(())
}
