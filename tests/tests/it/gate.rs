//! Whoever can talk to the runner can start programs, so nobody else may: token, `Host` and `Origin`
//! are looked at before any upgrade.

use anyhow::Result;
use pipeyard_tests::http::{Answer, UPGRADE, cookie, get, host, origin, request};
use pipeyard_tests::{Client, TestRunner};

/// Asks for the socket with these three headers; none is sent where nothing is given.
fn knock(
    runner: &TestRunner,
    host: Option<&str>,
    origin: Option<&str>,
    token: Option<(&str, &str)>,
) -> Result<Answer> {
    let mut headers = UPGRADE.to_vec();
    headers.extend(host.map(|host| ("Host", host)));
    headers.extend(origin.map(|origin| ("Origin", origin)));
    headers.extend(token);
    get(runner, "/socket", &headers)
}

#[test]
fn the_right_host_origin_and_token_open_the_socket() -> Result<()> {
    let runner = TestRunner::start()?;
    let bearer = format!("Bearer {}", runner.token());
    let cookie = cookie(&runner)?;
    let port = runner.port();
    for name in ["127.0.0.1", "localhost"] {
        let host = format!("{name}:{port}");
        let origin = format!("http://{name}:{port}");
        for token in [
            ("Authorization", bearer.as_str()),
            ("Cookie", cookie.as_str()),
        ] {
            let answer = knock(&runner, Some(&host), Some(&origin), Some(token))?;
            assert_eq!(answer.status, 101, "{host} {token:?}: {}", answer.text());
        }
    }
    Ok(())
}

#[test]
fn a_wrong_origin_is_refused_before_the_upgrade() -> Result<()> {
    let runner = TestRunner::start()?;
    let bearer = format!("Bearer {}", runner.token());
    let token = Some(("Authorization", bearer.as_str()));
    let (host, port) = (host(&runner), runner.port());
    let wrong = [
        "https://example.org".to_owned(),
        "null".to_owned(),
        String::new(),
        format!("https://127.0.0.1:{port}"),
        "http://127.0.0.1".to_owned(),
        format!("http://127.0.0.1:{}", port ^ 1),
        format!("http://127.0.0.1:{port}.example.org"),
        format!("http://127.0.0.1:{port}/"),
        format!("http://localhost.example.org:{port}"),
        format!("http://127.0.0.2:{port}"),
        format!("http://[::1]:{port}"),
        format!("http://user@127.0.0.1:{port}"),
        format!("HTTP://127.0.0.1:{port}x"),
        "file://".to_owned(),
    ];
    for origin in wrong {
        let answer = knock(&runner, Some(&host), Some(&origin), token)?;
        assert_eq!(answer.status, 403, "{origin:?}");
    }
    let answer = knock(&runner, Some(&host), None, token)?;
    assert_eq!(answer.status, 403, "a missing origin is a wrong one");
    let two = format!("{}, https://example.org", origin(&runner));
    assert_eq!(knock(&runner, Some(&host), Some(&two), token)?.status, 403);
    let mut twice = UPGRADE.to_vec();
    let right = origin(&runner);
    twice.extend([("Host", host.as_str()), ("Authorization", bearer.as_str())]);
    twice.extend([
        ("Origin", right.as_str()),
        ("Origin", "https://example.org"),
    ]);
    assert_eq!(
        get(&runner, "/socket", &twice)?.status,
        403,
        "two origins are none"
    );
    Ok(())
}

