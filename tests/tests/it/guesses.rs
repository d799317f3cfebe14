//! Who guesses a key or a code is told to wait; who has the key is not kept waiting by those who guess.

use anyhow::Result;
use pipeyard_tests::http::{self, Answer};
use pipeyard_tests::{Client, TestRunner};
use tempfile::TempDir;

/// A key of so few characters that it might be found by trying.
const SHORT_KEY: &str = "a-key-of-sixteen";
const CODE: &str = "blue-heron-42";
const LONG_CODE: &str = "a-code-that-nobody-finds-by-trying";
/// As many as an address may bring at once: the limits `key-guesses` and `code-guesses`.
const GUESSES: usize = 20;

fn ask(runner: &TestRunner, path: &str, headers: &[(&str, &str)]) -> Result<Answer> {
    let host = http::host(runner);
    http::get(runner, path, &[&[("Host", &*host)], headers].concat())
}

/// Brings so many wrong words that the next one has to wait, in this field of the address.
fn exhaust(runner: &TestRunner, field: &str) -> Result<()> {
    for number in 0..GUESSES {
        let path = format!("/?{field}=a-wrong-guess-{number}");
        assert_eq!(ask(runner, &path, &[])?.status, 403, "{path}");
    }
    Ok(())
}

/// A limit that lets a right guess through is none.
#[test]
fn a_short_key_waits_with_those_who_guess() -> Result<()> {
    let runner = TestRunner::start_with(&["--token", SHORT_KEY], &[])?;
    let cookie = http::cookie(&runner)?;
    exhaust(&runner, "token")?;
    for (path, cookie) in [
        (format!("/?token={SHORT_KEY}"), ""),
        ("/programs".to_owned(), cookie.as_str()),
    ] {
        let answer = ask(&runner, &path, &[("Cookie", cookie)])?;
        assert_eq!(answer.status, 429, "{path}");
        assert!(answer.header("retry-after").is_some(), "{path}");
        assert!(answer.text().contains("key-guesses"), "{}", answer.text());
    }
    Ok(())
}

/// It had two thousand guesses in a request, as many as cookies go into its head, where there was room for one more.
#[test]
fn one_request_brings_no_more_guesses_than_there_is_room_for() -> Result<()> {
    let runner = TestRunner::start_with(&["--token", SHORT_KEY], &[])?;
    for number in 1..GUESSES {
        let path = format!("/?token=a-wrong-guess-{number}");
        assert_eq!(ask(&runner, &path, &[])?.status, 403, "{path}");
    }
    let name = format!("pipeyard-{}", runner.port());
    for right in [SHORT_KEY, "wrong-as-well"] {
        let two = format!("{name}=wrong; {name}={right}");
        let answer = ask(&runner, "/programs", &[("Cookie", &two)])?;
        assert_eq!(answer.status, 429, "{right}");
        // And an old wrong one makes none of them free.
        let three = format!("{name}=a-wrong-guess-1; {two}");
        let answer = ask(&runner, "/programs", &[("Cookie", &three)])?;
        assert_eq!(answer.status, 429, "{right}");
    }
    let one = format!("{name}={SHORT_KEY}");
    let answer = ask(&runner, "/programs", &[("Cookie", &one)])?;
    assert_eq!(answer.status, 200, "there was room for one");
    Ok(())
}

/// Whoever was behind the same address as somebody who guessed was shut out with the right key, the operator included.
#[tokio::test]
async fn a_long_key_never_waits() -> Result<()> {
    let runner = TestRunner::start()?;
    exhaust(&runner, "token")?;
    let cookie = http::cookie(&runner)?;
    Client::connect(&runner).await?.ping().await?;
    // An old cookie beside the right one is no reason either. Whoever has no key waits on.
    let both = format!("{cookie}; pipeyard-{}=an-old-one", runner.port());
    assert_eq!(ask(&runner, "/programs", &[("Cookie", &both)])?.status, 200);
    assert_eq!(ask(&runner, "/?token=one-more", &[])?.status, 429);
    Ok(())
}

/// The key of the figures is no key to guess the other with.
#[test]
fn who_reads_figures_may_not_guess_the_key() -> Result<()> {
    let figures = "the-key-of-the-figures-alone";
    let arguments = ["--token", SHORT_KEY, "--metrics-token", figures];
    let runner = TestRunner::start_with(&arguments, &[])?;
    exhaust(&runner, "token")?;
    let bearer = format!("Bearer {figures}");
    let bearer = [("Authorization", bearer.as_str())];
    assert_eq!(ask(&runner, "/metrics", &bearer)?.status, 200);
    let guess = format!("/?token={SHORT_KEY}");
    assert_eq!(ask(&runner, &guess, &bearer)?.status, 429);
    Ok(())
}

/// A class sits behind one address. When it had mistyped its code twenty times, the teacher's key was refused as well.
#[test]
fn a_class_that_mistypes_its_code_keeps_nobody_out_who_is_in() -> Result<()> {
    let data = TempDir::new()?;
    let runner = TestRunner::start_class(data.path(), CODE, &[])?;
    let learner = http::come_in(&runner, CODE)?;
    exhaust(&runner, "room")?;
    let right = format!("/?room={CODE}");
    for (language, said) in [
        ("en", "the limit <code>code-guesses</code>"),
        ("ko", "제한 <code>code-guesses</code>"),
    ] {
        let answer = ask(&runner, &right, &[("Accept-Language", language)])?;
        assert_eq!(answer.status, 429, "a short code waits with the guesses");
        assert!(answer.text().contains(said), "{}", answer.text());
    }
    assert_eq!(ask(&runner, "/files", &[("Cookie", &learner)])?.status, 200);
    let operator = http::cookie(&runner)?;
    let there = [("Cookie", operator.as_str())];
    assert_eq!(ask(&runner, "/files", &there)?.status, 200);
    // A code in the key's place opens nothing, and tells nothing.
    let path = format!("/?token={CODE}");
    assert_eq!(ask(&runner, &path, &[])?.status, 403);
    Ok(())
}

#[test]
fn a_long_code_never_waits() -> Result<()> {
    let data = TempDir::new()?;
    let runner = TestRunner::start_class(data.path(), LONG_CODE, &[])?;
    exhaust(&runner, "room")?;
    http::come_in(&runner, LONG_CODE)?;
    Ok(())
}
