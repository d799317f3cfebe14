//! What is kept of a flow, had over HTTP: whole, in part, and by nobody else.

use anyhow::{Context, Result, ensure};
use pipeyard_shared::RunId;
use pipeyard_shared::chain::{Stage, WireMode};
use pipeyard_shared::flow::FlowId;
use pipeyard_tests::http::{Answer, cookie, get, host, request};
use pipeyard_tests::pattern;
use pipeyard_tests::{Client, TestRunner, lay};

use crate::support::{Holdings, PROBE, gated, open_gate, probe, until_blocked};

const MIB: u64 = 1 << 20;

/// Where a flow's bytes are.
fn path(client: &Client, run: RunId, flow: FlowId) -> String {
    format!("/data/{}/{run}/{}", client.session.as_str(), flow.0)
}

/// Asks for a path with the cookie.
fn ask(runner: &TestRunner, path: &str, range: Option<&str>) -> Result<Answer> {
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
async fn flooded(client: &mut Client, total: u64) -> Result<RunId> {
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

/// A download that is not read holds up nothing, and one that is begun early does not grow.
#[tokio::test]
async fn a_download_of_a_flow_that_goes_on_ends() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let chain = lay([
        probe("flood", ["flood", "1000000000000"]),
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

#[tokio::test]
async fn nobody_else_gets_it() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let run = flooded(&mut client, 1_000).await?;
    let flow = client.runs[&run].flow(1, "w1")?;
    let path = path(&client, run, flow);
    let (host, cookie) = (host(&runner), cookie(&runner)?);
    let (name, _) = cookie.split_once('=').context("a name")?;
    let wrong = format!("{name}=wrong");
    let session = client.session.as_str();
    for (path, headers) in [
        (path.as_str(), vec![("Host", host.as_str())]),
        (
            path.as_str(),
            vec![("Host", host.as_str()), ("Cookie", &wrong)],
        ),
        (
            path.as_str(),
            vec![("Host", "example.org"), ("Cookie", &cookie)],
        ),
        (
            &format!("{path}?token={}", runner.token()),
            vec![("Host", host.as_str())],
        ),
    ] {
        let answer = get(&runner, path, &headers)?;
        assert!(
            [400, 403].contains(&answer.status),
            "{path} {headers:?}: {}",
            answer.status
        );
        assert!(!answer.text().contains(session), "it tells nothing");
        assert!(answer.body != pattern::bytes(0, 1_000));
    }
    let bearer = format!("Bearer {}", runner.token());
    let headers = [("Host", host.as_str()), ("Authorization", bearer.as_str())];
    assert_eq!(
        get(&runner, &path, &headers)?.status,
        200,
        "a client that is no browser"
    );
    // Another session's name does not lead to this one's runs.
    let other = Client::connect(&runner).await?;
    let theirs = path.replace(session, other.session.as_str());
    let unknown = [
        theirs.as_str(),
        &format!("/data/{session}/4711/0"),
        &format!("/data/{session}/{run}/99"),
        &format!("/data/{session}/{run}/4294967295"),
        "/data/made-up/1/0",
    ];
    for path in unknown {
        let answer = ask(&runner, path, None)?;
        assert_eq!(answer.status, 404, "{path}: {}", answer.text());
    }
    for odd in ["-1", "x", "4294967296", "%00", "0%2f0"] {
        let path = format!("/data/{session}/{run}/{odd}");
        let answer = ask(&runner, &path, None)?;
        assert!(
            [400, 404].contains(&answer.status),
            "{path}: {}",
            answer.status
        );
    }
    // Other paths are files of the page, of which a runner without one has none.
    for path in [
        format!("/data/{session}/{run}"),
        format!("/data/{session}/{run}/"),
        format!("{path}/0"),
    ] {
        let answer = ask(&runner, &path, None)?;
        assert!(
            [404, 503].contains(&answer.status),
            "{path}: {}",
            answer.status
        );
    }
    for method in ["POST", "PUT", "DELETE"] {
        let headers = [("Host", host.as_str()), ("Cookie", cookie.as_str())];
        let answer = request(&runner, method, &path, &headers)?;
        assert_eq!(answer.status, 405, "{method}");
    }
    Ok(())
}

#[tokio::test]
async fn a_direct_wire_has_nothing_kept() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let stages = [probe("a", ["echo", "x"]), probe("sum", ["sum"])];
    let chain = lay(stages).mode(WireMode::Direct).build();
    let run = client.start(&chain).await?;
    client.running(run).until_ended().await?;
    let wire = client.runs[&run].flow(1, "w1")?;
    let answer = ask(&runner, &path(&client, run, wire), None)?;
    assert_eq!(answer.status, 409, "{}", answer.text());
    assert!(
        answer.text().contains("direct"),
        "it says why: {}",
        answer.text()
    );
    let free = client.runs[&run].flow(1, "sum.stdout")?;
    let answer = ask(&runner, &path(&client, run, free), None)?;
    assert_eq!((answer.status, answer.body.is_empty()), (200, false));
    Ok(())
}

/// With the run goes what is kept of it, and the room on the disk.
#[tokio::test]
async fn what_is_forgotten_is_gone() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let first = flooded(&mut client, 10).await?;
    client.forget(first).await?;
    let before = Holdings::of(&runner);
    let run = flooded(&mut client, 4 * MIB).await?;
    let flow = client.runs[&run].flow(1, "w1")?;
    let path = path(&client, run, flow);
    assert_eq!(ask(&runner, &path, None)?.body.len() as u64, 4 * MIB);
    client.forget(run).await?;
    assert_eq!(ask(&runner, &path, None)?.status, 404);
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
    let pid = running.pid(1, "flood").await?;
    running.set_pace(1, "w1", Pace::Paused).await?;
    open_gate(&runner, "go")?;
    until_blocked(pid)?;
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
