//! What is resident: no comparison, so a row a question.

use anyhow::Context;

use super::{Sizes, Tools, size};
use crate::bench::measure::answer;
use crate::bench::row::{Found, Row, Target};

/// The memory of the runner, a row a question.
pub(in crate::bench) fn memory(
    tools: &Tools,
    sizes: Sizes,
    wanted: impl Fn(&str) -> bool,
) -> Vec<Row> {
    let passing = size(sizes.passing);
    let questions = [
        (
            "memory-idle",
            "idle",
            "memory of an idle runner".to_owned(),
            Target::Mib(25.0),
        ),
        (
            "memory",
            "passing",
            format!("memory that grows while {passing} pass, after the first tenth"),
            Target::Mib(2.0),
        ),
        (
            "memory",
            "stalled",
            format!(
                "memory that a viewer costs who stops reading, against none, while {passing} pass"
            ),
            Target::None,
        ),
    ];
    let questions = questions.into_iter().filter(|(name, ..)| wanted(name));
    questions
        .map(|(_, kind, what, target)| {
            let bytes = sizes.passing.to_string();
            let mut client = tools.client_command(&["memory", kind, &bytes]);
            let (found, note) = match answer(&mut client).and_then(|(_, value)| {
                let mib = value["mib"].as_f64().context("no figure")?;
                Ok((mib, value["note"].as_str().map(str::to_owned)))
            }) {
                Ok((mib, note)) => (Found::Memory(mib), note),
                Err(error) => (Found::NotMeasured(format!("{error:#}")).on_one_line(), None),
            };
            Row {
                what,
                peer: String::new(),
                found,
                target,
                note,
            }
        })
        .collect()
}