/// DNS rebinding: a name of somebody else's that leads to 127.0.0.1.
#[test]
fn a_wrong_host_is_refused_everywhere() -> Result<()> {
    let runner = TestRunner::start()?;
    let bearer = format!("Bearer {}", runner.token());
    let (right, port) = (origin(&runner), runner.port());
    let with_token = format!("/?token={}", runner.token());
    for host in [
        "example.org".to_owned(),
        format!("example.org:{port}"),
        "127.0.0.1".to_owned(),
        "localhost".to_owned(),
        format!("localhost.:{port}"),
        format!("127.0.0.1:{}", port ^ 1),
        format!("127.1:{port}"),
        format!("[::1]:{port}"),
        String::new(),
    ] {
        let token = Some(("Authorization", bearer.as_str()));
        let answer = knock(&runner, Some(&host), Some(&right), token)?;
        assert!(
            [400, 403].contains(&answer.status),
            "{host:?} got {}",
            answer.status
        );
        let answer = get(&runner, &with_token, &[("Host", &host)])?;
        assert!(
            [400, 403].contains(&answer.status),
            "{host:?} got {}",
            answer.status
        );
        assert_eq!(answer.header("set-cookie"), None, "{host:?} got a cookie");
    }
    let token = Some(("Authorization", bearer.as_str()));
    assert!([400, 403].contains(&knock(&runner, None, Some(&right), token)?.status));
    Ok(())
}

#[test]
fn a_wrong_token_is_refused_before_the_upgrade() -> Result<()> {
    let runner = TestRunner::start()?;
    let (host, origin) = (host(&runner), origin(&runner));
    let token = runner.token();
    let cookie = cookie(&runner)?;
    let name = cookie.split('=').next().expect("a name");
    let almost = format!(
        "{}{}",
        &token[..token.len() - 1],
        if token.ends_with('x') { 'y' } else { 'x' }
    );
    let wrong = [
        ("Authorization", format!("Bearer {almost}")),
        ("Authorization", "Bearer ".to_owned()),
        ("Authorization", format!("Bearer {token}x")),
        ("Authorization", format!("Basic {token}")),
        ("Authorization", token.to_owned()),
        ("Cookie", format!("{name}={almost}")),
        ("Cookie", format!("{name}=")),
        ("Cookie", format!("other={token}")),
        ("X-Nothing", String::new()),
    ];
    for (header, value) in &wrong {
        let answer = knock(&runner, Some(&host), Some(&origin), Some((header, value)))?;
        assert_eq!(answer.status, 403, "{header}: {value}");
    }
    // Not by the address either, where it would end up in logs and histories.
    let mut headers = UPGRADE.to_vec();
    headers.extend([("Host", host.as_str()), ("Origin", origin.as_str())]);
    let answer = get(&runner, &format!("/socket?token={token}"), &headers)?;
    assert_eq!(answer.status, 403);
    Ok(())
}

#[test]
fn the_printed_address_is_exchanged_for_a_cookie() -> Result<()> {
    let runner = TestRunner::start()?;
    let host = host(&runner);
    let answer = get(
        &runner,
        &format!("/?token={}", runner.token()),
        &[("Host", &host)],
    )?;
    assert_eq!(answer.status, 303, "{}", answer.text());
    assert_eq!(answer.header("location"), Some("/"));
    let cookie = answer.header("set-cookie").expect("a cookie is set");
    for wanted in ["HttpOnly", "SameSite=Strict"] {
        assert!(cookie.contains(wanted), "{cookie}");
    }
    let (name, _) = cookie.split_once('=').expect("a name and a value");
    assert!(
        name.contains(&runner.port().to_string()),
        "two runners must not share it: {cookie}"
    );
    let answer = get(&runner, "/?token=wrong", &[("Host", &host)])?;
    assert_eq!(answer.status, 403);
    assert_eq!(answer.header("set-cookie"), None);
    Ok(())
}

#[test]
fn the_page_needs_the_cookie_and_says_so() -> Result<()> {
    let runner = TestRunner::start()?;
    let host = host(&runner);
    let refused = get(&runner, "/", &[("Host", &host)])?;
    assert_eq!(refused.status, 403);
    assert!(
        refused.text().contains("address"),
        "it explains: {}",
        refused.text()
    );
    assert!(!refused.text().contains(runner.token()));
    let cookie = cookie(&runner)?;
    let page = get(&runner, "/", &[("Host", &host), ("Cookie", &cookie)])?;
    // 200 with the page built in; a runner without one explains that instead.
    assert_ne!(page.status, 403, "{}", page.text());
    assert!(!page.body.is_empty());
    Ok(())
}

