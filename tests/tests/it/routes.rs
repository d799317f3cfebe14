//! Every route there is, as the router's own source has it: what each does without a key, and the headers of each answer.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use pipeyard_tests::TestRunner;
use pipeyard_tests::http::{self, Answer};

/// What anybody may have: it holds no secret.
const OPEN: [&str; 2] = ["/healthz", "/s/{name}"];

const METHODS: [&str; 5] = ["GET", "POST", "PUT", "DELETE", "OPTIONS"];

/// The routes in the source of the router, so that none that is added can be forgotten here.
fn routes() -> Result<BTreeSet<String>> {
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/../runner/src/http.rs");
    let source = std::fs::read_to_string(source)?;
    let mut routes = BTreeSet::new();
    for after in source.split(".route(").skip(1) {
        let text = after.split('"').nth(1).context("a path")?;
        routes.insert(text.to_owned());
    }
    ensure!(
        routes.len() >= 12 && routes.contains("/socket"),
        "{routes:?}"
    );
    Ok(routes)
}

/// A path that the route takes.
fn path(route: &str) -> String {
    let parts = route.split('/').map(|part| match part {
        "{run}" | "{flow}" => "1",
        part if part.starts_with('{') => "something",
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

fn is_guarded(answer: &Answer) -> bool {
    let one = |name: &str| match answer.all(name)[..] {
        [value] => value.to_owned(),
        _ => String::new(),
    };
    let policy = one("content-security-policy");
    policy.contains("default-src 'none'")
        && policy.contains("frame-ancestors 'none'")
        && !policy.contains("unsafe-inline")
        && !policy.contains("'unsafe-eval'")
        && one("x-frame-options") == "DENY"
        && one("x-content-type-options") == "nosniff"
        && one("referrer-policy") == "no-referrer"
        && one("cross-origin-opener-policy") == "same-origin"
        && one("cross-origin-resource-policy") == "same-origin"
        && answer.all("access-control-allow-origin").is_empty()
}

#[test]
fn every_route_is_guarded_and_asks_for_a_key() -> Result<()> {
    let runner = TestRunner::start()?;
    let (host, origin, cookie) = (
        http::host(&runner),
        http::origin(&runner),
        http::cookie(&runner)?,
    );
    let own = [
        ("Host", host.as_str()),
        ("Origin", &origin),
        ("Cookie", &cookie),
    ];
    for route in routes()? {
        let path = path(&route);
        for method in METHODS {
            let bare = http::send(&runner, method, &path, &own[..1], b"")?;
            ensure!(is_guarded(&bare), "{method} {path}: {:?}", bare.headers);
            ensure!(
                !bare.text().contains(runner.token()),
                "{method} {path} tells the key"
            );
            let is_open = OPEN.contains(&route.as_str());
            ensure!(
                is_open || bare.status >= 400,
                "{method} {path} is open: {}",
                bare.status
            );
            let foreign = [own[0], ("Origin", "https://example.org"), own[2]];
            let refused = http::send(&runner, method, &path, &foreign, b"")?;
            ensure!(
                is_guarded(&refused),
                "{method} {path}: {:?}",
                refused.headers
            );
            let changes = method != "GET" && !refused.status.to_string().starts_with('4');
            ensure!(
                !changes,
                "{method} {path} from another site: {}",
                refused.status
            );
            let answer = http::send(&runner, method, &path, &own, b"")?;
            ensure!(is_guarded(&answer), "{method} {path}: {:?}", answer.headers);
        }
    }
    Ok(())
}
