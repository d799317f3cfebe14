//! The fenced blocks that do something: `predict` and `exercise`, which hold TOML, and `chain`.

use std::time::Duration;

use pipeyard_shared::chain::Chain;
use pipeyard_shared::lesson::{
    Comparison, Exercise, Given, Inline, Measure, Question, QuestionKind, WantedStatus,
};
use pipeyard_shared::shell::{Reading, import, pointed, spoken};
use serde::Deserialize;

use super::attributes::Attributes;
use super::fault::{Fault, Lines, of_toml};
use super::left::MOST_FILES;
use super::prose::sentence;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Predict {
    ask: String,
    kind: QuestionKind,
    #[serde(default)]
    choices: Vec<String>,
    answer: String,
    #[serde(default)]
    measured: Option<Measure>,
    because: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Task {
    task: String,
    start: Option<String>,
    solution: String,
    #[serde(default)]
    output: Comparison,
    stderr: Option<Comparison>,
    #[serde(default)]
    require: Vec<String>,
    #[serde(default)]
    forbid: Vec<String>,
    at_most: Option<u32>,
    lanes: Option<u32>,
    jobs: Option<u32>,
    values: Option<Vec<String>>,
    timeout: Option<String>,
    #[serde(default)]
    pipefail: bool,
    status: Option<toml::Value>,
    #[serde(default)]
    files: Vec<String>,
    #[serde(default)]
    hints: Vec<String>,
    #[serde(default)]
    wrong: Vec<String>,
    #[serde(default)]
    also: Vec<String>,
    #[serde(default)]
    after: String,
}

/// A chain that is given.
pub(super) fn chain(attributes: &str, text: &str, line: usize) -> Result<Given, Fault> {
    let attributes = Attributes::read(attributes).map_err(|what| Fault::new(line, what))?;
    let text = text.trim_end_matches('\n');
    let chain = of_text(text, &attributes, line + 1)?;
    Ok(Given {
        text: told(text, &chain),
        chain,
        ends: attributes.ends,
        typed: attributes.typed,
        name: attributes.name,
    })
}

/// A question.
pub(super) fn question(text: &str, line: usize) -> Result<Question, Fault> {
    let block: Predict =
        toml::from_str(text).map_err(|error| of_toml(&error, Lines::new(text, line)))?;
    let wrong = |what: &str| Err(Fault::new(line, what));
    match block.kind {
        QuestionKind::Choice if !(2..=8).contains(&block.choices.len()) => {
            return wrong("`choices` wants two to eight answers to choose from");
        }
        QuestionKind::Choice => {}
        _ if !block.choices.is_empty() => {
            return wrong("`choices` are for `kind = \"choice\"`");
        }
        _ if block.measured.is_none() => {
            return wrong(
                "without `measured`, nobody can tell whether the answer is right: use `kind = \"choice\"`",
            );
        }
        _ => {}
    }
    let answer = match block.kind {
        QuestionKind::Choice => {
            let mut choices = block.choices.iter();
            match choices.position(|choice| *choice == block.answer) {
                Some(place) => place.to_string(),
                None => return wrong("`answer` is none of the `choices`"),
            }
        }
        QuestionKind::Number | QuestionKind::Text => block.answer,
    };
    let words = |name: &str, text: &str| words(name, text, line);
    let choices = block.choices.iter();
    let question = Question {
        ask: words("ask", &block.ask)?,
        kind: block.kind,
        choices: choices
            .map(|choice| words("choices", choice))
            .collect::<Result<_, _>>()?,
        answer,
        measured: block.measured,
        because: words("because", &block.because)?,
    };
    if !question.is_right(&question.answer) {
        return wrong("`answer` is no number");
    }
    Ok(question)
}

/// The words of a question or an exercise.
fn words(name: &str, text: &str, line: usize) -> Result<Vec<Inline>, Fault> {
    sentence(text).map_err(|what| Fault::new(line, format!("in `{name}`: {what}")))
}

/// An exercise.
pub(super) fn exercise(text: &str, line: usize) -> Result<Exercise, Fault> {
    let block: Task =
        toml::from_str(text).map_err(|error| of_toml(&error, Lines::new(text, line)))?;
    let timeout = block.timeout.as_deref().map(humantime::parse_duration);
    let timeout: Option<Duration> = timeout
        .transpose()
        .map_err(|_| Fault::new(line, "`timeout` wants a time such as 100ms or 2s"))?;
    let attributes = Attributes {
        lanes: block.lanes,
        jobs: block.jobs,
        values: block.values,
        timeout,
        pipefail: block.pipefail,
        ..Attributes::default()
    };
    if block.files.len() > MOST_FILES {
        let what = format!("`files` names at most {MOST_FILES} files");
        return Err(Fault::new(line, what));
    }
    for path in &block.files {
        let leads_out = path.starts_with('/') || path.split('/').any(|part| part == "..");
        if path.is_empty() || leads_out {
            return Err(Fault::new(
                line,
                format!("`{path}` in `files` is no path below the workspace"),
            ));
        }
    }
    let status = match &block.status {
        None => WantedStatus::default(),
        Some(toml::Value::String(word)) if word == "any" => WantedStatus::Any,
        Some(toml::Value::Integer(status)) if (0..=255).contains(status) => {
            WantedStatus::Is(i32::try_from(*status).unwrap_or_default())
        }
        Some(_) => {
            let what = "`status` wants a number from 0 to 255, or \"any\"; without it, it is 0";
            return Err(Fault::new(line, what));
        }
    };
    let named = |name: &str, text: &str| {
        of_text(text, &attributes, line).map_err(|fault| Fault {
            what: format!("in `{name}`: {}", fault.what),
            ..fault
        })
    };
    let all = |name: &str, texts: &[String]| -> Result<Vec<Chain>, Fault> {
        texts.iter().map(|text| named(name, text)).collect()
    };
    let solution = named("solution", &block.solution)?;
    let hints = block.hints.iter();
    Ok(Exercise {
        start: block
            .start
            .as_deref()
            .map(|text| named("start", text))
            .transpose()?,
        wrong: all("wrong", &block.wrong)?,
        also: all("also", &block.also)?,
        task: words("task", &block.task, line)?,
        solution_text: told(&block.solution, &solution),
        solution,
        output: block.output,
        stderr: block.stderr,
        require: block.require,
        forbid: block.forbid,
        at_most: block.at_most,
        status,
        files: block.files,
        hints: hints
            .map(|hint| words("hints", hint, line))
            .collect::<Result<_, _>>()?,
        after: words("after", &block.after, line)?,
    })
}

/// A chain as a reader is told it: what is written as JSON is shell text where a line says it.
fn told(text: &str, chain: &Chain) -> String {
    let line = is_json(text).then(|| spoken(chain)).flatten();
    line.map_or_else(|| text.to_owned(), |line| line.text)
}

/// Whether it is JSON: a shell's braces have a blank and a command behind them.
fn is_json(text: &str) -> bool {
    let inner = text.trim_start().strip_prefix('{').map(str::trim_start);
    inner.is_some_and(|inner| inner.starts_with("\"pipeyard\""))
}

/// A chain as text or as JSON.
fn of_text(text: &str, attributes: &Attributes, line: usize) -> Result<Chain, Fault> {
    let mut chain = if is_json(text) {
        Chain::from_json(text).map_err(|error| Fault::new(line, error.to_string()))?
    } else {
        let reading = Reading {
            has_lanes: attributes.has_lanes(),
            pipefail: attributes.pipefail,
            ..Reading::default()
        };
        let imported = import(text.as_bytes(), &reading);
        let imported = imported.map_err(|error| {
            let place = Lines::new(text, line - 1).at(error.at);
            Fault::new(place, pointed(text.as_bytes(), &error))
        })?;
        imported.chain
    };
    attributes.give(&mut chain);
    Ok(chain)
}
