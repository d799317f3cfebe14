//! What is kept of a flow, and is not for everybody; and what is not kept.

use anyhow::{Context, Result};
use pipeyard_shared::chain::WireMode;
use pipeyard_tests::http::{cookie, get, host, request};
use pipeyard_tests::pattern;
use pipeyard_tests::{Client, TestRunner, lay};

use crate::download::{ask, flooded, path};
use crate::support::{gated, open_gate, probe};

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
        // Nor is anybody told which paths could lead to something.
        ("/data/x/not-a-number/0", vec![("Host", host.as_str())]),
        (
            &format!("/data/{session}/{run}/x"),
            vec![("Host", host.as_str())],
        ),
    ] {
        let answer = get(&runner, path, &headers)?;
        assert_eq!(answer.status, 403, "{path} {headers:?}");
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
        assert_eq!(answer.status, 404, "{path}");
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
    let stages = [gated("a", "go", ["echo", "x"]), probe("sum", ["sum"])];
    let chain = lay(stages).mode(WireMode::Direct).lanes(2).jobs(1).build();
    let run = client.start(&chain).await?;
    let model = &client.runs[&run];
    let wires = [model.flow(1, "w1")?, model.flow(2, "w1")?];
    // Neither while its lane waits for its turn, nor while it is open, nor afterwards.
    for is_over in [false, true] {
        for wire in wires {
            let answer = ask(&runner, &path(&client, run, wire), None)?;
            assert_eq!(answer.status, 409, "{wire:?}: {}", answer.text());
            assert!(
                answer.text().contains("direct"),
                "it says why: {}",
                answer.text()
            );
        }
        if !is_over {
            open_gate(&runner, "go")?;
            client.running(run).until_ended().await?;
        }
    }
    let free = client.runs[&run].flow(1, "sum.stdout")?;
    let answer = ask(&runner, &path(&client, run, free), None)?;
    assert_eq!((answer.status, answer.body.is_empty()), (200, false));
    Ok(())
}
