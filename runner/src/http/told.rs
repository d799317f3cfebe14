//! What docs/operation.md says of the bounds on connections that are the same for every runner.

use super::attempts::{GUESS_TIME, GUESSES};
use super::crowds::RATE_SECONDS;
use super::deaf::REFUSED;
use super::listen::{BODY_SILENCE, HEAD_BYTES, HEAD_TIME, KEPT_HEAD_TIME, REFUSALS_TOLD};
use super::slots::{HTTP_CONNECTIONS, HTTP_CONNECTIONS_EACH, KEPT_CONNECTIONS, KEPT_EACH};

const DOCUMENT: &str = include_str!("../../../docs/operation.md");

/// The part about connections.
fn part() -> &'static str {
    let (_, behind) = DOCUMENT
        .split_once("## Bounds on connections\n")
        .expect("there is a part about connections");
    behind.split("\n## ").next().unwrap_or_default()
}

/// The row of a limit.
fn row(limit: &str) -> &'static str {
    let begin = format!("| `{limit}` |");
    let row = part().lines().find(|line| line.starts_with(&begin));
    row.unwrap_or_else(|| panic!("no row tells of {limit}"))
}

#[test]
fn every_fixed_bound_is_told_as_it_is() {
    for (limit, told) in [
        ("http-connections", format!("{HTTP_CONNECTIONS} at once")),
        (
            "http-connections",
            format!("beyond {REFUSALS_TOLD} a second closed"),
        ),
        (
            "http-connections-each",
            format!("{HTTP_CONNECTIONS_EACH} of one address"),
        ),
        (
            "http-connections-each",
            format!(
                "{} are refused at once, or {REFUSED} a second",
                REFUSED * RATE_SECONDS
            ),
        ),
        (
            "head-time",
            format!("{} s for the head", HEAD_TIME.as_secs()),
        ),
        (
            "head-bytes",
            format!("{} KiB of a request's head", HEAD_BYTES >> 10),
        ),
        (
            "body-silence",
            format!("{} s without a byte", BODY_SILENCE.as_secs()),
        ),
        ("key-guesses", format!("{GUESSES} different wrong keys")),
        ("key-guesses", format!("each {} s", GUESS_TIME.as_secs())),
    ] {
        assert!(
            row(limit).contains(&told),
            "{limit}: {told} in {}",
            row(limit)
        );
    }
    let kept = format!(
        "{KEPT_CONNECTIONS} connections beside `http-connections`, {KEPT_EACH} of one address"
    );
    let brought = format!("brings the key within {} s", KEPT_HEAD_TIME.as_secs());
    for told in [kept, brought] {
        assert!(part().contains(&told), "{told}");
    }
}