#[test]
fn every_answer_is_guarded_by_headers() -> Result<()> {
    let runner = TestRunner::start()?;
    let host = host(&runner);
    let cookie = cookie(&runner)?;
    let with_token = format!("/?token={}", runner.token());
    for (path, cookie) in [
        ("/", Some(cookie.as_str())),
        ("/", None),
        (with_token.as_str(), None),
        ("/no/such/file.js", Some(cookie.as_str())),
        ("/socket", None),
    ] {
        let mut headers = vec![("Host", host.as_str())];
        headers.extend(cookie.map(|cookie| ("Cookie", cookie)));
        let answer = get(&runner, path, &headers)?;
        let policy = answer.header("content-security-policy");
        let policy = policy.unwrap_or_else(|| panic!("{path} has no policy: {:?}", answer.headers));
        assert!(
            policy.contains("default-src 'none'") || policy.contains("default-src 'self'"),
            "{policy}"
        );
        assert!(policy.contains("frame-ancestors"), "{policy}");
        assert!(!policy.contains("unsafe-inline"), "{policy}");
        assert!(!policy.contains("'unsafe-eval'"), "{policy}");
        assert_eq!(
            answer.header("x-content-type-options"),
            Some("nosniff"),
            "{path}"
        );
        assert!(
            answer.header("referrer-policy").is_some(),
            "the address has a token in it"
        );
        assert_eq!(answer.header("access-control-allow-origin"), None, "{path}");
        assert!(
            !answer.text().contains(runner.token()),
            "{path} tells the token"
        );
    }
    Ok(())
}

#[test]
fn other_paths_and_methods_find_nothing() -> Result<()> {
    let runner = TestRunner::start()?;
    let host = host(&runner);
    let cookie = cookie(&runner)?;
    let headers = [("Host", host.as_str()), ("Cookie", cookie.as_str())];
    for path in [
        "/nothing",
        "/../Cargo.toml",
        "/%2e%2e/Cargo.toml",
        "//",
        "/index.html/",
        "/.git/config",
    ] {
        let answer = get(&runner, path, &headers)?;
        assert!(
            [400, 403, 404, 503].contains(&answer.status),
            "{path}: {}",
            answer.status
        );
    }
    for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
        let answer = request(&runner, method, "/", &headers)?;
        assert!(
            (400..500).contains(&answer.status),
            "{method}: {}",
            answer.status
        );
    }
    Ok(())
}

/// A socket that is not asked for as one is told so, and nothing breaks.
#[tokio::test]
async fn after_all_that_knocking_the_runner_still_works() -> Result<()> {
    let runner = TestRunner::start()?;
    let cookie = cookie(&runner)?;
    let (host, origin) = (host(&runner), origin(&runner));
    let answer = get(
        &runner,
        "/socket",
        &[("Host", &host), ("Origin", &origin), ("Cookie", &cookie)],
    )?;
    assert!((400..500).contains(&answer.status), "{}", answer.status);
    Client::connect(&runner).await?.ping().await
}

/// A token that is guessed in an afternoon is none.
#[test]
fn tokens_are_long_and_differ() -> Result<()> {
    let (one, other) = (TestRunner::start()?, TestRunner::start()?);
    assert_ne!(one.token(), other.token());
    assert!(
        one.token().len() >= 22,
        "128 bits need 22 characters: {}",
        one.token()
    );
    Ok(())
}

#[test]
fn the_programs_are_told_to_whoever_has_the_key() -> Result<()> {
    let runner = TestRunner::start()?;
    let host = host(&runner);
    let refused = get(&runner, "/programs", &[("Host", &host)])?;
    assert_eq!(refused.status, 403);
    assert!(!refused.text().contains("sort\n"));
    let cookie = cookie(&runner)?;
    let told = get(
        &runner,
        "/programs",
        &[("Host", &host), ("Cookie", &cookie)],
    )?;
    assert_eq!(told.status, 200);
    let text = told.text();
    let names: Vec<&str> = text.lines().collect();
    assert!(
        names.contains(&"sort") && names.contains(&"cat"),
        "{names:?}"
    );
    assert!(names.is_sorted());
    Ok(())
}
