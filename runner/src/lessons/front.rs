//! What stands at the top of a lesson's file, between lines of `+++`.

use serde::Deserialize;

use super::fault::{Fault, Lines, of_toml};

/// What it says.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Front {
    pub(super) title: String,
    #[serde(default)]
    pub(super) order: Option<u32>,
    #[serde(default)]
    pub(super) minutes: Option<u32>,
    pub(super) summary: String,
    #[serde(default)]
    pub(super) words: Vec<String>,
}

/// The line that begins and ends it.
const FENCE: &str = "+++";

/// Splits a file into that and the rest, with the number of lines before the rest.
pub(super) fn split(text: &str) -> Result<(Front, &str, usize), Fault> {
    let rest = text
        .strip_prefix(FENCE)
        .and_then(|rest| rest.strip_prefix('\n'))
        .ok_or_else(|| {
            let what = "a lesson begins with a line `+++`, then `title = \"…\"` and `summary = \"…\"`, then `+++` again";
            Fault::new(1, what)
        })?;
    let end = lines_of(rest)
        .find(|(_, line)| line.trim_end() == FENCE)
        .ok_or_else(|| {
            Fault::new(
                1,
                "the line `+++` that ends the top of the lesson is missing",
            )
        })?;
    let (at, fence) = end;
    let front = &rest[..at];
    let body = rest[at + fence.len()..].trim_start_matches('\n');
    let before = text[..text.len() - body.len()].matches('\n').count();
    let front = toml::from_str(front).map_err(|error| of_toml(&error, Lines::new(front, 1)))?;
    Ok((front, body, before))
}

/// Lines with the places at which they begin.
fn lines_of(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split('\n').map(move |line| {
        let begins = at;
        at += line.len() + 1;
        (begins, line)
    })
}
