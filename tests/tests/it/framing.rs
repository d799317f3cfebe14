//! Who may show the page in a frame, and what they get: never one with a runner.

use anyhow::{Context, Result};
use pipeyard_tests::http::{self, Answer};
use pipeyard_tests::{Pipeyard, TestRunner};

const NOBODY: &str = "frame-ancestors 'none'";

fn asked(runner: &TestRunner, path: &str, headers: &[(&str, &str)]) -> Result<Answer> {
    let host = http::host(runner);
    http::get(
        runner,
        path,
        &[&[("Host", host.as_str())], headers].concat(),
    )
}

/// Who may frame an answer; both headers must say the same.
fn framed_by(answer: &Answer) -> Result<String> {
    let [policy] = answer.all("content-security-policy")[..] else {
        anyhow::bail!("{:?}", answer.headers);
    };
    let mut parts = policy.split(';').map(str::trim);
    let by = parts.find(|part| part.starts_with("frame-ancestors"));
    let by = by.context("a policy that says who may frame it")?;
    let old = answer.all("x-frame-options");
    assert_eq!(old.is_empty(), by != NOBODY, "{by} and {old:?}");
    Ok(by.to_owned())
}

#[test]
fn by_default_nobody_may() -> Result<()> {
    let runner = TestRunner::start()?;
    let cookie = http::cookie(&runner)?;
    for path in ["/", "/?embed=full", "/s/0123456789a?embed=full", "/nothing"] {
        for headers in [&[][..], &[("Cookie", cookie.as_str())]] {
            assert_eq!(
                framed_by(&asked(&runner, path, headers)?)?,
                NOBODY,
                "{path}"
            );
        }
    }
    assert_eq!(asked(&runner, "/?embed=full", &[])?.status, 403);
    Ok(())
}

#[test]
fn what_may_be_framed_has_no_runner_and_what_has_one_may_not() -> Result<()> {
    let flags = ["https://school.example", "http://127.0.0.1:8080"];
    let flags = flags.map(|origin| ["--allow-framing", origin]).concat();
    let runner = TestRunner::start_with(&flags, &[])?;
    let allowed = "frame-ancestors https://school.example http://127.0.0.1:8080";
    let cookie = http::cookie(&runner)?;
    let cookie = [("Cookie", cookie.as_str())];

    let own = asked(&runner, "/", &cookie)?;
    assert_eq!(framed_by(&own)?, NOBODY);
    assert_eq!(framed_by(&asked(&runner, "/", &[])?)?, NOBODY);
    assert_eq!(
        asked(&runner, "/", &[])?.status,
        403,
        "the page itself still needs its key"
    );
    assert_eq!(framed_by(&asked(&runner, "/nothing", &cookie)?)?, NOBODY);
    let token = format!("/?embed=full&token={}", runner.token());
    assert_eq!(framed_by(&asked(&runner, &token, &[])?)?, NOBODY);

    // A page that is not built in cannot be framed either.
    if own.status == 200 {
        let here = "name=\"pipeyard-runner\" content=\"here\"";
        let none = "name=\"pipeyard-runner\" content=\"none\"";
        assert!(own.text().contains(here), "{}", own.text());
        for headers in [&[][..], &cookie] {
            let embedded = asked(&runner, "/?embed=readonly", headers)?;
            assert_eq!(embedded.status, 200);
            assert_eq!(framed_by(&embedded)?, allowed);
            assert!(embedded.text().contains(none), "{}", embedded.text());
            assert!(!embedded.text().contains(here), "{}", embedded.text());
            assert_eq!(embedded.all("set-cookie"), [""; 0]);
        }
    }
    let lost = asked(
        &runner,
        "/s/0123456789a?embed=full",
        &[("Accept", "text/html")],
    )?;
    assert_eq!((lost.status, framed_by(&lost)?.as_str()), (404, allowed));
    let lost = asked(&runner, "/s/0123456789a", &[("Accept", "text/html")])?;
    assert_eq!((lost.status, framed_by(&lost)?.as_str()), (404, NOBODY));
    Ok(())
}

#[test]
fn what_is_no_origin_is_refused() -> Result<()> {
    for origin in ["*", "https://a.example/", "https://a.example; script-src *"] {
        let call = Pipeyard::new([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--allow-framing",
            origin,
        ])?;
        let outcome = call.outcome()?.expect_code(2);
        assert!(
            outcome.stderr.contains("is no origin"),
            "{}",
            outcome.stderr
        );
    }
    Ok(())
}
