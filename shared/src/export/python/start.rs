//! How a process is started, with its ends.

use std::collections::BTreeMap;

use super::helpers::Need;
use super::{Collects, Form, LINE, Writer, call, seconds};
use crate::chain::{Access, InputPort, OutputPort, Setup, StageKind};
use crate::export::plan::{Reads, Writes};
use crate::text::Text;

/// What is closed once a process has it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum End {
    File(String),
    /// Just the number of a descriptor.
    Number(String),
}

impl Writer<'_> {
    pub(super) fn start(&mut self, at: usize) {
        let plan = self.plan;
        let stage = &plan.chain.stages[at];
        let Some(setup) = stage.setup() else { return };
        let name = self.names.stage(at);
        let words = self.words(at);
        let mut options = Vec::new();
        let mut closed = Vec::new();
        match &plan.reads[&(at, InputPort::Stdin)] {
            Reads::Own if self.form == Form::Single => {}
            Reads::Own => {
                self.needs.insert(Need::Devnull);
                options.push("stdin=None if lane == 1 else DEVNULL".to_owned());
            }
            Reads::Nothing => {
                self.needs.insert(Need::Devnull);
                options.push("stdin=DEVNULL".into());
            }
            Reads::Output(from, port) => {
                let from = format!("{}.{port}", self.names.stage(*from));
                options.push(format!("stdin={from}"));
                closed.push(End::File(from));
            }
            Reads::File(file) => {
                let file = self.opened(*file, &mut closed);
                options.push(format!("stdin={file}"));
            }
            Reads::Fed => {
                self.needs.insert(Need::Pipe_);
                options.push("stdin=PIPE".into());
            }
            Reads::Shared(number) => {
                let own = format!("{}[0]", self.pipes.shared[*number]);
                options.push(format!("stdin={own}"));
                closed.push(End::Number(own));
            }
        }
        for port in [OutputPort::Stdout, OutputPort::Stderr] {
            match &plan.writes[&(at, port)] {
                Writes::Own if port == OutputPort::Stderr => {}
                Writes::Own => match self.collects() {
                    Collects::Nothing => {}
                    Collects::Pipe(_) => {
                        self.needs.insert(Need::Pipe_);
                        options.push("stdout=PIPE".into());
                    }
                    Collects::File => options.push("stdout=out".into()),
                },
                Writes::Joined => {
                    self.needs.insert(Need::Stdout);
                    options.push("stderr=STDOUT".into());
                }
                Writes::Pipe => {
                    self.needs.insert(Need::Pipe_);
                    options.push(format!("{port}=PIPE"));
                }
                Writes::File(file) => {
                    let file = self.opened(*file, &mut closed);
                    options.push(format!("{port}={file}"));
                }
                Writes::Nothing => {
                    self.needs.insert(Need::Devnull);
                    options.push(format!("{port}=DEVNULL"));
                }
                Writes::Shared(number) => {
                    let own = format!("{}[1]", self.pipes.shared[*number]);
                    options.push(format!("{port}={own}"));
                    let later = plan.order.iter().skip_while(|other| **other != at).skip(1);
                    let is_last = !later.into_iter().any(|other| {
                        [OutputPort::Stdout, OutputPort::Stderr].iter().any(|port| {
                            plan.writes.get(&(*other, *port)) == Some(&Writes::Shared(*number))
                        })
                    });
                    let own = End::Number(own);
                    if is_last && !closed.contains(&own) {
                        closed.push(own);
                    }
                }
            }
        }
        self.setup(&name, setup, &mut options);
        let mut extras = Vec::new();
        for (number, reads) in plan.extras(at) {
            let file = match reads {
                Reads::Output(from, port) => {
                    let from = format!("{}.{port}", self.names.stage(*from));
                    closed.push(End::File(from.clone()));
                    from
                }
                Reads::File(file) => self.opened(*file, &mut closed),
                Reads::Shared(pipe) => {
                    let own = format!("{}[0]", self.pipes.shared[*pipe]);
                    closed.push(End::Number(own.clone()));
                    own
                }
                _ => {
                    self.needs.insert(Need::Pipe);
                    let pipe = self.extra_pipe(at, number);
                    self.lines.push(format!("{pipe} = pipe()"));
                    closed.push(End::File(format!("{pipe}[0]")));
                    format!("{pipe}[0]")
                }
            };
            let file = match reads {
                Reads::Shared(_) => file,
                _ => format!("{file}.fileno()"),
            };
            extras.push(format!("{number}: {file}"));
        }
        let call = if extras.is_empty() {
            let mut arguments = vec![words];
            arguments.extend(options);
            call(&format!("{name} = Popen"), &arguments)
        } else {
            self.needs.insert(Need::Numbered);
            let mut arguments = vec![format!("{{{}}}", extras.join(", ")), words];
            arguments.extend(options);
            call(&format!("{name} = start_with"), &arguments)
        };
        self.lines.push(call);
        if let Some(time) = setup.timeout_ms {
            self.needs.insert(Need::EndAfter);
            self.lines
                .push(format!("end_after({name}, {})", seconds(time)));
        }
        for end in closed {
            let line = match end {
                End::Number(number) => format!("os.close({number})"),
                End::File(file) if !self.said_why && file.contains('.') => {
                    self.said_why = true;
                    format!("{file}.close()  # so that only its reader has it, and may leave early")
                }
                End::File(file) => format!("{file}.close()"),
            };
            self.lines.push(line);
        }
    }

    /// The program and its arguments as a list.
    pub(super) fn words(&mut self, at: usize) -> String {
        let stage = &self.plan.chain.stages[at];
        let words: Vec<String> = match &stage.kind {
            StageKind::Process(process) => std::iter::once(&process.program)
                .chain(&process.args)
                .map(|word| self.literals.word(word))
                .collect(),
            StageKind::Shell(shell) => {
                let text = match self.literals.lines(&shell.text) {
                    Some(lines) => {
                        let name = self.names.fresh(&format!("{}_text", self.names.stage(at)));
                        self.lines.push(format!("{name} = {lines}"));
                        name
                    }
                    None => self.literals.word(&shell.text),
                };
                let bash = crate::shell::bash_call(&shell.text);
                let bash = bash.split(' ').map(|word| format!("\"{word}\""));
                bash.chain([text]).collect()
            }
            StageKind::Input(_) | StageKind::File(_) | StageKind::Discard => Vec::new(),
        };
        let line = format!("[{}]", words.join(", "));
        if line.chars().count() <= LINE - 4 || words.len() == 1 {
            return line;
        }
        format!("[\n        {},\n    ]", words.join(",\n        "))
    }

    pub(super) fn setup(&mut self, name: &str, setup: &Setup, options: &mut Vec<String>) {
        if let Some(directory) = &setup.directory {
            options.push(format!("cwd={}", self.literals.word(directory)));
        }
        if setup.environment.is_empty() {
            return;
        }
        self.needs.insert(Need::Os);
        // Of several changes of one variable the last counts.
        let mut changes: BTreeMap<&Text, Option<&Text>> = BTreeMap::new();
        for variable in &setup.environment {
            changes.insert(&variable.name, variable.value.as_ref());
        }
        let mut items = vec!["**os.environ".to_owned()];
        for (name, value) in &changes {
            if let Some(value) = value {
                let name = self.literals.name(name);
                items.push(format!("{name}: {}", self.literals.word(value)));
            }
        }
        let items = format!("{{{}}}", items.join(", "));
        if changes.values().all(Option::is_some) {
            options.push(format!("env={items}"));
            return;
        }
        let variable = self.names.fresh(&format!("{name}_env"));
        self.lines.push(format!("{variable} = {items}"));
        for (name, _) in changes.iter().filter(|(_, value)| value.is_none()) {
            let name = self.literals.name(name);
            self.lines.push(format!("{variable}.pop({name}, None)"));
        }
        options.push(format!("env={variable}"));
    }

    /// The same in a variable, until it has been handed on.
    pub(super) fn opened(&mut self, at: usize, closed: &mut Vec<End>) -> String {
        let name = self.names.stage(at);
        let file = self.file(at);
        self.lines.push(format!("{name} = {file}"));
        closed.push(End::File(name.clone()));
        name
    }

    pub(super) fn file(&mut self, at: usize) -> String {
        let StageKind::File(file) = &self.plan.chain.stages[at].kind else {
            self.needs.insert(Need::Os);
            return "open(os.devnull, \"wb\")".into();
        };
        let mode = match file.access {
            Access::Read => "rb",
            Access::Write => "wb",
            Access::Append => "ab",
        };
        format!("open({}, \"{mode}\")", self.literals.word(&file.path))
    }

    /// The pipe of an extra input that a helper writes to.
    pub(super) fn extra_pipe(&mut self, at: usize, number: u8) -> String {
        if let Some(name) = self.extra_pipes.get(&(at, number)) {
            return name.clone();
        }
        let wanted = format!("{}_fd{number}", self.names.stage(at));
        let name = self.names.fresh(&wanted);
        self.extra_pipes.insert((at, number), name.clone());
        name
    }
}
