//! A chain as a Python program: processes by `subprocess`, the ends of their pipes handed from one to the next,
//! and threads only where bytes have to be copied or merged.

mod given;
mod helpers;
mod literal;
mod start;
mod wait;

use std::collections::{BTreeMap, BTreeSet};

use super::names::{Names, Pipes};
use super::plan::Plan;
use super::{Code, Note};
use crate::chain::{Chain, InputPort, Stage};
use crate::text::tame;
use helpers::Need;
use literal::Literals;

/// Longer lines are broken where they can be.
const LINE: usize = 88;
/// How lanes go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// There is one.
    Single,
    /// All are started, then all are waited for.
    Together,
    /// Each has a thread, since there are times to keep or only so many go at once.
    Threads,
}

/// The program.
pub(super) fn python(chain: &Chain) -> Code {
    let plan = Plan::of(chain);
    let has_times = chain
        .stages
        .iter()
        .filter_map(Stage::setup)
        .any(|setup| setup.timeout_ms.is_some());
    let count = chain.lanes.count();
    let jobs = chain.jobs.map_or(count, |jobs| jobs as usize).min(count);
    let form = match count {
        1 => Form::Single,
        _ if has_times || jobs < count => Form::Threads,
        _ => Form::Together,
    };
    let mut names = Names::of(chain, literal::RESERVED);
    let mut writer = Writer {
        plan: &plan,
        form,
        pipes: Pipes::of(&plan, &mut names),
        names,
        literals: Literals::of(chain),
        extra_pipes: BTreeMap::new(),
        needs: BTreeSet::new(),
        lines: Vec::new(),
        joined: Vec::new(),
        said_why: false,
    };
    let text = writer.program(jobs);
    Code {
        text,
        notes: notes(&plan, form),
    }
}

fn notes(plan: &Plan<'_>, form: Form) -> Vec<Note> {
    let mut notes = Vec::new();
    if form != Form::Single && !plan.printing().is_empty() {
        notes.push(Note::LanesInOrder);
    }
    if plan.printing().len() > 1 {
        notes.push(Note::LinesMayMix);
    }
    notes.extend(super::common_notes(plan.chain));
    notes
}

struct Writer<'a> {
    plan: &'a Plan<'a>,
    form: Form,
    names: Names,
    pipes: Pipes,
    literals: Literals,
    /// By stage and number.
    extra_pipes: BTreeMap<(usize, u8), String>,
    needs: BTreeSet<Need>,
    /// What starts a lane.
    lines: Vec<String>,
    /// Threads that must have ended before all is done: they write files.
    joined: Vec<String>,
    said_why: bool,
}

impl Writer<'_> {
    fn program(&mut self, jobs: usize) -> String {
        let chain = self.plan.chain;
        for name in &self.pipes.shared {
            self.lines.push(format!("{name} = os.pipe()"));
            self.needs.insert(Need::Os);
        }
        for name in &self.pipes.between {
            self.lines.push(format!("{name} = pipe()"));
            self.needs.insert(Need::Pipe);
        }
        let collects = self.collects();
        if collects == Collects::File {
            self.lines.push("out = tempfile.TemporaryFile()".into());
            self.needs.insert(Need::Tempfile);
        }
        for &stage in &self.plan.order.clone() {
            self.start(stage);
        }
        let given = self.help();
        let body = std::mem::take(&mut self.lines);
        let (main, function) = match self.form {
            Form::Single => (self.single(given), None),
            _ => {
                let function = self.lane_functions(collects, given);
                (self.lanes(jobs, collects), Some(function))
            }
        };
        // In its first two lines Python looks for an encoding: no title may stand there and name one.
        let mut text = String::from("#!/usr/bin/env python3\n# -*- coding: utf-8 -*-\n");
        if !chain.title.is_empty() {
            text += &format!("# {}\n", tame(&chain.title));
        }
        for note in notes(self.plan, self.form) {
            text += &format!("# {}\n", note.english());
        }
        text += "\n";
        if chain.timeout_ms.is_some() {
            self.needs.insert(Need::Deadline);
        }
        if self.literals.asks_os() {
            self.needs.insert(Need::Os);
        }
        text += &helpers::imports(&self.needs);
        text += &helpers::functions(&self.needs, chain.timeout_ms);
        let numbers: BTreeSet<u8> = (self.plan.reads.keys())
            .filter_map(|(_, port)| match port {
                InputPort::Extra(number) => Some(*number),
                InputPort::Stdin => None,
            })
            .collect();
        if !numbers.is_empty() {
            let numbers: Vec<String> = numbers.iter().map(u8::to_string).collect();
            text += &format!(
                "\n# Nothing else may take the numbers by which extra inputs are found.\n\
                 nothing = fcntl.fcntl(os.open(os.devnull, os.O_RDONLY), fcntl.F_DUPFD_CLOEXEC, 64)\n\
                 for number in [{}]:\n    os.dup2(nothing, number, inheritable=False)\n",
                numbers.join(", ")
            );
        }
        text += "\n";
        match function {
            None => {
                if text.contains("\ndef ") || text.contains("\nfor ") {
                    text.push('\n');
                }
                for line in body {
                    text += &line;
                    text.push('\n');
                }
                text += "\n";
            }
            Some((parameters, starts, function)) => {
                text += &format!(
                    "\ndef start({parameters}):\n    \"\"\"Starts the processes of a lane.\"\"\"\n"
                );
                for line in body.into_iter().chain(starts) {
                    text += &indented(&line);
                }
                text += &function;
                text += "\n\n";
            }
        }
        text + &main
    }

    /// What is done with what a lane prints.
    fn collects(&self) -> Collects {
        match (self.form, &self.plan.printing()[..]) {
            (Form::Single, _) | (_, []) => Collects::Nothing,
            (_, [only]) => Collects::Pipe(*only),
            _ => Collects::File,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Collects {
    Nothing,
    Pipe(usize),
    File,
}

/// A call on one line, or with a line for each argument.
fn call(start: &str, arguments: &[String]) -> String {
    let line = format!("{start}({})", arguments.join(", "));
    if line.chars().count() <= LINE || arguments.len() == 1 && !line.contains("[\"") {
        return line;
    }
    format!("{start}(\n    {},\n)", arguments.join(",\n    "))
}

fn indented(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        out += "    ";
        out += line;
        out.push('\n');
    }
    out
}

fn seconds(milliseconds: u64) -> String {
    let text = format!("{}.{:03}", milliseconds / 1_000, milliseconds % 1_000);
    let text = text.trim_end_matches('0');
    text.strip_suffix('.').unwrap_or(text).to_owned()
}
